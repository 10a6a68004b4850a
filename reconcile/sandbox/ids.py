"""Where new identifiers come from."""

import itertools
import uuid
from collections.abc import Callable

IdSource = Callable[[], str]


def random_ids() -> str:
    """A fresh GUID from the machine's randomness."""
    return str(uuid.uuid4())


def seeded_ids(seed: int) -> IdSource:
    """GUIDs that are the same in every run with the same seed."""
    numbers = itertools.count()
    return lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, f"sandbox-{seed}-{next(numbers)}"))
