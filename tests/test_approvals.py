"""Whose approval counts, through the command line and on real histories: nobody gets one by a trick."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import launchwindow
from support.repository import (
    APP,
    DEVELOPER,
    FILE,
    MERGED,
    REVIEWER,
    SECOND,
    SUBJECT,
    WINDOW,
    Repository,
    Result,
)

HOME = "return_to_sp_url: https://benefits.exa.gov/\n"
NEW_HOME = "return_to_sp_url: https://benefits.exa.gov/home\n"
TRAILER = f"Reviewed-by: {REVIEWER}"
CONTACT = "benefits-dev@exa.gov"


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A ledger that has one production app as deployed."""
    return Repository(tmp_path / "fleet").adopted()


def states(repo: Repository) -> list[str]:
    """The state of each open request, after everything was recorded."""
    result = repo.run("request")
    assert result.status == 0, result.text
    found = [one["state"] for one in repo.run_json("status")["requests"]]
    assert found, result.text
    return found


def assert_never_released(repo: Repository) -> None:
    """Nobody has approved it, and no window takes it."""
    assert states(repo) == ["unapproved"]
    repo.run("release", now=WINDOW)
    assert "https://benefits.exa.gov/home" not in repo.ledger_files()["idp/production/service_providers.yml"]


def branch_with(repo: Repository, author: str = DEVELOPER, message: str = "Change the home page") -> None:
    """A branch `feature` with one change by the author."""
    repo.branch("feature")
    repo.edit(FILE, HOME, NEW_HOME)
    repo.commit(message, author=author)


def test_a_reviewer_s_trailer_approves(repo: Repository) -> None:
    branch_with(repo)
    repo.merge("feature", reviewed_by="Rae <REVIEWER@login.gov>", by=REVIEWER)
    assert states(repo) == ["scheduled"], "who presses the button wrote nothing"
    assert repo.run("release", now=WINDOW).status == 0
    assert "https://benefits.exa.gov/home" in repo.ledger_files()["idp/production/service_providers.yml"]


AUTHORS = {
    "same": REVIEWER,
    "case": "Rae <Reviewer@LOGIN.gov>",
    "plus": "Rae <reviewer+work@login.gov>",
    "other-name": "Somebody Else <reviewer@login.gov>",
}


@pytest.mark.parametrize("author", AUTHORS.values(), ids=AUTHORS)
def test_nobody_approves_what_they_wrote(repo: Repository, author: str) -> None:
    branch_with(repo, author)
    repo.merge("feature")
    assert_never_released(repo)
    request = f"{SUBJECT}@{repo.head[:12]}"
    late = repo.run("approve", request, "--by", "reviewer@login.gov", "--note", "Looks good", now=WINDOW)
    assert (late.status, "wrote a part of" in late.text) == (1, True), late.text
    other = repo.run("approve", request, "--by", "second-reviewer@login.gov", "--note", "Looks good", now=WINDOW)
    assert other.status == 0, other.text


@pytest.mark.parametrize(
    "line", ["Co-authored-by: Rae <reviewer@login.gov>", "co-AUTHORED-by:  Rae <Reviewer+x@login.gov>"]
)
@pytest.mark.parametrize("end", ["", "\n\nSigned-off-by: Dana <dana@exa.gov>"], ids=["last", "middle"])
def test_a_co_author_wrote_it_as_well(repo: Repository, line: str, end: str) -> None:
    branch_with(repo, message=f"Change the home page\n\n{line}{end}")
    repo.merge("feature")
    assert_never_released(repo)


def test_an_author_of_any_commit_of_the_branch_wrote_it(repo: Repository) -> None:
    branch_with(repo, REVIEWER)
    repo.edit(FILE, CONTACT, "team@exa.gov")
    repo.commit("A later commit by somebody else")
    repo.merge("feature")
    assert_never_released(repo)


NO_TRAILERS = {
    "subject": TRAILER,
    "first-paragraph": f"Merge feature\n{TRAILER}",
    "middle": f"Merge feature\n\n{TRAILER}\n\nAnd more text.",
    "middle-crlf": f"Merge feature\r\n\r\n{TRAILER}\r\n\r\nAnd more text.",
    "quoted": f"Merge feature\n\n> {TRAILER}",
    "indented": f"Merge feature\n\n    {TRAILER}",
    "in-a-line": f"Merge feature\n\nNot {TRAILER}",
    "line-separator": f"Merge feature\n\nThanks!\u2028{TRAILER}",
    "vertical-tab": f"Merge feature\n\nThanks!\x0b{TRAILER}",
    "form-feed": f"Merge feature\n\nThanks!\x0c{TRAILER}",
    "no-address": "Merge feature\n\nReviewed-by: reviewer@login.gov",
    "two-addresses": "Merge feature\n\nReviewed-by: Eve <eve@exa.gov> <reviewer@login.gov> x",
    "name-like-an-address": "Merge feature\n\nReviewed-by: reviewer@login.gov <eve@exa.gov>",
    "unlisted": "Merge feature\n\nReviewed-by: Eve <eve@exa.gov>",
    "unlisted-plus": "Merge feature\n\nReviewed-by: Rae <reviewer+eve@login.gov>",
    "look-alike": "Merge feature\n\nReviewed-by: Rae <rev\u0456ewer@login.gov>",
    "other-key": "Merge feature\n\nAcked-by: Rae <reviewer@login.gov>",
}


@pytest.mark.parametrize("message", NO_TRAILERS.values(), ids=NO_TRAILERS)
def test_what_is_no_reviewer_s_trailer_approves_nothing(repo: Repository, message: str) -> None:
    branch_with(repo)
    repo.merge("feature", reviewed_by=None, message=message)
    assert_never_released(repo)


def test_a_trailer_within_the_branch_approves_nothing(repo: Repository) -> None:
    branch_with(repo, message=f"Change the home page\n\n{TRAILER}")
    repo.merge("feature", reviewed_by=None)
    assert_never_released(repo)


def test_a_reviewer_who_comes_with_the_merge_approves_nothing(repo: Repository) -> None:
    branch_with(repo)
    repo.edit("policy.yaml", "email: reviewer@login.gov", "email: eve@exa.gov")
    repo.commit("Let me review")
    repo.merge("feature", reviewed_by="Eve <eve@exa.gov>")
    assert_never_released(repo)


@pytest.fixture
def strict(tmp_path: Path) -> Repository:
    """A ledger of a main that asks for two approvals."""
    repo = Repository(tmp_path / "strict")
    repo.edit("policy.yaml", "approvals: 1", "approvals: 2")
    repo.base = repo.commit("Ask for two", at="2026-11-20T10:30:00-05:00")
    return repo.adopted()


def test_a_merge_that_asks_for_fewer_approvals_still_needs_those_of_main(strict: Repository) -> None:
    branch_with(strict)
    strict.edit("policy.yaml", "approvals: 2", "approvals: 1")
    strict.commit("Ask for one")
    strict.merge("feature")
    assert_never_released(strict)


def test_a_merge_that_asks_for_no_review_is_not_released_without_one(repo: Repository) -> None:
    branch_with(repo)
    repo.edit("policy.yaml", "production: {review: true,", "production: {review: false,")
    repo.commit("Ask for none")
    repo.merge("feature", reviewed_by=None)
    assert_never_released(repo)


def test_one_person_s_two_trailers_are_one_approval(strict: Repository) -> None:
    branch_with(strict)
    strict.merge("feature", message=f"Merge\n\n{TRAILER}\nReviewed-by: Rae <REVIEWER@login.gov>", reviewed_by=None)
    assert_never_released(strict)


def test_two_people_s_trailers_are_two_approvals(strict: Repository) -> None:
    branch_with(strict)
    strict.merge("feature", message=f"Merge\n\n{TRAILER}\nReviewed-by: {SECOND}", reviewed_by=None)
    assert states(strict) == ["scheduled"]


def _merge_without_commit(repo: Repository) -> None:
    repo.checkout("main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "feature")


def test_an_evil_merge_makes_its_author_an_author(repo: Repository) -> None:
    """The reviewer merges, and slips in what the branch did not have."""
    repo.branch("feature")
    repo.edit(FILE, CONTACT, "team@exa.gov")
    repo.commit("Something harmless")
    _merge_without_commit(repo)
    repo.edit(FILE, HOME, NEW_HOME)
    repo.commit(f"Merge feature\n\n{TRAILER}", author=REVIEWER)
    assert_never_released(repo)


def test_a_merge_that_takes_one_side_wrote_what_the_other_loses(repo: Repository) -> None:
    """Each file is one parent's, and yet it is not what git would have made of the two."""
    repo.branch("feature")
    repo.edit(FILE, HOME, NEW_HOME)
    repo.commit("Change the home page")
    repo.checkout("main")
    repo.edit("partners/exa.yaml", "name: ", "name: The ")
    repo.commit(f"Rename\n\n{TRAILER}", at="2026-11-23T10:00:00-05:00")
    assert repo.run("request").status == 0
    _merge_without_commit(repo)
    repo.git("checkout", "--quiet", "feature", "--", "partners")
    repo.commit(f"Merge feature\n\n{TRAILER}", author=REVIEWER)
    assert repo.run("request").status == 0
    found = {one["id"].partition("@")[0]: one["state"] for one in repo.run_json("status")["requests"]}
    assert found[SUBJECT] == "unapproved"


def test_a_resolved_conflict_is_written_by_who_merged(repo: Repository) -> None:
    branch_with(repo)
    repo.checkout("main")
    repo.edit(FILE, HOME, "return_to_sp_url: https://benefits.exa.gov/start\n")
    repo.commit(f"Another home page\n\n{TRAILER}", at="2026-11-23T10:00:00-05:00")
    with pytest.raises(Exception, match="exit status 1"):
        repo.git("merge", "feature")
    repo.git("checkout", "--theirs", "--", FILE)
    merge = repo.commit(f"Merge feature\n\n{TRAILER}", author=REVIEWER)
    assert repo.run("request").status == 0
    found = {one["id"]: one["state"] for one in repo.run_json("status")["requests"]}
    assert found[f"{SUBJECT}@{merge[:12]}"] == "unapproved"


def test_a_replacement_does_not_change_what_was_approved(repo: Repository) -> None:
    """`git replace` swaps content under the same id, on one machine only."""
    branch_with(repo)
    repo.merge("feature")
    assert states(repo) == ["scheduled"]
    good = repo.git("rev-parse", f"HEAD:{FILE}")
    evil = repo.git("hash-object", "-w", "--stdin", data=repo.read(FILE).replace("/home", "/evil").encode())
    repo.git("replace", good, evil)
    commit, other = repo.head, repo.base
    repo.git("replace", "--force", commit, other)
    assert repo.run("release", now=WINDOW).status == 0
    files = repo.ledger_files()["idp/production/service_providers.yml"]
    assert "https://benefits.exa.gov/home" in files
    assert "evil" not in files


def test_a_graft_hides_no_author(repo: Repository) -> None:
    branch_with(repo, REVIEWER)
    merge = repo.merge("feature")
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/grafts").write_text(f"{merge} {repo.base}\n")
    assert_never_released(repo)


def test_a_mail_map_makes_nobody_somebody_else(repo: Repository) -> None:
    branch_with(repo, REVIEWER)
    repo.write(".mailmap", "Dana <dana@exa.gov> <reviewer@login.gov>\n")
    repo.commit("Map")
    repo.merge("feature")
    assert_never_released(repo)


CONFIGURATION = {
    "core.quotePath": "true", "color.ui": "always", "core.abbrev": "4", "log.showSignature": "true",
    "log.mailmap": "true", "log.decorate": "full", "log.follow": "true", "log.date": "relative",
    "diff.external": "false",
    "i18n.logOutputEncoding": "UTF-16", "diff.renames": "copies", "core.fsmonitor": "false", "log.showRoot": "false",
    "format.pretty": "oneline", "diff.noprefix": "true", "core.pager": "false", "merge.renames": "false",
    "notes.displayRef": "*", "core.logAllRefUpdates": "always",
}  # fmt: skip


def test_a_configuration_of_git_changes_nothing(tmp_path: Path) -> None:
    plain, odd = Repository(tmp_path / "plain"), Repository(tmp_path / "odd")
    said: list[list[str]] = []
    for repo in (plain, odd):
        repo.adopted()
        branch_with(repo, "Dána <dana@exa.gov>", "Change thé home page 頁")
        repo.merge("feature", message="Mérge 頁")
        if repo is odd:
            for name, value in CONFIGURATION.items():
                odd.git("config", name, value)
        told = [repo.run(*command, now=when) for command, when in (
            (("plan", "--base", "HEAD~1"), MERGED), (("request",), MERGED), (("status",), MERGED),
            (("release",), WINDOW), (("status", "--format", "json"), WINDOW),
        )]  # fmt: skip
        assert [one.status for one in told] == [0] * len(told), told
        said.append([one.text for one in told])
    assert said[0] == said[1]
    assert plain.git("rev-parse", "launchwindow-ledger^{tree}") == odd.git("rev-parse", "launchwindow-ledger^{tree}")


def test_variables_of_another_repository_s_hook_lead_nowhere_else(repo: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    other.edit(FILE, "ial: 2", "ial: 9")
    other.git("add", "--all")
    leading = {"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path), "GIT_PREFIX": "apps/",
               "GIT_OBJECT_DIRECTORY": str(other.path / ".git/objects"), "GIT_NAMESPACE": "x",
               "GIT_LITERAL_PATHSPECS": "1", "GIT_CONFIG_PARAMETERS": "'core.bare=true'"}  # fmt: skip
    before = repo.ledger
    branch_with(repo)
    repo.merge("feature")
    assert repo.run("check", env=leading).status == 0
    assert repo.run("check", "--staged", env=leading).status == 0
    assert repo.run("request", env=leading).status == 0
    assert repo.ledger != before
    assert other.ledger == ""


@pytest.mark.parametrize("linked", [False, True], ids=["main-tree", "linked-worktree"])
@pytest.mark.parametrize("only", [False, True], ids=["index", "commit-of-a-path"])
def test_a_hook_judges_what_the_commit_would_hold(
    repo: Repository, tmp_path: Path, *, linked: bool, only: bool
) -> None:
    """`git commit PATH` has an index of its own, and a linked worktree a folder of its own."""
    tree = repo.path
    if linked:
        tree = tmp_path / "linked"
        repo.git("worktree", "add", "--quiet", "-b", "linked", str(tree))
    hook = repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    source, told = Path(launchwindow.__file__).parents[1], tmp_path / "told"
    hook.write_text(
        f"#!/bin/sh\nPYTHONPATH={source} exec {sys.executable} -m launchwindow check --staged >{told} 2>&1\n"
    )
    hook.chmod(0o755)
    path = tree / APP / "production.yaml"
    good = path.read_text(encoding="utf-8")
    commit = ("-C", str(tree), "commit", "--quiet", "-m", "x")
    # Broken in the index, mended in the work tree, or the other way round.
    path.write_text(good.replace("ial: 2", "ial: 9"), encoding="utf-8")
    repo.git("-C", str(tree), "add", "--all")
    path.write_text(good.replace(CONTACT, "team@exa.gov"), encoding="utf-8")
    if only:
        repo.git(*commit, "--", f"{APP}/production.yaml")
        assert "team@exa.gov" in repo.git("-C", str(tree), "show", f"HEAD:{FILE}")
    else:
        with pytest.raises(Exception, match="exit status 1"):
            repo.git(*commit)
        assert f"{FILE}:8:6: error" in told.read_text(encoding="utf-8")
        assert CONTACT in repo.git("-C", str(tree), "show", f"HEAD:{FILE}")


HOSTILE = "\x1b[2J\x07\u202eevil\u2066\x9b31m\x7f"
"""Clears the screen, rings, turns the text around, and colours it by a control character of eight bits."""
ESCAPED = "\\e[2J\\a\\u202eevil\\u2066\\x9b31m\\x7f\\nFORGED: all is well"
"""The same as a text of YAML, and a line of its own."""


def test_no_text_of_others_reaches_the_terminal_raw(tmp_path: Path) -> None:
    """A whole walk through a fleet whose every text is hostile."""
    repo = Repository(tmp_path / "fleet")
    said: list[Result] = [repo.run("adopt", "HEAD", now="2026-11-20T12:00:00-05:00")]
    repo.branch("feature")
    repo.edit(FILE, "friendly_name: Benefits Finder ", f'friendly_name: "{ESCAPED}" ')
    repo.edit(FILE, "redirect_uris: [", f'redirect_uris: ["https://benefits.exa.gov/{ESCAPED}", ')
    repo.edit(FILE, "team: benefits", f'team: "{ESCAPED}"')
    repo.edit(FILE, "contacts:", f'"{ESCAPED}": x\nwaivers: [{{rule: location, ticket: "{ESCAPED}", '
              f'reason: "{ESCAPED}", expires: 2027-06-30}}]\ncontacts:')  # fmt: skip
    repo.edit("partners/exa.yaml", "name: ", f'"{ESCAPED}": y\nname: ')
    repo.write(f"{APP}/certs/{HOSTILE}\nFORGED.crt", "x")
    repo.write(f"apps/{HOSTILE}\nFORGED/x/production.yaml", "x")
    new = repo.read(FILE).replace("benefits-finder", f"{ESCAPED}").replace("issuer: ", 'issuer: "', 1)
    repo.write("apps/exa/other/production.yaml", new.replace(f"{ESCAPED}\n", f'{ESCAPED}"\n', 1))
    said += [repo.run("check"), repo.run("check", "--color=always")]
    repo.commit(f"Change {HOSTILE}\u2028FORGED", author=f"{HOSTILE.replace(chr(7), '')} <dana@exa.gov>")
    said += [repo.run("plan")]
    merge = repo.merge("feature", message=f"Merge {HOSTILE}\u2028FORGED\n\n{TRAILER}", reviewed_by=None)
    request = f"{SUBJECT}@{merge[:12]}"
    hold = ("hold", request, "--by", f"{HOSTILE}", "--reason", f"{HOSTILE}\nFORGED: no")
    said += [repo.run("request"), repo.run("status"), repo.run("explain-date", SUBJECT), repo.run(*hold),
             repo.run("status"), repo.run(*hold), repo.run("approve", request, "--by", HOSTILE, "--note", "x"),
             repo.run("resume", request, "--by", HOSTILE, "--note", f"{HOSTILE}\nFORGED"),
             repo.run("release", "--by", HOSTILE, now=WINDOW), repo.run("status", now=WINDOW),
             repo.run("explain-date", "production/exa/other", now=WINDOW)]  # fmt: skip
    (tmp_path / "seen.yml").write_text(f'production:\n  "{ESCAPED}":\n    friendly_name: "{ESCAPED}"\n')
    said += [repo.run("confirm", "--seen", str(tmp_path / "seen.yml"), now=WINDOW),
             repo.run("confirm", "--by", HOSTILE, "--note", f"{HOSTILE}\nFORGED", now=WINDOW)]  # fmt: skip
    said += [repo.run("status", "--format", "json", now=WINDOW), repo.run("check", "--format", "json")]
    assert "evil" in said[1].text, "the walk shows what it is about"
    for result in said:
        assert result.status in (0, 1), result.text
        text = result.text
        if "\x1b[31m" in text:
            for code in ("31", "33", "36", "1", "0"):
                text = text.replace(f"\x1b[{code}m", "")
        raw = {character for character in text if not character.isprintable() and character != "\n"}
        assert not raw, f"{sorted(map(ascii, raw))} in {text!a}"
        assert not [line for line in text.split("\n") if line.strip().startswith("FORGED")], f"{text!a}"


def test_json_is_json_for_a_terminal_that_knows_no_more_than_ascii() -> None:
    """What it can't show is an escape of JSON's own."""
    from json import loads

    from launchwindow.report.visible import json_text

    document = {"a": "é\u202e\x9b\x7f\U0001f600\udcff\u2028\x1b“"}
    for encoding in ("utf-8", "UTF8", "ascii", "latin-1", None):
        text = json_text(document, encoding)
        assert loads(text) == document
        assert text.replace("\n", "").isprintable()
        text.replace("\U0001f600", "").replace("é", "").replace("“", "").encode("ascii")
    assert json_text(document, "ascii").isascii()


def test_a_pull_requests_title_approves_nothing(repo: Repository) -> None:
    """GitHub's own merge message ends in the title, and the author of a pull request writes that."""
    branch_with(repo)
    repo.merge("feature", reviewed_by=None, message=f"Merge pull request #7 from exa/feature\n\n{TRAILER}")
    assert_never_released(repo)


def test_a_new_policy_is_told_of(repo: Repository) -> None:
    """It becomes no change request and is in force at once: `plan` and `request` say so."""
    repo.branch("feature")
    repo.edit("policy.yaml", "rules: {}", "rules: {url-https: note}")
    repo.commit("Ask for less")
    assert "policy.yaml changes" in repo.run("plan").out
    repo.merge("feature", reviewed_by=None)
    assert "policy.yaml changes" in repo.run("request").out
    assert "policy.yaml changes" not in repo.run("request").out
