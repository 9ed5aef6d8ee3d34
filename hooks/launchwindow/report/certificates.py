"""An app's certificates for people, and as the document `launchwindow.cert/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.changes import app_name, count
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from launchwindow.model.rotation import Kind

_KINDS = {
    "pkce": "PKCE, no key",
    "signed": "signs with its key",
    "encrypted": "unsigned SAML, encrypted to the first certificate",
    "plain": "unsigned SAML, not encrypted",
}
_PLACES = {"file": "in the file", "requested": "requested", "released": "released", "confirmed": "confirmed"}
_SHORT = 16
"""Digits of a fingerprint that people compare."""


class Listed(NamedTuple):
    """One certificate of an app."""

    name: str
    """As the app's file has it, or had it when it was released."""
    fingerprint: str
    """SHA-256 of its DER bytes, in hex."""
    key: str | None
    """Kind and size; None where it can't be read."""
    expires: date | None
    places: tuple[str, ...]
    """Where it is: `file`, `requested` (merged, not released), `released` (not confirmed), `confirmed`."""
    begin_by: date | None
    """The last day to open the pull request that adds its successor; None where that is not known or not needed."""


class Certificates(NamedTuple):
    """An app's certificates, in the file's order; then those that it no longer names."""

    app_id: str
    kind: Kind
    step: str
    """What has to be done now, and by whom."""
    listed: tuple[Listed, ...]


class Done(NamedTuple):
    """What an edit did."""

    what: str
    written: tuple[str, ...] = ()
    """Paths of the files that were written."""
    unnamed: tuple[str, ...] = ()
    """Paths of certificate files that no app names any more."""


def certificates_text(apps: Sequence[Certificates], today: date, done: Done | None = None) -> str:
    """What was done, if anything, and a block for each app."""
    blocks = [sentence(done.what, "", 1000)] if done is not None else []
    blocks += ["\n".join(_block(app, today)) for app in apps]
    if done is None and len(apps) > 1:
        blocks.append(f"{count(len(apps), 'app')}.")
    return "\n\n".join(blocks) + "\n"


def _block(app: Certificates, today: date) -> Iterator[str]:
    yield f"{visible(app.app_id)} ({_KINDS[app.kind]})"
    for one in app.listed:
        about = ", ".join(part for part in (one.key, f"expires {one.expires}" if one.expires else None) if part)
        yield f"  {visible(one.name)}  {one.fingerprint[:_SHORT]}  {about or 'can’t be read'}"
        places = ", ".join(_PLACES[place] for place in one.places)
        yield sentence(places if "file" in one.places else f"{places}; no longer in the file", "      ")
        if one.begin_by is not None:
            passed = "; that day is past" if one.begin_by < today else ""
            yield sentence(f"last day to open its rotation's pull request: {one.begin_by}{passed}", "      ")
    yield sentence(f"Next: {app.step}", "  → ", 1000)


def certificates_json(apps: Sequence[Certificates], done: Done | None = None) -> dict[str, object]:
    """The document."""
    return {
        "schema": "launchwindow.cert/1",
        "written": list(done.written) if done else [],
        "unnamed": list(done.unnamed) if done else [],
        "apps": [
            {
                "environment": app.app_id.partition("/")[0],
                "app": app_name(app.app_id),
                "kind": app.kind,
                "step": app.step,
                "certificates": [_plain(one) for one in app.listed],
            }
            for app in apps
        ],
    }


def _plain(one: Listed) -> dict[str, object]:
    days = {"expires": one.expires, "begin_by": one.begin_by}
    plain = {name: None if day is None else day.isoformat() for name, day in days.items()}
    return {**one._asdict(), "places": list(one.places), **plain}
