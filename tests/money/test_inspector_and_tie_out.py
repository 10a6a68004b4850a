"""The inspector and the month-end tie-out on the sample organisation, after its first night with both policies on."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from reconcile.errors import BadInput
from reconcile.stages.inspect import write_inspection, write_tie_out

from .conftest import BOTH_POLICIES, SAMPLES

LATER = "2039-12"


@pytest.fixture(scope="module")
def office(make_office, read_truth):
    office = make_office(SAMPLES)
    office.sandbox.world.settings.limits.minute = 100_000
    office.configure(policies=BOTH_POLICIES, reimbursement_account="260")
    office.pull_everything()
    office.link("contacts", *read_truth("contacts"))
    office.link("products", *read_truth("products"))
    office.night()
    return office


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_linked_invoices_agree_after_the_night_and_a_tampered_one_comes_first(office, tmp_path):
    before = write_inspection(office.services, tmp_path / "before", "R1")
    assert before.counts["linked invoices"] > 100

    chosen = next(r for r in rows_of(before.files[0]) if r["errors"] == "0" and r["xero_status"] == "open")
    copy = office.sandbox.world.first_books.invoices.rows[chosen["xero_id"]]
    office.xero("payments", "create", Invoice={"InvoiceID": copy.id}, Account={"Code": "090"}, Amount="5.00",
                Date="2026-07-01")  # fmt: skip
    office.plan()
    after = write_inspection(office.services, tmp_path / "after", "R2")
    rows = {row["xero_id"]: row for row in rows_of(after.files[0])}

    assert after.counts["linked invoices that disagree"] == before.counts["linked invoices that disagree"] + 1
    assert int(rows[copy.id]["errors"]) == 2
    assert rows[copy.id]["what"].startswith("what was paid differs by -5.00")
    assert copy.id in rows[copy.id]["xero_url"]
    counts = [int(row["errors"]) for row in rows_of(after.files[0])]
    assert counts == sorted(counts, reverse=True)


def test_the_closing_balances_are_what_xero_says_is_owed(office, tmp_path):
    done = write_tie_out(office.services, tmp_path, LATER)
    rows = rows_of(done.files[0])
    owed = sum((i.amount_due for i in office.xero_invoices().values() if i.status in ("AUTHORISED", "PAID")
                and i.type == "ACCREC"), Decimal(0))  # fmt: skip

    assert sum(Decimal(row["xero_closing"]) for row in rows) == owed


def test_every_difference_is_explained_to_the_cent(office, tmp_path):
    for month in ("2026-01", "2026-06", LATER):
        done = write_tie_out(office.services, tmp_path, month)
        explained: dict[str, Decimal] = {}
        for cause in rows_of(done.files[1]):
            explained[cause["contact_id"]] = explained.get(cause["contact_id"], Decimal(0)) + Decimal(
                cause["difference"]
            )
        for row in rows_of(done.files[0]):
            ours, theirs = Decimal(row["pooltrackr_closing"]), Decimal(row["xero_closing"])
            contact = row["pooltrackr_contact_id"] or row["xero_contact_id"]
            assert Decimal(row["difference"]) == ours - theirs == explained.get(contact, Decimal(0))
            for side in ("pooltrackr", "xero"):
                opening, invoices, payments, credited, closing = (
                    Decimal(row[f"{side}_{name}"]) for name in ("opening", "invoices", "payments", "credits", "closing")
                )
                assert opening + invoices - payments - credited == closing
        assert f"{month}: customers owe" in done.words


def test_a_month_that_is_none_is_refused(office, tmp_path):
    with pytest.raises(BadInput, match="October"):
        write_tie_out(office.services, tmp_path, "October")
