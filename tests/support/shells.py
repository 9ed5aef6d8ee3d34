"""Real shells at a terminal of their own: somebody types, presses Tab, and sees what appears."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

LIMIT = 30.0
"""Seconds that a shell is given; what it says ends the waiting at once."""


def needed(shell: str) -> str:
    """The shell's path. Skips where it is not installed, and fails there in CI."""
    found = shutil.which(shell)
    if found is None:
        reason = f"{shell} is not installed: .ci/run installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Terminal:
    """A process at a terminal."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._said = ""
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), dict(environment))

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._terminal, text.encode())

    def see(self, pattern: str) -> str:
        """Wait until something appears; all that appeared since the last time."""
        end = time.monotonic() + LIMIT
        while not (found := re.search(pattern, self._said)):
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{pattern!r} did not appear in {self._said!r}"
            # A bell is no text: zsh rings between what was typed and what it adds.
            self._said += os.read(self._terminal, 65536).decode("utf-8", "replace").replace("\a", "")
        said, self._said = self._said[: found.end()], self._said[found.end() :]
        return said

    def end(self) -> None:
        """Leave it."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._terminal)
