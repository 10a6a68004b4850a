"""The checks of the simulation can fail: each finds what was put there for it."""

import logging
from datetime import timedelta

from reconcile.sandbox.edits import edit_xero
from tests.simulation.discretion import indiscretions, listening
from tests.simulation.hub import Hub
from tests.simulation.nights import bookmarks_ahead, night
from tests.simulation.scene import SECRETS, Scene
from tests.simulation.sent import unapproved_fields
from tests.simulation.template import build_from
from tests.simulation.workers import Chaos


def scene_of(*kinds: str) -> Scene:
    return build_from(Hub(1), kinds, 0.0)


def test_a_name_in_the_log_and_a_secret_in_an_error_are_found() -> None:
    scene = scene_of("send_invoice")
    with listening() as heard:
        logging.getLogger("reconcile.somewhere").warning("cannot send Payer 20")
    scene.said.append(f"refused: {SECRETS[0]}")
    assert list(indiscretions(scene, heard)) == ["I8 the log names somebody: Payer 2", "I8 an error holds a secret"]


def test_a_field_that_is_not_ours_is_found() -> None:
    scene = scene_of("change_email")
    scene.wire.sent.append(("POST", "/api.xro/2.0/Contacts/1", b'{"Contacts": [{"AccountNumber": "A1"}]}'))
    assert list(unapproved_fields(scene, scene.operations())) == [
        "I5 POST /api.xro/2.0/Contacts/1 sent AccountNumber, which is not ours to write",
        "I5 POST /api.xro/2.0/Contacts/1 sent something else than was approved",
    ]


def test_a_change_behind_the_bookmark_that_is_not_stored_is_found() -> None:
    hub = Hub(1)
    scene = build_from(hub, ["link", "change_email"], 0.0)
    night(hub, scene, Chaos())
    assert list(bookmarks_ahead(scene)) == []
    first = next(iter(scene.sandbox.world.first_books.contacts))
    edit_xero(scene.sandbox.world, "contacts", first.id, email="changed@example.com")
    later = scene.sandbox.world.clock.now() + timedelta(hours=1)
    scene.execute("UPDATE bookmark SET value = ? WHERE entity = 'contacts'", later.strftime("%Y-%m-%d %H:%M:%S.%f"))
    assert list(bookmarks_ahead(scene)) == [
        f"I9 the bookmark of xero contacts is past a change of {first.id} that is not stored"
    ]
    edit_xero(scene.sandbox.world, "contacts", first.id, email=first.email)
    assert list(bookmarks_ahead(scene)) == []
