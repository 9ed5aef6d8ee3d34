"""What would make a change go sooner, for people and as data."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.sooner import Step, Way


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
    for (window, steps), members in groupby(sorted(ways, key=_together), key=lambda way: (way.window, way.steps)):
        commits = [way.request.id.partition("@")[2] for way in members]
        yield sentence(f"{name(window)} for {listed(commits)}, if {_all_of_them(steps)}", "  ")


def _together(way: Way) -> tuple[object, ...]:
    return way.window, len(way.steps), tuple((step.how, step.on or "") for step in way.steps), way.request.order


def _all_of_them(steps: Sequence[Step]) -> str:
    return listed([_words(step) for step in steps])


def _words(step: Step) -> str:
    commit = (step.on or "").partition("@")[2]
    if step.how == "key-in-use":
        certificate = visible(step.value or "", 100)
        return (f"the app uses the key of {certificate} by then, and its file says so as of today "
                "(`release.key_in_use`), merged with an approval")  # fmt: skip
    if step.how == "coordinate-at":
        when = f"{datetime.fromisoformat(step.value or ''):%H:%M} on that day"
        return f"{when} is agreed on, merged as `release.coordinate_at`, and a person releases it then"
    return {
        "approve": f"a reviewer approves {commit} (`approve`)",
        "resume": f"{commit} is resumed (`resume`)",
        "short-notice": f"a reviewer grants {commit} short notice (`short-notice`)",
        "not-before": "`release.not_before` is taken out of the app's file, merged with an approval",
        "take-back": f"main takes {commit} back, to be asked for again later",
        "off-cycle": f"two reviewers release {commit} outside of the windows (`off-cycle`)",
    }[step.how]


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
