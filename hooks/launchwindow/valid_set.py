"""The whole set that the IdP would read, judged together before any of it is released (design §7, "Release")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.idp_files import file_names, problems
from launchwindow.merges import gone_subject
from launchwindow.model.errors import NotPossible
from launchwindow.model.row import PartnerRow, Row
from launchwindow.model.schedule import Obstacle
from launchwindow.schedule import choose, released_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from launchwindow.idp_files import Provider
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.policy import Environment
    from launchwindow.model.schedule import Choice, Timeline


def consistent(
    ledger: Ledger, environment: Environment, timelines: Mapping[str, Timeline], day: date,
    opens_at: datetime | None, judge: Judge,
) -> dict[str, Choice]:  # fmt: skip
    """What each app releases so that the whole set is valid: in a conflict the later merge's app falls back."""
    choices = {subject: choose(line, day, opens_at) for subject, line in timelines.items()}
    conflicts: dict[str, str] = {}
    while True:
        found = _conflict(ledger, environment, timelines, choices, judge)
        if found is None:
            break
        subject, message = found
        index = choices[subject].state
        assert index is not None
        conflicts[subject] = message
        lower = choose(timelines[subject], day, opens_at, below=index)
        obstacles = {**choices[subject].obstacles, **lower.obstacles, index: (Obstacle("conflict", message),)}
        choices[subject] = lower._replace(obstacles=obstacles)
    return choices


def _conflict(
    ledger: Ledger, environment: Environment, timelines: Mapping[str, Timeline], choices: Mapping[str, Choice],
    judge: Judge,
) -> tuple[str, str] | None:  # fmt: skip
    """(the app that has to fall back, why) when the set that `choices` make isn't valid."""
    rows = _rows_after(ledger, environment.name, timelines, choices)
    providers = [
        provider_of(ledger, subject, row, judge) for subject, row in rows.items() if isinstance(row, Row)
    ]  # fmt: skip
    partners = {subject: row for subject, row in rows.items() if isinstance(row, PartnerRow)}
    found = problems(environment.name, providers, {subject.split("/")[1]: row for subject, row in partners.items()})
    if not found:
        return None
    taken = {subject: choice.state for subject, choice in choices.items() if choice.state is not None}
    # A problem names apps as `environment/partner/app` and partners by their id.
    involved = [(one, subject) for one in found for subject in taken if _about(one.subject, subject, environment.name)]
    if not involved:
        raise NotPossible(
            f"The IdP files of {environment.name} are not valid as a set, and nothing that is due mends it: "
            + "; ".join(f"{one.subject}: {one.message}" for one in found)
        )
    problem, subject = max(involved, key=lambda pair: timelines[pair[1]].states[taken[pair[1]]].request.order)
    return subject, problem.message


def _about(name: str, subject: str, environment: str) -> bool:
    return subject in (name, f"{environment}/{name}")


def _rows_after(
    ledger: Ledger, environment: str, timelines: Mapping[str, Timeline], choices: Mapping[str, Choice]
) -> dict[str, Row | PartnerRow]:
    rows: dict[str, Row | PartnerRow] = {}
    for subject, one in ledger.deployed.items():
        if subject.startswith(f"{environment}/") and one.released is not None:
            rows[subject] = one.released.row
    for subject, choice in choices.items():
        if choice.state is None:
            continue
        row = released_row(timelines[subject], choice.state)
        assert row is not None
        before = rows.get(subject)
        if isinstance(before, Row) and isinstance(row, Row) and before.issuer != row.issuer:
            rows[gone_subject(subject, before.issuer)] = before._replace(active=False)
        rows[subject] = row
    return rows


def provider_of(ledger: Ledger, subject: str, row: Row, judge: Judge) -> Provider:
    """The provider with its file names: those that it has already, or had before the import, stay."""
    # What a change of issuer leaves behind has no record of its own yet: its files keep the names they had.
    deployed = ledger.deployed.get(subject) or ledger.deployed.get(subject.partition("~")[0])
    kept = {**judge.imported_names(subject), **(deployed.cert_files if deployed else {})}
    return file_names(subject, row, kept)


def providers(ledger: Ledger, environment: str) -> list[Provider]:
    """Every provider that the IdP's files hold, the inactive ones as well."""
    return [
        file_names(subject, one.released.row, one.cert_files)
        for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released is not None and isinstance(one.released.row, Row)
    ]


def partner_rows(ledger: Ledger, environment: str) -> dict[str, PartnerRow]:
    """Partner id -> what the IdP's files hold of it."""
    return {
        subject.split("/")[1]: one.released.row
        for subject, one in sorted(ledger.deployed.items())
        if subject.startswith(f"{environment}/") and one.released and isinstance(one.released.row, PartnerRow)
    }
