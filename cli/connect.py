"""`reconcile connect`: lets this installation into a Xero organisation."""

import webbrowser
from typing import Annotated

import typer
from rich.console import Console
from rich.prompt import Prompt
from sqlmodel import Session

from reconcile.clients.consent import Callback, ask, login_url
from reconcile.clients.oauth import IdentityServer, require_scopes
from reconcile.clients.open import app_of, open_with_token, open_xero, token_key
from reconcile.clock import Clock
from reconcile.connection import FEES_SCOPE, READ_AND_WRITE_SCOPES, Kind, StoredConnection, Tokens
from reconcile.errors import BadInput, NotReady
from reconcile.records import Organisation
from reconcile.settings import Settings
from reconcile.stages.services import SystemClock
from reconcile.store import tables
from reconcile.store.engine import open_engine, reading, require_current, writing
from reconcile.store.organisations import find_by_tenant, find_organisation, register_organisation
from reconcile.store.tokens import StoredTokens, make_cipher

console = Console()


def connect(
    org: Annotated[str, typer.Option(help="Organisation to connect; a new name registers a new one.")] = "",
    tenant: Annotated[str, typer.Option(help="Xero organisation by name or tenant id, when several are allowed.")] = "",
    port: Annotated[int, typer.Option(help="Port of the redirect address http://localhost:PORT/callback.")] = 8765,
    fees: Annotated[bool, typer.Option("--fees", help="Also ask for bank transactions, to post card fees.")] = False,
    custom: Annotated[bool, typer.Option("--custom", help="Use client id and secret as a Custom Connection.")] = False,
    browser: Annotated[bool, typer.Option(help="Open the browser; else the address is only printed.")] = True,
) -> None:
    """Connect a Xero organisation (OAuth 2.0, with PKCE), or check a Custom Connection."""
    settings, clock = Settings(), SystemClock()
    cipher = make_cipher(token_key(settings))
    engine = open_engine(settings.database)
    require_current(engine)
    store = StoredTokens(engine, cipher, clock)
    with reading(engine) as session:
        known = _known_organisation(session, org or settings.org)
    pinned = known.xero_tenant_id if known else ""
    if custom:
        shown, tokens = _look_at_custom_connection(settings, clock), None
    else:
        tokens = _ask_person(settings, clock, port, READ_AND_WRITE_SCOPES + ((FEES_SCOPE,) if fees else ()), browser)
        shown = _choose(settings, clock, tokens, tenant, pinned)
    kind: Kind = "client_credentials" if custom else "authorization_code"
    with writing(engine) as session:
        row = known or _registered(session, shown, org) or register_organisation(session, shown, clock.now(), org)
    _keep(store, row, StoredConnection(row.id, kind, shown.id, shown.name, tokens))
    console.print(f"[green]Connected[/] {row.id} to the Xero organisation {shown.name} ({shown.id}).")


def _known_organisation(session: Session, org: str) -> tables.Organisation | None:
    return session.get(tables.Organisation, org) if org else find_organisation(session)


def _registered(session: Session, shown: Organisation, org: str) -> tables.Organisation | None:
    """Who has this Xero organisation already. Raises BadInput when that is somebody else than the one that is named."""
    found = find_by_tenant(session, shown.id)
    if found is not None and org and found.id != org:
        raise BadInput(f"{shown.name} is connected as {found.id} already.", remedy="Choose another Xero organisation.")
    return found


def _look_at_custom_connection(settings: Settings, clock: Clock) -> Organisation:
    client = open_xero(settings, clock)
    try:
        return client.organisation()
    finally:
        client.close()


def _ask_person(settings: Settings, clock: Clock, port: int, scopes: tuple[str, ...], browser: bool) -> Tokens:
    """The tokens that a person's consent gives. Raises BadInput, MissingScope, NotReady, Retry."""
    app = app_of(settings)
    callback = Callback(port, clock)
    question = ask(login_url(settings.xero_login_url, settings.xero_identity_url), app, scopes, callback.port)
    console.print("Allow access in the browser. If it does not open by itself, open this address:")
    console.print(question.url, soft_wrap=True, markup=False, highlight=False)
    if browser:
        webbrowser.open(question.url)
    code = callback.wait_for_code(question)
    server = IdentityServer(settings.xero_identity_url, app, clock)
    try:
        tokens = server.by_code(code, question.redirect_uri, question.verifier)
    finally:
        server.close()
    require_scopes(tokens.scopes, scopes)
    surplus = sorted(set(tokens.scopes) - set(scopes))
    if surplus:
        console.print(f"Xero also gave permissions that are not needed: {', '.join(surplus)}.", markup=False)
    if not tokens.refresh:
        raise NotReady("Xero gave no lasting access.", remedy="Allow offline_access for the app, then connect again.")
    return tokens


def _choose(settings: Settings, clock: Clock, tokens: Tokens, wanted: str, pinned: str) -> Organisation:
    """The organisation to work on: the wanted one, the one we are pinned to, the only one, or as a person says."""
    client = open_with_token(settings, clock, tokens.access)
    try:
        shown = client.tenants()
        client.pin(_pick(shown, wanted, pinned))
        return client.organisation()
    finally:
        client.close()


def _pick(shown: dict[str, str], wanted: str, pinned: str) -> str:
    if wanted:
        matching = [tenant for tenant, name in shown.items() if wanted in (tenant, name)]
        if len(matching) != 1:
            raise BadInput(f"The connection does not show {wanted}.", remedy=f"It shows: {', '.join(shown.values())}.")
        return matching[0]
    if pinned in shown:
        return pinned
    if not shown:
        raise BadInput("No organisation was allowed.", remedy="Run `reconcile connect` again and choose one.")
    if len(shown) == 1:
        return next(iter(shown))
    numbers = {str(number): tenant for number, tenant in enumerate(shown, start=1)}
    for number, chosen in numbers.items():
        console.print(f"  {number}  {shown[chosen]}", markup=False)
    return numbers[Prompt.ask("Which organisation", choices=list(numbers), console=console)]


def _keep(store: StoredTokens, row: tables.Organisation, connection: StoredConnection) -> None:
    """Store the connection, unless it is to another organisation than the one that belongs to this name."""
    if store.read(row.id) is None:
        store.connect(StoredConnection(row.id, connection.kind, row.xero_tenant_id, row.name))
    store.connect(connection)
