"""What is planned by what a merge can concern is what is planned by all of main, with a ledger and without one."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from random import Random
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.events.main_files import MainFiles
from launchwindow.events.on_adoption import adopted
from launchwindow.events.recording import bring_up
from launchwindow.events.workspace import Workspace
from launchwindow.io.git import Git, GitSnapshot
from launchwindow.io.resources import schema
from launchwindow.judge import RuleJudge
from launchwindow.load.corpus import load_corpus
from launchwindow.load.plain import shown
from launchwindow.merges import main_of
from launchwindow.model.ledger import Ledger, Seen
from launchwindow.model.merge import Merge
from launchwindow.record import record
from launchwindow.report.changes import request_document
from launchwindow.standing import standings_of
from support.changes import changed, fleet
from support.repository import ADOPTED, APP, FILE, MERGED, REVIEWER, Repository, identity

if TYPE_CHECKING:
    from pathlib import Path

    from launchwindow.model.app import Corpus
    from launchwindow.model.ledger import Request


def whole_plan(folder: Path, now: datetime, base: str, head: str) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """(change requests, warnings) of a merge for which all of main and of the ledger is read."""
    space = Workspace(folder, now)
    tip = space.commit(base)
    _, there = space.read_ledger()
    if there is None:
        ledger = Ledger("main", Seen(tip, now), 0, {}, {}, {}, frozenset())
        ledger = ledger._replace(deployed=dict(adopted(space, space.main(tip), space.judge(tip))))
    else:
        recorded = bring_up(space, there, only_look=True)
        ledger, tip = recorded.ledger, recorded.tip
    (corpus, conflicts), policy = merged(space, tip, head), space.policy(tip)
    merge = Merge(main_of(head, corpus), now, "", (), (), 0, now.astimezone(policy.timezone).date())
    after, warnings = record(ledger, space.main(tip), merge, policy)
    warnings += tuple(f"{shown(path)} was changed on main and on the branch" for path in conflicts)

    def content(commit: str, path: str) -> Corpus:
        if commit != head:
            return space.content(commit, path)
        partners = {name: one for name, one in corpus.partners.items() if one.path == path}
        return corpus._replace(apps=tuple(app for app in corpus.apps if app.path == path), partners=partners)

    judge = RuleJudge(MainFiles(space, tip), content, schema, now)
    new = [request for key, request in after.requests.items() if key not in ledger.requests]

    def told(one: Request) -> list[dict[str, Any]]:
        found = standings_of(after, one.subject, policy.environments[one.environment], space.calendar(policy), judge,
                             now)  # fmt: skip
        return [request_document(standing, in_pull_request=True) for standing in found if standing.request.id == one.id]

    return [document for one in sorted(new, key=lambda one: one.id) for document in told(one)], warnings


def merged(space: Workspace, base: str, head: str) -> tuple[Corpus, list[str]]:
    """Main as a merge would make it, but for the paths at which git can't join both; and these.

    What the branch changed there is as the branch has it, and all else as main has it.
    """
    git = space.git
    ancestor = git.merge_base(base, head)
    assert ancestor is not None
    old, new = (git.snapshot(one).entries for one in (ancestor, head))
    with TemporaryDirectory() as folder:
        other = Git(folder)
        git.run("worktree", "add", "--quiet", "--detach", "--force", folder, base)
        done = other.attempt("merge", "--quiet", "--no-commit", "--no-ff", head, extra=identity(REVIEWER, MERGED))
        assert done.returncode in (0, 1), done.stderr
        unjoined = os.fsdecode(other.run("diff", "--name-only", "--diff-filter=U", "-z")).split("\0")[:-1]
        other.run("rm", "-r", "--quiet", "--cached", "--ignore-unmatch", "--", *(unjoined or ["none"]))
        entries = dict(other.index_snapshot().entries)
        git.run("worktree", "remove", "--force", folder)
    there = git.snapshot(base).entries
    for path in unjoined:
        side = new if old.get(path) != new.get(path) else there
        entries |= {path: side[path]} if path in side else {}
    return load_corpus(GitSnapshot(git, entries), space.policy(base), space.parse), sorted(unjoined)


def agrees(repo: Repository, now: str, head: str) -> int:
    """That both plans are the same; how many change requests they have."""
    expected, warnings = whole_plan(repo.path, datetime.fromisoformat(now), "main", repo.git("rev-parse", head))
    planned = repo.run_json("plan", "--head", head, now=now)
    assert planned["change_requests"] == expected
    text = " ".join(repo.run("plan", "--head", head, now=now).text.split())
    assert [one for one in warnings if " ".join(one.split()) not in text] == []
    assert text.count("warning: ") == len(warnings) + ("there is no ledger yet" in text)
    return len(expected)


def put(repo: Repository, files: dict[str, bytes], message: str, at: str) -> None:
    """A commit with these apps and partners."""
    for folder in ("apps", "partners"):
        repo.git("rm", "-r", "-q", "--ignore-unmatch", "--", folder)
    for path, data in files.items():
        if path.startswith(("apps/", "partners/")):
            repo.write(path, data)
    repo.commit(message, at=at, reviewed_by=REVIEWER)


@pytest.mark.few(5)
@pytest.mark.parametrize("seed", range(80))
def test_what_is_planned_by_scope_is_what_is_planned_by_everything(seed: int, tmp_path: Path) -> None:
    """Main moves on, recorded or not, and is released; then the branch, which began somewhere, changes a few files."""
    random, now = Random(seed), datetime.fromisoformat(MERGED)
    repo = Repository(tmp_path, whole_fleet=True)
    if with_ledger := random.random() < 0.7:
        repo.adopted()
    main, starts = fleet(), [("main", fleet())]
    for number in range(random.randint(0, 3)):
        now += timedelta(days=random.randint(0, 9))
        main = changed(main, random)
        put(repo, main, f"Merge {number}", now.isoformat())
        starts.append((repo.git("rev-parse", "HEAD"), main))
        if with_ledger and random.random() < 0.5:
            repo.run("request", now=now.isoformat())
            repo.run("release", "production", now=now.isoformat())
    start, files = random.choice(starts)
    repo.branch("proposed", start)
    put(repo, changed(files, random), "Propose", now.isoformat())
    agrees(repo, now.isoformat(), "proposed")


def test_some_of_those_plans_have_something_in_them(tmp_path: Path) -> None:
    """An app's issuer is taken from another, which moves; without a ledger, and with one."""
    repo = Repository(tmp_path, whole_fleet=True)
    repo.branch("proposed")
    repo.git("mv", "apps/exa/benefits-finder", "apps/exa/finder")
    repo.edit("apps/exa/finder/production.yaml", "friendly_name: ", "friendly_name: The ")
    other = next(path for path in sorted(fleet()) if path.endswith("/production.yaml") and path != FILE)
    issuer = next(line for line in repo.read("apps/exa/finder/production.yaml").split("\n") if "issuer:" in line)
    mine = next(line for line in repo.read(other).split("\n") if line.startswith("issuer:"))
    repo.edit(other, mine, issuer)
    repo.commit()
    assert agrees(repo, MERGED, "proposed") > 1
    repo.checkout("main")
    repo.adopted()
    assert agrees(repo, MERGED, "proposed") > 1


@pytest.mark.parametrize("adopted", [False, True])
def test_an_issuer_that_an_untouched_app_has(tmp_path: Path, adopted: bool) -> None:
    """That app concerns the merge, though no file of it is touched."""
    repo = Repository(tmp_path, whole_fleet=True)
    if adopted:
        repo.adopted()
    repo.branch("proposed")
    other = of_another_partner()
    theirs, mine = (next(line for line in repo.read(path).split("\n") if line.startswith("issuer:"))
                    for path in (other, FILE))  # fmt: skip
    repo.edit(FILE, mine, theirs)
    repo.commit()
    assert agrees(repo, MERGED, "proposed") > 0


@pytest.mark.parametrize(
    "issuer", ["urn:" + "x" * 40_000, "--open-files-in-pager=x", "-e", "urn:é", "a'b", "a\\b", "[*"]
)
def test_an_odd_issuer_that_an_untouched_app_has(tmp_path: Path, issuer: str) -> None:
    """However an issuer is written, and whatever git would take it for."""
    repo = Repository(tmp_path, whole_fleet=True)
    other = of_another_partner()
    theirs, mine = (next(line for line in repo.read(path).split("\n") if line.startswith("issuer:"))
                    for path in (other, FILE))  # fmt: skip
    repo.edit(other, theirs, f"issuer: {json.dumps(issuer)}")
    repo.commit()
    repo.branch("proposed")
    repo.edit(FILE, mine, f"issuer: {json.dumps(issuer, ensure_ascii=False)}")
    repo.commit()
    assert agrees(repo, MERGED, "proposed") > 0


def test_a_damaged_file_of_an_untouched_app_is_named(tmp_path: Path) -> None:
    """Without a ledger all that main has counts as deployed: nothing is planned beside what git has lost."""
    repo = Repository(tmp_path, whole_fleet=True)
    other = of_another_partner()
    damaged = repo.file_of(f"main:{other}")
    repo.branch("proposed")
    repo.edit(FILE, "friendly_name: ", "friendly_name: The ")
    repo.commit()
    damaged.unlink()
    damaged.write_bytes(b"no object")
    result = repo.run("plan", "--head", "proposed")
    assert result.status == 2
    assert other in result.err
    assert "git fsck" in result.err


def test_no_other_repository_is_read(tmp_path: Path) -> None:
    """A submodule has files of its own, also where git is told to look into each."""
    other = Repository(tmp_path / "other")
    repo = Repository(tmp_path / "fleet", whole_fleet=True)
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "apps/sub")
    repo.git("config", "submodule.recurse", "true")
    repo.commit("Add another repository")
    repo.branch("proposed")
    repo.edit(FILE, "friendly_name: ", "friendly_name: The ")
    repo.commit()
    for folder in (repo.path / ".git/modules/apps/sub/objects").iterdir():
        rmtree(folder)
    assert agrees(repo, MERGED, "proposed") == 1


@pytest.mark.parametrize("adopted", [False, True])
@pytest.mark.parametrize("active", ["true", "false"])
@pytest.mark.parametrize("host", ["events.exa.gov", "events.npa.gov"])
def test_a_host_that_only_an_untouched_app_has(tmp_path: Path, host: str, active: str, adopted: bool) -> None:
    """What is pushed to already needs no longer notice."""
    repo = Repository(tmp_path, whole_fleet=True)
    other = of_another_partner()
    push = "push_notification_url: https://{}/risc\n"
    repo.write(other, f"{repo.read(other)}{push.format('events.exa.gov')}active: {active}\n")
    repo.commit()
    if adopted:
        repo.run("adopt", "main", now=ADOPTED)
    repo.branch("proposed")
    repo.edit(FILE, "push_notification_url: https://benefits.exa.gov/risc\n", push.format(host))
    repo.commit()
    assert agrees(repo, MERGED, "proposed") == 1
    days = {one["notice_days"] for one in planned_changes(repo)}
    known = host == "events.exa.gov" and active == "true"
    assert days == {14 if known else 21}


def test_an_app_is_judged_as_the_merge_has_it(tmp_path: Path) -> None:
    """Main has gone on since the branch began: an app's certificate is main's, its file the branch's."""
    repo = Repository(tmp_path, whole_fleet=True)
    repo.adopted()
    repo.branch("proposed")
    repo.edit(FILE, "friendly_name: ", "friendly_name: The ")
    repo.commit()
    repo.checkout("main")
    certificate = next(path for path in sorted(fleet()) if path.startswith(f"{APP}/certs/"))
    repo.write(certificate, repo.read(certificate) + "\n")
    repo.commit()
    assert agrees(repo, MERGED, "proposed") == 1
    assert "is not what was approved" not in repo.run("plan", "--head", "proposed").text


def test_a_second_app_of_a_partner_brings_no_request_of_the_partner(tmp_path: Path) -> None:
    """The partner's file is deployed for the first one: nothing of it is new."""
    repo = Repository(tmp_path, whole_fleet=True)
    repo.branch("proposed")
    repo.write("apps/exa/second/production.yaml", repo.read(FILE).replace("issuer: ", "issuer: second:"))
    repo.commit()
    assert agrees(repo, MERGED, "proposed") == 1


def of_another_partner() -> str:
    """The file of a production app."""
    return next(path for path in sorted(fleet()) if path.startswith("apps/npa/") and path.endswith("/production.yaml"))


def planned_changes(repo: Repository) -> list[dict[str, Any]]:
    """The changes of the only change request."""
    changes: list[dict[str, Any]] = repo.run_json("plan", "--head", "proposed")["change_requests"][0]["changes"]
    return changes
