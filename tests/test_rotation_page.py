"""What docs/rotation.md shows is what the program prints: its blocks are run in their order, in one repository.

A block marked `<!-- scene: NAME -->` holds commands after `$ ` and what they print. `LAUNCHWINDOW_UPDATE=1` writes the
real output into the page; the ids of commits, which differ from run to run, are replaced.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from launchwindow.load.yaml_source import parse
from support.repository import ADOPTED, FILE, ROOT, Repository
from support.rotations import NEW, at

PAGE = ROOT / "docs" / "rotation.md"
BLOCK = re.compile(r"<!-- scene: (?P<scene>[a-z-]+) -->\n```console\n(?P<body>.*?)```\n", re.DOTALL)
YAML = re.compile(r"```yaml\n(.*?)```\n", re.DOTALL)
ID = re.compile(r"\b[0-9a-f]{12}\b")
TOLD_ID = "3f2c1ab90d12"
ROOM = "apps/npa/reading-room"
BY = ("--by", "reviewer@login.gov", "--note", "Seen.")

Scene = Callable[[Repository], str]
"""Brings the repository on and answers with the time that the block's commands run at."""


def merge(repository: Repository, name: str, day: str) -> None:
    repository.branch(name)
    repository.commit(f"Have {name}", at=at(day))
    repository.merge(name, at=at(day))
    assert repository.run("request", now=at(day, "10:30")).status == 0


def run(repository: Repository, *arguments: str, now: str) -> None:
    result = repository.run(*arguments, now=now)
    assert result.status == 0, result.text


def add(repository: Repository) -> str:
    (repository.path.parent / "new.pem").write_bytes(NEW)
    return at("2026-12-15")


def replaced(repository: Repository) -> str:
    """What somebody else tries: not part of the story."""
    merge(repository, "the-new-certificate", "2026-12-15")
    repository.edit(FILE, "[certs/2026.crt, certs/2029-3fd86f82.crt]", "[certs/2029-3fd86f82.crt]")
    return at("2026-12-16")


def deployed(repository: Repository) -> str:
    repository.git("checkout", "--quiet", ".")
    run(repository, "release", now=at("2026-12-31"))
    run(repository, "confirm", *BY, now=at("2026-12-31", "16:00"))
    return at("2027-01-04")


def used(repository: Repository) -> str:
    repository.write(FILE, repository.read(FILE) + yaml_blocks()[0])
    return at("2027-01-04", "11:00")


def agreed(repository: Repository) -> str:
    """The room's partner appended the new certificate weeks ago, and now puts it first."""
    repository.git("checkout", "--quiet", ".")
    run(repository, "cert", "add", f"production/{ROOM[5:]}", "../new.pem", "--first", now=at("2027-01-04", "12:00"))
    text = repository.read(f"{ROOM}/production.yaml")
    release = yaml_blocks()[1].splitlines(keepends=True)[1]
    repository.write(f"{ROOM}/production.yaml", text + release)
    merge(repository, "the-agreed-time", "2027-01-05")
    return at("2027-01-20")


SCENES: dict[str, Scene] = {
    "add": add, "replaced": replaced, "deployed": deployed, "used": used, "agreed": agreed,
}  # fmt: skip


def yaml_blocks() -> list[str]:
    return YAML.findall(PAGE.read_text(encoding="utf-8"))


def played(repository: Repository, body: str, now: str) -> str:
    """The block as it would look if its commands were run now."""
    lines = []
    for line in body.splitlines():
        if line.startswith("$ launchwindow "):
            found = repository.run(*shlex.split(line[15:]), now=now).text.rstrip("\n").split("\n")
            lines += [line, *found, ""]
    return ID.sub(TOLD_ID, "\n".join(lines[:-1])) + "\n"


def test_the_page_shows_what_the_program_prints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "fleet", whole_fleet=True)
    assert repository.run("adopt", repository.base, now=ADOPTED).status == 0
    monkeypatch.chdir(repository.path)
    text = PAGE.read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    assert [block["scene"] for block in blocks] == list(SCENES)
    for block in blocks:
        found = played(repository, block["body"], SCENES[block["scene"]](repository))
        if os.environ.get("LAUNCHWINDOW_UPDATE"):
            text = text.replace(block[0], block[0].replace(block["body"], found))
            PAGE.write_text(text, encoding="utf-8")
        else:
            assert found == block["body"], block["scene"]


def test_what_the_page_says_to_write_is_yaml_that_the_schema_knows(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet")
    text = repository.read(FILE)
    for block in yaml_blocks():
        added = "".join(line for line in block.splitlines(keepends=True) if not line.startswith("certs:"))
        repository.write(FILE, text + added)
        assert isinstance(parse(FILE, repository.read(FILE).encode()).data, dict)
        findings = repository.run_json("check", now=at("2026-12-15"))["findings"]
        assert [one for one in findings if one["rule"] in ("schema", "yaml")] == []
    assert len(yaml_blocks()) == 3
