"""Addresses are whole, and written so that the identity provider can read them.

Why: the identity provider reads each address by RFC 3986 and by ASCII alone. One redirect URI that it can't read
spoils the whole app: every request that is not matched before it fails with `redirect_uri_invalid`. The partner portal
refuses such an address, one without a scheme, and a host with other characters than letters, digits, `-`, `_` and `.`
(so no `%` escapes and no IPv6 address). `post_idv_follow_up_url` is a template: each `%` but that of `%{locale}` breaks
the e-mail (`%%` is a percent sign).

Refused beside that, although the identity provider would store it, because it can't be meant: user names and
passwords, which everybody would see here; a port or host that can't exist; what a query must write as an escape (white
space, quotes, `<`, `>`, backquotes, a backslash, a bare `%`), since some comparisons are made letter by letter. A
fragment in a redirect URI is refused by the OAuth standard (RFC 6749, 3.1.2); sandbox apps may have one.

Can't be waived. `url-domain` says of some of these addresses, too, that it can't tell their host: it must not depend
on how severe this rule is. An IPv6 address in staging and production is left to `url-local` or `url-domain`, while
they are errors and not waived.

Bad:

    redirect_uris: ['benefits.exa.gov/auth/result', 'https://benefits.exa.gov/a b', 'https://me:secret@exa.gov/']
    post_idv_follow_up_url: https://benefits.exa.gov/100%/continue

Good:

    redirect_uris: ['https://benefits.exa.gov/auth/result', 'https://benefits.exa.gov/a%20b']
    post_idv_follow_up_url: https://benefits.exa.gov/%{locale}/continue

Fix: write the address in full, from `https://` on, and what is no ASCII as the browser's address bar copies it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.load.plain import CONTROL, shown
from launchwindow.model.rule import Problem, Rule
from launchwindow.rules.addresses import addresses_of, filled_in, left_to
from launchwindow.rules.hosts import why_local
from launchwindow.rules.uris import HIGHEST_PORT, WEB, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from launchwindow.model.app import App
    from launchwindow.model.rule import Facts
    from launchwindow.rules.uris import Uri

Trouble = tuple[str, str]
"""What is wrong with an address, and what to write instead."""

_REDIRECTS = "/redirect_uris/"
_HOST = r"[A-Za-z0-9_.-]+"
_BARE_PERCENT = r"%(?![0-9A-Fa-f]{2})"
_IN_NO_ADDRESS = r'["<>^`{|}\[\]]'
_IN_NO_QUERY = r'["<>`]'
_BROKEN_TEMPLATE = (
    "The identity provider fills in this address as a template, and a bare % breaks the e-mail.",
    "Write %% for a percent sign, such as %%20 for a space. Only %{locale} stands for something.",
)
_LONGEST_HOST, _LONGEST_LABEL = 253, 63


def _check(app: App, facts: Facts) -> Iterator[Problem]:
    for path, address in addresses_of(app).odd:
        if CONTROL.search(address) and left_to("schema", app, facts):
            continue
        text = filled_in(path, address)
        trouble = _BROKEN_TEMPLATE if text is None else _trouble_in(text) or _trouble_here(path, text, app, facts)
        if trouble is not None:
            yield Problem(path, *trouble)


def _trouble_in(address: str) -> Trouble | None:
    """What is wrong with the address in every environment."""
    trouble = _unreadable(address)
    uri = parse(address)
    if trouble is not None or uri is None:
        return trouble or (f"{shown(address)} can't be read as an address.", "Write it like https://benefits.exa.gov/.")
    if uri.scheme is None:
        what = "begins with no scheme" if not address.startswith("/") else "is only part of an address"
        return f"{shown(address)} {what}.", "Write it in full, such as https://benefits.exa.gov/auth/result."
    if uri.scheme in WEB and not uri.host:
        fix = f"Write two slashes and the host: {uri.scheme}://benefits.exa.gov/."
        return "The address names no host.", fix
    if uri.user is not None:
        message = "What stands before the @ is a user name, which an address here may not have."
        return message, "Write the host straight after the slashes; never write a password."
    if uri.port is not None and not 0 < uri.port <= HIGHEST_PORT:
        return f"There is no such port; they go from 1 to {HIGHEST_PORT}.", "Leave the port out if it is the usual one."
    return _trouble_with_host(uri)


def _unreadable(address: str) -> Trouble | None:
    """Which characters keep the address from being read as it was meant."""
    if any(character.isspace() for character in address):
        where = "at its end" if address.strip() == address.rstrip() != address else "in it"
        where = "at its beginning" if address.lstrip() != address else where
        return f"The address has white space {where}.", "Leave it out, or write %20 where a space is really meant."
    if CONTROL.search(address):
        return "The address has a character in it that can't be seen.", "Type the address anew."
    if "\\" in address:
        return "The address has a backslash, which browsers and servers read differently.", "Write / instead."
    if not address.isascii():
        foreign = next(character for character in address if not character.isascii())
        fix = "Write a host in its xn-- form, and anything else as % escapes: copied from the browser's bar, it is so."
        return f"The address has {shown(foreign)} (U+{ord(foreign):04X}) in it; only ASCII can be read.", fix
    if re.search(_BARE_PERCENT, address):
        return "A % begins an escape of two hexadecimal digits, but here it does not.", "Write %25 for a percent sign."
    front, _, query = address.partition("?")
    odd = re.search(_IN_NO_QUERY, query) or (re.search(_IN_NO_ADDRESS, front) if parse(address) is None else None)
    if odd is not None:
        return f"The character {shown(odd[0])} can't stand here.", f"Write %{ord(odd[0]):02X} if it is meant."
    return None


def _trouble_with_host(uri: Uri) -> Trouble | None:
    # An asterisk is spoken of by a rule of its own, an IPv6 address further down.
    host = (uri.host or "").replace("*", "x")
    if not host or host.startswith("["):
        return None
    if not re.fullmatch(_HOST, host):
        odd = re.sub(_HOST, "", host)[0]
        fix = "Write the host with letters, digits, hyphens and dots only, and its % escapes as what they stand for."
        return f"The host has {shown(odd)} in it, which no host name has.", fix
    name = host.removesuffix(".")
    if uri.web and not all(0 < len(label) <= _LONGEST_LABEL for label in name.split(".")):
        return "The host has a part that is empty or too long.", f"Write 1 to {_LONGEST_LABEL} characters between dots."
    if uri.web and len(name) > _LONGEST_HOST:
        return "The host is longer than a host can be.", f"Use a host of at most {_LONGEST_HOST} characters."
    return None


def _trouble_here(path: str, address: str, app: App, facts: Facts) -> Trouble | None:
    """What is wrong with the address in this field or environment."""
    uri, reviewed = parse(address), app.environment != "sandbox"
    if uri is None:
        return None
    if reviewed and uri.fragment is not None and path.startswith(_REDIRECTS):
        message = "A redirect URI may not have a fragment, the part from # on (RFC 6749, 3.1.2)."
        return message, "Leave the fragment out; let that page send people on."
    if uri.host is not None and uri.host.startswith("["):
        speaker = "url-local" if why_local(uri.host) is not None else "url-domain"
        if not (reviewed and left_to(speaker, app, facts)):
            return "The host is an IPv6 address, which the partner portal refuses.", "Write the host's name."
    return None


RULE = Rule("url-form", "error", "Addresses are whole and readable", app=_check, waivable=False)
