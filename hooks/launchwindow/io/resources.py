"""Files that come with this version: schemas, what the board is drawn with, the texts of a new repository, and more.

In a wheel the schemas lie inside the package; in a checkout (and so in an editable install) at the repository's root.
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
    return _bytes(os.path.join(_PACKAGE, "templates", "init", name))


def own_file(path: str) -> bytes:
    """A file of Launchwindow's own repository that a new repository is to have in some form."""
    return _found(f"templates/own/{path}", path)


def released() -> Mapping[str, str] | None:
    """Where this version was released: `repository` on GitHub and `commit`. None for what was built otherwise."""
    path = os.path.join(_PACKAGE, "released.json")
    if not os.path.isfile(path):
        return None
    loaded: Mapping[str, str] = json.loads(_bytes(path))
    return loaded


def _found(in_package: str, in_checkout: str) -> bytes:
    for path in (os.path.join(_PACKAGE, in_package), os.path.join(_CHECKOUT, in_checkout)):
        if os.path.isfile(path):
            return _bytes(path)
    raise FileNotFoundError(in_checkout)


def assets(name: str) -> Mapping[str, bytes]:
    """The files of the package's folder `assets/<name>`, by their names. Raises FileNotFoundError without one."""
    with os.scandir(os.path.join(_PACKAGE, "assets", name)) as found:
        paths = sorted(item.path for item in found if item.is_file())
    return {os.path.basename(path): _bytes(path) for path in paths}


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
