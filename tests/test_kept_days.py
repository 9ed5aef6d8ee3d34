"""What `check` keeps of one day stands on every other day on which the same would be found, and on no other one."""

from __future__ import annotations

import operator
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwindow.events.in_parts import InParts
from launchwindow.io.files import WorkTree
from launchwindow.load.corpus import load_corpus, load_policy
from launchwindow.model.day import Day
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules import RULES
from launchwindow.rules.x509_facts import named_certificates
from launchwindow.validate import validate
from support.changes import changed, fleet
from support.examples import build, cases
from support.parts import Case, Files, Kept, is_in_parts
from support.repository import FILE, ROOT, SUBJECT, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from launchwindow.model.app import App, Corpus
    from launchwindow.model.finding import Finding
    from launchwindow.model.rule import Facts

GROUPS = 40
DAY = re.compile(rb"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
ASKED = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
NEAR = st.integers(-3, 3).map(lambda days: date(2027, 2, 28) + timedelta(days))
OTHERS = NEAR | NEAR.map(str) | st.sampled_from(["2027-02-29", "2027-02-30", "", "2027", "2027-02-28T10", "9999-99-99"])


@given(NEAR, st.lists(st.tuples(st.sampled_from(ASKED), OTHERS, st.booleans())), NEAR)
def test_every_day_within_has_the_same_answers(
    today: date, asked: Sequence[tuple[operator.attrgetter[bool], date | str, bool]], other: date
) -> None:
    def answers(day: Day) -> list[bool]:
        return [ask(text, day) if turned else ask(day, text) for ask, text, turned in asked]

    day = Day(today)
    told = answers(day)
    after, before = day.between
    assert after < today.isoformat() < before
    # Texts compare as dates do.
    assert told == [ask(str(text), str(today)) if turned else ask(str(today), str(text)) for ask, text, turned in asked]
    if after < other.isoformat() < before:
        assert answers(Day(other)) == told


@pytest.mark.parametrize("ask", [str, repr, "{}".format, "%s".__mod__, lambda day: day.exact])
def test_whoever_asks_for_the_day_itself_has_it_for_one_day(ask: object) -> None:
    day = Day(date(2027, 2, 28))
    assert day < "2030-01-01"
    assert str(ask(day)) == "2027-02-28"  # type: ignore[operator]
    assert day.between == ("2027-02-27", "2027-03-01")
    with pytest.raises(TypeError):
        hash(day)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_are_days(day: date) -> None:
    one = Day(day)
    assert one.exact == day
    after, before = one.between
    assert not after < day.isoformat() < before


def _days(corpus: Corpus, files: Files) -> list[date]:
    """The days about which something may become another, and the days beside them."""
    texts = [data for data in files.files.values() if b"-----BEGIN" not in data]
    found = {one.group().decode() for text in texts for one in DAY.finditer(text)}
    named = {date.fromisoformat(text) for text in found if _is_day(text)}
    named |= {facts.not_after.date() for _, _, facts in named_certificates(corpus)}
    warned = {day - timedelta(corpus.policy.warn_days) for day in named}
    return sorted(day + timedelta(more) for day in named | warned if 1999 < day.year < 2100 for more in (-1, 0, 1))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _on_other_days(case: Case, days: Sequence[date], random: Random, kept: Kept) -> Iterator[list[Finding]]:
    """The findings on some days, each found out with what is kept of those before."""
    for day in random.sample(days, min(len(days), 4)):
        window = random.choice([one for one in days if one >= day] + [day + timedelta(random.randint(0, 30))])
        yield case._replace(today=day, window=window).agrees(kept)


@pytest.mark.few(3)
@pytest.mark.parametrize("group", range(GROUPS))
def test_every_example_is_judged_alike_on_other_days(group: int, tmp_path: Path) -> None:
    judged = 0
    for number, example in enumerate(cases()[group::GROUPS]):
        root = tmp_path / str(number)
        root.mkdir()
        build(example, root)
        tree = WorkTree(root)
        if is_in_parts(root, tree):
            listing = root / "deployed"
            deployed = frozenset(listing.read_text(encoding="utf-8").split()) if listing.is_file() else None
            was = Files.of(WorkTree(root / "was")) if (root / "was").is_dir() else None
            case = Case(Files.of(tree), was, load_policy(tree), deployed)
            days = _days(load_corpus(tree), Files.of(tree)) or [date(2026, 11, 24)]
            judged += sum(1 for _ in _on_other_days(case, days, Random(number), Kept()))
    assert judged > GROUPS // 2


@pytest.mark.few(3)
@pytest.mark.parametrize("seed", range(40))
def test_the_fleet_is_judged_alike_on_other_days(seed: int) -> None:
    random, kept = Random(seed), Kept()
    files = Files.of(WorkTree(ROOT)).files
    for path in sorted(path for path in files if path.startswith("apps/") and path.endswith(".yaml")):
        day = date(2027, 3, 1) + timedelta(random.randint(-9, 9))
        word = random.choice(["launch: {date: DAY}", "release: {not_before: DAY}", "", "waivers: [{rule: RULE, "
                              "ticket: A-1, reason: because, expires: DAY}]"])  # fmt: skip
        rule = random.choice(["ato", "certificate-expiry", "iaa-unlisted", "launch-date"])
        text = files[path].decode().replace("expires: 2028", f"expires: 202{random.choice('78')}")
        files[path] = f"{text}\n{word.replace('DAY', str(day)).replace('RULE', rule)}\n".encode()
    now = Files(files)
    days = _days(load_corpus(now), now)
    before = Files({**files, FILE: files[FILE].replace(b"ial: 2", b"ial: 1")})
    alone = Case(now, None, load_policy(now), random.choice([None, frozenset({"production/exa/benefits-finder"})]))
    found = [*_on_other_days(alone, days, random, kept),
             *_on_other_days(alone._replace(before=before), days, random, kept)]  # fmt: skip
    assert any(one != other for one, other in pairwise(found))


@pytest.mark.few(2)
@pytest.mark.parametrize("seed", range(60))
def test_changes_and_other_days_together_are_judged_alike(seed: int) -> None:
    """As a fleet lives: now a few files change, now the day is another one, and mostly both."""
    random, policy, kept = Random(seed), load_policy(WorkTree(ROOT)), Kept()
    before = _with_days(fleet(), random)
    days = _days(load_corpus(before, policy), before)
    deployed = random.choice([None, frozenset(), frozenset({SUBJECT})])
    for _ in range(6):
        now = Files(changed(before.files, random)) if random.random() < 0.8 else before
        case = Case(now, None, policy, deployed)
        for base, narrowed in ((None, True), (None, False), (before, False), (before, False)):
            today = random.choice(days)
            there = case._replace(before=base, today=today, window=random.choice([day for day in days if day >= today]))
            if narrowed:
                assert there.in_parts(kept, before) == there.at_once()
            there.agrees(kept)
        before = now


def _with_days(files: dict[str, bytes], random: Random) -> Files:
    """The fleet, with dates that lie close together."""
    for path in sorted(path for path in files if path.startswith("apps/") and path.endswith(".yaml")):
        day = date(2027, 3, 1) + timedelta(random.randint(-9, 9))
        words = random.choice([
            f"launch: {{date: {day}}}", f"release: {{not_before: {day}}}", "",
            f"waivers: [{{rule: ato, ticket: A-1, reason: because, expires: {day}}}]",
        ])  # fmt: skip
        files[path] = files[path].replace(b"expires: 2028", b"expires: 2027") + f"\n{words}\n".encode()
    return Files(files)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that were judged, rather than known."""
    names: list[str] = []
    find_out = InParts._find_out

    def noted(self: InParts, some: Sequence[str], against: str, *, apart: bool) -> object:
        names.extend(some)
        return find_out(self, some, against, apart=apart)

    monkeypatch.setattr(InParts, "_find_out", noted)
    monkeypatch.setattr("launchwindow.events.in_parts.can_fork", lambda: False)
    return names


def _fleet(change: tuple[str, bytes, bytes] = (FILE, b"", b"")) -> Case:
    files = Files.of(WorkTree(ROOT)).files
    path, old, new = change
    assert old in files[path]
    files[path] = files[path].replace(old, new, 1)
    return Case(Files(files), None, load_policy(WorkTree(ROOT)))


def test_the_next_day_finds_what_the_first_kept(judged: list[str]) -> None:
    case, kept = _fleet(), Kept()
    first = case.in_parts(kept)
    assert len(judged) > 5
    judged.clear()
    for days in (1, 2, 30, 300, -60):
        other = case._replace(today=case.today + timedelta(days), window=case.window + timedelta(days))
        assert other.in_parts(kept) == first
    assert judged == []


def test_a_day_that_counts_for_one_app_has_that_app_alone_judged_again(judged: list[str]) -> None:
    case, kept = _fleet((FILE, b"expires: 2028-03-31", b"expires: 2026-12-10")), Kept()
    assert case.in_parts(kept)[0] == []
    judged.clear()
    next_window = case._replace(today=case.today + timedelta(1), window=case.window + timedelta(4))
    assert [one.rule for one in next_window.in_parts(kept)[0]] == ["ato"]
    assert set(judged) == {"apps/exa/benefits-finder"}
    judged.clear()
    # What is told of it names the window: that is said until there is another one.
    assert next_window._replace(today=case.today + timedelta(2)).in_parts(kept) == next_window.in_parts(kept)
    assert judged == []


def test_certificates_that_expire_have_their_apps_alone_judged_again(judged: list[str]) -> None:
    case, kept = _fleet(), Kept()
    first_warned = date(2028, 1, 11) - timedelta(60)
    on = {days: case._replace(today=(day := first_warned + timedelta(days)), window=day + timedelta(14))
          for days in range(-1, 9)}  # fmt: skip
    assert on[-1].in_parts(kept)[0] == []
    judged.clear()
    warned = on[0].in_parts(kept)
    apps = {f"apps/{app}" for app in ("exa/benefits-finder", "npa/reading-room", "npa/researcher-card")}
    assert {one.file for one in warned[0]} == {f"{app}/certs/sandbox-2026.crt" for app in apps}
    assert set(judged) == apps
    # That it is the very first day is known of that day alone.
    assert on[1].in_parts(kept) == warned
    judged.clear()
    assert [on[days].in_parts(kept) for days in range(2, 9)] == [warned] * 7
    assert judged == []


def test_a_bundle_holds_as_long_as_each_of_its_parts(judged: list[str]) -> None:
    """Whichever of two apps comes first, and whichever of their days."""
    for first, second in (("2027-02-01", "2027-03-01"), ("2027-03-01", "2027-02-01")):
        case, kept = _fleet((FILE, b"expires: 2028-03-31", f"expires: {first}".encode())), Kept()
        path = "apps/exa/forms-library/production.yaml"
        files = {**case.now.files, path: case.now.files[path].replace(b"2028-09-30", second.encode())}  # type: ignore[attr-defined]
        case = case._replace(now=Files(files))
        for window in (date(2027, 1, 4), date(2027, 2, 4), date(2027, 3, 4), date(2027, 2, 4), date(2027, 1, 4)):
            other = case._replace(window=window)
            judged.clear()
            findings = other.in_parts(kept)
            assert findings == other.at_once()
            assert len(findings[0]) == (window > date(2027, 2, 1)) + (window > date(2027, 3, 1))
            assert {"apps/exa/forms-library", "apps/exa/benefits-finder"} >= set(judged) or window.month == 1


def test_a_rule_that_tells_the_day_has_its_parts_judged_again(
    judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(app: App, facts: Facts) -> Iterator[Problem]:
        yield Problem("", f"It is {facts.day(app)}.", "Wait.")

    def with_it(corpus: Corpus, facts: Facts) -> tuple[Finding, ...]:
        return validate(corpus, facts, (*RULES, Rule("clock", "note", "It tells the day", app=tell)))

    monkeypatch.setattr("launchwindow.validate.validate", with_it)
    case, kept = _fleet(), Kept()
    for days in (0, 1, 2):
        judged.clear()
        today = case.today + timedelta(days)
        findings, apps, _ = case._replace(today=today).in_parts(kept)
        assert [one.message for one in findings] == [f"It is {today}."] * apps
        assert {name for name in judged if name.startswith("apps/")} == {
            one.file.rpartition("/")[0] for one in findings
        }
        assert not [name for name in judged if name.startswith("partners/")] or days == 0


@pytest.mark.parametrize("alternate", ["next-business-day", "previous-business-day"])
def test_a_check_on_any_day_is_that_without_what_was_kept(alternate: str, tmp_path: Path) -> None:
    """Through freezes, holidays, and the hour at which the clocks change; forward, backward and far away."""
    repository = Repository(tmp_path / "repository")
    policy = repository.read("policy.yaml")
    freeze = "freezes: [{from: 2026-12-18, to: 2027-01-03, reason: Nobody is here}]"
    assert policy.count("freezes: []") == 1
    policy = policy.replace("freezes: []", freeze).replace("alternate: next-business-day", f"alternate: {alternate}")
    assert f"alternate: {alternate}\n" in policy
    repository.write("policy.yaml", policy)
    repository.edit(FILE, "expires: 2028-03-31", "expires: 2027-01-04")
    repository.write(FILE, repository.read(FILE) + "launch: {date: 2027-01-12}\n")
    cache, told = {"XDG_CACHE_HOME": str(tmp_path / "cache")}, set()
    for now in (
        "2026-11-30T10:00:00-05:00", "2026-12-01T04:59:59Z", "2026-12-01T05:00:00Z", "2026-12-08T10:00:00-05:00",
        "2026-12-22T10:00:00-05:00", "2026-12-28T10:00:00-05:00", "2026-12-02T10:00:00-05:00",
        "2027-01-05T10:00:00-05:00", "2027-01-13T10:00:00-05:00", "2027-03-14T01:59:59-05:00",
        "2027-03-15T00:00:00-04:00", "2026-11-01T23:30:00-05:00", "2029-02-01T10:00:00-05:00",
    ):  # fmt: skip
        without = repository.run("check", "--no-cache", now=now)
        assert [repository.run("check", now=now, env=cache) for _ in range(2)] == [without] * 2, now
        told.add(without.text)
    assert len(told) > 6
