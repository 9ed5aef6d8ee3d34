"""What a branch or a staged change is blamed for: its own doing, by the judgement of the revision it starts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.repository import APP, FILE, Repository

RETURN = "return_to_sp_url: https://benefits.exa.gov/"
OLD = "failure_to_proof_url: http://benefits.exa.gov/other-ways"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One app that has an old error on main, and a branch."""
    found = Repository(tmp_path / "fleet")
    found.edit(FILE, OLD.replace("http:", "https:"), OLD)
    found.commit("Have an old error")
    found.branch("work")
    return found


def kinds(repository: Repository, *arguments: str, status: int) -> list[tuple[str, bool]]:
    """(rule, existing) of each finding, but for the sandbox twin that this small fleet lacks."""
    found = repository.run_json("check", *arguments, status=status)["findings"]
    return [(one["rule"], one["existing"]) for one in found if one["rule"] != "sandbox-tested"]


def test_what_the_base_had_does_not_block(repository: Repository) -> None:
    """The old error is shown as existing, even when it moved; the new one blocks."""
    assert kinds(repository, status=1) == [("url-https", False)]
    assert kinds(repository, "--since", "main", status=0) == [("url-https", True)]
    repository.edit(FILE, "contacts:", "# moved down\ncontacts:")
    repository.edit(FILE, RETURN, "return_to_sp_url: http://benefits.exa.gov/")
    assert kinds(repository, "--since", "main", status=1) == [("url-https", False), ("url-https", True)]


def test_another_wrong_value_is_a_new_error(repository: Repository) -> None:
    """The same rule at the same field, but not what main had."""
    repository.edit(FILE, OLD, OLD.replace("other-ways", "elsewhere"))
    assert kinds(repository, "--since", "main", status=1) == [("url-https", False)]


def test_a_moved_app_takes_its_old_errors_along(repository: Repository) -> None:
    """An app is its issuer: what its file had at the old path existed."""
    repository.git("mv", APP, "apps/exa/finder")
    assert kinds(repository, "--since", "main", status=0) == [("url-https", True)]


def test_a_branch_can_not_weaken_its_own_judge(repository: Repository) -> None:
    """Policy and partners are those of the revision, whatever the branch makes of them."""
    repository.edit("policy.yaml", "rules: {}", "rules: {url-https: note}")
    repository.edit(FILE, RETURN, "return_to_sp_url: http://benefits.exa.gov/")
    assert kinds(repository, status=0) == [("url-https", False)] * 2
    assert kinds(repository, "--since", "main", status=1) == [("url-https", False), ("url-https", True)]
    repository.git("checkout", "--quiet", "main", "--", "policy.yaml", FILE)
    repository.edit("partners/exa.yaml", "integrations: [Benefits Finder]", "integrations: [Benefits Finder, Other]")
    repository.edit(FILE, "app_name: Benefits Finder", "app_name: Other")
    found = dict(kinds(repository, "--since", "main", status=1))
    assert found["iaa-unlisted"] is False
    assert "iaa-unlisted" not in dict(kinds(repository, status=1))


@pytest.mark.parametrize("staged", [False, True], ids=["since", "staged"])
def test_what_an_app_stood_beside_is_what_it_is_held_to(tmp_path: Path, staged: bool) -> None:
    """That nothing shows any more what was tried is the doing of whoever takes the sandbox's file away."""
    repository = Repository(tmp_path / "fleet", whole_fleet=True)
    (repository.path / "apps/npa/reading-room/sandbox.yaml").unlink()
    repository.commit()
    repository.branch("work")
    repository.git("rm", "--quiet", f"{APP}/sandbox.yaml")
    arguments = ("--staged",) if staged else ("--since", "main")
    found = repository.run_json("check", *arguments, status=0)["findings"]
    assert {(one["file"], one["existing"]) for one in found if one["rule"] == "sandbox-tested"} == {
        ("apps/npa/reading-room/production.yaml", True), (FILE, False), (f"{APP}/staging.yaml", False),
    }  # fmt: skip


def test_compared_is_with_where_the_branch_left_not_with_what_main_mended_since(repository: Repository) -> None:
    repository.checkout("main")
    repository.edit(FILE, OLD, OLD.replace("http:", "https:"))
    repository.commit("Mend it")
    repository.checkout("work")
    assert kinds(repository, "--since", "main", status=0) == [("url-https", True)]


def test_main_going_on_is_not_the_branchs_doing(repository: Repository) -> None:
    """Compared is with where the branch began; judged is by where main is now."""
    repository.checkout("main")
    repository.edit(FILE, "default_aal: 2", "default_aal: 3")
    repository.edit("policy.yaml", "rules: {}", "rules: {url-https: warning}")
    repository.commit("Go on")
    repository.checkout("work")
    repository.edit(FILE, RETURN, "return_to_sp_url: http://benefits.exa.gov/")
    found = repository.run_json("check", "--since", "main")["findings"]
    assert [(one["rule"], one["severity"], one["existing"]) for one in found if one["rule"] == "url-https"] == [
        ("url-https", "warning", False), ("url-https", "warning", True),
    ]  # fmt: skip


def test_a_staged_change_answers_for_itself(repository: Repository) -> None:
    """The hook judges the index: old errors pass, staged ones block, unstaged ones are not seen."""
    assert kinds(repository, "--staged", status=1) == [("url-https", False)]
    repository.edit(FILE, "default_aal: 2", "default_aal: 3")
    repository.git("add", "--all")
    assert kinds(repository, "--staged", status=0) == [("url-https", True)]
    repository.edit(FILE, RETURN, "return_to_sp_url: http://benefits.exa.gov/")
    assert kinds(repository, "--staged", status=0) == [("url-https", True)]
    repository.git("add", "--all")
    assert kinds(repository, "--staged", status=1) == [("url-https", False), ("url-https", True)]


def test_a_deleted_certificate_is_the_deletions_doing(repository: Repository) -> None:
    """Deletions are judged too: what the app still names is missing."""
    repository.git("rm", "--quiet", f"{APP}/certs/2026.crt")
    found = kinds(repository, "--staged", status=1)
    assert ("certificate-missing", False) in found


def test_a_first_commit_has_nothing_to_compare_with(tmp_path: Path) -> None:
    """Without HEAD everything is new."""
    repository = Repository(tmp_path / "fleet")
    repository.git("update-ref", "-d", "HEAD")
    assert repository.run("check", "--staged").status == 0


def test_an_unknown_revision_is_one_clear_line(repository: Repository) -> None:
    """Exit status 2, and what to look at."""
    result = repository.run("check", "--since", "mian")
    assert (result.status, result.out) == (2, "")
    assert "mian" in result.err
