"""Bad and hostile input through the whole command line: a finding or one clear line, never a traceback."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from support.repository import APP, FILE, MERGED, SUBJECT, WINDOW, Repository, Result, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Damage = Callable[[Repository], object]

CERTIFICATE = f"{APP}/certs/2026.crt"
HOME = "return_to_sp_url: https://benefits.exa.gov/\n"
NEW_HOME = "return_to_sp_url: https://benefits.exa.gov/home\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """One production app on main."""
    return Repository(tmp_path / "fleet")


def assert_told(result: Result, status: int, *words: str) -> None:
    """The exit status, all words in what was said (wherever its lines break), and no trace of a crash."""
    said = " ".join(result.text.split())
    assert result.status == status, result.text
    assert "Traceback" not in result.text
    assert "bug in launchwindow" not in result.text
    for word in words:
        assert word in said


def replaced(path: str, make: Callable[[Path], object]) -> Damage:
    """Something else stands at the path."""

    def damage(repo: Repository) -> None:
        target = repo.path / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        make(target)

    return damage


def written(path: str, content: bytes) -> Damage:
    """Bytes stand in the file."""
    return lambda repo: repo.write(path, content)


def edited(path: str, old: str, new: str) -> Damage:
    """Text of the file is another."""
    return lambda repo: repo.edit(path, old, new)


def gone(path: str) -> Damage:
    """Nothing stands at the path."""
    return replaced(path, lambda _target: None)


def link(to: str) -> Callable[[Path], object]:
    """A symbolic link."""
    return lambda target: target.symlink_to(to)


UNREADABLE = {
    "broken-utf8": (b"app_name: \xff\n", ":1:11: error yaml: Byte 0xff is not UTF-8."),
    "utf16": ("app_name: X\n".encode("utf-16"), ":1:1: error yaml: Byte 0xff is not UTF-8."),
    "byte-order-mark": (b"\xef\xbb\xbfapp_name: X\n", ":1:1: error yaml: The file begins with a byte order mark."),
    "tab": (b"app_name: X\n\tteam: y\n", ":2:1: error yaml: A tab stands where only spaces may."),
    "duplicate-key": (b"team: a\nteam: b\n", ":2:1: error yaml: The key “team” stands here a second time."),
    "anchor": (b"team: &x a\niaa: *x\n", ":1:7: error yaml: Anchors and aliases are not read."),
    "two-documents": (b"team: a\n---\nteam: b\n", ":2:1: error yaml: A second document begins here."),
    "300-kib": (b"# " + b"x" * 300 * 1024, ":1:1: error yaml: The file has 300 KiB; at most 256 KiB are read."),
    "nested": (b"team: " + b"[" * 100_000, ":1:56: error yaml: Nested deeper than 50 levels."),
    "nested-closed": (b"team: " + b"[" * 100_000 + b"]" * 100_000, ":1:56: error yaml: Nested deeper than 50 levels."),
    "empty": (b"", ":1:1: error schema:"),
    "comment": (b"# nothing\n", ":1:1: error schema:"),
    "list": (b"- a\n", ":1:1: error schema:"),
    "escape": (b"team: \x1b[2J\n", ":1:7: error yaml: A control character stands here."),
    "tag": (b"team: !!python/object:os.system ls\n", ":1:7: error yaml: The tag"),
    "wrong-types": (b"issuer: [a]\ncerts: {a: b}\nlogo: [x]\nrelease: 3\nwaivers: {}\n", ":1:1: error schema:"),
}


@pytest.mark.few(6)
@pytest.mark.parametrize(("content", "finding"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_app_file_that_cannot_be_read(repo: Repository, content: bytes, finding: str) -> None:
    """In the work tree and the index it is a finding; on main it neither deactivates its app nor stops anything."""
    repo.adopted()
    repo.branch("broken")
    repo.write(FILE, content)
    assert_told(repo.run("check"), 1, FILE + finding, "help: ")
    repo.git("add", "--all")
    assert_told(repo.run("check", "--staged"), 1, FILE + finding)
    repo.commit()
    assert_told(repo.run("plan"), 0, f"warning: {SUBJECT}: its file", "can't be read", "launchwindow check")
    repo.merge("broken")
    assert_told(repo.run("request"), 0, f"warning: {SUBJECT}: its file", "0 change requests")
    assert_told(repo.run("status"), 0, f"warning: {SUBJECT}", "No open change request")
    assert_told(repo.run("release", now=WINDOW), 0, "nothing is due")
    assert "active: true" in repo.ledger_files()["idp/production/service_providers.yml"]


def test_what_was_merged_while_a_file_could_not_be_read_is_asked_for_once_it_is_mended(repo: Repository) -> None:
    good = repo.adopted().read(FILE)
    repo.write(FILE, b"\xff")
    repo.commit("Break it")
    assert_told(repo.run("request"), 0)
    repo.branch("mend")
    repo.write(FILE, good.replace(HOME, NEW_HOME))
    repo.commit("Mend it")
    repo.merge("mend")
    changes = [one["changes"] for one in repo.run_json("request")["change_requests"]]
    assert [[change["field"] for change in one] for one in changes] == [["return_to_sp_url"]]


def test_a_ledger_does_not_begin_where_an_app_cannot_be_read(repo: Repository) -> None:
    repo.write(FILE, b"\xff")
    repo.commit()
    assert_told(repo.run("adopt", "HEAD"), 1, SUBJECT, "launchwindow check")
    assert repo.ledger == ""


ODD = {
    "folder": (replaced(FILE, os.mkdir), f"{FILE}:1:1: error location: This is a folder with the name of a file."),
    "link-out": (replaced(FILE, link("/etc/passwd")), f"{FILE}:1:1: error location: This is a symbolic link"),
    "partner-link-out": (replaced("apps/exa", link("/etc")), "apps/exa:1:1: error location: This is a symbolic link"),
    "apps-link-out": (replaced("apps", link("/etc")), "apps:1:1: error location: This is a symbolic link"),
    "apps-file": (replaced("apps", lambda target: target.write_text("x")), "apps:1:1: error location:"),
    "certificate-link": (replaced(CERTIFICATE, link("/etc/passwd")), f"{CERTIFICATE}:1:1: error location:"),
    "certificate-gone": (gone(CERTIFICATE), f"{FILE}:11:9: error certificate-missing:"),
    "certificate-huge": (written(CERTIFICATE, b"\0" * 5_000_000), f"{CERTIFICATE}:1:1: error certificate-form:"),
    "logo-outside": (edited(FILE, "logo: logo.svg", "logo: ../../../policy.yaml"), f"{FILE}:10:7: error"),
    "logo-absolute": (edited(FILE, "logo: logo.svg", "logo: /etc/passwd"), f"{FILE}:10:7: error"),
    "upper-case-name": (replaced(FILE, lambda target: (target.parent / "PRODUCTION.yaml").write_text("x: y")),
                        f"{APP}/PRODUCTION.yaml:1:1: error location: “PRODUCTION” is no environment"),
    "case-twin": (lambda repo: shutil.copytree(repo.path / "apps/exa", repo.path / "apps/EXA"),
                  "apps/EXA/benefits-finder/production.yaml:2:1: error location: The partner's name “EXA”"),
    "no-partner": (gone("partners/exa.yaml"), f"{FILE}:2:1: error location: There is no partners/exa.yaml"),
    "partner-link": (replaced("partners/exa.yaml", link("/etc/passwd")), "partners/exa.yaml:1:1: error location:"),
    "partner-broken": (written("partners/exa.yaml", b"\xff"), "partners/exa.yaml:1:1: error yaml:"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "finding"), ODD.values(), ids=ODD)
def test_what_stands_in_a_file_s_place_is_a_finding(repo: Repository, damage: Damage, finding: str) -> None:
    """In the work tree, and staged."""
    damage(repo)
    assert_told(repo.run("check"), 1, finding, "help: ")
    repo.git("add", "--all")
    staged = repo.run("check", "--staged")
    assert_told(staged, 1)
    assert "nothing to complain about" not in staged.text


@pytest.mark.parametrize("path", [FILE, CERTIFICATE, "apps/exa", "apps", "partners/exa.yaml"])
def test_nobody_waits_for_a_pipe(repo: Repository, path: str) -> None:
    replaced(path, os.mkfifo)(repo)
    assert_told(repo.run("check"), 1, f"{path}:1:1: error location: This is no regular file.")


@pytest.mark.parametrize("staged", [(), ("--staged",)], ids=["work-tree", "staged"])
def test_no_app_is_no_clean_bill(repo: Repository, staged: tuple[str, ...]) -> None:
    repo.git("rm", "-r", "--quiet", "apps")
    assert_told(repo.run("check", *staged), 1, "No app was found", "apps/<partner>/<app>/<environment>.yaml", "--repo")


def test_an_executable_file_is_a_file_and_a_submodule_is_none(repo: Repository) -> None:
    (repo.path / FILE).chmod(0o755)
    repo.git("add", "--all")
    assert_told(repo.run("check", "--staged"), 0)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.base},apps/exa/other")
    assert_told(repo.run("check", "--staged"), 1, "apps/exa/other:1:1: error location: This is no regular file.")
    repo.git("commit", "--quiet", "-m", "Add a submodule")
    assert_told(repo.run("adopt", "HEAD"), 0, "1 app")


def test_a_conflict_in_the_index_is_told(repo: Repository) -> None:
    repo.branch("other")
    repo.edit(FILE, "ial: 2", "ial: 1")
    repo.commit()
    repo.checkout("main")
    repo.edit(FILE, "ial: 2", "ial: 3")
    repo.commit()
    with pytest.raises(Exception, match="exit status 1"):
        repo.git("merge", "other")
    assert_told(repo.run("check", "--staged"), 2, f"{FILE} is in conflict", "git add")


NAMES = (
    b"a\xff\xfe",
    b"a\nFORGED",
    b"a\x1b[2Jb",
    b"~",
    b"a@b",
    b"a~b",
    b"-x",
    b"a b",
    "a\u202eb".encode(),
    b'a"b',
    b"a\\b",
    # The ledger keeps a partner in `exa.yaml`: a partner of that name would put a folder in its place.
    b"exa.yaml",
)


@pytest.mark.parametrize("name", NAMES, ids=[ascii(name) for name in NAMES])
def test_a_name_that_no_app_can_have_is_a_finding_and_never_deployed(repo: Repository, name: bytes) -> None:
    repo.adopted()
    folder = os.fsdecode(b"apps/exa/" + name)
    shutil.copytree(repo.path / APP, repo.path / folder)
    shutil.copyfile(repo.path / "partners/exa.yaml", repo.path / os.fsdecode(b"partners/" + name + b".yaml"))
    told = repo.run("check")
    assert_told(told, 1, "is no name that a partner or an app can have", "Rename it")
    assert_harmless(told)
    assert_harmless(repo.run("check", "--format", "json"))
    repo.commit()
    assert_told(repo.run("request"), 0, "0 change requests")


def assert_harmless(result: Result) -> None:
    """Nothing that a terminal would act on, and no line that partner text began."""
    raw = {character for character in result.text if not character.isprintable() and character != "\n"}
    assert not raw, f"{sorted(map(ascii, raw))} in {result.text!a}"
    assert not [line for line in result.text.split("\n") if line.strip().startswith("FORGED")], ascii(result.text)


POLICIES = {
    "unknown-weekday": (edited("policy.yaml", "monday, thursday", "monday, thirsday"),
                        "windows.days[1]: “thirsday” is no weekday; did you mean “thursday”?"),
    "broken-utf8": (written("policy.yaml", b"\xff"), "Byte 0xff is not UTF-8. Save the file as UTF-8."),
    "nested": (written("policy.yaml", b"a: " + b"[" * 100_000), "Nested deeper than 50 levels."),
    "empty": (written("policy.yaml", b""), "must be a mapping"),
    "removed": (gone("policy.yaml"), "there is none at the top of this repository. Add it"),
    "link": (replaced("policy.yaml", link("/etc/passwd")), "links are not followed: put the file itself here."),
    "hostile-key": (written("policy.yaml", b'"\\e[2J\\nFORGED": 1\n'), "is no known key"),
    "hostile-zone": (edited("policy.yaml", "America/New_York", '"../../etc/passwd"'), "is no time zone"),
}  # fmt: skip


@pytest.mark.few(3)
@pytest.mark.parametrize(("damage", "problem"), POLICIES.values(), ids=POLICIES)
def test_a_policy_that_is_wrong(repo: Repository, damage: Damage, problem: str) -> None:
    """A pull request is judged by main's; once it is main's, nothing is recorded; once mended, nothing is lost."""
    good = repo.adopted().read("policy.yaml")
    before = repo.ledger
    repo.branch("broken")
    damage(repo)
    assert_told(repo.run("check"), 2, "launchwindow: policy.yaml:", problem)
    repo.edit(FILE, HOME, NEW_HOME)
    repo.commit()
    assert_told(repo.run("plan"), 0, "return_to_sp_url")
    commit = repo.merge("broken")
    for command in (("request",), ("status",), ("release",), ("explain-date", SUBJECT)):
        told = repo.run(*command)
        assert_told(told, 2, f"launchwindow: {commit[:12]}:policy.yaml:", problem)
        assert_harmless(told)
    assert repo.ledger == before
    repo.branch("mend")
    (repo.path / "policy.yaml").unlink(missing_ok=True)
    repo.write("policy.yaml", good)
    repo.commit()
    repo.merge("mend")
    recorded = repo.run_json("request")["change_requests"]
    assert [one["id"] for one in recorded] == [f"{SUBJECT}@{commit[:12]}"]
    assert recorded[0]["window"] == "2026-12-10", "the review of the merge counts by the policy that was in force"


def test_a_policy_that_is_no_file(repo: Repository) -> None:
    replaced("policy.yaml", os.mkfifo)(repo)
    assert_told(repo.run("check"), 2, "policy.yaml: this is no regular file")
    replaced("policy.yaml", os.mkdir)(repo)
    assert_told(repo.run("check"), 2, "policy.yaml: this is no regular file")


PARTNERS: dict[str, Damage] = {
    "removed": gone("partners/exa.yaml"),
    "broken-utf8": written("partners/exa.yaml", b"\xff"),
    "list": written("partners/exa.yaml", b"- a\n"),
    "link": replaced("partners/exa.yaml", link("/etc/passwd")),
    "wrong-types": written("partners/exa.yaml", b"name: [x]\nagency_id: {a: b}\nteams: 7\nagreements: {x: 1}\n"),
}


@pytest.mark.parametrize("damage", PARTNERS.values(), ids=PARTNERS)
def test_a_partner_file_that_is_wrong_on_main_moves_no_app_to_another_agency(repo: Repository, damage: Damage) -> None:
    """Its apps stay as they were: without the number of the agency every user would get a new UUID."""
    number = next(
        line.split()[1] for line in repo.read("partners/exa.yaml").split("\n") if line.startswith("agency_id")
    )
    repo.adopted()
    repo.branch("broken")
    damage(repo)
    assert_told(repo.run("check"), 1, "exa.yaml")
    repo.commit()
    repo.merge("broken")
    assert_told(repo.run("request"), 0, f"warning: {SUBJECT}: its file or its partner's can't be read")
    repo.run("release", now=WINDOW)
    files = repo.ledger_files()["idp/production/service_providers.yml"]
    assert "active: true" in files
    assert f"agency_id: {number}" in files


def test_a_certificate_that_became_a_link_is_never_released(repo: Repository) -> None:
    repo.adopted()
    repo.branch("link")
    replaced(CERTIFICATE, link("/etc/passwd"))(repo)
    repo.commit()
    repo.merge("link")
    assert_told(repo.run("request"), 0, "certificate-missing")
    assert_told(repo.run("release", now=WINDOW), 1, "Due, but not released", "certificate-missing")
    names = [path for path in repo.ledger_files() if path.startswith("idp/production/certs/sp/")]
    assert len(names) == 1


HEAD = "format: 1\nmain: {main}\nseen: {{commit: {commit}, at: {at}}}\nmerges: 0\nnext_windows: {windows}\n"
GOOD = {"main": "main", "commit": "1" * 40, "at": "2026-11-20T17:00:00Z", "windows": "{}"}
NOBODY = "subject: {subject}\nissuer: x\nreleased: null\nconfirmed: null\nearlier: []\npast: []\nschedule: {{}}\ncert_files: {{}}\ncertificates_since: null\ntaken_back: []\nrollback: null\n"  # noqa: E501
OPEN = "requests/open/production/exa/benefits-finder/111111111111.yaml"
DEPLOYED = "deployed/production/exa/benefits-finder.yaml"
LEDGERS = {
    "missing": ("ledger.yaml", None, "is missing"),
    "truncated": ("ledger.yaml", b'format: 1\nmain: "ma', "never closed"),
    "format-99": ("ledger.yaml", b"format: 99\n", "format 99 is not known"),
    "no-keys": ("ledger.yaml", b"format: 1\n", "lacks 'seen'"),
    "main-a-number": ("ledger.yaml", HEAD.format(**{**GOOD, "main": "3"}).encode(), "names no branch"),
    "commit-an-option": ("ledger.yaml", HEAD.format(**{**GOOD, "commit": "--output=x"}).encode(), "no commit of it"),
    "commit-a-number": ("ledger.yaml", HEAD.format(**{**GOOD, "commit": "3"}).encode(), "expected string"),
    "time-without-offset": ("ledger.yaml", HEAD.format(**{**GOOD, "at": "2026-11-20T17:00:00"}).encode(), "no offset"),
    "windows-a-list": ("ledger.yaml", HEAD.format(**{**GOOD, "windows": "[1]"}).encode(), "damaged"),
    "request-garbage": (OPEN, b"\x00\x01", "A control character stands here."),
    "request-broken-utf8": (OPEN, b"\xff", "is not UTF-8"),
    "request-bomb": (OPEN, b"a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "Anchors and aliases are not read."),
    "request-nested": (OPEN, b"[" * 100_000, "Nested deeper than 50 levels."),
    "request-half": (OPEN, b"id: production/exa/benefits-finder@111111111111\n", "lacks"),
    "deployed-scalar": (DEPLOYED, b"hello", "no mapping"),
    "deployed-elsewhere": (DEPLOYED, NOBODY.format(subject="../../x").encode(), "belongs in deployed/../../x.yaml"),
    "deployed-a-number": (DEPLOYED, NOBODY.format(subject="3").encode(), "/subject is of the wrong kind"),
    "window-no-date": ("windows/production/garbage.yaml", b"x: y", "isoformat"),
}


@pytest.mark.few(6)
@pytest.mark.parametrize(("path", "content", "problem"), LEDGERS.values(), ids=LEDGERS)
def test_a_damaged_ledger_is_never_written_to(repo: Repository, path: str, content: bytes | None, problem: str) -> None:
    repo.adopted().change(HOME, NEW_HOME)
    tip = repo.write_ledger({path: content})
    lever = ("--by", "reviewer@login.gov", "--reason", "x")
    for command in (
        ("plan",), ("request",), ("status",), ("explain-date", SUBJECT), ("release",), ("adopt", "HEAD"),
        ("confirm", "--by", "me", "--note", "x"), ("hold", f"{SUBJECT}@1", *lever),
    ):  # fmt: skip
        told = repo.run(*command, now=WINDOW)
        assert_told(told, 2, problem)
        assert told.err.startswith(f"launchwindow: launchwindow-ledger:{path}"), command
        assert len(told.err.splitlines()) == 1
    assert repo.ledger == tip


def test_a_ledger_branch_that_is_something_else(repo: Repository) -> None:
    repo.adopted()
    repo.write_ledger({"README.md": b"My notes"}, parents=())
    assert_told(repo.run("request"), 2, "launchwindow-ledger:ledger.yaml is missing")
    lost = repo.path / ".git/refs/heads/launchwindow-ledger"
    lost.write_text("1" * 40 + "\n")
    for command in (("request",), ("adopt", "HEAD"), ("plan",)):
        assert_told(repo.run(*command), 2, "refs/heads/launchwindow-ledger leads to no commit")


@pytest.mark.parametrize("command", [("request",), ("status",), ("release",), ("explain-date", SUBJECT),
                                     ("confirm", "--by", "me", "--note", "x")], ids=lambda words: words[0])  # fmt: skip
def test_a_missing_ledger_branch(repo: Repository, command: tuple[str, ...]) -> None:
    assert_told(repo.run(*command), 2, "There is no ledger yet", "launchwindow adopt REV")
    repo.adopted()
    repo.git("branch", "-D", "launchwindow-ledger")
    assert_told(repo.run(*command), 2, "There is no ledger yet", "launchwindow adopt REV")
    assert repo.ledger == ""


def test_a_blob_that_git_has_lost_is_not_taken_for_a_missing_file(repo: Repository) -> None:
    repo.adopted().change(HOME, NEW_HOME)
    before = repo.ledger
    repo.file_of(f"HEAD:{FILE}").unlink()
    assert_told(repo.run("request"), 2, f"launchwindow: {FILE}: git has lost its content")
    assert_told(repo.run("check", "--staged"), 2, f"launchwindow: {FILE}: git has lost its content")
    assert repo.ledger == before


def test_main_that_was_rewritten(repo: Repository) -> None:
    recorded = repo.adopted().change(HOME, NEW_HOME)
    assert_told(repo.run("request"), 0)
    before = repo.ledger
    repo.git("checkout", "--quiet", "--orphan", "other")
    other = repo.commit("Another history")
    repo.git("branch", "--force", "main", "other")
    for command in (("request",), ("status",), ("release",)):
        assert_told(repo.run(*command), 1, "main was rewritten", recorded[:12], other[:12], "Nothing was recorded")
    assert repo.ledger == before


def test_a_clock_that_is_behind_the_ledger_records_nothing(repo: Repository) -> None:
    """Else notice would begin before anybody had asked, and end as early."""
    repo.adopted().change(HOME, NEW_HOME)
    before = repo.ledger
    told = repo.run("request", now="2020-01-01T00:00:00Z")
    assert_told(told, 2, "2020-01-01T00:00:00Z by this clock", "2026-11-20T17:00:00Z", "Set the clock")
    assert repo.ledger == before
    # The clocks of two machines may differ a little.
    assert_told(repo.run("request", now="2026-11-20T11:58:00-05:00"), 0)


@pytest.mark.parametrize("date", ["0 +0000", "99999999999 +0000", "4294967296 -1200"])
def test_a_commit_may_claim_any_time(repo: Repository, date: str) -> None:
    """It was merged not before the ledger last saw main without it, nor after now."""
    repo.adopted()
    repo.edit(FILE, HOME, NEW_HOME)
    repo.git("add", "--all")
    env = {"GIT_AUTHOR_DATE": f"@{date}", "GIT_COMMITTER_DATE": f"@{date}"}
    repo.git("commit", "--quiet", "-m", "Change\n\nReviewed-by: R <reviewer@login.gov>", env=env)
    merged = repo.run_json("request")["change_requests"][0]["merged_at"]
    assert merged == ("2026-11-20T17:00:00Z" if date.startswith("0") else "2026-11-24T15:00:00Z")


NO_TIME, NO_YEAR = "write it like 2026-11-24T09:30:00-05:00", "outside the years 2000 to 2999"
TIMES = {"2026-11-24": NO_TIME, "2026-11-24T10:00:00": NO_TIME, "soon": NO_TIME, "": NO_TIME,
         "9999-12-31T23:59:59Z": NO_YEAR, "0001-01-01T00:00:00+14:00": NO_YEAR}  # fmt: skip


@pytest.mark.parametrize(("time", "problem"), TIMES.items())
def test_a_time_that_cannot_be_meant(repo: Repository, time: str, problem: str) -> None:
    assert_told(repo.run("check", now=time), 2, "argument --now", problem)


REVISIONS = ("-x", "--all", "--output=x", "HEAD\nFORGED", "HEAD:apps", f"HEAD:{FILE}", "a..b", "^HEAD", "HEAD~99", "",
             "main\0", "x" * 100_000, "\udcff", "\x1b[2J", ":0:policy.yaml")  # fmt: skip


@pytest.mark.parametrize("revision", REVISIONS, ids=[ascii(one)[:20] for one in REVISIONS])
def test_a_revision_that_is_none(repo: Repository, revision: str) -> None:
    for command in (("adopt", "--", revision), ("plan", f"--head={revision}"), ("plan", f"--base={revision}")):
        told = repo.run(*command)
        assert_told(told, 2, "launchwindow: ")
        assert_harmless(told)
    assert repo.ledger == ""


REMOTES = ("-x", "--upload-pack=touch pwned", "ext::sh -c touch% pwned", "nowhere", "", "../x", "\x1b[2J", "a\nFORGED")


@pytest.mark.parametrize("remote", REMOTES, ids=ascii)
def test_a_remote_is_a_name_and_no_command(repo: Repository, remote: str) -> None:
    repo.adopted()
    for command in (("status",), ("request",), ("plan",), ("release",)):
        assert_told(repo.run(*command, f"--remote={remote}"), 2, "There is no remote", "git remote")
    assert not (repo.path / "pwned").exists()


def test_what_is_wrong_with_a_command_is_told_by_its_name() -> None:
    assert "\nlaunchwindow windows: error: " in run("windows", "--count", "0").err
    assert run("windows", "--help").out.startswith("usage: launchwindow windows [-h]")


def test_what_the_command_line_names_is_repeated_harmlessly(repo: Repository, tmp_path: Path) -> None:
    repo.adopted()
    odd = "\x1b[2J\u202e\x9b31m"
    lever = ("--by", odd, "--reason", "x")
    for command, status in (
        (("explain", odd), 2), (("hold", odd, *lever), 1), (("release", "--environment", odd), 2),
        (("explain-date", f"{odd}/a/b"), 1), (("status", odd), 2), (("check", odd), 2), ((odd,), 2),
        (("confirm", "--seen", str(tmp_path / odd)), 2), (("adopt", "HEAD", f"--main={odd}"), 2),
        (("windows", "--ics", str(tmp_path / odd / odd)), 2), (("windows", "--from", odd), 2),
        (("windows", "--count", "²"), 2), (("windows", "--from", "9999-12-01"), 2),
        (("drift", "--seen", str(tmp_path / odd)), 2), (("export", "--to", str(tmp_path / odd / odd)), 2),
        (("export", "--to", str(tmp_path / "x"), "--commit", odd), 2),
        (("export", "--environment", odd, "--to", odd), 2),
        (("import", str(tmp_path / odd), "--into", str(tmp_path / "x")), 2),
    ):  # fmt: skip
        told = repo.run(*command)
        assert_told(told, status)
        assert_harmless(told)


def named_oddly(alternative: bytes, again: bytes = b"", edits: Mapping[bytes, bytes] = MappingProxyType({})) -> bytes:
    """A certificate for `secure.login.gov` with these bytes as its alternative names, or twice; edited afterwards."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "secure.login.gov")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(2**63 + 7).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2028, 1, 1, tzinfo=UTC))
    for number, value in (("17", alternative), ("18", again)):
        extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(f"2.5.29.{number}"), value)
        builder = builder.add_extension(extension, critical=False) if value else builder
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    # Nobody asks for the signature, so the second one's number can be made that of the first.
    for old, new in {b"\x55\x1d\x12": b"\x55\x1d\x11", **edits}.items():
        der = der.replace(old, new)
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    ("alternative", "again"),
    [(b"\x30\x04\x82\x02ab", b"\x30\x04\x82\x02ab"), (b"\x30\x04\xa3\x02\x30\x00", b""), (b"\xff", b"")],
    ids=["twice", "of X.400", "damaged"],
)
def test_alternative_names_that_cannot_be_read(repo: Repository, alternative: bytes, again: bytes) -> None:
    """The certificate's other names are still looked at."""
    repo.write(CERTIFICATE, named_oddly(alternative, again))
    assert_told(repo.run("check"), 1, "error certificate-foreign", "it names “secure.login.gov”")


def test_names_that_cannot_be_read(repo: Repository) -> None:
    """A common name that is a string of bits; the alternative names are still looked at."""
    host = b"secure.login.gov"
    bits = {b"\x0c\x10" + host: b"\x03\x10\x00" + host[1:]}
    repo.write(CERTIFICATE, named_oddly(b"\x30\x12\x82\x10" + host, edits=bits))
    assert_told(repo.run("check"), 1, "error certificate-foreign", "it names “secure.login.gov”")
    # The same as a directory's name among the alternative ones.
    name = b"\x30\x1d\xa4\x1b\x30\x19\x31\x17\x30\x15\x06\x03\x55\x04\x0a\x03\x0e\x00" + host[1:14]
    repo.write(CERTIFICATE, named_oddly(name))
    assert_told(repo.run("check"), 1, "error certificate-foreign", "it names “secure.login.gov”")


SEEN = {
    "empty": b"", "list": b"- a", "broken-utf8": b"\xff", "nested": b"production: " + b"[" * 100_000,
    "bomb": b"a: &a [x, x]\nproduction: {x: *a}\n", "ruby": b"production:\n  x: !ruby/object:Foo {}\n",
}  # fmt: skip


@pytest.mark.parametrize("content", SEEN.values(), ids=SEEN)
def test_what_was_seen_cannot_be_read(repo: Repository, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "seen.yml").write_bytes(content)
    before = repo.adopted().ledger
    assert_told(repo.run("confirm", "--seen", str(tmp_path / "seen.yml")), 2, "seen.yml:")
    assert_told(repo.run("confirm", "--seen", str(tmp_path)), 2, "can't be read")
    assert repo.ledger == before


@pytest.mark.parametrize("command", ["confirm", "drift"])
def test_what_was_seen_never_ends(repo: Repository, command: str) -> None:
    """It may be a pipe, which has no size to be asked for; here it is told by its content that it is too much."""
    repo.adopted()
    assert_told(repo.run(command, "--seen", "/dev/zero"), 2, "/dev/zero has more than 64 MiB")


def test_a_repository_that_begins(repo: Repository, tmp_path: Path) -> None:
    """Nothing is committed, or not even written: each command says what comes first."""
    empty = tmp_path / "empty"
    empty.mkdir()
    repo.git("init", "--quiet", "--initial-branch=main", str(empty))
    assert_told(run("check", "--repo", str(empty)), 2, "begin with `launchwindow init`")
    for command in (("adopt", "--nothing"), ("doctor",)):
        assert_told(run(*command, "--repo", str(empty)), 2, "has no commits yet", "`git add --all && git commit`")


@pytest.mark.parametrize("place", [".git/x", ".git/refs/heads/x", "link/x"])
def test_nothing_is_written_among_what_git_has(repo: Repository, tmp_path: Path, place: str) -> None:
    repo.adopted()
    (repo.path / "link").symlink_to(".git")
    target, seen = repo.path / place, tmp_path / "idp"
    assert_told(repo.run("export", "--to", str(seen)), 0)
    before = sorted((repo.path / ".git").rglob("*"))
    for command in (
        ("board", "--output", f"{target}"), ("export", "--to", f"{target}"), ("export", "--to", f"{target}.tgz"),
        ("windows", "--ics", f"{target}.ics"), ("import", f"{seen}/service_providers.yml", "--into", f"{target}"),
        ("init", f"{target}", "--action", f"o/n@{'0' * 40}", "--reviewer", "a@b.gov:a", "--reviewer", "b@b.gov:b"),
    ):  # fmt: skip
        assert_told(repo.run(*command), 2, f"{target}", "lies in a .git, where only git may write")
    assert sorted((repo.path / ".git").rglob("*")) == before


COMMANDS = (("plan",), ("request",), ("status",), ("release",), ("explain-date", SUBJECT), ("adopt", "HEAD"))


def test_a_shallow_clone(repo: Repository, tmp_path: Path) -> None:
    repo.change(HOME, NEW_HOME)
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    for command in COMMANDS:
        told = _elsewhere(repo, tmp_path / "shallow", *command)
        assert_told(told, 2, "This clone is shallow", "git fetch --unshallow", "fetch-depth: 0")
    assert_told(_elsewhere(repo, tmp_path / "shallow", "check"), 0)


def test_a_repository_with_no_commits(repo: Repository, tmp_path: Path) -> None:
    repo.git("init", "--quiet", "--initial-branch=main", str(tmp_path / "empty"))
    for command in COMMANDS:
        told = _elsewhere(repo, tmp_path / "empty", *command)
        assert_told(told, 2, "launchwindow: There is no ")
    assert_told(_elsewhere(repo, tmp_path / "empty", "check"), 2, "policy.yaml: there is none")


def test_outside_of_a_repository(repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "file").touch()
    for command in COMMANDS:
        assert_told(_elsewhere(repo, tmp_path / "outside", *command), 2, "outside is no git repository")
        assert_told(_elsewhere(repo, tmp_path / "file", *command), 2, "there is no such folder")
        assert_told(_elsewhere(repo, tmp_path / "absent", *command), 2, "there is no such folder")
    shutil.rmtree(repo.path / ".git")
    assert_told(repo.run("check"), 0)
    assert_told(repo.run("check", "--staged"), 2, "not a git repository")


def test_a_repository_that_git_does_not_read(repo: Repository) -> None:
    (repo.path / ".git/config").write_text("[core\n", encoding="utf-8")
    for command in COMMANDS:
        assert_told(repo.run(*command), 2, "git can't read this repository: fatal: bad config line 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a repository away")
def test_a_repository_of_another_owner(repo: Repository) -> None:
    """As a container has it that runs under another user than the one who cloned."""
    for path in (repo.path, repo.path / ".git"):
        os.chown(path, 65534, 65534)
    for command in COMMANDS:
        assert_told(repo.run(*command), 2, "git can't read this repository: fatal: detected dubious ownership")


def test_a_detached_head(repo: Repository) -> None:
    repo.git("checkout", "--quiet", "--detach")
    assert_told(repo.run("check"), 0)
    assert_told(repo.run("plan"), 0)
    assert_told(repo.run("adopt", "HEAD", "--main", "main"), 0)
    assert_told(repo.run("request"), 0)


def test_a_main_that_is_not_there(repo: Repository) -> None:
    repo.adopted().branch("other")
    repo.git("branch", "-D", "main")
    for command in (("request",), ("status",), ("release",)):
        assert_told(repo.run(*command), 2, "There is no branch refs/heads/main", "git branch main COMMIT")


def test_a_ledger_that_cannot_be_written(repo: Repository) -> None:
    repo.adopted().change(HOME, NEW_HOME)
    before = repo.ledger
    lock = repo.path / ".git/refs/heads/launchwindow-ledger.lock"
    lock.touch()
    for command in (("request",), ("release",)):
        assert_told(repo.run(*command, now=MERGED), 2, f"The ledger can't be written: {lock}: ", "remove the file")
    lock.unlink()
    assert repo.ledger == before
    assert_told(repo.run("request"), 0, "1 change request")


def _elsewhere(repo: Repository, folder: Path, *command: str) -> Result:
    return repo.run("--repo", str(folder), *command)
