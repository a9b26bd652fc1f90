"""The knowledge base and passing on: the right article with its reason, versions, review; history and dispatch."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests import factories

from kommunpost.apps.composing.models import Draft
from kommunpost.apps.directory.models import Mailbox, Membership, Person
from kommunpost.apps.directory.queries import actor_for
from kommunpost.apps.directory.rules import Actor, NotAllowed, Role
from kommunpost.apps.inbox.actions.knowledge import save_article, use_article
from kommunpost.apps.inbox.actions.passing import pass_on
from kommunpost.apps.inbox.actions.steps import take, write_note
from kommunpost.apps.inbox.models import Article, ArticleUse, Conversation, Ending, State, Wait
from kommunpost.apps.inbox.queries.knowledge import list_articles, suggest, suggest_authority
from kommunpost.apps.inbox.rules.matching import Document, Index, groups_of_alike
from kommunpost.apps.inbox.rules.refusals import InboxRefused
from kommunpost.apps.mailflow.blobs import store
from kommunpost.apps.mailflow.models import FileScan, OutgoingMail, ScanState
from kommunpost.apps.register.models import Judgement
from kommunpost.core.mail import parse

from .conftest import BERIT, NOW, Office, deliver, letter
from .test_screens import signed_in

ARTICLES = [
    Document(
        1, "Behöver jag bygglov för en altan?", "En låg altan utan tak kräver oftast inte lov.", "trall, uteplats"
    ),
    Document(2, "När hämtas soporna?", "Sophämtningen går var fjortonde dag. Se adressökningen.", "sopbil, kärl"),
    Document(3, "Hur söker jag parkeringstillstånd?", "Ansök i e-tjänsten. Ett läkarintyg behövs.", "handikapp"),
    Document(4, "Hur plogas gatorna?", "Vi plogar från fem centimeter snö. Snövallar skottar du själv.", "snöröjning"),
]


@pytest.mark.parametrize(
    ("question", "found", "word"),
    [
        ("Jag tänker bygga en altan i sommar", 1, "altan"),
        ("Vår altans räcke", 1, "altans"),
        ("Soporna är inte hämtade", 2, "soporna"),
        ("Min mamma behöver ett tillstånd för parkering", 3, "tillstånd"),
        ("Gatan är inte plogad, det är snö överallt", 4, "plogad"),
    ],
)
def test_the_right_article_with_the_words_that_led_to_it(question: str, found: int, word: str) -> None:
    hits = Index(ARTICLES).find(question, least=0.5)
    assert hits[0].id == found
    assert word in hits[0].words


@pytest.mark.parametrize("question", ["", "Hej! Tack för hjälpen. Hälsningar Berit", "Kan ni ringa mig om fotboll?"])
def test_nothing_is_suggested_for_what_nobody_has_answered(question: str) -> None:
    assert Index(ARTICLES).find(question, least=0.5) == []


def test_the_passage_is_the_sentence_that_answers() -> None:
    assert Index(ARTICLES).find("snövallar vid min infart", least=0.5)[0].passage == "Snövallar skottar du själv."


def test_answers_that_say_the_same_are_grouped() -> None:
    texts = [
        "Sophämtningen går varje torsdag hos dig.",
        "Altanen kräver inget lov.",
        "Hos dig går sophämtningen varje torsdag!",
    ]
    assert groups_of_alike(texts) == [(0, 2), (1,)]


def facts(actor: Actor, **changes: object) -> dict[str, object]:
    return {
        "article_id": None, "question": "Hur plogas gatorna?", "answer": "Vi plogar från fem centimeter snö.",
        "keywords": "snöröjning", "unit_id": None, "owner_id": actor.person_id, "review_on": date(2026, 9, 1),
        "state": "published", "seen_version": 0,
    } | changes  # fmt: skip


def save(actor: Actor, **changes: object) -> int:
    return save_article(actor=actor, now=NOW, **facts(actor, **changes))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_versions_are_kept_and_two_writers_told_apart(office: Office) -> None:
    pk = save(office.jonas)
    assert save(office.jonas, article_id=pk, seen_version=1, answer="Vi plogar från tre centimeter.") == pk
    with pytest.raises(InboxRefused, match="article_changed"):
        save(office.mona, article_id=pk, seen_version=1, answer="Vi plogar aldrig.")
    article = Article.objects.get()
    assert (article.version, list(article.versions.order_by("number").values_list("number", flat=True))) == (2, [1, 2])
    save(office.jonas, article_id=pk, seen_version=2, answer=article.answer, review_on=date(2027, 1, 1))
    assert article.versions.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [({"answer": " "}, "empty"), ({"owner_id": 999}, "no_such_person"), ({"state": "x"}, "unknown_state"),
     ({"review_on": date(2026, 3, 1)}, "past"), ({"unit_id": 999}, "no_such_unit"),
     ({"article_id": 99}, "no_such_article")],
)  # fmt: skip
def test_an_article_has_an_owner_a_day_and_an_answer(office: Office, changes: dict[str, object], code: str) -> None:
    with pytest.raises(InboxRefused, match=code):
        save(office.jonas, **changes)
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_only_published_articles_are_suggested_and_review_days_are_shown(office: Office) -> None:
    pk = save(office.jonas)
    assert [one.id for one in suggest("plogas vår gata")] == [pk]
    save(office.jonas, article_id=pk, seen_version=1, state="retired")
    assert suggest("plogas vår gata") == []
    save(office.jonas, question="Sopor", answer="Torsdagar.", review_on=date(2026, 4, 1))
    due = [row.is_due for row in list_articles(today=date(2026, 4, 1))]
    assert due == [True, False]
    assert [row.question for row in list_articles(today=date(2026, 4, 1), text="sopa")] == ["Sopor"]


@pytest.mark.django_db
def test_one_key_puts_the_answer_in_the_draft(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kommunpost.site.middleware.timezone.now", lambda: NOW)
    pk, one = save(office.jonas), deliver(letter(1, body="Hur plogas gatorna hos oss?"))
    client = signed_in(office.mona)
    html = client.get(reverse("conversation", args=[one.pk])).content.decode()
    assert 'data-key="1"' in html
    assert "Vi plogar från fem centimeter snö." in html
    client.post(reverse("conversation-article", args=[one.pk]), {"article": str(pk)})
    assert Draft.objects.get().body == "Vi plogar från fem centimeter snö."
    use_article(actor=office.mona, conversation_id=one.pk, article_id=pk, now=NOW)
    assert (Draft.objects.count(), ArticleUse.objects.count()) == (1, 1)
    assert signed_in(office.jonas).post(reverse("conversation-article", args=[one.pk])).status_code == 404


@pytest.mark.django_db
def test_right_authority_is_named_with_its_ways_of_contact(office: Office) -> None:
    found = suggest_authority("Jag har flyttat och behöver göra en flyttanmälan och få ett personbevis")
    assert found is not None
    assert found.id == "skatteverket"
    assert "skatteverket.se" in found.text
    assert suggest_authority("Det ligger snö på gatan utanför vårt hus") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(Role.CONTACT_CENTRE, 200, 200), (Role.CASEWORKER, 200, 200), (Role.REGISTRAR, 200, 403), (Role.ADMIN, 403, 403),
     (Role.AUDITOR, 403, 403)],
)  # fmt: skip
def test_who_reads_and_who_writes_articles(office: Office, role: Role, reads: int, writes: int) -> None:
    pk = save(office.jonas)
    client = signed_in(factories.account(factories.person("Utom Stående"), role))
    pages = [reverse("knowledge"), reverse("article", args=[pk])]
    assert {client.get(page).status_code for page in pages} == {reads}
    forms = [reverse("article-add"), reverse("article-change", args=[pk])]
    assert {client.get(page).status_code for page in forms} == {writes}
    with pytest.raises((NotAllowed, InboxRefused)):
        save(actor_for(client.session["_auth_user_id"]) if writes == 403 else office.jonas, owner_id=999)


@pytest.mark.django_db
def test_the_search_is_kept_out_of_the_address(office: Office) -> None:
    save(office.jonas)
    response = signed_in(office.mona).post(reverse("knowledge"), {"text": "plogning"})
    assert "plog" not in response.headers["Location"]


def _member(of: Mailbox, name: str, role: Role) -> Actor:
    person: Person = factories.person(name)
    account = factories.account(person, role)
    Membership.objects.create(mailbox=of, person=person)
    return actor_for(account.pk)


@pytest.mark.django_db
def test_passed_on_within_the_committee_it_takes_history_and_clock_along(office: Office) -> None:
    parks = factories.mailbox("park", at=factories.unit("park"))
    tommy = _member(parks, "Tommy Rask", Role.CASEWORKER)
    one = deliver(letter(1))
    write_note(actor=office.mona, conversation_id=one.pk, text="Ring Berit.", now=NOW)
    seen = Conversation.objects.get().last_event
    assert (
        pass_on(actor=office.mona, conversation_id=one.pk, to_id=parks.pk, seen=seen, word="Er gata.", now=NOW) is False
    )
    one.refresh_from_db()
    assert (one.mailbox, one.ending, one.waits_since) == (parks, Ending.PASSED_ON, NOW)
    assert Wait.objects.get().mailbox == parks
    html = signed_in(tommy).get(reverse("conversation", args=[one.pk])).content.decode()
    assert "Ring Berit." in html
    assert "Hej! Vem plogar?" in html
    take(actor=tommy, conversation_id=one.pk, now=NOW)
    assert signed_in(office.mona).get(reverse("conversation", args=[one.pk])).status_code == 404
    # Whoever answers to the old address still finds the way.
    assert deliver(letter(2, answers="1@post.example"), at=NOW + timedelta(hours=1)) == one


@pytest.mark.django_db
def test_to_another_committee_it_is_dispatched_as_a_mail_without_the_notes(office: Office) -> None:
    schools = factories.mailbox("skola", at=factories.unit("skola", under="UBN"))
    one = deliver(letter(1))
    write_note(actor=office.mona, conversation_id=one.pk, text="Internt: ring Berit.", now=NOW)
    seen = Conversation.objects.get().last_event
    with pytest.raises(InboxRefused, match="stale"):
        pass_on(actor=office.mona, conversation_id=one.pk, to_id=schools.pk, seen=seen - 1, word="", now=NOW)
    assert pass_on(actor=office.mona, conversation_id=one.pk, to_id=schools.pk, seen=seen, word="Er fråga.", now=NOW)
    one.refresh_from_db()
    assert (one.mailbox, one.state, one.ending, one.due_at) == (office.street, State.CLOSED, Ending.PASSED_ON, None)
    outgoing = OutgoingMail.objects.get()
    mail = parse(store().get(outgoing.blob_id))
    assert outgoing.recipients == ["skola@kommun.example"]
    assert [address.address for address in mail.headers.reply_to] == [BERIT]
    assert "Vem plogar?" in mail.attachments[0].content.decode()
    assert "Internt" not in mail.text


@pytest.mark.django_db
def test_no_virus_is_dispatched(office: Office) -> None:
    schools = factories.mailbox("skola", at=factories.unit("skola", under="UBN"))
    one = deliver(letter(1))
    told = {"actor": office.mona, "conversation_id": one.pk, "to_id": schools.pk, "seen": one.last_event, "now": NOW}
    scan = FileScan.objects.create(
        message_id=one.entries.get().message_id, number=0, state=ScanState.INFECTED, signature="Test", at=NOW
    )
    with pytest.raises(InboxRefused, match="infected"):
        pass_on(**told, word="")
    assert not OutgoingMail.objects.exists()
    FileScan.objects.filter(pk=scan.pk).update(state=ScanState.CLEAN, signature="")
    assert pass_on(**told, word="")


@pytest.mark.django_db
def test_nothing_secret_is_dispatched_by_mail(office: Office) -> None:
    schools = factories.mailbox("skola", at=factories.unit("skola", under="UBN"))
    one = deliver(letter(1))
    message_id = one.entries.get().message_id
    Judgement.objects.update_or_create(
        message_id=message_id, defaults={"judged_at": NOW, "model": "prov", "values": {"secrecy": "strong"}}
    )
    with pytest.raises(InboxRefused, match="secret"):
        pass_on(actor=office.mona, conversation_id=one.pk, to_id=schools.pk, seen=one.last_event, word="", now=NOW)
    assert not OutgoingMail.objects.exists()
