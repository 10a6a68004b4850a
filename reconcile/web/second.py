"""What waits for a second person: who decided what and why it waits, to confirm, refuse or take back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from reconcile.errors import Conflict
from reconcile.proposals import Proposal
from reconcile.second_person import Confirmer
from reconcile.stages.second import Answered, confirm_waiting, refuse_waiting, take_back_waiting
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.proposals import to_proposal
from reconcile.store.review_waits import list_waiting, seal_of
from reconcile.store.tables_review import SecondLook
from reconcile.web.desk import Desk
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.lists import attempt
from reconcile.web.local_time import local_of
from reconcile.web.pages import go_to, show
from reconcile.web.sessions import Visit
from reconcile.web.verdicts import VIA
from reconcile.web.wording import OTHER, SYSTEM_NAMES, verdict_words

router = APIRouter()
SHOWN = 100


@dataclass(frozen=True)
class Batch:
    """Decisions that one person made at once."""

    looks: tuple[tuple[SecondLook, Proposal, str], ...]
    seal: str

    @property
    def first(self) -> SecondLook:
        """What stands for all of them: who, when, through what, why."""
        return self.looks[0][0]


@router.get("/second")
def waiting(request: Request, desk: AtDesk) -> Response:
    """Everything that waits, by who decided it together."""
    services = desk.current()
    return show(
        request, "second.html", batches=_batches(services), local=local_of(services), shown=SHOWN,
        tells_apart=desk.doors.tells_apart, rule=services.settings_of_org.second_person,
    )  # fmt: skip


@router.post("/second")
def answer(desk: AtDesk, visit: Visiting, form: Posted) -> Response:
    """Confirm, refuse or take back one decision, or all that were made together and shown together."""
    services = desk.current()
    chosen, deed, note = field(form, "id"), field(form, "deed"), field(form, "note")[:2000]
    work = _work(services, desk, visit, deed, chosen, note, field(form, "seal"))
    words = {"confirm": "Confirmed.", "refuse": "Refused. It is to be decided again.", "back": "Taken back."}
    attempt(visit, work, words.get(deed, "Done."))
    return go_to(field(form, "back"), "/second")


def _work(
    services: Services, desk: Desk, visit: Visit, deed: str, chosen: str, note: str, seal: str
) -> Callable[[], object]:
    me = Confirmer(visit.name, VIA, proven=desk.doors.tells_apart)

    def run() -> object:
        if seal and seal not in {batch.seal for batch in _batches(services)}:
            raise Conflict("This list has changed since you looked at it. Nothing was stored.", remedy="Look again.")
        if deed == "confirm":
            return _told(confirm_waiting(services, [chosen], me, note))
        return (
            take_back_waiting(services, [chosen], me)
            if deed == "back"
            else refuse_waiting(services, [chosen], me, note)
        ).settled

    return run


def _told(answered: Answered) -> int:
    if answered.void:
        raise Conflict(
            f"{answered.void} of these changed after the first person decided, and can no longer be confirmed. "
            "Nothing was confirmed.",
            remedy="Decide on them again; what is still listed can be confirmed.",
        )
    return answered.settled


def _batches(services: Services) -> list[Batch]:
    with reading(services.engine) as session:
        found = [(look, to_proposal(row)) for look, row in list_waiting(session, services.org_id)]
    groups: dict[str, list[tuple[SecondLook, Proposal, str]]] = {}
    for look, proposal in found:
        groups.setdefault(look.batch, []).append((look, proposal, _words(look, proposal)))
    return [Batch(tuple(group), seal_of([look for look, _, _ in group])) for group in groups.values()]


def _words(look: SecondLook, proposal: Proposal) -> str:
    """What was decided, as a sentence's end."""
    if look.verdict == "link":
        other = SYSTEM_NAMES[OTHER[proposal.system]]
        names: Sequence[str] = [c.name for c in proposal.candidates if c.id == look.target_id and c.name]
        return f"Link with {names[0] if names else look.target_id} in {other}"
    fields = f" (only {look.fields.replace(',', ', ')})" if look.fields else ""
    return verdict_words(look.verdict, proposal) + fields
