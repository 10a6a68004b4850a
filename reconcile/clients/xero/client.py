"""The Xero client: a Source to read from, a Sink to write to, and the organisation behind the connection."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from reconcile.clients import failures
from reconcile.clients.answers import Answer
from reconcile.clients.http import ApiSession
from reconcile.clients.values import newest, text
from reconcile.clients.xero import listing, writing
from reconcile.clients.xero.endpoints import ENDPOINTS, INVOICE_STATUSES, Endpoint
from reconcile.clients.xero.reference import read_organisation
from reconcile.errors import BadData, NotReady, TargetTaken, WrongTenant
from reconcile.ports import Page, Write
from reconcile.records import Entity, Organisation, Record, System

_NOT_INCREMENTAL = frozenset({"products", "accounts", "tax_rates"})
_DEAD = frozenset({"VOIDED", "DELETED"})
NAMES_PER_CALL = 40  # of a list in the address (facts, section 2)


class XeroClient:
    """One Xero organisation.

    ``tenant_id`` is the tenant that the installation is pinned to; it is sent with every call. Empty for a custom
    connection that was never looked at: it shows one organisation only.
    """

    system: System = "xero"

    def __init__(self, session: ApiSession, tenant_id: str = "") -> None:
        self.session, self.tenant_id = session, ""
        if tenant_id:
            self.pin(tenant_id)

    def pin(self, tenant_id: str) -> None:
        """Speak with this tenant only, from now on."""
        self.tenant_id = tenant_id
        self.session.headers["xero-tenant-id"] = tenant_id

    def pages(self, entity: Entity, since: datetime | None = None) -> Iterator[Page]:
        """All records changed since a moment, or all; archived, voided and deleted ones included.

        Raises Retry when the list does not add up, Parked, Reconnect, BadData.
        """
        start = since if self.is_incremental(entity) else None
        bookmark: datetime | None = None
        for endpoint in _endpoints(entity):
            for found in listing.read_list(self.session, endpoint, start):
                records = tuple(self._record(endpoint, element) for element in found)
                bookmark = newest(records, bookmark)
                yield Page(records, bookmark if self.is_incremental(entity) else None)

    def is_incremental(self, entity: Entity) -> bool:
        """Items, accounts and tax rates are always listed as a whole."""
        return entity not in _NOT_INCREMENTAL

    def get(self, entity: Entity, record_id: str) -> Record | None:
        """One record by its id, None when there is none."""
        for endpoint in _endpoints(entity):
            if not endpoint.is_addressable:
                return self.get_many(entity, [record_id]).get(record_id)
            answer = self.session.read(f"{endpoint.name}/{quote(record_id, safe='')}", endpoint.precision)
            if answer is not None:
                return self._single(endpoint, answer)
        return None

    def get_many(self, entity: Entity, record_ids: Sequence[str]) -> dict[str, Record]:
        """Those records that exist, by id, in as few calls as the API allows."""
        endpoint, found = _endpoints(entity)[0], dict[str, Record]()
        if not endpoint.is_paged:
            wanted = set(record_ids)
            return {r.id: r for page in self.pages(entity) for r in page.records if r.id in wanted}
        if not endpoint.takes_ids:
            singles = (self.get(entity, record_id) for record_id in dict.fromkeys(record_ids))
            return {record.id: record for record in singles if record is not None}
        for some in _portions(record_ids):
            for element in self._search(endpoint, {"IDs": ",".join(some)}):
                record = self._record(endpoint, element)
                found[record.id] = record
        return found

    def find_many(self, entity: Entity, stamps: Sequence[str]) -> dict[str, Record]:
        """Those records that carry one of our marks, by mark. Raises TargetTaken like ``find``."""
        endpoint, found = _marked(entity), dict[str, Record]()
        for some in _portions(stamps):
            where = " OR ".join(f"{endpoint.stamp}=={_quoted(stamp)}" for stamp in some)
            elements = self._search(endpoint, {"where": where})
            for stamp in some:
                carriers = [e for e in elements if text(e.get(endpoint.stamp)) == stamp]
                if (record := self._only_one(endpoint, carriers)) is not None:
                    found[stamp] = record
        return found

    def find(self, entity: Entity, stamp: str) -> Record | None:
        """The record that carries our mark, None when there is none; a live one before a voided one.

        Raises TargetTaken when several live ones carry it: only a person can say which is right.
        """
        return self.find_many(entity, [stamp]).get(stamp)

    def send(self, write: Write) -> Record:
        """Carry out one write; see ``ports.Sink``."""
        endpoint = _endpoints(write.entity)[0]
        request = writing.single(endpoint, write)
        answer = self._write(request, write.key)
        outcome = writing.settle(endpoint, (write,), answer.data)[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def send_batch(self, writes: tuple[Write, ...], key: str) -> tuple[Record | Exception, ...]:
        """Carry out up to 50 writes of one entity and verb in one request; see ``ports.Sink``."""
        if not writes:
            return ()
        endpoint = _endpoints(writes[0].entity)[0]
        answer = self._write(writing.batch(endpoint, writes), key)
        return writing.settle(endpoint, writes, answer.data)

    def organisation(self) -> Organisation:
        """The organisation behind the connection.

        Raises WrongTenant when it is not the one we are pinned to, NotReady when there are several to choose from.
        """
        tenant = self._shown_tenant()
        self.session.headers["xero-tenant-id"] = tenant
        answer = self.session.read("Organisation")
        found = answer.data.get("Organisations") if answer and isinstance(answer.data, dict) else None
        if not isinstance(found, list) or len(found) != 1:
            raise failures.odd_shape(self.system)
        return read_organisation(found[0], tenant)

    def tenants(self) -> dict[str, str]:
        """The organisations that the connection shows: tenant id and name."""
        answer = self.session.read("/connections")
        rows = answer.data if answer else None
        if not isinstance(rows, list):
            raise failures.odd_shape(self.system)
        shown = [row for row in rows if text(row.get("tenantType")) == "ORGANISATION"]
        return {text(row.get("tenantId")): text(row.get("tenantName")) for row in shown}

    @property
    def parked_until(self) -> datetime | None:
        """When the day's calls to this organisation are renewed, None while there are some left."""
        return self.session.limits.parked_until

    def close(self) -> None:
        """Close the connection."""
        self.session.close()

    def _shown_tenant(self) -> str:
        shown = self.tenants()
        if self.tenant_id and self.tenant_id not in shown:
            raise WrongTenant(
                "The connection no longer shows the organisation that this installation is pinned to.",
                remedy="Run `reconcile connect` and choose that organisation again.",
            )
        if self.tenant_id:
            return self.tenant_id
        if len(shown) != 1:
            raise NotReady(
                f"The connection shows {len(shown)} organisations.",
                remedy="Run `reconcile connect` and choose one.",
            )
        return next(iter(shown))

    def _write(self, request: writing.Request, key: str) -> Answer:
        return self.session.write(request.method, request.path, request.body, key=key, params=request.params)

    def _search(self, endpoint: Endpoint, params: Mapping[str, str]) -> list[Mapping[str, Any]]:
        """The elements in any state that a short list or condition names, which fit on one page."""
        page = {"page": "1", "pageSize": str(listing.PAGE_SIZE)} if endpoint.is_paged else {}
        answer = self.session.read(endpoint.name, {**_any_state(endpoint), **endpoint.precision, **page, **params})
        return listing.elements(answer.data if answer else None, self.session, endpoint)

    def _only_one(self, endpoint: Endpoint, elements: Sequence[Mapping[str, Any]]) -> Record | None:
        live = [e for e in elements if text(e.get("Status")) not in _DEAD]
        if len(live) > 1:
            ids = ", ".join(sorted(text(e.get(endpoint.id_field)) for e in live))
            raise TargetTaken(
                f"Several {endpoint.name} carry the same mark: {ids}.",
                remedy="Void or delete all but the right one in Xero, then run again.",
            )
        chosen = live or list(elements)
        return self._record(endpoint, chosen[0]) if chosen else None

    def _single(self, endpoint: Endpoint, answer: Answer) -> Record | None:
        found = listing.elements(answer.data, self.session, endpoint)
        return self._record(endpoint, found[0]) if found else None

    def _record(self, endpoint: Endpoint, element: Mapping[str, Any]) -> Record:
        try:
            return endpoint.read(element)
        except BadData as error:
            raise failures.unreadable(self.system, endpoint.name, element.get(endpoint.id_field), error) from None
        except (KeyError, AttributeError, TypeError):
            raise failures.odd_shape(self.system) from None


def _endpoints(entity: Entity) -> tuple[Endpoint, ...]:
    if entity not in ENDPOINTS:
        raise NotReady(f"Xero has no {entity}.")
    return ENDPOINTS[entity]


def _marked(entity: Entity) -> Endpoint:
    endpoint = _endpoints(entity)[0]
    if not endpoint.stamp:
        raise NotReady(f"{endpoint.name} carry no mark of ours.")
    return endpoint


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    distinct = list(dict.fromkeys(names))
    for start in range(0, len(distinct), NAMES_PER_CALL):
        yield distinct[start : start + NAMES_PER_CALL]


def _any_state(endpoint: Endpoint) -> dict[str, str]:
    if endpoint.name == "Contacts":
        return {"includeArchived": "true"}
    return {"Statuses": INVOICE_STATUSES} if endpoint.name == "Invoices" else {}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
