"""Apply the decisions that an analyst wrote into a match report."""

from pathlib import Path
from typing import Annotated

from prefect import flow
from pydantic import Field

from tasks.alerts import alert
from tasks.decide import decide


@flow(name="apply-decisions", flow_run_name="decisions of {by}", on_failure=[alert], on_crashed=[alert])
def apply_decisions(file: Path, by: Annotated[str, Field(min_length=1)], org: str = "") -> dict[str, int]:
    """All rows are applied, or none: a file with a bad row is refused with row, column and remedy.

    Args:
        file: Path of the filled-in match report, CSV or workbook, on the machine that runs this flow.
        by: Who made these decisions.
        org: The organisation to work on. Leave empty while there is only one.
    """
    return decide(org, file, by)
