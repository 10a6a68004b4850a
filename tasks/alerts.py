"""When a flow fails or crashes: say so, with the cause and the remedy."""

from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import ParameterTypeError
from prefect.logging import get_logger
from prefect.utilities.urls import url_for

from reconcile.clients.alerts import send_alert
from reconcile.errors import ReconcileError, Retry
from reconcile.settings import Settings

AGAIN = "Nothing is lost: retry the run, or the next one goes on where it stopped."


def alert(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Hook of every deployed flow; does nothing when no address is set."""
    subject = f"{flow.name} {flow_run.parameters.get('org') or ''}".strip()  # a killed run never got its own name
    send(f"{subject} {state.name.lower() if state.name else 'failed'}", explain(subject, state), flow_run)


def alert_unless_passing(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """The same for a flow that comes again within minutes: what may pass by itself is left to that next run."""
    if not isinstance(_outcome(state), Retry):
        alert(flow, flow_run, state)


def send(title: str, text: str, flow_run: FlowRun) -> bool:
    """Post an alert about a run with the address of its page; false when no address is set or it was not delivered."""
    url = Settings().alert_url
    if not url:
        return False
    page = url_for(flow_run)
    if send_alert(url, title, f"{text} {page}" if page else text):
        return True
    get_logger(__name__).warning("The alert about %s could not be delivered.", flow_run.name)
    return False


def explain(subject: str, state: State[Any]) -> str:
    """Cause and remedy in words: ids and counts, no personal data."""
    outcome = _outcome(state)
    if isinstance(outcome, ReconcileError):
        rows = getattr(outcome, "problems", ()) or getattr(outcome, "rows", ())
        held = f" ({len(rows)} rows)" if rows else ""
        remedy = outcome.remedy or (AGAIN if isinstance(outcome, Retry) else "")
        return f"{subject}: {outcome.message}{held} {remedy}".strip()
    if state.is_crashed():
        return f"{subject} was killed. {AGAIN}"
    if isinstance(outcome, ParameterTypeError):
        return f"{subject} was started with parameters that do not fit: {outcome}"
    if isinstance(outcome, OSError) and outcome.strerror:
        return f"{subject} could not read or write a file: {outcome.strerror}. Look at the disk of the data folder and at its permissions. {AGAIN}"
    return f"{subject} failed: {type(outcome).__name__ if outcome else 'no reason known'}. Read the run's log."


def _outcome(state: State[Any]) -> Any:
    return state.result(raise_on_failure=False) if state.is_failed() else None
