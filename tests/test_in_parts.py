"""What is judged in parts, with or without what was kept, is what is judged at once, byte for byte."""

from __future__ import annotations

import os
import re
import signal
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from launchwindow.events.narrowed import Narrowed, Narrowing
from launchwindow.io import two
from launchwindow.io.files import WorkTree
from launchwindow.load.corpus import load_policy
from support.changes import changed, fleet
from support.examples import build, cases
from support.parts import TODAY, Case, Files, Kept, is_in_parts
from support.repository import ROOT

GROUPS = 40


@pytest.mark.few(5)
@pytest.mark.parametrize("group", range(GROUPS))
def test_every_example_is_judged_alike(group: int, tmp_path: Path) -> None:
    judged = 0
    for number, example in enumerate(cases()[group::GROUPS]):
        root = tmp_path / str(number)
        root.mkdir()
        build(example, root)
        judged += _judged_alike(root)
    assert judged > 0


def _judged_alike(root: Path) -> bool:
    tree = WorkTree(root)
    if not is_in_parts(root, tree):
        return False
    listing = root / "deployed"
    deployed = frozenset(listing.read_text(encoding="utf-8").split()) if listing.is_file() else None
    was = WorkTree(root / "was") if (root / "was").is_dir() else None
    policy = load_policy(tree)
    kept = Kept()
    if was is not None:
        # What was kept of the revision before, and of this one alone, is there when they are compared.
        Case(was, None, policy, deployed).agrees(kept)
    Case(tree, None, policy, deployed).agrees(kept)
    Case(tree, was, policy, deployed).agrees(kept)
    Case(tree, was, policy, deployed).agrees()
    return True


@pytest.mark.few(8)
@pytest.mark.parametrize("seed", range(60))
def test_changes_of_every_kind_are_judged_alike(seed: int) -> None:
    random, policy, kept = Random(seed), load_policy(WorkTree(ROOT)), Kept()
    before = Files(fleet())
    deployed = random.choice([None, frozenset(), frozenset({"production/exa/benefits-finder"})])
    for _ in range(3):
        now = Files(changed(before.files, random))
        alone = Case(now, None, policy, deployed)
        assert alone.in_parts(kept, remembered=before) == alone.at_once()
        alone.agrees(kept)
        Case(now, before, policy, deployed).agrees(kept)
        before = now


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts of bundles that were narrowed, as they are looked at."""
    narrow, parts = Narrowing.narrow, list[str]()

    def counted(self: Narrowing, name: str) -> Narrowed | None:
        one = narrow(self, name)
        parts.extend(one.items if one is not None else ())
        return one

    monkeypatch.setattr(Narrowing, "narrow", counted)
    return parts


FINDER, LIBRARY = "apps/exa/benefits-finder", "apps/exa/forms-library"


@pytest.mark.parametrize("compared", [True, False], ids=["with-what-was-there", "alone"])
def test_of_a_bundle_that_is_known_only_what_changed_is_looked_at(compared: bool, looked_at: list[str]) -> None:
    policy, kept, was = load_policy(WorkTree(ROOT)), Kept(), Files(fleet())
    Case(was, None, policy).agrees(kept)
    path = f"{FINDER}/production.yaml"
    now = Files({**was.files, path: was.files[path].replace(b"ial: 2", b"ial: 9")})
    assert now.entries != was.entries
    case = Case(now, was if compared else None, policy)
    looked_at.clear()
    found = case.in_parts(kept, remembered=was)
    assert found == case.at_once()
    assert any(finding.file == path for finding in found[0])
    assert looked_at == [FINDER]
    # What was kept of it in this way is what holds the next time, and on other days.
    case.agrees(kept)
    for days in (1, 30, 90, 200, 400):
        case._replace(today=case.today + timedelta(days)).agrees(kept)


def test_what_is_known_of_a_bundle_holds_until_a_day_of_what_changed(looked_at: list[str]) -> None:
    """The app that changed has a date before all of the others'."""
    policy, kept, was = load_policy(WorkTree(ROOT)), Kept(), Files(fleet())
    Case(was, None, policy).agrees(kept)
    path = f"{FINDER}/production.yaml"
    day = TODAY + timedelta(20)
    now = Files({**was.files, path: re.sub(rb"expires: [0-9-]+", f"expires: {day}".encode(), was.files[path], count=1)})
    assert now.files != was.files
    case = Case(now, None, policy)
    looked_at.clear()
    assert case.in_parts(kept, remembered=was) == case.at_once()
    assert looked_at == [FINDER]
    found = [case._replace(today=TODAY + timedelta(days), window=TODAY + timedelta(days)).agrees(kept)
             for days in (16, 21, 25)]  # fmt: skip
    assert [len(some) for some in found] == [0, 1, 1]


def test_what_was_found_before_is_looked_at_again_where_something_is_compared_with_it(looked_at: list[str]) -> None:
    policy, kept, files = load_policy(WorkTree(ROOT)), Kept(), fleet()
    paths = [f"{LIBRARY}/production.yaml", "partners/exa.yaml"]
    for path in paths:
        files[path] = files[path].replace(b"\n", b"\nunknown_key: 1\n", 1)
    was = Files(files)
    Case(was, None, policy).agrees(kept)
    path = f"{FINDER}/production.yaml"
    case = Case(Files({**files, path: files[path] + b"# A change.\n"}), was, policy)
    looked_at.clear()
    found = case.agrees(kept)
    assert set(looked_at) == {FINDER, LIBRARY, "partners/exa.yaml"}
    assert {finding.file: finding.existing for finding in found} == dict.fromkeys(paths, True)


ISSUER = b"urn:gov:gsa:openidconnect.profiles:sp:sso:exa:"
SHARED = {
    "issuer-unique": (ISSUER + b"benefits-finder", ISSUER + b"forms-library"),
    "url-lookalike": (b"https://benefits.exa.gov", b"https://form.exa.gov"),
}
"""Rule -> what its text comes to be where it comes to share something with the other app of its partner."""


@pytest.mark.parametrize("compared", [True, False], ids=["with-what-was-there", "alone"])
@pytest.mark.parametrize("rule", SHARED)
def test_what_comes_to_share_something_with_what_is_not_looked_at_is_judged_with_it(
    rule: str, compared: bool, looked_at: list[str]
) -> None:
    policy, kept, was = load_policy(WorkTree(ROOT)), Kept(), Files(fleet())
    Case(was, None, policy).agrees(kept)
    one, other = f"{FINDER}/production.yaml", f"{LIBRARY}/production.yaml"
    now = Files({**was.files, one: was.files[one].replace(*SHARED[rule])})
    assert now.files[one] != was.files[one]
    case = Case(now, was if compared else None, policy)
    looked_at.clear()
    found = case.in_parts(kept, remembered=was)
    assert looked_at == [FINDER]
    assert found == case.at_once()
    assert {finding.file for finding in found[0] if finding.rule == rule} & {one, other}
    # And when it no longer does, neither of them is told of any more.
    again = Case(was, now if compared else None, policy)
    assert again.in_parts(kept, remembered=now) == again.at_once()


@pytest.mark.parametrize("compared", [True, False], ids=["with-what-was-there", "alone"])
def test_where_a_partners_own_file_changed_all_of_its_apps_are_judged(compared: bool, looked_at: list[str]) -> None:
    policy, kept, was = load_policy(WorkTree(ROOT)), Kept(), Files(fleet())
    Case(was, None, policy).agrees(kept)
    now = Files({path: data for path, data in was.files.items() if path != "partners/exa.yaml"}
                | {"partners/exa.yaml": was.files["partners/exa.yaml"].replace(b"LGEXA", b"LGEXB")})  # fmt: skip
    assert now.entries != was.entries
    # Of the partner's file itself it may be known what it comes to, as of one that was there before.
    alone = {path: now.files[path] for path in ("policy.yaml", "partners/exa.yaml")}
    Case(Files(alone), None, policy).agrees(kept)
    case = Case(now, was if compared else None, policy)
    looked_at.clear()
    found = case.in_parts(kept, remembered=was)
    assert looked_at == []
    assert found == case.at_once()
    assert any(finding.file.startswith(FINDER) for finding in found[0])


def test_a_part_that_did_not_change_has_no_finding_about_a_change(tmp_path: Path) -> None:
    """What is kept of a part alone stands for it compared with itself, as long as nothing was found in it."""
    judged = 0
    for number, example in enumerate(cases()):
        root = tmp_path / str(number)
        root.mkdir()
        build(example, root)
        tree = WorkTree(root)
        listing = root / "deployed"
        deployed = frozenset(listing.read_text(encoding="utf-8").split()) if listing.is_file() else None
        case = Case(tree, None, load_policy(tree), deployed)
        alone = {(one.file, one.rule) for one in case.at_once()[0]}
        with_itself = {(one.file, one.rule) for one in case._replace(before=tree).compared()}
        assert {file for file, _ in with_itself} <= {file for file, _ in alone}, example.id
        judged += bool(with_itself)
    assert judged > 100


def test_two_processes_say_what_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from launchwindow.events import in_parts

    policy = load_policy(WorkTree(ROOT))
    random = Random(7)
    files = fleet()
    for _ in range(12):
        files = changed(files, random)
    forked: list[int] = []
    monkeypatch.setattr(in_parts, "WORTH_TWO", 2)
    monkeypatch.setattr(in_parts, "AT_ONCE", 3)
    monkeypatch.setattr(in_parts, "can_fork", lambda: forked.append(1) or True)
    found = Case(Files(files), None, policy).agrees()
    assert forked
    assert len(found) > 10
    Case(Files(files), Files(fleet()), policy).agrees()


def test_an_error_in_the_second_process_is_raised_here() -> None:
    def work(names: object, apart: bool) -> object:
        if names == ["b"]:
            raise ValueError(f"apart: {apart}")
        return [names, apart]

    with pytest.raises(ValueError, match="apart: False"):
        two.in_two(work, ["a"], ["b"])
    assert two.in_two(work, ["a"], ["c"]) == ([["a"], False], [["c"], True])


def test_where_the_second_process_is_killed_its_work_is_done_here() -> None:
    def work(names: object, apart: bool) -> object:
        if apart:
            os.kill(os.getpid(), signal.SIGKILL)
        return names

    assert two.in_two(work, ["a"], ["b"]) == (["a"], ["b"])


def test_of_second_processes_none_but_the_last_is_left() -> None:
    children = []
    for _ in range(3):
        children.append(two.in_two(lambda _, apart: os.getpid() if apart else None, ["a"], ["b"])[1])
        os.waitid(os.P_PID, children[-1], os.WEXITED | os.WNOWAIT)
    assert len({*children, os.getpid()}) == 4
    for child in children[:-1]:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)
