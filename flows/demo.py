"""The whole job on the sample organisation: night, an analyst's decisions, push, and a second night."""

from pathlib import Path
from typing import Any

from prefect import flow

from flows.nightly import nightly_reconciliation
from flows.push import push_approved
from tasks.decide import decide
from tasks.sample import answer_settings, judge_as_analyst


@flow(name="demo", flow_run_name="demo")
def demo_reconciliation(world: Path) -> dict[str, Any]:
    """Run every step once, with an analyst who knows the truth of the sample."""
    first = nightly_reconciliation("", push_approved=False, invoices=False)
    basis = answer_settings(first["org"])
    judged = judge_as_analyst(first["org"], first["reported"].main, world)
    decided = {path.stem: decide(first["org"], path, "demo analyst") for path in judged.files}
    pushed = push_approved(first["org"], invoices=False)
    second = nightly_reconciliation(first["org"], push_approved=True, invoices=False)
    return {
        "first": first,
        "basis": basis,
        "judged": judged,
        "decided": decided,
        "pushed": pushed,
        "second": second,
    }
