"""The Excel workbook: a frozen header, filters, drop-downs, locked cells, coloured flags and a sheet that explains."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from reconcile.decisions import VERDICTS
from reconcile.reports.attention import FIRST_FLAGS
from reconcile.reports.guide import SHEET, guide_lines, width
from reconcile.reports.inert import inert
from reconcile.reports.match_report import FILL_IN_COLUMNS
from reconcile.reports.wording import BETWEEN

CHOICES: tuple[str, ...] = ("choice_1", "choice_2", "choice_3")
IN_SIGHT: tuple[str, ...] = ("flags", "pooltrackr_name", "xero_name")
"""What stays in sight while a person scrolls to the columns that are theirs; an id tells nobody which row it is."""
FRONT: tuple[str, ...] = (
    *IN_SIGHT, "score", "suggested", *FILL_IN_COLUMNS, "reasons", "against", "explanation", "changes",
    "pooltrackr_details", "xero_details",
)  # fmt: skip
LONG: frozenset[str] = frozenset(
    {"reasons", "against", "explanation", "changes", "pooltrackr_details", "xero_details", "details", "why"}
)
MOST_LINKS = 60_000  # Excel calls a sheet with more than 65,530 links damaged

_COLOURS = {"header": "1F4E78", "yours": "FFF8DC", "urgent": "F8CBAD", "flagged": "FFE699", "safe": "E2EFDA"}

Row = Mapping[str, str]
Sheet = Any  # openpyxl's stubs know neither the write-only sheet nor its cells
Cell = Any


def build_workbook(
    columns: Sequence[str], rows: Sequence[Row], *, title: str, about: str, most_links: int = MOST_LINKS
) -> Workbook:
    """A workbook of one table; about 20,000 rows take a few seconds.

    The candidates of a row stand in hidden columns at its end, so that their drop-down moves with the row.
    """
    workbook = Workbook(write_only=True)
    for style in _styles():
        workbook.add_named_style(style)
    sheet: Sheet = workbook.create_sheet(_sheet_name(title))
    ordered = in_order(columns)
    wide = [*ordered, *CHOICES] if "decision_xero_id" in columns else ordered
    _prepare(sheet, wide, len(rows))
    sheet.append([_cell(sheet, column, "header") for column in wide])
    for number, row in enumerate(rows):
        texts = [*(inert(row.get(column, "")) for column in ordered), *_choices(row)][: len(wide)]
        is_linked = number < most_links
        sheet.append([_styled(sheet, column, text, is_linked) for column, text in zip(wide, texts, strict=True)])
    _add_drop_downs(sheet, wide, rows)
    _explain(workbook, ordered, about)
    return workbook


def in_order(columns: Sequence[str]) -> list[str]:
    """The columns as a person works through them: what a row is about, what is theirs, why, and the ids last.

    A table that nobody fills in stays as it is.
    """
    if "decision" not in columns:
        return list(columns)
    front = [column for column in FRONT if column in columns]
    return [*front, *(column for column in columns if column not in front)]


def _prepare(sheet: Sheet, columns: Sequence[str], rows: int) -> None:
    frozen = len(IN_SIGHT) if columns[: len(IN_SIGHT)] == list(IN_SIGHT) else min(3, len(columns) - 1)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{rows + 1}"
    for number, column in enumerate(columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = width(column)
        dimension.hidden = column in CHOICES
    if "decision" in columns:
        sheet.protection.sheet = True
        sheet.protection.autoFilter = False
        sheet.protection.sort = False
        sheet.protection.formatColumns = False
        sheet.protection.formatRows = False


def _styles() -> list[NamedStyle]:
    """The looks by name, because a look made anew for every cell takes most of the time."""
    looks = {name: NamedStyle(name, fill=PatternFill("solid", start_color=c)) for name, c in _COLOURS.items()}
    looks["header"].font = Font(bold=True, color="FFFFFF")
    looks["yours"].protection = Protection(locked=False)
    looks["link"] = NamedStyle("link", font=Font(color="0563C1", underline="single"))
    looks["title"] = NamedStyle("title", font=Font(bold=True, size=14))
    looks["bold"] = NamedStyle("bold", font=Font(bold=True))
    looks["wrapped"] = NamedStyle("wrapped", alignment=Alignment(wrap_text=True, vertical="top"))
    looks["long"] = NamedStyle("long", alignment=Alignment(wrap_text=True))
    for name in ("yours", "urgent", "flagged"):
        looks[name].alignment = Alignment(wrap_text=True)
    return list(looks.values())


def _styled(sheet: Sheet, column: str, text: str, is_linked: bool) -> Cell | str | float | None:
    number = _number(column, text)
    if number is not None:
        return number
    look = _look(column, text)
    if not look or (look == "link" and not is_linked):
        return text or None
    cell = _cell(sheet, text, look)
    if look == "link":
        cell.hyperlink = text
    return cell


def _look(column: str, text: str) -> str:
    """The name of a cell's look, "" for a plain one."""
    if column in FILL_IN_COLUMNS:
        return "yours"
    if column == "flags" and text:
        return "urgent" if any(flag in text for flag in FIRST_FLAGS) else "flagged"
    if column in LONG and len(text) > width(column):
        return "long"
    if column == "xero_url" and text.startswith("https://"):
        return "link"
    return "safe" if column == "confidence" and text == "auto" else ""


def _number(column: str, text: str) -> float | None:
    """A score or price as a number, so that Excel can filter for those above another; codes stay text."""
    if not column.endswith(("score", "_price")):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _cell(sheet: Sheet, text: str, style: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=text or None)
    cell.style = style
    return cell


def _choices(row: Row) -> list[str]:
    """The candidates of a row as the drop-down shows them: id, name and score."""
    places = [("xero_id", "xero_name", "score")]
    places += [(f"candidate_{n}_id", f"candidate_{n}_name", f"candidate_{n}_score") for n in (2, 3)]
    sides = [[row.get(column, "") for column in columns] for columns in places]
    return [inert(BETWEEN.join(part for part in side if part)) for side in sides]


def _add_drop_downs(sheet: Sheet, columns: Sequence[str], rows: Sequence[Row]) -> None:
    if "decision" not in columns or not rows:
        return
    offered = offered_verdicts(rows)
    verdicts = DataValidation(type="list", formula1=f'"{",".join(offered)}"', allow_blank=True)
    verdicts.showErrorMessage = True
    verdicts.errorTitle, verdicts.error = "Not a decision", f"Choose one of: {', '.join(offered)}."
    verdicts.prompt = "Your decision. Leave it empty if you are not sure."
    _validate(sheet, verdicts, columns.index("decision"), len(rows))
    first, last = (get_column_letter(columns.index(name) + 1) for name in (CHOICES[0], CHOICES[-1]))
    records = DataValidation(type="list", formula1=f"${first}2:${last}2", allow_blank=True)
    records.showErrorMessage = False
    records.prompt = "Another Xero record, if the one in this row is wrong: choose it, or paste its id."
    _validate(sheet, records, columns.index("decision_xero_id"), len(rows))


def offered_verdicts(rows: Sequence[Row]) -> tuple[str, ...]:
    """The decisions of the drop-down: what may be decided on some row of the table, nothing that all would refuse."""
    always: set[str] = {"skip", "ignore"}
    some = {row.get("suggested", "") for row in rows} | {"update" for row in rows if row.get("changes")}
    matches = any(not row.get("changes") and row.get("suggested") not in ("void", "unlink") for row in rows)
    some |= {"link", "create"} if matches else set()
    return tuple(verdict for verdict in VERDICTS if verdict in always | some)


def _validate(sheet: Sheet, rule: DataValidation, index: int, rows: int) -> None:
    letter = get_column_letter(index + 1)
    rule.showInputMessage = True
    rule.add(f"{letter}2:{letter}{rows + 1}")
    sheet.data_validations.append(rule)


def _explain(workbook: Workbook, columns: Sequence[str], about: str) -> None:
    sheet: Sheet = workbook.create_sheet(SHEET)
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 100
    sheet.protection.sheet = True
    for left, right in guide_lines(columns, about):
        heading = bool(left) and not right and not left[0].isdigit() and len(left) < 40
        look = "title" if heading else "bold" if right else "wrapped" if len(left) < 40 else "Normal"
        sheet.append([_cell(sheet, inert(left), look), _cell(sheet, inert(right), "wrapped")])


def _sheet_name(title: str) -> str:
    return "".join(character for character in title if character not in "[]:*?/\\'")[:31] or "Report"
