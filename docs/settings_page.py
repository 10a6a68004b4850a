"""Writes docs/settings.md from the settings themselves: ``python docs/settings_page.py``."""

import inspect
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr

from reconcile.organisation_settings import OrganisationSettings
from reconcile.settings import Settings

PAGE = Path(__file__).parent / "settings.md"
INTRODUCTION = """# Settings

<!-- Written by `python docs/settings_page.py` from the settings themselves; change the descriptions there. -->

There are two kinds. What an *installation* needs to start (addresses, keys, the database) comes from the environment or
from a `.env` file. What one *organisation* decides (accounts, policies, limits) is kept in the database, in versions: a run
uses the version that was saved when it began, and says which.

## Of an installation

| setting | meaning | default |
|---|---|---|
"""
ORGANISATION = """
Keys and secrets never appear in logs, reports or error messages.

## Of an organisation

Change them on the review page under *Configure Xero*, or here:

```console
$ reconcile settings
$ reconcile settings --set show_technician=true --by Ana
```

Accounts are checked against the chart of accounts that was pulled last; the settings gate says what is missing.
Customers who paid card surcharges make `reimbursement_account` necessary: until it is set, the settings gate stays shut and no invoice
or payment goes out.

| setting | meaning | allowed | default |
|---|---|---|---|
"""


def render() -> str:
    """The whole page."""
    installation = "".join(
        f"| `RECONCILE_{name.upper()}` | {field.description} | {_shown(field.default)} |\n"
        for name, field in Settings.model_fields.items()
    )
    lines, groups = [], []
    for name, field in OrganisationSettings.model_fields.items():
        kind = field.annotation
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            groups.append(_group(name, kind))
        else:
            lines.append(_line(name, field))
    return INTRODUCTION + installation + ORGANISATION + "".join(lines) + "".join(groups)


def _group(name: str, kind: type[BaseModel]) -> str:
    meaning = (inspect.getdoc(kind) or "").splitlines()[0]
    lines = "".join(_line(f"{name}.{part}", field) for part, field in kind.model_fields.items())
    return (
        f"\n### `{name}`\n\n{_words(meaning)}\n\n| setting | meaning | allowed | default |\n|---|---|---|---|\n{lines}"
    )


def _line(name: str, field: Any) -> str:
    default = field.get_default(call_default_factory=True)
    return f"| `{name}` | {_words(field.description)} | {_allowed(field.annotation)} | {_shown(default)} |\n"


def _words(text: str) -> str:
    """A description without the numbers of requirements, which mean nothing to a reader."""
    return re.sub(r" \([A-C]\d+[^)]*\)", "", text)


def _allowed(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind) if value)
    if kind is bool:
        return "`true`, `false`"
    if get_origin(kind) is dict:
        return "name and value"
    inner = next((part for part in get_args(kind) if part is not type(None)), kind)
    return {"int": "whole number", "float": "share from 0 to 1", "str": "text", "date": "date, year-month-day"}.get(
        inner.__name__, "amount"
    )


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr) or value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, dict):
        return ", ".join(f"`{key}` {each}" for key, each in value.items()) or "none"
    return f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
