"""The Prefect harness of the flows' tests, for these too."""

from tests.flows.conftest import prefect_harness

__all__ = ["prefect_harness"]
