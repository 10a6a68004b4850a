"""Every table. Rows stop here: above the store there are records, frames and frozen values.

One to one is held by partial unique indexes (A27): at most one open link for a Pooltrackr id and for a Xero id, one
current proposal for a record, one standing decision for a proposal.
"""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def _one_while(condition: str, name: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, sqlite_where=text(condition), postgresql_where=text(condition))


class Organisation(SQLModel, table=True):
    """One Pooltrackr account paired with one Xero organisation (A01)."""

    id: str = Field(primary_key=True)
    name: str
    xero_tenant_id: str = Field(unique=True)
    short_code: str = ""
    timezone: str = "Australia/Sydney"
    created_at: datetime
    initialised_at: datetime | None = None


class SettingsVersion(SQLModel, table=True):
    """One saved version of an organisation's settings (A53); a run uses one and names it."""

    __tablename__ = "settings_version"
    org_id: str = Field(primary_key=True, foreign_key="organisation.id")
    version: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    saved_by: str
    saved_at: datetime


class Connection(SQLModel, table=True):
    """How an organisation is connected to Xero: encrypted tokens, their generation, and who may refresh them now."""

    org_id: str = Field(primary_key=True)
    kind: str
    tenant_id: str = ""
    tenant_name: str = ""
    token_ciphertext: str = Field(default="", sa_type=Text)
    generation: int = 0
    scopes: str = Field(default="", sa_type=Text)
    access_expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    state: str = "connected"
    lease_owner: str = ""
    lease_until: datetime | None = None
    parked_until: datetime | None = None
    problem: str = Field(default="", sa_type=Text)
    connected_at: datetime
    updated_at: datetime


class Registration(SQLModel, table=True):
    """Where one organisation's Pooltrackr is, when its night is, how many calls it may make; no row: as the environment says.

    ``pooltrackr_account`` is the account that was seen first and stays; no other organisation may have it.
    """

    __table_args__ = (_one_while("pooltrackr_account <> ''", "one_organisation_per_account", "pooltrackr_account"),)
    org_id: str = Field(primary_key=True)
    pooltrackr_url: str = ""
    pooltrackr_token_ciphertext: str = Field(default="", sa_type=Text)
    pooltrackr_account: str = ""
    cron: str = "0 2 * * *"
    calls_per_minute: int = 0
    calls_per_day: int = 0
    paused_at: datetime | None = None
    updated_at: datetime


class Run(SQLModel, table=True):
    """One run of a stage; ``seq`` orders runs, ``id`` is what people and reports name."""

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    org_id: str = Field(foreign_key="organisation.id", index=True)
    kind: str
    state: str = "running"
    settings_version: int = 0
    started_at: datetime
    finished_at: datetime | None = None
    counts: str = Field(default="{}", sa_type=Text)
    problem: str = Field(default="", sa_type=Text)


class RecordVersion(SQLModel, table=True):
    """What a source record said from one run until another; a snapshot is the set of versions valid at a run."""

    __tablename__ = "record_version"
    __table_args__ = (
        _one_while("run_to IS NULL", "one_current_version", "org_id", "system", "entity", "record_id"),
        Index("version_by_run", "org_id", "system", "entity", "run_from"),
    )
    id: int | None = Field(default=None, primary_key=True)
    org_id: str = Field(foreign_key="organisation.id")
    system: str
    entity: str
    record_id: str
    content_hash: str
    body: str = Field(sa_type=Text)
    updated_at: datetime | None = None
    run_from: int
    run_to: int | None = None
    missing_since: datetime | None = None
    missed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Bookmark(SQLModel, table=True):
    """Where the next incremental pull of one entity starts: the server's own time of the newest stored change."""

    org_id: str = Field(primary_key=True, foreign_key="organisation.id")
    system: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    value: datetime | None = None
    run_seq: int = 0
    full_at: datetime | None = None


class MatchedState(SQLModel, table=True):
    """What the last completed proposing of one entity rested on: while it is the same, there is nothing to match."""

    __tablename__ = "matched_state"
    org_id: str = Field(primary_key=True, foreign_key="organisation.id")
    entity: str = Field(primary_key=True)
    state: str
    run_seq: int
    detail: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"server_default": "{}"})


class WebhookEvent(SQLModel, table=True):
    """What one of the systems told us: something happened to a record. A delivery that comes twice is one row."""

    __tablename__ = "webhook_event"
    __table_args__ = (
        UniqueConstraint("org_id", "system", "entity", "record_id", "type", "at", name="one_row_per_event"),
        Index("event_unhandled", "org_id", "handled_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    org_id: str = Field(foreign_key="organisation.id")
    system: str
    entity: str
    record_id: str
    type: str
    at: datetime
    received_at: datetime
    handled_at: datetime | None = None


class Proposal(SQLModel, table=True):
    """What the engine suggests for one record, with ranked candidates and the basis it rests on."""

    __table_args__ = (
        _one_while("closed_at IS NULL", "one_current_proposal", "org_id", "entity", "kind", "system", "record_id"),
        Index("proposal_by_score", "org_id", "entity", "closed_at", "score"),
        Index(
            "proposal_open", "org_id", "entity", "closed_at", "kind", "system", "suggested", "confidence", "score",
            "record_id", "id", sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    org_id: str = Field(foreign_key="organisation.id")
    entity: str
    kind: str
    system: str
    record_id: str
    name: str = ""
    basis: str
    suggested: str
    suggested_id: str = ""
    confidence: str = ""
    score: float | None = None
    reasons: str = Field(default="", sa_type=Text)
    against: str = Field(default="", sa_type=Text)
    vetoes: str = ""
    candidates: str = Field(default="[]", sa_type=Text)
    changes: str = Field(default="{}", sa_type=Text)
    run_seq: int
    created_at: datetime
    closed_at: datetime | None = None
    closed_because: str = ""


class Flag(SQLModel, table=True):
    """A finding on a record: a duplicate, a collision, a mismatch, a failed check. Cleared, never deleted."""

    __table_args__ = (
        _one_while("cleared_at IS NULL", "one_standing_flag", "org_id", "entity", "system", "record_id", "name"),
        Index("flag_by_name", "org_id", "entity", "name", "cleared_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    org_id: str = Field(foreign_key="organisation.id")
    entity: str
    system: str
    record_id: str
    name: str
    group_id: str = ""
    detail: str = Field(default="", sa_type=Text)
    run_seq: int
    raised_at: datetime
    cleared_at: datetime | None = None


class DecisionFile(SQLModel, table=True):
    """A decision file that was applied: the same bytes a second time are a no-op."""

    __tablename__ = "decision_file"
    org_id: str = Field(primary_key=True, foreign_key="organisation.id")
    sha256: str = Field(primary_key=True)
    name: str
    by: str
    at: datetime
    rows: int


class Decision(SQLModel, table=True):
    """A person's or a policy's verdict on a proposal, bound to what both records said then (A25, C10).

    ``fields`` names the changes that an update takes over, separated by commas; empty means all of them.
    """

    __table_args__ = (
        _one_while("withdrawn_at IS NULL", "one_standing_decision", "proposal_id"),
        Index("decision_by_proposal", "proposal_id"),
    )
    id: str = Field(primary_key=True)
    org_id: str = Field(foreign_key="organisation.id", index=True)
    proposal_id: str = Field(foreign_key="proposal.id")
    verdict: str
    target_id: str = ""
    fields: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    note: str = Field(default="", sa_type=Text)
    by: str
    at: datetime
    via: str
    source_sha256: str = ""
    basis: str
    record_hash: str = ""
    target_hash: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


class Link(SQLModel, table=True):
    """An approved mapping between a Pooltrackr id and a Xero id; a closed one is history (A06, A27).

    ``compared_left`` and ``compared_right`` are the versions of both records that were compared last.
    """

    __table_args__ = (
        _one_while("closed_at IS NULL", "one_link_per_pooltrackr_id", "org_id", "entity", "pooltrackr_id"),
        _one_while("closed_at IS NULL", "one_link_per_xero_id", "org_id", "entity", "xero_id"),
        Index("link_by_pooltrackr_id", "org_id", "entity", "pooltrackr_id"),
        Index("link_by_decision", "decision_id"),
    )
    id: str = Field(primary_key=True)
    org_id: str = Field(foreign_key="organisation.id")
    entity: str
    pooltrackr_id: str
    xero_id: str
    version: int = 1
    decision_id: str = ""
    agreed: str = Field(default="{}", sa_type=Text)
    compared_left: int | None = None
    compared_right: int | None = None
    created_at: datetime
    stamped_at: datetime | None = None
    closed_at: datetime | None = None
    closed_because: str = ""


class PushOperation(SQLModel, table=True):
    """One write to one system, staged with its approval, its body and basis frozen.

    States: staged, sending, done, conflict, raced, failed, reconnect, withdrawn. A ``sending`` row whose lease has run
    out is in doubt: it is looked for before anything is sent again.
    """

    __tablename__ = "push_operation"
    __table_args__ = (
        UniqueConstraint("decision_id", "target", "entity", "verb", "subject_id", name="one_operation_per_approval"),
        Index("operation_by_status", "org_id", "target", "entity", "status", "staged_at", "id"),
        Index("operation_by_link", "link_id"),
    )
    id: str = Field(primary_key=True)
    org_id: str = Field(foreign_key="organisation.id")
    decision_id: str = Field(foreign_key="decision.id", index=True)
    link_id: str = ""
    target: str
    entity: str
    verb: str
    subject_id: str
    target_id: str = ""
    stamp: str = ""
    body: str = Field(sa_type=Text)
    body_sha256: str
    expect: str = Field(default="{}", sa_type=Text)
    replaces: str = Field(default="", sa_type=Text)
    basis: str = ""
    subject_hash: str = ""
    status: str = "staged"
    tries: int = 0
    owner: str = ""
    lease_until: datetime | None = None
    fence: int = 0
    key: str = ""
    before: str = Field(default="", sa_type=Text)
    response: str = Field(default="", sa_type=Text)
    problem: str = Field(default="", sa_type=Text)
    remedy: str = Field(default="", sa_type=Text)
    staged_at: datetime
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    verified_at: datetime | None = None
    seen_at: datetime | None = None
    run_seq: int = 0


class Audit(SQLModel, table=True):
    """What happened, in order, each row sealed with the hash of the one before; the database refuses to change a row."""

    id: int | None = Field(default=None, primary_key=True)
    org_id: str = Field(index=True)
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str = Field(default="{}", sa_type=Text)
    previous: str = ""
    seal: str
