"""Somebody asks whether the repository is set up so that nothing goes round the review (`doctor`)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from launchwindow.doctor import examine
from launchwindow.doctor.actions import ENVIRONMENT
from launchwindow.doctor.codeowners import PLACES
from launchwindow.events.answer import Answer
from launchwindow.load.corpus import load_corpus
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.branches import LEDGER as BRANCH
from launchwindow.model.doctor import Facts, Process, Unread, Window
from launchwindow.model.errors import LaunchwindowError, LedgerError, PolicyError, RepositoryError
from launchwindow.report.doctor import doctor_json, doctor_text
from launchwindow.standing import missed, overdue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from launchwindow.events.workspace import Workspace
    from launchwindow.model.app import Corpus
    from launchwindow.model.doctor import Settings
    from launchwindow.model.ledger import Ledger
    from launchwindow.model.policy import Policy
    from launchwindow.model.snapshot import Entry
    from launchwindow.windows import Calendar

_WORKFLOWS = ".github/workflows/"
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def doctor(space: Workspace) -> Answer:
    """What is wrong with the repository's settings and state, worst first; with `--github` also with GitHub's."""
    space.require_history()
    ledger = _ledger(space)
    main = ledger.main if not isinstance(ledger, Unread) and ledger is not None else _main(space)
    tip = space.main_tip(main)
    files = space.git.listing(tip)
    policy = _policy(space, tip)
    corpus = None if isinstance(policy, Unread) else load_corpus(space.git.snapshot(tip), policy, space.parse)
    process = ledger if ledger is None or isinstance(ledger, Unread) else _process(space, ledger, tip, policy)
    facts = Facts(
        space.now, main, BRANCH, tuple(files), _codeowners(space, files), _workflows(space, files), policy,
        _shared(corpus), process, _settings(space, main, policy, corpus),
    )  # fmt: skip
    found = examine(facts)
    failed = any(one.verdict == "error" for one in found)
    document = doctor_json(found, None if space.github is None else space.github.repository, main, tip)
    return Answer(doctor_text(found), document, 1 if failed else 0)


def _main(space: Workspace) -> str:
    main = "main" if space.has_branch("main") else space.git.current_branch()
    if main is None:
        raise RepositoryError("HEAD is on no branch, and there is none named main: go to the one that is merged to.")
    return main


def _ledger(space: Workspace) -> Ledger | Unread | None:
    try:
        return space.read_ledger()[1]
    except LedgerError as error:
        return Unread(str(error))


def _policy(space: Workspace, tip: str) -> Policy | Unread:
    try:
        return space.policy(tip)
    except PolicyError as error:
        return Unread(" ".join(error.problems))


def _text(space: Workspace, entry: Entry) -> bytes:
    return space.git.contents({"": entry.blob})[""]


def _codeowners(space: Workspace, files: Mapping[str, Entry]) -> tuple[str, str] | None:
    path = next((one for one in PLACES if one in files and files[one].kind == "file"), None)
    return None if path is None else (path, _text(space, files[path]).decode("utf-8", "replace"))


def _workflows(space: Workspace, files: Mapping[str, Entry]) -> dict[str, object | Unread]:
    found: dict[str, object | Unread] = {}
    for path, entry in files.items():
        if path.startswith(_WORKFLOWS) and path.endswith((".yml", ".yaml")) and path.count("/") == 2:
            try:
                found[path] = parse(path, _text(space, entry)).data
            except Refused as error:
                found[path] = Unread(error.refusal.message)
    return found


def _shared(corpus: Corpus | None) -> tuple[str, ...]:
    """Certificates and logos that the files of several apps, or of an app in several environments, name."""
    seen: set[str] = set()
    again: dict[str, None] = {}
    for app in () if corpus is None else corpus.apps:
        paths = {one.path for one in app.files.values() if one.blob is not None}
        again |= dict.fromkeys(sorted(paths & seen))
        seen |= paths
    return tuple(again)


def _process(space: Workspace, ledger: Ledger, tip: str, policy: Policy | Unread) -> Process | Unread:
    """How it runs, by what the ledger has; nothing is recorded for it."""
    if isinstance(policy, Unread):
        return Unread(f"policy.yaml can't be read: {policy.why}")
    seen = ledger.seen.commit
    known = space.git.resolve(seen) is not None and space.git.is_ancestor(seen, tip)
    new = space.git.log("--first-parent", tip, f"^{seen}") if known else []
    since = max(datetime.fromtimestamp(new[-1].committed, UTC), ledger.seen.at) if new else None
    calendar = space.calendar(policy)
    try:
        return _with_requests(space, ledger, policy, calendar, Process(
            len(new), since, None if known else seen, tuple(_open(space, ledger, calendar, policy)),
            tuple(_missed(space, ledger, calendar, policy)), (), (), (),
            ledger.github,
        ))  # fmt: skip
    except LaunchwindowError as error:
        # Its records are read only when they are asked for.
        return Unread(str(error))


def _with_requests(space: Workspace, ledger: Ledger, policy: Policy, calendar: Calendar, process: Process) -> Process:
    requests = sorted(ledger.requests.values(), key=lambda one: (one.order, one.id))
    waiting = [one for one in requests if one.released is None]
    windowed = [one.name for one in policy.environments.values() if one.windows]
    late = [one.request.id for name in windowed for one in overdue(ledger, calendar, space.now, name)]
    return process._replace(
        overdue=tuple(late),
        unapproved=tuple((one.id, one.merged_at) for one in waiting if not one.approved),
        never_run=tuple(
            name for name in windowed
            if name not in ledger.next_windows and any(one.environment == name for one in waiting)
        ),
    )  # fmt: skip


def _missed(space: Workspace, ledger: Ledger, calendar: Calendar, policy: Policy) -> Iterator[Window]:
    for name in policy.environments:
        window = missed(ledger, calendar, space.now, name)
        if window is not None:
            yield Window(name, window.date, window.opens_at, window.closes_at)


def _open(space: Workspace, ledger: Ledger, calendar: Calendar, policy: Policy) -> Iterator[Window]:
    window = calendar.open_at(space.now)
    for name in policy.environments:
        # Only where a run has ever looked: another check says where none did.
        if window is not None and name in ledger.next_windows and (name, window.date) not in ledger.taken:
            yield Window(name, window.date, window.opens_at, window.closes_at)


def _settings(space: Workspace, main: str, policy: Policy | Unread, corpus: Corpus | None) -> Settings | None:
    if space.hub is None:
        return None
    from launchwindow.io.github.settings import Wanted, read_settings

    reviewers: Sequence[str] = ()
    deployed: Sequence[str] = ()
    if not isinstance(policy, Unread):
        reviewers = [one.github for one in policy.review.reviewers if one.github is not None]
        deployed = [one.name for one in policy.environments.values() if one.windows]
    wanted = Wanted(main, BRANCH, ENVIRONMENT, deployed, reviewers, tuple(_members(corpus)))
    return read_settings(space.hub, wanted)


def _members(corpus: Corpus | None) -> dict[str, None]:
    """Names on GitHub that partners' files give to their teams' members."""
    names: dict[str, None] = {}
    for _, partner in sorted(corpus.partners.items()) if corpus is not None else ():
        for team in _mappings(partner.data.get("teams")):
            for member in _mappings(team.get("members")):
                name = member.get("github")
                # Anything else is a finding of `check`, and nothing to ask GitHub about.
                if isinstance(name, str) and _ACCOUNT.fullmatch(name):
                    names[name] = None
    return names


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
