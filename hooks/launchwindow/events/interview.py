"""The questions of `launchwindow new`: asked one by one, each answer judged at once by the rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from launchwindow.edit.answers import Answers, Attached, with_answer
from launchwindow.edit.questions import QUESTIONS, REQUIRED, STEPS, flag
from launchwindow.load.plain import advice, shown
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.report.rule_pages import group_of
from launchwindow.report.visible import sentence, visible
from launchwindow.rules.location import is_name

if TYPE_CHECKING:
    from launchwindow.edit.questions import Question
    from launchwindow.events.drafting import Desk

_POINTERS = {"certificate": "certs", "contact": "contacts"}
"""Field of the answers -> where it stands in the app's file, when that is elsewhere."""
_LATER = ("Agreement", "Readiness", "Upkeep")
"""Groups of rules that ask for what takes time: told at the end, and no reason to refuse an answer."""
_ATTACHED = ("logo", "certificate")
_NUMBERS = ("ial", "default_aal")
_LISTS = ("redirect_uris", "attribute_bundle")


class Asks(Protocol):
    """Somebody who can be asked."""

    def say(self, text: str) -> None:
        """Print lines."""

    def ask(self, prompt: str) -> str:
        """One line. Raises `NotPossible` when there is none."""


def interview(desk: Desk, given: Answers, terminal: Asks) -> Answers:
    """All answers; what is `given` is not asked for. Raises `LaunchwindowError` when a given one is wrong."""
    answers, step = given, ""
    for question in QUESTIONS:
        if not _is_asked(desk, question, answers):
            continue
        if getattr(given, question.field) not in (None, ()):
            refuse(desk, answers, question.field)
            continue
        if question.step != step:
            step = question.step
            number = f"Step {step} of 12" if step.isdecimal() else "Agreement"
            terminal.say("\n" + sentence(f"{number}: {STEPS[step]}", ""))
        answers = with_answer(answers, question.field, _answer(desk, answers, question, terminal))
    terminal.say("\n" + sentence(f"Step 11 of 12: {STEPS['11']}", ""))
    terminal.say("\n" + sentence(f"Step 12 of 12: {STEPS['12']}", ""))
    if terminal.ask("Write the files [yes]: ").strip().lower() not in ("", "y", "yes"):
        raise NotPossible("Nothing was written, as you said.")
    return answers


def _is_asked(desk: Desk, question: Question, answers: Answers) -> bool:
    if question.field == "iaa" and not desk.needs_agreement(answers.environment):
        return False
    return question.applies(answers)


def _answer(desk: Desk, answers: Answers, question: Question, terminal: Asks) -> object:
    """One good answer, however often it has to be asked for; None or nothing is to be filled in later."""
    default = getattr(desk.suggested(answers), question.field)
    offered = desk.setting(answers).logo if question.field == "logo" else _text(default)
    choices = f" ({', '.join(question.choices)})" if question.choices and question.field not in _NUMBERS else ""
    prompt = f"{question.asks}{choices}{f' [{visible(offered)}]' if offered else ''}: "
    found: tuple[str, ...] = ()
    while True:
        line = terminal.ask(prompt).strip()
        if not line and (found or default is not None or question.field not in REQUIRED):
            return found or default
        value, trouble = _read(desk, question, line, found)
        if trouble is None:
            trouble = trouble_with(desk, with_answer(answers, question.field, value), question.field)
        if trouble is not None:
            terminal.say(sentence(trouble, "  "))
        elif question.many and isinstance(value, tuple):
            found, prompt = value, "Another one, or nothing: "
        else:
            return value


def _text(default: object) -> str:
    return ", ".join(default) if isinstance(default, tuple) else "" if default is None else str(default)


def _read(desk: Desk, question: Question, line: str, found: tuple[str, ...]) -> tuple[object, str | None]:
    """(value, why it is none) of a typed line; `found` are those before it."""
    if not line:
        return None, "This decides where the file goes and what it holds: it is needed."
    if question.choices and line not in question.choices:
        return None, f"{shown(line)} is none of them; {advice(line, question.choices)}"
    if question.field in _ATTACHED:
        try:
            return Attached(line, desk.space.read_file(Path(line))), None
        except LaunchwindowError as error:
            return None, str(error)
    if question.many:
        return (*found, line), None
    return (int(line) if question.field in _NUMBERS else line), None


def refuse(desk: Desk, answers: Answers, field: str) -> None:
    """Raises `LaunchwindowError`, which names the option, when a given answer is wrong."""
    trouble = trouble_with(desk, answers, field)
    if trouble is not None:
        raise LaunchwindowError(f"{flag(field)}: {trouble}")


def trouble_with(desk: Desk, answers: Answers, field: str) -> str | None:
    """What is wrong with one answer, and what to do; None when nothing is, or it can't be known yet."""
    value = getattr(answers, field)
    if any(isinstance(text, str) and not _is_text(text) for text in (value if field in _LISTS else (value,))):
        return "This is no text in UTF-8; write it again, letter by letter."
    if field == "partner" and value not in desk.partners:
        known = advice(value, desk.partners) if desk.partners else "add its file first."
        return f"There is no partners/{visible(value, 60)}.yaml; {known}"
    if field == "app" and not is_name(value):
        return f"{shown(value)} is no name for an app; write lower-case words joined by hyphens: benefits-finder."
    if field == "environment" and answers.path in desk.tree.entries:
        raise NotPossible(f"{answers.path} is there already; edit it, or name another app or environment.")
    if field in REQUIRED:
        return None
    if field == "issuer" and (other := desk.issuer_taken_by(answers)) is not None:
        return f"{other} has this issuer already; each app of an environment has its own."
    return _judged(desk, answers, field)


def _is_text(text: str) -> bool:
    """Whether no half character is in it: what stands for a byte that a terminal or shell could not decode."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _judged(desk: Desk, answers: Answers, field: str) -> str | None:
    """The first error that the rules find at an answer."""
    if answers.protocol is None:
        answers = answers._replace(protocol="openid_connect_pkce")
    for other in _ATTACHED:
        # What is found in another file than the app's own is then about this one.
        answers = answers if other == field else with_answer(answers, other, None)
    pointer = f"/{_POINTERS.get(field, field)}"
    for finding in desk.findings(answers):
        here = finding.path == pointer or finding.path.startswith(f"{pointer}/") or finding.file != answers.path
        here = here or finding.rule == "yaml"
        later = group_of(finding.rule) in _LATER and finding.rule != "iaa-format"
        if here and finding.severity == "error" and not later and finding.rule != "placeholder":
            return f"{finding.message} {finding.fix}"
    return None
