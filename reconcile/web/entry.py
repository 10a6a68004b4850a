"""Coming in and going out, the start page, and the files that pages need."""

from importlib import resources

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.responses import PlainTextResponse

from reconcile.errors import BadInput
from reconcile.web.guard import AtDesk, Posted, Visiting, field
from reconcile.web.pages import go_to, show

router = APIRouter()
FILES = {"review.css": "text/css", "review.js": "text/javascript"}


@router.get("/ready")
def ready() -> Response:
    """Answers once the page is up."""
    return PlainTextResponse("ready")


@router.get("/favicon.ico")
def icon() -> Response:
    """There is none."""
    return Response(status_code=204)


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    """Name and password."""
    return show(request, "sign_in.html")


@router.post("/sign-in")
def sign_in(request: Request, desk: AtDesk, visit: Visiting, form: Posted) -> Response:
    """Check name and password; the session gets a new name so that an old one is worth nothing."""
    try:
        right = desk.doors.sign_in is not None and desk.doors.sign_in.check(
            field(form, "name"), form.get("password", [""])[0]
        )
    except BadInput as error:
        visit.tell("problem", f"{error.message} {error.remedy}")
        return go_to("/sign-in")
    if not right:
        visit.tell("problem", "Name or password is not right.")
        return go_to("/sign-in")
    desk.visits.end(visit)
    request.state.visit = desk.visits.begin(field(form, "name"))
    return go_to(visit.wanted)


@router.post("/sign-out")
def sign_out(desk: AtDesk, visit: Visiting) -> Response:
    """End the session."""
    desk.visits.end(visit)
    return go_to("/sign-in")


def static_file(name: str) -> Response:
    """A style sheet or script of the page."""
    if name not in FILES:
        raise HTTPException(404, "There is no such file.")
    content = (resources.files("reconcile.web") / "static" / name).read_bytes()
    return Response(content, media_type=FILES[name])
