"""`reconcile status`: connection, gates, counts by state, failed rows with the remedy."""

from cli.terminal import OrgOption, console


def status(org: OrgOption = "") -> None:
    """Show how an organisation stands: connection, gates, proposals, pushes, and what needs a person."""
    from zoneinfo import ZoneInfo

    from reconcile.connection import describe_connection
    from reconcile.errors import ReconcileError
    from reconcile.stages.services import open_services, require_connection
    from reconcile.stages.status import read_status

    with open_services(org=org) as services:
        try:
            require_connection(services)
            connection = "connected"
        except ReconcileError as error:
            connection = f"not working: {error.message} {error.remedy}"
        stored = services.tokens.read(services.org_id)
        sentences = describe_connection(stored, services.clock.now(), ZoneInfo(services.org.timezone))
        now = read_status(services)
    console.print(f"{now.name} ({now.org})")
    console.print(f"Xero connection: {connection}")
    for sentence in sentences:
        console.print(f"  {sentence}")
    console.print(f"Last run: {now.last_run}")
    for gate in now.gates:
        console.print(f"Gate {gate.name}: {'open' if gate.is_open else 'shut'}")
        for blocker in gate.blockers[:20]:
            console.print(f"  {blocker}")
        if not gate.is_open:
            console.print(f"  -> {gate.remedy}")
    for what, counts in (
        ("Proposals", now.proposals),
        ("Links", now.links),
        ("Pushes", now.pushes),
        ("Flags", now.flags),
        ("Invoices and payments", now.money),
    ):
        console.print(f"{what}: " + (", ".join(f"{name} {count}" for name, count in counts.items()) or "none"))
    for line in now.troubles:
        console.print(f"  {line}")
