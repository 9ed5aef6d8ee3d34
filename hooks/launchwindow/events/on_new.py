"""Somebody begins an app (`new`): the process page's steps become its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.answers import Answers, Attached, with_defaults
from launchwindow.edit.questions import QUESTIONS, REQUIRED, flag
from launchwindow.events.answer import Answer
from launchwindow.events.drafting import Desk
from launchwindow.events.interview import interview, refuse
from launchwindow.io.import_files import write_new_files
from launchwindow.io.prompts import UNANSWERED, terminal
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.report.created import Created, created_json, created_text

if TYPE_CHECKING:
    from pathlib import Path

    from launchwindow.events.interview import Asks
    from launchwindow.events.workspace import Workspace

_ADVICE = "Edit what is there, or move it away."


def new_app(space: Workspace, given: Answers, logo: Path | None, certificate: Path | None) -> Answer:
    """Write a new app's files. What is not `given` is asked for at a terminal, and left to be filled in elsewhere.

    Raises LaunchwindowError for a given answer that is wrong and, without a terminal, for one that is needed;
    NotPossible where a file would be overwritten. Then nothing is written.
    """
    given = given._replace(logo=_attached(space, logo), certificate=_attached(space, certificate))
    return begin(space, given, terminal())


def begin(space: Workspace, given: Answers, somebody: Asks | None) -> Answer:
    """The same, with whoever can be asked; None where nobody can."""
    desk = Desk(space)
    try:
        answers = _unasked(desk, given) if somebody is None else interview(desk, given, somebody)
    except KeyboardInterrupt:
        # Also while an answer is being judged: whoever is asked may leave at any time.
        raise NotPossible(UNANSWERED) from None
    files = desk.files(answers)
    findings = desk.findings(answers)
    created = Created(
        answers.environment or "", f"{answers.partner}/{answers.app}", files, findings, desk.notice_days(answers),
        desk.window(answers),
    )  # fmt: skip
    write_new_files(space.directory, files, _ADVICE)
    return Answer(created_text(created), created_json(created))


def _unasked(desk: Desk, given: Answers) -> Answers:
    """The answers and their defaults, each given one judged."""
    missing = [field for field in REQUIRED if getattr(given, field) is None]
    if missing == ["protocol"]:
        # The twin's, if there is one.
        given = given._replace(protocol=desk.defaults(given).protocol)
        missing = [] if given.protocol else missing
    if missing:
        options = ", ".join(flag(field) for field in missing)
        raise LaunchwindowError(f"new needs {options}: there is no terminal to ask at.")
    answers = with_defaults(given, desk.defaults(given))
    for question in QUESTIONS:
        if getattr(given, question.field) not in (None, ()):
            refuse(desk, answers, question.field)
    return answers


def _attached(space: Workspace, path: Path | None) -> Attached | None:
    return None if path is None else Attached(path.name, space.read_file(path))
