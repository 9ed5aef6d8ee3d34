"""The commits of a pull request, brought here: a branch may be gone by the time its merge is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.io.asking import reason_of
from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from launchwindow.io.git import Git


def fetch_pull(git: Git, remote: str | None, number: int, commit: str) -> None:
    """Have a pull request's last commit, and all before it. Raises `RepositoryError` where it can't be had.

    GitHub keeps it under the number for ever, whatever becomes of the branch. No ref is made of it here.
    """
    if git.resolve(commit) is not None:
        return
    if remote is None:
        raise RepositoryError(
            f"This clone lacks {commit[:12]}, which pull request {number} brought: name the remote that has it, such "
            "as --remote origin."
        )
    finished = git.attempt("fetch", "--quiet", "--no-tags", remote, f"refs/pull/{number}/head")
    if git.resolve(commit) is None:
        reason = reason_of(finished) if finished.returncode else f"it has no {commit[:12]}"
        raise RepositoryError(f"{remote} can't give pull request {number}: {reason}")


def fetch_commit(git: Git, remote: str | None, commit: str) -> bool:
    """Whether a commit is here, or can be had from the remote: one that was pushed over may be gone for good."""
    if git.resolve(commit) is None and remote is not None:
        git.attempt("fetch", "--quiet", "--no-tags", remote, commit)
    return git.resolve(commit) is not None
