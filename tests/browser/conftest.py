"""A browser, a workspace with a tiny app, and someone who looks at its page."""

import json
import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from practice.server import Practice
from practice.world import Settings
from tests.browser import page_app

CHROMIUM_SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-GB",
]
SOON_MS = 5000
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
QUICK = Settings(ack_seconds=2.5, settle_ms=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, of the system where there is one. One a module: no loop outlives its tests."""
    expect.set_options(timeout=SOON_MS)
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        opened = playwright.chromium.launch(executable_path=path, args=CHROMIUM_SWITCHES)
        yield opened
        opened.close()


@dataclass
class Workspace:
    """The practice workspace and the app in it."""

    practice: Practice
    app: page_app.PageApp
    client: WebClient

    def control(self, what: str, **body: Any) -> Any:
        """One POST to the control API, as a test or another window would do it."""
        headers = {
            "Authorization": f"Bearer {self.practice.control_token}",
            "Content-Type": "application/json",
        }
        asked = urllib.request.Request(
            f"{self.practice.control_url}/{what}", json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)

    def start_over(self) -> None:
        """Empty the workspace, and what the app remembers."""
        self.control("reset")
        self.control("clock", offset_seconds=0)
        for heard in (self.app.submitted, self.app.acted, self.app.closed):
            heard.clear()


@pytest.fixture(scope="module")
def running() -> Iterator[Workspace]:
    """One workspace for the tests of a module."""
    with Practice(page_app.MANIFEST, settings=QUICK) as practice:
        client = WebClient(
            practice.bot_token, base_url=practice.api_url, retry_handlers=[], timeout=10
        )
        app = page_app.make(client)
        handler = SocketModeHandler(app.app, practice.app_token, web_client=client)
        handler.connect()
        workspace = Workspace(practice, app, client)
        yield workspace
        # The workspace hangs up first: the client would wait three seconds for a last word.
        handler.client.auto_reconnect_enabled = False
        workspace.control("fault", socket="cut")
        handler.close()


@pytest.fixture
def workspace(running: Workspace) -> Workspace:
    """The workspace as at its start."""
    running.start_over()
    return running


@dataclass
class Visitor:
    """Somebody in front of the page."""

    page: Page
    workspace: Workspace
    complaints: list[str]

    def goes_to(self, place: str, heading: str | None = None) -> None:
        """Open the page at a place such as `ada/home`, in a fresh load."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.workspace.practice.url}#{place}")
        self.page.locator("#main h1").wait_for()
        if heading:
            self.page.get_by_role("heading", name=heading).first.wait_for()

    def writes(self, words: str) -> None:
        """Write into the composer and send it."""
        self.composer.fill(words)
        self.composer.press("Enter")

    def opens_form(self, command: str, title: str) -> Locator:
        """Open a form by a command, in the messages with the app."""
        self.goes_to("ada/messages", "Messages with")
        self.writes(command)
        form = self.page.get_by_role("dialog", name=title)
        form.wait_for()
        return form

    @property
    def composer(self) -> Locator:
        """Where messages are written."""
        return self.page.locator(".composer textarea")

    def focused(self) -> Locator:
        """What has the focus."""
        return self.page.locator(":focus")

    def axe_findings(self, *schemes: Any) -> list[str]:
        """What axe holds for serious or critical here, in words, in light or dark or both."""
        found = []
        for scheme in schemes:
            self.page.emulate_media(color_scheme=scheme)
            for one in Axe().run(self.page).response["violations"]:
                if one["impact"] in ("serious", "critical"):
                    found += [
                        f"{scheme} {one['id']}: {node['html'][:160]}" for node in one["nodes"]
                    ]
        return found


@pytest.fixture
def visit(browser: Browser, workspace: Workspace) -> Iterator[Callable[..., Visitor]]:
    """Open windows; at the end nothing may have been complained about in any of them."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(viewport: Any = DESKTOP, scheme: Any = "light", **more: Any) -> Visitor:
        context = browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            locale="en-GB",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(SOON_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: _note(line.type, line.text, complaints))
        return Visitor(page, workspace, complaints)

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def ada(visit: Callable[..., Visitor]) -> Visitor:
    """A visitor who is Ada, at a desk."""
    return visit()


def _note(kind: str, text: str, complaints: list[str]) -> None:
    # A line that a test cuts on purpose is in the browser's log as a failed request.
    if kind in ("error", "warning") and not re.search("Failed to load resource|net::ERR", text):
        complaints.append(text)
