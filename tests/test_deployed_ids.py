"""What is deployed is found among git's names in their order as in a set of all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from launchwindow.model.deployed_ids import DeployedIds

NAMES = st.sampled_from(["a", "a0", "a-", "a.", "ab", "A", "ü", "\udcff", "a.yaml"])
IDS = st.builds("/".join, st.tuples(st.sampled_from(["production", "sandbox", "staging"]), NAMES, NAMES))


@given(st.sets(IDS), st.lists(IDS))
def test_ids_are_found_as_in_a_set(ids: set[str], others: list[str]) -> None:
    deployed = DeployedIds.of(ids)
    assert [one in deployed for one in [*ids, *others]] == [one in ids for one in [*ids, *others]]


@given(st.sets(IDS), NAMES)
def test_those_of_a_partner_are_found(ids: set[str], partner: str) -> None:
    for environment in ("production", "sandbox"):
        found = DeployedIds.of(ids).of_partner(environment, partner)
        expected = {one for one in ids if one.startswith(f"{environment}/{partner}/")}
        assert {path.decode("utf-8", "surrogateescape") for path in found} == {
            f"deployed/{one}.yaml" for one in expected
        }


@given(st.permutations(["b/a/a", "a/b/a", "a/a/b", "a/a/a"]))
def test_their_order_does_not_matter(ids: list[str]) -> None:
    deployed = DeployedIds.named(f"deployed/{one}.yaml" for one in ids)
    assert all(one in deployed for one in ids)
    assert deployed.of_partner("a", "a") == [b"deployed/a/a/a.yaml", b"deployed/a/a/b.yaml"]
