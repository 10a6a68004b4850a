"""Boards: every write to a system stands on exactly one of them, so their counts add up (B06)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Board:
    """One board: the statuses on it and what they mean for a person."""

    name: str
    title: str
    statuses: tuple[str, ...]
    meaning: str
    can_send_again: bool = False


BOARDS: tuple[Board, ...] = (
    Board("waiting", "Waiting", ("staged",), "Approved, to be sent by the next push."),
    Board("processing", "Processing", ("sending",), "Being sent now, or sent without an answer yet."),
    Board("failed", "Failed", ("failed", "reconnect"), "Refused by the other system: put it right, send again.", True),
    Board("held", "Held", ("conflict", "raced"), "The record is not as it was when approved: look at it again.", True),
    Board("done", "Done", ("done",), "The other system shows it."),
    Board("taken-back", "Taken back", ("withdrawn",), "Withdrawn before it was sent."),
)


def board(name: str) -> Board:
    """The board of that name, the first when there is none."""
    return next((b for b in BOARDS if b.name == name), BOARDS[0])


def count_boards(by_status: Mapping[str, int]) -> dict[str, int]:
    """How many writes stand on each board; statuses that we do not know are counted as held, never dropped."""
    counts = {b.name: sum(by_status.get(status, 0) for status in b.statuses) for b in BOARDS}
    known = {status for b in BOARDS for status in b.statuses}
    counts["held"] += sum(count for status, count in by_status.items() if status not in known)
    return counts
