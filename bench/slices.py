"""Word for word: every quotation of every answer is compared with the body that a reader of the document is shown."""

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bench.setting import SEED, Setting, Teller
from waymark.answering.evaluation import read_set
from waymark.answering.response import response_json
from waymark.app.evaluate import DAY
from waymark.app.wiring import Waymark
from waymark.errors import WaymarkError
from waymark.index.analyser import words_of

INVENTED = 1_000
_DOCUMENTS_LOOKED_AT = 300  # for words to invent questions from


def measure(setting: Setting) -> dict[str, Any]:
    """Ask every question of every set and a thousand invented ones; count quotations, and those that are not what they say."""
    asked = [
        (folder.name, topic.question)
        for folder in setting.set_folders()
        for topic in setting.cut(read_set(folder)).topics
    ]
    with setting.service() as service:
        number = min(INVENTED, setting.topics or INVENTED)
        asked += [("invented", question) for question in invented(service, number)]
        checker = Checker(service)
        teller = Teller("slices")
        for done, (name, question) in enumerate(asked, start=1):
            checker.check(name, question)
            teller("asking", done, len(asked))
    return {"sets": checker.counts, "wrong": checker.wrong, "first_wrong": checker.first_wrong}


class Checker:
    """Asks, and compares what a program would be sent with the body that `waymark show` prints of the same version."""

    def __init__(self, service: Waymark) -> None:
        self._service = service
        self._bodies: dict[tuple[str, str], str] = {}
        self.counts: dict[str, dict[str, int]] = {}
        self.wrong = 0
        self.first_wrong = ""

    def check(self, name: str, question: str) -> None:
        """Ask one question and check all that it quotes; an error counts as wrong too."""
        counts = self.counts.setdefault(
            name, {"questions": 0, "answered": 0, "quotations": 0, "related": 0, "errors": 0, "wrong": 0}
        )
        counts["questions"] += 1
        try:
            sent = response_json(self._service.ask(question, on=DAY))
        except WaymarkError as error:
            counts["errors"] += 1
            self._fail(counts, f"{type(error).__name__}: {error}")
            return
        counts["answered"] += sent["status"] == "answered"
        for kind in ("quotations", "related"):
            for quotation in sent[kind]:
                counts[kind] += 1
                document = quotation["document"]
                body = self._body(document["id"], document["version"])
                digest = "sha256:" + hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
                if body[quotation["start"] : quotation["end"]] != quotation["text"]:
                    self._fail(counts, f"{document['id']} at {quotation['start']}: not the slice that it says it is")
                elif digest != document["content_hash"]:
                    self._fail(counts, f"{document['id']}: the body is not the one that the hash names")

    def _body(self, document: str, version: str) -> str:
        key = (document, version)
        if key not in self._bodies:
            # From the catalogue, not from what the answering holds in memory.
            self._bodies[key] = self._service.catalogue.document(document, version).body.text
        return self._bodies[key]

    def _fail(self, counts: dict[str, int], what: str) -> None:
        counts["wrong"] += 1
        self.wrong += 1
        self.first_wrong = self.first_wrong or what


def invented(service: Waymark, number: int) -> Iterator[str]:
    """Yield questions made of the library's own words, the same ones for the same library: some like speech, some not."""
    draw = random.Random(SEED)
    cards = sorted(service.cards(), key=lambda card: card.id)
    words: set[str] = set()
    titles = [card.title for card in cards if card.title]
    for card in draw.sample(cards, min(_DOCUMENTS_LOOKED_AT, len(cards))):
        text = service.catalogue.document(card.id, card.version).body.text
        start = draw.randrange(max(1, len(text) - 15_000))
        words.update(words_of(text[start : start + 15_000]))
    known = sorted(words)
    shapes: tuple[Callable[[Sequence[str]], str], ...] = (
        lambda some: " ".join(some),
        lambda some: f"What should I know about {' '.join(some[:3])}?",
        lambda some: f"is {some[0]} the same as {some[-1]}",
        lambda some: f"My doctor said {some[0]} {some[1]} — and now? “{some[-1]}”…",
        lambda some: f"¿{some[0].upper()} / {some[1]}:\t{some[-1]}?!\n",
        lambda some: f"{draw.choice(titles)} {some[0]}",
        lambda some: f"how long does {some[0]} last after {some[1]} {some[2]}",
    )
    for _ in range(number):
        some = [draw.choice(known) for _ in range(draw.randint(3, 9))]
        yield draw.choice(shapes)(some)
