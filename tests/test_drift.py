"""`drift`: what the IdP really has against what the ledger says is deployed; through the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from ruamel.yaml import YAML

from launchwindow.events.on_confirmation import _compare
from launchwindow.events.workspace import Workspace
from launchwindow.exchange.columns import COLUMNS
from launchwindow.exchange.drift import drift
from launchwindow.exchange.seen_file import seen_file
from launchwindow.model.ledger import Ledger
from launchwindow.records import put
from launchwindow.report.drift import drift_json, drift_text
from launchwindow.report.drift_markdown import drift_markdown
from launchwindow.report.drift_words import Told
from support.dashboard_fleet import extract, packed
from support.gfm import COMMIT, LINKED, MENTION, NUMBER, Seen, html_of
from support.idp_fleet import certificate
from support.repository import ADOPTED, LEDGER, ROOT, SUBJECT, Repository, Result

NOW = "2026-12-10T16:00:00-05:00"
ISSUER = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"
READING = "urn:gov:gsa:SAML:2.0.profiles:sp:sso:npa:reading-room"
KIOSK = "https://benefits.exa.gov/auth/kiosk"
CONTRACT = json.loads((ROOT / "schemas/drift.schema.json").read_text(encoding="utf-8"))
Fleet = dict[str, dict[str, Any]]


def released(folder: Path) -> Repository:
    """The example fleet, adopted, with one change that was released and that nobody has confirmed."""
    repository = Repository(folder, whole_fleet=True).adopted()
    uris = "redirect_uris: [https://benefits.exa.gov/auth/result]"
    repository.change(uris, f"{uris[:-1]}, {KIOSK}]", at="2026-11-24T10:30:00-05:00")
    for at in ("2026-11-24T11:00", "2026-11-30T09:30", "2026-12-03T09:30", "2026-12-07T09:30", "2026-12-10T09:30"):
        command = "request" if at.endswith("11:00") else "release"
        assert repository.run(command, now=f"{at}:00-05:00").status == 0
    return repository


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return released(tmp_path_factory.mktemp("drift") / "fleet")


@pytest.fixture(scope="module")
def written(fleet: Repository) -> Fleet:
    """What the ledger handed over: issuer -> attributes."""
    return providers(fleet.git("show", f"{LEDGER}:idp/production/service_providers.yml"))


@pytest.fixture(scope="module")
def before(fleet: Repository) -> str:
    return fleet.git("show", f"{LEDGER}~1:idp/production/service_providers.yml")


def providers(text: str) -> Fleet:
    found: Fleet = YAML(typ="safe").load(text)["production"]
    return found


def copied(written: Fleet) -> Fleet:
    found: Fleet = json.loads(json.dumps(written))
    return found


def joined(text: str) -> str:
    """Without the line breaks, which depend on how long the file's name is."""
    return " ".join(text.split())


def look(fleet: Repository, folder: Path, seen: object, *options: str) -> Result:
    """`drift` on a file with this content; JSON is YAML too."""
    path = folder / "seen.yml"
    text = seen if isinstance(seen, str) else json.dumps({"production": seen})
    path.write_text(text, encoding="utf-8")
    return fleet.run("drift", "--seen", str(path), *options, now=NOW)


def document(fleet: Repository, folder: Path, seen: object, *options: str, status: int = 1) -> dict[str, Any]:
    result = look(fleet, folder, seen, *options, "--format", "json")
    assert result.status == status, result.text
    found: dict[str, Any] = json.loads(result.out)
    validator = Draft202012Validator(CONTRACT, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(found)] == []
    return found


def test_what_was_released_is_no_drift(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    found = document(fleet, tmp_path, written, status=0)
    assert found["summary"] == {"deployed": 5, "agree": 5, "unconfirmed": 1, "differ": 0, "missing": 0, "unknown": 0}
    (one,) = found["apps"]
    assert (one["app"], one["verdict"], one["waits"]) == ("exa/benefits-finder", "agrees", "2026-12-10")
    assert one["explained"] == {"how": "as-released", "released": "2026-12-10", "earlier": None}
    text = look(fleet, tmp_path, written).out
    assert "as released on 2026-12-10, not confirmed yet" in text
    assert f"launchwindow confirm --environment production --seen {tmp_path / 'seen.yml'}\n" in text


def copy_of(fleet: Repository, folder: Path) -> Repository:
    """The same repository, to change."""
    copytree(fleet.path, folder / "fleet")
    return Repository.at(folder / "fleet")


def test_nothing_is_said_once_it_is_confirmed(fleet: Repository, tmp_path: Path) -> None:
    repository = copy_of(fleet, tmp_path)
    seen = repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    assert look(repository, tmp_path, seen).status == 0
    assert repository.run("confirm", "--seen", str(tmp_path / "seen.yml"), now=NOW).status == 0
    tip = repository.ledger
    result = look(repository, tmp_path, seen)
    assert (result.status, result.out) == (0, "production: 5 of 5 apps as released.\n")
    assert repository.ledger == tip


def test_what_was_not_seeded_yet_is_explained(fleet: Repository, tmp_path: Path, before: str) -> None:
    (one,) = document(fleet, tmp_path, before)["apps"]
    assert one["explained"] == {"how": "as-before-release", "released": "2026-12-10", "earlier": None}
    assert [(column["column"], column["lacks"], column["as_before_release"]) for column in one["columns"]] == [
        ("redirect_uris", [KIOSK], True)
    ]
    assert [command.split()[1] for command in one["commands"]] == ["confirm", "confirm"]
    assert "as before the release of 2026-12-10" in look(fleet, tmp_path, before).out


def test_a_release_that_was_left_out_is_explained_by_the_one_before_it(fleet: Repository, tmp_path: Path) -> None:
    repository = copy_of(fleet, tmp_path)
    seen = repository.git("show", f"{LEDGER}:idp/production/service_providers.yml")
    repository.change("default_aal: 2", "default_aal: 3", at="2026-12-10T17:00:00-05:00")
    for day in ("14", "17", "21", "24", "28", "31"):
        repository.run("release", now=f"2026-12-{day}T09:30:00-05:00")
    (one,) = document(repository, tmp_path, seen)["apps"]
    assert one["explained"]["how"] == "as-earlier-release"
    assert one["explained"]["earlier"] == "2026-12-10"
    assert "as released on 2026-12-10, before the release of" in look(repository, tmp_path, seen).out


def test_an_app_whose_first_release_did_not_come_is_as_before(ledger: Ledger, written: Fleet) -> None:
    first = ledger.deployed[SUBJECT]._replace(confirmed=None, earlier=())
    ledger = ledger._replace(deployed=put(ledger.deployed, {SUBJECT: first}))
    data = json.dumps({"production": {READING: written[READING]}}).encode()
    (one,) = (
        one for one in drift(ledger, "production", seen_file("seen", data, "production", None, None)).apps
        if one.subject == SUBJECT
    )  # fmt: skip
    assert (one.state, one.explained and one.explained.how) == ("missing", "as-before-release")


def changed(column: str, value: object, issuer: str = READING) -> Callable[[Fleet], None]:
    def change(seen: Fleet) -> None:
        seen[issuer][column] = value

    return change


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        ("default_aal", 3, "~ default_aal: has 3, deployed is 2"),
        ("acs_url", None, "~ acs_url: has none, deployed is “https://"),
        ("acs_url", "", "~ acs_url: has “”, deployed is “https://"),
        ("active", False, "~ active: has no, deployed is yes"),
        ("agency_id", 7, "~ agency_id: has 7, deployed is"),
        ("in_person_proofing_enabled", None, "~ in_person_proofing_enabled: has no, deployed is yes"),
        ("attribute_bundle", ["email", "ssn"], "+ attribute_bundle: has besides ssn"),
        ("redirect_uris", ["https://evil.example/"], "+ redirect_uris: has besides https://evil.example/"),
        ("help_text", {"sign_in": {"en": "Hi"}}, "~ help_text: has {"),
        ("certs", [], "- certs: lacks npa-reading-room-production-"),
        ("description", "x\x1b[2J\u202e", "~ description: has “x\\u001b[2J\\u202e”, deployed is none"),
    ],
)
def test_each_difference_is_named(
    fleet: Repository, tmp_path: Path, written: Fleet, column: str, value: object, line: str
) -> None:
    seen = copied(written)
    changed(column, value)(seen)
    (one,) = (one for one in document(fleet, tmp_path, seen)["apps"] if one["verdict"] == "differs")
    assert (one["app"], [entry["column"] for entry in one["columns"]]) == ("npa/reading-room", [column])
    text = look(fleet, tmp_path, seen).out
    assert line in text
    assert "Somebody changed it beside the ledger." in text
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "change",
    [
        changed("pkce", False), changed("help_text", {"sign_in": {}, "sign_up": {"en": " "}}),
        changed("push_notification_url", ""), changed("irs_attempts_api_enabled", False), changed("native", True),
        changed("signature", "abc"), changed("allow_prompt_login", None),
        changed("redirect_uris", [KIOSK, "https://benefits.exa.gov/auth/result"], ISSUER),
        changed("acs_url", "", ISSUER), changed("attribute_bundle", [], ISSUER),
    ],
)  # fmt: skip
def test_what_makes_no_difference_to_the_idp_is_none(
    fleet: Repository, tmp_path: Path, written: Fleet, change: Callable[[Fleet], None]
) -> None:
    seen = copied(written)
    change(seen)
    result = look(fleet, tmp_path, seen)
    assert result.status == 0, result.text


def test_an_absent_column_stands_for_its_default(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    # That of `pkce` is neither true nor false.
    seen = {issuer: {key: value for key, value in row.items() if key == "pkce" or value not in (None, False, [])}
            for issuer, row in written.items()}  # fmt: skip
    assert look(fleet, tmp_path, seen).status == 0


def certificate_of(fleet: Repository, written: Fleet) -> bytes:
    (name,) = written[READING]["certs"]
    return (fleet.git("show", f"{LEDGER}:idp/production/certs/sp/{name}.crt") + "\n").encode()


def test_a_certificate_written_out_is_the_one_in_the_file(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    seen = copied(written)
    seen[READING]["certs"] = ["", certificate_of(fleet, written).decode().replace("\n", "\r\n")]
    assert look(fleet, tmp_path, seen).status == 0


def test_certificates_are_told_decoded(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    seen = copied(written)
    seen[READING]["certs"] = [certificate(3).decode(), *written[READING]["certs"]]
    result = look(fleet, tmp_path, seen)
    assert re.search(r"\+ certs: has besides written out, [0-9a-f]{16}, CN=zed 3, expires 2028-01-01\n", result.out)
    assert "sign-in may fail" in result.out
    found = document(fleet, tmp_path, seen)
    (one,) = (one for one in found["apps"] if one["verdict"] == "differs")
    (column,) = one["columns"]
    assert column["besides"][0]["subject"] == "CN=zed 3"
    assert column["lacks"] == []
    for form in ("text", "json", "markdown"):
        assert "BEGIN" not in look(fleet, tmp_path, seen, "--format", form).out


def test_another_first_certificate_is_a_difference(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    seen = copied(written)
    seen[READING]["certs"] = [*written[READING]["certs"], certificate(3).decode()]
    assert "begins with" not in look(fleet, tmp_path, seen).out
    (name,) = written[READING]["certs"]
    assert f"lacks {name}" not in look(fleet, tmp_path, seen).out


def test_the_files_beside_say_what_a_name_means(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    folder = tmp_path / "certs" / "sp"
    folder.mkdir(parents=True)
    for row in written.values():
        for name in row["certs"]:
            text = fleet.git("show", f"{LEDGER}:idp/production/certs/sp/{name}.crt")
            (folder / f"{name}.crt").write_text(text, encoding="utf-8")
    assert look(fleet, tmp_path, written).status == 0
    (name,) = written[READING]["certs"]
    (folder / f"{name}.crt").write_bytes(certificate(3))
    text = look(fleet, tmp_path, written).out
    assert f"- certs: lacks {name}, " in text
    assert re.search(rf"\+ certs: has besides {name}, [0-9a-f]{{16}}, CN=zed 3, expires 2028-01-01\n", text)
    (folder / f"{name}.crt").unlink()
    assert f"+ certs: has besides {name}, its file is not at hand\n" in look(fleet, tmp_path, written).out
    (folder / f"{name}.crt").symlink_to(ROOT / "README.md")
    assert "its file is not at hand" in look(fleet, tmp_path, written).out


def test_what_is_missing_or_unknown_is_said(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    seen = copied(written)
    del seen[READING]
    seen["urn:new"] = {"friendly_name": "New\u202e", "restrict_to_deploy_env": "prod"}
    seen["urn:old"] = {"active": False, "restrict_to_deploy_env": "prod"}
    seen[f"{ISSUER}:sandbox"] = {"restrict_to_deploy_env": "prod"}
    found = document(fleet, tmp_path, seen)
    assert (found["summary"]["missing"], found["summary"]["unknown"]) == (1, 3)
    (missing,) = (one for one in found["apps"] if one["verdict"] == "missing")
    assert (missing["issuer"], missing["explained"], missing["restriction"]) == (READING, None, None)
    assert [(one["issuer"], one["elsewhere"]) for one in found["unknown"]] == [
        (f"{ISSUER}:sandbox", [f"sandbox/{SUBJECT.partition('/')[2]}"]), ("urn:new", []), ("urn:old", []),
    ]  # fmt: skip
    text = joined(look(fleet, tmp_path, seen).out)
    for line in (
        "Missing at the identity provider (1):",
        "Unknown to the ledger (3):",
        "ask its team",
        "It is inactive",
    ):
        assert line in text


def test_what_is_meant_for_another_environment_is_not_here(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    seen = copied(written)
    seen[READING]["restrict_to_deploy_env"] = "staging"
    seen["urn:sandbox"] = {"restrict_to_deploy_env": "sandbox"}
    seen["urn:everywhere but production"] = {}
    found = document(fleet, tmp_path, seen)
    (missing,) = (one for one in found["apps"] if one["verdict"] == "missing")
    assert (missing["issuer"], missing["restriction"]) == (READING, "staging")
    assert found["unknown"] == []


def test_a_file_of_another_environment_is_refused(fleet: Repository, tmp_path: Path) -> None:
    sandbox = fleet.git("show", f"{LEDGER}:idp/sandbox/service_providers.yml")
    result = look(fleet, tmp_path, sandbox)
    assert result.status == 2
    assert "has no provider for production: restrict_to_deploy_env is “sandbox” there." in result.err


def test_a_request_that_waits_explains_an_unknown_one(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet", whole_fleet=True)
    assert repository.run("adopt", "--nothing", now=ADOPTED).status == 0
    assert repository.run("request", now=ADOPTED).status == 0
    (one,) = document(repository, tmp_path, {ISSUER: {}})["unknown"]
    assert [request.partition("@")[0] for request in one["requests"]] == [SUBJECT]
    assert "is not released yet" in one["hint"]


def api(fleet: Repository, written: Fleet) -> list[dict[str, Any]]:
    """What the API of a dashboard would say that has what was released."""
    told = (
        "acs_url", "active", "agency_id", "assertion_consumer_logout_service_url", "attribute_bundle", "certs", "ial",
        "block_encryption", "default_aal", "email_nameid_format_allowed", "friendly_name", "redirect_uris", "help_text",
        "return_to_sp_url", "failure_to_proof_url", "push_notification_url", "signed_response_message_requested",
        "sp_initiated_login_url", "allow_prompt_login",
    )  # fmt: skip
    found = []
    for issuer, row in written.items():
        record = {"issuer": issuer, **{key: row[key] for key in told}, "pkce": row["pkce"] or False}
        record["certs"] = [fleet.git("show", f"{LEDGER}:idp/production/certs/sp/{name}.crt") for name in row["certs"]]
        record["logo"] = row["logo"] and f"logo.{row['logo'].rpartition('.')[2]}"
        record["help_text"] = row["help_text"] or {"sign_in": {}, "sign_up": {}, "forgot_password": {}}
        found.append({**record, "updated_at": "2026-12-10T00:00:00Z", "signature": "a" * 64, "remote_logo_key": "k"})
    return found


def test_the_apis_json_is_compared_as_far_as_it_goes(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    told = api(fleet, written)
    found = document(fleet, tmp_path, json.dumps(told), status=0)
    assert found["kind"] == "api"
    assert {"iaa", "app_id", "post_idv_follow_up_url"} <= set(found["not_compared"])
    assert "Not compared, for the dashboard's API does not tell: " in look(fleet, tmp_path, json.dumps(told)).out
    told[0]["logo"] = None
    told[1]["ial"] = 1 if told[1]["ial"] == 2 else 2
    told[2]["active"] = None
    told.append({"issuer": "urn:gone", "active": False})
    found = document(fleet, tmp_path, json.dumps(told))
    differing = {one["issuer"]: [column["column"] for column in one["columns"]] for one in found["apps"]}
    expected = {told[0]["issuer"]: ["logo"], told[1]["issuer"]: ["ial"], told[2]["issuer"]: ["active"]}
    assert {issuer: columns for issuer, columns in differing.items() if columns} == expected
    assert found["unknown"] == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"production: [", "not YAML"),
        (b"production: &a {urn:a: *a}", "an alias"),
        (b"!ruby/object:Gem {}", "the tag"),
        (b"development: {a: {}}\ntest: {b: {}}\n", "Name one of them with --rails-environment"),
        (b"[{\"issuer\": NaN}]", "is no number of JSON"),
        (b"[" * 100_000, "nested deeper"),
        (b"[{\"issuer\": \"a\", \"certs\": 7}]", "certs: must be a list of texts"),
        (b"[7]", "must be an object"),
        (json.dumps(extract()).encode(), "is an extract of the dashboard"),
        (packed(), "is an extract of the dashboard"),
        (b"\xff", "is not UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_is_refused(fleet: Repository, tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "seen").write_bytes(data)
    for command in ("drift", "confirm"):
        result = fleet.run(command, "--seen", str(tmp_path / "seen"), now=NOW)
        assert (result.status, result.out) == (2, "")
        assert words in result.err


def test_a_file_that_is_not_there_and_an_environment_that_is_none(fleet: Repository, tmp_path: Path) -> None:
    assert fleet.run("drift", "--seen", str(tmp_path / "none"), now=NOW).status == 2
    (tmp_path / "seen").write_text("production: {a: {}}\n")
    result = fleet.run("drift", "--seen", str(tmp_path / "seen"), "--environment", "prod", now=NOW)
    assert "'prod' is no environment" in result.err


def test_a_rails_environment_can_be_named(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    text = json.dumps({"development": {"a": {}}, "test": written})
    assert look(fleet, tmp_path, text, "--rails-environment", "test").status == 0


def test_without_a_ledger_it_says_how_to_begin_one(tmp_path: Path) -> None:
    result = look(Repository(tmp_path / "fleet"), tmp_path, {"a": {}})
    assert result.status == 2
    assert "There is no ledger yet" in result.err


HOSTILE = (
    "@exa/team #12 <script>alert(1)</script> [a](javascript:x) `b` | c \u202e ![d](http://e.example/f) 3f2c1ab90d12aa"
)


def test_markdown_shows_hostile_text_as_text(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    seen = copied(written)
    seen[READING].update({"description": HOSTILE, "certs": [HOSTILE], "redirect_uris": [HOSTILE], "ial": None})
    seen[f"urn:{HOSTILE}"] = {"friendly_name": HOSTILE, "restrict_to_deploy_env": "prod"}
    del seen[ISSUER]
    result = look(fleet, tmp_path, seen, "--format", "markdown")
    assert result.status == 1
    page = Seen(result.out)
    assert set(page.tags) <= {"h2", "h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre"}
    assert page.tags.count("table") == 2
    assert (page.links, page.comments) == ([], [])
    running = "".join(page.running)
    assert [found for mark in (MENTION, NUMBER, LINKED, COMMIT) for found in mark.findall(running)] == []


def test_markdown_says_what_waits(fleet: Repository, tmp_path: Path, written: Fleet, before: str) -> None:
    html = html_of(look(fleet, tmp_path, written, "--format", "markdown").out)
    assert "as released on 2026" in html
    assert "launchwindow confirm --environment production" in html
    html = html_of(look(fleet, tmp_path, before, "--format", "markdown").out)
    assert "as before the release of 2026" in html
    assert "benefits.exa.gov/auth/kiosk" in html


def test_markdown_fits_into_an_issue(fleet: Repository, tmp_path: Path, written: Fleet) -> None:
    many = {
        f"urn:many:{number}": {"friendly_name": "&" * 60, "restrict_to_deploy_env": "prod"} for number in range(900)
    }
    result = look(fleet, tmp_path, {**written, **many}, "--format", "markdown")
    assert len(result.out) <= 65_536
    assert "More than fits here" in result.out


CHANGES: dict[str, Callable[[Fleet], None]] = {
    "as released": lambda _: None,
    "an order": changed("redirect_uris", [KIOSK, "https://benefits.exa.gov/auth/result"], ISSUER),
    "a blank": changed("failure_to_proof_url", "", ISSUER),
    "another address": changed("redirect_uris", ["https://benefits.exa.gov/auth/result"], ISSUER),
    "another level": changed("ial", 1, ISSUER),
    "another environment": changed("restrict_to_deploy_env", "staging", ISSUER),
    "gone": lambda seen: seen.__delitem__(ISSUER),
    "another app's": changed("ial", 1, READING),
}


@pytest.mark.parametrize("name", CHANGES)
def test_confirm_says_the_same(fleet: Repository, tmp_path: Path, written: Fleet, name: str) -> None:
    """What `confirm --seen` closes, `drift` has no difference of; and what it has one of, stays open."""
    seen = copied(written)
    CHANGES[name](seen)
    result = look(fleet, tmp_path, seen, "--format", "json")
    (verdict,) = {one["verdict"] for one in json.loads(result.out)["apps"] if one["app"] == "exa/benefits-finder"}
    tip = fleet.ledger
    try:
        confirmed = fleet.run("confirm", "--seen", str(tmp_path / "seen.yml"), "--format", "json", now=NOW)
    finally:
        fleet.git("update-ref", f"refs/heads/{LEDGER}", tip)
    closed = json.loads(confirmed.out)["confirmed"]
    assert (verdict == "agrees") == (closed == ["exa/benefits-finder"])


@pytest.fixture(scope="module")
def ledger(fleet: Repository) -> Ledger:
    return Workspace(fleet.path, datetime.fromisoformat(NOW)).ledger()


TEXTS = st.sampled_from(
    ["", " ", "a", "https://benefits.exa.gov/risc", "https://benefits.exa.gov/auth/result", KIOSK, "2", "t"]
)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(0, 3), TEXTS, st.lists(TEXTS, max_size=3),
    st.dictionaries(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=2), max_size=2),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(sorted({*COLUMNS, "restrict_to_deploy_env", "protocol"})), VALUES, max_size=3),
    st.sets(st.sampled_from(sorted(COLUMNS)), max_size=3),
)
def test_confirm_and_drift_never_disagree(
    ledger: Ledger, written: Fleet, change: dict[str, object], without: set[str]
) -> None:
    mine = {key: value for key, value in (written[ISSUER] | change).items() if key not in without}
    data = json.dumps({"production": written | {ISSUER: mine}}).encode()
    seen = seen_file("seen.yml", data, "production", None, None)
    (one,) = (one for one in drift(ledger, "production", seen).apps if one.subject == SUBJECT)
    told = Told(drift(ledger, "production", seen), "seen.yml", None, {}, {})
    assert drift_text(told).replace("\n", "").isprintable()
    assert drift_markdown(told).replace("\n", "").isprintable()
    assert list(Draft202012Validator(CONTRACT).iter_errors(drift_json(told))) == []
    verdict = _compare(ledger, "production", seen)
    assert (one.state == "agrees") == (SUBJECT in verdict.agree)
    assert (one.state != "agrees") == (SUBJECT in verdict.differ)
    assert {entry.difference.column for entry in one.columns} == {
        problem.partition(":")[0] for problem in verdict.differ.get(SUBJECT, ()) if one.state == "differs"
    }


def test_confirm_takes_the_certificates_beside_and_not_the_apis_json(
    fleet: Repository, tmp_path: Path, written: Fleet
) -> None:
    """What lies beside the file is what the IdP has under a name; the API does not tell all that was released."""
    tip = fleet.ledger
    path = tmp_path / "api"
    path.write_text(json.dumps(api(fleet, written)), encoding="utf-8")
    folder = tmp_path / "certs" / "sp"
    folder.mkdir(parents=True)
    (name,) = written[ISSUER]["certs"]
    (folder / f"{name}.crt").write_bytes(certificate(3))
    (tmp_path / "seen.yml").write_text(json.dumps({"production": written}), encoding="utf-8")
    refused = fleet.run("confirm", "--seen", str(tmp_path / "seen.yml"), now=NOW)
    assert (refused.status, f"certs: has another certificate as “{name}”" in refused.out) == (1, True)
    assert fleet.ledger == tip
    refused = fleet.run("confirm", "--seen", str(path), now=NOW)
    assert (refused.status, "which tells only a part of what a release changes" in refused.err) == (2, True)
    assert fleet.ledger == tip
    (one,) = json.loads(fleet.run("drift", "--seen", str(path), "--format", "json", now=NOW).out)["apps"]
    assert one["commands"] == ["launchwindow confirm --environment production --by NAME --note TEXT"]


def test_a_change_of_issuer_that_was_not_seeded_yet_is_explained_on_both_sides(
    fleet: Repository, tmp_path: Path, written: Fleet
) -> None:
    """The old provider stays as an inactive one, and the new one is not there yet."""
    repository = copy_of(fleet, tmp_path)
    assert look(repository, tmp_path, written).status == 0
    assert repository.run("confirm", "--seen", str(tmp_path / "seen.yml"), now=NOW).status == 0
    repository.change(f"issuer: {ISSUER}", f"issuer: {ISSUER}:next", at="2026-12-10T17:00:00-05:00")
    for day in ("14", "17", "21", "24", "28", "31"):
        repository.run("release", now=f"2026-12-{day}T09:30:00-05:00")
    found = document(repository, tmp_path, written)
    mine = {one["issuer"]: one for one in found["apps"] if one["issuer"].startswith(ISSUER)}
    assert {issuer: one["verdict"] for issuer, one in mine.items()} == {
        ISSUER: "differs", f"{ISSUER}:next": "missing",
    }  # fmt: skip
    assert {one["explained"] and one["explained"]["how"] for one in mine.values()} == {"as-before-release"}
    assert found["unknown"] == []
