"""`cert list`, `cert add` and `cert remove` on real repositories: what they say at each step, write and refuse."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchwindow.edit.certificate_file import canonical_certificate
from support.repository import REVIEWER, Repository
from support.rotations import NEW, OLD, A, B, Life, at, laid

NOW = at("2026-12-15")
ADDED = "certs/2029-3fd86f82.crt"
"""The name that the new certificate is given: the year of its expiry, and the first digits of its serial number."""


class Desk:
    """A repository with one app, and its new certificate in a file elsewhere."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.life = Life(kind, "add use remove")
        self.repository = laid(folder / "fleet", [self.life])
        self.app = f"production/exa/{self.life.name}"
        self.place = f"apps/exa/{self.life.name}"
        (self.repository.path / self.place / B).unlink()
        self.repository.commit("Have one certificate", at=at("2026-11-23"))
        self.file = folder / "new.pem"
        self.file.write_bytes(NEW)
        self.branches = 0

    def cert(self, *arguments: str, now: str = NOW, status: int = 0) -> str:
        result = self.repository.run("cert", *arguments, now=now)
        assert result.status == status, result.text
        return " ".join(result.text.split())

    def step(self, now: str = NOW) -> str:
        document = self.repository.run_json("cert", "list", self.app, now=now)
        step = document["apps"][0]["step"]
        assert isinstance(step, str)
        return step

    def places(self, now: str = NOW) -> dict[str, list[str]]:
        document = self.repository.run_json("cert", "list", self.app, now=now)
        return {one["name"]: one["places"] for one in document["apps"][0]["certificates"]}

    @property
    def text(self) -> str:
        return self.repository.read(self.life.path)

    def merge(self, day: str) -> None:
        """What the work tree holds, reviewed and recorded."""
        repository, self.branches = self.repository, self.branches + 1
        repository.branch(f"branch-{self.branches}")
        repository.commit("Change certificates", at=at(day))
        repository.merge(f"branch-{self.branches}", at=at(day))
        assert repository.run("request", now=at(day, "10:30")).status == 0

    def run(self, *arguments: str, now: str) -> None:
        result = self.repository.run(*arguments, now=now)
        assert result.status == 0, result.text

    def confirm(self, now: str) -> None:
        self.run("confirm", "--by", REVIEWER.split("<")[1][:-1], "--note", "Seen.", now=now)


def test_a_whole_rotation_of_an_app_that_signs(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    assert desk.step() == "None."
    assert f"names {ADDED} last" in desk.cert("add", desk.app, str(desk.file))
    assert f"certs: [{A}, {ADDED}]" in desk.text
    assert (desk.repository.path / desk.place / ADDED).read_bytes() == canonical_certificate(NEW)
    assert desk.places() == {A: ["file", "confirmed"], ADDED: ["file"]}
    assert desk.step().startswith("Open a pull request")
    desk.merge("2026-12-15")
    later = at("2026-12-15", "11:00")
    assert desk.places(later) == {A: ["file", "confirmed"], ADDED: ["file", "requested"]}
    assert desk.step(later).startswith("Wait for the review and the deploy window;")
    refused = desk.cert("remove", desk.app, A, now=at("2026-12-16"), status=1)
    assert f"Keep {A} beside {ADDED} until that is confirmed." in refused
    desk.run("release", now=at("2026-12-31"))
    assert desk.places(at("2026-12-31", "11:00")) == {A: ["file", "confirmed"], ADDED: ["file", "released"]}
    assert desk.step(at("2026-12-31", "11:00")).startswith("Wait until the identity provider is seen to run it")
    desk.confirm(at("2026-12-31", "16:00"))
    assert desk.places(at("2027-01-04"))[ADDED] == ["file", "confirmed"]
    use = desk.step(at("2027-01-04"))
    assert use.startswith(f"Change your app to the key of {ADDED}; then say so: `release.key_in_use: ")
    assert use.endswith("with a day from 2026-12-31 on.")
    refused = desk.cert("remove", desk.app, A, now=at("2027-01-04"), status=1)
    assert "nobody has said which key is in use" in refused
    word = f"release: {{key_in_use: {{certificate: {ADDED}, as_of: 2027-01-04}}}}\n"
    desk.repository.write(desk.life.path, desk.text + word)
    assert desk.step(at("2027-01-04")) == f"Remove {A}: the key of {ADDED} is in use since 2027-01-04."
    removed = desk.cert("remove", desk.app, A, now=at("2027-01-04"))
    assert f"No app names {desk.place}/{A} now: delete it in the same pull request." in removed
    assert desk.places(at("2027-01-04")) == {ADDED: ["file", "confirmed"], A: ["confirmed"]}
    desk.repository.git("rm", "--quiet", f"{desk.place}/{A}")
    desk.merge("2027-01-05")
    desk.repository.run("release", now=at("2027-01-21"))
    desk.confirm(at("2027-01-21", "16:00"))
    assert desk.places(at("2027-01-22")) == {ADDED: ["file", "confirmed"]}
    assert desk.step(at("2027-01-22")) == "None."


def test_a_whole_rotation_of_saml_without_signed_requests(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "encrypted")
    desk.cert("add", desk.app, str(desk.file))
    desk.merge("2026-12-15")
    desk.run("release", now=at("2026-12-31"))
    desk.confirm(at("2026-12-31", "16:00"))
    now = at("2027-01-04")
    assert desk.step(now).startswith(f"Agree with Login.gov on a time in business hours, put {ADDED} first,")
    desk.cert("add", desk.app, str(desk.file), "--first", now=now)
    assert f"certs: [{ADDED}, {A}]" in desk.text
    assert "both sides must change at an agreed time. Agree on a time in business hours" in desk.step(now)
    agreed = "release: {coordinate_at: 2027-01-20T10:00:00-05:00, reason: The product can't sign.}\n"
    desk.repository.write(desk.life.path, desk.text + agreed)
    assert "it goes at the agreed time, 2027-01-20 10:00 EST. A person releases it then" in desk.step(now)
    desk.merge("2027-01-04")
    desk.run("release", "--coordinated", desk.app, "--by", "Ops", now=at("2027-01-20"))
    desk.confirm(at("2027-01-20", "11:00"))
    now = at("2027-01-21")
    assert desk.step(now).startswith(f"Remove {A} once nobody wants to go back to it")
    desk.cert("remove", desk.app, A, now=now)
    assert f"certs: [{ADDED}]" in desk.text


@pytest.mark.parametrize(("kind", "words"), [("pkce", "with PKCE no certificate is used"), ("plain", "None.")])
def test_apps_that_nobody_can_cut_off_remove_at_once(tmp_path: Path, kind: str, words: str) -> None:
    desk = Desk(tmp_path, kind)
    assert words in desk.step()
    desk.cert("remove", desk.app, A)
    assert "certs: []" in desk.text


def test_comments_layout_and_all_else_stay(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    layout = f"certs:   # by expiry\n  - {A}   # ends in 2028\n# below\n"
    desk.repository.write(desk.life.path, desk.text.replace(f"certs: [{A}]\n", layout))
    before = desk.text
    desk.cert("add", desk.app, str(desk.file))
    assert desk.text == before.replace("# below\n", f"  - {ADDED}\n# below\n", 1)
    desk.cert("remove", desk.app, ADDED)
    assert desk.text == before


def test_a_file_beside_the_app_keeps_its_name_and_is_not_copied(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    own = desk.repository.path / desk.place / "certs/ours.crt"
    own.write_bytes(NEW)
    desk.cert("add", desk.app, str(own))
    assert f"certs: [{A}, certs/ours.crt]" in desk.text
    assert not (desk.repository.path / desk.place / ADDED).exists()


def test_text_around_a_certificate_is_not_copied(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.file.write_bytes(b"subject=/CN=exa\r\n" + NEW.replace(b"\n", b"\r\n"))
    desk.cert("add", desk.app, str(desk.file))
    assert (desk.repository.path / desk.place / ADDED).read_bytes() == canonical_certificate(NEW)


def test_another_certificate_of_that_name_is_never_overwritten(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    folder = desk.repository.path / desk.place
    (folder / ADDED).write_bytes(OLD)
    out = desk.cert("add", desk.app, str(desk.file))
    longer = next(one for one in out.split() if one.startswith("certs/2029-3fd86f82") and one != ADDED)
    assert (folder / ADDED).read_bytes() == OLD
    desk.cert("remove", desk.app, longer)
    (folder / longer).write_bytes(OLD)
    before = desk.text
    assert "is another certificate's file; nothing was written" in desk.cert("add", desk.app, str(desk.file), status=1)
    assert (desk.text, (folder / longer).read_bytes()) == (before, OLD)


@pytest.mark.parametrize("name", ["certs", "certs/2029-3fd86f82.crt"])
def test_no_link_is_followed(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path, "oidc")
    outside = tmp_path / "outside"
    outside.mkdir()
    target = desk.repository.path / desk.place / name
    if target.is_dir():
        (target / "2026.crt").unlink()
        target.rmdir()
    os.symlink(outside, target)
    before = desk.text
    result = desk.repository.run("cert", "add", desk.app, str(desk.file), now=NOW)
    if name == "certs":
        assert (result.status, desk.text) == (1, before)
    else:
        # The longer name is free.
        assert result.status == 0
    assert list(outside.iterdir()) == []


PRIVATE = b"-----BEGIN " + b"PRIVATE KEY-----\nMIIB\n-----END " + b"PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PRIVATE, "This is a private key! Treat the key as leaked"),
        (NEW + PRIVATE, "This is a private key!"),
        (b"", "The file is empty."),
        (NEW + OLD, "The file holds 2 certificates"),
        (NEW[:400], "certificate"),
        (b"\x00\x01\xff" * 100, "not plain text"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "a request for a cert"),
        (b"x" * 5_000_000, "no certificate is that large"),
    ],
    ids=range(8),
)
def test_what_is_no_public_certificate_is_refused_and_nothing_is_written(
    tmp_path: Path, data: bytes, words: str
) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.file.write_bytes(data)
    assert words in desk.cert("add", desk.app, str(desk.file), status=1)
    assert desk.repository.git("status", "--porcelain") == ""


def test_files_that_are_not_there(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    for file in (tmp_path, tmp_path / "none.crt", tmp_path / "a\x1b[31mb"):
        said = desk.cert("add", desk.app, str(file), status=2)
        assert "can't be read" in said
        assert "\x1b" not in said


def test_apps_and_names_that_are_not_there(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    assert "Did you mean" in desk.cert("add", f"{desk.app}x", str(desk.file), status=1)
    assert f"it names {A}" in desk.cert("remove", desk.app, "certs/\x1b[31m", status=1)
    assert "is no environment/partner/app" in desk.cert("list", "exa/finder", status=2)
    desk.repository.write(desk.life.path, "a: [")
    assert "Its file can't be read" in desk.cert("list", desk.app, status=1)


def test_a_file_with_a_private_key_is_left_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.repository.write(desk.life.path, desk.text + "# " + PRIVATE.decode().replace("\n", "\n# ") + "\n")
    before = desk.text
    assert "holds a private key" in desk.cert("add", desk.app, str(desk.file), status=1)
    assert "holds a private key" in desk.cert("remove", desk.app, A, status=1)
    assert desk.text == before


def test_a_layout_that_is_not_certain_is_left_to_a_person(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.repository.write(desk.life.path, desk.text.replace(f"certs: [{A}]\n", f"certs: {A}\n"))
    before = desk.text
    assert "it is not certain how to write this list" in desk.cert("add", desk.app, str(desk.file), status=1)
    assert desk.text == before


def test_the_same_certificate_twice_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.file.write_bytes(OLD)
    assert f"has this certificate as {A} already" in desk.cert("add", desk.app, str(desk.file), status=1)
    assert "first already" in desk.cert("add", desk.app, str(desk.file), "--first", status=1)


def test_a_file_that_another_environment_names_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "plain")
    desk.repository.write(f"{desk.place}/staging.yaml", desk.text)
    out = desk.cert("remove", desk.app, A)
    assert f"Keep the file: staging/exa/{desk.life.name} still names it." in out


def test_a_waiver_in_the_file_lets_a_compromised_key_go(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.cert("add", desk.app, str(desk.file))
    assert "a waiver of rotation-overlap" in desk.cert("remove", desk.app, A, status=1)
    waiver = "waivers: [{rule: rotation-overlap, ticket: LG-9, reason: The key leaked., expires: 2026-12-31}]\n"
    desk.repository.write(desk.life.path, desk.text + waiver)
    desk.cert("remove", desk.app, A)
    assert f"certs: [{ADDED}]" in desk.text


def test_without_a_ledger_head_counts_as_deployed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.repository.git("branch", "-D", "launchwindow-ledger")
    assert "There is no ledger here" in desk.step()
    assert "no certificate that it keeps is confirmed yet" in desk.cert("remove", desk.app, A, status=1)
    desk.cert("add", desk.app, str(desk.file))
    desk.cert("remove", desk.app, ADDED)


def test_outside_of_git_the_files_alone_are_listed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    (desk.repository.path / ".git").rename(tmp_path / "elsewhere")
    assert desk.places() == {A: ["file"]}
    desk.cert("add", desk.app, str(desk.file))
    assert ADDED in desk.text


def test_certificates_that_can_not_be_read_are_listed_all_the_same(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "oidc")
    desk.repository.write(f"{desk.place}/{A}", "no certificate\n")
    document = desk.repository.run_json("cert", "list", desk.app, now=NOW)
    [one, before] = document["apps"][0]["certificates"]
    assert (one["key"], one["expires"], one["begin_by"], one["places"]) == (None, None, None, ["file"])
    assert (before["key"], before["places"]) == ("RSA 2048", ["confirmed"])


def test_no_app_is_no_list(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet")
    repository.git("rm", "-r", "--quiet", "apps")
    result = repository.run("cert", "list", now=NOW)
    assert (result.status, "No app was found" in result.err) == (1, True)


def test_the_moment_is_what_is_given(tmp_path: Path) -> None:
    """The last day to begin is told as past once it is."""
    desk = Desk(tmp_path, "oidc")
    late = datetime(2028, 12, 20, 15, tzinfo=UTC).isoformat()
    assert "last day to open its rotation's pull request: 2028-12-14; that day is past" in desk.cert(
        "list", desk.app, now=late
    )
