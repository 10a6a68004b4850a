"""Records as JSON and their hashes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.content import basis_hash, content_hash, from_json, to_json
from reconcile.records import RECORD_TYPES, Contact, Credit, Invoice, Line, Payment, Pool, Product

texts = st.text(max_size=20)
amounts = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)


@given(texts, texts, amounts)
def test_a_record_survives_the_way_through_json(name: str, code: str, price: Decimal) -> None:
    product = Product(id="R1", name=name, code=code, price=price, updated_at=datetime(2026, 3, 1, 4, 5, tzinfo=UTC))
    assert from_json("products", to_json(product)) == product


@pytest.mark.parametrize(
    ("entity", "record"),
    [
        ("pools", Pool(id="P1", contacts=(("C1", "owner"), ("C2", "tenant")))),
        ("invoices", Invoice(id="I1", date=date(2026, 6, 30), lines=(Line(id="L1", quantity=Decimal("1.5")),))),
        ("payments", Payment(id="Y1", amount=Decimal("0.10"), date=date(2026, 7, 1))),
        ("credits", Credit(id="K1", allocations=(("I1", "5.00"),))),
    ],
)
def test_nested_records_survive_the_way_through_json(entity: str, record: object) -> None:
    assert from_json(entity, to_json(record)) == record


def test_every_entity_has_a_record_type_that_reads_its_own_empty_json() -> None:
    for entity, kind in RECORD_TYPES.items():
        assert from_json(entity, {"id": "x"}) == kind(id="x")


def test_unknown_fields_are_ignored() -> None:
    assert from_json("contacts", {"id": "C1", "colour": "blue"}) == Contact(id="C1")


def test_being_touched_is_not_being_changed() -> None:
    before = Contact(id="C1", name="Ann", version=1, updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    after = Contact(id="C1", name="Ann", version=7, updated_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert content_hash(before) == content_hash(after)


def test_any_changed_field_changes_the_content() -> None:
    assert content_hash(Contact(id="C1", name="Ann")) != content_hash(Contact(id="C1", name="Anne"))


def test_our_own_marks_are_content_but_no_new_basis() -> None:
    plain, stamped = Contact(id="X1", name="Ann"), Contact(id="X1", name="Ann", contact_number="PT-C1")
    assert content_hash(plain) != content_hash(stamped)
    assert basis_hash(plain) == basis_hash(stamped)


def test_equal_amounts_written_differently_are_the_same_content() -> None:
    assert content_hash(Product(id="R1", price=Decimal("10.50"))) == content_hash(
        Product(id="R1", price=Decimal("10.5"))
    )
