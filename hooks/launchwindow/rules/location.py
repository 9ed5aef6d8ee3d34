"""Every file is where its kind belongs, and every name leads somewhere.

Why: a file's path says which environment, partner and app it is, and a file in the wrong place would be read by
nobody. An app's file is `apps/<partner>/<app>/<environment>.yaml`, with the environments sandbox, staging and
production; its certificates lie beneath `certs/` and its logo beside it; a partner's file is `partners/<partner>.yaml`.
Partners and apps are named in lower-case words joined by hyphens, at most 63 characters. Links, pipes and folders that
look like files are refused, and so are certificates and logos in other places. An app's partner must have its file, and
its `team` be one of the partner's teams. A certificate or logo that no file of its folder names is a note. Can't be
waived.

Bad:

    apps/EXA/Benefits Finder/prod.yml
    certs: [keys/2026.crt]

Good:

    apps/exa/benefits-finder/production.yaml
    certs: [certs/2026.crt]

Fix: move or rename the file as the message says; delete what no app needs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from launchwindow.load.corpus import app_place, partner_place
from launchwindow.load.plain import clean, nearest, shown
from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import is_placeholder
from launchwindow.rules.strays import strays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.rule import Facts

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 63


@lru_cache(maxsize=1024)
def is_name(text: str) -> bool:
    """Whether a partner or an app may be called so."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None


def _fleet(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    refused = {refusal.path for refusal in corpus.refusals}
    for path, entry in sorted(corpus.entries.items()):
        place, partner = app_place(path), partner_place(path)
        if entry.kind == "file" and place is not None:
            if not (is_name(place[1]) and is_name(place[2])):
                yield from ((path, problem) for problem in _names(place[1:], ("partner", "app")))
            home = f"partners/{place[1]}.yaml"
            if place[1] not in corpus.partners and home not in refused:
                yield path, _no_partner(home, corpus)
        elif entry.kind == "file" and partner is not None:
            yield from ((path, problem) for problem in _names((partner,), ("partner",)))
    yield from strays(corpus)


def _names(names: tuple[str, ...], kinds: tuple[str, ...]) -> Iterator[Problem]:
    for name, kind in zip(names, kinds, strict=True):
        if len(name) > _LONGEST:
            fix = f"Shorten it to at most {_LONGEST} characters."
            yield Problem("", f"The {kind}'s name has {len(name)} characters.", fix)
        elif not _NAME.fullmatch(name):
            words = "-".join(re.findall("[a-z0-9]+", name.lower()))
            message = f"The {kind}'s name {shown(name)} is not made of lower-case words joined by hyphens."
            yield Problem("", message, f"Rename it, for example to {words or kind}.")


def _no_partner(home: str, corpus: Corpus) -> Problem:
    if home in corpus.entries:
        message = f"The partner's file {clean(home)} is not on main yet."
        return Problem("", message, "Have the partner's file merged first, then add its apps.")
    known = nearest(home.removeprefix("partners/").removesuffix(".yaml"), list(corpus.partners)[:1000])
    hint = f"Did you mean the partner {shown(known)}? Else add" if known is not None else "Add"
    fix = f"{hint} the partner's file, with its name, abbreviation, agency_id and teams."
    return Problem("", f"There is no {clean(home)}, so the app belongs to no partner.", fix)


def _app(app: App, facts: Facts) -> Iterator[Problem]:
    # Names that lead to no file, or out of the folder, are findings of `certificate-missing`.
    for index, name in app.texts("certs"):
        if _is_there(app, name) and not name.startswith("certs/"):
            message = f"{shown(name)} does not lie beneath the app's certs folder."
            yield Problem(
                pointer("certs", index), message, "Move the certificate there and write certs/ before its name."
            )
    logo = app.text("logo")
    if logo is not None and "/" in logo and _is_there(app, logo):
        message = f"{shown(logo)} does not lie beside the app's own file."
        yield Problem(
            "/logo", message, "Move the logo into the app's folder and write its plain name, such as logo.svg."
        )
    yield from _team(app, facts)


def _is_there(app: App, name: str) -> bool:
    file = app.files.get(name)
    return file is not None and file.data is not None


def _team(app: App, facts: Facts) -> Iterator[Problem]:
    partner, team = facts.partner_of(app), app.text("team")
    listed = partner.data.get("teams") if partner is not None else None
    if not isinstance(listed, list) or partner is None or team is None or is_placeholder(team):
        return
    teams = [item["id"] for item in listed if isinstance(item, dict) and isinstance(item.get("id"), str)]
    if team not in teams:
        near = nearest(team, teams)
        known = ", ".join(clean(one) for one in teams[:10]) or "none yet"
        fix = f"Did you mean {shown(near)}?" if near is not None else "Name one of them, or have the team added first."
        yield Problem("/team", f"The partner has no team {shown(team)}; its teams: {known}.", fix)


RULE = Rule("location", "error", "Files are where they belong, and names lead somewhere",
            app=_app, fleet=_fleet, waivable=False)  # fmt: skip
