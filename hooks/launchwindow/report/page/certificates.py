"""The certificates of an app, decoded: which come, which stay and which go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.markdown import code, plain, prose, table

if TYPE_CHECKING:
    from launchwindow.report.page.values import Decoded, Told

_FATES = {"new": "**new**", "stays": "stays", "goes": "goes"}


def certificates_part(told: Told) -> str:
    """A table, and the step that comes after the merge; empty where no certificate changes."""
    if not told.certificates:
        return ""
    rows = [_cells(one) for one in told.certificates]
    shown = table(("", "certificate", "key", "valid", "subject", "SHA-256"), rows)
    return shown if told.step is None else f"{shown}\n\nAfter the merge: {prose(told.step, 600)}"


def _cells(one: Decoded) -> tuple[str, ...]:
    valid = f"{one.not_before} to {one.not_after}" if one.not_before is not None else "can’t be read"
    return (
        _FATES[one.fate], plain(one.name), plain(one.key or "–"), valid, plain(one.subject or "–"),
        code(one.fingerprint),
    )  # fmt: skip
