"""`reconcile demo`: the whole job on the sample organisation, over real HTTP, from a clean start."""

import os
import shutil
import threading
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.terminal import console

if TYPE_CHECKING:
    from reconcile.stages.sample import Score

DEMO_CALLS_A_MINUTE = 600  # nobody wants to wait for a minute's limit in a demo; `reconcile sandbox` keeps Xero's 60
SAMPLES = Path(__file__).resolve().parent.parent / "data" / "samples"


def demo(
    data: Annotated[Path, typer.Option(help="Where the demo keeps its database and reports.")] = Path("data/demo"),
    world: Annotated[Path, typer.Option(help="The world folder that the sandbox serves.")] = SAMPLES,
) -> None:
    """Run everything once on the sample organisation: pull, match, decide, push, and a second night."""
    started = time.monotonic()
    if data.exists():
        console.print(f"Starting from a clean demo organisation: {data} of the last demo is removed.")
        shutil.rmtree(data)
    data.mkdir(parents=True)
    console.print("Starting both sandboxes and Prefect in this process (some seconds) ...")
    from reconcile.sandbox.server import serve_in_thread

    threading.Thread(target=import_module, args=("great_expectations",), daemon=True).start()  # while Prefect starts
    with serve_in_thread(world) as sandbox:
        sandbox.world.settings.limits.minute = DEMO_CALLS_A_MINUTE
        _point_at(sandbox, data)
        from flows.demo import demo_reconciliation
        from tasks.progress import show_progress

        show_progress()
        outcome = demo_reconciliation(world)
        calls = len(sandbox.calls)
    _tell(outcome, calls, time.monotonic() - started)


def _point_at(sandbox: Any, data: Path) -> None:
    """Everything the flows need comes from the environment, as in real use."""
    os.environ.update(
        {
            "RECONCILE_DATA_DIR": str(data),
            "RECONCILE_DATABASE_URL": "",
            "RECONCILE_XERO_API_URL": sandbox.xero_api_url,
            "RECONCILE_XERO_IDENTITY_URL": sandbox.xero_identity_url,
            "RECONCILE_XERO_CLIENT_ID": "demo",
            "RECONCILE_XERO_CLIENT_SECRET": "demo",
            "RECONCILE_POOLTRACKR_URL": sandbox.pooltrackr_url,
            "RECONCILE_POOLTRACKR_TOKEN": "demo",
            "RECONCILE_ORG": "",
            "PREFECT_HOME": str(data.resolve().with_name(data.name + "-prefect")),
        }
    )


def _tell(outcome: dict[str, Any], calls: int, seconds: float) -> None:
    first, second = outcome["first"], outcome["second"]
    console.rule("What happened")
    console.print("1. Pulled, new records by system:")
    for step, counts in first["counts"].items():
        if step.startswith(("pooltrackr ", "xero ")):
            console.print(f"     {step:24} {counts['total']:5}")
    console.print("2. Matched and proposed:")
    for score in outcome["judged"].scores:
        _tell_score(score)
    console.print(f"   {outcome['basis']}")
    console.print(
        "3. An analyst filled in the match reports (the demo's analyst knows the truth) and handed them back:"
    )
    for name, counts in outcome["decided"].items():
        console.print(f"     {name}: {counts['accepted']} decisions, {counts['staged']} writes staged")
    console.print("4. Pushed what was approved:")
    for step, counts in outcome["pushed"]["counts"].items():
        words = ", ".join(f"{what.replace('_', ' ')} {count}" for what, count in counts.items()) or "nothing to do"
        console.print(f"     {step:24} {words}")
    console.print("5. A second night:")
    for step, counts in second["counts"].items():
        if step.startswith(("propose ", "push ")):
            words = ", ".join(f"{what.replace('_', ' ')} {count}" for what, count in counts.items()) or "nothing to do"
            console.print(f"     {step:24} {words}")
    console.print(f"{calls} HTTP calls, {seconds:.0f} s.")
    console.rule("Look at")
    for what, path in (("first night", first), ("second night", second)):
        console.print(f"{what}: {path['reported'].summary}")
    for path in first["reported"].main.values():
        console.print(f"  match report: {path}")


def _tell_score(score: "Score") -> None:
    links, safe = score.suggested, score.auto
    console.print(
        f"     {score.entity:10} {links.suggested} links suggested, {links.right} right (precision {links.precision:.1%}); "
        f"{links.found} of {links.expected} true pairs found (recall {links.recall:.1%})"
    )
    console.print(f"     {'':10} {safe.suggested} of them safe without a person, {safe.right} of these right")
