"""How an organisation stands, in counts and in the rows that need a person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconcile.gates import Gate
from reconcile.stages.gates import read_gates
from reconcile.stages.report import ENTITIES
from reconcile.stages.running import describe_run
from reconcile.stages.services import Services
from reconcile.store.engine import reading
from reconcile.store.flags import standing_flags
from reconcile.store.links import open_links
from reconcile.store.money_states import count_money
from reconcile.store.naming import read_names
from reconcile.store.outbox import count_by_status, troubled
from reconcile.store.proposals import current_rows
from reconcile.store.runs import as_it_stands, latest_run


@dataclass(frozen=True)
class Status:
    """What `reconcile status` shows. ``troubles`` are pushes that need a person, each with its remedy."""

    org: str
    name: str
    last_run: str
    gates: tuple[Gate, ...]
    proposals: Mapping[str, int]
    links: Mapping[str, int]
    pushes: Mapping[str, int]
    flags: Mapping[str, int]
    money: Mapping[str, int]
    troubles: tuple[str, ...]


def read_status(services: Services) -> Status:
    """Read everything in one consistent state."""
    with reading(services.engine) as session:
        org_id = services.org_id
        run = latest_run(session, org_id)
        gates = read_gates(session, org_id, services.settings_of_org)
        named = read_names(session, org_id, (blocker for gate in gates for blocker in gate.blockers))
        proposals = Counter(f"{row.entity} to {row.suggested}" for row in current_rows(session, org_id))
        return Status(
            org=org_id,
            name=services.org.name,
            last_run=describe_run(services, as_it_stands(session, run) if run else None),
            gates=tuple(replace(gate, blockers=tuple(named(text) for text in gate.blockers)) for gate in gates),
            proposals=dict(sorted(proposals.items())),
            links={entity: len(open_links(session, org_id, entity)) for entity in ENTITIES},
            pushes=count_by_status(session, org_id),
            flags=dict(sorted(Counter(flag.name for flag in standing_flags(session, org_id)).items())),
            money=count_money(session, org_id),
            troubles=tuple(
                f"{op.status}: {op.verb} {op.entity} {op.subject_id} in {op.target}: {op.problem} {op.remedy}"
                for op in troubled(session, org_id)
            ),
        )
