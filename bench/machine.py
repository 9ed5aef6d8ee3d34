"""Where it is measured: the machine, and a folder for what is built."""

from __future__ import annotations

import os
import platform
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from repository import git

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """Where the repositories are built: a folder that stays, or one that goes."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    made = Path(mkdtemp(prefix="launchwindow-bench-"))
    try:
        yield made
    finally:
        rmtree(made)


def machine() -> str:
    """What it was measured on."""
    git_version = git(Path(), "--version").strip()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, load {load}; {platform.python_implementation()} "
        f"{platform.python_version()}; {git_version}"
    )
