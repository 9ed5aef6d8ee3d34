"""Files that are no app's, no partner's, no certificate and no logo. Part of the rule `location`; no rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.corpus import app_place, is_plain, partner_place
from launchwindow.load.plain import clean, nearest, shown
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.rule import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.app import Corpus
    from launchwindow.model.snapshot import Entry

_CERTIFICATES = (".crt", ".pem", ".cer")
_LOGOS = (".svg", ".png")
_OTHER_NAMES = {"prod": "production", "stage": "staging", "stg": "staging", "int": "sandbox", "dev": "sandbox"}
_KEEP = ("apps/.gitkeep", "partners/.gitkeep")
"""What keeps an empty folder in git."""


def strays(corpus: Corpus) -> Iterator[tuple[str, Problem]]:
    """(path, problem) of every file beneath `apps/` and `partners/` that is not where its kind belongs."""
    named = {file.path for app in corpus.apps for file in app.files.values()}
    folders = {app.folder for app in corpus.apps}
    # What a file that can't be read names is not known.
    unread = {refusal.path.rpartition("/")[0] for refusal in corpus.refusals}
    odd: dict[str, bool] = {}
    for path, entry in sorted(corpus.entries.items()):
        folder = path.rpartition("/")[0]
        if folder not in odd:
            odd[folder] = _in_odd_folder(path, corpus.entries)
        if path.split("/")[0] not in ("apps", "partners") or path in _KEEP or odd[folder]:
            continue
        if entry.kind != "file":
            yield path, _odd(entry)
        elif app_place(path) is None and partner_place(path) is None and path not in named:
            problem = _unnamed(path, folders, unread) if _could_be_named(path) else _stray(path)
            if problem is not None:
                yield path, problem


def _in_odd_folder(path: str, entries: Mapping[str, Entry]) -> bool:
    """Whether the file lies in a folder that is a finding itself."""
    parts = path.split("/")
    return any("/".join(parts[:length]) in entries for length in range(2, len(parts)))


def _odd(entry: Entry) -> Problem:
    if entry.kind == "symlink":
        return Problem("", "This is a symbolic link; links are not followed.", "Put the file itself here.")
    if entry.kind == "directory":
        return Problem("", "This is a folder with the name of a file.", "Rename or delete the folder.")
    return Problem("", "This is no regular file.", "Delete it.")


def _could_be_named(path: str) -> bool:
    """Whether the path is one that a certificate or logo may have."""
    parts = path.split("/")
    if parts[0] != "apps" or len(parts) < 4:
        return False
    if parts[3] == "certs" and len(parts) > 4:
        return path.lower().endswith(_CERTIFICATES)
    return len(parts) == 4 and path.lower().endswith(_LOGOS)


def _unnamed(path: str, folders: set[str], unread: set[str]) -> Problem | None:
    folder = "/".join(path.split("/")[:3])
    if folder in unread:
        return None
    if folder not in folders:
        fix = "Add production.yaml, staging.yaml or sandbox.yaml beside it, or delete it."
        return Problem("", "This file lies in a folder without an app.", fix)
    fix = "Name it in `certs` or `logo`, or delete it."
    return Problem("", "No app's file in this folder names this file.", fix, severity="note")


def _stray(path: str) -> Problem:
    parts = path.split("/")
    stem, _, ending = parts[-1].rpartition(".")
    misnamed = _misnamed(parts, stem, ending)
    if misnamed is not None:
        message = f"{shown(misnamed)} is no name that a partner or an app can have."
        return Problem("", message, "Rename it to lower-case words joined by hyphens.")
    if ending.lower() in ("yaml", "yml") and ((parts[0] == "apps" and len(parts) == 4) or parts[0] == "partners"):
        if parts[0] == "partners":
            return Problem("", "A partner's file is partners/<partner>.yaml.", f"Move it to {_partner_home(stem)}.")
        known = _OTHER_NAMES.get(stem.lower()) or nearest(stem, ENVIRONMENTS)
        if stem in ENVIRONMENTS:
            return Problem("", f"An app's file ends in .yaml, not {shown('.' + ending)}.", f"Rename it to {stem}.yaml.")
        message = f"{shown(stem)} is no environment: there are {', '.join(ENVIRONMENTS)}."
        return Problem("", message, f"Rename it to {known}.yaml." if known else "Name the file after one of them.")
    if parts[0] == "partners":
        return Problem("", "Nothing but partners' files lies beneath partners/.", "Move or delete it.")
    fix = "An app has production.yaml, staging.yaml, sandbox.yaml, a logo beside them, and certs/. Move or delete it."
    return Problem("", "This file is none that an app has, or is in the wrong place.", fix)


def _misnamed(parts: list[str], stem: str, ending: str) -> str | None:
    """The name that keeps a file, else in its right place, from being a partner's or an app's."""
    names: list[str] = []
    if parts[0] == "partners" and len(parts) == 2 and ending == "yaml":
        names = [stem]
    elif parts[0] == "apps" and len(parts) == 4 and stem in ENVIRONMENTS and ending == "yaml":
        names = parts[1:3]
    return next((name for name in names if not is_plain(name)), None)


def _partner_home(stem: str) -> str:
    return f"partners/{clean(stem)}.yaml"
