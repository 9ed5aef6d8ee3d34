"""The structure rules where no example file can stand: sizes, links, pipes, names that editors can't write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from launchwindow.io.resources import schema
from launchwindow.load.plain import CONTROL
from launchwindow.load.yaml_source import MAX_BYTES
from launchwindow.rules.schema import MOST
from launchwindow.rules.schema_faults import faults
from support.examples import DEFAULT_PLACE, Case, build, judge

if TYPE_CHECKING:
    from launchwindow.model.finding import Finding

NEEDED = "app_name: Demo\nfriendly_name: Demo\nissuer: urn:exa:demo\nteam: benefits\nprotocol: openid_connect_pkce\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The base repository of the examples, with one app that no structure rule objects to."""
    source = tmp_path / "app.yaml"
    source.write_text(NEEDED, encoding="utf-8")
    root = tmp_path / "repository"
    root.mkdir()
    build(Case("", True, source), root)
    return root


def found(root: Path, rule: str) -> list[tuple[str, str]]:
    """(file, message) of the findings of one rule, every message one printable line."""
    findings: tuple[Finding, ...] = judge(root, rule)
    for finding in findings:
        assert not CONTROL.search(finding.message + finding.fix)
        assert (finding.message + finding.fix).isprintable()
        assert len(finding.message) < 400
    return [(finding.file, finding.message) for finding in findings]


def write(root: Path, path: str, data: bytes = b"x") -> Path:
    """A file in the repository."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("rule", ["yaml", "schema", "location", "placeholder"])
def test_the_repository_itself_is_clean(repository: Path, rule: str) -> None:
    """What the tests below change has no finding before."""
    assert found(repository, rule) == []


def test_largest_file_is_read(repository: Path) -> None:
    """A file of exactly the limit is read; one byte more is refused without being parsed."""
    target = repository / DEFAULT_PLACE
    target.write_bytes(NEEDED.encode() + b"#" * (MAX_BYTES - len(NEEDED)))
    assert found(repository, "yaml") == []
    target.write_bytes(NEEDED.encode() + b"#" * (MAX_BYTES - len(NEEDED) + 1))
    assert found(repository, "yaml") == [(DEFAULT_PLACE, "The file has 256 KiB; at most 256 KiB are read.")]


def test_300_kib_are_refused(repository: Path) -> None:
    """A long file is refused by its size, whatever it holds."""
    write(repository, DEFAULT_PLACE, b"a: b\n" * (300 * 1024 // 5))
    assert found(repository, "yaml") == [(DEFAULT_PLACE, "The file has 300 KiB; at most 256 KiB are read.")]
    assert found(repository, "schema") == []


def test_deep_nesting_is_refused_where_it_begins(repository: Path) -> None:
    """A hundred thousand brackets are one finding, not a crash."""
    write(repository, DEFAULT_PLACE, b"app_name: " + b"[" * 100_000)
    assert found(repository, "yaml") == [(DEFAULT_PLACE, "Nested deeper than 50 levels.")]


def test_findings_of_a_file_are_bounded(repository: Path) -> None:
    """Hundreds of unknown keys are told as the first few and a count."""
    keys = "".join(f"key_{number}: 1\n" for number in range(400))
    write(repository, DEFAULT_PLACE, (NEEDED + keys).encode())
    findings = judge(repository, "schema")
    assert len(findings) == MOST + 1
    assert sum("more faults" in finding.message for finding in findings) == 1
    assert "There are 350 more faults" in "".join(finding.message for finding in findings)
    assert {finding.path for finding in findings} >= {"/key_0", f"/key_{MOST - 1}"}


def test_a_pem_is_never_repeated(repository: Path) -> None:
    """A certificate where a file's name belongs is not dumped into the report."""
    pem = "-----BEGIN CERTIFICATE-----\\n" + "QUJD" * 400
    write(repository, DEFAULT_PLACE, (NEEDED + f'certs: ["{pem}"]\nial: "{pem}"\n').encode())
    messages = [message for _, message in found(repository, "schema")]
    assert len(messages) == 2
    assert all("QUJD" * 20 not in message for message in messages)


def test_links_and_pipes_are_refused(repository: Path) -> None:
    """Neither is opened: a link may lead out of the repository, and a pipe would be waited for."""
    folder = repository / "apps/exa/demo"
    os.symlink("production.yaml", folder / "sandbox.yaml")
    os.symlink("/etc/hostname", folder / "logo.svg")
    os.symlink("demo", repository / "apps/exa/other")
    os.mkfifo(folder / "staging.yaml")
    assert found(repository, "location") == [
        ("apps/exa/demo/logo.svg", "This is a symbolic link; links are not followed."),
        ("apps/exa/demo/sandbox.yaml", "This is a symbolic link; links are not followed."),
        ("apps/exa/demo/staging.yaml", "This is no regular file."),
        ("apps/exa/other", "This is a symbolic link; links are not followed."),
    ]


@pytest.mark.parametrize(
    "name",
    [b"demo\x1b[31m", b"de\nmo", b"d\xff\xfe", "\u202eomed".encode(), b"<b>demo</b>", b"-", b"demo ", b"%0A::x::"],
)
def test_hostile_names_are_shown_harmlessly(repository: Path, name: bytes) -> None:
    """Names that no terminal or page should see as they are: found, and escaped in every message."""
    for kind in (b"apps/exa/%s/production.yaml", b"apps/%s/demo/production.yaml", b"apps/exa/demo/%s.yaml"):
        path = os.fsencode(repository) + b"/" + kind.replace(b"%s", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(os.fsdecode(path)).write_text(NEEDED, encoding="utf-8")
    files = {file for file, _ in found(repository, "location")}
    assert len(files) == 3


def test_partner_that_is_not_on_main_is_merged_first(repository: Path) -> None:
    """A partner's file that the judged revision has, but the judging one lacks, is named as such."""
    from launchwindow.io.files import WorkTree
    from launchwindow.load.corpus import load_corpus
    from launchwindow.rules import location

    corpus = load_corpus(WorkTree(repository))._replace(partners={})
    assert location.RULE.fleet is not None
    problems = dict(location.RULE.fleet(corpus, None))  # type: ignore[arg-type]
    assert problems[DEFAULT_PLACE].message == "The partner's file partners/exa.yaml is not on main yet."


def test_one_fault_for_each_place_and_cause() -> None:
    """What follows from another fault of the same value is not told."""
    data = {"app_name": 1, "friendly_name": "", "issuer": "a", "team": "b", "protocol": "x", "pkce": None}
    told = sorted((fault.path, fault.keyword) for fault in faults(data, schema("app")))
    assert told == [("/app_name", "type"), ("/friendly_name", "minLength"), ("/protocol", "enum")]
