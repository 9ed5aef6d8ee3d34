"""Errors that end a command. Their text is for people: what is wrong, and what to do."""

from __future__ import annotations


class LaunchwindowError(Exception):
    """Something outside the code is wrong; the command line prints the text and exits with `status`."""

    status = 2


class PolicyError(LaunchwindowError):
    """`policy.yaml` is missing or wrong; `problems` holds a sentence for each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class RepositoryError(LaunchwindowError):
    """Git, or the repository it was asked about, can't answer."""


class LedgerError(LaunchwindowError):
    """The ledger is missing, damaged, or does not fit main."""


class NotPossible(LaunchwindowError):
    """What was asked for is understood and refused; the text names the way out."""

    status = 1
