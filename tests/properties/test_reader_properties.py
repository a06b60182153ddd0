"""For every input: a draft or a refusal in a sentence, nothing lost, and what Markdown shows is what the page showed."""

import re
import unicodedata
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from waymark.errors import InputRefused
from waymark.library import front_matter
from waymark.library.body import normalise
from waymark.sources.drafts import read
from waymark.sources.front import dates_in_line, day_of
from waymark.sources.html_markdown import address_of
from waymark.sources.inline import Break, Close, Image, Open, Piece, Words, visible, write_inline
from waymark.sources.markdown import escape, heading, paragraph
from waymark.sources.publishers import attribution_for, without_site
from waymark.sources.robots import parse_robots

# Characters that mean something to Markdown, HTML or YAML, among a few that do not.
MARKED = st.text(alphabet="ab é1.)(*_`~#+-=>|<&;:\\[]!{}\"'/%€⁹", max_size=60)
WORDS = st.text(alphabet="abc de.,", min_size=1, max_size=30)


def shown(markdown: str) -> str:
    return "".join(normalise(markdown).text.split())


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def readable(text: str) -> bool:
    # The body takes out broken link ends, credits and some buttons: that is its business, tested with it.
    return "](" not in text and not re.search(r"credit|enlarge|print|email|share|close", text, re.IGNORECASE)


@given(st.binary(max_size=400), st.sampled_from(["a.md", "a.txt", "a.html", "a.pdf", "https://example.org/x", ""]))
@example(b"---\n...\n---\n", "a.md")
@example(b"<html><body>\xff\xfe\x00", "a.html")
@example(b"%PDF-1.4\ntrailer << /Root 1 0 R >>", "a.pdf")
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_draft_or_a_sentence(data: bytes, origin: str):
    try:
        draft = read(data, origin)
    except InputRefused as refused:
        assert refused.sentence.strip().endswith(".")
        return
    assert draft.origin == origin
    assert front_matter.parse(front_matter.dump(draft.front)) is not None


@given(st.text(max_size=300), st.sampled_from([None, "utf-8", "windows-1252", "utf-7", "no such"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_draft_or_a_sentence(text: str, charset: str | None):
    try:
        draft = read(text.encode("utf-8", "surrogatepass"), "a.txt", charset)
    except InputRefused as refused:
        assert refused.sentence.strip().endswith(".")
        return
    normalise(draft.source, str(draft.front.get("title") or ""))


LINES = st.one_of(
    st.sampled_from(
        ["", "", "", "Skip to main content", "Credit: iStock", "• Updated:", "Updated: May 5, 2025", "A Heading Here", "• an item", "◦ a deeper item", "  - another", "1. first", "2. second", "Print", "On this page",
         "Please credit Ash Trust as the source if you reproduce this page.", "A long line of words that goes on until it is no heading, because it ends as a sentence does."]
    ),
    WORDS,
)  # fmt: skip


@given(st.lists(LINES, max_size=25))
@settings(max_examples=300, deadline=None)
def test_no_word_of_a_raw_page_is_lost(lines: list[str]):
    """Each word stands in the source or among what was taken out, as often as it stood on the page."""
    text = "\n".join(["A Page of Words", "", *lines])
    draft = read(text.encode(), "a.txt")
    kept = f"{draft.source} {' '.join(words for kind, words in draft.removed if kind != 'empty_section')}"
    letters = sorted("".join(re.findall(r"[^\W\d_]", text)))
    assert sorted("".join(re.findall(r"[^\W\d_]", kept))) == letters


@given(MARKED.filter(readable))
@example("1. not a list")
@example("a\\")
@example("=== ")
@example("&amp;#35;")
@example("# ")
@example("- - -")
@example("~~~")
@example("<!-- x")
@example("a<b>c")
@settings(max_examples=500, deadline=None)
def test_escaped_words_are_shown_as_they_are(words: str):
    assert shown(paragraph(words)) == squeezed(words)
    assert shown(f"Before.\n\n{paragraph(words)}\n\nAfter.") == squeezed(f"Before.{words}After.")
    assert shown("text " + escape(words) + " text") == squeezed(f"text {words} text")


@given(st.integers(1, 6), MARKED.filter(readable))
@example(2, "a #")
@example(2, "##")
@example(2, "#")
@settings(max_examples=300, deadline=None)
def test_an_escaped_heading_is_shown_as_it_is(level: int, words: str):
    if not squeezed(words):
        return
    body = normalise(heading(level, words))
    assert squeezed(body.text) == squeezed("#" * level + words)
    assert [block.level for block in body.blocks] == [level]


PIECES = st.lists(
    st.one_of(
        MARKED.filter(readable).map(Words),
        st.builds(Open, st.sampled_from(["strong", "emphasis"])),
        st.builds(Open, st.just("link"), st.sampled_from(["https://example.org/a", "#cit/1", "x%28y%29"])),
        st.builds(Open, st.just("abbreviation"), st.sampled_from(["long form", 'a "b" <c> & d'])),
        st.builds(Close, st.sampled_from(["strong", "emphasis", "link", "abbreviation"])),
        st.just(Break()),
        st.builds(Image, st.just("https://example.org/i.png"), st.sampled_from(["", "two [hands]", "a*b"])),
    ),
    max_size=12,
)


@given(PIECES)
@example([Open("strong"), Words("Note:"), Close("strong"), Words("call")])
@example([Open("strong"), Words("a"), Close("strong"), Open("strong"), Words("b"), Close("strong")])
@example([Words("\\"), Words(":"), Open("strong")])
@example([Words("a"), Open("emphasis"), Words(" "), Close("emphasis"), Words("b")])
@settings(max_examples=500, deadline=None)
def test_the_words_of_a_block_win_over_its_marks(pieces: list[Piece]):
    written = write_inline(pieces)
    body = normalise(f"Before.\n\n{written}\n\nAfter.")
    if not readable(visible(pieces)) or any(removed.kind == "reference_mark" for removed in body.removed):
        return  # links to "#cit/" are reference marks, which the body takes out
    assert squeezed(body.text) == squeezed(f"Before.{visible(pieces)}After.")


TREES = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda tag, children: f"<{tag}>{''.join(children)}</{tag}>",
        st.sampled_from(
            [
                "div",
                "p",
                "ul",
                "ol",
                "li",
                "b",
                "i",
                "a",
                "span",
                "h2",
                "h3",
                "table",
                "tr",
                "td",
                "th",
                "blockquote",
                "dl",
                "dt",
                "dd",
                "section",
                "em",
                "strong",
                "pre",
            ]
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@given(st.lists(TREES, max_size=6))
@example(["<ul><li>a<ol><li>b</li></ol></li></ul><ul><li>c</li></ul>"])
@example(["<table><tr><td>a</td></tr><tr><td>b</td><td><ul><li>c</li></ul></td></tr></table>"])
@example(["<ol><li><h3>a</h3><p>b</p></li><li>c</li></ol>"])
@settings(max_examples=400, deadline=None)
def test_no_word_of_an_html_page_is_lost(parts: list[str]):
    """Whatever nests in whatever, each letter of the page is shown by the body, once, or named among what was taken out."""
    page = f"<html><body><main><h1>Title</h1><p>First words.</p>{''.join(parts)}</main></body></html>"
    draft = read(page.encode(), "a.html")
    taken = "".join(words for kind, words in draft.removed if kind not in ("note", "flattened"))
    body = normalise(draft.source).text
    letters = re.findall(r"[a-zA-Z]", re.sub(r"<[^>]*>", " ", page))
    assert sorted(re.findall(r"[a-zA-Z]", body + taken)) == sorted(letters)
    if not taken and "<table>" not in page:
        assert re.findall(r"[a-zA-Z]", body) == letters  # and in the page's order


@given(st.lists(TREES, max_size=6))
@settings(max_examples=200, deadline=None)
def test_reading_a_page_twice_gives_the_same(parts: list[str]):
    page = f"<html><body><main><h1>Title</h1><p>First words.</p>{''.join(parts)}</main></body></html>".encode()
    assert read(page, "a.html") == read(page, "a.html")


@given(st.text(max_size=60), st.sampled_from([None, "https://example.org/a/b", "https://[broken"]))
@example("https://[::1", None)
@example("javascript:alert(1)", None)
@example("java\nscript:alert(1)", "https://example.org/a/b")
@example("a b(c)[d]<e>", "https://example.org/a/b")
@settings(max_examples=400, deadline=None)
def test_a_links_target_cannot_leave_its_brackets(href: str, base: str | None):
    address = address_of(href.encode("utf-8", "replace").decode(), base)
    if address is None:
        return
    assert not re.search(r"[\s()<>\[\]\\]", address)
    assert not re.match(r"(?i)\s*(?:javascript|data|vbscript|file):", address)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_a_day_is_read_in_each_of_its_spellings(day: date):
    months = "January February March April May June July August September October November December".split()
    month = months[day.month - 1]
    for words in (
        day.isoformat(),
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"{month[:3]}. {day.day}, {day.year}",
    ):
        assert day_of(words) == day
        (line,) = dates_in_line(f"Updated: {words}")
        assert (line.key, line.on) == ("updated", day)


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_reading_dates_and_titles_never_fails(text: str):
    dates_in_line(text)
    dates_in_line(text, within=True)
    day_of(text)
    assert len(without_site(text)) <= len(text)
    attribution_for({"title": text, "source": text, "url": text})


@given(
    st.text(alphabet="/ab*$", min_size=1, max_size=12),
    st.text(alphabet="/ab", max_size=12).map(lambda path: "/" + path),
)
@settings(max_examples=500)
def test_a_robots_pattern_means_what_the_rfc_says(pattern: str, path: str):
    """Against the plainest reading of RFC 9309, 2.2.3: the pattern as a regular expression."""
    ends = pattern.endswith("$")
    plain = pattern[:-1] if ends else pattern
    meant = "".join(".*" if character == "*" else re.escape(character) for character in plain) + (r"\Z" if ends else "")
    blocked = not parse_robots(f"User-agent: *\nDisallow: {pattern}", "Waymark").allows(path)
    assert blocked == bool(re.match(meant, path))
