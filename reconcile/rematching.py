"""Whether what is not linked has to be matched again, or all that changed can make no difference to it.

A pair of records is suggested only when neither is linked. So an edit of a linked record changes what is suggested in
two ways only: it may be a rival of an unlinked one, which is looked at (``resembles``), and it moves a little what the
engine learns from all records together, for which everything is matched again once a week.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconcile.records import System

MODEL = 3
"""Raise this when the matching comes to other results on the same records."""
LARGE_SHARE = 0.2  # of the records of a side: above it the engine learns something else from them
EVERY = timedelta(days=7)
RESEMBLES = 0.01  # probability from which a changed record may be a rival


@dataclass(frozen=True)
class Noted:
    """What a matching rested on; ``records`` is (newest version, how many versions, missing, listings missed) by scope."""

    model: int = 0
    settings: int = 0
    records: Mapping[str, tuple[int, int, int, int]] = field(default_factory=dict)
    links: tuple[int, ...] = ()
    decisions: tuple[int, ...] = ()
    whole_at: datetime | None = None

    def newest(self, scope: str) -> int:
        """The newest version of a scope that was known then."""
        return self.records.get(scope, (0, 0, 0, 0))[0]


@dataclass(frozen=True)
class Moved:
    """What has changed since: ids by side, how many there are, and whether versions came in late."""

    changed: Mapping[System, frozenset[str]]
    totals: Mapping[System, int]
    unlinked: int
    late: bool = False


def reason_to_match(before: Noted, now: Noted, moved: Moved, moment: datetime) -> str:
    """Why everything has to be matched again, in words; "" when nothing that is unlinked can be concerned."""
    return next(_reasons(before, now, moved, moment), "")


def _reasons(before: Noted, now: Noted, moved: Moved, moment: datetime) -> Iterator[str]:
    if before.whole_at is None or moment - before.whole_at >= EVERY:
        yield "everything is matched once a week"
    if (before.model, before.settings) != (now.model, now.settings):
        yield "the matching or the settings are new"
    if before.links != now.links:
        yield "links were made or taken apart"
    if before.decisions != now.decisions:
        yield "somebody decided"
    if moved.late or any(now.records[scope][2:] != before.records.get(scope, ())[2:] for scope in now.records):
        yield "records vanished or came back"
    if any(len(ids) > LARGE_SHARE * max(moved.totals[side], 1) for side, ids in moved.changed.items()):
        yield "a large share of the records changed"
    if moved.unlinked:
        yield f"{moved.unlinked} changed records are not linked"


def to_body(noted: Noted) -> dict[str, object]:
    """As JSON values."""
    return {
        "model": noted.model,
        "settings": noted.settings,
        "records": {scope: list(figures) for scope, figures in noted.records.items()},
        "links": list(noted.links),
        "decisions": list(noted.decisions),
        "whole_at": noted.whole_at.isoformat() if noted.whole_at else None,
    }


def from_body(body: Mapping[str, object]) -> Noted:
    """What ``to_body`` wrote; nothing noted when there is nothing or something else."""
    records, whole_at = body.get("records"), body.get("whole_at")
    if not isinstance(records, dict) or not isinstance(whole_at, str):
        return Noted()
    return Noted(
        model=int(str(body.get("model", 0))),
        settings=int(str(body.get("settings", 0))),
        records={scope: (int(f[0]), int(f[1]), int(f[2]), int(f[3])) for scope, f in records.items()},
        links=_numbers(body.get("links")),
        decisions=_numbers(body.get("decisions")),
        whole_at=datetime.fromisoformat(whole_at),
    )


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(int(n) for n in value) if isinstance(value, list) else ()
