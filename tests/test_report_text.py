"""Text for people: what partners wrote is shown, never obeyed, and what differs is what is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.model.change import Change, Element
from launchwindow.model.ledger import Person, Request
from launchwindow.report.changes import LISTED, change_lines
from launchwindow.report.visible import WIDTH, sentence
from launchwindow.standing import Standing

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOSTILE = ["a\x1b[2Jb", "line\nline", "right\u202eleft", "\u200b", "\x00", "\ud800", "\r", "😀" * 300, "x" * 5000]


def standing(*changes: Change, schedule: dict[str, object] | None = None) -> Standing:
    request = Request(
        "production/exa/a@" + "0" * 12, (), "0" * 40, 1, NOW, "", None, "", None, None, (Person("", ""),), (), 1, None,
        {}, schedule or {}, None, None, (),
    )  # fmt: skip
    return Standing(request, "scheduled", changes, {}, None, None, "because")


def change(field: str, before: object, after: object, *, member: str = "", kind: str = "field-changed") -> Change:
    return Change(Element(field, member, ""), kind, before, after)


def told(*changes: Change, **about: Any) -> list[str]:
    return list(change_lines(standing(*changes, **about)))


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a", "b", ["  ~ f: “a” → “b”"]),
        (None, "b", ["  + f: “b”"]),
        ("a", None, ["  - f: “a”"]),
        (True, False, ["  ~ f: yes → no"]),
        (1, 2, ["  ~ f: 1 → 2"]),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ["  ~ f/b: 2 → 3"]),
        ({"a": {"x": "1"}}, {"a": {"x": "1"}, "c": "2"}, ["  + f/c: “2”"]),
        (["a", "b"], ["a"], ["  - f/1: “b”"]),
        (["a"], {"0": "a"}, ['  ~ f: ["a"] → {"0": "a"}']),
    ],
)
def test_a_value_tells_what_differs_within_it(before: object, after: object, lines: list[str]) -> None:
    assert told(change("f", before, after)) == lines


def test_members_are_told_by_what_they_are() -> None:
    digest = "0123456789abcdef" * 4
    assert told(
        change("redirect_uris", None, "https://a.gov", member="https://a.gov"),
        change("certs", digest, None, member=digest),
        change("certs", digest, None, member="first"),
        change("active", True, False),
    ) == [
        "  + redirect_uris: https://a.gov",
        "  - certificate sha256 0123456789ab…",
        "  ~ first certificate: sha256 0123456789ab… → none",
        "  - deactivated",
    ]


def test_many_changes_are_counted_and_the_schedule_s_come_last() -> None:
    lines = told(
        *(change(f"f{number:02d}", 1, 2) for number in range(LISTED + 3)), schedule={"release.not_before": "d"}
    )
    assert len(lines) == LISTED + 2
    assert lines[-2:] == ["    and 3 more", "  · release.not_before: “d” (for the schedule only)"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_partner_wrote_moves_the_cursor(text: str) -> None:
    changes = (change("f", text, f"{text}!"), change("g", {text: text}, {text: 1}), change("redirect_uris", None, text,
               member=text))  # fmt: skip
    lines = told(*changes, schedule={"waivers": [{"reason": text}]})
    assert len(lines) == 4
    assert all(line.isprintable() and len(line) < 400 for line in lines)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["", "  → ", "      ", "warning: "]))
def test_a_sentence_is_plain_and_fits_but_for_words_that_don_t(text: str, indent: str) -> None:
    lines = sentence(text, indent, 1000).split("\n")
    assert all(line.isprintable() and line == line.rstrip() for line in lines)
    for line in lines:
        assert len(line) <= WIDTH or " " not in line.removeprefix(indent).strip()
    assert lines[0].startswith(indent.rstrip())


def test_a_sentence_is_cut_at_its_limit() -> None:
    assert sentence("word " * 100, "", 20) == "word word word word…"
