"""At once: look into what webhooks told, and carry on as far as policies approve."""

from prefect import flow, runtime

from flows.automations import ensure_automations
from reconcile.errors import NotReady
from tasks.alerts import alert, alert_unless_passing
from tasks.at_once import look_into_events
from tasks.choices import offer_organisations
from tasks.fan_out import AT_ONCE, active, start_for_each, told
from tasks.killed import tell_of_killed
from tasks.naming import named
from tasks.progress import tell
from tasks.run import is_resting, name_of
from tasks.turns import one_at_a_time

PATIENCE_SECONDS = 60.0


@flow(name="at-once", flow_run_name=named("at once"), on_failure=[alert_unless_passing], on_crashed=[alert])
def handle_webhooks(org: str = "") -> dict[str, int]:
    """Pull and propose what the stored webhooks are about, and push what a policy approves. Nothing waits: nothing is done.

    While another run of the organisation is under way the webhooks wait for the next sweep. The sweep over all also keeps the
    forms and the automation up to date, and tells of runs that were killed.

    Args:
        org: The organisation to work on. Left empty, one run is started for each organisation that a webhook
            waits for, when there are several.
    """
    if not org:
        offer_organisations()
        ensure_automations()
        tell_of_killed()
    if not org and len(each := active(str(runtime.flow_run.id))) != 1:
        return {"started": len(start_for_each(AT_ONCE, told(each), {}))}
    if is_resting(name := name_of(org)):
        return {}
    try:
        with one_at_a_time(name, PATIENCE_SECONDS):
            return look_into_events(name)
    except NotReady as busy:
        tell(busy.message)
        return {}
