"""Decision files: what Excel does to them is survived, what cannot be trusted is refused with words."""

import hashlib
import io
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from reconcile.decisions import DecisionRow
from reconcile.errors import DecisionsRejected
from reconcile.reports.decision_file import LARGEST_FILE, file_sha256, read_decisions
from reconcile.reports.read_csv import csv_table

HOSTILE = Path(__file__).parent.parent / "hostile"
FILES = sorted(path.name for path in HOSTILE.iterdir() if path.suffix not in (".txt", ".md"))
HEADER = "proposal_id,basis,decision,decision_xero_id,note\n"


def story(path: Path) -> str:
    """What becomes of a file, as text."""
    try:
        rows = read_decisions(path)
    except DecisionsRejected as refusal:
        return "\n".join(["refused", refusal.message, *refusal.problems, refusal.remedy]) + "\n"
    return "\n".join(["read", *map(repr, rows)]) + "\n"


def message(path: Path) -> str:
    with pytest.raises(DecisionsRejected) as refusal:
        read_decisions(path)
    return str(refusal.value)


@pytest.mark.parametrize("name", FILES)
def test_each_file_meets_its_expected_end(name: str, golden: Callable[[str, bytes], None]) -> None:
    found = story(HOSTILE / name)
    assert found.startswith("read" if name.startswith("good_") else "refused")
    golden(f"../hostile/{name}.expected.txt", found.encode())


def test_a_refusal_names_row_column_what_was_found_and_what_to_do() -> None:
    with pytest.raises(DecisionsRejected) as refusal:
        read_decisions(HOSTILE / "formula_id.csv")
    assert len(refusal.value.problems) == 4
    assert refusal.value.problems[0].startswith('row 2, column decision_xero_id: found "+X001"')


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    assert "is not a file" in message(tmp_path / "a.csv")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in message(tmp_path / "a.csv")


def test_a_link_is_refused_even_to_a_good_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(HOSTILE / "good_bom_crlf.csv")
    assert "is a link" in message(tmp_path / "a.csv")


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert "is not a file" in message(tmp_path / "a.csv")


def test_a_gigabyte_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    tracemalloc.start()
    assert "at most 50 MB" in message(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER.strip() + ",x" * 1_000_000 + "\n")
    assert "1000005 columns" in message(path)


def test_six_hundred_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER.strip() + ",x" * 600 + "\n")
    assert "605 columns" in message(path)


def test_a_cell_of_forty_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "P1,B1,link,," + "x" * 40_000_000 + "\n")
    assert "far too long" in message(path)


def test_more_than_two_hundred_thousand_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "P1,B1,,,\n" * 200_001)
    assert "200001 rows" in message(path)


def test_twenty_million_blank_lines_are_refused_or_read_quickly(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "\n" * 20_000_000)
    assert "more than 200000 rows" in message(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box, box.open("xl/workbook.xml", "w") as part:
        for _ in range(400):
            part.write(b"\0" * 1_048_576)
    assert path.stat().st_size < LARGEST_FILE
    assert "far too large when unpacked" in message(path)


def test_an_encrypted_workbook_is_refused(tmp_path: Path) -> None:
    good = bytearray((HOSTILE / "good_workbook.xlsx").read_bytes())
    directory = good.index(b"PK\x01\x02")
    good[directory + 8] |= 1
    (tmp_path / "a.xlsx").write_bytes(bytes(good))
    assert "encrypted" in message(tmp_path / "a.xlsx")


def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    good = (HOSTILE / "good_workbook.xlsx").read_bytes()
    for length in range(1, len(good), 97):
        (tmp_path / "a.xlsx").write_bytes(good[:length])
        assert "no workbook" in message(tmp_path / "a.xlsx")


def test_the_decisions_may_be_on_the_second_sheet(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["my own list"])
    sheet = book.create_sheet("Contacts")
    sheet.append(HEADER.strip().split(","))
    sheet.append(["P1", "B1", "skip", None, 7.0])
    book.save(tmp_path / "a.xlsx")
    assert read_decisions(tmp_path / "a.xlsx") == [
        DecisionRow(row=2, proposal_id="P1", basis="B1", decision="skip", note="7")
    ]


def test_a_remark_beside_the_table_of_a_workbook_is_left_alone(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append(["P1", "B1", "skip", None, None, "ask Anna"])
    book.active["XFD2"] = "x"
    book.save(tmp_path / "a.xlsx")
    assert read_decisions(tmp_path / "a.xlsx") == [DecisionRow(row=2, proposal_id="P1", basis="B1", decision="skip")]


def merged_over(tmp_path: Path, reference: str) -> Path:
    """A filled-in workbook in which cells were merged."""
    book = Workbook()
    for cells in (HEADER.strip().split(","), ["P1", "B1", "skip"], ["P2", "B2", "skip"], ["P3", "B3", "skip"]):
        book.active.append([*cells, *[None] * (6 - len(cells))])
    book.active.merge_cells(reference)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_merged_decisions_are_refused_because_excel_keeps_only_the_first(tmp_path: Path) -> None:
    assert "Rows 2 to 4 are merged in column decision (C2:C4)" in message(merged_over(tmp_path, "C2:C4"))


def test_cells_merged_beside_the_decisions_or_within_a_row_do_no_harm(tmp_path: Path) -> None:
    for reference in ("H2:H4", "D2:E2"):
        rows = read_decisions(merged_over(tmp_path, reference))
        assert [row.decision for row in rows] == ["skip", "skip", "skip"]


def test_the_hash_is_that_of_the_bytes() -> None:
    path = HOSTILE / "good_bom_crlf.csv"
    assert file_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_but_never_crash(content: bytes) -> None:
    try:
        table = csv_table(content)
    except DecisionsRejected:
        return
    assert isinstance(table, list)


@given(
    st.lists(st.text(st.characters(blacklist_characters="\x00\r", codec="utf-8"), max_size=30), min_size=2, max_size=5)
)
def test_quoted_text_comes_back_unchanged(cells: list[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    table = csv_table(("proposal_id,basis,decision\n" + quoted + "\n").encode())
    assert table[1] == cells


def test_a_workbook_in_memory_is_never_unpacked_to_disk(tmp_path: Path) -> None:
    content = io.BytesIO((HOSTILE / "good_workbook.xlsx").read_bytes())
    (tmp_path / "a.xlsx").write_bytes(content.getvalue())
    read_decisions(tmp_path / "a.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def _sheets(path: Path, *decided: str) -> Path:
    """A workbook with a sheet for each text, which stands in the decision of its only row."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for decision in decided:
        sheet = book.create_sheet("contacts")
        sheet.append(["proposal_id", "basis", "decision"])
        sheet.append(["P1", "B0123456789abcdef", decision])
    book.save(path)
    return path


def test_a_copied_sheet_counts_when_only_the_copy_was_filled_in(tmp_path: Path) -> None:
    assert [row.decision for row in read_decisions(_sheets(tmp_path / "a.xlsx", "", "skip"))] == ["skip"]


def test_decisions_on_two_sheets_are_refused_by_their_names(tmp_path: Path) -> None:
    assert '"contacts" and "contacts1"' in message(_sheets(tmp_path / "a.xlsx", "link", "skip"))


def test_a_title_above_the_header_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Anna's list;;\n;;\nproposal_id;basis;decision\nP1;B0123456789abcdef;skip\n")
    assert [(row.row, row.decision) for row in read_decisions(tmp_path / "a.csv")] == [(4, "skip")]


@pytest.mark.parametrize("ruined", ["1,23E+15", "2026-01-15 00:00:00", "15/01/2026"])
def test_an_id_that_a_spreadsheet_has_ruined_is_told_as_what_it_is(tmp_path: Path, ruined: str) -> None:
    (tmp_path / "a.csv").write_text(f'{HEADER}"{ruined}",B0123456789abcdef,skip,,\n')
    told = f'row 2, column proposal_id: found "{ruined}": a spreadsheet has made a number or a date of this.'
    assert told in story(tmp_path / "a.csv")
