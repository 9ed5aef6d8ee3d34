"""A branch is judged in parts, by another revision's policy and partners, as it is at once, byte for byte."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NoReturn

import pytest

from launchwindow.io.files import WorkTree
from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus, load_policy
from launchwindow.model.app import Partner
from launchwindow.model.rule import Facts
from launchwindow.validate import validate
from support.changes import changed, fleet
from support.examples import build, cases
from support.parts import Case, Files, Kept
from support.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUPS = 40


def _grown(base: Mapping[str, bytes], random: Random) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What becomes of a history's files on a branch, and meanwhile on main."""
    now = changed(dict(base), random)
    main = random.choice([base, base, changed(dict(base), random), now])
    main = {path: data for path, data in main.items() if main is not now or path.startswith("partners/")} | {
        path: data for path, data in base.items() if main is now and not path.startswith("partners/")
    }
    if random.random() < 0.5:
        # The branch was brought up to date with main's partners, or took them back.
        now = {path: data for path, data in now.items() if not path.startswith("partners/")} | {
            path: data for path, data in main.items() if path.startswith("partners/")
        }
    return now, dict(main)


@pytest.mark.few(5)
@pytest.mark.parametrize("seed", range(60))
def test_branches_of_every_kind_are_judged_alike(seed: int) -> None:
    random, policy, kept = Random(seed), load_policy(WorkTree(ROOT)), Kept()
    deployed = random.choice([None, frozenset(), frozenset({"production/exa/benefits-finder"})])
    base = changed(fleet(), random)
    for _ in range(6):
        now, main = _grown(base, random)
        case = Case(Files(now), Files(base), policy, deployed, judge=Files(main))
        # A check of either by itself may have been there, before or in between.
        for one in random.sample([now, base, main], random.randint(0, 3)):
            Case(Files(one), None, policy, deployed).agrees(kept)
        case.agrees(kept)
        case.agrees()
        Case(Files(now), None, policy, deployed).agrees(kept)
        base = random.choice([base, main, now])


def test_where_nothing_changed_all_was_there_before() -> None:
    policy, files = load_policy(WorkTree(ROOT)), fleet()
    path = "apps/exa/benefits-finder/production.yaml"
    files[path] = files[path].replace(b"ial: 2", b"ial: 9")
    case = Case(Files(files), Files(files), policy, judge=Files(files))
    found = case.agrees()
    assert {one.existing for one in found} == {True}
    kept = Kept()
    Case(Files(files), None, policy).agrees(kept)
    assert case.agrees(kept) == found


class Own(dict[str, Partner]):
    """Partners of whom each has to be asked for by name."""

    def _refuse(self, *_: object) -> NoReturn:
        raise AssertionError("a rule looks through the partners that judge: in parts it sees its own app's alone")

    __iter__ = __len__ = __contains__ = keys = values = items = _refuse  # type: ignore[assignment]


@pytest.mark.few(5)
@pytest.mark.parametrize("group", range(GROUPS))
def test_no_rule_looks_at_another_partner_than_an_apps_own(group: int, tmp_path: Path) -> None:
    """Through the facts, which have the judge's partners; those of the files that are judged are another matter."""
    judged = 0
    for number, example in enumerate(cases()[group::GROUPS]):
        root = tmp_path / str(number)
        root.mkdir()
        build(example, root)
        corpus = load_corpus(WorkTree(root))
        base = load_corpus(WorkTree(root / "was"), corpus.policy) if (root / "was").is_dir() else None
        dates = Case(WorkTree(root), None, corpus.policy).dates()
        facts = Facts(corpus, corpus.policy, dates, None, schema, base)
        own = facts._replace(corpus=corpus._replace(partners=Own(corpus.partners)))
        assert validate(corpus, own) == validate(corpus, facts)
        judged += 1
    assert judged > 0
