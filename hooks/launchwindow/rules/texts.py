"""All texts in an app's or partner's file, gathered once for the rules that search in each. No rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.app import once_for_each

if TYPE_CHECKING:
    from launchwindow.model.app import App, Partner


@once_for_each
def texts_of(source: App | Partner) -> str:
    """Every key and text, with line breaks between them: what is not found in it stands in none of them."""
    found: list[str] = []
    _gather(source.data, found)
    return "\n".join(found)


def _gather(value: object, found: list[str]) -> None:
    """At most 50 levels are read, so depth is no danger."""
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            found.append(str(key))
            if type(item) is str:
                found.append(item)
            else:
                _gather(item, found)
    elif isinstance(value, list):
        for item in value:
            _gather(item, found)
