"""A headless Chromium at the admin: who has logged in, what is seen, and a keyboard to work with."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium")

from selenium.common.exceptions import WebDriverException  # noqa: E402  (it may not be installed)
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

#: The marks of a module of tests that need a browser.
MARKS = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not (CHROMIUM and DRIVER) and "CI" not in os.environ, reason="needs chromium and its driver"),
]

SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,1000",
]

#: Nothing but files of the site itself: no inline script, no inline style.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'"

#: The most stops of the Tab key on a page before something is found: there are fifty models in the overview.
MOST_STOPS = 400

#: What is focused: its text, or its label, or its name.
FOCUSED = """
    const one = document.activeElement;
    return one.textContent.trim() || one.type == 'submit' && one.value || one.getAttribute('aria-label')
        || one.name || one.tagName;
"""


#: Whether the next page is there: it does not know what the page before it knew.
ARRIVED = "return !window.isLeft && document.readyState == 'complete'"


class ContentSecurityPolicy:
    """A middleware that forbids everything inline."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        response = self.get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    """A browser with a profile of its own."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for switch in [*SWITCHES, f"--user-data-dir={profile}"]:
        options.add_argument(switch)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


class Desk:
    """Somebody at a browser, who uses nothing but the keyboard.

    Args:
        driver: the browser.
        site: the address of the site.
    """

    def __init__(self, driver: Any, site: str) -> None:
        self.driver, self._site = driver, site

    def set_up(self, *, scheme: str = "light", width: int = 1440, scripts: bool = True) -> None:
        """Prefer light or dark colours, have a window of so many pixels, and run scripts or not."""
        do = self.driver.execute_cdp_cmd
        do("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        do("Emulation.setDeviceMetricsOverride", size)
        do("Emulation.setScriptExecutionDisabled", {"value": not scripts})

    def log_in(self, user: Any) -> None:
        """Be logged in as a user."""
        client = Client()
        client.force_login(user)
        self.driver.get(f"{self._site}/static/admin/img/icon-yes.svg")
        self.driver.add_cookie(
            {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
        )

    def open(self, path: str) -> None:
        """Go to a page."""
        self.driver.get(f"{self._site}{path}")

    @property
    def path(self) -> str:
        """Where the browser is."""
        return str(self.driver.current_url).removeprefix(self._site)

    @property
    def text(self) -> str:
        """What is to be read on the page."""
        return str(self.driver.find_element("tag name", "body").text)

    @property
    def focused(self) -> str:
        """What the keyboard is at."""
        return str(self.driver.execute_script(FOCUSED)).strip()

    def press(self, *keys: str) -> None:
        """Press keys."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, words: str) -> None:
        """Press Tab until something with these words, label or name is focused; it has to be visible then."""
        stops = []
        for _ in range(MOST_STOPS):
            self.press(Keys.TAB)
            stops.append(self.focused)
            if stops[-1] == words:
                return self._assert_focus_is_seen(words)
            if stops[-1].startswith("Skip to main content") and len(stops) > 1:
                break  # all around the page
        raise AssertionError(f"Tab does not lead to {words!r}, but to {[stop[:40] for stop in stops]}")

    def follow(self, words: str) -> None:
        """Press Enter at a link or a button, and wait for the next page."""
        self.tab_to(words)
        self.enter()

    def enter(self, *keys: str) -> None:
        """Type something, press Enter, and wait for the next page."""
        self.driver.execute_script("window.isLeft = true")
        self.press(*keys, Keys.ENTER)
        waiting = WebDriverWait(self.driver, 30, ignored_exceptions=[WebDriverException])
        waiting.until(lambda driver: driver.execute_script(ARRIVED))
        self.assert_page_is_sound()

    def assert_page_is_sound(self) -> None:
        """The page is no wider than the window, and has nothing that its policy forbids."""
        wide, window = self.driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= window, f"{self.path} is {wide} pixels wide, in a window of {window}"
        forbidden = [line["message"] for line in self.driver.get_log("browser") if "Security Policy" in line["message"]]
        assert forbidden == [], f"{self.path}: {forbidden}"

    def _assert_focus_is_seen(self, words: str) -> None:
        seen, outline = self.driver.execute_script("""
            const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
            return [box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
                    one.matches(':focus-visible') && (style.outlineStyle != 'none' || style.boxShadow != 'none'
                        || one.matches('input, select, textarea') || style.textDecorationLine != 'none')];
        """)
        assert seen, f"{words!r} is focused, but outside the window"
        assert outline, f"{words!r} is focused, but does not look different"
