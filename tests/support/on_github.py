"""A work tree with a ledger, its bare remote behind the double of GitHub, and the people of the example."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from support.github_double import GitHubDouble
from support.github_double.clock import Clock
from support.prepared import copied, prepared
from support.repository import ADOPTED, FILE, Repository, Result

NAME = "example/partners"
OPENED = "2026-11-24T10:00:00-05:00"
"""A Tuesday."""
DANA = "Dana Developer <dana@exa.gov>"
OLD, NEW = "friendly_name: Benefits Finder", "friendly_name: Benefits Finder 2"

PEOPLE = {
    "login-reviewer": ("write", "reviewer@login.gov"),
    "login-second-reviewer": ("write", "second-reviewer@login.gov"),
    "exa-benefits-dev": ("write", "dana@exa.gov"),
    "exa-rosa-quill": ("write", "rosa.quill@exa.gov"),
    "olga": ("write", "olga@elsewhere.gov"),
    "admin": ("admin", "admin@login.gov"),
}


Edits = tuple[tuple[str, str, str], ...]
"""(path, text, what stands there instead), each."""


class OnGitHub:
    """One repository on the double. `at` says what time it is, for GitHub and for every command."""

    def __init__(self, folder: Path, hub: GitHubDouble, remote: Path) -> None:
        self.work = Repository.at(folder)
        self.hub, self.remote = hub, remote
        self.token = hub.world.workflow_token_of(
            contents="write", issues="write", deployments="write", pull_requests="write", checks="read"
        )

    @property
    def now(self) -> datetime:
        """GitHub's clock, and everybody's."""
        return self.hub.clock.now()

    def at(self, moment: str) -> None:
        """Go on to a moment, RFC 3339."""
        self.hub.clock.advance((datetime.fromisoformat(moment) - self.now).total_seconds())

    def push(self, *arguments: str) -> None:
        """The branch that is checked out, to the remote."""
        self.work.git("push", "--quiet", *arguments, "origin", "HEAD")

    def to_main(self) -> None:
        """Check out main as the remote has it."""
        self.work.git("fetch", "--quiet", "origin")
        self.work.git("checkout", "--quiet", "-B", "main", "refs/remotes/origin/main")

    def pull(
        self, name: str = "change", *, by: str = "exa-benefits-dev", author: str = DANA,
        message: str = "Change the name", edits: Edits = ((FILE, OLD, NEW),),
    ) -> int:  # fmt: skip
        """A pull request of one commit; its number. The check of it has run."""
        self.work.git("fetch", "--quiet", "origin")
        self.work.branch(name, "refs/remotes/origin/main")
        self.more(name, author=author, message=message, edits=edits, checked=False)
        number = self.hub.open_pull(by, name, f"{message} ({name})")
        self.check()
        return number

    def more(self, branch: str, *, edits: Edits, author: str = DANA,
             message: str = "Change more", checked: bool = True) -> str:  # fmt: skip
        """One more commit on a branch, pushed; the commit. The check of it has run."""
        self.work.checkout(branch)
        for path, old, new in edits:
            self.work.edit(path, old, new)
        commit = self.work.commit(message, at=self.now.isoformat(), author=author)
        self.push("--force")
        if checked:
            self.check()
        return commit

    def check(self, *, name: str = "launchwindow", app: str = "github-actions", **about: Any) -> None:
        """A check run on what is checked out, now."""
        login = f"{app}[bot]"
        bot = self.hub.world.users.get(login) or self.hub.world.add_app(app)
        self.hub.world.add_check_run(name, self.work.head, bot, **about)

    def run(self, *arguments: str) -> Result:
        """A command on the work tree, with GitHub and the remote."""
        return self.work.run(
            *arguments, "--remote", "origin", "--github", NAME, now=self.now.isoformat(),
            env={"GITHUB_TOKEN": self.token, "GITHUB_API_URL": self.hub.url},
        )  # fmt: skip

    def run_json(self, *arguments: str, status: int = 0) -> dict[str, Any]:
        """The document that a command prints; its exit status must be `status`."""
        result = self.run(*arguments, "--format", "json")
        assert result.status == status, result.text
        document: dict[str, Any] = json.loads(result.out)
        return document


def begin(
    folder: Path, *, whole_fleet: bool = False, prepare: Callable[[Repository], None] | None = None
) -> tuple[Path, Path]:
    """(work tree, bare remote), with a ledger that says that the example, once it was prepared, is deployed."""
    if prepare:
        _begin(folder, whole_fleet, prepare)
    else:
        name = "fleet-with-remote" if whole_fleet else "app-with-remote"
        copied(prepared(name, lambda there: _begin(there, whole_fleet, lambda _: None)), folder)
        config = folder / "work/.git/config"
        text, found = re.subn(r"(?m)^\turl = .*", lambda _: f'\turl = "{folder}/remote.git"', config.read_text("utf-8"))
        assert found == 1
        config.write_text(text, "utf-8")
    return folder / "work", folder / "remote.git"


def _begin(folder: Path, whole_fleet: bool, prepare: Callable[[Repository], None]) -> None:
    work = Repository(folder / "work", whole_fleet=whole_fleet)
    prepare(work)
    remote = folder / "remote.git"
    work.git("clone", "--quiet", "--bare", str(work.path), str(remote))
    # GitHub gives out any commit that it still has, and so must this.
    work.git("--git-dir", str(remote), "config", "uploadpack.allowAnySHA1InWant", "true")
    work.git("--git-dir", str(remote), "config", "receive.autogc", "false")
    work.git("remote", "add", "origin", str(remote))
    result = work.run("adopt", work.head, "--remote", "origin", now=ADOPTED)
    assert result.status == 0, result.text


def opened(folder: Path, **about: Any) -> OnGitHub:
    """As `begin`, behind a double that is not entered yet: `with opened(tmp_path).hub:`."""
    return on_double(*begin(folder, **about))


def on_double(work: Path, remote: Path) -> OnGitHub:
    """A work tree and its bare remote, behind a double that has the people of the example."""
    hub = GitHubDouble(NAME, git=remote, clock=Clock(OPENED))
    for login, (role, email) in PEOPLE.items():
        hub.world.add_user(login, role, emails=(email,))
    return OnGitHub(work, hub, remote)


def merged(place: OnGitHub, name: str = "change", **about: Any) -> int:
    """A pull request that was approved and merged, and is recorded; its number."""
    number = place.pull(name, **about)
    place.hub.review(number, "login-reviewer")
    place.hub.merge(number, "admin")
    place.to_main()
    place.run_json("request")
    return number
