"""Telling what is going on: in the flow run's log, and on the terminal when a person started it there."""

import logging
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

TERMINAL = "reconcile.progress"
LONG = 500  # so many records take a while; before that nobody needs to be shown anything
ALMOST = 99.0


def tell(message: str) -> None:
    """Say one line; it must hold no personal data."""
    logging.getLogger(TERMINAL).info(message)
    try:
        get_run_logger().info(message)
    except MissingContextError:
        return


def show_progress() -> None:
    """Print what is told from now on, as the command line does."""
    logger = logging.getLogger(TERMINAL)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("  %(message)s"))
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


class Progress:
    """Shows in Prefect how far long work has come, from the ``LONG``th record on.

    ``total`` may turn out too small, as what was known before a pull is, so it shows no more than ``ALMOST`` until the work
    is done. Where it is nought nobody knows, and only the number is shown.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._artifact: UUID | None = None
        self._shown = 0.0

    def at(self, done: int, total: int) -> None:
        """Show that so many are done of so many."""
        if done < LONG and not self._artifact:
            return
        share = float(int(min(ALMOST, 100.0 * done / max(total, done)))) if total else 0.0
        words = f"{self._what}: {done} so far"
        if not self._artifact:
            made = create_progress_artifact(share, description=words)
            self._artifact, self._shown = made if isinstance(made, UUID) else None, share
        elif share != self._shown or not total:
            update_progress_artifact(self._artifact, share, words)
            self._shown = share

    def done(self) -> None:
        """Show that all is done, when anything was shown."""
        if self._artifact:
            update_progress_artifact(self._artifact, 100.0)
