"""What two products have in common or not: each function takes both and answers how strongly it applies (0: not)."""

import math
from collections.abc import Callable

from rapidfuzz.distance import Levenshtein

from reconcile.matching.products.products import Product
from reconcile.normalise.product_measures import Measure, same_size
from reconcile.normalise.product_text import damaged_sku_key
from reconcile.normalise.product_words import HARMLESS, OPTIONAL_STATES, SETS_APART, VARIANTS

MISSPELT = 0.8
LONG_MODEL = 7
VARIANT_WORDS = frozenset().union(*VARIANTS)
GST = 1.1
NEGATIONS = ("un", "non", "in", "de", "dis", "anti")
ENDINGS = ("ate", "ite", "ide", "er", "ed")
DOUBLINGS_FORGIVEN = 0.3  # prices within 1.23 of each other (GST, a year of rises) say nothing


def same_sizes(one: Product, two: Product) -> float:
    """How many dimensions agree in an amount."""
    return float(len(agreeing_dimensions(one, two)))


def agreeing_dimensions(one: Product, two: Product) -> list[str]:
    """Dimensions in which both name an amount and share one."""
    return [d for d in one.sizes if d in two.sizes and _shared(d, one.sizes[d], two.sizes[d])]


def differing_dimensions(one: Product, two: Product) -> list[str]:
    """Dimensions in which each names an amount that the other does not ("200 g tablets 4 kg" differs from "... 2 kg")."""
    if not one.sizes or not two.sizes:
        return []
    return [
        d
        for d in one.sizes
        if d in two.sizes and _alone(d, one.sizes[d], two.sizes[d]) and _alone(d, two.sizes[d], one.sizes[d])
    ]


def _alone(dimension: str, ones: tuple[Measure, ...], others: tuple[Measure, ...]) -> bool:
    return any(not _shared(dimension, (one,), others) for one in ones)


def _shared(dimension: str, ones: tuple[Measure, ...], others: tuple[Measure, ...]) -> bool:
    return any(same_size(dimension, one.amount, other.amount) for one in ones for other in others)


def differing_in(*dimensions: str) -> Callable[[Product, Product], float]:
    """A comparison: in how many of these dimensions both name amounts that the other lacks."""
    wanted = frozenset(dimensions)

    def differing(one: Product, two: Product) -> float:
        if wanted.isdisjoint(one.sizes) or wanted.isdisjoint(two.sizes):
            return 0.0
        return float(len(wanted.intersection(differing_dimensions(one, two))))

    return differing


def different_count(one: Product, two: Product) -> float:
    """One side is a multiple pack (4 x 5 L) and the other is not: another article than 20 L."""
    counts = [product.sizes.get("count", ()) for product in (one, two)]
    return float(bool(counts[0]) != bool(counts[1]))


def unexplained_models(one: Product, two: Product) -> set[str]:
    """Model numbers of one product that the other says nowhere, not even as part of a longer number."""
    return {
        model
        for model in one.models - two.said
        if not any(min(len(model), len(other)) >= 3 and (model in other or other in model) for other in two.models)
    }


def different_model(one: Product, two: Product) -> float:
    """Each has a model number that the other lacks."""
    if one.models <= two.said or two.models <= one.said:
        return 0.0
    return float(bool(unexplained_models(one, two) and unexplained_models(two, one)))


def same_model(one: Product, two: Product) -> float:
    """A model number of one is said by the other."""
    return float(bool(one.models & two.said or two.models & one.said))


def same_number(one: Product, two: Product) -> float:
    """A plain number (a version, a year) that both names carry."""
    return float(bool(one.numbers & two.numbers))


def different_number(one: Product, two: Product) -> float:
    """Each has a plain number that the other lacks: version 9 is not version 10."""
    return float(bool(one.numbers - two.said and two.numbers - one.said))


def same_code(one: Product, two: Product) -> float:
    """Equal codes but for case and punctuation; leading zeros count."""
    return float(bool(one.text.sku) and one.text.sku == two.text.sku)


def different_code(one: Product, two: Product) -> float:
    """Both have a code, and not the same."""
    return float(bool(one.text.sku and two.text.sku) and one.text.sku != two.text.sku)


def like_code(one: Product, two: Product) -> float:
    """Codes that are equal once what a spreadsheet does to them is undone: a hint only."""
    skus = one.text.sku, two.text.sku
    if not all(skus) or skus[0] == skus[1]:
        return 0.0
    return float(len(damaged_sku_key(skus[0])) >= 2 and damaged_sku_key(skus[0]) == damaged_sku_key(skus[1]))


def same_substance(one: Product, two: Product) -> float:
    """Both can be the same chemical."""
    return float(bool(one.text.substances & two.text.substances))


def different_substance(one: Product, two: Product) -> float:
    """Both name chemicals, and no common one."""
    return float(bool(one.text.substances and two.text.substances) and not one.text.substances & two.text.substances)


def different_state(one: Product, two: Product) -> float:
    """States (refill, deposit, kit, generic ...) that only one side has; those often left out do not count."""
    differing = (one.text.states ^ two.text.states) - OPTIONAL_STATES
    clash = {"genuine", "generic"} <= one.text.states | two.text.states and one.text.states != two.text.states
    return float(len(differing) + clash)


def different_kind(one: Product, two: Product) -> float:
    """Each names a part or a kind of thing that the other mentions nowhere: a cell is not a chlorinator."""
    return float(bool(one.parts - two.parts_said and two.parts - one.parts_said))


def service_against_goods(one: Product, two: Product) -> float:
    """One is work (labour, call-out), the other a thing."""
    return float(one.text.service != two.text.service)


def price_distance(one: Product, two: Product) -> float:
    """Doublings between the prices beyond what GST and rises explain, at most two; 0 when a price is missing."""
    if not one.price or not two.price:
        return 0.0
    return min(max(math.log2(max(one.price, two.price) / min(one.price, two.price)) - DOUBLINGS_FORGIVEN, 0.0), 2.0)


def same_brand(one: Product, two: Product) -> float:
    """Both name one brand."""
    return float(bool(one.text.brand) and one.text.brand.replace(" ", "") == two.text.brand.replace(" ", ""))


def brand_missing(one: Product, two: Product) -> float:
    """Only one names a brand."""
    return float(bool(one.text.brand) != bool(two.text.brand))


def different_brand(one: Product, two: Product) -> float:
    """Both name a brand, and neither says the other's."""
    brands = one.text.brand, two.text.brand
    if not all(brands) or brands[0].replace(" ", "") == brands[1].replace(" ", ""):
        return 0.0
    return float(not set(brands[0].split()) & two.said and not set(brands[1].split()) & one.said)


def different_variant(one: Product, two: Product) -> float:
    """Each carries a word that excludes the other's: weekly and monthly, left and right, sand and glass."""
    mine, theirs = (one.tokens & VARIANT_WORDS) - two.said, (two.tokens & VARIANT_WORDS) - one.said
    return float(bool(mine and theirs) and any(mine & row and theirs & row for row in VARIANTS))


def part_or_whole(one: Product, two: Product) -> float:
    """Only one names a part or a kind of thing ("basket", "pump") that the other mentions nowhere."""
    return float(bool(one.parts - two.parts_said or two.parts - one.parts_said))


def much_dearer(one: Product, two: Product) -> float:
    """One price is more than twice the other: another pack, a part, or another article."""
    return float(bool(one.price and two.price) and max(one.price, two.price) > 2 * min(one.price, two.price))


def words_left(one: Product, two: Product) -> frozenset[str]:
    """Words of a name that the other says nowhere, neither misspelt nor shortened; harmless ones do not count."""
    brand = set(one.text.brand.split()) | {one.text.brand}
    return frozenset(
        word
        for word in one.tokens - two.said - HARMLESS - brand
        if not any(_written_alike(word, other) for other in two.tokens)
    )


def _written_alike(word: str, other: str) -> bool:
    if word.isalpha() and other.isalpha():
        short, long = sorted((word, other), key=len)
        shortened = len(short) >= 4 and long.startswith(short) and short not in HARMLESS
        alike = shortened or Levenshtein.normalized_similarity(word, other) >= MISSPELT
        return alike and not _turned_round(short, long)
    return min(len(word), len(other)) >= 5 and (word in other or other in word)


def _turned_round(short: str, long: str) -> bool:
    """Whether one letter or syllable makes another thing of a word: unsalted, non-slip, bisulphite, stabilised, Mk III."""
    negated = any(long == syllable + short for syllable in NEGATIONS) or long == short + "less"
    ends = [next((end for end in ENDINGS if word.endswith(end)), "") for word in (short, long)]
    return negated or (all(ends) and ends[0] != ends[1]) or short.rstrip("i") == long.rstrip("i")


def set_apart(one: Product, two: Product) -> float:
    """Only one names an edition, a side, a size in words or a condition: ``Plus``, ``left``, ``demo``."""
    words = (one.tokens - two.said) | (two.tokens - one.said)
    return float(bool(words & SETS_APART))


def said_alike(one: Product, two: Product) -> float:
    """Both names say the same: no word that counts is left over on either side, and sizes stand on both or on neither."""
    sizes = [{dimension: len(amounts) for dimension, amounts in product.sizes.items()} for product in (one, two)]
    nothing_left = not words_left(one, two) and not words_left(two, one)
    return float(sizes[0] == sizes[1] and bool(one.tokens & two.said) and nothing_left)


def equal_price(one: Product, two: Product) -> float:
    """Equal prices."""
    return _price_ratio(one, two, 1.0)


def price_but_for_gst(one: Product, two: Product) -> float:
    """One price is the other one with GST."""
    return _price_ratio(one, two, GST)


def _price_ratio(one: Product, two: Product, ratio: float) -> float:
    """Whether the prices stand in a ratio, to half a per cent (prices without GST are rounded to cents)."""
    if not one.price or not two.price:
        return 0.0
    return float(abs(max(one.price, two.price) / min(one.price, two.price) / ratio - 1) <= 0.005)


def same_price(one: Product, two: Product) -> float:
    """Equal prices, as they are or one with GST and the other without."""
    return max(equal_price(one, two), price_but_for_gst(one, two))


def different_price(one: Product, two: Product) -> float:
    """Both have a price, and they are equal neither as they are nor but for GST."""
    return float(bool(one.price and two.price) and not same_price(one, two))


def long_model(one: Product, two: Product) -> float:
    """A model number of seven signs or more, with letters and digits, that both names carry in full."""
    return float(any(len(model) >= LONG_MODEL and not model.isdigit() for model in one.models & two.models))
