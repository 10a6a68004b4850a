"""What planning everything at once would let stand, beside what stands."""

from typing import Any

from reconcile.proposals import Proposal
from reconcile.records import System
from reconcile.stages.money import read_ledger
from reconcile.stages.money_report import Pages, facts_of
from reconcile.store.decisions import ignored_records
from reconcile.store.engine import reading
from reconcile.store.flags import standing_flags
from reconcile.store.money_plans import MONEY, busy_proposals
from reconcile.store.proposals import current_proposals

SYSTEMS: tuple[System, ...] = ("pooltrackr", "xero")


def said_of(proposal: Proposal) -> tuple[str, str, str]:
    """What a person and a policy go by."""
    return proposal.id, proposal.confidence, proposal.reasons


def planned_whole(services: Any) -> dict[str, Any]:
    """Proposals and flags as a plan of everything at once makes them."""
    ledger, org_id = read_ledger(services), services.org_id
    found: dict[str, Any] = {}
    with reading(services.engine) as session:
        for entity in MONEY:
            ignored = {system: ignored_records(session, org_id, entity, system) for system in SYSTEMS}
            busy = {(p.kind, p.system, p.record_id): said_of(p) for p in busy_proposals(session, org_id, entity)}
            made = {
                (p.kind, p.system, p.record_id): said_of(p)
                for p in (s.proposal for s in ledger.suggestions(org_id, entity, ignored))
            }
            found[f"{entity} proposed"] = sorted({**made, **busy}.values())
            found[f"{entity} flagged"] = sorted(
                (f.system, f.record_id, f.name, f.detail)
                for f in ledger.findings(entity)
                if f.record_id not in ignored[f.system]
            )
    return found


def standing(services: Any) -> dict[str, Any]:
    """Proposals and flags as they stand."""
    found: dict[str, Any] = {}
    with reading(services.engine) as session:
        for entity in MONEY:
            proposals = current_proposals(session, services.org_id, entity)
            flags = standing_flags(session, services.org_id, entity)
            found[f"{entity} proposed"] = sorted(said_of(p) for p in proposals)
            found[f"{entity} flagged"] = sorted((f.system, f.record_id, f.name, f.detail) for f in flags)
    return found


def files_whole(services: Any) -> dict[str, list[dict[str, str]]]:
    """The rows of the reports as a plan of everything at once makes them."""
    facts = facts_of(read_ledger(services))
    with reading(services.engine) as session:
        pages = Pages(session, services, facts)
    made = (("invoices", pages.invoices), ("payments", pages.payments), ("payouts", pages.payouts))
    return {stem: list(rows()) for stem, rows in (*made, ("inspector", pages.inspector))}
