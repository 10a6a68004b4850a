"""The form's choice of organisations, kept as the registry is: whoever was added since the deployments were made is offered."""

from typing import Any

from prefect import task
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate

from reconcile.settings import Settings
from reconcile.stages.registering import all_registered
from tasks.edge import EDGE
from tasks.progress import tell


@task(name="offer-organisations", task_run_name="offer the organisations", **EDGE)
def offer_organisations() -> int:
    """Offer every organisation by name wherever a deployment asks for one; returns how many forms that changed."""
    names = [found.id for found in all_registered(Settings())]
    changed = 0
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments() if names else ():
            schema = offering(deployment.parameter_openapi_schema or {}, names)
            if schema != deployment.parameter_openapi_schema:
                client.update_deployment(deployment.id, DeploymentUpdate(parameter_openapi_schema=schema))
                changed += 1
    if changed:
        tell(f"{changed} forms offer {len(names)} organisations")
    return changed


def offering(schema: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """A form's schema whose organisation is one of the names or empty; one that asks for none stays as it is."""
    asked = schema.get("properties", {})
    if "org" not in asked:
        return schema
    return {**schema, "properties": {**asked, "org": {**asked["org"], "enum": ["", *names]}}}
