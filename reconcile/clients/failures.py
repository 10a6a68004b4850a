"""Failures that every system shares: limits, connections, permissions, redirects, missing records."""

from datetime import datetime
from typing import Any

from reconcile.clients.answers import Answer
from reconcile.errors import (
    BadData,
    MissingScope,
    NotReady,
    Parked,
    ReconcileError,
    Reconnect,
    Retry,
    TargetGone,
    Unknown,
    WrongTenant,
)
from reconcile.records import System

NAMES: dict[System, str] = {"xero": "Xero", "pooltrackr": "Pooltrackr"}
RECONNECT = "Run `reconcile connect`."


class Incomplete(Retry):
    """A list does not add up."""


def lacks_scope(answer: Answer) -> bool:
    """Whether a 401 or 403 is about a missing permission; Xero spells it both ways (facts, section 1)."""
    said = answer.headers.get("www-authenticate", "") + answer.body[:2000].decode(errors="replace")
    return "insufficient_scope" in said or "insufficent_scope" in said


def refused_connection(system: System, answer: Answer) -> ReconcileError | None:
    """The error for a 401 or 403, None for any other answer."""
    if answer.status not in (401, 403):
        return None
    name = NAMES[system]
    if lacks_scope(answer):
        return MissingScope(
            f"The connection to {name} lacks a permission.",
            remedy="Run `reconcile connect` and allow access to everything that it asks for.",
        )
    if system == "pooltrackr":
        return Reconnect(f"{name} refused the token.", remedy="Set RECONCILE_POOLTRACKR_TOKEN to a valid token.")
    if answer.status == 403:
        return WrongTenant(
            f"{name} no longer shows this organisation to the connection.",
            remedy="It was disconnected in Xero, or replaced (a demo company is new every month). " + RECONNECT,
        )
    return Reconnect(f"{name} refused the connection.", remedy=RECONNECT)


def parked(system: System, until: datetime) -> Parked:
    """The day's calls are used up."""
    return Parked(
        f"The day's calls to this {NAMES[system]} organisation are used up until {until:%Y-%m-%d %H:%M} UTC.",
        until=until,
        remedy="Nothing is lost; the next run after that goes on from here.",
    )


def redirected(system: System, *, is_write: bool) -> ReconcileError:
    """Redirects are never followed: they would carry the token elsewhere."""
    message = f"{NAMES[system]} answered with a redirect to another address, which is not followed."
    if is_write:
        return Unknown(message, remedy="Check the address in the settings.")
    return NotReady(message, remedy="Check the address in the settings.")


def target_missing(system: System) -> TargetGone:
    """The record to be changed is not there."""
    return TargetGone(
        f"{NAMES[system]} has no such record any more.", remedy="Pull again, then decide on the new proposal."
    )


def odd_shape(system: System) -> Retry:
    """Well-formed JSON, but not what was asked for."""
    return Retry(
        f"{NAMES[system]} answered with something else than was asked for.",
        remedy="The next run tries again; if it stays so, check the address in the settings.",
    )


def incomplete(system: System, entity: str, what: str) -> Incomplete:
    """A listing that does not add up, and so must not be taken for deletions."""
    return Incomplete(
        f"The list of {entity} that {NAMES[system]} sent is not complete: {what}.",
        remedy="Nothing was taken from it; the next run reads it again.",
    )


def unreadable(system: System, entity: str, record_id: Any, error: BadData) -> BadData:
    """One record has a value that cannot be read; says which record."""
    return BadData(f"{NAMES[system]} {entity} {record_id}: {error.message}", remedy=error.remedy)
