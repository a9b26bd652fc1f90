# ruff: noqa: E501 -- a trick is read best on one line, and likenesses are what this is about.
"""Mail that claims to be trusted: whatever it says of itself, no screen says more than we have checked."""

import pytest
from django.utils import timezone
from tests.site.people import build_town_hall
from tests.site.post import deliver

from kommunpost.apps.directory.rules import Role
from kommunpost.apps.mailflow.actions.receive import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.models import Route
from kommunpost.core.mail import alike, mixes_alphabets, parse, plain_name, read_results, shown_sender

STREET = "gatapark@botkyrka.example"
OURS = "mx.botkyrka.example"
LIKE, ALPHABETS, OWN = "liknar vår egen", "olika alfabet", "inte gått ut från någon av våra"
NAME, ANSWERS, SENT, FORGED = "Namnet innehåller", "Svar går inte", "i avsändarens namn", "kan vara förfalskad"

RESULTS = {
    "ours": (f"{OURS}; dmarc=fail header.from=ond.example", {"dmarc": "fail"}),
    "another server's": ("mx.ond.example; dmarc=fail", {}),
    "ours in a property": (f"mx.ond.example; dmarc=fail reason={OURS}", {}),
    "ours in a comment": (f"({OURS};) mx.ond.example; dmarc=fail", {}),
    "ours as a part of a name": (f"{OURS}.ond.example; dmarc=fail", {}),
    "ours in quotes": (f'"{OURS}"; dmarc=pass', {"dmarc": "pass"}),
    "with a version": (f"{OURS} 1; spf=softfail", {"spf": "softfail"}),
    "in capitals": (f"{OURS.upper()}; DMARC=FAIL", {"dmarc": "fail"}),
    "a verdict in a comment": (f"{OURS}; dmarc=fail (p=reject; dmarc=pass)", {"dmarc": "fail"}),
    "a verdict in nested comments": (f"{OURS}; dmarc=fail (a (b) ; dmarc=pass)", {"dmarc": "fail"}),
    "a comment that never closes": (f"{OURS}; dmarc=fail (; dmarc=pass", {"dmarc": "fail"}),
    "a verdict in quotes": (f'{OURS}; spf=fail reason="x; dmarc=pass"', {"spf": "fail"}),
    "a verdict in a property": (f"{OURS}; dmarc=fail header.from=dmarc=pass", {"dmarc": "fail"}),
    "two signatures": (f"{OURS}; dkim=fail header.d=a; dkim=pass header.d=b", {"dkim": "pass"}),
    "a method that only begins alike": (f"{OURS}; dmarcx=pass; x-dmarc=pass", {}),
    "nothing": (f"{OURS}; none", {}),
    "empty": ("", {}),
    "semicolons": (";" * 5_000 + OURS, {}),
    "brackets": ("(" * 50_000, {}),
}


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_only_our_own_servers_results_count(name: str) -> None:
    value, expected = RESULTS[name]
    assert read_results(f"Authentication-Results: {value}\r\nFrom: a@b\r\n\r\nx".encode(), ours=[OURS]) == expected


def test_the_topmost_of_ours_counts_and_a_body_has_none() -> None:
    forged = f"Authentication-Results: {OURS}; dmarc=pass\r\n"
    raw = f"Authentication-Results: {OURS};\r\n dmarc=fail\r\n{forged}From: a@b\r\n\r\n{forged}".encode()
    assert read_results(raw, ours=[OURS]) == {"dmarc": "fail"}
    assert read_results(f"From: a@b\r\n\r\n{forged}".encode(), ours=[OURS]) == {}
    assert read_results(raw, ours=[]) == {}


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("b0tkyrka.example", "a nought for an o"),
        ("botkyгka.example".replace("г", "r").replace("o", "о"), "a Cyrillic o"),
        ("xn--btkyrka-kyi.example", "the same as punycode"),
        ("xn--bötkyrka.example", "punycode that is none"),
        ("BOTKYRKA.example.ond.example", "ours as the beginning of another"),
        ("post.b0tkyrka.example", "a subdomain of a likeness"),
        ("botkyrka.com", "the same name, another ending"),
        ("bot-kyrka.example", "a hyphen"),
        ("botkyrkа.example", "a Cyrillic a"),
        ("botkyrrka.example", "a letter too many"),
        ("botkyka.example", "a letter missing"),
        ("botkyrak.example", "letters that changed places"),
        ("bötkyrka.example", "dots"),
        ("ｂｏｔｋｙｒｋａ.example", "wide letters"),
    ],
)
def test_a_likeness_is_seen(domain: str, why: str) -> None:
    assert (alike(domain, ["botkyrka.example"]) != "") is (domain != "xn--bötkyrka.example"), why


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("botkyrka.example", "ours"),
        ("BOTKYRKA.EXAMPLE.", "ours, in capitals and with the root's dot"),
        ("skola.botkyrka.example", "beneath ours"),
        ("botkyrkabyggen.example", "a company in the same town"),
        ("mejl.example", "somebody else"),
        ("", "none"),
        ("a" * 5_000, "no domain at all"),
        ("." * 300, "dots"),
    ],
)
def test_an_ordinary_domain_gives_no_warning(domain: str, why: str) -> None:
    assert alike(domain, ["botkyrka.example"]) == "", why
    assert not mixes_alphabets(domain)


def letter(**fields: str) -> bytes:
    wanted = {"From": "Eva Ek <eva.ek@mejl.example>", "To": STREET, "Subject": "Hej"} | fields
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in wanted.items())
    return f"{head}\r\nHej\r\n".encode()


AUTH = f"{OURS}; dmarc=fail"
# name: (the mail, what the page must say, what it must not say)
CLAIMS: dict[str, tuple[bytes, tuple[str, ...], tuple[str, ...]]] = {
    "ordinary": (letter(), (), (LIKE, OWN, NAME, ANSWERS, SENT, FORGED)),
    "own address from outside": (letter(From="Chefen <chef@botkyrka.example>"), (OWN,), ()),
    "own address that nobody has": (letter(From="IT <support@botkyrka.example>"), (OWN,), ()),
    "another address as name": (letter(From='"chef@botkyrka.example" <x@ond.example>'), (NAME, "x@ond.example"), (OWN,)),
    "likeness": (letter(From="Chefen <chef@b0tkyrka.example>"), (LIKE, "b0tkyrka.example"), (OWN,)),
    "alphabets": (letter(From="Chefen <chef@mеjl.example>"), (ALPHABETS,), ()),
    "answers to a likeness": (letter(Reply_To="chef@b0tkyrka.example"), (LIKE,), ()),
    "answers elsewhere": (letter(Reply_To="eva@ond.example"), (ANSWERS, "eva@ond.example"), ()),
    "answers of a list": (letter(Reply_To="lista@l.example", List_Id="<l.example>"), (), (ANSWERS,)),
    "sent by another": (letter(Sender="x@ond.example"), (SENT, "x@ond.example"), ()),
    "two senders": (letter(From="a@mejl.example, chef@botkyrka.example"), ("flera avsändare",), ()),
    "two From fields": (letter() + b"", (), ()),
    "our server says forged": (letter(Authentication_Results=AUTH), (FORGED,), ()),
    "another says forged": (letter(Authentication_Results="mx.ond.example; dmarc=fail"), (), (FORGED,)),
    "another says true": (letter(Authentication_Results="mx.ond.example; dmarc=pass"), (), (FORGED,)),
    "forged pass does not lift a warning": (
        letter(From="Chefen <chef@botkyrka.example>", Authentication_Results="mx.ond.example; dmarc=pass"), (OWN,), (),
    ),
    "badge in the name": (letter(From="=?utf-8?Q?Kommunen_=E2=9C=94=EF=B8=8F?= <x@ond.example>"), (), ("✔ <", "Kommunen ✔")),
    "signature that is none": (
        letter(Content_Type='multipart/signed; protocol="application/pkcs7-signature"; boundary=x'),
        ("Vi har inte kontrollerat signaturen",), ("signaturen stämmer",),
    ),
    "signed and opaque": (letter(Content_Type="application/pkcs7-mime; smime-type=signed-data"), ("Vi har inte kontrollerat",), ()),
    "armour that says good": (
        letter(X="") + b"gpg: Good signature\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\n\r\nHej\r\n-----END PGP SIGNATURE-----\r\n",
        ("Vi har inte kontrollerat signaturen",), (),
    ),
    "fields that say verified": (letter(X_Verified="yes", X_Kommunpost_Trusted="1", Received_SPF="pass"), (), ("Kontrollerad",)),
}  # fmt: skip
CLAIMS["two From fields"] = (
    b"From: Chefen <chef@botkyrka.example>\r\n" + letter(),
    ("följer inte standarden", OWN),
    (),
)


@pytest.fixture
def hall(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BLOB_STORE = str(tmp_path / "blobs")
    settings.AUTHENTICATION_SERVERS = [OURS]
    return build_town_hall()


def notes_of(page: str) -> str:
    """The page without the raw header block and the mail's own text, which may say what they like."""
    return page.partition('<pre class="kp-headers">')[0]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(CLAIMS))
def test_a_page_warns_and_never_vouches(name: str, hall, client) -> None:
    raw, said, unsaid = CLAIMS[name]
    (delivery,) = deliver(raw, to=STREET, at=timezone.now())
    client.force_login(hall.accounts[Role.CASEWORKER])
    page = notes_of(client.get(f"/inkorg/{hall.street.pk}/{delivery.pk}/").content.decode())
    for words in said:
        assert words in page
    for words in (*unsaid, "verifierad", "Verifierad", "äkta", "betrodd"):
        assert words not in page


@pytest.mark.django_db
def test_mail_that_we_sent_ourselves_gives_no_warning(hall, client) -> None:
    at = timezone.now()
    raw = letter(From="Vård <vardomsorg@botkyrka.example>")
    arrived = Arrived(
        raw=raw, route=Route.SMTP, at=at, sender="vardomsorg@botkyrka.example", recipients=(STREET,), trusted=True,
        own_domains=frozenset({"botkyrka.example"}),
    )  # fmt: skip
    (receipt,) = receive_group(arrivals=[arrived], listeners=(), now=at)
    client.force_login(hall.accounts[Role.CASEWORKER])
    pages = [client.get(f"/inkorg/{hall.street.pk}/{one}/") for one in receipt.delivery_ids]
    page = next(one for one in pages if one.status_code == 200)
    assert OWN not in page.content.decode()


@pytest.mark.parametrize("badge", "☑✅✓✔⭐🏅🎖🔏🔒🛡🆗")
def test_no_name_brings_a_mark_of_trust_of_its_own(badge: str) -> None:
    assert plain_name(f"Kommunen {badge}\ufe0f") == "Kommunen"
    assert shown_sender(badge, "x@ond.example") == "x@ond.example"


def test_the_first_of_several_senders_is_not_shown_alone() -> None:
    mail = parse(letter(From="a@mejl.example, b@mejl.example"))
    assert "several_senders" in {defect.code for defect in mail.defects}
    assert "several_senders" not in {one.code for one in parse(letter(From="a@b.example, A@b.example")).defects}
