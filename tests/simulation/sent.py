"""I5: nothing is sent but what was approved, and never a field that is not ours to write."""

import json
from collections.abc import Iterator
from typing import Any

from reconcile.store import tables
from tests.simulation.scene import Scene

NAMES = {"ContactID", "InvoiceID", "PaymentID", "BankTransactionID"}  # say which record is meant
OURS: dict[str, set[str]] = {
    "Contacts": {
        *("Name", "ContactNumber", "FirstName", "LastName", "EmailAddress", "TaxNumber", "Phones", "Addresses"),
    },
    "Invoices": {
        *("Type", "Status", "Contact", "Reference", "Date", "DueDate", "Url", "LineAmountTypes", "LineItems"),
        *("InvoiceNumber", "CurrencyCode"),
    },
    "Payments": {"Invoice", "Account", "Date", "Amount", "Reference", "Status"},
    "BankTransactions": {
        *("Type", "BankAccount", "Contact", "Date", "Reference", "LineAmountTypes", "LineItems"),
    },
    "contacts": {
        *("type", "name", "first_name", "last_name", "company", "emails", "phones", "abn", "address"),
        *("xero_contact_id", "external_reference"),
    },
    "products": {
        *("title", "sku", "description", "price", "gst_included", "active", "xero_item_id", "external_reference"),
    },
    "invoices": {"xero_invoice_id", "xero_number", "external_status", "voided"},
    "payments": {
        *("invoice_id", "amount", "date", "method", "xero_payment_id", "external_reference", "deleted"),
    },
}
CONTACT_OF_A_DOCUMENT = {"ContactID"}  # another field beside the id would change the contact


def unapproved_fields(scene: Scene, operations: list[tables.PushOperation]) -> Iterator[str]:
    """Everything that went out and should not have."""
    approved = {_canonical(json.loads(operation.body)) for operation in operations}
    for method, path, body in scene.wire.sent:
        collection = path.split("/")[3]
        for element in _elements(collection, json.loads(body)):
            bare = {name: value for name, value in element.items() if name not in NAMES}
            foreign = sorted(set(bare) - OURS.get(collection, set()))
            if foreign:
                yield f"I5 {method} {path} sent {', '.join(foreign)}, which is not ours to write"
            if set(bare.get("Contact", CONTACT_OF_A_DOCUMENT)) != CONTACT_OF_A_DOCUMENT:
                yield f"I5 {method} {path} would change the contact"
            if _canonical(bare) not in approved:
                yield f"I5 {method} {path} sent something else than was approved"


def _elements(collection: str, body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body.get(collection, [body])
    return found


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)
