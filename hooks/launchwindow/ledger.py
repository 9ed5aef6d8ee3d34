"""The ledger's files <-> the ledger as a value (design §9), and which of them a step changes."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

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
from launchwindow.load.plain import clean, shown
from launchwindow.load.yaml_source import Refused, parse
from launchwindow.model.errors import LedgerError
from launchwindow.model.ledger import Closed, Deployed, Ledger, Request, Run, Seen
from launchwindow.model.row import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

FORMAT = 1
LARGEST = 16 * 1024 * 1024
"""Bytes of one ledger file: it holds rows, escaped, and may be larger than any file that a partner writes."""
BRANCH = "launchwindow-ledger"
_BY_ITSELF = re.compile(r"-(?:off-cycle|coordinated)-[0-9a-f]{12}(?:-[0-9]+)?\.yaml\Z")
"""Ends the name of a run that took no window: an off-cycle or coordinated release."""
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def is_state_file(path: str) -> bool:
    """Whether `read_ledger` needs the file: what is open and deployed, nothing closed."""
    return path == "ledger.yaml" or path.startswith(("requests/open/", "deployed/", "deactivated/"))


def read_ledger(files: Mapping[str, bytes], paths: frozenset[str]) -> Ledger:
    """The ledger from its state files; `paths` are all of its paths.

    Raises `LedgerError` naming the file that is missing or damaged; nothing is guessed.
    """
    if "ledger.yaml" not in files:
        raise LedgerError(
            f"{BRANCH}:ledger.yaml is missing: the branch is no ledger, or was damaged. "
            "Put it back to its last good commit."
        )
    head = _read("ledger.yaml", files["ledger.yaml"])
    if head.get("format") != FORMAT:
        raise LedgerError(
            f"{BRANCH}:ledger.yaml: format {shown(head.get('format'))} is not known to this version: "
            "use the version of launchwindow that wrote it, or a newer one."
        )
    requests = dict(_each(files, "requests/open/", request_from_plain, open_path))
    deployed = dict(_each(files, "deployed/", deployed_from_plain, deployed_path))
    deployed |= dict(_each(files, "deactivated/", deployed_from_plain, deployed_path))

    def whole(data: dict[str, Any]) -> Ledger:
        seen = Seen(data["seen"]["commit"], moment(data["seen"]["at"]))
        if not isinstance(data["main"], str) or not _COMMIT.fullmatch(seen.commit):
            raise ValueError("it names no branch, or no commit of it")
        windows = {name: date.fromisoformat(day) for name, day in data["next_windows"].items()}
        taken = frozenset(_runs(paths))
        require(data, NUMBERS)
        merges, releases = data["merges"], data["releases"]
        return Ledger(data["main"], seen, merges, windows, requests, deployed, taken, releases=releases)

    ledger: Ledger = _checked("ledger.yaml", head, whole)
    return ledger


def _runs(paths: frozenset[str]) -> Iterator[tuple[str, date]]:
    for path in paths:
        parts = path.split("/")
        if parts[0] == "windows" and len(parts) == 3 and not _BY_ITSELF.search(parts[2]):
            try:
                yield parts[1], date.fromisoformat(parts[2].removesuffix(".yaml"))
            except ValueError as error:
                raise _damaged(path, f"{error}.") from error


def _each(
    files: Mapping[str, bytes], prefix: str, build: Callable[[dict[str, Any]], Any], place: Callable[[Any], str]
) -> Iterator[tuple[str, Any]]:
    def whole(data: dict[str, Any]) -> Any:
        value = build(data)
        if place(value) != path:
            raise ValueError(f"what it holds belongs in {place(value)}")
        return value

    for path in sorted(files):
        if path.startswith(prefix):
            value = _checked(path, _read(path, files[path]), whole)
            yield (value.id if isinstance(value, Request) else value.subject), value


def _read(path: str, data: bytes) -> dict[str, Any]:
    try:
        found = parse(path, data, LARGEST).data
    except Refused as refused:
        raise _damaged(f"{path}:{refused.refusal.span.line}", refused.refusal.message) from None
    if not isinstance(found, dict):
        raise _damaged(path, "no mapping.")
    return found


def _damaged(place: str, what: str) -> LedgerError:
    return LedgerError(
        f"{BRANCH}:{clean(place, 300)}: {clean(what, 300)} The ledger was damaged; nothing was changed. "
        "Put the branch back to its last good commit."
    )


def _checked(path: str, data: dict[str, Any], build: Callable[[dict[str, Any]], Any]) -> Any:
    try:
        return build(data)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise _damaged(path, f"{what}.") from error


def changed_files(before: Ledger | None, after: Ledger, paths: frozenset[str]) -> dict[str, bytes | None]:
    """Path -> new bytes, or None where a file goes; only what differs. `paths` are all paths of the ledger."""
    old = {} if before is None else _state_files(before)
    new = _state_files(after)
    changed: dict[str, bytes | None] = {
        path: _write(value()) for path, (key, value) in new.items() if path not in old or old[path][0] != key
    }
    changed |= {path: None for path in old if path not in new}
    for closed in after.closed:
        path = _free(closed_path(closed), paths | changed.keys())
        changed[path] = _write({**request_to_plain(closed.request), "state": closed.state})
    for run in after.runs:
        path = run_path(run)
        changed[path if run.kind == "window" else _free(path, paths | changed.keys())] = _write(run_to_plain(run))
    return {path: data for path, data in changed.items() if data is not None or path in paths}


def _state_files(ledger: Ledger) -> dict[str, tuple[object, Callable[[], dict[str, object]]]]:
    head = ledger._replace(requests={}, deployed={}, taken=frozenset(), closed=(), runs=())
    files: dict[str, tuple[object, Callable[[], dict[str, object]]]] = {
        "ledger.yaml": (head, lambda: _head_plain(ledger))
    }
    for request in ledger.requests.values():
        files[open_path(request)] = (request, lambda request=request: request_to_plain(request))  # type: ignore[misc]
    for one in ledger.deployed.values():
        files[deployed_path(one)] = (one, lambda one=one: deployed_to_plain(one))  # type: ignore[misc]
    return files


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


def _free(path: str, taken: AbstractSet[str]) -> str:
    """The path, with a number where another app that had the same name closed a request of the same merge before."""
    stem, number = path.removesuffix(".yaml"), 2
    while path in taken:
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
    }
