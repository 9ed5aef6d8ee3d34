"""Files that come with this version: schemas, the texts of a new repository, and where this version was released.

In a wheel they lie inside the package; in a checkout (and so in an editable install) at the repository's root.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


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
    return (_PACKAGE / "templates" / "init" / name).read_bytes()


def own_file(path: str) -> bytes:
    """A file of Launchwindow's own repository that a new repository is to have in some form."""
    return _found(f"templates/own/{path}", path)


def released() -> Mapping[str, str] | None:
    """Where this version was released: `repository` on GitHub and `commit`. None for what was built otherwise."""
    path = _PACKAGE / "released.json"
    if not path.is_file():
        return None
    loaded: Mapping[str, str] = json.loads(path.read_bytes())
    return loaded


def _found(in_package: str, in_checkout: str) -> bytes:
    for path in (_PACKAGE / in_package, _CHECKOUT / in_checkout):
        if path.is_file():
            return path.read_bytes()
    raise FileNotFoundError(in_checkout)
