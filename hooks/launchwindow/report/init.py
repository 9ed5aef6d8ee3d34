"""What `init` did to each file, and what comes next, for people and as the document `launchwindow.init/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.edits import Edit
from launchwindow.edit.init_files import EXAMPLE, EXAMPLE_SUBJECT
from launchwindow.edit.init_steps import STATES
from launchwindow.model.named import NamedTuple
from launchwindow.report.fixes import diff_text
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.edit.init_files import Wishes
    from launchwindow.edit.init_manifest import Manifest
    from launchwindow.edit.init_steps import State, Step

_ORDER: tuple[State, ...] = ("written", "replaced", "same", "edited", "deleted", "gone", "kept", "to-merge")


class Begun(NamedTuple):
    """What a run came to."""

    folder: str
    version: str
    before: Manifest | None
    """What an earlier run had left."""
    wishes: Wishes
    steps: Sequence[Step]
    git: bool
    """Whether the folder was no repository yet."""
    dry: bool
    example: bool
    """Whether the example is among the steps."""


def init_text(begun: Begun, *, diff: bool = False) -> str:
    """A line for each kind of file, what to look at, and what to do next; with `diff` only what would change."""
    if diff:
        return "".join(_diff(one) for one in begun.steps) or "Every file is as it would be written.\n"
    parts = ["\n".join(_heads(begun)), *_asking(begun.steps)]
    if not begun.dry and _is_new(begun):
        parts.append("\n".join(["Next:", *_next(begun)]))
    return "\n\n".join(parts) + "\n"


def _is_new(begun: Begun) -> bool:
    return begun.before is None or any(one.writes for one in begun.steps)


def _heads(begun: Begun) -> Iterator[str]:
    where = visible(begun.folder)
    if begun.dry:
        yield f"Nothing is written. In {where}:"
    else:
        did = "begun" if begun.before is None else "brought up to date" if _is_new(begun) else "up to date already"
        yield f"{where}: {did}, version {begun.version}."
    for state in _ORDER:
        paths = [one.path for one in begun.steps if one.state == state]
        if paths and state not in ("kept", "to-merge"):
            shown = ", ".join(visible(path) for path in paths)
            yield sentence(f"{state}: {shown}", "  ", 4000)


def _asking(steps: Sequence[Step]) -> Iterator[str]:
    for one in steps:
        if one.state not in ("kept", "to-merge"):
            continue
        why = f"what is there {one.why}, and is left as it is" if one.why else STATES[one.state]
        lines = [sentence(f"{one.state}: {visible(one.path)}: {why}.", "  ")]
        if one.asks:
            lines.append(sentence(_what_to_do(one), "    "))
            lines.append(_diff(one).rstrip("\n"))
        yield "\n".join(line for line in lines if line)


def _what_to_do(step: Step) -> str:
    if step.state == "to-merge":
        return "Take over what you want of the difference to the new text, by hand; the next run does not ask again."
    return (
        "Take over what you want of the difference, by hand; or move it away and run this again. The next run does not "
        "ask again."
    )


def _diff(step: Step) -> str:
    if step.after is None or step.state in ("same", "deleted"):
        return ""
    return diff_text([Edit(step.path, step.before, step.after, ())]) if not step.why else ""


def _next(begun: Begun) -> Iterator[str]:
    if begun.before is not None:
        yield sentence("Look at `git diff`, commit it on a branch, and open a pull request.", "  · ")
        return
    yield sentence("Commit all of it, with .launchwindow/: `git add --all && git commit`.", "  · ")
    if begun.example:
        yield sentence(
            f"{EXAMPLE_SUBJECT} and its partner are invented. Look at them, try `launchwindow check`, and take them "
            "away before the identity provider gets them: `git rm -r apps/exa partners/exa.yaml`.",
            "  · ",
        )
    yield sentence("Begin an app with `launchwindow new`, or take over a fleet with `launchwindow import`.", "  · ")
    yield sentence(
        "Begin the ledger: `launchwindow adopt HEAD`, or `adopt --nothing` where nothing is deployed yet.", "  · "
    )
    yield sentence(
        f"Set the repository up on GitHub as {begun.wishes.action.docs}/security.md says; `launchwindow doctor "
        "--github OWNER/NAME` says what is missing.",
        "  · ",
    )


def init_json(begun: Begun) -> dict[str, object]:
    """The document `launchwindow.init/1`."""
    action = begun.wishes.action
    return {
        "schema": "launchwindow.init/1",
        "folder": begun.folder,
        "version": begun.version,
        "from_version": None if begun.before is None else begun.before.version,
        "action": {"repository": action.repository, "commit": action.commit, "version": action.version},
        "dry_run": begun.dry,
        "git_begun": begun.git,
        "files": [
            {
                "path": one.path,
                "state": one.state,
                "example": one.path in EXAMPLE,
                "asks": one.asks,
                "because": f"what is there {one.why}" if one.why else STATES[one.state],
                "diff": None if one.state == "written" else _diff(one) or None,
            }
            for one in begun.steps
        ],
    }
