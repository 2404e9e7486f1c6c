"""The inbox in a real browser: waitress on loopback over the test's own database, and a Chromium that tells on it.

A page that writes an error to the console, breaks the content security policy, opens a dialog or asks another host
fails its test; `office.expect("…")` names what a test wants to see there.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.inbox_office import PASSWORD, add_people, fill_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, WebError

CHROMIUM = Path("/usr/bin/chromium")
LAPTOP = (1366, 768)
PHONE = (375, 812)
NARROW = (320, 640)  # WCAG's reflow: 1280 px at 400 %
PATIENCE = 10_000  # ms; a page that needs longer than this is broken, however busy the machine is


@dataclass
class LiveOffice:
    """The running inbox, and whatever its pages did that they must not do."""

    url: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open_page(
        self,
        size: tuple[int, int] = LAPTOP,
        *,
        language: str = "id",
        dark: bool = False,
        javascript: bool = True,
    ) -> Page:
        """A page in a browser profile of its own; a phone's width comes with a phone's touch screen."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 500,
            locale={"id": "id-ID", "en": "en-GB"}[language],
            timezone_id="Asia/Jakarta",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=javascript,
        )
        context.add_cookies([{"name": "language", "value": language, "url": self.url}])  # as if chosen at the door
        self._watch(context)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    def expect(self, words: str) -> None:
        """A console line with these words is what the test is about."""
        self.expected.append(words)

    def close(self) -> None:
        """Close every profile, so that nobody asks the server while the database is emptied."""
        for context in self.contexts:
            context.close()

    def get_complaints(self) -> list[str]:
        """What went wrong in a page and was not expected."""
        return [line for line in self.complaints if not any(words in line for words in self.expected)]

    def _watch(self, context: BrowserContext) -> None:
        host = urlsplit(self.url).netloc

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning", "assert"}:
                self.complaints.append(f"console: {message.text} ({message.location.get('url', '?')})")

        def see(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in {"data", "blob", "about"} and parts.netloc != host:
                self.complaints.append(f"request to a foreign host: {request.url}")

        def shut(dialog: Dialog) -> None:
            if dialog.type != "beforeunload":
                self.complaints.append(f"dialog: {dialog.type} {dialog.message}")
            dialog.accept()

        def fall(error: WebError) -> None:
            self.complaints.append(f"script error: {error.error}")

        context.on("console", hear)
        context.on("request", see)
        context.on("dialog", shut)
        context.on("weberror", fall)


@contextmanager
def serve_inbox() -> Iterator[str]:
    """The application's own wsgi behind the real server, on a free port.

    A thread keeps no connection: a later test of this process takes the file away.
    """
    from django.db import connection
    from waitress.server import create_server
    from werkzeug.wsgi import ClosingIterator

    from kentongan.wsgi import application

    def answer(environ: Any, start_response: Any) -> Any:
        return ClosingIterator(application(environ, start_response), connection.close)

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a browser opens more connections than threads
    server = create_server(answer, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run, name="inbox", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # Its loop ends when no socket is left; closing them from here would pull them away under its select.
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join(10)
        server.task_dispatcher.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; without it they are skipped, except in CI, where that is a failure."""
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing (the system's package chromium)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    from django.db import connections
    from playwright.sync_api import sync_playwright

    # Playwright's loop lives in this thread between its calls, and Django would take every query for an async one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # It would also open another connection beside one that no test could close any more.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def inbox_url(django_db_setup: None) -> Iterator[str]:
    """Where the inbox answers, for the whole session: its database is emptied and filled between the tests."""
    with serve_inbox() as url:
        yield url


@pytest.fixture
def empty_office(transactional_db: None, inbox_url: str, browser: Browser) -> Iterator[LiveOffice]:
    """The running inbox with its people and no mention."""
    from django.core.cache import cache

    cache.clear()  # what was counted against the limits of log-in
    add_people()
    office = LiveOffice(inbox_url, browser)
    yield office
    office.close()
    assert office.get_complaints() == []


@pytest.fixture
def office(empty_office: LiveOffice) -> LiveOffice:
    """The running inbox over a store with the demo city's texts."""
    fill_store()
    return empty_office


@pytest.fixture
def page(office: LiveOffice) -> Page:
    """A laptop's page in Indonesian, nobody logged in."""
    return office.open_page()


def log_in(page: Page, username: str = "agent", password: str = PASSWORD) -> None:
    """Log in by the form, as people do; a user name is a role (tests/inbox_office.py)."""
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        page.locator("input[name=password]").press("Enter")
    assert "/account/login" not in page.url, page.locator("main").inner_text()


def visit(page: Page, address: str) -> None:
    """Go to a page, and say the password again where it wants to be sure."""
    page.goto(address)
    if "/account/reauthenticate/" in page.url:
        page.locator("input[name=password]").fill(PASSWORD)
        with page.expect_navigation():
            page.locator("input[name=password]").press("Enter")


def assert_accessible(page: Page) -> None:
    """No rule of axe is broken on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe

    found: dict[str, Any] = Axe().run(page).response
    broken = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['target']} {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert not broken, f"{page.url}:\n" + "\n".join(broken)
    assert found["passes"], f"{page.url}: axe found nothing to look at"


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url}: {wide} px in {room} px: {_find_wide(page)}"


def _find_wide(page: Page) -> list[str]:
    """The elements that stick out, for the message of a failed test."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll("body *")]
        .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .slice(0, 8)
        .map(element => element.tagName + "." + element.className + " " + element.textContent.slice(0, 40))"""
    )
    return found
