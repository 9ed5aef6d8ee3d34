"""The comment on a pull request, whole: `golden/pages/<situation>.md`, commits and digests numbered.

`LAUNCHWINDOW_GOLDEN=write pytest tests/github/test_comment_pages.py` writes them anew; read the difference before it is
committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.gfm import Seen
from support.on_github import NEW, OLD, OnGitHub, opened
from support.repository import FILE, ROOT

GOLDEN = ROOT / "tests" / "golden" / "pages"
REDIRECT = "redirect_uris: [https://benefits.exa.gov/auth/result]"
ROOM = "apps/npa/reading-room"
CARD = "apps/npa/researcher-card"
HEX = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{16}|[0-9a-f]{12}|[0-9a-f]{7})\b")
BROKEN = re.compile(r"\[([0-9a-f]{6})&#8203;([0-9a-f])\]")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnGitHub]:
    place = opened(tmp_path_factory.mktemp("pages"), whole_fleet=True)
    with pytest.MonkeyPatch.context() as patch, place.hub:
        patch.setattr("launchwindow.io.clock.pause", place.hub.clock.advance)
        yield place


def copied(place: OnGitHub, old: str, new: str, **exchanged: str) -> None:
    """All files of an app beside it, with texts exchanged in the production file."""
    for path in sorted((place.work.path / old).rglob("*")):
        if path.is_file():
            place.work.write(f"{new}/{path.relative_to(place.work.path / old)}", path.read_bytes())
    for name in ("production", "sandbox", "staging"):
        file = f"{new}/{name}.yaml"
        if (place.work.path / file).exists():
            issuer = place.work.read(file)
            place.work.write(file, issuer.replace(Path(old).name, Path(new).name))
    for was, now in exchanged.items():
        place.work.edit(f"{new}/production.yaml", was, now)


def new_app(place: OnGitHub) -> None:
    copied(place, "apps/exa/benefits-finder", "apps/exa/benefits-kiosk")


def new_saml_app(place: OnGitHub) -> None:
    copied(place, CARD, "apps/npa/reader-card")


def launch_date(place: OnGitHub) -> None:
    copied(place, "apps/exa/benefits-finder", "apps/exa/benefits-soon")
    file = "apps/exa/benefits-soon/production.yaml"
    place.work.write(file, place.work.read(file) + "launch: {date: 2026-12-01}\n")


def new_host(place: OnGitHub) -> None:
    more = "redirect_uris: [https://benefits.exa.gov/auth/result, https://kiosk.exa.gov/auth/kiosk]"
    place.work.edit(FILE, REDIRECT, more)


def rotation(place: OnGitHub) -> None:
    place.work.write(f"{ROOM}/certs/2027.crt", place.work.read(f"{CARD}/certs/2027.crt"))
    text = place.work.read(f"{ROOM}/production.yaml")
    place.work.write(f"{ROOM}/production.yaml", text.replace("certs/2026.crt", "certs/2026.crt, certs/2027.crt"))


def deletion(place: OnGitHub) -> None:
    place.work.git("rm", "--quiet", "apps/exa/forms-library/production.yaml")


def findings(place: OnGitHub) -> None:
    place.work.edit(FILE, "return_to_sp_url: https://benefits.exa.gov/", "return_to_sp_url: http://benefits.exa.com/")


def logo_and_name(place: OnGitHub) -> None:
    place.work.edit(FILE, OLD, NEW)
    logo = "apps/exa/benefits-finder/logo.svg"
    place.work.write(logo, place.work.read(logo).replace("</svg>", "<!-- new --></svg>"))


def partner(place: OnGitHub) -> None:
    text = place.work.read("partners/exa.yaml")
    name = re.search(r"(?m)^name: (.*?)(?: +#.*)?$", text)
    assert name is not None
    place.work.edit("partners/exa.yaml", name[0], "name: Example Agency of Benefits")


def nothing(place: OnGitHub) -> None:
    place.work.write("notes.md", "Nothing of ours\n")


SITUATIONS: dict[str, Callable[[OnGitHub], None]] = {
    "new-app": new_app, "new-saml-app": new_saml_app, "launch-date-not-met": launch_date, "new-host": new_host,
    "rotation": rotation, "deletion": deletion, "findings": findings, "logo-and-name": logo_and_name,
    "partner": partner, "nothing": nothing,
}  # fmt: skip


def opened_with(place: OnGitHub, name: str) -> int:
    """A pull request that is in a situation; its number."""
    place.work.git("fetch", "--quiet", "origin")
    place.work.git("checkout", "--quiet", "--force", "-B", name, "refs/remotes/origin/main")
    SITUATIONS[name](place)
    place.work.commit(name, at=place.now.isoformat(), author="Dana Developer <dana@exa.gov>")
    place.push("--force")
    number = place.hub.open_pull("exa-benefits-dev", name, name)
    place.check()
    return number


def comment(place: OnGitHub, number: int) -> str:
    """The text of the one comment, after a run."""
    result = place.run("plan", "--base", "origin/main", "--pull-request", str(number))
    assert result.status == 0, result.text
    bodies = [one.body for one in place.hub.world.comments.values() if one.issue == number]
    assert len(bodies) == 1
    return str(bodies[0])


def numbered(text: str) -> str:
    """The text with its commits and digests numbered, so that it only changes with what it says."""
    known: dict[str, str] = {}
    text = BROKEN.sub(r"[\1\2]", text)
    return HEX.sub(lambda found: known.setdefault(found[0], f"{len(found[0])}hex-{len(known) + 1}"), text)


@pytest.mark.parametrize("name", SITUATIONS)
def test_page(place: OnGitHub, name: str) -> None:
    text = numbered(comment(place, opened_with(place, name))) + "\n"
    path = GOLDEN / f"{name}.md"
    if os.environ.get("LAUNCHWINDOW_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert Seen(text).found_by_github() == []


def test_every_page_is_of_a_situation() -> None:
    assert {path.stem for path in GOLDEN.glob("*.md")} == SITUATIONS.keys()
