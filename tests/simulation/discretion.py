"""I8: no secret and no name in what is logged, raised, noted in the trail or counted."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from tests.simulation.scene import SECRETS, Scene

PEOPLE = re.compile(r"Person \d|Payer \d|@example\.com|Mrs Smith|Gate code")


class _Ears(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@contextmanager
def listening() -> Iterator[list[str]]:
    """Everything that is logged from INFO on while the block runs."""
    ears, root = _Ears(), logging.getLogger()
    level = root.level
    root.addHandler(ears)
    root.setLevel(logging.INFO)
    try:
        yield ears.heard
    finally:
        root.removeHandler(ears)
        root.setLevel(level)


def indiscretions(scene: Scene, heard: list[str]) -> Iterator[str]:
    """Where a secret or a person's data got out."""
    tokens = {token.removeprefix("Bearer ") for token in scene.wire.tokens if token} | set(SECRETS)
    for where, text in _outlets(scene, heard):
        if any(token in text for token in tokens):
            yield f"I8 {where} holds a secret"
        found = PEOPLE.search(text)
        if found:
            yield f"I8 {where} names somebody: {found.group()}"


def _outlets(scene: Scene, heard: list[str]) -> Iterator[tuple[str, str]]:
    yield from (("the log", line) for line in heard)
    yield from (("an error", line) for line in scene.said)
    yield from (("the trail", detail) for detail in scene.trail())
    for operation in scene.operations():
        yield f"the end of {operation.subject_id}", f"{operation.problem} {operation.remedy}"
