"""Where things stand, as tables on a terminal, and as the document `launchwindow.status/1`."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.ledger_values import rfc3339
from launchwindow.model.named import NamedTuple
from launchwindow.record import is_app
from launchwindow.report.changes import app_name, change_documents, change_lines, count, paragraphs
from launchwindow.report.requests import table
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from launchwindow.model.ledger import Deployed, Request
    from launchwindow.standing import Standing

_ALIKE = 2
"""Deployed records that came the same way are listed; more of them are counted."""
_ORDER = ("overdue", "deploying", "scheduled", "unapproved", "held", "withdrawn")
_WINDOW, _STATE = 14, 10
"""Columns that the first two cells of a request take: `Thu 2026-12-10` and the longest state."""
_MARGIN = " " * (_WINDOW + _STATE + 4)
_TITLE = 50
_LABEL = 11
PROTOCOLS = {
    "openid_connect_private_key_jwt": "OpenID Connect with private_key_jwt",
    "openid_connect_pkce": "OpenID Connect with PKCE",
    "saml": "SAML",
    "oidc": "OpenID Connect",
}


class Screen(NamedTuple):
    """What `status APP` tells beside the app's requests and what is deployed of it."""

    app: str
    """environment/partner/app, or environment/partner."""
    friendly_name: str | None
    """As main has it; None for a partner's record, and where main has none that can be read."""
    protocol: str | None
    step: str | None
    """What has to be done now with its certificates; None where main has no such app that can be read."""
    endpoints: tuple[tuple[str, str], ...]
    """(what it is for, address)."""


def status_text(standings: Sequence[Standing], deployed: Sequence[Deployed], main: str, zone: ZoneInfo) -> str:
    """Open requests in a table, what is late first; then what each environment has."""
    if not standings:
        return paragraphs([f"No open change request on {visible(main)}.", _deployed_text(deployed, zone)])
    return paragraphs([_open_table(standings), _deployed_text(deployed, zone)])


def screen_text(
    screen: Screen, standings: Sequence[Standing], deployed: Sequence[Deployed], main: str, zone: ZoneInfo
) -> str:
    """One app: what is deployed, what is pending and why then, the next step, and its endpoints."""
    called = f": {visible(screen.friendly_name, 80)}" if screen.friendly_name else ""
    blocks = [sentence(f"{screen.app}{called}", ""), _deployed_text(deployed, zone)]
    blocks.append(_open_table(standings, full=True) if standings else f"No open change request on {visible(main)}.")
    if screen.step is not None:
        said = "nothing to do for its certificates." if screen.step == "None." else screen.step
        blocks.append(_labelled("Next step", said))
    if screen.endpoints:
        environment = screen.app.partition("/")[0]
        protocol = PROTOCOLS.get(screen.protocol or "", visible(screen.protocol or "", 60))
        lines = [_labelled("Endpoints", f"{environment}, {protocol}")]
        for what, address in screen.endpoints:
            lines += [_labelled("", f"{what}:"), f"{' ' * _LABEL}{visible(address)}"]
        blocks.append("\n".join(lines))
    return paragraphs(blocks)


def _labelled(label: str, text: str) -> str:
    return sentence(text, f"{label:{_LABEL}}", 1000)


def status_json(
    standings: Sequence[Standing], deployed: Sequence[Deployed], screen: Screen | None, now: datetime
) -> dict[str, object]:
    """The document."""
    return {
        "schema": "launchwindow.status/1",
        "now": rfc3339(now),
        "requests": [_request(one) for one in standings],
        "deployed": [_deployed(one) for one in deployed],
        "app": None if screen is None else _screen(screen),
    }


def _screen(screen: Screen) -> dict[str, object]:
    return {
        "app": app_name(screen.app),
        "environment": screen.app.partition("/")[0],
        "friendly_name": screen.friendly_name,
        "protocol": screen.protocol,
        "step": screen.step,
        "endpoints": [{"for": what, "address": address} for what, address in screen.endpoints],
    }


def _request(standing: Standing) -> dict[str, object]:
    request = standing.request
    return {
        "id": request.id,
        "app": app_name(request.subject),
        "environment": request.environment,
        "state": standing.state,
        "window": str(standing.window) if standing.window else None,
        "ready": str(standing.ready) if standing.ready else None,
        "changes": change_documents(standing),
        "because": standing.because,
    }


def _deployed(one: Deployed) -> dict[str, object]:
    assert one.released is not None
    return {
        "app": app_name(one.subject),
        "environment": one.subject.partition("/")[0],
        "commit": one.released.commit,
        "window": str(one.released.window) if one.released.window else None,
        "confirmed": one.released.confirmed_at is not None,
    }


def unreadable_text(subjects: Sequence[str], main: str) -> str:
    """A warning for apps whose files on main can't be read: what was merged for them waits, in no request."""
    lines = (
        f"{one}: its file or its partner's can't be read on {main}; it stays as it was until that is mended "
        "(`launchwindow check` says where)."
        for one in subjects
    )
    return "".join(sentence(line, "warning: ") + "\n" for line in lines) + ("\n" if subjects else "")


def _open_table(standings: Sequence[Standing], *, full: bool = False) -> str:
    """A row for each window and state, with its requests; `full` with what they change."""
    lines = [_row("Window", "State", "Open change request")]
    for (_, window, state), members in groupby(sorted(standings, key=_urgency), key=_group):
        first = True
        for because, requests in _by_reason(list(members)).items():
            for one in requests:
                # A window and its state are told once; what follows beneath is of the same.
                lines.append(_row(window if first else "", state if first else "", visible(one.request.id)))
                first = False
                title = visible(one.request.title, _TITLE)
                lines += [f"{_MARGIN}{title}"] if title else []
                lines += [_change(line) for line in change_lines(one)] if full else []
            lines.append(sentence(_of_all([one.request for one in requests], because), f"{_MARGIN}→ "))
    return "\n".join(lines)


def _change(line: str) -> str:
    """What a request changes, its sign before all of its lines."""
    sign, _, what = line.strip().partition(" ")
    return sentence(what, f"{_MARGIN}{sign} ", 2000)


def _row(window: str, state: str, request: str) -> str:
    return f"{window:{_WINDOW}}  {state:{_STATE}}  {request}".rstrip()


def _urgency(one: Standing) -> tuple[int, str]:
    return _ORDER.index(one.state), str(one.window or "9999")


def _group(one: Standing) -> tuple[int, str, str]:
    return _ORDER.index(one.state), _day(one.window), one.state


def _day(day: date | None) -> str:
    return "none" if day is None else f"{name(day)[:3]} {day}"


def _by_reason(standings: Sequence[Standing]) -> dict[str, list[Standing]]:
    """The requests beneath each reason, in the order of the first of each."""
    found: dict[str, list[Standing]] = {}
    for one in standings:
        found.setdefault(one.because, []).append(one)
    return found


def _of_all(requests: Sequence[Request], because: str) -> str:
    if len(requests) == 1:
        return because
    return f"{'both' if len(requests) == 2 else f'all {len(requests)}'}: {because}"


def _deployed_text(deployed: Sequence[Deployed], zone: ZoneInfo) -> str:
    if not deployed:
        return "Nothing is deployed yet."
    return table([("Deployed", "Commit", "Window", "Confirmed"), *_deployed_rows(deployed, zone)])


def _deployed_rows(deployed: Sequence[Deployed], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in deployed:
        environment = one.subject.partition("/")[0]
        groups.setdefault((environment, *_deployed_cells(one, zone)), []).append(one.subject)
    for (environment, *cells), subjects in groups.items():
        shown = subjects if len(subjects) <= _ALIKE else [f"{environment}: {_counted(subjects)}"]
        yield from ((visible(one), *cells) for one in shown)


def _deployed_cells(one: Deployed, zone: ZoneInfo) -> tuple[str, str, str]:
    released = one.released
    assert released is not None
    window = str(released.window) if released.window else "adopted" if released.confirmed_by == "adopted" else "none"
    confirmed = f"{released.confirmed_at.astimezone(zone):%Y-%m-%d}" if released.confirmed_at else "not yet"
    return released.commit[:12], window, confirmed


def _counted(subjects: Sequence[str]) -> str:
    partners = sum(not is_app(one) for one in subjects)
    parts = [count(len(subjects) - partners, "app"), count(partners, "partner record")]
    return " and ".join(
        part for part, number in zip(parts, (len(subjects) - partners, partners), strict=True) if number
    )
