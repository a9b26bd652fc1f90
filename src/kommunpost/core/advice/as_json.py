"""Findings and fixes as plain data for JSON, and fixes back again: the command line, the API and Outlook speak it."""

from typing import Any, TypedDict

from kommunpost.core.advice.fixes import (
    Edit,
    Fix,
    FixKind,
    LinkFile,
    Move,
    RecipientList,
    RemoveHeader,
    Replace,
)
from kommunpost.core.advice.model import Finding


class FindingData(TypedDict):
    """A finding. ``start`` and ``end`` count characters in ``field``; see ``model.Place``."""

    clause: str
    severity: str
    says: str
    why: str
    field: str
    start: int
    end: int
    words: str
    fix: dict[str, Any] | None


def finding_data(finding: Finding) -> FindingData:
    return FindingData(
        clause=finding.clause,
        severity=finding.severity.value,
        says=finding.says,
        why=finding.why,
        field=finding.place.field.value,
        start=finding.place.start,
        end=finding.place.end,
        words=finding.words,
        fix=None if finding.fix is None else fix_data(finding.fix),
    )


def fix_data(fix: Fix) -> dict[str, Any]:
    """``{"kind", "label", "edits": [{"edit", …}], "value"}``."""
    return {
        "kind": fix.kind.value,
        "label": fix.label,
        "edits": [_edit_data(edit) for edit in fix.edits],
        "value": fix.value,
    }


def fix_from_data(data: dict[str, Any]) -> Fix:
    """The fix that ``fix_data`` wrote. Raises ``ValueError`` for anything else."""
    try:
        edits = tuple(_edit(one) for one in data["edits"])
        return Fix(FixKind(data["kind"]), str(data["label"]), edits, str(data["value"]))
    except (KeyError, TypeError) as error:
        raise ValueError("no fix") from error


def _edit_data(edit: Edit) -> dict[str, Any]:
    match edit:
        case Replace():
            return {
                "edit": "replace",
                "field": edit.field,
                "start": edit.start,
                "words": edit.words,
                "text": edit.text,
            }
        case Move():
            return {
                "edit": "move",
                "address": edit.address,
                "source": edit.source.value,
                "target": edit.target.value,
            }
        case RemoveHeader():
            return {"edit": "remove_header", "name": edit.name}
        case LinkFile():
            return {"edit": "link_file", "name": edit.name}


def _edit(data: dict[str, Any]) -> Edit:
    match data["edit"]:
        case "replace":
            return Replace(str(data["field"]), int(data["start"]), str(data["words"]), str(data["text"]))
        case "move":
            return Move(str(data["address"]), RecipientList(data["source"]), RecipientList(data["target"]))
        case "remove_header":
            return RemoveHeader(str(data["name"]))
        case "link_file":
            return LinkFile(str(data["name"]))
    raise ValueError("no edit")
