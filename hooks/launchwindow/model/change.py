"""One semantic difference between two rows (design §7)."""

from __future__ import annotations

from launchwindow.model.named import NamedTuple


class Element(NamedTuple):
    """What can change on its own: a field, or one member of a field's set, with the value it has after.

    Two changes with equal elements are the same change: kind and the value before only describe it.
    `member` is the URI or certificate fingerprint for sets, else empty. `after` is canonical JSON.
    """

    field: str
    member: str
    after: str


class Change(NamedTuple):
    """An element, what it is called, and the value before."""

    element: Element
    kind: str
    """`app-added`, `redirect-uri-added`, `certificate-removed`, `field-changed`, …"""
    before: object
    after: object

    @property
    def field(self) -> str:
        """The field's name in the app's file."""
        return self.element.field
