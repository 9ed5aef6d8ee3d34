"""Edits of a small fleet: what partners do to their files, with and without sense. Each is a value that can be read."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from reference.calendar import at
from reference.fleet import (
    APP_NAMES,
    CERTIFICATES,
    HOMES,
    KINDS,
    NAMES,
    PARTNERS,
    PUSH,
    URIS,
    Agency,
    Content,
    Fleet,
    environment_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

ISSUERS = ("urn:one", "urn:two", "urn:three", "urn:four")
PLACES = tuple(f"{partner}/{folder}" for partner, folder in
               [("exa", "one"), ("exa", "two"), ("exa", "three"), ("zed", "one")])  # fmt: skip
ENVIRONMENTS = ("production", "staging", "sandbox")
FIELDS = ("name", "home", "uris", "push", "level", "certs", "active", "not_before", "issuer", "kind", "requests_signed",
          "key_in_use", "coordinate_at")  # fmt: skip


class Put(NamedTuple):
    """A field of an app gets a value."""

    app: int
    field: str
    value: object

    def on(self, apps: dict[str, Content | None], _partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        if path := pick(apps, self.app):
            changed = _content(apps, path)._replace(**{self.field: self.value})
            apps[path] = (
                changed if changed.kind == "pkce" or changed.certs else changed._replace(certs=CERTIFICATES[:1])
            )


class Certs(NamedTuple):
    """Certificates of an app: one is added at an end, one is removed, or the order changes."""

    app: int
    what: str
    which: int

    def on(self, apps: dict[str, Content | None], _partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        path = pick(apps, self.app)
        certs = list(_content(apps, path).certs) if path else []
        name = CERTIFICATES[self.which]
        if not path:
            return
        if self.what == "remove" and name in certs and len(certs) > 1:
            certs.remove(name)
        elif self.what == "append" and name not in certs:
            certs.append(name)
        elif self.what == "prepend":
            certs = [name, *(one for one in certs if one != name)]
        apps[path] = _content(apps, path)._replace(certs=tuple(certs))


class Word(NamedTuple):
    """The team's word that it uses a key: since today, or another day."""

    app: int
    which: int
    days: int

    def dated(self, today: date) -> Put:
        return Put(self.app, "key_in_use", (CERTIFICATES[self.which], str(today + timedelta(days=self.days))))


class Agree(NamedTuple):
    """A time at which both sides change a certificate."""

    app: int
    days: int
    hour: int

    def dated(self, today: date) -> Put:
        return Put(self.app, "coordinate_at", at(today + timedelta(days=self.days), time(self.hour)).isoformat())


class Add(NamedTuple):
    """A new app."""

    place: str
    environment: str
    issuer: str
    kind: str

    def on(self, apps: dict[str, Content | None], _partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        path = f"apps/{self.place}/{self.environment}.yaml"
        if path not in apps:
            apps[path] = Content(self.issuer, APP_NAMES[ISSUERS.index(self.issuer)], self.kind)


class Delete(NamedTuple):
    """A file goes."""

    app: int

    def on(self, apps: dict[str, Content | None], _partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        if len(apps) > 1 and (path := pick(apps, self.app)):
            del apps[path]


class Move(NamedTuple):
    """A file is moved, or copied."""

    app: int
    place: str
    copy: bool

    def on(self, apps: dict[str, Content | None], _partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        path = pick(apps, self.app)
        to = f"apps/{self.place}/{environment_of(path)}.yaml" if path else ""
        if path and to not in apps:
            apps[to] = apps[path]
            if not self.copy:
                del apps[path]


class Swap(NamedTuple):
    """Two files change places, or their issuers do."""

    app: int
    other: int
    files: bool

    def on(self, apps: dict[str, Content | None], _partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        one, two = pick(apps, self.app), pick(apps, self.other)
        if one is None or two is None or environment_of(one) != environment_of(two):
            return
        first, second = _content(apps, one), _content(apps, two)
        if self.files:
            apps[one], apps[two] = second, first
        else:
            apps[one], apps[two] = first._replace(issuer=second.issuer), second._replace(issuer=first.issuer)


class Revert(NamedTuple):
    """All, one file, or one field is as it was some merges ago."""

    back: int
    app: int | None
    field: str | None

    def on(self, apps: dict[str, Content | None], partners: dict[str, Agency | None], past: Sequence[Fleet]) -> None:
        then = past[-min(self.back, len(past))]
        if self.app is None:
            apps.clear()
            apps.update(then.apps)
            partners.update(then.partners)
        elif path := pick(apps, self.app):
            old = then.apps.get(path)
            if old is None:
                del apps[path]
            elif self.field is None:
                apps[path] = old
            else:
                apps[path] = _content(apps, path)._replace(**{self.field: getattr(old, self.field)})


class Break(NamedTuple):
    """Nobody can read a file any more."""

    app: int

    def on(self, apps: dict[str, Content | None], _partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        if path := pick(apps, self.app):
            apps[path] = None


class Mend(NamedTuple):
    """What can't be read gets the text of before, or goes."""

    def on(self, apps: dict[str, Content | None], partners: dict[str, Agency | None], past: Sequence[Fleet]) -> None:
        for path in [path for path, content in apps.items() if content is None]:
            known = past[-1].apps.get(path)
            if known is None:
                del apps[path]
            else:
                apps[path] = known
        for name, one in partners.items():
            partners[name] = one or past[-1].partners[name]


class Partner(NamedTuple):
    """A partner's file changes; None breaks it."""

    name: str
    change: str | int | None

    def on(self, _apps: dict[str, Content | None], partners: dict[str, Agency | None], _past: Sequence[Fleet]) -> None:
        one = partners[self.name]
        if one is None or self.change is None:
            partners[self.name] = None
        elif isinstance(self.change, int):
            partners[self.name] = one._replace(agency_id=901 + PARTNERS.index(self.name) + self.change)
        else:
            partners[self.name] = one._replace(name=self.change)


Edit = Put | Certs | Word | Agree | Add | Delete | Move | Swap | Revert | Break | Mend | Partner


def pick(apps: dict[str, Content | None], index: int) -> str | None:
    """One of the files that can be read: production's first, so that small numbers are about what matters."""
    found = [path for path, content in apps.items() if content is not None]
    found.sort(key=lambda path: (ENVIRONMENTS.index(environment_of(path)), path))
    return found[index % len(found)] if found else None


def _content(apps: dict[str, Content | None], path: str) -> Content:
    content = apps[path]
    assert content is not None
    return content


def edited(fleet: Fleet, edits: Sequence[Edit], past: Sequence[Fleet]) -> Fleet:
    """A fleet after edits; as it was, where they would bring what no words of the design tell (`_told`)."""
    apps, partners = dict(fleet.apps), dict(fleet.partners)
    for edit in edits:
        edit.on(apps, partners, past)
    new = Fleet(apps, partners)
    return new if _told(new, past) else fleet


def _told(fleet: Fleet, past: Sequence[Fleet]) -> bool:
    """Whether it can be told which app is which.

    Two files may have one issuer only where main has it already: the second is a copy. Of several copies that come
    and go, none of them ever released, no words say which is which.
    """
    copied = {issuer for issuer, count in _issuers(fleet).items() if count > 1}
    before = _issuers(past[-1])
    new = {one for one in copied if before[one] < 2}
    known = {environment for old in past for (environment, _), count in _issuers(old).items() if count > 1}
    told = all(before[one] and one[0] not in known for one in new)
    return told and all(count < 3 for count in _issuers(fleet).values())


def _issuers(fleet: Fleet) -> Counter[tuple[str, str]]:
    return Counter((environment_of(path), one.issuer) for path, one in fleet.apps.items() if one)


_app = st.integers(0, 4)
VALUES = st.one_of(
    st.tuples(st.just("name"), st.sampled_from(NAMES)),
    st.tuples(st.just("name"), st.sampled_from(NAMES)),
    st.tuples(st.just("home"), st.sampled_from(HOMES)),
    st.tuples(st.just("uris"), st.sampled_from([URIS[:1], URIS[:2], URIS[1:], URIS[2:], URIS])),
    st.tuples(st.just("push"), st.sampled_from(PUSH)),
    st.tuples(st.just("level"), st.sampled_from([2, 3])),
    st.tuples(st.just("active"), st.sampled_from([None, False, True])),
    st.tuples(st.just("not_before"), st.sampled_from([None, "2026-04-21", "2026-05-05", "2026-06-15"])),
    st.tuples(st.just("not_before"), st.sampled_from(["2026-05-05", "2026-05-25"])),
    st.tuples(st.just("waived"), st.sampled_from([(), ("url-https",), ("saml-encryption",), ("rotation-overlap",)])),
    st.tuples(st.just("issuer"), st.sampled_from(ISSUERS)),
    st.tuples(st.just("kind"), st.sampled_from(KINDS)),
    st.tuples(st.just("requests_signed"), st.sampled_from([None, True, False])),
)
_put = st.builds(lambda app, pair: Put(app, *pair), _app, VALUES)
_certs = st.builds(Certs, _app, st.sampled_from(["append", "prepend", "remove"]), st.integers(0, 2))
_keys = st.one_of(
    _certs, _certs,
    st.builds(Word, _app, st.integers(0, 2), st.sampled_from([0, 0, -1, 1])),
    st.builds(Agree, _app, st.sampled_from([0, 1, 15, 16, 20]), st.sampled_from([8, 10, 16, 17])),
)  # fmt: skip
_revert = st.one_of(
    st.builds(Revert, st.integers(1, 6), st.none(), st.none()),
    st.builds(Revert, st.integers(1, 6), _app, st.none()),
    st.builds(Revert, st.integers(1, 6), _app, st.sampled_from(FIELDS)),
    st.builds(Revert, st.integers(1, 6), _app, st.sampled_from(FIELDS)),
)
_rare = st.one_of(
    st.builds(
        Add, st.sampled_from(PLACES), st.sampled_from(ENVIRONMENTS), st.sampled_from(ISSUERS), st.sampled_from(KINDS)
    ),
    st.builds(Delete, _app),
    st.builds(Move, _app, st.sampled_from(PLACES), st.sampled_from([False, False, True])),
    st.builds(Swap, _app, _app, st.booleans()),
    st.builds(Break, _app),
    st.just(Mend()),
    st.builds(Partner, st.sampled_from(PARTNERS), st.sampled_from(["Agency", "Bureau", 0, 10, None])),
)
EDITS = st.lists(st.one_of(_put, _put, _put, _keys, _keys, _revert, _rare, _rare), min_size=1, max_size=3)
