"""The inputs of `action.yml` -> a command line. No input is ever a piece of a script: each is one argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.errors import LaunchwindowError
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Inputs(NamedTuple):
    """The inputs, by their names in `action.yml`; what was not given is empty."""

    command: str = ""
    environment: str = ""
    base: str = ""
    head: str = ""
    pull_request: str = ""
    what: str = ""
    reason: str = ""
    idp_file: str = ""
    working_directory: str = ""


class People(NamedTuple):
    """Who acts, as e-mail addresses: never an input, which anybody may write."""

    by: str
    second: str = ""


MINUTES = 45
"""How long a step of `sync` begins something new: the workflows' jobs end after an hour, in the middle of anything."""
PREFIX = "LAUNCHWINDOW_"
"""Of the variables in which `action.yml` hands its inputs over."""


def inputs_in(variables: Mapping[str, str]) -> Inputs:
    """The inputs that a step was given."""
    return Inputs(*(variables.get(f"{PREFIX}{name.upper()}", "").strip() for name in Inputs._fields))


def _check(given: Inputs) -> list[str]:
    # Also where the runner gives steps a terminal: the text goes into the summary as well. And whoever ran something as
    # the same user before, such as another pull request's tests, may have written what was kept.
    return ["check", "--color=never", "--no-cache", *_option("--since", given.base)]


def _plan(given: Inputs) -> list[str]:
    pull = _option("--pull-request", given.pull_request)
    return ["plan", *_option("--base", given.base), *_option("--head", given.head), *pull]


def _release(given: Inputs) -> list[str]:
    return ["release", *_option("--environment", given.environment)]


def _confirm(given: Inputs) -> list[str]:
    _demand(given, "idp_file")
    return ["confirm", *_option("--environment", given.environment), f"--seen={given.idp_file}"]


QUIET: dict[str, Callable[[Inputs], list[str]]] = {
    "check": _check,
    "plan": _plan,
    "request": lambda _: ["request"],
    "release": _release,
    "confirm": _confirm,
    "sync": lambda _: ["sync", f"--minutes={MINUTES}"],
    "doctor": lambda _: ["doctor"],
}
"""What nobody has to answer for."""


def _lever(name: str, word: str) -> Callable[[Inputs, People], list[str]]:
    return lambda given, people: [name, f"--by={people.by}", f"--{word}={given.reason}", "--", given.what]


def _off_cycle(given: Inputs, people: People) -> list[str]:
    if not people.second:
        raise LaunchwindowError(
            "An off-cycle release takes two reviewers: who dispatched this run, and another one who approved it. "
            "Demand a reviewer for the environment launchwindow-operate, and forbid that people approve their own runs."
        )
    return ["off-cycle", f"--by={people.by}", f"--second={people.second}", f"--reason={given.reason}", "--", given.what]


def _coordinated(given: Inputs, people: People) -> list[str]:
    return ["release", f"--coordinated={given.what}", f"--by={people.by}"]


def _failed(given: Inputs, people: People) -> list[str]:
    return ["confirm", f"--environment={given.what}", "--failed", f"--by={people.by}", f"--note={given.reason}"]


LEVERS: dict[str, Callable[[Inputs, People], list[str]]] = {
    "hold": _lever("hold", "reason"),
    "resume": _lever("resume", "note"),
    "approve": _lever("approve", "note"),
    "short-notice": _lever("short-notice", "reason"),
    "off-cycle": _off_cycle,
    "rollback": _lever("rollback", "reason"),
    "coordinated": _coordinated,
    "failed": _failed,
}
"""What somebody does, and answers for."""

NOT_REMOTE = ("check",)
"""Commands that look at the checkout alone."""


def command_line(given: Inputs, people: People | None, repository: str) -> list[str]:
    """The command line that a step asks for. Raises `LaunchwindowError` naming the input that is missing or unknown."""
    if given.command in QUIET:
        words = QUIET[given.command](given)
    elif given.command in LEVERS and people is not None:
        _demand(given, "what", "reason")
        words = LEVERS[given.command](given, people)
    else:
        known = ", ".join((*QUIET, *LEVERS))
        raise LaunchwindowError(f"The input command is “{given.command}”; it is one of {known}.")
    shared = [] if words[0] in NOT_REMOTE else ["--remote=origin", f"--github={repository}"]
    return [words[0], *shared, *words[1:]]


def _option(name: str, value: str) -> list[str]:
    return [f"{name}={value}"] if value else []


def _demand(given: Inputs, *names: str) -> None:
    missing = [name.replace("_", "-") for name in names if not getattr(given, name)]
    if missing:
        raise LaunchwindowError(f"{given.command} needs the input {' and '.join(missing)}.")
