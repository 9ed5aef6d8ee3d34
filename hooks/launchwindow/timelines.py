"""The ledger -> one app's timeline: `S0`, the merged states since, and what each has to wait for (design §7, §8)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from launchwindow.merges import KEY_IN_USE
from launchwindow.model.rotation import Rotation
from launchwindow.model.row import Row
from launchwindow.model.schedule import Obstacle, State, Timeline
from launchwindow.record import requests_of
from launchwindow.rotation import refusals, words
from launchwindow.settle import schedule_values
from launchwindow.validate import waivers_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger, Request, ScheduleValue
    from launchwindow.model.policy import Environment
    from launchwindow.model.row import PartnerRow


def timeline_of(
    ledger: Ledger, subject: str, environment: Environment, judge: Judge, *, coordinated: bool = False
) -> Timeline:
    """`S0` and the merged states since, of one app or one partner's file.

    `coordinated` while a person releases the app at its agreed time.
    """
    deployed = ledger.deployed.get(subject)
    released = deployed.released if deployed else None
    order = released.order if released else -1
    requests = [one for one in requests_of(ledger, subject) if one.order > order and one.released is None]
    rotation = rotation_of(ledger, subject, judge)._replace(coordinated=coordinated)

    def errors(index: int, day: date) -> tuple[Obstacle, ...]:
        return judge.obstacles(ledger, requests[index], day)

    def guard(before: Row | PartnerRow | None, state: State, day: date, opens_at: datetime) -> tuple[Obstacle, ...]:
        return _guard(before, state, day, opens_at, rotation)

    return Timeline(
        subject, environment, released.row if released else None,
        tuple(State(request, request.row) for request in requests), not_before(ledger, subject), errors, guard,
    )  # fmt: skip


def not_before(ledger: Ledger, subject: str) -> date | None:
    """The day before which an app asks not to be released, as an approved merge set it."""
    value = schedule_values(ledger, subject).get("release.not_before")
    try:
        return date.fromisoformat(value.value) if value and isinstance(value.value, str) else None
    except ValueError:
        # No date: `schema` reports it as an error, and that keeps the state from being released.
        return None


def rotation_of(ledger: Ledger, subject: str, judge: Judge) -> Rotation:
    """What the guard of certificates has to know of an app."""
    deployed = ledger.deployed.get(subject)
    confirmed = deployed.confirmed.row if deployed and deployed.confirmed else None
    values = schedule_values(ledger, subject)
    waivers = values.get("waivers")
    key_in_use, coordinate_at, reason = words({name: one.value for name, one in values.items()})
    word = values.get(KEY_IN_USE)
    if key_in_use is not None and word is not None and word.at is not None:
        key_in_use = key_in_use._replace(said_on=word.at.astimezone(judge.timezone).date())
    return Rotation(
        timezone=judge.timezone,
        confirmed=confirmed if isinstance(confirmed, Row) else None,
        certificates_since=deployed.certificates_since if deployed else None,
        key_in_use=key_in_use,
        signs=_signs(ledger, subject, values),
        signs_since=_signs_since(ledger, subject, values),
        coordinate_at=coordinate_at,
        reason=reason,
        overlap_waived_until=waived_until(waivers.value if waivers else None),
        signed_until=_signed_until(values),
        missed=coordinate_at is not None and judge.is_over(coordinate_at.astimezone(judge.timezone).date()),
        word_withdrawn=_word_withdrawn(ledger, subject, word),
    )


def _word_withdrawn(ledger: Ledger, subject: str, word: ScheduleValue | None) -> bool:
    """To say which key is in use takes an approval; to take it back takes none, for it may be that the other is."""
    return word is not None and any(
        KEY_IN_USE in one.schedule and one.order > word.order and not one.approved
        for one in requests_of(ledger, subject)
    )


def _signs(ledger: Ledger, subject: str, values: Mapping[str, ScheduleValue]) -> bool:
    """Whether the value in force, or one that still waits for its approval, says that requests are signed."""
    in_force = values.get("requests_signed")
    said = [
        one.schedule["requests_signed"] for one in requests_of(ledger, subject) if "requests_signed" in one.schedule
    ]
    return (in_force is not None and in_force.value is True) or True in said


def _signs_since(ledger: Ledger, subject: str, values: Mapping[str, ScheduleValue]) -> int | None:
    in_force = values.get("requests_signed")
    if in_force is None or in_force.value is not True:
        return None
    newer = [one for one in requests_of(ledger, subject)
             if one.order > in_force.order and one.schedule.get("requests_signed", True) is not True]  # fmt: skip
    return None if newer else in_force.order


def _signed_until(values: Mapping[str, ScheduleValue]) -> int | None:
    in_force = values.get("requests_signed")
    return None if in_force is None or in_force.value is True else in_force.order


def waived_until(value: object) -> date | None:
    """The last day on which a list of waivers lets a key be removed at once."""
    days = []
    for waiver in waivers_in(value):
        try:
            days += [date.fromisoformat(waiver.expires)] if waiver.rule == "rotation-overlap" else []
        except ValueError:
            # No date, no end: such a waiver waives nothing, and `schema` says so.
            continue
    return max(days, default=None)


def _guard(
    before: Row | PartnerRow | None, state: State, day: date, opens_at: datetime, rotation: Rotation
) -> tuple[Obstacle, ...]:
    order, merged_at = _said_last(state.request, opens_at)
    commit = state.request.commit[:12]
    return tuple(
        Obstacle(
            "rotation" if one.rule == "rotation-overlap" else "coordination",
            f"{commit}: {one.message}. {one.step}".rstrip("."), one.until,
        )
        for one in refusals(before, state.row, order, merged_at, day, rotation)
    )  # fmt: skip


def _said_last(request: Request, opens_at: datetime) -> tuple[int, datetime]:
    """(number, moment) of the newest merge before the window opened that left this state: its own, or one after it
    that changed only the schedule."""
    known = [(request.order, request.merged_at), *(one for one in request.repeated if one[1] < opens_at)]
    return max(known)
