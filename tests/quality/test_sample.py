"""The sample organisation passes the hard checks and breaks the soft ones it was made to break."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from reconcile.quality import Finding, check_frame

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def table(name: str, **money: tuple[str, int]) -> pd.DataFrame:
    frame = pd.read_csv(SAMPLES / f"{name}.csv", dtype="str", keep_default_na=False)
    for column, (source, places) in money.items():
        frame[column] = pd.array(
            [int(Decimal(cell).scaleb(places)) if cell else None for cell in frame[source]], dtype="Int64"
        )
    return frame


FRAMES = {
    "pooltrackr_contacts": lambda: table("pooltrackr/contacts"),
    "pooltrackr_pools": lambda: table("pooltrackr/pools").drop_duplicates("id"),
    "pooltrackr_products": lambda: table("pooltrackr/products", price_e4=("price", 4)),
    "pooltrackr_invoices": lambda: table(
        "pooltrackr/invoices", subtotal_cents=("subtotal", 2), total_tax_cents=("gst", 2), total_cents=("total", 2)
    ),
    "pooltrackr_invoice_lines": lambda: table("pooltrackr/invoice_lines"),
    "pooltrackr_payments": lambda: table("pooltrackr/payments", amount_cents=("amount", 2)),
    "xero_contacts": lambda: table("xero/contacts"),
    "xero_products": lambda: table("xero/items", price_e4=("price", 4)),
    "xero_accounts": lambda: table("xero/accounts"),
    "xero_invoice_lines": lambda: table("xero/invoice_lines"),
    "xero_payments": lambda: table("xero/payments", amount_cents=("amount", 2)),
}


def findings(kind: str) -> list[Finding]:
    tax_types = table("xero/tax_rates")["tax_type"]
    return check_frame(kind, FRAMES[kind](), tuple(tax_types))


@pytest.mark.parametrize("kind", FRAMES)
def test_nothing_in_the_sample_stops_a_run(kind: str) -> None:
    assert [finding.message for finding in findings(kind) if finding.severity == "hard"] == []


def test_the_careless_records_are_found() -> None:
    careless = table("truth/contacts").query("case == 'careless'")
    left = {
        finding.rule
        for finding in findings("pooltrackr_contacts")
        if set(careless["left_id"]) & set(finding.record_ids)
    }
    right = {
        finding.rule for finding in findings("xero_contacts") if set(careless["right_id"]) & set(finding.record_ids)
    }
    assert {"abn_checksum", "email_shape", "state_unknown"} <= left
    assert {"name_spaces", "name_brackets"} <= right


def test_prices_of_nothing_and_damaged_codes_are_found() -> None:
    assert {"price_range", "code_damaged"} <= {finding.rule for finding in findings("pooltrackr_products")}
