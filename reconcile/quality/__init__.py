"""Checks of the pulled frames: hard findings stop a run, soft ones become flags."""

from reconcile.quality.check import KINDS, check_frame, rules_of
from reconcile.quality.finding import Finding

__all__ = ["KINDS", "Finding", "check_frame", "rules_of"]
