"""`.launchwindow/init.yaml`: what `init` wrote, so that a later version knows what was edited since."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.edit.init_files import ACCOUNT, COMMIT, EMAIL, REPOSITORY, SERVER, TAG, Action, Reviewer, Wishes
from launchwindow.emit import to_yaml
from launchwindow.load.plain import ABSENT, Plain
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = ".launchwindow/init.yaml"
FORMAT = 1
_COMMENT = """\
What `launchwindow init` wrote here, and the digest of each text: `launchwindow init --upgrade` replaces a file that
nobody edited since, and leaves every other one. Commit it. To get a deleted file back, delete its line and run
`launchwindow init --upgrade`."""
_FILE = re.compile(r"(?:(?!\.\.?(?:/|$))[A-Za-z0-9._-]+(?:/|$))+(?<!/)")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Manifest(NamedTuple):
    """What an earlier run left."""

    version: str
    wishes: Wishes
    files: Mapping[str, str]
    """Path -> digest of the text that was written, or last offered to whoever had edited it."""
    kept: tuple[str, ...]
    """What was there before, and was told of."""


class Unreadable(Exception):
    """The manifest is damaged; the text says how."""


def digest(data: bytes) -> str:
    """Of a text, whatever its line ends: git may have changed those."""
    return sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def manifest_bytes(manifest: Manifest) -> bytes:
    """The file."""
    return to_yaml({
        "format": FORMAT,
        "version": manifest.version,
        "action": manifest.wishes.action._asdict(),
        "reviewers": [one._asdict() for one in manifest.wishes.reviewers],
        "files": dict(sorted(manifest.files.items())),
        "kept": sorted(manifest.kept),
    }, comment=_COMMENT).encode()  # fmt: skip


def read_manifest(data: bytes) -> Manifest:
    """The manifest in the file's bytes. Raises `Unreadable`."""
    try:
        root = Plain(parse(PATH, data).data, "", [])
    except Refused as error:
        raise Unreadable(error.refusal.message) from error
    fields = root.fields(("format", "version", "action", "reviewers", "files", "kept"))
    if not root.problems and fields["format"].value != FORMAT:
        raise Unreadable("A newer version of Launchwindow wrote it. Use that one.")
    manifest = Manifest(
        fields["version"].text("version", "0.1.0", TAG), Wishes(_action(fields["action"]), _reviewers(fields)),
        {name.text("path", "README.md", _FILE): digest.text("digest", "64 digits", _DIGEST)
         for name, digest in fields["files"].entries("paths and digests")},
        tuple(one.text("path", "README.md", _FILE) for one in fields["kept"].items("paths")),
    )  # fmt: skip
    if root.problems:
        raise Unreadable(" ".join(root.problems))
    return manifest


def _action(part: Plain) -> Action:
    fields = part.fields(("server", "repository", "commit", "version"))
    version = fields["version"]
    return Action(
        fields["server"].text("address", "https://github.com", SERVER),
        fields["repository"].text("repository", "example/launchwindow", REPOSITORY),
        fields["commit"].text("commit", "its 40 digits", COMMIT),
        None if version.value in (None, ABSENT) else version.text("version", "v0.1.0", TAG),
    )  # fmt: skip


def _reviewers(fields: Mapping[str, Plain]) -> tuple[Reviewer, ...]:
    found = []
    for one in fields["reviewers"].items("reviewers", least=1):
        person = one.fields(("email", "github"))
        email = person["email"].text("address", "rae@agency.gov", EMAIL)
        found.append(Reviewer(email, person["github"].text("account", "rae-reviewer", ACCOUNT)))
    return tuple(found)
