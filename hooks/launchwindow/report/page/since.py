"""What the page said when it was last written, hidden in it; and what is different now.

The comment may have been changed by anybody who may write: what is read back only tells the differences, and decides
nothing.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.changes import count
from launchwindow.report.markdown import link, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.report.page.values import Page, Told

_STATE = re.compile(r"(?m)^<!-- launchwindow:state (\{[^\n]*\}) -->\r?$")
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
LARGEST = 12_000
"""Characters of what is hidden: of more requests than that holds, only the head is kept."""
TOLD = 10
"""Differences that are told one by one."""


class Then(NamedTuple):
    """One change request as a page told it."""

    digest: str | None
    window: str | None
    blocked: bool


class Pushed(NamedTuple):
    """One push, as a page told it."""

    head: str
    requests: Mapping[str, Then] | None
    """None where there were too many to keep."""


class State(NamedTuple):
    """What a page was written from, and what the page before that push was."""

    now: Pushed
    before: Pushed | None


def state_of(page: Page, last: State | None) -> State:
    """The state to hide in a page; `last` is what the page had until now."""
    requests = {
        one.name: Then(
            one.standing.request.digest, str(one.standing.window) if one.standing.window else None, one.blocked
        )
        for one in page.told
    }
    now = Pushed(page.head, requests)
    if last is None:
        return State(now, None)
    # Run again for the same push, a page still tells what that push changed.
    return State(now, last.before if last.now.head == page.head else last.now)


def hidden(state: State) -> str:
    """The state as a comment of HTML, in which no text of others can end it."""
    text = _json(state)
    if len(text) > LARGEST:
        before = state.before and state.before._replace(requests=None)
        text = _json(State(state.now._replace(requests=None), before))
    return f"<!-- launchwindow:state {text} -->"


def _json(state: State) -> str:
    document = {name: None if one is None else _plain(one) for name, one in state._asdict().items()}
    text = json.dumps(document, separators=(",", ":"))
    return re.sub("[-<>&`]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(one: Pushed) -> dict[str, object]:
    requests = None if one.requests is None else {name: list(then) for name, then in one.requests.items()}
    return {"head": one.head, "requests": requests}


def read_state(body: str) -> State | None:
    """The state that a page hides; None where it has none, or one that is damaged."""
    found = _STATE.search(body)
    if found is None:
        return None
    try:
        document = json.loads(found[1])
        before = document["before"]
        return State(_pushed(document["now"]), None if before is None else _pushed(before))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _pushed(item: dict[str, object]) -> Pushed:
    head, requests = item["head"], item["requests"]
    if not isinstance(head, str) or not _COMMIT.fullmatch(head):
        raise ValueError(head)
    if requests is None:
        return Pushed(head, None)
    if not isinstance(requests, dict):
        raise TypeError(requests)
    return Pushed(head, {name: _then(*then) for name, then in requests.items()})


def _then(digest: object, window: object, blocked: object) -> Then:
    if not isinstance(digest, str | None) or not isinstance(window, str | None) or not isinstance(blocked, bool):
        raise TypeError(digest)
    return Then(digest, window, blocked)


def since_part(page: Page, before: Pushed | None) -> str:
    """What the last push changed, first of all that is told; empty for the first push."""
    if before is None:
        return ""
    where = f"{before.head[:7]}"
    if page.repository is not None:
        where = link(where, f"{page.repository}/compare/{before.head}..{page.head}")
    told = ["what it changed of each request is not known any more"] if before.requests is None else [
        *_differences(page, before.requests)
    ]  # fmt: skip
    if not told:
        return f"**Since the last push** ({where}): nothing that the identity provider would see."
    more = [f"and {count(len(told) - TOLD, 'more difference')}"] if len(told) > TOLD else []
    lines = "\n".join(f"- {one}" for one in [*told[:TOLD], *more])
    return f"**Since the last push** ({where}):\n\n{lines}"


def _differences(page: Page, before: Mapping[str, Then]) -> Iterator[str]:
    for one in page.told:
        then = before.get(one.name)
        yield from [f"{plain(one.name)}: new in this pull request"] if then is None else _difference(one, then)
    there = {one.name for one in page.told}
    yield from (f"{plain(name)}: no longer changed by it" for name in before if name not in there)


def _difference(one: Told, then: Then) -> Iterator[str]:
    said = []
    if one.standing.request.digest != then.digest:
        said.append("its content is another one")
    window = str(one.standing.window) if one.standing.window else None
    if window != then.window:
        said.append(f"deploy window {window or 'unknown'}, was {plain(then.window or 'unknown')}")
    if one.blocked != then.blocked:
        said.append("findings block it now" if one.blocked else "no finding blocks it any more")
    if said:
        yield f"{plain(one.name)}: {'; '.join(said)}"
