"""Folding: one spelling for case, accents, quotes, dashes and white space."""

import re
import unicodedata

LONGEST = 300
"""Characters of a cell that are compared; a longer cell is cut, so that one monster cannot cost minutes."""

_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("‘’ʼʹ´`′＇", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("ßẞ", "ss"),
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "ı": "i",
        "\x00": " ",
    }
)
_SPACE = re.compile(r"\s+")


def fold(text: str) -> str:
    """Lower case without accents, straight quotes and dashes, single spaces; at most LONGEST characters."""
    text = text[:LONGEST]
    if text.isascii():
        return " ".join(text.replace("\x00", " ").lower().split())
    previous = None
    while text != previous:
        previous = text
        text = unicodedata.normalize("NFKD", text.translate(_PUNCTUATION)).casefold()
        text = "".join(
            c for c in text if unicodedata.category(c) not in {"Mn", "Cf", "Cc", "Cs", "Co", "Cn"} or c.isspace()
        )
        text = _SPACE.sub(" ", text).strip()[:LONGEST].strip()
    return text


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as text."""
    return frozenset(text.split())
