"""Whatever a partner writes, no rule raises, and nothing that can't be printed comes out of a message."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from launchwindow.io.resources import schema
from launchwindow.load.corpus import load_corpus
from launchwindow.load.digest import blob_id
from launchwindow.load.plain import CONTROL
from launchwindow.model.day import Dates
from launchwindow.model.finding import pointer
from launchwindow.model.rule import Facts
from launchwindow.model.snapshot import Entry
from launchwindow.rules import RULES
from launchwindow.rules.schema_faults import faults
from launchwindow.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from launchwindow.model.finding import Finding

ROOT = Path(__file__).parent.parent
POLICY = (ROOT / "policy.yaml").read_bytes()
CERTIFICATE = (ROOT / "apps/exa/benefits-finder/certs/2026.crt").read_bytes()
SUCCESSOR = (ROOT / "apps/npa/researcher-card/certs/2027.crt").read_bytes()
TODAY = date(2026, 11, 24)
WINDOW = date(2026, 12, 10)

APP: dict[str, Any] = {
    "app_name": "Demo", "friendly_name": "Demo", "issuer": "urn:exa:demo", "team": "benefits",
    "iaa": "LGEXAFY260001-0001-0000", "protocol": "openid_connect_private_key_jwt", "ial": 2, "default_aal": 2,
    "logo": "logo.svg", "certs": ["certs/2026.crt"], "redirect_uris": ["https://demo.exa.gov/auth/result"],
    "return_to_sp_url": "https://demo.exa.gov/", "failure_to_proof_url": "https://demo.exa.gov/other",
    "push_notification_url": "https://demo.exa.gov/risc", "attribute_bundle": ["email"],
    "acs_url": "https://demo.exa.gov/acs", "help_text": {"sign_in": {"en": "<p>Sign in</p>"}},
    "attestations": {"ato": {"system": "Demo", "expires": "2028-03-31"}, "dedicated_domains": ["exademo.com"]},
    "contacts": [{"role": "technical", "email": "dev@exa.gov"}], "launch": {"date": "2027-02-01"},
    "release": {"not_before": "2027-02-01", "key_in_use": {"certificate": "certs/2026.crt", "as_of": "2026-10-01"}},
    "waivers": [{"rule": "logo-size", "ticket": "LG-1", "reason": "Agreed.", "expires": "2027-06-30"}],
}  # fmt: skip
MOD = {"number": 0, "signed": "2026-01-15", "starts": "2026-01-01", "ends": "2028-12-31", "integrations": ["Demo"]}
PARTNER: dict[str, Any] = {
    "name": "Example Agency", "abbreviation": "EXA", "agency_id": 901,
    "teams": [{"id": "benefits", "name": "Benefits", "members": [{"email": "dev@exa.gov"}]}],
    "agreements": [{"gtc": "LGEXAFY260001", "mod": 0, "starts": "2026-01-01", "ends": "2030-12-31",
                    "orders": [{"number": 1, "mods": [MOD]}]}],
}  # fmt: skip

_NASTY = st.sampled_from([
    "", " ", "<", "<>", "<REPLACE_ME>", "%", "%{", "..", "../x", "certs/", "<svg", "*", "x" * 5000,
    "http://", "https://[", "https://[::1]:x/", "https://a:99999/", "//", "javascript:x", "https://xn--.gov/",
    "https://\u0130.gov", "https://\uff0e.gov/", "saml", "openid_connect_pkce", "-----BEGIN CERTIFICATE-----",
    "LGEXAFY260001-0001-9999", "0000-00-00", "2027-02-30", "9999-99-99",
])  # fmt: skip
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | _NASTY
_KEYS = st.text(max_size=8) | st.sampled_from(
    [*APP, *PARTNER, *MOD, "gtc", "orders", "mods", "id", "en", "expires", "0"]
)
_DATA = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=8
)


class Fake:
    """A snapshot in memory: path -> bytes, all of them regular files."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path."""
        return {path: Entry("file", blob_id(data)) for path, data in self._files.items()}

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of those that there are."""
        return {path: self._files[path] for path in paths if path in self._files}


@st.composite
def _damaged(draw: st.DrawFn, whole: dict[str, Any]) -> Any:
    """Valid data with some parts, at any depth, replaced or removed."""
    copy = json.loads(json.dumps(whole))
    for _ in range(draw(st.integers(1, 4))):
        here: Any = copy
        while isinstance(here, (dict, list)) and here:
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            key = draw(st.sampled_from(keys))
            if not isinstance(here[key], (dict, list)) or not here[key] or draw(st.booleans()):
                if draw(st.integers(0, 4)):
                    here[key] = draw(_DATA)
                else:
                    del here[key]
                break
            here = here[key]
    return copy


def _findings(
    files: Mapping[str, bytes], deployed: frozenset[str] | None = None, before: Mapping[str, bytes] | None = None
) -> tuple[Finding, ...]:
    """Every finding of every rule, perhaps about a change of what was before; each is looked at in the whole."""
    corpus = load_corpus(Fake({"policy.yaml": POLICY, **files}))
    base = None if before is None else load_corpus(Fake({"policy.yaml": POLICY, **before}))
    facts = Facts(corpus, corpus.policy, Dates(TODAY, lambda _environment: WINDOW), deployed, schema, base)
    findings = validate(corpus, facts)
    for finding in findings:
        text = finding.message + finding.fix
        assert not CONTROL.search(text), (finding.rule, text)
        assert len(text) < 2000, (finding.rule, text)
        assert finding.message.strip(), finding.rule
        assert finding.fix.strip(), finding.rule
        assert finding.span.line >= 1
        assert finding.span.column >= 1
    return findings


def _repository(app: object, partner: object, environment: str = "production") -> dict[str, bytes]:
    """One app and its partner; JSON is YAML."""
    return {
        f"apps/exa/demo/{environment}.yaml": json.dumps(app, ensure_ascii=False).encode(),
        "apps/exa/demo/sandbox.yaml": json.dumps(APP).encode(),
        "apps/exa/demo/certs/2026.crt": CERTIFICATE,
        "apps/exa/demo/logo.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        "partners/exa.yaml": json.dumps(partner, ensure_ascii=False).encode(),
    }


def test_what_is_damaged_is_sound_before() -> None:
    """The properties below start from files that the schema takes."""
    found = {finding.rule for finding in _findings(_repository(APP, PARTNER))}
    assert not found & {"yaml", "schema", "location", "placeholder", "iaa-format", "iaa-unknown", "iaa-unlisted"}
    assert RULES


@settings(max_examples=60, deadline=None)
@given(_DATA, _DATA)
def test_any_data(app: object, partner: object) -> None:
    """Plain data of any shape in both files."""
    _findings(_repository(app, partner))


@settings(max_examples=100, deadline=None)
@given(_damaged(APP), st.sampled_from(["production", "staging", "sandbox"]), st.booleans())
def test_damaged_app(app: object, environment: str, deployed: bool) -> None:
    """An app's file that is right but for some places."""
    ids = frozenset({f"{environment}/exa/demo"}) if deployed else None
    _findings(_repository(app, PARTNER, environment), ids)


_CERTS = st.lists(st.sampled_from(["certs/2026.crt", "certs/2027.crt", "certs/\u202e.crt", 1]), max_size=4)
_TIMES = st.sampled_from([
    "2027-01-12T10:00:00-05:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2027-02-30T10:00:00Z",
    "2027-01-12", "2999-12-31T23:59:59-14:00", 5, None,
])  # fmt: skip
_KEYS_IN_USE = _DATA | st.fixed_dictionaries({
    "certificate": st.sampled_from(["certs/2026.crt", "certs/2027.crt", "\x1b[31m", "x" * 5000]),
    "as_of": st.sampled_from(["2026-11-20", "2026-11-24", "9999-12-31", "0001-01-01", "x"]),
})  # fmt: skip
_ROTATED = st.fixed_dictionaries({
    "certs": _CERTS | _DATA, "protocol": st.sampled_from(["saml", "openid_connect_private_key_jwt"]),
    "requests_signed": st.sampled_from([True, False, None, "yes"]),
    "release": st.fixed_dictionaries({}, optional={
        "coordinate_at": _TIMES, "reason": _SCALARS, "key_in_use": _KEYS_IN_USE}) | _DATA,
})  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_ROTATED, _ROTATED)
def test_any_change_of_certificates(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Certificates, agreed times and words on keys of any kind, before and after."""
    more = {"apps/exa/demo/certs/2027.crt": SUCCESSOR, "apps/exa/demo/certs/\u202e.crt": SUCCESSOR}
    was, now = (_repository({**APP, **change}, PARTNER) | more for change in (before, after))
    _findings(now, frozenset({"production/exa/demo"}), was)


@settings(max_examples=60, deadline=None)
@given(_damaged(APP) | _damaged({**APP, "protocol": "saml", "pkce": None}))
def test_schema_rule_is_no_looser_than_the_schema(app: object) -> None:
    """What the plain library refuses, the rule refuses at least in one place; it is stricter about numbers and days."""
    errors = {pointer(*error.absolute_path) for error in Draft202012Validator(schema("app")).iter_errors(app)}
    found = {fault.path for fault in faults(app, schema("app"))}
    assert bool(found) or not errors
    assert all(any(place.startswith(error) for place in found) for error in errors)


@settings(max_examples=60, deadline=None)
@given(_damaged(PARTNER))
def test_damaged_partner(partner: object) -> None:
    """A partner's file that is right but for some places."""
    _findings(_repository(APP, partner))


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=60), st.binary(max_size=60), st.sampled_from(["", "app_name: ", "---\n", "certs: [", "\ufeff"])
)
def test_any_bytes(app: bytes, file: bytes, before: str) -> None:
    """Bytes that are no YAML, no certificate and no logo."""
    files = _repository(APP, PARTNER, "staging")
    _findings(files | {"apps/exa/demo/production.yaml": before.encode() + app,
                       "apps/exa/demo/certs/2026.crt": file, "apps/exa/demo/logo.svg": file})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(
            alphabet=st.characters(codec="utf-8", exclude_characters="\0/") | st.just("\udcff"), min_size=1, max_size=12
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_path(parts: list[str]) -> None:
    """A file of any name, anywhere beneath apps/ and partners/."""
    name = "/".join(parts)
    paths = (f"apps/{name}", f"partners/{name}", f"apps/{name}/production.yaml", f"partners/{name}.yaml")
    _findings(_repository(APP, PARTNER) | dict.fromkeys(paths, json.dumps(APP).encode()))
