"""Runs as Prefect sees them: opened, closed, and closed as failed with the reason."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from reconcile.errors import BadInput, GuardStopped, NotReady
from reconcile.records import Entity, Organisation
from reconcile.settings import Settings
from reconcile.stages.registering import all_registered
from reconcile.stages.report import ENTITIES
from reconcile.stages.running import under_way
from reconcile.stages.services import Services, open_services
from tasks.turns import one_at_a_time

Choice = Literal["everything", "contacts", "products", "invoices"]


def require_choice(given: str) -> Choice:
    """What was given as a choice. Raises BadInput."""
    for choice in get_args(Choice):
        if given == choice:
            chosen: Choice = choice
            return chosen
    raise BadInput(f"{given} is no choice.", remedy=f"Choose one of {', '.join(get_args(Choice))}.")


@dataclass
class RunInProgress:
    """A run that has been opened; what is put into ``counts`` is stored when it ends.

    ``organisation`` is what Xero showed of it when the connection was checked; ``stopped`` is the guard that ended the
    sending, of which the reports still tell.
    """

    org: str
    seq: int
    id: str
    counts: dict[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    cut_off_date: date | None = None
    organisation: Organisation | None = None
    stopped: GuardStopped | None = None

    def send(self, push: Callable[[], object]) -> bool:
        """Push unless a guard has stopped the sending; whether anything went out, as ``push`` says. A guard is kept."""
        try:
            return self.stopped is None and bool(push())
        except GuardStopped as guard:
            self.stopped = guard
            return False

    def raise_stopped(self) -> None:
        """Raise GuardStopped when a guard ended the sending: the run has failed, though all else was done."""
        if self.stopped is not None:
            raise self.stopped

    def masters(self, chosen: Choice) -> tuple[Entity, ...]:
        """The entities beside invoices that are worked on."""
        return tuple(entity for entity in ENTITIES if chosen in ("everything", entity))


@contextmanager
def tracked_run(
    org: str, kind: str, *, dry_run: bool = False, cut_off_date: date | None = None
) -> Iterator[RunInProgress]:
    """Open a run for the block and close it, with the problem if there was one; one at a time for each organisation.

    Raises NotReady while the organisation rests.
    """
    if is_resting(name := name_of(org)):
        raise NotReady(f"{name} rests.", remedy=f"Go on with `reconcile orgs resume {name}`.")
    with one_at_a_time(name), open_services(org=name) as services, under_way(services, kind) as opened:
        run = RunInProgress(services.org_id, opened.seq, opened.id, opened.counts, dry_run, cut_off_date)
        if dry_run:
            run.counts["dry run"] = {"nothing is written or approved": 1}
        yield run


def name_of(org: str) -> str:
    """The organisation's short name, where it may be left out. Raises BadInput when there are several."""
    with open_services(org=org) as services:
        return services.org_id


def is_resting(org: str) -> bool:
    """Whether an organisation was paused."""
    return any(found.id == org and found.paused_at is not None for found in all_registered(Settings()))


@contextmanager
def services_of(run: RunInProgress) -> Iterator[Services]:
    """The services of a run's organisation; the later cut-off date holds, the organisation's or the run's."""
    with open_services(org=run.org) as services:
        own = services.settings_of_org
        if run.cut_off_date and run.cut_off_date > (own.cut_off_date or date.min):
            services.settings_of_org = own.model_copy(update={"cut_off_date": run.cut_off_date})
        yield services
