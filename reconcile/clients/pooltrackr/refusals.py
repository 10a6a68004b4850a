"""Pooltrackr's refusals as errors. Its codes are fixed by the contract; its sentences are not shown, they may name people."""

from reconcile.clients.answers import Answer
from reconcile.clients.values import text
from reconcile.errors import BadData, BasisChanged, Conflict, ReconcileError, TargetTaken


def explain(answer: Answer) -> ReconcileError:
    """The error for a refusal."""
    body = answer.data if isinstance(answer.data, dict) else {}
    inner = body.get("error")
    stated = inner if isinstance(inner, dict) else body
    code, field = text(stated.get("code")), text(stated.get("field"))
    if answer.status == 412:
        return BasisChanged("The record was changed in Pooltrackr after this was approved.", remedy="Decide anew.")
    if answer.status == 409 and code == "key_reused":
        return Conflict("The same request key was used for something else.", remedy="Report this fault of the program.")
    if answer.status == 409:
        return TargetTaken(
            "Another Pooltrackr record carries this reference already.",
            remedy="Pull again; the record that carries it will be proposed for linking.",
        )
    where = f" (field {field})" if field else ""
    return BadData(
        f"Pooltrackr refused the record{where}: {code.replace('_', ' ') or f'status {answer.status}'}.",
        remedy="Correct the record in the system it comes from.",
    )
