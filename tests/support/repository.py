"""A real git repository in a temporary folder, and the whole command line on it, in this process.

Nothing of the machine gets in: git reads no configuration but the repository's own, no variable of a hook that runs
the tests, and every commit says who made it and when.
"""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cached_property
from io import StringIO
from pathlib import Path
from shutil import copyfile, copytree
from typing import TYPE_CHECKING, Any, NamedTuple

from launchwindow.cli import main
from support.prepared import added, copied, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
"""The checkout whose policy, partners and apps are the example fleet."""
APP = "apps/exa/benefits-finder"
SUBJECT = "production/exa/benefits-finder"
FILE = f"{APP}/production.yaml"
LEDGER = "launchwindow-ledger"

DEVELOPER = "Dana Developer <dana@exa.gov>"
MERGER = "Merge Button <merge-button@login.gov>"
REVIEWER = "Rae Reviewer <reviewer@login.gov>"
SECOND = "Sam Second <second-reviewer@login.gov>"

ADOPTED = "2026-11-20T12:00:00-05:00"
"""When `adopted()` begins the ledger: a Friday."""
MERGED = "2026-11-24T10:00:00-05:00"
"""A Tuesday. Production's notice of 14 days then ends on 2026-12-08."""
WINDOW = "2026-12-10T10:00:00-05:00"
"""In the first deploy window after that notice."""


class Result(NamedTuple):
    """What one command line came to."""

    status: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that a terminal would show."""
        return self.out + self.err


class Repository:
    """A repository with a fleet on `main`, committed as `base`."""

    _kind = ""
    """The name of what it was copied from; empty where it was there already."""

    def __init__(self, folder: Path, *, whole_fleet: bool = False) -> None:
        """In `folder`, which may exist. With `whole_fleet` all of the example, else one production app of it: fast."""
        self.path = folder
        self._kind = "fleet" if whole_fleet else "app"
        copied(prepared(self._kind, _all_of_it if whole_fleet else _one_app), folder)
        self.base = _main_of(folder)

    @classmethod
    def at(cls, folder: Path) -> Repository:
        """The repository that is in `folder` already; its `base` is main's first commit."""
        repository = cls.__new__(cls)
        repository.path = folder
        return repository

    @classmethod
    def copy_of(cls, name: str, make: Callable[[Path], object], folder: Path) -> Repository:
        """What `make` made when this name was first asked for, in `folder`; its `base` is main's first commit."""
        copied(prepared(name, make), folder)
        return cls.at(folder)

    @cached_property
    def base(self) -> str:
        """Main's first commit."""
        return self.git("rev-list", "--max-parents=0", "main")

    def git(self, *arguments: str, env: Mapping[str, str] | None = None, data: bytes | None = None) -> str:
        """Standard output of git, without the last line's end. Raises CalledProcessError."""
        finished = subprocess.run(
            ["git", *arguments], cwd=self.path, input=data or b"", capture_output=True, check=True,
            env={**only_ours(), **identity(DEVELOPER, MERGED), **(env or {})},
        )  # fmt: skip
        return finished.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, path: str, content: str | bytes) -> None:
        """A file of the work tree."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, path: str) -> str:
        """A file of the work tree."""
        return (self.path / path).read_text(encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace text that must be there."""
        before = self.read(path)
        assert old in before, f"{path} holds no {old!r}"
        self.write(path, before.replace(old, new))

    def commit(
        self, message: str = "Change", at: str = MERGED, author: str = DEVELOPER, reviewed_by: str | None = None
    ) -> str:
        """Commit all of the work tree; the commit's id. `reviewed_by`, `Name <email>`, becomes a trailer."""
        self.git("add", "--all")
        arguments = ("commit", "--quiet", "--allow-empty", "--allow-empty-message", "--no-verify", "--file=-")
        self.git(*arguments, env=identity(author, at), data=_message(message, reviewed_by).encode("utf-8", "replace"))
        return self.head

    def branch(self, name: str, start: str = "refs/heads/main") -> None:
        """Begin a branch and go to it."""
        self.git("checkout", "--quiet", "-b", name, start)

    def checkout(self, revision: str) -> None:
        """Go to a branch or commit."""
        self.git("checkout", "--quiet", revision)

    def merge(
        self, branch: str, at: str = MERGED, reviewed_by: str | None = REVIEWER, *, by: str = MERGER,
        message: str | None = None,
    ) -> str:  # fmt: skip
        """Merge a branch into main as a merge commit; main's new tip."""
        self.checkout("main")
        text = _message(message or f"Merge {branch}", reviewed_by)
        self.git("merge", "--quiet", "--no-ff", "-m", text, branch, env=identity(by, at))
        return self.head

    def change(self, old: str, new: str, *, path: str = FILE, at: str = MERGED, **about: Any) -> str:
        """Replace text in a file on a branch of its own and merge it; the merge."""
        name = f"change-{len(list((self.path / '.git/refs/heads').glob('change-*')))}"
        self.branch(name)
        self.edit(path, old, new)
        self.commit(at=at)
        return self.merge(name, at=at, **about)

    def adopted(self) -> Repository:
        """Itself, with a ledger that says the base is deployed."""
        begun = self._kind and prepared(self._kind, lambda _: None)
        as_begun = begun and _main_of(self.path) == _main_of(begun)
        if begun and as_begun and not (self.path / ".git/refs/heads" / LEDGER).exists():
            added(prepared(f"{self._kind}-adopted", self._adopted) / ".git", begun / ".git", self.path / ".git")
        else:
            self._adopt()
        return self

    def _adopted(self, folder: Path) -> None:
        """Another one of its kind, with a ledger."""
        Repository(folder, whole_fleet=self._kind == "fleet")._adopt()

    def _adopt(self) -> None:
        result = self.run("adopt", self.base, now=ADOPTED)
        assert result.status == 0, result.text

    @property
    def head(self) -> str:
        """The commit that is checked out: what the files say, where they say it, since it is asked for so often."""
        head = self.path / ".git/HEAD"
        said = head.read_text(encoding="ascii").strip() if head.is_file() else ""
        branch = self.path / ".git" / said.removeprefix("ref: ")
        if said.startswith("ref: "):
            said = branch.read_text(encoding="ascii").strip() if branch.is_file() else ""
        return said or self.git("rev-parse", "HEAD")

    def file_of(self, name: str) -> Path:
        """The file that has an object and nothing else; its pack is taken apart for that."""
        identity = self.git("rev-parse", name)
        for pack in (self.path / ".git/objects/pack").glob("*.pack"):
            aside = pack.replace(self.path / ".git" / pack.name)
            pack.with_suffix(".idx").unlink()
            self.git("unpack-objects", "-q", data=aside.read_bytes())
            aside.unlink()
        return self.path / ".git/objects" / identity[:2] / identity[2:]

    @property
    def ledger(self) -> str:
        """The ledger's newest commit; empty when there is no ledger."""
        return self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{LEDGER}")

    @property
    def ledger_ref(self) -> str:
        """Where git has the ledger: the branch, or what was fetched of the remote `origin`."""
        return f"refs/heads/{LEDGER}" if self.ledger else f"refs/remotes/origin/{LEDGER}"

    def ledger_files(self) -> dict[str, str]:
        """Path -> text of all that the ledger holds, but certificates and logos only by name."""
        paths = self.git("ls-tree", "-r", "-z", "--name-only", LEDGER).split("\0")
        return {path: self.git("show", f"{LEDGER}:{path}") if path.endswith(("yaml", "yml")) else ""
                for path in paths if path}  # fmt: skip

    def write_ledger(self, files: Mapping[str, bytes | None], *, parents: tuple[str, ...] | None = None) -> str:
        """Put files onto the ledger's branch behind launchwindow's back (None deletes); the new tip."""
        index = {"GIT_INDEX_FILE": str(self.path / ".git" / "ledger-index")}
        self.git("read-tree", "--empty", env=index)
        if parents is None:
            self.git("read-tree", LEDGER, env=index)
            parents = (self.ledger,)
        for path, data in files.items():
            if data is None:
                self.git("update-index", "--force-remove", path, env=index)
            else:
                blob = self.git("hash-object", "-w", "--stdin", data=data)
                self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
        tree = self.git("write-tree", env=index)
        options = [option for parent in parents for option in ("-p", parent)]
        commit = self.git("commit-tree", tree, *options, env=identity(MERGER, MERGED), data=b"Behind its back")
        self.git("update-ref", f"refs/heads/{LEDGER}", commit)
        return commit

    def run(self, *arguments: str, now: str | None = MERGED, env: Mapping[str, str] | None = None) -> Result:
        """One command line, in this process. A `now` of None leaves the clock to the caller."""
        moment = () if now is None else ("--now", now)
        return run("--repo", str(self.path), *moment, *arguments, env=env)

    def run_json(self, *arguments: str, now: str = MERGED, status: int = 0) -> dict[str, Any]:
        """The document that a command prints; its exit status must be `status`."""
        result = self.run(*arguments, "--format", "json", now=now)
        assert result.status == status, result.text
        document: dict[str, Any] = json.loads(result.out)
        return document


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    """`launchwindow …` in this process, with the environment of no hook but what `env` says."""
    out, err = StringIO(), StringIO()
    with _only(env or {}), redirect_stdout(out), redirect_stderr(err):
        try:
            status = main(arguments)
        except SystemExit as stop:
            # The command line itself is wrong: argparse leaves this way.
            status = stop.code if isinstance(stop.code, int) else 1
    return Result(status, out.getvalue(), err.getvalue())


def _one_app(folder: Path) -> None:
    """One production app of the example, committed."""
    for path in (FILE, f"{APP}/logo.svg", f"{APP}/certs/2026.crt", "partners/exa.yaml"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        copyfile(ROOT / path, folder / path)
    _committed(folder)


def _all_of_it(folder: Path) -> None:
    """All of the example, committed."""
    copytree(ROOT / "apps", folder / "apps")
    copytree(ROOT / "partners", folder / "partners")
    _committed(folder)


def _committed(folder: Path) -> None:
    copyfile(ROOT / "policy.yaml", folder / "policy.yaml")
    repository = Repository.__new__(Repository)
    repository.path = folder
    repository.git("init", "--quiet", "--template=", "--initial-branch=main")
    # No process more after each commit and fetch, to see whether there is anything to tidy.
    repository.git("config", "maintenance.auto", "false")
    repository.commit("Add the fleet", at="2026-11-20T10:00:00-05:00")


def _main_of(folder: Path) -> str:
    """The commit that main is at; empty where no file says so."""
    reference = folder / ".git/refs/heads/main"
    return reference.read_text(encoding="ascii").strip() if reference.is_file() else ""


def only_ours() -> dict[str, str]:
    """The environment without any variable or configuration of git that the machine has."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    home = {"HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull}
    # In a language other than C, Python's argparse looks for translations of each of its words, in files nobody has.
    home |= {"LANGUAGE": "C"}
    return kept | home | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


@contextmanager
def _only(env: Mapping[str, str]) -> Iterator[None]:
    """The process's environment without git's variables and configuration, plus `env`."""
    before, kept = dict(os.environ), only_ours()
    try:
        os.environ.clear()
        os.environ.update({**kept, **env})
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def identity(person: str, at: str) -> dict[str, str]:
    name, _, email = person.rstrip(">").partition(" <")
    return {f"GIT_{role}_{part}": text for role in ("AUTHOR", "COMMITTER")
           for part, text in (("NAME", name), ("EMAIL", email), ("DATE", at))}  # fmt: skip


def _message(message: str, reviewed_by: str | None) -> str:
    return f"{message}\n\nReviewed-by: {reviewed_by}\n" if reviewed_by else message
