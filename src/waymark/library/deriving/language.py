"""The language that a text is in, by its words."""

from functools import cache
from typing import Any

from waymark.library.body import BlockKind, Body
from waymark.library.deriving.found import Finding

_ENOUGH = 200  # letters; fewer tell nothing
_READ = 4_000  # characters that are looked at
_SURE = 0.9  # of 1


@cache
def _identifier() -> Any:
    """Return py3langid's model (Barbaresi, after Lui and Baldwin 2012), read when the first text needs it."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_modelpath(MODEL_DIR / MODEL_FILE, norm_probs=True)  # type: ignore[no-untyped-call]


def _text(body: Body) -> str:
    """Return the first words of a body, without tables."""
    pieces: list[str] = []
    length = 0
    for block in body.blocks:
        if block.kind is BlockKind.ROW:
            continue
        pieces.append(body.text[block.text_start : block.end])
        length += block.end - block.text_start
        if length > _READ:
            break
    return " ".join(pieces)[:_READ]


_COMMONEST = {
    "en": frozenset(
        "the and of to in is that for are with you it may be or this your have as from by can not on".split()
    ),
    "es": frozenset("de la que el en y los se del las un por con para una su al es lo como más o pero sus".split()),
}
_PLAINLY = 0.2  # of all words; in another language these make up less than half of that


def is_plainly(body: Body, language: str) -> bool:
    """Return whether a text's commonest words are those of a language, which costs far less to see than what else it might be."""
    known = _COMMONEST.get(language)
    words = _text(body).lower().split()
    return known is not None and len(words) >= 40 and sum(word in known for word in words) >= _PLAINLY * len(words)


def language_of(body: Body) -> Finding | None:
    """Return the language of a text with how sure that is; None for a text too short to tell, or when it is not sure."""
    text = _text(body)
    if sum(character.isalpha() for character in text) < _ENOUGH:
        return None
    code, share = _identifier().classify(text)
    if float(share) < _SURE:
        return None
    return Finding(str(code), (f"by {len(text):,} characters of its text, {float(share):.2f} of 1 sure",))
