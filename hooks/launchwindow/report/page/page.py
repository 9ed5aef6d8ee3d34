"""A pull request's page: the comment on it, and the summary of its job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.report.changes import count
from launchwindow.report.markdown import LONGEST, key, link, plain
from launchwindow.report.page.app import app_part, diffs_part, findings_part, overview
from launchwindow.report.page.checklist import ticked_in
from launchwindow.report.page.fit import Part, fit
from launchwindow.report.page.since import hidden, read_state, since_part, state_of
from launchwindow.report.page.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.report.page.values import Page, Told

MARK = key("pull-request")
"""The first line of the comment, by which it is found again."""
SUMMARY = 250_000
"""Characters of a summary: at most a mebibyte as bytes."""
_FEW = 20
"""Launch dates and policy warnings that are told one by one."""


def comment_of(page: Page, last: str | None, summary: str | None) -> str:
    """The comment; `last` is its text until now, `summary` the address of the job whose summary is longer."""
    state = state_of(page, None if last is None else read_state(last))
    ticked = frozenset[str]() if last is None else ticked_in(last)
    head = Part(0, f"{MARK}\n{hidden(state)}\n{_title(page)}")
    parts = [head, Part(1, since_part(page, state.before)), *_parts(page, ticked)]
    where = "`launchwindow plan` has it" if summary is None else link("the summary of its run has it", summary)
    return fit(parts, f"The rest is too long for a comment: {where}.", LONGEST)


def summary_of(page: Page) -> str:
    """The page for the summary of a job: nobody edits that, so it knows of nothing before."""
    parts = [Part(0, _title(page)), *_parts(page, frozenset())]
    return fit(parts, "The rest is too long for a summary: `launchwindow plan` has it.", SUMMARY) + "\n"


def _title(page: Page) -> str:
    if not page.told:
        return "### Nothing changes for the identity provider"
    late = [one for one in page.told if one.late]
    if late:
        return "\n\n".join(["### launch date can't be met", *(_late(one) for one in late[:_FEW])])
    blocked = sum(one.blocked for one in page.told)
    what = count(len(page.told), "change request")
    which = "" if blocked == len(page.told) else f"{blocked} of them "
    return f"### {what}" + (f", {which}blocked by findings" if blocked else "")


def _late(one: Told) -> str:
    window = one.standing.window
    takes = "no deploy window takes it yet" if window is None else f"the first deploy window for it is {name(window)}"
    wanted = f"{plain(one.name)} is to launch on {plain(one.launch_date or '')}"
    return f"> [!CAUTION]\n> **launch date can't be met**: {wanted}, and {takes}."


def _parts(page: Page, ticked: frozenset[str]) -> Iterator[Part]:
    yield Part(1, "\n".join(f"> [!WARNING]\n> {plain(one, 600)}\n" for one in page.warnings[:_FEW]).rstrip("\n"))
    if page.told:
        yield Part(1, f"If this is approved and merged today:\n\n{overview(page)}")
    if page.elsewhere:
        yield Part(2, f"Findings in other files:\n\n{findings_part(page.elsewhere)}")
    yield Part(4, timeline(page.told))
    for one in page.told:
        yield Part(2 if one.blocked or one.late else 3, app_part(one, ticked))
        yield Part(5, diffs_part(one))
