"""A corpus -> main as the schedule sees it; and which app is which from merge to merge (design §7)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from launchwindow.load.corpus import app_place
from launchwindow.model.merge import AppState, Main, PartnerState
from launchwindow.model.named import NamedTuple
from launchwindow.provider import certificate_fingerprint, partner_row_of, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from launchwindow.model.app import App, Corpus, Partner

SCHEDULE_FIELDS = ("requests_signed", "waivers")
KEY_IN_USE = "release.key_in_use"
RELEASE_FIELDS = ("not_before", "coordinate_at", "reason", "key_in_use")


def main_of(commit: str, corpus: Corpus, others: Iterable[str] = ()) -> Main:
    """Every app and partner of a corpus read at `commit`.

    Where only a part of main was read, `others` are the subjects of further apps that it has of the same partners.
    """
    apps: dict[str, AppState] = {}
    for app in corpus.apps:
        partner = corpus.partners.get(app.partner)
        if app.issuer is not None and partner is not None and tells_its_agency(partner):
            row = row_of(app, partner.agency_id)
            apps[app.id] = AppState(app.id, app.path, app.issuer, row, schedule_of(app), app.digest)
    there = {"/".join(place) for path in corpus.entries if (place := app_place(path))}
    return Main(commit, apps, dict(_partners(corpus, {*apps, *others})), frozenset(there - apps.keys()))


def tells_its_agency(partner: Partner) -> bool:
    """Where the file does not, a slip must not give every user of the partner's apps a new UUID.

    An agency of which the IdP has no number is told: there is none, or it is null.
    """
    if not isinstance(partner.document.data, dict):
        return False
    return partner.agency_id is not None or partner.data.get("agency_id") is None


def _partners(corpus: Corpus, apps: Iterable[str]) -> Iterator[tuple[str, PartnerState]]:
    """A partner's file concerns each environment in which the partner has an app."""
    for environment, partner_id in sorted({tuple(subject.split("/")[:2]) for subject in apps}):
        partner = corpus.partners.get(partner_id)
        if partner is not None:
            subject = f"{environment}/{partner_id}"
            yield subject, PartnerState(subject, partner.path, partner_row_of(partner), partner.digest)


def schedule_of(app: App) -> dict[str, object]:
    """The values in an app's file that only the schedule reads, absent ones left out."""
    found = {field: app.data[field] for field in SCHEDULE_FIELDS if app.data.get(field) is not None}
    release = app.mapping("release")
    found |= {f"release.{field}": release[field] for field in RELEASE_FIELDS if release.get(field) is not None}
    if isinstance(word := found.get(KEY_IN_USE), dict):
        found[KEY_IN_USE] = {**word, "sha256": _fingerprint(app, word.get("certificate"))}
    return found


def _fingerprint(app: App, name: object) -> str | None:
    """Of the certificate that the app's file calls so: a word about its key is about no other that gets the name."""
    file = app.files.get(name) if isinstance(name, str) else None
    return certificate_fingerprint(file.data) if file is not None and file.data is not None else None


def same_word(before: object, after: object) -> bool:
    """Whether two values of `release.key_in_use` say the same, whatever stands under the certificate's name by now."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return before == after
    return {**before, "sha256": None} == {**after, "sha256": None}


class Tracked(NamedTuple):
    """An app as the ledger knew it before a merge."""

    issuer: str
    present: bool
    """Whether main had a file of it."""
    released_issuer: str | None


class Followed(NamedTuple):
    """Where an app is after a merge: its subject, and its file or None when it is gone."""

    subject: str
    state: AppState | None
    unreadable: bool = False


def follow(environment: str, tracked: Mapping[str, Tracked], main: Main) -> tuple[dict[str, Followed], list[AppState]]:
    """(where each tracked app of an environment is now, by its subject until now; the files of new apps).

    An app is the file with the same issuer; else, if its issuer is gone and the one at its path is new, that file;
    else one with the issuer that was released; else it is gone. A file that can't be read leaves its app as it was.
    """
    files = {subject: state for subject, state in main.apps.items() if subject.startswith(f"{environment}/")}
    # First of all: a copy must not take the place of an app whose own file is only broken.
    found = {
        subject: Followed(subject, None, unreadable=True)
        for subject, app in tracked.items() if app.present and subject in main.unreadable
    }  # fmt: skip
    _same_issuer(tracked, files, found)
    for subject, app in tracked.items():
        if subject in found:
            continue
        if app.present and subject in files and not _is_taken(files[subject].issuer, subject, tracked):
            found[subject] = Followed(subject, files.pop(subject))
        else:
            found[subject] = _returned(subject, app, files)
    _make_room(tracked, found, set(files))
    return found, list(files.values())


def _same_issuer(tracked: Mapping[str, Tracked], files: dict[str, AppState], found: dict[str, Followed]) -> None:
    """Claim files by issuer; where two files have one issuer, an app keeps the file at its own path.

    An app that was released and lost its file comes before one that never was: copying a file and deleting the
    first one later is a move, not a second app whose issuer stays taken for ever.
    """
    homeless = {
        issuer for subject, app in tracked.items()
        if subject not in found and (issuer := _lost(subject, app, tracked, files)) is not None
    }  # fmt: skip
    for subject, app in tracked.items():
        waits = app.issuer in homeless and app.released_issuer is None
        if subject in files and files[subject].issuer == app.issuer and not waits:
            found[subject] = Followed(subject, files.pop(subject))
    for subject, app in sorted(tracked.items(), key=lambda item: item[1].released_issuer is None):
        issuers = (app.issuer, app.released_issuer if app.released_issuer in homeless else None)
        for issuer in issuers:
            moved = next((to for to in sorted(files) if files[to].issuer == issuer), None)
            if subject not in found and moved is not None:
                found[subject] = Followed(moved, files.pop(moved))


def _lost(subject: str, app: Tracked, tracked: Mapping[str, Tracked], files: Mapping[str, AppState]) -> str | None:
    """The released issuer of an app that has no file of its own any more: by that it is found again, if at all."""
    there = files.get(subject)
    if app.released_issuer is None or (there is not None and there.issuer == app.issuer):
        return None
    if app.released_issuer == app.issuer:
        return app.issuer
    changes = app.present and there is not None and not _is_taken(there.issuer, subject, tracked)
    moved = any(state.issuer == app.issuer for state in files.values())
    return None if changes or moved else app.released_issuer


def _returned(subject: str, app: Tracked, files: dict[str, AppState]) -> Followed:
    """Gone, unless a new file has the issuer that was released: nobody else could ever be released with it."""
    back = next((to for to in sorted(files) if files[to].issuer == app.released_issuer), None)
    return Followed(subject, None) if back is None else Followed(back, files.pop(back))


def _is_taken(issuer: str, subject: str, tracked: Mapping[str, Tracked]) -> bool:
    others = (app for other, app in tracked.items() if other != subject)
    return any(issuer in (app.issuer, app.released_issuer) for app in others)


def _make_room(tracked: Mapping[str, Tracked], found: dict[str, Followed], new: set[str]) -> None:
    """An app that is gone gives its subject up to one whose file is there now."""
    occupied = new | {one.subject for one in found.values() if one.state is not None}
    for subject, one in found.items():
        if one.state is None and not one.unreadable and one.subject in occupied:
            found[subject] = Followed(gone_subject(subject, tracked[subject].issuer), None)


def gone_subject(subject: str, issuer: str) -> str:
    """The subject of an app that is gone while another has its path: no path can have this name."""
    return f"{subject.partition('~')[0]}~{sha256(issuer.encode('utf-8', 'replace')).hexdigest()[:8]}"
