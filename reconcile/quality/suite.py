"""Rules as a suite of Great Expectations, and its answer as findings.

The library is imported inside the functions: the import costs some seconds of CPU. It is asked for the names of rows
and not for their values, so that nothing personal can leave this module.
"""

import logging
from collections.abc import Sequence
from importlib import import_module
from threading import Lock
from typing import Any

import pandas as pd

from reconcile.quality.finding import Finding, capitalised, name_rows
from reconcile.quality.rule import Holds, Present, Rule, WholeNumbers

ROW = "row_named_by"
RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW],
    "return_unexpected_index_query": False,
    "exclude_unexpected_values": True,
}

_ONE_AT_A_TIME = Lock()  # the library keeps its context in the process


def run_suite(kind: str, frame: pd.DataFrame, rules: Sequence[Rule]) -> list[Finding]:
    """Check a frame that `prepare_frame` made; findings come in the order of the rules."""
    with _ONE_AT_A_TIME:
        gx, context = _open_library()
        asset = context.data_sources.add_pandas("frames").add_dataframe_asset(kind)
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch(batch_parameters={"dataframe": frame})
        suite = gx.ExpectationSuite(name=kind, expectations=[_expectation(rule, at) for at, rule in enumerate(rules)])
        answer = batch.validate(suite, result_format=RESULT_FORMAT)
    for result in answer.results:
        _refuse_faults(kind, rules, result)
    broken = {result.expectation_config.meta["at"]: result for result in answer.results if not result.success}
    return [_finding(kind, rules[at], broken[at].result) for at in sorted(broken)]


def _open_library() -> tuple[Any, Any]:
    """The library and a context that lives in memory only: no progress bars, no documents, no chatter in the log."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    gx, base = import_module("great_expectations"), import_module("great_expectations.data_context.types.base")
    config = base.DataContextConfig(
        store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=base.ProgressBarsConfig(globally=False),
    )
    return gx, gx.get_context(mode="ephemeral", project_config=config)


def prepare_frame(frame: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """The columns that the rules need, a name for every row, and one helper column per test of whole rows.

    Empty text becomes missing, which is how the library tells it from wrong text.
    """
    columns = [name for name in dict.fromkeys(needed for rule in rules for needed in _needed(rule)) if name in frame]
    text = frame[columns].reset_index(drop=True)
    for name in columns:
        if not pd.api.types.is_numeric_dtype(text[name]):
            text[name] = text[name].fillna("").astype("str")
    prepared = text.copy()
    for name in columns:
        if not pd.api.types.is_numeric_dtype(text[name]):
            prepared[name] = text[name].where(text[name].str.strip().ne(""))
    for at, rule in enumerate(rules):
        if isinstance(rule.demand, Holds):
            prepared[_helper(at)] = rule.demand.test(text).to_numpy()
    return prepared.set_axis(pd.Index(_row_names(frame), name=ROW, dtype="object"))


def applicable(rules: Sequence[Rule], frame: pd.DataFrame) -> list[Rule]:
    """The rules that can be computed: their columns are there, and money is in whole numbers unless that is the rule."""
    return [
        rule
        for rule in rules
        if isinstance(rule.demand, Present) or all(_usable(rule, name, frame) for name in _needed(rule))
    ]


def _usable(rule: Rule, column: str, frame: pd.DataFrame) -> bool:
    if column not in frame:
        return False
    money = column.endswith(("_cents", "_e4"))
    return not money or isinstance(rule.demand, WholeNumbers) or pd.api.types.is_integer_dtype(frame[column])


def _needed(rule: Rule) -> tuple[str, ...]:
    return (rule.column, *rule.demand.columns) if isinstance(rule.demand, Holds) else (rule.column,)


def _helper(at: int) -> str:
    return f"rule_{at}_holds"


def _row_names(frame: pd.DataFrame) -> list[str]:
    """A row is called by its id, and by its place (first row: row 1) when it has none."""
    column = next((name for name in ("id", "invoice_id") if name in frame), "")
    ids = frame[column].fillna("").astype("str").str.strip().tolist() if column else [""] * len(frame)
    return [found or f"row {at}" for at, found in enumerate(ids, start=1)]


def _expectation(rule: Rule, at: int) -> Any:
    """The library's expectation for one rule; `meta` carries the rule's place back."""
    make = getattr(import_module("great_expectations.expectations"), rule.demand.expectation)
    column = _helper(at) if isinstance(rule.demand, Holds) else rule.column
    return make(column=column, meta={"at": at}, **rule.demand.arguments())


def _refuse_faults(kind: str, rules: Sequence[Rule], result: Any) -> None:
    """A rule that could not be computed is a fault of the program and must not pass for a finding.

    The library then files one report per failed computation in place of its plain "nothing was raised".
    """
    if result.exception_info.get("raised_exception", True):
        rule = rules[result.expectation_config.meta["at"]]
        raise RuntimeError(f"The check {rule.name} on {kind}.{rule.column} could not be computed.")


def _finding(kind: str, rule: Rule, result: dict[str, Any]) -> Finding:
    """One broken rule in words; a rule about a column as a whole names no rows."""
    named = [name for group in result.get("unexpected_index_list") or [] for name in group[ROW]]
    ids = tuple(dict.fromkeys(named))
    where = kind.replace("_", " ")
    rows = f"{len(named)} {'row' if len(named) == 1 else 'rows'} ({name_rows(ids)})" if named else "the whole table"
    detail = f"{rule.says}. {rule.remedy}"
    message = f"{where}, {rows}: {detail}"
    return Finding(rule.severity, rule.name, kind, rule.column, ids, len(named), message, capitalised(detail))
