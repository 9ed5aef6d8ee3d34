"""A ledger file that was damaged, in whatever way: it is named, and no command writes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from shutil import copytree

import pytest

from launchwindow.emit import to_yaml
from launchwindow.ledger import LARGEST, partner_of_file, read_all, read_ledger
from launchwindow.load.yaml_source import parse
from launchwindow.model.errors import LedgerError
from support.crash_cases import CASES, Case, Words, held, released
from support.repository import LEDGER, SUBJECT, Repository

LEDGER_CASES = [case for case in CASES if case.remote]
DEPLOYED = f"deployed/{SUBJECT}.yaml"
VALUES = (None, 17, "x", [], {}, [1], {"a": 1}, True)
MAY_BE_NULL = {"released", "confirmed", "path", "digest", "confirmed_at", "confirmed_by", "window", "logo", "agency_id",
               "certificates_since", "notice_starts", "notice_waived", "row", "hold", "rollback"}  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, Words]:
    """With open requests, one of them handed over and one held, and all that a release writes."""
    folder = tmp_path_factory.mktemp("ledger") / "repo"
    words = released(folder)
    repository = Repository.at(folder)
    result = repository.run(
        "hold", words["other"], "--by", "ops@login.gov", "--reason", "No.", now="2026-12-11T10:00:00Z"
    )
    assert result.status == 0, result.text
    return repository, words


def is_state_file(path: str) -> bool:
    return path == "ledger.yaml" or partner_of_file(path) is not None


def read_whole(files: dict[str, bytes], paths: frozenset[str]) -> None:
    """Read the ledger of these files, and every record in it."""
    read_all(read_ledger(lambda wanted: {path: files[path] for path in wanted}, paths))


def _places(data: object, at: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*at, key)
        yield from _places(value, (*at, key))


def _with(data: object, place: tuple[object, ...], value: object) -> tuple[object, object]:
    """(a copy with another value at a place, the value that was there)."""
    copy: object = deepcopy(data)
    target: object = copy
    for key in place[:-1]:
        target = target[key]  # type: ignore[index]
    before = target[place[-1]]  # type: ignore[index]
    target[place[-1]] = value  # type: ignore[index]
    return copy, before


def test_a_value_of_another_kind_is_refused_wherever_it_stands(ledger: tuple[Repository, Words]) -> None:
    """Every value of every state file in turn: `hold: {}` is no "not held", and a number is no path."""
    files = {path: text.encode() for path, text in ledger[0].ledger_files().items()}
    paths, state = frozenset(files), {path: data for path, data in files.items() if is_state_file(path)}
    tried = 0
    for path, data in state.items():
        plain = parse(path, data, LARGEST).data
        for place in _places(plain):
            if {"columns", "data"} & set(place):
                # What the identity provider is given is checked where it is given.
                continue
            for value in VALUES:
                damaged, before = _with(plain, place, value)
                if type(before) is type(value) or (value is None and place[-1] in MAY_BE_NULL):
                    continue
                if before is None and place[-1] in MAY_BE_NULL and isinstance(value, (str, dict)) and value != {}:
                    continue
                tried += 1
                text = to_yaml(damaged).encode()  # type: ignore[arg-type]
                with pytest.raises(LedgerError) as caught:
                    read_whole({**state, path: text}, paths)
                assert str(caught.value).startswith(f"{LEDGER}:{path}"), (place, value)
    assert tried > 500


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _twice(data: bytes) -> bytes:
    return data + data.splitlines(keepends=True)[0]


def _without_its_first_key(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[1:])


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": _half, "empty": lambda _: b"", "garbage": lambda data: bytes(byte ^ 0x5A for byte in data),
    "zeros": lambda data: bytes(len(data)), "a zero": lambda data: data.replace(b": ", b": \0", 1),
    "a key twice": _twice, "a key less": _without_its_first_key, "text": lambda _: b"hello\n",
    "a list": lambda data: b"- " + data.splitlines()[0],
    "a conflict": lambda data: b"<<<<<<< ours\n" + data + b"=======\n" + data + b">>>>>>> theirs\n",
}  # fmt: skip


def _damaged_files(words: Words) -> tuple[str, ...]:
    commit = words["request"].rpartition("@")[2]
    return ("ledger.yaml", f"requests/open/{SUBJECT}/{commit}.yaml", DEPLOYED, "deployed/production/exa.yaml")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named(damage: str, ledger: tuple[Repository, Words]) -> None:
    repository, words = ledger
    files = {path: text.encode() for path, text in repository.ledger_files().items()}
    state = {path: data for path, data in files.items() if is_state_file(path)}
    for path in _damaged_files(words):
        with pytest.raises(LedgerError) as caught:
            read_whole({**state, path: DAMAGES[damage](files[path] + b"\n")}, frozenset(files))
        assert str(caught.value).startswith(f"{LEDGER}:{path}"), path
        assert "nothing was changed" in str(caught.value) or "version" in str(caught.value)


def test_a_file_in_another_s_place_is_named(ledger: tuple[Repository, Words]) -> None:
    files = {path: text.encode() for path, text in ledger[0].ledger_files().items()}
    request = _damaged_files(ledger[1])[1]
    for path, content in ((request, files[DEPLOYED]), (DEPLOYED, files[request]),
                          (request.replace("production", "staging"), files[request]),
                          (DEPLOYED.replace("deployed", "deactivated"), files[DEPLOYED])):  # fmt: skip
        with pytest.raises(LedgerError) as caught:
            read_whole({**files, path: content}, frozenset({*files, path}))
        assert str(caught.value).startswith(f"{LEDGER}:{path}")


Hurt = Callable[[Repository], str]
"""Damages a repository; what each command must then name."""


def _cut_request(repository: Repository) -> str:
    path = next(path for path in repository.ledger_files() if path.startswith(("requests/open/", "deployed/")))
    repository.write_ledger({path: _half(repository.git("show", f"{LEDGER}:{path}").encode())})
    return f"launchwindow: {LEDGER}:{path}"


def _no_head(repository: Repository) -> str:
    repository.write_ledger({"ledger.yaml": None})
    return f"launchwindow: {LEDGER}:ledger.yaml is missing"


def _lost_blob(repository: Repository) -> str:
    repository.file_of(f"{LEDGER}:{DEPLOYED}").unlink()
    return f"launchwindow: {DEPLOYED}: git has lost its content"


def _lost_tree(repository: Repository) -> str:
    repository.file_of(f"{LEDGER}^{{tree}}").unlink()
    return "launchwindow: git ls-tree: "


def _lost_tip(repository: Repository) -> str:
    repository.file_of(LEDGER).unlink()
    return f"launchwindow: refs/heads/{LEDGER} leads to no commit"


def _empty_tip(repository: Repository) -> str:
    """As a machine leaves it that lost its power while it wrote."""
    path = repository.file_of(LEDGER)
    path.chmod(0o644)
    path.write_bytes(b"")
    return "launchwindow: "


@pytest.mark.few(3)
@pytest.mark.parametrize("case", LEDGER_CASES, ids=[case.name for case in LEDGER_CASES])
def test_no_command_writes_to_a_damaged_ledger(case: Case, tmp_path: Path) -> None:
    """Nor moves its branch; `adopt` begins no other."""
    kept = tmp_path / "kept"
    words = (held if case.name.startswith("adopt") else case.stage)(kept)
    (tmp_path / "seen.yml").touch()
    for number, hurt in enumerate((_cut_request, _no_head, _lost_blob, _lost_tree, _lost_tip, _empty_tip)):
        folder = tmp_path / str(number)
        copytree(kept, folder)
        repository = Repository.at(folder)
        named = hurt(repository)
        refs = (folder / ".git/refs/heads" / LEDGER).read_bytes()
        told = repository.run(*(word.format_map({**words, "place": tmp_path}) for word in case.argv), now=case.now)
        assert (told.status, told.out) == (2, ""), (hurt.__name__, told)
        assert told.err.startswith(named), hurt.__name__
        assert len(told.err.splitlines()) == 1
        assert (folder / ".git/refs/heads" / LEDGER).read_bytes() == refs
