"""What stands before every screen: host, session, sign-in, the proof that a form is ours, and the response headers."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from starlette.datastructures import UploadFile
from starlette.responses import PlainTextResponse

from reconcile.web.desk import Desk
from reconcile.web.sessions import Visit

COOKIE = "reconcile_review"
PUBLIC = frozenset({"/sign-in", "/ready", "/favicon.ico"})
STATIC = "/static/"
LARGEST_FORM = 2 * 1024 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SignInNeeded(Exception):
    """Nobody has signed in."""


def desk_of(request: Request) -> Desk:
    """The desk of the running page."""
    desk: Desk = request.app.state.desk
    return desk


async def attend(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse unknown hosts and large bodies, give every browser a session, and send the headers."""
    desk = desk_of(request)
    if _host(request.headers.get("host", "")) not in desk.doors.hosts:
        return PlainTextResponse("This page does not answer to that host name.", status_code=421, headers=HEADERS)
    if request.method not in ("GET", "HEAD") and not request.headers.get("content-length", "").isdigit():
        return PlainTextResponse("The length of the form is missing.", status_code=411, headers=HEADERS)
    if int(request.headers.get("content-length") or 0) > LARGEST_FORM:
        return PlainTextResponse("That is too large.", status_code=413, headers=HEADERS)
    if request.url.path.startswith(STATIC):
        response = await call_next(request)
        response.headers.update(HEADERS)
        response.headers["Cache-Control"] = "max-age=3600"
        return response
    known = desk.visits.find(request.cookies.get(COOKIE, ""))
    request.state.visit = known or desk.visits.begin(desk.doors.by)
    _take_proxy_name(request, desk)
    response = await call_next(request)
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = "no-store"
    visit: Visit = request.state.visit
    if known is not visit:
        secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
        response.set_cookie(COOKIE, visit.id, httponly=True, samesite="strict", secure=secure, path="/")
    return response


def _take_proxy_name(request: Request, desk: Desk) -> None:
    """The name that a reverse proxy on this machine vouches for; anybody else's header is not believed."""
    if desk.doors.proxy_header:
        near = request.client is not None and request.client.host in ("127.0.0.1", "::1")
        request.state.visit.name = request.headers.get(desk.doors.proxy_header, "").strip() if near else ""


def _host(header: str) -> str:
    return header.rsplit(":", 1)[0] if header.rsplit(":", 1)[-1].isdigit() else header


Form = dict[str, list[str]]


async def guarded(request: Request) -> None:
    """Every route's first dependency: somebody has signed in, and a change comes from our own form."""
    visit: Visit = request.state.visit
    if request.url.path not in PUBLIC and not visit.name:
        raise SignInNeeded
    if request.method not in ("GET", "HEAD"):
        await _check_form(request, visit)


async def _check_form(request: Request, visit: Visit) -> None:
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "This form came from another site.")
    form = await request.form()
    token = form.get("token")
    if not isinstance(token, str) or not hmac.compare_digest(token.encode(), visit.token.encode()):
        raise HTTPException(403, "This form is too old or not ours. Go back, reload the page and try again.")


async def form_of(request: Request) -> Form:
    """The posted fields; files are not taken."""
    form = await request.form()
    fields: Form = {}
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            fields.setdefault(name, []).append(value)
    return fields


def visit_of(request: Request) -> Visit:
    """The session behind a request."""
    visit: Visit = request.state.visit
    return visit


AtDesk = Annotated[Desk, Depends(desk_of)]
Visiting = Annotated[Visit, Depends(visit_of)]
Posted = Annotated[Form, Depends(form_of)]


def field(form: Form, name: str) -> str:
    """One field of a form, "" when it is missing."""
    return form.get(name, [""])[0].strip()
