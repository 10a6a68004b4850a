"""What must hold after every run, read from both systems, the call log, the outbox and what people did."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from reconcile.pushing.verdict import PROMPT
from reconcile.store import tables
from reconcile.store.audit import broken_seals
from reconcile.store.engine import reading
from tests.simulation.discretion import indiscretions
from tests.simulation.nights import bookmarks_ahead
from tests.simulation.scene import ORG, Scene
from tests.simulation.sent import unapproved_fields
from tests.simulation.wire import Landing

_PUSHED = select(tables.Audit.subject).where(col(tables.Audit.action) == "pushed")
_LINK = "SELECT 1 FROM link WHERE id = ?"
TERMINAL = {"done", "conflict", "raced", "failed", "withdrawn"}
FIELDS = {"contact_number": "number", "date": "issued"}
ALIVE = "alive"
STAMPS = {"xero contacts": "contact_number", "xero invoices": "reference", "xero payments": "reference"}


def violations(scene: Scene, heard: Sequence[str] = ()) -> list[str]:
    """Everything that does not hold; empty after a good run. ``heard`` is what was logged."""
    operations = scene.operations()
    found = [
        *scene.refusals,
        *_one_target_per_stamp(scene, operations),
        *_ended(operations),
        *_audited(scene, operations),
        *unapproved_fields(scene, operations),
        *indiscretions(scene, list(heard)),
        *bookmarks_ahead(scene),
    ]
    for operation in operations:
        landings = [landing for landing in scene.wire.landings if _belongs(landing, operation)]
        found += _sent_once(operation, landings)
        found += _only_while_approved(scene, operation, landings)
        found += _nothing_lost(scene, operation, landings)
        found += _no_silent_overwrite(scene, operation, landings)
        found += _done_is_shown(scene, operation, landings)
    known = [landing for landing in scene.wire.landings if not any(_belongs(landing, op) for op in operations)]
    found += [f"I2 a write that nobody approved: {landing.table} {landing.id}" for landing in known]
    return found


def value(row: Any, name: str) -> str:
    """What a record of either system says in one of the fields that we write."""
    if hasattr(row, "encoded"):
        said = row.fields
        if name == "status":
            return "DELETED" if said.get("deleted") else "voided" if said.get("voided") else ALIVE
        return str(said.get(name, ""))
    return str(getattr(row, FIELDS.get(name, name), ""))


def _same(said: str, wanted: str) -> bool:
    if said == ALIVE:
        return wanted in ("AUTHORISED", "active", "")
    try:
        return said == wanted or float(said) == float(wanted)
    except ValueError:
        return False


def _shows(row: Any, expect: dict[str, str]) -> bool:
    return all(_same(value(row, name), wanted) for name, wanted in expect.items())


def mark_of(table: str, row: Any) -> str:
    """Our mark on a record."""
    return value(row, STAMPS.get(table, "external_reference" if table.startswith("pooltrackr") else "reference"))


def _belongs(landing: Landing, operation: tables.PushOperation) -> bool:
    if landing.table != f"{operation.target} {operation.entity}":
        return False
    if operation.verb == "create":
        return landing.before is None and mark_of(landing.table, landing.after) == operation.stamp
    if landing.before is None or landing.id != operation.target_id:
        return False
    return _shows(landing.after, json.loads(operation.expect))


def _one_target_per_stamp(scene: Scene, operations: list[tables.PushOperation]) -> Iterator[str]:
    for operation in operations:
        if operation.verb == "create":
            table = f"{operation.target} {operation.entity}"
            carriers = [row for row in scene.wire.tables()[table].values() if mark_of(table, row) == operation.stamp]
            if len(carriers) > 1:
                yield f"I1 {len(carriers)} {operation.entity} in {operation.target} carry {operation.stamp}"


def _sent_once(operation: tables.PushOperation, landings: list[Landing]) -> Iterator[str]:
    if len(landings) > 1:
        yield f"I1 {operation.verb} {operation.subject_id} was carried out {len(landings)} times"


def _only_while_approved(scene: Scene, operation: tables.PushOperation, landings: list[Landing]) -> Iterator[str]:
    if not landings:
        return
    withdrawn = (
        scene.withdrawals.get(scene.proposals_by_decision()[operation.decision_id]) if scene.withdrawals else None
    )
    changed = scene.source_changes.get(operation.subject_id) if operation.subject_hash else None
    for landing in landings:
        if withdrawn is not None and landing.at > withdrawn:
            yield f"I2 {operation.subject_id} was written after its approval was withdrawn"
        if changed is not None and landing.claimed_at > changed:
            yield f"I2 {operation.subject_id} was written although its source had changed after the approval"


def _ended(operations: list[tables.PushOperation]) -> Iterator[str]:
    for operation in operations:
        if operation.status not in TERMINAL:
            yield f"I3 {operation.verb} {operation.subject_id} never ended: {operation.status}"


def _nothing_lost(scene: Scene, operation: tables.PushOperation, landings: list[Landing]) -> Iterator[str]:
    ended = operation.settled_at
    if ended is not None and any(landing.at > ended for landing in landings):
        yield f"I4 {operation.subject_id} ended as {operation.status}, and was carried out after that"
    if operation.status == "failed" and not _may_be_refused(scene, operation):
        yield f"I3 {operation.subject_id} failed: {operation.problem}"
    if operation.status == "withdrawn" and landings:
        yield f"I4 {operation.subject_id} is called withdrawn, and was carried out"
    if operation.status == "done" and operation.verb == "create" and not landings:
        yield f"I4 {operation.subject_id} is called done, and was never carried out"
    if operation.status == "done" and operation.verb == "create" and scene.has_no(_LINK, operation.link_id):
        yield f"I4 {operation.subject_id} is done, and has no link"


def _may_be_refused(scene: Scene, operation: tables.PushOperation) -> bool:
    """Whether the target had a reason: a person had changed what the write is about."""
    body = json.loads(operation.body)
    about = {
        operation.target_id,
        (body.get("Invoice") or {}).get("InvoiceID"),
        (body.get("Contact") or {}).get("ContactID"),
    }
    touched = any(row in about for _, _, row, _ in scene.edits)
    return touched or operation.subject_id in scene.doomed


def _done_is_shown(scene: Scene, operation: tables.PushOperation, landings: list[Landing]) -> Iterator[str]:
    if operation.status != "done" or not operation.target_id:
        return
    row = scene.wire.tables()[f"{operation.target} {operation.entity}"].get(operation.target_id)
    if row is None or _shows(row, json.loads(operation.expect)):
        return
    since = min((landing.at for landing in landings), default=operation.staged_at)
    later = [at for at, _, edited, _ in scene.edits if edited == operation.target_id and at >= since]
    if not later:
        yield f"I4 {operation.subject_id} is called done, and the target shows something else"


def _no_silent_overwrite(scene: Scene, operation: tables.PushOperation, landings: list[Landing]) -> Iterator[str]:
    if operation.verb == "create" or operation.status in ("raced", "conflict"):
        return
    replaces = json.loads(operation.replaces or "{}")
    for landing in landings:
        if all(_same(value(landing.before, name), was) for name, was in replaces.items()):
            continue
        names = {FIELDS.get(name, name) for name in replaces} | set(replaces)
        edited = max(
            (
                at
                for at, _, row, fields in scene.edits
                if row == landing.id and names & set(fields) and at <= landing.at
            ),
            default=landing.at,
        )
        is_prompt = landing.at - landing.sent_at <= PROMPT + timedelta(seconds=60)
        if operation.target == "xero" and edited >= landing.looked_at and is_prompt:
            scene.windows += 1
            continue
        yield f"I6 {operation.subject_id} replaced what a person had entered, and says nothing of it"


def _audited(scene: Scene, operations: list[tables.PushOperation]) -> Iterator[str]:
    with reading(scene.engine) as session:
        if broken_seals(session, ORG, scene.audited):
            yield "I7 the audit trail does not hold"
        told = set(session.exec(_PUSHED))
    for operation in operations:
        if operation.status in ("done", "raced", "conflict") and operation.id not in told:
            yield f"I7 the trail does not tell how {operation.subject_id} ended"
