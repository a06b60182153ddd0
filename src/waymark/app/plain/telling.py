"""Plain words for an answer: asked for once, checked sentence by sentence, and left away at the first doubt.

What is sent is the question and the words of the quotations, to the one server of the settings. Nothing is sent where an urgent
notice stands, where nothing is quoted, or where a quotation speaks to machines; and nothing once the server has failed a few times
in a row, until a pause is over.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from waymark.answering.plain.instructions import (
    LONGEST_QUOTED,
    MOST_QUOTATIONS,
    read_told,
    request_for,
    speaks_to_machines,
)
from waymark.answering.plain.said import Plain, PlainWords, Withheld
from waymark.answering.plain.verifier import Ground, check
from waymark.answering.plain.vocabulary import VOCABULARIES
from waymark.answering.response import Answer, Quotation, Response
from waymark.app.plain.server import Failed, ModelServer
from waymark.settings import PlainSettings

MOST_AT_ONCE = 4
MOST_KEPT = 256  # checked answers that are remembered in this process, so that a page that is opened again asks nobody
FAILURES = 3  # in a row, after which the server is left alone
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 600.0  # seconds


class Asks(Protocol):
    """What answers a chat. Raises `Failed`."""

    def ask(self, messages: list[dict[str, str]]) -> str: ...


@dataclass(slots=True)
class _Server:
    failures: int = 0
    closed_until: float = 0.0
    pause: float = _FIRST_PAUSE
    last: str = ""


class Teller:
    """Asks for plain words and checks them. For several threads; never raises for what a server does."""

    def __init__(
        self, settings: PlainSettings, server: Asks | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings = settings
        self._server: Asks = server or ModelServer(settings)
        self._clock = clock
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._state = _Server()
        self._kept: dict[str, Plain] = {}

    def state(self) -> dict[str, Any]:
        """Return what an operator sees: the server, its model, the failures in a row and the last one's kind."""
        with self._lock:
            paused = self._clock() < self._state.closed_until
            told = {"failures": self._state.failures, "last_failure": self._state.last or None, "paused": paused}
        return {"server": self.settings.host, "model": self.settings.model, **told}

    def tell(self, response: Response) -> Plain:
        """Return plain words for an answer, or why there are none. Takes at most the seconds of the settings."""
        chosen = chosen_for(response)
        if isinstance(chosen, Withheld):
            return chosen
        name = _name(response.question, [quotation for _, quotation in chosen], self.settings)
        with self._lock:
            kept = self._kept.get(name)
            if kept is not None:
                return kept
            if self._clock() < self._state.closed_until:
                return Withheld("paused")
        if not self._slots.acquire(blocking=False):
            return Withheld("busy")
        try:
            told = self._asked(response.question, chosen)
        except Failed as failed:
            self._failed(failed.why)
            return Withheld(failed.why)
        finally:
            self._slots.release()
        with self._lock:
            self._state = _Server()
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[name] = told
        return told

    def _asked(self, question: str, chosen: "Sequence[tuple[int, Quotation]]") -> Plain:
        quotations = [quotation for _, quotation in chosen]
        language = _language(quotations[0])
        request = request_for(question, quotations, language)
        content = self._server.ask(request.messages())
        try:
            told = read_told(content, request)
        except (ValueError, RecursionError):
            raise Failed("unreadable") from None
        grounds = [ground_of(quotation) for quotation in quotations]
        checked = check(told, grounds, language)
        if not checked.believed:
            return Withheld("unsupported")
        numbers = [number for number, _ in chosen]
        sentences = tuple(
            replace(each, quotations=tuple(numbers[at - 1] for at in each.quotations)) for each in checked.kept
        )
        return PlainWords(sentences, language, len(checked.faults), self.settings.model)

    def _failed(self, why: str) -> None:
        with self._lock:
            state = self._state
            state.failures, state.last = state.failures + 1, why
            if state.failures >= FAILURES:
                state.closed_until = self._clock() + state.pause
                state.pause = min(state.pause * 2, _LONGEST_PAUSE)


def chosen_for(response: Response) -> "list[tuple[int, Quotation]] | Withheld":
    """Return the quotations that are put into plain words, each with its number on the page (from 1), or why none is."""
    if response.urgent is not None:
        return Withheld("urgent")
    if len(response.parts) > 1:
        return Withheld("several")
    if not isinstance(response, Answer):
        return Withheld("declined")
    numbered = list(enumerate(response.quotations, 1))
    language = _language(numbered[0][1])
    if language not in VOCABULARIES:
        return Withheld("language")
    chosen: list[tuple[int, Quotation]] = []
    length = 0
    for number, quotation in numbered:
        length += len(quotation.text)
        if _language(quotation) != language or length > LONGEST_QUOTED or len(chosen) >= MOST_QUOTATIONS:
            continue
        if not speaks_to_machines(quotation.text):
            chosen.append((number, quotation))
    return chosen or Withheld("addressed")


def ground_of(quotation: Quotation) -> Ground:
    """Return a quotation as the verifier sees it."""
    return Ground(quotation.text, _language(quotation))


def _language(quotation: Quotation) -> str:
    return quotation.card.language.split("-")[0].lower()


def _name(question: str, quotations: Sequence[Quotation], settings: PlainSettings) -> str:
    parts = [settings.model, settings.address, question]
    parts += [f"{q.card.id}\0{q.card.version}\0{q.start}\0{q.end}" for q in quotations]
    return hashlib.sha256("\0\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
