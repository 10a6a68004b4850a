"""The tables of invoices and payments."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class PlannedWrites(SQLModel, table=True):
    """What the approval of one proposal would write, frozen when the proposal was made (C10)."""

    __tablename__ = "planned_writes"
    proposal_id: str = Field(primary_key=True, foreign_key="proposal.id")
    writes: str = Field(sa_type=Text)
    sha256: str
    planned_at: datetime


class PlannedCase(SQLModel, table=True):
    """The plan of one Pooltrackr invoice with its payments: the fingerprint of what it rested on, and what it came to.

    ``day`` is set when the plan bears the day it was made on. ``pools`` are the pools it shows and ``proposals`` the ids of what it
    proposed, both as JSON lists; ``rows`` is what the reports say of it, as JSON.
    """

    __tablename__ = "planned_case"
    org_id: str = Field(primary_key=True, foreign_key="organisation.id")
    case_id: str = Field(primary_key=True)
    mark: str
    day: str = ""
    pools: str = Field(default="[]", sa_type=Text)
    proposals: str = Field(default="[]", sa_type=Text)
    rows: str = Field(default="{}", sa_type=Text)
    run_seq: int
