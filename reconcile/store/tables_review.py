"""The tables of the review: what was decided and still waits for a second person."""

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel


class SecondLook(SQLModel, table=True):
    """A decision that counts only once a second person has confirmed it.

    States: waiting, confirmed, refused, void (what it rests on changed, or something else answered it), taken_back,
    replaced. ``reason`` is bulk or amount; rows that were decided together share their ``batch``. ``first_proven`` says
    whether the first person had signed in. ``settled_basis`` is what the records said when the second person answered.
    """

    __tablename__ = "second_look"
    __table_args__ = (
        Index(
            "one_waiting_decision", "proposal_id", unique=True,
            sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'"),
        ),
        Index("second_look_by_state", "org_id", "state", "at"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    org_id: str = Field(foreign_key="organisation.id")
    proposal_id: str = Field(foreign_key="proposal.id")
    batch: str
    reason: str
    amount: str = ""
    verdict: str
    target_id: str = ""
    fields: str = ""
    note: str = Field(default="", sa_type=Text)
    by: str
    first_proven: bool = False
    at: datetime
    via: str
    source_sha256: str = ""
    basis: str
    state: str = "waiting"
    settled_by: str = ""
    settled_at: datetime | None = None
    settled_via: str = ""
    settled_basis: str = ""
    settled_note: str = Field(default="", sa_type=Text)
