"""Commands at a fraction of their cost: what can't have another answer a second time is not asked twice.

Objects of git never change their content, so what was asked about full object ids stays true. Everything that may
change (references, what is written) is asked of git each time.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from launchwindow import command_line, ledger
from launchwindow.commands.table import COMMANDS
from launchwindow.io.git import Git
from launchwindow.load import yaml_source
from launchwindow.load.yaml_source import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CONSTANT = ("--is-shallow-repository", "--git-dir")
_ASKED = re.compile(r"\^?[0-9a-f]{40}(\.\.[0-9a-f]{40}|\^\{commit\}|\^\{tree\})?")
_REFERENCE = re.compile(r"(refs/heads/[a-z-]+)\^\{commit\}")
_READING = ("ls-tree", "merge-base", "log", "rev-list", "rev-parse", "merge-tree", "diff-tree")
parsed = lru_cache(maxsize=8192)(parse)
_built = lru_cache(maxsize=64)(command_line._parser)


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for what was given: only the commands' names in it make one another."""
    return _built(tuple(one for one in given if one in COMMANDS))


class Memory:
    """Answers of git about objects of one repository."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, ...], subprocess.CompletedProcess[bytes]] = {}
        self.blobs: dict[str, bytes] = {}

    @contextmanager
    def used(self) -> Iterator[None]:
        """While this is entered, git is asked nothing twice."""
        attempt, blobs = Git.attempt, Git.blobs

        def remembered(git: Git, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None
                       ) -> subprocess.CompletedProcess[bytes]:  # fmt: skip
            if reference := _REFERENCE.fullmatch(arguments[-1]):
                # Written a moment ago, so it has a file of its own.
                place = Path(git.directory) / ".git" / reference[1]
                if arguments[0] == "rev-parse" and place.exists():
                    return subprocess.CompletedProcess(arguments, 0, place.read_bytes(), b"")
            if data is not None or extra is not None or not _is_about_objects(arguments):
                return attempt(git, *arguments, data=data, extra=extra)
            if arguments not in self.answers:
                found = attempt(git, *arguments)
                if found.returncode not in (0, 1):
                    return found
                self.answers[arguments] = found
            return self.answers[arguments]

        def known(git: Git, ids: set[str]) -> dict[str, bytes]:
            wanted = set(ids)
            self.blobs |= blobs(git, wanted - self.blobs.keys())
            return {one: self.blobs[one] for one in wanted if one in self.blobs}

        with patch.object(Git, "attempt", remembered), patch.object(Git, "blobs", known), \
                patch.object(command_line, "_parser", _parser), patch.object(ledger, "parse", parsed), \
                patch.object(yaml_source, "parse", parsed):  # fmt: skip
            yield


def _is_about_objects(arguments: tuple[str, ...]) -> bool:
    if arguments[0] not in _READING:
        return False
    if arguments[0] == "rev-parse" and arguments[-1] in _CONSTANT:
        return True
    names = [one for one in arguments[1 : arguments.index("--") if "--" in arguments else None] if one[0] != "-"]
    return bool(names) and all(_ASKED.fullmatch(one) for one in names)
