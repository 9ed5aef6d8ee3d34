"""Which certificate step comes now, in words; and by which day a rotation has to begin (design §8).

Nothing of it is stored: it follows from the file, main, what was released, what is confirmed, and the partner's word.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from launchwindow.days import name, shift
from launchwindow.model.named import NamedTuple
from launchwindow.rotation import NEXT, kind, names_of, of_file, refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from launchwindow.model.day import Day
    from launchwindow.model.policy import Environment
    from launchwindow.model.rotation import Kind, Rotation
    from launchwindow.model.row import Certificate, Row
    from launchwindow.windows import Calendar

_BLOCK = 28
"""Days in which a window is looked for at a time, backwards."""
_BLOCKS = 15
_YEARS = range(2000, 3000)
"""Of an expiry that can be meant; who writes 9999 means never."""


class Whereabouts(NamedTuple):
    """One app's certificates at every place that they pass."""

    file: Row
    """As the app's file has them."""
    main: Row | None
    """As main has them; None where it has no such app."""
    released: Row | None
    confirmed: Row | None
    rotation: Rotation
    """With the values that the file itself says."""
    now: datetime
    expires: Mapping[str, datetime]
    """Fingerprint -> the last moment at which the certificate is valid."""

    @property
    def kind(self) -> Kind:
        """How the app, as its file has it, uses its certificates."""
        return kind(self.file, signs=self.rotation.signs)


def next_step(at: Whereabouts) -> str:
    """What has to be done now, and by whom, as sentences."""
    if at.kind == "pkce":
        return "None: with PKCE no certificate is used." + (" It can be removed." if at.file.certs else "")
    if not at.file.certs:
        return "Add a certificate: `launchwindow cert add`." if at.kind != "plain" else "None: it has none."
    if at.released is None or not at.released.active:
        return "None: what the file names goes with the app's first release."
    refused = _refused(at, at.released)
    if refused is not None:
        return refused
    return _on_its_way(at, at.released) or _once_confirmed(at)


def _refused(at: Whereabouts, released: Row) -> str | None:
    """What the guard says against the file; the agreed time of a coordinated change is no refusal but a date."""
    day = at.now.astimezone(at.rotation.timezone).date()
    for one in refusals(released, at.file, NEXT, at.now, day, at.rotation):
        return f"The file {of_file(one)}. {one.step}"
    return None


def _on_its_way(at: Whereabouts, released: Row) -> str | None:
    """What waits for a merge, a window or a confirmation."""
    if _certs(at.file) != _certs(at.main):
        return "Open a pull request with what the file says; until that is deployed, go on with the key in use."
    if _certs(at.main) != _certs(released):
        new = names_of(_beyond(at.file, released))
        until = f" Until {new} is confirmed, go on with the key in use." if new else ""
        return f"Wait for the review and the deploy window; `launchwindow status` has the day.{until}"
    if _certs(released) != _certs(at.confirmed):
        return "Wait until the identity provider is seen to run it (`launchwindow confirm`, by Login.gov)."
    return None


def _once_confirmed(at: Whereabouts) -> str:
    """All is deployed: the partner's turn, or nobody's."""
    certs = at.file.certs
    if len(certs) == 1 or at.kind == "plain":
        return "None."
    if at.kind == "signed":
        return _with_several_keys(at)
    first, others = certs[0], [one for one in certs[1:] if _later(at, one, certs[0])]
    if not others:
        kept = names_of(certs[1:])
        return f"Remove {kept} once nobody wants to go back to it: responses are encrypted with {names_of([first])}."
    return (
        f"Agree with Login.gov on a time in business hours, put {names_of(others[-1:])} first, and write the time as "
        "`release.coordinate_at` with the `reason`. Both sides change then."
    )


def _with_several_keys(at: Whereabouts) -> str:
    certs, word = at.file.certs, at.rotation.key_in_use
    newest = max(certs, key=lambda one: (one.fingerprint in at.expires, _expiry(at, one)))
    since = at.rotation.certificates_since
    first_day = since.astimezone(at.rotation.timezone).date() if since is not None else None
    named = next(
        (one for one in certs if word and (one.name, one.fingerprint) == (word.certificate, word.fingerprint)), None
    )
    early = word is not None and word.said_on is not None and word.as_of > word.said_on
    if word is None or named is None or early or (first_day is not None and word.as_of < first_day):
        from_day = f" from {first_day} on" if first_day is not None else ""
        say = f"`release.key_in_use: {{certificate: {names_of([newest])}, as_of: DATE}}`"
        return f"Change your app to the key of {names_of([newest])}; then say so: {say}, with a day{from_day}."
    gone = names_of([one for one in certs if one != named])
    return f"Remove {gone}: the key of {names_of([named])} is in use since {word.as_of}."


def _certs(row: Row | None) -> tuple[frozenset[str], tuple[str, ...]] | None:
    """What of a row's certificates counts: which there are, and the first."""
    if row is None:
        return None
    prints = tuple(one.fingerprint for one in row.certs)
    return frozenset(prints), prints[:1]


def _beyond(row: Row, other: Row) -> tuple[Certificate, ...]:
    known = {one.fingerprint for one in other.certs}
    return tuple(one for one in row.certs if one.fingerprint not in known)


def _later(at: Whereabouts, one: Certificate, other: Certificate) -> bool:
    return _expiry(at, one) > _expiry(at, other)


def _expiry(at: Whereabouts, one: Certificate) -> float:
    found = at.expires.get(one.fingerprint)
    return found.timestamp() if found is not None else 0.0


def is_coordinated(row: Row, *, signs: bool) -> bool:
    """Whether the app's certificates change at an agreed time."""
    return kind(row, signs=signs) == "encrypted"


def begin_by(calendar: Calendar, environment: Environment, not_after: datetime, *, coordinated: bool) -> date | None:
    """The last day to put a rotation up for review so that its successor is there while the old one is valid.

    Counted back from the last window that is over by `not_after`, or the last business day on which both sides can
    still change, by the environment's notice. None where the policy has no such day. May raise PolicyError.
    """
    if not_after.year not in _YEARS:
        return None
    if not environment.windows:
        return calendar.local_date(not_after)
    day = _last_business_day(calendar, not_after) if coordinated else _last_window(calendar, not_after)
    return None if day is None else shift(day, -environment.notice_days.default)


def _last_window(calendar: Calendar, not_after: datetime) -> date | None:
    last = calendar.local_date(not_after)
    for _ in range(_BLOCKS):
        first = shift(last, 1 - _BLOCK)
        found = [one.date for one in calendar.windows(first, last) if one.closes_at <= not_after]
        if found:
            return found[-1]
        last = shift(first, -1)
    return None


def _last_business_day(calendar: Calendar, not_after: datetime) -> date | None:
    last = calendar.local_date(not_after)
    for back in range(_BLOCK * _BLOCKS):
        day = shift(last, -back)
        if calendar.is_business_day(day) and calendar.hours(day)[0] < not_after:
            return day
    return None


def agreed_from(calendar: Calendar, environment: Environment, today: date) -> date:
    """The first day on which both sides can change, where that is put up for review today. May raise PolicyError."""
    day = shift(today, environment.notice_days.default)
    while not calendar.is_business_day(day):
        day += timedelta(1)
    return day


def when_to_begin(
    calendar: Calendar, environment: Environment, not_after: datetime, today: Day, window: Callable[[], Day], *,
    coordinated: bool,
) -> str:  # fmt: skip
    """What to say about the day by which a rotation has to begin, as a sentence. May raise PolicyError.

    `window` is that of a change that is made today.
    """
    day = begin_by(calendar, environment, not_after, coordinated=coordinated)
    if day is not None and day >= today:
        return f"Open the rotation pull request by {day}."
    if not environment.windows:
        return "Open the rotation pull request now: it takes effect when it is merged."
    if coordinated:
        which, first = "the first business day", agreed_from(calendar, environment, today.exact)
    else:
        which, first = "the first deploy window", window().exact
    return f"The last day to begin in good time is past: opened today, {which} for it is {name(first)}."
