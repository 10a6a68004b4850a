"""Report: what people judge, as CSV and workbook, and the summary page of the run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session

from reconcile.content import digest
from reconcile.invoicing.reasons import REASONS
from reconcile.records import Entity, System
from reconcile.reports.families import Report, duplicate_report, match_reports, price_report
from reconcile.reports.files import write_report
from reconcile.reports.summary import GateState, ProposalCount, Quality, Summary, write_summary
from reconcile.stages.gates import read_gates
from reconcile.stages.kept_files import copy_kept, note_kept
from reconcile.stages.pull import PULLED
from reconcile.stages.services import Services
from reconcile.store import tables
from reconcile.store.engine import reading
from reconcile.store.flags import standing_flags
from reconcile.store.naming import read_names
from reconcile.store.outbox import count_by_status
from reconcile.store.proposals import scores_of
from reconcile.store.review import review_rows
from reconcile.store.review_findings import count_places
from reconcile.store.review_list import count_open, finding_of
from reconcile.store.snapshots import Scope, count_current, current_records
from reconcile.store.sync_quiet import review_state

ENTITIES: tuple[Entity, ...] = ("contacts", "products")
MONEY: tuple[Entity, ...] = ("invoices", "payments")
EDITION = 2
"""Raised when columns or words of the reports change, so that none of an earlier program's is copied."""


@dataclass(frozen=True)
class Reported:
    """Where the reports of a run are; ``main`` are the match reports that people fill in, by entity."""

    folder: Path
    summary: Path
    main: Mapping[str, Path]
    files: tuple[tuple[str, Path], ...]


def write_reports(services: Services, run_seq: int, quality: Sequence[Quality] = ()) -> Reported:
    """Write all reports of a run into a folder of its own and the summary page beside them."""
    with reading(services.engine) as session:
        run = session.get_one(tables.Run, run_seq)
        summary = _summary(session, services, run)
        state = review_state(session, services.org_id, ENTITIES, services.settings_version)
    folder = services.settings.reports_dir / services.org_id / run.id
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = _tables_of(services, digest([state, services.org.short_code, EDITION]), folder, run.id)
    files = tuple((title, path) for _, title, path in written)
    main: dict[str, Path] = {s: path for s, _, path in written if s in ENTITIES and path.suffix == ".csv"}
    shown = [file for file in files if file[1].parent == folder and file[1].suffix == ".xlsx"]
    page = write_summary(folder / "summary.html", replace(summary, reports=tuple(shown), quality=tuple(quality)))
    return Reported(folder, page, main, files)


def _tables_of(services: Services, state: str, folder: Path, run_id: str) -> list[tuple[str, str, Path]]:
    """The tables that people judge, each as CSV and workbook with stem and title; those of an earlier run when they would be the same."""
    known = copy_kept(services, "matches", state, folder, run_id)
    if known is not None:
        return [(stem, title, path) for (stem, title), path in zip(known["about"], known["paths"], strict=True)]
    with reading(services.engine) as session:
        reports = [report for entity in ENTITIES for report in _reports(session, services.org, entity)]
    about = f"{services.org.name}, Xero organisation {services.org.xero_tenant_id}, made by run {run_id}"
    written = [
        (report.stem, report.title, path)
        for report in reports
        if report.rows
        for path in write_report(_place(folder, report), report, run_id, about=about)
    ]
    named = [[stem, title] for stem, title, _ in written]
    note_kept(services, "matches", state, folder, run_id, [path for *_, path in written], {"about": named})
    return written


def _place(folder: Path, report: Report) -> Path:
    """Reports of one flag each stand in a folder of their own, so that the match reports are seen first."""
    place = folder / "by_flag" if report.stem.startswith("flag_") else folder
    place.mkdir(exist_ok=True, mode=0o700)
    return place


def _reports(session: Session, org: tables.Organisation, entity: Entity) -> list[Report]:
    rows, flags = review_rows(session, org, entity), standing_flags(session, org.id, entity)
    named = read_names(session, org.id, (flag.detail for flag in flags))
    rows = [replace(row, details=tuple(named(detail) for detail in row.details)) for row in rows]
    found = [replace(finding_of(flag), detail=named(flag.detail)) for flag in flags]
    reports = list(match_reports(entity, rows))
    systems: tuple[System, ...] = ("pooltrackr", "xero")
    for system in systems:
        records = {record.id: record for record in current_records(session, Scope(org.id, system, entity))}
        reports.append(duplicate_report(entity, system, found, records))
    if entity == "products":
        prices = {(one.system, one.record_id): one for one in found if one.name == "price_mismatch"}
        by_proposal = {
            row.proposal.id: prices[row.proposal.system, row.proposal.record_id]
            for row in rows
            if (row.proposal.system, row.proposal.record_id) in prices
        }
        classes = {key: one.group_id for key, one in by_proposal.items()}
        reports.append(price_report(rows, classes, {key: one.detail for key, one in by_proposal.items()}))
    return reports


def _summary(session: Session, services: Services, run: tables.Run) -> Summary:
    org_id = services.org_id
    flags = standing_flags(session, org_id)
    gates = read_gates(session, org_id, services.settings_of_org)
    named = read_names(session, org_id, (blocker for gate in gates for blocker in gate.blockers))
    pushed = {entity: count_by_status(session, org_id, entity) for entity in (*ENTITIES, *MONEY)}
    return Summary(
        organisation=services.org.name,
        tenant=services.org.xero_tenant_id,
        run_id=run.id,
        started_at=run.started_at,
        finished_at=run.finished_at or services.clock.now(),
        timezone=services.org.timezone,
        pulled=[
            (system, entity, count_current(session, Scope(org_id, system, entity)))
            for system, entities in PULLED.items()
            for entity in entities
        ],
        proposals=[
            ProposalCount(entity=entity, suggested=suggested, confidence=confidence, count=count)
            for (entity, suggested, confidence), count in count_open(session, org_id, (*ENTITIES, *MONEY)).items()
        ],
        gates=[
            GateState(name=gate.name, is_open=gate.is_open, reasons=tuple(named(text) for text in gate.blockers))
            for gate in gates
        ],
        flags=Counter(flag.name for flag in flags),
        price_classes=Counter(flag.group_id for flag in flags if flag.name == "price_mismatch"),
        pushed={entity: counts.get("done", 0) for entity, counts in pushed.items()},
        waiting={entity: counts.get("staged", 0) + counts.get("sending", 0) for entity, counts in pushed.items()},
        held={entity: count_places(session, org_id, entity, tuple(REASONS)) for entity in MONEY},
        failed={
            entity: sum(counts.get(status, 0) for status in ("failed", "conflict", "raced"))
            for entity, counts in pushed.items()
        },
        scores={entity: scores_of(session, org_id, entity) for entity in ENTITIES},
    )
