"""An app, a partner and the whole corpus as they were read, not yet judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from launchwindow.model.document import Document, Refusal
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Entry

PROTOCOLS = ("openid_connect_private_key_jwt", "openid_connect_pkce", "saml")
ENVIRONMENTS = ("sandbox", "staging", "production")
S = TypeVar("S")
T = TypeVar("T")


class NamedFile(NamedTuple):
    """A certificate or logo that an app names; `data` is None when there is no such regular file."""

    path: str
    """Within the repository."""
    blob: str | None
    data: bytes | None


class App(NamedTuple):
    """One integration in one environment: its file, and the certificates and the logo that it names."""

    environment: str
    partner: str
    name: str
    path: str
    document: Document
    data: Mapping[str, object]
    """The document's mapping; empty when the document is none."""
    files: Mapping[str, NamedFile]
    """As the app's file writes the name -> the file."""
    digest: str
    """SHA-256 of the sorted lines `path NUL blob-id LF` of its content."""

    @property
    def id(self) -> str:
        """`environment/partner/app`, as commands take it."""
        return f"{self.environment}/{self.partner}/{self.name}"

    @property
    def folder(self) -> str:
        """The folder of the app's file and those that it names."""
        return self.path.rpartition("/")[0]

    def text(self, field: str) -> str | None:
        """A field that is text and not empty, else None."""
        value = self.data.get(field)
        return value if isinstance(value, str) and value else None

    def number(self, field: str) -> int | None:
        """A field that is a whole number, else None."""
        value = self.data.get(field)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def texts(self, field: str) -> Iterator[tuple[int, str]]:
        """The texts of a list, with their indices; what is no text is left to the schema."""
        value = self.data.get(field)
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, str) and item:
                    yield index, item

    def mapping(self, field: str) -> Mapping[str, object]:
        """A field that is a mapping, else an empty one."""
        value = self.data.get(field)
        return value if isinstance(value, dict) else {}

    def items(self, field: str) -> Iterator[tuple[int, Mapping[str, object]]]:
        """The mappings of a list, with their indices."""
        value = self.data.get(field)
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield index, item

    @property
    def protocol(self) -> str | None:
        """`openid_connect_private_key_jwt`, `openid_connect_pkce`, `saml`, or None when it is none of them."""
        protocol = self.data.get("protocol")
        return protocol if isinstance(protocol, str) and protocol in PROTOCOLS else None

    @property
    def issuer(self) -> str | None:
        """The unique id of the provider at the IdP."""
        value = self.data.get("issuer")
        return value if isinstance(value, str) and value else None


class Partner(NamedTuple):
    """An agency organisation: `partners/<id>.yaml`."""

    id: str
    path: str
    document: Document
    data: Mapping[str, object]
    digest: str

    @property
    def agency_id(self) -> int | None:
        """The IdP's number of the agency, None when it has none."""
        value = self.data.get("agency_id")
        return value if isinstance(value, int) and not isinstance(value, bool) else None


class AppIndex(NamedTuple):
    """The same apps by what people look them up by."""

    by_id: Mapping[str, App]
    by_path: Mapping[str, App]
    by_issuer: Mapping[tuple[str, str], tuple[App, ...]]
    """(environment, issuer) -> its apps; more than one is an error, but rules must be able to say so."""


class _Indexes:
    """The indexes of the last few tuples of apps, found again by identity: an index can't outlive what it is of.

    A corpus is looked up in by every app; a search each time would make a large fleet's check quadratic.
    """

    def __init__(self) -> None:
        self._known: list[tuple[tuple[App, ...], AppIndex]] = []

    def of(self, apps: tuple[App, ...]) -> AppIndex:
        """The index of these apps."""
        for known, index in self._known:
            if known is apps:
                return index
        by_issuer: dict[tuple[str, str], tuple[App, ...]] = {}
        for app in apps:
            if app.issuer is not None:
                key = (app.environment, app.issuer)
                by_issuer[key] = (*by_issuer.get(key, ()), app)
        index = AppIndex({app.id: app for app in apps}, {app.path: app for app in apps}, by_issuer)
        self._known = [(apps, index), *self._known[:3]]
        return index


_INDEXES = _Indexes()


_MOST_AT_ONCE = 256
"""Apps that are judged together, about; of twice as many something is remembered."""


def once_for_each(read: Callable[[S], T]) -> Callable[[S], T]:
    """`read`, asked once for each of the apps or partners that are judged together: many rules ask for the same.

    Neither can be hashed; each is found again by its identity, which it keeps from being used again by standing beside
    the answer.
    """
    known: dict[int, tuple[S, T]] = {}
    before: dict[int, tuple[S, T]] = {}

    def found(source: S) -> T:
        nonlocal known, before
        one = known.get(id(source))
        if one is None:
            one = before.get(id(source)) or (source, read(source))
            if len(known) >= _MOST_AT_ONCE:
                known, before = {}, known
            known[id(source)] = one
        return one[1]

    return found


def once_in_turn(read: Callable[[S], T]) -> Callable[[S], T]:
    """`read`, whose last answer is kept: for what is large, and asked of one and the same several times in turn."""
    last: list[tuple[S, T]] = []

    def found(source: S) -> T:
        if not last or last[0][0] is not source:
            last[:] = [(source, read(source))]
        return last[0][1]

    return found


class Corpus(NamedTuple):
    """Everything that one revision says."""

    apps: tuple[App, ...]
    partners: Mapping[str, Partner]
    refusals: tuple[Refusal, ...]
    entries: Mapping[str, Entry]
    policy: Policy
    others: Mapping[str, bytes]
    """Path -> bytes of the regular files that are no document and that no app names."""

    def app(self, app_id: str) -> App | None:
        """The app at `environment/partner/app`."""
        return self.lookup.by_id.get(app_id)

    @property
    def lookup(self) -> AppIndex:
        """The apps by id, path and issuer."""
        return _INDEXES.of(self.apps)
