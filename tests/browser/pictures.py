"""Takes the pictures of the docs anew: `make pictures`.

The real bot runs in a practice workspace whose clock stands on a day of its own, so that pictures
taken twice are the same. Everybody in them is made up.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM_SWITCHES, DESKTOP, PHONE
from tests.browser.palette import with_palette
from tests.workspace import Bot, Control, Someone, start_practice

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
NOW = "2026-11-03T14:00:00+00:00"
SOON_MS = 10_000

LOGGED = (
    ("2026-09-15", "Chemistry conversation", "45 minutes", "C-07", "Video"),
    ("2026-09-29", "Coaching", "1 hour", "C-07", "Video"),
    ("2026-10-06", "Supervision", "1 hour", "", "Phone"),
    ("2026-10-13", "Mentoring", "1 hour 30 minutes", "C-04", "In person"),
    ("2026-10-20", "Coaching", "1 hour", "C-07", "Video"),
    ("2026-10-27", "Training", "2 hours", "", "In person"),
    ("2026-11-02", "Coaching", "1 hour", "C-07", "Video"),
)
COHORTS = (("Spring 2026", "2026-03-02", "2026-11-27"), ("Autumn 2026", "2026-10-05", None))


def main() -> int:
    """Take every picture; say what was written."""
    FOLDER.mkdir(exist_ok=True)
    with running_bot() as practice:
        control = Control(practice)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
                args=CHROMIUM_SWITCHES,
            )
            for size in SIZES:
                control.post("reset")
                practice.bot.start_over()
                live_a_little(control)
                take(browser, practice.url, size)
            browser.close()
    return 0


@contextmanager
def running_bot() -> Iterator:
    """The practice workspace, with the bot in it as `bot`."""
    with tempfile.TemporaryDirectory() as folder:
        practice = start_practice()
        try:
            Control(practice).post("clock", now=NOW)
            practice.bot = Bot(practice, f"sqlite:///{folder}/alongside.db", log=io.StringIO())
            yield practice
            practice.bot.stop()
        finally:
            practice.stop()


def live_a_little(control: Control) -> None:
    """Let a partner log some weeks of work, and a co-lead make cohorts."""
    ada, dilys = Someone(control, "ada"), Someone(control, "dilys")
    for person in (ada, dilys):
        person.home().press("I have read this", home=True)
    for day, kind, length, client, how in LOGGED:
        ada.close().command("/session").submit(
            values={
                "When was it?": day,
                "What was it?": kind,
                "How long was it?": length,
                "Client code": client,
                "How did you meet?": how,
            }
        )
        assert "Your session is saved." in ada.reads, ada.errors
    ada.close()
    for name, first, last in COHORTS:
        dilys.close().command("/cohort").press("Make a cohort")
        dilys.submit(values={"Name": name, "First day": first, "Last day": last})
        people = [person_id(control, handle) for handle in ("ada", "bilal", "cerys")]
        dilys.press("Add people").submit(People=people)
        assert "3 people" in dilys.reads, dilys.errors
    dilys.close()
    control.post("clock", now=NOW)


def person_id(control: Control, handle: str) -> str:
    """The person's id in the workspace."""
    return control.get(f"state?person={handle}")["me"]["id"]


def take(browser: Browser, url: str, size: str) -> None:
    """Walk through a partner's day and a co-lead's, with a picture at each stop."""
    context = browser.new_context(
        viewport=SIZES[size],
        color_scheme="light",
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    context.set_default_timeout(SOON_MS)
    expect.set_options(timeout=SOON_MS)
    page = context.new_page()

    opened(page, url, "ada")
    shoot(page, "home", size)
    page.locator("#main").get_by_role("button", name="Log a session").click()
    shoot(page, "session-form", size, shown("Log a session", page))
    page.get_by_role("button", name="Save session").click()
    shoot(page, "saved", size, shown("Saved", page))
    page.get_by_role("dialog").get_by_role("button", name="Heavy").click()
    shoot(page, "heavy-session", size, shown("A heavy session", page))
    page.get_by_role("button", name="Done").click()
    page.locator("#main").get_by_role("button", name="See my sessions").click()
    sessions = shown("My sessions", page)
    sessions.get_by_role("button", name="Go to October 2026").click()
    expect(sessions.get_by_role("heading", name="October 2026")).to_be_visible()
    shoot(page, "my-sessions", size)

    opened(page, url, "dilys")
    page.locator("#main").get_by_role("button", name="Open cohorts").click()
    shoot(page, "cohorts", size, shown("Cohorts and people", page))
    context.close()


def opened(page: Page, url: str, handle: str) -> None:
    """Open the page as this person, at their Home tab, without the hint for newcomers."""
    page.goto("about:blank")
    page.goto(f"{url}#{handle}/home")
    page.locator("#main h1").wait_for()
    hint = page.get_by_role("button", name="Got it")
    if hint.is_visible():
        hint.click()
    page.locator("#main").get_by_role("button", name="Find support").wait_for()


def shown(title: str, page: Page) -> Locator:
    """Wait for the form of this title."""
    form = page.get_by_role("dialog", name=title, exact=True)
    form.wait_for()
    return form


def shoot(page: Page, name: str, size: str, _after: Locator | None = None) -> None:
    """Take the picture once nothing on the page is under way."""
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    page.wait_for_timeout(200)
    small = with_palette(page.screenshot(animations="disabled", caret="hide"))
    file = FOLDER / f"{name}-{size}.png"
    file.write_bytes(small)
    sys.stdout.write(f"{file.relative_to(FOLDER.parents[1])}: {len(small) // 1024} kB\n")


if __name__ == "__main__":
    sys.exit(main())
