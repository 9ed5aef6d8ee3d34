"""Diagnoses for people, and as the document `launchwindow.doctor/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.doctor import VERDICTS
from launchwindow.report.changes import count
from launchwindow.report.visible import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.model.doctor import Diagnosis


def doctor_text(found: Sequence[Diagnosis]) -> str:
    """What is not well, worst first, with the way to mend it; then the names of what is."""
    parts = [_diagnosis(one) for one in found if one.verdict in ("error", "warning")]
    parts += _unknown([one for one in found if one.verdict == "unknown"])
    parts += [_note(one) for one in found if one.verdict == "ok" and one.mend is not None]
    well = [one.id for one in found if one.verdict == "ok"]
    if well:
        parts.append(sentence(f"Well: {', '.join(well)}.", "", 4000))
    return "\n\n".join([*parts, _summary(found)]) + "\n"


def _diagnosis(one: Diagnosis) -> str:
    lines = [sentence(f"{one.verdict} {one.id}: {one.text}", "", 2000)]
    lines += [sentence(f"{label}: {text}", "  ") for label, text in (("risk", one.danger), ("mend", one.mend)) if text]
    return "\n".join([*lines, f"  more: {one.url}"])


def _unknown(found: Sequence[Diagnosis]) -> list[str]:
    """What could not be read, by how it can be: mostly all in one way."""
    ways = dict.fromkeys(str(one.mend) for one in found)
    return [
        "\n".join([
            *(sentence(f"unknown {one.id}: {one.text}", "", 2000) for one in found if one.mend == way),
            sentence(f"find out: {way}", "  "),
        ])
        for way in ways
    ]  # fmt: skip


def _note(one: Diagnosis) -> str:
    return "\n".join([sentence(f"note {one.id}: {one.text}", "", 2000), sentence(f"set in: {one.mend}", "  ")])


def _summary(found: Sequence[Diagnosis]) -> str:
    counts = _counts(found)
    told = [count(counts["error"], "error"), count(counts["warning"], "warning"), f"{counts['unknown']} unknown"]
    return f"{count(len(found), 'check')}: {', '.join(told)}, {counts['ok']} well."


def _counts(found: Sequence[Diagnosis]) -> dict[str, int]:
    return {verdict: sum(one.verdict == verdict for one in found) for verdict in VERDICTS}


def doctor_json(found: Sequence[Diagnosis], repository: str | None, main: str, commit: str) -> dict[str, object]:
    """The document: every diagnosis, worst first."""
    return {
        "schema": "launchwindow.doctor/1",
        "repository": repository,
        "main": main,
        "commit": commit,
        "diagnoses": [one._asdict() for one in found],
        "summary": _counts(found),
    }
