"""Random histories of merges and commands: no promise of the design is ever broken.

`LAUNCHWINDOW_HISTORIES=500 LAUNCHWINDOW_HISTORIES_FROM=1000` hunts longer, and elsewhere.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.history_driver import History, told

FROM = int(os.environ.get("LAUNCHWINDOW_HISTORIES_FROM", "0"))
COUNT = int(os.environ.get("LAUNCHWINDOW_HISTORIES", "2"))
STEPS = 40 if "LAUNCHWINDOW_HISTORIES" in os.environ else 20


@pytest.mark.parametrize("seed", range(FROM, FROM + COUNT))
def test_no_history_breaks_a_promise(tmp_path: Path, seed: int) -> None:
    """Some months of merges, windows, levers and looks; in the end all that main holds is deployed."""
    history = History(tmp_path / "fleet", seed)
    with told(history):
        for _ in range(STEPS):
            history.step()
        history.finish()
