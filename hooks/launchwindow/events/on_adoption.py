"""A ledger begins (`adopt`): what REV holds is already deployed, or nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import first_merge
from launchwindow.hand_over import names_of
from launchwindow.idp_files import file_names, problems
from launchwindow.io.ledger_store import Lost
from launchwindow.ledger import read_all
from launchwindow.model.errors import LedgerError, NotPossible, RepositoryError
from launchwindow.model.ledger import Deployed, Ledger, Release, ScheduleValue, Seen
from launchwindow.model.row import Row
from launchwindow.report.changes import count
from launchwindow.report.visible import visible
from launchwindow.valid_set import partner_rows, providers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.events.workspace import Workspace
    from launchwindow.judge import RuleJudge
    from launchwindow.model.merge import AppState, Main, PartnerState


def adopt(space: Workspace, revision: str | None, branch: str | None, *, nothing: bool) -> Answer:
    """Begin a ledger. With `nothing`, main as it is now is its first merge, and every app a change request."""
    space.require_history()
    if (revision is None) is not nothing:
        raise LedgerError("Say either `adopt REV` (what REV holds is deployed) or `adopt --nothing`.")
    # First of all, for it also fetches main.
    stored, before = space.read_ledger()
    main = branch or ("main" if space.has_branch("main") else space.git.current_branch())
    if main is None:
        raise RepositoryError("HEAD is on no branch: name the one that is merged to with `--main BRANCH`.")
    tip = space.main_tip(main)
    commit = tip if revision is None else space.commit(revision)
    if not space.git.is_ancestor(commit, tip):
        raise RepositoryError(f"{commit[:12]} is no ancestor of {main}: only what {main} had can be adopted.")
    if before is not None:
        read_all(before)
        raise LedgerError("There is a ledger already; it is never begun twice.")
    github = space.github.repository if space.github is not None else None
    ledger = Ledger(main, Seen(commit, space.now), 0, {}, {}, {}, frozenset(), github=github)
    ledger = first_merge(space, ledger, tip).ledger if nothing else _as_deployed(space, ledger)
    try:
        space.write(stored, None, ledger, f"Begin the ledger at {commit[:12]}")
    except Lost:
        raise LedgerError("Somebody else began a ledger at the same moment.") from None
    return _answer(ledger, commit)


def _as_deployed(space: Workspace, ledger: Ledger) -> Ledger:
    """The ledger with everything that its commit holds deployed and confirmed."""
    commit = ledger.seen.commit
    main = space.main(commit)
    if main.unreadable:
        raise NotPossible(
            f"What {commit[:12]} has of {', '.join(sorted(main.unreadable))} can't be told: a file of it or of its "
            "partner can't be read. `launchwindow check` says where. No ledger was begun."
        )
    ledger = ledger._replace(deployed=dict(adopted(space, main, space.judge(commit))))
    _refuse_invalid(space, ledger)
    return ledger


def adopted(space: Workspace, main: Main, judge: RuleJudge) -> Iterator[tuple[str, Deployed]]:
    """What a commit holds, each app and partner as deployed and confirmed."""
    states: list[AppState | PartnerState] = [*main.partners.values(), *main.apps.values()]
    for state in states:
        release = Release(
            main.commit, 0, state.path, state.digest, None, space.now, (), state.row, space.now, "adopted"
        )
        names: dict[str, str] = {}
        if isinstance(state.row, Row):
            names = names_of(file_names(state.subject, state.row, judge.imported_names(state.subject)))
        yield (
            state.subject,
            Deployed(
                state.subject, _issuer(state), release, release, (), (), _schedule(state), names,
                certificates_since=space.now if isinstance(state.row, Row) else None,
            ),
        )  # fmt: skip


def _issuer(state: AppState | PartnerState) -> str:
    return state.row.issuer if isinstance(state.row, Row) else ""


def _schedule(state: AppState | PartnerState) -> dict[str, ScheduleValue]:
    values = getattr(state, "schedule", {})
    return {name: ScheduleValue(value, 0) for name, value in values.items()}


def _refuse_invalid(space: Workspace, ledger: Ledger) -> None:
    found: list[str] = []
    for environment in sorted({subject.partition("/")[0] for subject in ledger.deployed}):
        partners = partner_rows(ledger, environment)
        found += [
            f"  {one.subject}: {visible(one.message, 300)}"
            for one in problems(environment, providers(ledger, environment), partners)
        ]
    if found:
        lines = "\n".join(found)
        raise NotPossible(f"{space.directory}: these can't all be deployed as they are; no ledger was begun.\n{lines}")


def _answer(ledger: Ledger, commit: str) -> Answer:
    apps = [one for one in ledger.deployed.values() if one.released and isinstance(one.released.row, Row)]
    partners = len(ledger.deployed) - len(apps)
    what = f"{count(len(apps), 'app')} and {count(partners, 'partner record')} deployed"
    if not ledger.deployed:
        what = f"nothing deployed, {count(len(ledger.requests), 'change request')} open"
    text = (
        f"The ledger begins at {commit[:12]} of {ledger.main}: {what}.\n"
        "Merges after it become change requests: run `launchwindow request`.\n"
    )
    document = {
        "schema": "launchwindow.adopt/1",
        "main": ledger.main,
        "commit": commit,
        "deployed": sorted(ledger.deployed),
        "requests": sorted(ledger.requests),
        "withdrawn": [],
    }
    return Answer(text, document)
