"""Xero's accounting API 2.0, as a source and a sink of records."""

from reconcile.clients.xero.client import XeroClient

__all__ = ["XeroClient"]
