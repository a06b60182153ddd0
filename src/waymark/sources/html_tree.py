"""The tree of an HTML page: its main part, and what in it is the site's furniture rather than the page's words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from waymark.sources.markdown import collapse, has_words

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# fmt: off
BLOCKS = HEADINGS | frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "li",
    "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
))
# fmt: on
_NEVER_SEEN = {
    "script": "script",
    "style": "style",
    "noscript": "script",
    "template": "script",
    "head": "head",
    "svg": "picture",
    "canvas": "picture",
    "map": "picture",
    "iframe": "embed",
    "object": "embed",
    "embed": "embed",
    "audio": "embed",
    "video": "embed",
    "dialog": "hidden",
    "del": "struck_out",
    "rp": "hidden",
    "rt": "hidden",
    "select": "form",
    "textarea": "form",
    "input": "form",
    "datalist": "form",
    "nav": "navigation",
    "footer": "footer",
}
_ROLES = {
    "navigation": "navigation",
    "search": "form",
    "banner": "header",
    "contentinfo": "footer",
    "dialog": "hidden",
    "alertdialog": "hidden",
    "tooltip": "hidden",
}
_LEAD = r"^(?:[a-z0-9]+[-_]{1,2})*"
_CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "hidden",
        re.compile(
            r"^(?:[a-z]+-)*(?:visually-?hidden|sr-only|screen-?reader(?:-text|-only)?|element-invisible|is-hidden)"
            r"(?:-focusable)?$|^hidden$"
        ),
    ),
    (
        "cookie_banner",
        re.compile(_LEAD + r"(?:cookies?|gdpr|onetrust|consent[-_](?:banner|bar|manager|modal|popup))(?:[-_].*)?$"),
    ),
    (
        "share",
        re.compile(
            _LEAD + r"(?:share|sharing|social|addthis|addtoany|sharethis)"
            r"(?:[-_]{1,2}(?:bar|links?|buttons?|media|icons?|list|tools?|widget|this|page|block|nav|menu|container|wrapper))*$"
        ),
    ),
    ("navigation", re.compile(_LEAD + r"(?:breadcrumbs?|pagination|pager|skip-?(?:link|nav|to.*))(?:[-_].*)?$")),
    (
        "contents",
        re.compile(
            _LEAD + r"(?:toc|table-of-contents|on-this-page|in-page-nav|page-contents|contents-list)(?:[-_].*)?$"
        ),
    ),
    (
        "related",
        re.compile(
            _LEAD + r"(?:related|recommended)"
            r"(?:[-_]{1,2}(?:content|links?|resources?|articles?|pages?|topics?|stories|list|block|items?|posts?|info))*$"
        ),
    ),
    ("form", re.compile(_LEAD + r"(?:newsletter|subscribe|sign-?up|feedback|survey)(?:[-_].*)?$")),
    ("advertisement", re.compile(r"^(?:ads?|advert(?:isement)?s?|ad-(?:slot|unit|container|banner))$")),
    ("comments", re.compile(r"^(?:comments?|comment-(?:list|area|section)|disqus_thread)$")),
    ("share", re.compile(r"^(?:page-?options?|page-tools|print-(?:button|page|link))$")),
)
_TOLD_BY_ID = ("cookie_banner", "navigation", "contents", "comments")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

MAIN_LENGTH = 200  # a part with fewer visible characters than this is not the page's main part
_CONTAINERS = (
    "#main-content, #maincontent, #main, #content, #page-content, #bodyContent, .main-content, .page-content, "
    ".article-body, [itemprop=articleBody], .article__body, .article-content, .entry-content, .content-body"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """The visible characters under an element, how many of them are in links, and whether a first-level heading is
    there.
    """

    length: int
    linked: int
    has_title: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the page that is read: its element and how it was found."""

    node: LexborNode
    how: str


def attribute(node: LexborNode, name: str) -> str:
    """Return an attribute's value, empty when it is absent or has none."""
    return node.attributes.get(name) or ""


def is_never_seen(tag: str | None) -> bool:
    """Return whether a browser shows nothing of an element's text (scripts, styles, the head, comments)."""
    return tag in ("script", "style", "noscript", "template", "head", "-comment", "svg", "iframe", "object", "canvas")


def events(root: LexborNode) -> Iterator[tuple[bool, LexborNode]]:
    """Yield (True, node) on entering and (False, node) on leaving each node, without recursion."""
    node = root
    last = root.mem_id
    while True:
        yield True, node
        child = None if is_never_seen(node.tag) else node.child
        if child is not None:
            node = child
            continue
        while True:
            yield False, node
            if node.mem_id == last:
                return
            following = node.next
            if following is not None:
                node = following
                break
            parent = node.parent
            if parent is None:
                return
            node = parent


def measure(root: LexborNode) -> dict[int, Measure]:
    """Return the measure of every element under ``root``, in one pass."""
    found: dict[int, Measure] = {}
    stack: list[list[int]] = []
    links = 0
    for entering, node in events(root):
        tag = node.tag
        if tag == "-text":
            if entering and stack:
                length = len(collapse(node.text_content or "").strip())
                stack[-1][0] += length
                if links:
                    stack[-1][1] += length
            continue
        if entering:
            stack.append([0, 0, 1 if tag == "h1" else 0])
            links += tag == "a"
            continue
        links -= tag == "a"
        length, linked, title = stack.pop()
        found[node.mem_id] = Measure(length, linked, bool(title))
        if stack:
            stack[-1][0] += length
            stack[-1][1] += linked
            stack[-1][2] |= title
    return found


def furniture(node: LexborNode, measures: dict[int, Measure], whole: int) -> str | None:
    """Return what kind of furniture an element is; None when it belongs to the page.

    ``whole`` is the length of the part that is read: what holds most of it, or its title, is never furniture by its
    class.
    """
    tag = node.tag or ""
    if tag in _NEVER_SEEN:
        return _NEVER_SEEN[tag]
    attributes = node.attributes
    if not attributes and tag not in ("form", "aside", "button", "header"):
        return None
    if hides(attributes):
        return "hidden"
    size = measures.get(node.mem_id, Measure(0, 0, False))
    most = size.has_title or size.length * 2 > whole
    if tag == "form":
        return None if most else "form"
    if tag == "button":
        return None if _names_a_section(node) else "form"
    if tag == "header" and not most:
        parent = node.parent
        return "header" if (parent is not None and parent.tag == "body") or size.linked * 2 > size.length else None
    if tag == "aside" and not most and size.linked * 2 > size.length:
        return "related"
    if most:
        return None
    role = (attributes.get("role") or "").lower()
    if role in _ROLES:
        return _ROLES[role]
    if tag in ("html", "body", "main", "article") or tag in HEADINGS:
        return None
    for name in (attributes.get("class") or "").lower()[:1000].split():
        for kind, pattern in _CLASSES:
            if pattern.match(name):
                return kind
    # An id is often the words of a section ("sharing", "related", "informed-consent"); only these are told by theirs.
    name = (attributes.get("id") or "").lower()[:100]
    return (
        next((kind for kind, pattern in _CLASSES if kind in _TOLD_BY_ID and pattern.match(name)), None)
        if name
        else None
    )


def hides(attributes: dict[str, str | None]) -> bool:
    """Return whether an element's own attributes hide it from sight or from a screen reader."""
    if "hidden" in attributes and (attributes["hidden"] or "").lower() != "until-found":
        return True
    if (attributes.get("aria-hidden") or "").lower() == "true":
        return True
    return bool(_NOT_SHOWN.search((attributes.get("style") or "")[:2000]))


def _names_a_section(button: LexborNode) -> bool:
    """Return whether a button is the words of a heading that folds its section."""
    parent = button.parent
    for _ in range(3):
        if parent is None:
            return False
        if parent.tag in HEADINGS or parent.tag in ("dt", "summary"):
            return True
        parent = parent.parent
    return False


def text_lines(root: LexborNode, without: LexborNode | None = None) -> Iterator[str]:
    """Yield the visible text of each block in order; ``without`` leaves one element's text out."""
    left_out = without.mem_id if without is not None else -1
    words: list[str] = []
    skipping: int | None = None
    for entering, node in events(root):
        tag = node.tag
        if skipping is not None:
            if not entering and node.mem_id == skipping:
                skipping = None
            continue
        if tag == "-text":
            if entering:
                words.append(node.text_content or "")
            continue
        if entering and (node.mem_id == left_out or is_never_seen(tag) or (node.attributes and hides(node.attributes))):
            skipping = node.mem_id
        if (tag in BLOCKS or tag == "br" or skipping is not None) and words:
            line = collapse("".join(words)).strip()
            words = []
            if line:
                yield line
    line = collapse("".join(words)).strip()
    if line:
        yield line


def main_part(tree: LexborHTMLParser, html: str, measures: dict[int, Measure]) -> Part | None:
    """Return the part of the page that holds its own text; None when the page has no body."""
    body = tree.body
    if body is None:
        return None

    def length(node: LexborNode) -> int:
        return measures[node.mem_id].length if node.mem_id in measures else 0

    whole = length(body)
    for selector, how in (("main, [role=main]", "its main element"), ("article", "its article element")):
        nodes = [node for node in body.css(selector) if length(node)]
        best = max(nodes, key=length, default=None)
        if best is None:
            continue
        together = sum(length(node) for node in nodes)
        enough = length(best) >= MAIN_LENGTH or length(best) * 4 >= whole
        if enough and (selector != "article" or length(best) * 10 >= together * 6):
            return Part(best, how)
    containers = [node for node in body.css(_CONTAINERS) if length(node) >= MAIN_LENGTH]
    if containers:
        # The outermost is the longest; one that holds nearly as much but fewer links is the better cut.
        best = max(containers, key=lambda node: length(node) - measures[node.mem_id].linked)
        return Part(best, "a container that is named for it")
    located = _locate(body, html, measures) if whole >= 3 * MAIN_LENGTH else None
    return located or Part(body, "the whole page")


_LONGEST_FOR_TRAFILATURA = 1_000_000  # characters, and elements: above these it can take minutes
_MOST_FOR_TRAFILATURA = 20_000
_DEEPEST_FOR_LOCATING = 200


def _locate(body: LexborNode, html: str, measures: dict[int, Measure]) -> Part | None:
    """Return the smallest element that holds most of the main paragraphs; None when no part stands out.

    Trafilatura says which paragraphs those are; its own output is not used, since it flattens nested lists and drops
    credits. Where it finds none, they are the paragraphs with few links.
    """
    if _deeper_than(body, _DEEPEST_FOR_LOCATING):
        return None
    small = len(html) <= _LONGEST_FOR_TRAFILATURA and len(measures) <= _MOST_FOR_TRAFILATURA
    wanted = _main_lines(html) if small else set()
    how = "the part that holds most of the main text as trafilatura finds it"
    if not wanted:
        wanted, how = _unlinked_lines(body, measures), "the part that holds most paragraphs with few links"
    if not wanted:
        return None
    counts: dict[int, int] = {}
    nodes: dict[int, LexborNode] = {}
    depth: dict[int, int] = {}
    found = 0
    for entering, node in events(body):
        if not entering or node.tag not in ("p", "li", "td", "dd", "blockquote", "div"):
            continue
        if node.tag == "div" and node.css_first("p, div, li") is not None:
            continue
        if collapse(node.text()).strip() not in wanted:
            continue
        found += 1
        chain = []
        above: LexborNode | None = node.parent
        while above is not None and above.is_element_node:
            chain.append(above)
            above = above.parent
        for step, element in enumerate(reversed(chain)):
            counts[element.mem_id] = counts.get(element.mem_id, 0) + 1
            nodes[element.mem_id] = element
            depth[element.mem_id] = step
    if not found:
        return None
    holding = [key for key, count in counts.items() if count * 5 >= found * 4]
    best = nodes[max(holding, key=lambda key: depth[key])]
    return Part(best, how)


def _main_lines(html: str) -> set[str]:
    try:
        import trafilatura

        text = trafilatura.extract(html, include_comments=False, include_tables=True, favor_precision=True) or ""
    except Exception:  # strange markup, or a part of it that is not installed
        return set()
    lines = {collapse(line.lstrip("-| ")).strip() for line in text.split("\n")}
    return set(sorted((line for line in lines if len(line) >= 40), key=len, reverse=True)[:60])


def _unlinked_lines(body: LexborNode, measures: dict[int, Measure]) -> set[str]:
    lines = []
    for node in body.css("p, li"):
        size = measures.get(node.mem_id)
        if size and 80 <= size.length <= 5_000 and size.linked * 3 < size.length:
            lines.append(collapse(node.text()).strip())
    return set(sorted(set(lines), key=len, reverse=True)[:60])


def _deeper_than(root: LexborNode, limit: int) -> bool:
    depth = 0
    for entering, _ in events(root):
        depth += 1 if entering else -1
        if depth > limit:
            return True
    return False


def left_out(body: LexborNode, part: LexborNode, measures: dict[int, Measure]) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of what stands outside the part that is read, outermost element first."""
    path = {part.mem_id}
    above = part.parent
    while above is not None:
        path.add(above.mem_id)
        above = above.parent
    skipping: int | None = None
    for entering, node in events(body):
        if skipping is not None:
            if not entering and node.mem_id == skipping:
                skipping = None
            continue
        if not entering:
            continue
        if node.mem_id == part.mem_id:
            skipping = node.mem_id
            continue
        if node.mem_id in path:
            continue
        if node.tag == "-text":
            text = node.text_content or ""
            kind = "outside_main"
        elif node.tag == "-comment":
            continue
        else:
            skipping = node.mem_id
            kind = furniture(node, measures, 1 << 60) or ("header" if node.tag == "header" else "outside_main")
            text = node.text(separator=" ")
        if has_words(text[:5000]):
            yield kind, text
