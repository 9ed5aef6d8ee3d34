"""What `init` does to each file: what it would write, what is there, and what an earlier run wrote -> steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.edit.init_manifest import PATH, Manifest, digest, manifest_bytes
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.edit.init_files import Wishes

State = Literal["written", "replaced", "same", "kept", "edited", "to-merge", "deleted", "gone"]
STATES: Mapping[State, str] = {
    "written": "was not there, and is written",
    "replaced": "nobody edited it since it was written: it is brought up to date",
    "same": "is as it would be written",
    "kept": "something else was there, and is left as it is",
    "edited": "was edited since it was written, and the new text is the old one: it is left as it is",
    "to-merge": "was edited since it was written, and the text is a new one: it is left as it is",
    "deleted": "was deleted since it was written, and stays so",
    "gone": "is no part of this version any more, and is left as it is",
}


class InTheWay(NamedTuple):
    """What stands at a path, or above it, and is no file that could be read."""

    what: str
    """A phrase, such as `is a symbolic link`."""


There = bytes | InTheWay | None
"""What is at a path; None for nothing."""


class Step(NamedTuple):
    """One file."""

    path: str
    state: State
    before: bytes | None
    """What is there, if it is a file."""
    after: bytes | None
    """What is to be there, if anything is written or somebody has to merge it."""
    why: str
    """What is in the way, if it is no file."""
    told: bool = False
    """Whether an earlier run has said so already: then nobody has to do anything."""

    @property
    def writes(self) -> bool:
        """Whether it changes the file."""
        return self.state in ("written", "replaced")

    @property
    def asks(self) -> bool:
        """Whether somebody has to look."""
        return self.state == "to-merge" or (self.state == "kept" and not self.told)


def steps_of(texts: Mapping[str, bytes], there: Mapping[str, There], before: Manifest | None) -> list[Step]:
    """What to do with each text, and with what an earlier version wrote besides."""
    steps = [_step(path, text, there.get(path), before) for path, text in texts.items()]
    old = () if before is None else before.files
    return steps + [Step(path, "gone", None, None, "") for path in old if path not in texts and _is_there(there, path)]


def _is_there(there: Mapping[str, There], path: str) -> bool:
    return there.get(path) is not None


def _step(path: str, text: bytes, found: There, before: Manifest | None) -> Step:
    recorded = None if before is None else before.files.get(path)
    told = before is not None and path in before.kept
    if found is None:
        return Step(path, "written" if recorded is None else "deleted", None, text, "")
    if isinstance(found, InTheWay):
        return Step(path, "kept", None, text, found.what, told)
    after = _with_line_ends_of(found, text)
    if found == after:
        return Step(path, "same", found, None, "")
    if recorded is None:
        return Step(path, "kept", found, after, "", told)
    if digest(found) == recorded:
        return Step(path, "replaced", found, after, "")
    return Step(path, "edited" if recorded == digest(text) else "to-merge", found, after, "")


def _with_line_ends_of(found: bytes, text: bytes) -> bytes:
    """The text with Windows' line ends where every line of the file has them."""
    windows = b"\r\n" in found and found.count(b"\n") == found.count(b"\r\n")
    return text.replace(b"\n", b"\r\n") if windows else text


def seeds(texts: Mapping[str, bytes], there: Mapping[str, There]) -> list[Step]:
    """What to do with files that are written once, and are somebody's own from then on."""
    return [_step(path, text, there.get(path), None) for path, text in texts.items()]


def next_manifest(
    version: str, wishes: Wishes, texts: Mapping[str, bytes], steps: list[Step], before: Manifest | None
) -> bytes:
    """The manifest that says so once the steps are taken."""
    return manifest_bytes(Manifest(version, wishes, dict(_recorded(texts, steps, before)), tuple(
        one.path for one in steps if one.state == "kept" and one.path in texts
    )))  # fmt: skip


def _recorded(texts: Mapping[str, bytes], steps: list[Step], before: Manifest | None) -> Iterator[tuple[str, str]]:
    for one in steps:
        if one.path in texts and one.state != "kept":
            yield one.path, digest(texts[one.path])
        elif before is not None and one.state == "kept" and one.path in before.files:
            yield one.path, before.files[one.path]


def manifest_step(data: bytes, found: There) -> Step:
    """What to do with the manifest itself, which is ours alone."""
    if isinstance(found, InTheWay):
        return Step(PATH, "kept", None, data, found.what)
    state: State = "written" if found is None else "same" if found == data else "replaced"
    return Step(PATH, state, found, None if state == "same" else data, "")
