"""Suburbs with their state and postcode, and street names; the houses in them are invented."""

from reconcile.sandbox.generate.words import words

SUBURBS: tuple[tuple[str, str, str], ...] = (
    ("Buderim", "QLD", "4556"), ("Mount Coolum", "QLD", "4573"), ("Maroochydore", "QLD", "4558"),
    ("Noosa Heads", "QLD", "4567"), ("Peregian Beach", "QLD", "4573"), ("Point Lookout", "QLD", "4183"),
    ("Caloundra West", "QLD", "4551"), ("Sippy Downs", "QLD", "4556"), ("Mooloolaba", "QLD", "4557"),
    ("Paddington", "QLD", "4064"), ("Kingston", "QLD", "4114"), ("Sovereign Islands", "QLD", "4216"),
    ("Mermaid Waters", "QLD", "4218"), ("Broadbeach Waters", "QLD", "4218"), ("Mount Gravatt", "QLD", "4122"),
    ("Brighton", "QLD", "4017"), ("Paddington", "NSW", "2021"), ("Newtown", "NSW", "2042"), ("Richmond", "NSW", "2753"),
    ("Baulkham Hills", "NSW", "2153"), ("Castle Hill", "NSW", "2154"), ("North Narrabeen", "NSW", "2101"),
    ("Mount Colah", "NSW", "2079"), ("Cronulla", "NSW", "2230"), ("Tweed Heads", "NSW", "2485"),
    ("Kingscliff", "NSW", "2487"), ("Point Clare", "NSW", "2250"), ("Kingston", "ACT", "2604"),
    ("Gordon", "ACT", "2906"), ("Richmond", "VIC", "3121"), ("Brighton", "VIC", "3186"), ("Newtown", "VIC", "3220"),
    ("Mount Eliza", "VIC", "3930"), ("Point Cook", "VIC", "3030"), ("Templestowe", "VIC", "3106"),
    ("Frankston South", "VIC", "3199"), ("Glen Waverley", "VIC", "3150"), ("Brighton", "SA", "5048"),
    ("Mount Barker", "SA", "5251"), ("West Lakes", "SA", "5021"), ("Glenelg North", "SA", "5045"),
    ("Scarborough", "WA", "6019"), ("Mount Lawley", "WA", "6050"), ("Canning Vale", "WA", "6155"),
    ("Hillarys", "WA", "6025"), ("Kingston", "TAS", "7050"), ("Sandy Bay", "TAS", "7005"),
    ("Fannie Bay", "NT", "0820"), ("Nightcliff", "NT", "0810"), ("Palmerston City", "NT", "0830"),
)  # fmt: skip

NORTHERN_TERRITORY = tuple(place for place in SUBURBS if place[1] == "NT")

AREA_CODES = {"NSW": "02", "ACT": "02", "VIC": "03", "TAS": "03", "QLD": "07", "SA": "08", "WA": "08", "NT": "08"}

STREETS = words("""
    Acacia Albatross Alexandra Anchorage Avalon Bambra Banksia Barrier Beach Bellevue Bluegum Boronia Bottlebrush
    Brolga Camellia Cassia Clarence Coolibah Cypress Dolphin Eagle Elanora Eucalypt Fairway Fern Flinders Gardenia Grevillea
    Hakea Harbour Headland Heron Hibiscus Honeysuckle Illawarra Ironbark Island Jacaranda Kestrel Kingfisher Kookaburra
    Lakeview Lantana Lillypilly Macquarie Magnolia Mahogany Mallee Marina Melaleuca Myrtle Nautilus Oleander Orchid
    Osprey Pandanus Parkview Pelican Plover Poinciana Queen Railway Ridge River Rosella Sandpiper Seaview Station
    Sunbird Tallowwood Tamarind Tern Tristania Valley Victoria Wattle Wavell Whimbrel Yarran Zamia
""")

STREET_TYPES = {
    "Street": "St", "Road": "Rd", "Avenue": "Ave", "Court": "Ct", "Drive": "Dr", "Crescent": "Cres", "Parade": "Pde",
    "Place": "Pl", "Terrace": "Tce", "Close": "Cl", "Circuit": "Cct", "Boulevard": "Blvd", "Lane": "La",
}  # fmt: skip

BARE_STREETS = ("The Esplanade", "Broadway", "St Kilda Road", "The Strand", "Mount View Road")

SUBURB_SHORT = {"Mount ": "Mt ", "Point ": "Pt ", "North ": "Nth ", " North": " Nth", " South": " Sth", " West": " W",
                " Waters": " Wtrs", " Heads": " Hds", " Beach": " Bch"}  # fmt: skip
