"""Planning invoices and payments: only the cases of which something changed that their plan rests on.

Each stored plan names what it rested on by a fingerprint (``reconcile/invoicing/cases.py``). A case is planned anew when that is
another one now; when what all plans have in common has changed, or nothing is stored, that is every case. Cases are
read and planned some at a time, so that memory does not grow with the ledger.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlmodel import Session

from reconcile.inspecting import inspect_invoices, inspector_facts
from reconcile.invoicing.books import Books
from reconcile.invoicing.cases import Directory, Kept, Subject, common_mark, must_plan
from reconcile.invoicing.report import invoice_facts, payment_facts
from reconcile.invoicing.situation import Ledger, plan_ledger
from reconcile.proposals import Proposal
from reconcile.records import Entity, System
from reconcile.store.money_books import pools_of, read_cases
from reconcile.store.money_directory import read_directory
from reconcile.store.money_links import adopt_links, note_agreed
from reconcile.store.money_plans import MONEY, busy_subjects, store_writes
from reconcile.store.money_standing import (
    Standing,
    about,
    close_others,
    flag_again,
    propose_again,
    read_standing,
    subject_of,
)
from reconcile.store.planned_cases import Filed, drop_plans, file_plans, kept_plans

AT_ONCE = 1_000
SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")


@dataclass(frozen=True, kw_only=True)
class Night:
    """What one planning rests on: the books without documents, what there is, and the day."""

    session: Session
    org_id: str
    common: Books
    directory: Directory
    today: date
    now: datetime
    run_seq: int

    def books_of(self, cases: Sequence[str]) -> Books:
        """The books with what planning some cases looks at."""
        return read_cases(self.session, self.org_id, self.common, self.directory, cases)

    def ledger_of(self, cases: Sequence[str]) -> Ledger:
        """The plan of some cases."""
        return plan_ledger(self.books_of(cases), self.today, cases)


@dataclass
class Told:
    """What planning came to: what stands now, and how many cases were planned of how many."""

    standing: Standing
    planned: int = 0
    cases: int = 0
    wanted: set[str] = field(default_factory=set)


def open_night(session: Session, org_id: str, common: Books, today: date, now: datetime, run_seq: int) -> Night:
    """Read what there is."""
    return Night(
        session=session,
        org_id=org_id,
        common=common,
        directory=read_directory(session, org_id),
        today=today,
        now=now,
        run_seq=run_seq,
    )


def adopt_marked(night: Night) -> int:
    """Link what marks of an earlier push name, payments after their invoices; returns how many.

    After that the night is over: what there is has to be read again.
    """
    adopted, busy = 0, busy_subjects(night.session, night.org_id)
    for entity in MONEY:
        cases = night.directory.marked_invoices() if entity == "invoices" else night.directory.marked_payments()
        ledgers = (night.ledger_of(some) for some in _some(cases))
        pairs = _unclaimed(pair for ledger in ledgers for pair in ledger.named_by_marks(entity))
        pairs = [pair for pair in pairs if pair[0] not in busy]
        if pairs:
            adopted += adopt_links(night.session, night.org_id, entity, pairs, night.now)
            note_agreed(night.session, night.org_id)
            night = replace(night, directory=read_directory(night.session, night.org_id))
    return adopted


def _unclaimed(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of which no other claims the same Xero record."""
    found = list(pairs)
    claimed: dict[str, int] = {}
    for _, xero_id in found:
        claimed[xero_id] = claimed.get(xero_id, 0) + 1
    return [pair for pair in found if claimed[pair[1]] == 1]


def plan_cases(night: Night, *, anew: bool) -> Told:
    """Plan what has to be planned, and bring proposals, writes, flags and the stored plans up to date."""
    session, org_id, directory = night.session, night.org_id, night.directory
    kept = kept_plans(session, org_id)
    told = Told(read_standing(session, org_id))
    everything = common_mark(night.common)
    present = directory.case_ids()
    standing = told.standing.ids
    marks = {case: _mark(everything, directory, case, kept[case].pools) for case in present if case in kept}
    due = [case for case in present if anew or must_plan(kept.get(case), marks.get(case, ""), standing)]
    planned = frozenset(due)
    told.planned, told.cases = len(due), len(present)
    told.wanted.update(key for case in present if case not in planned for key in kept[case].proposals)
    told.wanted.update(p.id for p in told.standing.busy.values())
    gone = sorted(kept.keys() - set(present))
    del kept, marks
    for some in _some(due):
        _plan_some(night, told, everything, some)
    drop_plans(session, org_id, gone)
    close_others(session, told.standing, told.wanted, night.now)
    _clear_strays(night, told.standing, present)
    return told


def _mark(everything: str, directory: Directory, case: str, pools: Iterable[str]) -> str:
    return f"{everything[:16]}{directory.mark(case, pools)}"


def _plan_some(night: Night, told: Told, everything: str, cases: Sequence[str]) -> None:
    """Plan some cases and store what follows."""
    session, org_id = night.session, night.org_id
    ledger = night.ledger_of(cases)
    records = _records_of(night.directory, cases)
    proposed: dict[str, list[str]] = {case: [] for case in cases}
    _note([p for p in told.standing.busy.values() if subject_of(p) in records], night.directory, proposed)
    for entity in MONEY:
        ignored = _ignored(night.directory, entity)
        suggestions = ledger.suggestions(org_id, entity, ignored)
        fresh = [s for s in suggestions if about(s.proposal) not in told.standing.busy]
        wanted = [s.proposal for s in fresh]
        propose_again(session, org_id, told.standing, wanted, night.run_seq, night.now)
        store_writes(session, fresh, night.now)
        _note(wanted, night.directory, proposed)
        findings = [f for f in ledger.findings(entity) if f.record_id not in ignored[f.system]]
        of_entity = [record for record in records if record[0] == entity]
        flag_again(session, org_id, told.standing, of_entity, findings, night.run_seq, night.now)
    told.wanted.update(key for keys in proposed.values() for key in keys)
    plans = list(_filed(night, everything, ledger, cases, proposed))
    file_plans(session, org_id, plans, night.run_seq)


def _note(proposals: Iterable[Proposal], directory: Directory, proposed: dict[str, list[str]]) -> None:
    """Note each proposal under the case that made it."""
    for proposal in proposals:
        case = directory.case_of(subject_of(proposal))
        if case in proposed:
            proposed[case].append(proposal.id)


def _records_of(directory: Directory, cases: Sequence[str]) -> set[Subject]:
    """The records that these cases, and no others, propose for and flag."""
    return {subject for case in cases for subject in directory.subjects(case) if directory.case_of(subject) == case}


def _ignored(directory: Directory, entity: Entity) -> dict[System, set[str]]:
    return {system: {key for e, s, key in directory.ignored if (e, s) == (entity, system)} for system in SYSTEMS}


def _filed(
    night: Night, everything: str, ledger: Ledger, cases: Sequence[str], proposed: dict[str, list[str]]
) -> Iterator[Filed]:
    """The plans to be stored, with what the reports say of them."""
    dated = {mark.invoice.id: mark.on.isoformat() for mark in ledger.marks if mark.on is not None}
    inspected = {one.invoice_id: inspector_facts(one, ledger.books) for one in inspect_invoices(ledger.books, cases)}
    payments: dict[str, list[dict[str, str]]] = {}
    for plan in ledger.payments:
        payments.setdefault(plan.invoice_id, []).append(dict(payment_facts(plan, ledger)))
    for case in cases:
        invoice = ledger.books.invoices.get(case)
        pools = tuple(pools_of(invoice)) if invoice else ()
        rows: dict[str, object] = {"payments": payments[case]} if case in payments else {}
        rows |= {"invoices": dict(invoice_facts(case, ledger))} if case in ledger.invoices else {}
        rows |= {"inspector": inspected[case]} if case in inspected else {}
        mark = _mark(everything, night.directory, case, pools)
        yield Filed(case, Kept(mark, dated.get(case, ""), pools, tuple(sorted({*proposed[case]}))), rows)


def _clear_strays(night: Night, standing: Standing, present: Sequence[str]) -> None:
    """Clear the flags of records that are there no more."""
    if not standing.flags:
        return
    known = frozenset(present)
    strays = [key for key in standing.flags if night.directory.case_of(key) not in known]
    flag_again(night.session, night.org_id, standing, strays, [], night.run_seq, night.now)


def _some(cases: Sequence[str]) -> Iterator[Sequence[str]]:
    return (cases[start : start + AT_ONCE] for start in range(0, len(cases), AT_ONCE))
