"""Somebody at a browser: logs in, goes to pages, and remembers everything the browser says."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings

PASSWORD = "boligsak-demo"
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE, SMALLEST = 1366, 390, 320
HEIGHT = 768

# What a screen reader or a keyboard meets; the rules of WCAG 2.2 AA and axe's good practice.
_RUN_AXE = """async (rules) => {
  const options = {resultTypes: ["violations"]};
  if (rules) options.runOnly = {type: "rule", values: rules};
  const {violations} = await axe.run(document, options);
  return violations.map((v) => `${v.id} (${v.impact}): ` + v.nodes.map((n) => n.html).join(" | "));
}"""
_TOO_WIDE = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
# What the page itself asks for and does not get is said on purpose: the page of a 404 is a 404.
_ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of (4|5)\d\d")


class Visitor:
    """One browser with its own cookies. `complaints`: what the console said that it should not."""

    def __init__(self, context: Any, address: str) -> None:
        self.context = context
        self.address = address
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not _ANSWERED.match(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Any:
        """Open a page of the program; the answer."""
        return self.page.goto(f"{self.address}{path}")

    @property
    def path(self) -> str:
        """Where the visitor stands, with the filters."""
        return self.page.url.removeprefix(self.address)

    def log_in(self, user: str) -> None:
        self.go("/account/login/")
        self.page.get_by_label("Brukernavn").fill(user)
        self.page.get_by_label("Passord").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Logg inn").click()
        self.page.wait_for_url(lambda url: "/account/login/" not in url)

    # --- What is wrong with a page ------------------------------------------------------------

    def faults(self) -> list[str]:
        """Of the page as it stands: for whoever cannot see it, in the dark, and on a phone."""
        found = self._axe()
        self.page.emulate_media(color_scheme="dark")
        found += [f"dark: {fault}" for fault in self._axe("color-contrast")]
        self.page.emulate_media(color_scheme="light")
        for width in (PHONE, SMALLEST):
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            beyond = self.page.evaluate(_TOO_WIDE)
            if beyond > 0:
                found.append(f"{beyond} px wider than a screen of {width} px")
        found += [f"phone: {fault}" for fault in self._axe("target-size", "color-contrast")]
        self.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        return found

    def _axe(self, *rules: str) -> list[str]:
        # Through the debugger, so that the page's own rules about scripts stay as they are.
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return self.page.evaluate(_RUN_AXE, list(rules) or None)
