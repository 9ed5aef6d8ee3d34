"""`sync`: what GitHub shows of change requests, from their merge to their end, and from any state in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.on_github import NAME, OnGitHub, opened

WRITER = "login-reviewer"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnGitHub]:
    place = opened(tmp_path)
    monkeypatch.setattr("launchwindow.io.clock.pause", place.hub.clock.advance)
    monkeypatch.setattr("launchwindow.io.clock.now", place.hub.clock.now)
    with place.hub:
        yield place


def merged(place: OnGitHub, name: str = "change", **about: Any) -> int:
    """A pull request that was approved and merged, and is recorded."""
    number = place.pull(name, **about)
    place.hub.review(number, WRITER)
    place.hub.merge(number, "admin")
    place.to_main()
    place.run_json("request")
    return number


def test_look(place: OnGitHub) -> None:
    merged(place)
    print(place.run("sync").text)
    for one in place.hub.world.issues.values():
        print(
            one.number,
            one.title,
            [x.name for x in one.labels],
            one.milestone and one.milestone.title,
            one.closed,
            one.reason,
        )
        print(one.body)
    for m in place.hub.world.milestones.values():
        print(m.title, m.due, "\n", m.description)
    print([(c.issue, c.body) for c in place.hub.world.comments.values()])
    print(place.run("sync").text)
    place.at("2026-12-10T10:00:00-05:00")
    print(place.run("release").text)
    print(place.run("sync").text)
    for m in place.hub.world.milestones.values():
        print(m.title, m.due, "\n", m.description)
    print(place.run("sync").text)
    print(place.run("confirm", "--by", "dee", "--note", "saw it").text)
    place.at("2026-12-11T10:00:00-05:00")
    print(place.run("sync").text)
    print(place.run("sync").text)
    for one in place.hub.world.issues.values():
        print(
            one.number,
            one.title,
            [x.name for x in one.labels],
            one.milestone and one.milestone.title,
            one.closed,
            one.reason,
        )
        print(one.body)
    for m in place.hub.world.milestones.values():
        print(m.title, m.due, m.closed, "\n", m.description)
    for c in place.hub.world.comments.values():
        print(c.issue, c.body)
    for d in place.hub.world.deployments.values():
        print(d, d.statuses)
    for c in place.hub.log.calls[-30:]:
        print(c.method, c.path, c.query, c.status)
    assert 0
