"""The demo's shared mailboxes at work: conversations in every state, some late, and a knowledge base.

Mail from the demo's archive is imported, and imported mail is silent; a municipality that goes live starts the clocks
of what still waits, and so does the demo. Then its people go to work by the ordinary actions.
"""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from kommunpost.apps.directory.models import Mailbox, Unit
from kommunpost.apps.directory.queries import actor_for, list_accounts
from kommunpost.apps.directory.rules import Actor, Permission
from kommunpost.apps.inbox.actions import starts, steps
from kommunpost.apps.inbox.actions.knowledge import save_article
from kommunpost.apps.inbox.actions.taking_in import take_in_pending
from kommunpost.apps.inbox.models import ArticleState, Conversation, Ending
from kommunpost.apps.inbox.queries.starts import preview
from kommunpost.apps.inbox.rules.mailboxes import SHARED_KINDS
from kommunpost.apps.mailflow.tasks import read_new_messages
from kommunpost.core.swedish.working_days import WorkCalendar, local_day

KNOWLEDGE = Path(__file__).with_name("knowledge.toml")
WAITING_DAYS = 4
"""Working days back from which mail still waits: the oldest of it is late."""
REVIEW = timedelta(days=200)


def begin_conversations(*, now: datetime) -> int:
    """Read the mail, give it its conversations, start the clocks of the latest days. How many wait."""
    while read_new_messages(now=now):
        pass
    while take_in_pending(now=now):
        pass
    since = local_day(now)
    calendar = WorkCalendar()
    for _day in range(WAITING_DAYS):
        since -= timedelta(days=1)
        while not calendar.is_working_day(since):
            since -= timedelta(days=1)
    boxes = Mailbox.objects.filter(kind__in=SHARED_KINDS).order_by("pk").values_list("pk", flat=True)
    return sum(_start_clocks(mailbox_id, since=since, now=now) for mailbox_id in boxes)


def _start_clocks(mailbox_id: int, *, since: date, now: datetime) -> int:
    if not preview(mailbox_id, since, now=now).waiting:
        return 0
    start = starts.ask_start_by_system(by="system:demo", mailbox_id=mailbox_id, since=since, now=now)
    return starts.carry_to_the_end(start_id=start, now=now).started


def work_a_while(*, now: datetime) -> None:
    """Some conversations are taken, noted on, answered by telephone, set to wait and closed."""
    workers = _workers()
    waiting = Conversation.objects.filter(due_at__isnull=False).order_by("due_at", "pk")
    for number, one in enumerate(waiting):
        who = [worker for worker in workers if one.mailbox_id in worker.mailbox_ids]
        if who:
            _work_on(one.pk, who[number % len(who)], number, now=now)


def _work_on(pk: int, who: Actor, number: int, *, now: datetime) -> None:
    """Every sixth stays new; the others go as far as their number says."""
    kind = number % 6
    if kind == 0:
        return
    steps.take(actor=who, conversation_id=pk, now=now)
    if kind == 1:
        note = "Jag har frågat entreprenören och väntar på besked."
        steps.write_note(actor=who, conversation_id=pk, text=note, now=now)
    if kind in {2, 3, 4}:
        text = "Ringde upp och svarade på frågan. Nöjd med svaret."
        steps.answered_by_call(actor=who, conversation_id=pk, text=text, now=now)
    if kind == 3:  # noqa: PLR2004 - the third of six
        steps.wait_for_them(actor=who, conversation_id=pk, now=now)
    if kind == 4:  # noqa: PLR2004
        steps.close(actor=who, conversation_id=pk, ending=Ending.SOLVED_HERE, now=now)


def write_knowledge(*, now: datetime) -> int:
    """The demo's articles. How many."""
    told = tomllib.loads(KNOWLEDGE.read_text(encoding="utf-8"))["articles"]
    writer = next(worker for worker in _workers() if worker.may(Permission.KNOWLEDGE_WRITE))
    units = dict(Unit.objects.values_list("slug", "pk"))
    for number, one in enumerate(told):
        save_article(
            actor=writer, article_id=None, question=one["question"], answer=one["answer"].strip(),
            keywords=one["keywords"], unit_id=units.get(one["unit"]), owner_id=writer.person_id,
            review_on=local_day(now) + REVIEW - timedelta(days=15 * number), state=ArticleState.PUBLISHED,
            seen_version=0, now=now,
        )  # fmt: skip
    return len(told)


def _workers() -> Sequence[Actor]:
    actors: Iterable[Actor] = (actor_for(account.id) for account in list_accounts())
    return [actor for actor in actors if actor.may(Permission.CONVERSATION_WORK) and actor.mailbox_ids]
