"""Git by plumbing: revisions, snapshots and blobs in bulk. Nothing here touches the work tree."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from launchwindow.io.asking import Asking, GitFailed, reason_of
from launchwindow.io.listing import Listing, TreeListing
from launchwindow.io.objects import Objects, in_tree, told
from launchwindow.io.stage import KINDS
from launchwindow.model.errors import RepositoryError
from launchwindow.model.named import NamedTuple
from launchwindow.model.snapshot import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

READ_PATHS = ("apps", "partners", "policy.yaml")
_BRANCH_NAME = r"[^-~^][^~^]*"
_OBJECT_ID = r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}"
_BATCH = ("cat-file", "--batch")
_NAMES = ("ls-tree", "-r", "-z", "--full-tree", "--name-only")


class Commit(NamedTuple):
    """One commit, as far as the process needs it. `committed` is in seconds since 1970."""

    id: str
    parents: tuple[str, ...]
    committed: int
    author_name: str
    author_email: str
    subject: str
    message: str


class Git(Asking):
    """One repository, read and written by a git that no variable of a hook leads astray."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        super().__init__(directory)
        self.objects = Objects(self.directory, self.environment)
        self._ids: dict[str, str] = {}
        """Reference -> its id, as it was told together with something else; empty for none."""

    def index_ahead(self) -> None:
        """Begin what is asked of the index."""
        for question in (_listing_of_index(), _staged()):
            self.ahead(*question, extra=_index_of_a_hook())

    def at(self, directory: str) -> Git:
        """From now on from this folder of the same repository. What was begun already names its paths from the root."""
        self.directory = directory
        self.objects = Objects(directory, self.environment)
        return self

    def top(self, reference: str | None = None) -> str | None:
        """The work tree's root; None outside a repository. The id of a reference can be asked for with it."""
        further = (reference, "--") if reference is not None else ()
        finished = self.attempt("rev-parse", "--show-toplevel", *further)
        # Where there is no such reference, git says so, but behind the root.
        found = finished.stdout.removesuffix(b"\n")
        if reference is not None and found:
            self._ids[reference] = ""
            if finished.returncode == 0:
                found, identity, _ = found.rsplit(b"\n", 2)
                self._ids[reference] = identity.decode()
        return os.fsdecode(found) or None

    def id_of(self, reference: str) -> str | None:
        """The id that a reference has, whatever is at its end; None where there is none of that name."""
        if reference not in self._ids:
            self._ids[reference] = self.attempt("rev-parse", "--verify", "--quiet", reference).stdout.decode().strip()
        # Only once: it may be another one soon.
        return self._ids.pop(reference) or None

    def resolve(self, revision: str) -> str | None:
        """The full id of the commit that `revision` names, None when there is none."""
        if revision.startswith("-"):
            return None
        finished = self.attempt("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return finished.stdout.decode().strip() or None

    def branch_first(self, revision: str) -> str:
        """What a person means by `revision`: where it begins with a branch's name, that branch and no tag.

        Git prefers the tag, which whoever may push can name like a branch. Only the name before `~` or `^` is looked
        at; a full object id, `HEAD`, and a name that no branch has stay as they are.
        """
        name = re.match(_BRANCH_NAME, revision)
        if name is None or re.fullmatch(_OBJECT_ID, name[0]) or name[0] in ("HEAD", "@"):
            return revision
        for reference in (f"refs/heads/{name[0]}", f"refs/remotes/{name[0]}"):
            if self.attempt("show-ref", "--verify", "--quiet", reference).returncode == 0:
                return reference + revision[name.end() :]
        return revision

    def resolve_branch_first(self, revision: str) -> str | None:
        """The full id of the commit that a person means by `revision` (`branch_first`), None when there is none."""
        no_branch = revision in ("HEAD", "@") or re.fullmatch(_OBJECT_ID, revision)
        # In one question where it is a branch's name and no more, as nearly always.
        if not no_branch and re.fullmatch(_BRANCH_NAME, revision) and (found := self.resolve(f"refs/heads/{revision}")):
            return found
        return self.resolve(self.branch_first(revision))

    def is_shallow(self) -> bool:
        """Whether history was cut off by a shallow clone."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    def current_branch(self) -> str | None:
        """The branch that HEAD is on, None when it is detached."""
        # Its short name would be `heads/main` where there is also a tag main.
        finished = self.attempt("symbolic-ref", "--quiet", "HEAD")
        return finished.stdout.decode().strip().removeprefix("refs/heads/") or None

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Whether `earlier` can be reached from `later`."""
        return self.attempt("merge-base", "--is-ancestor", earlier, later).returncode == 0

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, None when histories are unrelated."""
        return self.attempt("merge-base", one, other).stdout.decode().strip() or None

    def snapshot(self, commit: str, *paths: str) -> GitSnapshot:
        """The files of a commit beneath some paths; by default all that Launchwindow reads."""
        return GitSnapshot(self, self.listing(commit, *(paths or READ_PATHS)))

    def beneath(self, commit: str, path: str) -> dict[str, Entry] | None:
        """The file at a path of a commit, or all in the folder there, without a process of its own; None for none."""
        folder, _, name = path.rpartition("/")
        there = f"{commit}:{path}"
        whole = self.objects.read([there]).get(there)
        if whole is not None and whole.type == "tree":
            return dict(sorted(self._below({path: whole.id}).items())) or None
        # A file's kind stands in its folder alone.
        tree = self.objects.read([f"{commit}:{folder}"]).get(f"{commit}:{folder}") if whole is not None else None
        for mode, other, identity in in_tree(tree) if tree is not None else ():
            if other == name:
                return {path: Entry(KINDS.get(mode[:3], "other"), identity)}
        return None

    def _below(self, folders: Mapping[str, str]) -> dict[str, Entry]:
        """The files in some folders, whose trees are named, and in those within them: one question a level."""
        found: dict[str, Entry] = {}
        while folders:
            trees = self.objects.read(folders.values())
            within: dict[str, str] = {}
            for folder, identity in folders.items():
                if identity not in trees:
                    raise RepositoryError(f"{folder}: git has lost this folder ({identity}). See `git fsck`.")
                for mode, name, one in in_tree(trees[identity]):
                    if mode == "40000":
                        within[f"{folder}/{name}"] = one
                    else:
                        found[f"{folder}/{name}"] = Entry(KINDS.get(mode[:3], "other"), one)
            folders = within
        return found

    def changes(self, before: str, after: str, *paths: str) -> dict[str, Entry | None]:
        """Path -> what the later commit has there, of each path beneath some that differs; None where it is gone.

        A file that only became executable, or is so no more, is the same file.
        """
        output = self.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", before, after, "--", *paths)
        fields = os.fsdecode(output).split("\0")
        found: dict[str, Entry | None] = {}
        for about, path in zip(fields[0:-1:2], fields[1::2], strict=True):
            was, mode, blob_before, blob, status = about.split(" ")
            if (was[1:4], blob_before) != (mode[:3], blob):
                found[path] = None if status == "D" else Entry(KINDS.get(mode[:3], "other"), blob)
        return found

    def index_snapshot(self) -> IndexSnapshot:
        """The files of the index: what the next commit would hold.

        Honours GIT_INDEX_FILE, which `git commit PATH` sets for its hooks.
        """
        return IndexSnapshot(self, self.run(*_listing_of_index(), extra=_index_of_a_hook()))

    def staged_changes(self) -> dict[str, Entry | None]:
        """Path -> what HEAD has there, of each path that the index has otherwise; None where it has nothing.

        Empty where there is no commit yet: nothing is there to compare with.
        """
        finished = self.attempt(*_staged(), extra=_index_of_a_hook())
        if finished.returncode != 0:
            if self.resolve("HEAD") is None:
                return {}
            raise GitFailed(f"git diff-index: {reason_of(finished)}")
        fields = os.fsdecode(finished.stdout).split("\0")
        found: dict[str, Entry | None] = {}
        for about, path in zip(fields[0:-1:2], fields[1::2], strict=True):
            mode, _, blob, _, status = about.split(" ")
            found[path] = None if status == "A" else Entry(KINDS.get(mode[1:4], "other"), blob)
        return found

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Bytes of blobs by object id, in bulk; unknown ids are left out."""
        names = sorted(set(ids))
        question = _names(names)
        if self.is_begun(*_BATCH, data=question):
            found = told(names, self.run(*_BATCH, data=question))
        else:
            found = self.objects.read(names)
        return {name: one.data for name, one in found.items()}

    def blobs_ahead(self, ids: Iterable[str]) -> None:
        """Begin what `blobs` will be asked for: git may have to put each together from many pieces."""
        self.ahead(*_BATCH, data=_names(sorted(set(ids))))

    def listing(self, commit: str, *paths: str) -> dict[str, Entry]:
        """The files of a commit beneath some paths."""
        return self.tree(commit, *paths).entries()

    def tree(self, commit: str, *paths: str) -> TreeListing:
        """The same, looked at as far as somebody asks."""
        return TreeListing(self.run(*listing_of(commit, paths)))

    def tree_ahead(self, commit: str, *paths: str) -> None:
        """Begin what is asked for the listing of a commit."""
        self.ahead(*listing_of(commit, paths))

    def names(self, commit: str, folder: str) -> list[bytes]:
        """The paths of a commit's files beneath a folder, in their order. Raises `GitFailed` where git can't tell."""
        return self.run(*_NAMES, commit, "--", folder).split(b"\0")[:-1]

    def names_ahead(self, commit: str, folder: str) -> None:
        """Begin what `names` will be asked for."""
        self.ahead(*_NAMES, commit, "--", folder)

    def require_there(self, ids: Mapping[str, str]) -> None:
        """Raises `RepositoryError` where git has lost the blob of a path; none is read for it."""
        questions = "".join(f"{blob}\n" for blob in ids.values()).encode()
        answers = self.run("cat-file", "--batch-check=%(objectname)", data=questions).decode().split("\n")
        for path, answer in zip(ids, answers, strict=False):
            if answer.endswith(" missing"):
                raise _lost(path, ids[path])

    def contents(self, ids: Mapping[str, str]) -> dict[str, bytes]:
        """Path -> bytes of each path's blob. Raises `RepositoryError` when git has lost one: nothing is guessed."""
        blobs = self.blobs(ids.values())
        lost = next((path for path, blob in ids.items() if blob not in blobs), None)
        if lost is not None:
            raise _lost(lost, ids[lost])
        return {path: blobs[blob] for path, blob in ids.items()}

    def log(self, *selection: str, paths: Sequence[str] = ()) -> list[Commit]:
        """Commits in `git log`'s order, newest first; with `paths`, those that changed one of them."""
        form = "%H%x00%P%x00%ct%x00%an%x00%ae%x00%s%x00%B%x00%x1e"
        output = self.run(
            "log", "--no-show-signature", "--encoding=UTF-8", f"--format={form}", *selection, "--", *paths
        )
        return [_commit(record) for record in output.decode("utf-8", "replace").split("\0\x1e\n") if record.strip()]

    def changed_in_merge(self, commit: str, *parents: str) -> bool:
        """Whether a merge commit holds anything else than what git makes of its parents by itself (an evil merge).

        That is also one that resolved a conflict, or took back what one parent had. Without a git that can merge
        anew (before 2.38), or with more than two parents: content that none of them has.
        """
        anew = self.attempt("merge-tree", "--write-tree", *parents) if len(parents) == 2 else None
        if anew is not None and anew.returncode in (0, 1):
            tree = self.run("rev-parse", "--verify", f"{commit}^{{tree}}")
            return anew.returncode == 1 or anew.stdout.strip() != tree.strip()
        return bool(self.run("diff-tree", "-r", "-c", "--name-only", "--no-commit-id", commit).strip())


def _lost(path: str, blob: str) -> RepositoryError:
    return RepositoryError(f"{path}: git has lost its content ({blob}). See `git fsck`, or clone anew.")


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
        ids = {path: entry.blob for path in paths if (entry := self.entries.get(path)) and entry.kind == "file"}
        return self._git.contents(ids)


class IndexSnapshot(GitSnapshot):
    """The index's files, of which each is only looked at when somebody asks."""

    def __init__(self, git: Git, listing: bytes) -> None:
        super().__init__(git, {})
        self.listing = Listing(listing)

    has_folders_for_files = False
    """Git has no folder that could have a file's name and be none."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path that Launchwindow reads."""
        if not self._entries:
            self._entries = self.listing.entries()
        return self._entries


def _index_of_a_hook() -> dict[str, str] | None:
    index = os.environ.get("GIT_INDEX_FILE")
    return {"GIT_INDEX_FILE": os.path.abspath(index)} if index else None


def listing_of(commit: str, paths: Sequence[str]) -> Sequence[str]:
    """What to ask for a commit's files beneath some paths."""
    return ("ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)


def _names(ids: Sequence[str]) -> bytes:
    return "".join(f"{name}\n" for name in ids).encode()


def _from_top() -> Sequence[str]:
    return tuple(f":(top){path}" for path in READ_PATHS)


def _listing_of_index() -> Sequence[str]:
    return ("ls-files", "--stage", "--full-name", "-z", "--", *_from_top())


def _staged() -> Sequence[str]:
    return ("diff-index", "--cached", "-z", "--raw", "--no-renames", "--full-index", "--ita-visible-in-index", "HEAD",
            "--", *_from_top())  # fmt: skip


def _commit(record: str) -> Commit:
    commit, parents, committed, name, email, subject, message = record.lstrip("\n").split("\0")[:7]
    return Commit(commit, tuple(parents.split()), int(committed or 0), name, email, subject, message)
