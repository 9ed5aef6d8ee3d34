"""Fleets for the board: one with every situation in it, and one in which every text means harm."""

from __future__ import annotations

from pathlib import Path

from support.repository import FILE, SUBJECT, Repository

NOW = "2026-12-11T10:00:00-05:00"
"""The day after the window of 2026-12-10, whose release nobody has confirmed."""
TRAILS, FORMS = "apps/hld/trail-pass/production.yaml", "apps/exa/forms-library/production.yaml"
READING, RESEARCHERS = "apps/npa/reading-room/production.yaml", "apps/npa/researcher-card/production.yaml"
BY = ("--by", "deployer@login.gov")


def story(folder: Path) -> Repository:
    """Overdue, scheduled, held and unapproved requests, history, a freeze, a closure and a window that was moved."""
    repo = Repository(folder, whole_fleet=True)
    repo.adopted()
    early, before, late = "2026-11-20T13:00:00-05:00", "2026-11-24T10:00:00-05:00", "2026-12-10T12:00:00-05:00"
    repo.change(
        "return_to_sp_url: https://benefits.exa.gov/",
        "return_to_sp_url: https://benefits.exa.gov/home",
        at=early,
        message="Send people home after signing in",
    )
    repo.change("freezes: []", "freezes: [{from: 2026-12-28, to: 2027-01-01, reason: year-end freeze}]",
                path="policy.yaml", at=early, message="Freeze the end of the year")  # fmt: skip
    repo.change("closures: []", "closures: [{date: 2026-12-24, reason: executive order}]",
                path="policy.yaml", at=early, message="Close the offices")  # fmt: skip
    repo.change("moved: {}", "moved: {2027-02-04: 2027-02-03}", path="policy.yaml", at=early, message="Move one")
    uris = "redirect_uris: [https://benefits.exa.gov/auth/result"
    repo.change(uris, f"{uris}, https://benefits.exa.gov/auth/kiosk", at=before,
                message="Let people come back to the kiosk page")  # fmt: skip
    _done(repo, before, "request")
    _done(repo, "2026-12-07T10:00:00-05:00", "release")
    _done(repo, "2026-12-07T12:00:00-05:00", "confirm", *BY, "--note", "Seen in the portal.")
    _done(repo, "2026-12-10T10:00:00-05:00", "release")
    repo.change("default_aal: 2", "default_aal: 3", at=late, message="Ask for a second factor that resists phishing",
                reviewed_by=None)  # fmt: skip
    held = repo.change("friendly_name: Trail Pass", "friendly_name: Trails", path=TRAILS, at=late,
                       message="Rename the trails")  # fmt: skip
    repo.change("return_to_sp_url:", "# Where people land.\nreturn_to_sp_url:", path=READING, at=late,
                message="Say what it is")  # fmt: skip
    repo.change("logo: logo.png", "logo: logo.png\npush_notification_url: https://forms.exa.gov/risc", path=FORMS,
                at=late, message="Hear of it when an account is in danger")  # fmt: skip
    repo.change("ial: ", "description: For those who do research here.\nial: ", path=RESEARCHERS, at=late,
                message="Describe the card")  # fmt: skip
    _done(repo, late, "request")
    identity = f"production/hld/trail-pass@{held[:12]}"
    _done(repo, late, "hold", identity, *BY, "--reason", "the partner asked to wait")
    return repo


def _done(repo: Repository, now: str, *arguments: str) -> None:
    result = repo.run(*arguments, now=now)
    assert result.status == 0, result.text


MARKUP = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\"&amp; `x`"
TURNED = "\u202eevil\u2066\u200b\x1b[31m"
HOSTILE_NAME = f"{MARKUP} {TURNED}"


def hostile(folder: Path) -> Repository:
    """Markup, quotes, addresses of scripts and text that turns around, wherever a partner writes."""
    repo = Repository(folder, whole_fleet=True)
    name = MARKUP.replace("'", "''")
    repo.edit(FILE, "friendly_name: Benefits Finder", f"friendly_name: '{name} \u202eevil'")
    repo.edit(FILE, "return_to_sp_url: https://benefits.exa.gov/", "return_to_sp_url: \"javascript:alert('owned')\"")
    repo.edit(FILE, "redirect_uris: [", "redirect_uris: ['https://benefits.exa.gov/\" onclick=\"alert(1)', "
              "'data:text/html,<script>alert(1)</script>', ")  # fmt: skip
    partner = repo.read("partners/exa.yaml")
    line = next(one for one in partner.splitlines() if one.startswith("name:"))
    repo.write("partners/exa.yaml", partner.replace(line, f"name: '{name}'"))
    repo.base = repo.commit("Add harm", at="2026-11-20T10:00:00-05:00")
    repo.adopted()
    at = "2026-11-24T10:00:00-05:00"
    first = repo.change("default_aal: 2", "default_aal: 3", at=at, message=HOSTILE_NAME)
    repo.change("ial: ", f"push_notification_url: '{name}'\nial: ", path=TRAILS, at=at, message=HOSTILE_NAME[::-1])
    _done(repo, at, "request")
    _done(repo, at, "hold", f"{SUBJECT}@{first[:12]}", "--by", MARKUP, "--reason", HOSTILE_NAME)
    return repo
