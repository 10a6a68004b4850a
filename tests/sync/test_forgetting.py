"""A person who asked for erasure: proposed, done by somebody with a name, and then nothing of it is stored any more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlmodel import SQLModel, select

from reconcile.errors import BadInput, Conflict
from reconcile.stages.forget import forget_old_versions, forget_person, propose_to_forget
from reconcile.stages.report import write_reports
from reconcile.store import tables
from reconcile.store.audit import broken_seals
from reconcile.store.engine import reading

PERSONAL = ("Lee", "ann.lee", "5550 1001", "0491 570 101", "1 Low St", "9 High St", "Anna")


@pytest.fixture
def gone(business: Any) -> Any:
    """Ann Lee was renamed, written about, and has asked to be forgotten; she is archived in Pooltrackr."""
    business.in_pooltrackr(1, name="Anna Lee")
    business.night()
    business.decide([(p, "update", "") for p in business.proposals("update")])
    business.push()
    business.night()
    business.in_xero(1, status="GDPRREQUEST")
    business.in_pooltrackr(1, archived=True)
    business.night()
    return business


def unlink(business: Any) -> None:
    (proposal,) = business.proposals("unlink")
    business.decide([(proposal, "unlink", "")])
    business.push()
    business.night()


def everything_stored(business: Any) -> Iterator[str]:
    """Every value of every table, and the bytes of the database's files."""
    engine = create_engine(business.settings.database)
    with engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            yield from (str(tuple(row)) for row in connection.execute(select(table)))
    if engine.dialect.name == "sqlite":
        place = Path(str(engine.url.database))
        yield from (p.read_bytes().decode("latin-1") for p in place.parent.glob(f"{place.name}*"))
    engine.dispose()


def personal(texts: Iterator[str]) -> set[str]:
    return {word for text in texts for word in PERSONAL if word in text}


def test_it_is_proposed_and_refused_while_the_link_stands(gone: Any) -> None:
    with gone.open() as services:
        (person,) = propose_to_forget(services)
        assert (person.pooltrackr_id, person.xero_id) == ("C1", "X1")
        assert "unlink" in person.blockers[0]
        with pytest.raises(Conflict, match="cannot be forgotten yet"):
            forget_person(services, "X1", "Ana")
    assert personal(everything_stored(gone)) == set(PERSONAL)


def test_nothing_personal_stays_and_the_trail_says_who_and_when(gone: Any, tmp_path: Path) -> None:
    unlink(gone)
    with gone.open() as services:
        with pytest.raises(BadInput, match="Nobody is named"):
            forget_person(services, "C1", " ")
        assert forget_person(services, "C1", "Ana")["versions"] > 3
    assert personal(everything_stored(gone)) == set()

    gone.night()
    assert personal(everything_stored(gone)) == set()
    with gone.run("report") as (services, seq):
        folder = write_reports(services, seq).folder
        assert personal(path.read_bytes().decode("latin-1") for path in folder.rglob("*.csv")) == set()
        assert propose_to_forget(services) == []
        with reading(services.engine) as session:
            mine = tables.Audit.org_id == services.org_id, tables.Audit.action == "forgotten"
            (event,) = session.exec(select(tables.Audit).where(*mine)).all()
            assert (event.actor, event.subject) == ("Ana", "C1 X1")
            assert broken_seals(session, services.org_id) == []


def test_an_active_contact_is_not_forgotten(business: Any) -> None:
    with business.open() as services, pytest.raises(Conflict) as refused:
        forget_person(services, "C2", "Ana")
    assert "active in pooltrackr" in refused.value.remedy


def test_old_versions_are_dropped_and_the_present_stays(business: Any) -> None:
    business.in_pooltrackr(1, name="Anna Lee")
    business.night()
    business.clock.wait(40 * 86_400)
    business.in_pooltrackr(2, name="Bobby Marsh")
    business.night()
    with business.open() as services:
        assert forget_old_versions(services, 30, "Ana") > 0
        assert forget_old_versions(services, 30, "Ana") == 0
    before = business.proposals()
    business.night()
    assert business.proposals() == before
