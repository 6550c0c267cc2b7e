"""Takes the pictures of the docs anew: `make pictures`.

The real bot runs in a practice workspace whose clock stands on a day of its own, so that pictures
taken twice are alike. Everybody in them is made up.
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Response, expect, sync_playwright

from practice.server import Practice
from tests.browser.conftest import CHROMIUM_SWITCHES, DESKTOP, PHONE
from tests.browser.palette import with_palette
from tests.workspace import Bot, Control, Someone, start_practice

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SIZES = {"desktop": DESKTOP, "phone": PHONE}
# Chromium's own date fields may know no British order. On this day both orders read the same.
NOW = "2026-11-11T14:00:00+00:00"
SOON_MS = 10_000

LOGGED = (
    ("2026-09-15", "Chemistry conversation", "45 minutes", "C-07", "Video"),
    ("2026-09-29", "Coaching", "1 hour", "C-07", "Video"),
    ("2026-10-06", "Supervision", "1 hour", "", "Phone"),
    ("2026-10-13", "Mentoring", "1 hour 30 minutes", "C-04", "In person"),
    ("2026-10-20", "Coaching", "1 hour", "C-07", "Video"),
    ("2026-10-27", "Training", "2 hours", "", "In person"),
    ("2026-11-09", "Coaching", "1 hour", "C-07", "Video"),
)
MEMBERS = ("ada", "bilal", "cerys")
CHANNEL = "C0SPRING000"
COHORTS = (("Spring 2026", "2026-03-02", "2026-11-27"), ("Autumn 2026", "2026-10-05", None))


def main() -> int:
    """Take every picture and say what was written."""
    FOLDER.mkdir(exist_ok=True)
    with running() as (practice, bot), browsing() as browser:
        for size in SIZES:
            Control(practice).post("reset")
            bot.start_over()
            live_a_little(Control(practice))
            take(browser, practice.url, size)
    return 0


@contextmanager
def running() -> Iterator[tuple[Practice, Bot]]:
    """The practice workspace with the bot in it, on the day of the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        practice = start_practice()
        try:
            Control(practice).post("clock", now=NOW)
            bot = Bot(practice, f"sqlite:///{folder}/alongside.db", log=io.StringIO())
            yield practice, bot
            bot.stop()
        finally:
            practice.stop()


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium: the system's own where there is one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=CHROMIUM_SWITCHES,
        )
        yield browser
        browser.close()


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
    members = [Someone(control, name).sees["me"]["id"] for name in MEMBERS]
    for name, first, last in COHORTS:
        dilys.close().command("/cohort").press("Make a cohort")
        dilys.submit(values={"Name": name, "First day": first, "Last day": last})
        dilys.press("Add people").submit(People=members)
        assert "3 people" in dilys.reads, dilys.errors
    dilys.close().command("/learning-set").press("Make a set")
    dilys.submit(values={"Name": "Harbour", "The set's own channel": CHANNEL})
    assert "The set is made." in dilys.reads, dilys.errors
    dilys.close()
    for name in MEMBERS:
        person = ada if name == "ada" else Someone(control, name).home()
        if person is not ada:
            person.press("I have read this", home=True)
        person.command("/learning-set").press("Open set").press("Join set").close()
    control.post("clock", now=NOW)


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
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: note(answer, complaints))

    open_home(page, url, "ada")
    shoot(page, f"home-{size}")
    press(page, "Log a session")
    modal(page, "Log a session")
    shoot(page, f"session-form-{size}")
    modal(page, "Log a session").get_by_role("button", name="Save session").click()
    modal(page, "Saved")
    shoot(page, f"saved-{size}")
    modal(page, "Saved").get_by_role("button", name="Heavy").click()
    modal(page, "A heavy session")
    shoot(page, f"heavy-session-{size}")
    modal(page, "A heavy session").get_by_role("button", name="Done").click()
    press(page, "See my sessions")
    modal(page, "My sessions").get_by_role("button", name="Go to October 2026").click()
    expect(page.get_by_role("heading", name="October 2026")).to_be_visible()
    shoot(page, f"my-sessions-{size}")

    modal(page, "My sessions").get_by_role("button", name="Done").click()
    press(page, "Ask for supervision")
    modal(page, "Ask for supervision")
    shoot(page, f"supervision-{size}")
    modal(page, "Ask for supervision").get_by_role("button", name="Not now").click()
    press(page, "See learning sets")
    modal(page, "Learning sets").get_by_role("button", name="Open set").click()
    modal(page, "Learning set")
    shoot(page, f"learning-set-{size}")

    open_home(page, url, "dilys")
    press(page, "Open cohorts")
    modal(page, "Cohorts and people")
    shoot(page, f"cohorts-{size}")
    context.close()
    assert complaints == [], "the page was not well: the pictures are not worth keeping"


def note(answer: Response, complaints: list[str]) -> None:
    """Keep what the page asked for and did not get."""
    if answer.status >= 400:
        complaints.append(f"{answer.status} {answer.url}")


def open_home(page: Page, url: str, handle: str) -> None:
    """Open the page as this person, at their Home tab, without the hint for newcomers."""
    page.goto("about:blank")
    page.goto(f"{url}#{handle}/home")
    page.locator("#main h1").wait_for()
    hint = page.get_by_role("button", name="Got it")
    if hint.is_visible():
        hint.click()
    page.locator("#main").get_by_role("button", name="Find support").wait_for()


def press(page: Page, label: str) -> None:
    """Press a button of the Home tab."""
    page.locator("#main").get_by_role("button", name=label, exact=True).click()


def modal(page: Page, title: str) -> Locator:
    """Return the modal of this title once it is there."""
    form = page.get_by_role("dialog", name=title, exact=True)
    form.wait_for()
    return form


def shoot(page: Page, name: str) -> None:
    """Take the picture once nothing is under way, with no focus and no pointer in it."""
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    page.wait_for_timeout(300)
    small = with_palette(page.screenshot(animations="disabled", caret="hide"))
    (FOLDER / f"{name}.png").write_bytes(small)
    sys.stdout.write(f"docs/pictures/{name}.png: {len(small) // 1024} kB\n")


if __name__ == "__main__":
    sys.exit(main())
