"""The ways in which two offices write the same thing differently."""

from reconcile.sandbox.generate import places
from reconcile.sandbox.generate.dice import Dice


def phone(number: str, dice: Dice) -> str:
    """A ten-digit number as somebody typed it."""
    if not number:
        return ""
    if number.startswith("1"):
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    if number.startswith("04"):
        grouped = f"{number[:4]} {number[4:7]} {number[7:]}"
        forms = (grouped, number, f"+61 {number[1:4]} {number[4:7]} {number[7:]}", number[1:], f"0061{number[1:]}")
        return dice.choices(forms, (50, 25, 15, 5, 5))[0]
    local = f"{number[2:6]} {number[6:]}"
    forms = (f"({number[:2]}) {local}", number, f"+61 {number[1]} {local}", local, f"{number[:2]} {local}")
    return dice.choices(forms, (35, 20, 15, 10, 20))[0]


def street(text: str, dice: Dice) -> str:
    """A street line, its type shortened and its unit written in another form."""
    for long, short in places.STREET_TYPES.items():
        if text.endswith(f" {long}") and dice.chance(0.6):
            text = f"{text[: -len(long)]}{short}"
            break
    if text.startswith("Unit "):
        unit, rest = text[5:].split(", ", 1)
        text = dice.pick((f"{unit}/{rest}", f"U{unit} {rest}", f"Unit {unit}/{rest}", f"Unit {unit}, {rest}"))
    if text.startswith("Mount ") or " Mount " in text:
        text = text.replace("Mount ", dice.pick(("Mt ", "Mount ")))
    return text.upper() if dice.chance(0.05) else text


def suburb(text: str, dice: Dice) -> str:
    """A suburb, shortened or in capitals now and then."""
    for long, short in places.SUBURB_SHORT.items():
        if long in text and dice.chance(0.4):
            text = text.replace(long, short)
    return text.upper() if dice.chance(0.1) else text


def postcode(text: str, dice: Dice) -> str:
    """A postcode; a leading zero is sometimes lost, as spreadsheets do."""
    return text.lstrip("0") if text.startswith("0") and dice.chance(0.5) else text


def email(text: str, dice: Dice) -> str:
    """A mailbox in other capitals, or with other dots where gmail does not care."""
    if not text:
        return ""
    local, domain = text.split("@", 1)
    if domain == "gmail.com" and dice.chance(0.5):
        local = local.replace(".", "")
    return dice.choices((f"{local}@{domain}", f"{local.capitalize()}@{domain}", f" {local}@{domain}"), (88, 9, 3))[0]


def mistyped_domain(text: str) -> str:
    """A mailbox with the slip of the finger that everybody knows."""
    return text.replace("gmail", "gmial") if "gmail" in text else text.replace(".com", ".con").replace(".net", ".ent")


def typo(text: str, dice: Dice) -> str:
    """A word with one letter lost, doubled, or two letters changed over; the first letter stays."""
    if len(text) < 4:
        return text
    at = dice.randrange(1, len(text) - 2)
    return dice.pick((
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ))  # fmt: skip


def company(text: str, dice: Dice) -> str:
    """A company's name with its legal form written in another way."""
    if not text.endswith(" Pty Ltd"):
        return text
    stem = text[: -len(" Pty Ltd")]
    written = stem + dice.pick((" Pty Ltd", " P/L", " Pty Limited", " PTY LTD", " Pty. Ltd.", ""))
    return written.replace(" and ", " & ") if dice.chance(0.5) else written


def abn(digits: str, dice: Dice) -> str:
    """An ABN in one run or in its usual groups."""
    if not digits or dice.chance(0.5):
        return digits
    return f"{digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8:]}"
