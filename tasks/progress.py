"""Telling what is going on: in the flow run's log, and on the terminal when a person started it there."""

import logging

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

TERMINAL = "reconcile.progress"


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
