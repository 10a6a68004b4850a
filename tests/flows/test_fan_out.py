"""One night for each organisation: started once each, waited for, summed up; and what the parameters of a night mean."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
)
from prefect.client.schemas.sorting import FlowRunSort
from prefect.flow_engine import run_flow
from prefect.states import Completed, Crashed, Failed, Scheduled

from flows.deployments import as_runner_deployment, declared_deployments
from flows.nightly import nightly_reconciliation
from flows.nightly_all import nightly_of_all
from reconcile.nights import is_due, last_due
from reconcile.records import Organisation
from reconcile.settings import Settings
from reconcile.stages.nights import due_nights
from reconcile.stages.registering import all_registered, register, rest
from reconcile.stages.services import SystemClock, open_services
from reconcile.store.engine import open_engine, require_current, writing
from reconcile.store.organisations import register_organisation
from reconcile.store.runs import start_run
from reconcile.store.sync_events import Told, store_events
from tasks.choices import offer_organisations
from tasks.fan_out import NIGHTLY, NightsFailed, staged, start_for_each, told
from tasks.turns import turn_of
from tests.databases import of_folder
from tests.organisations.many import Many, serve_many

pytestmark = [pytest.mark.flows, pytest.mark.timeout(280)]
NAMES = ("east", "resting", "west")


class At:
    """A clock that stands still."""

    def __init__(self, *moment: int) -> None:
        self.moment = datetime(*moment, tzinfo=UTC)  # type: ignore[misc]

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def three(tmp_path: Path, prefect_harness: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Three organisations, one of them paused, and the deployment of a night that nobody serves."""
    monkeypatch.setenv("RECONCILE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RECONCILE_DATABASE_URL", of_folder(tmp_path))
    monkeypatch.setenv("RECONCILE_XERO_API_URL", "http://127.0.0.1:9/api.xro/2.0")
    monkeypatch.setenv("RECONCILE_XERO_IDENTITY_URL", "http://127.0.0.1:9")
    settings, clock = Settings(), SystemClock()
    engine = open_engine(settings.database)
    require_current(engine)
    with writing(engine) as session:
        for name in NAMES:
            register_organisation(session, Organisation(id=f"t-{name}", name=name), clock.now(), name)
    engine.dispose()
    rest(settings, clock, "resting", is_paused=True)
    register(settings, clock, "west", {"timezone": "Australia/Perth"}, "", is_new=False)
    declared = {each["name"]: each for each in declared_deployments()}
    as_runner_deployment({**declared["nightly"], "schedules": []}, all_registered(settings)).apply()
    yield settings
    with get_client(sync_client=True) as client:
        client.delete_deployment(client.read_deployment_by_name(NIGHTLY).id)


def end_each(how: dict[str, Any]) -> threading.Thread:
    """Somebody else runs what was started, and it ends as is said."""

    def work() -> None:
        waiting = dict(how)
        with get_client(sync_client=True) as client:
            while waiting:
                time.sleep(0.2)
                for run in children(client):
                    if run.parameters["org"] in waiting and not run.state.is_final():
                        client.set_flow_run_state(run.id, waiting.pop(run.parameters["org"]), force=True)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def children(client: Any) -> list[Any]:
    """The nights that were started, in the order of their start."""
    only = DeploymentFilter(name=DeploymentFilterName(any_=["nightly"]))
    found = client.read_flow_runs(flow_run_filter=FlowRunFilter(), deployment_filter=only)
    return sorted(found, key=lambda run: run.created)


def retry(client: Any, flow: Flow[..., Any]) -> Any:
    """As `prefect flow-run retry` does it, with the newest run of a flow."""
    of_it = FlowFilter(name=FlowFilterName(any_=[flow.name]))
    newest = client.read_flow_runs(flow_filter=of_it, sort=FlowRunSort.START_TIME_DESC, limit=1)[0]
    client.set_flow_run_state(newest.id, Scheduled(), force=True)
    return run_flow(flow, flow_run=client.read_flow_run(newest.id))


def test_the_summary_says_who_failed_and_why_and_a_retry_starts_only_those_once_each(three: Settings) -> None:
    others = end_each({"east": Completed(), "west": Failed(message="Reconnect: connect again.")})
    with pytest.raises(NightsFailed, match="1 of 2 organisations did not end well: west: Failed Reconnect"):
        nightly_of_all()
    others.join(10)
    with get_client(sync_client=True) as client:
        shown = next(a.data for a in client.read_artifacts() if a.key == "organisations")
        assert "- **west** did not end well: Failed Reconnect" in shown
        assert [line for line in shown.splitlines() if line.startswith("## ")] == [f"## {name}" for name in NAMES]
        others = end_each({"west": Crashed(message="killed")})
        with pytest.raises(NightsFailed, match="1 of 2 organisations did not end well: west: Crashed"):
            retry(client, nightly_of_all)
        others.join(10)
        others = end_each({"west": Completed()})
        assert retry(client, nightly_of_all) == {"east": "Completed", "west": "Completed"}
        others.join(10)
        assert retry(client, nightly_of_all) == {"east": "Completed", "west": "Completed"}
        assert [run.parameters["org"] for run in children(client)] == ["east", "west", "west", "west"]


def test_the_same_night_again_starts_nothing_twice(three: Settings) -> None:
    keys = {name: f"nightly {name} 2026-11-20" for name in ("east", "west")}
    first = start_for_each.fn(NIGHTLY, keys, {})
    again = start_for_each.fn(NIGHTLY, keys, {})
    assert [run.flow_run for run in first] == [run.flow_run for run in again]
    assert len({run.flow_run for run in first}) == 2
    assert all(isinstance(run.flow_run, UUID) for run in first)


def test_a_sweep_starts_runs_only_where_something_waits(three: Settings) -> None:
    keys = {"east": "at-once east", "west": "at-once west"}
    event = Told("xero", "contacts", "X1", "UPDATE", datetime(2026, 11, 20, tzinfo=UTC))
    with open_services(three, "west") as services, writing(services.engine) as session:
        store_events(session, "west", [event], services.clock.now())
    assert told(keys) == {"west": "at-once west"}
    assert staged(keys) == {}


def test_an_organisation_that_was_added_later_can_be_started_at_once_and_is_offered_by_the_next_sweep(
    three: Settings,
) -> None:
    offered = ["east", "resting", "west"]
    with get_client(sync_client=True) as client:
        assert choices(client) == ["", *offered]
        engine = open_engine(three.database)
        with writing(engine) as session:
            register_organisation(session, Organisation(id="t-new", name="new"), SystemClock().now(), "added")
        engine.dispose()
        assert len(start_for_each.fn(NIGHTLY, {"added": "nightly added today"}, {})) == 1
        assert offer_organisations.fn() == 1
        assert choices(client) == ["", "added", *offered]
        assert offer_organisations.fn() == 0


def choices(client: Any) -> list[str]:
    """The organisations that the form of a night offers."""
    schema = client.read_deployment_by_name(NIGHTLY).parameter_openapi_schema
    return list(schema["properties"]["org"]["enum"])


def test_a_night_is_due_once_in_its_own_zone_and_not_while_the_organisation_rests(three: Settings) -> None:
    assert set(due_nights(three, At(2026, 11, 20, 15, 1))) == {"east"}  # 02:01 in Sydney, 23:01 in Perth
    assert set(due_nights(three, At(2026, 11, 20, 18, 1))) == {"east", "west"}
    with open_services(three, "east") as services, writing(services.engine) as session:
        start_run(session, "east", "nightly", "R1", 0, datetime(2026, 11, 20, 15, 5, tzinfo=UTC))
    assert set(due_nights(three, At(2026, 11, 20, 18, 1))) == {"west"}
    assert due_nights(three, At(2026, 11, 21, 14, 59)) == {}  # too late to make up for: the next night is near


@pytest.mark.parametrize("cron", ["0 2 * * *", "30 2 * * *"])
@pytest.mark.parametrize("changes", [datetime(2026, 10, 3, 16, tzinfo=UTC), datetime(2027, 4, 3, 16, tzinfo=UTC)])
def test_when_two_at_night_is_skipped_or_comes_twice_each_day_has_one_night(cron: str, changes: datetime) -> None:
    started: list[datetime] = []
    for look in range(-4 * 24 * 3, 4 * 24 * 3):  # every quarter of an hour, three days before and after
        now = changes + timedelta(minutes=15 * look)
        if is_due(cron, "Australia/Sydney", now) and (
            not started or started[-1] < last_due(cron, "Australia/Sydney", now)
        ):
            started.append(now)
    days = [at.astimezone(ZoneInfo("Australia/Sydney")).date() for at in started]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert len(days) in (6, 7)


def test_organisations_run_side_by_side_and_with_sqlite_one_after_the_other() -> None:
    assert turn_of("east", "postgresql://h/d") != turn_of("west", "postgresql://h/d")
    assert turn_of("east", "sqlite:///d.db") == turn_of("west", "sqlite:///d.db")


@pytest.fixture
def small(tmp_path: Path, prefect_harness: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Many]:
    """One organisation of twenty contacts, whose policy would approve every certain one."""
    with serve_many(tmp_path, of_folder(tmp_path), 1, 20) as many:
        for name, value in many.environment().items():
            monkeypatch.setenv(name, value)
        yield many


def test_a_dry_run_writes_nothing_and_lets_no_policy_approve(small: Many) -> None:
    night = nightly_reconciliation("", entity="contacts", dry_run=True, cut_off_date=date(2026, 1, 1))
    counts = night["counts"]
    assert counts["propose contacts"]["new"] >= 20
    assert not [step for step in counts if step.startswith(("policy", "push", "propose products", "plan money"))]
    assert counts["standing"]["decided, not finished"] == 0
    assert [c for c in small.served.calls if c.method != "GET" and "/connect/" not in c.path] == []
    with get_client(sync_client=True) as client:
        shown = client.read_artifacts()
    words = next(a.data for a in shown if a.key == f"morning-{night['org']}")
    assert words.startswith("**Dry run: nothing was written")
