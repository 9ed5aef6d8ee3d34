"""What all parts of a revision are judged by: the policy, the day and its windows, what is deployed.

To read the policy takes the YAML parser, and to find a window the holidays: each costs more than all else in a check
that has nothing new to look at. So the few words of them that every check needs are kept as well.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from launchwindow.events.sides import Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.deployed_ids import DeployedIds
    from launchwindow.model.document import Document
    from launchwindow.model.policy import Policy
    from launchwindow.model.rotation import Record
    from launchwindow.model.snapshot import Snapshot

    Records = Callable[[Corpus], Callable[[App], Record]]

AHEAD = 28
"""Days whose windows are kept, so that a day's first check needs no holidays."""


class Words:
    """The words of one policy that are kept: its plain data, where its day begins, and the windows of the days
    to come."""

    def __init__(
        self, space: Workspace, read: Callable[[], tuple[Policy, object]], key: str, kept: object, commit: str | None
    ) -> None:
        self._space = space
        self._commit = commit
        self._read = read
        self._policy = cache(self._whole)
        self._kept: dict[str, Any] = kept if isinstance(kept, dict) and kept.get("of") == key else {}
        self._key = key

    def setting(self, version: str, deployed: DeployedIds | None, records: Records) -> Setting:
        """What to judge by. Raises `PolicyError` when the policy is wrong."""
        today = self._today()
        windows = self._windows(today)
        return Setting(
            self._policy, today, deployed, self._window_date(windows, today), (version, self._key),
            dict[str | None, str]([(None, today.isoformat()), *windows.items()]), None if deployed is None else records,
        )  # fmt: skip

    def kept(self) -> dict[str, Any]:
        """What to keep."""
        return {
            "of": self._key,
            **{key: self._kept[key] for key in ("timezone", "windows", "lasts", "plain") if key in self._kept},
        }

    def _whole(self) -> Policy:
        """All of it; of what its YAML says is kept what JSON says of it."""
        from launchwindow.load.policy import policy_from
        from launchwindow.model.errors import PolicyError

        plain = self._kept.get("plain")
        if plain is not None:
            try:
                policy = policy_from(plain)
                if self._commit is not None:
                    self._space.policy_is(self._commit, policy)
                return policy
            except PolicyError:
                # What was kept is none: what is in the file says what is wrong with it, or that nothing is.
                pass
        policy, plain = self._read()
        self._kept["plain"] = plain
        return policy

    def _today(self) -> date:
        """The day in the policy's time zone, of which is kept from when to when it lasts: `zoneinfo` imports a lot."""
        seconds = int(self._space.now.timestamp())
        match self._kept.get("lasts"):
            case [str() as day, int() as begin, int() as end] if begin <= seconds < end and len(day) == 10:
                try:
                    return date.fromisoformat(day)
                except ValueError:
                    pass
        zone = self._timezone()
        today = self._space.now.astimezone(zone).date()
        noons = [datetime.combine(today + timedelta(days=days), time(12), zone) for days in (-1, 0, 1)]
        if len({noon.utcoffset() for noon in noons}) == 1:
            # Else the clocks change about now, and a day has more hours or fewer.
            begin = int(noons[1].timestamp()) - 12 * 3600
            self._kept["lasts"] = [today.isoformat(), begin, begin + 24 * 3600]
        return today

    def _timezone(self) -> ZoneInfo:
        from zoneinfo import ZoneInfo

        name = self._kept.get("timezone")
        if type(name) is not str:
            name = self._kept["timezone"] = self._policy().timezone.key
        try:
            return ZoneInfo(name)
        except (ValueError, OSError):
            return self._policy().timezone

    def _windows(self, today: date) -> Mapping[str, str]:
        """Environment -> the ISO date of its earliest window, empty where there is none."""
        windows = _windows_on(today.isoformat(), self._kept.get("windows"))
        if windows is not None:
            return windows
        policy = self._policy()
        days = [today.fromordinal(number) for number in range(today.toordinal(), today.max.toordinal() + 1)[:AHEAD]]
        if policy.windows.alternate == "previous-business-day":
            # A window depends on git's history as well.
            return {name: found for name, ((_, found), *_) in self._ahead(policy, days[:1]).items()}
        ahead = self._ahead(policy, days)
        self._kept["windows"] = [today.isoformat(), ahead]
        return {name: found for name, ((_, found), *_) in ahead.items()}

    def _ahead(self, policy: Policy, days: Sequence[date]) -> dict[str, list[list[str]]]:
        """Environment -> its earliest windows on these days: each with the last of the days on which it is that."""
        from launchwindow.model.errors import PolicyError

        found: dict[str, list[list[str]]] = {name: [] for name in policy.environments}
        for day in days:
            earliest = window_dates(self._space, policy, day)
            for name, windows in found.items():
                try:
                    window = earliest(name).isoformat()
                except PolicyError:
                    # Whichever rule needs it says so.
                    window = ""
                if windows and windows[-1][1] == window:
                    windows[-1][0] = day.isoformat()
                else:
                    windows.append([day.isoformat(), window])
        return found

    def _window_date(self, windows: Mapping[str, str], today: date) -> Callable[[str], date]:
        def found(environment: str) -> date:
            if windows.get(environment):
                return type(today).fromisoformat(windows[environment])
            return window_dates(self._space, self._policy(), today)(environment)

        return found


def _windows_on(day: str, kept: object) -> dict[str, str] | None:
    """Of the windows that were kept ahead, those of a day; None where they are of other days, or none at all."""
    try:
        match kept:
            case [str() as first, dict() as ahead] if first <= day:
                found = {
                    name: next(window for last, window in windows if day <= last) for name, windows in ahead.items()
                }
                if all(type(name) is str and (one == "" or date.fromisoformat(one)) for name, one in found.items()):
                    return found
    except (TypeError, ValueError, StopIteration):
        pass
    return None


def words_of(
    space: Workspace, policy: Callable[[], tuple[Policy, object]], version: str, blob: str, kept: object,
    commit: str | None = None,
) -> Words:  # fmt: skip
    """The words of the policy with this blob id, of which some may have been kept; it may be that of a commit."""
    return Words(space, policy, sha256(f"{version} {blob}".encode()).hexdigest(), kept, commit)


def window_dates(space: Workspace, policy: Policy, today: date) -> Callable[[str], date]:
    """Environment -> the earliest window for what is asked for today, as `Facts.window_date` has it."""

    @cache
    def earliest(environment: str) -> date:
        demands = policy.environments[environment]
        days = demands.notice_days.default if demands.windows else 0
        return space.calendar(policy).next_from(today.fromordinal(today.toordinal() + days)).date

    return earliest


def sound_policy(space: Workspace, snapshot: Snapshot) -> tuple[Policy, object]:
    """The snapshot's policy, and its plain data. Raises `PolicyError` when it is wrong."""
    from launchwindow.load.corpus import load_policy

    plain: list[object] = []

    def parse(path: str, data: bytes) -> Document:
        document = space.parse(path, data)
        plain.append(document.data)
        return document

    return checked_policy(load_policy(snapshot, parse)), plain[0]


def checked_policy(policy: Policy) -> Policy:
    """The policy, if nothing is wrong with it. Raises `PolicyError` else."""
    problems = policy_problems(policy)
    if problems:
        from launchwindow.model.errors import PolicyError

        raise PolicyError(tuple(f"policy.yaml: {problem}." for problem in problems))
    return policy


def policy_problems(policy: Policy) -> tuple[str, ...]:
    """What is wrong with a policy beyond its own file: unknown rules, and windows that can't be found.

    The windows are only looked at where the policy departs from plain weekdays: it takes the holidays to judge them.
    """
    from launchwindow.load.plain import advice, shown
    from launchwindow.rules import RULES
    from launchwindow.windows import calendar_problems

    known = [rule.id for rule in RULES]
    unknown = tuple(
        f"rules: there is no rule {shown(name)}; {advice(name, known).rstrip('.')}"
        for name in policy.severities if name not in known
    )  # fmt: skip
    windows = policy.windows
    special = windows.moved or windows.freezes or windows.closures
    return unknown + (calendar_problems(policy) if special else ())


def records_of(space: Workspace, corpus: Corpus) -> Callable[[App], Record]:
    """What `Facts.records` has; few commits change a certificate, so nothing of it is loaded before."""

    @cache
    def records() -> Callable[[App], Record]:
        from launchwindow.events.records import records

        return records(space, corpus)

    return lambda app: records()(app)
