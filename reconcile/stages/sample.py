"""What the demo needs: an analyst who fills in match reports from the sample's truth, and figures against that truth."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.pricing import detect_basis
from reconcile.proposals import Proposal, ReviewRow
from reconcile.records import Entity, Product
from reconcile.reports.files import write_csv
from reconcile.reports.match_report import REPORT_COLUMNS
from reconcile.sandbox.generate.measure import Agreement, measure
from reconcile.stages.report import ENTITIES
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.organisations import save_settings
from reconcile.store.review import review_rows

Truth = Mapping[str, str]


@dataclass(frozen=True)
class Score:
    """How the engine did against the truth, for one entity: all suggested links, and those called safe."""

    entity: Entity
    suggested: Agreement
    auto: Agreement


@dataclass(frozen=True)
class Judged:
    """The files that the analyst filled in, and how the engine's suggestions compare with the truth."""

    files: tuple[Path, ...]
    scores: tuple[Score, ...]


def set_price_basis(services: Services, by: str) -> str:
    """Answer whether Xero's prices include GST as the matched prices suggest (A33, A34); returns the evidence."""
    with reading(services.engine) as session:
        rows = review_rows(session, services.org, "products")
    evidence = detect_basis(
        [
            (row.record.price, {"true": True, "false": False}.get(row.record.gst_included), row.other.price)
            for row in rows
            if row.proposal.suggested == "link"
            and isinstance(row.record, Product)
            and isinstance(row.other, Product)
            and row.record.price is not None
            and row.other.price is not None
        ]
    )
    settings = services.settings_of_org.model_copy(update={"xero_price_basis": evidence.basis or "EX"})
    with writing(services.engine) as session:
        save_settings(session, services.org_id, settings, by, services.clock.now())
    return evidence.notice


def judge_reports(services: Services, reports: Mapping[str, Path], world: Path) -> Judged:
    """Fill in the match reports from a world folder's truth and score the suggestions."""
    files, scores = [], []
    for entity in ENTITIES:
        pairs = read_truth(world / "truth" / f"{entity}.csv")
        with reading(services.engine) as session:
            rows = review_rows(session, services.org, entity)
        scores.append(score(world, entity, rows))
        if entity in reports:
            files.append(fill_in(reports[entity], rows, pairs))
    return Judged(tuple(files), tuple(scores))


def read_truth(path: Path) -> Truth:
    """The true pairs, Pooltrackr id to Xero id."""
    with path.open(newline="", encoding="utf-8-sig") as handle:
        return {row["left_id"]: row["right_id"] for row in csv.DictReader(handle) if row["right_id"]}


def score(world: Path, entity: Entity, rows: Sequence[ReviewRow]) -> Score:
    """Compare the suggested links with the truth of a world folder."""
    links = [row.proposal for row in rows if row.proposal.suggested == "link"]
    safe = [proposal for proposal in links if proposal.confidence == "auto"]
    return Score(entity, measure(world, entity, _pairs(links)), measure(world, entity, _pairs(safe)))


def _pairs(links: Sequence[Proposal]) -> list[tuple[str, str]]:
    return [(proposal.record_id, proposal.suggested_id) for proposal in links]


def fill_in(report: Path, rows: Sequence[ReviewRow], truth: Truth) -> Path:
    """Write the report again with a decision in each row, beside it, as an analyst would hand it back."""
    by_id = {row.proposal.id: row for row in rows}
    taken: set[str] = set()
    with report.open(newline="", encoding="utf-8-sig") as handle:
        cells = list(csv.DictReader(handle))
    for cell in cells:
        verdict, target = decide_from_truth(by_id[cell["proposal_id"]], truth, taken)
        cell["decision"], cell["decision_xero_id"] = verdict, target
    return write_csv(report.with_name(report.stem + "_decided.csv"), REPORT_COLUMNS, cells)


def decide_from_truth(row: ReviewRow, truth: Truth, taken: set[str]) -> tuple[str, str]:
    """Link what is truly the same, once; create customers that are only in one system; skip everything else."""
    proposal = row.proposal
    if proposal.kind == "update":
        return "update", ""
    if proposal.system == "xero":
        known = set(truth.values())
        return ("create", "") if proposal.suggested == "create" and proposal.record_id not in known else ("skip", "")
    target = truth.get(proposal.record_id, "")
    if target and target not in taken and target in {c.id for c in proposal.candidates}:
        taken.add(target)
        return "link", target
    flagged = any(flag.startswith("duplicate") or flag == "archived_in_xero" for flag in row.flags)
    if target or flagged or proposal.entity != "contacts" or proposal.suggested != "create":
        return "skip", ""
    return "create", ""
