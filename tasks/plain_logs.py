"""Failures that the project names itself are told in words, cause and remedy; a stack trace is left to what nobody foresaw."""

import logging
import re
import weakref

from reconcile.errors import ReconcileError

TOLD_BY = ("prefect.flow_runs", "prefect.task_runs")
SHOWN = 20
_TYPED = re.compile(r' found ".*": ', re.DOTALL)


class PlainFailures(logging.Filter):
    """Puts cause, remedy and the rows concerned in the place of a stack trace, once for each failure."""

    def __init__(self) -> None:
        super().__init__()
        self._last: weakref.ref[ReconcileError] | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record of a foreseen failure; false when it was told already."""
        failure = record.exc_info[1] if record.exc_info else None
        if not isinstance(failure, ReconcileError):
            return True
        if self._last is not None and self._last() is failure:
            return False
        self._last = weakref.ref(failure)
        record.msg, record.args, record.exc_info, record.exc_text = in_words(failure), (), None, None
        return True


def in_words(failure: ReconcileError) -> str:
    """Cause and remedy, and below them what is concerned, line by line: ids, rows and columns.

    What a person typed into a cell is left out, because it may be a name.
    """
    concerned = getattr(failure, "problems", ()) or getattr(failure, "rows", ())
    more = [f"and {len(concerned) - SHOWN} more"] if len(concerned) > SHOWN else []
    return "\n".join(
        [f"{type(failure).__name__}: {failure}", *(f"  {_TYPED.sub(': ', row)}" for row in concerned[:SHOWN]), *more]
    )


def speak_plainly() -> None:
    """Have Prefect's loggers tell foreseen failures in words; doing it again changes nothing."""
    for name in TOLD_BY:
        logger = logging.getLogger(name)
        if not any(isinstance(known, PlainFailures) for known in logger.filters):
            logger.addFilter(PlainFailures())
