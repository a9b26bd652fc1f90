"""The pages made from the code say what the code says: facts are found, and gaps are complaints."""

import argparse
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from checks.reference import (
    audit_verbs,
    book,
    commands,
    data_model,
    errors,
    jobs,
    log_events,
    markdown,
    roles,
    routes,
    settings,
    states,
    watching,
)

from kommunpost.apps.directory.rules import Permission, Role
from kommunpost.site.worker.schedule import Job


def test_a_table_minds_bars_and_line_ends() -> None:
    assert markdown.table(("a",), [("x|y\nz",)]) == "| a |\n|---|\n| x\\|y z |"
    assert markdown.table(("a",), []) == ""


def test_commands_have_every_option_of_the_program() -> None:
    found = {command.name: command for command in commands.collect()}
    assert {"serve", "log", "directory load"} <= found.keys()
    assert "--format csv|json|pdf" in {option.written for option in found["log"].options}
    by_hand = {option for action in commands.parser_of("verify")._actions for option in action.option_strings}
    assert by_hand - {"-h", "--help"} == {
        word for option in found["verify"].options for word in option.written.split() if word.startswith("--")
    }


@pytest.mark.parametrize(
    ("adding", "written", "must"),
    [
        ({"name": "--seal", "action": "store_true"}, "--seal", False),
        ({"name": "--into", "required": True, "metavar": "DATA"}, "--into DATA", True),
        ({"name": "files", "nargs": "+", "metavar": "FILE"}, "FILE…", True),
        ({"name": "work", "nargs": "*", "metavar": "WORK"}, "WORK…", False),
        ({"name": "--format", "choices": ["csv", "pdf"]}, "--format csv|pdf", False),
    ],
)
def test_an_option_is_written_as_it_is_typed(*, adding: dict[str, object], written: str, must: bool) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(adding.pop("name"), **adding)  # type: ignore[arg-type]
    option = next(commands._options_of(parser))
    assert (option.written, option.must) == (written, must)


def test_settings_without_a_text_are_refused() -> None:
    found = settings.collect()
    web = next(setting for setting in found if setting.name == "KOMMUNPOST_WEB")
    assert (web.kind, web.default) == ("text", "127.0.0.1:8025")
    assert "`127.0.0.1:8025`" in settings.render(found)
    with pytest.raises(LookupError, match="KOMMUNPOST_NEW"):
        settings.render([*found, replace(web, name="KOMMUNPOST_NEW")])


def test_the_table_of_roles_has_a_cross_for_what_a_role_gives() -> None:
    found = {one.permission: one for one in roles.collect()}
    assert found["audit:event:read"].roles == {Role.AUDITOR}
    page = roles.render(found.values())
    assert all(f"`{permission}`" in page for permission in Permission)


def test_addresses_know_methods_and_who() -> None:
    found = {page.name: page for page in routes.collect()}
    assert found["sign-in"].is_open
    assert not found["log"].is_open
    assert found["log-extract"].methods == ("POST",)
    assert found["message"].methods == ("GET",)
    assert str(Permission.LOG_EXPORT) in found["log-extract"].permissions
    assert all(page.what for page in found.values()), "a view lacks its docstring"


def test_a_default_counts_only_where_the_caller_leaves_it_out() -> None:
    asked = routes.asked_by("kommunpost.apps.inbox.views.queue.overview")
    assert str(Permission.MESSAGE_READ_ALL) in asked
    assert str(Permission.LOG_READ_ALL) not in asked


def test_audit_verbs_are_followed_through_helpers() -> None:
    found = {told.verb: told for told in audit_verbs.collect()}
    assert found["outbox:mail:resolve"].details == ("was_sent",)
    assert found["outbox:mail:resolve"].subjects == ("outgoing:…",)
    assert found["mailflow:delivery:receive"].details == ("count", "digest", "ids", "kind")
    assert "fields" in found["directory:person:change"].details
    assert "person:…" in found["directory:person:change"].subjects
    assert not [verb for verb in found if "*" in verb]


def test_every_job_says_what_it_does() -> None:
    def silent(now: object) -> int:
        return 0

    assert "`mailflow.send` | 2 s |" in jobs.render(jobs.collect())
    with pytest.raises(LookupError, match=r"new\.job"):
        jobs.render([Job("new.job", timedelta(hours=1), silent, "mail")])


def test_states_show_what_may_follow() -> None:
    machines, choices = states.collect()
    outbox = next(machine for machine in machines if machine.name == "OutboxState")
    assert {state: after for state, _label, after in outbox.rows}["unknown"] == ("handed_over", "held")
    assert {"Direction", "Role", "MailboxKind"} <= {choice.name for choice in choices}


def test_log_events_have_their_keys_also_when_gathered_before() -> None:
    found = {event.event: event for event in log_events.collect()}
    assert "wait_seconds" in found["task.retried"].keys
    assert "task_id" in found["task.retried"].keys


def test_numbers_are_named_as_they_are_asked_for() -> None:
    assert {"kommunpost_intake_total", "kommunpost_queue", "kommunpost_request_seconds"} <= {
        number.name for number in watching.collect()
    }


def test_errors_have_the_codes_they_are_raised_with() -> None:
    found = {refusal.name: refusal for refusal in errors.collect()}
    assert "claim_lost" in found["OutboxRefused"].codes
    assert found["BlobMissing"].codes == ("blob_missing",)
    assert "may_not:<permission>" in found["NotAllowed"].codes


def test_every_column_of_text_is_decided_on() -> None:
    found = data_model.collect()
    message = next(table for table in found if table.name == "mailflow_message")
    assert "any text, sensitive data included" in data_model.render(found)
    odd = replace(message, columns=(*message.columns, data_model.Column("diary", "TextField", textual=True)))
    with pytest.raises(LookupError, match="diary"):
        data_model.render([odd if table is message else table for table in found])


def test_a_page_that_differs_is_stale(tmp_path: Path) -> None:
    assert len(book.stale(tmp_path)) == len(book.PAGES)
    book.write(tmp_path)
    assert book.stale(tmp_path) == []
    with (tmp_path / book.FOLDER / "roles.md").open("a", encoding="utf-8") as page:
        page.write("by hand\n")
    assert [complaint.partition(":")[0] for complaint in book.stale(tmp_path)] == ["docs/reference/roles.md"]
