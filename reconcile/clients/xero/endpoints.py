"""Xero's endpoints: how each is listed, what its id is called, and how an element becomes a record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.clients.xero.bank_transactions import read_bank_transaction
from reconcile.clients.xero.contacts import read_contact
from reconcile.clients.xero.credits import read_credit_note, read_overpayment, read_prepayment
from reconcile.clients.xero.invoices import read_invoice
from reconcile.clients.xero.payments import read_payment
from reconcile.clients.xero.reference import read_account, read_item, read_tax_rate
from reconcile.records import Entity, Record

INVOICE_STATUSES = "DRAFT,SUBMITTED,AUTHORISED,PAID,VOIDED,DELETED"


@dataclass(frozen=True)
class Endpoint:
    """One collection.

    ``listing`` are the parameters without which a list is not complete. ``stamp`` is the element's field that carries
    our mark. ``takes_ids`` says that a list of ids can be asked for, ``precise`` that there are unit prices,
    ``may_lack`` that an organisation without any may answer that there is no such thing.
    """

    name: str
    id_field: str
    read: Callable[[Mapping[str, Any]], Record]
    listing: Mapping[str, str] = field(default_factory=dict)
    is_paged: bool = True
    is_addressable: bool = True
    stamp: str = ""
    takes_ids: bool = False
    precise: bool = False
    may_lack: bool = False

    @property
    def precision(self) -> dict[str, str]:
        """Ask for four decimals in unit prices, which otherwise come rounded to two (facts, section 3)."""
        return {"unitdp": "4"} if self.precise else {}


CONTACTS = Endpoint(
    "Contacts", "ContactID", read_contact, {"includeArchived": "true"}, stamp="ContactNumber", takes_ids=True
)
ITEMS = Endpoint("Items", "ItemID", read_item, is_paged=False, stamp="Code", precise=True)
ACCOUNTS = Endpoint("Accounts", "AccountID", read_account, is_paged=False, stamp="Code")
TAX_RATES = Endpoint("TaxRates", "TaxType", read_tax_rate, is_paged=False, is_addressable=False)
INVOICES = Endpoint(
    "Invoices",
    "InvoiceID",
    read_invoice,
    {"where": 'Type=="ACCREC"', "Statuses": INVOICE_STATUSES},
    stamp="Reference",
    takes_ids=True,
    precise=True,
)
PAYMENTS = Endpoint("Payments", "PaymentID", read_payment, {"where": 'PaymentType=="ACCRECPAYMENT"'}, stamp="Reference")
BANK_TRANSACTIONS = Endpoint(
    "BankTransactions", "BankTransactionID", read_bank_transaction, stamp="Reference", precise=True
)
CREDIT_NOTES = Endpoint("CreditNotes", "CreditNoteID", read_credit_note, {"where": 'Type=="ACCRECCREDIT"'})
OVERPAYMENTS = Endpoint(
    "Overpayments", "OverpaymentID", read_overpayment, {"where": 'Type=="RECEIVE-OVERPAYMENT"'}, may_lack=True
)
PREPAYMENTS = Endpoint(
    "Prepayments", "PrepaymentID", read_prepayment, {"where": 'Type=="RECEIVE-PREPAYMENT"'}, may_lack=True
)

ENDPOINTS: dict[Entity, tuple[Endpoint, ...]] = {
    "contacts": (CONTACTS,),
    "products": (ITEMS,),
    "accounts": (ACCOUNTS,),
    "tax_rates": (TAX_RATES,),
    "invoices": (INVOICES,),
    "payments": (PAYMENTS,),
    "credits": (CREDIT_NOTES, OVERPAYMENTS, PREPAYMENTS),
    "bank_transactions": (BANK_TRANSACTIONS,),
}
