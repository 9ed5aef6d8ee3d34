"""npm `emulate`: an emulator of GitHub's API that nobody here wrote, as a second opinion on the double.

`.ci/run` installs it into `.node/`, by the lock file in tests/github/emulate/. Without it, or without Node, its tests
are skipped; where CI is true they fail.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from github import Auth, Github
from github.Repository import Repository

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / ".node" / "node_modules" / "emulate" / "package.json"
VERSION = "0.12.2"
OWNER, TOKEN = "octo", "emulate-token"


def missing() -> str | None:
    """Why it cannot run; None when it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    if not PACKAGE.is_file():
        return "npm's emulate is not in .node/: .ci/run installs it"
    version = json.loads(PACKAGE.read_text(encoding="utf-8"))["version"]
    return None if version == VERSION else f"emulate is {version}, and {VERSION} was asked for"


def demand() -> None:
    """Skip the test when it cannot run; in continuous integration fail, for there it must not be missing."""
    reason = missing()
    if reason is not None and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason is not None:
        pytest.skip(reason)


class Emulate:
    """The emulator's process, with a person who owns as many empty repositories as tests ask for."""

    def __init__(self) -> None:
        """Start it, and wait until it says where it listens."""
        command = ["node", str(ROOT / "tests" / "github" / "emulate" / "serve.mjs"), str(PACKAGE.parent), OWNER, TOKEN]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), f"the emulator did not start: {self.url!r}"
        self._made = 0

    def repository(self) -> Repository:
        """A new, empty one."""
        options: dict[str, Any] = {
            "retry": None,
            "seconds_between_requests": 0,
            "seconds_between_writes": 0,
            "timeout": 10,
        }
        client = Github(base_url=self.url, auth=Auth.Token(TOKEN), **options)
        self._made += 1
        made = client.get_user().create_repo(f"partners-{self._made}")
        for label in made.get_labels():
            label.delete()
        return made

    def __enter__(self) -> Emulate:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """It ends when its input does."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
