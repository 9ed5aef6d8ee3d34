"""An app, a partner and the whole corpus as they were read, not yet judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.document import Document, Refusal
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Entry

ENVIRONMENTS = ("sandbox", "staging", "production")


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
        protocol = self.text("protocol")
        known = ("openid_connect_private_key_jwt", "openid_connect_pkce", "saml")
        return protocol if protocol in known else None

    @property
    def issuer(self) -> str | None:
        """The unique id of the provider at the IdP."""
        return self.text("issuer")


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
        return next((app for app in self.apps if app.id == app_id), None)
