"""Names and hashed passwords in a file, and the patience of the sign-in."""

import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from reconcile.errors import BadInput
from reconcile.reports.place import placing

LEAST_PASSWORD = 10
TRIES, WITHIN_SECONDS = 5, 60.0
_N, _R, _P = 2**15, 8, 1
_MEMORY = 128 * _N * _R * 2


def hash_password(password: str) -> str:
    """A password as it is stored: scrypt with its parameters and a salt of its own."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_scrypt(password, salt, _N, _R, _P).hex()}"


def check_password(password: str, stored: str) -> bool:
    """Whether a password is the one that was stored; takes as long when it is not."""
    _, n, r, p, salt, wanted = stored.split("$")
    found = _scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, bytes.fromhex(wanted))


def add_user(path: Path, name: str, password: str) -> None:
    """Add a person to the file, or give them a new password. Raises BadInput."""
    if not name.strip() or len(password) < LEAST_PASSWORD:
        raise BadInput(f"A name and a password of at least {LEAST_PASSWORD} characters are needed.")
    users = read_users(path) if path.exists() else {}
    users[name.strip()] = hash_password(password)
    with placing(path) as file:
        file.write(json.dumps(users, indent=1, sort_keys=True).encode())


def read_users(path: Path) -> dict[str, str]:
    """Names and hashes. Raises BadInput when the file cannot be used or others can read it."""
    try:
        mode = path.stat().st_mode
        users = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"The user file {path} cannot be read: {error}.", remedy="Make it with --add-user.") from None
    if mode & 0o077:
        raise BadInput(f"The user file {path} can be read by others.", remedy=f"Run: chmod 600 {path}")
    if not isinstance(users, dict) or not all(isinstance(v, str) and v.count("$") == 5 for v in users.values()):
        raise BadInput(f"The user file {path} is not one of ours.", remedy="Make it with --add-user.")
    return users


class SignIn:
    """Checks names and passwords; after TRIES failures for a name it waits, whoever asks."""

    def __init__(self, users: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = users
        self._clock = clock
        self._failures: dict[str, list[float]] = {}
        self._nobody = hash_password(os.urandom(8).hex())

    def check(self, name: str, password: str) -> bool:
        """Whether these are right. Raises BadInput when there were too many failures lately."""
        now = self._clock()
        recent = [at for at in self._failures.get(name, []) if now - at < WITHIN_SECONDS]
        if len(recent) >= TRIES:
            raise BadInput("Too many failed attempts.", remedy="Wait a minute and try again.")
        stored = read_users(self._path).get(name)
        if check_password(password, stored or self._nobody) and stored is not None:
            self._failures.pop(name, None)
            return True
        if len(self._failures) > 1_000:
            self._failures.clear()
        self._failures[name] = [*recent, now]
        return False


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY)
