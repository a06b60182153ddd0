"""The librarian's pages as the browser looks at them: an invented library that somebody has to work through."""

import sqlite3
from pathlib import Path
from typing import Any

from librarian_site import NAMES, PASSWORD, TODAY, Site, made

from waymark.answering.missing import FILE
from waymark.app.checking import checked
from waymark.app.export import Wanted, export_library
from waymark.app.exports import remember
from waymark.app.ingest_pages import captures_of
from waymark.app.librarian.permissions import Role
from waymark.app.repairing import rebuilt
from waymark.library.catalogue import Audit, Seen
from waymark.library.document import Status, content_hash
from waymark.sources.captures import Outcome, Reading

AT = "2026-11-20T09:00:00+00:00"
SUBJECTS = ("rest", "food", "walks", "letters", "visits", "travel", "sleep", "work")
CHANGED, GONE, LONG = "waymark-fatigue", "example-leaflet-rest", "example-leaflet-walks"
PAGES = {
    "overview": "/librarian",
    "queue": "/librarian/queue",
    "queue-repair": "/librarian/queue?check=TYPE-SUBSTRING",
    "queue-blocked": "/librarian/queue?severity=blocking",
    "queue-of-one": f"/librarian/queue?document={LONG}",
    "queue-empty": "/librarian/queue?check=TEXT-ENCODING",
    "many": "/librarian/many/TYPE-SUBSTRING",
    "documents": "/librarian/documents",
    "documents-none": "/librarian/documents?q=zzyzx",
    "document": f"/librarian/documents/{LONG}",
    "changed": f"/librarian/documents/{CHANGED}",
    "compare": f"/librarian/documents/{CHANGED}/compare",
    "value": f"/librarian/documents/{LONG}/value/cancerTypes",
    "text": f"/librarian/documents/{LONG}/text",
    "review": f"/librarian/documents/{LONG}/review",
    "withdraw": f"/librarian/documents/{LONG}/step/withdraw",
    "reviews": "/librarian/reviews",
    "wanted": "/librarian/wanted",
    "pages": "/librarian/pages",
    "log": "/librarian/log",
    "people": "/librarian/people",
    "account": "/librarian/account",
    "not-there": "/librarian/documents/nothing",
}
"""Every page of somebody who works on the library."""


def leaflet(subject: str, number: int) -> str:
    """Return the Markdown of one leaflet: a tag without ground, a title with its site's name, a lost power."""
    return f"""---
audienceLevel: patient
cancerTypes: [liver]
citation: Example, 2026
id: example-leaflet-{subject}
language: en
lastReviewed: '2026-{1 + number:02}-15'
license: CC0-1.0
reviewFrequency: yearly
source: Example Institute
sourceType: example
status: active
tags: [coping]
title: About {subject} after treatment - Example Institute
url: https://example.org/leaflets/{subject}
version: v1
---

# About {subject} after treatment

We deliver this leaflet to everybody who asks about {subject}. It says what other people found useful in the first months
after their treatment, and whom to call when something does not get better by itself.

## What helps

Make a plan for each week. Leave time between one thing and the next, and tell your team what you notice. A count of white
cells under 4 x 109/L is one of the things that they look at.

See [our page about {SUBJECTS[(number + 1) % len(SUBJECTS)]}](/leaflets/{SUBJECTS[(number + 1) % len(SUBJECTS)]}) and
[the one about money](/leaflets/money).
"""


def filled(folder: Path) -> Site:
    """Return a library in which something of every kind waits for somebody."""
    site = made(folder)
    service = site.service
    leaflets = folder / "leaflets"
    leaflets.mkdir()
    for number, subject in enumerate(SUBJECTS):
        (leaflets / f"{subject}.md").write_text(leaflet(subject, number), encoding="utf-8")
    service.add([leaflets], actor="Ed Editor")
    with service.catalogue.writing() as writer:
        before = service.catalogue.document(CHANGED)
        source = before.source.replace("tired", "very tired", 3) + "\n\nThe publisher added this sentence.\n"
        after = rebuilt(before, {**before.front, "retrieved": AT}, source).with_card(status=Status.DRAFT)
        assert after.card.content_hash == content_hash(after.body.text)
        writer.propose(after, Audit("sync", "sync", "the publisher's page says something else: 3 words new", AT))
        gone = "https://example.org/leaflets/rest"
        writer.note_seen(Seen(gone, 1, 0, "0" * 64, GONE, "taken"))
    captures_of(service.catalogue).note(Reading(gone, AT, Outcome.GONE, why="The page is not there any more (404)."))
    export = export_library(service.catalogue, folder / "for-the-ward", Wanted(at=AT, by="Rosa Reviewer"), "export")
    with service.catalogue.writing() as writer:
        remember(service.catalogue, writer, export)
    count_missing(service.catalogue.folder)
    with checked(service.catalogue, TODAY):
        pass
    return site


def count_missing(folder: Path) -> None:
    """Count declined questions as the service does, without asking any."""
    from waymark.answering import missing

    with sqlite3.connect(folder / FILE) as file:
        file.executescript(missing._SCHEMA)
        rows = [
            ("2026-11-18", "not_in_library", "pancreatic", "trials", "en", 7),
            ("2026-11-19", "not_in_library", "general", "coping", "es", 4),
            ("2026-11-20", "not_in_library", "melanoma", "side_effects", "en", 2),
        ]
        file.executemany("INSERT INTO counts VALUES (?,?,?,?,?,?)", rows)


def log_in(tab: Any, role: Role = Role.ADMINISTRATOR, language: str = "") -> Any:
    """Log in as the person of a role; return the page."""
    page = tab.go(f"{language}/librarian/login")
    page.locator("main input[name=name]").fill(NAMES[role])
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator(".desk-nav").wait_for()
    return page
