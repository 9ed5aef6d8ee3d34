"""Git as a process: asked one question, or begun ahead of the question."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from typing import TYPE_CHECKING, NamedTuple
from weakref import finalize

from launchwindow.model.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

_TELLING = ("remote: fatal:", "remote: error:", "fatal:", "error:")
_LOCK = re.compile(r"Unable to create '([^']*\.lock)': File exists")

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


def reason_of(finished: subprocess.CompletedProcess[bytes]) -> str:
    """Why git failed: the first line that says so, else the last; its hints and its usage are none.

    What the other side said comes first, and a lock that was left behind is told with what to do about it.
    """
    lines = finished.stderr.decode("utf-8", "replace").strip().splitlines()
    telling = [line for line in lines if line.startswith(_TELLING[:2])]
    telling += [line for line in lines if line.startswith(_TELLING[2:])] or lines[-1:]
    if finished.returncode < 0:
        return _killed(-finished.returncode)
    reason = telling[0].strip() if telling else f"exit status {finished.returncode}"
    lock = next((found for line in lines if (found := _LOCK.search(line))), None)
    if lock is None:
        return reason
    return (
        f"{os.path.normpath(lock[1])}: another git writes here, or one was killed and left this file. "
        "Make sure that none is running, then remove the file and run the command again."
    )


def _killed(number: int) -> str:
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    hint = ": a file would have become larger than is allowed here (see `ulimit -f`)" if name == "SIGXFSZ" else ""
    return f"it was killed by {name}{hint}"


class Asking:
    """One repository's git, which no variable of a hook leads astray."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = os.fspath(directory)
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT}
        self.environment = kept | _OURS
        self._ahead: dict[tuple[tuple[str, ...], str], _Begun] = {}

    def ahead(self, *arguments: str, extra: Mapping[str, str] | None = None) -> None:
        """Begin what `attempt` will be asked for, so that git works while something else is done here."""
        room = _room()
        process = self._begun(arguments, extra, subprocess.DEVNULL, subprocess.PIPE if room is None else room)
        self._ahead[arguments, repr(extra)] = _Begun(process, room)
        finalize(self, _give_up, process, room)

    def run(self, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None) -> bytes:
        """Standard output of `git …`. Raises `GitFailed` when git does."""
        finished = self.attempt(*arguments, data=data, extra=extra)
        if finished.returncode != 0:
            raise GitFailed(f"git {arguments[0]}: {reason_of(finished)}")
        return finished.stdout

    def attempt(
        self, *arguments: str, data: bytes | None = None, extra: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """The finished process, whatever its exit status."""
        begun = self._ahead.pop((arguments, repr(extra)), None) if data is None else None
        if begun is None:
            process = self._begun(arguments, extra, subprocess.PIPE if data else subprocess.DEVNULL, subprocess.PIPE)
            begun = _Begun(process, None)
        process, room = begun
        try:
            out, errors = process.communicate(data or None)
        except BaseException:
            _give_up(process)
            raise
        if room is not None:
            with room:
                room.seek(0)
                out = room.read()
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def _begun(
        self, arguments: Sequence[str], extra: Mapping[str, str] | None, stdin: int, stdout: int | BinaryIO
    ) -> subprocess.Popen[bytes]:
        command = ["git", "-c", "core.quotePath=false", *arguments]
        environment = self.environment | dict(extra or {})
        try:
            return subprocess.Popen(
                command, cwd=self.directory, env=environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
            )  # fmt: skip
        except FileNotFoundError as error:
            missing = "git is not installed" if os.path.isdir(self.directory) else f"{self.directory} is no directory"
            raise RepositoryError(f"{missing}.") from error
        except (OSError, ValueError) as error:
            # A name with a NUL, or one that is too long to be an argument.
            raise RepositoryError(f"git {arguments[0]} can't be run: {error}.") from error


class _Begun(NamedTuple):
    """A git that works already."""

    process: subprocess.Popen[bytes]
    room: BinaryIO | None
    """The file that it writes into, where it is no pipe."""


def _room() -> BinaryIO | None:
    """A file in memory for what git says: in a pipe it would wait for us after the first 64 KiB. None where the system
    has none, or no room for one: then a pipe has to do."""
    try:
        return open(os.memfd_create("git"), "r+b")
    except (AttributeError, OSError):
        return None


def _give_up(process: subprocess.Popen[bytes], room: BinaryIO | None = None) -> None:
    """Leave no process behind that nobody waits for any more."""
    for pipe in (process.stdin, process.stdout, process.stderr, room):
        if pipe is not None:
            pipe.close()
    if process.poll() is None:
        process.kill()
        process.wait()
