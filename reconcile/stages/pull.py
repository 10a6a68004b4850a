"""Pull: pages from a system into the snapshot, page by page, the bookmark moving with what is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from reconcile.errors import GuardStopped
from reconcile.organisation_settings import Guards
from reconcile.ports import Source
from reconcile.records import Entity, System
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.snapshots import (
    Scope,
    Stored,
    count_current,
    count_missed,
    listed_whole_at,
    mark_listed_whole,
    mark_missing,
    missing_records,
    read_bookmark,
    store_page,
    vanished,
)

Report = Callable[[int, int], None]
"""Is told after each page how many records have been read, and how many were known before."""
SMALL = 20
WHOLE_EVERY = timedelta(days=7)  # a list of changes never shows what is gone, so now and then everything is listed
PULLED: dict[System, tuple[Entity, ...]] = {
    "pooltrackr": ("contacts", "pools", "products"),
    "xero": ("accounts", "tax_rates", "contacts", "products"),
}


@dataclass(frozen=True)
class Pulled:
    """What one pull stored, and how many records there are now."""

    system: System
    entity: Entity
    stored: Stored
    missing: int
    total: int

    def counts(self) -> dict[str, int]:
        """The figures by name."""
        return {
            "new": self.stored.new,
            "changed": self.stored.changed,
            "same": self.stored.same,
            "missing": self.missing,
            "total": self.total,
        }


def unreported(_read: int, _known: int) -> None:
    """Nobody looks on."""


def pull_entity(
    services: Services, run_seq: int, system: System, entity: Entity, report: Report = unreported
) -> Pulled:
    """Pull what changed in one entity of one system since the last pull, everything the first time.

    Raises GuardStopped when a complete listing shows so few records that something must be wrong (C11); nothing is
    marked missing then. Raises what the source raises.
    """
    source: Source = services.source(system)
    scope = Scope(services.org_id, system, entity)
    with reading(services.engine) as session:
        since = _start(services, session, scope) if source.is_incremental(entity) else None
        before = count_current(session, scope)
    stored = Stored()
    listed: set[str] = set()
    for page in source.pages(entity, since):
        with writing(services.engine) as session:
            stored += store_page(session, scope, run_seq, page)
        listed.update(record.id for record in page.records)
        report(len(listed), before)
    missing = 0
    if since is None:
        missing = _settle_missing(services, scope, before, listed)
        if source.is_incremental(entity):
            with writing(services.engine) as session:
                mark_listed_whole(session, scope, services.clock.now())
    with reading(services.engine) as session:
        total = count_current(session, scope)
    return Pulled(system, entity, stored, missing, total)


def _start(services: Services, session: Session, scope: Scope) -> datetime | None:
    """Where a pull starts; None when everything is to be listed: the first time, and every week again."""
    whole = listed_whole_at(session, scope)
    if whole is None or services.clock.now() - whole >= WHOLE_EVERY:
        return None
    return read_bookmark(session, scope)


def _settle_missing(services: Services, scope: Scope, before: int, listed: set[str]) -> int:
    with reading(services.engine) as session:
        gone = vanished(session, scope, listed)
        still = sorted(set(missing_records(session, scope)) - listed)
    refuse_mass_loss(scope, before, len(gone), services.settings_of_org.guards)
    if gone or still:
        with writing(services.engine) as session:
            count_missed(session, scope, still)
            mark_missing(session, scope, gone, services.clock.now())
    return len(gone)


def refuse_mass_loss(scope: Scope, before: int, gone: int, guards: Guards) -> None:
    """Stop when too large a share of the records is suddenly not there any more."""
    if before >= SMALL and gone > before * guards.max_missing_share:
        raise GuardStopped(
            f"{scope.system} shows {before - gone} of {before} {scope.entity}: {gone} have vanished since the last run.",
            remedy="Check that the right organisation is connected and the export is complete, then run again.",
        )
