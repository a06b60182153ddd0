"""Words to Markdown: escapes, so that what a reader saw on the page is what the body shows."""

import re
import unicodedata

_ALWAYS = re.compile(
    r"[*`\[\]]|\\(?=[!-/:-@\[-`{-~])|<(?=[A-Za-z/!?])|&(?=#?[A-Za-z0-9]{1,32};)|(?<![^\W_])_|_(?![^\W_])"
)
_AT_START = re.compile(
    r"^(?:(#{1,6})(?=\s|$)|([-+])(?=\s|$)|(>)|(\d{1,9})([.)])(?=\s|$)|([-=_~]{1,3})(?=[-=_~\s]*$)|(~{3}))"
)
_SPACE = re.compile(r"[ \t\n\r\f\u00a0]+")


def collapse(text: str) -> str:
    """Return the text with each run of white space as one space, as a browser shows it."""
    return _SPACE.sub(" ", text)


def escape(text: str) -> str:
    """Return plain words as Markdown that shows exactly them, inside a line."""
    return _ALWAYS.sub(r"\\\g<0>", text)


def escape_block(text: str) -> str:
    """Return one paragraph of escaped words with a first character that no block mark can be read from."""
    text = text.strip()
    match = _AT_START.match(text)
    if not match:
        return text
    if match[4]:
        return f"{match[4]}\\{match[5]}{text[match.end() :]}"
    return "\\" + text


def paragraph(text: str) -> str:
    """Return plain words as one Markdown paragraph."""
    return escape_block(escape(collapse(text).strip()))


def heading(level: int, text: str) -> str:
    """Return plain words as a Markdown heading."""
    return f"{'#' * level} {heading_words(escape(collapse(text).strip()))}"


def heading_words(escaped: str) -> str:
    """Return escaped words safe at the end of a heading, where a closing run of ``#`` would vanish."""
    stripped = escaped.rstrip("#")
    if stripped != escaped and (not stripped or stripped.endswith(" ")):
        return stripped + "\\" + escaped[len(stripped) :]
    return escaped


_SUPERSCRIPT = str.maketrans("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_SUPERSCRIPT_ABLE = re.compile(r"^(?:n|[+\-−–]|[0-9+\-−–=()\s.,]*[0-9][0-9+\-−–=()\s.,]*)$")
_SUBSCRIPT_ABLE = re.compile(r"^[0-9+\-−–=()\s.,]+$")


def superscript(text: str) -> str:
    """Return the characters of a power (``9`` becomes ``⁹``); text that has no such characters stays as it is ("st",
    "®").
    """
    return text.translate(_SUPERSCRIPT) if _SUPERSCRIPT_ABLE.match(text) else text


def subscript(text: str) -> str:
    """Return the characters of an index (``2`` becomes ``₂``); other text stays as it is."""
    return text.translate(_SUBSCRIPT) if _SUBSCRIPT_ABLE.match(text) else text


def has_words(text: str) -> bool:
    """Return whether anything would be seen: a character that is no space, control or format character."""
    return any(not unicodedata.category(character).startswith(("Z", "C")) for character in text)
