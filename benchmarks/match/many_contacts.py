"""Many made-up contacts for the speed figures: persons, some with a company of several colleagues, in two systems."""

import csv
import random
from pathlib import Path


def listed(text: str, mark: str | None = None) -> list[str]:
    """The words of a list written as text."""
    return text.split(mark)


COLUMNS = listed("id name first_name last_name company email phone mobile abn street suburb state postcode")
STARTS = listed(
    "Ba Be Bo Car Cham Dal Den Fer Gar Har Hol Jen Kar Kel Lam Lin Mar Mor Nor Pal Par Ren Ros San Sel Tan Tor Val Ver Wal Win Zan"
)
MIDDLES = listed("a be da di el en er i in la le lo ma mi na ni o ra ri ro ta te ti to va")
ENDS = listed(
    "berg by croft dale den field ford ham hart land ley low man mont more nell ridge rose sen sky son stone ton wick wood worth"
)
GIVEN_ENDS = listed("a ah an ara e ella en ene ia iel ina is on us y")
ROADS = listed(
    "Acacia Albert Banksia Bay Beach Boronia Bridge Church Coral Dolphin Elm Forest George Grevillea Hill Hume Jarrah King Lake"
)
KINDS = (
    ("Street", "St"),
    ("Road", "Rd"),
    ("Avenue", "Ave"),
    ("Court", "Ct"),
    ("Drive", "Dr"),
    ("Place", "Pl"),
    ("Crescent", "Cres"),
)
STATES = (("NSW", "2", "02"), ("VIC", "3", "03"), ("QLD", "4", "07"), ("SA", "5", "08"), ("WA", "6", "08"))
TRADES = listed("Plumbing Dental Legal Printing Software Catering Travel Tiling Freight Accounting")
MAIL = ("gmail.com", "hotmail.com", "bigpond.com", "outlook.com", "icloud.com")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def slip(dice: random.Random, text: str) -> str:
    """One typing error."""
    at = dice.randrange(len(text)) if text else 0
    return text[:at] + dice.choice(("", dice.choice(LETTERS), text[at : at + 1] * 2)) + text[at + 1 :]


def people(dice: random.Random, count: int) -> list[list[str]]:
    """Clean records, in the order of COLUMNS without id and name."""
    families = [a + b + c for a in STARTS for b in MIDDLES for c in ENDS]
    givens = [a + b for a in STARTS for b in GIVEN_ENDS]
    dice.shuffle(families)
    suburbs = [f"{a}{b} {c}" for a in STARTS for b in ENDS for c in ("Heights", "Beach", "Park")]
    kept: list[list[str]] = []
    while len(kept) < count:
        state, first, area = dice.choice(STATES)
        road, kind = dice.choice(ROADS), dice.choice(KINDS)[0]
        place = [
            f"{dice.randint(1, 280)} {road} {kind}",
            dice.choice(suburbs),
            state,
            first + f"{dice.randrange(1000):03d}",
        ]
        company = f"{dice.choice(STARTS)}{dice.choice(ENDS)} {dice.choice(TRADES)}" if dice.random() < 0.3 else ""
        office = f"{area}{dice.randrange(10**8):08d}"
        for _ in range(dice.randint(2, 5) if company else 1):
            given, family = (
                dice.choice(givens),
                families[min(int(dice.expovariate(8 / len(families))), len(families) - 1)],
            )
            domain = company.lower().replace(" ", "") + ".com.au" if company else dice.choice(MAIL)
            email = f"{given}.{family}{dice.randint(1, 99) if not company else ''}@{domain}".lower()
            phone = office if company and dice.random() < 0.5 else f"04{dice.randrange(10**8):08d}"
            kept.append([given, family, company, email, phone, "", "", *place])
    return kept[:count]


def changed(dice: random.Random, row: list[str]) -> list[str]:
    """A record as the other system holds it."""
    given, family, company, email, phone, mobile, abn, street, suburb, state, postcode = row
    roll = dice.random
    given = "" if roll() < 0.03 else given[0] if roll() < 0.04 else slip(dice, given) if roll() < 0.07 else given
    family = slip(dice, family) if roll() < 0.07 else family
    if given and roll() < 0.03:
        given, family = family, given
    company = "" if roll() < 0.12 else company + " Pty Ltd" if company and roll() < 0.3 else company
    email = (
        "" if roll() < 0.15 else f"{given}{dice.randint(1, 999)}@{dice.choice(MAIL)}".lower() if roll() < 0.1 else email
    )
    phone = "" if roll() < 0.15 else f"04{dice.randrange(10**8):08d}" if roll() < 0.12 else phone
    if phone and roll() < 0.6:
        phone = f"+61 {phone[1:4]} {phone[4:7]} {phone[7:]}"
    if roll() < 0.1:
        street, suburb, postcode = "", dice.choice(STARTS) + dice.choice(ENDS), ""
    for long, short in KINDS:
        street = street.replace(long, short) if roll() < 0.4 else street
    return [
        given,
        family,
        company,
        email,
        phone,
        mobile,
        abn,
        street,
        slip(dice, suburb) if roll() < 0.06 else suburb,
        state,
        postcode,
    ]


def write_sides(folder: Path, count: int, seed: int = 1, overlap: float = 0.7) -> None:
    """Writes left.csv, right.csv and truth.csv with ``count`` rows a side."""
    dice = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    same = int(count * overlap)
    everyone = people(dice, 2 * count - same)
    left = [(f"E{n:07d}", row) for n, row in enumerate(everyone[:count])]
    numbers = list(range(count))
    dice.shuffle(numbers)
    others = [changed(dice, row) for row in everyone[count - same :]]
    right = [(f"C{n:07d}", row) for n, row in zip(numbers, others, strict=True)]
    truth = [(left[count - same + k][0], right[k][0]) for k in range(same)]
    for name, rows in (("left", left), ("right", sorted(right))):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS)
            writer.writerows([key, f"{row[0]} {row[1]}".strip(), *row] for key, row in rows)
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([("left_id", "right_id"), *truth])
