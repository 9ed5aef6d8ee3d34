"""Random histories of the real commands beside an independent model: both agree, and no promise is ever broken.

`make hunt` hunts longer, and elsewhere: see docs/hunting.md.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from reference.machine import Machine

settings.register_profile(
    "suite", max_examples=5, stateful_step_count=16, phases=(Phase.generate, Phase.shrink), deadline=None,
    database=None, suppress_health_check=list(HealthCheck),
)  # fmt: skip
settings.register_profile("hunt", settings.get_profile("suite"), max_examples=10, stateful_step_count=30)
PROFILE = settings.get_profile(os.environ.get("LAUNCHWINDOW_HUNT_PROFILE", "suite"))
FROM = int(os.environ.get("LAUNCHWINDOW_HUNT_FROM", "0"))
BLOCKS = int(os.environ.get("LAUNCHWINDOW_HUNT_BLOCKS", "10"))


@pytest.mark.few(1)
@pytest.mark.parametrize("block", range(FROM, FROM + BLOCKS))
def test_commands_and_model_agree_in_every_history(block: int) -> None:
    """A block of histories, which follow from its number. What fails is shrunk and printed as steps to read."""
    machine = type(f"Block{block}", (Machine,), {})
    run_state_machine_as_test(seed(block)(machine), settings=PROFILE)
