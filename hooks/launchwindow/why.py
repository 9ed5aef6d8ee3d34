"""Why a change request has the window that it has, or none, in words (design §7: the reasoning as a timeline)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.model.ledger import Request
    from launchwindow.model.schedule import Forecast, Obstacle, Timeline
    from launchwindow.model.window import Window
    from launchwindow.windows import Calendar

TITLE = 60
"""Characters of a merge's title that a sentence quotes."""
GUARDS = ("rotation", "coordination")


def named(request: Request) -> str:
    """A merge as a sentence names it: its commit, and the title that its author gave it."""
    title = request.title if len(request.title) <= TITLE else f"{request.title[: TITLE - 1]}…"
    return f"{request.commit[:12]} “{title}”" if title else request.commit[:12]


def why_then(
    forecast: Forecast, all_of_them: Sequence[Forecast], timeline: Timeline, calendar: Calendar,
    windows: Sequence[Window], today: date,
) -> Iterator[str]:  # fmt: skip
    """Why a forecast's window and none before it: its own notice, then each thing that made it wait longer.

    `windows` are those that can still take something, soonest first; `today` is in the policy's time zone.
    """
    yield _own_notice(forecast)
    waits_until = [today, *([forecast.ready] if forecast.ready else [])]
    if timeline.not_before is not None and timeline.not_before > max(waits_until):
        yield f"the app asks not to be released before {timeline.not_before}"
        waits_until.append(timeline.not_before)
    together = _goes_with(forecast, all_of_them)
    if together is not None and together.ready is not None and forecast.ready is not None:
        yield f"goes together with {named(together.request)}, whose notice ends {together.ready}"
        waits_until.append(together.ready)
    yield from _calendar_reasons(forecast, calendar, windows, max(waits_until))


def _own_notice(forecast: Forecast) -> str:
    days = max(forecast.notice.values(), default=0)
    waived = forecast.request.notice_waived
    if days and waived is not None and waived == forecast.ready:
        return f"short notice was granted on {waived}"
    if days:
        return f"notice of {days} days from {forecast.request.notice_starts} ends {forecast.ready}"
    return "needs no notice"


def _goes_with(forecast: Forecast, all_of_them: Sequence[Forecast]) -> Forecast | None:
    """The change in the same state whose notice ends last, if that is after this one's."""
    others = [one for one in all_of_them if one.window == forecast.window and one.ready and one is not forecast]
    last = max(others, key=lambda one: one.ready or date.min, default=None)
    if last is None or last.ready is None or forecast.ready is None or last.ready <= forecast.ready:
        return None
    return last


def _calendar_reasons(forecast: Forecast, calendar: Calendar, windows: Sequence[Window], first: date) -> Iterator[str]:
    """What the calendar adds from the day on which nothing else stands in the way."""
    assert forecast.window is not None
    for window in windows:
        if first <= window.date < forecast.window and forecast.request.merged_at >= window.opens_at:
            yield f"was merged after the window of {window.date} had opened"
    skipped = calendar.skipped(first, forecast.window)
    if skipped:
        yield skipped[0].because
    taking = next((one for one in windows if one.date == forecast.window), None)
    if taking is not None:
        moved = zip(taking.regular, taking.because, strict=True)
        yield from (because for day, because in moved if first <= day < taking.date)


def why_not_yet(forecast: Forecast, all_of_them: Sequence[Forecast], timeline: Timeline) -> str:
    """What stands in the way for good, where it is the calendar alone, that; and the step that comes now."""
    lasting = [one for one in forecast.obstacles if one.until is None] or list(forecast.obstacles)
    steps = [one for one in forecast.obstacles if one.kind in GUARDS]
    others = [one.text.rstrip(".") for one in lasting if one.kind not in GUARDS]
    if not steps:
        if not timeline.environment.windows:
            return "; ".join(others)
        return f"no window takes it yet: {'; '.join(others) or 'none in sight is late enough'}"
    return "; ".join([_step(forecast, all_of_them, steps), *others])


def _step(forecast: Forecast, all_of_them: Sequence[Forecast], steps: Sequence[Obstacle]) -> str:
    """The certificate step that comes now: the request's own, or that of the one whose certificates it waits for."""
    own = f"{forecast.request.commit[:12]}: "
    told = next((one.text for one in steps if one.text.startswith(own)), steps[0].text).partition(": ")[2]
    if any(change.field == "certs" for change in forecast.changes):
        return told
    change = (one for one in all_of_them if any(change.field == "certs" for change in one.changes))
    before = next(change, None)
    return told if before is None else f"waits for the certificates of {named(before.request)}: {told}"
