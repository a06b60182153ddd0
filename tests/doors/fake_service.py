"""A small library in memory, with the same methods as the service behind the doors.

It answers by a script, so that a test of a page says what the page is given; documents, bodies, quotations and urgent
notices are real ones. The texts are the project's own and say nothing medical that is not in the starter collection.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from waymark.answering.conversation import NOTHING_SAID, Context
from waymark.answering.extent import fold_of
from waymark.answering.plain.said import Plain, Withheld
from waymark.answering.response import Answer, Decline, Quotation, Response
from waymark.answering.urgent import EmergencyNumbers, UrgentNotice, numbers_for, urgent_notice
from waymark.app.plain.telling import Teller
from waymark.app.reports.keeping import Reports
from waymark.app.wiring import Found, Health, Part, Search
from waymark.errors import NotFound, WaymarkError
from waymark.library.audit import AuditEvent
from waymark.library.body import normalise
from waymark.library.cancer_types import name_of
from waymark.library.catalogue import Catalogue
from waymark.library.document import Card, Document, Status, content_hash
from waymark.passages.passages import Span
from waymark.settings import Settings

TODAY = date(2026, 11, 21)

KINDS = """\
# Kinds of return

Doctors name a return by *where* it is found. There are three kinds:

- **Local**: in the same place as before, or very close.
- **Regional**: in [lymph nodes](/words/lymph-node) or tissue near the first place.
  - This may need another scan.
- **Distant**: far from the first place. See [second opinions](https://river.example/second-opinions).

## What comes next

1. Ask which kind it is.
2. Ask how it was found.

   Write the answer down.
3. Ask what happens next.

## Names beside each other

| Kind | Where | How it is seen |
| --- | --- | --- |
| Local | same place | examination & scan |
| Distant |  | scan |

Text with <angles>, an ampersand & a [script](javascript:alert(1)) that is never followed. The end.
"""

SECOND = """\
# Second opinions

Asking for a second opinion is common. Most doctors expect it, and many help to arrange it.

You need copies of your scans and of the tissue report.
"""

OWN = """\
# Questions to take along

A short list of questions can help you use a visit well. You may ask:

- Is this the first cancer come back, or a new one?
- How sure are you?
"""

HOSTILE = """\
# <script>alert("title")</script>

A line with [one](javascript:alert(1)), [two](data:text/html,x), [three](JaVaScRiPt:alert(1)), [four](vbscript:x),
[five](//elsewhere.example/x), [six](#cit/1), [seven](javascript://x.example/%0aalert(1)), [eight](ftp://x.example/)
and <img src=x onerror=alert(1)> in it.

A plain line with &lt;script&gt;alert(4)&lt;/script&gt; and \\<img src=x onerror=alert(5)\\> written out.

Code: `<script>alert(6)</script>`.
"""

SPANISH = """\
# Una segunda opinión

Pedir una segunda opinión es habitual. La mayoría de los médicos lo espera.
"""

WITHDRAWN_BEFORE = "# Old advice\n\nThis text was changed later.\n"
WITHDRAWN = "# Old advice\n\nThis text was withdrawn.\n"


def made(document_id: str, title: str, text: str, **changes: Any) -> Document:
    """Return a published document of the tests' own."""
    body = normalise(text, title)
    front = changes.pop("front", {})
    card = Card(
        id=document_id,
        version="v1",
        content_hash=content_hash(body.text),
        title=title,
        publisher="River Institute",
        url=f"https://river.example/{document_id.removeprefix('river-')}",
        status=Status.PUBLISHED,
        audience="patient",
        language="en",
        cancer_types=(),
        tags=("recurrence",),
        kind="page",
        license="public_domain",
        citation="River Institute, 2025",
        attribution=f"“{title}” was first published by the River Institute.",
        last_reviewed=date(2025, 12, 30),
        review_due=date(2026, 3, 30),
        updated=None,
        posted=None,
        retrieved="2026-11-01",
        reviewed_by=None,
        origin="test",
    )
    return Document(card=replace(card, **changes), front={"title": title, **front}, source=text, body=body)


def library() -> list[Document]:
    """Return the documents, each with something that a page has to get right."""
    return [
        made("river-kinds", "Kinds of return", KINDS, tags=("recurrence", "side-effects")),
        made(
            "river-second-opinions",
            "Second opinions",
            SECOND,
            cancer_types=("breast",),
            review_due=date(2027, 12, 30),
            reviewed_by="A. Brook, oncology nurse",
        ),
        made(
            "waymark-questions",
            "Questions to take along",
            OWN,
            publisher="Waymark",
            url="waymark:starter/questions",
            license="Apache-2.0",
            attribution="“Questions to take along”, Waymark starter collection, Apache-2.0",
            last_reviewed=None,
            review_due=None,
            tags=("questions", "recurrence"),
            front={
                "sources": [
                    {
                        "title": "A page about visits",
                        "publisher": "River Institute",
                        "url": "https://river.example/visits",
                    },
                    {"title": "A page with a bad address", "publisher": "Nobody", "url": "javascript:alert(1)"},
                ]
            },
        ),
        made(
            "river-hostile",
            '<script>alert("title")</script>',
            HOSTILE,
            publisher='<b onmouseover="x">Publisher</b>',
            audience="professional",
            last_reviewed=None,
            review_due=None,
            license="<i>unknown</i>",
            attribution='"><script>alert(2)</script>',
            tags=("<script>",),
        ),
        made("river-segunda", "Una segunda opinión", SPANISH, language="es", review_due=None),
    ]


@dataclass
class FakeService:
    """The service of the tests. ``script`` gives the response, or the error to raise, for a question."""

    documents: list[Document] = field(default_factory=library)
    script: dict[str, Response | WaymarkError] = field(default_factory=dict)
    broken: dict[str, Part] = field(default_factory=dict)
    encoded: int = 10
    asked: list[dict[str, Any]] = field(default_factory=list)
    settings: Settings = field(default_factory=lambda: Settings(library=Path("nowhere"), country="US"))
    catalogue: Any = field(default_factory=lambda: SimpleNamespace(generation=1, folder=Path("no-library-here")))
    numbers: EmergencyNumbers = field(default_factory=lambda: numbers_for("US"))

    def __post_init__(self) -> None:
        before = made("river-old", "Old advice", WITHDRAWN_BEFORE, status=Status.SUPERSEDED)
        after = made("river-old", "Old advice", WITHDRAWN, version="v2", status=Status.WITHDRAWN)
        older = made("river-changed", "Newer advice", WITHDRAWN_BEFORE, status=Status.SUPERSEDED)
        newer = made("river-changed", "Newer advice", WITHDRAWN, version="v2")
        self.kept = {(each.id, each.card.version): each for each in (*self.documents, before, after, older, newer)}
        self.current = {each.id: each.card.version for each in (*self.documents, after, newer)}

    @cached_property
    def reports(self) -> Reports:
        """Reports over a real catalogue of their own, which is gone with the service."""
        self._place = TemporaryDirectory(prefix="reports-")
        return Reports(Catalogue.create(Path(self._place.name) / "library", "waymark test"))

    def surroundings(self) -> dict[str, Any]:
        return {"made_by": "waymark test", "index": {"generation": 1}, "settings": {"country": "US"}}

    @cached_property
    def teller(self) -> Teller | None:
        return Teller(self.settings.plain) if self.settings.plain else None

    def in_plain_words(self, response: Response) -> Plain:
        return self.teller.tell(response) if self.teller else Withheld("off")

    # The service's methods -------------------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        audience: str | None = None,
        cancer: str | None = None,
        language: str | None = None,
        on: date | None = None,
        context: Context = NOTHING_SAID,
        count: bool = True,
    ) -> Response:
        asked = {"question": question, "audience": audience, "cancer": cancer, "language": language, "on": on}
        self.asked.append({**asked, **({"context": context} if context else {})})
        found = self.script.get(question)
        if isinstance(found, WaymarkError):
            raise found
        if found is not None:
            return found
        return decline(question, "not_in_library", urgent=self.urgent(question))

    def urgent(self, question: str, language: str = "en") -> UrgentNotice | None:
        return urgent_notice(question, language, self.numbers)

    def search(self, query: str, k: int = 10) -> Search:
        found = []
        for document in self.documents:
            start = document.body.text.find(query)
            if start >= 0:
                found.append(Found(document.card, start, start + len(query), query, ("Part",), 0.5))
        return Search(query, tuple(found[:k]), 1.25)

    def document(self, document_id: str, version: str | None = None) -> Document:
        key = (document_id, version or self.current.get(document_id, ""))
        if key not in self.kept:
            raise NotFound(f"The library has no document “{document_id}”.", "Look for it in the library.")
        return self.kept[key]

    def cards(self) -> list[Card]:
        return [each.card for each in self.documents]

    def versions(self, document_id: str) -> list[Card]:
        return [each.card for (kept_id, _), each in sorted(self.kept.items()) if kept_id == document_id]

    def events(self, document_id: str) -> list[AuditEvent]:
        card = self.document(document_id).card
        return [
            AuditEvent(
                1,
                "2026-11-01T10:00:00+00:00",
                "R. Ford",
                "add",
                card.id,
                card.version,
                card.content_hash,
                {"why": "new"},
            )
        ]

    def cancer_names(self, language: str = "en") -> list[tuple[str, str]]:
        return [("breast", name_of("breast", language))]

    def translations(self) -> dict[str, str]:
        return {
            each.id: each.front["translationOf"]
            for each in self.documents
            if each.front.get("translationOf") is not None
        }

    def health(self) -> Health:
        parts = {
            "library": Part(True, "5 documents are published.", detail={"published": 5}),
            "index": Part(True, "10 passages can be searched.", detail={"passages": 10}),
            "encoder": Part(True, "Passages are encoded.", detail={"encoded": self.encoded, "total": 10}),
        }
        return Health({**parts, **self.broken})


def quoted(service: FakeService, document_id: str, first: str, last: str, section: tuple[str, ...] = ()) -> Quotation:
    """Return a quotation from the first words to the last ones, as they stand in the document's body."""
    document = service.document(document_id)
    start = document.body.text.index(first)
    end = document.body.text.index(last, start) + len(last)
    fold = fold_of(document.body, Span(start, end))
    return Quotation(document.card, start, end, document.body.text[start:end], section, TODAY, fold)


def answer(
    question: str, *quotations: Quotation, related: tuple[Quotation, ...] = (), urgent: UrgentNotice | None = None
) -> Answer:
    return Answer(question, quotations, urgent, related, 1.0)


def decline(
    question: str, reason: Any, related: tuple[Quotation, ...] = (), urgent: UrgentNotice | None = None
) -> Decline:
    return Decline(question, reason, "The library does not say.", "Your care team can help.", urgent, related, 1.0)


FEVER = "I have a fever of 39 C after chemotherapy"


def scripted() -> FakeService:
    """Return a service with an answer, one with an urgent notice, and a decline with related quotations."""
    service = FakeService()
    whole_list = quoted(service, "river-kinds", "Doctors name", "far from the first place.", ("Kinds",))
    opinion = quoted(service, "river-second-opinions", "Asking for", "arrange it.")
    own = quoted(service, "waymark-questions", "A short list", "How sure are you?")
    service.script = {
        "Which kinds are there?": answer("Which kinds are there?", whole_list, opinion, related=(own,)),
        "How long do I have?": decline("How long do I have?", "needs_your_team", (own,)),
        "¿Qué es?": answer("¿Qué es?", quoted(service, "river-segunda", "Pedir", "espera.")),
        "Show the table": answer("Show the table", quoted(service, "river-kinds", "| Kind", "| Distant |  | scan |")),
        FEVER: answer(FEVER, whole_list, urgent=service.urgent(FEVER)),
    }
    return service
