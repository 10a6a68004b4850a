"""The reports of invoices and payments, and their states in counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile.inspecting import INSPECTOR_COLUMNS, count_errors, inspect_invoices, inspector_rows
from reconcile.invoicing.card_money import read_payouts
from reconcile.invoicing.report import (
    INVOICE_COLUMNS,
    PAYMENT_COLUMNS,
    PAYOUT_COLUMNS,
    Shown,
    count_states,
    invoice_rows,
    payment_rows,
    payout_rows,
    proposals_by_record,
)
from reconcile.records import Entity
from reconcile.reports.families import Report
from reconcile.reports.files import write_csv
from reconcile.stages.money import read_ledger
from reconcile.stages.services import Services
from reconcile.store.decisions import ignored_records
from reconcile.store.engine import reading
from reconcile.store.money_states import read_progress
from reconcile.store.proposals import current_proposals


@dataclass(frozen=True)
class MoneyReport:
    """The reports, how many rows stand in each state for each reason, and how many linked invoices disagree."""

    invoices: Report
    payments: Report
    payouts: Report
    inspector: Report
    inspected: Mapping[str, int]
    states: Mapping[str, Mapping[str, Mapping[str, int]]]


def make_money_report(services: Services) -> MoneyReport:
    """The state of every invoice and payment as last pulled; stores nothing."""
    ledger = read_ledger(services)
    org_id = services.org_id
    with reading(services.engine) as session:
        progress = read_progress(session, org_id)
        entities: tuple[Entity, ...] = ("invoices", "payments")
        shown = {
            entity: Shown(
                ledger=ledger,
                proposals=proposals_by_record(current_proposals(session, org_id, entity)),
                progress=progress,
                ignored=frozenset(
                    ignored_records(session, org_id, entity, "pooltrackr")
                    | ignored_records(session, org_id, entity, "xero")
                ),
                short_code=services.org.short_code,
            )
            for entity in entities
        }
    invoices = Report("invoices", "Invoices", INVOICE_COLUMNS, list(invoice_rows(shown["invoices"])))
    payments = Report("payments", "Payments", PAYMENT_COLUMNS, list(payment_rows(shown["payments"])))
    states = {"invoices": count_states(invoices.rows), "payments": count_states(payments.rows)}
    payouts = Report("payouts", "Card payouts", PAYOUT_COLUMNS, list(payout_rows(read_payouts(ledger.books.payments))))
    found = inspect_invoices(ledger.books)
    rows = list(inspector_rows(found, ledger.books, services.org.short_code))
    inspector = Report("inspector", "Linked invoices", INSPECTOR_COLUMNS, rows)
    return MoneyReport(invoices, payments, payouts, inspector, count_errors(found), states)


def write_money_report(services: Services, folder: Path, run_id: str) -> tuple[MoneyReport, tuple[Path, ...]]:
    """Write the reports as CSV into a folder; answers their paths. Raises OSError."""
    report = make_money_report(services)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = tuple(
        write_csv(folder / f"{each.stem}_{run_id}.csv", each.columns, each.rows)
        for each in (report.invoices, report.payments, report.payouts, report.inspector)
    )
    return report, paths
