"""Pooltrackr over the HTTP contract of docs/pooltrackr-api.yaml, as a source and a sink of records."""

from reconcile.clients.pooltrackr.client import PooltrackrClient

__all__ = ["PooltrackrClient"]
