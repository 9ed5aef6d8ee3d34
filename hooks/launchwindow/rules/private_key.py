"""No file in the repository holds a private key.

Why: the process page, "Production configuration process", step 9, asks for the "public certificate file" alone. With
the private key anybody can act as the app. Whoever can read this repository could from then on, and git keeps it in
every clone, so deleting the line mends nothing. Looked at is every file beneath `apps/` and `partners/`, named or not,
in whatever form tools write keys: PEM, also as UTF-16 or in base64, SSH, PGP, PuTTY, JWK, binary, key stores (`.p12`,
`.pfx`, `.jks`), and text and comments inside YAML. Neither the key nor its line is shown. Can't be waived.

Bad:

    -----BEGIN PRIVATE KEY-----
    (the app's private key)
    -----END PRIVATE KEY-----

Good:

    -----BEGIN CERTIFICATE-----
    (the app's public certificate)
    -----END CERTIFICATE-----

Fix: treat the key as leaked. Make a new key pair, put only its public certificate here, and rotate to it if the old one
is in use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.finding import Span, pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.key_material import LEAKED, private_key, surely_none
from launchwindow.rules.texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App, Corpus, Partner
    from launchwindow.model.document import Document
    from launchwindow.model.rule import Facts


def _check(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    for path, data in sorted(_files(corpus).items()):
        found = private_key(data)
        if found is not None:
            # With `file` set, no line of it is quoted.
            span = Span(found.line, 1, found.line, 1)
            yield path, Problem("", found.message, LEAKED, file=path, span=span)
    sources: list[App | Partner] = [*corpus.apps, *corpus.partners.values()]
    for source in sources:
        problem = None if _surely_none(source) else _in_document(source.document)
        if problem is not None:
            yield source.path, problem


def _files(corpus: Corpus) -> dict[str, bytes]:
    """Path -> bytes of every file that is no document, each once however many apps name it."""
    named = {file.path: file.data for app in corpus.apps for file in app.files.values() if file.data is not None}
    return {**corpus.others, **named}


def _surely_none(source: App | Partner) -> bool:
    """Most files end here: their text, values and keys are searched at once."""
    document = source.document
    text = document.text if document.verbatim else f"{document.text}\n{texts_of(source)}"
    return surely_none(text.encode("utf-8", "replace"))


def _in_document(document: Document) -> Problem | None:
    # The text as it stands, for comments; then the values, for what escapes or folded lines take apart.
    found = private_key(document.text.encode("utf-8", "replace"))
    if found is not None:
        span = Span(found.line, 1, found.line, 1)
        return Problem("", found.message, LEAKED, file=document.path, span=span)
    for parts, text in _texts(document.data):
        if private_key(text.encode("utf-8", "replace")) is not None:
            path = pointer(*parts)
            place = document.span(path)
            return Problem(path, "This is a private key!", LEAKED, file=document.path, span=place)
    return None


def _texts(data: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """(place, text) of every text and key; at most 50 levels are read, so depth is no danger."""
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            if len(value) >= _SHORTEST:
                yield path, value
        elif isinstance(value, dict):
            for key, item in value.items():
                inner = (*path, str(key))
                waiting += [(inner, item), (inner, str(key))]
        elif isinstance(value, list):
            waiting += [((*path, index), item) for index, item in enumerate(value)]


_SHORTEST = 24
"""No form of a private key is shorter, not even a heading without its key."""


RULE = Rule("private-key", "error", "No file holds a private key", fleet=_check, waivable=False)
