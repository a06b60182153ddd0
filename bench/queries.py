"""One question and eight at once inside one process: words, meaning, the ranking, and the whole answer."""

import os
from typing import Any

from bench.clock import memory_of, timed
from bench.setting import TOPICS_SET, Setting, say
from waymark.answering.retrieval import PASSAGE_FIELDS
from waymark.app.evaluate import DAY
from waymark.index.analyser import words_of
from waymark.index.encoder import question_input
from waymark.index.engine import Filters, Words

DEPTH = 100  # passages, as the answering takes of each run
WARM_UP = 16
AT_ONCE = 8


def measure(setting: Setting) -> dict[str, Any]:
    """Return milliseconds by stage, one at a time and eight at once, over the questions of the set."""
    questions = list(dict.fromkeys(topic.question for topic in setting.set_named(TOPICS_SET).topics))
    with setting.service() as service:
        engine, encoder, answerer = service.engine, service.encoder, service.answerer
        everything = Filters()
        vectors = {question: encoder.encode([question_input(question)])[0] for question in questions}

        def words(question: str) -> None:
            weighted = tuple((word, 1.0) for word in words_of(question))
            engine.lexical(Words(weighted), everything, DEPTH, PASSAGE_FIELDS)

        def encode(question: str) -> None:
            encoder.encode([question_input(question)])

        def nearest(question: str) -> None:
            engine.dense(vectors[question], everything, DEPTH)

        def ranking(question: str) -> None:
            answerer.ranked(answerer.analysed(question), everything)

        def answer(question: str) -> None:
            service.ask(question, on=DAY)

        stages = {
            "words": ("words: BM25 over title, headings and text", words),
            "encode": ("the question's vector", encode),
            "meaning": ("meaning: exact search of all vectors", nearest),
            "ranking": ("both, fused and ranked with all evidence", ranking),
            "answer": ("the whole answer, quotations cut", answer),
        }
        found: dict[str, Any] = {"questions": len(questions), "passages": engine.alive, "stages": {}}
        found["encoded"] = engine.manifest.encoded
        for name, (what, do) in stages.items():
            say(f"  queries: {what}")
            timed(questions[:WARM_UP], do)
            found["stages"][name] = {"what": what, "one": timed(questions, do), "eight": timed(questions, do, AT_ONCE)}
        held = memory_of(os.getpid())
        found["process_mib"] = None if held is None else round(held, 1)
    return found
