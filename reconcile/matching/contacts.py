"""Contacts: matching two systems and finding duplicates inside one."""

import pandas as pd

from reconcile.matching.duplicates import group_duplicates
from reconcile.matching.engine import match_columns
from reconcile.matching.result import CANDIDATE_COLUMNS, DUPLICATE_COLUMNS, PAIR_COLUMNS, MatchResult, Memory
from reconcile.matching.suggestions import alternatives, suggestions
from reconcile.matching.table import EXTRA_COLUMNS, MATCH_COLUMNS

NO_MEMORY = Memory()


def match_contacts(left: pd.DataFrame, right: pd.DataFrame, memory: Memory = NO_MEMORY) -> MatchResult:
    """Suggests which contact of ``left`` is which of ``right``, one to one, with reasons.

    Frames have the match columns (text; any but ``id`` may be missing), optionally ``contact_number``, ``account_number``
    and ``site_street``, ``site_suburb``, ``site_state``, ``site_postcode``. Ids must be distinct within a frame.
    """
    sides = columns_of(left), columns_of(right)
    matches = match_columns(*sides, memory.rejected)
    ids = sides[0]["id"], sides[1]["id"]
    return MatchResult(
        pairs=pd.DataFrame(suggestions(matches, *ids), columns=PAIR_COLUMNS),
        candidates=pd.DataFrame(alternatives(matches, *ids), columns=CANDIDATE_COLUMNS),
    )


def find_duplicate_contacts(frame: pd.DataFrame) -> pd.DataFrame:
    """Groups records of one system that seem to be the same contact: one row per record, DUPLICATE_COLUMNS."""
    return pd.DataFrame(group_duplicates(columns_of(frame)), columns=DUPLICATE_COLUMNS)


def columns_of(frame: pd.DataFrame) -> dict[str, list[str]]:
    """The columns the engine knows, as lists of text; missing values become empty."""
    if frame["id"].duplicated().any():
        twice = sorted(frame["id"][frame["id"].duplicated()].astype(str))[:3]
        raise ValueError(f"ids must be distinct; found twice: {', '.join(twice)}")
    known = [name for name in (*MATCH_COLUMNS, *EXTRA_COLUMNS) if name in frame.columns]
    return {name: _texts(frame[name]) for name in known}


def _texts(cells: "pd.Series[str]") -> list[str]:
    return [cell if isinstance(cell, str) else "" if pd.isna(cell) else str(cell) for cell in cells.tolist()]
