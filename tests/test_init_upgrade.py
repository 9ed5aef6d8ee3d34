"""`init --upgrade`: what nobody edited is brought up to date, and nothing else is touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from shutil import copytree

import pytest

import launchwindow
from launchwindow.edit.init_files import EXAMPLE, POLICY, WORKFLOWS
from support.beginnings import (
    COMMIT,
    MANIFEST,
    UNSTAMPED,
    age,
    change_manifest,
    committed,
    contents,
    document,
    init,
    manifest,
    states,
    upgrade,
)
from support.repository import Repository, run

MERGE = ".github/workflows/merge.yml"
README = "README.md"
OLD = "What an earlier version said.\n"
NEW_COMMIT = "89abcdef0123456789abcdef0123456789abcdef"
TO = ("--action", f"example/launchwindow@{COMMIT}")


@pytest.fixture(scope="module")
def current(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that this version began. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("current") / "configuration"
    assert init(folder).status == 0
    committed(folder)
    return folder


@pytest.fixture
def old(current: Path, tmp_path: Path) -> Path:
    """The same as version 0.0.9 had left it, with an older README and an older workflow."""
    folder = copytree(current, tmp_path / "configuration")
    age(folder, {README: OLD, MERGE: OLD})
    return folder


def test_what_nobody_edited_is_brought_up_to_date(old: Path, current: Path) -> None:
    told = document(old, "--upgrade", *TO)
    assert (told["from_version"], told["version"]) == ("0.0.9", launchwindow.__version__)
    by_state = states(told)
    assert {path for path, state in by_state.items() if state == "replaced"} == {README, MERGE, MANIFEST}
    assert {state for path, state in by_state.items() if path not in (README, MERGE, MANIFEST)} == {"same"}
    assert contents(old) == contents(current)


def test_again_changes_nothing(old: Path) -> None:
    assert upgrade(old, *TO).status == 0
    before = contents(old)
    again = document(old, "--upgrade")
    assert set(states(again).values()) == {"same"}
    assert contents(old) == before


def test_an_older_one_is_brought_up_to_date_only_when_that_is_asked_for(old: Path) -> None:
    before = contents(old)
    result = run("init", str(old), *TO)
    assert result.status == 1
    assert "was begun before, by version 0.0.9" in result.err
    assert "`launchwindow init --upgrade`" in result.err
    assert contents(old) == before


def test_what_was_edited_is_kept_and_named_with_the_difference(old: Path) -> None:
    (old / README).write_text(f"{OLD}And what we added.\n", encoding="utf-8")
    result = upgrade(old, *TO)
    assert result.status == 1
    told = f"to-merge: {README}: was edited since it was written, and the text is a new one: it is left as it is."
    assert told in " ".join(result.out.split())
    assert "-And what we added." in result.out
    assert "+# Partner configuration" in result.out
    assert (old / README).read_text(encoding="utf-8") == f"{OLD}And what we added.\n"
    assert (old / MERGE).read_text(encoding="utf-8") != OLD


def test_it_is_named_once_and_can_be_looked_at_again(old: Path) -> None:
    (old / README).write_text(f"{OLD}And what we added.\n", encoding="utf-8")
    assert upgrade(old, *TO).status == 1
    again = document(old, "--upgrade")
    assert states(again)[README] == "edited"
    shown = upgrade(old, "--diff")
    assert (shown.status, "-And what we added." in shown.out) == (0, True)


def test_what_was_edited_and_has_no_new_text_is_left_in_silence(old: Path) -> None:
    text = (old / POLICY).read_text(encoding="utf-8").replace('opens: "09:00"', 'opens: "10:00"')
    (old / POLICY).write_text(text, encoding="utf-8")
    told = document(old, "--upgrade", *TO)
    assert states(told)[POLICY] == "edited"
    assert (old / POLICY).read_text(encoding="utf-8") == text


def test_what_was_merged_by_hand_counts_as_ours_again(old: Path, current: Path) -> None:
    (old / README).write_text(f"{OLD}And what we added.\n", encoding="utf-8")
    assert upgrade(old, *TO).status == 1
    (old / README).write_bytes((current / README).read_bytes())
    assert states(document(old, "--upgrade"))[README] == "same"
    age(old, {README: OLD})
    assert states(document(old, "--upgrade", *TO))[README] == "replaced"
    assert (old / README).read_bytes() == (current / README).read_bytes()


def test_what_was_deleted_stays_so(old: Path) -> None:
    (old / MERGE).unlink()
    for _ in range(2):
        told = document(old, "--upgrade", *TO)
        assert states(told)[MERGE] == "deleted"
        assert not (old / MERGE).exists()
    files = manifest(old)["files"]
    del files[MERGE]
    change_manifest(old, files=files)
    assert states(document(old, "--upgrade"))[MERGE] == "written"


def test_a_new_file_is_added(old: Path, current: Path) -> None:
    age(old, {WORKFLOWS[0]: None})
    told = document(old, "--upgrade", *TO)
    assert states(told)[WORKFLOWS[0]] == "written"
    assert (old / WORKFLOWS[0]).read_bytes() == (current / WORKFLOWS[0]).read_bytes()


def test_a_new_file_is_not_added_where_something_is(old: Path) -> None:
    age(old, {WORKFLOWS[0]: None})
    (old / WORKFLOWS[0]).write_text("name: ours\n", encoding="utf-8")
    told = document(old, "--upgrade", *TO, status=1)
    assert states(told)[WORKFLOWS[0]] == "kept"
    assert (old / WORKFLOWS[0]).read_text(encoding="utf-8") == "name: ours\n"


def test_what_is_no_part_any_more_is_named_and_left(old: Path) -> None:
    age(old, {"docs/help.md": OLD})
    told = document(old, "--upgrade", *TO)
    assert states(told)["docs/help.md"] == "gone"
    assert (old / "docs/help.md").read_text(encoding="utf-8") == OLD
    assert "docs/help.md" not in states(document(old, "--upgrade"))


def test_apps_and_partners_are_nobodys_but_theirs(old: Path) -> None:
    """Neither one that is gone comes back, nor is one that stays touched."""
    for path in EXAMPLE:
        (old / path).unlink()
    (old / EXAMPLE[-1]).write_text("app_name: Ours\n", encoding="utf-8")
    told = document(old, "--upgrade", *TO)
    assert not any(one["example"] for one in told["files"])
    assert [path for path in EXAMPLE if (old / path).exists()] == [EXAMPLE[-1]]
    assert (old / EXAMPLE[-1]).read_text(encoding="utf-8") == "app_name: Ours\n"


def test_nothing_else_is_touched(old: Path) -> None:
    others = {"apps/hld/trail-pass/production.yaml": "app_name: 1\n", ".github/workflows/ours.yml": "on: push\n",
              ".github/publish": "#!/bin/sh\n"}  # fmt: skip
    for path, text in others.items():
        (old / path).parent.mkdir(parents=True, exist_ok=True)
        (old / path).write_text(text, encoding="utf-8")
    assert upgrade(old, *TO).status == 0
    assert {path: (old / path).read_text(encoding="utf-8") for path in others} == others


def test_windows_line_ends_are_no_edit_and_stay(old: Path, current: Path) -> None:
    (old / README).write_bytes(OLD.encode().replace(b"\n", b"\r\n"))
    assert states(document(old, "--upgrade", *TO))[README] == "replaced"
    assert (old / README).read_bytes() == (current / README).read_bytes().replace(b"\n", b"\r\n")
    assert states(document(old, "--upgrade"))[README] == "same"


@pytest.mark.parametrize("mode", [0o755, 0o600])
def test_a_file_keeps_its_permissions(mode: int, old: Path) -> None:
    (old / MERGE).chmod(mode)
    assert upgrade(old, *TO).status == 0
    assert stat.S_IMODE((old / MERGE).stat().st_mode) == mode
    assert (old / MERGE).read_text(encoding="utf-8") != OLD


@pytest.mark.parametrize("what", ["file", "folder", "beside"])
def test_nothing_is_written_through_a_link(what: str, old: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "merge.yml").write_text(OLD, encoding="utf-8")
    if what == "file":
        (old / MERGE).unlink()
        (old / MERGE).symlink_to(outside / "merge.yml")
    elif what == "folder":
        (old / MERGE).parent.rename(old / ".github" / "others")
        (old / MERGE).parent.symlink_to(outside)
    else:
        # Where the new text is put before it is in its place.
        (old / MERGE).with_name(".merge.yml.launchwindow").symlink_to(outside / "merge.yml")
    told = document(old, "--upgrade", *TO, status=0 if what == "beside" else 1)
    assert states(told)[MERGE] == ("replaced" if what == "beside" else "kept")
    assert {path.name: path.read_text(encoding="utf-8") for path in outside.iterdir()} == {"merge.yml": OLD}
    assert manifest(old)["files"].keys() >= {MERGE, *WORKFLOWS}


def test_a_new_pin_and_other_reviewers(current: Path, tmp_path: Path) -> None:
    folder = copytree(current, tmp_path / "configuration")
    told = document(folder, "--upgrade", "--action", f"example/launchwindow@{NEW_COMMIT}",
                    "--reviewer", "kim@agency.gov:kim-third")  # fmt: skip
    changed = {path for path, state in states(told).items() if state == "replaced"}
    assert {*WORKFLOWS, POLICY, ".github/CODEOWNERS", ".pre-commit-config.yaml", README} <= changed
    everything = b"".join(contents(folder).values())
    assert COMMIT.encode() not in everything
    assert b"rae-reviewer" not in everything
    assert set(states(document(folder, "--upgrade")).values()) == {"same"}


@UNSTAMPED
def test_the_commit_of_this_versions_tag_is_looked_up(old: Path, tmp_path: Path) -> None:
    """Where the action was before, unless the version says that it was released elsewhere."""
    elsewhere = Repository(tmp_path / "elsewhere")
    elsewhere.git("tag", f"v{launchwindow.__version__}")
    config = tmp_path / "gitconfig"
    config.write_text(f'[url "{elsewhere.path}"]\n\tinsteadOf = https://github.com/example/launchwindow\n')
    result = run("init", str(old), "--upgrade", env={"GIT_CONFIG_GLOBAL": str(config)})
    assert result.status == 0, result.text
    assert manifest(old)["action"]["commit"] == elsewhere.base


def test_a_dry_run_writes_nothing(old: Path) -> None:
    before = contents(old)
    told = document(old, "--upgrade", *TO, "--dry-run")
    assert states(told)[README] == "replaced"
    shown = upgrade(old, *TO, "--diff")
    assert shown.status == 0
    assert f"--- a/{README}" in shown.out
    assert "+# Partner configuration" in shown.out
    assert contents(old) == before


def test_without_a_manifest_there_is_nothing_to_bring_up_to_date(tmp_path: Path) -> None:
    Repository(tmp_path)
    result = upgrade(tmp_path, *TO)
    assert result.status == 1
    assert "Run `launchwindow init` without --upgrade" in result.err


def test_a_file_that_is_locked_leaves_all_as_it_was(old: Path) -> None:
    """What stands beside a file for good: the text can't be put there, and no file has changed."""
    (old / MERGE).with_name(".merge.yml.launchwindow").mkdir()
    before = contents(old)
    result = upgrade(old, *TO)
    assert (result.status, result.out) == (2, "")
    assert "Nothing was changed." in result.err
    assert contents(old) == before
    os.rmdir((old / MERGE).with_name(".merge.yml.launchwindow"))
    assert upgrade(old, *TO).status == 0
