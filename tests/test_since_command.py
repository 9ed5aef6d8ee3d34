"""`check --since` says what judging everything at once says, whatever the histories, and whatever was kept before."""

from __future__ import annotations

from pathlib import Path
from random import Random
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

import pytest

from support.branches import Branch, grow
from support.repository import APP, FILE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Branch:
    """One that is checked out and is where main is."""
    found = Branch(tmp_path, monkeypatch)
    found.repository.branch("work")
    return found


def _commands(random: Random) -> Iterator[tuple[str, ...]]:
    yield from ((), ("--format", "json"))
    yield random.choice([("--format", "sarif"), ("--format", "junit"), ("--format", "github"), (FILE,), ("partners",)])


@pytest.mark.few(4)
@pytest.mark.parametrize("seed", range(60))
def test_histories_of_every_kind_are_judged_alike(seed: int, branch: Branch) -> None:
    random = Random(seed)
    if random.random() < 0.5:
        branch.repository.adopted()
    grow(branch, random)
    since = random.choice(["main", "main", "work", "HEAD", "HEAD~1"])
    for staged in ((), ("--staged",)):
        # What a check by its own policy keeps, and finds kept, is what it would have found.
        alone = branch.repository.run("check", "--no-cache", *staged)
        for command in _commands(random):
            branch.agrees("--since", since, *staged, *command)
            if random.random() < 0.5:
                assert branch.check(*staged) == alone


PARTNER, LISTED = "partners/exa.yaml", "integrations: [Benefits Finder]"
NAME = ("app_name: Benefits Finder ", "app_name: Other ")
"""Which then stands in no agreement."""
ON_BOTH_SIDES = {
    "on-the-branch": ("integrations: [Benefits Finder, Other]", LISTED),
    "on-main": (LISTED, "integrations: [Benefits Finder, Other]"),
    "in-two-ways": ("integrations: [Benefits Finder, Other]", "integrations: [Benefits Finder, Another]"),
    "alike": ("integrations: [Benefits Finder, Other]", "integrations: [Benefits Finder, Other]"),
    "gone": (None, LISTED),
    "gone-on-main": (LISTED, None),
}
"""What the partner's file lists: on the branch, on main."""


@pytest.mark.parametrize("how", ON_BOTH_SIDES)
def test_an_app_is_judged_by_its_partners_file_as_the_judge_has_it(how: str, branch: Branch) -> None:
    def lists(text: str | None) -> None:
        if text is None:
            (repository.path / PARTNER).unlink()
        elif text != LISTED:
            repository.edit(PARTNER, LISTED, text)

    repository, (ours, theirs) = branch.repository, ON_BOTH_SIDES[how]
    repository.edit(FILE, *NAME)
    lists(ours)
    repository.commit()
    repository.checkout("main")
    lists(theirs)
    repository.commit()
    repository.checkout("work")
    for command in ((), ("--staged",)):
        branch.check(*command)
        found = branch.agrees("--since", "main", *command)
        # Where main has no such partner, nobody knows what was agreed.
        assert found.status == int(theirs is not None and "[Benefits Finder, Other]" not in theirs)
    assert set(branch.in_parts) == {True}
    # Nor does what was found by that file count where the branch's own does.
    alone = repository.run("check", "--no-cache")
    assert alone.status == int(ours is None or "[Benefits Finder, Other]" not in ours)
    assert [branch.check() for _ in range(2)] == [alone] * 2


@pytest.mark.parametrize("edited", [False, True], ids=["nothing", "an-app-beside-it"])
def test_what_was_found_by_one_partners_file_is_not_used_where_another_judges(edited: bool, branch: Branch) -> None:
    """Nothing of the app is another one, nor of its own partner's file."""
    repository = branch.repository
    repository.checkout("main")
    repository.edit(PARTNER, "integrations: [Forms Library]", "integrations: [Other]")
    repository.commit()
    repository.checkout("work")
    branch.check()
    if edited:
        repository.edit(FILE, "friendly_name: ", "friendly_name: My ")
    alone = repository.run("check", "--no-cache")
    assert "iaa-unlisted" not in alone.out
    for _ in range(2):
        assert "iaa-unlisted" in branch.agrees("--since", "main").out
        assert branch.check() == alone
    assert set(branch.in_parts) == {True}


def test_a_branch_that_touches_no_partner_is_judged_in_parts(branch: Branch) -> None:
    branch.repository.edit(FILE, "ial: 2", "ial: 9")
    assert branch.agrees("--since", "main").status == 1
    branch.repository.commit()
    branch.repository.checkout("main")
    # Main goes on with its policy and other apps.
    branch.repository.edit("policy.yaml", "rules: {}", "rules: {url-https: warning}")
    branch.repository.edit("apps/exa/forms-library/production.yaml", "https://", "http://")
    branch.repository.commit()
    branch.repository.checkout("work")
    found = branch.agrees("--since", "main")
    assert found.status == 1
    assert "url-https" not in found.out
    assert set(branch.in_parts) == {True}


def test_where_nothing_changed_all_was_there_before(branch: Branch) -> None:
    repository = branch.repository
    repository.edit(FILE, "ial: 2", "ial: 9")
    repository.commit()
    for form in ("text", "json", "sarif"):
        assert branch.agrees("--since", "work", "--format", form).status == 0
    assert branch.check().status == 1


GONE = {
    "a-file": [f"{APP}/certs/2026.crt", FILE],
    "a-partners-folder": ["apps/hld", "apps/npa/reading-room/sandbox.yaml"],
    "all-of-a-partner": ["apps/alone"],
}


@pytest.mark.parametrize("paths", GONE.values(), ids=GONE)
def test_what_is_gone_is_told(paths: list[str], branch: Branch) -> None:
    repository = branch.repository
    # A partner's apps without a partner's file: nothing is left of it.
    repository.write("apps/alone/app/production.yaml", repository.read(FILE).replace("sso:exa", "sso:alone"))
    repository.commit()
    repository.git("branch", "--force", "main")
    repository.git("rm", "--quiet", "-r", *paths)
    for command in ((), ("--staged",)):
        assert "app-retired" in branch.agrees("--since", "main", *command).out
    assert set(branch.in_parts) == {True}


FOLDERS = ["apps/exa.yaml/app/production.yaml", "partners/exa.yaml/note.txt", "apps/exa/app/staging.yaml/note.txt"]


@pytest.mark.parametrize("path", FOLDERS)
def test_a_folder_with_a_files_name_is_judged_at_once(path: str, branch: Branch) -> None:
    if path.startswith("partners/"):
        (branch.repository.path / PARTNER).unlink()
    branch.repository.write(path, "issuer: x\n")
    found = branch.agrees("--since", "main")
    assert "This is a folder with the name of a file." in found.out
    # Nor is it forgotten by a check of the work tree alone.
    alone = branch.repository.run("check", "--no-cache")
    assert [branch.check() for _ in range(2)] == [alone] * 2
    assert branch.in_parts == []


def test_what_another_policy_said_is_never_used(branch: Branch) -> None:
    """Neither side's: what is kept of a work tree stays for the next check of it, and is none of a branch's judge."""
    repository = branch.repository
    repository.edit(FILE, "ial: 2", "ial: 9")
    repository.edit("policy.yaml", "rules: {}", "rules: {schema: note}")
    alone, held = repository.run("check", "--no-cache"), branch.at_once("--since", "main")
    assert (alone.status, held.status) == (0, 1)
    for _ in range(2):
        assert branch.check() == alone
        assert branch.check("--since", "main") == held
    kept = {path: path.read_bytes() for path in branch.cache.rglob("*") if path.is_file()}
    assert kept
    assert branch.check("--since", "main") == held
    assert branch.check() == alone
    assert {path: path.read_bytes() for path in branch.cache.rglob("*") if path.is_file()} == kept
    assert set(branch.in_parts) == {True}


@pytest.mark.parametrize("commit", [True, False], ids=["the-judge", "what-is-staged"])
def test_a_link_with_the_bytes_of_a_policy_is_none(commit: bool, branch: Branch) -> None:
    repository = branch.repository
    arguments = ("--since", "main") if commit else ("--staged",)
    assert branch.check(*arguments).status == 0
    if commit:
        repository.checkout("main")
    blob = repository.git("rev-parse", ":policy.yaml")
    repository.git("update-index", "--cacheinfo", f"120000,{blob},policy.yaml")
    if commit:
        repository.git("commit", "--quiet", "--message", "Make it a link")
        repository.git("checkout", "--quiet", "--force", "work")
    found = branch.agrees(*arguments)
    assert found.status == 2
    assert "links are not followed" in found.err


def test_the_windows_are_those_of_the_judges_history(branch: Branch) -> None:
    """When main learned of a closure is what decides, whatever the branch knows of it."""
    repository = branch.repository
    repository.checkout("main")
    repository.edit("policy.yaml", "alternate: next-business-day", "alternate: previous-business-day")
    repository.commit()
    repository.git("branch", "--force", "work")
    repository.edit("policy.yaml", "closures: []", "closures: [{date: 2026-12-10, reason: storm}]")
    repository.commit(at="2026-12-10T08:00:00-05:00")
    closed = repository.read("policy.yaml")
    repository.checkout("work")
    repository.edit(FILE, "ial: 2\n", "ial: 2\nlaunch: {date: 2026-12-09}\n")
    repository.commit()
    found = branch.agrees("--since", "main")
    assert "launch-date" in found.out
    # The branch has the same policy, but has it in time.
    repository.write("policy.yaml", closed)
    repository.commit(at="2026-11-24T08:00:00-05:00")
    assert branch.agrees("--since", "main") == found
    assert "launch-date" not in branch.check("--since", "work").out
    assert set(branch.in_parts) == {True}


@pytest.mark.parametrize("compared", [("--staged",), ("--since", "main")], ids=["staged", "since"])
def test_what_is_only_told_of_an_app_by_itself_is_not_forgotten(compared: tuple[str, ...], branch: Branch) -> None:
    """An app that stood there before may have asked for its day in time; whoever looks at it alone is told."""
    repository = branch.repository
    repository.checkout("main")
    repository.edit(FILE, "ial: 2\n", "ial: 2\nlaunch: {date: 2026-12-09}\n")
    repository.commit()
    repository.git("branch", "--force", "work")
    repository.checkout("work")
    repository.edit("apps/hld/trail-pass/production.yaml", "friendly_name: ", "friendly_name: My ")
    repository.git("add", "--all")
    assert "launch-date" not in branch.check(*compared).out
    alone = branch.check()
    assert "launch-date" in alone.out
    assert alone == repository.run("check", "--no-cache")
    assert branch.check(*compared) == repository.run("check", "--no-cache", *compared)


def test_a_conflict_is_told_as_it_is_at_once(branch: Branch) -> None:
    repository = branch.repository
    for one, text in (("work", "ial: 8"), ("main", "ial: 9")):
        repository.checkout(one)
        repository.edit("apps/npa/reading-room/production.yaml", "ial: 1", text)
        repository.edit(PARTNER, LISTED, f"integrations: [{one}]")
        repository.commit()
    repository.checkout("work")
    with pytest.raises(CalledProcessError):
        repository.git("merge", "--quiet", "main")
    found = branch.agrees("--since", "main", "--staged")
    assert found.status == 2
    # Of two the one whose path comes first, although the partner with the other one does.
    assert "apps/npa/reading-room/production.yaml is in conflict" in found.err
    # The work tree has marks of it in its files.
    assert branch.agrees("--since", "main").status == 1


def test_a_branch_is_held_to_where_it_left_whatever_was_looked_at_last(branch: Branch) -> None:
    """Of the app that was changed first nothing is new since: only beside main's it says that its issuer changed."""
    repository = branch.repository
    branch.check()
    repository.edit(FILE, "sso:exa:benefits-finder", "sso:exa:finder")
    repository.commit()
    assert branch.check().status == 0
    repository.edit("apps/exa/forms-library/production.yaml", "friendly_name: ", "friendly_name: My ")
    found = branch.agrees("--since", "main")
    assert "issuer-change" in found.out
    repository.edit(FILE, "sso:exa:finder", "sso:exa:benefits-finder")
    assert FILE not in branch.agrees("--since", "main").out
    assert set(branch.in_parts) == {True}
