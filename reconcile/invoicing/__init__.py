"""Invoices and payments: what would be sent, what Xero would make of it, and why something is held. Pure values and rules."""
