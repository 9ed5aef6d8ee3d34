"""A state is judged by what it holds and by main, not by how much of its commit the run has read."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.repository import MERGED, WINDOW, Repository
from test_life_of_changes import RETURN, at, request_id


@pytest.mark.parametrize("recorded", [True, False])
def test_what_is_wrong_with_the_deployed_state_too_is_old_either_way(tmp_path: Path, recorded: bool) -> None:
    """The partner's file can't be read: of the released state that is as wrong, so it keeps nothing back.

    The run that takes the window may record the merge as well. Then it has read the merge's whole commit, and of the
    released state's commit only the app's folder.
    """
    repository = Repository(tmp_path / "fleet").adopted()
    repository.write("README.md", "Nothing of an app.\n")
    repository.commit(at=MERGED)
    repository.run("request")
    merge = repository.change(RETURN, f"{RETURN}home")
    if recorded:
        repository.run("request")
    repository.change("abbreviation: EXA", "abbreviation: [", path="partners/exa.yaml", at=at("2026-11-25"))
    if recorded:
        repository.run("request", now=at("2026-11-25"))
    assert repository.run_json("release", now=WINDOW)["released"] == [request_id(merge)]
