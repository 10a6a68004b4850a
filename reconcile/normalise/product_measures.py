"""Units of measure as product names write them, and their conversion.

To add a unit: one row in UNITS (dimension, factor to the dimension's base unit, spellings).
"""

import re
from typing import NamedTuple


class Measure(NamedTuple):
    """An amount in the base unit of its dimension: millilitres, grams, millimetres, watts, ..."""

    dimension: str
    amount: float

    @property
    def text(self) -> str:
        """The amount as a person writes it: ``20 L``, ``2.5 kg``, ``50 mm``."""
        for limit, divisor, unit in DISPLAY.get(self.dimension, ()):
            if self.amount >= limit:
                return f"{self.amount / divisor:.6g} {unit}"
        return f"{self.amount:.6g} {self.dimension}"


# dimension, factor, spellings (after the number; a space between is allowed)
UNITS: list[tuple[str, float, str]] = [
    ("volume", 1000, "l lt ltr ltrs lts litre litres liter liters"),
    ("volume", 1, "ml mls millilitre millilitres"),
    ("volume", 3785.41, "gal gallon gallons"),
    ("volume", 28316.8, "cuft"),
    ("volume", 1_000_000, "m3 cbm"),
    ("mass", 1000, "kg kgs kilo kilos kilogram kilograms"),
    ("mass", 1, "g gm gms gr gram grams"),
    ("mass", 453.592, "lb lbs pound pounds"),
    ("mass", 28.3495, "oz ounce ounces"),
    ("mass", 1_000_000, "tonne tonnes"),
    ("length", 1, "mm"),
    ("length", 10, "cm"),
    ("length", 1000, "m mt mtr mtrs metre metres meter meters"),
    ("length", 25.4, "in inch inches inchmark"),
    ("length", 304.8, "ft feet foot"),
    ("length", 0.001, "um micron microns"),
    ("power", 1, "w watt watts va"),
    ("power", 1000, "kw kilowatt kilowatts"),
    ("power", 745.7, "hp horsepower"),
    ("voltage", 1, "v volt volts vac vdc"),
    ("current", 1, "a amp amps"),
    ("current", 0.001, "ma mah"),
    ("capacitance", 1, "uf mfd microfarad microfarads"),
    ("data", 1, "mb megabyte megabytes"),
    ("data", 1024, "gb gig gigabyte gigabytes"),
    ("data", 1_048_576, "tb terabyte terabytes"),
    ("frequency", 1, "hz"),
    ("frequency", 1_000_000, "mhz"),
    ("frequency", 1_000_000_000, "ghz"),
    ("concentration", 1, "pct percent"),
    ("flow", 1, "lpm"),
    ("flow", 1 / 60, "lph"),
    ("resolution", 1, "mp megapixel megapixels"),
]
DISPLAY: dict[str, tuple[tuple[float, float, str], ...]] = {
    "volume": ((1000, 1000, "L"), (0, 1, "mL")),
    "mass": ((1000, 1000, "kg"), (0, 1, "g")),
    "length": ((1000, 1000, "m"), (0, 1, "mm")),
    "power": ((1000, 1000, "kW"), (0, 1, "W")),
    "voltage": ((0, 1, "V"),),
    "current": ((0, 1, "A"),),
    "capacitance": ((0, 1, "uF"),),
    "data": ((1024, 1024, "GB"), (0, 1, "MB")),
    "frequency": ((1_000_000_000, 1_000_000_000, "GHz"), (1_000_000, 1_000_000, "MHz"), (0, 1, "Hz")),
    "concentration": ((0, 1, "%"),),
    "count": ((0, 1, "in a pack"),),
    "flow": ((0, 1, "L/min"),),
    "resolution": ((0, 1, "megapixels"),),
}
_BY_SPELLING = {word: (dimension, factor) for dimension, factor, words in UNITS for word in words.split()}
_ADJACENT_ONLY = {"in", "a", "ma"}  # "3 in 1" and "5 a day" are no measures
_SPACED = sorted((w for w in _BY_SPELLING if w not in _ADJACENT_ONLY), key=lambda word: (-len(word), word))
_SPELLINGS = "|".join([*_SPACED, *sorted(_ADJACENT_ONLY)])
NOMINAL = {"length": 0.06, "power": 0.03}
NOMINAL_STEP = {"length": 25.4 / 16, "power": 745.7 / 12}  # inches and horsepower, in mm and watts
TAKEN = "\x00"  # stands where a measure was
_NUMBER = r"(?<![\w.])(\d{1,9}(?:\.\d{1,6})?)"
_MEASURE = rf"{_NUMBER}(?:[ -]?({'|'.join(_SPACED)})|({'|'.join(sorted(_ADJACENT_ONLY))}))(?!\w)"
_PACK_WORD = r"(?:pack|packs|pck|pk|pkt|packet|ctn|carton|box|case|set|pcs|pc|pieces|tubs|bottles|drums|bags|units)"
_TIMES = re.compile(rf"(?<![\w.])(\d{{1,4}}) ?[x*×] ?(?=\d{{1,9}}(?:\.\d{{1,6}})?[ -]?(?:{_SPELLINGS})(?!\w))")
_BY = re.compile(r"(?<![\w.])(\d{1,4}(?:\.\d{1,3})?) ?(mm|cm)? ?[x*×] ?(?=\d{1,4}(?:\.\d{1,3})? ?(mm|cm)(?!\w))")
_FITTING = re.compile(
    r"(?<!\w)(?:pvc|elbow|tee|bush|reducing|reducer|socket|coupling|union|o-?ring|o rings?|orings)(?!\w)"
)
_BARE_BY = re.compile(
    r"(?<![\w.])(\d{1,3}(?:\.\d{1,2})?) ?x ?(\d{1,3}(?:\.\d{1,2})?)(?![\w.]| ?[x\"']| (?:mm|cm|m|in|inch)(?!\w))"
)
_TIMES_AFTER = re.compile(rf"(?<=[\w{TAKEN}]) ?[x*×] ?(\d{{1,4}})(?! ?(?:{_SPELLINGS}|\.|\d|[x*×]))(?!\w)")
_COUNT = re.compile(
    rf"(?<!\w){_PACK_WORD} ?(?:of|/) ?(\d{{1,4}})(?![\w.])"
    rf"|(?<!\w)(?:ctn|pk|pkt) ?(\d{{1,4}})(?![\w.])"
    rf"|(?<![\w.])(\d{{1,4}})[ -]?(?:/ ?)?(?:per )?{_PACK_WORD}(?!\w)"
)
_MEASURE_PATTERN = re.compile(_MEASURE)
_FRACTION = re.compile(r"(?<![\w./-])(?:(\d{1,2})[ -])?(\d{1,2})/(\d{1,2})(?= ?(?:inchmark|inch|inches|in|hp)(?!\w))")
_INCH_MARK = re.compile(r"(?<=\d) ?(?:''|\"|')(?!\w)|(?<=\d)(?:''|\"|') ?x(?= ?\d)")
_SO_MANY_IN_ONE = re.compile(r"(?<![\w.])(\d{1,2})[ -]in[ -](\d{1,2})(?![\w.])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")


def extract_measures(text: str) -> tuple[list[Measure], str]:
    """Take the measures out of a lower-case text; returns them, in order, and what is left.

    ``4x5L`` gives a count of 4 and 5 L: another article than 20 L (a pack multiple is part of the identity), and
    ``50x40mm`` 50 mm and 40 mm. Measures
    that contain each other, such as "200 g tablets 4 kg", are all kept.
    """
    text = _THOUSANDS.sub("", text)
    text = _DECIMAL_COMMA.sub(".", text)
    text = _INCH_MARK.sub("inchmark ", text).replace("cu. ft", "cuft").replace("cu ft", "cuft").replace("cu.ft", "cuft")
    text = _SO_MANY_IN_ONE.sub(r"\1in\2", text)
    text = _FRACTION.sub(_decimal_of_fraction, text)
    text = re.sub(r"(?<=\d) ?%", " pct ", text)
    if _FITTING.search(text):
        text = _BARE_BY.sub(r"\1mm \2mm", text)  # the trade gives fittings in millimetres
    text = _BY.sub(lambda match: f"{match[1]}{match[2] or match[3]} ", text)
    measures: list[Measure] = []

    def take(match: re.Match[str]) -> str:
        dimension, factor = _BY_SPELLING[match.group(2) or match.group(3)]
        measures.append(Measure(dimension, round(float(match.group(1)) * factor, 3)))
        return f" {TAKEN}"

    def count(match: re.Match[str]) -> str:
        amount = next(int(group) for group in match.groups() if group)
        if amount > 1:
            measures.append(Measure("count", float(amount)))
        return " "

    text = _TIMES.sub(count, text)
    text = _MEASURE_PATTERN.sub(take, text)
    if measures:
        text = _TIMES_AFTER.sub(count, text)
    return measures, _COUNT.sub(count, text.replace(TAKEN, " "))


def _decimal_of_fraction(match: re.Match[str]) -> str:
    whole, top, bottom = match.groups()
    value = int(whole or 0) + int(top) / (int(bottom) or 1)
    return f"{value:.6g}"


def tolerance_of(dimension: str) -> float:
    """The share by which amounts of one thing may differ: pipes and motors go by nominal sizes (1.5 hp is 1.1 kW)."""
    return NOMINAL.get(dimension, 0.011)


def same_size(dimension: str, one: float, other: float) -> bool:
    """Whether two amounts are one size: 1.5" pipe is sold as 40 mm, but a 42 mm seal is no 40 mm seal."""
    step = NOMINAL_STEP.get(dimension)
    nominal = step is not None and (_is_multiple(one, step) or _is_multiple(other, step))
    return same_amount(one, other, tolerance_of(dimension) if nominal else 0.011)


def _is_multiple(amount: float, step: float) -> bool:
    return amount > 0 and abs(amount / step - round(amount / step)) < 0.002 and round(amount / step) > 0


def same_amount(one: float, other: float, tolerance: float = 0.06) -> bool:
    """Whether two amounts of one dimension are the same within the given share (1.5" pipe is sold as 40 mm)."""
    return abs(one - other) <= tolerance * max(abs(one), abs(other))
