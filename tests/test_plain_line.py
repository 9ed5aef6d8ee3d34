"""A plain `check` or `plan` is read as the whole parser reads it, or left to that."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.command_line import parsed
from launchwindow.plain_line import plain

MOMENT = "2026-11-24T09:30:00-05:00"
WORDS = [
    "check", "check", "check", "plan", "plan", "--base", "--head", "--base=main", "--head=-", "--remote",
    "--staged", "--no-cache", "--now", MOMENT, f"--now={MOMENT}", "--now=soon", "1999-01-01",
    "--repo", ".", "--repo=/tmp", "--repo=", "--format", "--format=json", "json", "sarif", "markdown", "text", "--fix",
    "--diff", "--since", "main", "--color", "always", "-h", "--help", "--version", "--", "-", "", "apps", "a b", "-1",
    "--stage", "plan", "--format=-", "2026-11-24T09:30:00", "1999-11-24T09:30:00-05:00", "2026-11-24T09:30:00.5Z",
]  # fmt: skip


def same(words: list[str]) -> bool:
    """Whether it was read as a plain one; it fails where the parser reads it otherwise."""
    found = plain(words)
    if found is None:
        return False
    said = StringIO()
    with redirect_stderr(said), redirect_stdout(said):
        try:
            whole = parsed(words)
        except SystemExit:
            pytest.fail(f"the parser refuses it: {said.getvalue()}")
    assert vars(whole) == found._asdict()
    return True


@given(st.lists(st.sampled_from(WORDS), max_size=8))
@settings(max_examples=400, deadline=None)
def test_what_is_read_here_is_read_alike(words: list[str]) -> None:
    same(words)


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "--staged"],
        ["--now", MOMENT, "check", "--staged"],
        ["check", "--now", MOMENT, "apps", "partners"],
        ["--repo", ".", "check", "--no-cache", "--format=json", "policy.yaml"],
        ["check", "apps", "--staged"],
        ["--format", "github", "check", "--repo=/tmp"],
        ["check", "check"],
        ["plan"],
        ["plan", "--head", "proposed", "--base=main"],
        ["--format", "markdown", "plan", "--now", MOMENT, "--repo=."],
    ],
)
def test_what_is_plain_is_read_here(words: list[str]) -> None:
    assert same(words)


@pytest.mark.parametrize(
    "words",
    [[], ["plan", "a"], ["--base", "main", "plan"], ["plan", "--staged"], ["plan", "--format", "sarif"],
     ["plan", "--base"], ["plan", "--remote", "origin"], ["plan", "--pull-request", "7"], ["check", "--base", "main"],
     ["check", "--fix"], ["check", "--since", "main"], ["check", "a", "--staged", "b"], ["--staged"],
     ["check", "--help"], ["check", "--now", "soon"], ["check", "--now"], ["check", "--format", "markdown"]],
)  # fmt: skip
def test_all_else_is_left_to_the_parser(words: list[str]) -> None:
    assert not same(words)
