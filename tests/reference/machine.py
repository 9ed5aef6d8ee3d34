"""What may happen in a history, as hypothesis's rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from reference.calendar import local
from reference.edits import EDITS, VALUES, Agree, Certs, Put, Word
from reference.fleet import KINDS
from reference.history import History
from reference.interventions import BOTH
from reference.world import WINDOWS

HOURS = st.sampled_from([0, 1, 5, 20, 30, 70, 110])
APPROVALS = st.sampled_from([BOTH, BOTH, BOTH[:1], BOTH[:1], BOTH[1:], ()])
COMMANDS = (("request",), ("release", "--environment", "production"), ("release", "--environment", "staging"))
POLICIES = st.one_of(
    st.fixed_dictionaries({"days": st.sampled_from([(0, 3), (1, 3), (2,), (0, 1, 2, 3, 4)])}),
    st.fixed_dictionaries({"freeze": st.sampled_from([None, 0, 1, 5, 12])}),
    st.fixed_dictionaries({"closure": st.sampled_from([None, 0, 1, 2, 3, 5])}),
    st.fixed_dictionaries({"notice": st.sampled_from([14, 7, 3, 20])}),
    st.fixed_dictionaries(
        {"push_hosts": st.sampled_from([(), ("far.exa.gov",)]), "approvals": st.sampled_from([1, 2])}
    ),
)
ODD = st.one_of(
    st.tuples(st.just("policy"), POLICIES, EDITS, APPROVALS),
    st.tuples(st.just("policy"), POLICIES, EDITS, APPROVALS),
    st.tuples(st.just("beside"), st.sampled_from(COMMANDS), st.sampled_from(COMMANDS)),
    st.tuples(st.just("killed"), st.sampled_from(COMMANDS)),
    st.tuples(st.just("look")),
    st.tuples(st.just("request")),
)
LEVERS = ("hold", "resume", "approve", "approve", "short-notice", "off-cycle")


def step(rule_: Callable[..., None]) -> Callable[..., None]:
    """With what happened, where something fails; and no further look at what is broken."""

    @wraps(rule_)
    def told(self: Machine, *arguments: Any, **named: Any) -> None:
        try:
            rule_(self, *arguments, **named)
            self.history.compare_status()
        except BaseException as error:
            self.broken = True
            if isinstance(error, AssertionError):
                raise AssertionError("\n".join([str(error), *self.history.real.log])) from None
            raise

    return told


class Machine(RuleBasedStateMachine):
    """A history, step by step; in the end everybody does what they are told to."""

    history: History
    broken = False

    @initialize(one=st.sampled_from(KINDS), two=st.sampled_from(KINDS))
    def begin(self, one: str, two: str) -> None:
        """Two apps are deployed."""
        self.history = History((one, two))

    @rule(edits=EDITS, approvals=APPROVALS, skew=st.sampled_from([0, 0, 0, 0, 0, -10, -1, 2]), hours=HOURS,
          record=st.booleans())  # fmt: skip
    @step
    def merge(self, edits: list[Any], approvals: tuple[str, ...], skew: int, hours: int, record: bool) -> None:
        """A pull request is merged."""
        self.history.wait(hours)
        self.history.merge(edits, approvals, skew)
        if record:
            self.history.request()

    @rule(first=EDITS, second=EDITS, hours=HOURS)
    @step
    def merges(self, first: list[Any], second: list[Any], hours: int) -> None:
        """Two reviewed ones after each other."""
        self.history.merge(first, BOTH)
        self.history.wait(hours)
        self.history.merge(second, BOTH)

    @rule(edits=EDITS, count=st.integers(1, 4), hour=st.sampled_from([9, 9, 10, 16]), seen=st.booleans(),
          environments=st.sampled_from([WINDOWS, WINDOWS[1:], WINDOWS[1:]]))  # fmt: skip
    @step
    def windows(self, edits: list[Any], count: int, hour: int, seen: bool, environments: tuple[str, ...]) -> None:
        """A merge, then windows that are taken in time."""
        self.history.merge(edits, BOTH)
        for _ in range(count):
            self.history.window(hour, 0, environments)
        if seen:
            self.history.confirm("production", by=False)

    @rule(days=st.sampled_from([1, 4, 15, 22]), environment=st.sampled_from(WINDOWS), edits=st.none() | EDITS)
    @step
    def late(self, days: int, environment: str, edits: list[Any] | None) -> None:
        """Windows go by, and in the next there may be a merge after it has opened."""
        self.history.wait(24 * days)
        self.history.window(9, 20, ())
        if edits is not None:
            self.history.merge(edits, BOTH)
            self.history.wait(1)
        self.history.release(environment)

    @rule(how=st.sampled_from(["seen", "by", "seen staging", "failed", "failed staging"]))
    @step
    def confirm(self, how: str) -> None:
        """What was handed over is seen to run, or it is not."""
        environment = "staging" if how.endswith("staging") else "production"
        if how.startswith("failed"):
            self.history.failed(environment)
        else:
            self.history.confirm(environment, by=how == "by")

    @rule(index=st.integers(0, 5), lever=st.sampled_from(LEVERS), by=st.sampled_from(BOTH))
    @step
    def lever(self, index: int, lever: str, by: str) -> None:
        """Somebody steps in."""
        self.history.lever(index, lever, by)

    @rule(app=st.integers(0, 3), first=VALUES, second=VALUES, approvals=APPROVALS, days=st.sampled_from([0, 0, 9, 15]),
          lever=st.sampled_from(["short-notice", "off-cycle", "hold"]), back=st.integers(1, 2))  # fmt: skip
    @step
    def sooner(self, app: int, first: Any, second: Any, approvals: Any, days: int, lever: str, back: int) -> None:
        """Of two merges of an app somebody wants one to go sooner."""
        self.history.merge([Put(app, *first)], approvals)
        self.history.wait(24 * days)
        self.history.merge([Put(app, *second)], BOTH)
        self.history.lever_of(back, lever)

    @rule(
        app=st.integers(0, 3),
        which=st.integers(0, 2),
        hour=st.sampled_from([None, 0, 0, 1, 8]),
        days=st.integers(14, 16),
    )
    @step
    def coordinated(self, app: int, which: int, hour: int | None, days: int) -> None:
        """A certificate changes at the time that was agreed, or at another."""
        self.history.merge([Certs(app, "prepend", which), Agree(app, days, 10)], BOTH)
        self.history.request()
        self.history.coordinated(0, hour)

    @rule(app=st.integers(0, 3), word=st.integers(0, 2), gone=st.integers(0, 2), days=st.sampled_from([0, 0, 0, -1, 1]))
    @step
    def rotate(self, app: int, word: int, gone: int, days: int) -> None:
        """A team says which key it uses, and removes another."""
        self.history.merge([Word(app, word, days), Certs(app, "remove", gone)], BOTH)

    @rule(index=st.integers(0, 3), merged=st.booleans(), cancelled=st.booleans())
    @step
    def roll_back(self, index: int, merged: bool, cancelled: bool) -> None:
        """What was released was wrong; what ran before is merged, or the rollback is cancelled."""
        self.history.roll_back(index)
        if merged:
            self.history.merge_rollback()
            self.history.request()
        if cancelled:
            self.history.cancel(index)

    @rule(
        back=st.integers(1, 4),
        edits=st.lists(EDITS, min_size=1, max_size=2),
        approvals=APPROVALS,
        which=st.integers(0, 1),
        again=st.booleans(),
        held=st.none() | st.integers(0, 5),
    )
    @step
    def rewrite(
        self, back: int, edits: list[list[Any]], approvals: tuple[str, ...], which: int, again: bool, held: int | None
    ) -> None:
        """Main is rewritten, and it was meant: with what it had or without, and something may be held."""
        if held is not None:
            self.history.lever(held, "hold")
        self.history.rewrite(back, edits, approvals, which, again=again)

    @rule(what=ODD)
    @step
    def odd(self, what: tuple[Any, ...]) -> None:
        """What happens now and then."""
        kind, *rest = what
        if kind == "policy":
            self._policy(dict(rest[0]), *rest[1:])
        elif kind == "beside":
            self.history.beside(*rest)
        elif kind == "killed":
            self.history.killed(*rest[0])
        elif kind == "look":
            self.history.look_only()
        else:
            self.history.request()

    def _policy(self, policy: dict[str, Any], edits: list[Any], approvals: tuple[str, ...]) -> None:
        freeze, closure = policy.pop("freeze", None), policy.pop("closure", None)
        today = local(self.history.now)
        if freeze is not None:
            policy["freeze"] = (today + timedelta(days=freeze), today + timedelta(days=freeze + 9))
        if closure is not None:
            policy["closure"] = today + timedelta(days=closure)
        self.history.merge(edits, approvals, policy=self.history.policy._replace(**policy))

    def teardown(self) -> None:
        """The end of a history, and its repository goes."""
        if not hasattr(self, "history"):
            return
        try:
            if not self.broken:
                step(lambda self: self.history.finish())(self)
        finally:
            self.history.real.close()
