"""Which reports there are: the match report of an entity and the smaller ones that are cut from it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.flagging import Raised
from reconcile.proposals import ReviewRow
from reconcile.records import Entity, Product, Record, System
from reconcile.reports.attention import attention
from reconcile.reports.evidence_words import detail_in_words
from reconcile.reports.flag_words import flag_words
from reconcile.reports.inert import inert
from reconcile.reports.match_report import REPORT_COLUMNS, report_row
from reconcile.reports.wording import details, money, name_of

Rows = list[dict[str, str]]

DUPLICATE_COLUMNS: tuple[str, ...] = ("group", "id", "name", "details", "why")
PRICE_COLUMNS: tuple[str, ...] = (
    "class",
    "explanation",
    "pooltrackr_id",
    "pooltrackr_code",
    "pooltrackr_name",
    "pooltrackr_price",
    "pooltrackr_gst",
    "xero_id",
    "xero_code",
    "xero_name",
    "xero_price",
    "xero_url",
    "proposal_id",
)


@dataclass(frozen=True)
class Report:
    """One table for people: ``stem`` begins its file name, ``title`` heads its page in the workbook."""

    stem: str
    title: str
    columns: tuple[str, ...]
    rows: Rows


def file_name(stem: str, run_id: str, ending: str = "csv") -> str:
    """The name of a report's file, such as contacts_R42.csv."""
    return f"{stem}_{run_id}.{ending}"


def match_reports(entity: Entity, rows: Sequence[ReviewRow]) -> tuple[Report, ...]:
    """The match report, what only one system has, and one report per flag; the first always, the others when not empty.

    All have REPORT_COLUMNS, so any of them can be filled in and handed back.
    """
    ordered = sorted(rows, key=attention)
    found = [
        (
            "only_in_pooltrackr_" + entity,
            f"{entity} only in Pooltrackr",
            [r for r in ordered if _only(r, "pooltrackr")],
        ),
        ("only_in_xero_" + entity, f"{entity} only in Xero", [r for r in ordered if _only(r, "xero")]),
    ]
    for flag in sorted({flag for row in ordered for flag in row.flags}):
        flagged = [row for row in ordered if flag in row.flags]
        found.append((f"flag_{flag}_{entity}", f"{entity}: {flag_words(flag)}", flagged))
    cut = [_report(stem, title, chosen) for stem, title, chosen in found if chosen]
    return (_report(entity, entity, ordered), *cut)


def duplicate_report(
    entity: Entity, system: System, findings: Sequence[Raised], records: Mapping[str, Record]
) -> Report:
    """Records of one system that look like the same thing, group by group."""
    groups: dict[str, list[Raised]] = defaultdict(list)
    for finding in findings:
        if (finding.entity, finding.system, finding.name) == (entity, system, f"duplicate_in_{system}"):
            groups[finding.group_id or finding.record_id].append(finding)
    rows = [
        _duplicate(number, finding, records.get(finding.record_id))
        for number, group in enumerate((groups[key] for key in sorted(groups)), start=1)
        for finding in sorted(group, key=lambda f: f.record_id)
    ]
    title = f"{entity} that {system.capitalize()} may have twice"
    return Report(f"duplicates_in_{system}_{entity}", title, DUPLICATE_COLUMNS, rows)


def price_report(rows: Sequence[ReviewRow], classes: Mapping[str, str], words: Mapping[str, str]) -> Report:
    """Products whose prices differ; ``classes`` names the kind of difference by proposal id, ``words`` explains it (C06)."""
    chosen = [row for row in sorted(rows, key=attention) if row.proposal.id in classes]
    chosen.sort(key=lambda row: classes[row.proposal.id])
    table = [_price(row, classes[row.proposal.id], words.get(row.proposal.id, "")) for row in chosen]
    return Report("price_mismatches_products", "products whose prices differ", PRICE_COLUMNS, table)


def _only(row: ReviewRow, system: System) -> bool:
    proposal = row.proposal
    return proposal.kind == "match" and proposal.system == system and proposal.suggested != "link"


def _report(stem: str, title: str, rows: Sequence[ReviewRow]) -> Report:
    return Report(stem, title[:1].upper() + title[1:], REPORT_COLUMNS, [report_row(row) for row in rows])


def _duplicate(number: int, finding: Raised, record: Record | None) -> dict[str, str]:
    texts = (f"group {number}", finding.record_id, name_of(record), details(record), detail_in_words(finding.detail))
    return {column: inert(text) for column, text in zip(DUPLICATE_COLUMNS, texts, strict=True)}


def _price(row: ReviewRow, price_class: str, words: str) -> dict[str, str]:
    ours, theirs = (row.record, row.other) if row.proposal.system == "pooltrackr" else (row.other, row.record)
    cells = {"class": price_class, "explanation": words, "xero_url": row.xero_url}
    cells["proposal_id"] = row.proposal.id
    for side, record in (("pooltrackr", ours), ("xero", theirs)):
        if isinstance(record, Product):
            cells |= {f"{side}_id": record.id, f"{side}_code": record.code, f"{side}_name": record.name}
            cells[f"{side}_price"] = money(record.price)
    if isinstance(ours, Product):
        cells["pooltrackr_gst"] = {"true": "INC", "false": "EX"}.get(ours.gst_included, "")
    return {column: inert(cells.get(column, "")) for column in PRICE_COLUMNS}
