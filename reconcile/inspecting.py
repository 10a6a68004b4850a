"""The inspector: every linked invoice in both systems side by side, what disagrees first (B21).

Four tests: does Pooltrackr show it as synced, do the totals agree, what was paid, and the status. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconcile.invoicing.books import Books
from reconcile.invoicing.plan import address_in_pooltrackr
from reconcile.invoicing.report import address_in_xero
from reconcile.records import Invoice

NOTHING = Decimal("0.00")
INSPECTOR_COLUMNS = (
    *("errors", "what", "sync", "pooltrackr_id", "pooltrackr_number", "xero_id", "xero_number", "date"),
    *("pooltrackr_total", "xero_total", "pooltrackr_paid", "xero_paid", "pooltrackr_status", "xero_status"),
    *("pooltrackr_url", "xero_url"),
)


@dataclass(frozen=True, kw_only=True)
class Side:
    """What one system says of an invoice: money in full, status as draft, open, part paid, paid or voided."""

    total: Decimal = NOTHING
    paid: Decimal = NOTHING
    status: str = "missing"


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """A linked invoice; ``errors`` names the tests that it fails, in words. ``copy`` is None when Xero shows it no more."""

    invoice_id: str
    copy_id: str
    invoice: Invoice | None
    copy: Invoice | None
    sync: str
    ours: Side
    theirs: Side
    errors: tuple[str, ...]


def inspect_invoices(books: Books, only: Iterable[str] | None = None) -> list[Inspected]:
    """All linked invoices, or those of some Pooltrackr ids; those with the most errors first, then by number."""
    cases = books.invoice_links.pooltrackr if only is None else only
    found = [_inspect(a, b, books) for a, b in books.links_of(cases)]
    return sorted(found, key=lambda i: (-len(i.errors), i.invoice.number if i.invoice else "", i.invoice_id))


def _inspect(invoice_id: str, copy_id: str, books: Books) -> Inspected:
    invoice, copy = books.invoices.get(invoice_id), books.xero_invoices.get(copy_id)
    ours = in_pooltrackr(invoice, books) if invoice else Side()
    theirs = in_xero(copy) if copy else Side()
    sync = _sync(invoice, copy_id)
    return Inspected(
        invoice_id=invoice_id,
        copy_id=copy_id,
        invoice=invoice,
        copy=copy,
        sync=sync,
        ours=ours,
        theirs=theirs,
        errors=tuple(_errors(sync, ours, theirs)),
    )


def in_pooltrackr(invoice: Invoice, books: Books) -> Side:
    """What Pooltrackr says; an invoice marked paid counts as paid in full, whatever payments it lists."""
    listed = [p.amount or NOTHING for p in books.payments_of.get(invoice.id, ()) if p.status != "DELETED"]
    total, paid = invoice.total or NOTHING, sum(listed, NOTHING)
    if invoice.payment == "paid":
        paid = max(paid, total)
    status = "voided" if invoice.status == "voided" else _how_far(total, paid)
    return Side(total=total, paid=paid, status=status)


def in_xero(copy: Invoice) -> Side:
    """What Xero says; credits count as paid."""
    total = copy.total or NOTHING
    paid = (copy.amount_paid or NOTHING) + (copy.amount_credited or NOTHING)
    named = {"VOIDED": "voided", "DELETED": "voided", "DRAFT": "draft", "SUBMITTED": "draft", "PAID": "paid"}
    return Side(total=total, paid=paid, status=named.get(copy.status) or _how_far(total, paid))


def _how_far(total: Decimal, paid: Decimal) -> str:
    if paid >= total:
        return "paid"
    return "part paid" if paid else "open"


def _sync(invoice: Invoice | None, copy_id: str) -> str:
    if invoice is None:
        return "missing"
    if not invoice.xero_invoice_id:
        return "not told"
    return "synced" if invoice.xero_invoice_id == copy_id else "another"


def _errors(sync: str, ours: Side, theirs: Side) -> Iterator[str]:
    if ours.status == "missing":
        yield "Pooltrackr does not show it any more"
    if theirs.status == "missing":
        yield "Xero does not show it any more"
    if "missing" in (ours.status, theirs.status):
        return
    if sync != "synced":
        yield "Pooltrackr does not know the Xero invoice" if sync == "not told" else "Pooltrackr names another invoice"
    if ours.total != theirs.total and "voided" not in (ours.status, theirs.status):
        yield f"the totals differ by {ours.total - theirs.total:+.2f}"
    if ours.paid != theirs.paid:
        yield f"what was paid differs by {ours.paid - theirs.paid:+.2f}"
    if not _same_status(ours.status, theirs.status):
        yield f"it is {ours.status} in Pooltrackr and {theirs.status} in Xero"


def _same_status(ours: str, theirs: str) -> bool:
    """A draft that nobody has paid is simply not approved yet in Xero."""
    return ours == theirs or (ours, theirs) == ("open", "draft")


def inspector_rows(found: Sequence[Inspected], books: Books, short_code: str) -> Iterator[dict[str, str]]:
    """The rows of the inspector's report, with links into both systems."""
    return (inspector_row(inspector_facts(one, books), short_code) for one in found)


def inspector_facts(one: Inspected, books: Books) -> dict[str, str]:
    """What the inspector's report says of one linked invoice, empty columns left out; ``shown`` when Xero has the invoice."""
    said = {
        "errors": str(len(one.errors)),
        "what": "; ".join(one.errors),
        "sync": one.sync,
        "pooltrackr_id": one.invoice_id,
        "pooltrackr_number": one.invoice.number if one.invoice else "",
        "xero_id": one.copy_id,
        "xero_number": one.copy.number if one.copy else "",
        "date": str(one.invoice.date or "") if one.invoice else "",
        "pooltrackr_total": f"{one.ours.total:.2f}",
        "xero_total": f"{one.theirs.total:.2f}",
        "pooltrackr_paid": f"{one.ours.paid:.2f}",
        "xero_paid": f"{one.theirs.paid:.2f}",
        "pooltrackr_status": one.ours.status,
        "xero_status": one.theirs.status,
        "pooltrackr_url": address_in_pooltrackr(one.invoice, books) if one.invoice else "",
        "shown": "yes" if one.copy else "",
    }
    return {name: value for name, value in said.items() if value}


def inspector_row(said: Mapping[str, str], short_code: str) -> dict[str, str]:
    """One row of the inspector's report, with the link into Xero."""
    url = address_in_xero(said["xero_id"], short_code) if "shown" in said else ""
    return {name: said.get(name, "") for name in INSPECTOR_COLUMNS} | {"xero_url": url}


def inspector_order(said: Mapping[str, str]) -> tuple[int, str, str]:
    """What disagrees most first, then by number."""
    return -int(said["errors"]), said.get("pooltrackr_number", ""), said["pooltrackr_id"]


def count_errors(found: Sequence[Inspected]) -> dict[str, int]:
    """How many linked invoices there are, and how many of them fail a test."""
    return {"linked invoices": len(found), "linked invoices that disagree": sum(bool(one.errors) for one in found)}
