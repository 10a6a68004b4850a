"""Long work shows how far it has come; short work shows nothing."""

import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from tasks.progress import ALMOST, LONG, Progress

pytestmark = pytest.mark.flows


def shown(what: str) -> list[tuple[float, str]]:
    """The progress artifacts about something, as they stand."""
    with get_client(sync_client=True) as client:
        found = [a for a in client.read_artifacts() if a.type == "progress" and (a.description or "").startswith(what)]
        return [(float(a.data), a.description or "") for a in found]


@flow
def work(what: str, known: int, *steps: int) -> list[tuple[float, str]]:
    """Comes as far as each step says, one after the other; what is shown then, before the end is told."""
    progress = Progress(what)
    for step in steps:
        progress.at(step, known)
    before = shown(what)
    progress.done()
    return before


def test_what_is_done_in_no_time_shows_nothing(prefect_harness: None) -> None:
    assert work("short", LONG, LONG - 1) == []
    assert shown("short") == []


@pytest.mark.parametrize(
    ("known", "then"),
    [(4 * LONG, (50.0, 2 * LONG)), (LONG, (ALMOST, LONG)), (0, (0.0, 2 * LONG))],
    ids=["half", "more than was known", "nobody knows"],
)
def test_long_work_shows_its_share_and_number_and_in_the_end_all(
    prefect_harness: None, known: int, then: tuple[float, int]
) -> None:
    what, (share, number) = f"long {known}", then
    assert work(what, known, LONG, 2 * LONG) == [(share, f"{what}: {number} so far")]
    assert shown(what)[0][0] == 100.0
