"""The steps of `init`, in any state of a folder: nobody's own is written over, and a second run is quiet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from launchwindow.edit.init_files import Action, Reviewer, Wishes
from launchwindow.edit.init_manifest import Manifest, digest, manifest_bytes, read_manifest
from launchwindow.edit.init_steps import InTheWay, Step, next_manifest, steps_of

WISHES = Wishes(Action("https://github.com", "a/b", "0" * 40, None), (Reviewer("a@b.gov", "a"),))
PATHS = ("README.md", ".github/CODEOWNERS", "policy.yaml", "old.md")
TEXT = st.sampled_from([b"", b"a\n", b"a\r\n", b"a\nb\n", b"a\r\nb\r\n", b"a\nb\r\n", b"c\n", b"no end"])
NEW = st.dictionaries(st.sampled_from(PATHS[:-1]), st.sampled_from([b"a\n", b"a\nb\n", b"c\n"]), min_size=1)
THERE = st.dictionaries(st.sampled_from(PATHS), st.one_of(st.none(), TEXT, st.just(InTheWay("is a link"))))
MANIFEST = st.none() | st.builds(
    Manifest, st.just("0.0.9"), st.just(WISHES), st.dictionaries(st.sampled_from(PATHS), TEXT.map(digest)),
    st.lists(st.sampled_from(PATHS), unique=True).map(tuple),
)  # fmt: skip


def taken(there: dict[str, bytes | InTheWay | None], steps: list[Step]) -> dict[str, bytes | InTheWay | None]:
    return there | {one.path: one.after for one in steps if one.writes}


@given(NEW, THERE, MANIFEST)
def test_only_what_is_ours_is_written(
    texts: dict[str, bytes], there: dict[str, bytes | InTheWay | None], before: Manifest | None
) -> None:
    steps = steps_of(texts, there, before)
    assert {one.path for one in steps} >= texts.keys()
    for one in steps:
        found = there.get(one.path)
        if one.writes and found is None:
            assert before is None or one.path not in before.files, "what was deleted stays so"
        elif one.writes:
            assert isinstance(found, bytes)
            assert before is not None
            assert digest(found) == before.files[one.path], "only what nobody edited is replaced"
        if one.writes:
            assert one.after is not None
            assert digest(one.after) == digest(texts[one.path]), "and by our own text"
            assert one.before == found


@given(NEW, THERE, MANIFEST)
def test_again_there_is_nothing_to_do(
    texts: dict[str, bytes], there: dict[str, bytes | InTheWay | None], before: Manifest | None
) -> None:
    steps = steps_of(texts, there, before)
    after = taken(there, steps)
    manifest = read_manifest(next_manifest("0.1.0", WISHES, texts, steps, before))
    again = steps_of(texts, after, manifest)
    assert [one for one in again if one.writes or one.asks] == []
    assert taken(after, again) == after
    assert next_manifest("0.1.0", WISHES, texts, again, manifest) == manifest_bytes(manifest)


@given(NEW, THERE, MANIFEST)
def test_a_run_that_was_killed_is_finished_by_the_next(
    texts: dict[str, bytes], there: dict[str, bytes | InTheWay | None], before: Manifest | None
) -> None:
    """The manifest comes last: whatever was written, the next run comes to the same."""
    steps = steps_of(texts, there, before)
    written = [one for one in steps if one.writes]
    for done in range(len(written) + 1):
        half = taken(there, written[:done])
        assert taken(half, steps_of(texts, half, before)) == taken(there, steps)


@given(MANIFEST.filter(lambda one: one is not None))
def test_a_manifest_is_read_as_it_was_written(manifest: Manifest) -> None:
    read = read_manifest(manifest_bytes(manifest))
    assert read == manifest._replace(kept=tuple(sorted(manifest.kept)))
