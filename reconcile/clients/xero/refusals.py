"""Xero's sentences of refusal, sorted into errors with a plain cause and a remedy.

Xero's own words may hold a customer's name, so they never reach an error message: known sentences are replaced by ours,
unknown ones are shown with everything blotted out that was in the request.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconcile.clients.answers import Answer
from reconcile.clients.values import text
from reconcile.clients.xero.sentences import REFUSALS
from reconcile.errors import BadData, BasisChanged, Conflict, ReconcileError

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_DIGITS = re.compile(r"\d(?:[ -]?\d){5,}")


def explain(answer: Answer) -> ReconcileError:
    """The error for a refusal as a whole (400, 409, 412 and the like)."""
    if answer.status == 412:
        return BasisChanged("Xero refused a precondition of the request.", remedy="Pull again, then decide anew.")
    if answer.status == 409:
        return Conflict("Xero says that the record is in conflict with another.", remedy="Pull again.")
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
