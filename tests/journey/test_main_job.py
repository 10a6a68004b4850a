"""The main job on the sample organisation over real HTTP: each test is one step of one story, in order."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from reconcile.errors import DecisionsRejected, GateClosed
from reconcile.reports.files import write_csv
from reconcile.reports.match_report import REPORT_COLUMNS
from reconcile.stages.decide import decide_file
from reconcile.stages.push import push_entity
from reconcile.stages.sample import judge_reports, set_price_basis
from reconcile.stages.status import read_status
from reconcile.stages.story import tell_story
from reconcile.store import tables
from reconcile.store.audit import broken_seals
from reconcile.store.engine import reading
from reconcile.store.links import open_links

SAMPLES = Path(__file__).parent.parent.parent / "data" / "samples"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def org(make_organisation: Callable[..., Any]) -> Iterator[Any]:
    return make_organisation()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as handle:
        return list(csv.DictReader(handle))


def test_the_first_pull_stores_both_systems_whole(org: Any) -> None:
    pulled = org.pull()
    world = {
        "contacts": len(read(SAMPLES / "pooltrackr/contacts.csv")),
        "products": len(read(SAMPLES / "xero/items.csv")),
    }
    assert pulled["pooltrackr", "contacts"].total == world["contacts"]
    assert pulled["xero", "products"].total == world["products"]
    assert all(p.stored.changed == 0 for p in pulled.values())


def test_a_second_pull_finds_nothing_new(org: Any) -> None:
    assert all(p.stored.new == p.stored.changed == p.missing == 0 for p in org.pull().values())


def test_every_live_record_gets_a_proposal_and_nothing_is_written_to_either_system(org: Any) -> None:
    saved = org.propose()
    assert saved["contacts"].new > 400
    assert saved["products"].new > 150
    assert org.writes() == []


def test_proposing_again_without_a_change_writes_nothing_new(org: Any) -> None:
    assert all(s.new == s.closed == 0 for s in org.propose(anew=True).values())


def test_the_reports_are_complete_private_and_say_why(org: Any) -> None:
    reported = org.report()
    rows = read(reported.main["contacts"])
    assert len({row["proposal_id"] for row in rows}) == len(rows)
    assert all(row["reasons"] for row in rows if row["suggested"] == "link")
    assert all(row["xero_url"].endswith(row["xero_id"]) for row in rows if row["xero_id"])
    assert {path.stat().st_mode & 0o777 for _, path in reported.files} == {0o600}
    assert "<html" in reported.summary.read_text(encoding="utf-8")


def test_duplicates_in_pooltrackr_select_the_same_contact_and_shut_the_gate(org: Any) -> None:
    with org.open() as services:
        flags = read_status(services).flags
        assert flags["contact_already_selected"] >= 2
        with pytest.raises(GateClosed) as refusal:
            push_entity(services, "xero", "contacts")
    assert len(refusal.value.rows) == flags["contact_already_selected"]
    assert org.writes() == []


def test_one_bad_row_refuses_a_whole_file_and_nothing_is_applied(org: Any, tmp_path: Path) -> None:
    rows = read(org.report().main["contacts"])
    rows[0]["decision"], rows[1]["decision"], rows[2]["decision"] = "skip", "merge", "link"
    rows[2]["basis"] = "B0000000000000000"
    bad = write_csv(tmp_path / "bad.csv", REPORT_COLUMNS, rows)
    with org.open() as services:
        with pytest.raises(DecisionsRejected) as refusal:
            decide_file(services, bad, "Ana")
        with reading(services.engine) as session:
            assert session.exec(select(tables.Decision).where(tables.Decision.org_id == services.org_id)).all() == []
    assert [problem.split(",")[0] for problem in refusal.value.problems] == ["row 3", "row 4"]


def test_an_analyst_decides_through_the_report_and_the_same_file_again_is_a_no_op(org: Any) -> None:
    with org.open() as services:
        set_price_basis(services, "Ana")
    reports = org.report().main
    with org.open() as services:
        judged = judge_reports(services, reports, SAMPLES)
        for path in judged.files:
            decided = decide_file(services, path, "Ana")
            assert decided.accepted > 100
            assert decided.collisions == 0
            assert decide_file(services, path, "Ana").already
    assert org.writes() == []


def test_the_push_writes_what_was_approved_and_each_create_exactly_once(org: Any) -> None:
    with org.open() as services:
        tallies = [
            push_entity(services, target, entity)
            for entity in ("contacts", "products")
            for target in ("xero", "pooltrackr")
        ]
        assert sum(t.failed + t.conflict + t.raced + t.unknown for t in tallies) == 0
        with reading(services.engine) as session:
            links = {entity: open_links(session, services.org_id, entity) for entity in ("contacts", "products")}
            creates = session.exec(
                select(tables.PushOperation).where(
                    tables.PushOperation.org_id == services.org_id,
                    tables.PushOperation.verb == "create",
                    tables.PushOperation.target == "xero",
                )
            ).all()
        stamps = [f"PT-{link.pooltrackr_id}" for link in links["contacts"]]
        found = services.xero.find_many("contacts", stamps)
    assert len(links["contacts"]) > 300
    assert len(links["products"]) > 50
    assert creates
    assert {stamp: record.id for stamp, record in found.items()}.items() <= {
        f"PT-{link.pooltrackr_id}": link.xero_id for link in links["contacts"]
    }.items()
    assert all(link.stamped_at for link in links["contacts"])


def test_pushing_again_writes_nothing(org: Any) -> None:
    before = len(org.writes())
    with org.open() as services:
        assert push_entity(services, "xero", "contacts").settled == 0
        assert push_entity(services, "pooltrackr", "contacts").settled == 0
    assert len(org.writes()) == before


def test_the_next_night_sees_our_own_writes_as_no_edits(org: Any) -> None:
    org.pull()
    before = len(org.writes())
    saved = org.propose()
    assert saved["contacts"].new <= 2
    assert len(org.writes()) == before
    assert all(s.new == s.closed == 0 for s in org.propose(anew=True).values())


def test_one_record_tells_its_whole_story(org: Any) -> None:
    with org.open() as services:
        with reading(services.engine) as session:
            link = open_links(session, services.org_id, "contacts")[0]
            assert broken_seals(session, services.org_id) == []
        story = "\n".join(tell_story(services, link.pooltrackr_id))
    assert link.xero_id in story
    assert "by Ana through csv" in story
    assert "Push " in story
