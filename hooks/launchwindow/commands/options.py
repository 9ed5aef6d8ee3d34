"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from launchwindow.arguments import moment

if TYPE_CHECKING:
    from collections.abc import Sequence


def remote(parser: argparse.ArgumentParser) -> None:
    """Where main and the ledger are, when not here."""
    parser.add_argument(
        "--remote", metavar="NAME", help="fetch main and the ledger from this git remote, and push the ledger to it"
    )


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
