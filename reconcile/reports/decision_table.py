"""From a table of text, header first, to decision rows; every cell that cannot be trusted is named."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from reconcile.decisions import DecisionRow, Problem
from reconcile.errors import DecisionsRejected
from reconcile.reports.match_report import DECISION_COLUMNS, bare_basis
from reconcile.reports.wording import BETWEEN

MOST_ROWS = 200_000
MOST_COLUMNS = 500
LONGEST_CELL = 10_000

_LOOKED_THROUGH = 20  # rows in which the header is looked for: people write a title above it
_IDS = ("proposal_id", "basis", "decision_xero_id")
_RUINED = re.compile(r"\d+[.,]\d+[eE][+-]?\d+|\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?|\d\d?[./]\d\d?[./]\d{2,4}")
_MANDATORY = ("proposal_id", "basis", "decision")
_MOST_PROBLEMS = 200
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")

Table = Sequence[Sequence[str]]


def decisions_of(table: Table, name: str) -> list[DecisionRow]:
    """The decision rows of a table below its header, above which a title may stand.

    Row numbers are those that a spreadsheet shows. Raises DecisionsRejected naming every bad cell (200 at most).
    """
    start = header_place(table)
    if start is None:
        raise DecisionsRejected(f"{name} is empty.", remedy="Hand back the report that you filled in.")
    places, header = _columns(table[start], start + 1, name)
    rows, problems = [], list[Problem]()
    for number, cells in enumerate(table[start + 1 :], start=start + 2):
        if not any(cell.strip() for cell in cells):
            continue
        found = _problems_of(number, cells, header, places)
        problems += found
        if not found:
            rows.append(_row(number, cells, places))
    if len(rows) > MOST_ROWS:
        raise DecisionsRejected(
            f"{name} has {len(rows)} rows; a report has at most {MOST_ROWS}.",
            remedy="Check that it is the right file.",
        )
    if problems:
        raise rejected(name, problems)
    return rows


def header_place(rows: Iterable[Sequence[str]]) -> int | None:
    """Which row is the header: the one that names our columns, else the first with content; None when there is none."""
    first = None
    for place, cells in enumerate(rows):
        if is_header(cells):
            return place
        if first is None and any(cell.strip() for cell in cells):
            first = place
        if place >= _LOOKED_THROUGH and first is not None:
            break
    return first


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row names the columns that decisions are read from."""
    return {heading(cell) for cell in cells} >= {"proposal_id", "decision"}


def rejected(name: str, problems: Sequence[Problem]) -> DecisionsRejected:
    """The refusal of a whole file for some cells."""
    shown = [str(problem) for problem in problems[:_MOST_PROBLEMS]]
    if len(problems) > _MOST_PROBLEMS:
        shown.append(f"and {len(problems) - _MOST_PROBLEMS} more")
    places = "1 place" if len(problems) == 1 else f"{len(problems)} places"
    return DecisionsRejected(
        f"{name} was not applied: {places} in it cannot be used.",
        problems=tuple(shown),
        remedy="Correct them and hand the file in again.",
    )


def _columns(cells: Sequence[str], number: int, name: str) -> tuple[dict[str, int], list[str]]:
    header = [heading(cell) for cell in cells]
    if len(header) > MOST_COLUMNS:
        raise DecisionsRejected(
            f"{name} has {len(header)} columns; a report has fewer than {MOST_COLUMNS}.",
            remedy="Check that it is the right file.",
        )
    counts = Counter(header)
    problems = [
        _problem(number, column, "", "this column is missing.", "Start again from the report; do not delete columns.")
        for column in _MANDATORY
        if not counts[column]
    ] + [
        _problem(
            number, column, "", f"there are {counts[column]} columns of this name.", "Leave the one you filled in."
        )
        for column in DECISION_COLUMNS
        if counts[column] > 1
    ]
    if problems:
        raise rejected(name, problems)
    return {column: header.index(column) for column in DECISION_COLUMNS if counts[column]}, header


def heading(cell: str) -> str:
    """A column's name as it is compared: without case, outer spaces, a stray BOM, and with _ for spaces."""
    return "_".join(cell.strip("\ufeff \t\r\n'\"").lower().split())


def _problems_of(number: int, cells: Sequence[str], header: Sequence[str], places: dict[str, int]) -> list[Problem]:
    problems = []
    for index, cell in enumerate(cells):
        column = header[index] if index < len(header) else ""
        if index >= len(header) and cell.strip():
            advice = "Is there a separator inside a text? Save as Excel workbook instead."
            problems.append(_problem(number, str(index + 1), cell, "there is no column for this cell.", advice))
            break
        if len(cell) > LONGEST_CELL:
            message = f"this cell has {len(cell)} characters; at most {LONGEST_CELL} are read."
            problems.append(_problem(number, column, cell, message, "Shorten it."))
        elif column in places and _is_formula(column, cell):
            advice = "Type the value itself; in Excel, put an apostrophe in front of text that begins with = or -."
            problems.append(_problem(number, column, cell, "this is a formula or an error value.", advice))
    texts = {column: _at(cells, index) for column, index in places.items()}
    for column in _IDS if texts["decision"] else ():
        if _RUINED.fullmatch(texts.get(column, "")):
            advice = "Copy it from the report once more, as text; nothing is lost there."
            message = "a spreadsheet has made a number or a date of this."
            problems.append(_problem(number, column, texts[column], message, advice))
    if texts["decision"] and not texts["proposal_id"]:
        advice = "Copy it from the report; a row that has none there (it is held back) cannot be decided in this file."
        problems.append(_problem(number, "proposal_id", "", "a decision without a proposal.", advice))
    suggested = _at(cells, header.index("xero_id")) if "xero_id" in header else ""
    return problems or _contradiction(number, texts, suggested)


def _contradiction(number: int, texts: Mapping[str, str], suggested: str) -> list[Problem]:
    """Another record that is named where nothing is linked: one of the two is a slip, and nobody knows which."""
    named, decision = texts.get("decision_xero_id", ""), _plain(texts["decision"]).casefold()
    if named.split(BETWEEN)[0].strip() in ("", suggested) or decision not in ("", "create"):
        return []
    words = "another record is named, but the decision is " + ("create." if decision else "empty.")
    advice = "Write link into the column decision to link with it, or empty this cell."
    return [_problem(number, "decision_xero_id", named, words, advice)]


def _plain(decision: str) -> str:
    """A decision without what an eye hardly sees: kinds of spaces, wide letters, marks of no width."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", decision) if unicodedata.category(c) != "Cf")
    return seen.strip()


def _is_formula(column: str, cell: str) -> bool:
    text = cell.lstrip()
    if column == "note":
        return text.startswith("=")
    return text.startswith(_FORMULA_STARTS) or cell.startswith("\t") or text.startswith("#")


def _row(number: int, cells: Sequence[str], places: dict[str, int]) -> DecisionRow:
    texts = {column: _at(cells, index) for column, index in places.items()}
    return DecisionRow(
        row=number,
        proposal_id=texts["proposal_id"],
        basis=bare_basis(texts["basis"]),
        decision=_plain(texts["decision"]),
        decision_xero_id=texts.get("decision_xero_id", "").split(BETWEEN)[0].strip(),
        note=texts.get("note", ""),
    )


def _at(cells: Sequence[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""


def _problem(row: int, column: str, found: str, message: str, remedy: str) -> Problem:
    return Problem(row=row, column=column, found=found, message=message, remedy=remedy)
