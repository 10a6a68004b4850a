"""The money flow as Prefect runs it, on the sample organisation over real HTTP."""

import csv
from datetime import date
from typing import Any

import pytest

from flows.money import reconcile_money
from flows.nightly import nightly_reconciliation
from reconcile.organisation_settings import OrganisationSettings, Policies
from reconcile.records import Entity
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.stages.services import Services, open_services
from reconcile.store.engine import reading, writing
from reconcile.store.links import open_link
from reconcile.store.money_states import count_money
from reconcile.store.organisations import save_settings
from reconcile.store.runs import latest_run, start_run
from tests.flows.conftest import SAMPLES

pytestmark = [pytest.mark.flows, pytest.mark.timeout(280)]
LINKED: tuple[Entity, ...] = ("contacts", "products")


def link_truly(services: Services) -> None:
    """As if everything had been decided: the true pairs of the sample are linked."""
    with writing(services.engine) as session:
        seq = start_run(session, services.org_id, "pull", services.new_id(), 0, services.clock.now())
    for system, entities in PULLED.items():
        for entity in entities:
            pull_entity(services, seq, system, entity)
    for entity in LINKED:
        with (SAMPLES / "truth" / f"{entity}.csv").open(encoding="utf-8-sig", newline="") as file:
            pairs = {row["right_id"]: row["left_id"] for row in csv.DictReader(file) if row["right_id"]}
        with writing(services.engine) as session:
            for right, left in pairs.items():
                open_link(session, services.org_id, entity, left, right, "", "test", services.clock.now())


def writes(sample: Any) -> list[Any]:
    return [call for call in sample.calls if call.method != "GET" and "/connect/" not in call.path]


@pytest.fixture(scope="module")
def nights(sample: Any) -> tuple[dict[str, Any], int, dict[str, Any]]:
    """Two nights: what the first one did, how much it wrote, what the second one did."""
    with open_services() as services:
        link_truly(services)
        settings = OrganisationSettings(
            xero_price_basis="EX",
            payment_account="090",
            reimbursement_account="260",
            default_invoice_status="AUTHORISED",
            cut_off_date=date(2026, 8, 4),  # the latest fifth is enough here
            policies=Policies(clean_invoice=True, paid_in_full=True),
        )
        with writing(services.engine) as session:
            save_settings(session, services.org_id, settings, "test", services.clock.now())
    first = reconcile_money("")
    written = len(writes(sample))
    return first, written, reconcile_money("")


def test_clean_invoices_and_the_payments_on_them_go_out_in_one_night(nights: Any) -> None:
    counts = nights[0]["counts"]
    assert counts["push invoices to xero 1"]["done"] > 10
    assert counts["push payments to xero 2"]["done"] > 0
    assert counts["tell pooltrackr 1"]["staged"] >= counts["push invoices to xero 1"]["done"]


def test_the_second_night_writes_nothing(nights: Any, sample: Any) -> None:
    assert nights[1] > 0
    assert len(writes(sample)) == nights[1]


def test_a_whole_night_in_which_nothing_changed_asks_little_and_writes_nothing(nights: Any, sample: Any) -> None:
    nightly_reconciliation("")
    written, asked = len(writes(sample)), len(sample.calls)
    nightly_reconciliation("")
    assert len(writes(sample)) == written
    assert len(sample.calls) - asked < 20


def test_what_cannot_go_is_held_and_named_in_the_run(nights: Any) -> None:
    held = nights[0]["counts"]["money"]["invoices"]["held"]
    assert held["contact_not_linked"] > 0
    assert held["before_cut_off"] > 0


def test_the_stored_run_has_the_counts_of_money(nights: Any) -> None:
    with open_services() as services, reading(services.engine) as session:
        run = latest_run(session, services.org_id, "money")
        counts = count_money(session, services.org_id)
    assert run is not None
    assert (run.id, run.state) == (nights[2]["run"], "done")
    assert counts["invoices sent"] == sum(nights[2]["counts"]["money"]["invoices"]["sent"].values())
