"""Looking for many marks at once: the sandbox answers from its indexes, and exactly as a walk over all rows would."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.sandbox.gateway import Sandbox
from reconcile.sandbox.settings import Settings
from reconcile.sandbox.wire import Request, load_json
from reconcile.sandbox.world import empty_world
from reconcile.sandbox.xero.books import fold
from reconcile.sandbox.xero.invoices import LISTING
from reconcile.sandbox.xero.records import Invoice
from reconcile.sandbox.xero.where import Where

DAY = date(2026, 1, 1)
REFERENCES = ("PT-1", "PT-2", "pt-2", "", "Café")
NUMBERS = ("INV-1", "INV-2", "inv-2", "")
CONDITIONS = st.one_of(
    st.builds('{}=="{}"'.format, st.just("Reference"), st.sampled_from((*REFERENCES, "CAFE", "nobody"))),
    st.builds('{}=="{}"'.format, st.just("InvoiceNumber"), st.sampled_from((*NUMBERS, "nobody"))),
    st.builds('{}!="{}"'.format, st.just("Reference"), st.sampled_from(REFERENCES)),
    st.builds('Reference.StartsWith("{}")'.format, st.sampled_from(("PT", "x"))),
    st.sampled_from(('Status=="DRAFT"', "Reference==null", "Reference==5", "Total>1", "Total==0")),
)
FILTERS = st.recursive(
    CONDITIONS,
    lambda inside: st.builds("({} {} {})".format, inside, st.sampled_from(("OR", "AND", "||", "&&")), inside),
    max_leaves=6,
)


def invoice(number: int) -> Invoice:
    reference, invoice_number = REFERENCES[number % len(REFERENCES)], NUMBERS[number % len(NUMBERS)]
    status = "DRAFT" if number % 3 else "AUTHORISED"
    return Invoice(f"i{number:06}", number // 2, "ACCREC", invoice_number, "c1", status, DAY, reference=reference)


def sandbox_of(invoices: Iterator[Invoice]) -> Sandbox:
    world = empty_world(settings=Settings(accept_any_token=True))
    world.first_books.invoices.fill(invoices)
    return Sandbox(world)


def ask(sandbox: Sandbox, where: str) -> list[str]:
    headers = {"authorization": "Bearer x", "accept": "application/json"}
    answer = load_json(sandbox.handle(Request("GET", "/api.xro/2.0/Invoices", {"where": where}, headers)).body)
    return [row["InvoiceID"] for row in answer["Invoices"]]


@given(FILTERS)
def test_an_index_changes_no_answer(where: str) -> None:
    sandbox = sandbox_of(map(invoice, range(40)))
    rows = sandbox.world.first_books.invoices.rows
    passes = Where(where, LISTING.fields, "Invoice").test
    assert ask(sandbox, where) == [name for name, row in rows.items() if passes(row)]


class Counted(Invoice):
    """An invoice that counts how often its reference is read."""

    read = 0

    def __getattribute__(self, name: str) -> Any:
        Counted.read += name == "reference"
        return super().__getattribute__(name)


@pytest.mark.parametrize("size", [1_000, 10_000])
def test_looking_for_forty_marks_reads_no_more_rows_in_a_large_organisation(size: int) -> None:
    sandbox = sandbox_of(
        Counted(f"i{n:06}", n, "ACCREC", f"N{n}", "c1", "DRAFT", DAY, reference=f"PT-{n}") for n in range(size)
    )
    Counted.read = 0
    found = ask(sandbox, " OR ".join(f'Reference=="PT-{number}"' for number in range(40)))
    assert found == [f"i{number:06}" for number in range(40)]
    assert Counted.read <= 40 * 40 + 40


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_folded_by_the_same_rule_as_any_other(text: str) -> None:
    assert fold(text) == unicodedata.normalize("NFKD", text.casefold()).strip()
