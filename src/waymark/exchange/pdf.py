"""PDF of the record's papers, tagged (PDF/UA-1), made in memory alone.

The typesetter is typst, in this process: no file is written, no package is fetched, and what a person wrote goes in as data
that ``papers.typ`` shows as text. Letters that our two fonts lack are taken from the typesetter's own and then from the
system's, so that a name in any script can be read.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_SIZES = (11.2, 10.6, 10.0, 9.4, 8.8, 8.2)
"""Letter sizes (points) that are tried until a paper that should be one page is one; never smaller, for tired eyes."""
_LONGEST_WORD = re.compile(r"\S{36}(?=\S)")
_KEPT = ("\n", "\t")


class Sheet(StrEnum):
    """The two sizes of paper that printers hold."""

    A4 = "a4"
    LETTER = "us-letter"


LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PR", "PH", "CL", "CO", "CR", "SV", "GT", "HN", "NI", "PA", "DO", "VE"})
"""Where Letter is what printers hold (CLDR, ``supplemental/territoryInfo``: paperSize US-Letter)."""


def sheet_of(country: str | None) -> Sheet:
    """Return the paper of a country (ISO 3166); A4 where none is known."""
    return Sheet.LETTER if (country or "").upper() in LETTER_COUNTRIES else Sheet.A4


def plain(text: str) -> str:
    """Return a text as it can be set: no control characters but line ends, and a word that no line can hold may break."""
    kept = "".join(
        c if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text.replace("\r\n", "\n")
    )
    return _LONGEST_WORD.sub(lambda found: found.group() + "\u200b", kept.strip())


def _all_plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {name: _all_plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_all_plain(held) for held in value]
    return value


@cache
def _fonts() -> Any:
    """Return the fonts, looked through once for the process."""
    import typst

    return typst.Fonts(True, True, [str(_HERE / "fonts")])


@cache
def _template() -> bytes:
    return (_HERE / "papers.typ").read_bytes()


def typeset(paper: Mapping[str, Any], sheet: Sheet, at: datetime, *, one_page: bool = False) -> bytes:
    """Return a paper (see `waymark.exchange.papers`) as PDF.

    ``at`` stands in the file as the time it was made. With ``one_page`` the letters are made smaller, down to 8.2 points,
    until everything is on one page; what is longer even then goes on to a second one, with page numbers.
    """
    made = b""
    for size in _SIZES if one_page else _SIZES[2:3]:
        made = _compiled(paper, sheet, size, at)
        if not one_page or pages_of(made) == 1:
            return made
    return made


def pages_of(content: bytes) -> int:
    """Return how many pages a PDF has."""
    import io

    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


def _compiled(paper: Mapping[str, Any], sheet: Sheet, size: float, at: datetime) -> bytes:
    import typst

    data = _all_plain(paper) | {"paper": sheet.value, "size": size}
    sent = {"data": json.dumps(data, ensure_ascii=False)}

    def compiled(standards: list[Any]) -> bytes:
        compiler = typst.Compiler(_template(), root=str(_HERE), font_paths=_fonts(), sys_inputs=sent)
        made = compiler.compile(
            format="pdf", pdf_standards=standards, timestamp=at.astimezone(UTC).replace(microsecond=0)
        )
        if not isinstance(made, bytes):
            raise TypeError("the typesetter returned no file")
        return made

    try:
        return compiled(["ua-1"])
    except typst.TypstError as error:
        # A letter that no font of this machine has: the standard forbids the box that stands for it. The paper is made all
        # the same, tagged like any other; only the claim to the standard is left out. The error's words hold the letter.
        if "PDF/UA-1 error" not in error.message:
            raise RuntimeError("the typesetter could not make this paper") from None
    return compiled([])
