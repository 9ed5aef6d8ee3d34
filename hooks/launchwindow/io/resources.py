"""Files that come with this version: the schemas.

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


@cache
def schema(name: str) -> Mapping[str, Any]:
    """The JSON Schema `schemas/<name>.schema.json`. Raises FileNotFoundError when this version has none of the name."""
    for folder in (_PACKAGE, os.path.dirname(os.path.dirname(_PACKAGE))):
        path = os.path.join(folder, "schemas", f"{name}.schema.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                loaded: Mapping[str, Any] = json.load(file)
            return loaded
    raise FileNotFoundError(f"{name}.schema.json")
