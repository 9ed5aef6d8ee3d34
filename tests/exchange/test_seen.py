"""`disagreements`: nothing where two say the same, and every single difference that the IdP would store."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwindow.exchange.columns import COLUMNS
from launchwindow.exchange.seen import disagreements

TEXTS = st.text(max_size=8)
SHOWN = TEXTS.map(lambda text: f"x{text}")


def values(column: str) -> st.SearchStrategy[object]:
    default = COLUMNS[column]
    if isinstance(default, bool) or column in ("pkce", "irs_attempts_api_enabled"):
        return st.booleans()
    if column in ("ial", "default_aal", "agency_id"):
        return st.integers(0, 5)
    if column in ("redirect_uris", "certs", "attribute_bundle"):
        return st.lists(TEXTS, max_size=3)
    if column == "help_text":
        return st.none() | st.dictionaries(
            TEXTS, st.dictionaries(TEXTS, SHOWN, min_size=1, max_size=2), min_size=1, max_size=2
        )
    return TEXTS


ATTRIBUTES = st.sets(st.sampled_from(sorted(COLUMNS))).flatmap(
    lambda columns: st.fixed_dictionaries({column: values(column) for column in sorted(columns)})
)


@given(ATTRIBUTES)
def test_a_provider_agrees_with_itself(attributes: dict[str, object]) -> None:
    assert disagreements(attributes, attributes) == ()


@given(ATTRIBUTES)
def test_a_provider_agrees_with_its_defaults_written_out(attributes: dict[str, object]) -> None:
    explicit = {**COLUMNS, **attributes, "protocol": "oidc", "restrict_to_deploy_env": "prod", "agency": "X"}
    assert disagreements(explicit, attributes) == ()


@given(ATTRIBUTES, st.data())
def test_any_single_change_is_named(attributes: dict[str, object], data: st.DataObject) -> None:
    column = data.draw(st.sampled_from(sorted(COLUMNS)))
    before = attributes.get(column, COLUMNS[column])
    after = data.draw(values(column).filter(lambda value: _differs(column, value, before)))
    (difference,) = disagreements(attributes, {**attributes, column: after})
    assert difference.startswith(f"{column}: ")


def _differs(column: str, after: object, before: object) -> bool:
    if column in ("redirect_uris", "certs", "attribute_bundle"):
        assert isinstance(after, list)
        kept = [one for one in before or [] if column != "certs" or one]  # type: ignore[attr-defined]
        return set(after) - {""} != set(kept) - {""}
    if column in (
        "return_to_sp_url",
        "failure_to_proof_url",
        "push_notification_url",
        "logo",
        "irs_attempts_api_enabled",
    ):
        # The IdP asks only whether there is anything.
        return (after or None) != (before or None)
    return after != before


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        ({"launch_date": "2026-02-03"}, {"launch_date": date(2026, 2, 3)}),
        ({"redirect_uris": ["a", "b"]}, {"redirect_uris": ["b", "a"]}),
        ({"certs": ["a", "b", "c"]}, {"certs": ["a", "c", "", "b"]}),
        ({"ial": 2}, {"ial": "2"}),
        ({"app_id": "7"}, {"app_id": 7}),
        ({"help_text": {"sign_in": {"en": "x", "es": "y"}}}, {"help_text": {"sign_in": {"es": "y", "en": "x"}}}),
        ({"native": True, "agency": "A"}, {"restrict_to_deploy_env": "prod"}),
        ({}, {"signature": "abc", "id": 7}),
        ({}, {"help_text": {"sign_in": {}, "sign_up": {"en": " "}, "forgot_password": {"es": None}}}),
        ({"attribute_bundle": ["email", "ssn"]}, {"attribute_bundle": ["ssn", "email", "ssn"]}),
        ({"attribute_bundle": None}, {"attribute_bundle": []}),
        (
            {"return_to_sp_url": None, "push_notification_url": None},
            {"return_to_sp_url": "", "push_notification_url": ""},
        ),
        ({"protocol": "saml", "pkce": None}, {"pkce": False}),
        ({"protocol": "oidc", "acs_url": None}, {"acs_url": ""}),
        ({"allow_prompt_login": False}, {"allow_prompt_login": None}),
    ],
)
def test_these_say_the_same(expected: dict[str, object], seen: dict[str, object]) -> None:
    assert disagreements(expected, seen) == ()


@pytest.mark.parametrize(
    ("expected", "seen", "sentence"),
    [
        ({"certs": ["a", "b"]}, {"certs": ["b", "a"]}, "certs: begins with “b”, not “a”"),
        ({"certs": ["a"]}, {}, "certs: lacks “a”"),
        ({}, {"redirect_uris": ["x"]}, "redirect_uris: has “x” besides"),
        ({"active": True}, {"active": False}, "active: is false, not true"),
        ({"pkce": None}, {"pkce": False}, "pkce: is false, not null"),
        ({"acs_url": ""}, {}, "acs_url: is null, not “”"),
        ({"protocol": "saml", "acs_url": None}, {"acs_url": ""}, "acs_url: is “”, not null"),
        ({"protocol": "oidc", "pkce": None}, {"pkce": False}, "pkce: is false, not null"),
        (
            {"in_person_proofing_enabled": True},
            {"in_person_proofing_enabled": None},
            "in_person_proofing_enabled: is false, not true",
        ),
        (
            {"attribute_bundle": ["email"]},
            {"attribute_bundle": ["ssn"]},
            "attribute_bundle: lacks “email”, has “ssn” besides",
        ),
        (
            {"help_text": {"sign_in": {"en": "x"}}},
            {"help_text": {"sign_in": {"en": ""}}},
            'help_text: is null, not {"sign_in":{"en":"x"}}',
        ),
        ({"ial": None}, {"ial": 1}, "ial: is 1, not null"),
        ({"logo": "a.svg"}, {"logo": "a\u202eb"}, "logo: is “a\ufffdb”, not “a.svg”"),
        ({"certs": ["a"]}, {"certs": ["-----BEGIN CERTIFICATE-----"]}, "certs: lacks “a”, has a certificate besides"),
    ],
)
def test_these_differ(expected: dict[str, object], seen: dict[str, object], sentence: str) -> None:
    assert disagreements(expected, seen) == (sentence,)
