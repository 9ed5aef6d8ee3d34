"""The ledger's branch: read by object id, written by plumbing, moved by compare-and-swap (design §9).

Nothing is half done: objects are written first, and only then the branch moves, in one step, if it still is where it
was read. A killed run leaves unreachable objects, which git collects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from launchwindow.io.commits import write_commit
from launchwindow.io.git import Git, GitFailed, reason_of
from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

_NOTHING = "0" * 40


class Lost(Exception):
    """Somebody else moved the ledger in between: read it again and recompute."""


class Stored(NamedTuple):
    """The ledger's files at one commit: path -> blob id. `tip` is None when there is no ledger yet."""

    tip: str | None
    blobs: Mapping[str, str]


class LedgerStore:
    """The branch in this repository, or in a remote that it is fetched from and pushed to."""

    def __init__(self, git: Git, branch: str, remote: str | None) -> None:
        self._git = git
        self._branch = branch
        self._remote = remote

    def read(self) -> Stored:
        """The newest ledger; from the remote when there is one."""
        if self._remote is not None:
            self._fetch()
        tip = self._git.resolve(self._ref)
        if tip is None:
            self._require_absence()
            return Stored(None, {})
        listing = self._git.run("ls-tree", "-r", "-z", "--full-tree", tip)
        records = (record.partition(b"\t") for record in listing.split(b"\0") if record)
        return Stored(tip, {path.decode("utf-8", "surrogateescape"): about.split(b" ")[2].decode()
                            for about, _, path in records})  # fmt: skip

    def files(self, stored: Stored, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """The bytes of the ledger's files that are wanted."""
        ids = {path: blob for path, blob in stored.blobs.items() if wanted(path)}
        return self._git.contents(ids)

    def write(self, stored: Stored, changes: Mapping[str, bytes | None], message: str, now: datetime) -> str:
        """One commit on top of what was read; its id. Raises `Lost` when the ledger has moved since."""
        commit = write_commit(self._git, stored.tip, changes, message, now)
        if self._remote is None:
            self._swap(stored.tip, commit)
        else:
            self._push(stored.tip, commit)
        return commit

    @property
    def _ref(self) -> str:
        if self._remote is None:
            return f"refs/heads/{self._branch}"
        return f"refs/remotes/{self._remote}/{self._branch}"

    def _require_absence(self) -> None:
        """A branch that leads nowhere is a damaged ledger, not a missing one: to begin another would lose it."""
        if self._git.attempt("rev-parse", "--verify", "--quiet", self._ref).returncode == 0:
            raise RepositoryError(f"{self._ref} leads to no commit that git has: the ledger was damaged. Fetch it.")

    def _fetch(self) -> None:
        remote = str(self._remote)
        known = self._git.run("remote").decode("utf-8", "replace").split("\n")
        # Only a name that git knows: to git, a remote may also be an address, a command or an option.
        if not remote or remote.startswith("-") or remote not in known:
            listed = ", ".join(name for name in known if name) or "none"
            raise RepositoryError(f"There is no remote “{remote}”; git knows {listed}. See `git remote`.")
        refspec = f"+refs/heads/*:refs/remotes/{remote}/*"
        self._git.run("fetch", "--quiet", "--no-tags", "--prune", remote, refspec)

    def _swap(self, tip: str | None, commit: str) -> None:
        finished = self._git.attempt("update-ref", self._ref, commit, tip or _NOTHING)
        if finished.returncode == 0:
            return
        if self._git.resolve(self._ref) != tip:
            raise Lost
        raise RepositoryError(f"The ledger can't be written: {reason_of(finished)}")

    def _push(self, tip: str | None, commit: str) -> None:
        target = f"refs/heads/{self._branch}"
        lease = f"--force-with-lease={target}:{tip or ''}"
        arguments = ("push", "--porcelain", "--no-verify", lease, str(self._remote), f"{commit}:{target}")
        finished = self._git.attempt(*arguments)
        # Losers of a race see several messages, so only what the remote has afterwards decides.
        self._fetch()
        there = self._git.resolve(self._ref)
        if there is not None and (there == commit or self._git.is_ancestor(commit, there)):
            return
        if there != tip:
            raise Lost
        raise GitFailed(f"git push: the ledger can't be pushed to {self._remote}: {reason_of(finished)}")
