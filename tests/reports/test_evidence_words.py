"""Evidence and flags in the words of people: systems have names, and numbers stand only where they are explained."""

import pytest

from reconcile.matching.products.rules import RULES
from reconcile.reports.evidence_words import VETO_WORDS, detail_in_words, in_words


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ("same e-mail (rare) +17.5; phone differs -3.9", "same e-mail; phone differs"),
        ("names alike: reducer, pvc (+9.9)", "both names have reducer, pvc"),
        ("names alike: letters only (+2.0)", "the names look alike"),
        ("only left: kit, only right: laterals, to (-0.7)", "only in Pooltrackr: kit; only in Xero: laterals, to"),
        ("code differs: 0725 / 0625 (-1.7)", "code differs: 0725 in Pooltrackr, 0625 in Xero"),
        ("sold as: none / generic (-2.2)", "sold as: only generic in Xero"),
        ("brand on one side: lumis / none (-0.4)", "brand: only lumis in Pooltrackr"),
        ("price 54.90 / 190.00 (-2.6)", "the prices differ: 54.90 in Pooltrackr, 190.00 in Xero"),
        ("size differs: 2 kg / 4 kg, 1 / 2 (-6.9)", "size differs: 2 kg / 4 kg, 1 / 2 (Pooltrackr / Xero)"),
        ("another candidate is nearly as good (-15.3)", "another record fits nearly as well, or better"),
        ("whatever comes next year", "whatever comes next year"),
        ("", ""),
    ],
)
def test_evidence_is_said_without_sides_and_weights(evidence: str, said: str) -> None:
    assert in_words(evidence) == said


def test_weights_are_kept_where_they_are_explained() -> None:
    assert (
        in_words("same phone (rare) +11.8; same code 12 (+7.8)", weights=True)
        == "same phone (+11.8); same code 12 (+7.8)"
    )


@pytest.mark.parametrize(
    ("detail", "vetoes", "said"),
    [
        (
            "Looks the same as R1, R2: names alike: acid (differs: sold as: kit / none; only right: bag).",
            "",
            "Looks the same as R1, R2: both names have acid (differs: sold as: only kit in one; only in the other: bag).",
        ),
        (
            "Something speaks firmly against it: only right: bag (-0.6).",
            "part_or_whole",
            "Look closely: only one name says that it is a part, a bag or the like (only in Xero: bag).",
        ),
        (
            "Something speaks firmly against it: names another person; another person -9.4.",
            "person_differs",
            "Look closely: names another person.",
        ),
        (
            "Ann Lee fits Ann Lee nearly as well.",
            "",
            "Another record of Pooltrackr, Ann Lee, fits Ann Lee in Xero nearly as well.",
        ),
        ("Lee P/L fits nearly as well.", "", "Another record of Xero, Lee P/L, fits nearly as well."),
        ("C1 is also selected by C2.", "", "C1 is also selected by C2."),
    ],
)
def test_a_flag_says_which_system_and_what_to_look_at(detail: str, vetoes: str, said: str) -> None:
    assert detail_in_words(detail, vetoes) == said


def test_every_veto_of_a_product_has_words() -> None:
    assert {rule.name for rule in RULES if rule.veto} <= VETO_WORDS.keys()
