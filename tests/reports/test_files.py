"""Reports on the disk."""

import errno
import io
import resource
import signal
import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reconcile.decisions import Accepted, DecisionRow, Judgement, Problem
from reconcile.proposals import ReviewRow
from reconcile.reports.decision_file import read_decisions
from reconcile.reports.families import match_reports
from reconcile.reports.files import write_csv, write_outcome, write_report, write_workbook
from reconcile.reports.match_report import REPORT_COLUMNS, report_rows
from reconcile.reports.workbook import MOST_LINKS, build_workbook, offered_verdicts


def test_a_report_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["a"], [{"a": "1"}])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_report_begins_with_a_bom_and_has_windows_line_ends(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "a.csv", ["a"], [{"a": "é"}]).read_bytes() == b"\xef\xbb\xbfa\r\n\xc3\xa9\r\n"


def test_an_error_midway_leaves_the_old_report_and_no_trace(tmp_path: Path) -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield {"a": "new"}
        raise LookupError

    path = write_csv(tmp_path / "a.csv", ["a"], [{"a": "old"}])
    before = path.read_bytes()
    with pytest.raises(LookupError):
        write_csv(path, ["a"], rows())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def small_disk() -> Iterator[None]:
    """A disk on which no file can be larger than 100,000 bytes."""
    old_limits, old_handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old_limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, old_limits)
    signal.signal(signal.SIGXFSZ, old_handler)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_leaves_the_old_report(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ["a"], [{"a": "old"}])
    before = path.read_bytes()
    with pytest.raises(OSError, match="too large") as refusal:
        write_csv(path, ["a"], ({"a": "x" * 1_000} for _ in range(1_000)))
    assert refusal.value.errno == errno.EFBIG
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_workbook_guides_the_hand(review_rows: Sequence[ReviewRow], tmp_path: Path) -> None:
    rows = report_rows(review_rows)
    path = write_workbook(tmp_path / "c.xlsx", REPORT_COLUMNS, rows, title="Contacts", about="Acme Pools, run R1")
    book = load_workbook(path)
    sheet = book["Contacts"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    assert list(columns)[:3] == ["flags", "pooltrackr_name", "xero_name"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.protection.sheet
    for column, letter in columns.items():
        yours = column in ("decision", "decision_xero_id", "note")
        assert sheet[f"{letter}2"].protection.locked is not yours
    lists = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert lists[f"{columns['decision']}2"].formula1 == '"link,create,update,skip,ignore"'
    assert lists[f"{columns['decision']}2"].showErrorMessage
    assert lists[f"{columns['decision_xero_id']}2"].formula1 == f"${columns['choice_1']}2:${columns['choice_3']}2"
    assert sheet.column_dimensions[columns["choice_1"]].hidden
    assert sheet[f"{columns['flags']}2"].fill.start_color.rgb != sheet[f"{columns['flags']}5"].fill.start_color.rgb
    assert "Acme Pools, run R1" in [row[0].value for row in book["How to fill this in"].iter_rows()]


def test_the_drop_down_offers_no_decision_that_every_row_would_refuse() -> None:
    matches, changes = [{"suggested": "link"}, {"suggested": "skip"}], [{"suggested": "update", "changes": "name"}]
    assert offered_verdicts(matches) == ("link", "create", "skip", "ignore")
    assert offered_verdicts(changes) == ("update", "skip", "ignore")
    assert offered_verdicts([{"suggested": "unlink"}]) == ("unlink", "skip", "ignore")


def test_scores_and_prices_are_numbers_to_filter_by_and_codes_stay_text(tmp_path: Path) -> None:
    columns = ["pooltrackr_code", "xero_price", "score"]
    path = write_workbook(
        tmp_path / "c.xlsx", columns, [{"pooltrackr_code": "0280", "xero_price": "9.90", "score": "0.5"}]
    )
    assert [cell.value for cell in load_workbook(path)["Report"][2]] == ["0280", 9.9, 0.5]


def test_a_sheet_has_no_more_links_than_excel_can_open() -> None:
    rows = [{"xero_url": f"https://go.xero.com/{number}"} for number in range(3)]
    file = io.BytesIO()
    build_workbook(["xero_url"], rows, title="Contacts", about="", most_links=2).save(file)
    with zipfile.ZipFile(file) as box:
        sheet = box.read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<hyperlink ") == 2
    assert sheet.count(b"https://go.xero.com/") == 3
    assert MOST_LINKS < 65_530


def test_a_hostile_name_is_no_formula_in_the_workbook(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "c.xlsx", ["name"], [{"name": "=1+1"}, {"name": "a\x00b\x1b"}])
    cells = [row[0] for row in load_workbook(path)["Report"].iter_rows(min_row=2)]
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", "'=1+1"), ("s", "a\ufffdb\ufffd")]


def test_what_is_chosen_in_the_workbook_comes_back(review_rows: Sequence[ReviewRow], tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "c.xlsx", REPORT_COLUMNS, report_rows(review_rows), title="Contacts")
    book = load_workbook(path)
    sheet = book["Contacts"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    sheet[f"{columns['decision']}2"] = "Link"
    sheet[f"{columns['decision_xero_id']}2"] = sheet[f"{columns['choice_2']}2"].value
    book.save(path)
    row = read_decisions(path)[0]
    first = next(r.proposal for r in review_rows if r.proposal.record_id == "C001")
    assert row == DecisionRow(
        row=2, proposal_id=first.id, basis=first.basis, decision="Link", decision_xero_id="X002", note=""
    )


def test_each_report_is_written_as_csv_and_workbook(review_rows: Sequence[ReviewRow], tmp_path: Path) -> None:
    for report in match_reports("contacts", review_rows):
        table, book = write_report(tmp_path, report, "R1")
        assert read_decisions(table) == read_decisions(book)
    assert (tmp_path / "contacts_R1.csv").exists()


def test_the_outcome_says_what_became_of_each_row(tmp_path: Path) -> None:
    rows = [
        DecisionRow(row=2, proposal_id="P1", basis="b", decision="link"),
        DecisionRow(row=3, proposal_id="P2", basis="b", decision="lnik"),
        DecisionRow(row=4, proposal_id="P3", basis="b", decision=""),
    ]
    problem = Problem(row=3, column="decision", found="lnik", message="this is not a decision.", remedy="Write link.")
    refused = write_outcome(tmp_path / "o.csv", rows, Judgement((), (problem,))).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[5] for line in refused] == ["outcome", "refused", "not applied", "no decision"]
    assert "decision: this is not a decision. Write link." in refused[1]
    accepted: tuple[Accepted, ...] = ()
    applied = write_outcome(tmp_path / "o.csv", rows[:1], Judgement(accepted, ())).read_text("utf-8-sig").splitlines()
    assert applied[1].split(",")[5] == "applied"
