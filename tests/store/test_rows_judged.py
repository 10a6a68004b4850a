"""Rows are judged together: all of them are stored or none, unless what the rules refuse is left to a person."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from reconcile.clock import FixedClock
from reconcile.decisions import DecisionRow
from reconcile.errors import DecisionsRejected
from reconcile.organisation_settings import OrganisationSettings
from reconcile.settings import Settings
from reconcile.stages.decide import decide_rows
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading, writing
from reconcile.store.proposals import current_proposals
from tests.store.mixture import AT, ORG, furnish, source


@pytest.fixture
def services(engine: Engine, tmp_path: Path) -> Services:
    with writing(engine) as session:
        furnish(session)
        org = session.get_one(tables.Organisation, ORG)
    return Services(Settings(_env_file=None, data_dir=tmp_path), engine, FixedClock(AT), org, 0, OrganisationSettings())


def rows(session: Session, *links: tuple[str, str]) -> list[DecisionRow]:
    """Links that somebody wants of some records, as rows of a file."""
    own = {proposal.record_id: proposal for proposal in current_proposals(session, ORG, "contacts", ["match"])}
    return [
        DecisionRow(row=n, proposal_id=own[left].id, basis=own[left].basis, decision="link", decision_xero_id=right)
        for n, (left, right) in enumerate(links, start=2)
    ]


def decided(services: Services) -> list[str]:
    with reading(services.engine) as session:
        return list(session.exec(select(tables.Decision.target_id).order_by(col(tables.Decision.target_id))))


CLASHING = (("C3", "X3"), ("C4", "X3"), ("C5", "X0"), ("C6", "X6"))
"""The second wants what the first takes, the third what is linked."""


def test_one_row_that_the_rules_refuse_refuses_all(services: Services) -> None:
    with reading(services.engine) as session:
        wanted = rows(session, *CLASHING)
    with pytest.raises(DecisionsRejected) as refusal:
        decide_rows(services, wanted, source())
    assert [problem.split(",")[0] for problem in refusal.value.problems] == ["row 3", "row 4"]
    assert decided(services) == []


def test_rows_that_the_rules_refuse_can_be_left_to_a_person(services: Services) -> None:
    with reading(services.engine) as session:
        wanted = rows(session, *CLASHING)
    done = decide_rows(services, wanted, source(), leave_refused=True)
    assert (done.accepted, decided(services)) == (2, ["X3", "X6"])


def test_nothing_is_run_when_the_rules_refuse_every_row(services: Services) -> None:
    with reading(services.engine) as session:
        wanted = rows(session, ("C5", "X0"))
    assert decide_rows(services, wanted, source(), leave_refused=True).accepted == 0
    with reading(services.engine) as session:
        assert session.exec(select(tables.Run)).all() == []
