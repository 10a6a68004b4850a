"""What speaks for and against a pair, as people say it: systems by their names instead of left and right."""

import re
from functools import lru_cache

BOTH = ("Pooltrackr", "Xero")
WITHIN = ("one", "the other")
VETO_WORDS = {
    "different_pack": "the packs differ",
    "different_count": "the number in a pack differs",
    "different_size": "the sizes differ",
    "different_concentration": "the strengths differ",
    "different_model": "the models differ",
    "different_number": "a number in the names differs",
    "different_chemical": "the chemicals differ",
    "container_state": "only one is called a refill, a kit, a generic part or the like",
    "service_or_goods": "one is work, the other is goods",
    "different_kind": "they are two kinds of part",
    "different_variant": "they are two variants",
    "brand_differs": "the brands differ",
    "part_or_whole": "only one name says that it is a part, a bag or the like",
    "much_dearer": "one price is more than twice the other",
    "set_apart": "only one name says an edition, a side or a condition",
}

_BREAKS = re.compile(
    r"(; | \(differs: |\)?\.$|^\s*(?:for|against):\s+|^Looks the same as .*?: (?=[a-z])|^Something speaks firmly against it: )"
)
_WEIGHT = re.compile(r" \(?([+-][0-9]+\.[0-9])\)?$")
_PAIR = re.compile(
    r"(?P<label>sold as|brand on one side|chemical|kind|codes alike|[a-z -]+ differs|same price but for GST|price)"
    r":? (?P<one>[^/]+?) / (?P<two>[^/]+)"
)
_SEVERAL = re.compile(r"[a-z]+ differs: [^/]+ / [^/]+ / ")
_FIRMLY = "Something speaks firmly against it: "
_RIVAL = re.compile(r"(?P<who>.+?) fits (?:(?P<whom>.+) )?nearly as well\.")
_PHRASES = {
    "names alike: letters only": "the names look alike",
    "not the same price": "the prices differ",
    "another candidate is nearly as good": "another record fits nearly as well, or better",
    "other candidates are as good": "other records fit as well",
    "this catalogue has many near-alikes": "the price books hold many that look alike",
}


@lru_cache(maxsize=4096)
def in_words(evidence: str, *, weights: bool = False, sides: tuple[str, str] = BOTH) -> str:
    """Evidence such as ``names alike: pvc (+3.8); only left: cap (-1.8)`` in plain words, whatever is unknown as it is.

    With ``weights`` each piece keeps its weight in bits at its end. ``sides`` are what left and right are called.
    """
    pieces = _BREAKS.split(evidence)
    return "".join(piece if place % 2 else _piece(piece, sides, weights) for place, piece in enumerate(pieces))


def detail_in_words(detail: str, vetoes: str = "") -> str:
    """The explanation of a flag in plain words; ``vetoes`` are the names of those that hold on the proposal."""
    if detail.startswith("Looks the same as "):
        return in_words(detail, sides=WITHIN)
    if detail.startswith(_FIRMLY):
        named = [VETO_WORDS[name] for name in vetoes.split() if name in VETO_WORDS]
        evidence = _without_echoes(in_words(detail.removeprefix(_FIRMLY).removesuffix(".")))
        return f"Look closely: {'; '.join(named)} ({evidence})." if named else f"Look closely: {evidence}."
    if (rival := _RIVAL.fullmatch(detail)) is not None:
        who, whom = rival["who"], rival["whom"]
        if whom:
            return f"Another record of Pooltrackr, {who}, fits {whom} in Xero nearly as well."
        return f"Another record of Xero, {who}, fits nearly as well."
    return detail


def _without_echoes(evidence: str) -> str:
    """Evidence without the pieces that an earlier one says too."""
    said: list[str] = []
    for piece in evidence.split("; "):
        if not any(piece in earlier or all(word in earlier.split() for word in piece.split()) for earlier in said):
            said.append(piece)
    return "; ".join(said)


def _piece(text: str, sides: tuple[str, str], weights: bool) -> str:
    weighed = _WEIGHT.search(text)
    bare = (text[: weighed.start()] if weighed else text).removesuffix(" (rare)")
    said = _PHRASES.get(bare) or _pair(bare, sides) or _sided(bare, sides)
    return f"{said} ({weighed[1]})" if weighed and weights else said


def _pair(text: str, sides: tuple[str, str]) -> str:
    found = _PAIR.fullmatch(text)
    if found is None:
        return f"{text} ({' / '.join(sides)})" if _SEVERAL.match(text) else ""
    label = {"brand on one side": "brand", "price": "the prices differ"}.get(found["label"], found["label"])
    values = [
        f"{value} in {side}" for value, side in zip((found["one"], found["two"]), sides, strict=True) if value != "none"
    ]
    only = "only " if len(values) == 1 else ""
    return f"{label}: {only}{', '.join(values)}"


def _sided(text: str, sides: tuple[str, str]) -> str:
    text = text.replace("names alike: ", "both names have ")
    text = text.replace(", only right: ", "; only right: ")
    return text.replace("only left: ", f"only in {sides[0]}: ").replace("only right: ", f"only in {sides[1]}: ")
