"""Answers in Pooltrackr's form: records, pages, and one shape of error."""

from reconcile.sandbox.clock import from_ms
from reconcile.sandbox.wire import Json, Response, json_response


class RefusalError(Exception):
    """A request that Pooltrackr answers with an error; carries the answer."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None, **extra: object) -> None:
        super().__init__(message)
        error: Json = {"code": code, "message": message, "field": field, **extra}
        self.response = json_response(status, {"error": error})


def moment(milliseconds: int) -> str:
    """A time as Pooltrackr writes it: ISO-8601, UTC, milliseconds, Z."""
    return from_ms(milliseconds).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def page_response(encoded: list[bytes], page: int, size: int, total: int, now_ms: int) -> Response:
    """A page built from records that are already encoded."""
    following = str(page + 1) if page * size < total else "null"
    head = b'{"data":[' + b",".join(encoded)
    tail = (
        f'],"page":{page},"page_size":{size},"total":{total},"next_page":{following},"server_time":"{moment(now_ms)}"}}'
    )
    return Response(200, {"content-type": "application/json"}, head + tail.encode())


def record_response(status: int, encoded: bytes, version: int) -> Response:
    """One record, with its version as ETag."""
    return Response(status, {"content-type": "application/json", "etag": f'"{version}"'}, encoded)
