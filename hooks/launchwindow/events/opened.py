"""A repository at one moment, as far as git alone tells: no file of it is read, and nothing imported that would."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from launchwindow.io.asking import GitFailed, reason_of
from launchwindow.io.git import READ_PATHS, Git
from launchwindow.model.branches import LEDGER, LEDGER_FOLDERS
from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from launchwindow.io.github.connection import Connection
    from launchwindow.io.ledger_store import LedgerStore
    from launchwindow.model.deployed_ids import DeployedIds
    from launchwindow.model.github import Address


class Opened:
    """What `Workspace` stands on."""

    def __init__(self, place: Path | Git, now: datetime, remote: str | None, github: Address | None) -> None:
        self.git = place if isinstance(place, Git) else Git(place)
        self.root = self.git.directory
        self.now = now
        self.remote = remote
        self.github = github
        self._has_history = False
        self._tip: str | None = ""
        """The ledger's newest commit, where git lists what is deployed already; empty where nobody asked yet."""
        self._commits: dict[str, str] = {}
        """Revision -> its commit, as it was told ahead of the question."""
        self.tell: Callable[[str], None] = lambda _: None
        """Hears of what makes a person wait."""
        self.step: Callable[[int, int], None] = lambda _done, _total: None
        """Hears how much of what takes long is done."""

    @cached_property
    def directory(self) -> Path:
        """The repository's root."""
        from pathlib import Path

        return Path(self.root)

    @cached_property
    def store(self) -> LedgerStore:
        """Where the ledger is."""
        from launchwindow.io.ledger_store import LedgerStore

        return LedgerStore(self.git, LEDGER, self.remote)

    @cached_property
    def hub(self) -> Connection | None:
        """The repository on GitHub, where `--github` names one."""
        if self.github is None:
            return None
        from launchwindow.io.github.connection import connect

        return connect(self.github, lambda text: self.tell(text))

    def require_history(self) -> None:
        """Raises `RepositoryError` where git can't tell what was merged: outside a repository, or in a shallow one."""
        if self._has_history:
            return
        found = self.git.attempt("rev-parse", "--git-dir", "--is-shallow-repository")
        if found.returncode != 0:
            reason = reason_of(found)
            if "not a git repository" in reason:
                raise RepositoryError(f"{self.directory} is no git repository.")
            # Such as one of another owner, or with a damaged configuration.
            raise RepositoryError(f"{self.directory}: git can't read this repository: {reason}")
        if found.stdout.endswith(b"\ntrue\n"):
            raise RepositoryError(
                "This clone is shallow: its history was cut off. Fetch all of it with `git fetch --unshallow` "
                "(in a workflow: `fetch-depth: 0` for actions/checkout)."
            )
        self._has_history = True

    def commit(self, revision: str) -> str:
        """The full id of the commit that somebody names. Raises `RepositoryError` when there is none of that name."""
        # Only once: it may be another one soon.
        found = self._commits.pop(revision, None) or self.git.resolve_branch_first(revision)
        if found is None:
            empty = self.git.resolve("HEAD") is None
            hint = "This repository has no commits yet." if empty else "Is it fetched, and spelled like this?"
            raise RepositoryError(f"There is no commit {revision!r}. {hint}")
        return found

    def begin_listings(self, revision: str) -> None:
        """Have git list the files of a commit and of the ledger, which somebody will ask for, if there are any."""
        commit = self.git.resolve_branch_first(revision)
        if commit is not None:
            self._commits[revision] = commit
            self.git.tree_ahead(commit, *READ_PATHS)
        # That of a remote is fetched first.
        ledger = self.git.id_of(self._reference(LEDGER)) if self.remote is None else None
        if ledger is not None:
            self.git.tree_ahead(ledger, *LEDGER_FOLDERS)

    def has_branch(self, branch: str) -> bool:
        """Whether there is a branch of this name, on the remote when there is one."""
        return self.git.resolve(self._reference(branch)) is not None

    def _reference(self, branch: str) -> str:
        return f"refs/remotes/{self.remote}/{branch}" if self.remote else f"refs/heads/{branch}"

    def main_tip(self, branch: str) -> str:
        """The newest commit of main: the remote's when there is one, else this repository's own branch."""
        reference = self._reference(branch)
        found = self.git.resolve(reference)
        if found is None and not self.remote and self.git.resolve("HEAD") is None:
            raise RepositoryError(
                f"There is no branch {reference}: this repository has no commits yet. Make the first one with "
                "`git add --all && git commit`, and run this again."
            )
        if found is None:
            raise RepositoryError(
                f"There is no branch {reference}, whose merges the ledger records. Fetch it, or create it with "
                f"`git branch {branch} COMMIT`."
            )
        return found

    def read_file(self, path: Path) -> bytes:
        """A file that the command line names. Raises `RepositoryError` when it can't be read."""
        from launchwindow.io.files import read_file

        return read_file(path)

    def begin_deployed_ids(self) -> None:
        """Have git list what `deployed_ids` will be asked for, while something else is done here."""
        # One question, where there is no repository or no ledger: `check` asks it at every commit.
        self._tip = self.git.id_of(self._reference(LEDGER))
        if self._tip is not None:
            self.git.names_ahead(self._tip, "deployed")

    def deployed_ids(self) -> DeployedIds | None:
        """Ids of the apps that are released and active, from the ledger's file names alone; None without a ledger."""
        if self._tip == "":
            self.begin_deployed_ids()
        tip, self._tip = self._tip, ""
        if tip is None:
            return None
        from launchwindow.model.deployed_ids import DeployedIds

        try:
            return DeployedIds(self.git.names(tip, "deployed"))
        except GitFailed:
            # Whoever reads the ledger itself says what is wrong with it.
            return DeployedIds.named(self.store.read("deployed").blobs)
