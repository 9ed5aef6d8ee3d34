"""The worked example of the scheduling rules: six merges to one app, and what each window takes."""

from __future__ import annotations

from datetime import date

from launchwindow.model.policy import Policy
from launchwindow.model.row import Row
from launchwindow.model.schedule import State, Timeline
from launchwindow.schedule import after_release, choose, forecasts
from launchwindow.windows import Calendar
from support.timelines import at, row, shipped_policy, timeline
from support.timelines import request as recorded

A, B, C = "https://a.exa.gov/", "https://b.exa.gov/", "https://c.exa.gov/"
PUSH = "https://push.exa.gov/risc"

S0 = row(A)
S1 = row(A, B)
S2 = row(A, B, name="Benefit Findr")
S3 = row(A, B, C, name="Benefit Findr")
S4 = row(A, B, C, name="Benefit Finder")
S5 = row(A, B, C, name="Benefit Finder", push_notification_url=PUSH)
S6 = row(A, B, C, name="Benefit Finder", push_notification_url=PUSH, failure_to_proof_url="https://a.exa.gov/other")

MERGED = [
    at("2026-11-24"), at("2026-11-25"), at("2026-12-02"), at("2026-12-08"), at("2026-12-10", "10:00"),
    at("2026-12-28", "10:00"),
]  # fmt: skip


def _states(policy: Policy) -> list[State]:
    environment = policy.environments["production"]
    rows: list[Row] = [S0, S1, S2, S3, S4, S5, S6]
    released = [S0, S0, S1, S1, S1, S1, S4]
    return [
        State(
            recorded(
                number, rows[number - 1], rows[number], MERGED[number - 1], environment, released=released[number],
                waived=number == 1,
            ),
            rows[number],
        )
        for number in range(1, 7)
    ]  # fmt: skip


def test_each_window_takes_what_the_example_says() -> None:
    """Windows from 2026-11-30 to 2027-01-11, each with the merges that it could know of."""
    policy = shipped_policy()
    calendar = Calendar(policy)
    states = _states(policy)
    taken: dict[str, str] = {}
    released, done = S0, 0
    for window in calendar.windows(date(2026, 11, 25), date(2027, 1, 12)):
        # The run takes place at noon and knows every merge until then.
        known = [
            state for state, merged in zip(states, MERGED, strict=True) if merged <= window.opens_at.replace(hour=12)
        ]
        line = timeline(policy.environments["production"], released, tuple(known[done:]))
        choice = choose(line, window.date, window.opens_at)
        taken[str(window.date)] = "" if choice.state is None else f"S{done + choice.state + 1}"
        if choice.state is not None:
            released, done = known[done + choice.state].row, done + choice.state + 1  # type: ignore[assignment]
    assert taken == {
        "2026-11-30": "S1",
        "2026-12-03": "", "2026-12-07": "", "2026-12-10": "", "2026-12-14": "", "2026-12-17": "", "2026-12-21": "",
        "2026-12-24": "S4",
        "2026-12-28": "",
        "2026-12-31": "S5",
        "2027-01-04": "", "2027-01-07": "",
        "2027-01-11": "S6",
    }  # fmt: skip


def test_notice_ends_as_the_example_says() -> None:
    """The days on which notice ends: 14 after the merge, 21 for the new push host."""
    policy = shipped_policy()
    line = timeline(policy.environments["production"], S0, tuple(_states(policy)))
    found = {str(one.request.order): str(one.ready) for one in forecasts(line, ()) if one.changes}
    assert found == {
        "1": "2026-11-24",  # waived
        "3": "2026-12-16",
        "4": "2026-12-22",
        "5": "2026-12-31",
        "6": "2027-01-11",
    }
    withdrawn = [one.request.order for one in forecasts(line, ()) if not one.changes]
    assert withdrawn == [2]


def test_asked_again_after_the_push_hosts_release() -> None:
    """With S5 released on 12-31, M6 with its notice waived goes on 01-04; before that, M5's host holds it back."""
    policy = shipped_policy()
    environment = policy.environments["production"]
    states = _states(policy)
    states[5] = states[5]._replace(request=recorded(6, S5, S6, MERGED[5], environment, released=S4, waived=True))
    whole: Timeline = timeline(environment, S4, tuple(states[4:]))
    before = choose(whole, date(2026, 12, 28), at("2026-12-28", "23:00"))
    assert before.state is None
    assert "until 2026-12-31" in before.obstacles[1][0].text
    after = choose(after_release(whole, 0), date(2027, 1, 4), at("2027-01-04", "09:00"))
    assert after.state == 0


def test_the_forecast_agrees_with_the_windows() -> None:
    """Forecast on the evening of 12-10, S1 being released: S4 goes on 12-24, S5 on 12-31."""
    policy = shipped_policy()
    calendar = Calendar(policy)
    line = timeline(policy.environments["production"], S1, tuple(_states(policy)[1:5]))
    windows = calendar.windows(date(2026, 12, 11), date(2027, 1, 31))
    found = {one.request.order: str(one.window) for one in forecasts(line, windows) if one.changes}
    assert found == {3: "2026-12-24", 4: "2026-12-24", 5: "2026-12-31"}
