"""`check --fix` and `check --diff` on real folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launchwindow.io.replace import replace_file
from launchwindow.model.errors import RepositoryError
from support.repository import APP, FILE, Repository, run

CERT = f"{APP}/certs/2026.crt"
CERTS = "certs: [certs/2026.crt]"
NEW = f"{APP}/certs/2028-5deb284d.crt"
KEY = "-----BEGIN " + "PRIVATE KEY-----\nMIIB\n-----END " + "PRIVATE KEY-----\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An app with its certificate written out, white space at ends of lines, and its neighbour's file in order."""
    found = Repository(tmp_path / "fleet")
    pem = found.read(CERT)
    inline = "".join(f"      {line}\n" for line in pem.splitlines())
    found.edit(FILE, CERTS, f"certs:\n  - |  # ours\n{inline}".rstrip("\n"))
    found.edit(FILE, "team: benefits", "team: benefits  ")
    (found.path / CERT).unlink()
    return found


def files(repository: Repository) -> dict[str, bytes]:
    """Every file of the work tree."""
    folders = [repository.path / name for name in ("apps", "partners")]
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(repository.path).as_posix(): path.read_bytes() for path in found}


def test_fix_mends_and_then_judges_what_is_left(repository: Repository) -> None:
    repository.edit(FILE, "return_to_sp_url: https:", "return_to_sp_url: http:")
    before = repository.read(FILE)
    result = repository.run("check", "--fix")
    lines = result.out.splitlines()
    assert lines[:3] == [
        f"fixed {NEW}: certificate moved here from {FILE}",
        f"fixed {FILE}: certificate text moved to certs/2028-5deb284d.crt, white space at the end of 1 line removed",
        "2 files written.",
    ]
    assert result.status == 1
    assert "error url-https" in result.out
    assert "certificate-form" not in result.out
    after = repository.read(FILE)
    assert "certs:\n  - certs/2028-5deb284d.crt  # ours\nredirect_uris:" in after
    assert (repository.path / NEW).read_text(encoding="ascii") == repository.git("show", f"HEAD:{CERT}") + "\n"
    # All else is as it was.
    assert [line for line in after.splitlines() if "certs" not in line] == [
        line.rstrip()
        for line in before.splitlines()
        if "certs" not in line and "- |" not in line and line[:6] != " " * 6
    ]


def test_a_second_time_there_is_nothing_left(repository: Repository) -> None:
    assert repository.run("check", "--fix").status == 0
    before = files(repository)
    assert repository.run("check", "--fix").out.startswith("There is nothing to fix.\n\n")
    assert repository.run("check", "--diff").out == "There is nothing to fix.\n"
    assert files(repository) == before


def test_the_document_is_that_of_a_check_of_what_is_left(repository: Repository) -> None:
    document = repository.run_json("check", "--fix")
    assert (repository.path / NEW).is_file()
    assert document == repository.run_json("check")


def test_the_diff_writes_nothing_and_is_one_that_git_can_apply(repository: Repository, tmp_path: Path) -> None:
    before = files(repository)
    result = repository.run("check", "--diff")
    assert result.status == 1
    assert files(repository) == before
    patch = tmp_path / "patch"
    patch.write_text(result.out, encoding="utf-8")
    repository.git("apply", str(patch))
    applied = files(repository)
    repository.git("apply", "--reverse", str(patch))
    assert files(repository) == before
    assert repository.run("check", "--fix").status == 0
    assert files(repository) == applied


def test_the_diff_shows_what_a_terminal_would_act_on(repository: Repository) -> None:
    pem = repository.git("show", f"HEAD:{CERT}")
    repository.git("checkout", "--", FILE, CERT)
    repository.write(CERT, f"\x1b]0;mine\x07 \u202e\r\n{pem}\r\n")
    out = repository.run("check", "--diff").out
    assert "-\\u001b]0;mine\\u0007 \\u202e\\r\n" in out
    assert out.replace("\n", "").isprintable()


@pytest.mark.parametrize("path", [FILE, APP, "apps", "."])
def test_only_the_named_files_are_mended(repository: Repository, path: str) -> None:
    repository.write("partners/exa.yaml", repository.read("partners/exa.yaml") + "\n\n")
    old = repository.read("partners/exa.yaml")
    assert repository.run("check", "--fix", str(repository.path / path)).status == 0
    assert (repository.path / NEW).is_file()
    assert (repository.read("partners/exa.yaml") == old) == (path != ".")


@pytest.mark.parametrize("option", ["--fix", "--diff"])
@pytest.mark.parametrize("other", [("--staged",), ("--since", "main")])
def test_not_together_with_what_is_not_the_work_tree(
    repository: Repository, option: str, other: tuple[str, ...]
) -> None:
    before = files(repository)
    result = repository.run("check", option, *other)
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"launchwindow: check {option} is about the work tree's files: leave out --staged and --since.\n"
    )
    assert files(repository) == before


def test_a_diff_is_a_diff(repository: Repository) -> None:
    before = files(repository)
    assert repository.run("check", "--diff", "--format", "json").status == 2
    assert repository.run("check", "--diff", "--fix").status == 2
    assert files(repository) == before


def test_nothing_is_written_by_a_wrong_policy(repository: Repository) -> None:
    repository.write("policy.yaml", "timezone: Mars\n")
    before = files(repository)
    assert repository.run("check", "--fix").status == 2
    assert files(repository) == before


def test_a_file_with_a_private_key_is_left_as_it_was(repository: Repository) -> None:
    repository.write(FILE, repository.read(FILE) + f"# {KEY.splitlines()[0]}\n")
    repository.git("checkout", "--", CERT)
    repository.write(CERT, repository.read(CERT).replace("\n", "\r\n") + KEY)
    repository.write(f"{APP}/sandbox.yaml", repository.git("show", f"HEAD:{FILE}"))
    before = files(repository)
    assert repository.run("check", "--fix").status == 1
    # The file beside it lacked its last line's end.
    assert {path for path, data in files(repository).items() if data != before[path]} == {f"{APP}/sandbox.yaml"}


@pytest.mark.parametrize("linked", ["", "/production.yaml", "/certs"])
def test_links_are_not_followed(repository: Repository, tmp_path: Path, linked: str) -> None:
    place, outside = repository.path / f"{APP}{linked}", tmp_path / "outside"
    place.rename(outside)
    place.symlink_to(outside)
    before = sorted((path, path.read_bytes()) for path in [outside, *outside.rglob("*")] if path.is_file())
    assert repository.run("check", "--fix").status == 1
    assert sorted((path, path.read_bytes()) for path in [outside, *outside.rglob("*")] if path.is_file()) == before
    assert place.is_symlink()
    assert not (repository.path / NEW).exists()


def test_a_taken_name_is_not_overwritten(repository: Repository) -> None:
    repository.write(NEW, "mine\n")
    assert "certs/2028-5deb284d62304ba88ef2fa01307f79b2.crt" in repository.run("check", "--fix").out
    assert repository.read(NEW) == "mine\n"


def test_permissions_stay_and_nothing_is_left_over(repository: Repository) -> None:
    (repository.path / FILE).chmod(0o640)
    assert repository.run("check", "--fix").status == 0
    assert (repository.path / FILE).stat().st_mode & 0o777 == 0o640
    assert {path.name for path in (repository.path / APP).rglob(".*")} == set()


def test_replacing_refuses_what_changed_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "apps").mkdir()
    file = tmp_path / "apps" / "a.yaml"
    file.write_bytes(b"theirs")
    for before in (b"old", None):
        with pytest.raises(RepositoryError, match=r"apps/a\.yaml was changed meanwhile and is left as it is now"):
            replace_file(tmp_path, "apps/a.yaml", before, b"new")
    with pytest.raises(RepositoryError, match="was changed meanwhile"):
        replace_file(tmp_path, "apps/gone.yaml", b"old", b"new")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "apps").iterdir()] == [("a.yaml", b"theirs")]
    replace_file(tmp_path, "apps/a.yaml", b"theirs", b"new")
    replace_file(tmp_path, "apps/b/certs/c.crt", None, b"more")
    assert file.read_bytes() == b"new"
    assert (tmp_path / "apps/b/certs/c.crt").read_bytes() == b"more"


@pytest.mark.parametrize("path", ["policy.yaml", "apps", "apps/../policy.yaml", "/etc/passwd", "apps//a", "schemas/a"])
def test_replacing_stays_in_its_folders(tmp_path: Path, path: str) -> None:
    (tmp_path / "policy.yaml").write_bytes(b"old")
    with pytest.raises(RepositoryError, match="nothing is written there"):
        replace_file(tmp_path, path, b"old", b"new")
    assert (tmp_path / "policy.yaml").read_bytes() == b"old"


def test_replacing_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.yaml").write_bytes(b"old")
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "exa").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "apps" / "a.yaml").symlink_to(tmp_path / "elsewhere" / "a.yaml")
    for path in ("apps/exa/a.yaml", "apps/a.yaml"):
        with pytest.raises(RepositoryError, match="can't be written"):
            replace_file(tmp_path, path, b"old", b"new")
    with pytest.raises(RepositoryError, match="can't be written"):
        replace_file(tmp_path, "apps/exa/new.crt", None, b"new")
    assert os.listdir(tmp_path / "elsewhere") == ["a.yaml"]
    assert (tmp_path / "elsewhere" / "a.yaml").read_bytes() == b"old"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "a.yaml").write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RepositoryError, match=r"apps/a\.yaml can't be written: No space left on device\."):
        replace_file(tmp_path, "apps/a.yaml", b"old", b"new")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "apps").iterdir()] == [("a.yaml", b"old")]


def test_the_shipped_fleet_needs_no_fix() -> None:
    root = Path(__file__).resolve().parents[1]
    assert run("--repo", str(root), "check", "--diff").out == "There is nothing to fix.\n"


def test_a_check_of_the_whole_folder_by_its_name_sees_all(repository: Repository) -> None:
    assert repository.run("check", str(repository.path)).out == repository.run("check").out
