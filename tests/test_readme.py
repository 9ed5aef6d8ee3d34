"""What pages show is what the program prints: each marked block is run in a repository of its own.

A block marked `<!-- scene: NAME -->` holds commands after `$ ` and what they print. `LAUNCHWINDOW_UPDATE=1` writes
the real output into the page; the ids of commits, which differ from run to run, are replaced.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from support.repository import ADOPTED, FILE, LEDGER, ROOT, SUBJECT, Repository

PAGES = (ROOT / "README.md", ROOT / "docs" / "scheduling.md", ROOT / "docs" / "calendar.md", ROOT / "docs" / "board.md")
BLOCK = re.compile(r"<!-- scene: (?P<scene>[a-z-]+) -->\n```console\n(?P<body>.*?)```\n", re.DOTALL)
ID = re.compile(r"\b[0-9a-f]{12}\b")
TOLD_IDS = ("3f2c1ab90d12", "81d0c5e7a9b4", "c46e2f5b7d90")
"""The ids that pages show; the first is that of the request which their commands name."""
URIS = "redirect_uris: [https://benefits.exa.gov/auth/result]"
KIOSK = "https://benefits.exa.gov/auth/kiosk"


def at(day: str, clock: str) -> str:
    """A moment of winter in Washington."""
    return f"{day}T{clock}:00-05:00"


Scene = Callable[[Repository], str]
"""Prepares the repository and answers with the time that the block's commands run at."""


def refused(repository: Repository) -> str:
    """Dana's first attempt, in the work tree."""
    http = KIOSK.replace("https", "http")
    repository.edit(FILE, URIS, f"{URIS[:-1]}, {http}]")
    repository.edit(FILE, "friendly_name:", "freindly_name:")
    return at("2026-11-24", "09:30")


def branch(repository: Repository) -> str:
    """The fix, committed on a branch."""
    repository.branch("kiosk")
    repository.edit(FILE, URIS, f"{URIS[:-1]}, {KIOSK}]")
    repository.commit("Let people come back to the kiosk page", at=at("2026-11-24", "09:40"))
    return at("2026-11-24", "09:50")


def merged(repository: Repository) -> str:
    """Approved and merged, not recorded yet."""
    branch(repository)
    repository.merge("kiosk", at=at("2026-11-24", "10:30"), message="Let people come back to the kiosk page")
    return at("2026-11-24", "10:31")


def recorded(repository: Repository) -> str:
    """A change request, and a second merge that nobody reviewed."""
    merged(repository)
    repository.change(
        "default_aal: 2",
        "default_aal: 3",
        at=at("2026-11-25", "10:00"),
        reviewed_by=None,
        message="Ask for a second factor that resists phishing",
    )
    now = at("2026-11-25", "11:00")
    assert repository.run("request", now=now).status == 0
    return now


def due(repository: Repository) -> str:
    """Its window is open."""
    now = merged(repository)
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        assert repository.run("release", now=at(day, "09:30")).status == 0
    assert now < at("2026-12-10", "09:30")
    return at("2026-12-10", "09:30")


def released(repository: Repository) -> str:
    """Handed over; what the IdP has lies in seen.yml."""
    now = due(repository)
    assert repository.run("release", now=now).status == 0
    repository.write("seen.yml", repository.git("show", f"{LEDGER}:idp/production/service_providers.yml"))
    return at("2026-12-10", "16:00")


def waits(repository: Repository) -> str:
    """Two changes: one on a new push host, and one that was ready before it; and a freeze on their way."""
    freeze = "freezes:\n    - {from: 2026-12-14, to: 2026-12-18, reason: the data center moves}"
    repository.edit("policy.yaml", "freezes: []", freeze)
    repository.commit("Freeze a week", at=at("2026-11-20", "13:00"))
    repository.change("https://benefits.exa.gov/risc", "https://push.exa.gov/risc", at=at("2026-11-24", "10:30"),
                      message="Push to our new host")  # fmt: skip
    repository.change(URIS, f"{URIS[:-1]}, {KIOSK}]", at=at("2026-11-25", "10:00"),
                      message="Let people come back to the kiosk page")  # fmt: skip
    return at("2026-11-25", "11:00")


SCENES: dict[str, Scene] = {
    "refused": refused, "branch": branch, "merged": merged, "recorded": recorded, "due": due, "released": released,
    "waits": waits,
}  # fmt: skip


def blocks() -> list[tuple[Path, re.Match[str]]]:
    """Every marked block, and the page that it stands on."""
    return [(page, block) for page in PAGES for block in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def played(repository: Repository, body: str, now: str) -> str:
    """The block as it would look if its commands were run now."""
    lines = []
    for line in body.splitlines():
        if line.startswith("$ launchwindow "):
            words = [
                repository.head_request if word.startswith(f"{SUBJECT}@") else word for word in shlex.split(line[15:])
            ]
            lines += [line, *repository.run(*words, now=now).text.rstrip("\n").split("\n"), ""]
    return "\n".join(lines[:-1]) + "\n"


def with_told_ids(text: str, request: str) -> str:
    """The text with each commit's id replaced by one that stays the same: that of the open request, then the others in
    the order of their appearance."""
    told = {one: one for one in TOLD_IDS}
    names = iter(TOLD_IDS)
    for found in (*(one for one in [request] if one and one in text), *ID.findall(text)):
        if found not in told:
            told[found] = next(names)
    return ID.sub(lambda found: told[found[0]], text)


class Told(Repository):
    """A repository whose first open request can be named by the README's words."""

    @property
    def head_request(self) -> str:
        """The id of the app's oldest open request; empty where it has none."""
        paths = [path for path in self.ledger_files() if path.startswith(f"requests/open/{SUBJECT}/")]
        if not paths:
            return ""
        oldest = min(paths, key=lambda path: self.ledger_files()[path].partition("order: ")[2].partition("\n")[0])
        return f"{SUBJECT}@{Path(oldest).stem}"


@pytest.mark.parametrize("number", range(len(blocks())), ids=lambda number: f"{number}-{blocks()[number][1]['scene']}")
def test_a_page_shows_what_the_program_prints(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Command by command; with LAUNCHWINDOW_UPDATE=1 the page is brought up to date instead."""
    page, block = blocks()[number]
    repository = Told(tmp_path / "fleet", whole_fleet=True)
    assert repository.run("adopt", repository.base, now=ADOPTED).status == 0
    now = SCENES[block["scene"]](repository)
    monkeypatch.chdir(repository.path)
    found = played(repository, block["body"], now)
    found = with_told_ids(found, repository.head_request.partition("@")[2])
    if os.environ.get("LAUNCHWINDOW_UPDATE"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(block[0], block[0].replace(block["body"], found)), encoding="utf-8")
    assert found == block["body"]


def test_the_pages_are_tested_at_all() -> None:
    """Every scene is shown, and each page has a block."""
    assert {block["scene"] for _, block in blocks()} == set(SCENES)
    assert {page for page, _ in blocks()} == set(PAGES)
