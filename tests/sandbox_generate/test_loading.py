"""The sandbox takes the generated world as it is."""

import logging
from decimal import Decimal
from pathlib import Path

import pytest

from reconcile.sandbox.generate import World, write_world
from reconcile.sandbox.loading import load_world


def test_the_sandbox_loads_every_record_without_a_warning(
    tmp_path: Path, sample: World, caplog: pytest.LogCaptureFixture
) -> None:
    write_world(sample, tmp_path)
    with caplog.at_level(logging.WARNING):
        loaded = load_world(tmp_path)
    assert caplog.messages == []
    books, account = loaded.first_books, loaded.pooltrackr
    assert len(books.contacts) == len(sample.tables["xero/contacts"])
    assert len(books.items) == len(sample.tables["xero/items"])
    assert len(books.invoices) == len(sample.tables["xero/invoices"])
    for name in ("contacts", "products", "invoices", "payments"):
        assert len(account.tables[name]) == len(sample.tables[f"pooltrackr/{name}"])
    pools = {row["id"] for row in sample.tables["pooltrackr/pools"]}
    assert len(account.tables["pools"]) == len(pools)


def test_pushed_invoices_have_pooltrackrs_totals_in_the_sandboxs_books(tmp_path: Path, sample: World) -> None:
    write_world(sample, tmp_path)
    totals = {invoice.id: invoice.total for invoice in load_world(tmp_path).first_books.invoices}
    pushed = {row["id"] for row in sample.tables["truth/invoices"] if row["case"] == "pushed_agrees"}
    ours = [row for row in sample.tables["pooltrackr/invoices"] if row["id"] in pushed]
    assert ours
    assert all(totals[row["xero_invoice_id"]] == Decimal(row["total"]) for row in ours)
