"""World folders: CSV files in, a world out."""

from reconcile.sandbox.loading.folder import load_world

__all__ = ["load_world"]
