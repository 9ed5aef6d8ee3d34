"""`private-keys` searches the files of any repository, and never shows what it found."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from launchwindow.io import every_file
from support.repository import ROOT, Result, run

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
DER = KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
LOCKED = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
SSH = KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
CERTIFICATE = (ROOT / "apps/exa/benefits-finder/certs/2026.crt").read_bytes()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty git repository that knows nothing of ours; the current folder."""
    subprocess.run(["git", "init", "--quiet", "--template=", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def search(*arguments: str) -> Result:
    return run("private-keys", *arguments)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (PEM, 1),
        (b"a\n\n" + PEM, 3),
        (b"a\r\nb\r\n" + PEM.replace(b"\n", b"\r\n"), 3),
        (DER, 1),
        (LOCKED, 1),
        (SSH, 1),
        (("Ours:\n" + PEM.decode()).encode("utf-16"), 2),
        (CERTIFICATE + PEM, CERTIFICATE.count(b"\n") + 1),
    ],
    ids=["PEM", "below", "CRLF", "DER", "encrypted", "SSH", "UTF-16", "behind a certificate"],
)
def test_a_key_is_found_and_not_shown(folder: Path, data: bytes, line: int) -> None:
    (folder / "held").write_bytes(data)
    result = search("held")
    assert result.status == 1
    assert result.out.startswith(f"held:{line}: This is a private key")
    assert "Treat each of these keys as leaked" in result.out
    assert "git filter-repo" in result.out
    body = [part.decode() for part in PEM.split(b"\n")[1:-2]]
    assert not any(part in result.text for part in [*body, "PRIVATE KEY"])


@pytest.mark.parametrize("data", [CERTIFICATE, b"", b"\xff\xfe\0", b"private key\n", bytes(range(256))])
def test_what_is_no_key_passes(folder: Path, data: bytes) -> None:
    (folder / "other").write_bytes(data)
    assert search("other") == Result(0, "1 file searched: none with a private key.\n", "")


def test_without_names_all_is_searched_that_git_has(folder: Path) -> None:
    for name in ("kept.txt", "not-added.txt", "below/kept.txt", "gone.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(PEM)
    (folder / "link").symlink_to("kept.txt")
    subprocess.run(["git", "add", "kept.txt", "below", "gone.txt", "link"], cwd=folder, check=True)
    (folder / "gone.txt").unlink()
    document = json.loads(search("--format", "json").out)
    assert [one["file"] for one in document["found"]] == ["below/kept.txt", "kept.txt"]
    assert document["files"] == 2
    below = run("--repo", str(folder / "below"), "private-keys", "--format", "json")
    assert json.loads(below.out) == document


def test_folders_are_searched_without_following_links(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "key").write_bytes(PEM)
    (folder / "a").mkdir()
    (folder / "a" / "linked").symlink_to(elsewhere)
    (folder / "a" / "file").symlink_to(elsewhere / "key")
    (folder / ".git" / "key").write_bytes(PEM)
    os.mkfifo(folder / "a" / "pipe")
    (folder / "a" / "plain").write_bytes(b"plain")
    assert search(".", "a/linked", "a/file").out == "1 file searched: none with a private key.\n"
    (folder / "a" / "plain").write_bytes(PEM)
    assert search("a").out.startswith("a/plain:1: ")


def test_a_key_is_found_wherever_it_stands_in_a_large_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every_file, "_PIECE", 3000)
    monkeypatch.setattr(every_file, "_OVERLAP", 1000)
    for before in (*range(2600, 3100, 37), 9000):
        text = b"word \n" * (before // 6)
        (folder / "large").write_bytes(text + PEM + b"word \n" * 500)
        assert search("large").out.startswith(f"large:{before // 6 + 1}: This is a private key"), before
    (folder / "large").write_bytes(b"word \n" * 3000)
    assert search("large").status == 0


def test_pieces_overlap_by_more_than_a_key_has() -> None:
    assert every_file._PIECE > 2 * every_file._OVERLAP
    assert every_file._OVERLAP > 20_000


def test_a_hostile_name_is_shown_and_not_obeyed(folder: Path) -> None:
    name = "\x1b[2J\n\u202e.pem"
    (folder / name).write_bytes(PEM)
    out = search(name).out
    assert out.startswith("\\u001b[2J\\n\\u202e.pem:1: ")
    assert out.replace("\n", "").isprintable()
    (folder / os.fsdecode(b"\xff.pem")).write_bytes(PEM)
    assert search(os.fsdecode(b"\xff.pem")).status == 1


def test_what_can_not_be_searched_has_not_passed(folder: Path) -> None:
    missing = search("missing")
    assert (missing.status, missing.err) == (2, "launchwindow: missing: there is no such file or folder.\n")
    assert search("--staged").status == 2
    subprocess.run(["rm", "-r", str(folder / ".git")], check=True)
    nowhere = run("--repo", str(folder), "private-keys", env={"GIT_CEILING_DIRECTORIES": str(folder.parent)})
    assert nowhere.status == 2
    assert "name the files that are to be searched" in nowhere.err


def test_nothing_of_ours_has_to_be_there(folder: Path) -> None:
    (folder / "policy.yaml").write_text("not: ours\n", encoding="utf-8")
    (folder / "apps").write_text("a file\n", encoding="utf-8")
    assert search("apps", "policy.yaml").status == 0
