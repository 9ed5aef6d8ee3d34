"""What `check` and `windows` say of a policy that is well formed and still can't work."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One production app."""
    return Repository(tmp_path / "fleet")


def test_an_unknown_rule_names_the_nearest(repository: Repository) -> None:
    """A severity for a rule that does not exist would silently change nothing."""
    repository.edit("policy.yaml", "rules: {}", "rules: {url-htps: note}")
    result = repository.run("check")
    assert (result.status, result.out) == (2, "")
    assert "“url-htps”; did you mean “url-https”?" in result.err


def test_a_window_is_not_moved_onto_a_holiday(repository: Repository) -> None:
    """The policy's loader can't know the holidays; `check` does."""
    repository.edit("policy.yaml", "moved: {}", "moved: {2026-11-23: 2026-11-26}")
    result = repository.run("check")
    assert result.status == 2
    assert "Thanksgiving" in result.err


def test_a_severity_of_the_policy_counts(repository: Repository) -> None:
    """A rule made a warning no longer blocks."""
    repository.edit(
        "apps/exa/benefits-finder/production.yaml", "https://benefits.exa.gov/\n", "http://benefits.exa.gov/\n"
    )
    assert repository.run("check").status == 1
    repository.edit("policy.yaml", "rules: {}", "rules: {url-https: warning}")
    result = repository.run("check")
    assert result.status == 0
    assert "warning url-https" in result.out


def test_an_alternate_over_before_its_closure_was_known_becomes_the_next(repository: Repository) -> None:
    """With the previous business day as alternate, a closure that main learns of too late moves the window on."""
    text = repository.read("policy.yaml").replace("alternate: next-business-day", "alternate: previous-business-day")
    repository.write("policy.yaml", text)
    repository.commit("Take the previous business day", at="2026-11-21T10:00:00-05:00")
    closed = text.replace("closures: []", "closures: [{date: 2026-12-14, reason: storm}]")
    assert closed != text
    repository.write("policy.yaml", closed)
    repository.commit("Close for a storm", at="2026-12-14T08:00:00-05:00")
    late = repository.run_json("windows", "--from", "2026-12-11", "--count", "2", now="2026-12-14T08:30:00-05:00")
    assert [one["date"] for one in late["windows"]] == ["2026-12-15", "2026-12-17"]
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.write("policy.yaml", closed)
    repository.commit("Close for a storm", at="2026-12-01T08:00:00-05:00")
    early = repository.run_json("windows", "--from", "2026-12-11", "--count", "2", now="2026-12-14T08:30:00-05:00")
    assert [one["date"] for one in early["windows"]] == ["2026-12-17", "2026-12-21"]
