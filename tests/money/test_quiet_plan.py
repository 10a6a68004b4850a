"""Planning invoices and payments again when nothing has changed reads no document; whatever matters makes it plan."""

import pytest
from sqlalchemy import event

from .conftest import BOTH_POLICIES, write_rows

CUSTOMER = "0f9235a5-bdea-5858-8702-65cbeb30b4fe"


@pytest.fixture(scope="module")
def office(make_office, tmp_path_factory):
    world = tmp_path_factory.mktemp("world")
    write_rows(world / "pooltrackr/contacts.csv", "id,name,email", "C1,Mary Smith,m@example.com")
    write_rows(
        world / "pooltrackr/invoices.csv",
        "id,number,contact_id,issued_date,due_date,subtotal,gst,total,gst_mode",
        "I1,INV-1,C1,2026-03-02,2026-03-16,100.00,10.00,110.00,exclusive",
    )
    write_rows(
        world / "pooltrackr/invoice_lines.csv",
        "id,invoice_id,description,quantity,unit_price,gst_included,tax,total,kind",
        "L1,I1,Service,1,100.00,false,10.00,110.00,custom",
    )
    write_rows(world / "xero/contacts.csv", "id,name,email", f"{CUSTOMER},Mary Smith,m@example.com")
    office = make_office(world)
    office.configure(policies=BOTH_POLICIES)
    office.pull_everything()
    office.link("contacts", ("C1", CUSTOMER))
    office.plan()
    return office


def planned(office) -> bool:
    """Whether planning read the documents, which it cannot do without."""
    said: list[str] = []

    def hear(*heard: object) -> None:
        said.append(str(heard[2]))

    event.listen(office.services.engine, "before_cursor_execute", hear)
    office.plan()
    event.remove(office.services.engine, "before_cursor_execute", hear)
    return any("record_version.body" in statement for statement in said)


def test_nothing_new_is_not_planned_again_and_counts_as_before(office):
    assert not planned(office)
    assert office.plan().proposals.kept == len([row for row in office.rows().values() if row["proposal_id"]])


def test_an_edit_is_planned(office):
    office.pooltrackr("PATCH", "invoices/I1", notes="Mind the dog")
    assert planned(office)
    assert not planned(office)


def test_a_setting_is_planned(office):
    office.configure(policies=BOTH_POLICIES, invoice_template="{notes}")
    assert planned(office)
    assert not planned(office)
