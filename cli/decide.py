"""`reconcile decide`: apply an analyst's file. `reconcile confirm`: answer what waits for a second person."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import OrgOption, console

if TYPE_CHECKING:
    from reconcile.stages.services import Services

UsersOption = Annotated[
    Path | None, typer.Option("--users", help="File of names and hashed passwords; asks for the password of --by.")
]


def decide(
    file: Annotated[Path, typer.Argument(help="The filled-in match report, CSV or workbook.")],
    by: Annotated[str, typer.Option("--by", help="Who made these decisions.")],
    users: UsersOption = None,
    org: OrgOption = "",
) -> None:
    """Apply the decisions in a match report: all rows, or none with every problem named."""
    from reconcile.errors import BadInput
    from reconcile.stages.decide import UNTOLD, decide_file
    from reconcile.stages.services import open_services

    if not by.strip():
        raise BadInput("Nobody is named as the decider.", remedy="Say who with --by NAME.")
    proven = _sign_in(by.strip(), users)
    with open_services(org=org) as services:
        decided = decide_file(services, file, by.strip(), proven=proven)
    if decided.already:
        console.print("This file was applied before; nothing changed.")
        return
    console.print(
        f"{decided.accepted} decisions applied, {decided.unchanged} said already, {decided.undecided} rows left open; "
        f"{decided.staged} writes staged."
    )
    if decided.untold:
        console.print(UNTOLD)
    if decided.waiting:
        console.print(f"{decided.waiting} wait for a second person: on the review page, or with `reconcile confirm`.")
    if decided.collisions:
        console.print(
            f"{decided.collisions} rows are still flagged contact_already_selected: nothing is pushed before."
        )
    console.print("Push them with `reconcile push`, or wait for the night.")


def confirm(
    waits: Annotated[
        list[str] | None, typer.Argument(help="What to answer: ids of the list, or of a batch. None: show the list.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who answers; has to sign in with --users.")] = "",
    users: UsersOption = None,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse instead of confirming.")] = False,
    note: Annotated[str, typer.Option("--note", help="Why; is kept with the answer.")] = "",
    org: OrgOption = "",
) -> None:
    """Show what waits for a second person, or confirm or refuse it: all that is named, or nothing."""
    from reconcile.errors import Conflict
    from reconcile.second_person import Confirmer
    from reconcile.stages.second import confirm_waiting, refuse_waiting
    from reconcile.stages.services import open_services

    with open_services(org=org) as services:
        if not waits:
            _show_waiting(services)
            return
        second = Confirmer(by.strip(), "command", proven=_sign_in(by.strip(), users))
        answer = refuse_waiting if refuse else confirm_waiting
        answered = answer(services, waits, second, note)
    if answered.void:
        raise Conflict(
            f"{answered.void} of these changed since they were decided and are void now. Nothing was confirmed.",
            remedy="Decide on them again; confirm the others with another call.",
        )
    done = "refused" if refuse else "confirmed"
    console.print(f"{answered.settled} decisions {done}; {answered.staged} writes staged.")


def _show_waiting(services: "Services") -> None:
    from reconcile.store.engine import reading
    from reconcile.store.review_waits import list_waiting

    with reading(services.engine) as session:
        found = list_waiting(session, services.org_id)
    for look, proposal in found:
        about = f"{proposal.entity} {proposal.record_id}"
        what = f"{look.verdict} {look.target_id or look.amount}".strip()
        console.print(f"{look.id}  batch {look.batch}  {about}: {what}, by {look.by} through {look.via}")
    console.print(f"{len(found)} decisions wait for a second person.")


def _sign_in(name: str, users: Path | None) -> bool:
    """Whether the person proved who they are. Raises BadInput for a wrong password."""
    from reconcile.errors import BadInput

    if users is None:
        return False
    password = typer.prompt(f"Password of {name}", hide_input=True)
    if not import_module("reconcile.web.users").SignIn(users).check(name, password):
        raise BadInput("Name or password is not right.")
    return True
