"""Mail for the screens' tests, taken in by the real intake."""

from datetime import datetime
from email.message import EmailMessage

from kommunpost.apps.mailflow.actions.receive import receive_group
from kommunpost.apps.mailflow.arrivals import Arrived
from kommunpost.apps.mailflow.models import Delivery, Route
from kommunpost.site.subscriptions import DELIVERY_LISTENERS

HTML = (
    '<p>Hej <b>gata</b>!</p><script>alert(1)</script><img src="https://spar.example/pixel.gif">'
    '<img src="cid:bild@x"><a href="https://spar.example/klick">hit</a>'
)


def letter(number: int, *, to: str, subject: str = "Snövall framför infarten", html: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"] = "Berit Malmkvist <berit.malmkvist@post.example>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{number}@post.example>"
    mail.set_content(
        "Hej!\n\nVem ansvarar <här>?\n\nDen 13 nov 2026 skrev Tommy Rask:\n> Hej Berit!\n> Vi ska lyfta bladet.\n"
    )
    if html:
        mail.add_alternative(html, subtype="html")
        parts = mail.get_payload()
        parts[1].add_related(b"\x89PNG\r\n\x1a\nxx", "image", "png", cid="<bild@x>")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename='Ansökan "å".pdf')
    return mail.as_bytes()


def deliver(*raws: bytes, to: str, at: datetime) -> list[Delivery]:
    """Take in the mails for one recipient, all at ``at``; the deliveries in the same order."""
    arrivals = [
        Arrived(raw=raw, route=Route.SMTP, at=at, sender="berit.malmkvist@post.example", recipients=(to,))
        for raw in raws
    ]
    receipts = receive_group(arrivals=arrivals, listeners=DELIVERY_LISTENERS, now=at)
    return [Delivery.objects.get(pk=receipt.delivery_ids[0]) for receipt in receipts]
