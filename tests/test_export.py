"""`export`: the fleet as the IdP's files and as an extract of the dashboard; through the command line."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from launchwindow.exchange.idp_yaml import providers
from launchwindow.exchange.seen import disagreements
from launchwindow.exchange.tarball import is_ours, tarball
from launchwindow.io import export_files
from launchwindow.io.export_files import MANIFEST, write_export_folder
from launchwindow.model.errors import LaunchwindowError, NotPossible
from support.idp_fleet import LOGO, certificate
from support.repository import ADOPTED, APP, FILE, LEDGER, ROOT, SUBJECT, Repository, run

CONTRACT = json.loads((ROOT / "schemas/export.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """The example fleet, all of it deployed, and a merge that is not released."""
    repository = Repository(tmp_path_factory.mktemp("export") / "fleet", whole_fleet=True).adopted()
    repository.change("default_aal: 2", "default_aal: 3")
    assert repository.run("request").status == 0
    return repository


def exported(fleet: Repository, to: Path, *options: str, status: int = 0) -> dict[str, Any]:
    document = fleet.run_json("export", "--to", str(to), *options, status=status)
    assert [error.message for error in Draft202012Validator(CONTRACT).iter_errors(document)] == []
    return document


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unpacked(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=BytesIO(data), mode="r:gz") as tar:
        return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]


def handed_over(fleet: Repository, environment: str = "production") -> dict[str, bytes]:
    """What the ledger's branch holds for the IdP."""
    archive = subprocess.run(
        ["git", "archive", f"{LEDGER}:idp/{environment}"], cwd=fleet.path, capture_output=True, check=True
    )
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        return {one.name: tar.extractfile(one).read() for one in tar if one.isfile()}  # type: ignore[union-attr]


@pytest.mark.parametrize("environment", ["production", "sandbox"])
def test_the_idps_files_are_those_of_the_ledger(fleet: Repository, tmp_path: Path, environment: str) -> None:
    document = exported(fleet, tmp_path / "idp", "--environment", environment)
    found = files(tmp_path / "idp")
    del found[MANIFEST]
    assert found == handed_over(fleet, environment)
    assert [one["path"] for one in document["files"]] == sorted(found)
    assert (document["as"], document["commit"]) == ("idp", None)
    exported(fleet, tmp_path / "idp.tgz", "--environment", environment)
    assert unpacked((tmp_path / "idp.tgz").read_bytes()) == found


def test_a_commit_is_what_would_be_handed_over(fleet: Repository, tmp_path: Path) -> None:
    exported(fleet, tmp_path / "base", "--commit", fleet.base)
    exported(fleet, tmp_path / "deployed")
    assert files(tmp_path / "base") == files(tmp_path / "deployed")
    document = exported(fleet, tmp_path / "main", "--commit", "main")
    assert document["commit"] == fleet.head
    before, after = (
        providers(handed_over(fleet)["service_providers.yml"]),
        providers(files(tmp_path / "main")["service_providers.yml"]),
    )
    assert {
        issuer: disagreements(before[issuer], after[issuer]) for issuer in before if before[issuer] != after[issuer]
    } == {"urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder": ("default_aal: is 3, not 2",)}
    assert "as the ledger has them deployed" in fleet.run("export", "--to", str(tmp_path / "again")).out.replace(
        "\n", " "
    )


def test_a_commit_needs_no_ledger(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet")
    assert exported(repository, tmp_path / "idp", "--commit", "HEAD")["providers"] == 1
    result = repository.run("export", "--to", str(tmp_path / "other"))
    assert (result.status, "There is no ledger yet" in result.err) == (2, True)


def test_what_is_deployed_and_gone_from_main_is_told(fleet: Repository, tmp_path: Path) -> None:
    copytree(fleet.path, tmp_path / "fleet")
    repository = Repository.at(tmp_path / "fleet")
    repository.git("rm", "-q", FILE)
    repository.commit()
    (note,) = exported(repository, tmp_path / "idp", "--commit", "HEAD")["notes"]
    assert note.startswith(f"Deployed and not in that commit: {SUBJECT}.")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("issuer: ", "issuer: urn:gov:gsa:openidconnect.profiles:sp:sso:exa:forms-library # ", "can't all be deployed"),
        ("app_name: ", "app_name: [", "can't be read. `launchwindow check` says where"),
    ],
)
def test_a_commit_that_could_not_be_released_is_refused(
    fleet: Repository, tmp_path: Path, old: str, new: str, words: str
) -> None:
    copytree(fleet.path, tmp_path / "fleet")
    repository = Repository.at(tmp_path / "fleet")
    repository.edit(FILE, old, new)
    repository.commit()
    result = repository.run("export", "--to", str(tmp_path / "idp"), "--commit", "HEAD")
    assert (result.status, words in result.err, (tmp_path / "idp").exists()) == (1, True, False)


def test_an_environment_without_apps_and_one_that_is_none(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet").adopted()
    result = repository.run("export", "--to", str(tmp_path / "idp"), "--environment", "sandbox")
    assert (result.status, result.err) == (
        1,
        "launchwindow: No app of sandbox is deployed, by the ledger; nothing was written.\n",
    )
    assert repository.run("export", "--to", str(tmp_path / "idp"), "--environment", "prod").status == 2
    assert repository.run("export", "--to", str(tmp_path / "idp"), "--commit", "nope").status == 2
    assert not (tmp_path / "idp").exists()


def test_the_same_fleet_gives_the_same_bytes(fleet: Repository, tmp_path: Path) -> None:
    for options in ((), ("--as", "dashboard")):
        for name in ("one", "two"):
            exported(fleet, tmp_path / f"{name}.tgz", *options)
            exported(fleet, tmp_path / name, *options)
        assert (tmp_path / "one.tgz").read_bytes() == (tmp_path / "two.tgz").read_bytes()
        assert files(tmp_path / "one") == files(tmp_path / "two")
    changed = (tmp_path / "one.tgz").stat().st_mtime_ns
    exported(fleet, tmp_path / "one.tgz", "--as", "dashboard")
    assert (tmp_path / "one.tgz").stat().st_mtime_ns == changed


def test_an_extract_has_what_the_dashboard_reads(fleet: Repository, tmp_path: Path) -> None:
    document = exported(fleet, tmp_path / "extract.tgz", "--as", "dashboard")
    found = unpacked((tmp_path / "extract.tgz").read_bytes())
    extract = json.loads(found.pop("extract.json"))
    assert [one["id"] for one in extract["service_providers"]] == [1, 2, 3, 4, 5]
    assert {one["logo"] for one in extract["service_providers"]} == set(found)
    uuids = {one["uuid"] for one in extract["teams"]}
    assert {one["team_uuid"] for one in extract["service_providers"]} == uuids
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}")
    assert all(form.fullmatch(uuid) for uuid in uuids)
    assert {(one["key"], one["why"]) for one in document["not_carried"]} == {
        (key, "has no field in the dashboard") for key in ("iaa", "native")
    }
    result = fleet.run("export", "--to", str(tmp_path / "other"), "--as", "dashboard")
    assert "Not carried:\n  iaa has no field in the dashboard: " in result.out
    assert gzip.decompress((tmp_path / "extract.tgz").read_bytes())


@pytest.mark.parametrize("environment", ["production", "sandbox"])
@pytest.mark.parametrize("name", ["extract.tgz", "extract"])
def test_an_extract_is_imported_as_the_same_rows(
    fleet: Repository, tmp_path: Path, environment: str, name: str
) -> None:
    document = exported(fleet, tmp_path / name, "--as", "dashboard", "--environment", environment)
    source = tmp_path / name / "extract.json" if name == "extract" else tmp_path / name
    imported = run("import", str(source), "--into", str(tmp_path / "fleet"), "--environment", environment)
    assert imported.status == 0, imported.text
    assert "Not carried:" not in imported.out
    again = Repository.__new__(Repository)
    again.path = tmp_path / "fleet"
    (again.path / "policy.yaml").write_bytes((ROOT / "policy.yaml").read_bytes())
    again.git("init", "--quiet", "--template=", "--initial-branch=main")
    for partner in (again.path / "partners").iterdir():
        text = partner.read_text(encoding="utf-8").replace("name: <REPLACE_ME>", f"name: {partner.stem}")
        partner.write_text(
            text.replace("abbreviation: <REPLACE_ME>", f"abbreviation: {partner.stem}"), encoding="utf-8"
        )
    again.commit()
    exported(again, tmp_path / "idp", "--commit", "HEAD", "--environment", environment)
    ours = providers(handed_over(fleet, environment)["service_providers.yml"])
    theirs = providers((tmp_path / "idp" / "service_providers.yml").read_bytes())
    assert ours.keys() == theirs.keys()
    lost = {(one["where"], one["key"]) for one in document["not_carried"]}
    # Names of files are the new app's own; that their content is the same, the fingerprints say.
    differing = {
        (issuer, one.partition(":")[0]) for issuer in ours for one in disagreements(ours[issuer], theirs[issuer])
    }
    assert {pair for pair in differing if pair[1] not in ("certs", "logo")} == {
        pair for pair in lost if pair[1] != "native"
    }
    for issuer, row in ours.items():
        assert [str(one)[-12:] for one in row["certs"]] == [str(one)[-12:] for one in theirs[issuer]["certs"]]  # type: ignore[attr-defined]
        assert str(row["logo"])[-16:] == str(theirs[issuer]["logo"])[-16:]


def test_a_team_keeps_the_uuid_of_the_dashboard(fleet: Repository, tmp_path: Path) -> None:
    copytree(fleet.path, tmp_path / "fleet")
    repository = Repository.at(tmp_path / "fleet")
    uuid = "3f0c9f5e-6d5b-4c39-9a54-0a3f1d2b7c10"
    repository.edit("partners/exa.yaml", "- id: benefits\n", f"- id: benefits\n    uuid: {uuid}\n")
    repository.commit()
    exported(repository, tmp_path / "x", "--as", "dashboard")
    extract = json.loads((tmp_path / "x" / "extract.json").read_text(encoding="utf-8"))
    assert uuid in {one["uuid"] for one in extract["teams"]}
    assert uuid in {one["team_uuid"] for one in extract["service_providers"]}
    assert repository.run("check").status == 0


def test_what_the_dashboard_would_refuse_is_left_out_and_told(fleet: Repository, tmp_path: Path) -> None:
    copytree(fleet.path, tmp_path / "fleet")
    repository = Repository.at(tmp_path / "fleet")
    repository.write(f"{APP}/logo.svg", LOGO.replace(b"<path", b"<script/><path"))
    repository.edit(FILE, "team: benefits", "team: nobody")
    repository.write(FILE, repository.read(FILE) + "pkce: null\nblock_encryption: aes128-gcm\napp_id: '0042'\n")
    repository.write(
        f"{APP}/certs/2026.crt", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + certificate(1)
    )
    repository.commit()
    document = exported(repository, tmp_path / "x", "--as", "dashboard", "--commit", "HEAD")
    mine = {one["key"]: one["why"] for one in document["not_carried"] if one["where"].endswith("benefits-finder")}
    assert mine.keys() == {"logo", "team", "pkce", "block_encryption", "app_id", "iaa"}
    assert "is refused: " in mine["logo"]
    data = b"".join(files(tmp_path / "x").values())
    assert b"PRIVATE" not in data
    assert b"<script" not in data
    assert run("import", str(tmp_path / "x/extract.json"), "--into", str(tmp_path / "again")).status == 0


IN_THE_WAY = {
    "a file of somebody": lambda folder: (folder / "mine.txt").write_text("x"),
    "a file that was changed": lambda folder: (folder / "agencies.yml").write_text("x"),
    "a file that is gone": lambda folder: (folder / "agencies.yml").unlink(),
    "an empty folder": lambda folder: (folder / "empty").mkdir(),
    "a link": lambda folder: (folder / "link").symlink_to("/etc/passwd"),
    "a link to a folder": lambda folder: (folder / "link").symlink_to("/etc"),
    "a pipe": lambda folder: os.mkfifo(folder / "pipe"),
    "a note that is none": lambda folder: (folder / MANIFEST).write_text("[" * 100_000),
    "a note that is gone": lambda folder: (folder / MANIFEST).unlink(),
    "a note that is a link": lambda folder: (
        (folder / MANIFEST).rename(folder / "x"),
        (folder / MANIFEST).symlink_to("x"),
    ),
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_a_folder_that_anybody_touched_is_left_as_it_is(fleet: Repository, tmp_path: Path, name: str) -> None:
    target = tmp_path / "idp"
    exported(fleet, target)
    IN_THE_WAY[name](target)
    before = sorted(str(path) for path in target.rglob("*"))
    result = fleet.run("export", "--to", str(target), "--environment", "sandbox")
    assert result.status == 1
    assert "is not empty: it is no earlier export, or was changed since (" in result.err
    assert sorted(str(path) for path in target.rglob("*")) == before
    assert os.listdir(tmp_path) == ["idp"]


def test_an_earlier_export_is_replaced_as_a_whole(fleet: Repository, tmp_path: Path) -> None:
    exported(fleet, tmp_path / "idp")
    exported(fleet, tmp_path / "idp", "--environment", "sandbox")
    exported(fleet, tmp_path / "fresh", "--environment", "sandbox")
    assert files(tmp_path / "idp") == files(tmp_path / "fresh")
    assert sorted(os.listdir(tmp_path)) == ["fresh", "idp"]


@pytest.mark.parametrize("target", ["link", "file", "missing/idp", ".", "..", "idp.tgz"])
def test_what_is_no_place_for_an_export_is_refused(
    fleet: Repository, tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "idp.tgz").symlink_to("real")
    (tmp_path / "file").write_text("x")
    result = fleet.run("export", "--to", target)
    assert result.status in (1, 2)
    assert result.err.startswith("launchwindow: ")
    assert sorted(os.listdir(tmp_path)) == ["file", "idp.tgz", "link", "real"]
    assert os.listdir(tmp_path / "real") == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        gzip.compress(b"x", mtime=0),
        tarball({"a": b"x"})[:-9],
        tarball({"a": b"x"}).replace(b"export ", b"export 0"),
    ],
)
def test_a_file_that_is_no_export_is_left_as_it_is(fleet: Repository, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "idp.tgz").write_bytes(data)
    result = fleet.run("export", "--to", str(tmp_path / "idp.tgz"))
    assert result.status == 1
    assert "is there already: it is no earlier export, or was changed since." in result.err
    assert (tmp_path / "idp.tgz").read_bytes() == data


def test_an_archive_of_ours_is_known(fleet: Repository, tmp_path: Path) -> None:
    data = tarball({"a": b"x" * 3_000_000, "b": b""})
    assert is_ours(data)
    assert unpacked(data) == {"a": b"x" * 3_000_000, "b": b""}
    (tmp_path / "idp.tgz").write_bytes(data)
    exported(fleet, tmp_path / "idp.tgz")
    assert "service_providers.yml" in unpacked((tmp_path / "idp.tgz").read_bytes())


@pytest.mark.parametrize("path", ["../a", "/a", "a/../b", "a//b", "", ".", "a\\b", "a\0b"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(LaunchwindowError, match="is no path of an export"):
        write_export_folder(tmp_path / "idp", {path: b"x"})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "by turns"])
def test_what_is_written_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool) -> None:
    """Between the look at the folder and its replacement somebody puts a file there."""
    target = tmp_path / "idp"
    write_export_folder(target, {"a": b"1"})
    real = export_files._fill

    def slow(folder: Path, content: Any) -> None:
        real(folder, content)
        (target / "mine").write_text("x")

    if not at_once:
        monkeypatch.setattr(export_files, "_exchanged", lambda _one, _other: False)
    with monkeypatch.context() as patch:
        patch.setattr(export_files, "_fill", slow)
        with pytest.raises(NotPossible, match="was changed meanwhile"):
            write_export_folder(target, {"a": b"2"})
    assert files(target).keys() == {"a", "mine", MANIFEST}
    assert (target / "a").read_bytes() == b"1"
    (target / "mine").unlink()
    write_export_folder(target, {"b": b"2"})
    assert files(target).keys() == {"b", MANIFEST}
    assert os.listdir(tmp_path) == ["idp"]


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".idp.launchwindow" / "certs").mkdir(parents=True)
    (tmp_path / ".idp.launchwindow" / "certs" / "half").write_text("x")
    write_export_folder(tmp_path / "idp", {"a": b"1"})
    assert os.listdir(tmp_path) == ["idp"]


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "idp").mkdir()
    with pytest.raises(LaunchwindowError, match=re.escape("File name too long. It is as it was.")):
        write_export_folder(tmp_path / "idp", {"a" * 300: b"1"})
    assert os.listdir(tmp_path) == ["idp"]
    assert ADOPTED
