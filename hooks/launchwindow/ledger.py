"""The ledger's files <-> the ledger as a value (design §9), and which of them a step changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from launchwindow.emit import to_yaml
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.change import Element
from launchwindow.model.errors import LedgerError
from launchwindow.model.ledger import (
    Approval,
    Closed,
    Deployed,
    Event,
    Hold,
    Ledger,
    Past,
    Person,
    Release,
    Request,
    Run,
    ScheduleValue,
    Seen,
)
from launchwindow.model.row import PartnerRow, Row
from launchwindow.plain_rows import partner_row_from_plain, partner_row_to_plain, row_from_plain, row_to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FORMAT = 1
LARGEST = 16 * 1024 * 1024
"""Bytes of one ledger file: it holds rows, escaped, and may be larger than any file that a partner writes."""
BRANCH = "launchwindow-ledger"


def is_state_file(path: str) -> bool:
    """Whether `read_ledger` needs the file: what is open and deployed, nothing closed."""
    return path == "ledger.yaml" or path.startswith(("requests/open/", "deployed/", "deactivated/"))


def read_ledger(files: Mapping[str, bytes], paths: frozenset[str]) -> Ledger:
    """The ledger from its state files; `paths` are all of its paths.

    Raises `LedgerError` naming the file that is missing or damaged; nothing is guessed.
    """
    if "ledger.yaml" not in files:
        raise LedgerError(f"The branch {BRANCH} holds no ledger.yaml: it is no ledger, or was damaged.")
    head = _read("ledger.yaml", files["ledger.yaml"])
    if head.get("format") != FORMAT:
        raise LedgerError(f"{BRANCH}:ledger.yaml: format {head.get('format')!r} is not known to this version.")
    requests = dict(_each(files, "requests/open/", _request))
    deployed = dict(_each(files, "deployed/", _deployed)) | dict(_each(files, "deactivated/", _deployed))

    def whole(data: dict[str, Any]) -> Ledger:
        seen = Seen(data["seen"]["commit"], _time(data["seen"]["at"]))
        windows = {name: date.fromisoformat(day) for name, day in data["next_windows"].items()}
        taken = frozenset(_runs(paths))
        return Ledger(data["main"], seen, int(data["merges"]), windows, requests, deployed, taken)

    ledger: Ledger = _checked("ledger.yaml", head, whole)
    return ledger


def _runs(paths: frozenset[str]) -> Iterator[tuple[str, date]]:
    for path in paths:
        parts = path.split("/")
        if parts[0] == "windows" and len(parts) == 3:
            yield parts[1], date.fromisoformat(parts[2].removesuffix(".yaml"))


def _each(files: Mapping[str, bytes], prefix: str, build: Callable[[dict[str, Any]], Any]) -> Iterator[tuple[str, Any]]:
    for path in sorted(files):
        if path.startswith(prefix):
            value = _checked(path, _read(path, files[path]), build)
            yield (value.id if isinstance(value, Request) else value.subject), value


def _read(path: str, data: bytes) -> dict[str, Any]:
    try:
        found = parse(path, data, LARGEST).data
    except Refused as refused:
        place = f"{BRANCH}:{path}:{refused.refusal.span.line}"
        raise LedgerError(f"{place}: {refused.refusal.message} The ledger was damaged; nothing was changed.") from None
    if not isinstance(found, dict):
        raise LedgerError(f"{BRANCH}:{path}: no mapping. The ledger was damaged; nothing was changed.")
    return found


def _checked(path: str, data: dict[str, Any], build: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        return build(data)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise LedgerError(f"{BRANCH}:{path}: {what}. The ledger was damaged; nothing was changed.") from error


def changed_files(before: Ledger | None, after: Ledger, paths: frozenset[str]) -> dict[str, bytes | None]:
    """Path -> new bytes, or None where a file goes; only what differs. `paths` are all paths of the ledger."""
    old = {} if before is None else _state_files(before)
    new = _state_files(after)
    changed: dict[str, bytes | None] = {
        path: _write(value()) for path, (key, value) in new.items() if path not in old or old[path][0] != key
    }
    changed |= {path: None for path in old if path not in new}
    for closed in after.closed:
        changed[closed_path(closed)] = _write({**_request_plain(closed.request), "state": closed.state})
    for run in after.runs:
        changed[f"windows/{run.environment}/{run.window}.yaml"] = _write(_run_plain(run))
    return {path: data for path, data in changed.items() if data is not None or path in paths}


def _state_files(ledger: Ledger) -> dict[str, tuple[object, Callable[[], dict[str, object]]]]:
    head = ledger._replace(requests={}, deployed={}, taken=frozenset(), closed=(), runs=())
    files: dict[str, tuple[object, Callable[[], dict[str, object]]]] = {
        "ledger.yaml": (head, lambda: _head_plain(ledger))
    }
    for request in ledger.requests.values():
        files[open_path(request)] = (request, lambda request=request: _request_plain(request))  # type: ignore[misc]
    for one in ledger.deployed.values():
        files[deployed_path(one)] = (one, lambda one=one: _deployed_plain(one))  # type: ignore[misc]
    return files


def open_path(request: Request) -> str:
    """Where an open request lies."""
    return f"requests/open/{request.subject}/{request.commit[:12]}.yaml"


def closed_path(closed: Closed) -> str:
    """Where a request lies that was closed: by year, so that no folder grows for ever."""
    return f"requests/closed/{closed.at.year}/{closed.request.subject}/{closed.request.commit[:12]}.yaml"


def deployed_path(one: Deployed) -> str:
    """Where an app's or partner's state lies; what is inactive at the IdP is kept apart."""
    inactive = one.released is not None and isinstance(one.released.row, Row) and not one.released.row.active
    return f"{'deactivated' if inactive else 'deployed'}/{one.subject}.yaml"


def _write(data: Mapping[str, object]) -> bytes:
    return to_yaml(data).encode()


def rfc3339(moment: datetime) -> str:
    """A moment as text, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _head_plain(ledger: Ledger) -> dict[str, object]:
    return {
        "format": FORMAT,
        "main": ledger.main,
        "seen": {"commit": ledger.seen.commit, "at": rfc3339(ledger.seen.at)},
        "merges": ledger.merges,
        "next_windows": {name: str(day) for name, day in sorted(ledger.next_windows.items())},
    }


def _person_plain(person: Person) -> dict[str, object]:
    return {"name": person.name, "email": person.email}


def _person(data: dict[str, Any]) -> Person:
    return Person(data["name"], data["email"])


def _any_row_plain(row: Row | PartnerRow | None) -> object:
    if row is None:
        return None
    return {"app": row_to_plain(row)} if isinstance(row, Row) else {"partner": partner_row_to_plain(row)}


def _any_row(data: dict[str, Any] | None) -> Row | PartnerRow | None:
    if data is None:
        return None
    return row_from_plain(data["app"]) if "app" in data else partner_row_from_plain(data["partner"])


def _request_plain(request: Request) -> dict[str, object]:
    days = [{**element._asdict(), "days": days} for element, days in request.days.items()]
    approvals = [{"by": _person_plain(one.by), "at": rfc3339(one.at), "how": one.how} for one in request.approvals]
    hold = request.hold and {**request.hold._asdict(), "at": rfc3339(request.hold.at)}
    return {
        "id": request.id,
        "former_ids": list(request.former_ids),
        "commit": request.commit,
        "order": request.order,
        "merged_at": rfc3339(request.merged_at),
        "title": request.title,
        "path": request.path,
        "issuer": request.issuer,
        "digest": request.digest,
        "authors": [_person_plain(person) for person in request.authors],
        "approvals": approvals,
        "approvals_needed": request.approvals_needed,
        "notice_starts": request.notice_starts and str(request.notice_starts),
        "days": days,
        "schedule": dict(request.schedule),
        "hold": hold,
        "released": request.released and str(request.released),
        "history": [{**event._asdict(), "at": rfc3339(event.at)} for event in request.history],
        "row": _any_row_plain(request.row),
    }


def _request(data: dict[str, Any]) -> Request:
    hold = data["hold"]
    return Request(
        id=data["id"],
        former_ids=tuple(data["former_ids"]),
        commit=data["commit"],
        order=data["order"],
        merged_at=_time(data["merged_at"]),
        title=data["title"],
        path=data["path"],
        issuer=data["issuer"],
        digest=data["digest"],
        row=_any_row(data["row"]),
        authors=tuple(_person(person) for person in data["authors"]),
        approvals=tuple(Approval(_person(one["by"]), _time(one["at"]), one["how"]) for one in data["approvals"]),
        approvals_needed=data["approvals_needed"],
        notice_starts=_day(data["notice_starts"]),
        days={Element(one["field"], one["member"], one["after"]): one["days"] for one in data["days"]},
        schedule=data["schedule"],
        hold=hold and Hold(hold["by"], _time(hold["at"]), hold["reason"]),
        released=_day(data["released"]),
        history=tuple(Event(_time(one["at"]), one["what"], one["by"], one["note"]) for one in data["history"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _deployed_plain(one: Deployed) -> dict[str, object]:
    schedule = {name: value._asdict() for name, value in sorted(one.schedule.items())}
    return {
        "subject": one.subject,
        "issuer": one.issuer,
        "released": _release_plain(one.released),
        "confirmed": _release_plain(one.confirmed),
        "earlier": [_release_plain(release) for release in one.earlier],
        "past": [{"until": rfc3339(past.until), "row": _any_row_plain(past.row)} for past in one.past],
        "schedule": schedule,
        "cert_files": dict(sorted(one.cert_files.items())),
    }


def _deployed(data: dict[str, Any]) -> Deployed:
    return Deployed(
        subject=data["subject"],
        issuer=data["issuer"],
        released=_release(data["released"]),
        confirmed=_release(data["confirmed"]),
        earlier=tuple(release for one in data["earlier"] if (release := _release(one))),
        past=tuple(Past(_any_row(one["row"]), _time(one["until"])) for one in data["past"]),
        schedule={name: ScheduleValue(one["value"], one["order"]) for name, one in data["schedule"].items()},
        cert_files=data["cert_files"],
    )


def _release_plain(release: Release | None) -> dict[str, object] | None:
    if release is None:
        return None
    return {
        "commit": release.commit,
        "order": release.order,
        "path": release.path,
        "digest": release.digest,
        "window": release.window and str(release.window),
        "at": rfc3339(release.at),
        "requests": list(release.requests),
        "confirmed_at": release.confirmed_at and rfc3339(release.confirmed_at),
        "confirmed_by": release.confirmed_by,
        "row": _any_row_plain(release.row),
    }


def _release(data: dict[str, Any] | None) -> Release | None:
    if data is None:
        return None
    row = _any_row(data["row"])
    if row is None:
        raise ValueError("a release without a row")
    confirmed_at = data["confirmed_at"]
    return Release(
        commit=data["commit"],
        order=data["order"],
        path=data["path"],
        digest=data["digest"],
        window=_day(data["window"]),
        at=_time(data["at"]),
        requests=tuple(data["requests"]),
        row=row,
        confirmed_at=confirmed_at and _time(confirmed_at),
        confirmed_by=data["confirmed_by"],
    )


def _run_plain(run: Run) -> dict[str, object]:
    return {
        "environment": run.environment,
        "window": str(run.window),
        "at": rfc3339(run.at),
        "by": run.by,
        "missed": run.missed,
        "nothing_due": not run.released and not run.missed,
        "released": list(run.released),
        "withdrawn": list(run.withdrawn),
        "held": [{"id": request, "because": because} for request, because in run.held],
        "idp_digest": run.idp_digest,
    }
