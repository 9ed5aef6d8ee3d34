"""Each named certificate's file holds exactly one certificate, as PEM text, and nothing else.

Why: the process page, "Production configuration process", step 9: "Upload your logo and public certificate file". The
identity provider reads the first certificate of a file and drops the rest without a word, so a bundle or a chain is not
what its owner thinks; anything that can't be read is an app that can't sign in. White space around the certificate and
CRLF line ends do no harm. Files that hold a private key are `private-key`'s.

Bad:

    -----BEGIN CERTIFICATE-----
    (the app's certificate)
    -----END CERTIFICATE-----
    -----BEGIN CERTIFICATE-----
    (its authority's certificate)
    -----END CERTIFICATE-----

Good:

    -----BEGIN CERTIFICATE-----
    (the app's certificate)
    -----END CERTIFICATE-----

Fix: export the public certificate alone as PEM. A binary one is converted by
`openssl x509 -inform der -in OLD -out NEW.crt`. Can't be waived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.finding import Span, pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.pem import holds_private_key, trouble_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.rule import Facts


def _check(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    # One finding a file, however many environments name it.
    seen = set()
    for app in corpus.apps:
        for problem in _written_out(app):
            yield app.path, problem
        for _, name in app.texts("certs"):
            file = app.files.get(name)
            if file is None or file.data is None or file.path in seen or holds_private_key(file.data):
                continue
            seen.add(file.path)
            trouble = trouble_with(file.data)
            if trouble is not None:
                # The line itself is not shown: it may be a part of a key.
                span = Span(trouble.line, 1, trouble.line, 1)
                yield app.path, Problem("", trouble.message, trouble.fix, file=file.path, span=span)


def _written_out(app: App) -> Iterator[Problem]:
    """Certificates whose text stands in the app's file, where a file's name belongs."""
    for index, text in app.texts("certs"):
        if "-----BEGIN" not in text:
            continue
        if holds_private_key(text.encode("utf-8", "replace")):
            # `private-key` says so, and without showing the line.
            continue
        message = "The text of a certificate stands here, where a file's name belongs."
        fix = f"Move it into a file in {app.folder}/certs/ and write its name, such as certs/2026.crt."
        yield Problem(pointer("certs", index), message, fix)


RULE = Rule(
    "certificate-form", "error", "Each certificate file holds one PEM certificate", fleet=_check, waivable=False
)
