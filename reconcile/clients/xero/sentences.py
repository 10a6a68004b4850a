"""Xero's sentences of refusal: what each means and what to do about it. The first that matches decides."""

import re
from dataclasses import dataclass

from reconcile.errors import BadData, Conflict, ReconcileError, TargetGone, TargetTaken


@dataclass(frozen=True)
class Refusal:
    """One kind of refusal: how Xero words it, what it means, what to do, and an example of the wording."""

    pattern: str
    error: type[ReconcileError]
    cause: str
    remedy: str
    example: str

    def matches(self, sentence: str) -> bool:
        """Whether Xero meant this."""
        return re.search(self.pattern, sentence, re.IGNORECASE) is not None


REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        r"contact name .* already assigned",
        TargetTaken,
        "Another active contact in Xero has this name already.",
        "Link to that contact, or make the name different (add the suburb or the company).",
        "The contact name … is already assigned to another contact.",
    ),
    Refusal(
        r"contact number .* already assigned",
        TargetTaken,
        "Another contact in Xero carries this Pooltrackr number already.",
        "Look at the contact with that contact code in Xero; remove the code or link to it.",
        "The contact number … is already assigned to another contact.",
    ),
    Refusal(
        r"account number already exists",
        TargetTaken,
        "Another contact in Xero has this account number.",
        "Change the account number of one of the two.",
        "The Account Number already exists.",
    ),
    Refusal(
        r"(has been|is) archived|must be un-?archived",
        TargetGone,
        "The contact is archived in Xero, so nothing can be entered for it.",
        "Restore the contact in Xero, or link the customer to another contact.",
        "The contact with the specified contact details has been archived.",
    ),
    Refusal(
        r"email address must be valid",
        BadData,
        "Xero does not accept the e-mail address.",
        "Correct the e-mail address in Pooltrackr.",
        "Email address must be valid.",
    ),
    Refusal(
        r"invoice # must be unique|invoice number .* unique",
        TargetTaken,
        "Xero has an invoice with this number already; a voided one keeps its number.",
        "Look at that invoice in Xero: link to it if it is the same, else give this one another number.",
        "Invoice # must be unique.",
    ),
    Refusal(
        r"cannot be edited as it has a payment|has payments or credit notes allocated",
        Conflict,
        "The invoice has a payment or credit on it, so Xero does not let it be changed or voided.",
        "Remove the payment or credit in Xero first, or leave the invoice as it is.",
        "This document cannot be edited as it has a payment or credit note allocated to it.",
    ),
    Refusal(
        r"not of valid status for modification|status .* cannot be applied",
        Conflict,
        "The document's status in Xero does not allow this change.",
        "Look at it in Xero; it may have been approved, paid, voided or deleted meanwhile.",
        "Invoice not of valid status for modification.",
    ),
    Refusal(
        r"lock date",
        Conflict,
        "The date falls into a period that is locked in Xero.",
        "Ask the bookkeeper to open the period, or change the date.",
        "The document date cannot be before the period lock date.",
    ),
    Refusal(
        r"payment amount exceeds",
        Conflict,
        "The payment is more than what is still owed on the invoice in Xero.",
        "Compare the payments in both systems; one may be entered already.",
        "Payment amount exceeds the amount outstanding on this document.",
    ),
    Refusal(
        r"payments can only be made against authorised",
        Conflict,
        "The invoice is not approved in Xero, so no payment can be entered.",
        "Approve the invoice in Xero first.",
        "Payments can only be made against Authorised documents.",
    ),
    Refusal(
        r"payments? within a batch cannot be deleted|reconciled",
        Conflict,
        "The payment is part of a batch or is reconciled with the bank, so it cannot be deleted.",
        "Remove it in Xero by hand: undo the reconciliation or the batch first.",
        "Payments within a batch cannot be deleted.",
    ),
    Refusal(
        r"account code .* (has been removed|is not a valid)|account could not be found|account code must be specified",
        BadData,
        "Xero does not know the account, or it was archived.",
        "Choose another account in the settings.",
        "Account code '476' has been removed as it does not match a recognised account.",
    ),
    Refusal(
        r"tax ?type (code )?.* cannot be used|tax ?type .* (not|invalid)",
        BadData,
        "The tax type does not go with the account, or is not in use.",
        "Choose a tax type that the account allows, in Xero or in the settings.",
        "The TaxType code 'x' cannot be used with account code 'y'.",
    ),
    Refusal(
        r"line total .* does not match",
        BadData,
        "Quantity, price and discount of a line do not multiply to its total.",
        "Correct the line in Pooltrackr.",
        "The line total … does not match the expected line total ….",
    ),
    Refusal(
        r"not subscribed to currency",
        BadData,
        "The organisation does not use this currency.",
        "Add the currency in Xero, or change the invoice.",
        "Organisation is not subscribed to currency EUR.",
    ),
    Refusal(
        r"limit of invoices you can approve",
        Conflict,
        "The Xero plan allows no more approved invoices this month.",
        "Upgrade the plan, or send the invoices as drafts.",
        "You have reached the limit of invoices you can approve.",
    ),
    Refusal(
        r"price list item with code .* already exists",
        TargetTaken,
        "Xero has an item with this code already.",
        "Link to that item.",
        "Price List Item with Code 'abc' already exists.",
    ),
    Refusal(
        r"idempotency key.* different request",
        Conflict,
        "The same request key was used for something else.",
        "This is a fault of the program; report it.",
        "Idempotency Key: … is used with a different request.",
    ),
    Refusal(
        r"(field|string|length).*(exceed|too long|maximum|longer than)|must not exceed|maximum length",
        BadData,
        "A text is longer than Xero allows.",
        "Shorten it in Pooltrackr.",
        "The length of the field must not exceed 50.",
    ),
    Refusal(
        r"input string was not in a correct format|no data has been processed",
        BadData,
        "Xero could not read the request.",
        "This is a fault of the program; report it.",
        "Input string was not in a correct format.",
    ),
    Refusal(
        r"contact name cannot",
        BadData,
        "The name holds something that Xero does not allow: angle brackets, or spaces too many.",
        "Correct the name in Pooltrackr.",
        "The contact name cannot contain angle brackets.",
    ),
    Refusal(
        r"due ?date must be specified",
        BadData,
        "The invoice has no due date, which an approved invoice needs.",
        "Give it a due date in Pooltrackr, or send invoices as drafts.",
        "The DueDate must be specified for an approved document.",
    ),
    Refusal(
        r"line items? must be specified|description must be specified",
        BadData,
        "The invoice has no line, or a line without a description.",
        "Complete the lines in Pooltrackr.",
        "One or more line items must be specified.",
    ),
    Refusal(
        r"contact must be specified",
        BadData,
        "The invoice names no contact that Xero knows.",
        "Link the customer to a Xero contact first.",
        "A Contact must be specified for this type of transaction.",
    ),
)
