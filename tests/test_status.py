"""`status` on a terminal: a table of what is open, and one app on one screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from launchwindow.model.errors import LaunchwindowError
from launchwindow.report.visible import WIDTH
from support.repository import FILE, MERGED, SUBJECT, WINDOW, Repository

URIS = "redirect_uris: [https://benefits.exa.gov/auth/result"
KIOSK = f"{URIS}, https://benefits.exa.gov/auth/kiosk"
READING = "production/npa/reading-room"


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "fleet").adopted()


@pytest.fixture
def fleet(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "whole", whole_fleet=True).adopted()


def shown(repo: Repository, *more: str, now: str = MERGED, status: int = 0) -> list[str]:
    result = repo.run("status", *more, now=now)
    assert result.status == status, result.text
    return result.out.splitlines()


def block(lines: list[str], head: str) -> list[str]:
    """The lines from the one that begins with `head` to the next empty one."""
    start = next(index for index, line in enumerate(lines) if line.startswith(head))
    rest = lines[start:]
    return rest[: rest.index("")] if "" in rest else rest


def app_of(repo: Repository, app: str, now: str = MERGED) -> dict[str, Any]:
    found: dict[str, Any] = repo.run_json("status", app, now=now)["app"]
    return found


def test_one_app_is_one_screen(repo: Repository) -> None:
    merge = repo.change(URIS, KIOSK, message="Let people come back to the kiosk page")
    lines = shown(repo, SUBJECT)
    assert lines[0] == f"{SUBJECT}: Benefits Finder"
    assert block(lines, "Deployed")[1].split() == [SUBJECT, repo.base[:12], "adopted", "2026-11-20"]
    margin = " " * 28
    assert block(lines, "Window") == [
        "Window          State       Open change request",
        f"Thu 2026-12-10  scheduled   {SUBJECT}@{merge[:12]}",
        f"{margin}Let people come back to the kiosk page",
        f"{margin}+ redirect_uris: https://benefits.exa.gov/auth/kiosk",
        f"{margin}→ notice of 14 days from 2026-11-24 ends 2026-12-08",
    ]
    assert block(lines, "Next step") == ["Next step  nothing to do for its certificates."]
    assert block(lines, "Endpoints") == [
        "Endpoints  production, OpenID Connect with private_key_jwt",
        "           sign in:",
        "           https://secure.login.gov/openid_connect/authorize",
        "           certificates of the identity provider:",
        "           https://secure.login.gov/api/openid_connect/certs",
    ]
    assert len(lines) <= 24, "it fits a terminal of 24 lines"


def test_endpoints_are_those_of_the_environment_and_protocol(fleet: Repository) -> None:
    assert "https://secure.login.gov/api/saml/auth2026" in " ".join(shown(fleet, READING))
    assert "Endpoints  production, SAML" in shown(fleet, READING)
    sandbox = " ".join(shown(fleet, "sandbox/exa/benefits-finder"))
    assert "https://idp.int.identitysandbox.gov/openid_connect/authorize" in sandbox
    assert "secure.login.gov" not in sandbox


def test_the_next_step_is_that_of_cert_list(repo: Repository) -> None:
    second = (repo.path / "apps/exa/benefits-finder/certs/2026.crt").read_bytes()
    repo.write("apps/exa/benefits-finder/certs/again.crt", second)
    repo.branch("sign")
    repo.edit(FILE, "certs/2026.crt", "certs/again.crt")
    repo.commit("Another name")
    repo.merge("sign")
    listed = repo.run_json("cert", "list", SUBJECT)["apps"][0]["step"]
    assert app_of(repo, SUBJECT)["step"] == listed


def test_programs_are_told_the_screen(repo: Repository) -> None:
    assert app_of(repo, SUBJECT) == {
        "app": "exa/benefits-finder",
        "environment": "production",
        "friendly_name": "Benefits Finder",
        "protocol": "openid_connect_private_key_jwt",
        "step": "None.",
        "endpoints": [
            {"for": "sign in", "address": "https://secure.login.gov/openid_connect/authorize"},
            {
                "for": "certificates of the identity provider",
                "address": "https://secure.login.gov/api/openid_connect/certs",
            },
        ],
    }
    assert repo.run_json("status")["app"] is None


def test_a_partners_record_has_neither_certificates_nor_endpoints(repo: Repository) -> None:
    lines = shown(repo, "production/exa")
    assert lines[0] == "production/exa"
    assert not any(line.startswith(("Next step", "Endpoints")) for line in lines)
    found = app_of(repo, "production/exa")
    assert (found["friendly_name"], found["protocol"], found["step"], found["endpoints"]) == (None, None, None, [])


def test_an_app_that_main_has_no_more_is_told_as_deployed_until_it_is_off(fleet: Repository) -> None:
    fleet.branch("retire")
    (fleet.path / "apps/npa/reading-room/production.yaml").unlink()
    fleet.commit("Retire it")
    fleet.merge("retire")
    found = app_of(fleet, READING)
    assert (found["friendly_name"], found["protocol"], found["step"]) == (None, "saml", None)
    assert len(found["endpoints"]) == 2
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        assert fleet.run("release", now=f"{day}T10:00:00-05:00").status == 0
    assert fleet.run("release", now=WINDOW).status == 0
    assert app_of(fleet, READING, now=WINDOW)["endpoints"] == []
    assert not any(line.startswith("Endpoints") for line in shown(fleet, READING, now=WINDOW))


def test_an_app_that_cannot_be_read_is_told_as_deployed(repo: Repository) -> None:
    repo.write(FILE, "issuer: [\n")
    repo.commit("Break it")
    lines = shown(repo, SUBJECT)
    assert lines[0].startswith(f"warning: {SUBJECT}")
    assert SUBJECT in lines
    assert not any(line.startswith("Next step") for line in lines)
    assert any(line.startswith("Endpoints  production, OpenID Connect") for line in lines)


def test_nothing_that_a_partner_writes_moves_the_cursor_or_ends_a_line(repo: Repository) -> None:
    hostile = "\\e[2J\\u202eEvil\\nWindow  State\\u2028 \\a" + "x " * 90
    repo.change("friendly_name: Benefits Finder", f'friendly_name: "{hostile}"', message="Call\x1b[31m it\u202e so")
    for more in ((), (SUBJECT,)):
        result = repo.run("status", *more)
        assert result.status == 0, result.text
        assert all(line.isprintable() for line in result.out.split("\n"))
        assert max(len(line) for line in result.out.splitlines()) <= WIDTH
        assert "\\u001b[31m it\\u202e so" in result.out
        assert sum(line.startswith("Window") for line in result.out.splitlines()) == 1


def test_what_is_late_stands_first_and_a_window_is_told_once(fleet: Repository) -> None:
    fleet.change(URIS, KIOSK, message="Let people come back")
    fleet.change("friendly_name: Trail Pass", "friendly_name: Trails", path="apps/hld/trail-pass/production.yaml",
                 message="Rename the trails")  # fmt: skip
    lines = block(shown(fleet), "Window")
    assert [line[:28].split() for line in lines[1:] if line[:28].strip()] == [["Thu", "2026-12-10", "scheduled"]]
    assert lines[-1].endswith("→ both: notice of 14 days from 2026-11-24 ends 2026-12-08") or "both:" in lines[-2]
    for day in ("2026-11-30", "2026-12-03", "2026-12-07"):
        assert fleet.run("release", now=f"{day}T10:00:00-05:00").status == 0
    assert fleet.run("release", now=WINDOW).status == 0
    fleet.change("default_aal: 2", "default_aal: 3", at=WINDOW, message="Ask for more")
    evening = shown(fleet, now="2026-12-10T18:00:00-05:00", status=LaunchwindowError.status - 1)
    states = [line.split()[2] for line in block(evening, "Window")[1:] if line[:14].strip()]
    assert states == ["overdue", "scheduled"]
