"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def remote(parser: argparse.ArgumentParser) -> None:
    """Where main and the ledger are, when not here."""
    parser.add_argument(
        "--remote", metavar="NAME", help="fetch main and the ledger from this git remote, and push the ledger to it"
    )
