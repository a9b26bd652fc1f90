"""Tables for a spreadsheet: Excel's Swedish shape, and no cell that runs."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from kommunpost.core.spreadsheet import csv_lines


def test_what_a_swedish_excel_opens() -> None:
    assert b"".join(csv_lines([["Namn", "Ort"], ["Åsa; Ö", "=1+1"]])) == (
        b"\xef\xbb\xbfNamn;Ort\r\n" + '"Åsa; Ö";\'=1+1\r\n'.encode()
    )


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=2)))
def test_no_cell_runs_and_none_is_lost(rows: list[list[str]]) -> None:
    text = b"".join(csv_lines(rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@")) for row in read for cell in row)
