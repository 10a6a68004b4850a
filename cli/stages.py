"""`reconcile pull`, `reconcile propose`, `reconcile push`: the stages alone, without Prefect."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.terminal import OrgOption, console, show_counts


def pull(org: OrgOption = "") -> None:
    """Pull both systems into the snapshot and check the data."""
    from reconcile.stages.check import check_current
    from reconcile.stages.pull import PULLED, pull_entity
    from reconcile.stages.push import verify_pushed
    from reconcile.stages.services import open_services, require_connection
    from tasks.run import tracked_run

    with tracked_run(org, "pull") as run:
        with open_services(org=run.org) as services:
            require_connection(services)
            for warning in getattr(services.pooltrackr, "warnings", ()):
                console.print(f"Pooltrackr export: {warning}")
            for system, entities in PULLED.items():
                for entity in entities:
                    console.print(f"pulling {entity} from {system} ...")
                    began = services.clock.now()
                    run.counts[f"{system} {entity}"] = pull_entity(services, run.seq, system, entity).counts()
                    verify_pushed(services, system, entity, began)
            run.counts["checks"] = check_current(services, run.seq)
        show_counts(f"Pull {run.id} of {run.org}", run.counts)


def propose(
    org: OrgOption = "",
    full: Annotated[
        bool, typer.Option("--full", help="Match everything and plan all invoices anew, not only what changed.")
    ] = False,
) -> None:
    """Match what was pulled, write proposals and reports."""
    from reconcile.stages.propose import propose_entity
    from reconcile.stages.report import ENTITIES, write_reports
    from reconcile.stages.services import open_services
    from tasks.run import tracked_run

    with tracked_run(org, "propose") as run:
        with open_services(org=run.org) as services:
            for entity in ENTITIES:
                console.print(f"matching {entity} ...")
                run.counts[entity] = propose_entity(services, run.seq, entity, anew=full)
            reported = write_reports(services, run.seq)
        show_counts(f"Proposals {run.id} of {run.org}", run.counts)
        console.print(f"Reports: {reported.folder}")


def push(org: OrgOption = "") -> None:
    """Push what is approved. Refuses, with the rows, while a gate is shut."""
    from reconcile.records import System
    from reconcile.stages.push import push_entity, require_gates
    from reconcile.stages.report import ENTITIES
    from reconcile.stages.services import open_services
    from reconcile.store.engine import reading
    from reconcile.store.waiting import count_waiting
    from tasks.run import tracked_run

    targets: tuple[System, ...] = ("xero", "pooltrackr")
    with tracked_run(org, "push") as run:
        with open_services(org=run.org) as services:
            for entity in ENTITIES:
                if entity == "contacts":
                    require_gates(services, entity)
                for target in targets:
                    with reading(services.engine) as session:
                        waiting = count_waiting(session, services.org_id, target, entity)
                    if not waiting:
                        continue
                    if not services.can_write(target):
                        console.print(f"{target} cannot be written to; what is staged for it waits.")
                        continue
                    tally = push_entity(services, target, entity)
                    run.counts[f"{entity} to {target}"] = {n: c for n, c in asdict(tally).items() if c}
        show_counts(f"Push {run.id} of {run.org}", run.counts)
