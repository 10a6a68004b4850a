"""A small business: its invoices as rows, and what people enter by hand."""

from typing import Any

CONTACT = "aaaaaaaa-0000-4000-8000-000000000001"
LINE = (
    "id,invoice_id,product_id,sku,description,quantity,unit_price,gst_included,tax,total,discount_percent,pool_id,kind"
)
INVOICE = (
    "id,number,contact_id,pool_id,service_date,issued_date,due_date,notes,technician,delivery,payment,batch,"
    "superseded_by,voided,created_at,updated_at,subtotal,gst,total,gst_mode"
)


def invoice_row(key, number="", contact="C1", **changes):
    values = {
        "id": key, "number": number or f"INV-{key[1:]}", "contact_id": contact, "pool_id": "P1", "service_date": "2026-11-02",
        "issued_date": "2026-11-05", "due_date": "2026-11-19", "notes": "Gate code 1234", "technician": "Sam Lee",
        "delivery": "sent", "payment": "unpaid", "batch": "none", "superseded_by": "", "voided": "false",
        "created_at": "2026-11-05T02:00:00Z", "updated_at": "2026-11-05T02:00:00Z", "subtotal": "100.00", "gst": "10.00",
        "total": "110.00", "gst_mode": "inclusive",
    } | changes  # fmt: skip
    return ",".join(values[name] for name in INVOICE.split(","))


def pay(office: Any, invoice: str, amount: str, day: str = "2026-11-10") -> str:
    return office.pooltrackr("POST", "payments", invoice_id=invoice, amount=amount, date=day, method="manual")["id"]


def pay_in_xero(office: Any, invoice_id: str, amount: str, reference: str = "Direct deposit"):
    account = next(a for page in office.services.xero.pages("accounts") for a in page.records if a.code == "090")
    return office.xero(
        "payments",
        "create",
        Invoice={"InvoiceID": invoice_id},
        Account={"AccountID": account.id},
        Amount=amount,
        Date="2026-11-11",
        Reference=reference,
    )
