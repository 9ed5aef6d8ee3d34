"""The scenes of operations.md: one story of a deployer's bad weeks, in a clone whose remote `origin` has the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from shutil import copytree, rmtree

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support.pages import Stage
from support.repository import FILE, LEDGER
from support.rotations import NEW
from support.scenes.overview import KIOSK, URIS, at, only

THERE = f"refs/remotes/origin/{LEDGER}"
ROOM = "apps/npa/reading-room/production.yaml"
FORMS = "apps/exa/forms-library/production.yaml"
TRAILS = "apps/hld/trail-pass/production.yaml"


def with_origin(stage: Stage) -> None:
    """Give the repository a remote that has main and the ledger, and a folder that the IdP was seeded from."""
    repository = stage.repository
    stage.repository.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", "../origin.git")
    repository.git("remote", "add", "origin", "../origin.git")
    repository.git("push", "--quiet", "origin", "main", LEDGER)
    repository.git("branch", "--quiet", "-D", LEDGER)
    (repository.path.parent / "idp").mkdir()
    seed(stage)


def seed(stage: Stage) -> None:
    """What the ledger has for the IdP is in ../idp, and the IdP runs it."""
    stage.shell(f"git archive {THERE}:idp/production | tar -x -C ../idp", at("2026-11-20", "12:00"))
    run_by_idp(stage)


def run_by_idp(stage: Stage) -> None:
    """The IdP runs what it was seeded with: it exports it to ../idp-has."""
    folder = stage.repository.path.parent
    rmtree(folder / "idp-has", ignore_errors=True)
    copytree(folder / "idp", folder / "idp-has")


def merged(stage: Stage, branch: str, day: str, clock: str = "10:00", *, to: str | None = None) -> None:
    """A branch that was approved and merged on the remote."""
    repository = stage.repository
    repository.git("checkout", "--quiet", "-B", "main", "origin/main")
    repository.merge(branch, at=at(day, clock), message=to or f"Merge {branch}")
    repository.git("push", "--quiet", "origin", "main")


def changed(stage: Stage, path: str, old: str, new: str, day: str, message: str) -> None:
    """A change that somebody made, approved and merged on the remote."""
    repository = stage.repository
    repository.git("checkout", "--quiet", "-B", "main", "origin/main")
    repository.change(old, new, path=path, at=at(day, "10:00"), message=message)
    repository.git("push", "--quiet", "origin", "main")


def window(stage: Stage, *days: str) -> None:
    """The window's runs of some days."""
    for day in days:
        stage.ok("release", "--remote", "origin", now=at(day, "09:30"))


def then(stage: Stage) -> str:
    """Ten minutes later."""
    return (datetime.fromisoformat(stage.now) + timedelta(minutes=10)).isoformat()


def missed(stage: Stage) -> str:
    with_origin(stage)
    changed(stage, FILE, URIS, f"{URIS[:-1]}, {KIOSK}]", "2026-11-24", "Let people come back to the kiosk page")
    stage.ok("request", "--remote", "origin", now=at("2026-11-24", "10:05"))
    window(stage, "2026-11-30", "2026-12-03", "2026-12-07")
    return at("2026-12-11", "09:00")


def next_window(stage: Stage) -> str:
    folder = stage.repository.path.parent
    copytree(folder / "idp-has", folder / "idp-had")
    return at("2026-12-14", "09:30")


def half_seeded(stage: Stage) -> str:
    """The seed stopped before this app's new address."""
    folder = stage.repository.path.parent
    rmtree(folder / "idp-has")
    copytree(folder / "idp-had", folder / "idp-has")
    return at("2026-12-14", "14:00")


def wrong(stage: Stage) -> str:
    window(stage, "2026-12-17")
    seed(stage)
    seen = ("--seen", "../idp-has/service_providers.yml")
    stage.ok("confirm", *seen, "--remote", "origin", now=at("2026-12-17", "15:00"))
    return at("2026-12-18", "10:00")


def rolled_back(stage: Stage) -> str:
    branches = stage.repository.git("for-each-ref", "--format=%(refname:short)", "refs/remotes/origin/rollback")
    merged(stage, branches, "2026-12-18", "13:00", to="Go back to what ran before")
    return at("2026-12-18", "13:05")


def seeded(stage: Stage) -> str:
    run_by_idp(stage)
    return then(stage)


def off_branch(stage: Stage) -> str:
    """The app has a change in notice."""
    changed(stage, ROOM, "default_aal: 2", "default_aal: 3", "2026-12-18", "Ask for a stronger second factor")
    stage.ok("request", "--remote", "origin", now=at("2026-12-18", "16:00"))
    return at("2026-12-21", "10:00")


def off_merged(stage: Stage) -> str:
    merged(stage, "switch-off", "2026-12-21", "11:00")
    return at("2026-12-21", "11:05")


def urgent(stage: Stage) -> str:
    old = "  - https://trailpass.hld.gov/auth/result\n"
    changed(
        stage, TRAILS, old, f"{old}  - https://trailpass.hld.gov/auth/web\n", "2026-12-22", "Sign in on the web too"
    )
    stage.ok("request", "--remote", "origin", now=at("2026-12-22", "10:05"))
    return at("2026-12-22", "14:00")


def leaked(stage: Stage) -> str:
    seed(stage)
    stage.ok("confirm", "--seen", "../idp-has/service_providers.yml", "--remote", "origin", now=then(stage))
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"no key of anybody's, for a test.")
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    stage.repository.write("apps/exa/benefits-finder/certs/2026.key", text)
    return at("2027-01-12", "10:00")


def compromised(stage: Stage) -> str:
    (stage.repository.path / "apps/exa/benefits-finder/certs/2026.key").unlink()
    (stage.repository.path.parent / "new.pem").write_bytes(NEW)
    return at("2027-01-12", "10:20")


def key_merged(stage: Stage) -> str:
    merged(stage, "new-key", "2027-01-12", "11:00")
    return at("2027-01-12", "11:05")


def deleted(stage: Stage) -> str:
    stage.repository.git("-C", "../origin.git", "update-ref", "-d", f"refs/heads/{LEDGER}")
    return at("2027-01-13", "10:00")


def by_hand(stage: Stage, files: dict[str, bytes | None]) -> None:
    """Somebody writes the ledger by hand, and pushes it."""
    repository = stage.repository
    repository.git("branch", LEDGER, THERE)
    repository.write_ledger(files)
    repository.git("push", "--quiet", "origin", LEDGER)
    repository.git("branch", "--quiet", "-D", LEDGER)


def damaged(stage: Stage) -> str:
    by_hand(stage, {"ledger.yaml": b"format: [\n"})
    return at("2027-01-13", "12:00")


def altered(stage: Stage) -> str:
    """What is asked for is approved, and then says that something else was."""
    app = "production/exa/forms-library"
    [merge] = stage.open_requests(app)
    by = ("--by", "reviewer@login.gov", "--remote", "origin")
    stage.ok("approve", f"{app}@{merge}", "--note", "Seen.", *by, now=at("2027-01-15", "11:00"))
    stage.ok("short-notice", f"{app}@{merge}", "--reason", "It moved.", *by, now=at("2027-01-15", "11:10"))
    path = f"requests/open/{app}/{merge}.yaml"
    text = stage.repository.git("show", f"{THERE}:{path}")
    digest = text.partition('digest: "')[2][:64]
    by_hand(stage, {path: text.replace(digest, "0" * 64).encode() + b"\n"})
    return at("2027-01-19", "10:00")


def nothing_left(stage: Stage) -> str:
    """No clone has it, and what was merged last is not deployed."""
    old = "return_to_sp_url: https://forms.exa.gov/"
    changed(stage, FORMS, old, f"{old}start", "2027-01-13", "Bring people back to the start")
    stage.repository.git("-C", "../origin.git", "update-ref", "-d", f"refs/heads/{LEDGER}")
    return at("2027-01-14", "10:00")


def rewritten(stage: Stage) -> str:
    """The newest merge has another message now."""
    stage.cwd = stage.repository.path
    repository = stage.repository
    repository.git("checkout", "--quiet", "-B", "main", "origin/main")
    repository.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "Say it better")
    repository.git("push", "--quiet", "--force", "origin", "main")
    return at("2027-01-15", "10:00")


def down(stage: Stage) -> str:
    """Reviews are read from GitHub by now, and the last merge is not recorded yet."""
    old = "return_to_sp_url: https://trailpass.hld.gov/"
    changed(stage, TRAILS, old, f"{old}start", "2027-01-19", "Bring people back to the start")
    stage.ok("request", "--remote", "origin", now=at("2027-01-19", "11:50"))
    request = f"production/hld/trail-pass@{stage.open_requests('production/hld/trail-pass')[-1]}"
    by = ("--by", "reviewer@login.gov", "--reason", "the page moved")
    stage.ok("short-notice", request, *by, "--remote", "origin", now=at("2027-01-19", "11:55"))
    on_github = ("--remote", "origin", "--github", "example/partners")
    stage.ok("request", *on_github, now=at("2027-01-19", "12:00"), env={"GITHUB_TOKEN": "none"})
    changed(stage, FORMS, "friendly_name: ", "friendly_name: The ", "2027-01-20", "Call it what it is")
    return at("2027-01-21", "15:00")


SCENES = {
    scene.__name__.replace("_", "-"): scene
    for scene in (
        missed, next_window, then, half_seeded, wrong, rolled_back, seeded, off_branch, off_merged, urgent, leaked,
        compromised, key_merged, deleted, damaged, nothing_left, rewritten, altered, down,
    )
} | {"mended": only("2026-12-15", "11:00")}  # fmt: skip
