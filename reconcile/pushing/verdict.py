"""What a look at the target, or an answer, means for an operation. Pure: values in, settlements out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from reconcile.content import basis_hash, to_json
from reconcile.errors import BadData, Conflict, ReconcileError
from reconcile.pushing.operation import Operation, Settlement
from reconcile.records import Entity, Record

PROMPT = timedelta(seconds=90)  # an answer that came in time is stamped this soon after sending
_DEAD = ("archived", "gdpr", "deleted", "voided")
_END_STATES = ("activate", "deactivate", "void", "delete")
_PLAIN_ENTITIES: tuple[Entity, ...] = ("contacts", "products")  # nothing follows from one of their fields in another


def compare(operation: Operation, seen: Record | None) -> Settlement | None:
    """What looking alone settles; None when the write is still to be sent."""
    found = _created(operation, seen) if operation.verb == "create" else _changed(operation, seen)
    if not operation.void:
        return found
    if found is None:
        return voided(operation)
    if found.status == "done" and operation.void_status == "withdrawn":
        why = f"{operation.void} It had been carried out by then."
        return replace(
            found, status="raced", problem=why, remedy="Compare the record in both systems and decide again."
        )
    return found


def voided(operation: Operation) -> Settlement:
    """The end of an operation that must not be sent any more."""
    return Settlement(
        status=operation.void_status,
        before=operation.before,
        problem=operation.void,
        remedy="Decide again on what the records say now." if operation.void_status == "conflict" else "",
    )


def _created(operation: Operation, seen: Record | None) -> Settlement | None:
    if seen is None:
        return None
    if _is_dead(seen):
        what = "has been created, and is now" if operation.in_doubt else "carries our mark already, but is"
        return Settlement(
            status="conflict",
            record=seen,
            problem=f"{operation.entity} {seen.id} {what} {_state(seen)} in {operation.target}.",
            remedy="Restore it there, or decide what is to become of it.",
        )
    if not shows(seen, operation.expect):
        return Settlement(
            status="raced",
            record=seen,
            wrote=operation.in_doubt,
            problem=f"{operation.entity} {seen.id} carries our mark in {operation.target}, but shows another "
            f"{differing(seen, operation.expect)} than was approved.",
            remedy="Compare the record in both systems.",
        )
    return Settlement(status="done", record=seen, wrote=operation.in_doubt)


def _changed(operation: Operation, seen: Record | None) -> Settlement | None:
    if seen is None:
        return _gone(operation, "no longer exists")
    if shows(seen, operation.expect):
        return _already_shown(operation, seen)
    if _is_dead(seen) and operation.verb not in _END_STATES:
        return _gone(operation, f"is {_state(seen)}", seen)
    if _was_touched(operation, seen) or _has_moved(operation, seen):
        return Settlement(
            status="conflict",
            record=seen,
            before=operation.before,
            problem=f"{operation.entity} {operation.target_id} changed in {operation.target} after this was approved.",
            remedy="Look at the new values and decide again.",
        )
    return None


def _already_shown(operation: Operation, seen: Record) -> Settlement:
    """The target says what it should: somebody else entered it, or an earlier attempt was carried out after all."""
    if operation.sent_at is None:
        return Settlement(status="done", record=seen)
    touched: datetime | None = getattr(seen, "updated_at", None)
    if touched is not None and touched > operation.sent_at + PROMPT and not getattr(seen, "version", 0):
        return Settlement(
            status="raced",
            record=seen,
            before=operation.before,
            wrote=True,
            problem=f"The change to {operation.entity} {seen.id} reached {operation.target} late, or somebody saved it since.",
            remedy="What was entered there in between may have been replaced: compare the record in both systems.",
        )
    return Settlement(status="done", record=seen, before=operation.before, wrote=True)


def _was_touched(operation: Operation, seen: Record) -> bool:
    """Whether somebody saved the target since an earlier attempt looked at it, even if it says the same again."""
    if operation.before is None or not operation.in_doubt:
        return False
    marks = ("version", "updated_at")
    return any(getattr(operation.before, name, None) != getattr(seen, name, None) for name in marks)


def _has_moved(operation: Operation, seen: Record) -> bool:
    """Whether the target is not what it was when this was approved: its content, or the very fields to be written."""
    if operation.basis and basis_hash(seen) != operation.basis:
        return True
    return operation.replaces is not None and not shows(seen, operation.replaces)


def settle(operation: Operation, before: Record | None, outcome: Record | Exception) -> Settlement | None:
    """What an answer means; None when it leaves the outcome open."""
    if isinstance(outcome, Conflict):
        return Settlement(status="conflict", before=before, problem=outcome.message, remedy=outcome.remedy)
    if isinstance(outcome, BadData):
        return Settlement(status="failed", before=before, problem=outcome.message, remedy=outcome.remedy)
    if isinstance(outcome, ReconcileError):
        return None
    if isinstance(outcome, Exception):
        raise outcome
    raced = _race(operation, before, outcome)
    if not raced:
        return Settlement(status="done", record=outcome, before=before, wrote=True)
    problem, remedy = raced
    return Settlement(status="raced", record=outcome, before=before, wrote=True, problem=problem, remedy=remedy)


def _race(operation: Operation, before: Record | None, shown: Record) -> tuple[str, str] | None:
    """How an answer betrays that somebody else wrote at the same moment."""
    what = f"{operation.entity} {shown.id}"
    if not shows(shown, operation.expect):
        return (
            f"{operation.target} accepted the change to {what} but shows something else.",
            "Compare the record in both systems.",
        )
    if before is None or operation.entity not in _PLAIN_ENTITIES:
        return None
    if _others(before, operation.expect) != _others(shown, operation.expect):
        return (
            f"Somebody changed {what} in {operation.target} at the same moment.",
            "Nothing of theirs was replaced; the next pull shows it.",
        )
    return None


def shows(record: Record, expect: Mapping[str, str]) -> bool:
    """Whether a record says what we wanted it to say; amounts are compared as amounts."""
    return not differing(record, expect)


def differing(record: Record, expect: Mapping[str, str]) -> str:
    """The names of the fields that say something else than we wanted, "" when none does."""
    said = to_json(record)
    return ", ".join(
        name
        for name, value in sorted(expect.items())
        if str(said.get(name, "")) != str(value) and not _is_same_amount(getattr(record, name, None), value)
    )


def _is_same_amount(said: object, wanted: str) -> bool:
    try:
        return isinstance(said, Decimal) and said == Decimal(str(wanted))
    except InvalidOperation:
        return False


def _others(record: Record, expect: Mapping[str, str]) -> dict[str, Any]:
    left_out = {*expect, "updated_at", "version"}
    return {name: value for name, value in to_json(record).items() if name not in left_out}


def _state(record: Record) -> str:
    return str(getattr(record, "status", "")).lower()


def _is_dead(record: Record) -> bool:
    return _state(record) in _DEAD


def _gone(operation: Operation, what: str, seen: Record | None = None) -> Settlement:
    return Settlement(
        status="conflict",
        record=seen,
        before=operation.before,
        problem=f"{operation.entity} {operation.target_id} {what} in {operation.target}.",
        remedy="Restore it there, or choose another record for this link.",
    )
