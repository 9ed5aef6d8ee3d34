"""The scenes of the pages that are about one task each: a story a page."""

from __future__ import annotations

from support.pages import Stage
from support.repository import FILE
from support.scenes.operations import seeded, then, with_origin
from support.scenes.overview import KIOSK, URIS, at, only
from support.scenes.overview import refused as finding

FORMS = "apps/exa/forms-library/production.yaml"
ROOM = "apps/npa/reading-room/production.yaml"


start = only("2026-11-24", "09:30")
"""As the fleet is."""


# Change an app


def logo(stage: Stage) -> str:
    circle = '<circle cx="60" cy="60" r="50"/>'
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120">{circle}</svg>\n'
    (stage.repository.path.parent / "new-logo.svg").write_text(text, encoding="utf-8")
    return then(stage)


def merged(stage: Stage) -> str:
    stage.repository.merge("kiosk", at=at("2026-11-24", "11:00"), message="Let people come back to the kiosk page")
    stage.ok("request", now=at("2026-11-24", "11:05"))
    return at("2026-11-24", "14:00")


# Read a finding


def mend(stage: Stage) -> str:
    """The first one is mended by hand; another file has what a machine can mend."""
    repository = stage.repository
    repository.git("checkout", "--quiet", ".")
    repository.write(FILE, f"{repository.read(FILE)}\n\n")
    return then(stage)


def waivable(stage: Stage) -> str:
    stage.repository.edit(ROOM, "block_encryption: aes256-cbc", "block_encryption: none")
    return then(stage)


# Review a pull request


def opened(stage: Stage) -> str:
    with_origin(stage)
    repository = stage.repository
    repository.branch("kiosk")
    repository.edit(FILE, URIS, f"{URIS[:-1]}, {KIOSK}]")
    repository.commit("Let people come back to the kiosk page", at=at("2026-11-24", "09:40"))
    repository.git("push", "--quiet", "origin", "kiosk")
    return at("2026-11-24", "10:00")


def unapproved(stage: Stage) -> str:
    repository = stage.repository
    repository.checkout("main")
    repository.change("return_to_sp_url: https://forms.exa.gov/", "return_to_sp_url: https://forms.exa.gov/start",
                      path=FORMS, at=at("2026-11-25", "10:00"), reviewed_by=None,
                      message="Bring people back to the start")  # fmt: skip
    repository.git("push", "--quiet", "origin", "main")
    stage.ok("request", "--remote", "origin", now=at("2026-11-25", "10:05"))
    return at("2026-11-30", "14:00")


# A deploy day


def before(stage: Stage) -> str:
    """Two requests are due."""
    with_origin(stage)
    repository = stage.repository
    repository.change(URIS, f"{URIS[:-1]}, {KIOSK}]", at=at("2026-11-24", "10:00"),
                      message="Let people come back to the kiosk page")  # fmt: skip
    repository.change("return_to_sp_url: https://forms.exa.gov/", "return_to_sp_url: https://forms.exa.gov/start",
                      path=FORMS, at=at("2026-11-24", "10:30"), message="Bring people back to the start")  # fmt: skip
    repository.git("push", "--quiet", "origin", "main")
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        stage.ok("release", "--remote", "origin", now=at(day, "09:30"))
    return at("2026-12-10", "09:10")


ADD_AN_APP = {"start": start, "then": then}
CHANGE_AN_APP = {"start": start, "then": then, "logo": logo, "push": then, "merged": merged}
FINDINGS = {"finding": finding, "then": then, "mend": mend, "waivable": waivable}
REVIEW = {"opened": opened, "unapproved": unapproved, "then": then}
DEPLOY_DAY = {"before": before, "then": then, "seeded": seeded}
CHANGE_POLICY = {"start": start, "then": then}
UPGRADE = {"start": start}
