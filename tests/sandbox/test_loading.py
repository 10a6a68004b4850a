"""World folders: full ones, minimal ones, empty ones, broken ones."""

import csv
from pathlib import Path

import httpx
import pytest

from reconcile.sandbox.loading import load_world
from reconcile.sandbox.loading.rows import WorldError
from reconcile.sandbox.server import serve_in_thread

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples"


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, text in files.items():
            system, _, entity = name.partition("_")
            path = tmp_path / system / f"{entity}.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_an_empty_folder_gives_a_default_australian_organisation(tmp_path):
    books = load_world(tmp_path).first_books

    assert {account.code for account in books.accounts} >= {"090", "200", "260", "404", "610"}
    assert {rate.tax_type for rate in books.tax_rates} >= {"OUTPUT", "INPUT", "EXEMPTOUTPUT", "BASEXCLUDED"}
    assert load_world(tmp_path).tenant_id == books.organisation.id


def test_match_columns_alone_are_enough_and_ids_stand_as_they_are(folder):
    world = load_world(
        folder(
            pooltrackr_contacts="id,name,email\nC1,Mary Smith,a@example.com; b@example.com\n",
            pooltrackr_products="id,code,name,price\nP1,0075,Chlorine,12.50\n",
            xero_contacts="id,name,phone,street,suburb\nx-1,Mary Smith,07 5550 1111,1 High St,Noosa\n",
            xero_items="id,code,name,price\ni-1,0075,Chlorine,11.3636\n",
        )
    )
    contact, item = world.first_books.contacts.rows["x-1"], world.first_books.items.rows["i-1"]
    own = world.pooltrackr.tables["contacts"].rows["C1"].fields
    product = world.pooltrackr.tables["products"].rows["P1"].fields

    assert (contact.phones["DEFAULT"]["PhoneNumber"], contact.addresses["POBOX"]["City"]) == ("07 5550 1111", "Noosa")
    assert (str(item.sales["UnitPrice"]), item.code) == ("11.3636", "0075")
    assert own["emails"] == ["a@example.com", "b@example.com"]
    assert (product["sku"], product["price"], product["gst_included"], product["active"]) == (
        "0075",
        "12.50",
        True,
        True,
    )


def test_the_order_of_rows_without_times_is_kept(folder):
    rows = "".join(f"x{number},N{number}\n" for number in range(5))
    world = load_world(folder(xero_contacts=f"id,name\n{rows}"))

    assert world.first_books.contacts.ordered_ids() == [f"x{number}" for number in range(5)]


def test_street_addresses_and_the_merge_pointer(folder):
    header = "id,name,site_street,site_suburb,status,merged_to,is_supplier,contact_number"
    contact = load_world(
        folder(xero_contacts=f"{header}\nx,N,2 Low St,Noosa,ARCHIVED,y,true,PT-9\n")
    ).first_books.contacts.rows["x"]

    assert contact.addresses == {"STREET": {"AddressLine1": "2 Low St", "City": "Noosa", "Country": "Australia"}}
    assert (contact.status, contact.merged_to, contact.is_supplier, contact.number) == ("ARCHIVED", "y", True, "PT-9")


def test_a_pool_with_several_people_has_several_rows(folder):
    header = "id,contact_id,relationship,name,street,suburb,state,postcode"
    world = load_world(folder(pooltrackr_pools=f"{header}\nL1,C1,owner,Pool,,,,\nL1,C2,tenant,Pool,,,,\n"))

    assert [p["relationship"] for p in world.pooltrackr.tables["pools"].rows["L1"].fields["contacts"]] == [
        "owner",
        "tenant",
    ]


def test_invoice_sums_come_from_lines_and_paid_amounts_from_payments(folder):
    world = load_world(
        folder(
            xero_invoices="id,number,contact_id,status,date,line_amount_types\ni,INV-1,c,AUTHORISED,2026-01-05,Inclusive\n",
            xero_invoice_lines="invoice_id,description,quantity,unit_amount,account_code,tax_type\ni,Clean,1,110,200,OUTPUT\n",
            xero_payments="id,invoice_id,account_code,date,amount,status\np,i,090,2026-01-09,110.00,AUTHORISED\n",
        )
    )
    invoice = world.first_books.invoices.rows["i"]

    assert (str(invoice.subtotal), str(invoice.total_tax), str(invoice.total)) == ("100.00", "10.00", "110.00")
    assert (invoice.status, invoice.due, str(invoice.fully_paid_on)) == ("PAID", 0, "2026-01-09")


def test_several_organisations_the_first_has_the_records(folder):
    world = load_world(folder(xero_organisation="id,name\na,First\nb,Second\n", xero_contacts="id,name\nx,N\n"))

    assert [len(books.contacts) for books in world.books.values()] == [1, 0]


def test_pooltrackr_invoices_carry_their_lines(folder):
    world = load_world(
        folder(
            pooltrackr_invoices="id,number,total,issued_date,voided\nI1,7,110.00,2026-01-05,false\n",
            pooltrackr_invoice_lines="id,invoice_id,quantity,unit_price,total,discount_percent\nL1,I1,2,55.00,110.00,\n",
        )
    )
    fields = world.pooltrackr.tables["invoices"].rows["I1"].fields

    assert (fields["total"], fields["issued_date"], fields["due_date"]) == ("110.00", "2026-01-05", None)
    assert (fields["lines"][0]["quantity"], fields["lines"][0]["discount_percent"]) == ("2", None)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"xero_items": "id,code,price\ni,A,dear\n"}, "items.csv, row 2, column price: 'dear' is not an amount."),
        (
            {"xero_contacts": "id,name,updated_at\nx,N,noon\n"},
            "contacts.csv, row 2, column updated_at: 'noon' is not a time.",
        ),
        ({"pooltrackr_contacts": "id,name\n,N\n"}, "contacts.csv, row 2, column id: every row needs an id."),
        ({"xero_invoices": "id,date\ni,soon\n"}, "invoices.csv, row 2, column date: 'soon' is not a date."),
    ],
)
def test_a_broken_file_is_named_with_row_and_column(folder, files, said):
    with pytest.raises(WorldError) as problem:
        load_world(folder(**files))

    assert said in str(problem.value)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(WorldError, match="is not a folder"):
        load_world(tmp_path / "nowhere")


def test_unknown_columns_are_named_in_a_warning(folder, caplog):
    load_world(folder(xero_contacts="id,name,shoe_size\nx,N,44\n"))

    assert "contacts.csv: unknown columns are ignored: shoe_size" in caplog.text


def test_the_sample_organisation_is_served_with_every_row():
    world = load_world(SAMPLE)
    served = {name: len(table) for name, table in world.pooltrackr.tables.items()}
    books = world.first_books
    served |= {f"xero {name}": len(getattr(books, name)) for name in ("contacts", "items", "invoices", "payments")}

    def rows(path):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return len({row["id"] for row in csv.DictReader(stream)})

    written = {name: rows(SAMPLE / "pooltrackr" / f"{name}.csv") for name in world.pooltrackr.tables}
    written |= {
        f"xero {name}": rows(SAMPLE / "xero" / f"{name}.csv") for name in ("contacts", "items", "invoices", "payments")
    }
    assert served == written


def test_a_world_folder_is_served_and_reset(folder):
    with serve_in_thread(folder(pooltrackr_contacts="id,name\nC1,Mary\n")) as served:
        headers = {"Authorization": "Bearer any"}
        httpx.patch(f"{served.pooltrackr_url}/contacts/C1", headers=headers, json={"name": "Changed"})
        httpx.post(f"{served.url}/_sandbox/reset")

        assert httpx.get(f"{served.pooltrackr_url}/contacts/C1", headers=headers).json()["name"] == "Mary"
