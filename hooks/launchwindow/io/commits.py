"""A commit made by plumbing: its objects are there before anything names it, and no work tree is touched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from launchwindow.io.git import Git

_NOTHING = "0" * 40
_OURSELVES = "launchwindow <launchwindow@localhost>"


def write_commit(
    git: Git, parent: str | None, changes: Mapping[str, bytes | None], message: str, now: datetime,
    author: str | None = None,
) -> str:  # fmt: skip
    """The id of a commit that no branch has yet: `parent` with some files replaced, or (None) gone.

    `author` is an e-mail address; without one launchwindow is the author.
    """
    stream = _import_stream(parent, changes, message, int(now.timestamp()), author)
    output = git.run("fast-import", "--quiet", "--date-format=raw", "--done", "--force", data=stream)
    return output.decode().strip()


def _import_stream(
    parent: str | None, changes: Mapping[str, bytes | None], message: str, seconds: int, author: str | None
) -> bytes:
    """What `git fast-import` reads: one commit, the question for its id, and that no ref shall have it."""
    text = message.encode("utf-8", "replace")
    # The last line takes the name back before it is written down. Nobody else has it, so nobody waits for its lock.
    name = f"refs/launchwindow/pending-{os.urandom(8).hex()}"
    parts = [
        f"commit {name}\nmark :1\n".encode(),
        f"author {_person(author)} {seconds} +0000\n".encode("utf-8", "replace") if author else b"",
        f"committer {_OURSELVES} {seconds} +0000\n".encode(),
        b"data %d\n%b\n" % (len(text), text),
        f"from {parent}\n".encode() if parent else b"deleteall\n",
    ]
    for path in sorted(changes):
        data = changes[path]
        quoted = _quoted(path)
        if data is None:
            parts.append(b"D %b\n" % quoted)
        else:
            parts.append(b"M 100644 inline %b\ndata %d\n%b\n" % (quoted, len(data), data))
    parts.append(f"\nget-mark :1\nreset {name}\nfrom {_NOTHING}\n\ndone\n".encode())
    return b"".join(parts)


def _person(email: str) -> str:
    """Name and address as a commit has them; what would end them early is left out."""
    plain = "".join(one for one in email if one not in "<>\0" and one.isprintable())
    return f"{plain} <{plain}>"


def _quoted(path: str) -> bytes:
    data = path.encode("utf-8", "surrogateescape")
    data = data.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + data + b'"'
