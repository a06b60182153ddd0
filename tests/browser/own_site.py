"""The record's pages as the browser looks at them: an invented person's record, and an empty one beside it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from waymark.app.demo_record import fill
from waymark.app.explaining import Explaining
from waymark.app.own_record import OwnRecord
from waymark.app.web.record.application import RecordPages, create_record_app
from waymark.record.keys import KeyCost
from waymark.record.vault import Vault

PASSPHRASE = "quiet garden gate"
NOW = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
PAGES = {
    "today": "/record",
    "diary": "/record/diary",
    "another-day": "/record/diary/day",
    "diary-list": "/record/diary/list",
    "look-back": "/record/diary/back",
    "weeks": "/record/diary/weeks",
    "usual-weeks": "/record/usual-weeks",
    "history": "/record/course",
    "add-diagnosis": "/record/course/add/diagnosis",
    "add-recurrence": "/record/course/add/recurrence",
    "add-restaging": "/record/course/add/restaging",
    "add-treatment": "/record/course/add/treatment",
    "plan": "/record/plan",
    "add-date": "/record/plan/add",
    "calendar": "/record/calendar",
    "visit": "/record/visit",
    "visit-page": "/record/visit/page",
    "second-opinion": "/record/visit/packet",
    "questions": "/record/questions",
    "pick-questions": "/record/questions/for/came-back",
    "add-question": "/record/questions/add",
    "more": "/record/more",
    "team": "/record/team",
    "add-contact": "/record/team/add",
    "card": "/record/card",
    "about-me": "/record/about-me",
    "medicines": "/record/medicines",
    "add-medicine": "/record/medicines/add",
    "what-helps": "/record/coping",
    "at-hand": "/record/at-hand",
    "notes": "/record/notes",
    "data": "/record/data",
    "import": "/record/import",
    "passphrase": "/record/data/passphrase",
    "erase": "/record/data/erase",
    "first-steps": "/record/first-steps",
    "about": "/record/about",
    "not-here": "/record/nothing",
}
"""Every page that an open record shows by itself; some more are reached through these (`LINKED`)."""
LINKED = {
    "symptom": ("/record/diary/back", ".spark-link"),
    "week": ("/record/diary/weeks", ".weeks a"),
    "entry": ("/record/course", ".row-what a"),
    "date": ("/record/plan", ".time a"),
    "question": ("/record/questions", ".ask-text a"),
}
"""A page, and the first link on it that leads on."""
CLOSED = {
    "start": "/record/start",
    "new": "/record/new",
    "open": "/record/open",
    "recover": "/record/recover",
    "restore": "/record/restore",
}


def application(folder: Path, idle: timedelta = timedelta(minutes=10), language: str = "en") -> Any:
    """Return the application over a folder with one record, which is made here."""
    cheap = KeyCost(memory_kib=8, passes=1)
    vault, _ = Vault.create(folder / "record-1", PASSPHRASE, "Garden book", cost=cheap, clock=lambda: NOW)
    fill(OwnRecord(vault, "US", NOW.date), language)
    vault.lock()
    library = Explaining(None, lambda host: "", NOW.date).library()
    return create_record_app(RecordPages(folder, lambda: NOW, "US", library, idle=idle))


def offer_a_file(tab: Any) -> Any:
    """Choose a hospital's file, and return the page that shows what is in it."""
    from portal_file import PATIENT, RESOURCES, bundle

    held = [
        {**each, "name": [{"text": "An invented person"}], "birthDate": "1969"} if each is PATIENT else each
        for each in RESOURCES
    ]
    page = tab.go("/record/import")
    page.locator("#file").set_input_files(
        {"name": "portal.json", "mimeType": "application/json", "buffer": bundle(*held)}
    )
    page.locator("main form button").first.click()
    page.wait_for_selector("fieldset.take")
    return page


def open_record(tab: Any, language: str = "") -> Any:
    """Type the passphrase, and return the page."""
    page = tab.go(f"{language}/record/open")
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**{language}/record")
    return page
