"""What GitHub would read from git, read from a real repository; and what a merge button does to it."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

WEB_FLOW = ("GitHub", "noreply@github.com")
"""The committer of what is merged with the button."""


class Missing(Exception):
    """There is no such revision, path or repository."""


class Conflict(Exception):
    """Two branches do not merge by themselves."""


class Person(NamedTuple):
    """Author or committer of a commit."""

    name: str
    email: str
    at: datetime


class Commit(NamedTuple):
    """One commit."""

    sha: str
    tree: str
    parents: list[str]
    author: Person
    committer: Person
    message: str


class Changed(NamedTuple):
    """One file of a comparison."""

    path: str
    previous: str | None
    status: str
    blob: str
    added: int
    removed: int
    patch: str | None


class GitData:
    """A real git repository, best a bare one: the merge button moves its branches and knows of no work tree."""

    def __init__(self, folder: Path | None) -> None:
        """In `folder`; without one every question is answered with Missing."""
        self.folder = folder
        self._known: dict[tuple[str, ...], str] = {}

    def run(
        self, *arguments: str, env: dict[str, str] | None = None, data: bytes = b"", cwd: Path | None = None
    ) -> str:
        """Standard output. Raises Missing when git refuses."""
        if self.folder is None:
            raise Missing
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": os.devnull}
        finished = subprocess.run(["git", *arguments], cwd=cwd or self.folder, env={**kept, **own, **(env or {})},
                                  input=data, capture_output=True, check=False)  # fmt: skip
        if finished.returncode != 0:
            raise Missing(finished.stderr.decode("utf-8", "replace"))
        return finished.stdout.decode("utf-8", "surrogateescape")

    def ask(self, *arguments: str) -> str:
        """As `run`, for what never changes as long as it speaks of commits by their ids: asked once."""
        if arguments not in self._known:
            self._known[arguments] = self.run(*arguments)
        return self._known[arguments]

    def resolve(self, ref: str) -> str:
        """The commit that a branch, tag or id means. Raises Missing."""
        if ref.startswith("-"):
            raise Missing
        # No branch may be named like an id.
        names = (ref,) if len(ref) == 40 else (f"refs/heads/{ref}", f"refs/tags/{ref}", ref)
        for name in names:
            try:
                return self.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
            except Missing:
                continue
        raise Missing(ref)

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Full name -> commit, of all that begin so."""
        lines = self.run("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        pairs = (line.split(" ") for line in lines)
        return {name: sha for name, sha in pairs if name.startswith(prefix)}

    def commit(self, sha: str) -> Commit:
        """One commit. Raises Missing."""
        form = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B"
        text = self.ask("show", "-s", "--no-show-signature", f"--format={form}", sha)
        own, tree, parents, *people, message = text.split("\0", 9)
        author = Person(people[0], people[1], datetime.fromtimestamp(int(people[2]), UTC))
        committer = Person(people[3], people[4], datetime.fromtimestamp(int(people[5]), UTC))
        return Commit(own, tree, parents.split(), author, committer, message.rstrip("\n"))

    def between(self, base: str, head: str) -> list[str]:
        """Commits of head that base lacks, oldest first."""
        return self.ask("rev-list", "--reverse", "--topo-order", f"{base}..{head}").split()

    def merge_base(self, one: str, other: str) -> str:
        """The best common ancestor. Raises Missing."""
        return self.ask("merge-base", one, other).strip()

    def holds(self, ancestor: str, descendant: str) -> bool:
        """Whether a commit is in the other's history."""
        try:
            return self.merge_base(ancestor, descendant) == ancestor
        except Missing:
            return False

    def changed(self, before: str, after: str) -> list[Changed]:
        """What differs between two commits, renames found."""
        fields = self.ask("diff", "-M", "--raw", "--no-abbrev", "-z", before, after).split("\0")
        numbers = self.ask("diff", "-M", "--numstat", "-z", before, after).split("\0")
        patches = self.ask("diff", "-M", "--no-color", "--no-ext-diff", before, after).split("\ndiff --git ")
        found = []
        names = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed"}
        while fields and fields[0]:
            _, _, old, new, status = fields.pop(0).split(" ")
            previous = fields.pop(0) if status[0] == "R" else None
            path = fields.pop(0)
            added, removed, name = numbers.pop(0).split("\t")
            if not name:
                del numbers[:2]
            patch = patches.pop(0)
            at = patch.find("\n@@")
            blob = old if status[0] == "D" else new
            counts = [0 if number == "-" else int(number) for number in (added, removed)]
            body = patch[at + 1 :].removesuffix("\n") if at >= 0 else None
            found.append(Changed(path, previous, names[status[0]], blob, counts[0], counts[1], body))
        return found

    def merged_tree(self, base: str, head: str) -> str:
        """The tree of both together. Raises Conflict."""
        try:
            return self.run("merge-tree", "--write-tree", base, head).split("\n")[0]
        except Missing as refusal:
            raise Conflict from refusal

    def write_commit(self, tree: str, parents: list[str], message: str, author: Person, committer: Person) -> str:
        """A new commit; its id."""
        env = {f"GIT_{role}_{part}": value for role, who in (("AUTHOR", author), ("COMMITTER", committer))
               for part, value in (("NAME", who.name), ("EMAIL", who.email), ("DATE", who.at.isoformat()))}  # fmt: skip
        options = [option for parent in parents for option in ("-p", parent)]
        return self.run("commit-tree", tree, *options, env=env, data=message.encode()).strip()

    def move(self, branch: str, sha: str) -> None:
        """Set a branch."""
        self.run("update-ref", f"refs/heads/{branch}", sha)

    def replayed(self, base: str, commits: list[str], committer: Person) -> str:
        """The commits one by one on top of base, as a rebase merge leaves them; the last one's id. Raises Conflict."""
        env = {"GIT_COMMITTER_NAME": committer.name, "GIT_COMMITTER_EMAIL": committer.email,
               "GIT_COMMITTER_DATE": committer.at.isoformat()}  # fmt: skip
        with TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            self.run("worktree", "add", "--quiet", "--detach", str(tree), base)
            try:
                self.run("cherry-pick", "--allow-empty", *commits, env=env, cwd=tree)
                return self.run("rev-parse", "HEAD", cwd=tree).strip()
            except Missing as refusal:
                raise Conflict from refusal
            finally:
                self.run("worktree", "remove", "--force", str(tree))
