"""Rendering: templates with everything escaped, and the frame that every page shares."""

import hashlib
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse

from reconcile.reports.evidence_words import detail_in_words, in_words
from reconcile.reports.flag_words import flag_words
from reconcile.reports.wording import details, money
from reconcile.store.naming import plain
from reconcile.web.guard import desk_of, visit_of
from reconcile.web.wording import STATE_WORDS, VERBS, meaning_of, remedy_of

_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
SCREENS: tuple[tuple[str, str], ...] = (
    ("/", "Overview"),
    ("/contacts", "Contacts"),
    ("/products", "Products"),
    ("/invoices", "Invoices"),
    ("/payments", "Payments"),
    ("/second", "To confirm"),
    ("/configure", "Configure Xero"),
    ("/links", "Links"),
    ("/boards", "What was sent"),
)


def show(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page as HTML."""
    desk, visit = desk_of(request), visit_of(request)
    page = _templates().get_template(template)
    frame = {
        "org": desk.services.org,
        "visit": visit,
        "notices": visit.take_notices(),
        "screens": SCREENS,
        "path": request.url.path,
        "signs_in": desk.doors.sign_in is not None,
        "static": static_address,
    }
    return HTMLResponse(page.render(**frame, **values), status_code=status)


def go_to(address: str, default: str = "/") -> RedirectResponse:
    """After a change, a page of our own to look at; anything else leads to the default."""
    return RedirectResponse(own_address(address, default), status_code=303)


def own_address(address: str, default: str = "/") -> str:
    """An address when it is a page of our own, else the default."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside else default


def query(**values: object) -> str:
    """Query parameters, empty ones left out."""
    return urlencode({name: value for name, value in values.items() if value not in ("", None)})


def per_cent(score: float | None) -> str:
    """A probability for people, never certainty."""
    return "" if score is None else f"{min(int(score * 100), 99)} %"


@cache
def static_address(name: str) -> str:
    """Where a static file is; the address changes with its content, so that no browser goes on with an older one."""
    content = (resources.files("reconcile.web") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def _readable(value: object) -> object:
    """What is shown, without the signs that turn the direction of everything behind them."""
    return value.translate(_TURNING) if type(value) is str and not value.isascii() else value


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("reconcile.web"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_readable,
    )
    environment.filters |= {"flag": flag_words, "per_cent": per_cent, "details": details, "money": money}
    environment.filters |= {"meaning": meaning_of, "remedy": remedy_of, "plain": plain}
    environment.filters |= {
        "verb": lambda name: VERBS.get(name, name),
        "state": lambda name: STATE_WORDS.get(name, name),
    }
    environment.filters |= {"evidence": in_words, "detail": detail_in_words}
    return environment
