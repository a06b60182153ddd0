"""The way of a question: urgent signs first, then what is asked, then the evidence, then quotations or a decline."""

import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from waymark.answering.cognates import in_english
from waymark.answering.conversation import NOTHING_SAID, Context, context_of, continued
from waymark.answering.meaning import Encodes, Meaning, sharpened
from waymark.answering.mending import mended
from waymark.answering.preference import SURE, lenient, preferred, ways
from waymark.answering.question import Question, analyse, language_of, primary
from waymark.answering.quotations import QuotationMaker
from waymark.answering.ranking import DECLINE_BELOW, Grounds, Ranking, evidence, ranked
from waymark.answering.response import Answer, Decline, Quotation, Reading, Reason, Response
from waymark.answering.retrieval import UNKNOWN_COSINE, Candidate, Evidence, Retriever, TextOf
from waymark.answering.rewording import everyday_words, readings
from waymark.answering.several import asks, several
from waymark.answering.urgent import EmergencyNumbers, UrgentNotice, urgent_notice
from waymark.answering.wording import NUMBERS_ARE_OF_GROUPS, call_first_words, decline_words, list_to_take
from waymark.errors import UsageError
from waymark.index.analyser import held_terms, language_key
from waymark.index.engine import Filters, Hit, SearchEngine
from waymark.index.gloss import gloss_of
from waymark.languages.texts import SOURCE, message, texts
from waymark.library.cancer_types import ancestors, descendants, type_named, with_ancestors
from waymark.library.document import Card, Document

QUOTATIONS = 3
RELATED = 3
BESIDE = 2  # quotations from documents in another language than those that answer
CONSIDERED = 40  # candidates that may be quoted
FIVE = 5  # candidates whose nearness is looked at together
LOOKED_AT = 3  # of the best candidates, whose words are looked at to judge the evidence
NEAR = 0.9  # how far the score of a further quotation may be under the best one's
WORD_BEFORE_PAGE = 1.0  # how far the meaning of a word stands before a page about it that is as near
RELATED_TO = 1.8  # the same for what stands under the answer as related
OF_THE_TEAM = 0.95  # the same for what the library says in general where only the team can answer
NEAREST = 0.65  # the same for what stands under a decline
TWIN = 0.35  # cosine under which nothing of a translation is near what is asked
PLAINLY = 0.9  # evidence from which a question is about health whatever its words
FAR_OFF = 0.25  # share of the evidence needed under which nothing near is shown
STARTER = "waymark"  # how the ids of the starter collection begin
SIGNS_PAGE = "when-to-call-right-away"  # its page about urgent signs
LONGEST_QUESTION = 2_000  # characters
AUDIENCES = ("patient", "professional")
GENERAL = "general"

DocumentOf = Callable[[str, str | None], Document]
CardOf = Callable[[str, str], Card]
LeftOut = Callable[[date], frozenset[str]]
Published = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one way of looking found: candidates, best first; the weight of each term; how strong the best one is (0 to 1)."""

    candidates: Sequence[Candidate]
    weights: Mapping[str, float]
    strength: float
    enough: bool
    beside: "_Looked | None" = None

    def fits(self, asked: Question) -> bool:
        """Return whether the best candidate is about a cancer that was asked about."""
        about = set(with_ancestors(self.candidates[0].card.cancer_types)) if self.candidates else set()
        return not about.isdisjoint(asked.cancer_types)


def _first(leading: Sequence[Candidate], others: Sequence[Candidate], most: int = CONSIDERED) -> tuple[Candidate, ...]:
    """Return candidates with ``most`` of one document before all others, as many as are considered."""
    taken = tuple(itertools.islice(leading, most))
    seen = {candidate.hit.row for candidate in taken}
    rest = (candidate for candidate in itertools.islice(others, CONSIDERED) if candidate.hit.row not in seen)
    return tuple(itertools.islice((*taken, *rest), CONSIDERED))


def _as_good(candidates: Sequence[Candidate], floor: float) -> list[Hit]:
    """Return the hits of the candidates that are considered and have at least that score."""
    some: Iterable[Candidate] = itertools.islice(candidates, CONSIDERED)
    if isinstance(candidates, Ranking):  # in order, and each is made when it is looked at
        some = itertools.takewhile(lambda candidate: candidate.score >= floor, some)
    return [candidate.hit for candidate in some if candidate.score >= floor]


def nothing_left_out(on: date) -> frozenset[str]:
    """Leave no document out for its age."""
    return frozenset()


class Answerer:
    """Answers from one state of the index.

    ``document_of`` gives a version of a document, ``text_of`` its text and ``card_of`` its card alone; ``published`` the
    version of each document that is published at this moment, asked at every answer, so that a withdrawn document is out of
    every answer at once, whatever the index holds.
    ``left_out`` gives the ids of the documents that are too old to be quoted on a day: before ranking, so that the others have
    their places. ``translation_of`` names, for a document, the one that it is a translation of.
    """

    def __init__(
        self,
        engine: SearchEngine,
        encoder: Encodes | None,
        document_of: DocumentOf,
        text_of: TextOf,
        card_of: CardOf,
        published: Published,
        numbers: EmergencyNumbers,
        decline_below: float | None = None,
        left_out: LeftOut = nothing_left_out,
        translation_of: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._document_of = document_of
        self._text_of = text_of
        self._card_of = card_of
        self._published = published
        self._numbers = numbers
        self._decline_below = DECLINE_BELOW if decline_below is None else decline_below
        self._languages = engine.languages
        self._engine = engine
        self._places = engine.places
        self._left_out = left_out
        self._translation_of = translation_of
        self._retriever = Retriever(engine, encoder, card_of, text_of)
        self._meaning = None if encoder is None else Meaning(encoder)

    def respond(
        self,
        question: str,
        *,
        audience: str | None = None,
        cancer: str | None = None,
        language: str | None = None,
        on: date,
        without: frozenset[str] = frozenset(),
        context: Context = NOTHING_SAID,
    ) -> Response:
        """Return an answer or a decline.

        ``audience`` (patient, professional) and ``cancer`` (an id or a name) narrow the search. ``language`` (BCP 47; None: the
        question's own) is that of our words and of the documents that are looked through first. ``without`` names documents to
        leave out. ``context`` is what was spoken of before. A message of several questions is answered one by one: the response
        is that to the first, with all of them as its parts. Raises `UsageError` for an empty question, one of more than 2,000
        characters, an audience or a cancer that is not known.
        """
        started = time.perf_counter()
        text = question.strip()
        if not any(character.isalnum() for character in text):
            raise UsageError(
                message("There is no question in that."), message("Ask in your own words, as you would ask a nurse.")
            )
        if len(text) > LONGEST_QUESTION:
            raise UsageError(
                message(
                    "That is %(count)s characters; at most %(most)s can be read.",
                    count=len(text),
                    most=LONGEST_QUESTION,
                ),
                message("Ask the one thing that matters most."),
            )
        spoken = language_of(text, language)
        speak = primary(language) if language and language.strip() else spoken
        urgent = urgent_notice(text, speak, self._numbers)
        filters = _filters(audience, cancer, without | self._left_out(on))
        # Who thinks of ending their life is not answered question by question.
        questions = (text,) if urgent is not None and urgent.level == "crisis" else several(text)
        parts: list[Response] = []
        for each in questions:
            asked, used = continued(
                self.analysed(each, audience, cancer, spoken), context if cancer is None else NOTHING_SAID
            )
            said = question if len(questions) == 1 else each
            tells = urgent is not None and (len(questions) == 1 or urgent_notice(each, speak) is not None)
            response = self._respond(asked, said, speak, filters, urgent, tells, on)
            spoken_of = context_of(asked)
            context = spoken_of if spoken_of else used or context
            reading = Reading(
                asked.language,
                asked.cancer_types,
                asked.asked_for,
                asked.needs_team,
                readings(asked.taken, each),
                context,
                used,
            )
            parts.append(replace(response, reading=reading))
        response = parts[0]
        if len(parts) > 1:
            whole = replace(response.reading, context=context) if response.reading is not None else None
            further = tuple(replace(part, urgent=None) for part in parts)  # what to do now is said once, above them all
            response = replace(response, question=question, reading=whole, parts=further)
        return replace(response, took_ms=(time.perf_counter() - started) * 1000)

    def warm_up(self) -> None:
        """Work out what hangs on documents and sections alone: a third of a second for a library of 1,400 pages."""
        self._retriever.warm_up()

    def analysed(
        self, text: str, audience: str | None = None, cancer: str | None = None, language: str | None = None
    ) -> Question:
        """Return what is asked: by the wordings, and by meaning too once there is an encoder."""
        spoken = language_of(text, language)
        put_right = mended(text, spoken, self._engine.holds, self._engine.nearest_words)
        asked = analyse(put_right.text, audience=_audience(audience), cancer=_cancer(cancer), language=spoken)
        if put_right.taken:
            asked = replace(asked, text=text, taken=(*put_right.taken, *asked.taken))
        gloss = gloss_of(spoken)
        if gloss is not None:
            asked = replace(asked, query=in_english(asked.query, gloss, self._engine.holds))
        word = self._retriever.asked_word(asked.query, SOURCE, spoken != SOURCE)
        if word is not None and word.whole:  # how its meaning is asked for would be searched too
            asked = replace(asked, query=f"What is {word.name}?", added="")
        vector = None if self._meaning is None else self._retriever.read(asked.query).vector
        return asked if self._meaning is None or vector is None else sharpened(asked, self._meaning, vector)

    def strength(
        self,
        candidates: Sequence[Candidate],
        weights: Mapping[str, float],
        asked: Question,
        in_english: Mapping[str, float] | None = None,
    ) -> float:
        """Return the evidence (0 to 1) that the library holds the answer, given the candidates, best first.

        ``in_english`` are the weights of the question read in English (None: it is): how much it says does not depend on the
        language of the documents that are looked through.
        """
        if not candidates:
            return 0.0
        of_question = weights if in_english is None else in_english
        key = language_key(asked.language)
        said: set[str] = set()
        covered = 0.0
        for number in range(min(LOOKED_AT, len(candidates))):
            candidate = candidates[number]
            body = self._text_of(candidate.hit.document, candidate.hit.version)
            text = body[candidate.hit.start : candidate.hit.end]
            for words in (candidate.card.title, *candidate.hit.section, text):
                said |= held_terms(words, key)
            if number == 0:
                covered = sum(weight for term, weight in weights.items() if term in said) / (
                    sum(weights.values()) or 1.0
                )
        gloss = gloss_of(asked.language)
        read_as = self._retriever.read(asked.query, asked.language)
        common = everyday_words().__contains__ if gloss is None else gloss.knows
        read = {word for pair in asked.taken for half in pair for word in half.lower().split()}
        foreign = sum(
            not common(word)
            and word not in read
            and said.isdisjoint(held_terms(word, key))
            and self._retriever.rare(word)
            for word in read_as.words
        )
        dense = candidates[0].feature("dense")
        grounds = Grounds(
            score=candidates[0].score,
            said=covered,
            dense=dense,
            five=sum(candidate.feature("dense") for candidate in candidates[:FIVE]) / min(FIVE, len(candidates)),
            foreign=min(foreign, 2),
            health=1.0 if asked.about_health else 0.0,
            words=len(of_question),
            rarest=max(of_question.values(), default=0.0),
            defines=candidates[0].feature("defines"),
            told=max(candidate.feature("told") for candidate in candidates[:FIVE]),
            ours=read_as.ours,
            not_ours=min(read_as.ours, 0.0),
        )
        everywhere = self._retriever.encoded >= 1.0
        return evidence(grounds, bool(asked.cancer_types), dense != UNKNOWN_COSINE, everywhere)

    def evidence(self, asked: Question, filters: Filters) -> Evidence:
        """Return every candidate of a question with its features: what `ranked` puts in order."""
        return self._retriever.evidence(asked, filters)

    def _respond(
        self,
        asked: Question,
        question: str,
        speak: str,
        filters: Filters,
        urgent: UrgentNotice | None,
        tells: bool,
        on: date,
    ) -> Response:
        """``urgent`` is the message's notice; ``tells``: whether this question is what tells the sign."""

        def decline(
            reason: Reason, related: tuple[Quotation, ...] = (), team: str | None = None, nearest: Card | None = None
        ) -> Decline:
            kind = asked.asked_for[0] if asked.asked_for else None
            words = decline_words(reason, speak, team, urgent is not None, kind, bool(related))
            take = None if reason == "not_about_health" else self._list_to_take(asked, speak, team)
            return Decline(question, reason, words.say, words.next_step, urgent, related, nearest=nearest, take=take)

        if tells and urgent is not None and not _may_be_answered(urgent, asked):
            return self._call_first(question, speak, urgent)
        needed = self._decline_below
        looked = self._looked(asked, speak, filters, needed)
        candidates, weights = looked.candidates, looked.weights
        # Words can mislead ("sperm banking"): a page that plainly answers shows that the question was about health.
        doubtful = asked.about_health is False and looked.strength < PLAINLY
        # Under what to do now stands what plainly answers, or nothing: not "relaxing" under "I keep passing out".
        if tells and urgent is not None and (doubtful or not looked.enough or not candidates):
            return self._call_first(question, speak, urgent)
        if doubtful:
            return decline("not_about_health")
        team = asked.needs_team
        if team == "choice" and asked.refusing:
            team = "refusal"
        if not candidates:
            return decline("not_in_library" if team is None else "needs_your_team", team=team)
        if team is not None:
            # Where little is held, the nearest words alone are shown ("A dose is"), not whatever comes after them.
            near_enough = OF_THE_TEAM if looked.strength > FAR_OFF * needed else OF_THE_TEAM / 3
            return decline("needs_your_team", self._quotations(candidates, weights, on, RELATED, near_enough), team)
        if not looked.enough:
            near = (
                self._quotations(candidates, weights, on, RELATED, NEAREST)
                if asked.about_health is not None and looked.strength > FAR_OFF * needed
                else ()
            )
            return decline("not_in_library", near, nearest=near[0].card if near else None)
        # What a word means stands first, and does not push out the page that is about it.
        meaning = WORD_BEFORE_PAGE * candidates[0].feature("defines")
        made = self._quotations(candidates, weights, on, QUOTATIONS + RELATED, RELATED_TO + meaning)
        if not made:
            return decline("not_in_library")
        note = texts(speak).say(NUMBERS_ARE_OF_GROUPS) if asked.asked_for[:1] == ("outlook",) else ""
        floor = candidates[0].score - NEAR - meaning
        leading = _as_good(candidates, floor)
        shown = [made[0]]
        rest: list[Quotation] = []
        for quotation in made[1:]:
            close = any(
                hit.document == quotation.card.id and quotation.start <= hit.start < quotation.end for hit in leading
            ) and not _goes_on(quotation, shown)
            (shown if close and len(shown) < QUOTATIONS else rest).append(quotation)
        if looked.beside is not None:
            also = self._quotations(looked.beside.candidates, looked.beside.weights, on, BESIDE, NEAREST)
            if also and also[0].card.language.split("-")[0] == speak:  # the asker can read it without help
                shown = [*shown[: QUOTATIONS - 1], also[0]]
            else:
                rest = [*rest[: RELATED - len(also)], *also]
        return Answer(question, tuple(shown), urgent, tuple(rest[:RELATED]), note=note)

    def _call_first(self, question: str, speak: str, urgent: UrgentNotice) -> Decline:
        """Return a decline with nothing beside what to do now but the page about urgent signs; in a crisis not even that."""
        words = call_first_words(urgent.level == "crisis", speak)
        page = None if urgent.level == "crisis" else self._of_starter(speak, SIGNS_PAGE)
        return Decline(question, "needs_your_team", words.say, words.next_step, urgent, nearest=page)

    def _list_to_take(self, asked: Question, speak: str, team: str | None) -> Card | None:
        """Return the list of questions to take along, in the asker's language where there is one; None where none is held."""
        name = list_to_take("choice" if team == "refusal" else team, asked.asked_for)
        return self._of_starter(speak, name, list_to_take(None, ()))

    def _of_starter(self, speak: str, name: str, instead: str = "") -> Card | None:
        """Return a page of the starter collection, in the asker's language where there is one; None where none is published."""
        ids = [f"{STARTER}-{speak}-{name}", *(f"{STARTER}-{each}" for each in (name, instead) if each)]
        published = self._published()
        return next((self._card_of(each, published[each]) for each in ids if each in published), None)

    def _looked(self, asked: Question, speak: str, filters: Filters, needed: float) -> "_Looked":
        """Return what is found in the language that is spoken to the asker, or in the rest of the library where that is far stronger.

        What the other way found stands beside it.
        """
        found: list[_Looked] = []
        in_english = (
            None
            if asked.language == SOURCE
            else self._retriever.term_weights(self._retriever.read(asked.query).words, SOURCE)
        )
        for way in ways(asked, self._languages, speak):
            candidates, weights = self.ranked(way.question, replace(filters, language=way.languages))
            strength = self.strength(candidates, weights, way.question, in_english)
            found.append(_Looked(candidates, weights, strength, strength >= needed))
            if strength >= SURE:
                break
        first, other = found[0], found[-1]
        if other is first or not other.enough:
            # Where neither is enough, what stands nearest in the asker's own language is the better help.
            own = first.strength >= lenient(needed) if other is not first else first.enough
            return replace(first, enough=own)
        closer = other.fits(asked) and not first.fits(asked)
        if preferred(first.strength, other.strength, needed, closer):
            return replace(first, beside=other)
        twin = self._translated(asked, speak, filters, other)
        if twin is not None:
            # Where the asker's own language answers too, both are quoted.
            most = 1 if first.enough else CONSIDERED
            return replace(twin, candidates=_first(twin.candidates, first.candidates, most))
        return replace(other, beside=first if first.strength >= lenient(needed) else None)

    def _translated(self, asked: Question, speak: str, filters: Filters, other: "_Looked") -> "_Looked | None":
        """Return the best document of another language in the asker's own, where the library holds it: it says the same."""
        best = other.candidates[0].hit.document
        original = self._translation_of.get(best, best)
        family = {original, *(name for name, of in self._translation_of.items() if of == original)} - {best}
        if not family:
            return None
        own = ways(asked, self._languages, speak)[0]
        within = replace(filters, language=own.languages, within=frozenset(family))
        candidates, weights = self.ranked(own.question, within)
        if candidates and candidates[0].feature("dense") < TWIN:
            return None  # what was found stands in passing, and the translation may not speak of it there
        return _Looked(candidates, weights, other.strength, True) if candidates else None

    def ranked(self, asked: Question, filters: Filters) -> tuple[Sequence[Candidate], Mapping[str, float]]:
        """Return the published candidates, best first, and the weight of each term of the question."""
        found = self._retriever.evidence(asked, filters)
        places = self._places
        numbers = places.document[found.rows]
        names = {number: name for number in set(numbers.tolist()) if (name := places.documents[number]) is not None}
        published = self._published()
        quotable = [number for number, (name, version) in names.items() if published.get(name) == version]
        kept = None if len(quotable) == len(names) else np.isin(numbers, quotable)
        return ranked(self._retriever, found, places, kept), found.weights

    def _quotations(
        self, candidates: Sequence[Candidate], weights: Mapping[str, float], on: date, most: int, near: float
    ) -> tuple[Quotation, ...]:
        maker = QuotationMaker(on, weights, candidates[0].card.language)
        floor = candidates[0].score - near
        per_document: dict[str, int] = {}
        for candidate in itertools.islice(candidates, CONSIDERED):
            if candidate.score < floor or len(maker.made) >= most:
                break
            if per_document.get(candidate.hit.document, 0) >= 3:
                continue
            document = self._document_of(candidate.hit.document, candidate.hit.version)
            if maker.add(document, candidate.card, candidate.hit):
                per_document[candidate.hit.document] = per_document.get(candidate.hit.document, 0) + 1
        return maker.made

    def search(self, query: str, k: int, on: date | None = None) -> tuple[Hit, ...]:
        """Return the best ``k`` passages for a query, without the choice of sentences; raises `UsageError` as `respond` does.

        ``on`` is the day that says which documents are too old to be quoted; None leaves none out.
        """
        if k < 1 or k > 200:
            raise UsageError(message("%(count)s passages cannot be asked for.", count=k), message("Ask for 1 to 200."))
        if not any(character.isalnum() for character in query):
            raise UsageError(message("There is nothing to search for in that."), message("Give a few words."))
        asked = self.analysed(query[:LONGEST_QUESTION])
        candidates, _ = self.ranked(asked, Filters(without=frozenset() if on is None else self._left_out(on)))
        return tuple(candidate.hit._replace(score=candidate.score) for candidate in candidates[:k])


def _may_be_answered(urgent: UrgentNotice, asked: Question) -> bool:
    """Return whether what tells an urgent sign may be answered as well.

    What belongs to the team is not, nor who thinks of ending their life; nor an emergency told in plain words that asks nothing.
    """
    if urgent.level == "crisis" or asked.needs_team is not None:
        return False
    return urgent.level == "same_day" or not urgent.worded or asks(asked.text)


def _goes_on(quotation: Quotation, shown: Sequence[Quotation]) -> bool:
    """Return whether a quotation is a later part of a list of which the beginning is shown: it stands as related."""
    lead = quotation.lead
    return lead is not None and any(
        each.card.id == quotation.card.id and each.start <= lead.start < each.end for each in shown
    )


def _audience(audience: str | None) -> str | None:
    if audience is None or audience in AUDIENCES:
        return audience
    raise UsageError(
        message("“%(audience)s” is no audience.", audience=audience), message("Use patient or professional.")
    )


def _cancer(cancer: str | None) -> str | None:
    if cancer is None:
        return None
    known = type_named(cancer)
    if known is None:
        raise UsageError(
            message("“%(cancer)s” is not a cancer that Waymark knows.", cancer=cancer),
            message("Use a name such as breast, or an id that the library page shows."),
        )
    return known


def _filters(audience: str | None, cancer: str | None, without: frozenset[str]) -> Filters:
    types = None
    known = _cancer(cancer)
    if known is not None:
        types = frozenset({known, GENERAL, *descendants(known), *ancestors(known)})
    return Filters(
        audience=frozenset({audience}) if audience else None,
        cancer_types=types,
        without=without,
    )
