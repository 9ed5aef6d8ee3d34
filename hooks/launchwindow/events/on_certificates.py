"""Somebody looks after an app's certificates (`cert list`, `cert add`, `cert remove`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.certificate_file import canonical_certificate
from launchwindow.edit.certificate_list import with_name, without_name
from launchwindow.edit.certificate_names import file_names
from launchwindow.events.answer import Answer
from launchwindow.events.certificate_desk import CertificateDesk
from launchwindow.io.place import path_in
from launchwindow.io.replace import replace_file
from launchwindow.load.corpus import within
from launchwindow.model.errors import LaunchwindowError, NotPossible
from launchwindow.provider import certificate_fingerprint, row_of
from launchwindow.report.certificates import Done, certificates_json, certificates_text
from launchwindow.report.visible import visible
from launchwindow.rotation import NEXT, of_file, refusals
from launchwindow.rules.pem import holds_private_key, trouble_with

if TYPE_CHECKING:
    from pathlib import Path

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App


def list_certificates(space: Workspace, app_id: str | None) -> Answer:
    """Each certificate of one app, or of all: what it is, where it is, and what comes now."""
    desk = CertificateDesk(space, whole=app_id is None)
    corpus = desk.corpus()
    apps = corpus.apps if app_id is None else (desk.app(corpus, app_id),)
    if not apps:
        raise NotPossible(
            f"No app was found in {space.directory}: there is no apps/<partner>/<app>/<environment>.yaml. "
            "Use --repo DIR to name the repository."
        )
    found = [desk.certificates(app) for app in apps]
    return Answer(certificates_text(found, desk.today), certificates_json(found))


def add_certificate(space: Workspace, app_id: str, file: Path, *, first: bool) -> Answer:
    """Put a certificate beside an app, and its name into the app's file.

    Raises `NotPossible` or `RepositoryError`, with nothing written, when the file is no public certificate, the app
    has it already, or it is not certain how to write it down.
    """
    desk = CertificateDesk(space)
    app = desk.app(desk.corpus(), app_id)
    data = space.read_file(file)
    pem = canonical_certificate(data)
    if pem is None:
        trouble = trouble_with(data)
        said = f"{trouble.message} {trouble.fix}" if trouble else "It is not certain which certificate it holds."
        raise NotPossible(f"{visible(str(file))}: {said}")
    _refuse_to_touch(app)
    listed = _name_of(app, pem)
    if listed is not None and not (first and _index(app, listed) > 0):
        where = "first already" if first else "already; --first would move it to the front"
        raise NotPossible(f"{app.id} has this certificate as {visible(listed)} {where}.")
    name = listed or _inside(space, app, file) or _free_name(desk, app, pem)
    text = with_name(app, name, first=first)
    if text is None:
        raise NotPossible(f"{app.path}: it is not certain how to write this list. Put `{visible(name)}` into `certs`.")
    path = f"{app.folder}/{name}"
    written = []
    if desk.tree().entries.get(path) is None:
        replace_file(space.directory, path, None, pem)
        written.append(path)
    replace_file(space.directory, app.path, app.document.text.encode("utf-8"), text.encode("utf-8"))
    order = "first" if first else "last"
    done = Done(f"{app.path} names {name} {order} in `certs`.", (*written, app.path))
    return _answer(desk, app_id, done)


def remove_certificate(space: Workspace, app_id: str, name: str) -> Answer:
    """Take a certificate's name out of an app's file; the certificate's own file stays.

    Raises `NotPossible`, with nothing written, where `rotation-overlap` would refuse it: a waiver of that rule in the
    app's file is the way for a compromised key.
    """
    desk = CertificateDesk(space)
    app = desk.app(desk.corpus(), app_id)
    index = _index(app, name)
    if index < 0:
        names = ", ".join(visible(one, 60) for _, one in app.texts("certs")) or "none"
        raise NotPossible(f"{app.id} names no certificate “{visible(name, 100)}”; it names {names}.")
    _refuse_to_touch(app)
    text = without_name(app, index)
    if text is None:
        raise NotPossible(f"{app.path}: it is not certain how to write this list. Take `{visible(name)}` out by hand.")
    after = app._replace(data={**app.data, "certs": [one for _, one in app.texts("certs") if one != name]})
    _refuse_a_cut(desk, app, after, name)
    replace_file(space.directory, app.path, app.document.text.encode("utf-8"), text.encode("utf-8"))
    return _answer(desk, app_id, _removed(desk, app, name))


def _removed(desk: CertificateDesk, app: App, name: str) -> Done:
    """Whether the file itself can go, too."""
    what = f"{app.path} no longer names {name}."
    file = app.files.get(name)
    if file is None or file.data is None:
        return Done(what, (app.path,))
    others = [one.id for one in desk.corpus().apps if any(other.path == file.path for other in one.files.values())]
    if others:
        return Done(f"{what} Keep the file: {', '.join(others)} still names it.", (app.path,))
    gone = f"No app names {file.path} now: delete it in the same pull request."
    return Done(f"{what} {gone}", (app.path,), (file.path,))


def _answer(desk: CertificateDesk, app_id: str, done: Done) -> Answer:
    found = [desk.certificates(desk.app(desk.corpus(), app_id))]
    return Answer(certificates_text(found, desk.today, done), certificates_json(found, done))


def _refuse_to_touch(app: App) -> None:
    if holds_private_key(app.document.text.encode("utf-8")):
        raise NotPossible(f"{app.path} holds a private key and is left as it is: `launchwindow check` says where.")


def _refuse_a_cut(desk: CertificateDesk, app: App, after: App, name: str) -> None:
    if not desk.has_windows(app):
        return
    record = desk.record(after) or desk.assumed(after)
    if record is None or record.released is None:
        return
    there = {one.fingerprint for one in row_of(app, None).certs}
    released = record.released._replace(certs=tuple(one for one in record.released.certs if one.fingerprint in there))
    for one in refusals(released, row_of(after, None), NEXT, desk.space.now, desk.today, record.rotation):
        if one.rule == "rotation-overlap":
            raise NotPossible(
                f"{app.id}: {visible(name)} can't be removed yet. The change {of_file(one)}. {one.step} For a "
                "compromised key, a waiver of rotation-overlap in the app's file is the way."
            )


def _index(app: App, name: str) -> int:
    return next((index for index, one in app.texts("certs") if one == name), -1)


def _name_of(app: App, pem: bytes) -> str | None:
    """The name by which an app's list has a certificate."""
    wanted = certificate_fingerprint(pem)
    for _, name in app.texts("certs"):
        file = app.files.get(name)
        if file is not None and file.data is not None and certificate_fingerprint(file.data) == wanted:
            return name
    return None


def _inside(space: Workspace, app: App, file: Path) -> str | None:
    """The name of a file that lies beside the app already."""
    try:
        path = path_in(space.root, str(file))
    except LaunchwindowError:
        # It is outside of the repository, as most new certificates are.
        return None
    name = path.removeprefix(f"{app.folder}/")
    return name if name != path and within(app.folder, name) == path else None


def _free_name(desk: CertificateDesk, app: App, pem: bytes) -> str:
    tree = desk.tree()
    if f"{app.folder}/certs" in tree.entries:
        raise NotPossible(f"{app.folder}/certs is no folder; certificates go beneath it.")
    for name in file_names(pem):
        path = f"{app.folder}/{name}"
        if path not in tree.entries or canonical_certificate(tree.read([path]).get(path, b"")) == pem:
            return name
    raise NotPossible(f"{app.folder}/{next(iter(file_names(pem)))} is another certificate's file; nothing was written.")
