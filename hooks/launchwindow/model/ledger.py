"""What the ledger remembers, as frozen values (design §9). `ledger.py` reads and writes them as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from launchwindow.model.change import Element
    from launchwindow.model.row import PartnerRow, Row


End = Literal["deployed", "withdrawn", "closed"]
"""How a request ends; `closed` is a schedule-only request that was approved."""
State = Literal["unapproved", "scheduled", "held", "deploying", "overdue", End]
"""Where a request stands."""
ReleaseKind = Literal["adopted", "merge", "window", "off-cycle", "coordinated"]
"""What handed a state over: the ledger's beginning, the merge itself (an environment without windows), or a run."""


class Person(NamedTuple):
    """Who wrote a commit or gave an approval."""

    name: str
    email: str


class Approval(NamedTuple):
    """A review that counts."""

    by: Person
    at: datetime
    how: str
    """`trailer` for a Reviewed-by line of the merge, `review` for one on GitHub, `approve` for the late review."""


class Hold(NamedTuple):
    """Somebody stopped a request, and why."""

    by: str
    at: datetime
    reason: str
    rollback: bool = False
    """Whether it came with a rollback of the app, and goes when the revert is merged."""


class Event(NamedTuple):
    """One line of a request's history."""

    at: datetime
    what: str
    by: str
    note: str


class ScheduleValue(NamedTuple):
    """A value that only the schedule reads (`not_before`, `waivers`, …) and the number of the merge that set it."""

    value: object
    order: int
    at: datetime | None = None
    """When that merge came to main; None for what no merge said."""


class Request(NamedTuple):
    """A change request: what one merge changes of one app, or of one partner's file in one environment."""

    id: str
    """`environment/partner/app@commit12`, or `environment/partner@commit12` for a partner's file."""
    former_ids: tuple[str, ...]
    """Ids that it had before its app moved; they still name it."""
    commit: str
    order: int
    """The merge's number, counted from the ledger's beginning: what comes later has a larger one."""
    merged_at: datetime
    title: str
    path: str | None
    """The app's or partner's file at `commit`; None when the merge took it away."""
    issuer: str
    digest: str | None
    row: Row | PartnerRow | None
    """The state `Sk` that the merge left; None: the app is gone."""
    authors: tuple[Person, ...]
    approvals: tuple[Approval, ...]
    approvals_needed: int
    notice_starts: date | None
    """None while the merge waits for its review."""
    days: Mapping[Element, int]
    """Notice, in days, of each change, fixed when the request was recorded."""
    schedule: Mapping[str, object]
    """The schedule-only values that this merge changed, as it left them."""
    hold: Hold | None
    released: date | None
    """The window whose release took its changes; for an environment without windows, the day."""
    history: tuple[Event, ...]
    notice_waived: date | None = None
    """The day from which its own notice counts as over, because short notice was granted."""
    repeated: tuple[tuple[int, datetime], ...] = ()
    """(number, moment) of approved merges after it that left the app as it did and changed only the schedule."""
    pull: int | None = None
    """The number of the pull request on GitHub that brought it."""
    requester: str | None = None
    """Who opened that, by the name on GitHub."""
    refused: tuple[str, ...] = ()
    """Why a review of it, or the lack of one, does not count, each with the way to mend it."""

    @property
    def subject(self) -> str:
        """`environment/partner/app` or `environment/partner`: what the request is about."""
        return self.id.partition("@")[0]

    @property
    def environment(self) -> str:
        """The environment that it changes."""
        return self.id.partition("/")[0]

    @property
    def approved(self) -> bool:
        """Whether it has the reviews that the policy asked for when it was merged."""
        return len(self.approvals) >= self.approvals_needed


class Release(NamedTuple):
    """A state of an app, or of a partner's file, that was handed over to the IdP."""

    commit: str
    order: int
    """Of the merge whose state it is."""
    path: str | None
    digest: str | None
    window: date | None
    """None for what was adopted and for environments without windows."""
    at: datetime
    requests: tuple[str, ...]
    row: Row | PartnerRow
    confirmed_at: datetime | None
    confirmed_by: str | None
    number: int = 0
    """Of the run that handed it over, counted from the ledger's beginning; 0 for what was adopted."""
    kind: ReleaseKind = "adopted"


class Past(NamedTuple):
    """A row that the IdP was seen to run, until when, and the content that it came from.

    A row of None: the app was not there yet.
    """

    row: Row | PartnerRow | None
    until: datetime
    commit: str | None = None
    path: str | None = None
    digest: str | None = None


class Rollback(NamedTuple):
    """Somebody prepared the content that ran before: until it is merged, nothing else of the app goes live."""

    by: str
    at: datetime
    reason: str
    digest: str
    """Of the content that was prepared; the merge that brings it ends the rollback."""
    row: Row
    """What the IdP would receive for it: a merge that brings this ends the rollback as well."""
    branch: str
    """Where it was prepared."""


class Deployed(NamedTuple):
    """All that the ledger knows of one app, or one partner's file, in one environment."""

    subject: str
    issuer: str
    """The issuer that identifies it on main now; `released.row.issuer` is what the IdP has."""
    released: Release | None
    """What was last handed over; None while nothing was."""
    confirmed: Release | None
    earlier: tuple[Release, ...]
    """Handed over after `confirmed` and before `released`, oldest first; not seen to run yet."""
    past: tuple[Past, ...]
    """What the IdP ran before `confirmed`, as far back as notice may ask."""
    schedule: Mapping[str, ScheduleValue]
    cert_files: Mapping[str, str]
    """Certificate fingerprint or logo SHA-256 -> the file name that the IdP knows it by."""
    certificates_since: datetime | None = None
    """The last confirmation that changed the app's certificates."""
    taken_back: tuple[Row, ...] = ()
    """Inactive rows of issuers that only a failed release brought: the IdP may have them, and deletes none."""
    rollback: Rollback | None = None


class Seen(NamedTuple):
    """The last commit of main that the ledger has recorded, and when it looked."""

    commit: str
    at: datetime


class Closed(NamedTuple):
    """A request that came to its end."""

    request: Request
    state: End
    at: datetime


class Run(NamedTuple):
    """What a run did: at a window, also "nothing due"; or by itself, for one app."""

    environment: str
    window: date
    """The day; of a run by itself the day in the policy's time zone."""
    at: datetime
    by: str
    missed: bool
    released: tuple[str, ...]
    withdrawn: tuple[str, ...]
    held: tuple[tuple[str, str], ...]
    idp_digest: str | None
    kind: ReleaseKind = "window"
    subject: str | None = None
    """The app, of a run by itself."""
    commit: str | None = None
    """The merge whose state it handed over, of a run by itself."""


class Ledger(NamedTuple):
    """The ledger as a value: what is open and what is deployed. What is closed stays in git, unread."""

    main: str
    """The branch whose merges are recorded."""
    seen: Seen
    merges: int
    """How many merges were recorded: the `order` of the last one."""
    next_windows: Mapping[str, date]
    """Environment -> the window that the last run expected to come."""
    requests: Mapping[str, Request]
    deployed: Mapping[str, Deployed]
    taken: frozenset[tuple[str, date]]
    """(environment, window) of every run so far."""
    closed: tuple[Closed, ...] = ()
    """Closed since it was read; written with the rest, then forgotten."""
    runs: tuple[Run, ...] = ()
    """Runs since it was read."""
    releases: int = 0
    """How many runs have handed something over: the number of the last one."""
    github: str | None = None
    """The repository on GitHub, `owner/name`, where reviews are read; None while commits tell them."""
