"""What `drift` says: the text for people, and the document `launchwindow.drift/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from launchwindow.report.changes import app_name, paragraphs
from launchwindow.report.drift_words import certificate_words, hint, hint_of_column, hint_of_unknown, how
from launchwindow.report.visible import sentence, value, visible
from launchwindow.report.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from launchwindow.exchange.drift import AppDrift, ColumnDrift, Unknown
    from launchwindow.report.drift_words import CertificateTold, Hint, Told

T = TypeVar("T")

_LONGEST_VALUE = 160


def drift_text(told: Told) -> str:
    """Grouped by what is to be done; apps that agree and were confirmed are only counted."""
    drift = told.drift
    waiting = [one for one in drift.apps if one.state == "agrees" and one.explained is not None]
    differing = [one for one in drift.apps if one.state == "differs"]
    missing = [one for one in drift.apps if one.state == "missing"]
    blocks = [summary(told)]
    blocks += _group("Released, not confirmed yet", waiting, told)
    blocks += _group("Different", differing, told)
    blocks += _group("Missing at the identity provider", missing, told)
    if drift.unknown:
        lines = [f"Unknown to the ledger ({len(drift.unknown)}):"]
        for advice, alike in by_hint(drift.unknown, lambda one: hint_of_unknown(one, told)):
            lines += [f"  {visible(one.issuer)}{_called(one)}" for one in alike]
            lines += _next(advice)
        blocks.append("\n".join(lines))
    if drift.not_compared:
        blocks.append(sentence(not_compared(told), ""))
    return paragraphs(blocks)


def summary(told: Told) -> str:
    """How many of what, on one line or two."""
    drift = told.drift
    states = [one.state for one in drift.apps]
    waiting = sum(one.state == "agrees" and one.explained is not None for one in drift.apps)
    agree = f"{states.count('agrees')} of {count(len(states), 'app')} as released"
    parts = [agree + (f" ({waiting} not confirmed yet)" if waiting else "")]
    parts += [f"{states.count('differs')} different"] * ("differs" in states)
    parts += [f"{states.count('missing')} missing"] * ("missing" in states)
    parts += [f"{len(drift.unknown)} unknown to the ledger"] * bool(drift.unknown)
    return sentence(f"{drift.environment}: {', '.join(parts)}.", "")


def not_compared(told: Told) -> str:
    """What the file could not tell."""
    return (
        f"Not compared, for the dashboard's API does not tell: {', '.join(told.drift.not_compared)}. Of logos it tells "
        "only whether there is one, and of which kind."
    )


def _group(title: str, apps: Sequence[AppDrift], told: Told) -> Iterator[str]:
    if not apps:
        return
    lines = [f"{title} ({len(apps)}):"]
    for advice, alike in by_hint(apps, lambda one: hint(one, told)):
        for one in alike:
            lines.append(f"  {one.subject}  {visible(one.issuer)}")
            if one.explained is not None:
                lines.append(f"    {how(one.explained)}")
            for column in one.columns:
                lines += _column(column, one, told)
        lines += _next(advice)
    yield "\n".join(lines)


def by_hint(items: Iterable[T], hint_of: Callable[[T], Hint]) -> list[tuple[Hint, list[T]]]:
    """The items with the same hint together, which is then told once."""
    found: dict[Hint, list[T]] = {}
    for one in items:
        found.setdefault(hint_of(one), []).append(one)
    return list(found.items())


def _next(advice: Hint) -> Iterator[str]:
    yield sentence(f"→ {advice.hint}", "    ")
    # Not wrapped: they are to be copied.
    yield from (f"      {visible(command, 1000)}" for command in advice.commands)


def _called(one: Unknown) -> str:
    return f"  “{visible(one.friendly_name, 60)}”" if one.friendly_name else ""


def _column(column: ColumnDrift, app: AppDrift, told: Told) -> Iterator[str]:
    one = column.difference
    before = "  (as before the release)" if column.as_before and app.explained is None else ""
    if one.is_of_a_list and (one.lacks or one.besides):
        yield from (f"    - {one.column}: lacks {element(one.column, item, told.ours)}{before}" for item in one.lacks)
        yield from (
            f"    + {one.column}: has besides {element(one.column, item, told.theirs)}{before}" for item in one.besides
        )
    elif one.is_of_a_list and isinstance(one.seen, list) and isinstance(one.expected, list):
        yield f"    ~ {one.column}: begins with {element(one.column, one.seen[0], told.theirs)}{before}"
        yield f"      instead of {element(one.column, one.expected[0], told.ours)}"
    else:
        theirs, ours = (value(side, _LONGEST_VALUE) for side in (one.seen, one.expected))
        yield f"    ~ {one.column}: has {theirs}, deployed is {ours}{before}"
    meaning = hint_of_column(app, one.column)
    if meaning is not None and app.explained is None:
        yield sentence(meaning, "      ")


def element(column: str, item: object, certificates: Mapping[object, CertificateTold]) -> str:
    """A member of a list, a certificate decoded."""
    if column == "certs" and isinstance(item, str) and item in certificates:
        return certificate_words(certificates[item])
    return visible(item, _LONGEST_VALUE) if isinstance(item, str) else value(item, _LONGEST_VALUE)


def drift_json(told: Told) -> dict[str, object]:
    """The document; apps that agree and were confirmed are only counted."""
    drift = told.drift
    states = [one.state for one in drift.apps]
    return {
        "schema": "launchwindow.drift/1",
        "environment": drift.environment,
        "seen": told.path,
        "kind": drift.kind,
        "not_compared": list(drift.not_compared),
        "summary": {
            "deployed": len(states),
            "agree": states.count("agrees"),
            "unconfirmed": sum(one.state == "agrees" and one.explained is not None for one in drift.apps),
            "differ": states.count("differs"),
            "missing": states.count("missing"),
            "unknown": len(drift.unknown),
        },
        "apps": [_app(one, told) for one in drift.apps if one.state != "agrees" or one.explained is not None],
        "unknown": [
            {
                "issuer": one.issuer, "friendly_name": one.friendly_name, "active": one.active,
                "requests": list(one.open_in),
                "elsewhere": list(one.deployed_in), **_advice(hint_of_unknown(one, told)),
            }
            for one in drift.unknown
        ],
    }  # fmt: skip


def _app(one: AppDrift, told: Told) -> dict[str, object]:
    explained = one.explained
    return {
        "app": app_name(one.subject),
        "issuer": one.issuer,
        "verdict": one.state,
        "explained": None if explained is None else {
            "how": explained.how, "released": str(explained.released),
            "earlier": None if explained.earlier is None else str(explained.earlier),
        },
        "waits": None if one.waits is None else str(one.waits),
        "restriction": one.restriction,
        "columns": [_column_document(column, one, told) for column in one.columns],
        **_advice(hint(one, told)),
    }  # fmt: skip


def _advice(hint: Hint) -> dict[str, object]:
    return {"hint": hint.hint, "commands": list(hint.commands)}


def _column_document(column: ColumnDrift, app: AppDrift, told: Told) -> dict[str, object]:
    one = column.difference
    return {
        "column": one.column,
        "deployed": _plain(one.column, one.expected, told.ours),
        "seen": _plain(one.column, one.seen, told.theirs),
        "lacks": [_plain(one.column, item, told.ours) for item in one.lacks],
        "besides": [_plain(one.column, item, told.theirs) for item in one.besides],
        "as_before_release": column.as_before,
        "hint": hint_of_column(app, one.column),
    }


def _plain(column: str, item: object, certificates: Mapping[object, CertificateTold]) -> object:
    if column != "certs":
        return item
    if isinstance(item, list):
        return [_plain(column, one, certificates) for one in item]
    one = certificates.get(item) if isinstance(item, str) else None
    if one is None:
        return {"name": item if isinstance(item, str) else str(item), "fingerprint": None, "subject": None,
                "expires": None}  # fmt: skip
    return {
        "name": one.name, "fingerprint": one.fingerprint, "subject": one.subject,
        "expires": None if one.expires is None else str(one.expires),
    }  # fmt: skip
