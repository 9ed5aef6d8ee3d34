"""The index only saves work: without it, or with nonsense in it, each command says and writes the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from launchwindow.index import AppFact, DeployedFact, PartnerFact, RequestFact, read_index, write_index
from support.repository import ADOPTED, APP, FILE, LEDGER, SUBJECT, WINDOW, Repository

INDEX = "index/exa.json"
HOME = "return_to_sp_url: https://benefits.exa.gov/"
OTHER = FILE.replace("benefits-finder", "other")


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """One deployed app, and an open request of it."""
    return Repository.copy_of("one-request", _one_request, tmp_path / "fleet")


def _one_request(folder: Path) -> None:
    repository = Repository(folder).adopted()
    repository.change(HOME, f"{HOME}home")
    assert repository.run("request").status == 0


def facts(repository: Repository) -> dict[str, list[object]]:
    found: dict[str, list[object]] = json.loads(repository.git("show", f"{LEDGER}:{INDEX}"))["facts"]
    return found


def blob(repository: Repository, name: str) -> str:
    return repository.git("rev-parse", name)


def test_there_is_a_fact_of_each_file_and_of_no_other(repo: Repository) -> None:
    issuer = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"
    (path,) = (path for path in repo.ledger_files() if path.startswith("requests/open/"))
    assert facts(repo) == {
        blob(repo, f"HEAD:{FILE}"): ["app", issuer],
        blob(repo, "HEAD:partners/exa.yaml"): ["partner", True],
        blob(repo, f"{LEDGER}:{path}"): ["request", 1, issuer],
        blob(repo, f"{LEDGER}:deployed/{SUBJECT}.yaml"): ["deployed", issuer, issuer, ["benefits.exa.gov"], False],
        blob(repo, f"{LEDGER}:deployed/production/exa.yaml"): ["deployed", "", None, [], False],
    }
    assert repo.run("release", now=WINDOW).status == 0
    assert repo.run("confirm", "--by", "me", "--note", "seen", now=WINDOW).status == 0
    assert [words[0] for words in facts(repo).values()].count("request") == 0
    assert set(facts(repo)) == {
        blob(repo, name)
        for name in (f"HEAD:{FILE}", "HEAD:partners/exa.yaml", f"{LEDGER}:deployed/{SUBJECT}.yaml",
                     f"{LEDGER}:deployed/production/exa.yaml")
    }  # fmt: skip


NONSENSE = [
    None, b"", b"{", b"[]", b'{"format": 1}', b'{"format": 99, "facts": {}}', b'{"format": 1, "facts": {"x": ["app"]}}',
    b'{"format": 1, "facts": {"x": ["app", 3]}}', b'{"format": 1, "facts": {"x": 1}}', b"[" * 100_000, b"\xff",
    b'{"format": 1, "facts": {"x": ["deployed", "a", null, 1, false]}}',
]  # fmt: skip


@pytest.mark.few(4)
@pytest.mark.parametrize("content", NONSENSE)
def test_without_it_everything_is_read_and_the_same_is_written(repo: Repository, content: bytes | None) -> None:
    """The issuer that a new app takes from the deployed one is found, and the index is whole again."""
    repo.branch("copy")
    repo.write(OTHER, repo.read(FILE))
    for name in ("logo.svg", "certs/2026.crt"):
        repo.write(f"{APP.replace('benefits-finder', 'other')}/{name}", (repo.path / APP / name).read_bytes())
    repo.commit("Copy the app")
    repo.merge("copy")
    good = repo.ledger
    told = repo.run("request")
    expected = repo.ledger_files()
    repo.git("update-ref", f"refs/heads/{LEDGER}", good)
    repo.write_ledger({INDEX: content})
    assert repo.run("request") == told
    assert repo.ledger_files() == expected


def test_of_a_record_that_was_changed_nothing_old_is_believed(repo: Repository) -> None:
    """Somebody edits the ledger by hand: the record counts, not what the index said of it before."""
    path = f"deployed/{SUBJECT}.yaml"
    issuer = "urn:gov:gsa:openidconnect.profiles:sp:sso:exa:benefits-finder"
    assert repo.run("release", now=WINDOW).status == 0
    text = repo.ledger_files()[path] + "\n"
    repo.write_ledger({path: text.replace(f'issuer: "{issuer}"', 'issuer: "urn:exa:edited"').encode()})
    repo.change("default_aal: 2", "default_aal: 3", at=WINDOW)
    told = repo.run("request", now=WINDOW)
    # To a ledger that knows another issuer, main's file is a change of it: all of it is asked for again.
    assert "issuer" in told.out
    assert told.status == 0


def test_a_ledger_that_begins_has_it_at_once(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "fleet", whole_fleet=True)
    assert repository.run("adopt", "HEAD", now=ADOPTED).status == 0
    names = {path for path in repository.ledger_files() if path.startswith("index/")}
    assert names == {f"index/{path.stem}.json" for path in (repository.path / "partners").iterdir()}
    kinds = [words[0] for words in facts(repository).values()]
    assert (kinds.count("app"), kinds.count("partner")) == (5, 1)


def test_facts_are_read_as_they_were_written() -> None:
    written = {
        "a": AppFact("urn:x"), "b": AppFact(None), "c": PartnerFact(False), "d": RequestFact(7, "urn:\ud800\"\\"),
        "e": DeployedFact("", None, (), False), "f": DeployedFact("urn:x", "urn:y", ("a.gov", "b.gov"), True),
    }  # fmt: skip
    assert read_index(write_index(written)) == written
    assert read_index(write_index({})) == {}
