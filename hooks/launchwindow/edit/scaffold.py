"""Answers -> the files of a new app: its YAML with a comment where something is to be filled in, certificate, logo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from launchwindow.exchange.plain_yaml import Noted, rendered
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from launchwindow.edit.answers import Answers, Attached

PLACEHOLDER = "<REPLACE_ME>"
"""Stands where nothing is known; the rule `placeholder` finds each that is left."""

_SCHEMA_LINE = "yaml-language-server: $schema=../../../schemas/app.schema.json"
_LINE = re.compile(r"\s*(?:- )?(?:(?P<field>[a-z_]+):)?.*" + re.escape(PLACEHOLDER) + r"(?:\s+# (?P<what>.*))?")


class Setting(NamedTuple):
    """What the files depend on beside the answers."""

    year: int
    """Of today; certificates are named for it."""
    agreement: bool
    """Whether the environment asks for a signed agreement, and so for the attestations."""
    taken: Mapping[str, bytes]
    """Path -> bytes of the files that are in the app's folder already."""
    logo: str | None
    """The name of the twin's logo, where it has one."""


class ToFill(NamedTuple):
    """A placeholder that was written; `line` counts from 1."""

    line: int
    field: str
    what: str


def scaffold(answers: Answers, setting: Setting) -> dict[str, bytes]:
    """Path -> bytes of every file to write, the app's own first. What is there with the same bytes is not among them.

    Partner, app, environment and protocol are known. The names of certificate and logo are free ones.
    """
    certificate = _place(answers, setting, "certs/", str(setting.year), answers.certificate, ".crt")
    logo = _place(answers, setting, "", "logo", answers.logo, _ending(answers.logo))
    fields = dict(_fields(answers, setting, certificate, setting.logo if logo is None else logo))
    text = rendered(fields, _SCHEMA_LINE) + _further(answers).encode()
    files = {answers.path: text}
    for name, attached in ((certificate, answers.certificate), (logo, answers.logo)):
        if name is not None and attached is not None and f"{answers.folder}/{name}" not in setting.taken:
            files[f"{answers.folder}/{name}"] = attached.data
    return files


def _place(
    answers: Answers, setting: Setting, folder: str, stem: str, attached: Attached | None, ending: str
) -> str | None:
    """The name for a file, from the app's folder: one that is free, or that holds the same bytes; None for no file."""
    if attached is None:
        return None
    own = stem if answers.environment == "production" else f"{answers.environment}-{stem}"
    names = [f"{folder}{own}{ending}", *(f"{folder}{own}-{number}{ending}" for number in range(2, 1000))]
    if not folder:
        # A logo is the same in every environment, as a rule.
        names.insert(0, f"{stem}{ending}")
    held = {name: setting.taken.get(f"{answers.folder}/{name}") for name in names}
    return next(name for name in names if held[name] in (None, attached.data))


def _ending(logo: Attached | None) -> str:
    _, dot, ending = logo.source.rpartition(".") if logo is not None else ("", "", "")
    return f".{ending.lower()}" if dot and re.fullmatch(r"[A-Za-z]{1,5}", ending) else ".svg"


def _fields(
    answers: Answers, setting: Setting, certificate: str | None, logo: str | None
) -> Iterator[tuple[str, object]]:
    """The app's fields in the order in which people read them."""
    saml = answers.protocol == "saml"
    yield "app_name", _or_fill(answers.app_name, "exactly as in the IAA, without words like Prod")
    yield "friendly_name", _or_fill(answers.friendly_name, "what people see while signing in")
    yield "issuer", _or_fill(answers.issuer, "a unique string that identifies the app; never changed later")
    yield "team", _or_fill(answers.team, f"one of the teams in partners/{answers.partner}.yaml")
    if setting.agreement:
        yield "iaa", _or_fill(answers.iaa, "GTC-Order-Mod of the signed IAA that lists this app")
    yield "protocol", answers.protocol
    if saml:
        yield "requests_signed", Noted(False, "true once your app signs its requests, which makes key changes easy")
    yield "ial", Noted(answers.ial or 1, "1: sign-in only; 2: identity proofing is permitted")
    aal = answers.default_aal or (2 if answers.ial == 2 else 1)
    yield "default_aal", Noted(aal, "1: a device may be remembered; 2: never; 3: and phishing-resistant")
    if saml:
        bundle: list[object] = list(answers.attribute_bundle) or (["email"] if answers.ial != 2 else [_fill(
            "the attributes that your app needs: email, first_name, last_name, dob, ssn, address1, …")])  # fmt: skip
        yield "attribute_bundle", bundle
    if logo is not None or setting.agreement:
        yield "logo", _or_fill(logo, "the logo's file beside this one: logo.svg or logo.png, at most 50 KiB")
    if answers.protocol != "openid_connect_pkce":
        what = "a public certificate (PEM) beneath certs/ beside this file, such as certs/2027.crt"
        yield "certs", [_or_fill(certificate, what)]
    yield from _addresses(answers)
    if saml:
        yield "block_encryption", "aes256-cbc"
    if setting.agreement:
        yield "attestations", _attestations()
    yield "contacts", [{"role": "technical", "email": _or_fill(answers.contact, "whom Login.gov may write to")}]


def _addresses(answers: Answers) -> Iterator[tuple[str, object]]:
    if answers.protocol == "saml":
        yield "acs_url", _or_fill(answers.acs_url, "where SAML responses go")
        logout = answers.assertion_consumer_logout_service_url
        yield "assertion_consumer_logout_service_url", _or_fill(logout, "where SAML logout responses go")
    elif not answers.redirect_uris:
        yield "redirect_uris", [_fill("where people come back to; compared exactly, one address an item")]
    if answers.redirect_uris:
        yield "redirect_uris", list(answers.redirect_uris)
    yield "return_to_sp_url", _or_fill(answers.return_to_sp_url, "your app's page that “cancel” leads to")
    if answers.ial == 2 or answers.failure_to_proof_url:
        what = "your page with other ways to reach the service, for who could not prove their identity"
        yield "failure_to_proof_url", _or_fill(answers.failure_to_proof_url, what)
    if answers.push_notification_url:
        yield "push_notification_url", answers.push_notification_url


def _attestations() -> dict[str, object]:
    ato = {
        "system": _fill("the system whose Authority to Operate covers this app's addresses"),
        "expires": _fill("the last day of that ATO, like 2028-03-31"),
    }
    account = Noted(False, "true once whoever asks has an account at https://secure.login.gov")
    domains = Noted([], "a .com that serves this app alone, if its addresses are on one")
    return {"ato": ato, "production_account": account, "dedicated_domains": domains}


def _or_fill(value: str | None, what: str) -> object:
    return _fill(what) if value is None else value


def _fill(what: str) -> Noted:
    return Noted(PLACEHOLDER, what)


def _further(answers: Answers) -> str:
    """Fields that are optional, as comments to be taken up."""
    lines = ["", "# Optional; the schema explains every field:"]
    if not answers.push_notification_url:
        lines.append("# push_notification_url: https://…   # security events; a new host may need 3 weeks' notice")
    lines.append("# help_text: {sign_in: {en: …, es: …, fr: …}}   # encouraged; sign_up and forgot_password as well")
    if answers.environment == "production":
        lines.append("# launch: {date: 2027-02-01}   # when people are to sign in for the first time")
    return "\n".join(lines) + "\n"


def placeholders(text: str) -> tuple[ToFill, ...]:
    """Every placeholder of a file that `scaffold` wrote, with what belongs there."""
    found, parent = [], ""
    for number, line in enumerate(text.split("\n"), 1):
        head = re.match(r"\s*(?:- )?([a-z_]+):", line)
        match = None if line.lstrip().startswith("#") else _LINE.fullmatch(line)
        if match is not None:
            found.append(ToFill(number, match["field"] or parent, match["what"] or ""))
        parent = head[1] if head else parent
    return tuple(found)
