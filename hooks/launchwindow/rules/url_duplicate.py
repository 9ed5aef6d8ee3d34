"""No redirect URI is listed twice, however it is written.

Why: the identity provider compares redirect URIs after it has read them: scheme and host whatever their case, the usual
port as none, an empty path as `/`. So `https://exa.gov` and `https://EXA.gov:443/` are one, and whoever takes one of
them out later believes that the address is no longer allowed. Path, query and fragment count letter by letter:
`/result` and `/result/` are two. A warning, in every environment: nothing fails because of it. Some imported apps list
both forms on purpose, because the "return to" link of the identity provider compares them as written.

Bad:

    redirect_uris: ['https://benefits.exa.gov', 'https://benefits.exa.gov/']

Good:

    redirect_uris: ['https://benefits.exa.gov/', 'https://benefits.exa.gov/auth/result']

Fix: keep the form that your app sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import shown
from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, is_placeholder
from launchwindow.rules.uris import normalised, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts
    from launchwindow.rules.uris import Uri


_LIST = "/redirect_uris/"


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    found = addresses_of(app)
    if not any(path.startswith(_LIST) for path, _ in found.odd):
        # Ordinary addresses differ in how they are written by the slash at the end of a host alone.
        listed = [address for path, address in found.all if path.startswith(_LIST)]
        if len({one if one.count("/") > len("//") else one + "/" for one in listed}) == len(listed):
            return
    first: dict[Uri | str, str] = {}
    for index, address in app.texts("redirect_uris"):
        if is_placeholder(address):
            continue
        uri = parse(address)
        what = address if uri is None else normalised(uri)
        if what in first:
            written = "" if first[what] == address else f", there written {shown(first[what])}"
            message = f"The list has this address already{written}: the identity provider takes them for one."
            yield Problem(pointer("redirect_uris", index), message, "Keep the form that your app sends.")
        first.setdefault(what, address)


RULE = Rule("url-duplicate", "warning", "No redirect URI is listed twice", app=_check)
