"""What a new app's files still need, for people and as the document `launchwindow.new/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.edit.scaffold import placeholders
from launchwindow.model.finding import SEVERITIES
from launchwindow.model.named import NamedTuple
from launchwindow.report.visible import sentence, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from launchwindow.edit.scaffold import ToFill
    from launchwindow.model.finding import Finding


class Created(NamedTuple):
    """A new app as it was written."""

    environment: str
    app: str
    """`partner/app`."""
    files: Mapping[str, bytes]
    """What was written; the app's own file first."""
    findings: Sequence[Finding]
    """What the rules say about it."""
    notice_days: int
    window: date | None
    """The earliest deploy window; None where there are none."""

    @property
    def path(self) -> str:
        """The app's own file."""
        return next(iter(self.files))

    @property
    def to_fill(self) -> tuple[ToFill, ...]:
        """The placeholders in it."""
        return placeholders(self.files[self.path].decode())

    @property
    def remaining(self) -> list[Finding]:
        """What the rules ask for beside the placeholders, the gravest first."""
        others = [one for one in self.findings if one.rule != "placeholder"]
        return sorted(others, key=lambda one: SEVERITIES.index(one.severity))


def created_text(created: Created) -> str:
    """What was written, what remains to be done, and the earliest window."""
    parts = ["Wrote " + ",\n      ".join(visible(path) for path in created.files) + "."]
    if created.to_fill:
        parts.append("\n".join(["To fill in:", *_filling(created)]))
    if created.remaining:
        parts.append("\n".join(["To do:", *_doing(created)]))
    parts.append("\n".join(["Next:", *_next(created)]))
    return "\n\n".join(parts) + "\n"


def _filling(created: Created) -> Iterator[str]:
    for one in created.to_fill:
        yield sentence(f"line {one.line}: {one.field}: {one.what}", "  · ")


def _doing(created: Created) -> Iterator[str]:
    for one in created.remaining:
        yield sentence(f"{one.severity} {one.rule}: {one.message}", "  · ")
        yield sentence(one.fix, "    ")


def _next(created: Created) -> Iterator[str]:
    yield f"  launchwindow check {created.path.rpartition('/')[0]}"
    yield "  git add, commit, and a pull request"
    if created.window is None:
        yield sentence("It takes effect when it is merged.", "  ")
    else:
        days = f"notice of {created.notice_days} days" if created.notice_days else "no notice"
        yield sentence(
            f"Earliest deploy window: {created.window:%A %Y-%m-%d}, if it is put up for review today and approved "
            f"({days}).", "  ",
        )  # fmt: skip


def created_json(created: Created) -> dict[str, object]:
    """The document `launchwindow.new/1`."""
    return {
        "schema": "launchwindow.new/1",
        "environment": created.environment,
        "app": created.app,
        "files": list(created.files),
        "placeholders": [{"file": created.path, **one._asdict()} for one in created.to_fill],
        "remaining": [
            {"rule": one.rule, "severity": one.severity, "message": one.message, "fix": one.fix}
            for one in created.remaining
        ],
        "notice_days": created.notice_days,
        "window": None if created.window is None else created.window.isoformat(),
    }
