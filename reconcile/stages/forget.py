"""Forgetting people who asked for it: proposed first, done once somebody who is named says so."""

from datetime import timedelta

from reconcile.errors import BadInput, Conflict
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.forgetting import Forgotten, drop_old_versions, erasure_requests, find_person, forget, scrub


def propose_to_forget(services: Services) -> list[Forgotten]:
    """Everybody who asked for erasure and is still stored, with what has to happen first; changes nothing."""
    with reading(services.engine) as session:
        ids = erasure_requests(session, services.org_id)
        return [find_person(session, services.org_id, one) for one in ids]


def forget_person(services: Services, record_id: str, by: str) -> dict[str, int]:
    """Take a person out of everything that is stored; returns how many rows of what were emptied.

    Raises BadInput when nobody is named, Conflict while the person is active, linked or about to be written.
    """
    if not by.strip():
        raise BadInput("Nobody is named who does this.", remedy="Add --by NAME.")
    with writing(services.engine) as session:
        person = find_person(session, services.org_id, record_id)
        if person.blockers:
            raise Conflict(f"{record_id} cannot be forgotten yet.", remedy=" ".join(person.blockers))
        counts = forget(session, services.org_id, person, by, services.clock.now())
    if not any(counts.values()):
        raise BadInput(f"Nothing is stored about {record_id}.", remedy="Give the id of a contact.")
    scrub(services.engine)
    return counts


def forget_old_versions(services: Services, days: int, by: str) -> int:
    """Drop what records said before they were changed, when that is longer ago; the present state stays."""
    if not by.strip() or days < 1:
        raise BadInput("A number of days and a name are needed.", remedy="Add --older-than DAYS and --by NAME.")
    now = services.clock.now()
    count = drop_old_versions(services.engine, services.org_id, now - timedelta(days=days), by, now)
    scrub(services.engine)
    return count
