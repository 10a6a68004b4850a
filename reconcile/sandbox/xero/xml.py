"""XML, Xero's default: what a caller gets that forgets `Accept: application/json`."""

from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from reconcile.sandbox.wire import Response, load_json


def as_xml(response: Response) -> Response:
    """The same answer as XML; answers that are not JSON stay."""
    if "json" not in response.headers.get("content-type", ""):
        return response
    root = "Response" if response.status < 400 else "ApiException"
    body = _element(root, load_json(response.body))
    return replace(
        response, headers={**response.headers, "content-type": "text/xml; charset=utf-8"}, body=body.encode()
    )


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        inside = "".join(_element(part, inner) for part, inner in value.items())
    elif isinstance(value, list):
        singular = name[:-2] if name.endswith("sses") else name.removesuffix("s") or name
        inside = "".join(_element(singular, part) for part in value)
    else:
        inside = "" if value is None else escape(str(value).lower() if isinstance(value, bool) else str(value))
    return f"<{name}>{inside}</{name}>"
