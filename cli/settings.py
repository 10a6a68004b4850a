"""`reconcile settings`: show or change what an operator sets for an organisation."""

import json
from typing import Annotated, Any

import typer

from cli.terminal import OrgOption, console


def settings(
    org: OrgOption = "",
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="name=value, such as xero_price_basis=INC or policies.exact_contact=true."),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who changes it.")] = "operator",
) -> None:
    """Show the settings of an organisation, or save a new version of them."""
    from pydantic import ValidationError

    from reconcile.errors import BadInput
    from reconcile.organisation_settings import OrganisationSettings
    from reconcile.stages.services import open_services
    from reconcile.store.engine import writing
    from reconcile.store.organisations import save_settings

    with open_services(org=org) as services:
        current = services.settings_of_org
        if change:
            try:
                current = OrganisationSettings.model_validate(_changed(current.model_dump(), change))
            except ValidationError as error:
                words = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
                raise BadInput(f"These settings cannot be used: {words}.") from None
            with writing(services.engine) as session:
                version = save_settings(session, services.org_id, current, by, services.clock.now())
            console.print(f"Saved as version {version}.")
    console.print_json(current.model_dump_json())


def _changed(values: dict[str, Any], changes: list[str]) -> dict[str, Any]:
    from reconcile.errors import BadInput

    for change in changes:
        path, equals, text = change.partition("=")
        *parents, name = path.strip().split(".")
        place = values
        for parent in parents:
            below = place.get(parent)
            place = below if isinstance(below, dict) else {}
        if not equals or (name not in place and parents != ["category_accounts"]):
            raise BadInput(
                f"{change} names no setting.", remedy="Write name=value; `reconcile settings` lists the names."
            )
        place[name] = _value(text)
    return values


def _value(text: str) -> Any:
    if text.lower() in ("true", "false"):
        return json.loads(text.lower())
    return text
