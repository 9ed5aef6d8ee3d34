"""No text of a partner becomes anything but text on a pull request's page, by GitHub's own parser of Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from launchwindow.report.page.since import hidden, read_state, state_of
from launchwindow.report.page.timeline import timeline
from launchwindow.report.page.values import Page, Told
from support.gfm import Seen
from support.repository import APP, FILE, Repository

BREAK = "\u200b"
"""What breaks mentions and addresses, and is seen by nobody."""
OURS = {
    "h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "input", "code", "pre", "details",
    "summary", "b", "strong", "blockquote",
}  # fmt: skip
"""Every tag that a page without links and pictures may have."""
HOSTILE = {
    "mention": "@example/reviewers and @login-reviewer",
    "issue": "#1 and GH-2 and example/partners#3",
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "address": "https://evil.example and http://evil.example and www.evil.example",
    "mail": "mailto:a@evil.example a@evil.example xmpp:a@evil.example",
    "html": "<b>bold</b><img src=x onerror=alert(1)><script>alert(1)</script>",
    "link": "[click](https://evil.example) ![x](https://evil.example/x.png) <https://evil.example>",
    "reference": "[x][y]\n\n[y]: https://evil.example",
    "comment's end": "--> <!-- launchwindow:pull-request --> <!-- x",
    "key": '<!-- launchwindow:state {"now":null} -->',
    "table": "a | b | c |\n| --- | --- |\n| d",
    "backticks": "` `` ``` ```` ```` x",
    "fence": "\n```\n# Head\n~~~\n# Head",
    "heading": "\n# Head\n\n- [x] Approved\n\n---\n",
    "entities": "&lt;b&gt; &#60;b&#62; &#x3c;b&#x3e; &commat;login-reviewer",
    "emphasis": "**bold** _it_ ~~gone~~ *x* $x$ $$y$$ :tada: [^1]",
    "escapes": r"\*\<b\>\@x \\` \| a",
    "direction": "‮evil‬ ​ ﻿",
    "control": "a\x1b[31mred\x07\x00",
    "details": "</details></summary></code></pre></td></table> open",
}


def friendly_name(repository: Repository, text: str) -> None:
    repository.edit(FILE, "friendly_name: Benefits Finder", f"friendly_name: {json.dumps(text)}")


def help_text(repository: Repository, text: str) -> None:
    key, value = json.dumps(text), json.dumps(text)
    repository.write(FILE, repository.read(FILE) + f"help_text: {{sign_in: {{en: {value}, {key}: {value}}}}}\n")


def redirect_uri(repository: Repository, text: str) -> None:
    repository.edit(FILE, "https://benefits.exa.gov/auth/result]", f"{json.dumps('https://new.exa.gov/' + text)}]")


def host(repository: Repository, text: str) -> None:
    repository.edit(FILE, "https://benefits.exa.gov/auth/result]", f"{json.dumps('https://' + text + '/x')}]")


def unknown_field(repository: Repository, text: str) -> None:
    repository.write(FILE, repository.read(FILE) + f"{json.dumps(text)}: {json.dumps(text)}\n")


def certificate_name(repository: Repository, text: str) -> None:
    repository.edit(FILE, "certs: [certs/2026.crt]", f"certs: [certs/2026.crt, {json.dumps(text)}]")
    name = text.replace("\0", "").replace("/", "-")[:60].encode("utf-8", "ignore").decode()
    repository.write(f"{APP}/certs/{name}.crt", b"no certificate")
    repository.edit(FILE, json.dumps(text), json.dumps(f"certs/{name}.crt"))


def launch_date(repository: Repository, text: str) -> None:
    repository.write(
        FILE, repository.read(FILE) + f"launch: {{date: {json.dumps(text)}}}\nwaivers: [{json.dumps(text)}]\n"
    )


def folder(repository: Repository, text: str) -> None:
    name = text.replace("\0", "").replace("/", "-")[:60].strip() or "x"
    data = repository.read(FILE).replace("exa:benefits-finder", "exa:second").replace("Benefits Finder", "Second")
    repository.write(f"apps/exa/{name}/production.yaml", data)


PLACES: dict[str, Callable[[Repository, str], None]] = {
    place.__name__: place
    for place in (
        friendly_name, help_text, redirect_uri, host, unknown_field, certificate_name, launch_date, folder,
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("hostile") / "work").adopted()


def page(fleet: Repository, place: str, text: str) -> str:
    fleet.git("checkout", "--quiet", "--force", "-B", "change", "main")
    PLACES[place](fleet, text)
    fleet.commit(text.replace("\0", "") or "x")
    result = fleet.run("plan", "--format", "markdown")
    assert result.status == 0, result.err
    return result.out


@pytest.mark.few(2)
@pytest.mark.parametrize("place", PLACES)
def test_hostile_text_is_shown_as_text(fleet: Repository, place: str) -> None:
    """Whatever it is, the page has the tags that are its own, and no link."""
    harmless = Seen(page(fleet, place, "Harmless"))
    assert harmless.links == []
    for name, text in HOSTILE.items():
        seen = Seen(page(fleet, place, text))
        assert set(seen.tags) <= OURS, name
        assert seen.tags.count("h3") == 1, name
        assert seen.tags.count("h4") <= harmless.tags.count("h4"), name
        assert seen.links == [], name
        assert [one for one in seen.comments if not one.startswith("launchwindow:tick ")] == [], name
        assert seen.found_by_github() == [], name
        assert seen.tags.count("details") <= harmless.tags.count("details"), name
        assert all(one.isprintable() or one == "\n" for one in seen.text.replace(BREAK, "")), name


def told(name: str) -> Told:
    """A request of an app of that name, as far as the hidden state has it."""
    request = SimpleNamespace(subject=name, digest="0" * 64)
    standing = SimpleNamespace(request=request, window=None)
    return cast("Told", SimpleNamespace(name=name, standing=standing, blocked=False))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_name_ends_what_is_hidden(text: str) -> None:
    page = Page(None, "0" * 40, (told(f"production/exa/{text}"),), (), ())
    state = state_of(page, None)
    line = hidden(state)
    assert line.count("-->") == line.count("<!--") == 1
    assert line.isprintable()
    assert Seen(f"{line}\n").tags == []
    assert read_state(line) == state


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_diagram_has_no_text_that_means_anything_to_it(text: str) -> None:
    one = told(f"production/exa/{text}")
    request = SimpleNamespace(subject=one.name, notice_starts=date(2026, 11, 24))
    standing = SimpleNamespace(request=request, window=date(2026, 12, 10), ready=date(2026, 12, 8))
    late = SimpleNamespace(name=one.name, standing=standing, launch_date=text, late=True)
    lines = timeline([cast("Told", late)]).split("\n")
    assert [lines[0], lines[-1], len(lines)] == ["```mermaid", "```", 8]
    section, *events = lines[4:-1]
    assert re.fullmatch(r"  section [A-Za-z0-9/._?-]+", section)
    assert [line for line in events if not re.fullmatch(r"  [a-z0-9 ]+ :[a-z0-9, -]+", line)] == []


def test_no_part_of_a_private_key_is_shown(fleet: Repository) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    shown = page(fleet, "friendly_name", pem)
    assert "A private key is in its files, so what changes is not shown." in Seen(shown).text
    assert [line for line in pem.split()[3:6] if line in Seen(shown).text or line in shown] == []
