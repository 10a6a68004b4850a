"""The match report as an analyst meets it."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from reconcile.proposals import ReviewRow
from reconcile.records import Contact
from reconcile.reports.families import PRICE_COLUMNS, duplicate_report, match_reports, price_report
from reconcile.reports.files import write_csv
from reconcile.reports.match_report import REPORT_COLUMNS, report_rows


def ids(rows: Sequence[dict[str, str]]) -> list[str]:
    return [row["pooltrackr_id"] or row["xero_id"] for row in rows]


def test_it_has_the_columns_that_scripts_rely_on() -> None:
    promised = (
        "proposal_id flags pooltrackr_id pooltrackr_name xero_id xero_name score reasons against candidate_2_id "
        "candidate_2_name candidate_2_score candidate_3_id candidate_3_name candidate_3_score xero_url basis suggested "
        "decision decision_xero_id note"
    )
    assert set(promised.split()) <= set(REPORT_COLUMNS)


def test_what_needs_a_person_comes_first_and_what_is_decided_last(review_rows: Sequence[ReviewRow]) -> None:
    assert ids(report_rows(review_rows)) == ["C001", "C002", "C003", "C004", "C009", "C005", "X008", "C006", "C007"]


def test_the_order_does_not_depend_on_the_order_given(review_rows: Sequence[ReviewRow]) -> None:
    assert report_rows(list(reversed(review_rows))) == report_rows(review_rows)


def test_rows_that_want_the_same_record_stand_together(review_rows: Sequence[ReviewRow]) -> None:
    first, second = report_rows(review_rows)[:2]
    assert first["xero_id"] == second["xero_id"] == "X001"


def test_the_columns_to_fill_in_are_empty(review_rows: Sequence[ReviewRow]) -> None:
    for row in report_rows(review_rows):
        assert (row["decision"], row["decision_xero_id"], row["note"]) == ("", "", "")


def test_a_record_that_only_xero_has_stands_in_the_xero_columns(review_rows: Sequence[ReviewRow]) -> None:
    row = next(r for r in report_rows(review_rows) if r["xero_id"] == "X008")
    assert (row["pooltrackr_id"], row["pooltrackr_name"], row["pooltrackr_details"]) == ("", "", "")
    assert (row["xero_name"], row["xero_details"]) == ("Only In Xero", "x@example.com")


def test_the_record_shown_is_the_one_that_an_empty_decision_id_would_link(review_rows: Sequence[ReviewRow]) -> None:
    row = next(r for r in report_rows(review_rows) if r["pooltrackr_id"] == "C004")
    assert row["xero_id"] == "X002"
    assert (row["candidate_2_id"], row["candidate_3_id"]) == ("X001", "X003")


def test_a_score_is_never_rounded_up_to_certainty(review_rows: Sequence[ReviewRow]) -> None:
    assert next(r for r in report_rows(review_rows) if r["pooltrackr_id"] == "C006")["score"] == "0.9999"


def test_the_basis_begins_with_a_letter_so_that_excel_does_not_round_it(review_rows: Sequence[ReviewRow]) -> None:
    assert all(row["basis"].startswith("B") for row in report_rows(review_rows))


def test_the_csv_is_the_golden_one(
    review_rows: Sequence[ReviewRow], tmp_path: Path, golden: Callable[[str, bytes], None]
) -> None:
    path = write_csv(tmp_path / "contacts_R1.csv", REPORT_COLUMNS, report_rows(review_rows))
    golden("reports/contacts.csv", path.read_bytes())


def test_reports_are_cut_by_flag_and_by_what_only_one_system_has(review_rows: Sequence[ReviewRow]) -> None:
    cut = {report.stem: ids(report.rows) for report in match_reports("contacts", review_rows)}
    assert next(iter(cut)) == "contacts"
    assert len(cut["contacts"]) == len(review_rows)
    assert cut["flag_contact_already_selected_contacts"] == ["C001", "C002"]
    assert cut["flag_ambiguous_contacts"] == ["C001"]
    assert cut["only_in_pooltrackr_contacts"] == ["C005"]
    assert cut["only_in_xero_contacts"] == ["X008"]


def test_only_the_match_report_begins_with_the_entity(review_rows: Sequence[ReviewRow]) -> None:
    stems = [report.stem for report in match_reports("contacts", review_rows)]
    assert [stem for stem in stems if stem.startswith("contacts")] == ["contacts"]


class Finding:
    def __init__(self, record_id: str, group_id: str) -> None:
        self.entity, self.system, self.name = "contacts", "xero", "duplicate_in_xero"
        self.record_id, self.group_id, self.detail = record_id, group_id, "same e-mail"


def test_duplicates_stand_group_by_group() -> None:
    findings = [Finding("X3", "g2"), Finding("X1", "g1"), Finding("X4", "g2"), Finding("X2", "g1")]
    report = duplicate_report("contacts", "xero", findings, {"X1": Contact(id="X1", name="Jo")})
    assert [(row["group"], row["id"]) for row in report.rows] == [
        ("group 1", "X1"), ("group 1", "X2"), ("group 2", "X3"), ("group 2", "X4"),
    ]  # fmt: skip
    assert report.rows[0]["name"] == "Jo"


def test_price_mismatches_show_both_prices_and_the_class(product_rows: Sequence[ReviewRow]) -> None:
    chosen = product_rows[0].proposal.id
    report = price_report(product_rows, {chosen: "gst_basis"}, {chosen: "They differ by GST."})
    assert tuple(report.rows[0]) == PRICE_COLUMNS
    row = report.rows[0]
    assert row["explanation"] == "They differ by GST."
    assert (row["class"], row["pooltrackr_price"], row["pooltrackr_gst"], row["xero_price"]) == (
        "gst_basis", "22.00", "INC", "20.0000",
    )  # fmt: skip


def test_every_cell_survives_the_way_through_csv(review_rows: Sequence[ReviewRow], tmp_path: Path) -> None:
    rows = report_rows(review_rows)
    path = write_csv(tmp_path / "c.csv", REPORT_COLUMNS, rows)
    assert list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))) == rows
