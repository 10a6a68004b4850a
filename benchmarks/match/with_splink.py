"""Links two contact files with Splink 5, set up as its documentation recommends; run in an environment of its own.

python with_splink.py LEFT.csv RIGHT.csv OUT.csv
"""

import sys

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

RULES = (
    ("email",),
    ("phone",),
    ("first_name", "last_name"),
    ("last_name", "postcode"),
    ("street", "postcode"),
    ("first_name", "suburb"),
)


def cleaned(path: str) -> pd.DataFrame:
    """Lower case, empty as missing, Australian phones in one spelling: the least that any user of Splink does."""
    frame = pd.read_csv(path, dtype=str).rename(columns={"id": "unique_id"})
    for name in ("first_name", "last_name", "company", "email", "street", "suburb"):
        frame[name] = frame[name].str.lower().str.strip()
    frame["phone"] = frame["phone"].str.replace(r"[^0-9]", "", regex=True).str.replace(r"^(?:61|0)", "", regex=True)
    return frame.where(frame.notna() & (frame != ""), None)


def main() -> None:
    left, right = cleaned(sys.argv[1]), cleaned(sys.argv[2])
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "last_name"),
            cl.EmailComparison("email"),
            cl.ExactMatch("phone"),
            cl.JaroWinklerAtThresholds("company", [0.9, 0.8]),
            cl.JaroWinklerAtThresholds("street", [0.9, 0.8]),
            cl.JaroWinklerAtThresholds("suburb", [0.9]),
            cl.ExactMatch("postcode"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
    )
    linker = Linker([api.register(left), api.register(right)], settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("first_name", "last_name", "postcode")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("last_name", "postcode"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("email"))
    pairs = linker.inference.predict(threshold_match_probability=0.02).as_pandas_dataframe()
    pairs = pairs.rename(columns={"unique_id_l": "left_id", "unique_id_r": "right_id", "match_probability": "score"})
    pairs[["left_id", "right_id", "score"]].to_csv(sys.argv[3], index=False)


if __name__ == "__main__":
    main()
