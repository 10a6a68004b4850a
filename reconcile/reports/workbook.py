"""The Excel workbook: a frozen header, filters, drop-downs, locked cells, coloured flags and a sheet that explains."""

from collections.abc import Mapping, Sequence
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

_COLOURS = {"header": "1F4E78", "yours": "FFF8DC", "urgent": "F8CBAD", "flagged": "FFE699", "safe": "E2EFDA"}

Row = Mapping[str, str]
Sheet = Any  # openpyxl's stubs know neither the write-only sheet nor its cells
Cell = Any


def build_workbook(columns: Sequence[str], rows: Sequence[Row], *, title: str, about: str) -> Workbook:
    """A workbook of one table; about 20,000 rows take a few seconds.

    The candidates of a row stand in hidden columns at its end, so that their drop-down moves with the row.
    """
    workbook = Workbook(write_only=True)
    for style in _styles():
        workbook.add_named_style(style)
    sheet: Sheet = workbook.create_sheet(_sheet_name(title))
    wide = [*columns, *CHOICES] if "decision_xero_id" in columns else list(columns)
    _prepare(sheet, wide, len(rows))
    sheet.append([_cell(sheet, column, "header") for column in wide])
    for row in rows:
        texts = [*(inert(row.get(column, "")) for column in columns), *_choices(row)][: len(wide)]
        sheet.append([_styled(sheet, column, text) for column, text in zip(wide, texts, strict=True)])
    _add_drop_downs(sheet, wide, len(rows))
    _explain(workbook, columns, about)
    return workbook


def _prepare(sheet: Sheet, columns: Sequence[str], rows: int) -> None:
    frozen = columns.index("xero_id") if "xero_id" in columns else 0
    sheet.freeze_panes = f"{get_column_letter(min(frozen, 3) + 1)}2"
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


def _styles() -> list[NamedStyle]:
    """The looks by name, because a look made anew for every cell takes most of the time."""
    looks = {name: NamedStyle(name, fill=PatternFill("solid", start_color=c)) for name, c in _COLOURS.items()}
    looks["header"].font = Font(bold=True, color="FFFFFF")
    looks["yours"].protection = Protection(locked=False)
    looks["link"] = NamedStyle("link", font=Font(color="0563C1", underline="single"))
    looks["title"] = NamedStyle("title", font=Font(bold=True, size=14))
    looks["bold"] = NamedStyle("bold", font=Font(bold=True))
    looks["wrapped"] = NamedStyle("wrapped", alignment=Alignment(wrap_text=True, vertical="top"))
    return list(looks.values())


def _styled(sheet: Sheet, column: str, text: str) -> Cell | str | None:
    if column in FILL_IN_COLUMNS:
        return _cell(sheet, text, "yours")
    if column == "flags" and text:
        return _cell(sheet, text, "urgent" if any(flag in text for flag in FIRST_FLAGS) else "flagged")
    if column == "confidence" and text == "auto":
        return _cell(sheet, text, "safe")
    if column == "xero_url" and text.startswith("https://"):
        linked = _cell(sheet, text, "link")
        linked.hyperlink = text
        return linked
    return text or None


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


def _add_drop_downs(sheet: Sheet, columns: Sequence[str], rows: int) -> None:
    if "decision" not in columns or not rows:
        return
    verdicts = DataValidation(type="list", formula1=f'"{",".join(VERDICTS)}"', allow_blank=True)
    verdicts.error = f"Choose one of: {', '.join(VERDICTS)}."
    verdicts.prompt = "Your decision. Leave it empty if you are not sure."
    _validate(sheet, verdicts, columns.index("decision"), rows)
    first, last = (get_column_letter(columns.index(name) + 1) for name in (CHOICES[0], CHOICES[-1]))
    records = DataValidation(type="list", formula1=f"=${first}2:${last}2", allow_blank=True)
    records.showErrorMessage = False
    records.prompt = "Another Xero record, if the one in this row is wrong: choose it, or paste its id."
    _validate(sheet, records, columns.index("decision_xero_id"), rows)


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
