"""Named rules that keep a pair from ``auto`` whatever else agrees; a person looks instead."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from reconcile.matching import spec
from reconcile.matching.compare import Compare
from reconcile.matching.table import Codes

Mask = npt.NDArray[np.bool_]
LevelOf = Callable[[str], npt.NDArray[np.int8]]


class Veto(NamedTuple):
    """``holds`` says for which pairs, from the level of any comparison; ``words`` go into ``against``."""

    name: str
    words: str
    holds: Callable[[LevelOf], Mask]


VETOES = (
    Veto("abn_differs", "two valid ABNs that differ", lambda level: level("abn") == 0),
    Veto("scheme_differs", "two strata scheme numbers that differ", lambda level: level("scheme") == 0),
    Veto("generation_differs", "senior and junior are two people", lambda level: np.isin(level("suffix"), (0, 1))),
    Veto("carries_other_number", "carries the number of another record", lambda level: level("carried") == 0),
    Veto("person_differs", "names another person", lambda level: np.isin(level("person"), (0, 1, 2))),
    Veto(
        "half_a_couple",
        "a couple on one side, one person on the other",
        lambda level: (
            (level("person") == 4) & ~((level("email") == 4) & ((level("phone") == 2) | (level("street") == 5)))
        ),
    ),
    Veto("unit_differs", "another unit of the same house", lambda level: level("street") == 4),
    Veto("other_pool", "another pool address", lambda level: level("site") == 0),
    Veto("elsewhere", "another address in another place", lambda level: (level("place") == 0) & (level("street") == 0)),
    Veto(
        "no_contact_detail_agrees",
        "neither phone nor e-mail agrees",
        lambda level: (level("phone") == 0) & (level("email") == 0),
    ),
    Veto(
        "organisation_differs",
        "names another organisation",
        lambda level: (
            (level("organisation") == 0) & (level("person") < 3)
            | np.isin(level("organisation"), (0, 1)) & (level("both_organisations") == 1)
        ),
    ),
    Veto(
        "another_site",
        "one organisation at two addresses with two phones",
        lambda level: (
            (level("both_organisations") == 1)
            & (level("phone") == 0)
            & (level("street") == 0)
            & np.isin(level("place"), (0, 1, 2))
        ),
    ),
    Veto(
        "only_an_initial",
        "only an initial of the given name agrees, which half a family may have",
        lambda level: (level("person") == 6) & (level("email") != 4) & (level("same_mobile") == 0),
    ),
    Veto(
        "client_of_agent",
        "the agent or manager agrees, whose client it is does not",
        lambda level: (level("through_agent") == 1) & np.isin(level("person"), (-1, 5)),
    ),
    Veto(
        "contact_of_organisation",
        "an organisation on one side, its contact in person on the other",
        lambda level: (level("through_contact") == 1) & (level("street") != 5),
    ),
)
NAMES = tuple(veto.name for veto in VETOES)


def apply(levels: npt.NDArray[np.int8], compare: Compare, i: Codes, j: Codes) -> npt.NDArray[np.bool_]:
    """Which veto (column) holds for which pair (row)."""
    facts = {name: levels[:, n] for n, name in enumerate(spec.NAMES)}
    facts["through_contact"] = compare.people.through_contact(i, j).astype(np.int8)
    facts["through_agent"] = compare.people.through_agent(i, j).astype(np.int8)
    facts["both_organisations"] = compare.people.both_organisations(i, j).astype(np.int8)
    facts["same_mobile"] = compare.details.same_mobile(i, j).astype(np.int8)
    return np.stack([veto.holds(facts.__getitem__) for veto in VETOES], axis=1)
