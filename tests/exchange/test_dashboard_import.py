"""What the dashboard gives out becomes apps and partners, or nothing at all: through the command line."""

from __future__ import annotations

import gzip
import json
import os
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from launchwindow.exchange import archive
from launchwindow.io.resources import schema
from support.dashboard_fleet import (
    BENEFITS,
    FERRY,
    LOGOS,
    OTHER_TEAM,
    PNG,
    POCKET,
    TEAM,
    api,
    extract,
    header,
    packed,
    provider,
    team,
)  # fmt: skip
from support.idp_fleet import LOGO, certificate
from support.repository import ROOT, Result, run

KEY = "-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEA\n-----END PRIVATE KEY-----\n"


def imported(folder: Path, data: bytes, *options: str, name: str = "source") -> Result:
    """Import `data` from a file whose name says nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return run("import", str(folder / name), "--into", str(folder / "into"), *options)


def document(value: object) -> bytes:
    return json.dumps(value).encode()


def app(folder: Path, path: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((folder / "into" / path).read_text(encoding="utf-8"))
    return found


def refused(folder: Path, result: Result) -> str:
    """The error; nothing was written, no bug was met, and nothing in the text acts on a terminal."""
    assert result.status == 2, result.text
    assert result.out == ""
    assert result.err.startswith("launchwindow: ")
    assert result.err.replace("\n", "").isprintable()
    assert sorted(os.listdir(folder)) == ["source"]
    return result.err


def test_an_archive_becomes_apps_and_partners(tmp_path: Path) -> None:
    result = imported(tmp_path, packed(), "--environment", "production", "--format", "json")
    assert result.status == 0, result.text
    report = json.loads(result.out)
    assert (
        list(Draft202012Validator(json.loads((ROOT / "schemas/import.schema.json").read_text())).iter_errors(report))
        == []
    )
    assert report["rails_environment"] is None
    assert {one["issuer"]: one["app"] for one in report["apps"]} == {
        BENEFITS: "agency-17/benefits-finder", FERRY: "agency-19/ferry-desk", POCKET: "agency-17/pocket",
    }  # fmt: skip
    folder = tmp_path / "into" / "apps/agency-17/benefits-finder"
    assert (folder / "logo.svg").read_bytes() == LOGO
    assert (tmp_path / "into/apps/agency-19/ferry-desk/logo.png").read_bytes() == PNG
    assert [(folder / f"certs/{name}.crt").read_bytes() for name in ("2028", "2028-2")] == [
        certificate(1),
        certificate(2),
    ]
    assert app(tmp_path, "apps/agency-17/benefits-finder/production.yaml") == {
        "app_name": "Benefits Finder", "friendly_name": "Benefits Finder", "issuer": BENEFITS, "ial": 2,
        "default_aal": 3, "team": "benefits-delivery", "protocol": "openid_connect_private_key_jwt", "logo": "logo.svg",
        "certs": ["certs/2028.crt", "certs/2028-2.crt"], "redirect_uris": ["https://demo.exa.gov/result"],
        "return_to_sp_url": "https://demo.exa.gov/",
        "help_text": {"sign_in": {"en": "<b>Hello</b>", "es": ""}, "sign_up": {}, "forgot_password": {}},
    }  # fmt: skip
    ferry = app(tmp_path, "apps/agency-19/ferry-desk/production.yaml")
    assert (ferry["protocol"], ferry["block_encryption"], ferry["team"]) == ("saml", "aes256-gcm", "ferries")
    pocket = app(tmp_path, "apps/agency-17/pocket/production.yaml")
    assert (pocket["protocol"], pocket["block_encryption"], pocket["active"], pocket["app_name"]) == (
        "openid_connect_pkce", "none", False, "<REPLACE_ME>",
    )  # fmt: skip


def test_teams_become_the_partners(tmp_path: Path) -> None:
    assert imported(tmp_path, packed()).status == 0
    data = app(tmp_path, "partners/agency-19.yaml")
    assert data["agency_id"] == 19
    assert data["teams"] == [{"id": "ferries", "name": "Ferries", "uuid": OTHER_TEAM, "members": []}]
    assert list(Draft202012Validator(schema("partner")).iter_errors(data)) == []


def test_the_files_name_agencies_where_theirs_lies_beside(tmp_path: Path) -> None:
    (tmp_path / "agencies.yml").write_text("production:\n  17: {name: Example Agency, abbreviation: EXA}\n")
    result = imported(tmp_path, packed())
    assert result.status == 0
    assert app(tmp_path, "partners/exa.yaml")["name"] == "Example Agency"
    assert f"{FERRY} has agency_id 19, which agencies.yml doesn't hold." in result.out


def test_an_unpacked_extract_takes_the_logos_beside_it(tmp_path: Path) -> None:
    for name, data in LOGOS.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "2_ferry.png").unlink()
    (tmp_path / "2_ferry.png").symlink_to(tmp_path / "1_logo.svg")
    result = imported(tmp_path, document(extract()), name="extract.json")
    assert result.status == 0, result.text
    assert (tmp_path / "into/apps/agency-17/benefits-finder/logo.svg").read_bytes() == LOGO
    assert f"logo is a symbolic link: {FERRY} (2_ferry.png)" in result.out


def test_the_api_tells_neither_names_nor_protocols(tmp_path: Path) -> None:
    result = imported(tmp_path, document(api()))
    assert result.status == 0, result.text
    assert "3 of the providers do not say their protocol. 1 have an acs_url" in result.out
    assert "the API gives no logos out" in result.out
    assert app(tmp_path, "apps/agency-19/ferry-desk/sandbox.yaml")["protocol"] == "saml"
    pocket = app(tmp_path, "apps/agency-17/pocket/sandbox.yaml")
    assert (pocket["protocol"], pocket["team"]) == ("openid_connect_pkce", "<REPLACE_ME>")


def test_one_provider_of_the_api_says_its_protocol(tmp_path: Path) -> None:
    (one,) = api(provider(BENEFITS, acs_url="https://x.gov/"))
    result = imported(tmp_path, document({**one, "protocol": "oidc"}))
    assert result.status == 0, result.text
    assert "do not say their protocol" not in result.out


def test_the_teams_agency_decides(tmp_path: Path) -> None:
    result = imported(tmp_path, document(extract(provider(BENEFITS, agency_id=4), teams=[team()])))
    assert result.status == 0
    assert f"{BENEFITS} has agency_id 4, but its team Benefits delivery has 17" in result.out
    assert app(tmp_path, "partners/agency-17.yaml")["agency_id"] == 17


def test_a_team_that_is_told_twice_alike_is_one(tmp_path: Path) -> None:
    assert imported(tmp_path, document(extract(provider(BENEFITS), teams=[team(), team()]))).status == 0
    assert len(app(tmp_path, "partners/agency-17.yaml")["teams"]) == 1


def test_what_has_no_place_is_reported(tmp_path: Path) -> None:
    odd = provider(BENEFITS, team_uuid=None, new_column=7, status="moved_to_prod")
    result = imported(tmp_path, packed(extract(odd, teams=[team(agency_id=None)]), {"stray.svg": LOGO}))
    assert result.status == 0, result.text
    for text in (
        "new_column is nothing of the dashboard that Launchwindow knows", "it has no team",
        "is in the archive, but no provider names it: stray.svg", "was moved to production", "team Benefits delivery",
    ):  # fmt: skip
        assert text in result.out


def test_only_the_certificate_is_taken_of_what_holds_a_key_too(tmp_path: Path) -> None:
    both = KEY + certificate(1).decode()
    result = imported(tmp_path, document(extract(provider(BENEFITS, certs=[both]))))
    assert result.status == 0
    assert "held a private key as well, which was left out" in result.out
    written = [path.read_bytes() for path in (tmp_path / "into").rglob("*") if path.is_file()]
    assert certificate(1) in written
    assert b"PRIVATE" not in b"".join(written)
    assert "MIIBV" not in result.text


def test_an_issuer_that_is_there_already_is_refused(tmp_path: Path) -> None:
    first = document(extract(provider(BENEFITS)))
    assert imported(tmp_path, first).status == 0
    before = {path: path.read_bytes() for path in (tmp_path / "into").rglob("*") if path.is_file()}
    renamed = document(
        extract(provider(BENEFITS, friendly_name="Other", app_name="Other", agency_id=5, team_uuid=None))
    )
    result = imported(tmp_path, renamed)
    assert result.status == 1
    assert f"{BENEFITS} is apps/agency-17/demo/sandbox.yaml of sandbox already" in result.err
    assert imported(tmp_path, first).status == 1, "a second run writes nothing"
    assert {path: path.read_bytes() for path in (tmp_path / "into").rglob("*") if path.is_file()} == before
    assert imported(tmp_path, renamed, "--environment", "production").status == 0, (
        "another environment's is another app"
    )


def test_a_yaml_file_written_as_json_is_the_idps(tmp_path: Path) -> None:
    result = imported(tmp_path, document({"production": {BENEFITS: {"friendly_name": "A", "issuer": 1}}}))
    assert result.status == 0, result.text
    assert "1 of 1 providers of production" in result.out


def test_rails_environments_are_none_of_the_dashboards(tmp_path: Path) -> None:
    assert "leave out --rails-environment" in refused(
        tmp_path, imported(tmp_path, packed(), "--rails-environment", "test")
    )


def tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member, data in members:
            archive.addfile(member, BytesIO(data))
    return out.getvalue()


def with_member(name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    text = document(extract(provider(BENEFITS)))
    return gzip.compress(tar((header("extract.json", len(text)), text), (header(name, len(data), kind, link), data)))


def sparse() -> bytes:
    member = header("hole.svg", 0, tarfile.GNUTYPE_SPARSE)
    return gzip.compress(tar((member, b"")))


def pax(**headers: str) -> bytes:
    out = BytesIO()
    member = header("a.svg", 1)
    member.pax_headers = headers
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as one:
        one.addfile(member, BytesIO(b"x"))
    return gzip.compress(out.getvalue())


def damaged_in_the_middle() -> bytes:
    data = bytearray(gzip.decompress(packed()))
    at = data.index(b"1_logo.svg\0")
    data[at] ^= 1
    return gzip.compress(bytes(data))


def not_utf8() -> bytes:
    return with_member("\udcff\udcfe.svg")


def chained_names() -> bytes:
    return gzip.compress(tar(*[(header("././@LongLink", 4, tarfile.GNUTYPE_LONGNAME), b"abc\0")] * 2000))


HOSTILE_ARCHIVES: dict[str, tuple[bytes, str]] = {
    "a path upwards": (with_member("../evil.yaml"), "has a path"),
    "a path below": (with_member("apps/evil.yaml"), "has a path"),
    "an absolute path": (with_member("/etc/evil.yaml"), "has a path"),
    "a path of Windows": (with_member("..\\evil.yaml"), "has a path"),
    "the folder above": (with_member(".."), "has a path"),
    "a symbolic link": (with_member("l.svg", b"", tarfile.SYMTYPE, "/etc/passwd"), "is a symbolic link"),
    "a hard link": (with_member("l.svg", b"", tarfile.LNKTYPE, "extract.json"), "is a hard link"),
    "a device": (with_member("l.svg", b"", tarfile.CHRTYPE), "is a device"),
    "a pipe": (with_member("l.svg", b"", tarfile.FIFOTYPE), "is a pipe"),
    "a folder": (with_member("folder", b"", tarfile.DIRTYPE), "is a folder"),
    "an unknown kind": (with_member("l.svg", b"", b"Z"), "of a kind that is not known"),
    "a sparse file": (sparse(), "is a sparse file"),
    "a sparse file by PAX": (pax(**{"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}), "launchwindow: "),
    "a negative size": (pax(size="-512"), "launchwindow: "),
    "a huge size": (pax(size="9" * 30), "launchwindow: "),
    "a name of a million characters": (pax(path="a" * 1_000_000), "a member's name is longer than any"),
    "names of names of names": (chained_names(), "a member's name is longer than any"),
    "a member twice": (with_member("extract.json", b"{}"), "stands twice"),
    "a name that is not UTF-8": (not_utf8(), "is not UTF-8"),
    "a name that a terminal acts on": (with_member("a\x1b[2J/b"), "has a path"),
    "too many members": (packed(logos={f"{n}": b"" for n in range(100)}), "more than 100 members"),
    "a large logo": (packed(logos={"1.svg": bytes(archive.LARGEST_LOGO + 1)}), "has more than 4 MiB"),
    "a bomb": (gzip.compress(tar((header("extract.json", 2), b"{}")) + bytes(10_000_000)), "more than 9 MiB"),
    "no archive inside": (gzip.compress(b"nothing of the kind" * 100), "is damaged or cut off"),
    "nothing inside": (gzip.compress(b""), "is damaged or cut off"),
    "no extract": (gzip.compress(tar((header("other.json", 2), b"{}"))), "holds no extract.json"),
    "cut off within the compression": (packed()[:-20], "is damaged or cut off"),
    "cut off early": (packed()[:100], "is damaged or cut off"),
    "cut off within the archive": (gzip.compress(gzip.decompress(packed())[:3000]), "cut off"),
    "without its end": (gzip.compress(gzip.decompress(packed(logos={}))[:512]), "cut off"),
    "a damaged header": (damaged_in_the_middle(), "a header in it is damaged"),
    "more behind its end": (packed() + b"garbage", "is damaged or cut off"),
    "another checksum": (packed()[:-8] + b"\0" * 8, "is damaged or cut off"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_ARCHIVES)
def test_a_hostile_archive_writes_nothing(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 9 * 1024 * 1024)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 100)
    data, expected = HOSTILE_ARCHIVES[name]
    assert expected in refused(tmp_path, imported(tmp_path, data))
    assert not (tmp_path.parent / "evil.yaml").exists()


def test_an_archive_that_a_person_packed_again_is_taken(tmp_path: Path) -> None:
    """`tar -cf x.tar .` and no compression: names begin with `./`, and the folder is a member."""
    text = document(extract(provider(BENEFITS, logo="a.svg")))
    members = [(header(".", 0, tarfile.DIRTYPE), b""), (header("./extract.json", len(text)), text)]
    result = imported(tmp_path, tar(*members, (header("./a.svg", len(LOGO)), LOGO)))
    assert result.status == 0, result.text


SCRIPT = LOGO.replace(b"<path", b"<script>alert(1)</script><path")
UNFIT_LOGOS: dict[str, tuple[str, bytes | None, str]] = {
    "missing": ("1_logo.svg", None, "is not in the archive"),
    "an SVG with a script": ("1_logo.svg", SCRIPT, "is refused: "),
    "a picture of another kind than its name says": ("1_logo.svg", PNG, "is PNG by its content"),
    "no ending": ("1_logo", LOGO, "is SVG by its content"),
    "a web page": ("1_logo.svg", b"<html></html>", "is XML, but no SVG"),
    "a JPEG": ("1_logo.png", b"\xff\xd8\xff\xe0", "is a JPEG image"),
    "a damaged picture": ("1_logo.png", PNG[:-6], "is a damaged PNG"),
    "nothing": ("1_logo.svg", b"", "is empty"),
    "a path": ("../../1_logo.svg", None, "is not in the archive"),
}


@pytest.mark.parametrize("name", UNFIT_LOGOS)
def test_an_unfit_logo_writes_nothing(tmp_path: Path, name: str) -> None:
    logo, data, expected = UNFIT_LOGOS[name]
    logos = {} if data is None else {logo: data}
    error = refused(tmp_path, imported(tmp_path, packed(extract(provider(BENEFITS, logo=logo)), logos)))
    assert f"{BENEFITS}: the logo “{logo}” {expected}" in error


def test_a_logos_path_is_never_looked_up_beside_an_extract(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_bytes(LOGO)
    for logo in (str(tmp_path / "secret.svg"), "../secret.svg", "..", "a\0b"):
        folder = tmp_path / f"case-{len(os.listdir(tmp_path))}"
        result = imported(folder, document(extract(provider(BENEFITS, logo=logo))))
        assert result.status == 0, result.text
        assert "is no plain file name; nothing was read" in result.out
        assert not list(folder.rglob("*.svg"))


def nested(depth: int) -> bytes:
    return b'{"teams": [], "service_providers": ' + b"[" * depth + b"]" * depth + b"}"


HOSTILE_JSON: dict[str, tuple[bytes, str]] = {
    "deep": (nested(100_000), "nested deeper than 50 levels"),
    "deep and never closed": (b"[" * 1_000_000, "nested deeper than 50 levels"),
    "cut off": (document(extract())[:-30], "no JSON"),
    "equal keys": (b'{"service_providers": [], "service_providers": []}', "stands twice in one object"),
    "no number": (b'{"service_providers": [{"issuer": "a", "ial": NaN}]}', "NaN is no number of JSON"),
    "infinity": (b'{"service_providers": [{"issuer": "a", "ial": -Infinity}]}', "is no number of JSON"),
    "a huge number": (b'{"issuer": "a", "ial": ' + b"9" * 100_000 + b"}", "more than 40 digits"),
    "a huge exponent": (b'{"service_providers": [{"issuer": "a", "ial": 1e999}]}', "larger or longer"),
    "half a character": (b'{"service_providers": [{"issuer": "\\ud800"}]}', "half a character"),
    "not UTF-8": (b'{"service_providers": ["\xff"]}', "is not UTF-8"),
    "no objects": (document({"service_providers": [7]}), "service_providers[0]: must be an object"),
    "no list": (document({"service_providers": {}}), "service_providers: must be an array"),
    "teams that are none": (document({"service_providers": [], "teams": {}}), "teams: must be an array"),
    "a team without an id": (document(extract(teams=[team(uuid="../x")])), "teams[0]: has no UUID"),
    "a team without a name": (document(extract(teams=[team(name=" ")])), "teams[0]: has no name"),
    "a team of another agency": (document(extract(teams=[team(agency_id="17")])), "teams[0]: agency_id: must be"),
    "two teams of one id": (document(extract(teams=[team(), team(name="B")])), "stands before and says something else"),
    "no issuer": (document([{"friendly_name": "A", "issuer": ""}]), "[0]: has no issuer"),
    "an issuer twice": (document(extract(provider(BENEFITS), provider(BENEFITS))), "stands before already"),
    "a key in a text": (document(extract(provider(BENEFITS, description=KEY))), "description holds a private key"),
    "a key in help": (document([provider(BENEFITS, help_text={"sign_in": {"en": KEY}})]), "help_text holds a private"),
    "a text that never ends": (b'["' + b'\\"' * 1_000_000, "no JSON"),
    "many keys and one twice": (
        b"{" + b"".join(b'"%d": 0,' % n for n in range(200_000)) + b'"issuer": 0, "7": 0}', "the key “7” stands twice",
    ),
    "too many providers": (document([{"issuer": "a"}] * 20_001), "has more than 20,000 entries"),
    "too many teams": (document({"service_providers": [], "teams": [{}] * 20_001}), "teams: has more than 20,000"),
    "too many certificates": (document([{"issuer": "a", "certs": [""] * 1001}]), "certs: has more than 1,000"),
    "nobody": (document({"teams": [], "service_providers": []}), "holds no service provider"),
    "nothing": (b"[]", "holds no service provider"),
    "a ZIP archive": (b"PK\3\4\xff", "is a ZIP archive"),
    "a text": (b"hello\n", "source:1: the top of the file must be a mapping"),
    "another document": (document({"issuer": 1, "a": []}), "has no issuer"),
    "a list of nothing that is known": (document([[], None, "x"]), "3 things are wrong"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_a_hostile_document_writes_nothing(tmp_path: Path, name: str) -> None:
    data, expected = HOSTILE_JSON[name]
    error = refused(tmp_path, imported(tmp_path, data))
    assert expected in error
    assert "MIIB" not in error


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("issuer", 7), ("friendly_name", 7), ("acs_url", ["x"]), ("logo", {}), ("app_name", True), ("active", "yes"),
        ("approved", 1), ("ial", "2"), ("ial", True), ("default_aal", 1.5), ("ial", -1), ("agency_id", 2**40),
        ("redirect_uris", "https://x.gov"), ("certs", [7]), ("attribute_bundle", {"a": 1}), ("help_text", "x"),
        ("help_text", {"sign_in": "x"}), ("help_text", {"sign_in": {"en": 1}}), ("block_encryption", "rot13"),
        ("block_encryption", 7), ("identity_protocol", 3), ("identity_protocol", "kerberos"),
        ("identity_protocol", True),
        ("team_uuid", 7),
    ],
)  # fmt: skip
def test_values_of_the_wrong_kind_are_named(tmp_path: Path, key: str, value: object) -> None:
    error = refused(tmp_path, imported(tmp_path, packed(extract(provider(BENEFITS, **{key: value})))))
    assert f"{key}: must be " in error


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    many = [provider(f"urn:x:{number}", ial="x", active=7) for number in range(30)]
    error = refused(tmp_path, imported(tmp_path, document(extract(*many))))
    assert "60 things are wrong, so nothing of it is used:" in error
    assert "and 40 more" in error
    assert len(error.splitlines()) == 22


def test_the_teams_of_an_archive_are_named_by_their_apps(tmp_path: Path) -> None:
    assert TEAM != OTHER_TEAM
    result = imported(tmp_path, document(extract(provider(BENEFITS, team_uuid=OTHER_TEAM), teams=[team()])))
    assert result.status == 0
    assert f"its team {OTHER_TEAM} is not among the teams" in result.out
