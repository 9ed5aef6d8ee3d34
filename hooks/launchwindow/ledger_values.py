"""The ledger's values <-> plain data as its YAML files hold it (design §9)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from launchwindow.ledger_shapes import DEPLOYED, REQUEST, require
from launchwindow.model.change import Element
from launchwindow.model.ledger import (
    Approval,
    Deployed,
    Event,
    Hold,
    Past,
    Person,
    Release,
    Request,
    Rollback,
    ScheduleValue,
)
from launchwindow.model.row import PartnerRow, Row
from launchwindow.plain_rows import partner_row_from_plain, partner_row_to_plain, row_from_plain, row_to_plain

if TYPE_CHECKING:
    from launchwindow.model.ledger import Run


def rfc3339(moment: datetime) -> str:
    """A moment as text, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The moment that `rfc3339` wrote. Raises ValueError for any other text."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return found


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


def request_to_plain(request: Request) -> dict[str, object]:
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
        "repeated": [{"order": order, "merged_at": rfc3339(at)} for order, at in request.repeated],
        "notice_waived": request.notice_waived and str(request.notice_waived),
        "released": request.released and str(request.released),
        "history": [{**event._asdict(), "at": rfc3339(event.at)} for event in request.history],
        **_from_github_plain(request),
        "row": _any_row_plain(request.row),
    }


def _from_github_plain(request: Request) -> dict[str, object]:
    """What only GitHub tells, where it does."""
    told = {"pull": request.pull, "requester": request.requester, "refused": list(request.refused)}
    return {key: value for key, value in told.items() if value not in (None, [])}


def request_from_plain(data: dict[str, Any]) -> Request:
    data = {"pull": None, "requester": None, "refused": [], **data}
    require(data, REQUEST)
    hold = data["hold"]
    return Request(
        id=data["id"],
        former_ids=tuple(data["former_ids"]),
        commit=data["commit"],
        order=data["order"],
        merged_at=moment(data["merged_at"]),
        title=data["title"],
        path=data["path"],
        issuer=data["issuer"],
        digest=data["digest"],
        row=_any_row(data["row"]),
        authors=tuple(_person(person) for person in data["authors"]),
        approvals=tuple(Approval(_person(one["by"]), moment(one["at"]), one["how"]) for one in data["approvals"]),
        approvals_needed=data["approvals_needed"],
        notice_starts=_day(data["notice_starts"]),
        days={Element(one["field"], one["member"], one["after"]): one["days"] for one in data["days"]},
        schedule=data["schedule"],
        hold=hold and Hold(hold["by"], moment(hold["at"]), hold["reason"], hold["rollback"]),
        released=_day(data["released"]),
        history=tuple(Event(moment(one["at"]), one["what"], one["by"], one["note"]) for one in data["history"]),
        notice_waived=_day(data["notice_waived"]),
        repeated=tuple((one["order"], moment(one["merged_at"])) for one in data["repeated"]),
        pull=data["pull"],
        requester=data["requester"],
        refused=tuple(data["refused"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def deployed_to_plain(one: Deployed) -> dict[str, object]:
    schedule = {
        name: {**value._asdict(), "at": value.at and rfc3339(value.at)} for name, value in sorted(one.schedule.items())
    }
    return {
        "subject": one.subject,
        "issuer": one.issuer,
        "released": _release_plain(one.released),
        "confirmed": _release_plain(one.confirmed),
        "earlier": [_release_plain(release) for release in one.earlier],
        "past": [
            {**past._asdict(), "until": rfc3339(past.until), "row": _any_row_plain(past.row)} for past in one.past
        ],
        "schedule": schedule,
        "cert_files": dict(sorted(one.cert_files.items())),
        "certificates_since": one.certificates_since and rfc3339(one.certificates_since),
        "taken_back": [row_to_plain(row) for row in one.taken_back],
        "rollback": one.rollback and _rollback_plain(one.rollback),
    }


def deployed_from_plain(data: dict[str, Any]) -> Deployed:
    require(data, DEPLOYED)
    since = data["certificates_since"]
    return Deployed(
        subject=data["subject"],
        issuer=data["issuer"],
        released=_release(data["released"]),
        confirmed=_release(data["confirmed"]),
        earlier=tuple(release for one in data["earlier"] if (release := _release(one))),
        past=tuple(
            Past(_any_row(one["row"]), moment(one["until"]), one["commit"], one["path"], one["digest"])
            for one in data["past"]
        ),
        schedule={
            name: ScheduleValue(one["value"], one["order"], one["at"] and moment(one["at"]))
            for name, one in data["schedule"].items()
        },
        cert_files=data["cert_files"],
        certificates_since=since and moment(since),
        taken_back=tuple(row_from_plain(row) for row in data["taken_back"]),
        rollback=data["rollback"] and _rollback(data["rollback"]),
    )


def _rollback_plain(one: Rollback) -> dict[str, object]:
    return {**one._asdict(), "at": rfc3339(one.at), "row": row_to_plain(one.row)}


def _rollback(data: dict[str, Any]) -> Rollback:
    return Rollback(
        data["by"], moment(data["at"]), data["reason"], data["digest"], row_from_plain(data["row"]), data["branch"]
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
        "number": release.number,
        "kind": release.kind,
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
        at=moment(data["at"]),
        requests=tuple(data["requests"]),
        row=row,
        confirmed_at=confirmed_at and moment(confirmed_at),
        confirmed_by=data["confirmed_by"],
        number=data["number"],
        kind=data["kind"],
    )


def run_to_plain(run: Run) -> dict[str, object]:
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
        "kind": run.kind,
        "app": run.subject,
        "commit": run.commit,
    }
