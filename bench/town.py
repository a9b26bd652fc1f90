"""What a large municipality has gathered: a million mails, conversations and lines of the diary, put in by SQL.

Every row is one that the offices could have written; ``tests/bench`` holds that words and lists agree with theirs.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from bench.series import add_series, day, moment, next_id, pick, series

THINGS = ("gatlampa", "skolmat", "bygglov", "snöröjning", "färdtjänst", "avlopp", "hyra", "busskort", "altan", "skylt")
_FILLER = "hej lampa utanför vårt hus har varit släckt två veckor när lagas den tack på förhand"
ENTRIES_A_CASE = 10
AWAITING = 400
"""So many conversations await an answer in the one mailbox; the others are answered, closed or wait."""


def fill_town(*, log_rows: int) -> None:
    """The example municipality, with a year of the log before it."""
    from kommunpost.site.demo.fill import fill  # noqa: PLC0415

    now = datetime.now(UTC)
    if log_rows:
        from bench.log_fill import fill as fill_log  # noqa: PLC0415

        fill_log(log_rows)
    fill(now=now, log_rows=0, say=lambda _: None)


def settle() -> None:
    """What a database does to itself by night."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def busiest() -> int:
    """The mailbox of the example municipality that gets most mail."""
    from django.db.models import Count  # noqa: PLC0415

    from kommunpost.apps.mailflow.models import Delivery  # noqa: PLC0415

    counted = Delivery.objects.filter(mailbox__isnull=False, direction="in").values("mailbox_id")
    return int(counted.annotate(number=Count("id")).order_by("-number")[0]["mailbox_id"])


def add_mails(rows: int, *, mailbox: int) -> tuple[int, int]:
    """Older mails, half of them in one mailbox: lists read rows, not blobs. Returns the id of the first message and
    that of the first delivery; the others follow.
    """
    from kommunpost.apps.directory.models import Mailbox  # noqa: PLC0415
    from kommunpost.apps.mailflow.models import Blob, Delivery, Message  # noqa: PLC0415

    blob, boxes = Blob.objects.order_by("stored_at")[0], list(Mailbox.objects.values_list("pk", flat=True))
    at, message, delivery = _spread(rows, days=300, since=400), next_id(Message), next_id(Delivery)
    began = datetime.now(UTC) - timedelta(days=400)
    add_series(
        Message(
            blob=blob, size=9000, sender_name="Anna Ek", read_at=began, first_seen_at=began, thread="",
            preview="Hej! Lampan utanför vårt hus har varit släckt i två veckor. När lagas den?",
        ),
        rows,
        {
            "id": f"{message} + n", "first_seen_at": moment(at), "subject": "'Fråga om gatlampa ' || n",
            "content_digest": f"'{'0' * 54}' || (1000000000 + n)", "message_id": "n || '@prov.example'",
            "sender_address": "'anna.ek' || (n %% 5000) || '@mejl.example'",
        },
    )  # fmt: skip
    add_series(
        Delivery(blob=blob, address="nagon@storkommun.example", direction="in", route="import", at=began),
        rows,
        {
            "id": f"{delivery} + n", "message_id": f"{message} + n", "at": moment(at),
            "mailbox_id": f"CASE n %% 2 WHEN 0 THEN {mailbox} ELSE {pick(boxes, 'n / 2')} END",
        },
    )  # fmt: skip
    return message, delivery


def add_conversations(rows: int, *, mailbox: int) -> int:
    """Conversations of one mail each in the one mailbox; the newest await an answer. Returns the id of the first."""
    from kommunpost.apps.inbox.models import Conversation, Entry  # noqa: PLC0415

    now, states = datetime.now(UTC), ("closed", "answered", "answered", "waiting")
    message, delivery = add_mails(rows, mailbox=mailbox)
    first, at, waits = next_id(Conversation), _spread(rows, days=600, since=600), f"n >= {rows - AWAITING}"
    hours = f"{int(now.timestamp())} + (n %% 96 - 24) * 3600"
    add_series(
        Conversation(
            mailbox_id=mailbox, party_name="Anna Ek", preview="Lampan är släckt.", message_count=1, began_at=now,
            last_at=now,
        ),
        rows,
        {
            "id": f"{first} + n", "began_at": moment(at), "last_at": moment(at),
            "state": f"CASE WHEN {waits} THEN 'new' ELSE {pick(states, 'n')} END",
            "subject": "'Fråga om gatlampa ' || n", "party_address": "'anna.ek' || (n %% 5000) || '@mejl.example'",
            "waits_since": f"CASE WHEN {waits} THEN {moment(at)} END",
            "due_at": f"CASE WHEN {waits} THEN {moment(hours)} END",
        },
    )  # fmt: skip
    add_series(
        Entry(direction="in", placed="first", at=now),
        rows,
        {
            "id": f"{next_id(Entry)} + n", "conversation_id": f"{first} + n", "first_conversation_id": f"{first} + n",
            "delivery_id": f"{delivery} + n", "message_id": f"{message} + n", "at": moment(at),
        },
    )  # fmt: skip
    _add_conversation_words(rows, first=first, mailbox=mailbox)
    return first


def conversation_words(number: int, mailbox: int) -> set[str]:
    """By the office's own rule, the words of the conversation with this running number."""
    from kommunpost.apps.inbox.search_index.terms import box_word, words_of  # noqa: PLC0415

    party = f"Anna Ek anna.ek{number % 5000}@mejl.example"
    return {box_word(mailbox), *words_of([f"Fråga om gatlampa {number}", party, _FILLER])}


def _add_conversation_words(rows: int, *, first: int, mailbox: int) -> None:
    from kommunpost.apps.inbox.search_index.storing import note_all_words  # noqa: PLC0415

    common = sorted(conversation_words(1, mailbox) & conversation_words(2, mailbox))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"""INSERT INTO inbox_search (id, words) SELECT {first} + n,
                    array_to_tsvector({_array(common)} || ARRAY[n::text, 'ek' || (n % 5000)]) FROM {series(rows)}"""
            )
        else:
            cursor.execute(
                f"""INSERT INTO inbox_search (rowid, words)
                    SELECT {first} + n, '{" ".join(common)} ' || n || ' ek' || (n % 5000) FROM {series(rows)}"""
            )
    note_all_words(connection)


def _array(words: list[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]"


def add_diary(rows: int) -> None:
    """Cases of ten entries each in all committees, ten years of them, with the words they are found by."""
    from kommunpost.apps.directory.models import Committee  # noqa: PLC0415
    from kommunpost.apps.register.models import CaseFile, DiaryNumber, RegisterEntry  # noqa: PLC0415

    now, committees = datetime.now(UTC), list(Committee.objects.order_by("pk").values_list("pk", flat=True))
    cases = rows // ENTRIES_A_CASE
    number, case, entry = next_id(DiaryNumber), next_id(CaseFile), next_id(RegisterEntry)
    opened = _spread(cases, days=3600, since=3660)
    year, running = f"(2016 + n * 10 / {cases})", f"n %% {ENTRIES_A_CASE} + 1"
    designation = f"'PROV/' || {year} || '/' || (1000000 + n)"
    with transaction.atomic():
        add_series(
            DiaryNumber(taken_at=now), cases,
            {"id": f"{number} + n", "committee_id": pick(committees, "n"), "year": year, "number": "1000000 + n",
             "designation": designation, "taken_at": moment(opened)},
        )  # fmt: skip
        add_series(
            CaseFile(opened_at=now, latest_running=ENTRIES_A_CASE), cases,
            {"id": f"{case} + n", "committee_id": pick(committees, "n"), "diary_number_id": f"{number} + n",
             "designation": designation, "title": f"'Ärende om ' || {pick(THINGS, 'n')}",
             "public_title": f"'Ärende om ' || {pick(THINGS, 'n')}", "opened_at": moment(opened)},
        )  # fmt: skip
        # ``n`` runs over entries here: its case is a tenth of it.
        of_case = f"(n / {ENTRIES_A_CASE})"
        numbered = designation.replace("n *", f"{of_case} *").replace("+ n)", f"+ {of_case})")
        at = _spread(rows, days=3600, since=3660)
        title = f"'Fråga om ' || {pick(THINGS, of_case)}"
        add_series(
            RegisterEntry(direction="in", counterpart="Anna Ek", public_counterpart="Anna Ek", dated_at=now,
                          dated_on=now.date(), registered_at=now), rows,
            {"id": f"{entry} + n", "committee_id": pick(committees, of_case), "case_id": f"{case} + {of_case}",
             "running": running, "designation": f"{numbered} || '-' || ({running})", "dated_at": moment(at),
             "dated_on": day(at), "registered_at": moment(at), "title": title, "public_title": title,
             "secrecy": "CASE n %% 50 WHEN 7 THEN 'strong' ELSE 'none' END"},
        )  # fmt: skip
        _add_entry_words(rows, cases=cases, entry=entry)


def _add_entry_words(rows: int, *, cases: int, entry: int) -> None:
    from kommunpost.apps.register.models import EntryWord  # noqa: PLC0415

    of_case = f"(n / {ENTRIES_A_CASE})"
    words = [
        "'prov'", f"CAST(2016 + {of_case} * 10 / {cases} AS text)", f"CAST(1000000 + {of_case} AS text)",
        f"CAST(n %% {ENTRIES_A_CASE} + 1 AS text)", "'fråga'", "'om'", pick(THINGS, of_case), "'anna'", "'ek'",
    ]  # fmt: skip
    for audience in ("inside", "public"):
        for word in words:
            add_series(
                EntryWord(audience=audience), rows,
                {"id": f"{next_id(EntryWord)} + n", "entry_id": f"{entry} + n", "word": word},
            )  # fmt: skip


def _spread(rows: int, *, days: int, since: int) -> str:
    """SQL of seconds since 1970: ``rows`` moments evenly over ``days``, from ``since`` days ago, oldest first."""
    begun = int((datetime.now(UTC) - timedelta(days=since)).timestamp())
    return f"({begun} + n * {days * 86_400.0 / rows})"
