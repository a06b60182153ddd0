"""Documents and audit events for the tests of the catalogue, written by the project."""

from dataclasses import replace
from datetime import date
from typing import Any

from waymark.library.body import normalise
from waymark.library.catalogue import Audit
from waymark.library.document import Card, Document, Status, content_hash

AT = "2026-11-21T10:00:00Z"
WORDS = """# Scans after treatment

A scan looks for changes that you cannot feel yet. Ask your team:

- how often you need one
- who reads it, and **when** you hear

## Waiting

Waiting is hard. [Tell someone](https://example.org/help) how it is for you.
"""


def audit(action: str = "add", why: str = "") -> Audit:
    return Audit("test", action, why, AT)


def document(
    name: str = "scans",
    source: str = WORDS,
    status: Status = Status.PUBLISHED,
    front: dict[str, Any] | None = None,
    **card: Any,
) -> Document:
    """Return a document whose card agrees with its front matter."""
    told: dict[str, Any] = {
        "audienceLevel": "patient",
        "cancerTypes": ["breast", "lung"],
        "citation": "Example, 2026",
        "language": "en",
        "lastReviewed": "2026-01-31",
        "license": "CC0-1.0",
        "reviewFrequency": "yearly",
        "source": "Example",
        "sourceType": "example",
        "status": "active",
        "tags": ["scans"],
        "title": "Scans after treatment",
        "url": f"https://example.org/{name}",
        "version": "v1",
        **(front or {}),
    }
    body = normalise(source, told["title"])
    made = Card(
        id=name,
        version=told["version"],
        content_hash=content_hash(body.text),
        title=told["title"],
        publisher=told["source"],
        url=told["url"],
        status=status,
        audience=told["audienceLevel"],
        language=told["language"],
        cancer_types=tuple(told["cancerTypes"]),
        tags=tuple(told["tags"]),
        kind="summary",
        license=told["license"],
        citation=told["citation"],
        attribution="Example: Scans after treatment",
        last_reviewed=date(2026, 1, 31),
        review_due=date(2027, 1, 31),
        updated=date(2026, 1, 15),
        posted=None,
        retrieved="2026-11-20T08:00:00Z",
        reviewed_by=None,
        origin=f"/somewhere/{name}.md",
    )
    return Document(replace(made, **card), told, source, body, {"audience": ("the address says patient",)})
