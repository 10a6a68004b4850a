"""Why an invoice or payment is held back or left alone: each reason with its sentence and what to do about it (C21, B08, B09)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One reason; ``meaning`` is for a person, ``remedy`` says who can do what. ``holds`` is False for what is simply not sent."""

    meaning: str
    remedy: str
    holds: bool = True


@dataclass(frozen=True)
class Hold:
    """One reason that applies to one record; ``detail`` names the rows and figures concerned."""

    reason: str
    detail: str

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return REASONS[self.reason].remedy


REASONS: dict[str, Reason] = {
    "batched_child": Reason(
        "The invoice is part of a batch; only the batch invoice goes to Xero.", "Nothing to do.", holds=False
    ),
    "voided_before_sending": Reason(
        "The invoice was voided in Pooltrackr before it was ever sent.", "Nothing to do.", holds=False
    ),
    "superseded_before_sending": Reason(
        "The invoice was replaced by a newer one before it was ever sent; the newer one goes to Xero.",
        "Nothing to do.",
        holds=False,
    ),
    "contact_not_linked": Reason(
        "The customer is not linked to a Xero contact.",
        "Decide on the customer in the contacts report (link or create), then run again.",
    ),
    "contact_archived": Reason(
        "The linked Xero contact is archived or gone, so nothing can be entered for it.",
        "Restore the contact in Xero, or link the customer to another contact.",
    ),
    "contact_merged": Reason(
        "The linked Xero contact was merged into another.", "Link the customer to the contact that is left."
    ),
    "product_unmapped": Reason(
        "A product on the invoice looks like a Xero item, and nobody has decided whether it is.",
        "Decide on the product in the products report: link it, or skip it to use the default sales account.",
    ),
    "tax_unmapped": Reason(
        "The GST of a line fits none of the tax types in use.",
        "Correct the line in Pooltrackr, or name the tax type in the settings (tax_types).",
    ),
    "account_invalid": Reason(
        "The sales account of a line is not an active account in Xero.",
        "Correct the account on the Xero item, the category map or the default sales account.",
    ),
    "number_taken": Reason(
        "Another invoice in Xero has this number already (a voided one keeps its number).",
        "If it is the same invoice, decide link; else give the invoice another number in Pooltrackr.",
    ),
    "number_unusable": Reason(
        "The invoice has no number that Xero accepts, or shares it with another Pooltrackr invoice.",
        "Give the invoice a number of its own in Pooltrackr.",
    ),
    "before_lock_date": Reason(
        "The date lies in a period that is locked in Xero.",
        "Ask the bookkeeper to open the period. If Xero has it in another form, leave it: it is never sent.",
    ),
    "before_cut_off": Reason(
        "The date lies before the cut-off date of the settings; older documents are never sent.",
        "Nothing to do, or move the cut-off date.",
    ),
    "total_differs": Reason(
        "Xero would not arrive at the same total or GST to the cent.",
        "Correct the lines in Pooltrackr so that each line's GST is rounded by itself, then run again.",
    ),
    "negative_total": Reason(
        "The invoice comes to less than nothing; Xero has credit notes for that.",
        "Enter a credit note in Xero. The invoice stays here as held and is never sent.",
    ),
    "zero_lines": Reason("The invoice has no lines.", "Finish or void the invoice in Pooltrackr."),
    "date_missing": Reason("The document has no date.", "Enter the date in Pooltrackr."),
    "xero_id_unknown": Reason(
        "Pooltrackr says which Xero invoice this is, but Xero has none with this id, or it belongs to another invoice.",
        "Look for the invoice in Xero; correct the id in Pooltrackr.",
    ),
    "edit_blocked_by_payment": Reason(
        "The invoice changed in Pooltrackr, but its Xero copy has a payment or credit on it and cannot be changed.",
        "Correct it in Xero by hand (remove the payment first, or enter a credit note).",
    ),
    "changed_in_both": Reason(
        "The invoice was changed in both systems since they last agreed.",
        "Compare both and make what is named the same by hand; neither is overwritten.",
    ),
    "void_blocked_by_payment": Reason(
        "The invoice was voided, replaced or batched, but its copy on the other side has payments or credits on it.",
        "Remove the payment or credit first, or leave the copy as it is.",
    ),
    "total_differs_in_xero": Reason(
        "The invoice is in both systems with different totals.",
        "Compare the lines in both systems and correct the one that is wrong.",
    ),
    "other_currency": Reason(
        "The invoice in Xero is in another currency than the organisation's, and Pooltrackr knows only that one.",
        "Settle it in Xero by hand; nothing of it is carried over.",
    ),
    "invoice_held": Reason("The invoice of this payment is held back itself.", "Settle the invoice first."),
    "invoice_not_sent": Reason(
        "The invoice of this payment is not in Xero yet.",
        "Approve and push the invoice; the payment follows by itself.",
    ),
    "invoice_not_carried": Reason(
        "The payment stands on an invoice that is not sent to Xero (batched, replaced, voided or ignored).",
        "Move the payment to the invoice that is sent.",
    ),
    "draft_in_xero": Reason(
        "The invoice is still a draft in Xero, which takes no payments.",
        "Approve the invoice in Xero; the payment follows the night after.",
    ),
    "voided_in_xero": Reason(
        "The invoice is voided or deleted in Xero, so no payment can be entered.",
        "Void it in Pooltrackr as well, or enter it anew.",
    ),
    "exceeds_amount_due": Reason(
        "The payment is more than what is still owed on the invoice in Xero.",
        "Compare the payments and credits in both systems; enter an overpayment in Xero by hand.",
    ),
    "exceeds_total_in_pooltrackr": Reason(
        "With this payment more would be paid in Pooltrackr than the invoice comes to.",
        "Compare the payments in both systems; one may be entered twice.",
    ),
    "looks_entered": Reason(
        "The other system has a payment of the same amount on this invoice that is linked to nothing.",
        "Decide link if it is the same payment, create if it is another one.",
    ),
    "paid_mark_taken_off": Reason(
        "Xero shows the invoice as paid, with a payment that Pooltrackr no longer has or whose paid mark was taken off there.",
        "Delete the payment in Xero if the money did not come in; else enter it in Pooltrackr again.",
    ),
    "paid_mark_stands_alone": Reason(
        "Pooltrackr shows the invoice as paid, and the payment or credit in Xero that this rested on has been taken back.",
        "Take the paid mark off in Pooltrackr, or enter the payment there with its date.",
    ),
    "came_from_xero": Reason(
        "Pooltrackr says that this payment came from Xero, but Xero has no such payment.",
        "Enter it in Xero, or delete it in Pooltrackr.",
    ),
    "amount_unusable": Reason(
        "The payment's amount is missing, not above zero, or has parts of a cent.", "Correct the payment."
    ),
    "payment_account_missing": Reason(
        "The account that payments go to is not set, or takes no payments.",
        "Set payment_account (for card payments clearing_account) in the settings.",
    ),
    "card_money_unexplained": Reason(
        "A card payout does not add up: gross - fees - refunds is not what was paid out.",
        "Compare the payout with Stripe's own report; correct the figures of the payment in Pooltrackr.",
    ),
    "fees_account_missing": Reason(
        "There are card fees, and no account for them.", "Set fees_account in the settings, or enter the fees by hand."
    ),
    "reimbursement_account_missing": Reason(
        "Customers paid card surcharges, and there is no account for them.",
        "Set reimbursement_account in the settings; the settings gate is shut until then.",
    ),
    "clearing_account_missing": Reason(
        "Card fees and surcharges go through a clearing account of the type bank, and there is none.",
        "Make a bank account without a feed in Xero and set it as clearing_account.",
    ),
    "stripe_contact_missing": Reason(
        "Card fees are entered under a contact, and none is named.",
        "Put the id of the Xero contact for Stripe into stripe_contact in the settings.",
    ),
    "payment_not_in_xero": Reason(
        "The card payment itself is not in Xero yet.", "Settle the payment first; fee and surcharge follow."
    ),
    "card_payment_elsewhere": Reason(
        "The card payment stands in another account in Xero than the clearing account, so the payout cannot add up there.",
        "Move the payment to the clearing account in Xero, or enter the fee and the surcharge by hand.",
    ),
    "card_money_changed": Reason(
        "A card fee or surcharge is in Xero, and Pooltrackr shows another amount since: a refund or a correction.",
        "Correct the entry in the clearing account in Xero by hand.",
    ),
    "card_money_returned": Reason(
        "Stripe gave back a fee or a surcharge; only what it takes is entered by itself.",
        "Enter it in the clearing account in Xero by hand.",
    ),
    "payment_reconciled": Reason(
        "The payment was deleted or changed in Pooltrackr, but in Xero it is reconciled with the bank.",
        "Undo the reconciliation in Xero and delete the payment there by hand.",
    ),
}
