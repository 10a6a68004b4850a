"""One small and one middling world, built once."""

import pytest

from reconcile.sandbox.generate import Size, World, build_world


@pytest.fixture(scope="session")
def sample() -> World:
    """The world that data/samples holds."""
    return build_world(7)


@pytest.fixture(scope="session")
def larger() -> World:
    """A world of another seed, large enough for every kind of record to occur many times."""
    return build_world(11, Size(contacts=2_000, products=600, invoices=2_000))
