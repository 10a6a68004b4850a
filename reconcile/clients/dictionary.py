"""The error dictionary: every refusal and failure that the clients tell apart, as a page for people.

``python -m reconcile.clients.dictionary`` writes docs/errors.md; a test compares the page with this table.
"""

from collections.abc import Iterable
from pathlib import Path

from reconcile.clients.xero.sentences import REFUSALS, Refusal
from reconcile.errors import (
    BadData,
    BadInput,
    BasisChanged,
    Busy,
    Conflict,
    DecisionsRejected,
    GateClosed,
    GuardStopped,
    LeaseLost,
    MissingScope,
    NotReady,
    Parked,
    RateLimited,
    ReconcileError,
    Reconnect,
    Retry,
    TargetGone,
    TargetTaken,
    Unknown,
    WrongTenant,
)

PAGE = Path("docs/errors.md")
WHAT_HAPPENS: dict[type[ReconcileError], tuple[str, str]] = {
    BadInput: ("A file or an option cannot be used", "Nothing was done. Correct what is named and run again."),
    DecisionsRejected: (
        "A decision file has rows that cannot be applied",
        "Nothing of it was applied. Every problem is named with row and column; correct these and hand it in again.",
    ),
    BadData: ("A record was refused or cannot be read", "It is held and listed; nothing is tried again by itself."),
    Retry: ("The other side could not be reached or did not finish", "Nothing was changed; the next run tries again."),
    RateLimited: ("Too many calls in this minute", "The program waits as long as Xero asks, then goes on."),
    Parked: ("The day's calls are used up", "The run stops and says when it goes on; approvals stay as they are."),
    Unknown: ("Something was sent and no usable answer came", "It is looked for before anything is sent again."),
    Conflict: ("The record is not as it was when this was approved", "Nothing is written; a person decides anew."),
    BasisChanged: ("Somebody changed the record after it was approved", "A new proposal shows both versions."),
    TargetGone: ("The record was archived, merged or deleted", "Restore it, or link to another one."),
    TargetTaken: ("Another record has this name, number or link", "Link to that record, or change the name or number."),
    LeaseLost: ("Another worker took this over", "Nothing is lost; the other worker finishes it."),
    Reconnect: ("The connection no longer works", "Run `reconcile connect`."),
    WrongTenant: ("Another Xero organisation is connected", "Run `reconcile connect` and choose the right one."),
    MissingScope: ("A permission is missing", "Run `reconcile connect` and allow everything that it asks for."),
    GateClosed: (
        "Something has to be settled first",
        "Nothing of this kind is sent. The rows or settings that hold it back are named.",
    ),
    GuardStopped: (
        "So much changed at once that it may be a disaster",
        "Nothing was written. Look whether it is meant; then let exactly this through, as the message says.",
    ),
    Busy: (
        "Another run writes to the database for longer than half a minute, or the disk is full",
        "Nothing was stored. Try again in some minutes (with PostgreSQL nobody has to wait), or free some space first.",
    ),
    NotReady: ("A setting is missing or wrong", "Set what is named, see [settings](settings.md)."),
}
SENTENCES = (
    "Xero's own sentences often hold a customer's name, so they are replaced by these. A sentence that is not in the "
    "table is shown with everything blotted out that was in the record."
)
KINDS_IN_ORDER = (TargetTaken, TargetGone, Conflict, BadData)


def render() -> str:
    """The page, as Markdown."""
    parts = [
        "# What went wrong, and what to do",
        "<!-- Written by `python -m reconcile.clients.dictionary`; change the table there, not here. -->",
        "Messages never hold names or addresses. They name the record by its id, the system, and the place.",
        "## Kinds of failure",
        _table(("Kind", "What it means", "What happens"), _kinds()),
        "## What Xero refuses",
        SENTENCES,
    ]
    for kind in KINDS_IN_ORDER:
        known = [refusal for refusal in REFUSALS if refusal.error is kind]
        parts += [
            f"### {WHAT_HAPPENS[kind][0]}",
            _table(("Cause", "What to do", "Xero says something like"), _rows(known)),
        ]
    return "\n\n".join(parts) + "\n"


def _kinds() -> Iterable[tuple[str, ...]]:
    return ((f"`{kind.__name__}`", *said) for kind, said in WHAT_HAPPENS.items())


def _rows(known: Iterable[Refusal]) -> Iterable[tuple[str, ...]]:
    return ((refusal.cause, refusal.remedy, refusal.example) for refusal in known)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
