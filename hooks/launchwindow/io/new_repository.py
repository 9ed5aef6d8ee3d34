"""Where a new repository may begin, its beginning, and which commit a tag of another one names."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.io.asking import reason_of
from launchwindow.io.git import Git
from launchwindow.model.errors import LaunchwindowError, NotPossible, RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterator


def place_for(given: Path) -> Path:
    """The folder to begin in, as it is named from the root. Raises `LaunchwindowError` for what is no folder."""
    folder = Path(os.path.abspath(given))
    if os.path.lexists(folder) and not folder.is_dir():
        raise LaunchwindowError(f"{given} is no folder. Name one, or a new one.")
    return folder


def needs_git(folder: Path) -> bool:
    """Whether a repository has to be begun there. Raises `NotPossible` in a folder of another repository."""
    there = next(one for one in (folder, *folder.parents) if one.is_dir())
    top = Git(there).top()
    git = folder / ".git"
    # A folder that lacks one of them is what a git leaves that was killed when it had just begun one; it goes on there.
    is_begun = git.is_dir() and not all(os.path.lexists(git / part) for part in ("HEAD", "objects", "refs"))
    if top is None and os.path.lexists(git) and not is_begun:
        raise NotPossible(
            f"{folder} has a .git that git does not take for a repository of yours: see what `git status` says there."
        )
    if top is None:
        return True
    if folder.is_dir() and os.path.samefile(top, folder):
        return False
    raise NotPossible(
        f"{folder} lies in the repository {top}, and the configuration begins at a repository's top. Name {top} "
        "itself, or a folder that lies in no repository."
    )


@contextmanager
def new_repository(folder: Path) -> Iterator[None]:
    """Make the folder a repository with a branch main; taken back where what is done in it then fails.

    Raises `RepositoryError`.
    """
    missing = [one for one in (folder / ".git", folder, *folder.parents) if not os.path.lexists(one)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        Git(folder).run("init", "--quiet", "--initial-branch=main")
        yield
    except BaseException as error:
        if folder / ".git" in missing:
            shutil.rmtree(folder / ".git", ignore_errors=True)
        for one in missing:
            with suppress(OSError):
                one.rmdir()
        if isinstance(error, OSError):
            raise RepositoryError(f"{folder} can't be made: {error.strerror}.") from error
        raise


def commit_of_tag(url: str, tag: str) -> str:
    """The commit that a repository elsewhere has under the tag. Raises `LaunchwindowError`."""
    name = f"refs/tags/{tag}"
    finished = Git(Path.cwd()).attempt("ls-remote", "--", url, name, f"{name}^{{}}")
    if finished.returncode != 0:
        raise LaunchwindowError(
            f"{url} can't be asked which commit {tag} is: {reason_of(finished)}. Name the commit: --action "
            "OWNER/NAME@COMMIT, with all 40 digits."
        )
    found = dict(line.split("\t")[::-1] for line in finished.stdout.decode("utf-8", "replace").splitlines())
    # Of a tag with a message the second one is its commit.
    commit = found.get(f"{name}^{{}}", found.get(name))
    if commit is None:
        raise LaunchwindowError(f"{url} has no tag {tag}. Name one that it has, or a commit with all 40 digits.")
    return commit
