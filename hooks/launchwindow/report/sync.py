"""What `sync` came to: lines for people, and a document `launchwindow.sync/1`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from launchwindow.model.named import NamedTuple
from launchwindow.report.changes import count, paragraphs
from launchwindow.report.visible import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHOWN = 20
"""Steps that are listed; the rest are counted."""
KINDS = ("change", "comment", "deployment", "issue", "label", "milestone", "status")
"""Of what is made; a change is one of what was there."""
METHODS = ("GET", "POST", "PATCH")
_MANY = {"status": "statuses"}


class Outcome(NamedTuple):
    """What a run did, and what it did not."""

    made: tuple[str, ...]
    """Kinds of what was made or changed, one for each."""
    left: tuple[str, ...]
    """Steps that were not begun."""
    failed: tuple[tuple[str, str], ...]
    """(step, why)."""
    strangers: tuple[int, ...]
    """Numbers of open issues of ours about requests that the ledger does not know."""
    calls: Mapping[str, int]
    """HTTP method -> how often GitHub was asked."""
    dry_run: bool = False

    @property
    def in_line(self) -> bool:
        """Whether GitHub now shows what the ledger holds."""
        return not self.left and not self.failed


def sync_json(repository: str, outcome: Outcome) -> dict[str, object]:
    """The document."""
    return {
        "schema": "launchwindow.sync/1",
        "repository": repository,
        "dry_run": outcome.dry_run,
        "in_line": outcome.in_line,
        "made": {kind: outcome.made.count(kind) for kind in KINDS},
        "left": list(outcome.left),
        "failed": [{"step": step, "because": because} for step, because in outcome.failed],
        "unknown_issues": list(outcome.strangers),
        "calls": {method: outcome.calls.get(method, 0) for method in METHODS},
    }


def sync_text(repository: str, outcome: Outcome) -> str:
    """The lines."""
    return paragraphs(list(_blocks(repository, outcome)))


def _blocks(repository: str, outcome: Outcome) -> Iterator[str]:
    if outcome.strangers:
        numbers = ", ".join(f"#{one}" for one in outcome.strangers)
        yield sentence(
            f"{numbers}: the ledger knows no such request. They are left as they are: close them by hand if they come "
            "from an earlier ledger.", "warning: ",
        )  # fmt: skip
    if outcome.failed:
        lines = [f"{sentence(step, '  ! ')}\n{sentence(because, '      ')}" for step, because in outcome.failed[:SHOWN]]
        yield "\n".join(["Not done:", *lines, *_more(len(outcome.failed))])
    if outcome.left:
        head = "Would be done:" if outcome.dry_run else "Left for the next run:"
        yield "\n".join([head, *(sentence(one, "  - ") for one in outcome.left[:SHOWN]), *_more(len(outcome.left))])
    yield sentence(_summary(repository, outcome), "")


def _more(number: int) -> list[str]:
    return [f"    and {number - SHOWN} more"] if number > SHOWN else []


def _summary(repository: str, outcome: Outcome) -> str:
    calls = count(sum(outcome.calls.values()), "call")
    kinds = Counter(outcome.made)
    done = ", ".join(count(number, kind, _MANY.get(kind)) for kind, number in sorted(kinds.items()))
    if outcome.dry_run:
        return f"{repository}: {count(len(outcome.left), 'step')} to do ({calls})."
    if not done and outcome.in_line:
        return f"{repository} is in line with the ledger ({calls})."
    state = "in line with the ledger" if outcome.in_line else "not in line yet: run sync again"
    return f"{repository}: {done or 'nothing was done'}; {state} ({calls})."
