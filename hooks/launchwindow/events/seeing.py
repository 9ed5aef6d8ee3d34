"""What the IdP has, from a file that the command line names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.exchange.seen_file import seen_file
from launchwindow.io.import_files import certificates_beside

if TYPE_CHECKING:
    from pathlib import Path

    from launchwindow.events.workspace import Workspace
    from launchwindow.exchange.seen_file import SeenFile


def look(space: Workspace, path: Path, environment: str, rails_environment: str | None) -> SeenFile:
    """The file, with the certificates that lie in the IdP's folder beside it. Raises LaunchwindowError."""
    return seen_file(str(path), space.read_file(path), environment, certificates_beside(path), rails_environment)
