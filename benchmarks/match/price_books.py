"""Made-up price books: the same articles in Pooltrackr and in Xero's items, written by different hands."""

import random
from dataclasses import dataclass

COLUMNS = ("id", "code", "name", "description", "category", "brand", "price")
Rows = list[dict[str, str]]
Books = tuple[Rows, Rows, set[tuple[str, str]]]


@dataclass(frozen=True)
class Article:
    """One true article: ways to write it, its size, its brand's names, its price in cents and its category."""

    names: tuple[str, ...]
    size: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    cents: int = 1000
    category: str = ""
    code: str = ""


CHEMICALS = [
    (("Liquid Chlorine", "Liq Chlorine", "Sodium Hypochlorite", "Liquid Chlor"), ["5L", "15L", "20L", "200L", "1000L"]),
    (("Liquid Chlorine 12.5%", "Sodium Hypo 12.5%", "Liq Chlor 12.5 %"), ["20L", "200L"]),
    (("Liquid Chlorine 13%", "Sodium Hypo 13%"), ["20L", "200L"]),
    (("Calcium Hypochlorite", "Cal Hypo", "Calcium Hypo granular"), ["2kg", "4kg", "10kg", "40kg"]),
    (("Dichlor Granular", "Stabilised Granular Chlorine", "Dichlor Gran"), ["2kg", "10kg", "25kg"]),
    (("Trichlor Tablets 200g", "Chlorine Tablets 200g", "Chlorine Tabs 200 gm"), ["2kg", "4kg", "10kg"]),
    (("Hydrochloric Acid", "Pool Acid", "Muriatic Acid"), ["5L", "15L", "20L", "4x5L"]),
    (("Dry Acid", "Sodium Bisulphate", "pH Down Dry Acid"), ["2kg", "5kg", "20kg"]),
    (("Buffer Sodium Bicarb", "Sodium Bicarbonate", "Bicarb Buffer"), ["2kg", "5kg", "10kg", "25kg"]),
    (("Soda Ash", "pH Up Soda Ash", "Sodium Carbonate"), ["2kg", "5kg", "25kg"]),
    (("Stabiliser", "Cyanuric Acid Stabiliser", "Pool Sunscreen (Cyanuric)"), ["2kg", "5kg", "20kg"]),
    (("Calcium Chloride", "Hardness Increaser", "Calcium Up"), ["2kg", "5kg", "25kg"]),
    (("Pool Salt", "Salt Pool", "Premium Pool Salt"), ["20kg", "25kg"]),
    (("Magnesium Minerals", "Magnesium Salt Minerals"), ["10kg", "20kg"]),
    (("Phosphate Remover", "Phosphate Starver"), ["500ml", "1L", "5L"]),
    (("Long Life Algaecide", "Algaecide Long Life"), ["1L", "2.5L", "20L"]),
    (("Winter Algaecide Quat", "Algaecide Quat Winter"), ["1L", "5L"]),
    (("Liquid Floc", "Flocculant Liquid"), ["1L", "5L"]),
    (("Clarifier Supreme", "Water Clarifier Supreme"), ["500ml", "1L", "5L"]),
    (("Metal Sequestrant", "Stain Remover Metal"), ["1L", "2kg"]),
    (("Filter Cleaner Degreaser", "Filter Degreaser Cleaner"), ["1kg", "2L"]),
    (("Salt Cell Cleaner", "Cell Cleaner Chlorinator"), ["1L", "5L"]),
]
EQUIPMENT = [
    (
        ("AstralPool", "Astral", "Hurlcon"),
        "Cartridge Filter",
        "Cartridge Filtr",
        ["ZX50", "ZX75", "ZX100", "ZX150", "ZX250"],
    ),
    (("AstralPool", "Astral"), "Pool Pump", "Pump", ["CTX 280", "CTX 360", "CTX 400", "E120", "E170", "E230"]),
    (("AstralPool", "Astral"), "Salt Chlorinator", "Chlorinator", ["VX7", "VX9", "VX11", "EQ25", "EQ35", "EQ45"]),
    (
        ("Zodiac",),
        "Salt Water Chlorinator",
        "Chlorinator",
        ["LM2-15", "LM2-24", "LM2-40", "LM3-15", "LM3-24", "LM3-40"],
    ),
    (("Zodiac", "Baracuda"), "Suction Cleaner", "Pool Cleaner", ["T3", "T5 Duo", "MX6", "MX8", "G2", "G4"]),
    (("Zodiac",), "Robotic Cleaner", "Robot", ["VX40", "VX45", "VX50", "VX55", "EX4000", "CNX20", "CNX30"]),
    (("Onga", "Pentair"), "Pantera Cartridge Filter", "Cart Filter Pantera", ["PCF100", "PCF150", "PCF200"]),
    (("Onga", "Pentair"), "Leisuretime Pump", "Leisure Time Pool Pump", ["LTP550", "LTP750", "LTP1100", "LTP1500"]),
    (("Davey",), "Silensor Pump", "Silensor Pool Pump", ["SLS150", "SLS200", "SLS300", "SLL400"]),
    (("Davey",), "Crystal Clear Cartridge Filter", "Crystal Clear Filter", ["CF1000", "CF1500", "CF2000"]),
    (("Waterco",), "Trimline Cartridge Filter", "Trimline Filter", ["CC50", "CC75", "CC100", "CC150"]),
    (("Waterco",), "Micron Sand Filter", "Sand Filter Micron", ["S500", "S600", "S702", "S900"]),
    (("Waterco",), "Hydrostorm Pump", "Pump Hydrostorm", ["ECO-V 100", "ECO-V 150", "150", "200"]),
    (("Polaris",), "Pressure Cleaner", "Pool Cleaner Pressure", ["180", "280", "360", "3900"]),
    (("Dolphin", "Maytronics"), "Robotic Pool Cleaner", "Robot Cleaner", ["M400", "M500", "M600", "X30", "X40"]),
    (("Hayward",), "Super Pump", "Superpump", ["SP2605", "SP2607", "SP2610", "SP2615"]),
    (("Pentair",), "Heat Pump UltraTemp", "UltraTemp Heat Pump", ["H9", "H13", "H18", "H24"]),
]
PARTS = [
    (("Lid O-Ring", "Oring Lid", "O Ring for lid"), ["CTX", "Hydrostorm", "Silensor", "LTP", "SuperPump"]),
    (("Pump Basket", "Basket for pump", "Hair & Lint Basket"), ["CTX", "Hydrostorm", "Silensor", "LTP", "SuperPump"]),
    (("Mechanical Seal", "Mech Seal", "Seal Mechanical Kit"), ["CTX", "Hydrostorm", "Silensor", "LTP", "SuperPump"]),
    (("Impeller", "Impellor"), ["E120", "E170", "E230", "LTP550", "LTP750", "SLS150", "SLS200"]),
    (
        ("Replacement Cell", "Cell Replacement", "Salt Cell"),
        ["VX7", "VX9", "VX11", "EQ25", "LM2-15", "LM2-24", "LM3-15"],
    ),
    (
        ("Filter Cartridge Element", "Cartridge Element", "Cart Element"),
        ["ZX100", "ZX150", "PCF100", "PCF150", "CC75", "CC100"],
    ),
    (("Generic Cartridge to suit", "Generic Cart to suit"), ["ZX100", "ZX150", "PCF100", "CC75", "CC100"]),
    (("Diaphragm", "Cassette Diaphragm"), ["T3", "T5 Duo", "G2", "G4"]),
    (("Wheel Kit", "Kit Wheels"), ["MX8", "VX50", "280", "360", "M400"]),
]
FITTINGS = [
    (("PVC Elbow 90", "Elbow 90 deg PVC"), ["40mm", "50mm"]),
    (("PVC Elbow 45", "Elbow 45 deg PVC"), ["40mm", "50mm"]),
    (("PVC Socket Joiner", "Joiner PVC"), ["40mm", "50mm"]),
    (("PVC Tee", "Tee PVC"), ["40mm", "50mm"]),
    (("Barrel Union", "PVC Barrel Union"), ["40mm", "50mm", "65mm"]),
    (("Ball Valve", "PVC Ball Valve"), ["40mm", "50mm"]),
    (("Check Valve", "Non Return Valve Check"), ["40mm", "50mm"]),
    (("Pressure Pipe", "PVC Pipe Pressure"), ["40mm x 6m", "50mm x 6m"]),
    (("Vacuum Hose", "Vac Hose"), ["9m", "11m", "13.5m", "15m"]),
    (("Telescopic Pole", "Tele Pole"), ["2.4m", "3.6m", "4.8m"]),
    (("Leaf Rake Deluxe", "Deluxe Leaf Rake"), []),
    (("Leaf Shovel Flat", "Flat Leaf Shovel"), []),
    (("Pool Brush Nylon", "Nylon Pool Brush"), ["250mm", "450mm"]),
    (("Skimmer Basket", "Basket Skimmer"), []),
    (("Test Strips 4 in 1", "4-in-1 Test Strips"), ["50 pack", "100 pack"]),
    (("Drum Deposit", "Deposit Drum"), ["15L", "20L"]),
    (("Chlorine Refill", "Refill Liquid Chlorine"), ["15L", "20L"]),
    (("Multiport Valve", "MPV Valve"), ["40mm", "50mm"]),
]
SERVICES = [
    ("Labour per hour", "Labour - hourly"), ("Labour after hours", "After Hours Labour"), ("Call Out Fee", "Callout fee"),
    ("Call Out Fee Weekend", "Weekend callout"), ("Weekly Pool Service", "Pool service weekly"),
    ("Fortnightly Pool Service", "Pool service fortnightly"), ("Monthly Pool Service", "Pool service monthly"),
    ("Green Pool Clean", "Green to clean"), ("Water Test", "Water testing in store"), ("Pool Inspection", "Inspection pool safety"),
    ("Filter Clean Cartridge", "Clean cartridge filter"), ("Pump Installation", "Install pump"), ("Acid Wash", "Pool acid wash"),
    ("Delivery Fee", "Delivery charge"), ("Equipment Health Check", "Health check equipment"),
]  # fmt: skip
SUPPLIER_BRANDS = [
    ("Hy-Clor", "HyClor"),
    ("Lo-Chlor", "Lochlor"),
    ("BioGuard", "Bio Guard"),
    ("Aqua Pure", "AquaPure"),
    (),
]


def articles(rng: random.Random) -> list[Article]:
    """Every article the shop could sell, with unequal codes and prices."""
    made: list[Article] = []
    for names, sizes in CHEMICALS:
        brand = rng.choice(SUPPLIER_BRANDS)
        made += [Article(names, (size,), brand, rng.randrange(900, 9000), "Chemicals") for size in sizes]
    for brands, first, second, models in EQUIPMENT:
        made += [
            Article((f"{first} {model}", f"{model} {second}"), (), brands, rng.randrange(20000, 250000), "Equipment")
            for model in models
        ]
    for names, models in PARTS:
        made += [Article(tuple(f"{n} {m}" for n in names), (), (), rng.randrange(800, 60000), "Parts") for m in models]
    for names, sizes in FITTINGS:
        made += [
            Article(names, (size,) if size else (), (), rng.randrange(300, 9000), "Fittings") for size in sizes or [""]
        ]
    made += [Article(names, (), (), rng.randrange(2500, 20000), "Services") for names in SERVICES]
    rng.shuffle(made)
    return [
        Article(
            a.names, a.size, a.brands, a.cents, a.category, f"{a.category[:3].upper()}{rng.randrange(100, 9999):04d}"
        )
        for a in made
    ]


def write_name(article: Article, rng: random.Random, noise: float) -> str:
    """One person's way to write the article."""
    parts = [rng.choice(article.names) if rng.random() < noise * 2 else article.names[0]]
    if article.brands and rng.random() < 0.7:
        parts.insert(0, rng.choice(article.brands) if rng.random() < noise else article.brands[0])
    if article.size:
        size = article.size[0]
        size = rng.choice(
            [size, size.replace("L", " Ltr").replace("kg", " kg"), size.lower(), size.upper().replace("X", "x")]
        )
        parts.insert(rng.choice([len(parts), len(parts), 0]), size)
    text = rng.choice([" ", " ", " - "]).join(parts)
    if rng.random() < noise:
        text = rng.choice([text.upper(), text.lower(), text.replace("-", " "), _typo(text, rng)])
    return text


def _typo(text: str, rng: random.Random) -> str:
    at = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i - 1].isalpha() and text[i + 1].isalpha()]
    if not at:
        return text
    i = rng.choice(at)
    return rng.choice(
        [text[:i] + text[i + 1 :], text[:i] + text[i + 1] + text[i] + text[i + 2 :], text[:i] + text[i] + text[i:]]
    )


def pool_books(seed: int = 1, size: int = 400, noise: float = 0.3, codes: float = 0.5, prices: float = 0.9) -> Books:
    """A price book and Xero's items: 80 % of the articles in both, look-alikes beside each other."""
    rng = random.Random(seed)
    rows: tuple[Rows, Rows] = ([], [])
    truth = set()
    for number, article in enumerate(articles(rng)[:size]):
        inside = rng.random()
        price = article.cents if rng.random() < 0.7 else round(article.cents * rng.uniform(0.8, 1.25))
        left = {"id": f"P{number:05d}", "name": write_name(article, rng, noise), "category": article.category}
        left |= {"brand": article.brands[0] if article.brands and rng.random() < 0.6 else ""}
        left |= {"code": article.code if rng.random() < codes else "", "price": f"{article.cents / 100:.2f}"}
        right = {"id": f"X{rng.randrange(10**8):08d}", "name": write_name(article, rng, noise)[:50]}
        damaged = article.code.lower() if rng.random() < 0.1 else article.code
        right |= {"code": damaged if rng.random() < codes + 0.2 else f"{article.names[0][:4].upper()}{number}"}
        right |= {"description": write_name(article, rng, noise) if rng.random() < 0.4 else ""}
        right |= {"price": f"{price / 110:.2f}" if rng.random() < prices else ""}
        if inside < 0.9:
            rows[0].append(left)
        if inside > 0.1:
            rows[1].append(right)
        if 0.1 < inside < 0.9:
            truth.add((left["id"], right["id"]))
    for side in rows:
        rng.shuffle(side)
    return _filled(rows[0]), _filled(rows[1]), truth


def part_books(seed: int = 1, size: int = 1200, codes: float = 0.4) -> Books:
    """Another trade: spare parts with part numbers that differ in one character, some written in the name only."""
    rng = random.Random(seed)
    makers = ["Bosch", "Makita", "Kohler", "Stihl", "Honda", "Toro", "Briggs", "Karcher", "Grundfos", "Sundyne"]
    nouns = ["Air Filter", "Fuel Filter", "Spark Plug", "Gasket Set", "Drive Belt", "Bearing", "Carburettor", "Blade",
             "Throttle Cable", "Starter Rope", "Switch", "Carbon Brush", "Seal Kit", "Pressure Hose", "Nozzle"]  # fmt: skip
    finish = ["Front", "Rear", "Left Hand", "Right Hand", "Heavy Duty", "Genuine", "Long", "Short", ""]
    rows: tuple[Rows, Rows] = ([], [])
    truth = set()
    base = 0
    for number in range(size):
        if number % 3 == 0:
            base = rng.randrange(1000, 90000)
            maker, noun = rng.choice(makers), rng.choice(nouns)
        part = f"{maker[:2].upper()}{base}-{number % 3 + 1:02d}"
        name = f"{maker} {noun} {rng.choice(finish)}".strip()
        cents = rng.randrange(300, 30000)
        inside = rng.random()
        left = {"id": f"A{number}", "name": f"{name} {part}" if rng.random() < 0.8 else name, "brand": maker}
        left |= {"code": part if rng.random() < codes else "", "price": f"{cents / 100:.2f}"}
        words = name.split()
        rng.shuffle(words)
        right = {
            "id": f"B{rng.randrange(10**9)}",
            "name": " ".join(words if rng.random() < 0.3 else name.split()).lower(),
        }
        right |= {
            "code": part.replace("-", "") if rng.random() < codes else "",
            "price": f"{cents * rng.uniform(0.9, 1.1) / 100:.2f}",
        }
        if not right["code"] or rng.random() < 0.3:
            right["name"] += f" {part.replace('-', rng.choice(['', ' ', '-']))}"
        if inside < 0.85:
            rows[0].append(left)
        if inside > 0.15:
            rows[1].append(right)
        if 0.15 < inside < 0.85:
            truth.add((left["id"], right["id"]))
    return _filled(rows[0]), _filled(rows[1]), truth


def _filled(rows: Rows) -> Rows:
    return [{column: row.get(column, "") for column in COLUMNS} for row in rows]
