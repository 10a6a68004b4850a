"""The consent page: which organisation, and *Allow access*."""

from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from reconcile.sandbox.identity.grants import Code, Grants
from reconcile.sandbox.identity.tokens import scope_problem
from reconcile.sandbox.wire import Request, Response, text_response

ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
_STYLE = "body{font:16px sans-serif;max-width:32rem;margin:3rem auto}label,button{display:block;margin:.6rem 0}"


def authorize_endpoint(grants: Grants, request: Request) -> Response:
    """GET shows the page, POST (its form) redirects with a code, or with `access_denied`."""
    if request.method == "GET":
        asked = {name: request.query.get(name, "") for name in ASKED}
        problem = _problem(grants, asked)
        return _page(f"<h1>Sorry</h1><p>Error: {escape(problem)}</p>", 400) if problem else _form(grants, asked)
    form = parse_qs(request.body.decode(errors="replace"), keep_blank_values=True)
    asked = {name: form.get(name, [""])[0] for name in ASKED}
    problem = _problem(grants, asked)
    if problem:
        return _page(f"<h1>Sorry</h1><p>Error: {escape(problem)}</p>", 400)
    tenants = [tenant for tenant in form.get("tenant", []) if tenant in grants.world.books]
    if form.get("action", [""])[0] != "allow":
        return _back(asked, {"error": "access_denied", "state": asked["state"]})
    if not tenants:
        return _page("<h1>Choose an organisation</h1>", 400)
    return _allow(grants, asked, tenants)


def _allow(grants: Grants, asked: dict[str, str], tenants: list[str]) -> Response:
    consent = grants.consent(asked["client_id"], frozenset(asked["scope"].split()))
    for tenant in tenants:
        grants.connect(consent, tenant)
    code = grants.world.new_id().replace("-", "")
    expires = grants.world.clock.now_ms() + grants.world.settings.code_seconds * 1000
    grants.codes[code] = Code(consent, asked["redirect_uri"], asked["code_challenge"], expires)
    return _back(asked, {"code": code, "scope": asked["scope"], "state": asked["state"]})


def _problem(grants: Grants, asked: dict[str, str]) -> str:
    """What is wrong with the request for consent, empty when nothing is."""
    if asked["response_type"] != "code" or not asked["client_id"]:
        return "unauthorized_client"
    target = urlsplit(asked["redirect_uri"])
    local = target.scheme == "http" and target.hostname == "localhost"
    if not (local or (target.scheme == "https" and target.hostname)):
        return "invalid_request : Invalid redirect_uri"
    if asked["code_challenge"] and asked["code_challenge_method"] != "S256":
        return "invalid_request : code_challenge_method must be S256"
    scopes = frozenset(asked["scope"].split())
    return "invalid_scope" if not scopes or scope_problem(grants.world.settings, scopes) else ""


def _form(grants: Grants, asked: dict[str, str]) -> Response:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked.items())
    first = " checked" if len(grants.world.books) == 1 else ""
    choices = "".join(
        f'<label><input type="checkbox" name="tenant" value="{escape(tenant)}"{first}> '
        f"{escape(books.organisation.name)}</label>"
        for tenant, books in grants.world.books.items()
    )
    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split())
    return _page(
        f"<h1>Sandbox app wants access to</h1><form method='post'>{hidden}{choices}<ul>{scopes}</ul>"
        '<button name="action" value="allow">Allow access</button>'
        '<button name="action" value="cancel">Cancel</button></form>'
    )


def _back(asked: dict[str, str], answer: dict[str, str]) -> Response:
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return Response(302, {"location": asked["redirect_uri"] + joint + urlencode(answer)})


def _page(content: str, status: int = 200) -> Response:
    page = f"<!DOCTYPE html><html lang='en'><head><title>Xero sandbox</title><style>{_STYLE}</style></head><body>{content}</body></html>"
    return text_response(status, page, "text/html; charset=utf-8")
