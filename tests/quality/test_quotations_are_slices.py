"""Word for word, or not at all: for a thousand invented questions, each quotation is the slice that it says it is."""

import random
import re
from datetime import date

from waymark.answering.response import Answer, response_json
from waymark.app.wiring import Waymark
from waymark.library.body import sections

QUESTIONS = 1_000
FORMS = (
    "what is {a}",
    "{a} and {b}?",
    "is {a} a sign that {b} came back",
    "{a}",
    "my {a} {b} now what",
    "¿qué es {a}?",
    "how do they treat {a} {b}",
)


def test_a_thousand_invented_questions(starter_library: Waymark) -> None:
    draw = random.Random(11)
    bodies = [starter_library.document(card.id).body for card in starter_library.cards()]
    words = sorted({word for body in bodies for word in re.findall(r"[a-z]{4,}", body.text)})
    headings = [heading for body in bodies for path, _ in sections(body) for heading in path]
    shown = answered = 0
    for number in range(QUESTIONS):
        about = draw.choice(headings if number % 2 else words)  # every other one has an answer somewhere
        question = draw.choice(FORMS).format(a=about, b=draw.choice(words))
        response = starter_library.ask(question, on=date(2026, 11, 21))
        answered += isinstance(response, Answer)
        given = response_json(response)
        for quotation in (*given["quotations"], *given["related"]):
            document = quotation["document"]
            kept = starter_library.document(document["id"], document["version"])
            assert kept.body.text[quotation["start"] : quotation["end"]] == quotation["text"], question
            assert kept.card.content_hash == document["content_hash"]
            shown += 1
    assert shown > QUESTIONS and 0 < answered < QUESTIONS
