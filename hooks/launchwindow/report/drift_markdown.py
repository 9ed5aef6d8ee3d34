"""What `drift` says, as Markdown for an issue or a job's summary. All of the IdP's text is hostile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.report.drift import element, not_compared, summary
from launchwindow.report.drift_words import hint, hint_of_column, hint_of_unknown, how
from launchwindow.report.markdown import code, cut, fenced, plain, prose, table
from launchwindow.report.visible import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.exchange.drift import AppDrift, ColumnDrift
    from launchwindow.report.drift_words import Hint, Told

_LONGEST = 300
_TITLES = {"differs": "Different", "missing": "Missing at the identity provider"}


def drift_markdown(told: Told) -> str:
    """A heading, what it comes to, and a part for each provider; as many as fit into an issue."""
    parts = [f"## Drift in {told.drift.environment}", plain(" ".join(summary(told).split()), 400)]
    waiting = [one for one in told.drift.apps if one.state == "agrees" and one.explained is not None]
    if waiting:
        rows = [(code(one.subject), plain(how(one.explained))) for one in waiting if one.explained is not None]
        parts += ["### Released, not confirmed yet", table(("app", "the identity provider has it"), rows)]
        parts.append(_next(hint(waiting[0], told)))
    for state, title in _TITLES.items():
        found = [one for one in told.drift.apps if one.state == state]
        parts += [f"### {title}"] * bool(found)
        parts += [_app(one, told) for one in found]
    if told.drift.unknown:
        parts.append("### Unknown to the ledger")
        unknown = [
            (code(one.issuer), plain(one.friendly_name or "–", 60), prose(hint_of_unknown(one, told).hint, 600))
            for one in told.drift.unknown
        ]
        parts.append(table(("issuer", "shown as", "what to do"), unknown))
    if told.drift.not_compared:
        parts.append(plain(not_compared(told), 1000))
    return cut(parts, "More than fits here: run `launchwindow drift` to see all.\n") + "\n"


def _app(one: AppDrift, told: Told) -> str:
    explained = f"\n\n{plain(how(one.explained))}" if one.explained is not None else ""
    parts = [f"#### {code(one.subject)} {code(one.issuer)}{explained}"]
    rows = [row for column in one.columns for row in _rows(column, one, told)]
    if rows:
        parts.append(table(("column", "deployed", "the identity provider has", ""), rows))
    return "\n\n".join([*parts, _next(hint(one, told))])


def _next(advice: Hint) -> str:
    text = f"→ {prose(advice.hint, 600)}"
    return f"{text}\n\n{fenced(chr(10).join(advice.commands), 'sh')}" if advice.commands else text


def _rows(column: ColumnDrift, app: AppDrift, told: Told) -> Iterator[tuple[str, str, str, str]]:
    one = column.difference
    name = code(one.column)
    remarks = ["as before the release"] * (column.as_before and app.explained is None)
    meaning = hint_of_column(app, one.column)
    remark = plain(". ".join([*remarks, *([meaning] if meaning and app.explained is None else [])]))
    if one.is_of_a_list and (one.lacks or one.besides):
        for item in one.lacks:
            yield name, code(element(one.column, item, told.ours), _LONGEST), "lacks it", remark
        for item in one.besides:
            yield name, "–", f"{code(element(one.column, item, told.theirs), _LONGEST)} besides", remark
    elif one.is_of_a_list and isinstance(one.expected, list) and isinstance(one.seen, list):
        ours = code(element(one.column, one.expected[0], told.ours), _LONGEST)
        theirs = code(element(one.column, one.seen[0], told.theirs), _LONGEST)
        yield name, f"begins with {ours}", f"begins with {theirs}", remark
    else:
        ours, theirs = (code(value(side, _LONGEST), _LONGEST) for side in (one.expected, one.seen))
        yield name, ours, theirs, remark
