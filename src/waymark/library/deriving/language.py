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


def language_of(body: Body) -> Finding | None:
    """Return the language of a text with how sure that is; None for a text too short to tell, or when it is not sure."""
    pieces: list[str] = []
    length = 0
    for block in body.blocks:
        if block.kind is BlockKind.ROW:
            continue
        pieces.append(body.text[block.text_start : block.end])
        length += block.end - block.text_start
        if length > _READ:
            break
    text = " ".join(pieces)[:_READ]
    if sum(character.isalpha() for character in text) < _ENOUGH:
        return None
    code, share = _identifier().classify(text)
    if float(share) < _SURE:
        return None
    return Finding(str(code), (f"by {len(text):,} characters of its text, {float(share):.2f} of 1 sure",))
