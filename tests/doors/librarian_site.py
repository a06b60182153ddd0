"""A library with people who work on it, and a browser for the tests: cookies, tokens, forms."""

import atexit
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import argon2
from fastapi.testclient import TestClient

from waymark.app.checking import checked
from waymark.app.librarian import people as people_module
from waymark.app.librarian.people import People
from waymark.app.librarian.permissions import Role
from waymark.app.web.application import create_app
from waymark.app.wiring import Waymark
from waymark.settings import Settings

TODAY = date(2026, 11, 21)
# The same function with little work: hundreds of logins are made here, and none of them guards anything.
_LITTLE_WORK = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
people_module._hasher = lambda: _LITTLE_WORK  # type: ignore[assignment]
people_module._nobodys.cache_clear()
PASSWORD = "four words of a sentence"
NAMES = {
    Role.READER: "Rita Reader",
    Role.EDITOR: "Ed Editor",
    Role.REVIEWER: "Rosa Reviewer",
    Role.ADMINISTRATOR: "Ana Ruiz",
}
THIN = """---
audienceLevel: patient
cancerTypes: [breast]
citation: Example, 2026
id: example-thin
language: en
lastReviewed: '2026-01-31'
license: CC0-1.0
reviewFrequency: yearly
source: Example Institute
sourceType: example
status: active
tags: [scans]
title: A thin page - Example Institute
url: https://example.org/thin
version: v1
---

Too short.
"""
HOSTILE = """---
audienceLevel: patient
cancerTypes: [breast]
citation: Example, 2026
id: example-hostile
language: en
lastReviewed: '2026-01-31'
license: CC0-1.0
reviewFrequency: yearly
source: '<b onmouseover=x>Example</b>'
sourceType: example
status: active
tags: ['<script>alert(1)</script>']
title: '<script>alert("title")</script> - Example'
url: https://example.org/hostile
version: v1
---

# <script>alert("heading")</script>

A line with <img src=x onerror=alert(1)> and [a link](javascript:alert(2)) in it, the number 109/L, and words enough for a
page that is not held back as too thin: &lt;script&gt;alert(3)&lt;/script&gt; stands here, and more words follow it, about how
often people ask for a second opinion, what they take along, and whom they can call when they are not sure what to ask next.
"""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **more: float) -> None:
        self.time += timedelta(**more)


@dataclass
class Site:
    """One served library."""

    service: Waymark
    clock: Clock
    people: People
    app: Any
    base: str = "http://localhost"

    def visitor(self, **headers: str) -> "Visitor":
        return Visitor(self, TestClient(self.app, self.base, headers={"sec-fetch-site": "same-origin", **headers}))

    def member(self, role: Role) -> "Visitor":
        visitor = self.visitor()
        answer = visitor.log_in(NAMES[role])
        assert answer.status_code == 303, answer.text
        return visitor


@dataclass
class Visitor:
    """One browser. ``page`` is the text of the page that it shows."""

    site: Site
    client: TestClient
    page: str = ""
    last: Any = field(default=None, repr=False)

    def get(self, address: str) -> Any:
        self.last = self.client.get(address, follow_redirects=False)
        self.page = self.last.text
        return self.last

    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.page)
        assert found is not None, "the page has no form"
        return found.group(1)

    def form(self, action: str) -> dict[str, str]:
        """Return the hidden fields of the form of the page that goes to an address."""
        for form in re.findall(r"<form\b.*?</form>", self.page, re.DOTALL):
            if f'action="{action}"' in form:
                return {
                    unescape(n): unescape(v)
                    for n, v in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form)
                }
        raise AssertionError(f"the page has no form that goes to {action}")

    def send(self, address: str, fields: dict[str, Any] | None = None, token: str | None = None, **headers: str) -> Any:
        """Send a form with the token of the page that is shown, or another."""
        told = {"token": self.token() if token is None else token, **(fields or {})}
        self.last = self.client.post(address, data=told, follow_redirects=False, headers=headers)
        self.page = self.last.text
        return self.last

    def log_in(self, name: str, password: str = PASSWORD, **fields: str) -> Any:
        self.get("/librarian/login")
        return self.send("/librarian/login", {"name": name, "password": password, **fields})

    def follow(self) -> Any:
        return self.get(self.last.headers["location"])


@cache
def _template() -> Path:
    """Make the library once; every test works on a copy."""
    folder = Path(tempfile.mkdtemp(prefix="waymark-librarian-"))
    atexit.register(shutil.rmtree, folder, True)
    service = Waymark.open(Settings(library=folder / "library"))
    for name, words in (("thin.md", THIN), ("hostile.md", HOSTILE)):
        (folder / name).write_text(words, encoding="utf-8")
        service.add([folder / name], actor="test")
    people = People(service.catalogue)
    for role, name in NAMES.items():
        people.add(name, role, PASSWORD, "test", "2026-11-20T10:00:00+00:00")
    with checked(service.catalogue, TODAY):
        pass
    service.close()
    return folder / "library"


def made(folder: Path) -> Site:
    """Return a library of the starter collection, two documents that need somebody, and a person in each role."""
    shutil.copytree(_template(), folder / "library")
    service = Waymark.open(Settings(library=folder / "library", librarian=True))
    people, clock = People(service.catalogue), Clock()
    app = create_app(service, today=lambda: TODAY, librarian=True, clock=clock)
    return Site(service, clock, people, app)
