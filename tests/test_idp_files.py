"""The IdP's files, read as its seeder reads them, and their validity as a set."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from launchwindow.emit import to_yaml
from launchwindow.idp_files import (
    COMMENT,
    Provider,
    file_names,
    partner_row_from_plain,
    partner_row_to_plain,
    problems,
    provider_attributes,
    render,
    row_from_plain,
    row_to_plain,
    wanted_blobs,
)
from launchwindow.load.yaml_source import parse
from launchwindow.model.row import Certificate, Logo, PartnerRow, Row
from launchwindow.provider import DEFAULTS

BENEFITS = "production/exa/benefits"
ONE, TWO = "1" * 64, "2" * 64
COLUMNS = {
    **DEFAULTS,
    "agency_id": 901,
    "pkce": False,
    "protocol": "oidc",
    "native": False,
    "launch_date": "2026-11-26",
}
SPECIAL = {"protocol", "native", "restrict_to_deploy_env", "certs"}
IDP_COLUMNS = {*DEFAULTS, "agency_id", "pkce", "launch_date", "active", "logo", "redirect_uris"}
HOSTILE = ['"', "'", "a\nb", "a: b", "# x", "\u2028", "\x85", "no", "1_000", "2026-11-26", "*x", "é😀", "x" * 2000]


def row(issuer: str = "urn:a", *, app_name: str = "Benefits", active: bool = True, **columns: object) -> Row:
    certs = (Certificate(ONE, "certs/1.crt"),)
    logo = Logo(TWO, ".svg", "logo.svg")
    return Row(issuer, active, {**COLUMNS, **columns}, ("https://a.gov/x",), certs, logo, app_name)


def provider(app_id: str = BENEFITS, row: Row = row()) -> Provider:  # noqa: B008 - a frozen value
    return file_names(app_id, row, {})


def agreement(gtc: str = "LGEXA1", *, mods: list[dict[str, Any]] | None = None, **more: object) -> dict[str, Any]:
    mods = [mod()] if mods is None else mods
    orders = [{"number": 1, "mods": mods}]
    return {"gtc": gtc, "mod": 0, "starts": "2026-01-01", "ends": "2028-12-31", "orders": orders, **more}


def mod(number: int = 0, signed: str | None = "2026-01-01", *integrations: str, **more: object) -> dict[str, Any]:
    period = {"starts": "2026-01-02", "ends": "2027-01-01"}
    return {"number": number, "signed": signed, **period, "integrations": list(integrations or ("Benefits",)), **more}


def partner(agency_id: int | None = 901, key: str = "EXA", **data: object) -> PartnerRow:
    account = {"requesting_agency": f"{key}-BEN", "name": f"Office {key}", "status": "active", "crm_id": 5}
    given = {"name": f"Agency {key}", "abbreviation": key, "accounts": [account], "agreements": [], **data}
    return PartnerRow(agency_id, given)


def seeded(files: dict[str, bytes], name: str) -> dict[Any, Any]:
    """What the IdP's seeder gets: YAML 1.1, plain data only, the part of its Rails environment."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    data = reader.load(files[name])
    assert list(data) == ["production"]
    return dict(data["production"])


def messages(providers: list[Provider], partners: dict[str, PartnerRow], environment: str = "production") -> str:
    return "\n".join(f"{one.subject}: {one.message}" for one in problems(environment, providers, partners))


def test_new_files_are_named_after_app_and_content_and_known_ones_keep_their_names() -> None:
    fresh = file_names(BENEFITS, row(), {})
    assert fresh.cert_files == ("exa-benefits-production-111111111111",)
    assert fresh.logo_file == "exa-benefits-production-222222222222.svg"
    kept = file_names(BENEFITS, row(), {ONE: "exa_prod", TWO: "generic.svg"})
    assert (kept.cert_files, kept.logo_file) == (("exa_prod",), "generic.svg")
    bare = file_names(BENEFITS, row()._replace(certs=(), logo=None), {ONE: "exa_prod"})
    assert (bare.cert_files, bare.logo_file) == ((), None)


def test_a_provider_whose_path_another_took_keeps_the_names_of_its_files() -> None:
    before, after = provider(), provider(f"{BENEFITS}~0a1b2c3d", row(active=False))
    assert (after.cert_files, after.logo_file) == (before.cert_files, before.logo_file)
    assert messages([after], {}) == ""


def test_every_column_is_written_and_no_other() -> None:
    files = render("production", [provider(row=row(app_secret="x", remote_key=1))], {"exa": partner()})
    attributes = seeded(files, "service_providers.yml")["urn:a"]
    assert attributes.keys() - SPECIAL == IDP_COLUMNS
    assert attributes["restrict_to_deploy_env"] == "prod"
    assert attributes["certs"] == ["exa-benefits-production-111111111111"]
    assert attributes["failure_to_proof_url"] is None
    assert attributes["launch_date"] == "2026-11-26"
    assert attributes["active"] is True
    assert "native" not in attributes


def test_a_row_written_before_a_column_was_known_has_its_default() -> None:
    old = row()
    columns = {key: value for key, value in old.columns.items() if key != "in_person_proofing_enabled"}
    attributes = provider_attributes(old._replace(columns=columns), provider())
    assert attributes["in_person_proofing_enabled"] is True


@pytest.mark.parametrize(
    ("environment", "name"), [("production", "prod"), ("staging", "staging"), ("sandbox", "sandbox")]
)
def test_only_its_own_environment_reads_a_provider(environment: str, name: str) -> None:
    app = provider(f"{environment}/exa/benefits", row(native=True))
    attributes = provider_attributes(app.row, app)
    assert attributes["restrict_to_deploy_env"] == name
    assert attributes["native"] is True


def test_a_deactivated_app_stays_inactive_and_keeps_its_files() -> None:
    gone = provider(row=row(active=False))
    assert seeded(render("production", [gone], {}), "service_providers.yml")["urn:a"]["active"] is False
    assert wanted_blobs([gone]) == {
        "certs/sp/exa-benefits-production-111111111111.crt": ONE,
        "public/assets/images/sp-logos/exa-benefits-production-222222222222.svg": TWO,
    }


def test_files_do_not_depend_on_the_order_of_what_is_in_them() -> None:
    apps = [provider(f"production/exa/app{number}", row(f"urn:{number}")) for number in range(5)]
    partners = {
        "exa": partner(agreements=[agreement()]),
        "hld": partner(903, "HLD", agreements=[agreement("LGHLD1")]),
    }
    backwards = dict(reversed(partners.items()))
    files = render("production", apps, partners)
    assert files == render("production", apps[::-1], backwards)
    assert list(seeded(files, "service_providers.yml")) == [f"urn:{number}" for number in range(5)]
    assert all(data.startswith(f"# {COMMENT}\n".encode()) and b"&" not in data for data in files.values())


def test_partners_become_agencies_accounts_and_agreements() -> None:
    listed = agreement(estimated_amount=2_741_892.21, mod=3)
    accounts = [*partner().data["accounts"], {"requesting_agency": "EXA-2", "name": "Other"}]  # type: ignore[misc]
    accounts[0]["became_partner"] = "2025-11-03"
    listed["account"] = "EXA-BEN"
    files = render("production", [provider()], {"exa": partner(accounts=accounts, agreements=[listed])})
    assert seeded(files, "agencies.yml") == {901: {"name": "Agency EXA", "abbreviation": "EXA"}}
    assert seeded(files, "partner_accounts.yml")["EXA-BEN"] == {
        "name": "Office EXA", "agency": "EXA", "partner_account_status": "active", "crm_id": 5,
        "became_partner": "2025-11-03",
    }  # fmt: skip
    assert seeded(files, "partner_accounts.yml")["EXA-2"]["partner_account_status"] == "active"
    assert seeded(files, "iaa_gtcs.yml") == {
        "LGEXA1": {
            "mod_number": 3, "start_date": "2026-01-01", "end_date": "2028-12-31", "estimated_amount": 2741892.21,
            "partner_account": "EXA-BEN",
        }
    }  # fmt: skip
    assert seeded(files, "iaa_orders.yml") == {
        "LGEXA1 Order 1": {
            "iaa_gtc": "LGEXA1", "order_number": 1, "mod_number": 0, "start_date": "2026-01-02",
            "end_date": "2027-01-01", "estimated_amount": None, "integrations": ["urn:a"],
        }
    }  # fmt: skip
    assert seeded(files, "integrations.yml") == {
        "urn:a": {"partner_account": "EXA-BEN", "name": "Benefits", "integration_status": "live"}
    }
    assert "live" in seeded(files, "integration_statuses.yml")
    assert "active" in seeded(files, "partner_account_statuses.yml")


def test_the_latest_signed_modification_decides_what_an_order_lists() -> None:
    mods = [mod(2, "2026-05-01", "Forms"), mod(0), mod(3, None, "Benefits"), mod(4, "<REPLACE_ME>", "Benefits")]
    apps = [provider(), provider("production/exa/forms", row("urn:forms", app_name="Forms"))]
    files = render("production", apps, {"exa": partner(agreements=[agreement(mods=mods)])})
    order = seeded(files, "iaa_orders.yml")["LGEXA1 Order 1"]
    assert (order["mod_number"], order["integrations"]) == (2, ["urn:forms"])
    assert list(seeded(files, "integrations.yml")) == ["urn:forms"]


def test_an_unsigned_order_and_another_partners_app_are_left_out() -> None:
    apps = [provider(), provider("production/hld/benefits", row("urn:hld"))]
    unsigned = agreement("LGEXA2", mods=[mod(0, None)])
    files = render("production", apps, {"exa": partner(agreements=[agreement(), unsigned])})
    assert list(seeded(files, "iaa_gtcs.yml")) == ["LGEXA1", "LGEXA2"]
    assert list(seeded(files, "iaa_orders.yml")) == ["LGEXA1 Order 1"]
    assert list(seeded(files, "integrations.yml")) == ["urn:a"]


def test_an_app_on_two_orders_belongs_to_the_account_that_its_own_iaa_names() -> None:
    accounts = [{"requesting_agency": key, "name": f"Office {key}"} for key in ("EXA-A", "EXA-B")]
    both = [agreement("LGEXA1", account="EXA-A"), agreement("LGEXA2", account="EXA-B")]
    partners = {"exa": partner(accounts=accounts, agreements=both)}
    for iaa, account in ((None, "EXA-A"), ("LGEXA1-0001-0000", "EXA-A"), ("LGEXA2-0001-0007", "EXA-B")):
        files = render("production", [provider(row=row(iaa=iaa))], partners)
        assert seeded(files, "integrations.yml")["urn:a"]["partner_account"] == account
        assert [order["integrations"] for order in seeded(files, "iaa_orders.yml").values()] == [["urn:a"], ["urn:a"]]


def test_a_switched_off_app_stays_on_its_order_since_the_idp_would_delete_its_usage() -> None:
    files = render("production", [provider(row=row(active=False))], {"exa": partner(agreements=[agreement()])})
    assert seeded(files, "iaa_orders.yml")["LGEXA1 Order 1"]["integrations"] == ["urn:a"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reaches_the_idp_as_it_was_written(text: str) -> None:
    app = provider(row=row(text, app_name=text, friendly_name=text, help_text={"sign_in": {"en": text}}))
    data = {"name": text, "abbreviation": text, "agreements": [agreement(text, mods=[mod(0, "2026-01-01", text)])]}
    data["accounts"] = [{"requesting_agency": text, "name": text, "status": "active"}]
    partners = {"exa": partner(**data)}
    assert messages([app], partners) == ""
    files = render("production", [app], partners)
    attributes = seeded(files, "service_providers.yml")[text]
    assert (attributes["friendly_name"], attributes["help_text"]) == (text, {"sign_in": {"en": text}})
    assert seeded(files, "agencies.yml") == {901: {"name": text, "abbreviation": text}}
    assert seeded(files, "iaa_gtcs.yml")[text]["partner_account"] == text
    assert seeded(files, "iaa_orders.yml")[f"{text} Order 1"]["integrations"] == [text]
    assert seeded(files, "integrations.yml")[text]["name"] == text


def test_a_sound_set_has_no_problems() -> None:
    apps = [
        provider(),
        provider("production/exa/b", row("urn:b")),
        provider("production/exa/c", row("urn:c", agency_id=None)),
    ]
    partners = {"exa": partner(agreements=[agreement()]), "hld": partner(903, "HLD", agreements=[agreement("LGHLD1")])}
    assert messages(apps, partners) == ""


def test_one_agency_may_be_brought_by_two_partners_that_agree_on_it() -> None:
    office = {"accounts": [], "name": "Agency EXA", "abbreviation": "EXA"}
    assert messages([], {"exa": partner(), "exa-labs": partner(**office)}) == ""
    assert "agency_id" in messages([], {"exa": partner(), "exa-labs": partner(**{**office, "name": "Labs"})})
    assert "agency_id" in messages([], {"exa": partner(), "exa-labs": partner(**{**office, "abbreviation": "LABS"})})


@pytest.mark.parametrize("active", [True, False])
def test_one_issuer_twice_is_a_problem_of_both_apps(active: bool) -> None:
    apps = [
        provider(),
        provider("production/hld/trail", row(active=active, agency_id=None)),
        provider("production/exa/c", row("urn:c")),
    ]
    found = problems("production", apps, {"exa": partner()})
    assert [one.subject for one in found] == [BENEFITS, "production/hld/trail"]
    assert "production/hld/trail" in found[0].message


def test_ten_thousand_apps_with_one_issuer_each_name_only_a_few_of_the_others() -> None:
    apps = [provider(f"production/exa/app{number}") for number in range(10_000)]
    found = problems("production", apps, {"exa": partner()})
    assert len(found) == 10_000
    assert max(len(one.message) for one in found) < 300


def test_one_file_name_can_not_stand_for_two_contents() -> None:
    other = row("urn:b")._replace(certs=(Certificate("3" * 64, "certs/1.crt"),))
    apps = [
        file_names(BENEFITS, row(), {ONE: "exa_prod"}),
        file_names("production/exa/b", other, {"3" * 64: "exa_prod"}),
    ]
    found = problems("production", apps, {"exa": partner()})
    assert [one.subject for one in found] == ["production/exa/b", BENEFITS]
    assert "certs/sp/exa_prod.crt" in found[0].message
    same = [apps[0], file_names("production/exa/b", row("urn:b"), {ONE: "exa_prod"})]
    assert messages(same, {"exa": partner()}) == ""


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a/b", "a b", "x\n", "é", "-x", "a\x00"])
def test_a_file_name_that_could_leave_its_folder_is_refused(name: str) -> None:
    app = provider()
    partners = {"exa": partner()}
    assert "no name for a file" in messages([app._replace(cert_files=(name,))], partners)
    assert "no name for a file" in messages([app._replace(logo_file=name)], partners)
    assert "\n" not in problems("production", [app._replace(logo_file=name)], partners)[0].message


def test_names_must_fit_certificates_and_logo() -> None:
    assert "do not fit" in messages([provider()._replace(cert_files=())], {"exa": partner()})
    assert "do not fit" in messages([provider()._replace(logo_file=None)], {"exa": partner()})


def test_an_active_app_needs_the_agency_of_its_own_partner() -> None:
    told = messages([provider()], {"exa": partner(902)})
    assert "agency_id is 901" in told
    assert "brings 902" in told
    assert messages([provider(row=row(active=False))], {"exa": partner(902)}) == ""


def test_another_partners_agency_is_none_of_an_apps_own() -> None:
    other = {"exa": partner(902), "hld": partner(901, "HLD")}
    assert "agency_id is 901" in messages([provider()], other)
    assert "is not deployed" in messages([provider()], {"hld": partner(901, "HLD")})


def test_an_app_of_another_environment_is_refused() -> None:
    assert "not of the environment staging" in messages([provider()], {"exa": partner()}, "staging")


@pytest.mark.parametrize(
    "bad",
    [
        row("urn:%{env}"), row(friendly_name="x%{env}y"), row(help_text={"sign_in": {"en": "%{env}"}}),
        row(attribute_bundle=["%{env}"]), row()._replace(redirect_uris=("https://%{env}.gov",)),
    ],
)  # fmt: skip
def test_what_the_seeder_would_replace_is_refused(bad: Row) -> None:
    assert "%{env}" in messages([provider(row=bad)], {"exa": partner()})


def test_what_the_seeder_leaves_alone_is_not_refused() -> None:
    fine = row(help_text={"sign_in": {"en": "%{sp_name} 100%% %{ env} {env}"}}, friendly_name="<%= 1 %>")
    assert messages([provider(row=fine)], {"exa": partner()}) == ""


@pytest.mark.parametrize(
    "bad", [row(""), row("urn:<%= 1 %>"), row(app_name="<%= `id` %>"), row(friendly_name="\ud800")]
)
def test_values_that_the_idp_can_not_hold_or_would_run_are_refused(bad: Row) -> None:
    assert messages([provider(row=bad)], {"exa": partner()}).startswith(BENEFITS)


ACCOUNT = {"requesting_agency": "EXA-BEN", "name": "Office"}
BAD_PARTNERS: list[tuple[PartnerRow, str]] = [
    (partner(name="<%= `id` %>"), "Ruby"),
    (partner(accounts=[{**ACCOUNT, "name": "x <% y"}]), "Ruby"),
    (partner(agreements=[agreement(mods=[mod(0, None, "<%x%>")])]), "Ruby"),
    (partner(name="\ud800"), "surrogate"),
    (partner(name=""), "no name"),
    (partner(abbreviation=None), "no abbreviation"),
    (partner(None), "agency_id"),
    (partner(accounts=[{"requesting_agency": "X"}]), "no name"),
    (partner(accounts=[{"name": "X"}]), "no requesting_agency"),
    (partner(accounts=[{**ACCOUNT, "requesting_agency": ["X"]}], agreements=[agreement()]), "no requesting_agency"),
    (partner(accounts=[{**ACCOUNT, "status": "lapsed"}]), "“lapsed”"),
    (partner(accounts=[{**ACCOUNT, "status": ["active"]}]), "status"),
    (partner(accounts=[{**ACCOUNT, "became_partner": "2026-02-30"}]), "no date"),
    (partner(accounts=[{**ACCOUNT, "crm_id": "5"}]), "crm_id"),
    (partner(accounts=[{**ACCOUNT, "crm_id": 10**18}]), "crm_id"),
    (partner(accounts=[ACCOUNT, {**ACCOUNT, "name": "Other"}]), "itself"),
    (partner(accounts=[ACCOUNT, {**ACCOUNT, "requesting_agency": "EXA-2"}]), "itself"),
    (partner(agreements=[agreement(), agreement()]), "itself"),
    (partner(agreements=[{}]), "no gtc"),
    (partner(agreements=[agreement(account="HLD-REC")]), "HLD-REC"),
    (partner(agreements=[agreement()], accounts=[]), "no account"),
    (partner(agreements=[agreement(mod=-1)]), "mod is"),
    (partner(agreements=[agreement(mod=None)]), "mod is"),
    (partner(agreements=[agreement(ends="2026-01-01")]), "not after"),
    (partner(agreements=[agreement(ends="<REPLACE_ME>")]), "dates"),
    (partner(agreements=[agreement(ends="20281231")]), "dates"),
    (partner(agreements=[agreement(mods=[mod(ends="2026-01-02")])]), "order 1 ends"),
    (partner(agreements=[agreement(estimated_amount=-0.01)]), "estimated_amount"),
    (partner(agreements=[agreement(estimated_amount=10_000_000_000)]), "estimated_amount"),
    (partner(agreements=[agreement(estimated_amount="1_000")]), "estimated_amount"),
    (partner(agreements=[agreement(estimated_amount=True)]), "estimated_amount"),
    (partner(agreements=[agreement(mods=[mod(estimated_amount=1e11)])]), "estimated_amount of order 1"),
    (partner(agreements=[agreement(mods=[mod(0), mod(0)])]), "number of its own"),
    (partner(agreements=[agreement(orders=[{"number": 1, "mods": []}] * 2)]), "2 times"),
    (partner(agreements=[agreement(orders=[{"number": "1", "mods": []}])]), "whole number"),
]


@pytest.mark.parametrize(("bad", "words"), BAD_PARTNERS)
def test_what_would_stop_the_seed_of_a_partner_is_refused(bad: PartnerRow, words: str) -> None:
    found = problems("production", [], {"exa": bad})
    assert found
    assert {one.subject for one in found} == {"exa"}
    assert any(words in one.message for one in found), found


@pytest.mark.parametrize("amount", [None, 0, 0.5, 9_999_999_999.99])
def test_amounts_within_the_column_are_accepted(amount: float | None) -> None:
    whole = agreement(estimated_amount=amount, mods=[mod(estimated_amount=amount)])
    assert messages([], {"exa": partner(agreements=[whole])}) == ""


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (partner(902, "HLD", abbreviation="exa"), "abbreviation"),
        (partner(902, "HLD", name="Agency EXA"), "name"),
        (partner(902, "HLD", accounts=[{"requesting_agency": "EXA-BEN", "name": "X"}]), "requesting_agency"),
        (partner(902, "HLD", accounts=[{"requesting_agency": "HLD-X", "name": "Office EXA"}]), "name"),
        (partner(902, "HLD", agreements=[agreement()]), "LGEXA1"),
    ],
)
def test_what_two_partners_both_claim_is_a_problem_of_both(other: PartnerRow, words: str) -> None:
    found = problems("production", [], {"exa": partner(agreements=[agreement()]), "hld": other})
    assert [one.subject for one in found] == ["exa", "hld"]
    assert all(words in one.message for one in found)


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**15), 10**15), st.text(st.characters(exclude_categories=["Cs"]))
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abcé%:no ", max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.builds(
    Row,
    issuer=TEXT,
    active=st.booleans(),
    columns=st.dictionaries(st.sampled_from(sorted(COLUMNS)), JSON, max_size=6).map(lambda given: {**COLUMNS, **given}),
    redirect_uris=st.lists(TEXT, max_size=3).map(tuple),
    certs=st.lists(st.builds(Certificate, TEXT, TEXT), max_size=3).map(tuple),
    logo=st.none() | st.builds(Logo, TEXT, TEXT, TEXT),
    app_name=TEXT,
)
PARTNER_ROWS = st.builds(
    PartnerRow, st.none() | st.integers(1, 10**6),
    st.fixed_dictionaries({"name": JSON, "abbreviation": JSON, "accounts": JSON, "agreements": JSON}),
)  # fmt: skip


NUMBERS = st.one_of(st.integers(-1, 3), JSON)
DATES = st.one_of(st.sampled_from(["2026-01-01", "2027-01-01"]), JSON)
WORDS = st.one_of(st.sampled_from(["A", "B"]), JSON)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A list of mappings that may lack any of these fields, or something else altogether."""
    return st.one_of(st.lists(st.fixed_dictionaries({}, optional=fields), max_size=3), JSON)


PERIOD = {"starts": DATES, "ends": DATES, "estimated_amount": NUMBERS}
MODS = some(number=NUMBERS, signed=DATES, integrations=st.one_of(st.lists(WORDS, max_size=2), JSON), **PERIOD)
MISSHAPEN = st.builds(
    PartnerRow,
    st.none() | st.integers(1, 2),
    st.fixed_dictionaries(
        {"name": WORDS, "abbreviation": WORDS},
        optional={
            "accounts": some(requesting_agency=WORDS, name=WORDS, status=WORDS, became_partner=DATES, crm_id=NUMBERS),
            "agreements": some(gtc=WORDS, mod=NUMBERS, account=WORDS, orders=some(number=NUMBERS, mods=MODS), **PERIOD),
        },
    ),
)


def through_yaml(data: dict[str, object]) -> dict[str, object]:
    read = parse("ledger.yaml", to_yaml(data).encode()).data
    assert isinstance(read, dict)
    return read


@given(ROWS)
@settings(max_examples=60, deadline=None)
def test_a_row_comes_back_from_the_ledger_as_it_went(given_row: Row) -> None:
    assert row_from_plain(through_yaml(row_to_plain(given_row))) == given_row


@given(PARTNER_ROWS)
@settings(max_examples=60, deadline=None)
def test_a_partner_row_comes_back_from_the_ledger_as_it_went(given_row: PartnerRow) -> None:
    assert partner_row_from_plain(through_yaml(partner_row_to_plain(given_row))) == given_row


@given(ROWS, MISSHAPEN, MISSHAPEN)
@settings(max_examples=100, deadline=None)
def test_no_row_whatever_its_shape_breaks_anything(given_row: Row, one: PartnerRow, two: PartnerRow) -> None:
    app = file_names(BENEFITS, given_row, {})
    problems("production", [app], {"exa": one, "hld": two})
    files = render("production", [app], {"exa": one, "hld": two})
    attributes = seeded(files, "service_providers.yml")[given_row.issuer]
    assert json.dumps(attributes, sort_keys=True) == json.dumps(provider_attributes(given_row, app), sort_keys=True)


def test_a_row_of_an_older_ledger_has_the_defaults_of_newer_columns() -> None:
    plain = row_to_plain(row())
    plain["columns"] = {"agency_id": 901}
    assert row_from_plain(plain).columns == {**DEFAULTS, "agency_id": 901}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("issuer", None), ("active", "yes"), ("columns", []), ("redirect_uris", ["a", 1]), ("certs", ["x"]),
        ("logo", "logo.svg"), ("logo", {"sha256": 1, "suffix": "", "name": ""}),
    ],
)  # fmt: skip
def test_a_damaged_row_is_refused_by_the_name_of_its_key(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key if not isinstance(value, dict) else "sha256"):
        row_from_plain({**row_to_plain(row()), key: value})
    with pytest.raises(KeyError, match=key):
        row_from_plain({name: old for name, old in row_to_plain(row()).items() if name != key})


@pytest.mark.parametrize("value", ["901", True])
def test_a_damaged_partner_row_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="agency_id"):
        partner_row_from_plain({"agency_id": value, "data": {}})
