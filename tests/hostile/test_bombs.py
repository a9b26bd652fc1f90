"""Bombs through all that handles a mail: read, shown, framed, answered, digested, within time and memory.

Each runs in a process of its own. The time is the process's own processor time against a generous limit that only work
growing with the square of the input can reach; the memory is the process's peak.
"""

import re
import subprocess
import sys
import textwrap

import pytest
from tests.hostile.bombs import BOMBS

from kommunpost.core.mail import parse

_WORK = textwrap.dedent(
    """
    import os, resource, sys
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kommunpost.site.settings")
    import django
    django.setup()
    from datetime import UTC, datetime
    from kommunpost.apps.mailflow import framing, reading, wording
    from kommunpost.apps.maillog.highlights import marked, pattern_of
    from kommunpost.core.mail import Address, content_digest, parse, read_headers, read_invitation
    from kommunpost.core.mail.reply import bare_subject
    from tests.hostile.answering import answer_to
    framing.make_frame(html="<p>x</p>", attachments=[])
    raw = sys.stdin.buffer.read()
    before = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
    now = datetime(2026, 11, 24, tzinfo=UTC)
    read_headers(raw)
    content_digest(raw)
    mail = parse(raw)
    shown = [mail.text, mail.blocks, reading.parts_of(mail), reading.files_of(mail), reading.sender_of(mail)]
    shown += [reading.people_of(mail.headers.to), reading.people_of(mail.headers.cc), reading.header_text(raw)]
    shown += [wording.invitation_facts(read_invitation(mail.attachments)), wording.report_words(mail.report)]
    shown.append(framing.make_frame(html=mail.html or "", attachments=mail.attachments).html)
    shown.append(marked(mail.headers.subject, pattern_of("a* aa aaa")))
    answer_to(mail, raw, kind="reply", to=Address("", "a@b.example"), now=now)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime - before.ru_utime, (used.ru_maxrss - before.ru_maxrss) * 1024)
    assert "not_parsed" not in [defect.code for defect in mail.defects]
    """
)
SECONDS = 10
"""Some ten times what the slowest takes on one small core."""
ROOM = 40_000_000
"""Bytes for one mail of any size: what libraries load on first use, and what the allocator keeps."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_handled_within_bounds(name: str) -> None:
    raw = BOMBS[name][1]()
    done = subprocess.run([sys.executable, "-c", _WORK], input=raw, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    seconds, memory = map(float, done.stdout.split())
    assert seconds < SECONDS
    assert memory <= 10 * len(raw) + ROOM


def test_marks_without_end_are_all_kept_and_never_sorted_in_one_heap() -> None:
    text = "q" + "\u0301\u0316" * 1_000
    subject = parse(b"Subject: " + text.encode() + b"\r\n\r\n").headers.subject
    assert [subject.count(one) for one in "\u0301\u0316"] == [text.count(one) for one in "\u0301\u0316"]
    assert max(len(run) for run in re.findall("[\u0301\u0316]+", subject)) <= 30
