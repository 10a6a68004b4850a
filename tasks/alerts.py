"""When a flow fails or crashes: say so, with the cause and the remedy."""

from typing import Any

from prefect import Flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.logging import get_logger

from reconcile.clients.alerts import send_alert
from reconcile.errors import ReconcileError
from reconcile.settings import Settings


def alert(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Hook of every deployed flow; does nothing when no address is set."""
    url = Settings().alert_url
    if not url:
        return
    delivered = send_alert(
        url, f"{flow.name} {state.name.lower() if state.name else 'failed'}", explain(flow_run, state)
    )
    if not delivered:
        get_logger(__name__).warning("The alert about %s could not be delivered.", flow_run.name)


def explain(flow_run: FlowRun, state: State[Any]) -> str:
    """Cause and remedy in words: ids and counts, no personal data."""
    outcome = state.result(raise_on_failure=False) if state.is_failed() else None
    if isinstance(outcome, ReconcileError):
        rows = getattr(outcome, "problems", ()) or getattr(outcome, "rows", ())
        held = f" ({len(rows)} rows)" if rows else ""
        return f"{flow_run.name}: {outcome.message}{held} {outcome.remedy}".strip()
    if state.is_crashed():
        return (
            f"{flow_run.name} was killed. Nothing is lost: retry the run, or the next night goes on where it stopped."
        )
    return f"{flow_run.name} failed: {type(outcome).__name__ if outcome else 'no reason known'}. Read the run's log."
