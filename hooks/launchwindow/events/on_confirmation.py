"""The identity provider was seen to run what was handed over, or somebody vouches for it (`confirm`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.confirmation import confirm as confirmed
from launchwindow.confirmation import unconfirmed
from launchwindow.events.answer import Answer
from launchwindow.events.seeing import look
from launchwindow.exchange.seen import sentence
from launchwindow.exchange.seen_file import differences_of
from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.report.changes import app_name, count, paragraphs
from launchwindow.report.requests import taken_back_text
from launchwindow.report.visible import visible
from launchwindow.take_back import first_failed, take_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from launchwindow.events.workspace import Workspace
    from launchwindow.exchange.seen_file import SeenFile
    from launchwindow.model.ledger import Deployed, Ledger, Release, Request


class _Verdict(NamedTuple):
    """What a look at the identity provider came to: subject -> how its row differs, empty where it agrees."""

    agree: tuple[str, ...]
    differ: Mapping[str, tuple[str, ...]]


def confirm_seen(space: Workspace, environment: str, seen: Path, rails_environment: str | None) -> Answer:
    """Confirm each app whose row agrees with what the IdP has; name the others."""
    found = look(space, seen, environment, rails_environment)
    if found.kind == "api":
        # A release that changed nothing else would be closed unseen.
        raise LaunchwindowError(
            f"{seen} is what the dashboard's API says, which tells only a part of what a release changes. Confirm by "
            "the service_providers.yml that the identity provider has, or by somebody's word (--by); `drift` compares "
            "as far as this goes."
        )
    verdicts: list[_Verdict] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        verdicts.append(_compare(ledger, environment, found))
        after = confirmed(ledger, environment, set(verdicts[-1].agree), f"what {seen.name} holds", space.now)
        return after, f"Confirm {count(len(verdicts[-1].agree), 'app')} of {environment}"

    space.change_ledger(step)
    return _answer(environment, verdicts[-1].agree, verdicts[-1].differ)


def confirm_by(space: Workspace, environment: str, by: str, note: str, window: date | None) -> Answer:
    """Confirm all of a release because somebody vouches for it; by default the environment's newest."""
    taken: list[tuple[str, ...]] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        waiting = [ledger.deployed[subject] for subject in unconfirmed(ledger, environment)]
        # The newest release, confirmed or not: to vouch for it twice must not vouch for an older one.
        newest = max(_releases(ledger, environment), key=lambda one: one.number, default=None)
        day = window or (newest.window if newest else None)
        taken.append(tuple(one.subject for one in waiting if _is_of(one, window, newest)))
        if not taken[-1]:
            raise NotPossible(_nothing_waits(environment, day, waiting))
        after = confirmed(ledger, environment, set(taken[-1]), f"{by}: {note}", space.now)
        return after, f"Confirm the release of {day} in {environment}, by {by}: {note}"

    space.change_ledger(step)
    return _answer(environment, taken[-1], {})


def confirm_failed(space: Workspace, environment: str, by: str, note: str, window: date | None) -> Answer:
    """A release did not come to run: take it back, and every later one that nobody has confirmed."""
    taken: list[tuple[Request, ...]] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        first = first_failed(ledger, environment, window)
        after, held = take_back(ledger, environment, first, by, note, space.now)
        taken.append(held)
        return after, f"Take back what failed in {environment}, by {by}: {note}"

    space.change_ledger(step)
    held = sorted(taken[-1], key=lambda one: one.id)
    document = {
        "schema": "launchwindow.confirm/1",
        "environment": environment,
        "confirmed": [],
        "different": [],
        "taken_back": [one.id for one in held],
    }
    return Answer(taken_back_text(environment, held, space.remote), document)


def _releases(ledger: Ledger, environment: str) -> Iterator[Release]:
    for one in ledger.deployed.values():
        if one.subject.startswith(f"{environment}/") and one.released is not None and one.released.window is not None:
            yield one.released


def _is_of(one: Deployed, window: date | None, newest: Release | None) -> bool:
    """Whether what waits is of the day that was named, or of the newest release."""
    if one.released is None or newest is None:
        return False
    return one.released.window == window if window else one.released.number == newest.number


def _nothing_waits(environment: str, window: date | None, waiting: Sequence[Deployed]) -> str:
    older = sorted({str(day) for one in waiting if (day := _window(one))})
    which = f" from {window}" if window else ""
    ways_out = f" What waits is from {', '.join(older)}: name it with `--window`." if older else ""
    return f"Nothing of {environment} waits for a confirmation{which}.{ways_out}"


def _window(one: Deployed) -> date | None:
    return one.released.window if one.released else None


def _compare(ledger: Ledger, environment: str, seen: SeenFile) -> _Verdict:
    agree: list[str] = []
    differ: dict[str, tuple[str, ...]] = {}
    for subject in unconfirmed(ledger, environment):
        one = ledger.deployed[subject]
        assert one.released is not None
        row = one.released.row
        if not isinstance(row, Row):
            # The partner's agreements are not in this file: they came with the same release.
            continue
        found = differences_of(seen, subject, row, one.cert_files)
        if found is None:
            differ[subject] = (_missing(seen.elsewhere.get(row.issuer)),)
        elif found:
            differ[subject] = tuple(sentence(difference) for difference in found)
        else:
            agree.append(subject)
    return _Verdict((*agree, *_partners_with(ledger, environment, agree, differ)), differ)


def _missing(restriction: str | None) -> str:
    if restriction is None:
        return "the identity provider does not know its issuer"
    return f"the file has its issuer for another environment: restrict_to_deploy_env is {clean(restriction)}"


def _partners_with(ledger: Ledger, environment: str, agree: list[str], differ: Mapping[str, object]) -> list[str]:
    """Partner files of releases that were seen to run in full: all apps of the same window agree."""
    waiting = {subject: _window(ledger.deployed[subject]) for subject in unconfirmed(ledger, environment)}
    running = {waiting[subject] for subject in agree} - {waiting[subject] for subject in differ}
    apps = {subject for subject in waiting if isinstance(_row(ledger, subject), Row)}
    alone = set(waiting.values()) - {waiting[subject] for subject in apps}
    return [subject for subject, day in waiting.items() if subject not in apps and day in running | alone]


def _row(ledger: Ledger, subject: str) -> object:
    released = ledger.deployed[subject].released
    return released.row if released else None


def _answer(environment: str, agree: tuple[str, ...], differ: Mapping[str, tuple[str, ...]]) -> Answer:
    blocks = [f"{environment}: {count(len(agree), 'record')} confirmed."]
    if not agree and not differ:
        blocks = [f"{environment}: nothing waits for a confirmation."]
    if agree:
        blocks.append("\n".join(f"  + {subject}" for subject in agree))
    if differ:
        lines = [f"Not confirmed, for the identity provider has something else ({len(differ)}):"]
        for subject, problems in differ.items():
            lines += [f"  ! {subject}", *(f"      {visible(problem, 300)}" for problem in problems)]
        blocks.append("\n".join(lines))
    document = {
        "schema": "launchwindow.confirm/1",
        "environment": environment,
        "confirmed": sorted(app_name(subject) for subject in agree),
        "taken_back": [],
        "different": [
            {"app": app_name(subject), "because": list(problems)} for subject, problems in sorted(differ.items())
        ],
    }
    return Answer(paragraphs(blocks), document, 1 if differ else 0)
