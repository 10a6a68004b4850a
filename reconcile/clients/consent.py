"""Asking a person for access in the browser: authorization code with PKCE through a callback on this machine.

The code is worth nothing without the verifier, which never leaves this process; ``state`` ties the answer to the
question; the page is served once, on a loopback address, and closed (facts, section 1).
"""

import hmac
import html
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from reconcile.clients.hosts import is_loopback, require_safe
from reconcile.clients.oauth import App
from reconcile.clock import Clock
from reconcile.errors import BadInput, Retry

CALLBACK = "/callback"
PATIENCE = timedelta(minutes=5)  # as long as the code lives
_XERO_LOGIN = "https://login.xero.com"
_DONE = "Connected. You can close this window and go back to the terminal."
_REFUSED = "Not connected. Go back to the terminal to see why."


@dataclass(frozen=True)
class Question:
    """One request for consent; what has to be remembered until it is answered."""

    url: str = field(repr=False)
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)


def login_url(login: str, identity: str) -> str:
    """Where the sign-in page is: as set, else Xero's own, or the sandbox's when the identity server is on loopback."""
    return login or (identity if is_loopback(identity) else _XERO_LOGIN)


def ask(login: str, app: App, scopes: tuple[str, ...], port: int) -> Question:
    """The address to open in the browser, and what goes with it.

    The redirect address must be registered with the Xero app; Xero accepts localhost, not 127.0.0.1.
    """
    base = require_safe(login, "RECONCILE_XERO_LOGIN_URL")
    redirect, state, verifier = (
        f"http://localhost:{port}{CALLBACK}",
        secrets.token_urlsafe(32),
        secrets.token_urlsafe(64),
    )
    query = urlencode(
        {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": redirect,
            "scope": " ".join(scopes),
            "state": state,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
    )
    return Question(f"{str(base).rstrip('/')}/identity/connect/authorize?{query}", redirect, state, verifier)


class Callback:
    """A page on this machine that waits for the browser to come back, once."""

    def __init__(self, port: int, clock: Clock) -> None:
        self._clock = clock
        self._answers: list[dict[str, str]] = []
        try:
            self._server = HTTPServer(("127.0.0.1", port), _handler(self._answers.append))
        except OSError as error:
            raise BadInput(f"Port {port} cannot be used: {error.strerror}.", remedy="Choose another --port.") from None
        self._server.timeout = 0.5

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self._server.server_address[1])

    def wait_for_code(self, question: Question) -> str:
        """The code that the browser brings back. Raises BadInput when it was refused or forged, Retry in time-out."""
        deadline = self._clock.now() + PATIENCE
        try:
            while not self._answers:
                if self._clock.now() > deadline:
                    raise Retry("Nobody answered in the browser.", remedy="Run `reconcile connect` again.")
                self._server.handle_request()
        finally:
            self.close()
        return read_answer(self._answers[0], question)

    def close(self) -> None:
        """Free the port."""
        self._server.server_close()


def read_answer(answer: dict[str, str], question: Question) -> str:
    """The code in an answer that belongs to the question. Raises BadInput."""
    if not hmac.compare_digest(answer.get("state", ""), question.state):
        raise BadInput("The answer does not belong to this request.", remedy="Run `reconcile connect` again.")
    if answer.get("error") == "access_denied":
        raise BadInput("Access was not allowed.", remedy="Run `reconcile connect` again and choose *Allow access*.")
    if not answer.get("code"):
        raise BadInput(
            "Xero did not give access.",
            remedy="Check the app's permissions and its redirect address, which docs/connect.md describes.",
        )
    return answer["code"]


def _handler(keep: Callable[[dict[str, str]], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers the one address that the browser is sent back to."""

        timeout = 10

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            answer = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path != CALLBACK or not answer.get("state"):
                self.send_error(404)
                return
            keep(answer)
            page = f"<!doctype html><meta charset=utf-8><title>reconcile</title><p>{html.escape(_page(answer))}</p>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", "default-src 'none'")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing: the address holds the code."""

    return Handler


def _page(answer: dict[str, str]) -> str:
    return _DONE if answer.get("code") else _REFUSED
