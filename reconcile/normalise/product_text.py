"""Product text made comparable: tokens, model numbers, measures, substances, states and SKU keys. Pure, idempotent."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from reconcile.normalise.product_abbreviations import ABBREVIATIONS
from reconcile.normalise.product_brands import CANONICAL_BRAND
from reconcile.normalise.product_chemicals import NEEDS_A_SIZE, SUBSTANCES_OF
from reconcile.normalise.product_measures import Measure, extract_measures
from reconcile.normalise.product_phrases import any_phrase, spell_out, write_one_way
from reconcile.normalise.product_words import SERVICE_WORDS, STATES, VARIANTS

MAX_NAME = 300
MAX_DESCRIPTION = 1500
MAX_TOKENS = 40
NAME_SPACE = (48, 50)  # Xero keeps 50 signs of a name; blanks at the cut are lost
_GOES_ON = re.compile(r" ?[\w(]")
_SENTENCE_END = re.compile(r"[.;]\s|[\r\n]|\.$")

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]+")
_ENTITY = re.compile(r"&(?:[a-z]{2,6}|#\d{1,5});|and(?=quot;)")
_BREAK = re.compile(r"[^\w.'\"%*×/+#&-]+")
_CHUNK_EDGE = "._-'\"/+&#*×"
_LETTERS = re.compile(r"(?<![\w-])[a-z]{4,}(?![\w])")
_ALNUM = re.compile(r"[\W_]+")
_DIMENSIONS = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)[x×](\d{1,3}(?:\.\d{1,2})?)")
_DESCRIPTION_CHUNK = re.compile(r"[a-z0-9]+(?:[-./][a-z0-9]+)*")


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds the longest of many phrases, on word borders, hyphens counting as spaces."""
    return re.compile(rf"(?<!\w)({any_phrase(phrases)})(?!\w)")


_SUBSTANCES = {spell_out(phrase): substances for phrase, substances in SUBSTANCES_OF.items()}
_UNSURE_ALONE = {spell_out(phrase) for phrase in NEEDS_A_SIZE}
_CHEMICAL = phrase_pattern(_SUBSTANCES)
_BRAND = phrase_pattern(CANONICAL_BRAND)
_STATE_OF = {phrase: state for state, phrases in STATES.items() for phrase in phrases}
_STATE = phrase_pattern(_STATE_OF)


_WORDS_OF_PHRASES = {
    word
    for phrase in (*SUBSTANCES_OF, *CANONICAL_BRAND, *ABBREVIATIONS.values(), *_STATE_OF)
    for word in phrase.split()
    if word.isalpha()
}
_TRADE_WORDS = {word for word in _WORDS_OF_PHRASES if len(word) >= 6}
_SHORT_SWAPPED = {
    word[:at] + word[at + 1] + word[at] + word[at + 2 :]: word
    for word in sorted(_WORDS_OF_PHRASES)
    if 4 <= len(word) <= 5
    for at in range(1, len(word) - 1)
    if word[at] != word[at + 1]
}
# whole words of their own, one letter from a word of the trade
_MISSPELT_KEPT = frozenset().union(*VARIANTS) | frozenset(
    [
        "filers",
        "filters",
        "chloride",
        "chlorite",
        "chlorate",
        "bisulphite",
        "bisulfite",
        "sulphite",
        "sulfite",
        "nitrite",
        "phosphite",
        "stabilised",
        "removed",
        "removal",
        "service",
        "original",
        "connect",
        "power",
        "chlorin",
        "slider",
        "clearing",
        "clear",
    ]
)
_MISSPELT = {word[:at] + word[at + 1 :]: word for word in sorted(_TRADE_WORDS) for at in range(1, len(word))}


@dataclass(frozen=True)
class ProductText:
    """What can be compared of one product. Tokens are in their order and without repeats."""

    canonical: str = ""
    tokens: tuple[str, ...] = ()
    models: frozenset[str] = frozenset()
    measures: tuple[Measure, ...] = ()
    substances: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    brand: str = ""
    sku: str = ""
    service: bool = False
    extra: tuple[str, ...] = field(default=())


def plain(text: str, limit: int = MAX_NAME) -> str:
    """Lower case, compatibility forms and accents folded, control characters gone, one space; idempotent."""
    text = text[: limit * 2]
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("×", "x"))
        text = "".join(char for char in text if not unicodedata.combining(char))
        text = text.translate(_QUOTES)
    return " ".join(_ENTITY.sub(" ", _CONTROL.sub(" ", text.casefold())).split())[:limit].strip()


_QUOTES = str.maketrans({"‘": "'", "’": "'", "′": "'", "“": '"', "”": '"', "″": '"', "–": "-", "—": "-", "‑": "-"})


def correct_spelling(text: str) -> str:
    """Words of the trade with one letter missing, doubled, wrong or swapped with the next, set right; idempotent."""
    return _LETTERS.sub(_corrected, text)


def _corrected(match: re.Match[str]) -> str:
    word = match.group()
    if word in _WORDS_OF_PHRASES or word in _MISSPELT_KEPT:
        return word
    if len(word) <= 5:
        return _SHORT_SWAPPED.get(word, _MISSPELT.get(word, word))
    if word in _MISSPELT:
        return _MISSPELT[word]
    for at in range(1, len(word)):
        shorter = word[:at] + word[at + 1 :]
        if shorter in _TRADE_WORDS or (shorter in _MISSPELT and _one_apart(word, _MISSPELT[shorter])):
            return shorter if shorter in _TRADE_WORDS else _MISSPELT[shorter]
    return word


def _one_apart(word: str, other: str) -> bool:
    """Same length and either one letter wrong or two neighbours swapped."""
    if len(word) != len(other):
        return False
    differing = [at for at in range(len(word)) if word[at] != other[at]]
    swapped = len(differing) == 2 and differing[1] == differing[0] + 1 and word[differing[0]] == other[differing[1]]
    return len(differing) == 1 or (swapped and word[differing[1]] == other[differing[0]])


def sku_key(code: str) -> str:
    """Upper-case letters and digits of a code. A hint for finding candidates; leading zeros stay significant."""
    return _ALNUM.sub("", plain(code, 80)).upper()


def damaged_sku_key(code: str) -> str:
    """What a spreadsheet leaves of a code: zeros in front lost, ``O`` typed for ``0``; never proof of equality."""
    return sku_key(code).replace("O", "0").lstrip("0")


def canonical_brand(text: str) -> str:
    """The brand's one name ("Hurlcon" is "astralpool"); empty when there is none."""
    found = _ALNUM.sub(" ", plain(text, 80)).strip()
    match = _BRAND.match(found)
    return CANONICAL_BRAND[match.group(1)] if match else found


def whole_name(name: str, description: str) -> str:
    """The name, read on to the end of the sentence in the description where a system cut it off."""
    least, most = NAME_SPACE
    if not least <= len(name) <= most or description[: len(name)].casefold() != name.casefold():
        return name
    if not _GOES_ON.match(description, len(name)):
        return name
    end = _SENTENCE_END.search(description, len(name))
    return description[: end.start()] if end else description


def read_product(name: str, code: str = "", description: str = "", brand: str = "") -> ProductText:
    """Read one product; any field may be empty. The name and code decide, the description only explains."""
    spelled = name_brands(correct_spelling(plain(whole_name(name, description))))
    text = " ".join(write_one_way(spell_out(spelled)).split())
    measures, rest = extract_measures(text)
    sized = any(measure.dimension in {"volume", "mass"} for measure in measures)
    spaced = text.replace("-", " ")
    tokens, models = name_tokens(name_substances(rest, sized))
    named_brand = _BRAND.search(spaced)
    return ProductText(
        canonical=name_substances(text, sized),
        tokens=tuple(tokens[:MAX_TOKENS]),
        models=frozenset(models),
        measures=tuple(dict.fromkeys(measures)),
        substances=_substances(spaced, sized),
        states=frozenset(_STATE_OF[word] for word in _STATE.findall(spaced)),
        brand=canonical_brand(brand) or (CANONICAL_BRAND[named_brand.group(1)] if named_brand else ""),
        sku=sku_key(code),
        service=any(token in SERVICE_WORDS for token in tokens) and not measures and not models,
        extra=tuple(description_tokens(description)) if description else (),
    )


def name_substances(text: str, sized: bool) -> str:
    """The text with every phrase that names one chemical replaced by that chemical's name, said once.

    "pH down dry acid": what could be several chemicals is the one that the rest of the name says.
    """
    sure = _substances(text.replace("-", " "), sized)
    told: set[str] = set()

    def canonical(match: re.Match[str]) -> str:
        meant = _meant(match.group(1).replace("-", " "), sized)
        if len(meant) > 1 and len(sure) == 1:
            meant = meant & sure
        if len(meant) != 1:
            return match.group(1)
        (substance,) = meant
        if substance in told:
            return " "
        told.add(substance)
        return substance

    return _CHEMICAL.sub(canonical, text)


def name_brands(text: str) -> str:
    """The text with every other name of a brand replaced by the one that we use."""
    return _BRAND.sub(lambda match: CANONICAL_BRAND[match.group(1).replace("-", " ")], text)


def _meant(phrase: str, sized: bool) -> frozenset[str]:
    return _SUBSTANCES[phrase] if sized or phrase not in _UNSURE_ALONE else frozenset()


def _substances(text: str, sized: bool) -> frozenset[str]:
    found = [meant for phrase in _CHEMICAL.findall(text) if (meant := _meant(phrase.replace("-", " "), sized))]
    if not found:
        return frozenset()
    sure = [substances for substances in found if len(substances) == 1]
    return frozenset().union(*(sure or found))


def name_tokens(text: str) -> tuple[list[str], list[str]]:
    """Tokens of a name without its measures, and those of them that are model numbers.

    ``NS-AW190BL`` is one model token; a hyphen beside a word of four letters or more separates ("Zodiac-LM2").
    """
    tokens: dict[str, bool] = {}
    for chunk in _BREAK.split(text):
        for token in _tokens_of_chunk(chunk.strip(_CHUNK_EDGE)):
            tokens[token] = is_model(token)
    return list(tokens), [token for token, model in tokens.items() if model]


@lru_cache(maxsize=65536)
def _tokens_of_chunk(chunk: str) -> tuple[str, ...]:
    if not chunk:
        return ()
    if chunk in ABBREVIATIONS:
        return (ABBREVIATIONS[chunk],)
    if not any(char.isdigit() for char in chunk):
        return tuple(_spell(part) for part in _ALNUM.split(chunk.replace("'", "")) if part)
    if dimensions := _DIMENSIONS.fullmatch(chunk):
        return tuple(number(part) for part in dimensions.groups())
    parts = [part for part in re.split(r"[^\w.]+", chunk) if part]
    if all(part.replace(".", "").isdigit() for part in parts):
        return _digit_chunk(chunk, parts)
    groups: list[list[str]] = [[]]
    for part in parts:
        if part.isalpha() and len(part) >= 4:
            groups += [[part], []]
        else:
            groups[-1].append(part)
    return tuple(_spell(_join(group)) for group in groups if group)


def _digit_chunk(chunk: str, parts: list[str]) -> tuple[str, ...]:
    if len(parts) > 1 and "/" not in chunk and sum(map(len, parts)) >= 5:
        return ("".join(parts),)
    return tuple(number(part) for part in parts)


def _join(parts: list[str]) -> str:
    if len(parts) == 1 and re.fullmatch(r"v?\d+(?:\.\d+)*", parts[0]):
        return number(parts[0].lstrip("v"))
    return _ALNUM.sub("", "".join(parts))


def number(text: str) -> str:
    """A plain number without empty decimals: ``16.0`` is ``16``; leading zeros stay."""
    return re.sub(r"(?:\.0+)+$", "", text.strip("."))


def _spell(word: str) -> str:
    return ABBREVIATIONS.get(word, word)


@lru_cache(maxsize=65536)
def is_model(token: str) -> bool:
    """Whether a token looks like a model or part number: letters with digits, or five digits and more."""
    digits = sum(char.isdigit() for char in token)
    if not digits:
        return False
    letters = sum(char.isalpha() for char in token)
    return (letters > 0 and (len(token) >= 3 or token[0].isalpha())) or digits >= 5


def description_tokens(text: str) -> list[str]:
    """Distinct tokens of a description, model numbers joined; no measures, no spelling."""
    found: dict[str, None] = {}
    for chunk in _DESCRIPTION_CHUNK.findall(plain(text, MAX_DESCRIPTION)):
        for token in _tokens_of_chunk(chunk.strip(_CHUNK_EDGE)):
            found[token] = None
    return list(found)
