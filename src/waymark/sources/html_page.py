"""HTML pages: their main part as Markdown, with what the page says of itself. Error pages and shells are refused."""

import re
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from waymark.errors import UnreadableSource
from waymark.sources import markdown
from waymark.sources.front import add_evidence, blank_front, short_name, shortened, take_dates
from waymark.sources.html_markdown import PageWriter, Written
from waymark.sources.html_metadata import PageFacts, dates_on_page, page_facts
from waymark.sources.html_tree import left_out, main_part, measure, text_lines
from waymark.sources.publishers import Publisher, publisher_named, without_site
from waymark.sources.reuse import is_reuse_notice, publisher_of, read_notice, take_publisher

SHELL_LENGTH = 300
"""A page with fewer visible characters than this and mostly scripts is a shell that a browser would fill."""

_NEEDS_SCRIPT = re.compile(
    r"(?:enable|turn on|activate|requires?|need(?:s|ed)?)\s+(?:to (?:enable|run)\s+)?javascript"
    r"|javascript (?:is )?(?:required|disabled"
    r"|must be enabled|to be enabled|to run)|without javascript|habilit\w+ javascript",
    re.IGNORECASE,
)
_ERROR_TITLE = re.compile(
    r"^\W*(?:(?:error\W+)?(?:40[0-9]|410|429|50[0-9])\b(?!\s+(?:ways|things|people|tips|questions))"
    r"|page (?:can ?not|could not) be found"
    r"|(?:sorry,? )?(?:we )?(?:can[’']?t|cannot|couldn[’']?t|could not) find (?:that|this|the) page"
    r"|(?:page|file|content) not found"
    r"|not found|access denied|forbidden|just a moment|attention required|service (?:temporarily )?unavailable"
    r"|bad gateway|gateway time-?out|internal server error|something went wrong|p[aá]gina no encontrada)",
    re.IGNORECASE,
)
_ERROR_LENGTH = 1_500  # a page with more visible text than this is about something, whatever its title
_CHECKS_FOR_PEOPLE = re.compile(
    r"checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|complete the (?:captcha|security check)"
    r"|unusual traffic from your|are you a robot",
    re.IGNORECASE,
)


@dataclass(slots=True)
class HtmlPage:
    """What was read from an HTML page."""

    source: str
    front: dict[str, Any]
    removed: list[tuple[str, str]] = field(default_factory=list)


def read_html(html: str, origin: str) -> HtmlPage:
    """Return the page's main part as Markdown with its front matter.

    Raises `UnreadableSource` for a page that is only an error, that needs a browser to show its text, or that has none.
    """
    name = short_name(origin)
    tree = LexborHTMLParser(html)
    body = tree.body
    if body is None:
        raise UnreadableSource(f"{name} is a page without a body.", "Open it in a browser and save it again.")
    measures = measure(body)
    part = main_part(tree, html, measures)
    root = part.node if part else body
    lines = list(text_lines(root))
    outside = list(text_lines(body, without=root)) if root.mem_id != body.mem_id else []
    facts = page_facts(tree, html, origin)
    _refuse_empty(name, tree, facts, lines, outside)

    whole = measures[root.mem_id].length
    written = PageWriter(facts.base, measures, whole).write(root)
    if not any(words for _, words in written.plain) and not any(block.strip() for block in written.blocks):
        raise UnreadableSource(f"{name} holds no text of its own: menus, forms and hidden parts only.")

    page = HtmlPage("", blank_front())
    _fill(page.front, facts, written, lines, outside)
    page.source = _source(written, page)
    if part:
        add_evidence(page.front, "text", f"the part of the page that was read: {part.how}")
    page.removed = written.removed
    if root.mem_id != body.mem_id:
        for kind, text in left_out(body, root, measures):
            text = shortened(text) if kind in ("script", "style") else markdown.collapse(text).strip()
            page.removed.append((kind, text))
    return page


# ------------------------------------------------------------------------------------------------------------- refusals


def _refuse_empty(name: str, tree: LexborHTMLParser, facts: PageFacts, lines: list[str], outside: list[str]) -> None:
    seen = sum(map(len, lines))
    everything = seen + sum(map(len, outside))
    scripts = tree.css("script")
    titles = [title for title, _ in facts.titles] + lines[:3]
    if everything <= _ERROR_LENGTH or seen < SHELL_LENGTH:
        first = next((title for title in titles if _ERROR_TITLE.match(title)), None)
        if first:
            raise UnreadableSource(
                f"{name} is an error page (“{shortened(first, 80)}”), not the page itself.",
                "Check the address.",
                "error_page",
            )
        if any(_CHECKS_FOR_PEOPLE.search(line) for line in (*lines[:20], *outside[:20])):
            raise UnreadableSource(
                f"{name} is a check for people, not the page itself.",
                "Open it in a browser, save it and add the file.",
                "check",
            )
    script_size = sum(len(node.text() or "") + 200 * bool(node.attributes.get("src")) for node in scripts)
    asks = any(_NEEDS_SCRIPT.search(line) for line in (*lines[:50], *outside[:50])) or any(
        _NEEDS_SCRIPT.search(node.text() or "") for node in tree.css("noscript")[:20]
    )
    visible_words = seen if lines else everything
    if visible_words < SHELL_LENGTH and (asks or (scripts and script_size > 2 * visible_words)):
        raise UnreadableSource(
            f"{name} needs JavaScript to show its text: without it {visible_words} characters can be read.",
            "Open it in a browser, save the whole page and add the file.",
            "shell",
        )
    if not everything:
        raise UnreadableSource(
            f"{name} is a page without any text.", "Open it in a browser and save it again.", "empty"
        )


# ------------------------------------------------------------------------------------------------------ front matter


def _fill(front: dict[str, Any], facts: PageFacts, written: Written, lines: list[str], outside: list[str]) -> None:
    if facts.address:
        front["url"] = facts.address
        add_evidence(front, "url", facts.address_from)
    notices = [read_notice(line) for line in (*lines, *outside) if len(line) <= 2_500 and is_reuse_notice(line)]
    notice = max(
        notices, key=lambda each: (bool(each.title), bool(each.license), bool(each.publisher_name)), default=None
    )
    publisher = publisher_of(facts.address, notice, facts.publisher)
    _take_title(front, facts, written, publisher)
    if facts.language:
        front["language"] = facts.language
        add_evidence(front, "language", facts.language_from)
    if facts.description:
        front["description"] = shortened(facts.description, 500)
    take_dates(front, [line for line in written.dates if line.on])
    take_dates(front, [line for line in (*dates_on_page(lines), *dates_on_page(outside)) if line.on])
    take_dates(front, facts.dates)
    take_dates(front, [line for line in written.dates if line.on is None and front.get(line.key) is None])
    front["assets"] = written.assets
    if facts.license:
        front["license"] = facts.license
        add_evidence(front, "license", facts.license_from)
    take_publisher(front, notice, facts.publisher, written.first_title)


def _take_title(front: dict[str, Any], facts: PageFacts, written: Written, publisher: Publisher | None) -> None:
    candidates = list(facts.titles)
    if written.first_title:
        candidates.append((written.first_title, "the page's first heading"))
    for title, how in candidates:
        bare = without_site(title, facts.site, publisher)
        # A site's name is not a page's title ("Facebook").
        if bare and not (facts.site and bare.casefold() == facts.site.casefold()) and publisher_named(bare) is None:
            front["title"] = bare
            add_evidence(front, "title", how)
            return


def _source(written: Written, page: HtmlPage) -> str:
    source = written.source()
    if written.first_title is None and page.front["title"]:
        return markdown.heading(1, page.front["title"]) + "\n\n" + source
    return source
