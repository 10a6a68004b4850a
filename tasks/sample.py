"""The demo's operator and analyst: they answer from the sample's truth, through the same files as everybody else."""

from collections.abc import Mapping
from pathlib import Path

from prefect import task

from reconcile.stages.sample import Judged, judge_reports, set_price_basis
from reconcile.stages.services import open_services
from tasks.edge import EDGE


@task(name="answer-settings", task_run_name="answer the settings", **EDGE)
def answer_settings(org: str) -> str:
    """Answer the question of the price basis as the evidence suggests; returns the evidence in words."""
    with open_services(org=org) as services:
        return set_price_basis(services, "demo operator")


@task(name="judge-as-analyst", task_run_name="judge the match reports", **EDGE)
def judge_as_analyst(org: str, reports: Mapping[str, Path], world: Path) -> Judged:
    """Fill in the decision column of each match report from the truth, as an analyst would from knowledge."""
    with open_services(org=org) as services:
        return judge_reports(services, reports, world)
