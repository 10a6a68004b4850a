"""From plans to proposals: the one row that a person or a policy judges, and the writes that carry it out.

The proposal's id covers the bodies of its writes, so that an approval holds for exactly what was shown (C10): when a cent,
an account or a word changes, it is another proposal.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from reconcile.content import basis_hash, digest
from reconcile.invoicing.books import Books
from reconcile.invoicing.card_money import Movement
from reconcile.invoicing.changes import Change
from reconcile.invoicing.paid_marks import PaidMark
from reconcile.invoicing.payments import PaymentPlan
from reconcile.invoicing.plan import InvoicePlan
from reconcile.invoicing.totals import dollars
from reconcile.proposals import Candidate, Kind, Proposal, Suggested, basis_of, proposal_id
from reconcile.pushplan import PlannedWrite
from reconcile.records import Entity, Invoice, Payment, System

CERTAIN, TO_JUDGE = "auto", "review"


@dataclass(frozen=True)
class Suggestion:
    """A proposal and what its approval would write."""

    proposal: Proposal
    writes: tuple[PlannedWrite, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Case:
    """What all suggestions have in common. ``other`` is the counterpart, for a match the twin."""

    entity: Entity
    system: System
    record: Invoice | Payment
    other: Invoice | Payment | None = None
    kind: Kind = "match"
    suggested: Suggested
    confidence: str = TO_JUDGE
    name: str = ""
    reasons: str = ""
    writes: tuple[PlannedWrite, ...] = ()


def suggest_invoice(org_id: str, plan: InvoicePlan, books: Books) -> Suggestion | None:
    """A new invoice for Xero, or the Xero invoice that is very likely the same; None when there is nothing to judge."""
    twin = books.xero_invoices.get(plan.twin)
    if plan.write is None and twin is None:
        return None
    words = [
        *plan.cautions,
        f"{dollars(plan.invoice.total)} for customer {plan.invoice.contact_id}",
        *dict.fromkeys(plan.because),
        *plan.warnings,
    ]
    if twin is not None:
        words = [f"Xero invoice {twin.number} has the same number, contact and total {dollars(twin.total)}"]
    return _make(
        org_id,
        _Case(
            entity="invoices",
            system="pooltrackr",
            record=plan.invoice,
            other=twin,
            suggested="link" if twin else "create",
            confidence=TO_JUDGE if twin or plan.warnings or plan.cautions else CERTAIN,
            name=plan.invoice.number or plan.invoice.id,
            reasons="; ".join(words) + ".",
            writes=(plan.write,) if plan.write else (),
        ),
    )


def suggest_change(org_id: str, invoice: Invoice, copy: Invoice, change: Change) -> Suggestion | None:
    """A change or void that is to be carried to the other side."""
    if change.write is None or change.kind == "none":
        return None
    record, other = (invoice, copy) if change.source == "pooltrackr" else (copy, invoice)
    return _make(
        org_id,
        _Case(
            entity="invoices",
            system=change.source,
            record=record,
            other=other,
            kind=change.kind,
            suggested=change.kind,
            name=invoice.number or invoice.id,
            reasons=change.words,
            writes=(change.write,),
        ),
    )


def suggest_payment(org_id: str, plan: PaymentPlan, books: Books) -> Suggestion | None:
    """A payment to carry over, to delete on the other side, or that may be entered there already."""
    twin = books.xero_payments.get(plan.twin)
    if plan.write is None and twin is None:
        return None
    if plan.kind == "void":
        others = books.payments if plan.system == "xero" else books.xero_payments
        return _make(
            org_id,
            _Case(
                entity="payments",
                system=plan.system,
                record=plan.payment,
                other=others.get(plan.copy_id),
                kind="void",
                suggested="void",
                name=plan.payment.id,
                reasons=plan.words,
                writes=(plan.write,) if plan.write else (),
            ),
        )
    return _make(
        org_id,
        _Case(
            entity="payments",
            system=plan.system,
            record=plan.payment,
            other=twin,
            suggested="link" if twin else "create",
            confidence=CERTAIN if plan.exact and twin is None else TO_JUDGE,
            name=plan.payment.id,
            reasons=" ".join([plan.words, *(hold.detail for hold in plan.holds)]).strip(),
            writes=(plan.write,) if plan.write else (),
        ),
    )


def suggest_card_money(org_id: str, movements: Sequence[Movement], books: Books) -> Suggestion | None:
    """The fee and surcharge of one card payment; nothing while one of them is held.

    A refunded payment may never have been in Xero: then its fee is something new there, and no change of the payment.
    """
    writes = tuple(movement.write for movement in movements if movement.write is not None)
    if not writes or len(writes) < len(movements):
        return None
    payment = movements[0].payment
    copy = books.xero_payments.get(books.payment_links.pooltrackr.get(payment.id, ""))
    return _make(
        org_id,
        _Case(
            entity="payments",
            system="pooltrackr",
            record=payment,
            other=copy,
            kind="match" if copy is None else "update",
            suggested="create" if copy is None else "update",
            confidence=CERTAIN,
            name=payment.id,
            reasons="; ".join(
                f"{m.part} {dollars(m.amount)} to account {m.account.code if m.account else ''}" for m in movements
            ),
            writes=writes,
        ),
    )


def suggest_paid_mark(org_id: str, mark: PaidMark) -> Suggestion | None:
    """A paid mark to carry over."""
    if mark.write is None:
        return None
    record, other = (mark.copy, mark.invoice) if mark.source == "xero" else (mark.invoice, mark.copy)
    return _make(
        org_id,
        _Case(
            entity="invoices",
            system=mark.source,
            record=record,
            other=other,
            kind="update",
            suggested="update",
            confidence=CERTAIN if mark.certain else TO_JUDGE,
            name=mark.invoice.number or mark.invoice.id,
            reasons=mark.words,
            writes=(mark.write,),
        ),
    )


def _make(org_id: str, case: _Case) -> Suggestion:
    """A proposal whose basis is that of all proposals: its own record, then the counterpart or the candidates."""
    is_match = case.kind == "match"
    twin = case.other if is_match else None
    hashes = [basis_hash(case.record)]
    if case.other is not None or not is_match:
        hashes.append(basis_hash(case.other) if case.other is not None else "gone")
    basis = basis_of(*hashes)
    plan = digest([asdict(write) for write in case.writes])
    proposal = Proposal(
        id=proposal_id(org_id, case.entity, case.kind, case.system, case.record.id, basis + plan),
        entity=case.entity,
        system=case.system,
        record_id=case.record.id,
        name=case.name,
        basis=basis,
        kind=case.kind,
        suggested=case.suggested,
        suggested_id=case.other.id if case.other is not None else "",
        confidence=case.confidence,
        reasons=case.reasons,
        candidates=_candidates(twin),
    )
    return Suggestion(proposal, case.writes)


def _candidates(twin: Invoice | Payment | None) -> tuple[Candidate, ...]:
    if twin is None:
        return ()
    name = twin.number if isinstance(twin, Invoice) else twin.reference
    return (Candidate(id=twin.id, name=name, score=0.9, reasons="same amount"),)
