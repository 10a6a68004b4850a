"""Every failure of the project, sorted by what the caller does next.

ReconcileError
├── BadInput            a person gave something unusable: say what, where, what to do; exit code 2
│   └── DecisionsRejected   a decision file, refused as a whole
├── BadData             a record cannot be used or was refused: hold it, show it to a person, never retry
├── Retry               nothing was changed: try again, after ``retry_after`` seconds where the server said so
│   └── RateLimited         a limit of this minute or of calls in flight
├── Parked              a limit that lasts hours: stop this organisation's run, say when it opens again
├── Unknown             sent, but no answer came: look before doing anything else
├── Conflict            the world is not as it was when this was approved: a person decides
│   ├── BasisChanged        the record changed after it was approved
│   ├── TargetGone          the record is archived, merged or deleted
│   ├── TargetTaken         another record holds this link, name or number
│   └── LeaseLost           another worker has taken this operation over
├── Reconnect           the connection is dead or not sufficient: a person reconnects
│   ├── WrongTenant         the connection shows another organisation than the one we are pinned to
│   └── MissingScope        the grant lacks a permission
├── GateClosed          a stage is held back until named rows are settled
├── GuardStopped        a guard against disasters stopped the run before it wrote anything
├── Busy                another run holds the database for longer than we wait, or its disk is full: nothing was stored
└── NotReady            the installation is incomplete (settings, key, database version)
"""

from datetime import datetime


class ReconcileError(Exception):
    """The reconciliation could not go on."""

    def __init__(self, message: str | None = None, *, remedy: str = "") -> None:
        self.message = message if message is not None else (self.__doc__ or "").strip()
        self.remedy = remedy
        super().__init__(f"{self.message} {remedy}".strip())


class BadInput(ReconcileError):
    """What was given cannot be used."""


class DecisionsRejected(BadInput):
    """The decision file was refused as a whole; nothing was applied."""

    def __init__(self, message: str, *, problems: tuple[str, ...] = (), remedy: str = "") -> None:
        self.problems = problems
        super().__init__(message, remedy=remedy)


class BadData(ReconcileError):
    """The record was refused or cannot be used."""


class Retry(ReconcileError):
    """Nothing was changed; it can be tried again."""

    def __init__(self, message: str | None = None, *, retry_after: float | None = None, remedy: str = "") -> None:
        self.retry_after = retry_after
        super().__init__(message, remedy=remedy)


class RateLimited(Retry):
    """Too many calls just now."""


class Parked(ReconcileError):
    """The day's calls to this organisation are used up."""

    def __init__(self, message: str | None = None, *, until: datetime | None = None, remedy: str = "") -> None:
        self.until = until
        super().__init__(message, remedy=remedy)


class Unknown(ReconcileError):
    """The request was sent and no answer came; it may or may not have been carried out."""


class Conflict(ReconcileError):
    """The record is not as it was when this was approved."""


class BasisChanged(Conflict):
    """The record changed after it was approved."""


class TargetGone(Conflict):
    """The record is archived, merged or deleted."""


class TargetTaken(Conflict):
    """Another record already holds this link, name or number."""


class LeaseLost(Conflict):
    """Another worker has taken this operation over."""


class Reconnect(ReconcileError):
    """The connection no longer works; connect again."""


class WrongTenant(Reconnect):
    """The connection shows another organisation than the one this installation is pinned to."""


class MissingScope(Reconnect):
    """The connection lacks a permission that is needed."""


class GateClosed(ReconcileError):
    """This stage is held back until the listed rows are settled."""

    def __init__(self, message: str, *, rows: tuple[str, ...] = (), remedy: str = "") -> None:
        self.rows = rows
        super().__init__(message, remedy=remedy)


class GuardStopped(ReconcileError):
    """A guard stopped the run before it wrote anything; ``mark`` names what is only unusual and may be let through."""

    def __init__(self, message: str, *, mark: str = "", remedy: str = "") -> None:
        self.mark = mark
        super().__init__(message, remedy=remedy)


class Busy(ReconcileError):
    """Another run is writing to the database. Nothing was stored."""


class NotReady(ReconcileError):
    """The installation is incomplete."""
