"""What a calendar tells of deploy windows, change requests and rotations, in the words of people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from launchwindow.days import name, shift
from launchwindow.model.agenda import Entry
from launchwindow.report.changes import change_lines, count
from launchwindow.report.requests import stands
from launchwindow.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from launchwindow.model.ledger import Request
    from launchwindow.model.window import Window
    from launchwindow.report.certificates import Certificates
    from launchwindow.standing import Standing
    from launchwindow.windows import Calendar

_LONGEST = 1000


def window_entry(window: Window) -> Entry:
    """A deploy window, from its opening to its closing."""
    why = visible(window.why, _LONGEST)
    return Entry("window", str(window.date), "Deploy window", f"{why}.", window.opens_at, window.closes_at)


def request_name(request: Request) -> str:
    """What a request is known by however often its app moves."""
    return request.former_ids[0] if request.former_ids else request.id


def request_entry(standing: Standing, calendar: Calendar) -> Entry | None:
    """A change request on the day that takes it, or took it; None while there is no such day."""
    request = standing.request
    if standing.window is None or standing.state in ("unapproved", "held", "withdrawn", "closed"):
        return None
    opens_at, closes_at = calendar.hours(standing.window)
    title = visible(request.title, 80)
    subject = visible(request.subject, 150)
    told = [visible(request.id, 200), title, "", *change_lines(standing), stands(standing)]
    summary = f"Deploy of {subject}: {title}" if title else f"Deploy of {subject}"
    return Entry("request", request_name(request), summary, _text(told), opens_at, closes_at)


def why_no_entry(standing: Standing) -> str:
    """Why a request that had a day has none."""
    return _text([visible(standing.request.id, 200), stands(standing)])


def rotation_entries(apps: Iterable[Certificates]) -> Iterator[Entry]:
    """The last day to open a rotation's pull request, for each certificate that has no successor."""
    for app in apps:
        for one in app.listed:
            if one.begin_by is None:
                continue
            app_id = visible(app.app_id, 150)
            told = [
                f"{visible(one.name, 100)} ({one.fingerprint[:16]}) expires on {one.expires}.",
                "This is the last day to open the pull request that adds its successor.",
                f"The step that comes now: launchwindow cert list {app_id}",
            ]
            yield Entry(
                "rotation", f"{app.app_id} {one.fingerprint}", f"Begin the rotation of {app_id}", _text(told),
                one.begin_by, shift(one.begin_by, 1),
            )  # fmt: skip


def why_no_window(day_of: Entry, calendar: Calendar) -> str:
    """Why a day that had a deploy window has none."""
    day = date.fromisoformat(day_of.name)
    because = calendar.frozen_because(day) or calendar.closed_because(day)
    return f"{visible(because or f'{name(day)} is no deploy window any more', _LONGEST)}."


def _text(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()


def written_text(file: str, before: Sequence[Entry], after: Sequence[Entry]) -> str:
    """What a run wrote, in one sentence for each thing that people ask about."""
    kinds = {
        "deploy window": "window", "change request": "request", "rotation deadline": "rotation",
    }  # fmt: skip
    live = [one for one in after if one.status == "CONFIRMED"]
    parts = [count(sum(one.kind == kind for one in live), word) for word, kind in kinds.items()]
    lines = [f"{visible(file, _LONGEST)}: {parts[0]}, {parts[1]}, {parts[2]}."]
    new, changed, cancelled = differences(before, after)
    lines.append(
        f"{count(new, 'event')} new, {changed} changed, {cancelled} cancelled."
        if new or changed or cancelled
        else "Nothing changed."
    )
    return "\n".join(lines) + "\n"


def differences(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[int, int, int]:
    """How many events are new, changed, and cancelled."""
    earlier = {one.key: one for one in before}
    new = sum(one.key not in earlier for one in after)
    other = [one for one in after if one.key in earlier and one != earlier[one.key]]
    cancelled = sum(one.status == "CANCELLED" for one in other)
    return new, len(other) - cancelled, cancelled
