"""Warnings, escalation, rota, digests and statistics."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from kommunpost.apps.inbox.actions.settings import add_shift, remove_shift, save_digest_times, save_settings
from kommunpost.apps.inbox.actions.steps import answered_by_call, take
from kommunpost.apps.inbox.actions.watching import send_digests, watch
from kommunpost.apps.inbox.checks import check
from kommunpost.apps.inbox.models import Notice, NoticeKind, Shift
from kommunpost.apps.inbox.queries.statistics import statistics_of
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.inbox.rules.rota import latest_digest, uncovered
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import OutgoingMail
from kommunpost.core.mail import parse
from kommunpost.core.swedish.working_days import Span, WorkCalendar

from .conftest import DAY, HOUR, NOW, Office, deliver, letter
from .test_screens import signed_in

MORNING, NOON, EVENING = time(8), time(12), time(16)
LATE = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)  # Tuesday; the mail of Thursday was due on Monday


@pytest.mark.parametrize(
    ("shifts", "gaps"),
    [
        ([], [(MORNING, EVENING)]),
        ([(MORNING, EVENING)], []),
        ([(MORNING, NOON)], [(NOON, EVENING)]),
        ([(NOON, EVENING), (MORNING, NOON)], []),
        ([(time(9), time(10)), (time(9, 30), time(11))], [(MORNING, time(9)), (time(11), EVENING)]),
        ([(time(6), time(7)), (time(17), time(18))], [(MORNING, EVENING)]),
    ],
)
def test_what_nobody_covers(shifts: list[tuple[time, time]], gaps: list[tuple[time, time]]) -> None:
    assert uncovered([Span(MORNING, EVENING)], shifts) == tuple(Span(*gap) for gap in gaps)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-03-12T06:59:00+00:00", None),
        ("2026-03-12T07:00:00+00:00", "2026-03-12T07:00:00+00:00"),
        ("2026-03-12T11:59:00+00:00", "2026-03-12T07:00:00+00:00"),
        ("2026-03-12T12:00:00+00:00", "2026-03-12T12:00:00+00:00"),
        ("2026-03-14T12:00:00+00:00", None),
    ],
)
def test_digests_keep_to_chosen_times_and_working_days(now: str, moment: str | None) -> None:
    expected = datetime.fromisoformat(moment) if moment else None
    found = latest_digest(["13:00", "08:00"], now=datetime.fromisoformat(now), calendar=WorkCalendar())
    assert found == expected
    assert latest_digest([], now=datetime.fromisoformat(now), calendar=WorkCalendar()) is None


@pytest.mark.django_db
def test_warned_before_and_escalated_after_each_once(office: Office) -> None:
    one = deliver(letter(1))
    assert watch(now=NOW) == 0
    monday = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
    watch(now=monday)
    assert set(Notice.objects.values_list("kind", "person__name")) == {("due_soon", "Mona Isaksson")}
    assert watch(now=monday + HOUR) == 0
    take(actor=office.mona, conversation_id=one.pk, now=monday)
    watch(now=LATE)
    late = Notice.objects.filter(kind=NoticeKind.OVERDUE)
    assert {notice.person.name for notice in late} == {"Mona Isaksson", "Henrik Vallgren"}
    assert watch(now=LATE + HOUR) == 0


@pytest.mark.django_db
def test_quiet_notifications(office: Office) -> None:
    """A warning waits for the digest; a passed deadline comes at once, in working hours, by number alone."""
    deliver(letter(1))
    watch(now=datetime(2026, 3, 16, 5, 0, tzinfo=UTC))
    assert send_digests(now=datetime(2026, 3, 16, 6, 45, tzinfo=UTC)) == 0
    assert send_digests(now=datetime(2026, 3, 16, 7, 0, tzinfo=UTC)) == 1
    night = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)
    watch(now=night)
    assert send_digests(now=night) == 0
    morning = datetime(2026, 3, 17, 6, 40, tzinfo=UTC)  # 07.40: phone hours have begun, the digest's time has not
    assert send_digests(now=morning) == 1  # the owner of the mailbox
    assert send_digests(now=morning) == 0
    mail = parse(store().get(OutgoingMail.objects.order_by("-pk")[0].blob_id))
    assert mail.headers.automatic == "generated"
    assert "gatapark@kommun.example" in mail.text
    assert "Berit" not in mail.text
    assert all(outgoing.is_automatic for outgoing in OutgoingMail.objects.all())


@pytest.mark.django_db
def test_phone_hours_watch(office: Office) -> None:
    save_settings(
        actor=office.henrik, mailbox_id=office.street.pk, receipt_on=False, receipt_text="", watch_on=True, now=NOW
    )
    deliver(letter(1))
    watch(now=NOW + 2 * HOUR)
    assert set(Notice.objects.values_list("kind", flat=True)) == {"uncovered", "unread"}
    assert {notice.person.name for notice in Notice.objects.all()} == {"Henrik Vallgren"}


@pytest.mark.django_db
def test_the_rota_is_kept_by_owner_and_manager(office: Office) -> None:
    facts = {"mailbox_id": office.street.pk, "day": NOW.date(), "start": MORNING, "end": NOON, "now": NOW}
    with pytest.raises(InboxRefused, match="not_owner"):
        add_shift(actor=office.mona, person_id=office.mona.person_id, **facts)  # type: ignore[arg-type]
    with pytest.raises(InboxRefused, match="not_member"):
        add_shift(actor=office.henrik, person_id=office.jonas.person_id, **facts)  # type: ignore[arg-type]
    add_shift(actor=office.henrik, person_id=office.mona.person_id, **facts)  # type: ignore[arg-type]
    with pytest.raises(InboxRefused, match="shift_taken"):
        add_shift(actor=office.henrik, person_id=office.mona.person_id, **facts)  # type: ignore[arg-type]
    remove_shift(actor=office.henrik, mailbox_id=office.street.pk, shift_id=Shift.objects.get().pk, now=NOW)
    assert not Shift.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("times", [["25:00"], ["åtta"], [f"{hour:02}:00" for hour in range(7)]])
def test_nonsense_times_are_refused(office: Office, times: list[str]) -> None:
    with pytest.raises(InboxRefused, match="bad_time"):
        save_digest_times(person_id=office.mona.person_id, times=times)


@pytest.mark.django_db
def test_statistics_are_of_the_mailbox_and_never_of_people(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: LATE)
    for number in range(6):
        one = deliver(letter(number, subject=f"Fråga {number}", sender=f"nr{number}@post.example"))
        at = NOW + HOUR if number < 3 else LATE
        answered_by_call(actor=office.mona, conversation_id=one.pk, text="Ringde.", now=at)
    found = statistics_of(office.street.pk, now=LATE)
    assert (found.whole.answered, found.whole.share, found.whole.median_days) == (6, 50, 1.5)
    assert [week.answered for week in found.weeks[-2:]] == [3, 3]
    html = signed_in(office.henrik).get(reverse("mailbox-statistics", args=[office.street.pk])).content.decode()
    assert "50 procent i tid" in html
    assert html.count("Mona Isaksson") == 0
    assert signed_in(office.tova).get(reverse("mailbox-statistics", args=[office.street.pk])).status_code == 403
    assert signed_in(office.jonas).get(reverse("mailbox-statistics", args=[office.street.pk])).status_code == 404


@pytest.mark.django_db
def test_the_pages_of_choices(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: NOW + DAY + timedelta(hours=1))
    url = reverse("mailbox-settings", args=[office.street.pk])
    owner = signed_in(office.henrik)
    assert owner.get(url).status_code == 200
    assert owner.post(url, {"receipt_on": "on", "receipt_text": "Tack.", "watch_on": "on"}).status_code == 302
    shift = {"person": str(office.mona.person_id), "day": "2026-03-16", "start": "08:00", "end": "12:00"}
    assert owner.post(reverse("shift-add", args=[office.street.pk]), shift).status_code == 302
    assert "Mona Isaksson" in owner.get(url).content.decode()
    assert owner.post(reverse("shift-add", args=[office.street.pk]), {**shift, "day": "i morgon"}).status_code == 422
    assert owner.post(reverse("digests"), {"times": "09.30"}).status_code == 302
    assert signed_in(office.mona).get(url).status_code == 403
    assert signed_in(office.tova).get(url).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "uncovered_on", "unread_by", "says"),
    [
        ("", {"2026-03-12", "2026-03-13"}, True, "Enheten har ingen egen telefontid"),
        ("fre 9–12", {"2026-03-13"}, False, "Enhetens telefontid gäller: fre 9–12."),
        ("mån–ons 9–12", set(), False, "Enhetens telefontid gäller"),
        ("mån–fre 09.00–12.00", {"2026-03-12", "2026-03-13"}, True, "Enhetens telefontid gäller"),
        ("mån–fre 13–15", {"2026-03-12", "2026-03-13"}, False, "Enhetens telefontid gäller"),
        ("<b>ring</b>", {"2026-03-12", "2026-03-13"}, True, "(&lt;b&gt;ring&lt;/b&gt;) kan inte läsas"),
    ],
)
def test_each_unit_has_its_own_phone_hours(
    office: Office, monkeypatch: pytest.MonkeyPatch, hours: str, uncovered_on: set[str], unread_by: bool, says: str
) -> None:
    """Thursday 12 March, 10.41: the mail has waited for two hours, the municipality answers since 07.30."""
    now = NOW + 2 * HOUR
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: now)
    office.street.unit.phone_hours = hours
    office.street.unit.save()
    save_settings(
        actor=office.henrik, mailbox_id=office.street.pk, receipt_on=False, receipt_text="", watch_on=True, now=NOW
    )
    deliver(letter(1))
    watch(now=now)
    told = Notice.objects.filter(kind=NoticeKind.UNCOVERED).values_list("once", flat=True)
    assert {one.rpartition(":")[2] for one in told} == uncovered_on
    assert Notice.objects.filter(kind=NoticeKind.UNREAD).exists() is unread_by
    page = signed_in(office.henrik).get(reverse("mailbox-settings", args=[office.street.pk])).content.decode()
    assert says in page
    unread = [one.code for one in check(now=now) if one.code == "inbox.phone_hours_unread"]
    assert bool(unread) is ("<b>" in hours)
