"""`policy.yaml`'s plain data -> the policy (design §4).

The same shape as `schemas/policy.schema.json`, written out by hand because every commit reads it; a test holds the two
together. What a schema can't say is checked here as well: that a window opens before it closes, that a moved day is
open. Holidays are looked up by `windows`, not here: that takes a package that is slow to import.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from launchwindow.load.plain import ABSENT, Plain, nearest, shown
from launchwindow.load.policy_windows import windows_from
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.errors import PolicyError
from launchwindow.model.finding import SEVERITIES
from launchwindow.model.policy import Environment, NoticeDays, Policy, Review, Reviewer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

SECTIONS = ("timezone", "windows", "notice", "environments", "review",
            "certificates", "logo", "urls", "endpoints")  # fmt: skip
_NOTICE_FROM: Mapping[str, Literal["pull-request", "merge"]] = {"pull-request": "pull-request", "merge": "merge"}
_PERMISSIONS = {name: name for name in ("write", "maintain", "admin")}

_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_BASE = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/?")
_EMAIL = re.compile(r"[^@<> ]+@[^@<> ]+")
_GITHUB = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_RULE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SEVERITIES: Mapping[str, str] = {severity: severity for severity in SEVERITIES}


def policy_from(data: object) -> Policy:
    """The policy in the plain data of a `policy.yaml`: dates and times are texts, keys too.

    Raises `PolicyError` with every problem at once, each a sentence that names its place and says what to do.
    """
    problems: list[str] = []
    if not isinstance(data, dict):
        keys = ", ".join(SECTIONS)
        raise PolicyError((f"policy.yaml: must be a mapping with the keys {keys}, but is {shown(data)}.",))
    root = Plain(data, "", problems).fields(SECTIONS, ("rules",))
    certificates = root["certificates"].fields(("key_bits", "lifetime_days", "serial_digits", "warn_days"))
    notice = root["notice"].fields(("from",), ("push_hosts",))
    saml_year, endpoints = _endpoints(root["endpoints"])
    policy = Policy(
        timezone=_timezone(root["timezone"]),
        windows=windows_from(root["windows"]),
        notice_from=notice["from"].one_of("day to count notice from", _NOTICE_FROM, "merge"),
        push_hosts=frozenset(_hosts(notice["push_hosts"], "hosts", "benefits.exa.gov")),
        environments=_environments(root["environments"]),
        review=_review(root["review"]),
        key_bits=certificates["key_bits"].whole_number(1024, 16384, 2048),
        lifetime_days=_lifetime(certificates["lifetime_days"]),
        serial_digits=_serial_digits(certificates["serial_digits"]),
        warn_days=certificates["warn_days"].whole_number(0, 3650, 0),
        logo_max_bytes=root["logo"].fields(("max_bytes",))["max_bytes"].whole_number(1, 10485760, 1),
        url_suffixes=_hosts(root["urls"].fields(("suffixes",))["suffixes"], "suffixes", "gov", least=1),
        saml_year=saml_year,
        endpoints=endpoints,
        severities=_severities(root["rules"]),
    )
    if problems:
        raise PolicyError(tuple(f"policy.yaml: {problem}" for problem in problems))
    return policy


def _timezone(node: Plain) -> ZoneInfo:
    name = node.text("time zone", "America/New_York")
    if name:
        try:
            return ZoneInfo(name)
        # The name is looked up as a path: it may be no file, a folder, too long, or outside of the database.
        except (KeyError, ValueError, OSError):
            from zoneinfo import available_timezones

            near = nearest(name, sorted(available_timezones()), alike=0.65)
            how = f"did you mean “{near}”?" if near else "write one of the IANA database, such as America/New_York."
            node.refuse(f"{shown(name)} is no time zone; {how}")
    # Never seen by anyone: a problem was noted, so the policy is refused.
    return cast("ZoneInfo", None)


def _hosts(node: Plain, what: str, example: str, *, least: int = 0) -> tuple[str, ...]:
    one = what.removesuffix("es") if what == "suffixes" else what.removesuffix("s")
    hosts = (item.text(one, example, _HOST).lower() for item in node.items(what, least=least))
    return tuple(dict.fromkeys(host for host in hosts if host))


def _environments(node: Plain) -> dict[str, Environment]:
    return {name: _environment(name, part) for name, part in node.fields(ENVIRONMENTS).items()}


def _environment(name: str, node: Plain) -> Environment:
    parts = node.fields(("review", "windows", "agreement"), ("notice_days",))
    windows = parts["windows"].flag()
    notice = parts["notice_days"]
    if windows and not notice.present:
        node.refuse("the key “notice_days” is missing; where windows is true it is needed.")
    days = notice.fields(("default", "push_notification_host"))
    return Environment(
        name=name,
        review=parts["review"].flag(),
        windows=windows,
        agreement=parts["agreement"].flag(),
        notice_days=NoticeDays(*(days[key].whole_number(0, 365, 0) for key in NoticeDays._fields)),
    )


def _review(node: Plain) -> Review:
    parts = node.fields(("approvals", "reviewers"), ("permission",))
    approvals = parts["approvals"].whole_number(1, 20, 1)
    permission = None
    if parts["permission"].value is not None:
        permission = parts["permission"].one_of("permission", _PERMISSIONS, None)
    listed = list(parts["reviewers"].items("reviewers, each with an email"))
    reviewers: dict[str, Reviewer] = {}
    for item in listed:
        reviewer = _reviewer(item)
        if reviewer.email and reviewer.email.lower() in reviewers:
            item.refuse(f"{shown(reviewer.email)} is a reviewer already; keep one of them.")
        reviewers.setdefault(reviewer.email.lower(), reviewer)
    on_list_only = parts["permission"].value in (None, ABSENT)
    if on_list_only and isinstance(parts["reviewers"].value, list) and len(listed) < approvals:
        parts["approvals"].refuse(
            f"asks for {approvals}, but only {len(listed)} can approve; add reviewers, or set a permission."
        )
    return Review(approvals, tuple(reviewers.values()), permission)


def _reviewer(node: Plain) -> Reviewer:
    parts = node.fields(("email",), ("github",))
    email = parts["email"].text("e-mail address", "reviewer@login.gov", _EMAIL)
    github = parts["github"]
    if github.value is None or not github.present:
        return Reviewer(email, None)
    return Reviewer(email, github.text("GitHub account", "login-reviewer", _GITHUB))


def _lifetime(node: Plain) -> tuple[int, int]:
    parts = node.fields(("min", "max"))
    least, most = parts["min"].whole_number(0, 36525, 0), parts["max"].whole_number(1, 36525, 36525)
    if least > most:
        node.refuse(f"min ({least}) is more than max ({most}); exchange them.")
    return least, most


def _serial_digits(node: Plain) -> tuple[int, int]:
    parts = node.fields(("min", "base"))
    base = parts["base"].whole_number(10, 16, 16)
    if base not in (10, 16):
        parts["base"].refuse(f"{base} is neither 10 nor 16; write one of them.")
    return parts["min"].whole_number(0, 49, 0), base


def _endpoints(node: Plain) -> tuple[int, dict[str, str]]:
    parts = node.fields(("saml_year", "production", "sandbox"), ("staging",))
    addresses = {}
    for name in ENVIRONMENTS:
        address = parts[name].text("base address", "https://secure.login.gov", _BASE)
        if address:
            addresses[name] = address.removesuffix("/")
    return parts["saml_year"].whole_number(2020, 2100, 2020), addresses


def _severities(node: Plain) -> dict[str, str]:
    severities: dict[str, str] = {}
    for key, value in node.entries("rules and their severities"):
        rule = key.text("rule's id", "certificate-lifetime", _RULE)
        severity = value.one_of("severity", _SEVERITIES, None)
        if rule and severity is not None:
            severities[rule] = severity
    return severities
