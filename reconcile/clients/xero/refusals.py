"""Xero's sentences of refusal, sorted into errors with a plain cause and a remedy.

Xero's own words may hold a customer's name, so they never reach an error message: known sentences are replaced by ours,
unknown ones are shown with everything blotted out that was in the request.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.clients.answers import Answer
from reconcile.clients.values import text
from reconcile.errors import BadData, BasisChanged, Conflict, ReconcileError, Retry, TargetGone, TargetTaken

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_DIGITS = re.compile(r"\d(?:[ -]?\d){5,}")


@dataclass(frozen=True)
class Refusal:
    """One kind of refusal: how Xero words it, what it means, what to do."""

    pattern: str
    error: type[ReconcileError]
    cause: str
    remedy: str

    def matches(self, sentence: str) -> bool:
        """Whether Xero meant this."""
        return re.search(self.pattern, sentence, re.IGNORECASE) is not None


REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        r"contact name .* already assigned",
        TargetTaken,
        "Another active contact in Xero has this name already.",
        "Link to that contact, or make the name different (add the suburb or the company).",
    ),
    Refusal(
        r"contact number .* already assigned",
        TargetTaken,
        "Another contact in Xero carries this Pooltrackr number already.",
        "Look at the contact with that contact code in Xero; remove the code or link to it.",
    ),
    Refusal(
        r"account number already exists",
        TargetTaken,
        "Another contact in Xero has this account number.",
        "Change the account number of one of the two.",
    ),
    Refusal(
        r"(has been|is) archived|must be un-?archived",
        TargetGone,
        "The contact is archived in Xero, so nothing can be entered for it.",
        "Restore the contact in Xero, or link the customer to another contact.",
    ),
    Refusal(
        r"email address must be valid",
        BadData,
        "Xero does not accept the e-mail address.",
        "Correct the e-mail address in Pooltrackr.",
    ),
    Refusal(
        r"invoice # must be unique|invoice number .* unique",
        TargetTaken,
        "Xero has an invoice with this number already; a voided one keeps its number.",
        "Look at that invoice in Xero: link to it if it is the same, else give this one another number.",
    ),
    Refusal(
        r"cannot be edited as it has a payment|has payments or credit notes allocated",
        Conflict,
        "The invoice has a payment or credit on it, so Xero does not let it be changed or voided.",
        "Remove the payment or credit in Xero first, or leave the invoice as it is.",
    ),
    Refusal(
        r"not of valid status for modification|status .* cannot be applied",
        Conflict,
        "The document's status in Xero does not allow this change.",
        "Look at it in Xero; it may have been approved, paid, voided or deleted meanwhile.",
    ),
    Refusal(
        r"lock date",
        Conflict,
        "The date falls into a period that is locked in Xero.",
        "Ask the bookkeeper to open the period, or change the date.",
    ),
    Refusal(
        r"payment amount exceeds",
        Conflict,
        "The payment is more than what is still owed on the invoice in Xero.",
        "Compare the payments in both systems; one may be entered already.",
    ),
    Refusal(
        r"payments can only be made against authorised",
        Conflict,
        "The invoice is not approved in Xero, so no payment can be entered.",
        "Approve the invoice in Xero first.",
    ),
    Refusal(
        r"payments? within a batch cannot be deleted|reconciled",
        Conflict,
        "The payment is part of a batch or is reconciled with the bank, so it cannot be deleted.",
        "Remove it in Xero by hand: undo the reconciliation or the batch first.",
    ),
    Refusal(
        r"account code .* (has been removed|is not a valid)|account could not be found|account code must be specified",
        BadData,
        "Xero does not know the account, or it was archived.",
        "Choose another account in the settings.",
    ),
    Refusal(
        r"tax ?type (code )?.* cannot be used|tax ?type .* (not|invalid)",
        BadData,
        "The tax type does not go with the account, or is not in use.",
        "Choose a tax type that the account allows, in Xero or in the settings.",
    ),
    Refusal(
        r"line total .* does not match",
        BadData,
        "Quantity, price and discount of a line do not multiply to its total.",
        "Correct the line in Pooltrackr.",
    ),
    Refusal(
        r"not subscribed to currency",
        BadData,
        "The organisation does not use this currency.",
        "Add the currency in Xero, or change the invoice.",
    ),
    Refusal(
        r"limit of invoices you can approve",
        Conflict,
        "The Xero plan allows no more approved invoices this month.",
        "Upgrade the plan, or send the invoices as drafts.",
    ),
    Refusal(
        r"price list item with code .* already exists",
        TargetTaken,
        "Xero has an item with this code already.",
        "Link to that item.",
    ),
    Refusal(
        r"idempotency key.* different request",
        Conflict,
        "The same request key was used for something else.",
        "This is a fault of the program; report it.",
    ),
    Refusal(
        r"(field|string|length).*(exceed|too long|maximum)|must not exceed|maximum length",
        BadData,
        "A text is longer than Xero allows.",
        "Shorten it in Pooltrackr.",
    ),
    Refusal(
        r"input string was not in a correct format|no data has been processed",
        BadData,
        "Xero could not read the request.",
        "This is a fault of the program; report it.",
    ),
)


def explain(answer: Answer) -> ReconcileError:
    """The error for a refusal as a whole (400, 409, 412 and the like)."""
    if answer.status == 412:
        return BasisChanged("Xero refused a precondition of the request.", remedy="Pull again, then decide anew.")
    if answer.status == 409:
        return Conflict("Xero says that the record is in conflict with another.", remedy="Pull again.")
    if answer.status == 408:
        return Retry("Xero took too long.")
    body = answer.data if isinstance(answer.data, dict) else {}
    return refusal(_complaints(body), body)


def refusal(complaints: Sequence[Any], sent: Mapping[str, Any]) -> ReconcileError:
    """The error for the complaints about one record: the first known one decides, the others are counted."""
    sentences = [sentence for c in complaints if (sentence := _sentence(c))]
    for known in REFUSALS:
        if any(known.matches(sentence) for sentence in sentences):
            return known.error(known.cause, remedy=known.remedy)
    said = " ".join(blot(sentence, sent) for sentence in sentences) or "no reason was given"
    return BadData(f"Xero refused the record: {said}", remedy="Correct it in Pooltrackr, or ask the bookkeeper.")


def blot(sentence: str, sent: Mapping[str, Any]) -> str:
    """A sentence without anything that may name a person: what was in the request, e-mails, long numbers."""
    sentence = _DIGITS.sub("…", _EMAIL.sub("…", sentence))
    for value in sorted(set(_texts(sent)), key=len, reverse=True):
        sentence = re.sub(re.escape(value), "…", sentence, flags=re.IGNORECASE)
    return sentence[:300]


def _complaints(body: Mapping[str, Any]) -> list[Any]:
    elements = body.get("Elements")
    inside = (
        [c for e in elements if isinstance(e, dict) for c in e.get("ValidationErrors") or ()]
        if (isinstance(elements, list))
        else []
    )
    return inside or [body]


def _sentence(complaint: Any) -> str:
    if not isinstance(complaint, Mapping):
        return ""
    return text(complaint.get("Message") or complaint.get("Description") or complaint.get("Detail"))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in ("Message", "Description", "Detail", "Type"):
                yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str) and len(value.strip()) > 2:
        yield value.strip()
