"""Apply the decisions that an analyst wrote into a match report."""

from pathlib import Path
from typing import Annotated

from prefect import flow
from pydantic import Field

from tasks.decide import decide


@flow(name="apply-decisions", flow_run_name="decisions of {by}")
def apply_decisions(
    file: Annotated[Path, Field(title="File", description="Path of the filled-in CSV or workbook on this machine.")],
    by: Annotated[str, Field(title="Decided by", description="Who made these decisions.", min_length=1)],
    org: Annotated[str, Field(title="Organisation", description="Empty while there is only one.")] = "",
) -> dict[str, int]:
    """All rows are applied, or none: a file with a bad row is refused with row, column and remedy."""
    return decide(org, file, by)
