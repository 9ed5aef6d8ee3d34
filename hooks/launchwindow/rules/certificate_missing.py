"""Every certificate and logo that an app names is there.

Why: the process page, "Production configuration process": "This new app will include your production certificate,
urls, and logo." A certificate that is named but not there is dropped by the identity provider without a word: the app
then runs with fewer keys than its file says, or with none. So it is an error in every environment, also when a file is
deleted while an app still names it. Names are relative to the app's file and stay inside its folder; links and folders
are not followed.

Bad:

    certs: [certs/2026.crt]     # and there is only certs/2026.pem

Good:

    certs: [certs/2026.pem]

Fix: add the file, correct the name, or take the name out. Can't be waived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean
from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.model.app import App, NamedFile
    from launchwindow.model.rule import Facts
    from launchwindow.model.snapshot import Entry


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    for path, what, name in _named(app):
        file = app.files.get(name)
        if file is None:
            message = f"This is no plain path inside {app.folder}/, where a {what} must be."
            fix = f"Put the file into {app.folder}/ and write its path from there, such as {_EXAMPLES[what]}."
            yield Problem(path, message, fix)
        elif file.data is None:
            entries = facts.corpus.entries
            message = f"The {what} {clean(name)} {_state(file, entries)}."
            yield Problem(path, message, _fix(app, what, name, entries))


_EXAMPLES = {"certificate": "certs/2026.crt", "logo": "logo.svg"}


def _named(app: App) -> Iterator[tuple[str, str, str]]:
    """(JSON Pointer, `certificate` or `logo`, name); certificates written out in place are another rule's."""
    for index, name in app.texts("certs"):
        if not is_placeholder(name) and "-----BEGIN" not in name:
            yield pointer("certs", index), "certificate", name
    logo = app.text("logo")
    if logo is not None and not is_placeholder(logo):
        yield "/logo", "logo", logo


def _state(file: NamedFile, entries: Mapping[str, Entry]) -> str:
    entry = entries.get(file.path)
    if entry is not None and entry.kind == "symlink":
        return "is a link, which is not followed"
    if (entry is not None and entry.kind == "directory") or any(path.startswith(file.path + "/") for path in entries):
        return "is a folder"
    return "is not there" if entry is None else "is no regular file"


def _fix(app: App, what: str, name: str, entries: Mapping[str, Entry]) -> str:
    similar = _similar(app, name, entries)
    meant = f"There is {clean(similar)}: if that is meant, write it. Else put" if similar is not None else "Put"
    return f"{meant} the {what} there as a file, or take its name out."


def _similar(app: App, name: str, entries: Mapping[str, Entry]) -> str | None:
    """The name of the file in the app's folder that is most like `name`, None when none is."""
    from difflib import get_close_matches

    inside = app.folder + "/"
    names = sorted(
        path.removeprefix(inside) for path, entry in entries.items()
        if path.startswith(inside) and entry.kind == "file" and not path.endswith(".yaml")
    )  # fmt: skip
    by_spelling = {one.lower(): one for one in names}
    close = get_close_matches(name.lower(), by_spelling, n=1)
    return by_spelling[close[0]] if close else None


RULE = Rule("certificate-missing", "error", "Named certificates and logos are there", app=_check, waivable=False)
