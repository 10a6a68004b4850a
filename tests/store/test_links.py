"""Links are one to one by constraint of the database, and keep their history."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from reconcile.errors import TargetTaken
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.links import close_link, linked, open_link, open_links

NOW = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


def link(engine: Engine, left: str, right: str) -> None:
    with writing(engine) as session:
        open_link(session, "org", "contacts", left, right, "D1", "me", NOW)


def test_a_second_record_for_the_same_counterpart_is_refused_and_the_holder_named(engine: Engine) -> None:
    link(engine, "C1", "X1")
    with pytest.raises(TargetTaken, match="already linked to C1"):
        link(engine, "C2", "X1")
    with pytest.raises(TargetTaken, match="already linked to X1"):
        link(engine, "C1", "X2")


def test_linking_the_same_again_changes_nothing(engine: Engine) -> None:
    link(engine, "C1", "X1")
    link(engine, "C1", "X1")
    with reading(engine) as session:
        assert len(session.exec(select(tables.Link)).all()) == 1


@pytest.mark.parametrize(("left", "right"), [("C1", "X2"), ("C2", "X1")])
def test_the_database_itself_refuses_a_second_open_link(engine: Engine, left: str, right: str) -> None:
    link(engine, "C1", "X1")
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(
            tables.Link(id="L9", org_id="org", entity="contacts", pooltrackr_id=left, xero_id=right, created_at=NOW)
        )


def test_a_closed_link_frees_both_records_and_stays_as_history(engine: Engine) -> None:
    link(engine, "C1", "X1")
    with writing(engine) as session:
        (old,) = open_links(session, "org", "contacts", pooltrackr_id="C1")
        close_link(session, old, "me", NOW, "re-mapped")
    link(engine, "C1", "X2")
    link(engine, "C2", "X1")
    with reading(engine) as session:
        assert dict(linked(session, "org", "contacts").pooltrackr) == {"C1": "X2", "C2": "X1"}
        versions = session.exec(select(tables.Link.version).where(tables.Link.pooltrackr_id == "C1")).all()
        assert sorted(versions) == [1, 2]


def test_contacts_and_products_do_not_mix(engine: Engine) -> None:
    link(engine, "C1", "X1")
    with writing(engine) as session:
        open_link(session, "org", "products", "C1", "X1", "D2", "me", NOW)
