"""The demo's story: an app of the example fleet gets a second redirect URI, from a refused commit to confirmation."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from textwrap import fill
from typing import TYPE_CHECKING

from launchwindow.days import name
from launchwindow.model.errors import NotPossible
from launchwindow.model.named import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from launchwindow.io.demo_shell import DemoShell
    from launchwindow.model.window import Window
    from launchwindow.windows import Calendar

APP_FILE = "apps/exa/benefits-finder/production.yaml"
_APP = "production/exa/benefits-finder"
_BEFORE = "redirect_uris: [https://benefits.exa.gov/auth/result]"
_WRONG = "redirect_uris: [https://benefits.exa.gov/auth/result, http://benefits.exa.gov/auth/kiosk]"
_RIGHT = "redirect_uris: [https://benefits.exa.gov/auth/result, https://benefits.exa.gov/auth/kiosk]"
_BRANCH = "benefits/kiosk"
_SUBJECT = "Let people come back to the kiosk page"
_LEDGER = "refs/heads/launchwindow-ledger"
"""In full: git prefers a tag of the same name."""
_IDP_FILE = "idp/production/service_providers.yml"
_ADOPTED = date(2026, 11, 20)
_ASKED = date(2026, 11, 24)
"""The Tuesday before Thanksgiving: the next window is on an alternate day, and comes before the notice is over."""
_PARTNER = ("Dana Example", "benefits-dev@exa.gov")
_OPERATIONS = ("Operations", "operations@login.gov")


class Story(NamedTuple):
    """The stage, and what the clone's own policy says: its time zone, enough reviewers' addresses, its windows."""

    shell: DemoShell
    zone: ZoneInfo
    reviewers: Sequence[str]
    calendar: Calendar

    def at(self, day: date, clock: str) -> datetime:
        """A time of day, such as 09:30, in the policy's time zone."""
        return datetime.combine(day, time.fromisoformat(clock), tzinfo=self.zone)

    def scene(self, moment: datetime, title: str, text: str, who: tuple[str, str] = _OPERATIONS) -> None:
        """A heading with the simulated time, and what happens now. Whoever commits in it is `who`."""
        self.shell.act_as(*who, moment)
        heading = f"── {name(moment.date())}, {moment:%H:%M} ── {title} "
        self.shell.say(f"{heading:─<110}\n\n{_paragraph(text)}\n")


def tell(story: Story, source: str) -> None:
    """All scenes in their order. `source` says what was cloned, ready to be shown."""
    story.shell.say(_paragraph(
        f"One change's whole life, by the real commands, in a throw-away clone ({source}). Only the clock is "
        "simulated: --now gives launchwindow the time."
    ) + "\n")  # fmt: skip
    _begin(story)
    _refused_commit(story)
    _fixed_commit(story)
    _pull_request(story)
    _merge(story)
    window = _change_request(story)
    _early_windows(story, window)
    _release(story, window)
    _confirmation(story, window)
    story.shell.say(_paragraph(
        "That was one change: asked for, judged, reviewed, scheduled, released, confirmed. Git holds all of it. Read "
        "on in README.md; docs/scheduling.md says when changes go and why."
    ))  # fmt: skip


def _begin(story: Story) -> None:
    moment = story.at(_ADOPTED, "12:00")
    story.scene(moment, "the ledger begins", (
        "What main holds is deployed already. `adopt` writes that down, on a branch of its own."
    ))  # fmt: skip
    story.shell.run(_command(moment, "adopt HEAD"))


def _refused_commit(story: Story) -> None:
    moment = story.at(_ASKED, "09:30")
    story.scene(moment, "a commit that the hook refuses", (
        "Dana, an engineer of the partner agency, wants people to come back to a second page after they sign in. She "
        "adds it to the app's file. pre-commit runs `launchwindow check --staged` before each commit."
    ), _PARTNER)  # fmt: skip
    story.shell.install_hook(f"--now {_rfc3339(moment)} check --staged")
    story.shell.run(f"git switch --quiet --create {_BRANCH}")
    story.shell.edit(APP_FILE, _BEFORE, _WRONG)
    story.shell.run("git diff --unified=0")
    story.shell.run(f"git commit --all --message '{_SUBJECT}'", expect=1)


def _fixed_commit(story: Story) -> None:
    story.scene(story.at(_ASKED, "09:40"), "the fix", "The finding says what to do, and Dana does it.", _PARTNER)
    story.shell.edit(APP_FILE, _WRONG, _RIGHT)
    story.shell.run("git diff --unified=0")
    story.shell.run(f"git commit --all --message '{_SUBJECT}'")


def _pull_request(story: Story) -> None:
    moment = story.at(_ASKED, "09:50")
    story.scene(moment, "the pull request's plan", (
        "What the branch would change for the identity provider (IdP), and when. On GitHub this is the pull request's "
        "comment."
    ), _PARTNER)  # fmt: skip
    story.shell.run(_command(moment, "plan"))


def _merge(story: Story) -> None:
    story.scene(story.at(_ASKED, "10:30"), "the approved merge", (
        "A reviewer whom policy.yaml names reads the plan, approves and merges. On GitHub the approval is the pull "
        "request's review; where there is only git, the merge says who reviewed."
    ), ("Login Reviewer", story.reviewers[0]))  # fmt: skip
    story.shell.run("git switch --quiet main")
    reviewed = "\n".join(f"Reviewed-by: Login Reviewer <{email}>" for email in story.reviewers)
    story.shell.run(f"git merge --quiet --no-ff {_BRANCH} --message '{_SUBJECT}' --message '{reviewed}'")


def _change_request(story: Story) -> Window:
    """The scene's request; the deploy window that it was given."""
    moment = story.at(_ASKED, "10:31")
    story.scene(
        moment,
        "the change request",
        "The merge becomes a change request with its deploy window, and anybody may ask why it is that one.",
    )
    story.shell.run(_command(moment, "request"))
    story.shell.run(_command(moment, f"explain-date {_APP}"))
    document = json.loads(story.shell.quietly(_command(moment, f"status {_APP} --format json")))
    given = next((request["window"] for request in document["requests"]), None)
    window = story.calendar.on(date.fromisoformat(given)) if given else None
    if window is None:
        raise NotPossible(f"The demo's change has no deploy window by this policy.yaml: {document['requests']}")
    return window


def _early_windows(story: Story, own: Window) -> None:
    early = story.calendar.windows(_ASKED + timedelta(days=1), own.date - timedelta(days=1))
    if not early:
        return
    story.scene(
        _in(early[0]),
        "an early window, which does not take it",
        "A window's run is always the same command. This one comes before the notice is over: nothing is due.",
    )
    story.shell.run(_command(_in(early[0]), "release"))
    if early[1:]:
        story.shell.say("And so at each window in between:\n")
    for window in early[1:]:
        story.shell.run(_command(_in(window), "release"))


def _release(story: Story, window: Window) -> None:
    moment = _in(window)
    story.scene(moment, "its window: the release", (
        "The notice is over. The rules judge the change once more, and it goes into the IdP's files."
    ))  # fmt: skip
    story.shell.run(_command(moment, "release"))
    story.shell.say(_paragraph("This is what the IdP is given, all of it and nothing else:") + "\n")
    story.shell.run(f"git diff {_LEDGER}~1 {_LEDGER} -- idp/")
    story.shell.run(_command(moment, f"status {_APP}"))


def _confirmation(story: Story, window: Window) -> None:
    moment = story.at(window.date, "16:00")
    story.scene(moment, "the confirmation", (
        "Handed over is not yet deployed. The deployer compares with what the IdP really has; here that is the very "
        "file that it was given."
    ))  # fmt: skip
    story.shell.run(f"git show {_LEDGER}:{_IDP_FILE} > seen.yml")
    story.shell.run(_command(moment, "confirm --seen seen.yml"))
    story.shell.run(_command(moment, f"status {_APP}"))


def _in(window: Window) -> datetime:
    """A moment in the window."""
    return window.opens_at + min(timedelta(minutes=30), (window.closes_at - window.opens_at) / 2)


def _command(moment: datetime, arguments: str) -> str:
    return f"launchwindow --now {_rfc3339(moment)} {arguments}"


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _paragraph(text: str) -> str:
    return fill(text, width=110)
