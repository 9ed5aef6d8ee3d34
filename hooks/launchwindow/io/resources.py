"""Files that come with this version: schemas, the texts of a new repository, and where this version was released.

In a wheel they lie inside the package; in a checkout (and so in an editable install) at the repository's root.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_CHECKOUT = os.path.dirname(os.path.dirname(_PACKAGE))


@cache
def schema(name: str) -> Mapping[str, Any]:
    """The JSON Schema `schemas/<name>.schema.json`. Raises FileNotFoundError when this version has none of the name."""
    loaded: Mapping[str, Any] = json.loads(schema_bytes(name))
    return loaded


def schema_bytes(name: str) -> bytes:
    """The same, as it is written."""
    return _found(f"schemas/{name}.schema.json", f"schemas/{name}.schema.json")


def template(name: str) -> bytes:
    """A text that only a new repository has."""
    with open(os.path.join(_PACKAGE, "templates", "init", name), "rb") as file:
        return file.read()


def own_file(path: str) -> bytes:
    """A file of Launchwindow's own repository that a new repository is to have in some form."""
    return _found(f"templates/own/{path}", path)


def released() -> Mapping[str, str] | None:
    """Where this version was released: `repository` on GitHub and `commit`. None for what was built otherwise."""
    path = os.path.join(_PACKAGE, "released.json")
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        loaded: Mapping[str, str] = json.load(file)
    return loaded


def _found(in_package: str, in_checkout: str) -> bytes:
    for path in (os.path.join(_PACKAGE, in_package), os.path.join(_CHECKOUT, in_checkout)):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read()
    raise FileNotFoundError(in_checkout)
