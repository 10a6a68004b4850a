"""Looking only at what changed comes to the same as looking at everything."""

import csv
import random
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from reconcile.flagging import CLOSE_CALL_BITS, COLLISION
from reconcile.stages.propose import MATCH_FLAGS, find_proposals, match_situation, read_situation
from reconcile.stages.sync import SYNC_FLAGS, find_synced
from reconcile.store.engine import reading
from reconcile.store.flags import standing_flags
from reconcile.store.proposals import current_proposals

SAMPLES = Path(__file__).parent.parent.parent / "data" / "samples"
COMPARED = {*MATCH_FLAGS, *SYNC_FLAGS}
ROUNDS = 4
PAIRS = 70
POSSIBLE = 0.05
UNDECIDED = 0.4, 0.6
"""Scores around the threshold of a suggestion: on which side they fall moves with every record there is."""
CLOSE = CLOSE_CALL_BITS - 0.5, CLOSE_CALL_BITS + 0.5
"""Margins around that of a close call, which move likewise."""


def part_of_the_sample(folder: Path) -> Path:
    """Some of the sample organisation's customers: most in both systems, some in one, look-alikes and duplicates."""
    with (SAMPLES / "truth" / "contacts.csv").open(encoding="utf-8") as file:
        same = [(row["left_id"], row["right_id"]) for row in csv.DictReader(file)]
    paired = {record_id for pair in same for record_id in pair}
    for name in ("pooltrackr", "xero"):
        wanted = {pair[name == "xero"] for pair in same[:PAIRS]}
        with (SAMPLES / name / "contacts.csv").open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            kept = [row for row in rows if row["id"] in wanted or row["id"] not in paired]
        (folder / name).mkdir(parents=True)
        with (folder / name / "contacts.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows.fieldnames or ())
            writer.writeheader()
            writer.writerows(kept)
    return folder


@pytest.fixture
def sample(make_business: Callable[..., Any], tmp_path: Path) -> Any:
    """The sample organisation; what is certain is linked, the rest is not."""
    business = make_business(world=part_of_the_sample(tmp_path / "part"))
    business.configure(guards={"max_renamed_share": 1.0})
    business.night()
    certain = [p for p in business.proposals("match") if p.entity == "contacts" and p.confidence == "auto"]
    contested = {record_id for _, record_id, _ in business.flags(COLLISION["contacts"])}
    business.decide([(p, "link", p.suggested_id) for p in certain if p.record_id not in contested])
    business.night()
    return business


def stored(business: Any) -> tuple[set[Any], set[Any], set[str]]:
    """What stands in the review tables: proposals with what they suggest, flags with their words, undecided records."""
    with business.open() as services, reading(services.engine) as session:
        proposals = current_proposals(session, services.org_id, "contacts")
        flags = standing_flags(session, services.org_id, "contacts")
        return {said(p) for p in proposals}, {raised(f) for f in flags if f.name in COMPARED}, undecided(proposals)


def found_from_scratch(business: Any) -> tuple[set[Any], set[Any], set[str]]:
    """What looking at everything finds; stores nothing."""
    with business.open() as services:
        situation = read_situation(services, "contacts")
        matched = find_proposals(services, "contacts", situation)
        synced = find_synced(services, "contacts")
        margins = match_situation("contacts", situation).pairs.set_index("left_id")["margin"]
    flags, proposals = (*matched.findings, *synced.findings), (*matched.proposals, *synced.proposals)
    close_calls = set(margins[margins.between(*CLOSE)].index)
    return {said(p) for p in proposals}, {raised(f) for f in flags}, undecided(proposals) | close_calls


def undecided(proposals: Iterable[Any]) -> set[str]:
    """The records of pairs that are as likely to be the same as not."""
    pairs = ((p.record_id, c.id) for p in proposals for c in p.candidates if UNDECIDED[0] < c.score < UNDECIDED[1])
    return {record_id for pair in pairs for record_id in pair}


def said(proposal: Any) -> tuple[Any, ...]:
    """A proposal without its scores, which move a little with every record there is, and without hopeless candidates."""
    changes = tuple((change.field, change.old, change.new) for change in proposal.changes)
    candidates = tuple(sorted(candidate.id for candidate in proposal.candidates if candidate.score >= POSSIBLE))
    about = (proposal.kind, proposal.system, proposal.record_id)
    return (*about, proposal.suggested, proposal.suggested_id, proposal.confidence, candidates, changes)


def raised(flag: Any) -> tuple[str, ...]:
    """A flag, without the weights in its words."""
    return (flag.system, flag.record_id, flag.name, re.sub(r" [+-][\d.]+", "", flag.detail))


class Edits:
    """Somebody who edits both systems at random, mostly what is linked, and sometimes so that people look alike."""

    def __init__(self, business: Any, seed: int) -> None:
        self.business, self.dice = business, random.Random(seed)
        self.linked = business.links()
        self.customers = sorted(business.world.pooltrackr.tables["contacts"].rows)
        self.parties = sorted(business.world.first_books.contacts.rows)

    def make(self, linked_only: bool) -> None:
        for _ in range(self.dice.randint(1, 4)):
            one, other = self.dice.choice(sorted(self.linked.items()))
            if not linked_only:
                one, other = self.dice.choice(self.customers), self.dice.choice(self.parties)
            self.dice.choice((self._mail, self._name, self._archive, self._phone, self._imitate))(one, other)

    def _mail(self, one: str, _other: str) -> None:
        self.business.edit_pooltrackr(one, emails=[f"new{self.dice.randint(100, 999)}@example.com"])

    def _name(self, _one: str, other: str) -> None:
        known = self.business.world.first_books.contacts.rows[other]
        self.business.edit_xero(other, name=f"{known.name} {self.dice.choice('XYZ')}")

    def _phone(self, one: str, _other: str) -> None:
        self.business.edit_pooltrackr(one, phones=[{"label": "phone", "number": "02 5550 9999"}])

    def _archive(self, _one: str, other: str) -> None:
        self.business.edit_xero(other, status=self.dice.choice(("ARCHIVED", "ACTIVE")))

    def _imitate(self, _one: str, other: str) -> None:
        """A linked contact takes the name and mail of one that nobody has linked."""
        free = [key for key in self.customers if key not in self.linked]
        model = self.business.world.pooltrackr.tables["contacts"].rows[self.dice.choice(free)].fields
        self.business.edit_xero(other, name=f"{model['name']} ", email=(model.get("emails") or [""])[0])


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_edits_it_is_the_same_as_from_scratch(sample: Any, seed: int) -> None:
    edits = Edits(sample, seed)
    matched = []
    for number in range(ROUNDS):
        edits.make(linked_only=number % 3 < 2)
        matched.append(sample.night()["pairs"] > 0)
        (*kept, unsure), (*fresh, unsure_afresh) = stored(sample), found_from_scratch(sample)
        assert len(unsure | unsure_afresh) <= 10
        for one, other in zip(kept, fresh, strict=True):
            assert {said for said in one ^ other if not {*said[:3]} & (unsure | unsure_afresh)} == set()
    assert set(matched) == {True, False}


def test_edits_of_linked_contacts_match_nothing(sample: Any) -> None:
    one = next(iter(sample.links()))
    sample.edit_pooltrackr(one, emails=["somebody.else.altogether@example.org"])
    counts = sample.night()
    assert counts["pairs"] == 0
    assert counts["new"] == 1


def test_a_new_customer_is_matched(sample: Any) -> None:
    sample.edit_pooltrackr(
        next(key for key in sorted(sample.customers()) if key not in sample.links()), name="Zed Zulu"
    )
    assert sample.night()["pairs"] > 0


def test_once_a_week_everything_is_matched(sample: Any) -> None:
    one = next(iter(sample.links()))
    sample.clock.wait(8 * 86_400)
    sample.edit_pooltrackr(one, emails=["somebody.else.altogether@example.org"])
    assert sample.night()["pairs"] > 0
