"""Names under which one brand is sold. To add one: a row, the first name being the one shown.

Sources: the trade's usual mergers (Hurlcon became AstralPool, Baracuda belongs to Zodiac, Onga to Pentair); none of
them is evidence for the model, which decides.
"""

BRAND_ALIASES: list[tuple[str, ...]] = [
    ("astralpool", "astral pool", "astral", "hurlcon", "fluidra"),
    ("zodiac", "baracuda", "barracuda", "clearwater"),
    ("pentair", "onga", "sta rite", "starite"),
    ("davey", "davey water", "monarch pool systems", "monarch"),
    ("waterco", "zane"),
    ("poolrite", "pool rite"),
    ("hayward", "hayward pool"),
    ("kreepy krauly", "kreepykrauly"),
    ("polaris",),
    ("dolphin", "maytronics"),
    ("hy clor", "hyclor", "hy-clor"),
    ("lo chlor", "lochlor", "lo-chlor"),
    ("bioguard", "bio guard", "bio-guard"),
    ("water tech", "watertech"),
    ("aqua quip", "aquaquip"),
    ("poolpro", "pool pro", "pool-pro"),
    ("autochlor", "auto chlor"),
    ("compupool", "compu pool"),
    ("spa electrics", "spaelectrics"),
    ("evo heat", "evoheat"),
    ("pool controls", "poolcontrols"),
    ("emaux",),
    ("magnapool", "magna pool"),
    ("hewlett packard", "hp inc", "hewlett-packard"),
    ("western digital", "wdc"),
    ("general electric", "ge appliances"),
]
CANONICAL_BRAND: dict[str, str] = {
    alias.replace("-", " "): names[0].replace(" ", "")
    for names in BRAND_ALIASES
    for alias in (*names, names[0].replace(" ", ""))
}
