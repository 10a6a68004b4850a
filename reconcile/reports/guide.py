"""The sheet that explains how a report is filled in, and the widths and colours that a reader meets."""

from collections.abc import Sequence

from reconcile.decisions import VERDICTS

HEADING = "How to fill this in"
SHEET = "How to fill this in"

MEANINGS: dict[str, str] = {
    "link": "These two are the same. Uses the Xero record of this row, or the one you put into decision_xero_id.",
    "create": "It is nowhere in the other system. Make a new one there.",
    "skip": "Not this time. It will be in the next report again.",
    "ignore": "Never ask about this record again.",
    "update": "Take over the changes that the column changes lists (only for rows that list changes).",
    "unlink": "Take the two apart again (only for rows that suggest it).",
    "void": "Void the document on the other side as well (only for rows that suggest it).",
}

WIDTHS: dict[str, int] = {
    "proposal_id": 19,
    "flags": 24,
    "pooltrackr_name": 26,
    "xero_name": 26,
    "pooltrackr_id": 14,
    "score": 8,
    "confidence": 11,
    "suggested": 11,
    "decision": 12,
    "decision_xero_id": 40,
    "note": 30,
    "reasons": 48,
    "against": 48,
    "explanation": 48,
    "changes": 40,
    "already_decided": 26,
    "basis": 20,
    "why": 48,
    "class": 18,
    "details": 48,
}


def width(column: str) -> int:
    """A comfortable width of a column, in characters."""
    if column in WIDTHS:
        return WIDTHS[column]
    if column.endswith("_details"):
        return 48
    if column.endswith(("_name", "_url")):
        return 30
    return 22 if column.endswith("_id") else 14


def guide_lines(columns: Sequence[str], about: str) -> list[tuple[str, str]]:
    """The sheet's lines as (left, right); an empty right cell makes the left one a heading or a sentence."""
    lines = [(HEADING, ""), (about, ""), ("", "")]
    if "decision" in columns:
        lines += _deciding()
    lines += [("What the columns say", "")]
    return lines + [(column, COLUMNS[column]) for column in columns if column in COLUMNS]


def _deciding() -> list[tuple[str, str]]:
    steps = [
        ("1. Work from the top: the rows that need a person come first.", ""),
        ("2. Choose a decision in the yellow column. Leave it empty if you are not sure.", ""),
        ("3. Is another Xero record the right one? Choose or paste its id into decision_xero_id.", ""),
        ("4. Save the file. Excel workbook (.xlsx) and CSV UTF-8 (.csv) can both be handed back.", ""),
        ("5. Hand it back: reconcile decide FILE --by YOUR-NAME, or give it to data ops.", ""),
        ("", ""),
        ("Only the three yellow columns count. Nothing happens unless every filled row is in order.", ""),
        ("", ""),
        ("What a decision does", ""),
    ]
    return [
        *steps,
        *((verdict, MEANINGS.get(verdict, "Only for rows that suggest it.")) for verdict in VERDICTS),
        ("", ""),
    ]


COLUMNS: dict[str, str] = {
    "proposal_id": "The number of this suggestion. Do not change it.",
    "flags": "What is unusual about this row. No flag: nothing unusual.",
    "pooltrackr_id": "The record's number in Pooltrackr. Empty: only Xero has it.",
    "pooltrackr_name": "Its name in Pooltrackr.",
    "pooltrackr_details": "E-mail, telephone, address, ABN, or code and price, as Pooltrackr has them.",
    "xero_id": "The Xero record that is suggested. Empty: none was found.",
    "xero_name": "Its name in Xero.",
    "xero_details": "The same details as Xero has them.",
    "score": "How likely it is that both are the same, from 0 to 1.",
    "confidence": "auto: safe without a person. review: look at it. no: unlikely.",
    "suggested": "What we would decide.",
    "decision": "YOURS. Your decision; empty means not yet.",
    "decision_xero_id": "YOURS, only with link: the id of another Xero record, when the one in xero_id is wrong.",
    "note": "YOURS, if you like: why. It is kept with the decision.",
    "reasons": "What speaks for it, the heaviest first; the number says how much it counts: one more makes it twice as likely.",
    "against": "What speaks against it, in the same way.",
    "explanation": "What the flags mean on this row.",
    "changes": "For an update: which field would become what.",
    "candidate_2_id": "The second-best Xero record.",
    "candidate_2_name": "Its name.",
    "candidate_2_score": "Its score.",
    "candidate_3_id": "The third-best Xero record.",
    "candidate_3_name": "Its name.",
    "candidate_3_score": "Its score.",
    "already_decided": "A decision that stands already, and whose. A new one replaces it.",
    "xero_url": "Opens the record in Xero.",
    "basis": "A fingerprint of both records as this report saw them. Do not change it: it is how we notice that they moved on.",
    "group": "Records with the same group may be the same thing.",
    "id": "The record's number in that system.",
    "name": "Its name.",
    "details": "E-mail, telephone, address, ABN, or code and price.",
    "why": "What they have in common, and what differs.",
    "class": "What kind of difference: GST basis, rounding, an old price, another pack size, or unexplained.",
    "pooltrackr_code": "The product's code in Pooltrackr.",
    "pooltrackr_price": "Its sales price in Pooltrackr.",
    "pooltrackr_gst": "Whether that price includes GST (INC) or not (EX).",
    "xero_code": "The item's code in Xero.",
    "xero_price": "Its sales price in Xero.",
}
