"""Which code runs here, as a text: what other code found out may not hold for this one."""

from __future__ import annotations

import os
import sys
from hashlib import sha256

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_SCHEMAS = os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "schemas")
_ASKED = ("ruamel", "jsonschema", "cryptography", "validators", "holidays", "publicsuffixlist", "tzdata")
"""The packages whose word the rules take."""


def code_version() -> str:
    """A digest that is another one as soon as a file of ours, a package that rules ask, or Python is another.

    Files are told by size and time, as `make` does: to read them all would take longer than a check.
    """
    digest = sha256(sys.version.encode())
    for folder in (_PACKAGE, _SCHEMAS):
        for line in sorted(_files(folder)):
            digest.update(line.encode("utf-8", "surrogateescape"))
    for folder in dict.fromkeys(sys.path):
        for name in sorted(_packages(folder)):
            digest.update(name.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _files(folder: str) -> list[str]:
    found: list[str] = []
    if not os.path.isdir(folder):
        return found
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            found += _files(entry.path) if entry.name != "__pycache__" else []
        elif entry.name.endswith((".py", ".json")):
            about = entry.stat()
            found.append(f"{entry.path}\0{about.st_size}\0{about.st_mtime_ns}\n")
    return found


def _packages(folder: str) -> list[str]:
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return []
    return [name for name in names if name.endswith((".dist-info", ".egg-info")) and name.startswith(_ASKED)]
