"""What an import tells: what it wrote, what is to be filled in, and what it could not carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER = "<REPLACE_ME>"
"""Stands where the IdP's files don't say; the rule `placeholder` finds each that is left."""


class ImportedApp(NamedTuple):
    """A provider and the app that it became."""

    environment: str
    app: str
    """`partner/app`."""
    issuer: str
    file: str


class NotCarried(NamedTuple):
    """Something of the IdP's files that has no place in ours, or that could not be read."""

    where: str
    """An issuer, or the file and key that it stands under."""
    key: str
    value: str
    """Shortened; never a certificate or key."""
    why: str


class ToFill(NamedTuple):
    """A placeholder in a file that was written."""

    file: str
    line: int
    """Counted from 1."""
    field: str
    what: str


class ImportReport(NamedTuple):
    """Everything that people have to know about an import."""

    rails_environment: str | None
    """None for what the dashboard gave out."""
    providers: int
    """How many there are; those that are not in `apps` are in `skipped`."""
    apps: tuple[ImportedApp, ...]
    skipped: tuple[NotCarried, ...]
    """Providers that became no app."""
    partners: tuple[str, ...]
    """Their files."""
    placeholders: tuple[ToFill, ...]
    not_carried: tuple[NotCarried, ...]
    notes: tuple[str, ...]


class Imported(NamedTuple):
    """The files to write, by path, and the report."""

    files: Mapping[str, bytes]
    report: ImportReport


def shortened(value: object) -> str:
    """A value as a report may show it."""
    from launchwindow.load.plain import clean

    if isinstance(value, str) and "-----BEGIN" in value:
        return "(PEM)"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int) and abs(value) >= 10**18:
        return "(a large number)"
    if isinstance(value, (dict, list)):
        import json

        text = json.dumps(value, ensure_ascii=False, default=str)
        return "(PEM)" if "-----BEGIN" in text else clean(text)
    return clean(str(value))
