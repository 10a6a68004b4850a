"""Pooltrackr's CSV exports: read strictly, complained about by file, row and column."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from reconcile.clients.csv_columns import COLUMNS
from reconcile.clients.csv_export import CsvExport
from reconcile.errors import BadInput, NotReady

CONTACTS = "id,first_name,last_name,email,phone,mobile,street,suburb\nC1,Ann,Lee,a@x.test,,0491 570 006,1 A St,Kew\n"


@pytest.fixture
def export(tmp_path):
    def build(contacts=CONTACTS, **others):
        for name, content in {"contacts": contacts, **others}.items():
            raw = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(raw)
        return CsvExport(tmp_path)

    return build


def all_of(source, entity):
    return [record for page in source.pages(entity) for record in page.records]


def test_a_contact_is_read(export):
    (found,) = all_of(export(), "contacts")

    assert (found.id, found.name, found.mobile, found.suburb) == ("C1", "Ann Lee", "0491 570 006", "Kew")


@pytest.mark.parametrize(
    "header",
    [
        "Contact ID,First Name,Surname,E-mail,Home Phone,Cell,Address,City",
        "CUSTOMER_ID,first,last,Emails,Phone*,Mobile,address1,Town",
    ],
)
def test_columns_go_by_other_names(export, header):
    source = export(f"{header}\nC1,Ann,Lee,a@x.test,03 9000 0000,0491 570 006,1 A St,Kew\n")

    (found,) = all_of(source, "contacts")

    assert (found.id, found.last_name, found.email, found.phone) == ("C1", "Lee", "a@x.test", "03 9000 0000")
    assert (found.mobile, found.street, found.suburb) == ("0491 570 006", "1 A St", "Kew")


def test_unknown_and_missing_columns_are_named(export):
    source = export("id,first_name,Favourite colour,last_name,\nC1,Ann,blue,Lee,\n")

    assert source.warnings[0] == "contacts.csv: unknown columns are ignored: Favourite colour, (column 5)."
    assert source.warnings[1].startswith("contacts.csv: expected columns are missing: email, phone, mobile, street")
    assert "products.csv is missing: no products are read." in source.warnings


def test_several_numbers_and_addresses_in_several_columns_or_one_are_kept(export):
    header = "id,first_name,last_name,email 1,email 2,phone,work phone,mobile,street,suburb"
    source = export(f"{header}\nC1,A,B,a@x.test; b@x.test,c@x.test,03 1,03 2,,s,t\n")

    (found,) = all_of(source, "contacts")

    assert (found.email, found.phone) == ("a@x.test; b@x.test; c@x.test", "03 1; 03 2")


def test_a_pool_has_one_row_for_each_of_its_people(export):
    source = export(pools="id,contact_id,relationship,street,suburb\nP1,C1,owner,1 A St,Kew\nP1,C2,tenant,1 A St,Kew\n")

    (pool,) = all_of(source, "pools")

    assert pool.contacts == (("C1", "owner"), ("C2", "tenant"))


def test_products_and_invoices_keep_money_as_money(export):
    source = export(
        products='id,sku,title,price,gst_included\nR1,X,Chlorine,"$1,234.50",Yes\n',
        invoices="id,number,contact_id,issued_date,total,voided\nI1,INV-1,C1,30/11/2026,110.00,no\n",
        invoice_lines="invoice_id,description,quantity,unit_price\nI1,Chlorine,2,50.00\n",
        payments="id,invoice_id,amount,date\nY1,I1,110.00,2026-12-01\n",
    )

    (product,), (invoice,), (payment,) = (all_of(source, e) for e in ("products", "invoices", "payments"))

    assert (product.price, product.gst_included) == (Decimal("1234.50"), "true")
    assert (invoice.total, f"{invoice.date}", invoice.lines[0].quantity) == (Decimal("110.00"), "2026-11-30", 2)
    assert (payment.amount, payment.status) == (Decimal("110.00"), "AUTHORISED")


def test_a_bom_and_windows_line_ends_and_quoted_line_breaks_are_fine(export):
    source = export(b'\xef\xbb\xbfid,first_name,last_name,street\r\nC1,Ann,Lee,"1 A St\nKew"\r\n\r\n')

    assert all_of(source, "contacts")[0].street == "1 A St\nKew"


HEAD = "id,first_name,last_name\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (HEAD.encode("utf-16"), "UTF-16.*CSV UTF-8"),
        (HEAD.encode() + "C1,Zoë,Lee\n".encode("cp1252"), "not UTF-8.*CSV UTF-8"),
        (HEAD + "C1,An\0n,Lee\n", r"row 2: holds a NUL"),
        (HEAD + ",Ann,Lee\n", r"row 2, column id: is empty"),
        (HEAD + "C1,Ann,Lee\nC2,Bob,Lee\nC1,Ann,Lee\n", r"row 4, column id: was there before"),
        (HEAD + "C1,Ann\n", r"row 2: 2 cells, but the header has 3"),
        (HEAD + "C1,Ann,Lee,extra\n", r"row 2: 4 cells"),
        (HEAD + 'C1,"Ann,Lee\n', r"row \d: unexpected end of data"),
        ("name,email\nAnn,a@x.test\n", "no id column"),
        ("id;first_name;last_name\n", "not separated by commas"),
        ("", "is empty"),
        ("id,first_name,first name\nC1,a,b\n", "two columns for first_name"),
        ("id,is_batch\nC1,perhaps\n", r"row 2, column is_batch: is neither yes nor no"),
        ("id,updated_at\nC1,yesterday\n", r"row 2, column updated_at: is not a time"),
        (",".join(f"c{n}" for n in range(501)) + "\n", "501 columns"),
        (HEAD + f"C1,{'x' * 200_000},Lee\n", "field larger than field limit"),
    ],
)
def test_a_bad_file_gives_nothing_and_says_where_and_what_to_do(export, content, says):
    with pytest.raises(BadInput, match=f"contacts.csv.*{says}"):
        all_of(export(content), "contacts")


def test_a_bad_row_at_the_end_gives_not_even_the_first(export):
    rows = "".join(f"C{n},Ann,Lee\n" for n in range(2500))
    pages = export(f"{HEAD}{rows}C7,Ann,Lee\n").pages("contacts")

    with pytest.raises(BadInput, match="row 2502"):
        next(pages)


@pytest.mark.parametrize(("cell", "column"), [("about 5", "price"), ("1.2.3", "price"), ("Infinity", "price")])
def test_amounts_that_are_none_are_named_and_not_quoted(export, cell, column):
    with pytest.raises(BadInput, match=f"products.csv, row 2, column {column}: is not an amount") as caught:
        all_of(export(products=f"id,{column}\nR1,{cell}\n"), "products")
    assert cell not in str(caught.value)


def test_a_folder_without_exports_is_refused(tmp_path):
    with pytest.raises(BadInput, match="RECONCILE_POOLTRACKR_URL"):
        CsvExport(tmp_path)
    with pytest.raises(BadInput, match="RECONCILE_POOLTRACKR_URL"):
        CsvExport(tmp_path / "absent")


def test_what_is_not_a_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "contacts.csv")

    with pytest.raises(BadInput, match="not a file"):
        CsvExport(tmp_path)


def test_a_file_beyond_all_measure_is_not_read(tmp_path):
    with (tmp_path / "contacts.csv").open("wb") as sparse:
        sparse.truncate(600 * 1024 * 1024)

    with pytest.raises(BadInput, match="larger than 500 MB"):
        CsvExport(tmp_path)


def test_pooltrackr_has_no_accounts(export):
    with pytest.raises(NotReady):
        all_of(export(), "accounts")


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_is_in_the_guide(table):
    guide = (Path(__file__).parents[2] / "docs" / "connect.md").read_text(encoding="utf-8")
    row = next(line for line in guide.splitlines() if line.startswith(f"| `{table}.csv`"))

    for column in COLUMNS[table]:
        assert f"`{column.name}`" in row
        assert all(alias in row for alias in column.aliases)
