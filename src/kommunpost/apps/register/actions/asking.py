"""Ask the registrar: a question about a record, an answer to whoever asked, and guidance for those who come after."""

from datetime import datetime

from django.db import transaction

from kommunpost.apps.audit.actions import record as audit
from kommunpost.apps.directory.rules import Actor, Permission, check_may
from kommunpost.apps.mailflow.queries import NotVisible
from kommunpost.apps.register.kinds import QuestionState
from kommunpost.apps.register.models import Guidance, Question
from kommunpost.apps.register.queries.scope import get_visible_record, record_scope, records_in
from kommunpost.apps.register.rules.guidance import key_words, names_somebody
from kommunpost.apps.register.rules.states import QUESTION_STEPS, RegisterRefused, check_step
from kommunpost.apps.register.verbs import RegisterVerb

LONGEST_TEXT = 4000


def ask(*, actor: Actor, record_id: int, text: str, now: datetime) -> int:
    """Put a question about a record to the registrar. Returns its id. The record stays in the queue, with its clock.

    Raises NotVisible, and ``RegisterRefused``: ``text_missing``, ``too_long``, ``asked_already``.
    """
    if not text.strip():
        raise RegisterRefused("text_missing")
    if len(text) > LONGEST_TEXT:
        raise RegisterRefused("too_long")
    with transaction.atomic():
        record = get_visible_record(actor, record_id)
        if record.questions.filter(asked_by_id=actor.account_id, state=QuestionState.OPEN).exists():
            raise RegisterRefused("asked_already")
        question = Question.objects.create(record=record, text=text.strip(), asked_at=now, asked_by_id=actor.account_id)
        _audit(RegisterVerb.QUESTION_ASKED, f"question:{question.pk}", actor, now, record=record.pk)
    return int(question.pk)


def answer(
    *, actor: Actor, question_id: int, text: str, guidance_title: str = "", guidance_text: str = "", now: datetime
) -> None:
    """Answer a question; with a title and a text, the answer becomes guidance too, in words that name nobody.

    Raises NotAllowed, NotVisible, and ``RegisterRefused``: ``text_missing``, ``too_long``, ``not_from_this_state``,
    ``guidance_names_somebody``.
    """
    check_may(actor, Permission.REGISTER_ANSWER)
    if not text.strip() or (guidance_title.strip() and not guidance_text.strip()):
        raise RegisterRefused("text_missing")
    if len(text) > LONGEST_TEXT:
        raise RegisterRefused("too_long")
    with transaction.atomic():
        question = get_question_to_answer(actor, question_id)
        check_step(QUESTION_STEPS, QuestionState(question.state), QuestionState.ANSWERED)
        changed = Question.objects.filter(pk=question.pk, state=QuestionState.OPEN).update(
            state=QuestionState.ANSWERED, answer=text.strip(), answered_at=now, answered_by_id=actor.account_id
        )
        if not changed:
            raise RegisterRefused("changed_meanwhile")
        _audit(RegisterVerb.QUESTION_ANSWERED, f"question:{question.pk}", actor, now)
        if guidance_title.strip():
            make_guidance(actor=actor, title=guidance_title, text=guidance_text, question=question, now=now)


def withdraw(*, actor: Actor, question_id: int, now: datetime) -> None:
    """The asker needs no answer any more. Raises NotVisible, ``not_from_this_state``."""
    with transaction.atomic():
        question = Question.objects.filter(pk=question_id, asked_by_id=actor.account_id).first()
        if question is None:
            raise NotVisible
        check_step(QUESTION_STEPS, QuestionState(question.state), QuestionState.WITHDRAWN)
        Question.objects.filter(pk=question.pk, state=QuestionState.OPEN).update(state=QuestionState.WITHDRAWN)
        _audit(RegisterVerb.QUESTION_WITHDRAWN, f"question:{question.pk}", actor, now)


def note_seen(*, actor: Actor, question_id: int, now: datetime) -> None:
    """The asker has seen the answer: it waits no longer on their start page."""
    answered = Question.objects.filter(pk=question_id, asked_by_id=actor.account_id, state=QuestionState.ANSWERED)
    answered.filter(seen_at__isnull=True).update(seen_at=now)


def make_guidance(*, actor: Actor, title: str, text: str, question: Question, now: datetime) -> None:
    """Inside the caller's transaction. Found later by the words of the mail that was asked about, and of its title."""
    if any(names_somebody(part) for part in (title, text)):
        raise RegisterRefused("guidance_names_somebody")
    message = question.record.message
    guidance = Guidance.objects.create(
        title=title.strip()[:200], text=text.strip(), from_question=question, made_at=now,
        made_by_id=actor.account_id, words=sorted(key_words(title) | key_words(message.subject)),
    )  # fmt: skip
    _audit(RegisterVerb.GUIDANCE_MADE, f"guidance:{guidance.pk}", actor, now)


def retire_guidance(*, actor: Actor, guidance_id: int, now: datetime) -> None:
    """Show it no more. Raises NotAllowed, NotVisible."""
    check_may(actor, Permission.REGISTER_ANSWER)
    with transaction.atomic():
        if not Guidance.objects.filter(pk=guidance_id, is_active=True).update(is_active=False):
            raise NotVisible
        _audit(RegisterVerb.GUIDANCE_RETIRED, f"guidance:{guidance_id}", actor, now)


def get_question_to_answer(actor: Actor, question_id: int) -> Question:
    """The question, for a registrar who may see its record. Raises NotVisible."""
    question = Question.objects.select_related("record__message", "asked_by__person").filter(pk=question_id).first()
    if question is None or not records_in(record_scope(actor)).filter(pk=question.record_id).exists():
        raise NotVisible
    return question


def _audit(verb: RegisterVerb, subject: str, actor: Actor, now: datetime, **details: int) -> None:
    audit(actor=actor.reference, verb=verb, subject=subject, details=details, at=now)
