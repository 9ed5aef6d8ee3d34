"""Git by plumbing: revisions, snapshots and blobs in bulk. Nothing here touches the work tree."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

READ_PATHS = ("apps", "partners", "policy.yaml")
_KINDS: dict[str, Kind] = {"100": "file", "120": "symlink", "160": "other"}


class Commit(NamedTuple):
    """One commit, as far as the process needs it. `committed` is in seconds since 1970."""

    id: str
    parents: tuple[str, ...]
    committed: int
    author_name: str
    author_email: str
    subject: str
    message: str


class GitFailed(RepositoryError):
    """A git command exited with an error; the message is git's own last line."""


class Git:
    """One repository. Every call runs git without the environment's GIT_* variables, which hooks set."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}

    def run(self, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None) -> bytes:
        """Standard output of `git …`. Raises `GitFailed` when git does."""
        finished = self.attempt(*arguments, data=data, extra=extra)
        if finished.returncode != 0:
            lines = finished.stderr.decode("utf-8", "replace").strip().splitlines()
            reason = lines[-1] if lines else f"exit status {finished.returncode}"
            raise GitFailed(f"git {arguments[0]}: {reason}")
        return finished.stdout

    def attempt(
        self, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """The finished process, whatever its exit status."""
        command = ["git", "-c", "core.quotePath=false", *arguments]
        environment = self.environment | dict(extra or {})
        try:
            return subprocess.run(
                command, cwd=self.directory, input=data if data is not None else b"", env=environment,
                capture_output=True, check=False,
            )  # fmt: skip
        except FileNotFoundError as error:
            missing = "git is not installed" if self.directory.is_dir() else f"{self.directory} is no directory"
            raise RepositoryError(f"{missing}.") from error

    def top(self) -> Path | None:
        """The work tree's root; None outside a repository."""
        finished = self.attempt("rev-parse", "--show-toplevel")
        if finished.returncode != 0:
            return None
        return type(self.directory)(os.fsdecode(finished.stdout.rstrip(b"\n")))

    def resolve(self, revision: str) -> str | None:
        """The full id of the commit that `revision` names, None when there is none."""
        if revision.startswith("-"):
            return None
        finished = self.attempt("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return finished.stdout.decode().strip() or None

    def is_shallow(self) -> bool:
        """Whether history was cut off by a shallow clone."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def current_branch(self) -> str | None:
        """The branch that HEAD is on, None when it is detached."""
        finished = self.attempt("symbolic-ref", "--quiet", "--short", "HEAD")
        return finished.stdout.decode().strip() or None

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Whether `earlier` can be reached from `later`."""
        return self.attempt("merge-base", "--is-ancestor", earlier, later).returncode == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, None when histories are unrelated."""
        return self.attempt("merge-base", one, other).stdout.decode().strip() or None

    def snapshot(self, commit: str, *paths: str) -> GitSnapshot:
        """The files of a commit beneath some paths; by default all that Launchwindow reads."""
        listing = self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *(paths or READ_PATHS))
        return GitSnapshot(self, dict(_tree_entries(listing)))

    def index_snapshot(self) -> GitSnapshot:
        """The files of the index: what the next commit would hold.

        Honours GIT_INDEX_FILE, which `git commit PATH` sets for its hooks.
        """
        index = os.environ.get("GIT_INDEX_FILE")
        extra = {"GIT_INDEX_FILE": os.path.abspath(index)} if index else None
        listing = self.run("ls-files", "--stage", "--full-name", "-z", "--", *_from_top(), extra=extra)
        return GitSnapshot(self, dict(_index_entries(listing)))

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Bytes of blobs by object id, in one git process; unknown ids are left out."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        output = self.run("cat-file", "--batch", data="\n".join(wanted).encode() + b"\n")
        return dict(_batch(output))

    def log(self, *selection: str) -> list[Commit]:
        """Commits in `git log`'s order, newest first."""
        form = "%H%x00%P%x00%ct%x00%an%x00%ae%x00%s%x00%B%x00%x1e"
        output = self.run("log", "--no-show-signature", f"--format={form}", *selection, "--")
        return [_commit(record) for record in output.decode("utf-8", "replace").split("\0\x1e\n") if record.strip()]

    def changed_in_merge(self, commit: str) -> bool:
        """Whether a merge commit holds content that none of its parents has (an evil merge)."""
        return bool(self.run("diff-tree", "-r", "-c", "--name-only", "--no-commit-id", commit).strip())


class GitSnapshot:
    """A commit's or the index's files; bytes are read on demand and in bulk."""

    def __init__(self, git: Git, entries: Mapping[str, Entry]) -> None:
        self._git = git
        self._entries = entries

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path that Launchwindow reads."""
        return self._entries

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of regular files; anything else is left out."""
        ids = {path: entry.blob for path in paths if (entry := self._entries.get(path)) and entry.kind == "file"}
        blobs = self._git.blobs(ids.values())
        return {path: blobs[blob] for path, blob in ids.items() if blob in blobs}


def _from_top() -> Sequence[str]:
    return tuple(f":(top){path}" for path in READ_PATHS)


def _tree_entries(listing: bytes) -> Iterator[tuple[str, Entry]]:
    for record in listing.split(b"\0"):
        if record:
            about, _, path = record.partition(b"\t")
            mode, _, blob = about.decode().split(" ")
            yield os.fsdecode(path), Entry(_KINDS.get(mode[:3], "other"), blob)


def _index_entries(listing: bytes) -> Iterator[tuple[str, Entry]]:
    for record in listing.split(b"\0"):
        if record:
            about, _, path = record.partition(b"\t")
            mode, blob, stage = about.decode().split(" ")
            if stage == "0":
                yield os.fsdecode(path), Entry(_KINDS.get(mode[:3], "other"), blob)


def _batch(output: bytes) -> Iterator[tuple[str, bytes]]:
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        header = output[position:end].split(b" ")
        position = end + 1
        if header[-1] == b"missing":
            continue
        size = int(header[2])
        yield header[0].decode(), output[position : position + size]
        position += size + 1


def _commit(record: str) -> Commit:
    commit, parents, committed, name, email, subject, message = record.lstrip("\n").split("\0")[:7]
    return Commit(commit, tuple(parents.split()), int(committed), name, email, subject, message)
