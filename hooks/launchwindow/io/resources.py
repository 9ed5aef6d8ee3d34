"""Files that come with this version: the schemas, and what the board's pages are drawn with.

In a wheel the schemas lie inside the package; in a checkout (and so in an editable install) at the repository's root.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = Path(__file__).resolve().parent.parent


@cache
def schema(name: str) -> Mapping[str, Any]:
    """The JSON Schema `schemas/<name>.schema.json`. Raises FileNotFoundError when this version has none of the name."""
    for folder in (_PACKAGE / "schemas", _PACKAGE.parent.parent / "schemas"):
        path = folder / f"{name}.schema.json"
        if path.is_file():
            loaded: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return loaded
    raise FileNotFoundError(f"{name}.schema.json")


def assets(name: str) -> Mapping[str, bytes]:
    """The files of the package's folder `assets/<name>`, by their names. Raises FileNotFoundError without one."""
    folder = _PACKAGE / "assets" / name
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
