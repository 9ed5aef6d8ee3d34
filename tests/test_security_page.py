"""`docs/security.md` names a test for each threat, and what each workflow's token may do: both have to be so."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from support.repository import ROOT
from support.sources import functions

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<threat>[^|]+) \| (?P<stops>[^|]+) \| `(?P<test>[\w/]+\.py::\w+(?:\[[^`]+\])?)` \|$")
THREATS = PAGE.partition("## Threats\n")[2].partition("\n## ")[0]
JOBS = ("contents", "pull-requests", "issues", "deployments", "checks", "actions", "id-token", "attestations")


def named() -> list[str]:
    return [found["test"] for line in THREATS.splitlines() if (found := ROW.match(line))]


@cache
def written(file: str) -> str:
    path = ROOT / "tests" / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def is_there(test: str) -> bool:
    """Whether there is a test of this name; of one with a parameter's name in brackets, the parameter too."""
    file, _, name = test.partition("::")
    function, _, parameter = name.removesuffix("]").partition("[")
    text = written(file)
    parameters = (f'"{parameter}":', f"def {parameter}(", f'"{parameter}"')
    return function in functions(text) and (not parameter or any(one in text for one in parameters))


def test_every_row_names_a_test() -> None:
    rows = [line for line in THREATS.splitlines() if line.startswith("| ") and not line.startswith("| threat ")]
    assert [line for line in rows if not ROW.match(line)] == []
    assert len(rows) > 40


@pytest.mark.parametrize("test", named())
def test_the_test_is_there(test: str) -> None:
    assert is_there(test)


def test_a_test_that_is_not_there_is_noticed() -> None:
    there = next(one for one in named() if "[" in one)
    for other in (f"{there.partition('[')[0]}s", f"{there.partition('[')[0]}[no such case]", "test_no.py::test_x"):
        assert not is_there(other)


def tokens(page: str) -> dict[str, dict[str, str]]:
    """Workflow -> what the page says of its token."""
    table = page.partition("<!-- tokens -->\n")[2].partition("<!-- end of the tokens -->")[0].splitlines()
    assert table[0] == f"| workflow | {' | '.join(JOBS)} |"
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table[2:]]
    return {row[0]: {job: right for job, right in zip(JOBS, row[1:], strict=True) if right != "–"} for row in rows}


def asked_for(workflow: dict[str, Any]) -> dict[str, str]:
    """The most that any job of a workflow may do."""
    found: dict[str, str] = {}
    for job in workflow["jobs"].values():
        for area, right in (job.get("permissions", workflow.get("permissions")) or {}).items():
            if right != "none":
                found[area] = "write" if "write" in (right, found.get(area)) else "read"
    return found


def wrong_tokens(page: str, folder: Path) -> list[str]:
    """Workflows of a folder whose tokens are not as the page has them."""
    told = tokens(page)
    files = {path.stem: YAML(typ="safe").load(path) for path in sorted(folder.glob("*.yml"))}
    return [name for name, data in files.items() if name in told and asked_for(data) != told[name]]


def test_each_workflows_token_is_as_the_page_has_it() -> None:
    assert wrong_tokens(PAGE, ROOT / ".github" / "workflows") == []
    assert tokens(PAGE).keys() == {"pull-request", "merge", "window", "confirm", "operate", "release"}


@pytest.mark.parametrize(
    ("permissions", "wrong"),
    [
        ("{contents: read, pull-requests: write, checks: read}", []),
        ("{contents: write, pull-requests: write, checks: read}", ["pull-request"]),
        ("{contents: read}", ["pull-request"]),
        ("{contents: read, pull-requests: write, checks: read, issues: read}", ["pull-request"]),
    ],
)
def test_a_token_that_is_another_is_noticed(tmp_path: Path, permissions: str, wrong: list[str]) -> None:
    text = f"permissions: {{}}\njobs:\n  launchwindow:\n    permissions: {permissions}\n"
    (tmp_path / "pull-request.yml").write_text(text, encoding="utf-8")
    assert wrong_tokens(PAGE, tmp_path) == wrong
