"""A dozen mails that are hard to read, so that the reading screen can show what it does with each.

They are written byte by byte on purpose: no polite library would write most of them. Every builder takes the moment of
sending (aware) and returns the raw mail.
"""

import base64
import quopri
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from kommunpost.site.demo.dates import TOWN
from kommunpost.site.demo.files import picture, placeholder

Builder = Callable[[datetime], bytes]


@dataclass(frozen=True, slots=True)
class Oddity:
    """A hard mail: to whom it comes, how long ago, and what makes it."""

    id: str
    sender: str
    recipient: str
    age: timedelta
    build: Builder


def _head(oddity_id: str, at: datetime, *fields: str) -> str:
    """The header block without its closing empty line; ``fields`` are whole lines."""
    own = (f"Date: {format_datetime(at.astimezone(TOWN))}", f"Message-ID: <{oddity_id}.{at:%y%m%d}@demo.example>")
    return "\r\n".join((*fields, *own, "MIME-Version: 1.0")) + "\r\n"


def _lines(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _base64(content: bytes) -> str:
    return base64.encodebytes(content).decode("ascii")


def _newsletter(at: datetime) -> bytes:
    """HTML beside plain text, a picture inside the mail, a tracking pixel and a script that must not run."""
    head = _head(
        "newsletter",
        at,
        "From: Museet i parken <nyhetsbrev@museet.example>",
        "To: kulturfritid@botkyrka.example",
        "Subject: =?utf-8?q?Vinterns_utst=C3=A4llningar?=",
        "List-Id: <nyhetsbrev.museet.example>",
        "List-Unsubscribe: <https://museet.example/avsluta>",
        'Content-Type: multipart/alternative; boundary="a"',
    )
    text = "Hej!\n\nI vinter visar vi ljus i mörker. Skolklasser går in gratis.\n\nMuseet i parken\n"
    html = (
        '<html><head><style>h1{color:#005ca9}</style><script>alert("nej")</script></head><body>'
        '<p><img src="cid:logo@museet.example" alt="Museet i parken" width="48" height="48"></p>'
        "<h1>Vinterns utställningar</h1><p>I vinter visar vi <b>ljus i mörker</b>.</p>"
        "<table><tr><th>Dag</th><th>Öppet</th></tr><tr><td>Lördag</td><td>11–16</td></tr></table>"
        '<p onclick="steal()"><a href="https://museet.example/boka?id=42">Boka visning</a></p>'
        '<img src="https://spara.museet.example/p.gif?mottagare=42" width="1" height="1" alt=""></body></html>'
    )
    return _lines(
        f"{head}\n--a\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
        '--a\nContent-Type: multipart/related; boundary="r"\n\n'
        f"--r\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{html}\n"
        "--r\nContent-Type: image/png\nContent-ID: <logo@museet.example>\nContent-Disposition: inline\n"
        f"Content-Transfer-Encoding: base64\n\n{_base64(picture(48, 48))}--r--\n\n--a--\n"
    )


def _old_encoding(at: datetime) -> bytes:
    """ISO 8859-1 in quoted-printable, as older programs still send."""
    head = _head(
        "oldencoding",
        at,
        "From: =?iso-8859-1?Q?G=F6ran_=C5kervik?= <goran.akervik@mejl.example>",
        "To: gatapark@botkyrka.example",
        "Subject: =?iso-8859-1?Q?H=E5l_i_v=E4gen_vid_=F6stra_g=E5ngstigen?=",
        "Content-Type: text/plain; charset=iso-8859-1",
        "Content-Transfer-Encoding: quoted-printable",
    )
    text = "Hej!\r\n\r\nDet är ett stort hål i gångvägen. Någon kan bryta benet.\r\n\r\nGöran Åkervik\r\n"
    return head.encode() + b"\r\n" + quopri.encodestring(text.encode("latin-1"))


def _undeclared(at: datetime) -> bytes:
    """Raw 8-bit Latin letters in subject and text, and a charset that is not true."""
    head = _head(
        "undeclared",
        at,
        "From: skrivare3@tullingeskola.example",
        "To: skola@botkyrka.example",
        "Subject: Påfyllning behövs i skrivaren på våning två",
        "Content-Type: text/plain; charset=us-ascii",
    )
    return (head + "\r\nTonern är slut. Åtgärd krävs.\r\n").encode("cp1252")


def _broken(at: datetime) -> bytes:
    """A mail cut off in the middle, with a charset that nobody knows."""
    head = _head(
        "broken",
        at,
        "From: Signe Klintdal <signe.klintdal@post.example>",
        "To: info@botkyrka.example",
        "Subject: =?x-okand?B?RnLlZ2Eg?= om badhuset",
        'Content-Type: multipart/mixed; boundary="avbruten"',
    )
    return _lines(
        f"{head}\n--avbruten\nContent-Type: text/plain; charset=x-okand\n\nHej, kan man boka en bana kl. 7?\n\nSigne\n"
        f"--avbruten\nContent-Type: application/pdf; name=bilaga.pdf\nContent-Transfer-Encoding: base64\n\n"
        f"{_base64(placeholder('bilaga.pdf', 'application/pdf'))[:300]}"
    )


def _journal(at: datetime) -> bytes:
    """An Exchange journal report: the mail inside, and in front of it who really got it, blind copies too."""
    original = _head(
        "journaled",
        at,
        "From: Ola Brannstrom <ola.brannstrom@botkyrka.example>",
        "To: Annelie Grahn <annelie.grahn@mejl.example>",
        "Subject: Platsbesiktning, =?utf-8?q?L=C3=B6vhagen_4=3A17?=",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    head = _head(
        "journal",
        at,
        "From: <journal@botkyrka.example>",
        "To: <bygglov@botkyrka.example>",
        "Subject: Platsbesiktning",
        "X-MS-Journal-Report:",
        'Content-Type: multipart/mixed; boundary="j"',
    )
    report = (
        "Sender: ola.brannstrom@botkyrka.example\nSubject: Platsbesiktning\n"
        f"Message-Id: <journaled.{at:%y%m%d}@demo.example>\n"
        "To: annelie.grahn@mejl.example\nBcc: bygglov@botkyrka.example\n"
    )
    return _lines(
        f"{head}\n--j\nContent-Type: text/plain; charset=us-ascii\n\n{report}\n"
        f"--j\nContent-Type: message/rfc822\n\n{original}\nHej Annelie!\n\nVi kommer på onsdag klockan 9.\n\n"
        "Ola Brännström\nBygglovsenheten\n--j--\n"
    )


def _bounce(at: datetime) -> bytes:
    """A delivery status notification (RFC 3464)."""
    head = _head(
        "bounce",
        at,
        "From: Mail Delivery Subsystem <mailer-daemon@post.example>",
        "To: forskola@botkyrka.example",
        "Subject: =?utf-8?q?Gick_inte_att_leverera=3A_Plats_p=C3=A5_f=C3=B6rskola?=",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    )
    return _lines(
        f"{head}\n--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        "Meddelandet kunde inte lämnas till ida.vikhage@post.example. Brevlådan finns inte.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.post.example\n\n"
        "Final-Recipient: rfc822; ida.vikhage@post.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such mailbox\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\nFrom: forskola@botkyrka.example\nTo: ida.vikhage@post.example\n"
        "Subject: =?utf-8?q?Plats_p=C3=A5_f=C3=B6rskola?=\nMessage-ID: <plats.118@botkyrka.example>\n\n--b--\n"
    )


def _invitation(at: datetime) -> bytes:
    """A calendar invitation (RFC 5546, METHOD:REQUEST)."""
    head = _head(
        "invitation",
        at,
        "From: Sara Linde <sara.linde@lovsta.example>",
        "To: miljo@botkyrka.example",
        "Subject: Inbjudan: =?utf-8?q?Samverkansm=C3=B6te_tillsyn?=",
        'Content-Type: multipart/alternative; boundary="k"',
    )
    begins = at + timedelta(days=8)
    calendar = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Lovsta//Kalender//SV\nMETHOD:REQUEST\nBEGIN:VEVENT\n"
        f"UID:tillsyn-{at:%y%m%d}@lovsta.example\nDTSTAMP:{at:%Y%m%dT%H%M%SZ}\nDTSTART:{begins:%Y%m%dT120000Z}\n"
        f"DTEND:{begins:%Y%m%dT133000Z}\nSUMMARY:Samverkansmöte tillsyn\nLOCATION:Kommunhuset\\, Lövsta\n"
        "ORGANIZER:mailto:sara.linde@lovsta.example\nATTENDEE;RSVP=TRUE:mailto:miljo@botkyrka.example\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )
    return _lines(
        f"{head}\n--k\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        "Hej! Välkomna till samverkansmöte om tillsyn.\n\nSara Linde, Lövsta kommun\n"
        "--k\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\nContent-Transfer-Encoding: base64\n\n"
        f"{_base64(_lines(calendar))}--k--\n"
    )


def _winmail(at: datetime) -> bytes:
    """A winmail.dat (TNEF), which only Outlook opens."""
    head = _head(
        "winmail",
        at,
        "From: Nordstad AB <kundtjanst@nordstad.example>",
        "To: ekonomi@botkyrka.example",
        "Subject: Avtal 2027",
        'Content-Type: multipart/mixed; boundary="w"',
    )
    tnef = bytes.fromhex("789f3e220100") + b"\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00\x01\x00"
    return _lines(
        f"{head}\n--w\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        "Hej, här kommer avtalet.\n"
        "--w\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Disposition: attachment; "
        f"filename=winmail.dat\nContent-Transfer-Encoding: base64\n\n{_base64(tnef)}--w--\n"
    )


def _forwarded(at: datetime) -> bytes:
    """A whole mail as attachment, with a file name that tries to leave its folder."""
    head = _head(
        "forwarded",
        at,
        "From: Petter Havsjo <petter.havsjo@mejl.example>",
        "To: registrator@botkyrka.example",
        "Subject: Vidarebefordrat: mitt mejl till er i somras",
        'Content-Type: multipart/mixed; boundary="f"',
    )
    inner = _head(
        "inner",
        at - timedelta(days=90),
        "From: Petter Havsjo <petter.havsjo@mejl.example>",
        "To: miljo@botkyrka.example",
        "Subject: Buller",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return _lines(
        f"{head}\n--f\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        "Jag fick aldrig svar på det här. Kan ni se vad som hände?\n"
        f"--f\nContent-Type: message/rfc822\n\n{inner}\nHej! Fläkten på taket låter hela nätterna.\n"
        '--f\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="../../etc/matning.pdf"\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64(placeholder('matning.pdf', 'application/pdf'))}--f--\n"
    )


def _signed(at: datetime) -> bytes:
    """A signed mail (S/MIME). The signature is a placeholder: the demo does not check it."""
    head = _head(
        "signed",
        at,
        "From: Lansstyrelsen <diarium@lansstyrelsen.example>",
        "To: kommunstyrelsen@botkyrka.example",
        "Subject: Remiss, svar inom tre veckor",
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="s"',
    )
    return _lines(
        f"{head}\n--s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        "Länsstyrelsen ger kommunen tillfälle att yttra sig.\n"
        "--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Disposition: attachment; "
        f"filename=smime.p7s\nContent-Transfer-Encoding: base64\n\n{_base64(b'0' * 64)}--s--\n"
    )


def _no_mailbox(at: datetime) -> bytes:
    """To an address that nobody answers for: it goes to the holding pen, and vanishes nowhere."""
    head = _head(
        "nomailbox",
        at,
        "From: Aino Virtala <aino.virtala@hemma.example>",
        "To: byglov@botkyrka.example",
        "Subject: Var i processen ligger min ansokan?",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return _lines(f"{head}\nHej! Jag sökte lov för ett växthus i augusti och har inte hört något.\n\nAino Virtala\n")


ODDITIES = (
    Oddity("newsletter", "nyhetsbrev@museet.example", "kulturfritid@botkyrka.example", timedelta(hours=2), _newsletter),
    Oddity("oldencoding", "goran.akervik@mejl.example", "gatapark@botkyrka.example", timedelta(hours=5), _old_encoding),
    Oddity("undeclared", "skrivare3@tullingeskola.example", "skola@botkyrka.example", timedelta(hours=7), _undeclared),
    Oddity("broken", "signe.klintdal@post.example", "info@botkyrka.example", timedelta(hours=3), _broken),
    Oddity("journal", "journal@botkyrka.example", "bygglov@botkyrka.example", timedelta(days=1, hours=2), _journal),
    Oddity("bounce", "", "forskola@botkyrka.example", timedelta(days=1, hours=4), _bounce),
    Oddity("invitation", "sara.linde@lovsta.example", "miljo@botkyrka.example", timedelta(days=2), _invitation),
    Oddity("winmail", "kundtjanst@nordstad.example", "ekonomi@botkyrka.example", timedelta(days=2, hours=3), _winmail),
    Oddity("forwarded", "petter.havsjo@mejl.example", "registrator@botkyrka.example", timedelta(hours=6), _forwarded),
    Oddity("signed", "diarium@lansstyrelsen.example", "kommunstyrelsen@botkyrka.example", timedelta(days=3), _signed),
    Oddity("nomailbox", "aino.virtala@hemma.example", "byglov@botkyrka.example", timedelta(hours=4), _no_mailbox),
)
