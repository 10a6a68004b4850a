"""Runs that can be told again: Python's sets are ordered by a number that each process draws, unless it is given one."""

import os
import subprocess
import sys

_NAME, _ALWAYS = "PYTHONHASHSEED", "0"


def order_sets_alike() -> None:
    """Go on only with the order of sets that every run has; otherwise start this program anew with it, and end with it."""
    if os.environ.get(_NAME) != _ALWAYS:
        sys.exit(subprocess.call([sys.executable, *sys.orig_argv[1:]], env={**os.environ, _NAME: _ALWAYS}))
