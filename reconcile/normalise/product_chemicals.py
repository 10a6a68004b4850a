"""Pool chemicals by the substance they are, whatever the label calls them.

To add one: a row with the substance and its phrases (lower case, longest wins). A phrase that names different
substances in different shops ("granular chlorine", "pH down") stands in AMBIGUOUS with all of them.
"""

CHEMICALS: dict[str, tuple[str, ...]] = {
    "calcium hypochlorite": ("calcium hypochlorite", "calcium hypo", "cal hypo", "calhypo"),
    "sodium hypochlorite": (
        "sodium hypochlorite",
        "sodium hypo",
        "liquid chlorine",
        "liquid chlor",
        "liq chlorine",
        "liq chlor",
        "pool chlorine liquid",
    ),
    "dichlor": (
        "dichlor",
        "sodium dichloroisocyanurate",
        "dichloroisocyanurate",
        "stabilised granular chlorine",
        "stabilised chlorine granular",
        "di chlor",
    ),
    "trichlor": (
        "trichlor",
        "trichloroisocyanuric acid",
        "trichloroisocyanuric",
        "tri chlor",
        "chlorine tablets",
        "chlorine tabs",
        "chlor tabs",
    ),
    "lithium hypochlorite": ("lithium hypochlorite", "lithium hypo"),
    "hydrochloric acid": ("hydrochloric acid", "muriatic acid", "hcl acid", "hydrochloric", "muriatic", "pool acid"),
    "sodium bisulphate": ("sodium bisulphate", "sodium bisulfate", "dry acid", "bisulphate", "bisulfate"),
    "sulphuric acid": ("sulphuric acid", "sulfuric acid"),
    "sodium bicarbonate": (
        "sodium bicarbonate",
        "sodium bicarb",
        "bicarbonate of soda",
        "bicarb soda",
        "bicarbonate",
        "bicarb",
        "buffer",
        "alkalinity increaser",
        "alkalinity up",
        "alkalinity booster",
    ),
    "sodium carbonate": ("sodium carbonate", "soda ash", "ph up", "ph increaser", "ph plus"),
    "cyanuric acid": (
        "cyanuric acid",
        "isocyanuric acid",
        "stabiliser",
        "stabilizer",
        "pool conditioner",
        "water conditioner",
        "pool sunscreen",
        "sunscreen",
    ),
    "calcium chloride": ("calcium chloride", "hardness increaser", "calcium increaser", "hardness up", "calcium up"),
    "sodium chloride": ("sodium chloride", "pool salt", "salt"),
    "magnesium chloride": ("magnesium chloride", "magnesium salt", "magnesium minerals"),
    "potassium monopersulphate": (
        "potassium monopersulphate",
        "potassium monopersulfate",
        "monopersulphate",
        "monopersulfate",
        "non chlorine shock",
        "oxy shock",
    ),
    "sodium thiosulphate": ("sodium thiosulphate", "sodium thiosulfate", "chlorine neutraliser", "dechlorinator"),
    "sodium bromide": ("sodium bromide",),
    "bromine": ("bromine tablets", "bromine tabs", "bromine", "bcdmh"),
    "copper algaecide": ("copper algaecide", "copper sulphate", "copper sulfate"),
    "quat algaecide": ("quat algaecide", "benzalkonium chloride", "winter algaecide"),
    "phosphate remover": ("phosphate remover", "phosphate starver", "starver"),
    "clarifier": ("clarifier", "water clarifier"),
    "flocculant": ("flocculant", "flocculent", "super floc", "liquid floc", "floc", "alum"),
    "metal sequestrant": ("metal sequestrant", "sequestrant", "metal remover", "stain remover"),
    "diatomaceous earth": ("diatomaceous earth", "de powder"),
}
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "granular chlorine": ("calcium hypochlorite", "dichlor"),
    "chlorine granular": ("calcium hypochlorite", "dichlor"),
    "chlorine granules": ("calcium hypochlorite", "dichlor"),
    "gran chlor": ("calcium hypochlorite", "dichlor"),
    "ph down": ("hydrochloric acid", "sodium bisulphate"),
    "ph minus": ("hydrochloric acid", "sodium bisulphate"),
    "ph reducer": ("hydrochloric acid", "sodium bisulphate"),
    "shock": ("calcium hypochlorite", "dichlor", "potassium monopersulphate"),
}
# words that name a chemical only beside a weight or volume: a "buffer" or "salt" elsewhere is something else
NEEDS_A_SIZE = frozenset(
    [
        "buffer",
        "salt",
        "stabiliser",
        "stabilizer",
        "sunscreen",
        "shock",
        "clarifier",
        "floc",
        "alum",
        "starver",
        "sequestrant",
        "hydrochloric",
        "bicarb",
        "bicarbonate",
    ]
)
SUBSTANCES_OF: dict[str, frozenset[str]] = {
    **{phrase: frozenset([substance]) for substance, phrases in CHEMICALS.items() for phrase in phrases},
    **{phrase: frozenset(substances) for phrase, substances in AMBIGUOUS.items()},
}
