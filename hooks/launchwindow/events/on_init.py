"""Somebody begins a configuration repository, or brings one up to date (`init`)."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from launchwindow import __version__
from launchwindow.edit.init_files import COMMIT, EXAMPLE, Action, Sources, Wishes, example_files, init_files
from launchwindow.edit.init_manifest import PATH, Unreadable, read_manifest
from launchwindow.edit.init_steps import InTheWay, manifest_step, next_manifest, seeds, steps_of
from launchwindow.events.answer import Answer
from launchwindow.io import resources
from launchwindow.io.files import WorkTree
from launchwindow.io.new_repository import commit_of_tag, needs_git, new_repository, place_for
from launchwindow.io.place import keep_out_of_git
from launchwindow.io.several import Change, Other, read_several, write_several
from launchwindow.model.errors import LaunchwindowError, NotPossible, RepositoryError
from launchwindow.model.named import NamedTuple
from launchwindow.report.init import Begun, init_json, init_text
from launchwindow.report.page.checklist import blank_checklist

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from launchwindow.edit.init_files import Reviewer
    from launchwindow.edit.init_manifest import Manifest
    from launchwindow.edit.init_steps import Step, There

_SOURCES = Sources(resources.own_file, resources.template, resources.schema_bytes)


class Asked(NamedTuple):
    """What the command line says of it."""

    repository: str | None
    """Of the action."""
    ref: str | None
    """A commit or a tag of it."""
    server: str
    reviewers: tuple[Reviewer, ...]
    example: bool
    upgrade: bool
    dry: bool
    """Whether nothing is written."""
    diff: bool
    """Whether to show how each file differs, and nothing else."""


def init(given: Path, asked: Asked) -> Answer:
    """Write what a configuration repository needs into the folder, and make it one.

    Nothing that is there is written over but, with `upgrade`, what an earlier run wrote and nobody edited. Status 1
    when somebody has to look at a file. Raises `LaunchwindowError` where something that can't be guessed is missing,
    `NotPossible` in a folder of another repository, `RepositoryError` where a file can't be written: then none is.
    """
    keep_out_of_git(given)
    folder = place_for(given)
    begins = needs_git(folder)
    before = _manifest(folder)
    if asked.upgrade and before is None:
        raise NotPossible(
            f"{folder} has no {PATH}: `init` never ran there, or it was not committed. Run `launchwindow init` without "
            "--upgrade: it keeps and names all that differs."
        )
    wishes = _wishes(asked, before)
    _refuse_others(folder, asked, wishes, before)
    texts = init_files(_SOURCES, wishes, blank_checklist())
    there = _there(folder, [*texts, *(() if before is None else before.files), PATH, *EXAMPLE])
    steps = steps_of(texts, there, before)
    wanted = asked.example and before is None
    example = seeds(example_files(_SOURCES), there) if wanted and not _has_apps(folder) else []
    manifest = manifest_step(next_manifest(__version__, wishes, texts, steps, before), there[PATH])
    all_steps = [*steps, *example, manifest]
    if not asked.dry:
        with new_repository(folder) if begins else nullcontext():
            write_several(folder, [_change(one) for one in all_steps if one.writes])
    begun = Begun(str(folder), __version__, before, wishes, all_steps, begins, asked.dry, bool(example))
    return Answer(init_text(begun, diff=asked.diff), init_json(begun), 1 if any(one.asks for one in all_steps) else 0)


def _change(step: Step) -> Change:
    assert step.after is not None
    return Change(step.path, step.before, step.after)


def _there(folder: Path, paths: Iterable[str]) -> dict[str, There]:
    found = read_several(folder, paths)
    return {path: InTheWay(one.what) if isinstance(one, Other) else one for path, one in found.items()}


def _has_apps(folder: Path) -> bool:
    """Whether there are apps or partners of somebody's own, beside which an invented one has no business."""
    own = {path for path in WorkTree(folder).entries if path.startswith(("apps/", "partners/"))}
    return not own <= {*EXAMPLE, "apps", "partners"}


def _manifest(folder: Path) -> Manifest | None:
    """What an earlier run left. Raises `RepositoryError` when it can't be read."""
    found = read_several(folder, [PATH])[PATH]
    if found is None:
        return None
    try:
        if isinstance(found, Other):
            raise Unreadable(f"It {found.what}.")
        return read_manifest(found)
    except Unreadable as error:
        raise RepositoryError(
            f"{folder / PATH} can't be used: {error} Put back what git has of it; or delete it, and what differs from "
            "this version's texts is kept and named."
        ) from error


def _wishes(asked: Asked, before: Manifest | None) -> Wishes:
    reviewers = asked.reviewers or (() if before is None else before.wishes.reviewers)
    if not reviewers:
        raise LaunchwindowError(
            "init needs --reviewer EMAIL:GITHUB, once for each person whose approval counts; two or more, so that one "
            "can be the author of a change."
        )
    return Wishes(_action(asked, before), reviewers)


def _action(asked: Asked, before: Manifest | None) -> Action:
    """Which commit of which repository: as asked, else of the one that it was before, else of this version's own."""
    known = resources.released()
    old = None if before is None else before.wishes.action
    if asked.repository is None and old is not None and before is not None and before.version == __version__:
        return old
    tag = f"v{__version__}"
    repository = asked.repository or (old.repository if old else None) or (known["repository"] if known else None)
    if repository is None:
        raise LaunchwindowError(
            "init needs --action OWNER/NAME@COMMIT: this is no released version, so it does not know where its action "
            "and hooks are. With --action OWNER/NAME the commit of its tag is looked up."
        )
    server = old.server if old is not None and asked.repository is None else asked.server
    released_here = known is not None and known["repository"] == repository
    if asked.ref is None and known is not None and released_here:
        return Action(server, repository, known["commit"], tag)
    ref = asked.ref or tag
    if COMMIT.fullmatch(ref):
        is_release = known is not None and released_here and known["commit"] == ref
        return Action(server, repository, ref, tag if is_release else None)
    return Action(server, repository, commit_of_tag(f"{server}/{repository}", ref), ref)


def _refuse_others(folder: Path, asked: Asked, wishes: Wishes, before: Manifest | None) -> None:
    """Raises `NotPossible` when `init` would have to bring something up to date without being asked to."""
    if not asked.upgrade and before is not None and (before.version, before.wishes) != (__version__, wishes):
        raise NotPossible(
            f"{folder} was begun before, by version {before.version} with {_told(before)}. Run `launchwindow init "
            f"--upgrade`, which brings it to version {__version__} and to what you ask for now."
        )


def _told(before: Manifest) -> str:
    action = before.wishes.action
    return f"{action.repository}@{action.commit[:12]} and {len(before.wishes.reviewers)} reviewers"
