"""Text that a spreadsheet shows and never runs (OWASP ASVS 1.2.10), and that fits into a cell."""

import re

LONGEST_CELL = 2_000
_CUT = " ... (shortened)"

_STARTS_A_FORMULA = re.compile(
    r"^[\s\"\u201c-\u201f\u00ab\u00bb\uff02\u200b-\u200f\ufeff]*[=+\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20\u2212]"
)
_AMOUNT = re.compile(r"-[0-9]{1,12}\.[0-9]{2}")
_NOT_SHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def inert(text: str) -> str:
    """The text with a leading apostrophe if a spreadsheet could take it for a formula.

    Control characters, half characters and those that turn the reading direction become the replacement sign;
    more than LONGEST_CELL characters are cut with a note. Applying it twice changes nothing. A plain negative amount
    stays a number that can be added up.
    """
    if _AMOUNT.fullmatch(text):
        return text
    dangerous = text[:1] in ("\t", "\r", "\n", "\x00") or _STARTS_A_FORMULA.match(text)
    shown = _NOT_SHOWABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if dangerous:
        shown = "'" + shown
    return shown if len(shown) <= LONGEST_CELL else shown[: LONGEST_CELL - len(_CUT)] + _CUT
