"""Does the IdP have what Launchwindow wrote? Attribute by attribute, after the seeder's defaults (design §7).

`confirm --seen` and `drift` ask it, and the import's tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.diff import canonical
from launchwindow.exchange.columns import COLUMNS, SEEDER_ONLY, stored
from launchwindow.load.plain import clean

if TYPE_CHECKING:
    from collections.abc import Mapping


def disagreements(expected: Mapping[str, object], seen: Mapping[str, object]) -> tuple[str, ...]:
    """What differs between the attributes that were written for a provider and those the IdP has, sorted by column.

    Each is a sentence that begins with the column's name and a colon. An absent key stands for its column's default;
    the order of `redirect_uris` says nothing, that of `certs` only which one is first. Not compared: what the seeder
    stores in no column (`agency`, `protocol`, `native`, `restrict_to_deploy_env`), and in `seen` columns that
    Launchwindow never writes.
    """
    columns = sorted((COLUMNS.keys() | expected.keys()) - SEEDER_ONLY)
    found = []
    for column in columns:
        wanted, there = (_comparable(column, _held(column, side)) for side in (expected, seen))
        if wanted != there:
            found.append(f"{column}: {_difference(column, _held(column, expected), _held(column, seen))}")
    return tuple(found)


def _held(column: str, attributes: Mapping[str, object]) -> object:
    value = stored(column, attributes.get(column, COLUMNS.get(column)))
    if value is None and column == "redirect_uris":
        return []
    if column == "certs" and not isinstance(value, list):
        value = [value]
    if isinstance(value, list) and column == "certs":
        # The IdP drops blank names in silence.
        return [name for name in value if name not in (None, "")]
    return value


def _comparable(column: str, value: object) -> object:
    if isinstance(value, list) and column in ("redirect_uris", "certs"):
        members = [canonical(member) for member in value]
        first = members[:1] if column == "certs" else []
        return first, sorted(set(members))
    return canonical(value)


def _difference(column: str, wanted: object, there: object) -> str:
    if column in ("redirect_uris", "certs") and isinstance(wanted, list) and isinstance(there, list):
        parts = [f"lacks {_shown(item)}" for item in wanted if item not in there]
        parts += [f"has {_shown(item)} besides" for item in there if item not in wanted]
        return ", ".join(parts) if parts else f"begins with {_shown(there[0])}, not {_shown(wanted[0])}"
    return f"is {_shown(there)}, not {_shown(wanted)}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return "a certificate" if "-----BEGIN" in value else f"“{clean(value)}”"
    return clean(canonical(value))
