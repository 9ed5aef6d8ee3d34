"""The IdP's own YAML files, each with Rails environments on top: which one is meant, and its providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launchwindow.exchange.idp_reader import IdpDocument, read
from launchwindow.load.plain import clean
from launchwindow.model.errors import LaunchwindowError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["IdpDocument", "providers", "providers_of", "rails_environment_of", "read", "section", "section_names"]


def providers(
    data: bytes, rails_environment: str | None = None, path: str = "service_providers.yml"
) -> Mapping[str, Mapping[str, object]]:
    """Issuer -> attributes as written, of one Rails environment, in the file's order.

    Which one: `rails_environment`, else `production` if it holds any, else the only one that does. Raises
    LaunchwindowError when that leaves none or a choice, and for whatever `read` refuses.
    """
    document = read(path, data)
    chosen = rails_environment_of(document, rails_environment)
    return providers_of(document, chosen)


def rails_environment_of(document: IdpDocument, wanted: str | None) -> str:
    """The top key whose providers are meant (see `providers`)."""
    tops = section_names(document)
    if wanted is not None:
        if wanted not in tops:
            raise LaunchwindowError(
                f"{document.path}: the Rails environment {clean(wanted)} holds no providers; {_having(tops)}."
            )
        return wanted
    if "production" in tops:
        return "production"
    if len(tops) == 1:
        return tops[0]
    hint = " Name one of them with --rails-environment." if tops else ""
    raise LaunchwindowError(f"{document.path}: which Rails environment is meant? {_having(tops).capitalize()}.{hint}")


def section_names(document: IdpDocument) -> tuple[str, ...]:
    """The top keys (Rails environments) that have content. Raises LaunchwindowError when the top is no mapping."""
    if document.data is None:
        return ()
    if not isinstance(document.data, dict):
        raise LaunchwindowError(
            f"{document.path}:1: the top of the file must be a mapping whose keys are Rails environments."
        )
    return tuple(key for key, value in document.data.items() if value)


def section(document: IdpDocument, rails_environment: str) -> Mapping[str, object]:
    """What stands under one Rails environment; empty when there is nothing. Raises as `section_names` does."""
    if rails_environment not in section_names(document):
        return {}
    assert isinstance(document.data, dict)
    found = document.data[rails_environment]
    if not isinstance(found, dict):
        raise LaunchwindowError(f"{document.path}: {clean(rails_environment)} must hold a mapping, not a list or text.")
    return found


def providers_of(document: IdpDocument, rails_environment: str) -> Mapping[str, Mapping[str, object]]:
    """Issuer -> attributes under one Rails environment; a provider without any has an empty mapping."""
    found: dict[str, Mapping[str, object]] = {}
    for issuer, attributes in section(document, rails_environment).items():
        if attributes is not None and not isinstance(attributes, dict):
            raise LaunchwindowError(f"{document.path}: the provider {clean(issuer)} must be a mapping of attributes.")
        found[issuer] = attributes or {}
    return found


def _having(tops: tuple[str, ...]) -> str:
    names = ", ".join(clean(top) for top in tops)
    return f"the file has providers under {names}" if tops else "the file has providers under none"
