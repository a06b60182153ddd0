"""Plain page text, as it is copied from a browser: the page's own words with its headings found, its furniture told
apart.

Nothing says in plain text what a heading is. The rule: a short line without final punctuation, alone between empty
lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from waymark.sources import markdown
from waymark.sources.chrome import chrome_kind, credit_in, opens_contents
from waymark.sources.front import DateLine, add_evidence, blank_front, dates_in_line, take_dates
from waymark.sources.publishers import Publisher, without_site
from waymark.sources.reuse import ReuseNotice, is_reuse_notice, publisher_of, read_notice, take_publisher

_HEADING_LENGTH = 90
_HEADING_WORDS = 14
_TITLE_LENGTH = 160
_LONGEST_RUN = 4  # more short lines in a row than this are a list (of links, most likely), not headings
_LINE_IS_PARAGRAPH = 160  # a line this long was not wrapped by hand: each line is a paragraph
_LONGEST_WRAPPED = 4_000

_BULLET = re.compile(r"^(?P<mark>[•‣▪▫◦●○∙·⁃■□➢✓✔\uf0b7]|[-*–—](?=\s))\s*(?P<words>.*)$")
_NUMBERED = re.compile(r"^(?P<number>\d{1,3})[.)]\s+(?P<words>\S.*)$")
_FINAL = (".", ":", ";", ",", "!", "…", "”.", ".”")
_RULE = re.compile(r"^[\s_=*~–—-]{3,}$")
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$|^\S+@\S+\.\S+$")


@dataclass(slots=True)
class _Line:
    """One line of the page: its words, its indent, and whether it stands alone between empty lines."""

    words: str
    indent: int
    alone: bool


@dataclass(slots=True)
class PageText:
    """What was read from plain page text: the Markdown source, the front matter and what was taken out."""

    source: str
    front: dict[str, Any]
    removed: list[tuple[str, str]] = field(default_factory=list)


def read_page_text(text: str, origin: str) -> PageText:
    """Return the page as Markdown with what it says of itself as front matter.

    ``origin`` gives the address where it is one. The title is the page's first heading, or the title that its reuse
    notice asks to be credited. Never raises; time grows with the length of the text.
    """
    front = blank_front()
    page = PageText("", front)
    lines = _lines(text)
    lines, notices = _without_notices(lines, page)
    lines = _without_furniture(lines, page)
    notice = _best(notices)
    address = origin if origin.startswith(("http://", "https://")) else None
    publisher = publisher_of(address, notice)
    title, lines = _title(lines, notice, publisher, page)
    lines = _without_contents(lines, page)
    blocks = _blocks(lines, page)
    if title:
        blocks.insert(0, markdown.heading(1, title))
    page.source = "\n\n".join(blocks) + "\n" if blocks else ""
    front["title"] = title
    front["url"] = address
    take_publisher(front, notice)
    return page


# ---------------------------------------------------------------------------------------------------------------- lines


def _lines(text: str) -> list[_Line]:
    """Cut the text into lines of the page: a paragraph that was wrapped by hand is one line."""
    raw = [line.expandtabs(4).rstrip() if len(line) < _LONGEST_WRAPPED else line.strip() for line in text.split("\n")]
    raw = [re.sub("[\u200b\u2060\ufeff\u00ad]", "", line) if not line.isascii() else line for line in raw]
    as_written = any(len(line) > _LINE_IS_PARAGRAPH for line in raw)
    lines: list[_Line] = []
    for index, line in enumerate(raw):
        words = line.strip()
        if not words or _RULE.match(words[:200]):
            continue
        before = not raw[index - 1].strip() if index else True
        after = not raw[index + 1].strip() if index + 1 < len(raw) else True
        joins = not as_written and not before and bool(lines) and _continues(lines[-1].words, words)
        if joins:
            lines[-1].words += " " + words
            lines[-1].alone = False
        else:
            lines.append(_Line(words, len(line) - len(line.lstrip()), before and after))
    return lines


def _continues(before: str, words: str) -> bool:
    """Return whether a line goes on with the one above it, rather than being an item, date or furniture of its own."""
    if len(before) > _LONGEST_WRAPPED:
        return False
    return not (
        _BULLET.match(words)
        or _NUMBERED.match(words)
        or chrome_kind(words)
        or chrome_kind(before)
        or credit_in(words)
        or credit_in(before)
        or dates_in_line(words)
        or dates_in_line(before)
    )


def _without_notices(lines: list[_Line], page: PageText) -> tuple[list[_Line], list[ReuseNotice]]:
    """Take out the reuse notices, and the site's footer under the last one: short lines that no text follows."""
    notices: list[ReuseNotice] = []
    kept: list[_Line] = []
    footer_from: int | None = None
    for line in lines:
        if len(line.words) <= 2_500 and is_reuse_notice(line.words):
            notices.append(read_notice(line.words))
            page.removed.append(("reuse_notice", line.words))
            footer_from = len(kept)
        else:
            kept.append(line)
    if footer_from is not None and all(not _is_text(line.words) for line in kept[footer_from:]):
        page.removed += [("footer", line.words) for line in kept[footer_from:] if not _is_metadata(line.words)]
        kept = kept[:footer_from] + [line for line in kept[footer_from:] if _is_metadata(line.words)]
    return kept, notices


def _best(notices: Sequence[ReuseNotice]) -> ReuseNotice | None:
    return max(notices, key=lambda notice: (bool(notice.title), bool(notice.publisher_name)), default=None)


def _is_text(words: str) -> bool:
    return len(words) > _HEADING_LENGTH or words.endswith((".", "?", "!", ":")) or bool(_NUMBERED.match(words))


def _is_metadata(words: str) -> bool:
    return bool(dates_in_line(_without_bullet(words)) or credit_in(words))


def _without_bullet(words: str) -> str:
    match = _BULLET.match(words)
    return match["words"].strip() if match else words


def _without_furniture(lines: list[_Line], page: PageText) -> list[_Line]:
    kept: list[_Line] = []
    dates: list[DateLine] = []
    for line in lines:
        words = _without_bullet(line.words)
        if found := dates_in_line(words):
            dates += found
            page.removed.append(("date_line", line.words))
        elif credit := credit_in(words):
            _credit(page.front, credit)
            page.removed.append(("credit", line.words))
        elif kind := chrome_kind(words):
            page.removed.append((kind, line.words))
        elif words or line.words:
            kept.append(line)
    take_dates(page.front, dates)
    return kept


def _credit(front: dict[str, Any], credit: str) -> None:
    front["assets"].append({"kind": "image", "credit": credit, "license": "unknown", "reusable": False})


def _without_contents(lines: list[_Line], page: PageText) -> list[_Line]:
    """Take out a list of the page's own headings ("On this page"): lines that come again further down."""
    times: dict[str, int] = {}
    for line in lines:
        times[_without_bullet(line.words)] = times.get(_without_bullet(line.words), 0) + 1
    kept: list[_Line] = []
    inside = False
    for line in lines:
        words = _without_bullet(line.words)
        if opens_contents(words):
            inside = True
            page.removed.append(("contents", line.words))
        elif inside and times[words] > 1:
            times[words] -= 1
            page.removed.append(("contents", line.words))
        else:
            inside = False
            kept.append(line)
    return kept


# ---------------------------------------------------------------------------------------------------------------- title


def _title(
    lines: list[_Line], notice: ReuseNotice | None, publisher: Publisher | None, page: PageText
) -> tuple[str | None, list[_Line]]:
    """Return the page's title and the lines after it. Menus before a title that the notice names are taken out."""
    front = page.front
    if notice and notice.title:
        wanted = _folded(notice.title)
        for index, line in enumerate(lines):
            if len(line.words) <= 400 and _folded(without_site(line.words, publisher=publisher)) == wanted:
                if all(not _is_text(before.words) for before in lines[:index]):
                    page.removed += [("navigation", before.words) for before in lines[:index]]
                    lines = lines[:index] + lines[index + 1 :]
                    lines = lines[index:]
                else:
                    lines = lines[:index] + lines[index + 1 :]
                break
        add_evidence(front, "title", "the title that the page's reuse notice asks to be credited")
        return without_site(notice.title, publisher=publisher), lines
    for index, line in enumerate(lines):
        if _could_be_title(line):
            if index == 0:
                title = without_site(line.words, publisher=publisher)
                add_evidence(front, "title", "the first line of the page")
                rest = lines[1:]
                if rest and _folded(without_site(rest[0].words[:400], publisher=publisher)) == _folded(title):
                    page.removed.append(("repeated_title", rest[0].words))
                    rest = rest[1:]
                return title, rest
            break
        break
    return None, lines


def _could_be_title(line: _Line) -> bool:
    words = line.words
    return len(words) <= _TITLE_LENGTH and not words.endswith((".", ";", ",")) and not _BULLET.match(words)


def _folded(words: str) -> str:
    return " ".join(words.split()).strip(' .“”"').casefold()


# --------------------------------------------------------------------------------------------------------------- blocks


def _is_heading(line: _Line) -> bool:
    words = line.words
    return (
        line.alone
        and len(words) <= _HEADING_LENGTH
        and len(words.split()) <= _HEADING_WORDS
        and not words.endswith(_FINAL)
        and not _BULLET.match(words)
        and not _ADDRESS.match(words)
        and (words[0].isupper() or words[0].isdigit() or words[0] in "¿¡“‘\"'" or not words[0].isascii())
        and any(character.isalpha() for character in words)
    )


def _blocks(lines: Sequence[_Line], page: PageText) -> list[str]:
    blocks: list[str] = []
    items: list[str] = []
    indents: list[tuple[int, str]] = []
    index = 0

    def close_list() -> None:
        if items:
            blocks.append("\n".join(items))
            items.clear()
            indents.clear()

    while index < len(lines):
        line = lines[index]
        bullet = _BULLET.match(line.words)
        if bullet:
            words = bullet["words"].strip()
            if not words and index + 1 < len(lines) and not _BULLET.match(lines[index + 1].words):
                index += 1
                words = lines[index].words
            if words:
                depth = _depth(indents, line.indent, bullet["mark"])
                items.append("  " * depth + "- " + markdown.paragraph(words))
            index += 1
            continue
        close_list()
        counted = _counting_up(lines, index)
        if len(counted) > 1:
            items += [f"{match['number']}. {markdown.paragraph(match['words'])}" for match in counted]
            close_list()
            index += len(counted)
            continue
        run = index
        while run < len(lines) and _is_heading(lines[run]) and run - index <= _LONGEST_RUN:
            run += 1
        if run == index:
            blocks.append(markdown.paragraph(line.words))
            index += 1
            continue
        index = _write_headings(lines, index, run, blocks, page)
    close_list()
    return blocks


def _write_headings(lines: Sequence[_Line], index: int, run: int, blocks: list[str], page: PageText) -> int:
    """Write a run of lines that read like headings; return the index after what was written."""
    end = run
    while end < len(lines) and _is_heading(lines[end]):
        end += 1
    text_follows = end < len(lines)
    if end - index > _LONGEST_RUN:
        last = end - 1 if text_follows else end
        blocks.append("\n".join("- " + markdown.paragraph(line.words) for line in lines[index:last]))
        add_evidence(page.front, "sections", f"{last - index} short lines in a row are kept as a list, not as headings")
        index = last
    for at in range(index, end):
        words = lines[at].words
        blocks.append(markdown.heading(2, words))
        if at + 1 < end or not text_follows:
            page.removed.append(("empty_section", words))
            add_evidence(page.front, "sections", f"“{words}” is a heading with no text under it")
    return end


def _counting_up(lines: Sequence[_Line], index: int) -> list[re.Match[str]]:
    """Return the numbered lines from ``index`` on whose numbers follow one another."""
    counted: list[re.Match[str]] = []
    while index + len(counted) < len(lines) and (match := _NUMBERED.match(lines[index + len(counted)].words)):
        if counted and int(match["number"]) != int(counted[-1]["number"]) + 1:
            break
        counted.append(match)
    return counted


_DEEPEST = 6


def _depth(indents: list[tuple[int, str]], indent: int, mark: str) -> int:
    """Return how deep a bullet stands: by its indent, and by its mark where marks change at the same indent."""
    while indents and (indent < indents[-1][0]):
        indents.pop()
    known = [entry for entry in indents if entry == (indent, mark)]
    if known:
        while indents[-1] != (indent, mark):
            indents.pop()
    elif not indents or len(indents) < _DEEPEST:
        indents.append((indent, mark))
    return len(indents) - 1
