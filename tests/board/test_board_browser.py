"""The board in a real browser: by keyboard, on a phone, in the dark, in print, and with partners who mean harm.

`make browser` runs these; what they need is Chromium with its driver, and axe-core, as `.ci/run` installs them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from launchwindow.io.resources import assets
from launchwindow.report.board.site import site
from support.board_fleet import MARKUP, NOW, hostile, story
from support.board_values import board
from support.repository import ROOT, Repository

if os.environ.get("CI") != "true":
    pytest.importorskip("selenium", reason="make setup installs selenium")
from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = pytest.mark.browser

AXE = ROOT / ".node" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
APP = "apps/production/exa/benefits-finder.html"
APP_OF_MANY = "apps/production/exa/app.html"
KINDS = {
    "overview": "index.html",
    "calendar": "calendar.html",
    "queue": "queue.html",
    "state": "queue/overdue.html",
    "next-window": "windows/2026-12-14.html",
    "past-window": "windows/2026-12-10.html",
    "coming-window": "windows/2027-01-04.html",
    "apps": "apps.html",
    "no-match": "apps.html?q=nobody",
    "partner": "partners/exa.html",
    "app": APP,
    "app-saml": "apps/production/npa/reading-room.html",
    "certificates": "certificates.html",
}
"""A page of each kind."""
HARMED = ("index.html", "queue.html", "queue/held.html", "apps.html", "apps.html?q=%3Cscript%3E", "partners/exa.html",
          APP, "certificates.html", "calendar.html", "windows/2026-12-14.html",
          "apps/production/hld/trail-pass.html")  # fmt: skip


def need(there: bool, what: str) -> None:
    if not there:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} is missing, which .ci/run installs.")
        pytest.skip(f"{what} is missing: see .ci/run")


class Browser:
    """Chromium without a window, at files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for one in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(one)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))

    def look(self, width: int = 1280, scheme: str = "light", media: str = "", *, script: bool = True) -> None:
        """How pages are seen from now on."""
        device = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})

    def open(self, page: str) -> None:
        self.driver.get(f"{self.folder.as_uri()}/{page}")

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def all(self, selector: str) -> list[Any]:
        found: list[Any] = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found

    def one(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def press(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self) -> str:
        """What has the focus, in words."""
        return str(self.run("const e = document.activeElement; return e.id || e.textContent.trim()"))

    def tab_to(self, what: str) -> None:
        """Press Tab until something has the focus, which must be seen each time."""
        for _ in range(60):
            self.press(Keys.TAB)
            outline = self.run("return getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", f"the focus on {self.focused()!r} is not seen"
            if self.focused() == what:
                return
        raise AssertionError(f"Tab never comes to {what!r}")

    def until(self, script: str) -> Any:
        """What a script returns once that is true."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.driver, 10, poll_frequency=0.05).until(lambda _: self.run(script))

    def complaints(self) -> list[str]:
        """What the browser complained of since it was last asked: errors, and what the policy on content refused."""
        return [str(one["message"]) for one in self.driver.get_log("browser")]


@pytest.fixture(scope="module", autouse=True)
def ready() -> None:
    need(shutil.which("chromium") is not None and shutil.which("chromedriver") is not None, "Chromium with its driver")
    need(AXE.is_file(), "axe-core")


def drawn(repo: Repository, folder: Path) -> Path:
    result = repo.run("board", "--output", str(folder), now=NOW)
    assert result.status == 0, result.text
    return folder


@contextmanager
def looking_at(make: Callable[[Path], Repository], place: Path) -> Iterator[Browser]:
    """A browser before the board of a fleet that `make` makes."""
    found = Browser(drawn(make(place / "fleet"), place / "board"))
    yield found
    found.driver.quit()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with looking_at(story, tmp_path_factory.mktemp("story")) as found:
        yield found


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with looking_at(hostile, tmp_path_factory.mktemp("hostile")) as found:
        yield found


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A board whose lists go over several pages."""
    place = tmp_path_factory.mktemp("large")
    pages = dict(site(board("Come back to the kiosk page", apps=401, requests=101), ()))
    for path, data in {**pages, **{f"assets/{name}": data for name, data in assets("board").items()}}.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    found = Browser(place)
    yield found
    found.driver.quit()


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(browser: Browser) -> list[str]:
    """What axe-core finds wrong in the page that is open."""
    browser.run(axe())
    # It would fetch the style sheet by itself, which the policy on content refuses.
    asked = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "preload": False}
    found = browser.driver.execute_async_script(
        "const done = arguments[1]; axe.run(document, arguments[0]).then(done, (error) => done(String(error)))", asked
    )
    assert isinstance(found, dict), found
    assert len(found["passes"]) > 10, "axe-core has looked at next to nothing"
    return [f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"] for node in one["nodes"]]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(browser: Browser, kind: str, scheme: str, width: int) -> None:
    browser.look(width, scheme)
    browser.open(KINDS[kind])
    assert violations(browser) == []
    assert browser.run("return document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    assert browser.complaints() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "page",
    ["index.html", "queue.html", "more/queue/held/page-2.html", "windows/2026-12-10.html", "windows/2026-12-07.html",
     "more/windows/2026-12-10/page-2.html", "more/partners/exa/page-2.html", "apps.html",
     "more/certificates/page-2.html", APP_OF_MANY],
)  # fmt: skip
def test_axe_finds_nothing_in_long_lists(large: Browser, page: str, scheme: str) -> None:
    large.look(320, scheme)
    large.open(page)
    assert violations(large) == []
    assert large.run("return document.documentElement.scrollWidth") <= 320, "it scrolls sideways"
    assert large.complaints() == []


def test_more_results_come_by_a_button_and_the_focus_goes_to_them(large: Browser) -> None:
    large.look()
    large.open("apps.html")
    assert large.one("#found").text == "401 apps match. The first 50 are shown."
    button = large.one("#results button")
    for number in range(2, 9):
        button.send_keys(Keys.ENTER)
        shown = large.all("#results tbody tr")
        assert len(shown) == min(50 * number, 401)
        assert shown[50 * (number - 1)].text.startswith(large.focused())
    button.send_keys(Keys.ENTER)
    assert len(large.all("#results tbody tr")) == 401
    assert not button.is_displayed()
    assert large.one("#found").text == "401 apps."


def tree(browser: Browser) -> list[tuple[str, str]]:
    """(role, name) of all that a screen reader is told of the page that is open."""
    browser.driver.execute_cdp_cmd("Accessibility.enable", {})
    nodes = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    return [(one["role"]["value"], one.get("name", {}).get("value", "")) for one in nodes if not one["ignored"]]


@pytest.mark.parametrize("width", [1280, 320])
def test_a_screen_reader_is_told_what_eyes_see(browser: Browser, width: int) -> None:
    """On a phone tables are shown as blocks, and are tables none the less."""
    browser.look(width)
    browser.open("index.html")
    found = tree(browser)
    for one in (("navigation", "Main"), ("main", ""), ("banner", ""), ("contentinfo", ""), ("search", ""),
                ("heading", "Overview"), ("searchbox", "Search apps by name, id or partner"), ("button", "Search"),
                ("link", "Skip to main content"), ("table", "Coming deploy windows"), ("columnheader", "Why then"),
                ("rowheader", "Monday, December 14, 2026"), ("cell", "Regular day")):  # fmt: skip
        assert one in found, one
    roles = [role for role, _ in found]
    assert (roles.count("row"), roles.count("columnheader"), roles.count("cell")) == (9, 4, 24)
    browser.open("calendar.html")
    found = tree(browser)
    assert ("table", "December 2026") in found
    assert ("link", "10 deploy window") in found
    assert any(name == "11 today," for _, name in found)


def test_larger_spacing_of_text_cuts_nothing_off(browser: Browser) -> None:
    """What WCAG 1.4.12 asks, on a phone."""
    browser.look(320)
    for page in KINDS.values():
        browser.open(page)
        browser.run("""
            const sheet = new CSSStyleSheet();
            sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; " +
              "word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
            document.adoptedStyleSheets = [sheet];""")
        assert browser.run("return document.documentElement.scrollWidth") <= 320, page
        cut = browser.run("""
            return [...document.querySelectorAll("main *, header *, footer *")]
              .filter((one) => !one.closest(".unseen, thead, select, svg") && one.scrollWidth > one.clientWidth + 1 &&
                one.clientWidth > 0 && getComputedStyle(one).display !== "inline")
              .map((one) => one.outerHTML.slice(0, 80))""")
        assert cut == [], page


def test_the_schemes_differ(browser: Browser) -> None:
    colours = []
    for scheme in ("light", "dark"):
        browser.look(scheme=scheme)
        browser.open("index.html")
        colours.append(browser.run("return getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(27, 27, 27)"]


def test_by_keyboard_from_the_first_page_to_an_app(browser: Browser) -> None:
    browser.look()
    browser.open("index.html")
    browser.press(Keys.TAB)
    assert browser.focused() == "Skip to main content"
    assert browser.run("return document.activeElement.getBoundingClientRect().top") >= 0, "the skip link is not seen"
    browser.press(Keys.ENTER)
    assert browser.focused() == "main"
    browser.press(Keys.TAB)
    assert browser.focused() == "q"
    browser.press("example", Keys.ENTER)
    browser.until("return location.pathname.endsWith('apps.html')")
    assert browser.until("return document.getElementById('found').textContent") == "5 apps match."
    browser.tab_to("environment")
    browser.press("prod")
    browser.until("return document.getElementById('found').textContent === '2 apps match.'")
    browser.tab_to("state")
    browser.press("Over")
    browser.until("return document.getElementById('found').textContent === '1 app matches.'")
    browser.tab_to("benefits-finder")
    browser.press(Keys.ENTER)
    browser.until(f"return location.pathname.endsWith('{APP}')")
    assert browser.one("h1").text == "production/exa/benefits-finder"
    assert browser.complaints() == []


def test_every_link_and_field_of_a_page_has_its_turn(browser: Browser) -> None:
    browser.look()
    for page in ("index.html", "apps.html", APP):
        browser.open(page)
        wanted = len([one for one in browser.all("a[href], button, input, select") if one.is_displayed()])
        seen = set()
        for _ in range(wanted + 1):
            browser.press(Keys.TAB)
            seen.add(
                browser.run("const e = document.activeElement; return [...document.querySelectorAll('*')].indexOf(e)")
            )
        assert len(seen) >= wanted, page


def test_what_a_search_finds_is_right_and_announced(browser: Browser) -> None:
    browser.look()
    browser.open("apps.html")
    found = browser.one("#found")
    assert found.get_attribute("role") == "status"
    assert found.text == "12 apps."
    field = browser.one("#q")
    field.send_keys("archive")
    browser.until("return document.getElementById('found').textContent === '4 apps match.'")
    rows = browser.all("#results tbody tr")
    partners = {one.find_element(By.CSS_SELECTOR, "td[data-label=Partner]").text for one in rows}
    assert partners == {"National Pamphlet Archive"}
    assert "q=archive" in browser.driver.current_url
    field.send_keys(" nobody")
    browser.until("return document.getElementById('found').textContent.startsWith('No app matches.')")
    assert browser.all("#results tr") == []


@pytest.mark.parametrize(
    ("state", "apps"),
    [("o", ["benefits-finder"]), ("u", ["benefits-finder"]), ("h", ["trail-pass"]), ("d", []),
     ("s", ["forms-library", "researcher-card"])],
)  # fmt: skip
def test_a_filter_tells_apps_by_what_is_open(browser: Browser, state: str, apps: list[str]) -> None:
    browser.look()
    browser.open(f"apps.html?state={state}")
    assert [one.text for one in browser.all("#results tbody th")] == apps
    for one in browser.all("#results tbody th a"):
        assert (browser.folder / one.get_attribute("href").removeprefix(f"{browser.folder.as_uri()}/")).is_file()


def test_a_search_that_is_no_longer_possible_shows_all(browser: Browser) -> None:
    browser.open("apps.html?environment=moon&state=zzz")
    assert browser.one("#found").text == "12 apps."
    assert browser.complaints() == []


def test_every_page_stands_without_complaint_and_leads_somewhere(browser: Browser) -> None:
    browser.look()
    pages = sorted(browser.folder.rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        browser.open(str(page.relative_to(browser.folder)))
        for address in browser.run("return [...document.querySelectorAll('a[href]')].map((one) => one.href)"):
            if not address.startswith("https://"):
                path = address.removeprefix("file://").partition("#")[0].partition("?")[0]
                assert Path(path).is_file(), f"{page} leads to {address}"
    assert browser.complaints() == []


def test_without_script_every_app_is_two_links_away(browser: Browser) -> None:
    browser.look(script=False)
    try:
        browser.open("apps.html")
        assert not browser.one("form").is_displayed(), "a search that does nothing"
        by_partner = [one.get_attribute("href") for one in browser.all("main table a")]
        assert len(by_partner) == 3
        apps = set()
        for address in by_partner:
            browser.driver.get(address)
            apps |= {one.get_attribute("href") for one in browser.all("main table a")}
        assert len(apps) == 12
    finally:
        browser.look()


@pytest.mark.parametrize("kind", KINDS)
def test_in_print_the_page_has_its_contents_and_nothing_to_press(browser: Browser, kind: str) -> None:
    browser.look(800, media="print")
    browser.open(KINDS[kind])
    assert not any(one.is_displayed() for one in browser.all("form, button, .button, header nav, .pager"))
    hidden = browser.run("""
        return [...document.querySelectorAll("main h1, main h2, main .cards > li, main dd, main th, footer p")]
          .filter((one) => !one.closest("#results") && one.getClientRects().length === 0)
          .map((one) => one.textContent)""")
    assert hidden == []
    assert browser.one("h1").is_displayed()
    assert "Drawn December 11, 2026" in browser.one("footer").text
    browser.look()


def test_printed_pages_have_all_of_the_words(browser: Browser) -> None:
    browser.look()
    browser.open(APP)
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.5, "paperHeight": 11})
    assert len(printed["data"]) > 10_000


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("page", HARMED)
def test_what_partners_write_does_nothing(harmed: Browser, page: str, width: int) -> None:
    harmed.look(width)
    harmed.open(page)
    assert "owned" not in harmed.driver.title.partition("·")[0] or "<" in harmed.driver.title
    assert harmed.driver.title != "owned"
    assert (
        harmed.run("return document.querySelectorAll('script:not([src]), img, style, [style], iframe, object').length")
        == 0
    )
    assert (
        harmed.run("""
        return [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes])
          .filter((one) => one.name.startsWith("on")).length""")
        == 0
    )
    odd = harmed.run("""
        return [...document.querySelectorAll("a[href]")].map((one) => [one.protocol, one.rel])
          .filter(([protocol, rel]) => protocol !== "file:")
          .filter(([protocol, rel]) => protocol !== "https:" || rel !== "noopener noreferrer")""")
    assert odd == []
    assert harmed.run("return document.documentElement.scrollWidth") <= width, "it scrolls sideways"
    assert harmed.complaints() == []


def test_harm_is_shown_as_what_it_is(harmed: Browser) -> None:
    harmed.look()
    harmed.open(APP)
    text = harmed.one("main").text
    assert MARKUP in text
    assert "javascript:alert('owned')" in text
    assert "\\u202e" in text
    assert "\u202e" not in text
    assert violations(harmed) == []


def test_an_inline_script_would_be_refused(browser: Browser, tmp_path: Path) -> None:
    """The policy on content holds also where a page is opened as a file."""
    copy = tmp_path / "board"
    shutil.copytree(browser.folder, copy)
    page = copy / "index.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</main>", "<script>document.title='owned'</script></main>"), encoding="utf-8")
    browser.look()
    browser.driver.get(page.as_uri())
    assert browser.driver.title == "Deploy board"
    (complaint,) = browser.complaints()
    assert "Content Security Policy" in complaint


def test_the_data_of_the_search_is_one_line_of_ascii(harmed: Browser) -> None:
    data = (harmed.folder / "assets" / "apps.js").read_bytes()
    assert data.isascii()
    assert not any(one in data for one in (b"<", b">", b"&"))
    document = data.decode().split(" = ", 1)[1].rstrip(";\n")
    assert [name for name, _, _ in json.loads(document)["partners"]] == ["exa", "hld", "npa"]
