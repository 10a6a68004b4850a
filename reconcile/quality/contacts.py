"""Rules for contacts and pools of either system."""

import pandas as pd

from reconcile.quality import shapes
from reconcile.quality.rule import Filled, Holds, Matches, NoLongerThan, Rule, identity, required

CORRECT = "Correct it in the system it came from"


def contact_rules() -> tuple[Rule, ...]:
    """What both systems' contacts must keep."""
    return (
        *identity(),
        required("name"),
        *names("name", 255),
        Rule(
            "placeholder_name", "soft", "name", Holds(shapes.stands_for_somebody), "the name stands for nobody in particular",
            "Leave it unlinked (decision: ignore), or give the record its customer's name.",
        ),
        Rule(
            "abn_checksum", "soft", "abn", Holds(shapes.abn_passes), "the ABN does not pass its checksum",
            "Look the number up on the customer's paperwork and correct it; until then it does not count when matching.",
        ),
        Rule(
            "email_shape", "soft", "email", Holds(shapes.are_mailboxes), "the e-mail is not an address",
            f"{CORRECT}; Xero refuses a contact with such an address.",
        ),
        Rule(
            "email_slip", "soft", "email", Holds(shapes.without_slips), "the e-mail's domain looks mistyped",
            f"{CORRECT}, or mail to this customer is lost.",
        ),
        *place(),
    )  # fmt: skip


def xero_contact_rules() -> tuple[Rule, ...]:
    """What Xero's contacts must keep besides."""
    return (
        *contact_rules(),
        *place("site_"),
        Rule(
            "contact_number_double", "soft", "contact_number", Holds(number_used_once, ("status",)),
            "several active contacts carry one contact number",
            "Find out which of them is the customer and clear the number on the others in Xero.",
        ),
    )  # fmt: skip


def pool_rules() -> tuple[Rule, ...]:
    """What pools must keep."""
    where = "Enter the pool's address; matching by site address leaves it out until then."
    return (*identity(), Rule("address_missing", "soft", "street", Filled(), "the pool has no street", where), *place())


def names(column: str, longest: int) -> tuple[Rule, ...]:
    """A name is there, fits into Xero, and holds nothing that Xero would change."""
    return (
        Rule("name_missing", "soft", column, Filled(), "there is no name", f"{CORRECT}; a record without a name cannot be created."),
        Rule(
            "name_too_long", "soft", column, NoLongerThan(longest), f"the name is longer than Xero's {longest} characters",
            "Shorten it before it is pushed.",
        ),
        Rule(
            "name_brackets", "soft", column, Matches(r"^[^<>]*$"), "the name holds < or >", f"{CORRECT}; Xero refuses or drops these signs.",
        ),
        Rule(
            "name_spaces", "soft", column, Holds(shapes.spaced_once(column)), "the name holds double spaces, or spaces at an end",
            f"{CORRECT}; Xero stores it with single spaces, so that the two would always differ.",
        ),
    )  # fmt: skip


def place(prefix: str = "") -> tuple[Rule, ...]:
    """A state of Australia, and a postcode in it."""
    state, postcode = f"{prefix}state", f"{prefix}postcode"
    return (
        Rule(
            "state_unknown", "soft", state, Holds(shapes.state_known(state)), "the state is not one of Australia's",
            f"{CORRECT}, or leave it if the customer lives abroad.",
        ),
        Rule(
            "postcode_shape", "soft", postcode, Matches(r"^\s*\d{3,4}\s*$"), "the postcode does not have four digits", f"{CORRECT}.",
        ),
        Rule(
            "postcode_state", "soft", postcode, Holds(shapes.postcode_in_state(state, postcode), (state,)),
            "the postcode lies in another state", f"{CORRECT}; one of the two is wrong.",
        ),
    )  # fmt: skip


def number_used_once(frame: pd.DataFrame) -> "pd.Series[bool]":
    """No two active contacts carry the same contact number."""
    counted = frame["contact_number"].ne("") & frame["status"].str.lower().eq("active")
    return ~(frame["contact_number"].where(counted).duplicated(keep=False) & counted)
