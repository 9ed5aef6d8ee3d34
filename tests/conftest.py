"""Which cases are part of the ordinary suite: a test that is marked `few(N)` runs N of its cases there, evenly spread.

The others are marked `more`, for `make more`. Cases that are asked for by name are run as they are.
"""

from __future__ import annotations

from collections import defaultdict

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
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
