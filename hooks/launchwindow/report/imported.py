"""What an import did, for people and as the document `launchwindow.import/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.load.plain import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.exchange.import_report import ImportReport, NotCarried

_EXAMPLES = 3
"""How many of many alike are named; the JSON document names all."""


def import_text(report: ImportReport, into: str, *, has_policy: bool) -> str:
    """What was written, what is to be filled in, what was not carried, and what to do next."""
    of = "the dashboard" if report.rails_environment is None else clean(report.rails_environment)
    count = f"{len(report.apps)} of {report.providers} providers of {of}"
    lines = [f"Imported {count} into {clean(into, 1000)}, with {len(report.partners)} partners."]
    environments = sorted({app.environment for app in report.apps})
    lines += [f"  {name}: {sum(app.environment == name for app in report.apps)} apps" for name in environments]
    lines += _section("Not imported at all:", grouped(report.skipped))
    lines += _section(f"To fill in ({len(report.placeholders)} placeholders):", _placeholders(report))
    lines += _section("Not carried:", grouped(report.not_carried))
    lines += _section("To know:", _alike(report.notes))
    lines += ["", "Next:"]
    if into != ".":
        lines.append(f"  cd {clean(into, 1000)}")
    if not has_policy:
        lines.append("  launchwindow init --reviewer …         # policy, workflows, owners, hooks (docs/init.md)")
    lines += [
        "  launchwindow check                     # names every placeholder that is left",
        "  git add apps partners && git commit",
        "  launchwindow adopt HEAD                # begins the ledger: what the IdP runs is deployed already",
        "  (or `launchwindow adopt --nothing`, and `launchwindow request` releases it as new)",
    ]
    return "\n".join(lines) + "\n"


def _section(title: str, items: Iterator[str]) -> Iterator[str]:
    listed = list(items)
    if listed:
        yield from ("", title, *(f"  {item}" for item in listed))


def _placeholders(report: ImportReport) -> Iterator[str]:
    for place in report.placeholders:
        yield f"{place.file}:{place.line}: {place.field}: {clean(place.what, 120)}"


def grouped(items: Sequence[NotCarried]) -> Iterator[str]:
    """One line for each key and reason, with the first of those that it happened to."""
    groups: dict[tuple[str, str], list[NotCarried]] = {}
    for item in items:
        groups.setdefault((item.key, item.why), []).append(item)
    for (key, why), members in groups.items():
        shown = [f"{clean(one.where, 120)}{f' ({clean(one.value)})' if one.value else ''}" for one in members]
        more = f" and {len(shown) - _EXAMPLES} more" if len(shown) > _EXAMPLES else ""
        yield f"{clean(key) + ' ' if key else ''}{why}: {', '.join(shown[:_EXAMPLES])}{more}"


def _alike(notes: Sequence[str]) -> Iterator[str]:
    yield from (clean(note, 400) for note in notes)


def import_json(report: ImportReport, source: str, into: str, files: Sequence[str]) -> dict[str, object]:
    """The document `launchwindow.import/1`; paths are relative to `into`."""
    return {
        "schema": "launchwindow.import/1",
        "source": source,
        "into": into,
        "rails_environment": report.rails_environment,
        "providers": report.providers,
        "apps": [app._asdict() for app in report.apps],
        "partners": list(report.partners),
        "files": list(files),
        "placeholders": [place._asdict() for place in report.placeholders],
        "skipped": [item._asdict() for item in report.skipped],
        "not_carried": [item._asdict() for item in report.not_carried],
        "notes": list(report.notes),
    }
