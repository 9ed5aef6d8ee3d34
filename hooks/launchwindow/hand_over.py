"""One state of an app, or of a partner's file, handed over: it is `S0` from now on (design §7, "Release")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.merges import gone_subject
from launchwindow.model.ledger import Deployed, Event, Release
from launchwindow.model.named import NamedTuple
from launchwindow.model.row import Row
from launchwindow.record import requests_of, subjects_in
from launchwindow.records import put
from launchwindow.schedule import Differences, released_row
from launchwindow.valid_set import provider_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from launchwindow.idp_files import Provider
    from launchwindow.model.judge import Judge
    from launchwindow.model.ledger import Ledger, ReleaseKind, Request
    from launchwindow.model.schedule import Timeline


class Handing(NamedTuple):
    """The run that hands something over."""

    kind: ReleaseKind
    day: date
    """In the policy's time zone."""
    at: datetime
    number: int
    by: str = "launchwindow"
    why: str = ""
    """What a person said, where one decided it."""

    @property
    def told(self) -> str:
        """How a request's history tells it."""
        where = {
            "window": f"in the deploy window of {name(self.day)}", "off-cycle": f"off-cycle on {name(self.day)}",
            "coordinated": f"at its agreed time on {name(self.day)}",
        }.get(self.kind, "at the merge")  # fmt: skip
        return f"{where}: {self.why}" if self.why else where


def hand_over(
    ledger: Ledger, timeline: Timeline, index: int, run: Handing, judge: Judge
) -> tuple[Ledger, list[Request]]:
    """Hand one state over: `S0` is it now, and the requests whose changes it holds are deploying."""
    differences = Differences(timeline)
    subject = timeline.subject
    row = released_row(timeline, index)
    assert row is not None
    request = timeline.states[index].request
    taken = [timeline.states[one].request for one in range(index + 1) if differences.of_request(one)]
    window = None if run.kind == "merge" else run.day
    new = Release(
        request.commit, request.order, request.path, request.digest, window, run.at,
        tuple(one.id for one in taken), row, None, None, run.number, run.kind,
    )  # fmt: skip
    old = ledger.deployed.get(subject, Deployed(subject, request.issuer, None, None, (), (), {}, {}))
    earlier = (*old.earlier, old.released) if old.released and old.released.confirmed_at is None else old.earlier
    names = names_of(provider_of(ledger, subject, row, judge)) if isinstance(row, Row) else {}
    mine = old._replace(
        released=new, earlier=earlier, issuer=request.issuer, cert_files={**old.cert_files, **names},
        taken_back=tuple(one for one in old.taken_back if not isinstance(row, Row) or one.issuer != row.issuer),
    )  # fmt: skip
    deployed = {subject: mine}
    if isinstance(row, Row):
        deployed |= _left_behind(ledger, old, row, new)
    requests: dict[str, Request] = {}
    for one in taken:
        event = Event(run.at, "released", run.by, run.told)
        requests[one.id] = one._replace(released=run.day, history=(*one.history, event))
    ledger = ledger._replace(deployed=put(ledger.deployed, deployed), requests=put(ledger.requests, requests))
    return ledger, list(requests.values())


def names_of(provider: Provider) -> dict[str, str]:
    """Fingerprint or SHA-256 -> the file name at the IdP, which stays as it is from the first release on."""
    names = dict(zip((one.fingerprint for one in provider.row.certs), provider.cert_files, strict=True))
    if provider.row.logo is not None and provider.logo_file is not None:
        names[provider.row.logo.sha256] = provider.logo_file
    return names


def _left_behind(ledger: Ledger, old: Deployed, row: Row, new: Release) -> dict[str, Deployed]:
    """After a change of issuer the old provider stays at the IdP, inactive: no provider is ever deleted.

    Where main has the old issuer again, in an app whose turn it could not be so far, it is that app's from now on.
    """
    before = old.released.row if old.released else None
    if not isinstance(before, Row) or before.issuer == row.issuer:
        return {}
    gone = new._replace(row=before._replace(active=False), path=None, digest=None, requests=())
    subject, schedule = gone_subject(old.subject, before.issuer), {}
    heir = _waiting_for(ledger, old.subject, before.issuer)
    if heir is not None:
        # All that the heir's merges ask for comes after this.
        subject, gone = heir, gone._replace(order=requests_of(ledger, heir)[0].order - 1)
        schedule = dict(ledger.deployed[heir].schedule) if heir in ledger.deployed else {}
    return {subject: old._replace(subject=subject, issuer=before.issuer, released=gone, earlier=(), schedule=schedule,
                                  taken_back=(), rollback=None)}  # fmt: skip


def _waiting_for(ledger: Ledger, subject: str, issuer: str) -> str | None:
    """Another app of the environment that main has with this issuer, and that was never released."""
    for other in subjects_in(ledger, subject.partition("/")[0]):
        deployed, requests = ledger.deployed.get(other), requests_of(ledger, other)
        released = deployed is not None and deployed.released is not None
        row = requests[-1].row if requests else None
        if other != subject and not released and isinstance(row, Row) and row.issuer == issuer:
            return other
    return None
