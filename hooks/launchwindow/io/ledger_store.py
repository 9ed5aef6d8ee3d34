"""The ledger's branch: read by object id, written by plumbing, moved by compare-and-swap (design §9).

Nothing is half done: objects are written first, and only then the branch moves, in one step, if it still is where it
was read. A killed run leaves unreachable objects, which git collects.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from launchwindow.io.asking import GitFailed, reason_of
from launchwindow.io.commits import write_commit
from launchwindow.model.errors import RepositoryError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from launchwindow.io.git import Git
    from launchwindow.io.spawned import Finished

_NOTHING = "0" * 40
_LOCK_WAIT = ("-c", "core.filesRefLockTimeout=1000")
"""Milliseconds: whoever holds the lock of a ref is writing it to a disk that may be slow."""
_PATIENCE = ("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60")
"""A server that says nothing for a minute is gone: git by itself waits for ever."""
_TRIES = 10
"""How often git is asked again when two of it got into each other's way. Each waits for the other by itself."""
_IN_THE_WAY = (b"cannot lock ref", b"failed to update ref", b"incorrect old value")


_PATHS_AT_ONCE = 500
"""Folders that git is asked about at once: a command line can't be of any length."""


class Lost(Exception):
    """Somebody else moved the ledger in between: read it again and recompute."""


class Stored(NamedTuple):
    """Some of the ledger's files at one commit: path -> blob id. `tip` is None when there is no ledger yet."""

    tip: str | None
    blobs: Mapping[str, str]


class LedgerStore:
    """The branch in this repository, or in a remote that it is fetched from and pushed to."""

    def __init__(self, git: Git, branch: str, remote: str | None) -> None:
        self._git = git
        self._branch = branch
        self._remote = remote

    def read(self, *folders: str) -> Stored:
        """The newest ledger, with the files of some folders; from the remote when there is one."""
        if self._remote is not None:
            self._fetch()
        tip = self._git.resolve(self._ref)
        if tip is None:
            self._require_absence()
            if self._remote is not None:
                self._require_none_before()
            return Stored(None, {})
        return Stored(tip, self._listing(tip, folders))

    def with_folders(self, stored: Stored, folders: Sequence[str]) -> Stored:
        """The same ledger with the files of more folders."""
        found = dict(stored.blobs)
        for begin in range(0, len(folders) if stored.tip else 0, _PATHS_AT_ONCE):
            found |= self._listing(str(stored.tip), folders[begin : begin + _PATHS_AT_ONCE])
        return stored._replace(blobs=found)

    def _listing(self, tip: str, folders: Sequence[str]) -> dict[str, str]:
        return self._git.tree(tip, *folders).blobs() if folders else {}

    def files_ahead(self, stored: Stored, paths: Iterable[str]) -> None:
        """Begin to read what `files` will be asked for."""
        self._git.blobs_ahead(stored.blobs[path] for path in paths)

    def files(self, stored: Stored, paths: Iterable[str]) -> dict[str, bytes]:
        """The bytes of some of the ledger's files."""
        return self._git.contents({path: stored.blobs[path] for path in paths})

    def written_at(self, stored: Stored) -> datetime:
        """When the newest entry of a ledger was made, by the clock of whoever made it."""
        return datetime.fromtimestamp(self._git.log("-1", str(stored.tip))[0].committed, UTC)

    def write(self, stored: Stored, changes: Mapping[str, bytes | None], message: str, now: datetime) -> str:
        """One commit on top of what was read; its id. Raises `Lost` when the ledger has moved since."""
        # Two who do the same in the same second would make the very same commit, and both believe that it is theirs.
        text = f"{message}\n\nEntry: {os.urandom(8).hex()}\n"
        commit = write_commit(self._git, stored.tip, changes, text, now)
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

    def _require_none_before(self) -> None:
        """A remote that had a ledger and has none has lost it: to begin another would lose it for good."""
        last = self._git.resolve(self._kept)
        if last is not None:
            raise RepositoryError(
                f"{self._remote} has no branch {self._branch} any more: the ledger was lost. But this clone keeps the "
                f"last one that it saw, {last[:12]}. docs/operations.md says what to check; to put it back:\n"
                f"  git push {self._remote} {self._kept}:refs/heads/{self._branch}\n"
                f"If it was meant, forget it here and `adopt` anew: git update-ref -d {self._kept}"
            )

    @property
    def _kept(self) -> str:
        return f"refs/launchwindow/last-ledger/{self._remote}"

    def _fetch(self) -> None:
        remote = str(self._remote)
        known = self._git.run("remote").decode("utf-8", "replace").split("\n")
        # Only a name that git knows: to git, a remote may also be an address, a command or an option.
        if not remote or remote.startswith("-") or remote not in known:
            listed = ", ".join(name for name in known if name) or "none"
            raise RepositoryError(f"There is no remote “{remote}”; git knows {listed}. See `git remote`.")
        before = self._git.resolve(self._ref)
        for _ in range(_TRIES):
            finished = self._git.attempt(*_PATIENCE, *_LOCK_WAIT, "fetch", "--quiet", "--no-tags", "--prune", remote,
                                         self._refspec)  # fmt: skip
            if finished.returncode == 0:
                if before is not None and self._git.resolve(self._ref) is None:
                    # Taken away with what the remote no longer has, and maybe the last copy.
                    self._git.run("update-ref", self._kept, before)
                return
            # A lock that stays for as long as git waits for it here was left by a dead process.
            if not _in_the_way(finished) or b"File exists" in finished.stderr:
                break
        raise GitFailed(f"git fetch: {reason_of(finished)}")

    @property
    def _refspec(self) -> str:
        return f"+refs/heads/*:refs/remotes/{self._remote}/*"

    def _swap(self, tip: str | None, commit: str) -> None:
        finished = self._git.attempt(*_LOCK_WAIT, "update-ref", self._ref, commit, tip or _NOTHING)
        if finished.returncode != 0 and not self._has(commit, tip):
            raise RepositoryError(f"The ledger can't be written: {reason_of(finished)}")

    def _push(self, tip: str | None, commit: str) -> None:
        target = f"refs/heads/{self._branch}"
        lease = f"--force-with-lease={target}:{tip or ''}"
        # With the refspec git notes what it pushed as what the remote has, whatever this clone usually fetches.
        noted = ("-c", f"remote.{self._remote}.fetch={self._refspec}")
        arguments = ("push", "--porcelain", "--no-verify", lease, str(self._remote), f"{commit}:{target}")
        for _ in range(_TRIES):
            finished = self._git.attempt(*_PATIENCE, *noted, *arguments)
            if finished.returncode == 0:
                return
            try:
                self._fetch()
            except GitFailed as error:
                raise GitFailed(
                    f"git push: {reason_of(finished)}. Whether {self._remote} has taken the entry is not known, for it "
                    "can't be asked now. Run the command again once it can: nothing is done twice."
                ) from error
            # Losers of a race see several messages, and an answer may be lost: only what the remote has now decides.
            if self._has(commit, tip):
                return
            if not _in_the_way(finished):
                break
        raise GitFailed(f"git push: the ledger can't be pushed to {self._remote}: {reason_of(finished)}")

    def _has(self, commit: str, tip: str | None) -> bool:
        """Whether the ledger has this commit of ours; False where it is as it was. Raises `Lost` when it has others."""
        there = self._git.resolve(self._ref)
        if there is not None and (there == commit or self._git.is_ancestor(commit, there)):
            return True
        if there != tip:
            raise Lost
        return False


def _in_the_way(finished: Finished) -> bool:
    """Whether another git was, or may have been, writing the same ref."""
    said = finished.stdout + finished.stderr
    return any(words in said for words in _IN_THE_WAY)
