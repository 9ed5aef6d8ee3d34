"""Names that are made from what anybody wrote."""

from __future__ import annotations

from launchwindow.exchange.names import unique


def test_names_get_numbers_in_their_order() -> None:
    taken: set[str] = set()
    for number in range(1, 2000):
        name = unique("a", taken)
        assert name == ("a" if number == 1 else f"a-{number}")
        taken.add(name)


def test_a_name_is_new_also_where_somebody_chose_numbers() -> None:
    for taken in ({"a", "a-3"}, {"a", "a-2", "a-4", "a-8"}, {"a", "a-2", "a-3", "a-5"}):
        assert unique("a", taken) not in taken
