"""To record only what a merge can concern is to record everything: random fleets, merges and releases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from random import Random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.confirmation import confirm
from launchwindow.hand_over import Handing, hand_over
from launchwindow.index import deployed_fact
from launchwindow.model.ledger import Approval, Ledger, Person, Rollback, Seen
from launchwindow.model.merge import AppState, Main, Merge, PartnerState
from launchwindow.model.row import PartnerRow, Row
from launchwindow.record import Part, is_app, known_as, record, requests_of, subjects_in
from launchwindow.records import put
from launchwindow.scope import Known, Scope
from launchwindow.settle import settle
from launchwindow.timelines import timeline_of
from support.timelines import shipped_policy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from launchwindow.model.ledger import Request
    from launchwindow.model.schedule import Obstacle

POLICY = shipped_policy()
ISSUERS = ("urn:1", "urn:2", "urn:3", "urn:4")
HOSTS = (None, "https://a.gov/risc", "https://b.gov/risc")
SUBJECTS = tuple(f"{environment}/{partner}/{app}" for environment in ("production", "sandbox")
                 for partner in ("exa", "zed") for app in ("a", "b", "c"))  # fmt: skip
AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
REVIEW = (Approval(Person("R", "reviewer@login.gov"), AT, "trailer"),)


class NobodyErrs:
    """A judge to whom everything is right, and who knows no import."""

    timezone = POLICY.timezone

    def obstacles(self, _ledger: Ledger, _request: Request, _day: date) -> tuple[Obstacle, ...]:
        return ()

    def imported_names(self, _subject: str) -> Mapping[str, str]:
        return {}


def app_state(random: Random, subject: str) -> AppState:
    issuer = random.choice(ISSUERS)
    columns = {"friendly_name": random.choice("AB"), "push_notification_url": random.choice(HOSTS)}
    row = Row(issuer, random.random() < 0.9, columns, (), (), None, "App")
    schedule = {"release.not_before": "2027-01-01"} if random.random() < 0.2 else {}
    return AppState(subject, f"path of {subject}", issuer, row, schedule, f"digest {random.random()}")


def later(random: Random, before: Main, number: int) -> Main:
    """Main after a merge that adds, changes, swaps, copies, moves, breaks and deletes some apps' files."""
    apps, unreadable, partners = dict(before.apps), set(before.unreadable), dict(before.partners)
    for _ in range(random.randrange(1, 4)):
        subject, other = random.sample(SUBJECTS, 2)
        deed = random.choice(["write", "write", "delete", "break", "move", "swap", "copy", "mend"])
        if deed in ("write", "mend"):
            apps[subject] = app_state(random, subject)
            unreadable.discard(subject)
        elif deed == "delete":
            apps.pop(subject, None)
            unreadable.discard(subject)
        elif deed == "break" and (subject in apps or subject in unreadable):
            apps.pop(subject, None)
            unreadable.add(subject)
        elif subject in apps and subject.split("/")[0] == other.split("/")[0]:
            mine, theirs = apps[subject], apps.get(other)
            apps[other] = mine._replace(subject=other, path=f"path of {other}")
            unreadable.discard(other)
            if deed == "move":
                del apps[subject]
            elif deed == "swap" and theirs is not None:
                apps[subject] = theirs._replace(subject=subject, path=f"path of {subject}")
    files = {name: PartnerRow(number if random.random() < 0.2 else 1, {}) for name in ("exa", "zed")}
    known = {subject.split("/")[1]: state.row for subject, state in partners.items()}
    rows = {name: known.get(name, files[name]) if random.random() < 0.8 else files[name] for name in files}
    there = sorted({tuple(subject.split("/")[:2]) for subject in apps})
    partners = {f"{environment}/{name}": PartnerState(f"{environment}/{name}", name, rows[name], str(rows[name]))
                for environment, name in there}  # fmt: skip
    return Main(f"{number:012x}".ljust(40, "0"), dict(sorted(apps.items())), partners, frozenset(unreadable))


def touched(before: Main, after: Main) -> set[str]:
    """The apps whose own file or partner's file the merge changed."""
    changed = {one for one in SUBJECTS if before.apps.get(one) != after.apps.get(one)}
    changed |= before.unreadable ^ after.unreadable
    rows = [{state.subject.split("/")[1]: state.row for state in main.partners.values()} for main in (before, after)]
    names = {name for name in ("exa", "zed") if rows[0].get(name) != rows[1].get(name)}
    return changed | {one for one in SUBJECTS if one.split("/")[1] in names}


def part_of(main: Main, subjects: Collection[str]) -> Main:
    """Only what is read of main: some apps, and all that is known of their partners."""
    names = {one.split("/")[1] for one in subjects}
    return Main(
        main.commit,
        {one: state for one, state in main.apps.items() if one in subjects},
        {one: state for one, state in main.partners.items() if one.split("/")[1] in names},
        frozenset(one for one in main.unreadable if one in subjects),
    )


def issuers(main: Main) -> dict[str, str | None]:
    return {**{one: state.issuer for one, state in main.apps.items()}, **dict.fromkeys(main.unreadable)}


def scope_of(ledger: Ledger, main: Main) -> Scope:
    subjects = {key.partition("@")[0] for key in ledger.requests} | ledger.deployed.keys()
    known = {one: found for one in subjects if is_app(one) and (found := known_as(ledger, one)) is not None}
    return Scope(known, issuers(main))


def hosts_of(ledger: Ledger) -> dict[str, frozenset[str]]:
    return {environment: frozenset(host for one in ledger.deployed.values() if one.subject.startswith(environment)
                                   for host in deployed_fact(one).hosts)
            for environment in POLICY.environments}  # fmt: skip


def released(random: Random, ledger: Ledger, now: datetime) -> Ledger:
    """Some of what waits is handed over, and some of that confirmed."""
    for environment in POLICY.environments.values():
        for subject in subjects_in(ledger, environment.name):
            line = timeline_of(ledger, subject, environment, NobodyErrs())
            # Only where all is approved: nothing else is ever handed over.
            whole = takewhile(lambda pair: pair[1].request.approved, enumerate(line.states))
            indices = [index for index, state in whole if state.row or line.released]
            if indices and random.random() < 0.5:
                run = Handing("window", now.date(), now, ledger.releases + 1)
                ledger, _ = hand_over(ledger, line, random.choice(indices), run, NobodyErrs())
                ledger = ledger._replace(releases=run.number)
            one = ledger.deployed.get(subject)
            row = one.released.row if one and one.released else None
            if one is not None and isinstance(row, Row) and random.random() < 0.1:
                rollback = Rollback("R", now, "back", "digest", row._replace(columns={}) if indices else row, "branch")
                ledger = ledger._replace(deployed=put(ledger.deployed, {subject: one._replace(rollback=rollback)}))
        some = {one for one in ledger.deployed if random.random() < 0.5}
        ledger = confirm(settle(ledger, now), environment.name, some, "IdP", now)
    return ledger


def summary(ledger: Ledger) -> tuple[list[str], list[str]]:
    """What tells most in a few words, where two ledgers differ."""
    return sorted(ledger.requests), sorted(ledger.deployed)


@settings(max_examples=120, deadline=None)
@given(st.randoms(use_true_random=False))
def test_recording_a_part_is_recording_all(random: Random) -> None:
    """Through several merges in a row, with releases in between: the same ledger and the same warnings."""
    before = Main("0" * 40, {}, {}, frozenset())
    ledger = Ledger("main", Seen("0" * 40, AT), 0, {}, {}, {}, frozenset())
    scope, now = scope_of(ledger, before), AT
    for number in range(1, random.randrange(3, 12)):
        now += timedelta(days=random.randrange(5))
        if random.random() < 0.4:
            ledger = released(random, ledger, now)
            scope = scope_of(ledger, before)
        after = later(random, before, number)
        merge = Merge(after, now, "Change", (), REVIEW if random.random() < 0.8 else (), 1, now.date())
        everything = record(ledger, before, merge, POLICY)
        now_there = issuers(after)
        concerned = scope.concerned({one: now_there.get(one) for one in touched(before, after)})
        part = Part(concerned, hosts_of(ledger))
        some = merge._replace(main=part_of(after, concerned))
        partly = record(ledger, part_of(before, concerned), some, POLICY, part)
        assert summary(partly[0]) == summary(everything[0])
        assert partly == everything
        ledger, _ = everything
        scope.recorded(concerned, lambda subject, at=ledger: known_as(at, subject), now_there)  # type: ignore[misc]
        # What is told step by step is what would be found out anew.
        assert scope.state == scope_of(ledger, after).state
        if random.random() < 0.5:
            ledger = settle(ledger, now)
            scope = scope_of(ledger, after)
        before = after


def test_an_app_alone_with_its_issuer_concerns_no_merge_of_another() -> None:
    """Otherwise nothing would be saved."""
    random = Random(1)
    apps = {one: app_state(random, one)._replace(issuer=f"urn:{one}") for one in SUBJECTS}
    main = Main("1" * 40, apps, {}, frozenset())
    merge = Merge(main, AT, "All", (), REVIEW, 1, AT.date())
    ledger, _ = record(Ledger("main", Seen("0" * 40, AT), 0, {}, {}, {}, frozenset()),
                       Main("", {}, {}, frozenset()), merge, POLICY)  # fmt: skip
    assert len(requests_of(ledger, SUBJECTS[0])) == 1
    scope = scope_of(ledger, main)
    assert scope.concerned({SUBJECTS[0]: "urn:new"}) == {SUBJECTS[0]}
    assert scope.concerned({SUBJECTS[0]: f"urn:{SUBJECTS[1]}"}) == {SUBJECTS[0], SUBJECTS[1]}


def test_a_merge_that_brings_an_issuer_concerns_the_app_that_alone_has_it() -> None:
    """Released and on main, as nearly all of thousands are."""
    issuers = {one: f"urn:{one}" for one in SUBJECTS}
    scope = Scope({one: Known(issuer, issuer) for one, issuer in issuers.items()}, issuers)
    one, other, third = (one for one in SUBJECTS if one.startswith("production/exa/"))
    assert scope.concerned({one: issuers[one]}) == {one}
    assert scope.concerned({one: issuers[other]}) == {one, other}
    # What took it shares it from then on, and is asked about at each merge.
    now = {one: Known(issuers[other], issuers[one])}
    scope.recorded({one}, now.get, {one: issuers[other]})
    assert scope.concerned({third: issuers[third]}) == {one, other, third}
    assert scope.concerned({third: issuers[one]}) == {one, other, third}
