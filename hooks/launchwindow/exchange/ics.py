"""A calendar as a file of iCalendar (RFC 5545), for Outlook, Google and Apple; and such a file read back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from launchwindow.exchange.ics_zone import time_zone
from launchwindow.model.agenda import Agenda, Entry, Kind, Status
from launchwindow.model.errors import NotPossible

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from icalendar import Calendar, Component, Event

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is read back: ten thousand apps with several events each need a tenth of it."""
_PRODUCT = "-//Launchwindow//Deploy windows//EN"
_FORMAT = "1"
_CATEGORIES = {"window": "Deploy window", "request": "Change request", "rotation": "Rotation deadline"}
_OF_ALL = "all"
_END = b"END:VCALENDAR\r\n"


def to_ics(agenda: Agenda, zone: ZoneInfo) -> bytes:
    """The file: the same agenda gives the same bytes."""
    from icalendar import Calendar

    of = f" of {agenda.partner}" if agenda.partner is not None else ""
    found = Calendar()
    for name, value in {
        "prodid": _PRODUCT,
        "version": "2.0",
        "method": "PUBLISH",
        "name": f"Login.gov deploys{of}",
        "x-wr-calname": f"Login.gov deploys{of}",
        "x-wr-timezone": zone.key,
        "x-launchwindow-format": _FORMAT,
        "x-launchwindow-repository": agenda.repository,
        "x-launchwindow-of": _whose(agenda.partner),
        "x-launchwindow-digest": _digest(agenda),
    }.items():
        found.add(name, value)
    years = [one.starts.year for one in agenda.entries if isinstance(one.starts, datetime)]
    if years:
        found.add_component(time_zone(zone, min(years)))
    whole = bytes(found.to_ical())
    assert whole.endswith(_END)
    events = (_event_lines(agenda.repository, one, zone) for one in agenda.entries)
    return b"".join([whole.removesuffix(_END), *events, _END])


@lru_cache(maxsize=65_536)
def _event_lines(repository: str, one: Entry, zone: ZoneInfo) -> bytes:
    """An event's lines. Kept, because a window stands in each partner's calendar, and to write it out takes long."""
    return bytes(_event(repository, one, zone).to_ical())


def _event(repository: str, one: Entry, zone: ZoneInfo) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", uid(repository, one.key))
    event.add("dtstamp", one.stamp)
    event.add("last-modified", one.stamp)
    event.add("sequence", one.sequence)
    event.add("dtstart", _in(zone, one.starts))
    event.add("dtend", _in(zone, one.ends))
    event.add("summary", _readable(one.summary))
    event.add("description", _readable(one.description))
    event.add("categories", [_CATEGORIES[one.kind]])
    event.add("status", one.status)
    # A deploy keeps nobody from a meeting; Outlook reads only its own word for that.
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    event.add("x-launchwindow-kind", one.kind)
    event.add("x-launchwindow-name", one.name)
    return event


def uid(repository: str, key: str) -> str:
    """An event's identity for every calendar program: the same for as long as its key is."""
    return f"{sha256(f'{repository} {key}'.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}@launchwindow"


def _in(zone: ZoneInfo, at: date | datetime) -> date | datetime:
    return at.astimezone(zone) if isinstance(at, datetime) else at


def _whose(partner: str | None) -> str:
    return _OF_ALL if partner is None else f"partner {partner}"


def _digest(agenda: Agenda) -> str:
    """Of all that is told: a file that somebody else changed, or that was cut off, does not have the one it names."""
    told = [[_plain(value) for value in one] for one in agenda.entries]
    return sha256(json.dumps([agenda.repository, agenda.partner, told]).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def from_ics(data: bytes, file: str, repository: str, partner: str | None, zone: ZoneInfo) -> tuple[Entry, ...]:
    """The events of a file that `to_ics` wrote for the same repository and partner.

    Raises `NotPossible`, which says what to do, for any other file: what it told its readers can't be taken up.
    """
    calendar = _parsed(data, file)
    if str(calendar.get("prodid", "")) != _PRODUCT:
        _refuse(file, "was not written by `launchwindow windows --ics`")
    if str(calendar.get("x-launchwindow-format", "")) != _FORMAT:
        _refuse(file, "was written by another version of launchwindow, which this one can't take up")
    if str(calendar.get("x-launchwindow-repository", "")) != repository:
        _refuse(file, "is the calendar of another repository, or of a ledger that was begun anew since")
    if str(calendar.get("x-launchwindow-of", "")) != _whose(partner):
        _refuse(file, f"is not the calendar of {'all partners' if partner is None else f'the partner {partner}'}")
    try:
        entries = tuple(_entry(event, repository, zone) for event in calendar.walk("VEVENT"))
    except (ValueError, KeyError, TypeError, AttributeError):
        _damaged(file)
    if str(calendar.get("x-launchwindow-digest", "")) != _digest(Agenda(repository, partner, entries)):
        _damaged(file)
    return entries


def _parsed(data: bytes, file: str) -> Calendar:
    from icalendar import Calendar

    if b"BEGIN:VCALENDAR" not in data[:1024]:
        _refuse(file, "is no calendar")
    try:
        found = Calendar.from_ical(data.decode("utf-8"))
    except Exception:
        # The library tells what it can't read by errors of many kinds.
        _damaged(file)
    if not isinstance(found, Calendar) or found.name != "VCALENDAR":
        _damaged(file)
    return found


def _entry(event: Component, repository: str, zone: ZoneInfo) -> Entry:
    """Raises ValueError, KeyError, TypeError or AttributeError for an event that is not as it was written."""
    found: Any = event
    kind, status = str(found["x-launchwindow-kind"]), str(found["status"])
    if kind not in get_args(Kind) or status not in get_args(Status):
        raise ValueError("no kind of event, or no status of one")
    starts, ends = (_in(zone, found[name].dt) for name in ("dtstart", "dtend"))
    one = Entry(
        kind, str(found["x-launchwindow-name"]), str(found["summary"]), str(found["description"]),  # type: ignore[arg-type]
        starts, ends, status, int(found["sequence"]), found["dtstamp"].dt,  # type: ignore[arg-type]
    )  # fmt: skip
    if str(found["uid"]) != uid(repository, one.key):
        raise ValueError("another event's identity")
    return one


def _damaged(file: str) -> NoReturn:
    _refuse(file, "was changed by something else since it was written, or is damaged")


def _refuse(file: str, why: str) -> NoReturn:
    raise NotPossible(
        f"{file} {why}. It is left as it is: the calendars that follow it would lose track of what changed. Put it "
        "back as launchwindow last wrote it, or name another file; where nobody follows it, delete it and run this "
        "again."
    )


def _readable(text: str) -> str:
    """The text without a backslash before a capital N, which the library reads back as the end of a line."""
    return text.replace("\\N", "\\n")
