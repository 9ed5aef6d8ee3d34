"""What `check` keeps between runs: it makes nothing different, whatever becomes of its file."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from launchwindow.io import files as files_on_disk
from launchwindow.io.files import WorkTree
from launchwindow.io.git import Git
from launchwindow.io.kept import Kept
from launchwindow.io.two import in_two
from support.repository import FILE, MERGED, ROOT, Repository, only_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.repository import Result


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path / "repository", whole_fleet=True)
    found.edit(FILE, "ial: 2", "ial: two")
    return found


@pytest.fixture(params=["python", "kernel"])
def asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom the file system's word is asked of."""
    monkeypatch.setattr("launchwindow.io.seen._WORTH_ASKING_THE_KERNEL", 1 if request.param == "kernel" else 10**9)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the files had been written long ago."""
    monkeypatch.setattr("launchwindow.io.files.SETTLED", -(10**12))


def check(repository: Repository, cache: Path | None, *arguments: str) -> Result:
    env = {"XDG_CACHE_HOME": str(cache)} if cache is not None else {}
    return repository.run("check", *arguments, env=env)


def files(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


@pytest.mark.usefixtures("settled")
def test_cold_warm_and_without_are_the_same(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for arguments in ((), ("--staged",), ("--format", "json"), (FILE,)):
        without = check(repository, None, "--no-cache", *arguments)
        assert [check(repository, cache, *arguments) for _ in range(3)] == [without] * 3
    assert check(repository, cache).status == 1
    repository.git("add", "--all")
    without = check(repository, None, "--no-cache", "--staged")
    assert without.status == 1
    assert [check(repository, cache, "--staged") for _ in range(2)] == [without] * 2


def test_what_is_warm_is_not_found_out_again(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert _rules_are_loaded(repository, cache)
    assert not _rules_are_loaded(repository, cache)
    repository.edit(FILE, "friendly_name: ", "friendly_name: My ")
    assert _rules_are_loaded(repository, cache)


def _rules_are_loaded(repository: Repository, cache: Path) -> bool:
    program = (
        "import sys; from launchwindow.cli import main; main(sys.argv[1:]); print('launchwindow.rules' in sys.modules)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, "--repo", str(repository.path), "--now", MERGED, "check"],
        env={**only_ours(), "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT / "hooks")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return finished.stdout.rstrip().endswith("True")


def test_no_cache_neither_reads_nor_writes(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    check(repository, cache, "--no-cache")
    assert not cache.exists()
    check(repository, cache)
    for file in files(cache):
        file.chmod(0)
    before = {file: file.stat().st_mtime_ns for file in files(cache)}
    check(repository, cache, "--no-cache")
    assert {file: file.stat().st_mtime_ns for file in files(cache)} == before


def sealed(index: bytes, rest: bytes = b"") -> bytes:
    """A file as `check` would accept it."""
    return sha256(index + b"\n").hexdigest().encode() + index + b"\n" + rest


def sections(data: bytes) -> dict[str, Any]:
    index, _, rest = data[64:].partition(b"\n")
    texts = {name: rest[begin : begin + length] for name, _, begin, length in json.loads(index) if length}
    return {name: _value(name, text) for name, text in texts.items()}


def _value(name: str, text: bytes) -> Any:
    """What a section says: bytes of a work tree's paths, else values by key, each on a line of its own, or JSON."""
    if name[:2] in ("n ", "f ") or name in ("head", "units"):
        return text if " " in name else json.loads(text)
    lines = (line.split(b"\t") for line in text.split(b"\n")[1:])
    return {json.loads(key): json.loads(value) for key, value in lines}


def _text(name: str, value: Any) -> bytes:
    if isinstance(value, dict) and name not in ("head", "units"):
        return b"".join(
            b"\n%b\t%b" % (json.dumps(key).encode(), json.dumps(one).encode()) for key, one in value.items()
        )
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def written(found: dict[str, Any]) -> bytes:
    """A file with other sections."""
    texts = [_text(name, value) for name, value in found.items()]
    index, begin = [], 0
    for name, text in zip(found, texts, strict=True):
        index.append((name, sha256(text).hexdigest(), begin, len(text)))
        begin += len(text)
    return sealed(json.dumps(index).encode(), b"".join(texts))


def _one(text: bytes) -> bytes:
    """A file with one section, of any bytes."""
    return sealed(json.dumps([("head", sha256(text).hexdigest(), 0, len(text))]).encode(), text)


def _everywhere(value: object) -> Callable[[bytes], bytes]:
    """Something else in the place of whatever is kept by a key."""

    def spoiled(data: bytes) -> bytes:
        found = sections(data)
        return written({name: dict.fromkeys(kept, value) if isinstance(kept, dict) and name != "head" else kept
                        for name, kept in found.items()})  # fmt: skip

    return spoiled


def _without_rows(found: dict[str, Any]) -> dict[str, Any]:
    """Nothing of what was told of files, and that digest of them which nothing has."""
    return {name: b"" if name[:2] == "f " else {one: ["", sha256(b"").hexdigest()] for one in kept}
            if name == "units" else kept for name, kept in found.items()}  # fmt: skip


def _each(kind: str, value: bytes) -> Callable[[bytes], bytes]:
    """Other bytes in the place of what was seen of each bundle."""
    return lambda data: written(
        {name: value if name.startswith(kind) else kept for name, kept in sections(data).items()}
    )


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "a bit": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
    "no digest": lambda data: data[64:],
    "zeros": lambda data: b"\0" * len(data),
    "not an index": lambda _: sealed(b"{}"),
    "an index of anything": lambda _: sealed(b'[[1, 2], ["head", "x", []], 7]'),
    "an index out of anywhere": lambda _: sealed(b'[["head", "x", -99999999, 9], ["= nothing", "x", 0, 1e30]]'),
    "a deep index": lambda _: sealed(b"[" * 200_000),
    "no JSON": lambda _: _one(b"{{{"),
    "deep": lambda _: _one(b"[" * 200_000),
    "a list": lambda data: written({name: [] for name in sections(data)}),
    "numbers": _everywhere(7),
    "lists": _everywhere([[], [], []]),
    "texts": _everywhere(["a", "b", "c", "d"]),
    "five texts": _everywhere(["a", "b", "c", "d", "e"]),
    "no findings of the right kind": _everywhere([[], False, [], [], [["x"]]]),
    "a path that is none": _everywhere([[1], True, [2], [3], [], []]),
    "certificates of anything": lambda data: written(
        {
            name: dict.fromkeys(kept, '["a", 1]') if name[0] == "c" else kept
            for name, kept in sections(data).items()
            if name[0] != "="
        }
    ),
    "no certificates": lambda data: written(
        {name: kept for name, kept in sections(data).items() if name[0] not in "c="}
    ),
    "no words on what is shared": lambda data: written(
        {name: kept for name, kept in sections(data).items() if not name.startswith("=p")}
    ),
    "paths of anything": _each("n ", b"[]"),
    "other paths": _each("n ", b"apps\0\0apps\0apps/x"),
    "no paths": _each("n ", b""),
    "files of anything": _each("f ", b"[]"),
    "other files": _each("f ", b"x" * 48 * 400 + b"\0 \0\t\0"),
    "no files": _each("f ", b""),
    "lines of anything": lambda data: written(
        {name: b"\n\t\n[\t{\n" + b"[" * 100_000 if name[0] in "=cp" else kept for name, kept in sections(data).items()}
    ),
    "bundles of anything": lambda data: written(
        {name: {one: ["", 7] for one in kept} if name == "units" else kept for name, kept in sections(data).items()}
    ),
    "paths of other files": lambda data: written(
        {
            name: kept.rpartition(b"/")[0] + b"/none" if name[:2] == "n " else kept
            for name, kept in sections(data).items()
        }
    ),
    "no rows of files": lambda data: written(_without_rows(sections(data))),
    "a head of anything": lambda data: written({**sections(data), "head": {"common": 1, "policy": [], "quiet": {}}}),
    "words of anything": lambda data: written(
        {**sections(data), "head": {**sections(data).get("head", {}), "policy": {"of": 1}}}
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.usefixtures("settled")
def test_a_damaged_file_is_none(repository: Repository, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    cache = tmp_path / "cache"
    expected = check(repository, cache)
    sound = {file: file.read_bytes() for file in files(cache)}
    assert len(sound) == 2
    for file, data in sound.items():
        file.write_bytes(damage(data))
    assert check(repository, cache) == expected
    assert check(repository, cache, "--staged") == check(repository, None, "--staged", "--no-cache")
    assert check(repository, cache) == expected
    for file, data in sound.items():
        file.write_bytes(damage(data))
    # Of a bundle with a change only that is looked at, and all else is taken from what is kept of it.
    repository.edit(FILE, "friendly_name: ", "friendly_name: Our ")
    without = check(repository, None, "--no-cache")
    assert [check(repository, cache) for _ in range(2)] == [without] * 2


def test_words_of_a_policy_that_are_none_are_read_again(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    expected = check(repository, cache)
    for odd in (
        {"timezone": "../../etc/passwd"},
        {"timezone": 7},
        {"windows": {"production": "soon"}},
        {"windows": 1},
        {"plain": {"a": 1}},
        {"plain": [7]},
        {"lasts": ["2026-13-45", 0, 9**12]},
        {"lasts": [1]},
    ):
        for file in files(cache):
            found = sections(file.read_bytes())
            head = found.get("head")
            if isinstance(head, dict):
                file.write_bytes(written({**found, "head": {**head, "policy": {**head["policy"], **odd}}}))
        assert check(repository, cache) == expected


@pytest.mark.parametrize("spoil", ["a file", "a link", "read-only", "relative", "no home"])
def test_without_a_place_it_works_without(repository: Repository, tmp_path: Path, spoil: str) -> None:
    expected = check(repository, None, "--no-cache")
    cache, env = tmp_path / "cache", {}
    if spoil == "a file":
        cache.write_text("", encoding="utf-8")
    elif spoil == "a link":
        cache.mkdir()
        (cache / "launchwindow").symlink_to(tmp_path / "nowhere" / "at" / "all")
    elif spoil == "read-only":
        cache.mkdir(mode=0o500)
    env = {"XDG_CACHE_HOME": "here" if spoil == "relative" else str(cache), "HOME": str(tmp_path / "none" / "home")}
    if spoil == "no home":
        env = {"XDG_CACHE_HOME": "", "HOME": "/dev/null"}
    assert [repository.run("check", env=env) for _ in range(2)] == [expected] * 2
    assert not (repository.path / "here").exists()


@pytest.mark.usefixtures("settled")
def test_nobody_elses_file_and_no_link_is_believed(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    expected = check(repository, cache)
    for file in files(cache):
        elsewhere = tmp_path / file.name
        file.rename(elsewhere)
        file.symlink_to(elsewhere)
    assert check(repository, cache) == expected
    # A link is replaced by a file, and never written through.
    assert not any(file.is_symlink() for file in files(cache))
    assert {file.stat().st_mode & 0o777 for file in files(cache)} == {0o600}
    assert (cache / "launchwindow").stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("settled")
def test_it_stays_small(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    sizes = []
    for number in range(30):
        repository.edit(FILE, "friendly_name: ", f"friendly_name: {number} ")
        check(repository, cache)
        sizes.append(sum(file.stat().st_size for file in files(cache)))
    assert sizes[-1] < 3 * sizes[0] + 100_000
    for number in range(60):
        (cache / "launchwindow" / f"{number:032x}.json").write_text("x", encoding="utf-8")
        os.utime(cache / "launchwindow" / f"{number:032x}.json", (number, number))
    repository.edit(FILE, "friendly_name: ", "friendly_name: more ")
    check(repository, cache)
    assert len(files(cache)) <= 48


def test_two_at_once_get_the_same(repository: Repository, tmp_path: Path) -> None:
    expected = check(repository, None, "--no-cache")
    command = [sys.executable, "-m", "launchwindow", "--repo", str(repository.path), "--now", MERGED, "check"]
    env = {**only_ours(), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT / "hooks")}
    running = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
               for _ in range(4)]  # fmt: skip
    ended = [(*process.communicate(), process.returncode) for process in running]
    assert ended == [(expected.out, expected.err, expected.status)] * 4
    assert check(repository, tmp_path / "cache") == expected


def test_a_file_that_only_seems_the_same_is_read(repository: Repository, tmp_path: Path) -> None:
    """Written within the file system's grain of time, with the same size: git's own racy entry."""
    cache = tmp_path / "cache"
    path = repository.path / FILE
    assert check(repository, cache).status == 1
    about = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("ial: two", "ial: 2  "), encoding="utf-8")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert path.stat().st_size == about.st_size
    assert check(repository, cache).status == 0


def test_another_day_policy_or_ledger_is_judged_anew(repository: Repository, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for now in (MERGED, "2028-11-24T10:00:00-05:00", MERGED, "2031-01-01T10:00:00-05:00"):
        without = repository.run("check", "--no-cache", now=now)
        assert repository.run("check", now=now, env={"XDG_CACHE_HOME": str(cache)}) == without
    policy = repository.read("policy.yaml")
    repository.write("policy.yaml", policy + "\nrules: {schema: note}\n" if "\nrules:" not in policy else policy)
    assert check(repository, cache) == check(repository, None, "--no-cache")
    repository.git("checkout", "--quiet", "--", FILE)
    repository.adopted()
    assert check(repository, cache) == check(repository, None, "--no-cache")


def _at_another_time(*paths: Path) -> None:
    """As if it had been done a while later: within one tick of the clock the file system tells the same time twice."""
    for path in paths:
        now = path.lstat().st_mtime_ns + 10**9
        os.utime(path, ns=(now, now), follow_symlinks=False)


APP = Path(FILE).parent
BECOMES: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "more": lambda root: _with(root, f"{APP}/sandbox.yaml", "name: [\n"),
    "a stray": lambda root: _with(root, f"{APP}/certs/old/note.txt", "text"),
    "less": lambda root: (root / FILE).unlink() or (str(APP),),  # type: ignore[func-returns-value]
    "another name": lambda root: (root / FILE).rename(root / APP / "staging.yaml") and (str(APP),),
    "another word": lambda root: _with(
        root, FILE, (root / FILE).read_text(encoding="utf-8").replace("ial: two", "ial: 222")
    ),
    "a link": lambda root: ((root / FILE).unlink(), (root / FILE).symlink_to("sandbox.yaml")) and (str(APP),),
    "a folder": lambda root: ((root / FILE).unlink(), (root / FILE).mkdir()) and (str(APP),),
    "no partner": lambda root: (root / "partners/exa.yaml").unlink() or ("partners",),  # type: ignore[func-returns-value]
    "moved": lambda root: (root / APP).rename(root / "apps/exa/moved") and ("apps/exa",),
    "a pipe": lambda root: ((root / FILE).unlink(), os.mkfifo(root / FILE)) and (str(APP),),
}  # fmt: skip


def _with(root: Path, path: str, text: str) -> tuple[str, ...]:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")
    return path, str(Path(path).parent), str(Path(path).parent.parent)


@pytest.mark.parametrize("change", BECOMES.values(), ids=BECOMES)
@pytest.mark.usefixtures("settled", "asked")
def test_whatever_becomes_of_a_folder_is_seen(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], tuple[str, ...]]
) -> None:
    """A bundle of which the file system tells what it told before is not looked at; so it must tell."""
    monkeypatch.setattr("launchwindow.io.seen._WORTH_TWO", 1)
    cache = tmp_path / "cache"
    before = check(repository, cache)
    assert check(repository, cache) == before
    touched = change(repository.path)
    _at_another_time(*(repository.path / path for path in touched))
    after = check(repository, None, "--no-cache")
    assert after != before
    assert [check(repository, cache) for _ in range(2)] == [after] * 2


@pytest.mark.usefixtures("asked")
def test_a_file_from_beyond_what_numbers_can_say_is_read_each_time(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launchwindow.io.files.SETTLED", -(10**20))
    cache, path, in_2300 = tmp_path / "cache", repository.path / FILE, 10_413_792_000 * 10**9
    texts = [path.read_text(encoding="utf-8"), path.read_text(encoding="utf-8").replace("ial: two", "ial: 2  ")]
    for text in (*texts, *texts):
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(in_2300, in_2300))
        without = check(repository, None, "--no-cache")
        assert [check(repository, cache) for _ in range(2)] == [without] * 2
        assert without.status == int(text == texts[0])


@pytest.mark.usefixtures("settled", "asked")
def test_a_repository_whose_own_folder_can_not_be_listed_is_looked_at_all_the_same(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that everybody may enter and nobody may list: what is in it is read by its name."""
    opened = os.open

    def refused(path: str, flags: int, *more: int, **others: int) -> int:
        if path == str(repository.path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return opened(path, flags, *more, **others)

    monkeypatch.setattr(os, "open", refused)
    without = check(repository, None, "--no-cache")
    assert without.status == 1
    assert [check(repository, tmp_path / "cache") for _ in range(3)] == [without] * 3


def _noted_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are read in a work tree from now on."""
    read: list[str] = []
    whole = WorkTree._bytes

    def noted(tree: WorkTree, path: str, *more: int) -> bytes:
        read.append(path)
        return whole(tree, path, *more)

    monkeypatch.setattr(WorkTree, "_bytes", noted)
    return read


@pytest.mark.usefixtures("settled")
def test_where_folders_tell_nothing_all_is_listed(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no file is read again, and nothing written, for what is as it was."""
    cache = tmp_path / "cache"
    monkeypatch.setattr("launchwindow.io.seen._keeps_times", lambda _root: False)
    before = check(repository, cache)
    written = {file: file.stat().st_mtime_ns for file in files(cache)}
    read = _noted_reads(monkeypatch)
    assert check(repository, cache) == before
    assert read == []
    assert {file: file.stat().st_mtime_ns for file in files(cache)} == written
    _with(repository.path, f"{APP}/sandbox.yaml", "name: [\n")
    assert check(repository, cache) == check(repository, None, "--no-cache") != before
    # The first of these checks was the last that had to read anything.
    read.clear()
    check(repository, cache)
    assert read == []


def test_two_processes_read_what_is_kept_at_once(tmp_path: Path) -> None:
    """A forked process has the same place in an open file: neither may move it for the other."""
    kept = Kept(str(tmp_path), "a repository")
    whole = {str(number): str(number) * 20_000 for number in range(60)}
    kept.save(whole, lambda _name: True)
    found = kept.load()

    def work(names: Sequence[str], _apart: bool) -> list[bool]:
        return [found.get(name) == whole[name] for _ in range(6) for name in names]

    mine, others = in_two(work, list(whole), list(whole))
    assert all(mine)
    assert all(others)
    assert len(others) == 6 * len(whole)


def test_two_processes_ask_git_at_once(tmp_path: Path) -> None:
    """What the ledger knows of a certificate is asked for in both: neither may be told what the other one asked."""
    git = Git(Repository(tmp_path / "repository", whole_fleet=True).path)
    sizes = {entry.blob: len(git.blobs([entry.blob])[entry.blob]) for entry in git.listing("HEAD", "apps").values()}

    def work(names: Sequence[str], _apart: bool) -> list[bool]:
        return [len(git.objects.read([name])[name].data) == sizes[name] for _ in range(20) for name in names]

    mine, others = in_two(work, list(sizes), list(sizes)[::-1])
    assert all(mine)
    assert all(others)
    assert len(others) == 20 * len(sizes)


def test_what_changed_is_written_beside_the_rest(tmp_path: Path) -> None:
    kept = Kept(str(tmp_path), "a repository")
    whole = {str(number): [number] * 1000 for number in range(20)}
    kept.save(whole, lambda _name: True)
    large = next(tmp_path.iterdir())
    before = large.read_bytes()
    for step in range(3):
        kept.load()
        kept.save({"7": step, f"new {step}": step}, lambda name: name != "3")
        found = kept.load()
        assert (found.get("7"), found.get("8"), found.get(f"new {step}")) == (step, [8] * 1000, step)
    assert found.get("new 0") == 0
    assert large.read_bytes() == before
    # Of another large file it is none.
    Kept(str(tmp_path), "a repository").save({"8": 1}, lambda _name: False)
    assert len(list(tmp_path.iterdir())) == 1
    small = tmp_path / f"{large.stem}.new.json"
    kept.load()
    kept.save({str(number): number for number in range(90)}, lambda _name: True)
    assert not small.exists()
    assert kept.load().get("89") == 89


@pytest.mark.usefixtures("settled")
def test_a_file_that_another_device_is_mounted_over_is_never_known(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether that device keeps times nobody has found out. It is mounted where nothing else in its bundle changed."""
    cache, path, about = tmp_path / "cache", repository.path / FILE, files_on_disk._about
    before = check(repository, cache)
    assert check(repository, cache) == before

    def mounted(name: str) -> os.stat_result | None:
        found = about(name)
        if found is None or name != str(path):
            return found
        numbers, device = found.__reduce__()[1]
        return os.stat_result((*numbers[:2], found.st_dev + 1, *numbers[3:]), device)

    monkeypatch.setattr(files_on_disk, "_about", mounted)
    read = _noted_reads(monkeypatch)
    path.write_text(path.read_text(encoding="utf-8").replace("ial: two", "ial: 2"), encoding="utf-8")
    _at_another_time(path)
    for _ in range(3):
        read.clear()
        assert check(repository, cache).status == 0
        assert FILE in read
