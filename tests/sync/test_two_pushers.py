"""Two processes push the same organisation at the same time, on whichever database is tested (fault 28)."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

PEOPLE = [f"Ann{chr(97 + n // 20)} Lee{chr(97 + n % 20)}" for n in range(120)]
PUSH = """
import json
from dataclasses import asdict
from reconcile.stages.push import push_entity
from reconcile.stages.services import open_services
with open_services() as services:
    print(json.dumps(asdict(push_entity(services, "xero", "contacts"))))
"""


def start(business: Any) -> "subprocess.Popen[str]":
    settings = business.settings
    named = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "XERO_API_URL": settings.xero_api_url,
        "XERO_IDENTITY_URL": settings.xero_identity_url,
        "XERO_CLIENT_ID": "id",
        "XERO_CLIENT_SECRET": "secret",
        "POOLTRACKR_URL": settings.pooltrackr_url,
        "POOLTRACKR_TOKEN": "token",
    }
    environment = {**os.environ, **{f"RECONCILE_{name}": value for name, value in named.items()}}
    return subprocess.Popen([sys.executable, "-c", PUSH], env=environment, stdout=subprocess.PIPE, text=True)


def test_every_write_arrives_exactly_once(make_business: Callable[..., Any]) -> None:
    business = make_business(PEOPLE)
    business.link_everybody()
    for n in range(1, len(PEOPLE) + 1):
        business.in_pooltrackr(n, emails=[f"new{n}@example.com"])
    business.night()
    business.decide([(p, "update", "") for p in business.proposals("update")])
    told = len(business.world.first_books.events)
    tallies = [json.loads(process.communicate(timeout=120)[0]) for process in [start(business), start(business)]]
    written = Counter(event.resource_id for event in business.world.first_books.events[told:])
    assert written == {f"X{n}": 1 for n in range(1, len(PEOPLE) + 1)}
    assert sum(tally["done"] for tally in tallies) == len(PEOPLE)
    assert sum(tally["conflict"] + tally["raced"] + tally["failed"] for tally in tallies) == 0
