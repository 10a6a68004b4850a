"""The committed sample organisation is what the generator writes."""

import csv
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.sample import sample as sample_command
from reconcile.errors import BadInput
from reconcile.sandbox.generate import Size, World, build_world, write_world

SAMPLES = Path(__file__).parents[2] / "data" / "samples"

AGREED = {
    "pooltrackr/contacts": "id name first_name last_name company email phone mobile abn street suburb state postcode type category is_batch archived xero_contact_id created_at updated_at",
    "pooltrackr/pools": "id contact_id relationship name street suburb state postcode",
    "pooltrackr/products": "id code name description category brand price gst_included active xero_item_id updated_at",
    "pooltrackr/invoices": "id number contact_id pool_id job_id service_date issued_date due_date notes intro technician delivery payment batch batch_invoice_id split_group_id superseded_by voided subtotal gst total gst_mode xero_invoice_id xero_number created_at updated_at",
    "pooltrackr/invoice_lines": "id invoice_id product_id sku description quantity unit_price gst_included tax total discount_percent pool_id kind",
    "pooltrackr/payments": "id invoice_id amount date method stripe_charge stripe_gross stripe_fee stripe_surcharge stripe_net stripe_payout xero_payment_id deleted",
    "xero/contacts": "id name first_name last_name company email phone mobile abn street suburb state postcode contact_number account_number status merged_to is_customer is_supplier site_street site_suburb site_state site_postcode updated_at",
    "xero/items": "id code name description category brand price sales_account tax_type purchase_price is_sold is_purchased updated_at",
    "xero/accounts": "id code name type class status enable_payments tax_type system_account",
    "xero/tax_rates": "name tax_type rate status can_apply_to_revenue can_apply_to_expenses",
    "xero/invoices": "id number contact_id type status date due_date reference line_amount_types updated_at",
    "xero/invoice_lines": "invoice_id description quantity unit_amount item_code account_code tax_type",
    "xero/payments": "id invoice_id account_code date amount reference status",
    "xero/organisation": "id name country timezone base_currency short_code period_lock_date end_of_year_lock_date sales_tax_basis default_sales_tax",
}  # fmt: skip


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def test_the_committed_samples_are_what_the_command_writes(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(sample_command)
    result = CliRunner().invoke(app, ["--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert files(tmp_path) == files(SAMPLES), "run `reconcile sample --out data/samples` and look at the difference"


def test_a_folder_that_cannot_be_written_is_refused_with_the_remedy(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(BadInput, match="--out"):
        sample_command(taken, seed=3, contacts=100, products=60, invoices=0)


def test_one_seed_gives_one_world() -> None:
    assert build_world(3, Size(150, 80, 60)).tables == build_world(3, Size(150, 80, 60)).tables


def test_another_seed_gives_other_people() -> None:
    one, other = build_world(3, Size(150, 80, 60)), build_world(4, Size(150, 80, 60))
    emails = [{row["email"] for row in world.tables["pooltrackr/contacts"]} - {""} for world in (one, other)]
    assert len(emails[0] & emails[1]) < len(emails[0]) / 20


def test_more_invoices_change_neither_contacts_nor_products() -> None:
    few, many = build_world(3, Size(150, 80, 60)), build_world(3, Size(150, 80, 90))
    for table in ("pooltrackr/contacts", "xero/contacts", "pooltrackr/products", "xero/items", "truth/contacts"):
        assert few.tables[table] == many.tables[table]


@pytest.mark.parametrize("table", AGREED)
def test_tables_have_the_agreed_columns(sample: World, table: str) -> None:
    for row in sample.tables[table]:
        assert set(row) == set(AGREED[table].split())


def test_every_value_is_text_on_one_line(larger: World) -> None:
    values = [value for rows in larger.tables.values() for row in rows for value in row.values()]
    assert all(isinstance(value, str) and "\n" not in value for value in values)


def test_the_sizes_asked_for_are_kept(larger: World) -> None:
    assert 2_000 <= len(larger.tables["pooltrackr/contacts"]) < 2_050
    assert 600 <= len(larger.tables["pooltrackr/products"]) < 605
    assert 2_000 <= len(larger.tables["pooltrackr/invoices"]) < 2_010


def test_files_are_utf8_with_a_header_and_unix_line_ends(tmp_path: Path, sample: World) -> None:
    for path in write_world(sample, tmp_path):
        raw = path.read_bytes()
        assert b"\r" not in raw
        with path.open(encoding="utf-8", newline="") as handle:
            assert next(csv.reader(handle))


def test_a_table_without_rows_leaves_no_old_file_behind(tmp_path: Path) -> None:
    write_world(build_world(3, Size(150, 80, 60)), tmp_path)
    write_world(build_world(3, Size(150, 80, 0)), tmp_path)
    assert not (tmp_path / "pooltrackr" / "invoices.csv").exists()
    assert (tmp_path / "pooltrackr" / "contacts.csv").exists()
