"""A new branch for people to open a pull request from: in this repository, or on a remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.asking import reason_of
from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from launchwindow.io.git import Git


def branch_tip(git: Git, branch: str, remote: str | None) -> str | None:
    """The commit that a branch is at, None when there is none. The remote's branches are as they were last fetched."""
    return git.resolve(f"refs/remotes/{remote}/{branch}" if remote else f"refs/heads/{branch}")


def new_branch(git: Git, branch: str, commit: str, remote: str | None) -> None:
    """Create a branch at a commit. Raises `RepositoryError` when it is there already, or can't be created."""
    if remote is None:
        finished = git.attempt("update-ref", f"refs/heads/{branch}", commit, "")
    else:
        target = f"refs/heads/{branch}"
        lease = f"--force-with-lease={target}:"
        finished = git.attempt("push", "--porcelain", "--no-verify", lease, remote, f"{commit}:{target}")
    if finished.returncode != 0:
        where = f" on {remote}" if remote else ""
        raise RepositoryError(f"The branch {branch} can't be created{where}: {reason_of(finished)}")
