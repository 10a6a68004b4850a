"""Disasters stop the run before any proposal, for every kind of record."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import GuardStopped
from reconcile.sandbox.edits import edit_xero
from reconcile.stages.money import MONEY_PULLED
from reconcile.stages.pull import PULLED, pull_entity
from reconcile.store.engine import reading, writing
from reconcile.store.links import open_link
from reconcile.store.snapshots import Scope, missing_records

MANY = 30
LOSSES = [("pooltrackr", "products"), ("xero", "products"), ("pooltrackr", "invoices"), ("pooltrackr", "contacts")]


def write(path: Path, header: str, rows: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *(row.split(",") for row in rows)])


@pytest.fixture
def large(make_business: Callable[..., Any], tmp_path: Path) -> Any:
    """Thirty customers, products and invoices; the products are linked."""
    world, numbers = tmp_path / "large", range(1, MANY + 1)
    write(world / "pooltrackr/contacts.csv", "id,name", [f"C{n},Customer {n}" for n in numbers])
    write(world / "pooltrackr/products.csv", "id,code,name,price", [f"R{n},SKU{n:03},Part {n},5.50" for n in numbers])
    write(world / "xero/items.csv", "id,code,name,price", [f"T{n},SKU{n:03},Part {n},5.50" for n in numbers])
    write(
        world / "pooltrackr/invoices.csv",
        "id,number,contact_id,issued_date,total",
        [f"I{n},INV-{n},C{n},2026-03-02,110.00" for n in numbers],
    )
    business = make_business(world=world)
    pull(business)
    with business.open() as services, writing(services.engine) as session:
        for n in numbers:
            open_link(session, services.org_id, "products", f"R{n}", f"T{n}", "", "Ana", services.clock.now())
    business.propose("products")
    return business


def pull(business: Any) -> None:
    with business.run("pull") as (services, seq):
        for system, entities in (*PULLED.items(), *MONEY_PULLED.items()):
            for entity in entities:
                pull_entity(services, seq, system, entity)


def lose(business: Any, system: str, entity: str) -> None:
    """Nine tenths of the records are gone."""
    if system == "pooltrackr":
        table: Any = business.world.pooltrackr.tables[entity]
    else:
        table = business.world.first_books.items
    for record_id in sorted(table.rows)[: MANY * 9 // 10]:
        table.remove(record_id)


@pytest.mark.parametrize(("system", "entity"), LOSSES)
def test_nine_tenths_gone_stops_the_pull_and_nothing_is_marked_missing(large: Any, system: Any, entity: Any) -> None:
    lose(large, system, entity)
    large.clock.wait(8 * 86_400)
    with pytest.raises(GuardStopped, match=f"{system} shows 3 of 30 {entity}"):
        pull(large)
    with large.open() as services, reading(services.engine) as session:
        assert missing_records(session, Scope(services.org_id, system, entity)) == {}


def test_all_items_renamed_stops_before_any_proposal(large: Any) -> None:
    before = large.proposals()
    for n in range(1, MANY + 1):
        edit_xero(large.world, "items", f"T{n}", name=f"Renamed {n}")
    pull(large)
    with pytest.raises(GuardStopped, match="30 of 30 linked products"):
        large.propose("products")
    assert large.proposals() == before


def test_one_renamed_item_is_proposed(large: Any) -> None:
    edit_xero(large.world, "items", "T1", name="Another part")
    pull(large)
    large.propose("products")
    changes = [(p.suggested_id, c.field, c.new) for p in large.proposals("update") for c in p.changes]
    assert changes == [("R1", "name", "Another part")]
