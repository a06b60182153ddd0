"""A person at the record's pages, with a browser that runs no script: links are followed, forms are filled in and sent."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from waymark.app.demo_record import fill
from waymark.app.own_record import OwnRecord
from waymark.app.web.record.application import RecordPages, create_record_app
from waymark.record.keys import KeyCost
from waymark.record.vault import Vault

PASSPHRASE = "quiet garden gate"
NAME = "Garden book"
CHEAP = KeyCost(memory_kib=8, passes=1)


class Clock:
    """The time, as the test says it."""

    def __init__(self, now: datetime | None = None) -> None:
        self.now = now or datetime(2026, 11, 25, 21, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **later: float) -> None:
        self.now += timedelta(**later)


def begun(folder: Path, clock: Clock, filled: bool = False, language: str = "en", name: str = NAME) -> Path:
    """Begin a record in a folder, empty or with the entries of the invented example, and leave it locked."""
    number = 1 + len(list(folder.glob("record-*/keys.json")))
    place = folder / f"record-{number}"
    vault, _ = Vault.create(place, PASSPHRASE, name, cost=CHEAP, clock=clock)
    if filled:
        fill(OwnRecord(vault, "US", lambda: clock.now.date()), language)
    vault.lock()
    return place


def door(folder: Path, clock: Clock, **more: Any) -> RecordPages:
    return RecordPages(folder, clock, "US", **more)


class Person:
    """One browser: its cookies, the page that it shows, and where that is."""

    def __init__(self, pages: RecordPages, language: str = "", host: str = "localhost") -> None:
        self.pages = pages
        self.client = TestClient(
            create_record_app(pages),
            base_url=f"http://{host}",
            client=("127.0.0.1", 50000),
            raise_server_exceptions=False,
            follow_redirects=False,
        )
        self.prefix = f"/{language}" if language else ""
        self.address = ""
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.html = HTMLParser("")

    def go(self, address: str) -> "Person":
        """Open an address, following where it leads."""
        if not address.startswith(("/es/", "/record")):
            raise AssertionError(f"{address} is no page of the record")
        return self._arrived(self.client.get(address if address.startswith("/es/") else self.prefix + address))

    def _arrived(self, response: Any) -> "Person":
        for _ in range(8):
            if response.status_code not in (303, 307):
                break
            response = self.client.get(response.headers["location"])
        self.address = urlsplit(str(response.url)).path
        self.status, self.headers = response.status_code, response.headers
        self.content = response.content
        if response.headers.get("content-type", "").startswith("text/html"):
            self.html = HTMLParser(response.text)
        return self

    @property
    def words(self) -> str:
        """What the page says, in one line."""
        return words(self.html.css_first("main"))

    @property
    def hint(self) -> str:
        return words(self.html.css_first(".hint"))

    @property
    def told(self) -> str:
        return words(self.html.css_first(".told"))

    @property
    def token(self) -> str:
        held = self.html.css_first("input[name=token]")
        return str(held.attributes["value"]) if held else ""

    def links(self) -> list[str]:
        """Return every address of the record that the page leads to."""
        found = [str(link.attributes.get("href") or "") for link in self.html.css("a[href]")]
        return [
            link.partition("#")[0]
            for link in found
            if urlsplit(link).path.lstrip("/").startswith(("record", "es/record")) and "//" not in link
        ]

    def click(self, label: str) -> "Person":
        """Follow the link that says this."""
        for link in self.html.css("a[href]"):
            if label in words(link):
                return self.go(str(link.attributes["href"]).partition("#")[0])
        raise AssertionError(f"no link says “{label}”: {[words(link) for link in self.html.css('main a')]}")

    def forms(self) -> list[Node]:
        return self.html.css("main form")

    def form(self, button: str = "") -> Node:
        """Return the form with a button that says this, or the first one of the page."""
        for form in self.forms():
            if any(button in words(each) for each in form.css("button")):
                return form
        raise AssertionError(f"no button says “{button}”")

    def send(
        self,
        fields: Mapping[str, Any] | None = None,
        button: str = "",
        file: tuple[str, bytes] | None = None,
        **named: Any,
    ) -> "Person":
        """Fill in a form and press its button; what is not named stays as the page shows it."""
        form = self.form(button)
        values = filled_in(form)
        pressed = next((each for each in form.css("button") if button in words(each)), None)
        if pressed is not None and pressed.attributes.get("name"):
            values.append((str(pressed.attributes["name"]), str(pressed.attributes.get("value") or "")))
        for name, value in {**(fields or {}), **named}.items():
            values = [pair for pair in values if pair[0] != name]
            wanted = value if isinstance(value, list | tuple) else () if value is None else (value,)
            values += [(name, str(each)) for each in wanted]
        data: dict[str, list[str]] = {}
        for name, held in values:
            data.setdefault(name, []).append(held)
        action = str(form.attributes["action"])
        files = {"file": file} if file else None
        return self._arrived(self.client.post(action, data=data, files=files))

    def post(self, address: str, data: Mapping[str, Any], **more: Any) -> Any:
        """Send a form as it is, and return the answer as it is."""
        return self.client.post(self.prefix + address, data=dict(data), **more)

    def open(self, passphrase: str = PASSPHRASE) -> "Person":
        return self.go("/record/open").send(passphrase=passphrase, button="Open" if not self.prefix else "")

    @property
    def own(self) -> OwnRecord:
        """The record as the server holds it open."""
        held = [session.own for session in self.pages.sessions._held.values() if session.open]
        assert len(held) == 1 and held[0] is not None
        return held[0]


def filled_in(form: Node) -> list[tuple[str, str]]:
    """Return what a browser would send of a form as the page shows it."""
    values: list[tuple[str, str]] = []
    for field in form.css("input, select, textarea"):
        held = field.attributes
        name, kind = held.get("name"), held.get("type") or "text"
        if not name or "disabled" in held or kind in ("submit", "file"):
            continue
        if field.tag == "textarea":
            values.append((name, field.text().removeprefix("\n")))
        elif field.tag == "select":
            chosen = field.css_first("option[selected]") or field.css_first("option")
            values.append((name, str(chosen.attributes.get("value") or "") if chosen else ""))
        elif kind in ("radio", "checkbox"):
            if "checked" in held:
                values.append((name, held.get("value") or ""))
        else:
            values.append((name, held.get("value") or ""))
    return values


def words(node: Node | None) -> str:
    return " ".join(node.text().split()) if node is not None else ""


Begin = Callable[..., Person]
