"""The emulated Xero Accounting API, one module per endpoint."""
