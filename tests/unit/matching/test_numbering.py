"""Numbers for texts: equal numbers for equal texts, and only for those."""

from hypothesis import given
from hypothesis import strategies as st

from reconcile.matching import numbering
from reconcile.matching.numbering import mailboxes, numbered
from reconcile.normalise.emails import FREE_DOMAINS, ROLE_MAILBOXES

PART = st.text(alphabet="abé.", min_size=1, max_size=80)
LOCAL = PART | st.sampled_from(sorted(ROLE_MAILBOXES))
DOMAIN = PART | st.sampled_from(sorted(FREE_DOMAINS))


def same(codes: list[int], texts: list[str]) -> bool:
    return [codes.index(code) for code in codes] == [texts.index(text) for text in texts]


@given(st.lists(st.tuples(LOCAL, DOMAIN), min_size=1, max_size=8))
def test_e_mails_are_taken_apart(parts: list[tuple[str, str]]) -> None:
    found = mailboxes([f"{local}@{domain}" for local, domain in parts])
    assert same(found.local.tolist()[:-1], [local for local, _ in parts])
    assert same(found.domain.tolist()[:-1], [domain for _, domain in parts])
    assert found.local[-1] == found.domain[-1] == -1
    assert found.free.tolist() == [domain in FREE_DOMAINS for _, domain in parts]
    for (local, _), personal in zip(parts, found.personal.tolist(), strict=True):
        assert personal == (len(local.encode()) >= numbering.SHORTEST_NAME and local not in ROLE_MAILBOXES)


@given(st.lists(st.text(alphabet="ab\n\x00é", max_size=90), min_size=1, max_size=8), st.booleans())
def test_long_lists_are_numbered_as_short_ones(texts: list[str], many: bool) -> None:
    codes = numbered([*texts, *["x"] * numbering.FEW] if many else texts).tolist()
    assert same(codes[: len(texts)], texts)
    assert all((code == -1) == (not text) for code, text in zip(codes, texts, strict=False))
