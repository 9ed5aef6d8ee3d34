"""Git as a process: asked one question, or begun ahead of the question."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from weakref import finalize

from launchwindow.io.spawned import Finished, Spawned, room
from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

    _Question = tuple[tuple[str, ...], bytes | None, str]

_QUESTIONS = frozenset(
    ("cat-file", "diff-index", "diff-tree", "grep", "ls-files", "ls-tree", "merge-base", "rev-parse", "show-ref")
)
"""What `check` and `plan` ask. Such a git writes nothing, starts nothing and needs no other program."""
_TELLING = ("remote: fatal:", "remote: error:", "fatal:", "error:")
_LOCK = r"Unable to create '([^']*\.lock)': File exists"

_KEPT = ("GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_EXEC_PATH", "GIT_ALLOW_PROTOCOL",
         "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")  # fmt: skip
"""How git reaches a remote and finds its own parts. All other variables of git are dropped: a hook's GIT_DIR,
GIT_INDEX_FILE or GIT_WORK_TREE would have it read another repository than the one that was asked about."""
_OURS = {
    "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
    # What was approved is told by commits' ids: nothing on this machine alone may put other content in their place.
    "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull,
}  # fmt: skip


class GitFailed(RepositoryError):
    """A git command exited with an error; the message says why in git's own words."""


def reason_of(finished: Finished) -> str:
    """Why git failed: the first line that says so, else the last; its hints and its usage are none.

    What the other side said comes first, and a lock that was left behind is told with what to do about it.
    """
    lines = finished.stderr.decode("utf-8", "replace").strip().splitlines()
    telling = [line for line in lines if line.startswith(_TELLING[:2])]
    telling += [line for line in lines if line.startswith(_TELLING[2:])] or lines[-1:]
    if finished.returncode < 0:
        return _killed(-finished.returncode)
    reason = telling[0].strip() if telling else f"exit status {finished.returncode}"
    lock = next((found for line in lines if (found := re.search(_LOCK, line))), None)
    if lock is None:
        return reason
    return (
        f"{os.path.normpath(lock[1])}: another git writes here, or one was killed and left this file. "
        "Make sure that none is running, then remove the file and run the command again."
    )


def _killed(number: int) -> str:
    import signal

    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    hint = ": a file would have become larger than is allowed here (see `ulimit -f`)" if name == "SIGXFSZ" else ""
    return f"it was killed by {name}{hint}"


class Asking:
    """One repository's git, which no variable of a hook leads astray."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = os.fspath(directory)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT}
        self.environment = kept | _OURS
        self._ahead: dict[_Question, Spawned | _Process] = {}

    def ahead(self, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None) -> None:
        """Begin what `attempt` will be asked for, so that git works while something else is done here."""
        process = self._begun(arguments, extra, data)
        self._ahead[arguments, data, repr(extra)] = process
        finalize(self, process.give_up)

    def is_begun(self, *arguments: str, data: bytes | None = None) -> bool:
        """Whether git works on a question already."""
        return (arguments, data, repr(None)) in self._ahead

    def run(self, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None) -> bytes:
        """Standard output of `git …`. Raises `GitFailed` when git does."""
        finished = self.attempt(*arguments, data=data, extra=extra)
        if finished.returncode != 0:
            raise GitFailed(f"git {arguments[0]}: {reason_of(finished)}")
        return finished.stdout

    def attempt(self, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None) -> Finished:
        """The finished process, whatever its exit status."""
        process = self._ahead.pop((arguments, data, repr(extra)), None)
        if process is None:
            process = self._begun(arguments, extra, data)
        try:
            return process.finished()
        except BaseException:
            process.give_up()
            raise

    def _begun(
        self, arguments: Sequence[str], extra: Mapping[str, str] | None, data: bytes | None
    ) -> Spawned | _Process:
        command = ["git", "-c", "core.quotePath=false", *arguments]
        environment = self.environment | dict(extra or {})
        try:
            is_question = arguments[0] in _QUESTIONS and os.path.isdir(self.directory)
            memory = room(data or None) if is_question else None
            if memory is not None:
                return Spawned([command[0], "-C", self.directory, *command[1:]], environment, memory)
            return _Process(command, self.directory, environment, data)
        except FileNotFoundError as error:
            missing = "git is not installed" if os.path.isdir(self.directory) else f"{self.directory} is no directory"
            raise RepositoryError(f"{missing}.") from error
        except (OSError, ValueError) as error:
            # A name with a NUL, or one that is too long to be an argument.
            raise RepositoryError(f"git {arguments[0]} can't be run: {error}.") from error


class _Process:
    """One git as `subprocess` runs it: with input, or one that may write or start others."""

    def __init__(
        self, command: Sequence[str], directory: str, environment: Mapping[str, str], data: bytes | None
    ) -> None:
        import subprocess

        self._data = data or None
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            command, cwd=directory, env=environment, stdin=subprocess.PIPE if data else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def finished(self) -> Finished:
        """What it came to, once it has ended."""
        out, errors = self._process.communicate(self._data)
        return Finished(self._process.returncode, out, errors)

    def give_up(self) -> None:
        """Leave no process behind that nobody waits for any more."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
