"""The flows as Prefect runs them, on the sample organisation over real HTTP."""

from pathlib import Path
from typing import Any

import pytest

from flows.decide import apply_decisions
from flows.deployments import as_runner_deployment, declared_deployments
from flows.nightly import nightly_reconciliation
from flows.push import push_approved
from reconcile.decisions import DecisionRow
from reconcile.errors import DecisionsRejected, GateClosed, GuardStopped
from reconcile.organisation_settings import Guards
from reconcile.reports.files import write_csv
from reconcile.reports.match_report import REPORT_COLUMNS
from reconcile.stages.decide import decide_rows
from reconcile.stages.services import open_services
from reconcile.store.decisions import Source
from reconcile.store.engine import reading, writing
from reconcile.store.flags import standing_flags
from reconcile.store.organisations import save_settings
from reconcile.store.proposals import current_proposals
from reconcile.store.runs import latest_run

pytestmark = [pytest.mark.flows, pytest.mark.timeout(280)]


@pytest.fixture(scope="module")
def night(sample: Any) -> dict[str, Any]:
    return nightly_reconciliation("", True)


def test_the_night_pulls_checks_proposes_and_reports(night: dict[str, Any]) -> None:
    assert night["counts"]["pooltrackr contacts"]["total"] == 400
    assert night["counts"]["propose contacts"]["new"] > 400
    assert night["counts"]["checks"]["contacts"] > 0
    assert night["reported"].summary.exists()


def test_the_night_writes_nothing_without_a_decision(night: dict[str, Any], sample: Any) -> None:
    writes = [call for call in sample.calls if call.method != "GET" and "/connect/" not in call.path]
    assert writes == []


def test_the_push_flow_refuses_with_the_rows_while_a_contact_is_selected_twice(night: dict[str, Any]) -> None:
    with pytest.raises(GateClosed) as refusal:
        push_approved(night["org"])
    assert refusal.value.rows


def test_the_hourly_sweep_lets_what_a_gate_holds_back_wait_without_failing(night: dict[str, Any], sample: Any) -> None:
    swept = push_approved(night["org"], only_open=True)
    assert not any(swept["counts"][f"{entity} to xero"] for entity in ("contacts", "products"))
    assert [call for call in sample.calls if call.method != "GET" and "/connect/" not in call.path] == []


def test_nobody_is_called_by_the_sweep_or_after_decisions_because_a_gate_is_shut() -> None:
    (push,) = (each for each in declared_deployments() if each["name"] == "push")
    served = as_runner_deployment(push)
    assert [each["parameters"]["only_open"] for each in (*push["schedules"], *push["triggers"])] == [True, True]
    assert [each.parameters["only_open"] for each in served.schedules] == [True]


def test_a_bad_decision_file_fails_the_flow_with_row_and_remedy(night: dict[str, Any], tmp_path: Path) -> None:
    row = dict.fromkeys(REPORT_COLUMNS, "") | {"proposal_id": "PNONE", "basis": "B0", "decision": "link"}
    bad = write_csv(tmp_path / "bad.csv", REPORT_COLUMNS, [row])
    with pytest.raises(DecisionsRejected, match="nothing was applied"):
        apply_decisions(bad, "Ana", night["org"])


def test_a_guard_that_stops_the_sending_does_not_stop_the_reports_of_the_night(
    night: dict[str, Any], sample: Any
) -> None:
    allow_no_new_contact_but_approve_some()
    with pytest.raises(GuardStopped) as refusal:
        nightly_reconciliation("", True, entity="contacts")
    with open_services() as services, reading(services.engine) as session:
        run = latest_run(session, services.org_id, "nightly")
        folder = services.settings.reports_dir / services.org_id / run.id
    assert run.problem == str(refusal.value)
    assert (folder / "summary.html").exists()
    assert [call for call in sample.calls if call.method != "GET" and "/connect/" not in call.path] == []


def allow_no_new_contact_but_approve_some() -> None:
    """Approve contacts to be created, settle what keeps the gate shut, and allow nothing to be created."""
    with open_services() as services:
        with writing(services.engine) as session:
            guarded = services.settings_of_org.model_copy(update={"guards": Guards(max_creates=0)})
            save_settings(session, services.org_id, guarded, "Ana", services.clock.now())
            contested = {
                f.record_id for f in standing_flags(session, services.org_id, "contacts") if "already" in f.name
            }
            proposals = current_proposals(session, services.org_id, "contacts", ["match"])
        rows = [
            DecisionRow(row=number, proposal_id=p.id, basis=p.basis, decision=verdict)
            for number, p in enumerate(proposals, start=2)
            if (verdict := "skip" if p.record_id in contested else p.suggested) in ("skip", "create")
        ]
        decide_rows(services, rows, Source("Ana", services.clock.now(), "test"))
