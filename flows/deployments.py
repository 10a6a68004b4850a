"""The deployments of prefect.yaml as objects, for serving them without a work pool."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.events import DeploymentEventTrigger
from prefect.flows import load_flow_from_entrypoint

DECLARED = Path(__file__).resolve().parent.parent / "prefect.yaml"


def declared_deployments(path: Path = DECLARED) -> list[dict[str, Any]]:
    """What prefect.yaml declares."""
    with path.open(encoding="utf-8") as file:
        return list(yaml.safe_load(file)["deployments"])


def as_runner_deployment(declared: Mapping[str, Any]) -> RunnerDeployment:
    """One declared deployment, ready to be served by this process."""
    flow: Flow[Any, Any] = load_flow_from_entrypoint(str(DECLARED.parent / declared["entrypoint"]))
    limit = declared.get("concurrency_limit")
    deployment = flow.to_deployment(
        name=declared["name"],
        version=declared["version"],
        description=declared["description"],
        tags=declared["tags"],
        parameters=declared.get("parameters", {}),
        schedules=[
            CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
            for schedule in declared.get("schedules", ())
        ],
        triggers=[_trigger(trigger) for trigger in declared.get("triggers", ())],
        concurrency_limit=limit
        and ConcurrencyLimitConfig(
            limit=limit["limit"], collision_strategy=ConcurrencyLimitStrategy(limit["collision_strategy"])
        ),
    )
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError("to_deployment gave no deployment")
    return deployment


def _trigger(declared: Mapping[str, Any]) -> DeploymentEventTrigger:
    return DeploymentEventTrigger(
        enabled=declared["enabled"],
        expect=set(declared["expect"]),
        match=declared["match"],
        parameters=declared["parameters"],
    )
