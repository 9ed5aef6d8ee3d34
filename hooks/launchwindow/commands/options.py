"""Options that several commands share."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import moment
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.model.github import Address


def remote(parser: argparse.ArgumentParser) -> None:
    """Where main and the ledger are, when not here."""
    parser.add_argument(
        "--remote", metavar="NAME", help="fetch main and the ledger from this git remote, and push the ledger to it"
    )
    github(parser)


def github(parser: argparse.ArgumentParser) -> None:
    """The repository on GitHub, when reviews are read from there."""
    parser.add_argument(
        "--github",
        metavar="OWNER/NAME",
        help="read reviews from this repository on GitHub; its token is in the variable GITHUB_TOKEN",
    )


def github_address(arguments: object) -> Address | None:
    """What `--github` and the environment say together; None where no GitHub was asked for."""
    repository: str | None = getattr(arguments, "github", None)
    if repository is None:
        return None
    return address_of(repository)


def address_of(repository: str) -> Address:
    """A repository on GitHub, with the address and token that the environment gives. Raises `LaunchwindowError`."""
    from launchwindow.model.github import Address

    if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", repository):
        raise LaunchwindowError(f"--github {repository}: write it as OWNER/NAME, such as example/partners.")
    token = os.environ.get("GITHUB_TOKEN", "")
    if not token:
        raise LaunchwindowError(
            "--github needs a token in the variable GITHUB_TOKEN: in a workflow the job's own, by hand one of yours."
        )
    api = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
    if not api.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise LaunchwindowError(f"GITHUB_API_URL is {api}: a token is sent over https:// alone.")
    return Address(repository, api.rstrip("/"), token, github_server())


def github_server() -> str:
    """Where people and git find repositories: GitHub itself, or a server of somebody's own."""
    return (os.environ.get("GITHUB_SERVER_URL") or "https://github.com").rstrip("/")


def common(parser: argparse.ArgumentParser, formats: Sequence[str], *, again: bool) -> None:
    """Options that may stand before the command or after it."""
    absent = argparse.SUPPRESS if again else None
    parser.add_argument("--repo", type=Path, metavar="DIR", default=absent, help="the configuration repository")
    parser.add_argument(
        "--now", type=moment, metavar="TIME", default=absent, help="act as if it were this RFC 3339 time"
    )
    parser.add_argument(
        "--format",
        choices=list(dict.fromkeys(formats)),
        default=argparse.SUPPRESS if again else "text",
        help="default: text",
    )
