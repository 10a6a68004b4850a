"""Xero's error answers, in the shapes of the facts' section 8."""

from reconcile.sandbox.wire import Response, json_response, text_response
from reconcile.sandbox.xero.records import Json

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
NO_DATA = "No data has been processed for this endpoint. This endpoint is expecting {} data to be specified in the request body."


class RefusalError(Exception):
    """A request that Xero answers with an error; carries the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"refused with {response.status}")
        self.response = response


def bad_request(message: str, kind: str = "ValidationException", number: int = 10) -> Response:
    """400 with a message and no elements."""
    return json_response(400, {"ErrorNumber": number, "Type": kind, "Message": message})


def validation_failed(elements: list[Json]) -> Response:
    """400 with every refused element and its messages."""
    body = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred"}
    return json_response(400, {**body, "Elements": elements})


def bad_query(message: str) -> Response:
    """400 for a filter or order that cannot be read."""
    return bad_request(message, "QueryParseException", 16)


def bad_body(message: str) -> Response:
    """400 for a body that is not usable JSON."""
    return bad_request(message, "PostDataInvalidException", 17)


def unauthorised(detail: str, instance: str) -> Response:
    """401, for example with `TokenExpired: ...` or `AuthenticationUnsuccessful`."""
    return _problem(401, "Unauthorized", detail, instance)


def insufficient_scope(instance: str) -> Response:
    """401 that asks for more permission, not for a new token."""
    challenge = {"www-authenticate": 'Bearer error="insufficient_scope"'}
    return unauthorised("AuthorizationUnsuccessful", instance).with_headers(challenge)


def forbidden(instance: str) -> Response:
    """403 for a tenant that is wrong, gone or not named."""
    return _problem(403, "Forbidden", "AuthenticationUnsuccessful", instance)


def not_found() -> Response:
    """404 as text, not JSON."""
    return text_response(404, "The resource you're looking for cannot be found")


def _problem(status: int, title: str, detail: str, instance: str) -> Response:
    body: Json = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": instance,
        "Extensions": {},
    }
    return json_response(status, body)
