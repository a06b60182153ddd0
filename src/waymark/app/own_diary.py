"""Writing a page of the diary, and the two outputs that do not wait for a comparison: urgent signs, and what is severe."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from waymark.answering.urgent import notice_of, urgent_notices
from waymark.app.own_record import DiaryAnswer, OwnRecord, SignNow, Written
from waymark.care import at_entry
from waymark.care.diary import Offer, answers_of, known
from waymark.care.severity import Answers, severe_now
from waymark.care.symptoms import named
from waymark.errors import NotFound
from waymark.languages.texts import message, texts
from waymark.record.dates import When
from waymark.record.entries import Entry
from waymark.record.payloads import SymptomEntry

_PRESSING = {"emergency": 0, "crisis": 0, "same_day": 1}


def write(
    record: OwnRecord,
    answers: Mapping[str, DiaryAnswer],
    day: date,
    recall_days: int | None,
    reported_by: str,
    language: str,
) -> Written:
    """Do what `OwnRecord.write_diary` says."""
    page = record.diary(day, language, recall_days)
    items = {item.key: item for item in page.items}
    names = {offer.key: offer for offer in page.offers} | {name.key: name for name in known(record.held())} | items
    kept: list[Entry] = []
    with record.vault.writing():
        for key, said in answers.items():
            name = names.get(key)
            if name is None:
                raise NotFound(message("There is no such symptom on your list."), message("Add it to your list first."))
            payload = SymptomEntry(
                name.term,
                "" if isinstance(name, Offer) else name.own_words,
                said.answers.frequency,
                said.answers.severity,
                said.answers.interference,
                page.recall_days,
                said.note.strip(),
            )
            silent = said.answers == Answers() and not payload.note
            before = items.get(key)
            if before is None or before.entry is None:
                if not silent:
                    kept += record.add(payload, about=When.on(day), reported_by=reported_by)
            elif silent:
                record.strike(before.entry, reported_by=reported_by)
            elif (before.written, before.note) != (said.answers, payload.note):
                kept.append(record.amend(before.entry, payload, reported_by=reported_by))
    spoken = [entry.payload for entry in kept if isinstance(entry.payload, SymptomEntry)]
    words = texts(language)
    severe = [
        severe_now(named(said.term, said.own_words, words), [(day, answers_of(said))], day, words) for said in spoken
    ]
    return Written(tuple(kept), _signs(record, spoken, day, language), tuple(one for one in severe if one))


def _signs(record: OwnRecord, spoken: Iterable[SymptomEntry], day: date, language: str) -> tuple[SignNow, ...]:
    """Return the signs, the most pressing first: what the person's words call up, then what an answer alone does."""
    words, treated = texts(language), at_entry.on_treatment(record.held(), day)
    found: dict[str, SignNow] = {}
    for said in spoken:
        name, answers = named(said.term, said.own_words, words), answers_of(said)
        there = said.note or any((answers.frequency, answers.severity, answers.interference))
        text = ". ".join(filter(None, (said.own_words if there else "", said.note)))
        for notice in urgent_notices(text, language, record.numbers):
            found[notice.sign] = SignNow(replace(notice, matched=()), "", name)
        for sign in at_entry.signs_of(said.term, answers, treated):
            notice = notice_of(sign, language, record.numbers)
            found.setdefault(sign, SignNow(notice, words.gettext(at_entry.IF_NEW), name))
    return tuple(sorted(found.values(), key=lambda one: _PRESSING[one.notice.level]))
