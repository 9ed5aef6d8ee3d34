"""A scheme of an app's own is its domain backwards; schemes that run scripts or open files are never one.

Why: on a phone any app may ask for any scheme. Only the owner of a domain has a reason to ask for that domain
backwards, so RFC 8252 (7.1) wants native apps to use `gov.exa.benefits://result`, not `benefits://result`. What sends
people to `javascript:` or `data:` runs a script with their session. The partner portal refuses what begins with `ftp`,
`sftp`, `ldap`, `file` or `mailto` (so also `filex:`), and, except in redirect URIs, what has neither host nor path;
scripts it lets through. All of this is refused in every environment, as is a host and port without a scheme: in
`localhost:3000` and `www.exa.gov:8080/result` all before the colon is read as the scheme, and no app is reached. That
a scheme is a domain backwards is asked for in staging and production.

Meant are all addresses that people are sent to; `http` and `https` are for `url-form` and `url-https`, the push
notification URL is for `push-endpoint`. What `saml-endpoints` says of the SAML addresses in staging and production is
left to it while it is an error and not waived.

Bad:

    redirect_uris: ['benefits://result', 'javascript:alert(1)', 'localhost:3000/auth/result']

Good:

    redirect_uris: ['gov.exa.benefits://result', 'http://localhost:3000/auth/result']

Fix: turn your domain round and use it as the scheme, in the app as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.plain import clean, shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, filled_in, left_to
from launchwindow.rules.uris import WEB, Uri, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts

_REFUSED_BEGINNINGS = ("ftp", "sftp", "ldap", "file", "mailto")
"""Beginnings, not names: so the portal tests them."""

_NEVER = frozenset({"about", "blob", "data", "filesystem", "jar", "javascript", "vbscript", "view-source"})
_SAML_FIELDS = ("/acs_url", "/assertion_consumer_logout_service_url")
_PORT = r"(?s)[0-9]{1,5}(?:[/?].*)?"
_BACKWARDS = r"[a-z][a-z0-9-]*(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
_OTHER_ENDINGS = ("com", "net", "org", "us")


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    reviewed = app.environment != "sandbox"
    elsewhere = app.protocol == "saml" and reviewed and left_to("saml-endpoints", app, facts)
    for path, address in addresses_of(app).odd:
        if path == "/push_notification_url" or (elsewhere and path in _SAML_FIELDS):
            continue
        text = filled_in(path, address)
        uri = parse(text) if text is not None else None
        if uri is None:
            # What can't be read is for `url-form`; were that no error, a browser might still run it.
            trouble = None if left_to("url-form", app, facts) else _never_scheme(_first_word(address))
        elif uri.scheme is None or uri.scheme in WEB:
            continue
        else:
            trouble = _never_scheme(uri.scheme) or _never(uri, path)
            if trouble is None and reviewed:
                trouble = _not_backwards(uri.scheme, facts.policy.url_suffixes)
        if trouble is not None:
            yield Problem(path, *trouble)


def _first_word(address: str) -> str:
    """What browsers take for the scheme: they skip white space and control characters before and in it."""
    return re.sub(r"[\x00-\x20]", "", address).partition(":")[0].lower()


def _never_scheme(scheme: str) -> tuple[str, str] | None:
    """Why nobody may be sent to the scheme."""
    if scheme in _NEVER:
        return f"{shown(scheme + ':')} runs what the address says or shows what it holds.", _fix()
    if scheme.startswith(_REFUSED_BEGINNINGS):
        return f"The identity provider takes no scheme that begins like {shown(scheme + ':')}.", _fix()
    return None


def _never(uri: Uri, path: str) -> tuple[str, str] | None:
    """What is wrong in every environment, whatever the scheme."""
    scheme = uri.scheme or ""
    if uri.opaque is not None and re.fullmatch(_PORT, uri.opaque):
        fix = f"Write http:// or https:// before it: https://{clean(scheme)}:{clean(uri.opaque)}."
        return f"Without a scheme, {shown(scheme)} is read as one, and what follows is no port.", fix
    nowhere = not uri.host and not uri.path
    if nowhere and (not path.startswith("/redirect_uris/") or scheme.startswith("http")):
        return "The address has neither host nor path after its scheme, so it leads nowhere.", _fix()
    return None


def _not_backwards(scheme: str, suffixes: Iterable[str]) -> tuple[str, str] | None:
    """Why the scheme is no domain written backwards, None when it is one."""
    if not re.fullmatch(_BACKWARDS, scheme):
        message = f"{shown(scheme + ':')} could be the scheme of anybody's app: a native app's is its domain backwards."
        return message, _fix()
    labels = scheme.split(".")
    endings = {suffix.lower().strip(".").rpartition(".")[2] for suffix in suffixes} | set(_OTHER_ENDINGS)
    if labels[-1] in endings and labels[0] not in endings:
        fix = f"Turn it round, in the app as well: {clean('.'.join(reversed(labels)))}://result."
        return f"The scheme {shown(scheme)} is a domain, but not backwards.", fix
    return None


def _fix() -> str:
    return "Write https://…, or for a native app its domain backwards, such as gov.exa.benefits://result."


RULE = Rule("redirect-scheme", "error", "Schemes of native apps are domains backwards, and never scripts", app=_check)
