"""What would make a change go sooner, for people and as data."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.sooner import How, Step, Way

LISTED = 12
"""Ways told to people; the rest are counted."""
NAMED = 5
"""Requests named in one of them."""


def sooner_json(ways: Sequence[Way]) -> list[dict[str, object]]:
    """Each request that goes sooner, with the steps that bring it there."""
    return [
        {
            "request": way.request.id,
            "window": str(way.window),
            "how": [step.how for step in way.steps],
            "on": [step.on for step in way.steps],
            "because": _all_of_them(way.steps),
        }
        for way in ways
    ]


def sooner_lines(ways: Sequence[Way]) -> Iterator[str]:
    """A line for the steps and the window that they bring; the requests that it then takes are told together."""
    grouped = groupby(sorted(ways, key=_together), key=lambda way: (way.window, way.steps))
    lines = []
    for (window, steps), members in grouped:
        commits = [way.request.id.partition("@")[2] for way in members]
        own = commits[0] if len(commits) == 1 else None
        lines.append(f"{name(window)} for {_some(commits)}, if {_all_of_them(steps, own)}")
    yield from (sentence(line, "  ") for line in lines[:LISTED])
    if len(lines) > LISTED:
        yield f"  and {len(lines) - LISTED} more, told by `--format json`"


def _together(way: Way) -> tuple[object, ...]:
    # What is simple stands first; what needs two reviewers and no window is for emergencies, and stands last.
    hows = tuple((step.how, step.on or "") for step in way.steps)
    return hows[0][0] == "off-cycle", len(hows), way.window, hows, way.request.order


def _all_of_them(steps: Sequence[Step], own: str | None = None) -> str:
    """The steps in words; the request of the commit `own` is called “it”."""
    return ", and ".join(
        _words(
            how,
            [_commit(step) for step in members] if len(members) > 1 else [_called(members[0], own)],
            members[0].value,
        )
        for how, members in ((how, list(found)) for how, found in groupby(steps, key=lambda step: step.how))
    )


def _commit(step: Step) -> str:
    return (step.on or "").partition("@")[2]


def _called(step: Step, own: str | None) -> str:
    return "it" if _commit(step) == own else _commit(step)


def _words(how: How, commits: Sequence[str], value: str | None) -> str:
    these, are = _some(commits), "is" if len(commits) == 1 else "are"
    if how == "key-in-use":
        certificate = visible(value or "", 100)
        return f"the app uses the key of {certificate} now and its file says so (`release.key_in_use`), approved"
    if how == "coordinate-at":
        when = f"{datetime.fromisoformat(value or ''):%H:%M}"
        return f"{when} is agreed on, written as `release.coordinate_at` and approved, and a person releases it then"
    return {
        "approve": f"a reviewer approves {these} (`approve`)",
        "resume": f"{these} {are} resumed (`resume`)",
        "short-notice": f"a reviewer grants {these} short notice (`short-notice`)",
        "not-before": "`release.not_before` is taken out of the app's file, approved",
        "take-back": f"main takes {these} back, to be asked for again later",
        "off-cycle": f"two reviewers release {these} outside of the windows (`off-cycle`)",
    }[how]


def _some(commits: Sequence[str]) -> str:
    if len(commits) <= NAMED:
        return listed(commits)
    return listed([*commits[: NAMED - 1], f"{len(commits) - NAMED + 1} more"])


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
