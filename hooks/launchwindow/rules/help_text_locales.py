"""A help text speaks to everyone: beside English there are Spanish and French.

Why: the process page, "Production configuration process": "Specify the sign-in, sign-up, and forgot password help text
users will encounter in your app. This step is optional but encouraged to ensure better usability." The documentation
asks for Spanish and French beside the English text: people who read another language than the text is in see none,
because the identity provider shows nothing where the text of a language is blank or missing. Chinese is possible as
well. A warning; in the sandbox, where texts are drafts, a note.

Bad:

    help_text:
      sign_in:
        en: Sign in with your EXA email.

Good:

    help_text:
      sign_in:
        en: Sign in with your EXA email.
        es: Inicie sesión con su correo electrónico de EXA.
        fr: Connectez-vous avec votre adresse e-mail EXA.

Fix: add the languages that are missing; the dashboard's preset texts are translated already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.model.finding import pointer
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.help_texts import LOCALES, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_ASKED = ("en", "es", "fr")


def _check(app: App, _facts: Facts) -> Iterator[Problem]:
    for section, texts in sections(app):
        spoken = [locale for locale, text in texts.items() if text.strip()]
        silent = [locale for locale in _ASKED if locale not in spoken]
        if spoken and silent:
            blank = [locale for locale in silent if locale in texts]
            place = pointer("help_text", section, *blank[:1])
            languages = ", ".join(LOCALES[locale] for locale in silent)
            message = f"People see nothing here who read the pages in: {languages}."
            fix = f"Add {', '.join(f'`{locale}:`' for locale in silent)} with the same text in that language."
            yield Problem(place, message, fix, severity="note" if app.environment == "sandbox" else None)


RULE = Rule("help-text-locales", "warning", "Help texts are there in English, Spanish and French", app=_check)
