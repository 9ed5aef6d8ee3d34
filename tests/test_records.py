"""Records are read when they are asked for and changed like a `dict` that is copied."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.records import differing, is_under, put, records, touched, under, without

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KEYS = [f"{subject}@{commit}" for subject in ("a", "b", "c") for commit in "123"]


class Reader:
    """Gives values, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, keys: Collection[str]) -> Mapping[str, str]:
        self.asked.append(list(keys))
        return {key: f"old {key}" for key in keys}


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.sets(st.sampled_from(KEYS)))
def test_whatever_is_done_it_is_as_with_a_dict(random: Random, there: set[str]) -> None:
    found: Mapping[str, str] = records(sorted(there), Reader())
    plain: Mapping[str, str] = {key: f"old {key}" for key in sorted(there)}
    first = found
    for number in range(random.randrange(8)):
        some = random.sample(KEYS, random.randrange(4))
        if random.random() < 0.6:
            new = {key: random.choice([f"new {number}", f"old {key}"]) for key in some}
            found, plain = put(found, new), put(plain, new)
        else:
            found, plain = without(found, some), without(plain, some)
        assert list(found) == list(plain)
        assert dict(found.items()) == plain
        assert len(found) == len(plain)
        assert [key in found for key in KEYS] == [key in plain for key in KEYS]
        for subject in ("a", "b", "c", "d"):
            assert sorted(under(found, subject)) == sorted(under(plain, subject))
            assert is_under(found, subject) == is_under(plain, subject)
        before = {key: f"old {key}" for key in there}
        changed = {key for key in KEYS if before.get(key) != plain.get(key)}
        assert changed <= touched(found)
        assert changed <= differing(first, found)
        assert (found == first) == (plain == before)
    assert dict(first.items()) == {key: f"old {key}" for key in there}


def test_a_value_is_read_once_and_only_when_it_is_asked_for() -> None:
    reader = Reader()
    found = records(KEYS, reader)
    assert (len(found), "a@1" in found, next(iter(found)), reader.asked) == (9, True, "a@1", [])
    assert found["a@1"] == "old a@1"
    assert put(found, {"b@1": "new"})["a@1"] == "old a@1"
    assert reader.asked == [["a@1"]]
    assert under(found, "a") == ["old a@1", "old a@2", "old a@3"]
    assert reader.asked[1:] == [["a@2", "a@3"]]
    assert len(list(found.values())) == 9
    assert reader.asked[2:] == [[key for key in KEYS if not key.startswith("a")]]
    assert (put(found, {"b@1": "new"}) == found, len(reader.asked)) == (False, 3)
