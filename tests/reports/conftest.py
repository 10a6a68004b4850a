"""A small organisation's review rows, one of each kind."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from reconcile.proposals import Candidate, Change, Proposal, ReviewRow, Standing
from reconcile.records import Contact, Product

SMITH = Contact(
    id="C001", name="John Smith", email="john@example.com", mobile="0400 111 222", street="1 Pool Rd",
    suburb="Richmond", state="VIC", postcode="3121", abn="51824753556",
)  # fmt: skip


def proposal(number: int, **fields: object) -> Proposal:
    known: dict[str, object] = {
        "id": f"P{number:04d}AAAAAAAAAAA",
        "entity": "contacts",
        "system": "pooltrackr",
        "record_id": f"C{number:03d}",
        "name": f"Contact {number}",
        "basis": f"{number:016x}",
    }
    return Proposal(**(known | fields))


@pytest.fixture
def review_rows() -> Sequence[ReviewRow]:
    two = (
        Candidate(id="X001", name="SMITH, John", score=0.91, reasons="same mobile"),
        Candidate(id="X002", name="J Smith", score=0.42),
        Candidate(id="X003", name="Smith Pools", score=0.05),
    )
    auto = proposal(
        6, suggested="link", suggested_id="X006", confidence="auto", score=0.99999, reasons="same ABN; same e-mail",
        candidates=(Candidate(id="X006", name="Contact Six", score=0.99999),),
    )  # fmt: skip
    return (
        ReviewRow(proposal=auto, record=Contact(id="C006"), other=Contact(id="X006", name="Contact Six")),
        ReviewRow(proposal=proposal(5, suggested="create", score=0.05, candidates=(two[2],))),
        ReviewRow(proposal=proposal(4, suggested="link", suggested_id="X002", confidence="review", score=0.6,
                                    candidates=two)),
        ReviewRow(proposal=proposal(3, suggested="link", suggested_id="X009", confidence="review", score=0.8)),
        ReviewRow(
            proposal=proposal(1, name="John Smith", suggested="link", suggested_id="X001", confidence="review",
                              score=0.91, reasons="same mobile", against="postcode differs", candidates=two),
            flags=("contact_already_selected", "ambiguous"), details=("C002 is suggested for the same contact",),
            record=SMITH, other=Contact(id="X001", name="SMITH, John", phone="03 9999 1111"),
            xero_url="https://go.xero.com/Contacts/View/X001",
        ),
        ReviewRow(
            proposal=proposal(2, suggested="link", suggested_id="X001", confidence="review", score=0.7, candidates=two),
            flags=("contact_already_selected",), details=("C001 is suggested for the same contact",),
        ),
        ReviewRow(
            proposal=proposal(7, suggested="link", suggested_id="X007", confidence="auto", score=0.97),
            standing=Standing(verdict="link", target_id="X007", by="Anna"),
        ),
        ReviewRow(
            proposal=proposal(8, system="xero", record_id="X008", name="Only In Xero", suggested="create"),
            record=Contact(id="X008", name="Only In Xero", email="x@example.com"),
        ),
        ReviewRow(
            proposal=proposal(9, kind="update", suggested="update", suggested_id="X010",
                              changes=(Change(field="phone", old="03 1", new="03 2"),)),
        ),
    )  # fmt: skip


@pytest.fixture
def product_rows() -> Sequence[ReviewRow]:
    row = ReviewRow(
        proposal=proposal(1, entity="products", record_id="PR1", name="Chlorine 10L", suggested="link",
                          suggested_id="I1", confidence="auto", score=0.98),
        flags=("price_mismatch",), details=("22.00 is 20.00 plus GST",),
        record=Product(id="PR1", code="CHL-10", name="Chlorine 10L", price=Decimal(22), gst_included="true"),
        other=Product(id="I1", code="CHL10", name="Liquid chlorine 10 L", price=Decimal("20.0000")),
    )  # fmt: skip
    return (row,)
