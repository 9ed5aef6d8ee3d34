"""The ledger on a remote: fetched before, pushed by compare-and-swap, recomputed when somebody else was faster."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from launchwindow.events import workspace
from launchwindow.events.workspace import Workspace
from launchwindow.io.ledger_store import Lost
from support.repository import ADOPTED, LEDGER, MERGED, WINDOW, Repository, Result, run

RETURN = "return_to_sp_url: https://benefits.exa.gov/"


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    """A repository whose clone `work` pushes its ledger to it."""
    repository = Repository(tmp_path / "origin")
    repository.git("clone", "--quiet", str(repository.path), str(tmp_path / "work"))
    return repository


def there(repository: Repository, *arguments: str, now: str = MERGED) -> str:
    """A command in the clone `work`, against the remote; its output."""
    result = run("--repo", str(repository.path.parent / "work"), "--now", now, *arguments, "--remote", "origin")
    assert result.status == 0, result.text
    return result.out


def test_the_ledger_lives_on_the_remote(origin: Repository) -> None:
    """Begun, fed and read from a clone; the clone's own branches stay as they are."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    begun = origin.ledger
    assert begun
    merge = origin.change(RETURN, f"{RETURN}home")
    assert merge[:12] in there(origin, "request")
    assert origin.git("rev-parse", f"{LEDGER}~1") == begun
    assert merge[:12] in there(origin, "status")
    work = origin.path.parent / "work"
    assert origin.git("-C", str(work), "branch", "--format=%(refname:short)") == "main"
    once = origin.ledger
    there(origin, "request")
    assert origin.ledger == once


def test_a_release_says_where_git_has_its_files(origin: Repository) -> None:
    """The clone has no branch of the ledger, only what it fetched."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    origin.change(RETURN, f"{RETURN}home")
    there(origin, "request")
    work = str(origin.path.parent / "work")
    result = run("--repo", work, "--now", WINDOW, "release", "--remote", "origin")
    files = result.out.partition("git archive ")[2].partition(" |")[0]
    assert "service_providers.yml" in origin.git("-C", work, "ls-tree", "--name-only", files)


def test_a_lost_race_is_run_again(origin: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading and pushing somebody else holds the request: the loser recomputes on top, nothing is lost."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    merge = origin.change(RETURN, f"{RETURN}home")
    there(origin, "request")
    name = f"production/exa/benefits-finder@{merge[:12]}"
    write = Workspace.write
    raced: list[bool] = []

    def slow(space: Workspace, *arguments: object) -> None:
        if not raced:
            raced.append(True)
            assert origin.run("hold", name, "--by", "ops@login.gov", "--reason", "first", now=MERGED).status == 0
        write(space, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Workspace, "write", slow)
    origin.change("default_aal: 2", "default_aal: 3", at="2026-11-25T10:00:00-05:00")
    there(origin, "request", now="2026-11-25T10:00:00-05:00")
    assert raced
    states = {one["id"]: one["state"] for one in origin.run_json("status", now="2026-11-25T10:00:00-05:00")["requests"]}
    assert states.pop(name) == "held"
    assert list(states.values()) == ["scheduled"]


@pytest.mark.parametrize("remote", [True, False], ids=["on a remote", "here"])
def test_of_two_who_do_the_same_at_once_one_is_told_so(
    origin: Repository, remote: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same words, same person, same second: to git it would be the very same commit, and both would have written it."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    merge = origin.change(RETURN, f"{RETURN}home")
    there(origin, "request")
    twin = ("hold", f"production/exa/benefits-finder@{merge[:12]}", "--by", "ops@login.gov", "--reason", "Not yet.")
    write = Workspace.write
    raced: list[Result] = []

    def slow(space: Workspace, *arguments: object) -> None:
        if not raced:
            raced.append(Result(0, "", ""))
            raced[0] = origin.run(*twin)
        write(space, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Workspace, "write", slow)
    folder = origin.path.parent / "work" if remote else origin.path
    second = run("--repo", str(folder), "--now", MERGED, *twin, *(("--remote", "origin") if remote else ()))
    assert (raced[0].status, second.status) == (0, 1)
    assert "is held already" in second.err
    assert origin.git("log", "-1", "--format=%s", f"{LEDGER}~1").startswith("Record")


def test_a_ledger_begins_with_what_the_remote_has_now(origin: Repository) -> None:
    """And not with what this clone fetched long ago."""
    newest = origin.change(RETURN, f"{RETURN}home", at=ADOPTED)
    assert f"begins at {newest[:12]} of main" in there(origin, "adopt", newest, "--main", "main", now=ADOPTED)


def test_an_entry_that_was_made_is_told_whatever_main_does_meanwhile(
    origin: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody breaks the policy between the entry and its answer."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    merge = origin.change(RETURN, f"{RETURN}home")
    there(origin, "request")
    write = Workspace.write

    def then_broken(space: Workspace, *arguments: object) -> None:
        write(space, *arguments)  # type: ignore[arg-type]
        origin.write("policy.yaml", "timezone: Nowhere\n")
        origin.commit("Break the policy")

    monkeypatch.setattr(Workspace, "write", then_broken)
    name = f"production/exa/benefits-finder@{merge[:12]}"
    result = origin.run("hold", name, "--by", "ops@login.gov", "--reason", "Not yet.")
    assert (result.status, result.err) == (0, "")
    assert "held by ops@login.gov" in result.out


def test_nobody_runs_after_the_ledger_for_ever(origin: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else is faster each time: it ends, and says so."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    merges = [origin.change(RETURN, f"{RETURN}home"), origin.change("default_aal: 2", "default_aal: 3")]
    there(origin, "request")
    request, another = (f"production/exa/benefits-finder@{merge[:12]}" for merge in merges)
    write = Workspace.write
    turns: list[str] = []

    def slow(space: Workspace, *arguments: object) -> None:
        monkeypatch.setattr(Workspace, "write", write)
        turns.append("resume" if len(turns) % 2 else "hold")
        word = "--note" if len(turns) % 2 == 0 else "--reason"
        assert origin.run(turns[-1], request, "--by", "ops@login.gov", word, "x").status == 0
        monkeypatch.setattr(Workspace, "write", slow)
        write(space, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Workspace, "write", slow)
    monkeypatch.setattr(workspace, "ATTEMPTS", 4)
    result = origin.run("hold", another, "--by", "ops@login.gov", "--reason", "x")
    assert (result.status, len(turns)) == (1, 4)
    assert "The ledger moved 4 times while it was being written. Try again." in result.err


def test_a_ledger_that_moved_is_not_overwritten(origin: Repository) -> None:
    """A write on top of an old tip is `Lost`, locally and on the remote, and changes nothing."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    for folder, remote in ((origin.path.parent / "work", "origin"), (origin.path, None)):
        space = Workspace(folder, datetime.fromisoformat(MERGED), remote)
        stored = space.store.read()
        space.store.write(stored, {"note": b"one"}, "First", space.now)
        tip = origin.ledger
        with pytest.raises(Lost):
            space.store.write(stored, {"note": b"two"}, "Second", space.now)
        assert origin.ledger == tip


def test_an_unknown_remote_is_one_clear_line(origin: Repository) -> None:
    """Git's own answer, not a traceback."""
    result = origin.run("status", "--remote", "nowhere")
    assert result.status == 2
    assert "nowhere" in result.err
    assert result.err.count("\n") == 1


def test_a_ledger_that_vanished_from_the_remote_is_kept_by_who_had_it(origin: Repository) -> None:
    """A fetch takes away what the remote no longer has: not the last copy of the ledger."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    begun = origin.ledger
    origin.git("branch", "--quiet", "-D", LEDGER)
    work = origin.path.parent / "work"
    for arguments in (["status"], ["request"], ["adopt", "HEAD", "--main", "main"]):
        result = run("--repo", str(work), "--now", MERGED, *arguments, "--remote", "origin")
        assert result.status == 2
        assert f"this clone keeps the last one that it saw, {begun[:12]}" in result.err
    kept = result.err.partition("git push origin ")[2].partition(":")[0]
    origin.git("-C", str(work), "push", "--quiet", "origin", f"{kept}:refs/heads/{LEDGER}")
    assert origin.ledger == begun
    there(origin, "status")


def test_a_ledger_that_vanished_can_be_begun_anew(origin: Repository) -> None:
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    origin.git("branch", "--quiet", "-D", LEDGER)
    work = origin.path.parent / "work"
    result = run("--repo", str(work), "--now", MERGED, "status", "--remote", "origin")
    forget = result.err.partition("git update-ref ")[2].partition("\n")[0].rstrip(".").split()
    origin.git("-C", str(work), "update-ref", *forget)
    there(origin, "adopt", "HEAD", "--main", "main")
    assert origin.ledger


def test_a_ledger_that_vanishes_while_a_command_runs_is_kept_too(
    origin: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The push is refused, and looking for the reason fetches once more."""
    there(origin, "adopt", "HEAD", "--main", "main", now=ADOPTED)
    begun = origin.ledger
    origin.change(RETURN, f"{RETURN}home")
    write = Workspace.write

    def slow(space: Workspace, *arguments: object) -> None:
        origin.git("update-ref", "-d", f"refs/heads/{LEDGER}")
        write(space, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Workspace, "write", slow)
    work = origin.path.parent / "work"
    result = run("--repo", str(work), "--now", MERGED, "request", "--remote", "origin")
    assert result.status == 2
    assert f"this clone keeps the last one that it saw, {begun[:12]}" in result.err
