"""The review page as an application: every route guarded, every answer with the same headers."""

import logging
import secrets
import traceback
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from reconcile.errors import ReconcileError
from reconcile.web import bulk, choosing, configure, entry, linking, products, second, status, stopped
from reconcile.web.desk import Desk
from reconcile.web.findings import finding_routes
from reconcile.web.guard import HEADERS, SignInNeeded, attend, guarded, visit_of
from reconcile.web.lists import list_routes
from reconcile.web.pages import go_to, show
from reconcile.web.screens import FINDING_SCREENS, SCREENS

LOG = logging.getLogger("reconcile.web")
OWN_WORDS = {404: "There is no such page.", 405: "That cannot be done this way."}


def create_app(desk: Desk) -> FastAPI:
    """The page of one organisation. Every route but the static files goes through ``guarded``."""
    app = FastAPI(title="Review", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.middleware("http")(attend)
    app.add_exception_handler(SignInNeeded, _to_sign_in)
    app.add_exception_handler(HTTPException, _show_problem)
    app.add_exception_handler(RequestValidationError, _show_bad_address)
    app.add_exception_handler(ReconcileError, _show_refusal)
    app.add_exception_handler(Exception, _show_mishap)
    app.get("/static/{name}")(entry.static_file)
    guard = [Depends(guarded)]
    for router in (
        entry.router,
        status.router,
        stopped.router,
        choosing.router,
        bulk.router,
        second.router,
        products.router,
        configure.router,
        linking.router,
        *(list_routes(screen) for screen in SCREENS),
        *(finding_routes(screen) for screen in FINDING_SCREENS),
    ):
        app.include_router(router, dependencies=guard)
    return app


def _to_sign_in(request: Request, _error: Exception) -> Response:
    desk: Desk = request.app.state.desk
    if desk.doors.sign_in is None:
        return show(request, "problem.html", 401, what="The reverse proxy did not say who you are.")
    _remember_place(request)
    return go_to("/sign-in")


def _remember_place(request: Request) -> None:
    """Where to go after signing in; whoever sent a form is told that it was not taken."""
    visit = visit_of(request)
    if request.method in ("GET", "HEAD"):
        if "text/html" in request.headers.get("accept", ""):
            visit.wanted = f"{request.url.path}?{request.url.query}".rstrip("?")
        return
    came_from = urlsplit(request.headers.get("referer", ""))
    visit.wanted = f"{came_from.path}?{came_from.query}".rstrip("?") or "/"
    if not visit.notices:
        visit.tell("problem", "You were signed out meanwhile. Your last step was not stored: sign in and do it again.")


def _show_bad_address(request: Request, _error: Exception) -> Response:
    return show(request, "problem.html", 422, what="Something in that address or form is not as it should be.")


def _show_refusal(request: Request, error: Exception) -> Response:
    return show(request, "problem.html", 409, what=str(error))


def _show_mishap(request: Request, error: Exception) -> Response:
    """What nobody expected: the page says so with a number, under which the log has the rest. No data is logged."""
    number = secrets.token_hex(4)
    where = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("%s: %s while answering %s %s\n%s", number, type(error).__name__, request.method, _route(request), where)
    words = f"That was a mistake of the program, not yours. Nothing was stored by this step. Its number is {number}."
    try:
        response: Response = show(request, "mishap.html", 500, what=words, number=number)
    except AttributeError:  # it happened before there was a session to show a page for
        response = PlainTextResponse(words, status_code=500)
    response.headers.update({**HEADERS, "Cache-Control": "no-store"})
    return response


def _route(request: Request) -> str:
    """The address without what people typed into it."""
    return str(getattr(request.scope.get("route"), "path", "/")) or "/"


def _show_problem(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else ""
    words = OWN_WORDS.get(status, detail) if detail in ("Not Found", "Method Not Allowed") else detail
    return show(request, "problem.html", status, what=words)
