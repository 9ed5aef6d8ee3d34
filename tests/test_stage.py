"""A bundle's records are searched and changed as text; it comes to what taking all of them apart comes to."""

from __future__ import annotations

from hashlib import sha1

from hypothesis import given
from hypothesis import strategies as st

from launchwindow.io.stage import beginning, content_of, entries_of, entry_of, records_of, with_changes
from launchwindow.model.snapshot import Entry

NAMES = ["a", "a.", "a0", "a-", "ab", "b", "ü", "\udcff", "production.yaml", "x\tapps", "\t", "100644 1 0\tapps"]
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(lambda names: "/".join(["apps", *names]))
FILES = st.binary(max_size=2).map(lambda data: Entry("file", sha1(data, usedforsecurity=False).hexdigest()))
ENTRIES = st.one_of(FILES, st.sampled_from([Entry("symlink", ""), Entry("other", ""), Entry("directory", "")]))
GROUPS = st.dictionaries(PATHS, ENTRIES, max_size=12)


@given(GROUPS)
def test_records_say_what_they_were_made_of(group: dict[str, Entry]) -> None:
    assert entries_of(records_of(group)) == group


@given(GROUPS, st.lists(PATHS, max_size=4))
def test_one_record_is_found_among_them(group: dict[str, Entry], others: list[str]) -> None:
    records = records_of(group)
    for path in [*group, *others]:
        assert entry_of(records, path) == group.get(path)


@given(GROUPS, st.lists(st.one_of(PATHS, PATHS.map(lambda path: path[:-1])), max_size=3))
def test_those_that_begin_so_are_found(group: dict[str, Entry], beginnings: list[str]) -> None:
    expected = {path: entry for path, entry in group.items() if path.startswith(tuple(beginnings))}
    assert beginning(records_of(group), tuple(beginnings)) == expected


@given(GROUPS, st.dictionaries(PATHS, st.none() | ENTRIES, max_size=4), st.data())
def test_changed_records_are_those_of_the_changed_files(
    group: dict[str, Entry], changes: dict[str, Entry | None], data: st.DataObject
) -> None:
    some = data.draw(st.sets(st.sampled_from(sorted(group)))) if group else set()
    changes |= {path: data.draw(st.none() | ENTRIES) for path in some}
    after = {path: entry for path, entry in (group | changes).items() if entry is not None}
    assert with_changes(records_of(group), changes) == records_of(after)
    assert (content_of(records_of(group)) == content_of(records_of(after))) == (group == after)
