"""The help texts in an app's file. Shared by the help text rules; no rule itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.app import once_for_each
from launchwindow.model.finding import pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwindow.model.app import App

LOCALES = {"en": "English", "es": "Spanish", "fr": "French", "zh": "Chinese"}
"""What the identity provider's pages can be read in."""


@once_for_each
def sections(app: App) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """(section, locale -> text) of each section; what has another shape, or another name, is left to the schema."""
    return tuple(
        (section, {key: text for key, text in texts.items() if key in LOCALES and isinstance(text, str)})
        for section, texts in app.mapping("help_text").items() if isinstance(texts, dict)
    )  # fmt: skip


@once_for_each
def help_texts(app: App) -> tuple[tuple[str, str], ...]:
    """(JSON Pointer, text) of every help text that is not blank."""
    return tuple(
        (pointer("help_text", section, locale), text)
        for section, texts in sections(app) for locale, text in texts.items() if text.strip()
    )  # fmt: skip
