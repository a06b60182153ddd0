"""What the browser looks at: the starter collection behind a scripted service, so that every page has its example."""

from importlib.resources import files
from typing import Any

import fake_service
from fake_service import TODAY, FakeService, answer, made
from ruamel.yaml import YAML

from waymark.answering.response import Decline, Quotation
from waymark.answering.wording import decline_words
from waymark.errors import IndexMissing
from waymark.library.cancer_types import name_of
from waymark.library.document import Document
from waymark.passages.passages import passages

__all__ = ["TODAY", "service"]

DIFFERENCE = "What is the difference between a recurrence and a second cancer?"
TO_ASK = "What should I ask when it comes back?"
KINDS = "Which kinds of recurrence are there?"
FEVER = "I have a fever of 39 C after chemotherapy"
HOW_LONG = "How long do I have?"
OPINION = "¿Cómo pido una segunda opinión?"
FEVER_IN_SPANISH = "Tengo fiebre de 39 después de la quimio"
HOW_LONG_IN_SPANISH = "¿Cuánto tiempo me queda?"
ONLY_IN_ENGLISH = "¿Qué es un glioblastoma?"
BROKEN = "Is the search broken?"


def starter() -> list[Any]:
    """Return the starter collection as documents, in both languages."""
    found = []
    folders = [files("waymark") / "starter" / language for language in ("en", "es")]
    for path in (path for folder in folders for path in sorted(folder.iterdir(), key=lambda path: path.name)):
        front_text, text = path.read_text("utf-8").removeprefix("---\n").split("\n---\n", 1)
        front = YAML(typ="safe", pure=True).load(front_text)
        found.append(
            made(
                front["id"],
                front["title"],
                text,
                publisher=front["source"],
                url=front["url"],
                license=front["license"],
                attribution=front["attribution"],
                cancer_types=tuple(kind for kind in front["cancerTypes"] if kind != "general"),
                tags=tuple(front["tags"]),
                language=front["language"],
                last_reviewed=None,
                review_due=None,
                front=front,
            )
        )
    return found


def service() -> Any:
    """Return a service that answers the questions of the journeys with passages of the starter collection."""
    documents = [*starter(), *(each for each in fake_service.library() if each.id in ("river-kinds", "river-segunda"))]
    site = FakeService(documents=documents)
    types = {kind for document in documents for kind in document.card.cancer_types}
    site.cancer_names = lambda language="en": sorted((kind, name_of(kind, language)) for kind in types)  # type: ignore[method-assign]

    def quoted(document_id: str, at: int) -> Quotation:
        document: Document = site.document(document_id)
        passage = list(passages(document.body))[at]
        text = passage.text(document.body)
        return Quotation(document.card, passage.span.start, passage.span.end, text, passage.section, TODAY)

    difference = tuple(quoted("waymark-recurrence-or-second-cancer", at) for at in range(3))
    to_ask = tuple(quoted("waymark-questions-when-it-comes-back", at) for at in (1, 2))
    kinds = quoted("river-kinds", 0)
    fever = next(
        passage
        for passage in (quoted("waymark-when-to-call-right-away", at) for at in range(9))
        if any("fever" in heading.lower() for heading in passage.section)
    )
    words = decline_words("needs_your_team", "en", "forecast")
    forecast = Decline(
        HOW_LONG, "needs_your_team", words.say, words.next_step, None, (quoted("waymark-palliative-care", 0),)
    )
    spanish = decline_words("needs_your_team", "es", "forecast")
    forecast_in_spanish = Decline(
        HOW_LONG_IN_SPANISH,
        "needs_your_team",
        spanish.say,
        spanish.next_step,
        None,
        (quoted("waymark-es-can-anyone-know-if-it-will-come-back", 0),),
    )
    site.script = {
        DIFFERENCE: answer(DIFFERENCE, *difference[:2], related=(*difference[2:], *to_ask[:1])),
        TO_ASK: answer(TO_ASK, *to_ask),
        KINDS: answer(KINDS, kinds, quoted("waymark-kinds-of-recurrence", 0)),
        FEVER: answer(FEVER, fever, urgent=site.urgent(FEVER)),
        HOW_LONG: forecast,
        OPINION: answer(OPINION, quoted("waymark-es-second-opinions", 0), quoted("waymark-es-second-opinions", 4)),
        FEVER_IN_SPANISH: answer(
            FEVER_IN_SPANISH,
            quoted("waymark-es-when-to-call-right-away", 2),
            urgent=site.urgent(FEVER_IN_SPANISH, "es"),
        ),
        HOW_LONG_IN_SPANISH: forecast_in_spanish,
        ONLY_IN_ENGLISH: answer(ONLY_IN_ENGLISH, quoted("waymark-cancer-glioblastoma", 0)),
        BROKEN: IndexMissing("The library has no index yet.", "Run: waymark index"),
    }
    return site
