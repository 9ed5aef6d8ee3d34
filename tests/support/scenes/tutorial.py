"""The scenes of tutorial.md: its own commands are the story, and say what time it is."""

from __future__ import annotations

from support.pages import Stage
from support.repository import LEDGER
from support.scenes.operations import then
from support.scenes.overview import at


def begin(stage: Stage) -> str:
    """A checkout as anybody has it."""
    stage.repository.git("branch", "--quiet", "-D", LEDGER)
    return at("2026-11-24", "09:00")


SCENES = {"begin": begin, "then": then}
