"""Many writers on one ledger at once: each entry lands once, losers compute again, and nobody is told wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from launchwindow.io import ledger_store
from support.crashes import Ran, Runner
from support.git_http import Fault, GitHost, bare_copy, git_host
from support.repository import LEDGER, MERGED, SUBJECT, WINDOW, Repository, Result, run

FIRST = "redirect_uris: [https://benefits.exa.gov/auth/result"
EARLY = "2026-12-03T10:00:00-05:00"
"""In a window for which everything is in notice still: no hold comes too late for it."""
HOLD = ("--by", "ops@login.gov", "--reason", "Not yet.")


class Busy:
    """A ledger with five requests, of which one is held and one lacks its approval, and one merge that it lacks."""

    def __init__(self, folder: Path) -> None:
        self.repository = Repository(folder / "repo").adopted()
        self.merges = [self._another_address(number) for number in range(6)]
        self.requests = [f"{SUBJECT}@{merge[:12]}" for merge in self.merges]
        self._recorded_but_for_the_last()
        self.begun = self.repository.ledger
        self.writers: tuple[tuple[str, ...], ...] = (
            ("request",), ("request",), ("release",), ("release",),
            ("hold", self.requests[0], *HOLD), ("hold", self.requests[0], *HOLD), ("hold", self.requests[2], *HOLD),
            ("resume", self.requests[1], "--by", "ops@login.gov", "--note", "Go on."),
            ("approve", self.requests[3], "--by", "reviewer@login.gov", "--note", "Read it."),
        )  # fmt: skip

    def _another_address(self, number: int) -> str:
        about = {"reviewed_by": None} if number == 3 else {}
        new = f"{FIRST}, https://benefits.exa.gov/auth/{number}"
        return self.repository.change(FIRST, new, at=f"2026-11-24T10:0{number}:00-05:00", **about)

    def _recorded_but_for_the_last(self) -> None:
        self.repository.git("branch", "--quiet", "all", "main")
        self.repository.git("reset", "--quiet", "--hard", self.merges[4])
        for words in (("request",), ("hold", self.requests[1], *HOLD)):
            result = self.repository.run(*words)
            assert result.status == 0, result.text
        self.repository.git("merge", "--quiet", "--ff-only", "all")


def assert_each_once(busy: Busy, ledger: Repository, answers: list[Ran]) -> None:
    """What the ledger's history says happened is what the writers were told, and each of it happened once."""
    assert {one.status for one in answers} <= {0, 1}, [one.err for one in answers if one.status not in (0, 1)]
    said = dict(zip([" ".join(words[:2]) for words in busy.writers], answers, strict=True))
    for name in (f"hold {busy.requests[2]}", f"resume {busy.requests[1]}", f"approve {busy.requests[3]}"):
        assert said[name].status == 0, said[name].err
    twins = [one for words, one in zip(busy.writers, answers, strict=True) if words[:2] == ("hold", busy.requests[0])]
    assert sorted(one.status for one in twins) == [0, 1]
    assert "is held already" in next(one.err for one in twins if one.status == 1)
    windows = [json.loads(one.out)["window"] for words, one in zip(busy.writers, answers, strict=True)
               if words[0] == "release"]  # fmt: skip
    assert sorted(windows, key=str) == ["2026-12-03", None]
    recorded = [len(json.loads(one.out)["change_requests"]) for words, one in zip(busy.writers, answers, strict=True)
                if words[0] == "request"]  # fmt: skip
    assert sum(recorded) <= 1
    assert_history(busy, ledger)


def assert_history(busy: Busy, ledger: Repository) -> None:
    """Each file of a request and of a window came once, each pull of a lever is told once, no update was lost."""
    since = f"{busy.begun}..{LEDGER}"
    paths = ("log", "--format=", "--no-renames", "--name-only", since)
    added = ledger.git(*paths, "--diff-filter=A").split("\n")
    last = busy.requests[5].rpartition("@")[2]
    assert [one for one in added if one.startswith("requests/open/")] == [f"requests/open/{SUBJECT}/{last}.yaml"]
    assert added.count("windows/production/2026-12-03.yaml") == 1
    changed = ledger.git(*paths, "--diff-filter=M").split("\n")
    assert "windows/production/2026-12-03.yaml" not in changed
    subjects = ledger.git("log", "--format=%s", since).split("\n")
    assert sorted(one for one in subjects if one.startswith(("Hold", "Resume", "Approve"))) == sorted([
        f"Hold {busy.requests[0]}", f"Hold {busy.requests[2]}", f"Resume {busy.requests[1]}",
        f"Approve {busy.requests[3]}",
    ])  # fmt: skip
    assert not ledger.git("log", "--merges", "--format=%H", LEDGER)
    files = ledger.ledger_files()
    for request, words in ((0, ("held",)), (1, ("held", "resumed")), (2, ("held",)), (3, ("approved",))):
        commit = busy.requests[request].rpartition("@")[2]
        text = next(text for path, text in files.items() if path.endswith(f"/{commit}.yaml"))
        for word in ("held", "resumed", "approved"):
            assert text.count(f'what: "{word}"') == words.count(word), (request, word, text)
    ledger.git("fsck", "--strict", "--no-dangling")


def _lines(busy: Busy, folders: list[Path], *further: str) -> list[tuple[str, ...]]:
    return [("--repo", str(folder), "--now", EARLY, "--format", "json", *words, *further)
            for folder, words in zip(folders, busy.writers, strict=True)]  # fmt: skip


def test_many_writers_in_one_repository(runner: Runner, tmp_path: Path) -> None:
    busy = Busy(tmp_path)
    answers = runner.together(*_lines(busy, [busy.repository.path] * len(busy.writers)))
    assert_each_once(busy, busy.repository, answers)


@pytest.mark.few(1)
@pytest.mark.parametrize("transport", ["file", "http"])
def test_many_writers_each_with_a_clone(transport: str, runner: Runner, tmp_path: Path) -> None:
    busy = Busy(tmp_path)
    bare_copy(busy.repository.path, tmp_path / "origin.git")
    with git_host(tmp_path) as host:
        url = f"file://{tmp_path}/origin.git" if transport == "file" else host.url("origin.git")
        clones = [tmp_path / f"clone-{number}" for number in range(len(busy.writers))]
        for clone in clones:
            busy.repository.git("clone", "--quiet", "--template=", url, str(clone))
        answers = runner.together(*_lines(busy, clones, "--remote", "origin"))
    assert_each_once(busy, Repository.at(tmp_path / "origin.git"), answers)


def test_many_writers_in_one_clone(runner: Runner, tmp_path: Path) -> None:
    """Their fetches get into each other's way as well."""
    busy = Busy(tmp_path)
    bare_copy(busy.repository.path, tmp_path / "origin.git")
    busy.repository.git("clone", "--quiet", "--template=", f"file://{tmp_path}/origin.git", str(tmp_path / "clone"))
    answers = runner.together(*_lines(busy, [tmp_path / "clone"] * len(busy.writers), "--remote", "origin"))
    assert_each_once(busy, Repository.at(tmp_path / "origin.git"), answers)


@pytest.mark.few(1)
@pytest.mark.parametrize("remote", [False, True], ids=["here", "http"])
def test_one_window_for_all_who_want_it(remote: bool, runner: Runner, tmp_path: Path) -> None:
    """Four release, two confirm, two record: the window is taken once, and its release is confirmed once."""
    repository = Repository(tmp_path / "repo").adopted()
    merge = repository.change(FIRST, f"{FIRST}/0")
    begun = repository.ledger
    confirm = ("confirm", "--by", "ops@login.gov", "--note", "Looked at it.")
    writers = [("release",)] * 4 + [confirm] * 2 + [("request",)] * 2
    bare_copy(repository.path, tmp_path / "origin.git")
    with git_host(tmp_path) as host:
        folders = [tmp_path / (f"clone-{number}" if remote else "repo") for number in range(len(writers))]
        for folder in folders if remote else ():
            repository.git("clone", "--quiet", "--template=", host.url("origin.git"), str(folder))
        further = ("--remote", "origin") if remote else ()
        answers = runner.together(*(
            ("--repo", str(folder), "--now", WINDOW, "--format", "json", *words, *further)
            for folder, words in zip(folders, writers, strict=True)
        ))  # fmt: skip
    assert {one.status for one in answers} <= {0, 1}, [one.err for one in answers]
    released = [request for one in answers[:4] for request in json.loads(one.out)["released"]]
    assert released == [f"{SUBJECT}@{merge[:12]}"]
    confirmed = [json.loads(one.out)["confirmed"] for one in answers[4:6] if one.status == 0]
    assert confirmed in ([], [["exa/benefits-finder"]])
    assert all("waits for a confirmation" in one.err for one in answers[4:6] if one.status == 1)
    ledger = Repository.at(tmp_path / "origin.git") if remote else repository
    subjects = ledger.git("log", "--format=%s", f"{begun}..{LEDGER}").split("\n")
    assert subjects.count("Deploy window 2026-12-10 of production") == 1
    assert len(subjects) == len(set(subjects)) <= 3
    assert sum(one.startswith("Confirm") for one in subjects) == len(confirmed)


class Hosted:
    """A ledger with one open request on a git host, and a clone."""

    def __init__(self, folder: Path, host: GitHost) -> None:
        repository = Repository(folder / "repo").adopted()
        merge = repository.change(FIRST, f"{FIRST}/0")
        assert repository.run("request").status == 0
        bare_copy(repository.path, folder / "origin.git")
        repository.git("clone", "--quiet", "--template=", host.url("origin.git"), str(folder / "clone"))
        self._argv = ("--repo", str(folder / "clone"), "--now", MERGED, "hold", f"{SUBJECT}@{merge[:12]}", *HOLD)
        self._origin = Repository.at(folder / "origin.git")
        self._begun = self._origin.ledger
        self.host = host

    def hold(self, *faults: tuple[str, Fault]) -> Result:
        """Hold it, while the host has these faults; what it was told."""
        self.host.faults.extend(faults)
        result = run(*self._argv, "--remote", "origin")
        assert not self.host.faults, "a fault that never came"
        return result

    @property
    def entries(self) -> int:
        """How many entries the ledger has had since."""
        return int(self._origin.git("rev-list", "--count", f"{self._begun}..{LEDGER}"))


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    """On a server of its own."""
    with git_host(tmp_path) as host:
        yield Hosted(tmp_path, host)


PUSH, ASKED = "/git-receive-pack", "service=git-upload-pack"


def test_an_answer_that_was_lost_is_looked_for(hosted: Hosted) -> None:
    """The host has taken it: whoever asks afterwards sees that, and says so."""
    # Over a connection that it has used before, curl sends it again by itself: two lost answers.
    result = hosted.hold((PUSH, "drop after"), (PUSH, "drop after"))
    assert (result.status, hosted.entries) == (0, 1), result.err
    assert "held by ops@login.gov" in result.out


@pytest.mark.parametrize("faults", [("drop before", "drop before"), ("unavailable",)], ids=lambda faults: faults[0])
def test_a_push_that_never_came_there_is_told(hosted: Hosted, faults: tuple[Fault, ...]) -> None:
    result = hosted.hold(*((PUSH, fault) for fault in faults))
    assert (result.status, result.out, hosted.entries) == (2, "", 0)
    assert result.err.startswith("launchwindow: git push: the ledger can't be pushed to origin: ")
    assert len(result.err.splitlines()) == 1
    assert hosted.hold().status == 0
    assert hosted.entries == 1


@pytest.mark.parametrize(("fault", "entries"), [("drop after", 1), ("drop before", 0)])
def test_a_host_that_can_be_asked_no_more_leaves_it_open(hosted: Hosted, fault: Fault, entries: int) -> None:
    """Whether it was taken nobody can know; running it again is always right."""
    result = hosted.hold((ASKED, "none"), (PUSH, fault), (PUSH, fault), (ASKED, "unavailable"))
    assert (result.status, result.out, hosted.entries) == (2, "", entries)
    assert "Whether origin has taken the entry is not known" in result.err
    assert "Run the command again" in result.err
    assert len(result.err.splitlines()) == 1
    again = hosted.hold()
    assert (again.status, hosted.entries) == (entries, 1), again.err


def test_a_host_that_says_nothing_is_given_up(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git by itself would wait for ever."""
    monkeypatch.setattr(ledger_store, "_PATIENCE", ("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=1"))
    result = hosted.hold((ASKED, "stall"))
    assert (result.status, result.out, hosted.entries) == (2, "", 0)
    assert "Operation too slow" in result.err


@pytest.mark.few(1)
@pytest.mark.parametrize("fault", ["drop before", "drop after", "unavailable"])
def test_a_host_that_can_not_be_read_is_told(hosted: Hosted, fault: Fault) -> None:
    result = hosted.hold((ASKED, fault))
    assert (result.status, result.out, hosted.entries) == (2, "", 0)
    assert result.err.startswith("launchwindow: git fetch: ")
