"""The scenes of adopting.md: the IdP has the example fleet's production, and a new repository takes it over."""

from __future__ import annotations

from support.pages import Stage
from support.repository import LEDGER, Repository
from support.scenes.operations import then
from support.scenes.overview import at, only


def import_(stage: Stage) -> str:
    (stage.repository.path.parent / "idp-has").mkdir()
    stage.shell(f"git archive {LEDGER}:idp/production | tar -x -C ../idp-has", at("2026-11-23", "09:00"))
    return at("2026-11-23", "09:00")


def publish(stage: Stage) -> str:
    stage.repository.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", "../partners.git")
    return at("2026-11-23", "11:00")


def window(stage: Stage) -> str:
    """The first pull request was approved, merged and recorded."""
    repository = Repository.at(stage.cwd)
    repository.merge("first", at=at("2026-11-23", "12:00"), message="Let people come back to the kiosk page")
    repository.git("push", "--quiet", "origin", "main")
    for day in ("2026-11-23", "2026-11-30", "2026-12-03"):
        result = repository.run("release", "--remote", "origin", now=at(day, "12:10"))
        assert result.status == 0, result.text
    return at("2026-12-07", "10:00")


SCENES = {
    "import": import_,
    "check": only("2026-11-23", "09:30"),
    "adopt": only("2026-11-23", "10:00"),
    "publish": publish,
    "window": window,
    "then": then,
}
