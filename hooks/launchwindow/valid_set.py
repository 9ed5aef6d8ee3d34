"""The whole set that the IdP would read, judged together before any of it is released (design §7, "Release")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.idp_files import file_names, problems
from launchwindow.merges import gone_subject
from launchwindow.model.errors import NotPossible
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import PartnerRow, Row
from launchwindow.model.schedule import Obstacle
from launchwindow.records import differing
from launchwindow.schedule import choose, released_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from launchwindow.idp_files import Provider
    from launchwindow.model.idp_files import SetProblem
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Deployed, Ledger
    from launchwindow.model.policy import Environment
    from launchwindow.model.schedule import Choice, Timeline


class _Together(NamedTuple):
    """What one environment's timelines are judged together with."""

    ledger: Ledger
    environment: Environment
    timelines: Mapping[str, Timeline]
    judge: Judge


def consistent(
    ledger: Ledger, environment: Environment, timelines: Mapping[str, Timeline], day: date,
    opens_at: datetime | None, judge: Judge,
) -> dict[str, Choice]:  # fmt: skip
    """What each app releases so that the whole set is valid: in a conflict the later merge's app falls back.

    Raises `NotPossible` when the set is not valid although nothing is taken.
    """
    together = _Together(ledger, environment, timelines, judge)
    choices = {subject: choose(line, day, opens_at) for subject, line in timelines.items()}
    while found := _problems(together, choices):
        subject, message = _to_fall_back(together, choices, found)
        index = choices[subject].state
        assert index is not None
        lower = choose(timelines[subject], day, opens_at, below=index)
        obstacles = {**choices[subject].obstacles, **lower.obstacles, index: (Obstacle("conflict", message),)}
        choices[subject] = lower._replace(obstacles=obstacles)
    return choices


def problems_with(
    ledger: Ledger, environment: Environment, timelines: Mapping[str, Timeline], choices: Mapping[str, Choice],
    judge: Judge,
) -> tuple[SetProblem, ...]:  # fmt: skip
    """What would be wrong with the whole set if exactly this were taken."""
    return _problems(_Together(ledger, environment, timelines, judge), choices)


def _problems(together: _Together, choices: Mapping[str, Choice]) -> tuple[SetProblem, ...]:
    rows = _rows_after(together, choices)
    providers = [
        provider_of(together.ledger, subject, row, together.judge)._replace(
            origin=None if subject in choices and choices[subject].state is not None
            else _origin(together.ledger, subject)
        )
        for subject, row in rows.items() if isinstance(row, Row)
    ]  # fmt: skip
    partners = {subject.split("/")[1]: row for subject, row in rows.items() if isinstance(row, PartnerRow)}
    return problems(together.environment.name, providers, partners)


def _to_fall_back(together: _Together, choices: Mapping[str, Choice], found: Sequence[SetProblem]) -> tuple[str, str]:
    """(who falls back, why): the latest merge without which a problem is gone, those that it names first.

    Without that a deployed app's own change would fall back for an intruder that merely was merged before it.
    """
    taken = {
        subject: together.timelines[subject].states[choice.state].request.order
        for subject, choice in choices.items() if choice.state is not None
    }  # fmt: skip
    if not taken:
        raise NotPossible(
            f"The IdP files of {together.environment.name} are not valid as a set, and nothing that is due mends it: "
            + "; ".join(f"{one.subject}: {one.message}" for one in found)
        )
    named = {subject for subject in taken if any(_about(one.subject, subject, together) for one in found)}
    ranked = sorted(taken, key=lambda subject: (subject in named, taken[subject]), reverse=True)
    for subject in ranked:
        without = set(_problems(together, {**choices, subject: choices[subject]._replace(state=None)}))
        gone = [one for one in found if one not in without]
        if gone:
            own = [one for one in gone if _about(one.subject, subject, together)]
            return subject, (own or gone)[0].message
    return ranked[0], found[0].message


def _about(name: str, subject: str, together: _Together) -> bool:
    """A problem names apps as `environment/partner/app` and partners by their id."""
    return subject in (name, f"{together.environment.name}/{name}")


def _rows_after(together: _Together, choices: Mapping[str, Choice]) -> dict[str, Row | PartnerRow]:
    rows: dict[str, Row | PartnerRow] = {}
    for subject, one in together.ledger.deployed.items():
        if subject.startswith(f"{together.environment.name}/") and one.released is not None:
            rows[subject] = one.released.row
    for subject, choice in choices.items():
        if choice.state is None:
            continue
        row = released_row(together.timelines[subject], choice.state)
        assert row is not None
        before = rows.get(subject)
        if isinstance(before, Row) and isinstance(row, Row) and before.issuer != row.issuer:
            rows[gone_subject(subject, before.issuer)] = before._replace(active=False)
        rows[subject] = row
    return rows | _taken_back(together.ledger, together.environment.name, rows)


def _taken_back(ledger: Ledger, environment: str, rows: Mapping[str, Row | PartnerRow]) -> dict[str, Row]:
    """The inactive rows that failed releases left, but for issuers that some app has by now."""
    issuers = {row.issuer for row in rows.values() if isinstance(row, Row)}
    return {
        gone_subject(subject, row.issuer): row
        for subject, one in sorted(ledger.deployed.items()) if subject.startswith(f"{environment}/")
        for row in one.taken_back if row.issuer not in issuers
    }  # fmt: skip


def provider_of(ledger: Ledger, subject: str, row: Row, judge: Judge) -> Provider:
    """The provider with its file names: those that it has already, or had before the import, stay."""
    # What a change of issuer leaves behind has no record of its own yet: its files keep the names they had.
    deployed = ledger.deployed.get(subject) or ledger.deployed.get(subject.partition("~")[0])
    kept = {**judge.imported_names(subject), **(deployed.cert_files if deployed else {})}
    return file_names(subject, row, kept)


def _origin(ledger: Ledger, subject: str) -> str | None:
    """The partner in whose folder an app was when it was released: it may have moved since."""
    deployed = ledger.deployed.get(subject)
    path = deployed.released.path if deployed is not None and deployed.released is not None else None
    return None if path is None else path.split("/")[1]


def providers(ledger: Ledger, environment: str) -> list[Provider]:
    """Every provider that the IdP's files hold, the inactive ones as well."""
    rows: dict[str, Row | PartnerRow] = {
        subject: one.released.row
        for subject, one in ledger.deployed.items()
        if subject.startswith(f"{environment}/") and one.released is not None
    }
    rows |= _taken_back(ledger, environment, rows)
    return [
        file_names(subject, row, _record(ledger, subject).cert_files)._replace(origin=_origin(ledger, subject))
        for subject, row in sorted(rows.items()) if isinstance(row, Row)
    ]  # fmt: skip


def _record(ledger: Ledger, subject: str) -> Deployed:
    """The subject's record, or that of the app at which a provider without one of its own was left."""
    return ledger.deployed.get(subject) or ledger.deployed[subject.partition("~")[0]]


def partner_rows(ledger: Ledger, environment: str) -> dict[str, PartnerRow]:
    """Partner id -> what the IdP's files hold of it."""
    return {
        subject.split("/")[1]: one.released.row
        for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released and isinstance(one.released.row, PartnerRow)
    }


def changed_environments(before: Ledger | None, after: Ledger) -> set[str]:
    """Where the IdP gets other files than before."""
    if before is None:
        return {subject.partition("/")[0] for subject in after.deployed}
    subjects = differing(before.deployed, after.deployed)
    return {subject.partition("/")[0] for subject in subjects
            if _handed_over(before, subject) != _handed_over(after, subject)}  # fmt: skip


def _handed_over(ledger: Ledger, subject: str) -> object:
    one = ledger.deployed.get(subject)
    return one and (one.released and one.released.row, one.cert_files, one.taken_back)
