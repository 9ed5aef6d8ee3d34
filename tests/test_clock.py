"""A clock that goes backwards: by much it is refused, by a little it gains nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from support.crash_cases import CASES, HOME, Case
from support.repository import LEDGER, REVIEWER, SUBJECT, Repository

LEDGER_CASES = [case for case in CASES if case.remote and not case.name.startswith("adopt")]
BY = ("--by", "ops@login.gov")


def _earlier(moment: str, **by: int) -> str:
    return (datetime.fromisoformat(moment) - timedelta(**by)).isoformat()


def _committed(repository: Repository) -> str:
    return repository.git("log", "-1", "--format=%cI", LEDGER)


@pytest.mark.few(5)
@pytest.mark.parametrize("case", LEDGER_CASES, ids=[case.name for case in LEDGER_CASES])
def test_a_clock_behind_the_newest_entry_writes_nothing(case: Case, tmp_path: Path) -> None:
    """Of whatever kind that entry is; and a correct clock goes on from there."""
    words = {**case.stage(tmp_path / "repo"), "place": str(tmp_path)}
    repository = Repository.at(tmp_path / "repo")
    before, written = repository.ledger, _committed(repository)
    argv = tuple(word.format_map(words) for word in case.argv)
    for days in (0, 1, 40):
        told = repository.run(*argv, now=_earlier(written, days=days, minutes=6))
        assert (told.status, told.out) == (2, "")
        assert "by this clock, but the ledger was written at" in told.err
        assert "Nothing was changed" in told.err
        assert repository.ledger == before
    assert repository.run(*argv, now=case.now).status in (0, 1)
    assert repository.ledger != before


def test_a_little_behind_counts_as_the_time_of_the_newest_entry(tmp_path: Path) -> None:
    """At midnight four minutes would be a day of notice, and a window's hours could be had once they are over."""
    repository = Repository(tmp_path).adopted()
    merge = repository.change(*HOME, reviewed_by=None)
    assert repository.run("request", now="2026-11-25T00:02:00-05:00").status == 0
    request = f"{SUBJECT}@{merge[:12]}"
    reviewer = REVIEWER.split("<")[1][:-1]
    approved = repository.run("approve", request, "--by", reviewer, "--note", "Fine.", now="2026-11-24T23:58:00-05:00")
    assert approved.status == 0, approved.text
    assert 'notice_starts: "2026-11-25"' in repository.ledger_files()[f"requests/open/{SUBJECT}/{merge[:12]}.yaml"]
    assert _committed(repository) == "2026-11-25T05:02:00+00:00"


def test_a_window_that_is_over_is_not_taken_by_a_clock_that_is_behind(tmp_path: Path) -> None:
    repository = Repository(tmp_path).adopted()
    merge = repository.change(*HOME)
    assert repository.run("request").status == 0
    request = f"{SUBJECT}@{merge[:12]}"
    for name, now in (("hold", "2026-12-10T16:00:00-05:00"), ("resume", "2026-12-10T17:01:00-05:00")):
        word = "--reason" if name == "hold" else "--note"
        assert repository.run(name, request, *BY, word, "x", now=now).status == 0
    document = repository.run_json("release", now="2026-12-10T16:58:00-05:00")
    assert (document["window"], document["released"]) == (None, [])


def test_a_merge_is_not_recorded_before_the_ledger_last_looked(tmp_path: Path) -> None:
    repository = Repository(tmp_path).adopted()
    repository.change(*HOME, at="2026-11-20T11:58:00-05:00")
    document = repository.run_json("request", now="2026-11-20T11:57:00-05:00")
    # Noon in New York, when it was begun.
    assert [one["merged_at"] for one in document["change_requests"]] == ["2026-11-20T17:00:00Z"]
