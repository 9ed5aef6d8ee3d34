"""What a reviewer has to have looked at; what the machine proved is ticked already.

A tick that a person sets is kept as long as the content is the same: each line ends in a hidden key of that content.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.markdown import bold, key, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from launchwindow.report.page.values import Told

_TICKED = re.compile(r"(?m)^- \[[xX]\] .*(<!-- launchwindow:tick [0-9a-f]{16} [a-z-]+ -->)\r?$")
TEXTS = {
    "rules": "The rules find nothing that blocks it",
    "team": "The app’s own team asks for it",
    "off": "The app is meant to be turned off: nobody signs in to it any more",
    "agreement": "A signed agreement lists the app",
    "sandbox": "The sandbox has it in its own way",
    "certificates": "The certificates are sound, and no key that is in use goes",
    "hosts": "The agency’s own, and meant to be reached",
    "seen": "Name, logo and texts are what the agency’s users should see",
    "asked": "The app needs the level and attributes that it asks for",
    "issuer": "The new issuer is meant: the old one stops at the same time",
    "launch": "The launch day can be met",
    "diff": "The change is what the title and description say",
}
"""What each line asks, in the order of the page."""
_WHERE = {
    "off": "An app goes: ",
    "hosts": "A host is new: ",
    "launch": "There is a launch day: ",
    "issuer": "An issuer changes: ",
}
"""What a line is about, where it stands on a page of no one change."""
_SEEN = frozenset({"friendly_name", "description", "logo", "help_text"})
_ASKED = frozenset({"ial", "default_aal", "attribute_bundle"})


class Item(NamedTuple):
    """One line."""

    id: str
    proved: bool | None
    """Whether the machine proved it; None where only a person can tell."""
    text: str
    """Markdown."""


def ticked_in(body: str) -> frozenset[str]:
    """The keys of the lines that are ticked in a page."""
    return frozenset(_TICKED.findall(body))


def checklist(told: Told, ticked: Collection[str] = ()) -> str:
    """The lines, of which those in `ticked` stay ticked."""
    lines = []
    for item in _items(told):
        mark = _key(told, item)
        done = item.proved if item.proved is not None else mark in ticked
        lines.append(f"- [{'x' if done else ' '}] {item.text} {mark}")
    return "\n".join(lines)


def blank_checklist() -> str:
    """Every line, for a page that knows of no change yet: a pull request's template."""
    return "\n".join(
        f"- [ ] {_WHERE.get(name, '')}{_lowered(text) if name in _WHERE else text}" for name, text in TEXTS.items()
    )


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _key(told: Told, item: Item) -> str:
    content = sha256(f"{told.name}\0{told.standing.request.digest}".encode("utf-8", "replace")).hexdigest()
    return key(f"tick {content[:16]} {item.id}")


def _items(told: Told) -> Iterator[Item]:
    fields = {change.field for change in told.standing.changes}
    yield Item("rules", not told.blocked, TEXTS["rules"])
    if told.reviews is not None:
        how = "" if told.reviews.of_team else ": find out, and write `Requester verified: HOW` into the approval"
        yield Item("team", told.reviews.of_team, f"{TEXTS['team']}{how}")
    if told.before is not None or told.standing.request.row is not None:
        yield from _of_an_app(told, fields)
    if told.launch_date is not None:
        yield Item("launch", not told.late, f"The launch on {plain(told.launch_date)} can be met")
    yield Item("diff", None, TEXTS["diff"])


def _of_an_app(told: Told, fields: Collection[str]) -> Iterator[Item]:
    rules = {one.rule for one in told.findings if one.waived is None}
    gone = any(change.kind == "app-deactivated" for change in told.standing.changes)
    if gone:
        yield Item("off", None, TEXTS["off"])
        return
    if told.environment.agreement and told.standing.request.row is not None and told.twin_path is not None:
        yield Item("agreement", not any(one.startswith("iaa-") for one in rules), TEXTS["agreement"])
    if told.twin_path is not None:
        yield Item("sandbox", "sandbox-tested" not in rules, TEXTS["sandbox"])
    if "certs" in fields:
        bad = any(one.startswith(("certificate-", "rotation-")) for one in rules)
        yield Item("certificates", not bad, TEXTS["certificates"])
    if told.new_hosts and not told.secret:
        hosts = ", ".join(bold(one) for one in sorted(told.new_hosts))
        yield Item("hosts", None, f"{TEXTS['hosts']}: {hosts}")
    if not _SEEN.isdisjoint(fields):
        yield Item("seen", None, TEXTS["seen"])
    if not _ASKED.isdisjoint(fields) and told.before is not None:
        yield Item("asked", None, TEXTS["asked"])
    if "issuer" in fields and told.before is not None:
        yield Item("issuer", None, TEXTS["issuer"])
