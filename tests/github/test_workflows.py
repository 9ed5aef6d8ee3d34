"""action.yml and the workflows, by checkers that others wrote; and that each of them finds what is wrong.

zizmor looks for what can be attacked, check-jsonschema holds the files to the vendors' schemas, actionlint reads the
expressions. `make lint` runs the first two as well.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.checkers import WORKFLOWS, actionlint, schemas, zizmor
from support.repository import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    shutil.copy(ROOT / "action.yml", tmp_path)
    return tmp_path


def plant(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_zizmor_finds_nothing(copy: Path) -> None:
    assert zizmor(copy) == set()


CHECKOUT = "checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
PUBLISH = ".github/publish staging production"
MERGE, WINDOW, PULL = (f"{WORKFLOWS}/{name}.yml" for name in ("merge", "window", "pull-request"))
PLANTED = {
    "an input in a workflow's script": (WINDOW, PUBLISH, "echo ${{ inputs.what }}", "template-injection"),
    "an input in the action's script": ("action.yml", "exec bash", "echo ${{ inputs.reason }}", "template-injection"),
    "a tag in a commit's place": (MERGE, CHECKOUT, "checkout@v5", "unpinned-uses"),
    "a token left in the checkout": (MERGE, "          persist-credentials: false\n", "", "artipacked"),
    "rights for all jobs": (MERGE, "permissions: {}", "permissions: write-all", "excessive-permissions"),
    "a trigger with rights": (PULL, "pull_request:", "pull_request_target:", "dangerous-triggers"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_zizmor_finds_what_is_planted(copy: Path, fault: str) -> None:
    path, old, new, audit = PLANTED[fault]
    plant(copy, path, old, new)
    assert (audit, path) in zizmor(copy)


def test_the_files_fit_the_schemas(copy: Path) -> None:
    assert schemas(copy) == [0, 0]


def test_the_schemas_find_what_is_planted(copy: Path) -> None:
    plant(copy, "action.yml", "shell: bash", "shel: bash")
    assert schemas(copy) == [1, 0]
    plant(copy, f"{WORKFLOWS}/window.yml", "runs-on:", "runs_on:")
    assert schemas(copy) == [1, 1]


def test_actionlint_finds_nothing(copy: Path) -> None:
    assert actionlint(copy) == []


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("path", "old", "new", "kind"),
    [
        ("confirm.yml", "inputs.commit", "inputs.comit", "expression"),
        ("pull-request.yml", "github.event.pull_request.base.sha", "github.evnt.base", "expression"),
        ("window.yml", "23 13-22 * * 1-5", "63 13-22 * * 1-5", "events"),
        ("merge.yml", "timeout-minutes", "timeout-minute", "syntax-check"),
    ],
)
def test_actionlint_finds_what_is_planted(copy: Path, path: str, old: str, new: str, kind: str) -> None:
    plant(copy, f"{WORKFLOWS}/{path}", old, new)
    found = actionlint(copy)
    assert {(Path(one["file"]).name, one["kind"]) for one in found} == {(path, kind)}
