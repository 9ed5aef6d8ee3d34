"""git's listing of the index is cut into bundles without looking at each record; it comes to the same."""

from __future__ import annotations

from hashlib import sha1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwindow.io import listing
from launchwindow.io.commit_bundles import as_staged
from launchwindow.io.listing import Listing
from launchwindow.io.stage import Grouped
from launchwindow.model.errors import RepositoryError
from launchwindow.model.snapshot import Entry

NAMES = st.sampled_from(["a", "a.", "a0", "a-", "ab", "A", "b", "ü", "production.yaml", "x\ty", "q 1\tz"])
PATHS = st.one_of(
    st.lists(NAMES, min_size=1, max_size=4).map(lambda names: "/".join(["apps", *names])),
    NAMES.map(lambda name: f"partners/{name}.yaml"), NAMES.map(lambda name: f"partners/{name}"), st.just("policy.yaml"),
)  # fmt: skip


@pytest.fixture(scope="module", params=[1, 100, 16 * 1024])
def step(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@given(st.sets(PATHS, max_size=80))
def test_bundles_are_those_of_the_files_one_by_one(step: int, paths: set[str]) -> None:
    files = {path: Entry("file", sha1(path.encode(), usedforsecurity=False).hexdigest()) for path in paths}
    records = [f"100644 {entry.blob} 0\t{path}".encode() for path, entry in files.items()]
    printed = b"".join(record + b"\0" for record in sorted(records, key=lambda record: record.partition(b"\t")[2]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "_STEP", step)
        found, expected = Listing(printed), Grouped.of(files)
    assert found.entries() == files
    assert found.bundles() == expected.bundles()
    assert {name: found.open(name) for name in found.bundles()} == {
        name: expected.open(name) for name in expected.bundles()
    }


MODES = ["100644 blob", "100755 blob", "120000 blob", "160000 commit", "100664 blob", "040000 tree"]
ODD_PATHS = PATHS | st.sampled_from(
    ["apps/a/100644 blob b", "apps/a b/ blob \tx", "apps/ commit /x", "apps/x tree y/z"]
)


@given(st.dictionaries(ODD_PATHS, st.sampled_from(MODES), max_size=20))
def test_a_commits_files_are_listed_as_if_they_were_staged(paths: dict[str, str]) -> None:
    ids = {path: sha1(path.encode(), usedforsecurity=False).hexdigest() for path in paths}
    of_a_commit = "".join(f"{about} {ids[path]}\t{path}\0" for path, about in paths.items())
    of_the_index = "".join(f"{about.split()[0]} {ids[path]} 0\t{path}\0" for path, about in paths.items())
    assert as_staged(of_a_commit.encode()) == of_the_index.encode()


def test_a_conflict_shows_once_its_bundle_is_opened() -> None:
    records = (f"100644 {'0' * 40} 0\tapps/a/b/production.yaml", f"100644 {'0' * 40} 2\tapps/b/b/sandbox.yaml", "")
    found = Listing("\0".join(records).encode())
    assert len(found.open("partner/a")) == 1
    for look in (lambda: found.open("partner/b"), found.entries):
        with pytest.raises(RepositoryError, match=r"sandbox\.yaml is in conflict"):
            look()
