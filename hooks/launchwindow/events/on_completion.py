"""Somebody pressed Tab: what the repository calls its apps and partners, and how the rules are called."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.io.place import names_in
from launchwindow.io.prompts import standard_input
from launchwindow.model.app import ENVIRONMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.events.workspace import Workspace

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
"""What `location` allows; a shell is offered nothing else, whatever lies there."""
_MOST = 5000


def asked_words() -> list[str]:
    """The words of the command line up to where the cursor stands."""
    words = standard_input().decode("utf-8", "replace").split("\0")
    return words[:-1]


def folder_of(space: Workspace, words: Sequence[str]) -> Path:
    """The repository that the command line names, else the one that the shell is in."""
    named = [value for option, value in pairwise(words) if option == "--repo"]
    return Path(named[-1]) if named else space.directory


def app_names(folder: Path) -> list[str]:
    """Every app as `environment/partner/app`."""
    found: list[str] = []
    for partner in _names(folder / "apps"):
        for app in _names(folder / "apps" / partner):
            files = names_in(folder / "apps" / partner / app)
            found += [f"{one}/{partner}/{app}" for one in ENVIRONMENTS if f"{one}.yaml" in files]
    return sorted(found[:_MOST])


def partner_names(folder: Path) -> list[str]:
    """Every partner that has a file."""
    files = [one.removesuffix(".yaml") for one in names_in(folder / "partners") if one.endswith(".yaml")]
    return sorted(one for one in files if _NAME.fullmatch(one))


def rule_names() -> dict[str, str]:
    """Rule -> what it asks."""
    from launchwindow.rules import RULES

    return {rule.id: rule.summary for rule in RULES}


def _names(folder: Path) -> list[str]:
    return sorted(one for one in names_in(folder) if _NAME.fullmatch(one))
