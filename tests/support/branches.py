"""A repository with a branch: grown at random, and checked in parts and at once."""

from __future__ import annotations

from random import Random
from shutil import rmtree
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

import pytest

from launchwindow.events import on_commit
from support.changes import changed, fleet
from support.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from support.repository import Result

POLICIES = (b"rules: {}", b"rules: {url-https: warning}", b"rules: {no-such-rule: warning}", b"rulez: {}")


class Branch:
    """A repository with a branch, and how a check of it ends."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.repository = Repository(folder / "repository", whole_fleet=True)
        self.cache = folder / "cache"
        self._patch = monkeypatch
        self.in_parts: list[bool] = []
        """Of each check that was held against another: whether it was judged in parts."""
        self._by_commit = on_commit._by_commit
        monkeypatch.setattr(on_commit, "_by_commit", self._noted)
        # As if the files had been written long ago.
        monkeypatch.setattr("launchwindow.io.files.SETTLED", -(10**12))

    def _noted(self, *arguments: object) -> object:
        found = self._by_commit(*arguments)  # type: ignore[arg-type]
        self.in_parts.append(found is not None)
        return found

    def check(self, *arguments: str) -> Result:
        """With what was kept."""
        return self.repository.run("check", *arguments, env={"XDG_CACHE_HOME": str(self.cache)})

    def at_once(self, *arguments: str) -> Result:
        """Everything read and judged together, with nothing kept."""
        with self._patch.context() as patch:
            patch.setattr(on_commit, "_by_commit", lambda *_: None)
            return self.repository.run("check", "--no-cache", *arguments)

    def agrees(self, *arguments: str) -> Result:
        """Without anything kept, and twice with it."""
        expected = self.at_once(*arguments)
        assert self.repository.run("check", "--no-cache", *arguments) == expected
        assert [self.check(*arguments) for _ in range(2)] == [expected] * 2
        return expected

    def lay(self, files: Mapping[str, bytes]) -> None:
        """These files, and no others."""
        for top in ("apps", "partners"):
            rmtree(self.repository.path / top, ignore_errors=True)
        for path, data in files.items():
            self.repository.write(path, data)


def _next(files: Mapping[str, bytes], random: Random) -> dict[str, bytes]:
    """A commit's files; few touch the policy."""
    found = changed(dict(files), random)
    if random.random() < 0.2:
        found["policy.yaml"] = found["policy.yaml"].replace(random.choice(POLICIES), random.choice(POLICIES))
    return found


def grow(branch: Branch, random: Random) -> None:
    """A history: main, a branch of it or beside it, perhaps brought up to date, and what was not committed."""
    repository, base = branch.repository, _next(fleet(), random)
    repository.checkout("main")
    branch.lay(base)
    repository.commit("Begin")
    repository.git("branch", "--force", "work")
    if random.random() < 0.5:
        branch.lay(main := _next(base, random))
        repository.commit("Go on")
        base = random.choice([base, main])
    repository.checkout("work")
    if random.random() < 0.15:
        repository.git("checkout", "--quiet", "--orphan", "alone")
    branch.lay(now := _next(base, random))
    repository.commit("Work")
    if random.random() < 0.3:
        try:
            repository.git("merge", "--quiet", "--allow-unrelated-histories", "main")
        except CalledProcessError:
            # Such conflicts stay for the checks to meet.
            return
        now = _here(repository)
    for how in random.sample([None, "staged", "left"], 2):
        if how is not None:
            branch.lay(now := changed(now, random))
        if how == "staged":
            repository.git("add", "--all")
    if random.random() < 0.4:
        random.choice(ODDITIES)(repository)


def _here(repository: Repository) -> dict[str, bytes]:
    return {str(path.relative_to(repository.path)): path.read_bytes()
            for top in ("apps", "partners", "policy.yaml")
            for path in [repository.path / top, *(repository.path / top).rglob("*")] if path.is_file()}  # fmt: skip


def _folder_for_a_file(repository: Repository) -> None:
    (repository.path / "apps/exa/folder/production.yaml").mkdir(parents=True)


def _links(repository: Repository) -> None:
    for path, target in (("apps/exa/linked", "benefits-finder"), ("partners/linked.yaml", "exa.yaml")):
        (repository.path / path).parent.mkdir(parents=True, exist_ok=True)
        (repository.path / path).symlink_to(target)
    repository.git("add", "--all")


def _executables(repository: Repository) -> None:
    for path in (repository.path / "partners").glob("*.yaml"):
        path.chmod(0o755)
    repository.git("add", "--all")


def _submodule(repository: Repository) -> None:
    entry = f"160000,{repository.head},apps/exa/module"
    repository.git("update-index", "--add", "--cacheinfo", entry)


def _intended(repository: Repository) -> None:
    repository.write("apps/exa/intended/production.yaml", "issuer: x\n")
    repository.git("add", "--intent-to-add", "apps")


ODDITIES: list[Callable[[Repository], None]] = [_folder_for_a_file, _links, _executables, _submodule, _intended]
