"""Every order of adding, deploying, confirming, using and removing, for each kind of app, by the real commands.

One repository for each time at which things are deployed and confirmed; in it an app for each kind and each order of
merges. What must come of it is what `support.rotations.Life` says.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from support.repository import Repository
from support.rotations import KINDS, ORDERS, Life, at, deployed, laid, text_of

SLOTS = ("2026-11-24", "2026-12-15", "2027-01-05")
"""Tuesdays on which the orders' merges happen."""
DEPLOYS = ("2026-12-10", "2026-12-31", "2027-01-21")
"""For each slot, a window for which the notice of what was merged in it is over."""
LAST = "2027-02-11"
PATTERNS: list[tuple[int | None, int | None]] = [(None, None)]
PATTERNS += [(deploy, confirm) for deploy in range(3) for confirm in (None, *range(deploy, 3))]
"""(slot after which a window is run, slot after which it is confirmed); None: only at the very end."""


def compare(repository: Repository, lives: list[Life]) -> None:
    found = {life.name: (deployed(repository, life), deployed(repository, life, "confirmed")) for life in lives}
    assert found == {life.name: (life.released, life.confirmed) for life in lives}


@pytest.mark.few(1)
@pytest.mark.parametrize(("deploy", "confirm"), PATTERNS)
def test_every_order(tmp_path: Path, deploy: int | None, confirm: int | None) -> None:
    lives = [Life(kind, order) for kind, order in product(KINDS, ORDERS)]
    repository = laid(tmp_path / "fleet", lives)
    for slot, (day, window) in enumerate(zip(SLOTS, DEPLOYS, strict=True)):
        repository.branch(f"slot-{slot}")
        said = {}
        for life in lives:
            step = life.step(slot)
            if step is not None:
                life.merge(step, day)
                repository.write(life.path, text_of(life))
                if step in ("add", "remove", "replace") and (words := life.refused(life.certs, day)):
                    said[life.path] = words
        repository.commit(f"Slot {slot}", at=at(day))
        told(repository, said, day)
        repository.merge(f"slot-{slot}", at=at(day))
        assert repository.run("request", now=at(day, "11:00")).status == 0
        if deploy == slot:
            released = repository.run("release", now=at(window))
            assert "released" in released.out, released.text
            for life in lives:
                life.deploy()
            compare(repository, lives)
        if confirm == slot:
            confirmed(repository, lives, window)
    held(repository, lives)
    repository.run("release", now=at(LAST))
    for life in lives:
        life.deploy()
    compare(repository, lives)


def told(repository: Repository, said: dict[str, str], day: str) -> None:
    """The rules say of exactly these files what the schedule would, with the step that comes now."""
    findings = repository.run_json("check", "--since", "main", now=at(day), status=1 if said else 0)["findings"]
    rotation = {
        one["file"]: one["message"] + " " + one["fix"] for one in findings if one["rule"].startswith("rotation")
    }
    assert rotation.keys() == said.keys()
    for file, words in said.items():
        assert words in rotation[file], rotation[file]


def confirmed(repository: Repository, lives: list[Life], day: str) -> None:
    result = repository.run("confirm", "--by", "deployer@login.gov", "--note", "Seen.", now=at(day, "16:00"))
    assert result.status == (0 if "confirmed" in result.out else 1), result.text
    for life in lives:
        life.confirm(day)
    compare(repository, lives)


def held(repository: Repository, lives: list[Life]) -> None:
    """`status` names the step of each that the guard keeps back."""
    # Its exit status tells of what is overdue, which some of these are.
    document = json.loads(repository.run("status", "--format", "json", now=at("2027-02-10")).out)
    standing = {one["app"]: one for one in document["requests"]}
    for life in lives:
        if life.states and all(life.refused(certs, day) for certs, day in life.states):
            words = life.refused(*life.states[-1])
            assert words is not None
            assert words in standing[f"exa/{life.name}"]["because"], standing[f"exa/{life.name}"]
