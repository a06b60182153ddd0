"""What the record's pages show of the library: a quotation for each topic of ours, and the pages on living with it.

This stands between the two sides. It asks the library with the fixed questions below and hands plain data to the record's
pages; nothing that a person wrote ever comes here. Where the library does not answer, is broken or not there, the starter
collection that ships is read from its files.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from waymark.answering.response import Answer
from waymark.app.web.markup import render_slice
from waymark.app.web.record.library import Explanation, Library, Reading
from waymark.app.web.record.words import N_
from waymark.care.team import COPING
from waymark.errors import WaymarkError
from waymark.languages.texts import SOURCE, texts
from waymark.library import front_matter
from waymark.library.body import BlockKind, Body, normalise
from waymark.passages.passages import Passage, passages

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark


@dataclass(frozen=True, slots=True)
class Topic:
    """What the library is asked, by language, and the page of the starter collection that answers else: its first section, or
    the one under a heading that holds ``heading``.
    """

    questions: Mapping[str, str]
    page: str
    heading: str = ""


TOPICS: Mapping[str, Topic] = {
    "restaging": Topic(
        {"en": "What does the r in front of my stage mean?", "es": "¿Qué significa la r delante de mi estadio?"},
        "restaging",
        "the r before a stage",
    ),
    "stage": Topic({"en": "What is a stage of cancer?", "es": "¿Qué es el estadio de un cáncer?"}, "what-a-stage-is"),
    "kinds": Topic(
        {"en": "Which kinds of recurrence are there?", "es": "¿Qué tipos de recurrencia hay?"}, "kinds-of-recurrence"
    ),
    "second": Topic(
        {
            "en": "What is the difference between a recurrence and a second cancer?",
            "es": "¿Cuál es la diferencia entre una recurrencia y un segundo cáncer?",
        },
        "recurrence-or-second-cancer",
    ),
    "same": Topic(
        {
            "en": "It came back in my liver. Is it still colon cancer?",
            "es": "Volvió en el hígado. ¿Sigue siendo cáncer de colon?",
        },
        "same-cancer-new-place",
    ),
    "report": Topic({}, "what-the-words-on-a-report-mean"),
    "status": Topic(
        {"en": "What does remission mean?", "es": "¿Qué significa remisión?"}, "remission-and-no-evidence-of-disease"
    ),
    "treatment": Topic({}, "treatment-when-cancer-comes-back"),
    "follow-up": Topic({"en": "What is follow-up care?", "es": "¿Qué es el seguimiento?"}, "follow-up-care"),
}
"""Every topic that a field of the record may name. Where no question is given, our own page is quoted."""

SUPPORT = (
    (N_("The people who help"), "the-care-team"),
    (N_("Palliative care"), "palliative-care"),
    (N_("Work and money"), "work-and-money"),
    (N_("Planning ahead"), "advance-care-planning"),
)
"""Kinds of support, as (title, page of the starter collection)."""


@dataclass(frozen=True, slots=True)
class _Page:
    front: Mapping[str, Any]
    body: Body

    @property
    def title(self) -> str:
        return str(self.front["title"])


@cache
def _starter(name: str, language: str) -> _Page | None:
    """Return a page of the starter collection as it ships, in a language where it is there, else in English."""
    for code in dict.fromkeys((language, SOURCE)):
        file = resources.files("waymark") / "starter" / code / f"{name}.md"
        try:
            front, source = front_matter.read(file.read_text("utf-8"))
        except (OSError, WaymarkError):
            continue
        return _Page(front, normalise(source, str(front["title"])))
    return None


class Explaining:
    """Explanations and readings out of one library. ``public`` gives the address of the public pages as seen from a host."""

    def __init__(self, service: "Waymark | None", public: Callable[[str], str], today: Callable[[], date] = date.today):
        self._service, self._public, self._today = service, public, today
        self._guard = threading.Lock()
        self._known: dict[tuple[str, str], Explanation | None] = {}
        self._generation: object = None

    def library(self) -> Library:
        return Library(self.explain, self.readings, self._public)

    def explain(self, topic: str, language: str) -> Explanation | None:
        """Return the quotation of a topic, None for one that is not ours."""
        if topic not in TOPICS:
            return None
        with self._guard:
            generation = self._of_library()
            if generation != self._generation:
                self._known, self._generation = {}, generation
            key = (topic, language)
            if key not in self._known:
                self._known[key] = self._quoted(TOPICS[topic], language) or self._from_starter(TOPICS[topic], language)
            return self._known[key]

    def _of_library(self) -> object:
        try:
            return self._service.catalogue.generation if self._service else None
        except WaymarkError:
            return None

    def _quoted(self, topic: Topic, language: str) -> Explanation | None:
        question = topic.questions.get(language)
        if self._service is None or question is None:
            return None
        try:
            response = self._service.ask(question, audience="patient", language=language, on=self._today(), count=False)
            if not isinstance(response, Answer):
                return None
            quotation = response.quotations[0]
            card = quotation.card
            document = self._service.document(card.id, card.version)
        except WaymarkError:  # a library that is broken is told by its own pages; here our own page explains
            return None
        place = urlencode({"start": quotation.start, "end": quotation.end})
        return Explanation(
            words=render_slice(document.body, quotation.start, quotation.end),
            title=card.title,
            publisher=card.publisher,
            language=card.language,
            reviewed=card.last_reviewed,
            lapsed=card.lapsed(self._today()),
            address=f"/documents/{card.id}/versions/{card.version}?{place}#quote",
            ours=card.url.startswith("waymark:"),
        )

    def _from_starter(self, topic: Topic, language: str) -> Explanation | None:
        page = _starter(topic.page, language)
        if page is None:
            return None
        found = _passage(page, topic.heading)
        return Explanation(
            words=render_slice(page.body, found.span.start, found.span.end),
            title=page.title,
            publisher=texts(language).gettext(_PUBLISHER),
            language=str(page.front["language"]),
            address=self._address(page),
            ours=True,
        )

    def readings(self, group: str, language: str) -> tuple[Reading, ...]:
        """Return the pages on living with it ("coping") or the kinds of support ("support"), each with its first words."""
        listed = {"coping": COPING, "support": SUPPORT}.get(group, ())
        words, found = texts(language), []
        for title, name in listed:
            page = _starter(name, language)
            if page is not None:
                found.append(
                    Reading(
                        words.gettext(title), _first_words(page.body), str(page.front["language"]), self._address(page)
                    )
                )
        return tuple(found)

    def _address(self, page: _Page) -> str:
        """Return where a page of the starter collection opens in the library, "" where the library does not hold it."""
        made = str(page.front["id"])
        try:
            if self._service is not None and self._service.document(made):
                return f"/documents/{made}"
        except WaymarkError:
            pass
        return ""


_PUBLISHER = N_("Waymark starter collection")


def _passage(page: _Page, heading: str) -> Passage:
    held = list(passages(page.body))
    wanted = (one for one in held if heading and heading in " ".join(one.section).lower())
    return next(wanted, held[0])


def _first_words(body: Body) -> str:
    block = next(block for block in body.blocks if block.kind is BlockKind.PARAGRAPH)
    return body.text[block.text_start : block.end].strip()
