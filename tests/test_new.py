"""`launchwindow new`: the process page's twelve steps become files that `check` takes once they are filled in."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwindow.edit.answers import PROTOCOLS, Answers, Attached
from launchwindow.edit.questions import QUESTIONS, STEPS
from launchwindow.edit.scaffold import PLACEHOLDER, Setting, placeholders, scaffold
from launchwindow.events.on_new import begin
from launchwindow.events.workspace import Workspace
from launchwindow.load.yaml_source import parse
from launchwindow.model.app import ENVIRONMENTS
from launchwindow.model.errors import NotPossible
from support.repository import MERGED, ROOT, Repository

CERTIFICATE = ROOT / "apps/npa/researcher-card/certs/2027.crt"
LOGO = ROOT / "apps/hld/trail-pass/logo.svg"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
FILLED = {
    "app_name": "Demo",
    "friendly_name": "Demo",
    "issuer": "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:demo",
    "team": "benefits",
    "iaa": "LGEXAFY260001-0001-0000",
    "logo": "logo.svg",
    "certs": "certs/filled.crt",
    "attribute_bundle": "email",
    "redirect_uris": "https://demo.exa.gov/result",
    "acs_url": "https://demo.exa.gov/acs",
    "assertion_consumer_logout_service_url": "https://demo.exa.gov/logout",
    "return_to_sp_url": "https://demo.exa.gov/",
    "failure_to_proof_url": "https://demo.exa.gov/other-ways",
    "system": "Demo",
    "expires": "2028-03-31",
    "email": "dev@exa.gov",
}
"""Field -> what somebody would write there."""


@pytest.fixture
def fleet(tmp_path: Path) -> Repository:
    """A repository whose agreement lists the app Demo."""
    repository = Repository(tmp_path / "fleet")
    repository.edit("partners/exa.yaml", "integrations: [Benefits Finder]", "integrations: [Benefits Finder, Demo]")
    return repository


def place(environment: str = "production", app: str = "demo", protocol: str = "openid_connect_pkce") -> tuple[str, ...]:
    """The command line that is needed at least."""
    return ("new", "--partner", "exa", "--app", app, "--environment", environment, "--protocol", protocol)


@pytest.mark.parametrize(("protocol", "environment", "ial"), list(product(PROTOCOLS, ENVIRONMENTS, ("1", "2"))))
def test_a_scaffold_passes_once_it_is_filled_in(
    fleet: Repository, protocol: str, environment: str, ial: str
) -> None:  # fmt: skip
    result = fleet.run(*place(environment, protocol=protocol), "--ial", ial)
    assert result.status == 0, result.text
    path = f"apps/exa/demo/{environment}.yaml"
    text = fleet.read(path)
    assert text.startswith("# yaml-language-server: $schema=../../../schemas/app.schema.json\n")
    lines = text.split("\n")
    for one in placeholders(text):
        assert one.what
        lines[one.line - 1] = lines[one.line - 1].replace(PLACEHOLDER, FILLED[one.field])
    fleet.write(path, "\n".join(lines))
    if protocol != "openid_connect_pkce":
        fleet.write("apps/exa/demo/certs/filled.crt", CERTIFICATE.read_bytes())
    if environment != "sandbox":
        fleet.write("apps/exa/demo/logo.svg", LOGO.read_bytes())
    document = fleet.run_json("check", str(fleet.path / "apps/exa/demo"))
    found = {one["rule"]: one["severity"] for one in document["findings"]}
    # A new app was not tried in the sandbox, and some texts here are the test's own.
    assert set(found.values()) <= {"warning", "note"}
    assert {rule for rule, severity in found.items() if severity == "warning"} <= {"sandbox-tested"}


@pytest.mark.parametrize(("protocol", "environment", "ial"), list(product(PROTOCOLS, ENVIRONMENTS, ("1", "2"))))
def test_an_unfilled_scaffold_lacks_nothing_but_what_it_says(
    fleet: Repository, protocol: str, environment: str, ial: str
) -> None:  # fmt: skip
    document = fleet.run_json(*place(environment, protocol=protocol), "--ial", ial)
    checked = fleet.run_json("check", str(fleet.path / "apps/exa/demo"), status=1)
    errors = [one for one in checked["findings"] if one["severity"] == "error"]
    assert {one["rule"] for one in errors} == {"placeholder"}
    assert sorted(one["line"] for one in errors) == sorted(one["line"] for one in document["placeholders"])
    assert all(one["severity"] != "error" for one in document["remaining"])


def test_everything_said_leaves_nothing_to_fill_in(fleet: Repository) -> None:
    document = fleet.run_json(
        *place(protocol="openid_connect_private_key_jwt"), "--app-name", "Demo", "--friendly-name", "The demo",
        "--issuer", FILLED["issuer"], "--team", "benefits", "--contact", "dev@exa.gov", "--ial", "2", "--aal", "3",
        "--redirect-uri", "https://demo.exa.gov/a", "--redirect-uri", "https://demo.exa.gov/b",
        "--return-to-sp-url", "https://demo.exa.gov/", "--failure-to-proof-url", "https://demo.exa.gov/other",
        "--push-url", "https://push.exa.gov/risc", "--certificate", str(CERTIFICATE), "--logo", str(LOGO),
    )  # fmt: skip
    assert {one["field"] for one in document["placeholders"]} == {"system", "expires"}
    assert document["files"] == ["apps/exa/demo/production.yaml", "apps/exa/demo/certs/2026.crt",
                                 "apps/exa/demo/logo.svg"]  # fmt: skip
    data = parse("a", (fleet.path / "apps/exa/demo/production.yaml").read_bytes()).data
    assert isinstance(data, dict)
    assert data["redirect_uris"] == ["https://demo.exa.gov/a", "https://demo.exa.gov/b"]
    # The order that lists the app, by its latest signed modification.
    assert (data["iaa"], data["ial"], data["default_aal"]) == ("LGEXAFY260001-0001-0000", 2, 3)
    assert (fleet.path / "apps/exa/demo/certs/2026.crt").read_bytes() == CERTIFICATE.read_bytes()
    # A push notification host that nobody has yet has 21 days' notice.
    assert (document["notice_days"], document["window"]) == (21, "2026-12-17")


def test_the_sandbox_twin_gives_what_is_common(fleet: Repository) -> None:
    common = ("--app-name", "Demo", "--friendly-name", "The demo", "--team", "benefits", "--contact", "dev@exa.gov",
              "--ial", "2", "--attribute", "email", "--attribute", "last_name", "--logo", str(LOGO),
              "--acs-url", "http://localhost/acs")  # fmt: skip
    assert fleet.run(*place("sandbox", protocol="saml"), *common).status == 0
    document = fleet.run_json("new", "--partner", "exa", "--app", "demo", "--environment", "production")
    data = parse("a", (fleet.path / "apps/exa/demo/production.yaml").read_bytes()).data
    assert isinstance(data, dict)
    assert (data["protocol"], data["friendly_name"], data["ial"]) == ("saml", "The demo", 2)
    assert data["attribute_bundle"] == ["email", "last_name"]
    assert data["logo"] == "logo.svg"
    assert data["contacts"] == [{"role": "technical", "email": "dev@exa.gov"}]
    assert {"issuer", "certs", "acs_url"} <= {one["field"] for one in document["placeholders"]}
    assert document["files"] == ["apps/exa/demo/production.yaml"]


def test_nothing_is_overwritten(fleet: Repository) -> None:
    before = fleet.read("apps/exa/benefits-finder/production.yaml")
    result = fleet.run(*place(app="benefits-finder"))
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "launchwindow: apps/exa/benefits-finder/production.yaml is there already; edit it, or name another app or "
        "environment.\n"
    )
    assert fleet.read("apps/exa/benefits-finder/production.yaml") == before


def test_files_that_are_there_keep_their_names(fleet: Repository) -> None:
    fleet.write("apps/exa/demo/certs/2026.crt", "another\n")
    fleet.write("apps/exa/demo/logo.svg", LOGO.read_bytes())
    arguments = ("--certificate", str(CERTIFICATE), "--logo", str(LOGO))
    document = fleet.run_json(*place(protocol="saml"), *arguments)
    assert document["files"] == ["apps/exa/demo/production.yaml", "apps/exa/demo/certs/2026-2.crt"]
    assert fleet.read("apps/exa/demo/certs/2026.crt") == "another\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--app", "x"), "new needs --partner, --environment, --protocol: there is no terminal to ask at."),
        ((), "new needs --partner, --app, --environment, --protocol: there is no terminal to ask at."),
        (place()[1:-2], "new needs --protocol: there is no terminal to ask at."),
        ((*place()[1:], "--partner", "ex"), "--partner: There is no partners/ex.yaml; did you mean “exa”?"),
        ((*place()[1:], "--app", "../up"), "--app: “../up” is no name for an app; "),
        ((*place()[1:], "--redirect-uri", "http://demo.exa.gov/"), "--redirect-uri: The address uses http; "),
        ((*place()[1:], "--team", "nobody"), "--team: The partner has no team “nobody”; "),
        ((*place()[1:], "--app-name", "Demo\nissuer: x"), "--app-name: "),
        ((*place()[1:], "--app-name", "De\udcffmo"), "--app-name: This is no text in UTF-8; "),
        ((*place()[1:], "--iaa", "12"), "--iaa: "),
        ((*place()[1:], "--certificate", "/nowhere.crt"), "/nowhere.crt can't be read: "),
        ((*place()[1:], "--issuer", "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"),
         "--issuer: apps/exa/benefits-finder/production.yaml has this issuer already; "),
    ],
)  # fmt: skip
def test_one_line_says_what_is_wrong(fleet: Repository, arguments: tuple[str, ...], said: str) -> None:
    result = fleet.run("new", *arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"launchwindow: {said}")
    assert result.err.count("\n") == 1
    assert not (fleet.path / "apps/exa/demo").exists()


def test_a_private_key_is_never_copied(fleet: Repository, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 1024).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "key.pem").write_bytes(key)
    result = fleet.run(*place(protocol="saml"), "--certificate", str(tmp_path / "key.pem"))
    assert result.status == 2
    assert "private key" in result.err
    assert not (fleet.path / "apps/exa/demo").exists()


class Somebody:
    """Types prepared lines, and remembers what was shown."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.shown: list[str] = []

    def say(self, text: str) -> None:
        self.shown.append(text)

    def ask(self, prompt: str) -> str:
        self.shown.append(prompt)
        if not self.lines:
            raise NotPossible("The lines are used up.")
        return self.lines.pop(0)

    @property
    def text(self) -> str:
        """All that was shown, each run of white space as one space."""
        return " ".join("\n".join(self.shown).split())


def ask(fleet: Repository, somebody: Somebody, **known: str) -> None:
    begin(Workspace(fleet.path, NOW), Answers(**known), somebody)  # type: ignore[arg-type]


def test_the_questions_follow_the_page_and_take_what_is_offered(fleet: Repository) -> None:
    somebody = Somebody(
        "nobody", "exa", "Demo!", "demo", "production", "Demo", "", "benefits", "dev@exa.gov", "", "openid_connect",
        "openid_connect_pkce", "2", "", "", str(LOGO), "", "http://demo.exa.gov/a", "https://demo.exa.gov/a",
        "https://demo.exa.gov/b", "", "https://demo.exa.gov/", "", "yes",
    )  # fmt: skip
    ask(fleet, somebody)
    assert somebody.lines == []
    for number in range(1, 13):
        assert f"Step {number} of 12: {STEPS[str(number)]}" in somebody.text
    assert "There is no partners/nobody.yaml" in somebody.text
    assert "“openid_connect” is none of them; did you mean “openid_connect_pkce”?" in somebody.text
    assert "The address uses http; production takes only https." in somebody.text
    data = parse("a", (fleet.path / "apps/exa/demo/production.yaml").read_bytes()).data
    assert isinstance(data, dict)
    assert data["friendly_name"] == "Demo"
    assert data["iaa"] == "LGEXAFY260001-0001-0000"
    assert data["issuer"] == "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:demo"
    assert (data["ial"], data["default_aal"]) == (2, 2)
    assert data["redirect_uris"] == ["https://demo.exa.gov/a", "https://demo.exa.gov/b"]
    assert data["failure_to_proof_url"] == PLACEHOLDER
    assert "certs" not in data


def test_the_twin_is_offered(fleet: Repository) -> None:
    arguments = ("--app-name", "Demo", "--ial", "2", "--issuer", "urn:exa:demo:sandbox", "--logo", str(LOGO))
    assert fleet.run(*place("sandbox"), *arguments).status == 0
    somebody = Somebody()
    known = {"partner": "exa", "app": "demo", "environment": "production", "friendly_name": "Demo", "team": "benefits"}
    with pytest.raises(NotPossible):
        ask(fleet, somebody, **known)
    assert somebody.shown[-1] == "App name [Demo]: "
    somebody = Somebody(*[""] * 30)
    ask(fleet, somebody, **known)
    for offered in ("[openid_connect_pkce]: ", "proofing [2]: ", "Issuer [urn:exa:demo]: ", "file [logo.svg]: "):
        assert any(line.endswith(offered) for line in somebody.shown), offered
    assert "logo: logo.svg\n" in fleet.read("apps/exa/demo/production.yaml")


@pytest.mark.parametrize("last", [(), ("no",)])
def test_nothing_is_written_unless_it_is_wanted(fleet: Repository, last: tuple[str, ...]) -> None:
    known = {"partner": "exa", "app": "demo", "environment": "sandbox", "protocol": "openid_connect_pkce"}
    asked = 10
    with pytest.raises(NotPossible):
        ask(fleet, Somebody(*[""] * asked, *last), **known)
    assert not (fleet.path / "apps/exa/demo").exists()


@pytest.mark.parametrize("typed", [b"\x04", b"exa\n\x03"])
def test_a_terminal_is_asked_and_may_leave(fleet: Repository, typed: bytes) -> None:
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    command = [sys.executable, "-m", "launchwindow", "--repo", str(fleet.path), "--now", MERGED, "new"]
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment,
                               start_new_session=True, preexec_fn=_take_terminal)  # fmt: skip
    os.close(theirs)
    shown = b""
    while b"without .yaml: " not in shown:
        shown += os.read(ours, 4096)
    os.write(ours, typed)
    for _ in range(12):
        try:
            out, _ = process.communicate(timeout=5)
            break
        except subprocess.TimeoutExpired:
            # Python misses a signal in the moment before it waits for a line: whoever typed Ctrl-C does so again.
            os.write(ours, typed[-1:])
    else:
        pytest.fail(f"it still waits: {shown!r}")
    shown += os.read(ours, 65536)
    os.close(ours)
    assert (process.returncode, out) == (1, b"")
    assert b"Nothing was written: the questions were not answered to the end." in shown
    assert b"Traceback" not in shown


def _take_terminal() -> None:
    """Make standard input the session's terminal, so that Ctrl-C in it is a signal, also where the tests ignore it."""
    import fcntl
    import signal
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_each_question_fills_a_field_and_stands_in_a_step() -> None:
    assert {question.field for question in QUESTIONS} == set(Answers._fields)
    assert {question.step for question in QUESTIONS} <= set(STEPS)
    steps = [list(STEPS).index(question.step) for question in QUESTIONS]
    assert steps == sorted(steps)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
ANSWERS = st.builds(
    Answers,
    partner=st.just("exa"), app=st.just("demo"), environment=st.sampled_from(ENVIRONMENTS),
    protocol=st.sampled_from(PROTOCOLS), app_name=st.none() | TEXTS, issuer=st.none() | TEXTS, team=st.none() | TEXTS,
    ial=st.sampled_from([None, 1, 2]), attribute_bundle=st.lists(TEXTS, max_size=2).map(tuple),
    redirect_uris=st.lists(TEXTS, max_size=3).map(tuple), return_to_sp_url=st.none() | TEXTS, contact=st.none() | TEXTS,
    certificate=st.none() | st.builds(Attached, TEXTS, st.binary(max_size=4)),
    logo=st.none() | st.builds(Attached, TEXTS, st.binary(max_size=4)),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.booleans())
def test_what_was_said_is_what_the_file_holds(answers: Answers, agreement: bool) -> None:
    taken = {"apps/exa/demo/certs/2026.crt": b"taken", "apps/exa/demo/logo.svg": b"taken"}
    files = scaffold(answers, Setting(2026, agreement, taken, None))
    assert not files.keys() & taken.keys()
    data = parse("a", files[answers.path]).data
    assert isinstance(data, dict)
    for field in ("app_name", "issuer", "team", "return_to_sp_url"):
        assert data[field] == (getattr(answers, field) or PLACEHOLDER)
    if answers.redirect_uris:
        assert data["redirect_uris"] == list(answers.redirect_uris)
    assert data["contacts"][0]["email"] == (answers.contact or PLACEHOLDER)
    assert all(path.startswith("apps/exa/demo/") and ".." not in path for path in files)
