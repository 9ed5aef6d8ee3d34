"""What was released of an app was wrong (`rollback`): what ran before is prepared, and nothing else of it goes.

The ledger comes first and the branch second. A run that is killed in between leaves an app of which nothing goes live,
and the same command again finds the same content and makes the branch. The other way round, somebody could open a pull
request from a branch while the very changes that it takes back still go out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.events.answer import Answer
from launchwindow.events.recording import bring_up
from launchwindow.io.branches import branch_tip, new_branch
from launchwindow.io.commits import write_commit
from launchwindow.model.errors import NotPossible
from launchwindow.model.ledger import Rollback
from launchwindow.model.named import NamedTuple
from launchwindow.report.changes import app_name
from launchwindow.report.rollbacks import cancelled_text, prepared_text
from launchwindow.rollback import (
    Origin,
    Prospect,
    as_of,
    begin,
    cancel,
    deployed_app,
    path_of,
    prospect,
    ran_before,
    refuse_needless,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import App, Corpus
    from launchwindow.model.ledger import Ledger, Request


class _Prepared(NamedTuple):
    """What goes onto the branch."""

    origin: Origin
    tip: str
    branch: str
    digest: str
    files: dict[str, bytes | None]
    """By their path on main; None where a file goes that nothing would name any more."""
    shared: tuple[str, ...]
    """Other apps that name one of the files that change."""
    prospect: Prospect
    unconfirmed: bool
    """Whether what is released has not been seen to run."""


def roll_back(space: Workspace, subject: str, revision: str | None, by: str, reason: str) -> Answer:
    """Prepare what was confirmed before, or what `revision` had, on a branch; hold all else of the app."""
    done: list[tuple[_Prepared, tuple[Request, ...]]] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        recorded = bring_up(space, ledger)
        prepared, rollback = _prepare(space, recorded.ledger, recorded.tip, subject, revision, by, reason)
        after, held = begin(recorded.ledger, subject, rollback)
        _refuse_another_branch(space, prepared, subject)
        done.append((prepared, held))
        return after, f"Roll {subject} back"

    space.change_ledger(step)
    prepared, held = done[-1]
    commit = branch_tip(space.git, prepared.branch, space.remote)
    if commit is None:
        message = _message(subject, prepared.origin, reason)
        commit = write_commit(space.git, prepared.tip, prepared.files, message, space.now, by)
        new_branch(space.git, prepared.branch, commit, space.remote)
    text = prepared_text(
        subject, prepared.origin.commit, prepared.branch, held, prepared.shared, prepared.prospect,
        unconfirmed=prepared.unconfirmed, remote=space.remote,
    )  # fmt: skip
    return Answer(text, _document(subject, prepared, commit, held, ()))


def cancel_rollback(space: Workspace, subject: str, by: str, reason: str) -> Answer:
    """What was released may stay after all: the requests that the rollback held go on."""
    freed: list[tuple[Request, ...]] = []

    def step(ledger: Ledger) -> tuple[Ledger, str]:
        after, requests = cancel(bring_up(space, ledger).ledger, subject, by, reason, space.now)
        freed.append(requests)
        return after, f"Cancel the rollback of {subject}"

    space.change_ledger(step)
    return Answer(cancelled_text(subject, freed[-1]), _document(subject, None, None, (), freed[-1]))


def _prepare(
    space: Workspace, ledger: Ledger, tip: str, subject: str, revision: str | None, by: str, reason: str
) -> tuple[_Prepared, Rollback]:
    one, released = deployed_app(ledger, subject)
    issuer = getattr(released.row, "issuer", "")
    origin = ran_before(one, released) if revision is None else _at(space, revision, subject, issuer, tip)
    found = space.content(origin.commit, origin.path)
    app = next((app for app in found.apps if app.digest == origin.digest), None)
    if app is None:
        raise NotPossible(
            f"Git no longer holds what {subject} was at {origin.commit[:12]}. Name another commit of main with --to."
        )
    corpus, policy = space.corpus(tip), space.policy(tip)
    blobs, files = _files(space, app, found, path_of(subject))
    state = as_of(app, blobs, subject, corpus.partners.get(subject.split("/")[1]))
    refuse_needless(one, released, state, space.main(tip))
    expected = prospect(ledger, state, space.main(tip), policy, space.judge(tip), space.now)
    orphans = _orphans(corpus, subject, set(files))
    prepared = _Prepared(
        origin, tip, _branch(subject, origin.commit), state.digest, files | dict.fromkeys(orphans),
        _sharing(corpus, subject, blobs), expected, released.confirmed_at is None,
    )  # fmt: skip
    return prepared, Rollback(by, space.now, reason, state.digest, state.row, prepared.branch)


def _at(space: Workspace, revision: str, subject: str, issuer: str, tip: str) -> Origin:
    """The app at a commit of main, wherever it was then."""
    commit = space.commit(revision)
    if not space.git.is_ancestor(commit, tip):
        raise NotPossible(f"{commit[:12]} is no commit of main: only what main had can be gone back to.")
    environment = subject.partition("/")[0]
    apps = [app for app in space.corpus(commit, otherwise=space.policy(tip)).apps if app.environment == environment]
    mine = [app for app in apps if app.issuer == issuer]
    app = next((app for app in mine if app.id == subject), mine[0] if mine else None)
    if app is None:
        raise NotPossible(f"{commit[:12]} has no app of {environment} with the issuer of {subject}, {issuer}.")
    return Origin(commit, app.path, app.digest)


def _files(space: Workspace, app: App, found: Corpus, path: str) -> tuple[dict[str, str], dict[str, bytes | None]]:
    """(path on main -> blob id, path on main -> bytes) of an app's content, whose file is at `path` now."""
    folder = path.rpartition("/")[0]
    blobs = {path: found.entries[app.path].blob}
    files: dict[str, bytes | None] = {}
    for file in app.files.values():
        if file.blob is not None and file.data is not None:
            there = folder + file.path[len(app.folder) :]
            blobs[there], files[there] = file.blob, file.data
    files |= {path: space.git.contents({path: blobs[path]})[path]}
    return blobs, files


def _orphans(corpus: Corpus, subject: str, kept: set[str]) -> list[str]:
    """Files that only the app as main has it names: nothing would name them any more."""
    mine = corpus.app(subject)
    named = {file.path for app in corpus.apps if app.id != subject for file in app.files.values()}
    own = {file.path for file in mine.files.values() if file.blob is not None} if mine else set()
    return sorted(own - named - kept)


def _sharing(corpus: Corpus, subject: str, blobs: dict[str, str]) -> tuple[str, ...]:
    """Other apps that name a file which is another on main now: it changes for them as well."""
    there = {path: corpus.entries[path].blob for path in blobs if path in corpus.entries}
    changed = {path for path, blob in blobs.items() if there.get(path) != blob}
    return tuple(
        app.id for app in corpus.apps
        if app.id != subject and any(file.path in changed for file in app.files.values())
    )  # fmt: skip


def _branch(subject: str, commit: str) -> str:
    # Two points in a row may stand in the name of an app, but not in that of a branch.
    return f"rollback/{re.sub(r'[.]{2,}', '.', subject.replace('/', '-'))}-{commit[:12]}"


def _refuse_another_branch(space: Workspace, prepared: _Prepared, subject: str) -> None:
    """A branch of this name is taken for what was prepared before only if it has the same content to merge."""
    there = branch_tip(space.git, prepared.branch, space.remote)
    if there is None:
        return
    apps = space.content(there, path_of(subject)).apps
    if not apps or apps[0].digest != prepared.digest or space.git.is_ancestor(there, prepared.tip):
        what = "is merged already" if space.git.is_ancestor(there, prepared.tip) else "holds something else"
        raise NotPossible(
            f"There is a branch {prepared.branch} already, which {what}. Delete it if nobody needs it, and run this "
            "again."
        )


def _message(subject: str, origin: Origin, reason: str) -> str:
    # The reason is no last paragraph: no line of it can pass for a review.
    return (
        f"Roll {subject} back to {origin.commit[:12]}\n\n{' '.join(reason.split())}\n\n"
        "Prepared by launchwindow rollback from what main had then.\n"
    )


def _document(
    subject: str, prepared: _Prepared | None, commit: str | None, held: Sequence[Request], resumed: Sequence[Request]
) -> dict[str, object]:
    return {
        "schema": "launchwindow.rollback/1",
        "app": app_name(subject),
        "environment": subject.partition("/")[0],
        "to": prepared.origin.commit if prepared else None,
        "branch": prepared.branch if prepared else None,
        "commit": commit,
        "notice_days": prepared.prospect.notice if prepared else None,
        "held": [one.id for one in held],
        "resumed": [one.id for one in resumed],
        "also_changed": list(prepared.shared) if prepared else [],
    }
