"""What can be mended without asking anybody: a corpus -> the files to write (`check --fix`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.certificate_file import canonical_certificate, tidy_certificate
from launchwindow.edit.edits import Edit
from launchwindow.edit.inline_certificates import move_certificates
from launchwindow.edit.white_space import tidy_white_space
from launchwindow.load.yaml_source import parse
from launchwindow.rules.pem import holds_private_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.document import Document
    from launchwindow.model.snapshot import Snapshot


def fixes(corpus: Corpus, snapshot: Snapshot, wanted: Callable[[str], bool]) -> tuple[Edit, ...]:
    """Edits of the files for whose path `wanted` is true, in the order in which to write them.

    `snapshot` is what the corpus was read from. No edit changes what the IdP would receive of a file that it could
    read. A certificate that leaves its app's file comes before that file, so that a name never leads nowhere.
    """
    new: dict[str, bytes] = {}
    edits: list[Edit] = []
    for app in corpus.apps:
        if wanted(app.path):
            edits += _app(app, snapshot, new)
    for partner in corpus.partners.values():
        if wanted(partner.path):
            edits += _document(partner.document, partner.document, ())
    edits += _certificates(corpus, wanted)
    return tuple(edits)


def _app(app: App, snapshot: Snapshot, new: dict[str, bytes]) -> Iterator[Edit]:
    def may_take(name: str, pem: bytes) -> bool:
        path = f"{app.folder}/{name}"
        if path in new:
            return new[path] == pem
        if path not in snapshot.entries:
            # Where something that is no folder stands in the folder's place, nothing can be put.
            return f"{app.folder}/certs" not in snapshot.entries
        return canonical_certificate(snapshot.read([path]).get(path, b"")) == pem

    moved = move_certificates(app, may_take)
    if moved is None:
        yield from _document(app.document, app.document, ())
        return
    for name, pem in moved.certificates.items():
        path = f"{app.folder}/{name}"
        if path not in snapshot.entries and path not in new:
            new[path] = pem
            yield Edit(path, None, pem, (f"certificate moved here from {app.path}",))
    names = ", ".join(moved.certificates)
    document = parse(app.path, moved.text.encode("utf-8"))
    yield from _document(app.document, document, (f"certificate text moved to {names}",))


def _document(old: Document, document: Document, done: tuple[str, ...]) -> Iterator[Edit]:
    """The edit, if any, of a document that is `old` on disk and was changed as `done` says."""
    before = old.text.encode("utf-8")
    # Whoever looks for the key must find the file as it was.
    tidied = None if holds_private_key(before) else tidy_white_space(document)
    if tidied is not None:
        yield Edit(old.path, before, tidied.data, done + tidied.done)
    elif done:
        yield Edit(old.path, before, document.text.encode("utf-8"), done)


def _certificates(corpus: Corpus, wanted: Callable[[str], bool]) -> Iterator[Edit]:
    """The certificate files that apps name, each once however many environments name it."""
    seen = set()
    for app in corpus.apps:
        for _, name in app.texts("certs"):
            file = app.files.get(name)
            if file is None or file.data is None or file.path in seen or not wanted(file.path):
                continue
            seen.add(file.path)
            tidied = tidy_certificate(file.data)
            if tidied is not None:
                yield Edit(file.path, file.data, tidied.data, tidied.done)
