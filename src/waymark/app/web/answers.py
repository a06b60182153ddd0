"""What the page of an answer shows: each question of the message with its own quotations or decline, in ready words.

A question that leans on the one before carries what was spoken of in its address, as fields that `Context.fields` names:
the page can be gone back to, printed and passed on, and nothing stays on the server.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from waymark.answering.conversation import NOTHING_SAID, Context, context_from_fields
from waymark.answering.response import Answer, Decline, Quotation, Reading, Response
from waymark.answering.spoken import sure_language
from waymark.answering.urgent import UrgentNotice
from waymark.answering.wording import call_first_words
from waymark.app.web.language import here, say, to
from waymark.app.web.shelf import Shelf
from waymark.app.web.views import QuotationView, document_address
from waymark.app.wording import audience_words, language_named
from waymark.languages.texts import message
from waymark.library.document import Card

MOST_READ_AS = 4  # what a few words were taken for is told; more than these are noise
MOST_LISTS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as its address holds it: the words, what they were narrowed to, and what was spoken of before."""

    text: str
    audience: str = ""
    cancer: str = ""
    context: Context = NOTHING_SAID

    @classmethod
    def of(cls, fields: Mapping[str, str], audiences: Sequence[str]) -> "Asked":
        """Read the fields of an address; whatever cannot be meant is left out."""
        audience = fields.get("audience", "")
        return cls(
            fields.get("q", "").strip(),
            audience if audience in audiences else "",
            fields.get("cancer", ""),
            context_from_fields(fields),
        )

    def address(self, language: str | None = None, *, narrowed: bool = True, leaning: bool = True) -> str:
        """Return the address of this question's answer, without what it was narrowed to or leans on where so asked."""
        fields = {"q": self.text}
        if narrowed:
            fields |= {"audience": self.audience, "cancer": self.cancer}
        if leaning:
            fields |= self.context.fields()
        return to(f"/ask?{urlencode({name: value for name, value in fields.items() if value})}", language)


@dataclass(frozen=True, slots=True)
class PartView:
    """One question of the message: what it was read as, and the quotations or the decline that it got."""

    question: str
    language: str
    answering_for: str
    read_as: tuple[tuple[str, str], ...]
    note: str
    decline: Decline | None
    quotations: tuple[QuotationView, ...]
    related: tuple[QuotationView, ...]
    elsewhere: str
    to_take: tuple[tuple[str, str, str], ...]  # title, address and language of each list of questions
    first: str  # what is said of what to do first, where the quotations are folded because of it
    signs: tuple[str, str, str] | None  # the same of the page about urgent signs, under an urgent notice

    @property
    def to_copy(self) -> str:
        return "\n\n\n".join([self.question, *(each.to_copy for each in self.quotations or self.related)])


def part_views(response: Response, shelf: Shelf, viewed: Callable[[Quotation], QuotationView]) -> tuple[PartView, ...]:
    """Return a view of each question of the message, one alone where it holds one; ``viewed`` makes that of a quotation."""
    urgent = response.urgent
    return tuple(_part_view(part, shelf, viewed, urgent) for part in response.parts or (response,))


def _part_view(
    response: Response, shelf: Shelf, viewed: Callable[[Quotation], QuotationView], urgent: UrgentNotice | None
) -> PartView:
    quoted = response.quotations if isinstance(response, Answer) else ()
    decline = response if isinstance(response, Decline) else None
    language, reading = here().language, response.reading
    return PartView(
        question=response.question,
        language=sure_language(response.question) or language,
        answering_for="" if reading is None else reading.used.words(language),
        read_as=() if reading is None else reading.taken[:MOST_READ_AS],
        note=response.note if isinstance(response, Answer) else "",
        decline=decline,
        quotations=tuple(map(viewed, quoted)),
        related=tuple(map(viewed, response.related)),
        elsewhere=_elsewhere([*quoted, *response.related], language),
        to_take=tuple(_link(card) for card in _lists(decline, shelf, urgent)),
        first=call_first_words(False, language).say if urgent and not decline else "",
        signs=_link(decline.nearest) if urgent and decline and decline.nearest and not decline.related else None,
    )


def _link(card: Card) -> tuple[str, str, str]:
    return card.title, document_address(card.id), card.language


def _lists(decline: Decline | None, shelf: Shelf, urgent: UrgentNotice | None) -> tuple[Card, ...]:
    """Return the lists of questions to take along: none with an answer, under what to do now, or where it is not about health."""
    if decline is None or decline.reason == "not_about_health" or urgent is not None:
        return ()
    return (decline.take,) if decline.take is not None else shelf.questions[:MOST_LISTS]


def _elsewhere(shown: Sequence[Quotation], language: str) -> str:
    """Return what to say where nothing that is shown is in the page's language: which one it is in."""
    spoken = {quotation.card.language.split("-")[0].lower() for quotation in shown}
    if len(spoken) != 1 or language in spoken:
        return ""
    return say(
        message(
            "The words below are in %(language)s. The library has nothing better on this in your language.",
            language=language_named(spoken.pop(), language),
        )
    )


def narrowed_words(asked: Asked, shelf: Shelf) -> str:
    """Return what the search was narrowed to, as it is said; empty where it was not."""
    words = (
        audience_words(asked.audience, here().language) if asked.audience else "",
        shelf.cancer_words(asked.cancer) if asked.cancer else "",
    )
    return ", ".join(word for word in words if word)


def going_on(reading: Reading | None) -> Context:
    """Return what the next question may lean on."""
    return NOTHING_SAID if reading is None else reading.context
