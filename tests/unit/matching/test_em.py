"""What is learned from pairs without any labels."""

import numpy as np
import pandas as pd
import pytest

from reconcile.matching import em, spec
from reconcile.matching.contacts import columns_of
from reconcile.matching.engine import match_columns


def test_beliefs_are_shares() -> None:
    for kind in ("m", "u", "family", "office"):
        for comparison, table in zip(spec.COMPARISONS, em.believed(kind), strict=True):
            assert table.sum() == pytest.approx(1), comparison.name
            assert (table > 0).all(), comparison.name


def test_agreement_always_weighs_more_than_disagreement() -> None:
    for comparison in spec.COMPARISONS:
        lowest, highest = comparison.levels[0], comparison.levels[-1]
        assert highest.m / highest.u > 1 > lowest.m / lowest.u, comparison.name


def test_a_record_without_rivals_keeps_its_odds_and_rivals_share_them() -> None:
    pairs = em.Pairs(
        seen=em.Patterns(np.zeros((1, len(spec.COMPARISONS)), np.int8), np.zeros(3, np.intp), np.ones(3)),
        ends=(np.array([0, 1, 1], np.int32), np.array([0, 1, 2], np.int32)),
        sizes=(2, 3),
        rivals=True,
    )
    score, rivals = em.scored(np.array([3.0, 3.0, 3.0]), pairs)
    np.testing.assert_allclose(score, [3 / 4, 3 / 7, 3 / 7])
    np.testing.assert_allclose(rivals, [0, 3, 3])


def test_a_value_that_many_share_weighs_little() -> None:
    people = pd.DataFrame(
        {"id": [str(n) for n in range(40)], "name": [f"Person{chr(65 + n % 26)}{n} Name{n}" for n in range(40)]}
    )
    people["email"] = ["office@agent.com.au" if n < 30 else f"own{n}@mail.com" for n in range(40)]
    matches = match_columns(columns_of(people), columns_of(people))
    weights = matches.weighed.fields[:, spec.NAMES.index("email")]
    shared = weights[matches.chosen & (matches.left < 30)]
    own = weights[matches.chosen & (matches.left >= 30)]
    assert shared.max() < 1.5
    assert own.min() > 6


def test_few_records_do_not_overturn_beliefs() -> None:
    two = pd.DataFrame({"id": ["1", "2"], "name": ["Ann Fox", "Raj Vella"], "phone": ["0412345678", "0498765432"]})
    state = match_columns(columns_of(two), columns_of(two)).weighed.state
    for comparison, table, belief in zip(spec.COMPARISONS, state.m, em.believed("m"), strict=True):
        np.testing.assert_allclose(table, belief, atol=0.05, err_msg=comparison.name)


def households(*, spouses: bool) -> pd.DataFrame:
    """Three hundred customers at addresses of their own; with ``spouses`` every fifth address has a second customer."""
    rows = [customer(n, given="Ann") for n in range(300)]
    rows += [customer(n, given="Raj") for n in range(0, 300, 5)] if spouses else []
    return pd.DataFrame(rows)


def customer(number: int, given: str) -> dict[str, str]:
    family = "".join(chr(97 + number // 26**k % 26) for k in range(2)) + "ley"
    return {"id": f"{given}{number}", "name": f"{given} {family}", "street": f"{number + 1} {family} Street"}


def test_how_many_spouses_there_are_is_seen_inside_each_system() -> None:
    scores = {}
    for spouses in (False, True):
        left = households(spouses=spouses)
        right = pd.concat([left[left["id"] != "Ann0"], pd.DataFrame([customer(0, given="Mia")])])
        right = right[right["id"] != "Raj0"]
        columns = columns_of(left), columns_of(right)
        matches = match_columns(*columns)
        at = [
            columns[1]["id"][k] == "Mia0" and columns[0]["id"][j] == "Ann0"
            for j, k in zip(matches.left, matches.right, strict=True)
        ]
        scores[spouses] = float(matches.score[at].sum())
        state = matches.weighed.state
        assert (state.kin[0].share > 0.1) == spouses
    assert scores[False] > 4 * scores[True]


def test_copies_inside_a_system_are_not_taken_for_relatives() -> None:
    once = households(spouses=False)
    copied = pd.concat([once, once.assign(id=once["id"] + "-copy")])
    columns = columns_of(copied), columns_of(once)
    state = match_columns(*columns).weighed.state
    assert sorted(state.copies) == [pytest.approx(0, abs=3), pytest.approx(300, rel=0.05)]
    assert sum(kin.share for kin in state.kin) < 0.1


def test_an_organisation_that_has_moved_is_no_colleague_of_itself() -> None:
    organisation, place = spec.NAMES.index("organisation"), spec.NAMES.index("place")
    levels = np.full((1, len(spec.NAMES)), -1, np.int8)
    levels[0, organisation], levels[0, place] = spec.SAME["organisation"], 0
    beliefs = em.believed("office")
    tables = em.relearned_kin(levels, np.array([1000.0]), beliefs)
    assert tables[organisation][spec.SAME["organisation"]] <= beliefs[organisation][spec.SAME["organisation"]]
    assert tables[place][0] > 0.9
    assert tables[organisation].sum() == pytest.approx(1)
