"""What travels: one request, one response, JSON whose decimals stay exact."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

Json = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One HTTP request: decoded path and query, header names in lower case, raw body."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The value of a header, empty when it was not sent."""
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True)
class Response:
    """One HTTP response; `lost` says that the caller never sees it (`request` or `answer`)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    lost: str = ""

    def with_headers(self, extra: Mapping[str, str]) -> "Response":
        """The same response with more headers."""
        return replace(self, headers={**self.headers, **extra})


class ConnectionCutError(ConnectionError):
    """The wire broke; `after_commit` tells the test (never the client) whether the work was done."""

    def __init__(self, *, after_commit: bool) -> None:
        super().__init__("the connection was cut")
        self.after_commit = after_commit


class BadJsonError(ValueError):
    """The body is not JSON."""


def dump_json(value: object) -> bytes:
    """Encode to JSON; a Decimal becomes a number with exactly its own digits."""
    return json.dumps(value, default=_number, separators=(",", ":"), ensure_ascii=False).encode()


def load_json(body: bytes) -> Any:
    """Decode JSON with numbers as int and Decimal. Raises BadJsonError."""
    try:
        value = json.loads(body, parse_float=Decimal)
        if b"\\ud" in body.lower():
            json.dumps(value, default=str, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as problem:
        raise BadJsonError(str(problem)) from problem
    return value


def _number(value: object) -> float:
    """The shortest float text of up to 15 digits is the decimal itself; more digits would lie, so they are refused."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} has more digits than a JSON number keeps")
    return number


def json_response(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """A response with a JSON body."""
    return Response(status, {"content-type": "application/json; charset=utf-8", **(headers or {})}, dump_json(value))


def text_response(status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    """A response with a plain text or HTML body."""
    return Response(status, {"content-type": content_type}, text.encode())


def parse_request(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Request:
    """Build a Request from a raw URL (absolute or path with query)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    lower = {name.lower(): value for name, value in headers.items()}
    return Request(method.upper(), unquote(parts.path), query, lower, body)


class ForeignRequest(Protocol):
    """What `transport` reads from a client library's request."""

    method: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def url(self) -> object:
        """The absolute address."""


def transport(handle: Callable[[Request], Response]) -> Callable[[ForeignRequest], Response]:
    """A function over a client library's request, to mount the sandbox with no network.

    A test wraps it: `httpx.MockTransport(lambda r: httpx.Response(a.status, headers=a.headers, content=a.body))`
    with `a = transport(sandbox.handle)(r)`. Raises ConnectionCutError where the wire would have broken.
    """

    def answer(request: ForeignRequest) -> Response:
        response = handle(parse_request(request.method, str(request.url), request.headers, request.content))
        if response.lost:
            raise ConnectionCutError(after_commit=response.lost == "answer")
        return response

    return answer
