"""The products of both sides, read once, with the tokens that the comparison works on."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from reconcile.matching.products.brands import find_brands
from reconcile.matching.products.vocabulary import find_compounds, rewrite_tokens
from reconcile.normalise.product_measures import Measure
from reconcile.normalise.product_text import ProductText, is_model, name_tokens, plain, read_product
from reconcile.normalise.product_words import PART_WORDS

FIELDS = ["id", "code", "name", "description", "category", "brand", "price"]
SPOKEN, FEW_CODES = 0.2, 10  # share of codes that the other side must use too for codes to count as words
COMMON_RECORDS, COMMON_SHARE = 6, 0.005  # a model number stands in few records, spare parts and kits included


@dataclass(frozen=True)
class Product:
    """One record, ready to compare.

    ``named`` holds the tokens of name and brand, and the code where the other system uses such codes too, ``said`` those of every field; ``parts`` and ``parts_said`` what of
    the name and of every field is a part or a kind of thing. ``price`` is 0 when unknown.
    """

    id: str
    name: str
    text: ProductText
    tokens: frozenset[str]
    models: frozenset[str]
    numbers: frozenset[str]
    named: frozenset[str]
    spoken_code: str
    said: frozenset[str]
    parts: frozenset[str]
    parts_said: frozenset[str]
    sizes: dict[str, tuple[Measure, ...]]
    price: float


def complete(frame: pd.DataFrame) -> pd.DataFrame:
    """All fields as text, in the order of the ids, so that the order of rows changes nothing."""
    filled = frame.reindex(columns=FIELDS).fillna("").astype(str)
    return filled.sort_values(FIELDS, kind="stable").reset_index(drop=True)


def read_products(left: pd.DataFrame, right: pd.DataFrame) -> tuple[list[Product], list[Product]]:
    """Read both sides; compounds ("ZX 100", "ZX100") are joined or split as the two vocabularies together show."""
    texts = [[read_product(*row) for row in rows_of(frame)] for frame in (left, right)]
    texts = find_brands(texts, [*left["brand"], *right["brand"]])
    compounds = find_compounds([text.tokens for text in (*texts[0], *texts[1])])
    tokens = [[rewrite_tokens(text.tokens, compounds) for text in side] for side in texts]
    models = frozenset(_model_numbers([*tokens[0], *tokens[1]]) - _too_common(tokens))
    spoken = [_codes_spoken(texts[side], texts[1 - side], tokens[1 - side]) for side in (0, 1)]
    return _side(left, texts[0], tokens[0], models, spoken[0]), _side(right, texts[1], tokens[1], models, spoken[1])


def _codes_spoken(texts: list[ProductText], others: list[ProductText], other_tokens: list[list[str]]) -> bool:
    """Whether the codes of one side are numbers that the other side uses too, in its codes, names or descriptions."""
    codes = [text.sku.lower() for text in texts if is_model(text.sku.lower())]
    said = {
        word
        for text, tokens in zip(others, other_tokens, strict=True)
        for word in (text.sku.lower(), *tokens, *text.extra)
    }
    return sum(code in said for code in codes) > SPOKEN * max(len(codes), FEW_CODES)


def _side(
    frame: pd.DataFrame, texts: list[ProductText], tokens: list[list[str]], models: frozenset[str], spoken: bool
) -> list[Product]:
    fields = frame[["id", "name", "brand", "price"]].itertuples(index=False, name=None)
    return [_product(row, text, said, models, spoken) for row, text, said in zip(fields, texts, tokens, strict=True)]


def _model_numbers(rows: Sequence[Sequence[str]]) -> set[str]:
    return {token for tokens in rows for token in tokens if is_model(token)}


def _too_common(sides: Sequence[Sequence[Sequence[str]]]) -> set[str]:
    """Tokens that look like model numbers and describe many products of one side: "1080p", "240v"."""
    common: set[str] = set()
    for rows in sides:
        count = Counter(token for tokens in rows for token in tokens)
        common |= {token for token, records in count.items() if records > max(COMMON_RECORDS, len(rows) * COMMON_SHARE)}
    return common


def rows_of(frame: pd.DataFrame) -> Sequence[tuple[str, str, str, str]]:
    """Name, code, description and brand of each row."""
    return list(frame[["name", "code", "description", "brand"]].itertuples(index=False, name=None))


def _product(
    row: tuple[str, ...], text: ProductText, tokens: Sequence[str], models: frozenset[str], spoken: bool
) -> Product:
    identity, name, brand, price = row
    brand_tokens = _brand_tokens(brand)
    code = [text.sku.lower()] if text.sku else []
    sizes: dict[str, tuple[Measure, ...]] = {}
    for measure in text.measures:
        sizes[measure.dimension] = (*sizes.get(measure.dimension, ()), measure)
    said = frozenset([*tokens, *text.extra, *brand_tokens, *code, *_unit_left_out(tokens, text.measures)])
    return Product(
        id=identity,
        name=name,
        text=text,
        tokens=frozenset(tokens),
        models=models & set(tokens),
        numbers=frozenset(token for token in tokens if not is_model(token) and token.replace(".", "").isdigit()),
        named=frozenset([*tokens, *brand_tokens, *(code if spoken else [])]),
        spoken_code=text.sku if spoken else "",
        said=said,
        parts=_parts(tokens),
        parts_said=_parts(said),
        sizes=sizes,
        price=read_price(price),
    )


def _unit_left_out(tokens: Sequence[str], measures: Sequence[Measure]) -> list[str]:
    """A length as a plain number and a plain number as a length: fittings are listed as "elbow 40" and "elbow 40mm"."""
    lengths = [f"{measure.amount:g}" for measure in measures if measure.dimension == "length"]
    return [*lengths, *(f"#length:{token}" for token in tokens if token.isdigit() and len(token) <= 3)]


@lru_cache(maxsize=4096)
def _brand_tokens(brand: str) -> tuple[str, ...]:
    return tuple(name_tokens(plain(brand))[0])


def _parts(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.removesuffix("s") for word in words) & PART_WORDS


def size_tokens(product: Product) -> list[str]:
    """The measures of a product as tokens, equal when the amounts are equal."""
    return [f"#{measure.dimension}:{measure.amount:g}" for measure in product.text.measures]


def read_price(text: str) -> float:
    """A price as a number for comparison only; 0 when it is missing or not a price."""
    try:
        price = float(text.replace(",", "").strip("$ ") or 0)
    except ValueError:
        return 0.0
    return price if math.isfinite(price) and 0 < price < 1e9 else 0.0
