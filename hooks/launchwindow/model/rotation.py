"""What is known of one app's certificates beside the rows that are compared, and what may be said against a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from launchwindow.model.row import Row

Kind = Literal["pkce", "signed", "encrypted", "plain"]
"""How an app uses its certificates: not at all; to prove itself; to be encrypted to; or only registered."""


class KeyInUse(NamedTuple):
    """The partner's word on the key that its app uses now: `release.key_in_use`."""

    certificate: str
    """As the app's file names it."""
    as_of: date
    fingerprint: str | None = None
    """Of the certificate that had the name when the word was given: another one in its place makes the word void."""
    said_on: date | None = None
    """The day of the merge that brought the word; None where it is only about to be merged."""


class Rotation(NamedTuple):
    """What the ledger and the merges say of one app, beside the rows that are compared.

    Values of the app's file that only the schedule reads are those in force: as the newest approved merge set them.
    """

    timezone: ZoneInfo
    confirmed: Row | None
    """What the identity provider was last seen to run."""
    certificates_since: datetime | None
    """The last confirmation that changed the app's certificates; adopting the app counts as one."""
    key_in_use: KeyInUse | None
    signs: bool
    """Whether some merge, approved or not, says `requests_signed: true`: it brings the guard of removals at once."""
    signs_since: int | None
    """The number of the approved merge that set `requests_signed: true`, while no newer merge says otherwise."""
    coordinate_at: datetime | None
    """The agreed moment for a coordinated change, aware."""
    reason: str | None
    """Why it has to be coordinated."""
    overlap_waived_until: date | None = None
    """The last day on which a waiver of `rotation-overlap` holds: a key was compromised."""
    coordinated: bool = False
    """Whether a person is releasing this app now, at its agreed time."""
    signed_until: int | None = None
    """The number of the approved merge that says otherwise than `requests_signed: true`: the guard of removals goes
    for later merges alone."""
    missed: bool = False
    """Whether the agreed day is over."""
    word_withdrawn: bool = False
    """Whether a merge that waits for its approval takes the word back or changes it: until then no word counts."""


class Refusal(NamedTuple):
    """Why a state must not follow another, and the step that comes now."""

    rule: Literal["rotation-overlap", "rotation-coordination"]
    message: str
    step: str
    until: date | None = None
    """The day of the agreed time, while that is ahead."""


class Record(NamedTuple):
    """What the ledger knows of one app, as rules about its certificates need to know it."""

    released: Row | None
    """What was last handed over; None while nothing was."""
    rotation: Rotation
