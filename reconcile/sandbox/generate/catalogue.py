"""What a pool shop sells: chemicals in packs, machines by model, fittings, parts and hours of work."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconcile.sandbox.generate.dice import Dice


@dataclass(frozen=True)
class Article:
    """One thing or service; `price` is in cents with GST, `other_title` is how the other office names it."""

    sku: str
    title: str
    other_title: str
    size: str
    brand: str
    category: str
    price: int


CHEMICALS: tuple[tuple[str, str, str, tuple[tuple[str, str, int], ...]], ...] = (
    ("HYPO", "Liquid Chlorine 12.5%", "Sodium Hypochlorite 12.5% liquid chlorine",
     (("5L", "5 ltr", 1295), ("10L", "10 litre", 2195), ("15L", "15 lt", 2895), ("20L", "20 litre drum", 3495), ("4x5L", "4 x 5L ctn", 4795))),
    ("HYPX", "Liquid Chlorine 13%", "Liquid chlorine 13% exchange drum", (("15L", "15 lt", 2695), ("20L", "20 ltr", 3295))),
    ("HYPR", "Liquid Chlorine 12.5% Refill", "Sodium hypochlorite 12.5% refill own drum", (("15L", "15 lt", 2295), ("20L", "20 ltr", 2895))),
    ("DRUM", "Drum Deposit", "Deposit on returnable drum", (("15L", "15 lt", 1500), ("20L", "20 ltr", 1500))),
    ("CALH", "Granular Chlorine 70%", "Calcium Hypochlorite 70%",
     (("2kg", "2 kilo", 3290), ("4kg", "4 kg tub", 5890), ("10kg", "10kg pail", 12900), ("40kg", "40 kg drum", 41900))),
    ("CALL", "Granular Chlorine 65%", "Cal hypo 65% granular", (("2kg", "2 kg", 2990), ("10kg", "10 kg", 11400))),
    ("DICH", "Stabilised Chlorine", "Dichlor granular stabilised", (("2kg", "2 kg", 4490), ("4kg", "4kg", 7990), ("10kg", "10 kg", 17900))),
    ("TRI", "Chlorine Tablets 200g", "Trichlor tabs 200 g", (("2kg", "2 kg tub", 5490), ("4kg", "4 kg tub", 9790), ("10kg", "10 kg pail", 20900))),
    ("ACID", "Hydrochloric Acid 33%", "Hydrochloric (pool) acid 33%",
     (("5L", "5 ltr", 1490), ("15L", "15 litre", 2990), ("20L", "20 litre drum", 3590), ("4x5L", "4x5 ltr carton", 5290))),
    ("DRYA", "pH Down Dry Acid", "Sodium bisulphate pH minus", (("2kg", "2 kg", 1890), ("10kg", "10 kg bag", 6990))),
    ("BUFF", "Buffer", "Sodium Bicarbonate buffer", (("2kg", "2 kg", 1090), ("4kg", "4kg", 1790), ("25kg", "25 kg bag", 6490))),
    ("SODA", "pH Up Soda Ash", "Soda ash light", (("2kg", "2 kilo", 1290), ("10kg", "10 kg", 4990), ("25kg", "25kg bag", 7990))),
    ("STAB", "Stabiliser", "Cyanuric acid stabiliser sunscreen", (("2kg", "2 kg", 2890), ("4kg", "4 kg", 4990), ("25kg", "25 kg", 21900))),
    ("CALC", "Hardness Increaser", "Calcium chloride flakes", (("2kg", "2 kg", 1690), ("10kg", "10 kg", 5490), ("25kg", "25 kg", 8990))),
    ("ALGP", "Algaecide 60", "Polyquat algaecide 60%", (("1L", "1 litre", 2490), ("5L", "5 ltr", 8990))),
    ("ALGC", "Copper Algaecide", "Copper based algaecide", (("1L", "1 lt", 2190), ("5L", "5 litre", 7490))),
    ("CLAR", "Clarifier", "Water clarifier", (("500mL", "500 ml", 1490), ("1L", "1 ltr", 2290))),
    ("PHOS", "Phosphate Remover", "Phosphate remover concentrate", (("500mL", "500 ml", 2690), ("1L", "1 litre", 4490), ("5L", "5 ltr", 15900))),
    ("SALT", "Pool Salt", "Salt premium pool", (("20kg", "20 kg bag", 1090), ("25kg", "25 kilo bag", 1290))),
    ("MAGN", "Magnesium Minerals", "Magnesium chloride mineral blend", (("10kg", "10 kg", 3690), ("15kg", "15kg bag", 4990))),
)  # fmt: skip

CHEMICAL_BRANDS = ("", "BlueLagoon", "Crystalway", "Poolmates", "Aquanova")

MACHINES: tuple[tuple[str, str, str, str, tuple[tuple[str, int], ...]], ...] = (
    ("Astral", "AstralPool", "Cartridge Filter", "Filters", (("CC75", 62900), ("CC100", 69900), ("CC150", 79900), ("ZX100", 58900), ("ZX150", 66900), ("ZX250", 84900))),
    ("Zodiac", "Baracuda", "Pool Cleaner", "Cleaners", (("MX6", 64900), ("MX8", 79900), ("T5", 52900), ("G2", 34900), ("AX10", 71900))),
    ("Onga", "Pentair", "Leisuretime Pump", "Pumps", (("LTP400", 49900), ("LTP550", 55900), ("LTP750", 61900), ("LTP1100", 69900))),
    ("Saltwise", "Saltwise", "Salt Chlorinator", "Chlorinators", (("LM2-15", 129900), ("LM2-24", 142900), ("LM3-15", 154900), ("LM3-30", 174900), ("LM3-40", 189900))),
    ("Riverflow", "River Flow", "Eco Pump", "Pumps", (("VS300", 99900), ("VS600", 119900), ("E-155", 54900), ("E-280", 79900))),
    ("Suntrap", "Sun Trap", "Heat Pump", "Heating", (("HP9kW", 329900), ("HP13kW", 389900), ("HP17kW", 449900), ("HP21kW", 519900))),
    ("Deepclean", "Deep Clean", "Robotic Cleaner", "Cleaners", (("R20", 129900), ("R30", 149900), ("R40i", 189900), ("R50i", 219900))),
    ("Sandmaster", "Sand Master", "Media Filter", "Filters", (("SM24", 79900), ("SM28", 94900), ("SM30", 109900), ("SM36", 149900))),
    ("Lumis", "Lumis", "LED Pool Light", "Lighting", (("QC-W", 34900), ("QC-B", 34900), ("QC-RGB", 44900), ("SL9", 38900))),
    ("Dosewell", "Dose Well", "Acid Doser", "Dosing", (("DX1", 89900), ("DX2", 109900), ("DX20L", 99900))),
)  # fmt: skip

FITTINGS = (("PVC Elbow 90", "Elbow 90deg PVC"), ("PVC Elbow 45", "Elbow 45deg PVC"), ("PVC Tee", "Tee PVC equal"), ("PVC Coupling", "Coupling PVC"),
            ("PVC Union", "Barrel union PVC"), ("PVC Ball Valve", "Ball valve PVC"), ("PVC Cap", "End cap PVC"), ("PVC Reducer", "Reducing bush PVC"),
            ("Non-return Valve", "Check valve"), ("Three-way Valve", "3 way valve"))  # fmt: skip
FITTING_SIZES = ("20mm", "25mm", "32mm", "40mm", "50mm", "65mm", "80mm")

PARTS = (("Cartridge Element", "Replacement cartridge", 18900), ("Impeller", "Impeller", 8900), ("Mechanical Seal", "Mech seal", 4990),
         ("Lid O-ring", "O ring for lid", 1990), ("Pressure Gauge", "Gauge pressure", 2990), ("Motor", "Motor replacement", 32900),
         ("Cell", "Electrode cell", 59900), ("Power Supply", "Power pack", 42900), ("Drive Belt", "Belt drive", 3990),
         ("Filter Bag", "Bag filter", 4490), ("Brush Set", "Brushes pair", 7490), ("Wheel Kit", "Wheels kit", 5990),
         ("Diffuser", "Diffuser", 4290), ("Basket", "Basket hair and lint", 2790), ("Union Kit", "Union set", 3490),
         ("Wear Ring", "Ring wear", 1490), ("Drain Plug", "Plug drain", 990), ("Control Board", "PCB control", 37900),
         ("Lid", "Lid clear", 6990), ("Housing", "Body housing", 15900), ("Sensor", "Flow sensor", 8490),
         ("Handle", "Handle", 2190), ("Skirt", "Skirt rubber", 2490), ("Hose Set", "Hoses set", 11900),
         ("Track Set", "Tracks", 6490), ("Lamp", "Lamp", 9990), ("Transformer", "Transformer 12V", 14900),
         ("Clamp", "Clamp band", 5490), ("Multiport Valve", "Valve multiport 40", 21900), ("Lateral Kit", "Laterals", 9490),
         ("Standpipe", "Stand pipe", 7990), ("Sight Glass", "Glass sight", 1790), ("Bearing Kit", "Bearings", 4990),
         ("Capacitor", "Capacitor", 3290))  # fmt: skip

SERVICES = (("LAB", "Labour", "Labour per hour", 11000), ("CALL", "Call-out Fee", "Service call", 8800), ("WKLY", "Weekly Pool Service", "Pool service weekly", 6600),
            ("FTN", "Fortnightly Pool Service", "Pool service fortnightly", 7700), ("G2C", "Green to Clean", "Green pool recovery", 38500),
            ("WTEST", "Water Test", "Water testing", 1500), ("TRVL", "Travel", "Travel charge", 5500), ("AHRS", "After Hours Labour", "Labour after hours", 16500),
            ("INSP", "Pool Safety Inspection", "Safety certificate inspection", 24200), ("INST", "Equipment Installation", "Install equipment", 19800))  # fmt: skip


def articles(dice: Dice) -> list[Article]:
    """Every article of the trade in an order that the seed decides, the services first."""
    stock = [(dice.random(), article) for article in (*chemicals(), *machines(dice), *fittings(dice))]
    stock += [(0.2 + 4 * dice.random(), article) for article in parts(dice)]
    stock.sort(key=lambda placed: placed[0])
    return [*services(), *(article for _, article in stock)]


def chemicals() -> Iterator[Article]:
    """Each chemical in each pack and under each brand."""
    for level, brand in enumerate(CHEMICAL_BRANDS):
        for code, title, other, packs in CHEMICALS:
            for size, other_size, price in packs:
                sku = f"{brand[:3].upper()}{'-' if brand else ''}{code}-{size.upper()}"
                yield Article(sku, title, f"{other} {other_size}", size, brand, "Chemicals", price + 100 * level)


def machines(dice: Dice) -> Iterator[Article]:
    """Pumps, filters, cleaners and heaters by model."""
    for brand, other_brand, kind, category, models in MACHINES:
        for model, price in models:
            other = f"{other_brand} {model} {kind.lower()}"
            yield Article(
                f"{brand[:3].upper()}-{model}",
                f"{kind} {model}",
                other,
                "",
                brand,
                category,
                price + 100 * dice.randrange(9),
            )


def fittings(dice: Dice) -> Iterator[Article]:
    """Pipe fittings by diameter, under numbers with leading zeros."""
    for at, (title, other) in enumerate(FITTINGS):
        for step, size in enumerate(FITTING_SIZES):
            price = 220 + 170 * step + 10 * dice.randrange(40)
            yield Article(f"{at:02d}{size[:-2]}", title, f"{other} {size[:-2]} mm", size, "", "Fittings", price)


def parts(dice: Dice) -> Iterator[Article]:
    """Spare parts that fit one model each; the commonest also from another maker."""
    for number, (title, other, price) in enumerate(PARTS):
        for brand, other_brand, _, _, models in MACHINES:
            for model, _ in models:
                worth = price * dice.randint(70, 140) // 100 // 10 * 10 + 5
                name = f"{other} to suit {other_brand} {model}"
                sku, plain = f"{brand[0]}{number + 1:02d}-{model}", f"{title} suit {brand} {model}"
                yield Article(sku, plain, name, "", brand, "Parts", worth)
                if number < 14:
                    yield Article(f"G{sku}", f"Generic {plain}", f"Generic {name}", "", "", "Parts", worth * 3 // 5)


def services() -> Iterator[Article]:
    """Work by the hour or the visit."""
    for code, title, other, price in SERVICES:
        yield Article(code, title, other, "", "", "Services", price)
