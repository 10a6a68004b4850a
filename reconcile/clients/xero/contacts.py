"""A Xero contact as a record (facts, section 4)."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconcile.clients.values import flag, moment, text
from reconcile.records import Contact

STATUS = {"ACTIVE": "active", "ARCHIVED": "archived", "GDPRREQUEST": "gdpr"}
NOTHING: Mapping[str, Any] = {}


def read_contact(body: Mapping[str, Any]) -> Contact:
    """POBOX is the postal address, STREET the site; the ABN is TaxNumber, or CompanyNumber where that is empty."""
    addresses = {text(a.get("AddressType")): a for a in body.get("Addresses") or ()}
    phones = {text(p.get("PhoneType")): dial(p) for p in body.get("Phones") or ()}
    postal, site = addresses.get("POBOX", NOTHING), addresses.get("STREET", NOTHING)
    return Contact(
        id=text(body["ContactID"]),
        name=text(body.get("Name")),
        first_name=text(body.get("FirstName")),
        last_name=text(body.get("LastName")),
        email=_emails(body),
        phone=phones.get("DEFAULT") or phones.get("DDI") or phones.get("OFFICE") or "",
        mobile=phones.get("MOBILE", ""),
        abn=text(body.get("TaxNumber")) or text(body.get("CompanyNumber")),
        street=_street(postal),
        suburb=text(postal.get("City")),
        state=text(postal.get("Region")),
        postcode=text(postal.get("PostalCode")),
        site_street=_street(site),
        site_suburb=text(site.get("City")),
        site_state=text(site.get("Region")),
        site_postcode=text(site.get("PostalCode")),
        contact_number=text(body.get("ContactNumber")),
        account_number=text(body.get("AccountNumber")),
        status=STATUS.get(text(body.get("ContactStatus")), "active"),
        merged_to=text(body.get("MergedToContactID")),
        is_customer=flag(body.get("IsCustomer")),
        is_supplier=flag(body.get("IsSupplier")),
        address_extras=tuple(
            _extras(kind, addresses[kind]) for kind in ("POBOX", "STREET") if _has_extras(addresses, kind)
        ),
        updated_at=moment(body.get("UpdatedDateUTC")),
    )


def _extras(kind: str, address: Mapping[str, Any]) -> tuple[str, str, str]:
    return kind, text(address.get("AttentionTo")), text(address.get("Country"))


def _has_extras(addresses: Mapping[str, Mapping[str, Any]], kind: str) -> bool:
    return any(_extras(kind, addresses.get(kind, NOTHING))[1:])


def dial(phone: Mapping[str, Any]) -> str:
    """Country, area and number in one, as one would dial: "+61 2 9876 5432"."""
    country, area, number = (text(phone.get(f"Phone{part}")).strip() for part in ("CountryCode", "AreaCode", "Number"))
    if not number:
        return ""
    if country.isdigit():
        country = f"+{country}"
    return " ".join(part for part in (country, area, number) if part)


def _emails(body: Mapping[str, Any]) -> str:
    persons: Iterable[Mapping[str, Any]] = body.get("ContactPersons") or ()
    found = [text(body.get("EmailAddress")), *(text(person.get("EmailAddress")) for person in persons)]
    distinct = {email.strip().casefold(): email.strip() for email in reversed(found) if email.strip()}
    return "; ".join(reversed(distinct.values()))


def _street(address: Mapping[str, Any]) -> str:
    lines = (text(address.get(f"AddressLine{n}")).strip() for n in range(1, 5))
    return ", ".join(line for line in lines if line)
