"""Names of runs: what is done, and for which organisation."""

from collections.abc import Callable

from prefect import runtime


def named(what: str) -> Callable[[], str]:
    """A name for runs of a flow that takes an organisation, which may be left out while there is only one."""

    def name() -> str:
        return f"{what} {runtime.flow_run.parameters.get('org') or ''}".strip()

    return name
