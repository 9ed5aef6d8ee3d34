"""What is part of the ordinary suite, and what most of it shares.

A test that is marked `few(N)` runs N of its cases there, evenly spread; the others are marked `more`, for `make more`.
A property is tried there with a third of its examples, and `make more` tries it with all. Cases that are asked for by
name are run as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import is_hypothesis_test, settings

from support.crashes import Runner

SHARE = 3
"""The ordinary suite tries one in so many of a property's examples."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Before `-m` chooses among them."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("few"):
            cases[item.nodeid.partition("[")[0]].append(item)
    for same in cases.values():
        marker = same[0].get_closest_marker("few")
        assert marker
        keep = marker.args[0]
        kept = {number * len(same) // keep for number in range(min(keep, len(same)))}
        for number, item in enumerate(same):
            if len(same) > keep and number not in kept:
                item.add_marker(pytest.mark.more)
    if "not more" in config.getoption("markexpr"):
        for function in {item.obj for item in items if is_hypothesis_test(getattr(item, "obj", None))}:
            # As hypothesis' own plugin does for its options: a decorator can't be given twice.
            whole = function._hypothesis_internal_use_settings
            function._hypothesis_internal_use_settings = settings(whole, max_examples=-(-whole.max_examples // SHARE))


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    """Command lines in processes of their own. It loads all of launchwindow first, hence one for all modules."""
    with Runner() as one:
        yield one
