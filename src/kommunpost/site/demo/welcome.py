"""What ``kommunpost demo`` prints when the doors are open."""

from collections.abc import Sequence
from dataclasses import dataclass

RECIPIENT = "bygglov@botkyrka.example"


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the demo listens. ``moved``: a usual port was taken, so another was chosen."""

    host: str
    web_port: int
    smtp_port: int
    moved: bool = False


def welcome(*, doors: Doors, people: Sequence[tuple[str, str]], folder: str, every: float | None) -> str:
    """The whole text. ``people``: (role, name); ``every``: seconds between new mails, None when none come."""
    moved = "\n  (A usual port was taken, so the next free one is used.)" if doors.moved else ""
    roles = "\n".join(f"    {role:<16}{name}" for role, name in people)
    return f"""
Kommunpost demo: an invented town hall. No person, address or case in it is real.

  Web    http://{doors.host}:{doors.web_port}/
  SMTP   {doors.host} port {doors.smtp_port}, no encryption, no password{moved}

  Sign in with one click as
{roles}

  Send a mail and see it arrive (any of the three):
{ways_to_send(doors)}
    A mail program: outgoing server {doors.host}, port {doors.smtp_port}, security none, no sign-in;
    write to {RECIPIENT}.

  Try this
    1. Sign in as a registrar, open Logg and search for "altan".
    2. Open Inkorg: read a newsletter; its script and tracking picture stay outside.
    3. Send a mail as above; it stands in the inbox of bygglov and in the log.
    4. Send one to byglov@botkyrka.example (one g missing): nobody answers for it, yet it does not vanish.
    5. Sign in as the contact centre, open Inkorg, Botkyrka kommun: A takes a letter, S answers it.
    6. Sign in as the registrar, open Registrera: R registers and shows the next.
    7. Sign in as a caseworker: you see your own mailboxes, and no more.

  {_trickle(every)}
  Nothing leaves this machine: the demo has no outgoing relay.
  Data: {folder} (kept; kommunpost demo --fresh makes it anew)
  Stop: Ctrl-C
"""


def ways_to_send(doors: Doors) -> str:
    """Two commands that send a mail to the demo from a terminal."""
    # --crlf: the intake refuses bare line feeds, by which mail is smuggled.
    letter = f"From: jag@mejl.example\\nTo: {RECIPIENT}\\nSubject: Altan\\n\\nMay I build one?\\n"
    return f"""    printf '{letter}' | \\
      curl -sS --crlf smtp://{doors.host}:{doors.smtp_port} --mail-from jag@mejl.example --mail-rcpt {RECIPIENT} -T -
    swaks --server {doors.host}:{doors.smtp_port} --from jag@mejl.example --to {RECIPIENT}"""


def _trickle(every: float | None) -> str:
    if every is None:
        return "No new mail comes by itself (--quiet)."
    return f"A new mail arrives about every {every:.0f} seconds (--quiet stops that)."
