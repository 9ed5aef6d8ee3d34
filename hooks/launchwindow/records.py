"""The ledger's records as mappings that are read when they are asked for, and changed by laying changes over them.

A ledger has a file for each of thousands of apps, and a command looks at a few of them: which there are is told by
their paths alone, so a file is read and parsed only when its value is asked for, all at once where all are (`values`,
`items`). Each change is a mapping of its own, as with a `dict` that is copied, but it copies only what has changed
since the ledger was read; `touched` tells what that is, so that what follows from changes need not look at the rest.

A `dict` may stand wherever `Records` do: `put`, `without` and `under` take both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, ValuesView

T = TypeVar("T")


def _subject(key: str) -> str:
    """What a record is about: a request's id has a commit after it, an app's or partner's record is under its own."""
    return key.partition("@")[0]


class _Source(Mapping[str, T]):
    """The records as they were when the ledger was read."""

    def __init__(self, keys: Iterable[str], read: Callable[[Collection[str]], Mapping[str, T]]) -> None:
        self._keys = dict.fromkeys(keys)
        self._read = read
        self._known: dict[str, T] = {}
        self._subjects: dict[str, tuple[str, ...]] = {}
        """Subject -> the keys that are longer than it."""
        for key in self._keys:
            if "@" in key:
                subject = _subject(key)
                self._subjects[subject] = (*self._subjects.get(subject, ()), key)

    def __getitem__(self, key: str) -> T:
        if key not in self._known:
            if key not in self._keys:
                raise KeyError(key)
            self.load((key,))
        return self._known[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def load(self, keys: Iterable[str]) -> None:
        """Read those of the records that were not read yet, in one go."""
        wanted = [key for key in keys if key in self._keys and key not in self._known]
        if wanted:
            self._known.update(self._read(wanted))

    def under(self, subject: str) -> tuple[str, ...]:
        """The keys of a subject's records."""
        itself = (subject,) if subject in self._keys else ()
        return itself + self._subjects.get(subject, ())


class _Added(NamedTuple, Generic[T]):
    """Records that the source has not, oldest first: they stand after all others, where a `dict` would have them."""

    records: Mapping[str, T]
    subjects: Mapping[str, tuple[str, ...]]

    def put(self, new: Mapping[str, T]) -> _Added[T]:
        subjects = {**self.subjects}
        for key in new:
            if key not in self.records:
                subjects[_subject(key)] = (*subjects.get(_subject(key), ()), key)
        return _Added({**self.records, **new}, subjects)

    def without(self, keys: Collection[str]) -> _Added[T]:
        nothing: _Added[T] = _Added({}, {})
        return nothing.put({key: one for key, one in self.records.items() if key not in keys})


class Records(Mapping[str, T]):
    """Records by id or subject: those of the source, with changes laid over them. A value: it never changes itself."""

    def __init__(self, source: _Source[T], changed: Mapping[str, T], added: _Added[T], gone: frozenset[str]) -> None:
        self._source = source
        self._changed = changed
        """In place of what the source has."""
        self._added = added
        self._gone = gone

    def __getitem__(self, key: str) -> T:
        if key in self._added.records:
            return self._added.records[key]
        if key in self._changed:
            return self._changed[key]
        if key in self._gone:
            raise KeyError(key)
        return self._source[key]

    def __contains__(self, key: object) -> bool:
        return key in self._added.records or (key in self._source and key not in self._gone)

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self._source if key not in self._gone)
        yield from self._added.records

    def __len__(self) -> int:
        return len(self._source) - len(self._gone) + len(self._added.records)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Records) and other._source is self._source:
            return all(self.get(key) == other.get(key) for key in self.touched() | other.touched())
        return dict(self.items()) == other

    __hash__ = None  # type: ignore[assignment]

    def values(self) -> ValuesView[T]:
        """All values, read in one go."""
        self._source.load(self)
        return super().values()

    def items(self) -> ItemsView[str, T]:
        """All keys and values, read in one go."""
        self._source.load(self)
        return super().items()

    def load(self, keys: Iterable[str]) -> None:
        """Read some values in one go: they will be asked for."""
        self._source.load(keys)

    def touched(self) -> frozenset[str]:
        """The keys whose value may be another than when the ledger was read, or that are new or gone."""
        return frozenset((*self._changed, *self._added.records, *self._gone))

    def same_source(self, other: object) -> bool:
        """Whether both were read at once: they differ at most in what either has touched."""
        return isinstance(other, Records) and other._source is self._source

    def put(self, new: Mapping[str, T]) -> Records[T]:
        """With new values, in place of old ones or after all."""
        replaced = {key: one for key, one in new.items() if key in self._source and key not in self._gone}
        added = {key: one for key, one in new.items() if key not in replaced}
        return Records(
            self._source, {**self._changed, **replaced} if replaced else self._changed,
            self._added.put(added) if added else self._added, self._gone,
        )  # fmt: skip

    def without(self, keys: Collection[str]) -> Records[T]:
        """Without some of them."""
        gone = self._gone | {key for key in keys if key in self._source}
        changed = {key: one for key, one in self._changed.items() if key not in keys}
        added = self._added if self._added.records.keys().isdisjoint(keys) else self._added.without(keys)
        return Records(self._source, changed, added, gone)

    def under(self, subject: str) -> list[str]:
        """The keys of a subject's records."""
        found = [key for key in self._source.under(subject) if key not in self._gone]
        return [*found, *self._added.subjects.get(subject, ())]


def records(keys: Iterable[str], read: Callable[[Collection[str]], Mapping[str, T]]) -> Records[T]:
    """The records that a ledger has; `read` gives the values of some of them."""
    return Records(_Source(keys, read), {}, _Added({}, {}), frozenset())


def put(mapping: Mapping[str, T], new: Mapping[str, T]) -> Mapping[str, T]:
    """The mapping with new values."""
    return mapping.put(new) if isinstance(mapping, Records) else {**mapping, **new}


def without(mapping: Mapping[str, T], keys: Collection[str]) -> Mapping[str, T]:
    """The mapping without some keys."""
    if isinstance(mapping, Records):
        return mapping.without(keys)
    return {key: one for key, one in mapping.items() if key not in keys}


def under(mapping: Mapping[str, T], subject: str) -> list[T]:
    """The values about a subject."""
    if not isinstance(mapping, Records):
        return [one for key, one in mapping.items() if _subject(key) == subject]
    keys = mapping.under(subject)
    mapping.load(keys)
    return [mapping[key] for key in keys]


def read_ahead(mapping: Mapping[str, object], environment: str) -> None:
    """Read an environment's values in one go: each of them will be asked for."""
    if isinstance(mapping, Records):
        mapping.load(key for key in mapping if key.startswith(f"{environment}/"))


def is_under(mapping: Mapping[str, T], subject: str) -> bool:
    """Whether there is a value about a subject; none is read for it."""
    return bool(mapping.under(subject)) if isinstance(mapping, Records) else subject in map(_subject, mapping)


def touched(mapping: Mapping[str, object]) -> frozenset[str]:
    """The keys whose value may have changed since the ledger was read; of a `dict`, all of them."""
    return mapping.touched() if isinstance(mapping, Records) else frozenset(mapping)


def differing(before: Mapping[str, T], after: Mapping[str, T]) -> frozenset[str]:
    """The keys that may have another value after than before, or stand in one alone."""
    if isinstance(before, Records) and isinstance(after, Records) and after.same_source(before):
        return before.touched() | after.touched()
    return frozenset((*before, *after))
