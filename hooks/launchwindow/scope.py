"""Which apps a merge can concern, so that the others need not be read (design §7, "Apps and changes").

An app is told from others by its issuer, on main and released, and by its path: nothing else that `merges.follow`
looks at joins two apps. An app that is alone with its issuers and its path, that main has as the ledger knows it, that
waits for no rollback, and whose files a merge left as they were, stays what it is. All others, and whoever shares an
issuer or path with one of them, and so on, are recorded together; for them nothing is different from recording all (a
test compares the two).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.merges import gone_subject
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

_Key = tuple[str, str, str]


class Known(NamedTuple):
    """An app as the ledger knows it."""

    issuer: str
    released: str | None
    """The issuer that the IdP has."""
    rolled_back: bool = False
    """Whether it waits for what ran before to be merged: each merge, whatever it brings, is asked whether it did."""


class Scope:
    """The apps of main and of the ledger, from merge to merge: it is told of each merge that was recorded."""

    def __init__(self, known: Mapping[str, Known], main: Mapping[str, str | None]) -> None:
        """`known` is what the ledger knows, by subject; `main` the issuers of main's files, None where unreadable."""
        self._known = dict(known)
        self._main = dict(main)
        self._alone: dict[_Key, str] = {}
        """Issuer -> the app that alone has it, on main and released: nearly all of thousands, so without sets."""
        self._holders: dict[_Key, set[str]] = {}
        """Issuer or path -> the others that have it."""
        self._odd: set[str] = set()
        for subject in [*self._not_alone(), *(known.keys() - main.keys())]:
            self._hold(subject)

    def concerned(self, now: Mapping[str, str | None]) -> frozenset[str]:
        """The apps that a merge concerns. `now` has those whose files it touched: their issuers afterwards, or None."""
        found: set[str] = set()
        waiting = [*now, *self._odd]
        while waiting:
            subject = waiting.pop()
            if subject not in found:
                found.add(subject)
                for key in self._keys(subject, now.get(subject)):
                    waiting += self._holders.get(key, ())
                    waiting += self._alone_with(key)
        # Two that come with the same issuer are both touched, so both are here.
        return frozenset(found)

    def recorded(
        self, concerned: Collection[str], known: Callable[[str], Known | None], main: Mapping[str, str | None]
    ) -> None:
        """A merge was recorded: what the ledger knows of the apps that it concerned, and what main has of them."""
        left = {gone_subject(one, self._known[one].issuer) for one in concerned if one in self._known}
        subjects = {*concerned, *left}
        for subject in subjects:
            self._let_go(subject)
        for subject in subjects:
            one = known(subject)
            if one is not None:
                self._known[subject] = one
            if subject in main:
                self._main[subject] = main[subject]
            if one is not None or subject in main:
                self._hold(subject)

    @property
    def state(self) -> tuple[dict[str, Known], dict[str, str | None]]:
        """What the ledger knows, and what main has, now."""
        return self._known, self._main

    def _not_alone(self) -> list[str]:
        """Main's apps but for those that are alone, which are found on the way."""
        others: list[str] = []
        for subject, issuer in self._main.items():
            key = subject.partition("/")[0], "issuer", issuer or ""
            settled = self._known.get(subject) == (issuer, issuer, False) and "~" not in subject
            if not issuer or not settled or self._alone.setdefault(key, subject) != subject:
                others.append(subject)
        return others

    def _alone_with(self, key: _Key) -> tuple[str, ...]:
        """The app that alone has an issuer, or the alone one at a path."""
        environment, kind, value = key
        if kind == "path":
            key, subject = (environment, "issuer", self._main.get(value) or ""), value
            return (subject,) if self._alone.get(key) == subject else ()
        return (self._alone[key],) if key in self._alone else ()

    def _keys(self, subject: str, also: str | None = None) -> Iterator[_Key]:
        environment = subject.partition("/")[0]
        yield environment, "path", subject.partition("~")[0]
        known = self._known.get(subject)
        for issuer in {self._main.get(subject), also, *(known[:2] if known else ())}:
            if issuer:
                yield environment, "issuer", issuer

    def _hold(self, subject: str) -> None:
        known = self._known.get(subject)
        if known is not None and known.rolled_back:
            self._odd.add(subject)
        if subject in self._main and (known is None or self._main[subject] != known.issuer):
            self._odd.add(subject)
        for key in self._keys(subject):
            for other in self._alone_with(key):
                # Now there are two.
                del self._alone[other.partition("/")[0], "issuer", str(self._main[other])]
                self._hold(other)
            holders = self._holders.setdefault(key, set())
            holders.add(subject)
            if len(holders) > 1 and key[1] == "issuer":
                self._odd |= holders

    def _let_go(self, subject: str) -> None:
        for key in self._keys(subject):
            if self._alone.get(key) == subject:
                del self._alone[key]
            self._holders.get(key, set()).discard(subject)
        self._odd.discard(subject)
        self._known.pop(subject, None)
        self._main.pop(subject, None)
