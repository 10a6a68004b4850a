"""Write the reports of a run, and show its counts in Prefect."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from reconcile.stages.report import Reported, write_reports
from reconcile.stages.services import open_services
from tasks.edge import EDGE
from tasks.progress import tell
from tasks.run import RunInProgress


@task(name="report", task_run_name="write the reports", **EDGE)
def report(run: RunInProgress) -> Reported:
    """Write match reports, workbooks and the summary page; returns where they are."""
    with open_services(org=run.org) as services:
        reported = write_reports(services, run.seq)
    tell(f"reports written to {reported.folder}")
    return reported


@task(name="show", task_run_name="show the counts", **EDGE)
def show(run: RunInProgress, reported: Reported) -> None:
    """Counts and ids as artifacts, without personal data."""
    create_table_artifact(
        key=f"counts-{run.org}", table=count_rows(run.counts), description=f"What run {run.id} did, by step."
    )
    create_markdown_artifact(key=f"summary-{run.org}", markdown=summary_words(run, reported))


def count_rows(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Nested counts as rows of step, what, count."""
    return [
        {"step": step, "what": what, "count": count}
        for step, figures in counts.items()
        if isinstance(figures, Mapping)
        for what, count in figures.items()
    ]


def summary_words(run: RunInProgress, reported: Reported) -> str:
    """The run in a few lines that can be read on a phone."""
    lines = [f"# {run.org}: run {run.id}", "", "| step | figures |", "|---|---|"]
    lines += [f"| {step} | {_words(figures)} |" for step, figures in run.counts.items()]
    return "\n".join([*lines, "", f"Reports: `{reported.folder}`", f"Summary page: `{reported.summary}`", ""])


def _words(figures: object) -> str:
    if isinstance(figures, Mapping):
        return ", ".join(f"{what} {count}" for what, count in figures.items()) or "nothing"
    if isinstance(figures, Sequence) and not isinstance(figures, str):
        return ", ".join(str(item) for item in figures)
    return str(figures)
