"""What can be switched in the sandbox, with Xero's documented behaviour as the default."""

from dataclasses import dataclass, field

GRANULAR_SCOPES = frozenset(
    {"openid", "profile", "email", "offline_access"}
    | {f"accounting.{name}" for name in ("contacts", "settings", "invoices", "payments", "banktransactions")}
    | {f"accounting.{name}.read" for name in ("contacts", "settings", "invoices", "payments", "banktransactions")}
    | {"accounting.attachments", "accounting.manualjournals"}
)


@dataclass
class Limits:
    """Xero's limits: calls per tenant in a minute and in a day, calls in flight, calls per app in a minute."""

    minute: int = 60
    day: int = 5_000
    concurrent: int = 5
    app_minute: int = 10_000


@dataclass
class Settings:
    """One place for every behaviour that reports disagree on or that a test wants otherwise.

    `approved_invoices_a_month` is the cap of small plans (20 there); 0 is no cap.
    """

    limits: Limits = field(default_factory=Limits)
    app_scopes: frozenset[str] = GRANULAR_SCOPES
    broad_scopes_allowed: bool = False
    accept_any_token: bool = False
    access_token_seconds: int = 1_800
    refresh_token_seconds: int = 60 * 86_400
    refresh_grace_seconds: int = 1_800
    reuse_revokes_grant: bool = False
    code_seconds: int = 300
    post_overwrites_by_name: bool = True
    summarize_errors_default: bool = True
    good_rows_saved_when_summarised: bool = False
    idempotency_seconds: int = 360
    cache_validation_errors: bool = True
    modified_since_inclusive: bool = False
    voided_numbers_stay_taken: bool = True
    approved_invoices_a_month: int = 0
    latency_seconds: float = 0.0
    pooltrackr_idempotency_seconds: int = 86_400
