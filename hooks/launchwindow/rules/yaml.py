"""Every file under `apps/` and `partners/` is one plain YAML document.

Why: what can't be read can't be judged, and a key that stands twice, an alias or a second document makes a reviewer
see something else than the identity provider gets. Files are UTF-8 without a byte order mark, at most 256 KiB and 50
levels deep; anchors, aliases, tags and further documents are refused. An app's file has at most 1,000 keys and
values, any other 5,000. YAML 1.2 applies: `no` is a text.

Bad:

    friendly_name: Benefits
    friendly_name: Benefits Finder

Good:

    friendly_name: Benefits Finder

Fix: mend the place that the message names. Can't be waived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.rule import Problem, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import Corpus
    from launchwindow.model.rule import Facts


def _check(corpus: Corpus, _facts: Facts) -> Iterator[tuple[str, Problem]]:
    for refusal in corpus.refusals:
        yield refusal.path, Problem("", refusal.message, refusal.fix, span=refusal.span, source=refusal.source)


RULE = Rule("yaml", "error", "One plain YAML document in each file", fleet=_check, waivable=False)
