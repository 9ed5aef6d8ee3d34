"""Certificates whose text stands in an app's file -> files of their own in its `certs/` folder.

The name of the file replaces the text where it stands, so all else in the app's file, comments too, stays as it was
byte for byte. What a round trip through a YAML writer would do to quotes, long lines and indentation, nobody asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.edit.certificate_file import canonical_certificate
from launchwindow.edit.certificate_names import file_names
from launchwindow.edit.yaml_text import has_plain_lines, offsets, same_data
from launchwindow.model.finding import pointer
from launchwindow.model.named import NamedTuple
from launchwindow.rules.pem import holds_private_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from launchwindow.model.app import App

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")


class Moved(NamedTuple):
    """An app's file with names in place of texts, and the certificates by those names."""

    text: str
    certificates: dict[str, bytes]


def move_certificates(app: App, may_take: Callable[[str, bytes], bool]) -> Moved | None:
    """Give each certificate that is written out in the app's `certs` a file; None when there is none to move.

    `may_take(name, pem)` says whether the file of that name may hold these bytes. A file that holds a private key is
    left alone, and so is a text that `canonical_certificate` refuses, or whose certificate the list has already.
    """
    text = app.document.text
    written = [(index, item) for index, item in app.texts("certs") if "-----BEGIN" in item]
    if not written or not has_plain_lines(text) or holds_private_key(text.encode("utf-8")):
        return None
    listed = {item for _, item in app.texts("certs")}
    found: dict[str, bytes] = {}
    places: dict[int, str] = {}
    for index, item in written:
        pem = canonical_certificate(item.encode("utf-8"))
        name = next((one for one in file_names(pem) if may_take(one, pem)), None) if pem is not None else None
        if pem is not None and name is not None and name not in listed:
            listed.add(name)
            found[name], places[index] = pem, name
    after = _with_names(app, places)
    return Moved(after, found) if found and same_data(app.document, after, _expected(app, places)) else None


def _with_names(app: App, places: dict[int, str]) -> str:
    text = app.document.text
    # From the last to the first: what stands before a place is where it was.
    for index in sorted(places, reverse=True):
        start, end = offsets(app.document.text, app.document.span(pointer("certs", index)))
        text = text[:start] + _replaced(text[start:end], places[index]) + text[end:]
    return text


def _replaced(scalar: str, name: str) -> str:
    """The name in a scalar's place; a block scalar's comment and the blank lines behind it are kept."""
    header = _BLOCK_HEADER.match(scalar)
    if header is None:
        return name
    comment = scalar[header.end() :].partition("\n")[0].rstrip("\r")
    return name + comment + scalar[len(scalar.rstrip()) :]


def _expected(app: App, places: dict[int, str]) -> dict[str, object]:
    certs = app.data["certs"]
    assert isinstance(certs, list)
    return {**app.data, "certs": [places.get(index, item) for index, item in enumerate(certs)]}
