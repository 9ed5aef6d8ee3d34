"""The ledger's files <-> the ledger as a value (design §9), and which of them a step changes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from launchwindow.emit import to_yaml
from launchwindow.ledger_shapes import NUMBERS, require
from launchwindow.ledger_values import (
    deployed_from_plain,
    deployed_to_plain,
    moment,
    request_from_plain,
    request_to_plain,
    rfc3339,
    run_to_plain,
)
from launchwindow.load.emitted import read_emitted
from launchwindow.load.plain import clean, shown
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.branches import LEDGER as BRANCH
from launchwindow.model.errors import LedgerError
from launchwindow.model.ledger import Closed, Deployed, Ledger, Request, Run, Seen
from launchwindow.model.row import Row
from launchwindow.records import Records, differing, records

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping

    Read = Callable[[Collection[str]], Mapping[str, bytes]]

T = TypeVar("T")

FORMAT = 1
LARGEST = 16 * 1024 * 1024
"""Bytes of one ledger file: it holds rows, escaped, and may be larger than any file that a partner writes."""
_BY_ITSELF = re.compile(r"-(?:off-cycle|coordinated)-[0-9a-f]{12}(?:-[0-9]+)?\.yaml\Z")
"""Ends the name of a run that took no window: an off-cycle or coordinated release."""
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def read_ledger(read: Read, paths: Collection[str]) -> Ledger:
    """The ledger whose files beneath `LEDGER_FOLDERS` are `paths`; `read` gives the bytes of some of them.

    Its records are read when they are asked for. Raises `LedgerError` naming the file that is missing or damaged, then
    or now; nothing is guessed.
    """
    if "ledger.yaml" not in paths:
        raise LedgerError(
            f"{BRANCH}:ledger.yaml is missing: the branch is no ledger, or was damaged. "
            "Put it back to its last good commit."
        )
    head = read_mapping("ledger.yaml", read(("ledger.yaml",))["ledger.yaml"])
    if head.get("format") != FORMAT:
        raise LedgerError(
            f"{BRANCH}:ledger.yaml: format {shown(head.get('format'))} is not known to this version: "
            "use the version of launchwindow that wrote it, or a newer one."
        )
    requests = _records(read, paths, ("requests/open/",), request_from_plain, open_path)
    deployed = _records(read, paths, ("deployed/", "deactivated/"), deployed_from_plain, deployed_path)

    def whole(data: dict[str, Any]) -> Ledger:
        seen = Seen(data["seen"]["commit"], moment(data["seen"]["at"]))
        if not isinstance(data["main"], str) or not _COMMIT.fullmatch(seen.commit):
            raise ValueError("it names no branch, or no commit of it")
        windows = {name: date.fromisoformat(day) for name, day in data["next_windows"].items()}
        taken = frozenset(_runs(paths))
        require(data, NUMBERS)
        merges, releases, github = data["merges"], data["releases"], data.get("github")
        if not isinstance(github, str | None):
            raise ValueError("github is no name of a repository")
        return Ledger(data["main"], seen, merges, windows, requests, deployed, taken, releases=releases, github=github)

    ledger: Ledger = checked("ledger.yaml", head, whole)
    return ledger


def read_all(ledger: Ledger) -> None:
    """Read every record, also those that nothing needed: before something is refused, a damaged ledger must be told.

    Raises `LedgerError` naming the first file that is damaged.
    """
    ledger.requests.values()
    ledger.deployed.values()


def _runs(paths: Iterable[str]) -> Iterator[tuple[str, date]]:
    for path in paths:
        parts = path.split("/")
        if parts[0] == "windows" and len(parts) == 3 and not _BY_ITSELF.search(parts[2]):
            try:
                yield parts[1], date.fromisoformat(parts[2].removesuffix(".yaml"))
            except ValueError as error:
                raise _damaged(path, f"{error}.") from error


def _records(
    read: Read, paths: Iterable[str], folders: tuple[str, ...], build: Callable[[dict[str, Any]], T],
    place: Callable[[T], str],
) -> Records[T]:  # fmt: skip
    """The records in some folders, by the id or subject that each path tells."""
    found = {_key(path, folder): path for folder in folders
             for path in sorted(path for path in paths if path.startswith(folder))}  # fmt: skip

    def one(path: str, data: bytes) -> T:
        def whole(plain: dict[str, Any]) -> T:
            value = build(plain)
            if place(value) != path:
                raise ValueError(f"what it holds belongs in {place(value)}")
            return value

        return checked(path, read_mapping(path, data), whole)

    def values(keys: Collection[str]) -> dict[str, T]:
        data = read([found[key] for key in keys])
        return {key: one(found[key], data[found[key]]) for key in keys}

    return records(found, values)


def _key(path: str, folder: str) -> str:
    """A record's id or subject: what `open_path` and `deployed_path` made its path of."""
    name = path[len(folder) :].removesuffix(".yaml")
    return "@".join(name.rsplit("/", 1)) if folder == "requests/open/" else name


def read_mapping(path: str, data: bytes) -> dict[str, Any]:
    """What a file of the ledger holds. Raises `LedgerError` naming it where it is no mapping."""
    try:
        found = _emitted(data) or parse(path, data, LARGEST).data
    except Refused as refused:
        raise _damaged(f"{path}:{refused.refusal.span.line}", refused.refusal.message) from None
    if not isinstance(found, dict):
        raise _damaged(path, "no mapping.")
    return found


def _emitted(data: bytes) -> dict[str, object] | None:
    """What this program wrote, the quick way; None for what it may not have written."""
    try:
        return read_emitted(data.decode()) if len(data) <= LARGEST else None
    except UnicodeDecodeError:
        return None


def _damaged(place: str, what: str) -> LedgerError:
    return LedgerError(
        f"{BRANCH}:{clean(place, 300)}: {clean(what, 300)} The ledger was damaged; nothing was changed. "
        "Put the branch back to its last good commit."
    )


def checked(path: str, data: dict[str, Any], build: Callable[[dict[str, Any]], T]) -> T:
    """A value built of what a file holds. Raises `LedgerError` naming the file where it can't be."""
    try:
        return build(data)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise _damaged(path, f"{what}.") from error


def changed_files(before: Ledger | None, after: Ledger, paths: Container[str]) -> dict[str, bytes | None]:
    """Path -> new bytes, or None where a file goes; only what differs.

    `paths` are those of the ledger, the places of `after.closed` among them.
    """
    requests: Mapping[str, Request] = {} if before is None else before.requests
    deployed: Mapping[str, Deployed] = {} if before is None else before.deployed
    changed: dict[str, bytes | None] = dict(_differences(requests, after.requests, open_path, request_to_plain))
    changed |= _differences(deployed, after.deployed, deployed_path, deployed_to_plain)
    if before is None or _head(before) != _head(after):
        changed["ledger.yaml"] = _write(_head_plain(after))

    def taken(path: str) -> bool:
        return path in paths or path in changed

    for closed in after.closed:
        path = _free(closed_path(closed), taken)
        changed[path] = _write({**request_to_plain(closed.request), "state": closed.state})
    for run in after.runs:
        path = run_path(run)
        changed[path if run.kind == "window" else _free(path, taken)] = _write(run_to_plain(run))
    return {path: data for path, data in changed.items() if data is not None or path in paths}


def _head(ledger: Ledger) -> Ledger:
    """What `ledger.yaml` holds."""
    return ledger._replace(requests={}, deployed={}, taken=frozenset(), closed=(), runs=())


def _differences(
    before: Mapping[str, T], after: Mapping[str, T], place: Callable[[T], str],
    plain: Callable[[T], dict[str, object]],
) -> dict[str, bytes | None]:  # fmt: skip
    keys = differing(before, after)
    old = {place(before[key]): before[key] for key in keys if key in before}
    new = {place(after[key]): after[key] for key in keys if key in after}
    gone: dict[str, bytes | None] = {path: None for path in old if path not in new}
    return gone | {path: _write(plain(one)) for path, one in new.items() if path not in old or old[path] != one}


def partner_of_file(path: str) -> str | None:
    """The partner that an open request or a record of what is deployed is about, by its path; else None."""
    parts = path.split("/")
    depth = 3 if parts[:2] == ["requests", "open"] else 2 if parts[0] in ("deployed", "deactivated") else None
    return parts[depth].removesuffix(".yaml") if depth is not None and len(parts) > depth else None


def open_path(request: Request) -> str:
    """Where an open request lies."""
    return f"requests/open/{request.subject}/{request.commit[:12]}.yaml"


def closed_path(closed: Closed) -> str:
    """Where a request lies that was closed: by year, so that no folder grows for ever."""
    return f"requests/closed/{closed.at.year}/{closed.request.subject}/{closed.request.commit[:12]}.yaml"


def run_path(run: Run) -> str:
    """Where a run is told: a window by its day, a run by itself by the merge that it handed over as well."""
    by_itself = "" if run.kind == "window" else f"-{run.kind}-{(run.commit or '')[:12]}"
    return f"windows/{run.environment}/{run.window}{by_itself}.yaml"


def deployed_path(one: Deployed) -> str:
    """Where an app's or partner's state lies; what is inactive at the IdP is kept apart."""
    released = one.released
    inactive = released is not None and isinstance(released.row, Row) and not released.row.active
    if released is None and one.taken_back:
        inactive = True
    return f"{'deactivated' if inactive else 'deployed'}/{one.subject}.yaml"


def _free(path: str, taken: Callable[[str], bool]) -> str:
    """The path, with a number where another app that had the same name closed a request of the same merge before."""
    stem, number = path.removesuffix(".yaml"), 2
    while taken(path):
        path, number = f"{stem}-{number}.yaml", number + 1
    return path


def _write(data: Mapping[str, object]) -> bytes:
    return to_yaml(data).encode()


def _head_plain(ledger: Ledger) -> dict[str, object]:
    return {
        "format": FORMAT,
        "main": ledger.main,
        "seen": {"commit": ledger.seen.commit, "at": rfc3339(ledger.seen.at)},
        "merges": ledger.merges,
        "releases": ledger.releases,
        "next_windows": {name: str(day) for name, day in sorted(ledger.next_windows.items())},
        **({"github": ledger.github} if ledger.github is not None else {}),
    }
