"""What Prefect does by itself: a run whose worker was killed is marked as crashed, so that it can be retried."""

from datetime import timedelta

from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

from tasks.killed import SILENT

ZOMBIES = "reconcile: mark killed runs as crashed"
SILENCE = timedelta(seconds=540)  # three missed heartbeats
ENDED = ("Completed", "Failed", "Cancelled", "Crashed")


def zombie_automation() -> Automation:
    """A run that has sent a heartbeat and then neither another one nor an end."""
    return Automation(
        name=ZOMBIES,
        description="The process that ran it is gone. Retry the run, or wait for the next night.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{state}" for state in ENDED)},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=SILENT)],
    )


def ensure_automations() -> None:
    """Create what is missing; what is there already stays as it is."""
    wanted = zombie_automation()
    if not _exists(wanted.name) and not isinstance(wanted.create(), Automation):
        raise TypeError("the automation was not created")


def _exists(name: str) -> bool:
    try:
        return isinstance(Automation.read(name=name), Automation)
    except ValueError:
        return False
