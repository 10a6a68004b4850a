"""The one-page summary."""

import datetime as dt
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from reconcile.reports.histogram import BINS, bins_of
from reconcile.reports.summary import GateState, ProposalCount, Quality, Summary, render_summary, write_summary

START = dt.datetime(2026, 4, 4, 15, 30, tzinfo=dt.UTC)
SUMMARY = Summary(
    organisation="Acme <b>Pools</b> & Co",
    run_id="R20260405-1",
    started_at=START,
    finished_at=START + dt.timedelta(seconds=42),
    pulled=(
        ("pooltrackr", "contacts", 400),
        ("xero", "contacts", 412),
        ("pooltrackr", "products", 150),
        ("xero", "products", 149),
    ),
    proposals=(
        ProposalCount(entity="contacts", suggested="link", confidence="auto", count=311),
        ProposalCount(entity="contacts", suggested="link", confidence="review", count=42),
        ProposalCount(entity="contacts", suggested="create", confidence="", count=47),
        ProposalCount(entity="products", suggested="link", confidence="auto", count=120),
        ProposalCount(entity="products", suggested="skip", confidence="no", count=9),
    ),
    gates=(
        GateState(name="contacts", is_open=False, reasons=("C001 and C002 both want X001 (contact already selected)",)),
        GateState(name="products", is_open=False, reasons=("It is not said whether Xero's prices include GST.",)),
        GateState(name="settings", is_open=True),
    ),
    flags={"contact_already_selected": 4, "ambiguous": 12},
    price_classes={"equal": 100, "gst_basis": 12, "stale_price": 8},
    pushed={"contacts": 0},
    waiting={"contacts": 311},
    held={"invoices": 1, "payments": 0},
    failed={"products": 1},
    quality=(Quality(entity="contacts", precision=0.9968, recall=0.912),),
    scores={"contacts": [i / 400 for i in range(0, 400, 3)] + [0.995] * 200},
    reports=(("Contacts to judge", Path("/reports/R1/contacts_R1.csv")), ("Elsewhere", Path("/other/a.csv"))),
)


def page() -> str:
    return render_summary(SUMMARY, beside=Path("/reports/R1"))


def test_it_is_the_golden_one(golden: Callable[[str, bytes], None]) -> None:
    golden("reports/summary.html", page().encode())


def test_it_needs_no_other_host_and_runs_nothing() -> None:
    text = page()
    assert "<script" not in text
    assert not re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", text)
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


def test_names_are_escaped() -> None:
    assert "Acme &lt;b&gt;Pools&lt;/b&gt; &amp; Co" in page()
    assert "<b>Pools" not in page()


def test_times_are_the_organisations_own() -> None:
    assert "Sun 05 Apr 2026, 01:30 AEST" in page() or "Sun 05 Apr 2026, 02:30 AEDT" in page()


def test_reports_beside_the_page_are_linked_relatively() -> None:
    assert 'href="contacts_R1.csv"' in page()
    assert 'href="file:///other/a.csv"' in page()


def test_it_says_what_to_do_now() -> None:
    assert "<strong>529</strong> suggestions are to be decided; 431 of them are links that we are sure of" in page()
    assert "C001 and C002 both want X001" in page()
    assert "<strong>1</strong> invoice is held back." in page()
    assert "payments are held back" not in page()
    done = Summary(organisation="Acme", run_id="R2", started_at=START)
    assert "Nothing. Everything that could be matched is settled." in render_summary(done, beside=Path("/r"))


def test_it_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert stat.S_IMODE(write_summary(tmp_path / "s.html", SUMMARY).stat().st_mode) == 0o600


def test_scores_fall_into_equal_parts_and_certainty_into_the_last() -> None:
    counts = bins_of([0.0, 0.049, 0.05, 0.999, 1.0])
    assert (len(counts), counts[0], counts[1], counts[-1]) == (BINS, 2, 1, 2)


def test_it_names_the_organisation_in_xero_and_speaks_of_flags_and_gates_as_the_review_page_does() -> None:
    text = render_summary(replace(SUMMARY, tenant="5dba8437"), beside=Path("/r"))
    assert "Xero organisation 5dba8437." in text
    assert "Contact already selected" in text
    assert ">shut<" in text
