"""Runs evaluation sets against a library, or against the documents that a set brings along."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from waymark.answering.evaluation import (
    FALSE_ANSWERS,
    EvaluationSet,
    Topic,
    auroc,
    contains_gold,
    coverage,
    figure,
    half_of,
    heading_key,
    interval,
    is_gold_place,
    ndcg,
    read_set,
    recall,
)
from waymark.answering.response import Answer, Quotation
from waymark.app.progress import Progress, quiet
from waymark.app.wiring import Waymark
from waymark.index.encoder import passage_input, question_input
from waymark.index.engine import DocumentEntry, Filters, PassageEntry, Words
from waymark.index.vectors import vector_key
from waymark.library.body import sections

DAY = date(2026, 11, 21)  # questions of a set are asked on this day, so that a run can be repeated


def run_evaluation(service: Waymark, folders: Sequence[Path], progress: Progress = quiet) -> dict[str, Any]:
    """Return the figures of each set by name; raises `InputRefused` for a folder that is no set."""
    report: dict[str, Any] = {}
    for folder in folders:
        loaded = read_set(folder)
        if loaded.corpus is not None:
            report[loaded.name] = _own_corpus(service, loaded, progress)
        elif any(topic.documents for topic in loaded.topics):
            report[loaded.name] = _library(service, loaded, progress)
        else:
            report[loaded.name] = _answered(service, loaded, progress)
    return report


def _answered(service: Waymark, loaded: EvaluationSet, progress: Progress) -> dict[str, Any]:
    """Return how many topics without gold are answered: for requests that the library should decline."""
    answered, expected = [], []
    for done, topic in enumerate(loaded.topics, start=1):
        response = service.ask(topic.question, on=DAY, count=False)
        _check_slices(service, response)
        answered.append((topic.id, float(isinstance(response, Answer))))
        if topic.expected:
            reason = "" if isinstance(response, Answer) else response.reason
            expected.append((topic.id, float(reason == topic.expected or response.urgent is not None)))
        progress("asking", done, len(loaded.topics))
    ids = [topic_id for topic_id, value in answered if value]
    report = {"topics": len(answered), "answered": figure(answered), "answered_ids": ids[:50]}
    if expected:
        report["declined_as_expected"] = figure(expected)
        report["not_as_expected_ids"] = [topic_id for topic_id, value in expected if not value][:50]
    return report


def _check_slices(service: Waymark, response: Any) -> int:
    """Raise unless every quotation is the slice that it says it is; returns how many were checked."""
    shown = (*getattr(response, "quotations", ()), *response.related)
    for quotation in shown:
        body = service.document(quotation.card.id, quotation.card.version).body.text
        if body[quotation.start : quotation.end] != quotation.text:
            raise AssertionError(f"A quotation of {quotation.card.id} is not the slice that it says it is.")
    return len(shown)


def _library(service: Waymark, loaded: EvaluationSet, progress: Progress) -> dict[str, Any]:
    origins = {card.origin: card.id for card in service.cards() if card.origin}
    rows: list[dict[str, Any]] = []
    checked = 0
    for done, topic in enumerate(loaded.topics, start=1):
        row, count = _one(service, topic, origins)
        rows.append(row)
        checked += count
        progress("asking", done, len(loaded.topics))
    missing = sorted({d for t in loaded.topics for d in t.documents if d not in origins})
    report: dict[str, Any] = {"topics": len(rows), "quotations_checked": checked, "gold_not_in_library": missing}
    for half in ("tune", "test", "all"):
        report[half] = _figures([row for row in rows if half in ("all", row["half"])])
    languages = sorted({row["language"] for row in rows})
    if len(languages) > 1:
        report["languages"] = {
            language: _figures([row for row in rows if row["language"] == language]) for language in languages
        }
    return report


def _one(service: Waymark, topic: Topic, origins: dict[str, str]) -> tuple[dict[str, Any], int]:
    answerer = service.answerer
    asked = answerer.analysed(topic.question)
    candidates, weights = answerer.ranked(asked, Filters())
    documents = list(dict.fromkeys(candidate.hit.document for candidate in candidates))
    places = list(
        dict.fromkeys((c.hit.document, heading_key(c.hit.section[-1] if c.hit.section else "")) for c in candidates)
    )
    gold = {origins.get(path, path): grade for path, grade in topic.documents.items()}
    gold_sections = {(origins.get(path, path), heading): grade for (path, heading), grade in topic.sections.items()}
    response = service.ask(topic.question, on=DAY, count=False)
    checked = _check_slices(service, response)
    # Of a message with several questions the page shows the answer to each.
    answers = [each for each in (response.parts or (response,)) if isinstance(each, Answer)]
    quotations = [quotation for answer in answers for quotation in answer.quotations]
    quoted = [quotation.text for quotation in quotations]
    places_quoted = [_original_place(service, quotation) for quotation in quotations]
    row: dict[str, Any] = {
        "group": topic.group,
        "half": half_of(topic.group),
        "ndcg": ndcg(documents, gold),
        "recall": recall(documents, gold),
        "answered": float(isinstance(response, Answer)),
        "evidence": answerer.strength(candidates, weights, asked),
        "took": response.took_ms,
        "language": topic.language,
        "quoted_document": float(any(document in gold for document, _ in places_quoted)),
    }
    if topic.answer:
        row["first_in_gold"] = float(contains_gold(quoted[:1], topic.answer))
        row["any_in_gold"] = float(contains_gold(quoted, topic.answer))
    if gold_sections:
        if topic.answer:
            row["first_in_gold_of_sections"] = row["first_in_gold"]
        row["quoted_section"] = float(any(is_gold_place(place, gold_sections) for place in places_quoted))
        places = list(dict.fromkeys(_gold_form(place, gold_sections) for place in places))
        row["section_ndcg"] = ndcg(places, gold_sections)
        row["section_recall"] = recall(places, gold_sections)
        row["section_found"] = float(any(place in gold_sections for place in places[:5]))
    if topic.hidden is not None:
        without = frozenset(origins.get(path, path) for path in topic.hidden) | frozenset(gold)
        hidden_candidates, _ = answerer.ranked(asked, Filters(without=without))
        row["hidden_evidence"] = answerer.strength(hidden_candidates, weights, asked)
        row["hidden_answered"] = float(
            isinstance(service.ask(topic.question, on=DAY, without=without, count=False), Answer)
        )
    return row, checked


def _original_place(service: Waymark, quotation: Quotation) -> tuple[str, str]:
    """Return document and heading key of a quotation; of a translation, those of the original, section for section."""
    heading = quotation.section[-1] if quotation.section else ""
    original = service.translations().get(quotation.card.id)
    if original is None:
        return quotation.card.id, heading_key(heading)
    own = [
        path[-1] if path else ""
        for path, _ in sections(service.document(quotation.card.id, quotation.card.version).body)
    ]
    theirs = [path[-1] if path else "" for path, _ in sections(service.document(original).body)]
    same = len(own) == len(theirs) and heading in own
    return original, heading_key(theirs[own.index(heading)] if same else heading)


def _gold_form(place: tuple[str, str], gold: Mapping[tuple[str, str], int]) -> tuple[str, str]:
    """Return a place under the gold's own name for it, where the gold gives only how its heading begins."""
    if place in gold or not is_gold_place(place, gold):
        return place
    return next(each for each in gold if is_gold_place(place, {each: 1}))


def _figures(rows: list[dict[str, Any]]) -> dict[str, Any]:
    def of(name: str) -> dict[str, Any]:
        return figure([(row["group"], row[name]) for row in rows if name in row])

    report: dict[str, Any] = {
        "document_ndcg@10": of("ndcg"),
        "document_recall@5": of("recall"),
        "section_ndcg@10": of("section_ndcg"),
        "section_recall@5": of("section_recall"),
        "section_found@5": of("section_found"),
        "document_among_quotations": of("quoted_document"),
        "section_among_quotations": of("quoted_section"),
        "first_quotation_matches_gold": of("first_in_gold"),
        "first_quotation_matches_gold_where_sections_are_known": of("first_in_gold_of_sections"),
        "a_quotation_matches_gold": of("any_in_gold"),
        "answered": of("answered"),
        "answered_with_pages_hidden": of("hidden_answered"),
    }
    paired = [row for row in rows if "hidden_evidence" in row]
    if paired:
        seen = [row["evidence"] for row in paired]
        unseen = [row["hidden_evidence"] for row in paired]
        share, threshold = coverage(seen, unseen)
        above = [(row["group"], float(row["evidence"] > threshold)) for row in paired]
        report["coverage_at_5%_false_answers"] = {
            "mean": round(share, 4),
            "interval": interval(above),
            "n": len(paired),
            "threshold": round(threshold, 4),
            "false_answers": FALSE_ANSWERS,
        }
        report["auroc_hidden_pages"] = round(auroc(seen, unseen), 4)
    return report


def _own_corpus(service: Waymark, loaded: EvaluationSet, progress: Progress) -> dict[str, Any]:
    """Rank the documents that a set brings along: each is one passage. Compares words alone, meaning alone, and both fused."""
    from waymark.index.analyser import words_of

    assert loaded.corpus is not None
    entries = []
    with loaded.corpus.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            title, text = str(row.get("title") or ""), str(row.get("text") or "")
            read = passage_input(title, (), text)
            entry = PassageEntry(0, len(text), (), text, read, vector_key(read))
            entries.append(DocumentEntry(str(row["id"]), "v1", title, "professional", "en", (), "abstract", (entry,)))
    encoder = service.encoder
    with tempfile.TemporaryDirectory(prefix="waymark-evaluation-") as temporary:
        engine = service.engine_over(entries, Path(temporary), progress)
        runs: dict[str, list[tuple[str, float]]] = {"words": [], "meaning": [], "fused": []}
        for done, topic in enumerate(loaded.topics, start=1):
            words = Words(tuple((word, 1.0) for word in words_of(topic.question)))
            lexical = {hit.document: hit.score for hit in engine.lexical(words, Filters(), 200)}
            vector = encoder.encode([question_input(topic.question)])[0]
            dense = {hit.document: hit.score for hit in engine.dense(vector, Filters(), 200)}
            rankings = {"words": _order(lexical), "meaning": _order(dense), "fused": _order(_fused(lexical, dense))}
            for name, ranking in rankings.items():
                runs[name].append((topic.id, ndcg(ranking, topic.documents)))
            progress("asking", done, len(loaded.topics))
    return {
        "topics": len(loaded.topics),
        "documents": len(entries),
        **{f"ndcg@10_{name}": figure(run) for name, run in runs.items()},
    }


def _order(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda document: (-scores[document], document))


def _fused(lexical: dict[str, float], dense: dict[str, float]) -> dict[str, float]:
    """Return the sum of both runs' scores, each divided by its list's maximum."""
    total: dict[str, float] = {}
    for run in (lexical, dense):
        most = max(run.values(), default=1.0) or 1.0
        for document, score in run.items():
            total[document] = total.get(document, 0.0) + score / most
    return total
