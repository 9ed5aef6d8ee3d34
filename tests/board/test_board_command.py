"""`board --output DIR`: what it writes, and what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from icalendar import Calendar

from support.board_fleet import MARKUP, NOW, TRAILS, hostile, story
from support.repository import FILE, MERGED, SUBJECT, Repository, Result, only_ours

KEY = "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\\n-----END PRIVATE KEY-----"
APP = f"apps/{SUBJECT}.html"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repository, Path]:
    """A fleet with every situation, and its board. Tests leave both as they are."""
    place = tmp_path_factory.mktemp("told")
    repo = story(place / "fleet")
    draw(repo, place / "board")
    return repo, place / "board"


@pytest.fixture(scope="module")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One app and its board, to be copied."""
    place = tmp_path_factory.mktemp("mould")
    draw(Repository(place / "fleet").adopted(), place / "board", now=MERGED)
    return place


@pytest.fixture
def small(mould: Path, tmp_path: Path) -> tuple[Repository, Path]:
    """One app and its board."""
    copytree(mould, tmp_path, dirs_exist_ok=True)
    return Repository.at(tmp_path / "fleet"), tmp_path / "board"


def draw(repo: Repository, folder: Path, now: str = NOW, status: int = 0) -> Result:
    result = repo.run("board", "--output", str(folder), now=now)
    assert result.status == status, result.text
    return result


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def words(folder: Path, path: str) -> str:
    """What a page says, without its markup."""
    page = (folder / path).read_text(encoding="utf-8")
    shown = re.sub(r"<[^>]*>", " ", page.partition("<main")[2].partition("</main>")[0])
    return " ".join(shown.split())


def test_an_app_is_told_in_full(told: tuple[Repository, Path]) -> None:
    said = words(told[1], APP)
    assert "Let people come back to the kiosk page Overdue Deploy window Thursday, December 10, 2026" in said
    assert "Ask for a second factor that resists phishing Waits for a review ~ default_aal: 2 → 3" in said
    assert "Handed over in the deploy window of Thursday, December 10, 2026" in said
    assert "https://benefits.exa.gov/auth/kiosk" in said
    assert "Next step Nothing has to be done for its certificates." in said
    assert "RSA 2048 December 31, 2028 on main, confirmed December 14, 2028" in said
    assert "Sign in https://secure.login.gov/openid_connect/authorize" in said
    assert "Send people home after signing in" in said.partition("History")[2]
    assert "Confirmed by deployer@login.gov: Seen in the portal." in said


def test_the_queue_has_what_is_late_first_and_then_each_window(told: tuple[Repository, Path]) -> None:
    said = words(told[1], "queue.html")
    places = [said.index(head) for head in ("Overdue 1 request", "Deploy window Monday, January 4, 2027 2 requests",
                                            "Waits for a review 1 request", "Held 1 request")]  # fmt: skip
    assert places == sorted(places)
    assert "Held by deployer@login.gov: the partner asked to wait." in said


def test_the_calendar_marks_holidays_moves_and_freezes(told: tuple[Repository, Path]) -> None:
    said = words(told[1], "calendar.html")
    assert "Each window is open from 9 a.m. to 5 p.m., New York time." in said
    assert "Friday, December 25, 2026 Holiday or closure — Friday, December 25, 2026 is Christmas Day." in said
    assert "Monday, December 28, 2026 No window —" in said
    assert "Thursday, February 4, 2027 is moved to Wednesday, February 3, 2027 by the policy." in said
    assert re.search(r"Monday, December 7, 2026 Deploy window took 1 request Regular day", said)
    assert "Monday, January 4, 2027 Deploy window takes 2 requests" in said
    assert "Thursday, December 3, 2026 Deploy window no run on record" in said


def test_the_deployers_page_says_what_to_run_and_what_stays(told: tuple[Repository, Path], tmp_path: Path) -> None:
    repo, board = told
    said = words(board, "windows/2026-12-14.html")
    assert "Nothing is due." in said
    assert "What to run" not in said
    assert "Held, or without a review" in said
    draw(repo, tmp_path / "later", now="2027-01-04T08:00:00-05:00")
    said = words(tmp_path / "later", "windows/2027-01-04.html")
    assert (
        "What to run When the window is open: launchwindow release --environment production Seed the identity provider "
        "with the files in idp/production of the ledger’s branch. Once it runs them: "
        "launchwindow confirm --environment production --seen FILE"
    ) in said
    assert "Due in production: 2 requests" in said
    past = words(tmp_path / "later", "windows/2026-12-10.html")
    assert "release --environment" not in past
    assert "Once it runs them: launchwindow confirm --environment production --seen FILE" in past
    assert "1 request handed over. 1 request not confirmed yet." in past
    assert "Let people come back to the kiosk page" in past


def test_a_window_that_was_taken_is_the_next_no_more(small: tuple[Repository, Path]) -> None:
    repo, board = small
    now = "2026-11-30T10:00:00-05:00"
    for environment, following in (("production", "2026-11-30"), ("staging", "2026-12-03")):
        assert repo.run("release", "--environment", environment, now=now).status == 0
        draw(repo, board, now=now)
        assert f'href="windows/{following}.html">Next deploy day' in (board / "index.html").read_text(encoding="utf-8")


def test_a_changed_logo_is_told_to_the_deployer(small: tuple[Repository, Path]) -> None:
    repo, board = small
    repo.branch("logo")
    repo.edit("apps/exa/benefits-finder/logo.svg", "</svg>", "<!-- new --></svg>")
    repo.commit("Draw it anew")
    repo.merge("logo")
    draw(repo, board, now="2026-12-10T08:00:00-05:00")
    said = words(board, "windows/2026-12-10.html")
    assert "Logos: changed for exa/benefits-finder ; their files have to go along." in said


def test_every_page_says_from_what_it_was_drawn(told: tuple[Repository, Path]) -> None:
    repo, board = told
    for path in board.rglob("*.html"):
        footer = path.read_text(encoding="utf-8").partition("<footer>")[2]
        assert repo.git("rev-parse", "main")[:12] in footer
        assert repo.ledger[:12] in footer
        assert "2026-12-11T10:00:00-05:00" in footer


def test_the_same_again_is_the_same_bytes(told: tuple[Repository, Path], tmp_path: Path) -> None:
    repo, board = told
    draw(repo, tmp_path / "again")
    assert files(tmp_path / "again") == files(board)
    before = {path: path.stat().st_mtime_ns for path in board.rglob("*")}
    assert "0 files written, 0 removed" in " ".join(draw(repo, board).out.split())
    assert {path: path.stat().st_mtime_ns for path in board.rglob("*")} == before


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_writes_the_same_bytes(told: tuple[Repository, Path], tmp_path: Path, seed: str) -> None:
    """Whatever order its sets have."""
    repo, board = told
    command = [sys.executable, "-m", "launchwindow", "--repo", str(repo.path), "--now", NOW, "board", "--output"]
    environment = {**only_ours(), "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([*command, str(tmp_path / "again")], check=True, env=environment, capture_output=True)
    assert files(tmp_path / "again") == files(board)


def test_nothing_else_is_changed(told: tuple[Repository, Path]) -> None:
    repo, _ = told
    assert repo.git("status", "--porcelain") == ""


def test_each_partner_has_a_calendar_of_its_own(told: tuple[Repository, Path]) -> None:
    _, board = told
    names = {path.stem: path for path in (board / "calendars").rglob("*.ics")}
    assert set(names) == {"all", "exa", "hld", "npa"}
    apps = {}
    for name, path in names.items():
        events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        apps[name] = {str(one["summary"]).removeprefix("Deploy of ").partition(":")[0]
                      for one in events if str(one["summary"]).startswith("Deploy of ")}  # fmt: skip
    assert apps["all"] == apps["exa"] | apps["hld"] | apps["npa"]
    assert SUBJECT in apps["exa"]
    assert not any("/exa/" in one for one in apps["npa"])
    assert (board / "partners/exa.html").read_text(encoding="utf-8").count("calendars/partners/exa.ics") == 1


def test_a_calendar_goes_on_where_it_was(small: tuple[Repository, Path]) -> None:
    repo, board = small
    merge = repo.change("default_aal: 2", "default_aal: 3")
    draw(repo, board, now=MERGED)
    repo.run("request")
    later = "2026-11-24T12:00:00-05:00"
    held = repo.run("hold", f"{SUBJECT}@{merge[:12]}", "--by", "deployer@login.gov", "--reason", "wait", now=later)
    assert held.status == 0, held.text
    draw(repo, board, now=later)
    events = Calendar.from_ical((board / "calendars/all.ics").read_bytes()).walk("VEVENT")
    (event,) = [one for one in events if str(one["summary"]).startswith("Deploy of ")]
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 1)


def test_what_is_not_needed_any_more_is_removed_and_nothing_else(small: tuple[Repository, Path]) -> None:
    repo, board = small
    (board / "CNAME").write_text("board.example\n")
    (board / "windows" / "notes.txt").write_text("Ours.\n")
    old = sorted(path.name for path in (board / "windows").glob("2026-09-*"))
    assert old
    draw(repo, board, now="2027-03-01T10:00:00-05:00")
    assert (board / "CNAME").read_text() == "board.example\n"
    assert (board / "windows" / "notes.txt").read_text() == "Ours.\n"
    assert not list((board / "windows").glob("2026-09-*"))
    listed = json.loads((board / "board.json").read_text())["files"]
    assert set(listed) == set(files(board)) - {"board.json", "CNAME", "windows/notes.txt"}


def test_a_folder_that_is_empty_after_it_goes(small: tuple[Repository, Path]) -> None:
    repo, board = small
    repo.change("default_aal: 2", "default_aal: 3", reviewed_by=None)
    draw(repo, board, now=MERGED)
    assert (board / "queue").is_dir()
    repo.run("request")
    merge = repo.git("rev-parse", "main")
    approved = repo.run("approve", f"{SUBJECT}@{merge[:12]}", "--by", "reviewer@login.gov", "--note", "Read it.")
    assert approved.status == 0, approved.text
    draw(repo, board, now=MERGED)
    assert not (board / "queue").exists()


def test_a_page_that_somebody_changed_is_left_as_it_is(small: tuple[Repository, Path]) -> None:
    repo, board = small
    page = board / "windows" / "2026-11-05.html"
    page.write_text("Mine now.\n")
    before = files(board)
    refused = draw(repo, board, now="2026-11-25T10:00:00-05:00", status=1)
    assert "windows/2026-11-05.html was written or changed by somebody else" in refused.err
    assert files(board) == before
    left = repo.run_json("board", "--output", str(board), now="2027-03-01T10:00:00-05:00")
    assert left["left"] == ["windows/2026-11-05.html"]
    assert page.read_text() == "Mine now.\n"
    assert repo.run_json("board", "--output", str(board), now="2027-03-01T10:00:00-05:00")["left"] == []


@pytest.mark.parametrize("what", ["a file", "a hidden file", "a folder"])
def test_a_folder_of_somebody_else_is_refused(small: tuple[Repository, Path], tmp_path: Path, what: str) -> None:
    repo, _ = small
    other = tmp_path / "other"
    other.mkdir()
    if what == "a folder":
        (other / "thesis").mkdir()
    else:
        (other / (".secret" if what == "a hidden file" else "thesis.txt")).write_text("years of work")
    refused = draw(repo, other, status=1)
    assert "is not empty, and no board" in refused.err
    assert len(list(other.iterdir())) == 1


def test_a_file_of_somebody_else_in_the_way_is_refused(small: tuple[Repository, Path]) -> None:
    repo, board = small
    (board / "queue").mkdir()
    (board / "queue" / "unapproved.html").write_text("Mine.\n")
    repo.change("default_aal: 2", "default_aal: 3", reviewed_by=None)
    before = files(board)
    assert "queue/unapproved.html was written or changed" in draw(repo, board, now=MERGED, status=1).err
    assert files(board) == before


@pytest.mark.parametrize("where", ["", "windows", "index.html", "board.json"])
def test_no_link_is_followed(small: tuple[Repository, Path], tmp_path: Path, where: str) -> None:
    repo, board = small
    target = tmp_path / "elsewhere"
    place = board / where if where else board
    place.rename(target)
    place.symlink_to(target)
    before = {
        path: path.read_bytes() for path in sorted(target.rglob("*") if target.is_dir() else [target]) if path.is_file()
    }
    refused = repo.run("board", "--output", str(board), now="2027-03-01T10:00:00-05:00")
    assert refused.status in (1, 2), refused.text
    assert re.fullmatch(r"launchwindow: [^\n]+\n", refused.err)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    "listed",
    ["", "{}", "[]", "null",
     '{"schema": "launchwindow.board-files/1", "files": {"../../etc/passwd": ["' + "0" * 64 + '"]}}',
     '{"schema": "launchwindow.board-files/1", "files": {"/x": []}}', '{"schema": "x", "files": {}}',
     '{"schema": "launchwindow.board-files/1", "files": {"a": "b"}}', "[" * 100_000],
)  # fmt: skip
def test_a_list_that_is_none_of_ours_is_not_believed(small: tuple[Repository, Path], listed: str) -> None:
    repo, board = small
    (board / "board.json").write_text(listed)
    before = files(board)
    assert "nobody knows which files are the board's" in draw(repo, board, status=1).err
    assert files(board) == before


def test_what_a_killed_run_left_before_it_wrote_anything_is_no_obstacle(
    small: tuple[Repository, Path], tmp_path: Path
) -> None:
    repo, board = small
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / ".board.json.launchwindow").write_text("{")
    draw(repo, fresh, now=MERGED)
    assert files(fresh) == files(board)


def test_a_folder_whose_parent_is_not_there_is_refused(small: tuple[Repository, Path], tmp_path: Path) -> None:
    refused = draw(small[0], tmp_path / "no" / "board", status=2)
    assert "No such file or directory" in refused.err


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """An empty folder in which nobody may write, root neither."""
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    if os.geteuid() != 0:
        yield folder
        return
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("root may write anywhere, and mount nothing here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_folder_that_may_not_be_written_is_refused(small: tuple[Repository, Path], locked: Path) -> None:
    refused = draw(small[0], locked, status=2)
    assert "Permission denied" in refused.err or "Read-only file system" in refused.err


def test_without_a_ledger_there_is_no_board(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "fleet")
    refused = draw(repo, tmp_path / "board", status=2)
    assert "There is no ledger yet" in refused.err
    assert not (tmp_path / "board").exists()


def test_a_remotes_main_and_ledger_are_drawn(small: tuple[Repository, Path], tmp_path: Path) -> None:
    repo, _ = small
    repo.git("clone", "--quiet", "--bare", "--template=", str(repo.path), str(tmp_path / "origin.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    result = repo.run("board", "--output", str(tmp_path / "remote"), "--remote", "origin")
    assert result.status == 0, result.text
    assert (tmp_path / "remote" / APP).is_file()


def shown(folder: Path) -> Iterator[str]:
    yield from (path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file())


def test_a_private_key_is_never_shown(tmp_path: Path) -> None:
    repo = Repository(tmp_path / "fleet", whole_fleet=True)
    repo.edit(FILE, "friendly_name: Benefits Finder", f'friendly_name: "{KEY}"')
    repo.edit("partners/hld.yaml", "name: Hypothetical Lands Department\n", f'name: "{KEY}"\n')
    repo.base = repo.commit("Leak", at="2026-11-20T10:00:00-05:00")
    repo.adopted()
    repo.change("return_to_sp_url: https://trailpass.hld.gov/", f'return_to_sp_url: "https://trailpass.hld.gov/{KEY}"',
                path=TRAILS, message=KEY)  # fmt: skip
    draw(repo, tmp_path / "board")
    assert not any("MIIEvQIBADANBg" in text for text in shown(tmp_path / "board"))
    assert "A private key is in it" in words(tmp_path / "board", APP)


def test_what_partners_write_is_in_no_page_as_markup(tmp_path: Path) -> None:
    repo = hostile(tmp_path / "fleet")
    draw(repo, tmp_path / "board")
    page = (tmp_path / "board" / APP).read_text(encoding="utf-8")
    assert page.count("<script") == 0
    assert "&lt;/script&gt;&lt;script&gt;" in page
    assert not any(MARKUP in text for text in shown(tmp_path / "board"))


def test_an_app_that_can_not_be_read_says_so(small: tuple[Repository, Path]) -> None:
    repo, board = small
    repo.branch("broken")
    repo.write(FILE, "friendly_name: [\n")
    repo.commit("Break it")
    repo.merge("broken")
    draw(repo, board, now=MERGED)
    said = words(board, APP)
    assert "Its file on main can&#x27;t be read." in said
    assert "Ran already when the ledger began" in said
    assert "1 app where something is unusual" in words(board, "index.html")


def test_an_app_that_main_has_no_more_keeps_its_page(told: tuple[Repository, Path], tmp_path: Path) -> None:
    copytree(told[0].path, tmp_path / "fleet")
    repo = Repository.at(tmp_path / "fleet")
    repo.branch("retire")
    (repo.path / "apps/npa/reading-room/production.yaml").unlink()
    repo.commit("Retire it", at=NOW)
    repo.merge("retire", at=NOW)
    draw(repo, tmp_path / "board", now="2026-12-11T11:00:00-05:00")
    said = words(tmp_path / "board", "apps/production/npa/reading-room.html")
    assert "Main has it no more" in said
    assert "- deactivated" in said


def test_the_history_of_an_app_is_cut_and_the_rest_counted(small: tuple[Repository, Path]) -> None:
    repo, board = small
    merge = repo.change("default_aal: 2", "default_aal: 3")
    assert repo.run("request").status == 0
    text = repo.git("show", f"launchwindow-ledger:requests/open/{SUBJECT}/{merge[:12]}.yaml")
    past: dict[str, Any] = {}
    for number in range(14):
        commit = f"{number:012x}".ljust(40, "0")
        plain = text.replace(merge, commit).replace(merge[:12], commit[:12]) + '\nstate: "deployed"\n'
        past[f"requests/closed/{2015 + number // 2}/{SUBJECT}/{commit[:12]}.yaml"] = plain.encode()
    repo.write_ledger(past)
    draw(repo, board, now="2026-11-25T10:00:00-05:00")
    said = words(board, APP).partition("History")[2]
    assert said.count("Deployed") == 10
    assert "4 earlier: see requests/closed in the ledger." in said
