"""What is compared beyond likeness of words: one row per rule.

To add a rule: write in comparisons.py how it compares two products (0 when it says nothing), and add one row to RULES
with its weight and its words. A negative weight speaks against the pair; a veto keeps it from ever being decided
without a person, whatever else agrees.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reconcile.matching.products import comparisons as compare
from reconcile.matching.products.products import Product

Compare = Callable[[Product, Product], float]
Words = Callable[[Product, Product], str]
PER_BIT = 0.12  # likeness of what the catalogue itself weighs in bits
PACK = ("volume", "mass", "count", "data")
SIZE = ("length", "power", "voltage", "current", "capacitance", "frequency", "flow", "resolution")


@dataclass(frozen=True)
class Rule:
    """A named comparison: how strongly it applies to a pair, its weight in likeness, and what it tells a person."""

    name: str
    weight: float
    compare: Compare
    words: Words
    veto: bool = False


def _both(label: str, values: Callable[[Product], str]) -> Words:
    return lambda one, two: f"{label}: {values(one) or 'none'} / {values(two) or 'none'}"


def _always(words: str) -> Words:
    return lambda *_: words


def _listed(values: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(values)[:3])


def _amounts(product: Product, dimension: str) -> str:
    return ", ".join(measure.text for measure in product.sizes.get(dimension, ()))


def _same_sizes(one: Product, two: Product) -> str:
    return "same size " + ", ".join(_amounts(one, dimension) for dimension in compare.agreeing_dimensions(one, two))


def _different_sizes(one: Product, two: Product) -> str:
    dimensions = compare.differing_dimensions(one, two)
    return "size differs: " + ", ".join(f"{_amounts(one, d)} / {_amounts(two, d)}" for d in dimensions)


def _same_models(one: Product, two: Product) -> str:
    return f"same model number {_listed(one.models & two.said | two.models & one.said).upper()}"


def _different_models(one: Product, two: Product) -> str:
    models = (_listed(compare.unexplained_models(*pair)).upper() for pair in ((one, two), (two, one)))
    return "model number differs: " + " / ".join(models)


def _different_numbers(one: Product, two: Product) -> str:
    return f"number differs: {_listed(one.numbers - two.said)} / {_listed(two.numbers - one.said)}"


def _same_numbers(one: Product, two: Product) -> str:
    return f"same number {_listed(one.numbers & two.numbers)}"


def _same_chemicals(one: Product, two: Product) -> str:
    return f"same chemical: {_listed(one.text.substances & two.text.substances)}"


def _different_variants(one: Product, two: Product) -> str:
    words = (_listed(mine.tokens & compare.VARIANT_WORDS - other.said) for mine, other in ((one, two), (two, one)))
    return "variant differs: " + " / ".join(words)


def _different_kinds(one: Product, two: Product) -> str:
    return f"kind differs: {_listed(one.parts - two.parts_said)} / {_listed(two.parts - one.parts_said)}"


def _gst_apart(one: Product, two: Product) -> str:
    return f"same price but for GST: {one.price:.2f} / {two.price:.2f}"


RULES: list[Rule] = [
    # agreement
    Rule("same_code", 0.8, compare.same_code, lambda one, _: f"same code {one.text.sku}"),
    Rule("like_code", 0.3, compare.like_code, _both("codes alike", lambda product: product.text.sku)),
    Rule("same_price", PER_BIT, compare.equal_price, lambda one, _: f"same price {one.price:.2f}"),
    Rule("price_but_for_gst", PER_BIT, compare.price_but_for_gst, _gst_apart),
    Rule("same_brand", PER_BIT, compare.same_brand, lambda one, _: f"same brand {one.text.brand}"),
    Rule("same_model", 0.3, compare.same_model, _same_models),
    Rule("same_size", 0.25, compare.same_sizes, _same_sizes),
    Rule("same_number", 0.1, compare.same_number, _same_numbers),
    Rule("same_chemical", 0.25, compare.same_substance, _same_chemicals),
    # disagreement that a person must look at
    Rule("different_pack", -1.6, compare.differing_in(*PACK), _different_sizes, veto=True),
    Rule("different_count", -0.3, compare.different_count, _both("pack differs", lambda p: _amounts(p, "count")), veto=True),
    Rule("different_size", -1.2, compare.differing_in(*SIZE), _different_sizes, veto=True),
    Rule("different_concentration", -1.2, compare.differing_in("concentration"), _different_sizes, veto=True),
    Rule("different_model", -0.5, compare.different_model, _different_models, veto=True),
    Rule("different_number", -0.25, compare.different_number, _different_numbers, veto=True),
    Rule("different_chemical", -0.5, compare.different_substance, _both("chemical", lambda p: _listed(p.text.substances)), veto=True),
    Rule("container_state", -0.5, compare.different_state, _both("sold as", lambda p: _listed(p.text.states)), veto=True),
    Rule("service_or_goods", -0.3, compare.service_against_goods,
         _both("kind", lambda p: "work" if p.text.service else "goods"), veto=True),
    Rule("different_kind", -0.5, compare.different_kind, _different_kinds, veto=True),
    Rule("different_variant", -0.5, compare.different_variant, _different_variants, veto=True),
    Rule("brand_differs", -PER_BIT, compare.different_brand, _both("brand differs", lambda p: p.text.brand), veto=True),
    # disagreement that does not weigh, but keeps a pair with a person
    Rule("part_or_whole", 0.0, compare.part_or_whole, _always("a part is named on one side only"), veto=True),
    Rule("set_apart", 0.0, compare.set_apart, _always("an edition, side or condition is named on one side only"), veto=True),
    Rule("much_dearer", 0.0, compare.much_dearer, _always("one price is more than twice the other"), veto=True),
    # disagreement that only weighs
    Rule("brand_missing", -PER_BIT, compare.brand_missing, _both("brand on one side", lambda p: p.text.brand)),
    Rule("price_differs", -0.4, compare.price_distance, lambda one, two: f"price {one.price:.2f} / {two.price:.2f}"),
    Rule("different_price", -PER_BIT, compare.different_price, _always("not the same price")),
    Rule("different_code", -0.5, compare.different_code, _both("code differs", lambda p: p.text.sku)),
]  # fmt: skip
