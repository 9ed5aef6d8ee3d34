"""The scenes of rotation.md: one story, in order."""

from __future__ import annotations

from support.pages import Stage, blocks_of
from support.repository import FILE, ROOT
from support.rotations import NEW, at

PAGE = ROOT / "docs" / "rotation.md"
ROOM = "apps/npa/reading-room"
BY = ("--by", "reviewer@login.gov", "--note", "Seen.")


def merge(stage: Stage, name: str, day: str) -> None:
    repository = stage.repository
    repository.branch(name)
    repository.commit(f"Have {name}", at=at(day))
    repository.merge(name, at=at(day))
    stage.ok("request", now=at(day, "10:30"))


def said_in_yaml(number: int) -> str:
    """What the page says to write."""
    return [block.body for block in blocks_of(PAGE) if block.language == "yaml"][number]


def add(stage: Stage) -> str:
    (stage.repository.path.parent / "new.pem").write_bytes(NEW)
    return at("2026-12-15")


def replaced(stage: Stage) -> str:
    """What somebody else tries: not part of the story."""
    merge(stage, "the-new-certificate", "2026-12-15")
    stage.repository.edit(FILE, "[certs/2026.crt, certs/2029-3fd86f82.crt]", "[certs/2029-3fd86f82.crt]")
    return at("2026-12-16")


def deployed(stage: Stage) -> str:
    stage.repository.git("checkout", "--quiet", ".")
    stage.ok("release", now=at("2026-12-31"))
    stage.ok("confirm", *BY, now=at("2026-12-31", "16:00"))
    return at("2027-01-04")


def used(stage: Stage) -> str:
    stage.repository.write(FILE, stage.repository.read(FILE) + said_in_yaml(0))
    return at("2027-01-04", "11:00")


def agreed(stage: Stage) -> str:
    """The room's partner appended the new certificate weeks ago, and now puts it first."""
    repository = stage.repository
    repository.git("checkout", "--quiet", ".")
    certificate = str(repository.path.parent / "new.pem")
    stage.ok("cert", "add", f"production/{ROOM[5:]}", certificate, "--first", now=at("2027-01-04", "12:00"))
    text = repository.read(f"{ROOM}/production.yaml")
    repository.write(f"{ROOM}/production.yaml", text + said_in_yaml(1).splitlines(keepends=True)[1])
    merge(stage, "the-agreed-time", "2027-01-05")
    return at("2027-01-20")


SCENES = {scene.__name__: scene for scene in (add, replaced, deployed, used, agreed)}
