"""Where the command line points: which repository, and which paths in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from launchwindow.io.git import Git
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from pathlib import Path


def repository(given: Path | None, *, index: bool, reference: str | None) -> Git:
    """The repository that is named, or else the one that the current folder is in, at its root.

    Where its `index` will be asked for, git begins at once to read it; where the id of a `reference` will be, it is
    asked for together with the root.
    Raises `LaunchwindowError` when the folder that is named, or that it would begin in, is not there.
    """
    if given is None:
        git = Git(_here())
        if index:
            git.index_ahead()
        return git.at(git.top(reference) or git.directory)
    if not given.is_dir():
        raise LaunchwindowError(f"--repo {given}: there is no such folder.")
    return Git(os.path.realpath(given))


def _here() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError as error:
        raise LaunchwindowError("The folder that this was started in is gone. Go to one that is there.") from error


def path_in(root: str, path: str) -> str:
    """A path as the shell gave it, as the repository has it: with `/`, from its root.

    Raises `LaunchwindowError` when it is not in the repository, or nothing is there.
    """
    # Not resolved: a link is judged where it stands, not where it leads.
    absolute = os.path.normpath(path if os.path.isabs(path) else os.path.join(_here(), path))
    beneath = os.path.relpath(absolute, root).replace(os.sep, "/")
    if f"{beneath}/".startswith("../"):
        raise LaunchwindowError(f"{path} is not in the repository {root}.")
    if not os.path.lexists(absolute):
        raise LaunchwindowError(f"{path}: there is no such file or folder.")
    return beneath


def keep_out_of_git(path: Path) -> None:
    """Raises `LaunchwindowError` where a command is to write into a `.git`: branches and hooks are files there."""
    if ".git" in os.path.realpath(path).lower().split(os.sep):
        raise LaunchwindowError(f"{path} lies in a .git, where only git may write. Name another place.")


def has_file(folder: Path, name: str) -> bool:
    """Whether a regular file of the name is in the folder."""
    return (folder / name).is_file()


def address_of(folder: Path, name: str) -> str | None:
    """Where a browser shows a file of the repository in `folder`: at GitHub in a workflow, else from the disk.

    None when the repository has no such file. `folder` is absolute.
    """
    if not has_file(folder, name):
        return None
    server, repository = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    if server and repository:
        return f"{server}/{repository}/blob/HEAD/{name}"
    return (folder / name).as_uri()


def names_in(folder: Path) -> list[str]:
    """The names of what lies in a folder; none where there is no such folder."""
    try:
        return os.listdir(folder)
    except OSError:
        return []
