"""The seeded generator of the sample organisation: both systems of an invented pool business, and the truth."""

from reconcile.sandbox.generate.folder import write_world
from reconcile.sandbox.generate.measure import Agreement, measure
from reconcile.sandbox.generate.world import Size, World, build_world

__all__ = ["Agreement", "Size", "World", "build_world", "measure", "write_world"]
