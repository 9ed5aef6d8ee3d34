"""Pull requests of the double, from a real repository: what an approval reader asks for is what GitHub would say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from github import GithubException
from github import Repository as Remote
from github.PullRequest import PullRequest

from support.github_double import GitHubDouble
from support.repository import FILE, MERGER, SECOND, Repository

WREN = "Wren Writer <wren@exa.gov>"


class Place(NamedTuple):
    """A work tree, its bare remote behind the double, and the double."""

    work: Repository
    hub: GitHubDouble

    def as_(self, login: str) -> Remote.Repository:
        """The repository as somebody's client sees it."""
        return self.hub.client(self.hub.world.token_of(login)).get_repo("example/partners")

    def push(self, *arguments: str) -> None:
        """To the remote."""
        self.work.git("push", "--quiet", *arguments, "origin", "--all")

    def proposed(self, name: str = "change", *, author: str = WREN) -> PullRequest:
        """A pull request of one commit, opened by wren."""
        self.work.branch(name)
        self.work.edit(FILE, "friendly_name:", f"# {name}\nfriendly_name:")
        self.work.commit(name, author=author)
        self.push()
        return self.as_("wren").create_pull(base="main", head=name, title=f"Change {name}", body="Please")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    work = Repository(tmp_path / "work")
    remote = tmp_path / "remote.git"
    work.git("clone", "--quiet", "--bare", str(work.path), str(remote))
    work.git("remote", "add", "origin", str(remote))
    with GitHubDouble("example/partners", git=remote) as hub:
        people = {"admin": ("admin", ""), "rae": ("write", "reviewer@login.gov"), "wren": ("write", "wren@exa.gov")}
        for login, (role, email) in people.items():
            hub.world.add_user(login, role, emails=(email,) if email else ())
        hub.world.add_user("olga", "read")
        yield Place(work, hub)


def status(call: Callable[[], object]) -> int:
    with pytest.raises(GithubException) as refusal:
        call()
    return refusal.value.status


def test_a_pull_request_shows_its_real_commits_and_files(place: Place) -> None:
    pull = place.proposed()
    assert (pull.number, pull.user.login, pull.state, pull.merged) == (1, "wren", "open", False)
    assert (pull.head.sha, pull.base.sha) == (place.work.head, place.work.base)
    assert (pull.commits, pull.changed_files, pull.additions, pull.deletions) == (1, 1, 1, 0)
    (commit,) = pull.get_commits()
    assert (commit.sha, commit.commit.message, commit.commit.author.email) == (pull.head.sha, "change", "wren@exa.gov")
    assert commit.author.login == "wren"
    (file,) = pull.get_files()
    assert (file.filename, file.status, file.additions, file.deletions) == (FILE, "modified", 1, 0)
    assert file.patch.startswith("@@ ")
    assert "+# change\n" in file.patch
    assert [one.number for one in place.as_("rae").get_pulls()] == [1]
    assert place.as_("rae").get_issue(1).pull_request is not None


def test_added_removed_renamed_and_binary_files(place: Place) -> None:
    work = place.work
    work.branch("files")
    work.write("docs/new page.md", "one\ntwo\n")
    work.write("logo.png", b"\x89PNG\0\1")
    work.git("rm", "--quiet", "policy.yaml")
    work.git("mv", "partners/exa.yaml", "partners/example.yaml")
    work.commit("Files")
    place.push()
    pull = place.as_("wren").create_pull(base="main", head="files", title="Files")
    files = {file.filename: file for file in pull.get_files()}
    assert {name: file.status for name, file in files.items()} == {
        "docs/new page.md": "added", "logo.png": "added", "policy.yaml": "removed", "partners/example.yaml": "renamed",
    }  # fmt: skip
    assert files["partners/example.yaml"].previous_filename == "partners/exa.yaml"
    assert files["logo.png"].patch is None
    assert files["docs/new page.md"].patch == "@@ -0,0 +1,2 @@\n+one\n+two"


def test_a_push_moves_the_head_and_dismisses_approvals_only_where_a_rule_says_so(place: Place) -> None:
    pull = place.proposed()
    pull_of_rae = place.as_("rae").get_pull(1)
    review = pull_of_rae.create_review(body="Fine", event="APPROVE")
    assert (review.state, review.commit_id) == ("APPROVED", pull.head.sha)
    for expected in ("APPROVED", "DISMISSED"):
        place.work.edit(FILE, "# change", "# change again")
        place.work.commit("Again", author=WREN)
        place.push()
        assert pull_of_rae.get_review(review.id).state == expected
        parameters = {"dismiss_stale_reviews_on_push": True, "required_approving_review_count": 1,
                      "require_code_owner_review": True, "require_last_push_approval": True,
                      "required_review_thread_resolution": False}  # fmt: skip
        place.hub.world.add_ruleset("main", {"type": "pull_request", "parameters": parameters})
    stale = pull_of_rae.get_review(review.id)
    assert stale.commit_id == pull.head.sha
    assert place.as_("rae").get_pull(1).head.sha == place.work.head
    assert "review_dismissed" in [event.event for event in pull_of_rae.get_issue_timeline()]


def test_reviews_of_everybody_are_kept_in_order(place: Place) -> None:
    place.proposed()
    for login, event in (("olga", "APPROVE"), ("rae", "REQUEST_CHANGES"), ("rae", "APPROVE"), ("wren", "COMMENT")):
        place.hub.clock.advance(60)
        place.as_(login).get_pull(1).create_review(body="Said", event=event)
    reviews = list(place.as_("admin").get_pull(1).get_reviews())
    assert [(one.user.login, one.state) for one in reviews] == [
        ("olga", "APPROVED"), ("rae", "CHANGES_REQUESTED"), ("rae", "APPROVED"), ("wren", "COMMENTED"),
    ]  # fmt: skip
    assert [one.submitted_at - reviews[0].submitted_at for one in reviews] == [timedelta(minutes=n) for n in range(4)]
    reviews[2].dismiss("Too early")
    assert [one.state for one in place.as_("admin").get_pull(1).get_reviews()][2] == "DISMISSED"
    place.hub.world.user("rae").gone = True
    assert [one.user and one.user.login for one in place.as_("admin").get_pull(1).get_reviews()][1:3] == [None, None]


def test_nobody_approves_their_own_pull_request(place: Place) -> None:
    pull = place.proposed()
    assert status(lambda: pull.create_review(event="APPROVE")) == 422
    assert status(lambda: pull.create_review(body="No", event="REQUEST_CHANGES")) == 422
    assert list(pull.get_reviews()) == []


def test_bots_approve_like_anybody_but_a_workflow_does_not_unless_it_may(place: Place) -> None:
    number = place.proposed().number
    world = place.hub.world
    world.add_app("merge-helper", "write")
    place.hub.review(number, "merge-helper[bot]")
    (review,) = place.as_("rae").get_pull(number).get_reviews()
    assert (review.user.login, review.user.type, review.state) == ("merge-helper[bot]", "Bot", "APPROVED")
    workflow = (
        place.hub.client(world.workflow_token_of(pull_requests="write")).get_repo("example/partners").get_pull(number)
    )
    assert status(lambda: workflow.create_review(event="APPROVE")) == 422
    world.workflow_token["can_approve_pull_request_reviews"] = True
    assert workflow.create_review(event="APPROVE").state == "APPROVED"


def test_what_others_do_needs_no_request(place: Place) -> None:
    place.proposed("first")
    place.work.checkout("main")
    place.work.branch("second")
    place.work.write("second.txt", "second\n")
    place.work.commit("Second", author=WREN)
    place.push()
    place.hub.log.clear()
    number = place.hub.open_pull("wren", "second", "Second")
    place.hub.review(number, "rae")
    merged = place.hub.merge(number, "rae", "squash")
    assert (number, len(place.hub.log)) == (2, 0)
    assert place.as_("rae").get_pull(number).merge_commit_sha == merged


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_the_merge_button(place: Place, method: str) -> None:
    pull = place.proposed()
    place.work.edit(FILE, "# change", "# change more")
    place.work.commit("More", author=SECOND)
    place.push()
    merged = place.as_("rae").get_pull(1).merge(merge_method=method)
    assert merged.merged
    read = place.as_("admin").get_pull(1)
    assert (read.merged, read.state, read.merge_commit_sha, read.merged_by.login) == (True, "closed", merged.sha, "rae")
    assert read.commits == 2
    place.work.git("fetch", "--quiet", "origin", "main")
    assert place.work.git("rev-parse", "FETCH_HEAD") == merged.sha
    parents = place.work.git("show", "-s", "--format=%P", merged.sha).split()
    assert len(parents) == (2 if method == "merge" else 1)
    assert place.work.git("show", f"{merged.sha}:{FILE}").count("# change more\n") == 1
    brought = {"merge": [merged.sha, place.work.head], "squash": [merged.sha], "rebase": [merged.sha, parents[0]]}
    for commit in brought[method]:
        assert [one.number for one in place.as_("admin").get_commit(commit).get_pulls()] == [pull.number]
    assert list(place.as_("admin").get_commit(place.work.base).get_pulls()) == []
    people = place.work.git("show", "-s", "--format=%an %cn", merged.sha)
    assert people == {"merge": "rae GitHub", "squash": "wren GitHub", "rebase": "Sam Second GitHub"}[method]


def test_a_squash_names_everybody_who_wrote(place: Place) -> None:
    place.proposed(author=SECOND)
    sha = place.as_("rae").get_pull(1).merge(merge_method="squash").sha
    message = place.as_("rae").get_commit(sha).commit.message
    assert message == "Change change (#1)\n\nCo-authored-by: Sam Second <second-reviewer@login.gov>"


def test_a_head_that_moved_is_not_merged(place: Place) -> None:
    pull = place.proposed()
    seen = pull.head.sha
    place.work.edit(FILE, "# change", "# change more")
    place.work.commit("More", author=WREN)
    place.push()
    assert status(lambda: place.as_("rae").get_pull(1).merge(sha=seen)) == 409
    assert status(lambda: place.as_("olga").get_pull(1).merge()) == 403


def test_a_conflict_is_not_merged(place: Place) -> None:
    place.proposed("first")
    place.work.checkout("main")
    place.proposed("second")
    place.as_("rae").get_pull(1).merge()
    assert status(lambda: place.as_("rae").get_pull(2).merge()) == 405


def test_a_merge_pushed_by_hand_marks_the_pull_request_as_merged(place: Place) -> None:
    place.proposed()
    tip = place.work.merge("change", by=MERGER)
    place.push()
    read = place.as_("admin").get_pull(1)
    assert (read.merged, read.merge_commit_sha, read.commits) == (True, tip, 1)


def test_a_direct_push_belongs_to_no_pull_request(place: Place) -> None:
    place.work.edit(FILE, "friendly_name:", "# direct\nfriendly_name:")
    pushed = place.work.commit("Straight to main")
    place.push()
    assert list(place.as_("admin").get_commit(pushed).get_pulls()) == []


def test_what_git_holds_is_what_the_api_says(place: Place) -> None:
    pull, repo = place.proposed(), place.as_("rae")
    compared = repo.compare("main", "change")
    assert (compared.status, compared.ahead_by, compared.behind_by) == ("ahead", 1, 0)
    assert [commit.sha for commit in compared.commits] == [pull.head.sha]
    file = repo.get_contents(FILE, ref="change")
    assert not isinstance(file, list)
    assert file.decoded_content.decode() == place.work.read(FILE)
    folder = repo.get_contents("partners")
    assert isinstance(folder, list)
    assert [(one.name, one.type) for one in folder] == [("exa.yaml", "file")]
    assert repo.get_git_ref("heads/change").object.sha == pull.head.sha
    assert [ref.ref for ref in repo.get_git_matching_refs("heads/")] == ["refs/heads/change", "refs/heads/main"]
    assert repo.get_branch("main").commit.sha == place.work.base
    tree = repo.get_git_tree("main", recursive=True)
    assert FILE in [entry.path for entry in tree.tree]
    assert repo.get_git_commit(pull.head.sha).tree.sha == place.work.git("rev-parse", "change^{tree}")
    assert [commit.sha for commit in repo.get_commits(sha="change", path=FILE)] == [pull.head.sha, place.work.base]
    assert repo.get_commit("change").files[0].filename == FILE
    assert repo.get_commit(place.work.base).stats.deletions == 0
    assert {branch.name for branch in repo.get_branches()} == {"main", "change"}
    assert status(lambda: repo.get_contents("nowhere")) == 404
    assert status(lambda: repo.get_branch("nowhere")) == 404


def test_pull_requests_that_cannot_be(place: Place) -> None:
    place.proposed()
    repo = place.as_("wren")
    for head in ("change", "main", "nowhere"):
        assert status(lambda head=head: repo.create_pull(base="main", head=head, title="Again")) == 422
    assert status(lambda: repo.get_pull(404)) == 404
    number = repo.create_issue("No pull request").number
    assert status(lambda: repo.get_pull(number)) == 404


def test_check_runs_are_made_by_apps_alone_and_reruns_hide_the_first(place: Place) -> None:
    pull = place.proposed()
    assert status(lambda: place.as_("rae").create_check_run("plan", pull.head.sha)) == 403
    ours = place.hub.client(place.hub.world.workflow_token_of(checks="write")).get_repo("example/partners")
    began = place.hub.clock.now()
    first = ours.create_check_run("plan", pull.head.sha, status="completed", conclusion="failure", started_at=began)
    place.hub.clock.advance(3600)
    ours.create_check_run("plan", pull.head.sha).edit(status="completed", conclusion="success")
    forged = place.hub.world.add_check_run("plan", pull.head.sha, place.hub.world.add_app("evil"))
    # Reading commits needs another permission, and so another token.
    commit = place.hub.client(place.hub.world.workflow_token_of("reader", checks="read", contents="read")).get_repo(
        "example/partners").get_commit(pull.head.sha)  # fmt: skip
    latest = list(commit.get_check_runs(check_name="plan"))
    assert [(run.app.slug, run.conclusion) for run in latest] == [("evil", "success"), ("github-actions", "success")]
    runs = list(commit.get_check_runs(check_name="plan", filter="all"))
    assert {run.id for run in runs} == {first.id, forged.id, latest[1].id}
    assert min(run.started_at for run in runs if run.app.slug == "github-actions") == began


def test_a_check_run_carries_fifty_annotations_a_request(place: Place) -> None:
    ours = place.hub.client(place.hub.world.workflow_token_of(checks="write")).get_repo("example/partners")
    note = {"path": FILE, "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "Look"}
    output = {"title": "Check", "summary": "Found", "annotations": [note] * 50}
    run = ours.create_check_run("check", place.work.base, output=output)
    run.edit(output=output)
    assert run.output.annotations_count == 100
    # The description knows both, so that asking for it fails a test.
    assert status(lambda: run.edit(output={**output, "annotations": [note] * 51})) == 422
    assert status(lambda: run.edit(status="completed")) == 422
    assert len(place.hub.violations) == 2
    place.hub.violations.clear()


def test_a_closed_pull_request_is_opened_again_but_a_merged_one_is_not(place: Place) -> None:
    pull = place.proposed()
    pull.edit(state="closed")
    assert [one.number for one in place.as_("rae").get_pulls(state="closed")] == [1]
    pull.edit(title="Once more", state="open")
    assert not pull.is_merged()
    place.as_("rae").get_pull(1).merge()
    assert pull.is_merged()
    assert status(lambda: pull.edit(state="open")) == 422
