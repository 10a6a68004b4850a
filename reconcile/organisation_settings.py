"""What an operator sets for one organisation ("Configure Xero", A33 and A43 to A53); saved as versions."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

DEFAULT_TEMPLATE = "Pool: {pool_address}\\nDate of service: {service_date}\\nTechnician: {technician}\\n{notes}"


Winner = Literal["ask", "pooltrackr", "xero"]


class Policies(BaseModel):
    """Approvals given by name instead of by hand; all off until an operator turns one on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    exact_contact: bool = Field(False, description="Link contacts that the engine is certain of.")
    exact_product: bool = Field(False, description="Link products that the engine is certain of.")
    clean_invoice: bool = Field(False, description="Send invoices that need no judgement as soon as they are seen.")
    paid_in_full: bool = Field(False, description="Carry payments that settle an invoice exactly.")


class Guards(BaseModel):
    """Limits on what one run may do; above them it stops before the first write and asks (C11)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    max_creates: int = Field(500, ge=0, description="Most records a run may create in one system.")
    max_updates: int = Field(5000, ge=0, description="Most records a run may change in one system.")
    max_voids: int = Field(20, ge=0, description="Most documents a run may void.")
    max_missing_share: float = Field(0.5, gt=0, le=1, description="Largest share of records that may vanish overnight.")
    max_renamed_share: float = Field(
        0.3, gt=0, le=1, description="Largest share of linked contacts whose name may have changed since it was agreed."
    )
    max_jump: int = Field(10, ge=0, description="How many times more than usual a day may write; 0 never asks.")
    jump_floor: int = Field(50, ge=0, description="So many writes a day are never unusual.")
    jump_floor_amount: int = Field(25_000, ge=0, description="Documents of so much money a day are never unusual.")
    let_through: str = Field(
        "", description="Mark of the one unusual push that may go out all the same; the review page fills it in."
    )


class Wins(BaseModel):
    """Whose value is taken when a field was changed in both systems (B02); "ask" leaves it to a person."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Winner = Field("ask", description="Names.")
    email: Winner = Field("ask", description="E-mail addresses.")
    phone: Winner = Field("ask", description="Phone and mobile numbers.")
    address: Winner = Field("ask", description="Postal addresses.")

    def of(self, group: str) -> Winner:
        """The answer for one group of fields."""
        found: Winner = getattr(self, group, "ask")
        return found


class SecondPerson(BaseModel):
    """Which decisions count only once a second person has confirmed them; none until an operator says so."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bulk: bool = Field(False, description="Whatever is accepted many at once.")
    above: Decimal | None = Field(
        None, ge=0, description="Invoices, payments and price changes above this amount; empty for none."
    )

    @field_validator("above", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def is_on(self) -> bool:
        """Whether anything needs a second person."""
        return self.bulk or self.above is not None

    def asks_less_than(self, other: "SecondPerson") -> bool:
        """Whether something that needs a second person under the other rule needs none under this one."""
        higher = other.above is not None and (self.above is None or self.above > other.above)
        return higher or (other.bulk and not self.bulk)


class OrganisationSettings(BaseModel):
    """One saved version of an organisation's settings."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    xero_price_basis: Literal["", "INC", "EX"] = Field("", description="Whether item prices in Xero include GST (A33).")
    default_sales_account: str = Field(
        "200", description="Account for custom products that Xero does not know (A43, A44)."
    )
    default_invoice_status: Literal["DRAFT", "AUTHORISED"] = Field(
        "DRAFT", description="How invoices arrive in Xero (A45)."
    )
    numbering_scheme: Literal["pooltrackr", "xero"] = Field(
        "pooltrackr", description="Whose invoice numbers are used (A46)."
    )
    payment_account: str = Field("", description="Account that payments are deposited to (A48).")
    fees_account: str = Field("", description="Account for Stripe fees paid (A49).")
    reimbursement_account: str = Field("", description="Account for surcharges collected from customers (A50).")
    clearing_account: str = Field("", description="Bank account that Stripe payments pass through.")
    show_technician: bool = Field(False, description="Show the technician's name on invoices (A51).")
    category_accounts: dict[str, str] = Field(default_factory=dict, description="Account by product category (B12).")
    tax_types: dict[str, str] = Field(
        default_factory=lambda: {"gst": "OUTPUT", "gst_free": "EXEMPTOUTPUT"},
        description="Xero tax type of lines with and without GST (B13).",
    )
    invoice_template: str = Field(
        DEFAULT_TEMPLATE,
        description="Words above an invoice's lines in Xero; a row whose fields are all empty is left out.",
    )
    pooltrackr_invoice_url: str = Field(
        "https://app.pooltrackr.com/invoices/{id}",
        description="Where an invoice opens in Pooltrackr; empty sends none.",
    )
    stripe_contact: str = Field("", description="Xero contact id that card fees are entered under.")
    cut_off_date: date | None = Field(None, description="Nothing dated earlier is ever sent (B11).")
    wins: Wins = Wins()
    policies: Policies = Policies()
    guards: Guards = Guards()
    second_person: SecondPerson = SecondPerson()
