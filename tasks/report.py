"""Write the reports of a run, and show in Prefect how things stand."""

from collections.abc import Mapping
from typing import Any

from prefect import task
from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact

from reconcile.reports.morning import morning_words
from reconcile.reports.trend import Night, as_data_url, score_picture, trend_picture
from reconcile.stages.report import Reported, write_reports
from reconcile.stages.services import open_services
from reconcile.stages.standing import TREND, count_standing, past_nights, read_morning, read_scores
from reconcile.store.engine import reading
from tasks.edge import EDGE
from tasks.progress import tell
from tasks.run import RunInProgress
from tasks.waiting import SHOWN, waiting_rows


@task(name="report", task_run_name="write the reports", **EDGE)
def report(run: RunInProgress) -> Reported:
    """Write match reports, workbooks and the summary page; returns where they are."""
    with open_services(org=run.org) as services:
        reported = write_reports(services, run.seq)
    tell(f"reports written to {reported.folder}")
    return reported


@task(name="show", task_run_name="show how things stand", **EDGE)
def show(run: RunInProgress, reported: Reported) -> dict[str, int]:
    """Summary, counts and pictures as artifacts, without personal data; returns what stands now."""
    with open_services(org=run.org) as services:
        with reading(services.engine) as session:
            today: dict[str, int] = {**count_standing(session, run.org), **run.counts.get("inspector", {})}
            nights = [*past_nights(session, run.org), Night("tonight", today)]
            scores = read_scores(session, run.org)
            waiting = waiting_rows(session, services.org, services.settings_of_org)
        words = morning_words(read_morning(services, run.id, today, str(reported.folder)))
    if run.dry_run:
        words = f"**Dry run: nothing was written to either system and nothing was approved.**\n\n{words}"
    create_markdown_artifact(key=f"morning-{run.org}", markdown=words, description=f"How things stand after {run.id}.")
    create_table_artifact(
        key=f"counts-{run.org}", table=count_rows(run.counts), description=f"What run {run.id} did, by step."
    )
    create_table_artifact(
        key=f"waiting-{run.org}",
        table=waiting,
        description=f"What waits for a person, the first {SHOWN}; all of it is in {reported.folder}",
    )
    create_image_artifact(
        key=f"scores-{run.org}",
        image_url=as_data_url(score_picture(scores, "How sure the suggested links are")),
        description="How sure the suggested links are: 0 different, 1 the same.",
    )
    create_image_artifact(
        key=f"trend-{run.org}",
        image_url=as_data_url(trend_picture(nights, TREND, "The last nights")),
        description=f"The last {len(nights)} nights.",
    )
    return today


def count_rows(counts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Nested counts as rows of what and count, so that a telephone shows both; what did not happen is left out."""
    return [
        {"what": f"{step}: {what}", "count": count}
        for step, figures in counts.items()
        if isinstance(figures, Mapping)
        for what, count in figures.items()
        if count
    ]
