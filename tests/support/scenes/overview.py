"""The scenes of README.md and of the pages of one command each: every one begins anew, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.pages import Stage
from support.repository import FILE, LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable

URIS = "redirect_uris: [https://benefits.exa.gov/auth/result]"
KIOSK = "https://benefits.exa.gov/auth/kiosk"


def at(day: str, clock: str) -> str:
    """A moment of winter in Washington."""
    return f"{day}T{clock}:00-05:00"


def only(day: str, clock: str) -> Callable[[Stage], str]:
    """A scene in which nothing has happened but time."""
    return lambda _stage: at(day, clock)


def refused(stage: Stage) -> str:
    """Dana's first attempt, in the work tree."""
    http = KIOSK.replace("https", "http")
    stage.repository.edit(FILE, URIS, f"{URIS[:-1]}, {http}]")
    stage.repository.edit(FILE, "friendly_name:", "freindly_name:")
    return at("2026-11-24", "09:30")


def branch(stage: Stage) -> str:
    """The fix, committed on a branch."""
    stage.repository.branch("kiosk")
    stage.repository.edit(FILE, URIS, f"{URIS[:-1]}, {KIOSK}]")
    stage.repository.commit("Let people come back to the kiosk page", at=at("2026-11-24", "09:40"))
    return at("2026-11-24", "09:50")


def merged(stage: Stage) -> str:
    """Approved and merged, not recorded yet."""
    branch(stage)
    stage.repository.merge("kiosk", at=at("2026-11-24", "10:30"), message="Let people come back to the kiosk page")
    return at("2026-11-24", "10:31")


def recorded(stage: Stage) -> str:
    """A change request, and a second merge that nobody reviewed."""
    merged(stage)
    stage.repository.change(
        "default_aal: 2",
        "default_aal: 3",
        at=at("2026-11-25", "10:00"),
        reviewed_by=None,
        message="Ask for a second factor that resists phishing",
    )
    now = at("2026-11-25", "11:00")
    stage.ok("request", now=now)
    return now


def due(stage: Stage) -> str:
    """Its window is open."""
    merged(stage)
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        stage.ok("release", now=at(day, "09:30"))
    return at("2026-12-10", "09:30")


def released(stage: Stage) -> str:
    """Handed over; what the IdP has lies in seen.yml."""
    stage.ok("release", now=due(stage))
    seen = stage.repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    stage.repository.write("seen.yml", seen)
    return at("2026-12-10", "16:00")


def waits(stage: Stage) -> str:
    """Two changes: one on a new push host, and one that was ready before it; and a freeze on their way."""
    repository = stage.repository
    freeze = "freezes:\n    - {from: 2026-12-14, to: 2026-12-18, reason: the data center moves}"
    repository.edit("policy.yaml", "freezes: []", freeze)
    repository.commit("Freeze a week", at=at("2026-11-20", "13:00"))
    repository.change("https://benefits.exa.gov/risc", "https://push.exa.gov/risc", at=at("2026-11-24", "10:30"),
                      message="Push to our new host")  # fmt: skip
    repository.change(URIS, f"{URIS[:-1]}, {KIOSK}]", at=at("2026-11-25", "10:00"),
                      message="Let people come back to the kiosk page")  # fmt: skip
    return at("2026-11-25", "11:00")


def as_deployed(_stage: Stage) -> str:
    """All of it deployed, and nothing else."""
    return at("2026-11-24", "09:30")


def drifted(stage: Stage) -> str:
    """Handed over, confirmed, and then changed by somebody in a console."""
    now = released(stage)
    stage.ok("confirm", "--seen", "seen.yml", now=now)
    text = stage.repository.read("seen.yml") + "\n"
    text = text.replace("    default_aal: 2\n", "    default_aal: 1\n", 1)
    text = text.replace('"https://benefits.exa.gov/auth/kiosk"', '"https://benefits.exa.gov/auth/*"', 1)
    row = '    friendly_name: "Survey"\n    restrict_to_deploy_env: "prod"\n'
    stage.repository.write("seen.yml", f'{text}  "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:survey":\n{row}')
    return at("2026-12-14", "09:30")


def begun(stage: Stage) -> str:
    """Nothing was run yet."""
    stage.repository.git("branch", "-D", LEDGER)
    return at("2026-11-20", "12:00")


def _anew(scene: Callable[[Stage], str]) -> Callable[[Stage], str]:
    return lambda stage: stage.fresh(scene)


README = {scene.__name__: _anew(scene) for scene in (begun, refused, branch, merged, recorded, due, released)}
SCHEDULING = {"waits": _anew(waits)}
CALENDAR = {"recorded": _anew(recorded)}
BOARD = {"recorded": _anew(recorded)}
EXCHANGE = {"adopted": _anew(as_deployed), "drifted": _anew(drifted), "released": _anew(released)}
