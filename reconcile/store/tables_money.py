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
