"""The flows as Prefect runs them, on the sample organisation over real HTTP."""

from pathlib import Path
from typing import Any

import pytest

from flows.decide import apply_decisions
from flows.deployments import as_runner_deployment, declared_deployments
from flows.nightly import nightly_reconciliation
from flows.push import push_approved
from reconcile.errors import DecisionsRejected, GateClosed
from reconcile.reports.files import write_csv
from reconcile.reports.match_report import REPORT_COLUMNS

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
