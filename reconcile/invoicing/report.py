"""The invoice and payment reports: each record with its state, reason, remedy, both numbers and the way into Xero (A13, B06, C21).

A row with a proposal can be decided: the file is handed back like a match report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconcile.invoicing.card_money import Payout
from reconcile.invoicing.payments import PaymentPlan
from reconcile.invoicing.reasons import REASONS, Hold
from reconcile.invoicing.situation import Ledger
from reconcile.proposals import Proposal
from reconcile.records import Invoice

STATES = ("sent", "waiting", "approved", "sending", "failed", "held", "skipped", "ignored")
DECIDE = ("proposal_id", "basis", "suggested", "decision", "decision_xero_id", "note")
INVOICE_COLUMNS = (
    *("proposal_id", "state", "reason", "remedy", "details", "pooltrackr_id", "pooltrackr_number", "xero_id"),
    *("xero_number", "xero_status", "customer_id", "customer", "date", "due_date", "total", "gst", "xero_total"),
    *("amount_due", "why", "full_text", "xero_url", "basis", "suggested", "decision", "decision_xero_id", "note"),
)
PAYMENT_COLUMNS = (
    *("proposal_id", "state", "reason", "remedy", "details", "system", "payment_id", "other_payment_id", "invoice_id"),
    *("pooltrackr_number", "xero_number", "date", "amount", "method", "why", "xero_url", "basis", "suggested"),
    *("decision", "decision_xero_id", "note"),
)
_BY_STATUS = {"staged": "approved", "sending": "sending", "done": "sent"}


@dataclass(frozen=True)
class Progress:
    """How far a proposal has come: the verdict that stands on it, and how its write ended if it did not end well."""

    verdict: str = ""
    status: str = ""
    problem: str = ""
    remedy: str = ""


Facts = Mapping[str, str]
"""What a plan says of one record for its report: the columns that neither decisions nor pushes change, empty ones left out."""


@dataclass(frozen=True)
class Shown:
    """What a report is made of beside the plans. ``names`` are the customers', ``short_code`` is the organisation's in Xero."""

    proposals: Mapping[str, Sequence[Proposal]]
    progress: Mapping[str, Progress]
    ignored: frozenset[str]
    names: Mapping[str, str]
    short_code: str = ""


def proposals_by_record(proposals: Sequence[Proposal]) -> dict[str, list[Proposal]]:
    """The proposals of each Pooltrackr or Xero record that they are about."""
    found: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        found[proposal.record_id].append(proposal)
        if proposal.kind != "match" and proposal.system == "xero":
            found[proposal.suggested_id].append(proposal)
    return found


def invoice_facts(invoice_id: str, ledger: Ledger) -> Facts:
    """What the plan of an invoice says, for the report."""
    books, plan = ledger.books, ledger.invoices[invoice_id]
    invoice = plan.invoice
    copy = books.xero_invoices.get(books.invoice_links.pooltrackr.get(invoice_id, "") or plan.twin)
    holds = ledger.holds_on(invoice_id)
    if plan.state == "linked" and copy is not None and copy.status in ("DRAFT", "SUBMITTED"):
        holds = (*holds, Hold("draft_in_xero", f"Xero invoice {copy.id} is {copy.status}."))
    return _said(
        sent="yes" if plan.state == "linked" else "",
        reason=holds[0].reason if holds else "",
        details=" ".join(hold.detail for hold in holds),
        pooltrackr_id=invoice.id,
        pooltrackr_number=invoice.number,
        xero_id=copy.id if copy else "",
        xero_number=copy.number if copy else "",
        xero_status=copy.status if copy else "",
        customer_id=invoice.contact_id,
        date=str(invoice.date or ""),
        due_date=str(invoice.due_date or ""),
        total=_money(invoice.total),
        gst=_money(invoice.total_tax),
        xero_total=_money(copy.total) if copy else "",
        amount_due=_money(copy.amount_due) if copy else "",
        why="; ".join(plan.because),
        full_text=invoice.notes if plan.warnings else "",
    )


def invoice_rows(facts: Iterable[Facts], shown: Shown) -> Iterator[dict[str, str]]:
    """One row per Pooltrackr invoice, and one more for each further thing that is to be decided on it."""
    for said in facts:
        for proposal in shown.proposals.get(said["pooltrackr_id"]) or (None,):
            yield _row(INVOICE_COLUMNS, said, proposal, shown, said["pooltrackr_id"]) | {
                "customer": shown.names.get(said.get("customer_id", ""), "")
            }


def payment_facts(plan: PaymentPlan, ledger: Ledger) -> Facts:
    """What the plan of a payment says, for the report."""
    books = ledger.books
    invoice = books.invoices.get(plan.invoice_id)
    copy = books.xero_invoices.get(books.invoice_links.pooltrackr.get(plan.invoice_id, ""))
    holds = ledger.payment_holds(plan)
    return _said(
        sent="yes" if plan.kind == "linked" else "",
        left="yes" if plan.kind == "ignored" else "",
        reason=holds[0].reason if holds else "",
        details=" ".join(hold.detail for hold in holds),
        system=plan.system,
        payment_id=plan.payment.id,
        other_payment_id=plan.copy_id or plan.twin,
        invoice_id=plan.invoice_id,
        pooltrackr_number=invoice.number if invoice else "",
        xero_number=copy.number if copy else "",
        xero_id=copy.id if copy else "",
        date=str(plan.payment.date or ""),
        amount=_money(plan.payment.amount),
        method=plan.payment.method,
        why=plan.words,
    )


def payment_rows(facts: Iterable[Facts], shown: Shown) -> Iterator[dict[str, str]]:
    """One row per payment of either system that the other does not have, or that is in both."""
    for said in facts:
        for proposal in shown.proposals.get(said["payment_id"]) or (None,):
            row = _row(PAYMENT_COLUMNS, said, proposal, shown, said["payment_id"])
            yield row | {"state": "ignored"} if said.get("left") and proposal is None else row


def _said(**columns: str) -> Facts:
    return {name: value for name, value in columns.items() if value}


def _row(
    columns: Sequence[str], said: Facts, proposal: Proposal | None, shown: Shown, record_id: str
) -> dict[str, str]:
    state, reason, remedy = _state(proposal, said.get("reason", ""), shown, record_id, sent="sent" in said)
    return {
        **{name: said.get(name, "") for name in columns},
        **_decide(proposal, shown),
        "state": state,
        "reason": reason,
        "remedy": remedy,
        "why": proposal.reasons if proposal else said.get("why", ""),
        "xero_url": address_in_xero(said["xero_id"], shown.short_code) if "xero_id" in said else "",
    }


def _state(proposal: Proposal | None, first: str, shown: Shown, record_id: str, *, sent: bool) -> tuple[str, str, str]:
    """State, reason and remedy of one row: what a person or the outbox did counts before what the rules say."""
    if record_id in shown.ignored:
        return "ignored", "decided_ignore", "Nothing to do."
    progress = shown.progress.get(proposal.id, Progress()) if proposal else Progress()
    if progress.problem:
        return "failed", "refused", f"{progress.problem} {progress.remedy}".strip()
    if progress.status in _BY_STATUS:
        return _BY_STATUS[progress.status], "", ""
    if progress.verdict == "skip":
        return "skipped", "decided_skip", "Decide anew when it is to be sent."
    return _state_by_rules(proposal, first, sent=sent)


def _state_by_rules(proposal: Proposal | None, first: str, *, sent: bool) -> tuple[str, str, str]:
    if proposal is not None and (not first or proposal.suggested != "link"):
        return "waiting", first, "Decide on this row."
    if not first:
        return ("sent" if sent else "waiting"), "", ""
    state = "sent" if sent else "held" if REASONS[first].holds else "ignored"
    return state, first, REASONS[first].remedy


def _decide(proposal: Proposal | None, shown: Shown) -> dict[str, str]:
    if proposal is None:
        return dict.fromkeys(DECIDE, "")
    verdict = shown.progress.get(proposal.id, Progress()).verdict
    return {
        "proposal_id": proposal.id,
        "basis": proposal.basis,
        "suggested": proposal.suggested,
        "decision": verdict,
        "decision_xero_id": "",
        "note": "",
    }


PAYOUT_COLUMNS = ("payout", "charges", "gross", "surcharges", "fees", "refunds", "expected", "paid_out", "difference")


def payout_rows(payouts: Sequence[Payout]) -> Iterator[dict[str, str]]:
    """One row per payout: gross - fees - refunds against what was paid out."""
    for payout in payouts:
        yield {
            "payout": payout.id,
            "charges": str(len(payout.payments)),
            "gross": _money(payout.gross),
            "surcharges": _money(payout.surcharges),
            "fees": _money(payout.fees),
            "refunds": _money(payout.refunds),
            "expected": _money(payout.expected),
            "paid_out": _money(payout.paid_out),
            "difference": _money(payout.difference),
        }


class StateCount:
    """How many rows stand in each state, by reason, counted while they pass; the counts add up to all rows."""

    def __init__(self) -> None:
        """Nothing has passed yet."""
        self._counted: dict[str, Counter[str]] = {state: Counter() for state in STATES}

    def counting(self, rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
        """The rows as they are."""
        for row in rows:
            self._counted[row["state"]][row["reason"]] += 1
            yield row

    def counts(self) -> dict[str, dict[str, int]]:
        """The counts of what has passed; states without a row are left out."""
        return {state: dict(sorted(reasons.items())) for state, reasons in self._counted.items() if reasons}


def invoice_url(copy: Invoice | None, short_code: str) -> str:
    """Where an invoice opens in Xero."""
    return address_in_xero(copy.id, short_code) if copy else ""


def address_in_xero(copy_id: str, short_code: str) -> str:
    """Where the invoice of an id opens in Xero."""
    place = f"/AccountsReceivable/View.aspx?InvoiceID={copy_id}"
    return f"https://go.xero.com/organisationlogin/default.aspx?shortcode={short_code}&redirecturl={place}"


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
