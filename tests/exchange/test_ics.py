"""Calendar files: what is written is read back, and an event's number rises when it changes and at no other time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.exchange.ics import from_ics, to_ics
from launchwindow.exchange.revisions import KEPT, end_of, revised
from launchwindow.model.agenda import Agenda, Entry
from launchwindow.report.visible import visible

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
REPOSITORY = "1" * 40

# A line of text as every event has it: made visible, with nothing blank at its ends; the characters that mean something
# to the format are frequent.
LINES = st.text(alphabet=st.one_of(st.sampled_from("\\\\nN;,:\"'^=\r\n é\t"), st.characters()), max_size=120).map(
    # A backslash before a capital N is written as one before a small one: `_readable`.
    lambda text: visible(text, 1000).strip().replace("\\N", "\\n")
)
TEXTS = st.lists(LINES, max_size=4).map(lambda lines: "\n".join(lines).strip())
DAYS = st.dates(date(2026, 11, 1), date(2027, 12, 31))


def entry(kind: str, name: str, summary: str, description: str, day: date, whole: bool) -> Entry:
    starts = day if whole else datetime(day.year, day.month, day.day, 9, tzinfo=NEW_YORK)
    ends = starts + (timedelta(1) if whole else timedelta(hours=8))
    return Entry(kind, name, summary, description, starts, ends)  # type: ignore[arg-type]


def start_of(one: Entry) -> datetime:
    if isinstance(one.starts, datetime):
        return one.starts
    return datetime.combine(one.starts, time.min, NEW_YORK)


ENTRIES = st.builds(
    entry, st.sampled_from(("window", "request", "rotation")), LINES.filter(bool), LINES, TEXTS, DAYS, st.booleans()
)
AGENDAS = st.lists(ENTRIES, max_size=6, unique_by=lambda one: one.key)


@settings(max_examples=80, deadline=None)
@given(AGENDAS, st.sampled_from((None, "exa")))
def test_what_is_written_is_read_back_and_written_alike(entries: list[Entry], partner: str | None) -> None:
    written = tuple(one._replace(stamp=NOW, sequence=index) for index, one in enumerate(entries))
    data = to_ics(Agenda(REPOSITORY, partner, written), NEW_YORK)
    read = from_ics(data, "a.ics", REPOSITORY, partner, NEW_YORK)
    assert read == written
    assert to_ics(Agenda(REPOSITORY, partner, read), NEW_YORK) == data
    lines = data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert lines.count(b"BEGIN:VEVENT") == len(entries)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(AGENDAS, st.integers(0, 40)), min_size=1, max_size=5))
def test_numbers_rise_only_with_a_change_and_nothing_ahead_is_forgotten(steps: list[tuple[list[Entry], int]]) -> None:
    before: tuple[Entry, ...] = ()
    now = NOW
    for wanted, days in steps:
        now += timedelta(days)
        after = revised(before, wanted, now, NEW_YORK)
        was, found, asked = ({one.key: one for one in some} for some in (before, after, wanted))
        for key, one in found.items():
            told = one._replace(sequence=0, stamp=None)
            if key not in was:
                assert (one.sequence, one.stamp) == (0, now)
            elif told == was[key]._replace(sequence=0, stamp=None):
                assert one == was[key]
            else:
                assert (one.sequence, one.stamp) == (was[key].sequence + 1, now)
            if key in asked:
                assert told == asked[key]
            else:
                assert one.status == "CANCELLED" or start_of(one) <= now
        for key, one in {**was, **asked}.items():
            if key not in found:
                assert end_of(one, NEW_YORK) <= now - KEPT
        assert revised(after, wanted, now + timedelta(seconds=1), NEW_YORK) == after
        before = after
