"""The deployments of prefect.yaml as objects, for serving them without a work pool.

Served deployments know the organisations: each has a schedule of its own in its own zone, and the form offers them.
"""

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.events import DeploymentEventTrigger
from prefect.flows import load_flow_from_entrypoint
from prefect.schedules import Cron, Schedule

from reconcile.store.registry import Registered

DECLARED = Path(__file__).resolve().parent.parent / "prefect.yaml"
NIGHTLY, DISPATCHER = "nightly", "nightly-all"


def declared_deployments(path: Path = DECLARED) -> list[dict[str, Any]]:
    """What prefect.yaml declares."""
    with path.open(encoding="utf-8") as file:
        return list(yaml.safe_load(file)["deployments"])


def as_runner_deployment(declared: Mapping[str, Any], known: Sequence[Registered] = ()) -> RunnerDeployment:
    """One declared deployment, ready to be served by this process for the organisations that are known now."""
    flow: Flow[Any, Any] = load_flow_from_entrypoint(str(DECLARED.parent / declared["entrypoint"]))
    limit = declared.get("concurrency_limit")
    deployment = offering(flow, [found.id for found in known]).to_deployment(
        name=declared["name"],
        version=declared["version"],
        description=declared["description"],
        tags=declared["tags"],
        parameters=declared.get("parameters", {}),
        enforce_parameter_schema=declared.get("enforce_parameter_schema", True),
        schedules=served_schedules(declared, known),
        triggers=[_trigger(trigger) for trigger in declared.get("triggers", ())],
        concurrency_limit=limit
        and ConcurrencyLimitConfig(
            limit=limit["limit"], collision_strategy=ConcurrencyLimitStrategy(limit["collision_strategy"])
        ),
    )
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError("to_deployment gave no deployment")
    return deployment


def served_schedules(declared: Mapping[str, Any], known: Sequence[Registered]) -> list[Schedule]:
    """A night for each organisation that does not rest, in its zone; else what is declared.

    Nothing is dispatched where every night has a schedule of its own.
    """
    if declared["name"] == DISPATCHER:
        return []
    if declared["name"] != NIGHTLY:
        return [
            Cron(s["cron"], timezone=s["timezone"], parameters=s.get("parameters", {}))
            for s in declared.get("schedules", ())
        ]
    return [
        Cron(night.cron, timezone=night.timezone, parameters={"org": night.id}, slug=f"night-{night.id or 'first'}")
        for night in [found for found in known if found.is_known] or [Registered("")]
        if night.is_active
    ]


def offering(flow: Flow[Any, Any], names: Sequence[str]) -> Flow[Any, Any]:
    """The same flow, whose form offers the organisations by name; with none or one of them it may stay empty."""
    signature = inspect.signature(flow.fn, eval_str=True)
    if "org" not in signature.parameters or not names:
        return flow
    choice = Literal[("", *names)]  # type: ignore[valid-type]
    offered = flow.with_options()
    parameters = [
        each.replace(annotation=choice) if each.name == "org" else each for each in signature.parameters.values()
    ]
    vars(offered)["__signature__"] = signature.replace(parameters=parameters)
    return offered


def _trigger(declared: Mapping[str, Any]) -> DeploymentEventTrigger:
    return DeploymentEventTrigger(
        enabled=declared["enabled"],
        expect=set(declared["expect"]),
        match=declared["match"],
        parameters=declared["parameters"],
    )
