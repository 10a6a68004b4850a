"""What the demo needs: an analyst who fills in match reports from the sample's truth, and figures against that truth."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.pricing import detect_basis
from reconcile.proposals import ReviewRow
from reconcile.records import Entity, Product
from reconcile.reports.files import write_csv
from reconcile.reports.match_report import REPORT_COLUMNS
from reconcile.stages.report import ENTITIES
from reconcile.stages.services import Services
from reconcile.store.engine import reading, writing
from reconcile.store.organisations import save_settings
from reconcile.store.review import review_rows

Truth = Mapping[str, str]


@dataclass(frozen=True)
class Score:
    """How the engine did against the truth, for one entity. Shares from 0 to 1."""

    entity: Entity
    auto: int
    auto_right: int
    suggested: int
    suggested_right: int
    true_pairs: int

    @property
    def precision(self) -> float:
        """Share of suggested links that are right."""
        return self.suggested_right / self.suggested if self.suggested else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that were suggested."""
        return self.suggested_right / self.true_pairs if self.true_pairs else 1.0

    @property
    def auto_precision(self) -> float:
        """Share of links called safe that are right."""
        return self.auto_right / self.auto if self.auto else 1.0


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


def judge_reports(services: Services, reports: Mapping[str, Path], truth: Path) -> Judged:
    """Fill in the match reports and score the suggestions."""
    files, scores = [], []
    for entity in ENTITIES:
        pairs = read_truth(truth / f"{entity}.csv")
        with reading(services.engine) as session:
            rows = review_rows(session, services.org, entity)
        scores.append(score(entity, rows, pairs))
        if entity in reports:
            files.append(fill_in(reports[entity], rows, pairs))
    return Judged(tuple(files), tuple(scores))


def read_truth(path: Path) -> Truth:
    """The true pairs, Pooltrackr id to Xero id."""
    with path.open(newline="", encoding="utf-8-sig") as handle:
        return {row["left_id"]: row["right_id"] for row in csv.DictReader(handle) if row["right_id"]}


def score(entity: Entity, rows: Sequence[ReviewRow], truth: Truth) -> Score:
    """Compare the suggested links with the truth."""
    links = [row.proposal for row in rows if row.proposal.suggested == "link"]
    auto = [p for p in links if p.confidence == "auto"]
    return Score(
        entity,
        len(auto),
        sum(truth.get(p.record_id) == p.suggested_id for p in auto),
        len(links),
        sum(truth.get(p.record_id) == p.suggested_id for p in links),
        len(truth),
    )


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
