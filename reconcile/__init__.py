"""Finds which Pooltrackr and Xero records are the same, shows why, and pushes what was approved."""
