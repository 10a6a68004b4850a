"""What the trade says in several words or several ways, written in one way before anything is read.

To add one: a row with the wording that stays and the others (lower case, longest first found, hyphens count as spaces).
Only wordings of one and the same thing belong here; what names a chemical stands in ``product_chemicals.py``.
"""

import re
from collections.abc import Iterable

from reconcile.normalise.product_abbreviations import ABBREVIATIONS

PHRASES: dict[str, tuple[str, ...]] = {
    # how work is sold
    "callout fee": (
        "call out fee",
        "call out charge",
        "callout charge",
        "callout fee",
        "service call fee",
        "service call charge",
        "service call",
        "call out",
    ),
    "after hours": ("a/h", "out of hours", "afterhours"),
    "weekend": ("sat/sun", "saturday/sunday", "sat & sun", "week end"),
    "one off": ("once off", "casual", "ad hoc"),
    "weekly": ("per week", "every week"),
    "fortnightly": ("f/nightly", "per fortnight", "every fortnight", "every 2 weeks", "every two weeks"),
    "monthly": ("per month", "every month"),
    "hourly": ("per hour", "per hr", "an hour", "/hour", "/hr", "p/h", "p/hr", "(hr)", "hourly rate"),
    "daily": ("per day", "/day", "(day)", "day rate"),
    "travel km": ("travel per km", "travel charge per km", "travel per kilometre", "mileage (km)", "mileage"),
    "water test": ("water analysis", "water testing"),
    "green pool": ("green to clean", "green pool recovery", "green pool cleanup", "green pool clean up", "green pool treatment"),
    "sand change": ("sand replacement", "sand changeover", "change of sand", "replace sand"),
    "rubbish removal": ("waste disposal", "waste removal", "rubbish disposal", "rubbish removal / disposal"),
    "gift card": ("gift voucher", "gift certificate", "gift card / voucher"),
    # gas, colour, drive
    "natural gas": ("nat gas", "n/gas", "ng"),
    "lpg": ("lp gas", "l.p.g", "propane"),
    "multicolour": ("multi colour", "multi color", "multi coloured", "multicolor", "colour changing", "color changing"),
    "variable speed": ("vari speed", "var speed", "varispeed"),
    "stainless": ("stainless steel", "s/s"),
    # parts and fittings
    "oring": ("o ring", "o rings"),
    "multiport valve": ("multi port valve", "multiport valve", "mpv"),
    "check valve": ("non return valve", "non return check valve", "nrv"),
    "mechanical seal": ("mech seal", "mechanical shaft seal", "shaft seal"),
    "cell": ("salt cell", "salt chlorinator cell", "chlorinator cell", "electrode cell", "cell electrode", "chlorine cell"),
    "chlorinator": ("salt water chlorinator", "saltwater chlorinator", "salt chlorinator"),
    "cartridge element": (
        "filter cartridge element",
        "cartridge filter element",
        "filter element",
        "filter cartridge",
        "replacement cartridge",
        "element cartridge",
    ),
    "pump basket": (
        "strainer basket",
        "pump strainer basket",
        "lint basket",
        "hair and lint pot basket",
        "hair & lint pot basket",
        "hair and lint basket",
        "hair & lint basket",
    ),
    "pump lid": ("strainer lid", "pump strainer lid", "lint pot lid", "hair and lint pot lid", "hair & lint pot lid"),
    "weir flap": ("weir door", "weir gate", "skimmer weir", "skimmer flap", "skimmer door"),
    "tune up kit": ("service kit", "repair kit", "rebuild kit", "overhaul kit", "tune up repair kit"),
    "pvc cement": ("pvc glue", "pvc solvent cement", "solvent cement", "pipe glue"),
    "pcb": ("printed circuit board", "circuit board", "control board", "control pcb"),
    "thread tape": ("teflon tape", "ptfe tape", "thread seal tape", "plumbers tape"),
    "telescopic pole": ("tele pole", "telepole", "extension pole"),
    "floating dispenser": ("chlorine floater", "floating chlorinator", "tablet floater", "floating chlorine dispenser"),
    "solar blanket": ("pool blanket", "solar cover", "solar pool cover", "bubble cover"),
    "timer": ("time clock", "timeclock"),
    "2 way": ("two way",),
    "3 way": ("three way",),
    # who made it
    "generic": ("aftermarket", "after market", "compatible", "oem equivalent", "non genuine"),
    "genuine": ("oem", "original"),
    # one spelling
    "algaecide": ("algicide", "algacide", "algaecides"),
    "black spot": ("blackspot",),
    "oxidiser": ("oxidizer", "oxidising shock", "oxidizing shock"),
    "spa dry acid": ("spa ph minus", "spa ph down", "spa ph reducer", "spa ph decreaser"),
    "spa shock": ("spa oxidiser", "spa oxidizer", "spa shock treatment"),
}  # fmt: skip


_WORD = re.compile(r"(?<![\w/'-])[a-z]{2,}(?![\w/'-])")


def spell_out(text: str) -> str:
    """A lower-case text with the trade's abbreviations written out; idempotent."""
    return _WORD.sub(lambda match: ABBREVIATIONS.get(match.group(), match.group()), text)


def any_phrase(phrases: Iterable[str], gap: str = "[ -]") -> str:
    """The expression that finds the longest of many phrases; hyphens count as spaces."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", gap) for phrase in ordered)


_CANONICAL = {spell_out(phrase): kept for kept, others in PHRASES.items() for phrase in (kept, *others)}
_PHRASE = re.compile(rf"(?:(?<!\w)|(?=[/(]))(?:{any_phrase(_CANONICAL, '[ -]+')})(?:(?<=\))|(?!\w))")
_GAP = re.compile(r"[ -]+")


def write_one_way(text: str) -> str:
    """A lower-case text with each phrase in its one wording; idempotent."""
    return _PHRASE.sub(lambda match: f" {_CANONICAL[_GAP.sub(' ', match.group())]} ", text)
