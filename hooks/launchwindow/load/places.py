"""Which app, partner or folder a path is of. No file is read for it, and nothing imported that would read one."""

from __future__ import annotations

import re
from functools import lru_cache

from launchwindow.model.app import ENVIRONMENTS

_PLAIN = r"(?![^/]*\.yaml(?:/|\Z))[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
"""None that ends in `.yaml`: the ledger has a file `exa.yaml` beside the folder `exa`, where it would be a folder."""
_NAME = re.compile(rf"{_PLAIN}\Z")
APP_FILE = re.compile(rf"apps/({_PLAIN})/({_PLAIN})/({'|'.join(ENVIRONMENTS)})\.yaml\Z")
"""Its partner, app and environment, in one go: a fleet has thousands."""


@lru_cache(maxsize=2048)
def app_place(path: str) -> tuple[str, str, str] | None:
    """(environment, partner, app) of an app file's path, None when it is no app file's."""
    found = APP_FILE.match(path)
    return (found[3], found[1], found[2]) if found is not None else None


@lru_cache(maxsize=2048)
def partner_place(path: str) -> str | None:
    """The partner's id of a partner file's path, None when it is no partner file's."""
    parts = path.split("/")
    if len(parts) == 2 and parts[0] == "partners" and parts[1].endswith(".yaml"):
        partner = parts[1].removesuffix(".yaml")
        return partner if is_plain(partner) else None
    return None


def is_plain(*names: str) -> bool:
    """Whether names may become ids, paths of the ledger and file names at the IdP; `location` reports all others."""
    return all(_NAME.match(name) for name in names)


def home_of(path: str) -> str:
    """The folder of an app's files; any other file is for itself."""
    parts = path.split("/", 3)
    return "/".join(parts[:3]) if parts[0] == "apps" and len(parts) == 4 else path
