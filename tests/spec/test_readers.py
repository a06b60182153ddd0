"""What the readers promise: a page's own words, its structure and what it says of itself; the rest is named, not lost.

Every page here was made up for the test.
"""

import io
from pathlib import Path

import pytest

from waymark.errors import InvalidDocument, UnreadableSource
from waymark.library.body import normalise
from waymark.sources.drafts import Draft, read
from waymark.sources.front import FOURTEEN
from waymark.sources.publishers import attribution_for, publisher_at, publisher_named, publishers, without_site


def page(text: str, origin: str = "page.txt") -> Draft:
    return read(text.encode(), origin)


def html(body: str, head: str = "", origin: str = "page.html", attributes: str = 'lang="en"') -> Draft:
    return read(f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>".encode(), origin)


def kinds(draft: Draft) -> set[str]:
    return {kind for kind, _ in draft.removed}


def taken(draft: Draft, kind: str) -> list[str]:
    return [text for found, text in draft.removed if found == kind]


def body_of(draft: Draft) -> str:
    return normalise(draft.source, str(draft.front.get("title") or "")).text


# ---------------------------------------------------------------------------------------------------- Markdown records


RECORD = """---
title: After the last scan
url: https://example.org/after
status: active
language: no
lastReviewed: 2025-12-30
cancerTypes: [liver]
ourOwnKey: kept
---

# After the last scan

Rest is [allowed](/rest).
"""


def test_a_record_keeps_its_front_matter_and_its_source():
    """A record is read as it was written: nothing is added to its front matter, and its links stay."""
    draft = page(RECORD, "after.md")
    assert draft.form == "record"
    assert draft.front["title"] == "After the last scan"
    assert draft.front["language"] == "no"
    assert draft.front["lastReviewed"] == "2025-12-30"
    assert draft.front["ourOwnKey"] == "kept"
    assert draft.source == "# After the last scan\n\nRest is [allowed](/rest).\n"
    assert set(draft.front) == {"title", "url", "status", "language", "lastReviewed", "cancerTypes", "ourOwnKey"}


def test_a_record_is_known_by_its_bytes_and_not_by_its_name():
    assert page(RECORD, "after.txt").form == "record"
    assert page("\ufeff\n" + RECORD, "after").front["status"] == "active"
    assert (
        page(RECORD.replace("\n", "\r\n"), "after.md").source == "# After the last scan\n\nRest is [allowed](/rest).\n"
    )


def test_markdown_without_front_matter_takes_its_title_from_its_first_heading():
    draft = page("Some words.\n\n## The **first** [heading](x)\n\nMore.\n\n# Later\n", "notes.md")
    assert draft.form == "record"
    assert draft.front["title"] == "The first heading"
    assert [key for key in FOURTEEN if draft.front[key] is not None] == ["title"]
    assert draft.source == "Some words.\n\n## The **first** [heading](x)\n\nMore.\n\n# Later\n"


def test_a_heading_in_fenced_code_is_no_title():
    assert page("```\n# not this\n```\n\n# This\n", "a.md").front["title"] == "This"
    assert page("```\n# not this, and nothing closes it\n", "a.md").front["title"] is None
    assert page("Underlined\n==========\n\nText.\n", "a.md").front["title"] == "Underlined"


def test_front_matter_that_does_not_end_is_refused_in_a_sentence():
    with pytest.raises(InvalidDocument, match=r"does not end\. Close it"):
        page("---\ntitle: half a file\n", "half.md")


# ------------------------------------------------------------------------------------------------------ plain page text

# Three invented pages of the kind that a browser's "copy" leaves behind, each with furniture of its own.
FIRST = """Skip to main content
An official website of the Harbour Islands government

Living With a Stiff Neck After Surgery

Photo Credit: Lena Ortiz

A stiff neck is common in the first weeks after an operation on the throat. Gentle movement helps most people, and it is safe to begin on the day that your team says so.

What You Can Do

Try these steps each day:

• Turn your head slowly to each side
• Rest on two pillows
  ◦ one under the neck
  ◦ one under the shoulder

When to Call

Call your team if the stiffness is worse after a week, or if swallowing becomes hard.

Further Help

  • Posted: March 3, 2024
  • Updated: June 14, 2025

If you would like to reproduce this page, please credit the Harbour Islands Health Service as the source and use the title of the page; e.g., “Living With a Stiff Neck After Surgery was originally published by the Harbour Islands Health Service.”

About us

Contact
"""

SECOND = """Home

Cancer Care

Search

A Dry Mouth After Radiation

Page last reviewed: 4 May 2025
Next review due: 4 May 2028

On this page
Why it happens
What helps

Why it happens

Radiation to the head can harm the glands that make saliva. The dryness may last for some months, and for a few people it stays for good. How much is harmed depends on the dose.

What helps

1. Sip water often.
2. Ask about gels and sprays.
3. See a dentist twice a year.

© 2025 Westland Cancer Alliance. All rights reserved. No part of this page may be copied without written permission. “A Dry Mouth After Radiation” was originally published by the Westland Cancer Alliance.
"""

THIRD = """Cookies on this website
Accept all cookies

Sleep and Steroids

Steroids can keep you awake at night.
Take them in the morning if your team
agrees, and tell them when you lie
awake for more than three nights.

What about naps?

Short naps are fine.
They should end before
four in the afternoon.

Share this page
Print

This page is in the public domain. Please credit the Fjord County Hospital as the source.
"""


def test_a_raw_page_becomes_markdown_with_its_headings_and_lists():
    draft = page(FIRST)
    assert draft.form == "page_text"
    assert draft.source.startswith("# Living With a Stiff Neck After Surgery\n\nA stiff neck is common")
    assert "\n\n## What You Can Do\n\n" in draft.source
    assert (
        "- Turn your head slowly to each side\n- Rest on two pillows\n  - one under the neck\n  - one under the shoulder"
        in draft.source
    )
    assert draft.source.endswith("## Further Help\n")


def test_what_a_raw_page_says_of_itself_becomes_metadata():
    front = page(FIRST).front
    assert front["title"] == "Living With a Stiff Neck After Surgery"
    assert front["publisher"] == "Harbour Islands Health Service"
    assert front["posted"] == "2024-03-03"
    assert front["updated"] == "2025-06-14"
    assert front["lastReviewed"] is None
    assert (
        front["attribution"]
        == "“Living With a Stiff Neck After Surgery” was originally published by Harbour Islands Health Service."
    )
    assert front["assets"] == [{"kind": "image", "credit": "Lena Ortiz", "license": "unknown", "reusable": False}]
    assert front["license"] is None, "the notice asks for credit and names no licence"
    assert any("names no licence" in why for why in front["evidence"]["license"])


def test_nothing_is_taken_out_of_a_raw_page_silently():
    """Each word of the page is in the source, or among what was taken out."""
    for text in (FIRST, SECOND, THIRD):
        draft = page(text)
        where = draft.source.replace("\\", "") + " ".join(words for _, words in draft.removed)
        missing = [word for word in text.split() if word.strip("•◦-") and word not in where]
        assert missing == []


def test_the_furniture_of_a_raw_page_is_named():
    assert kinds(page(FIRST)) == {
        "skip_link",
        "banner",
        "credit",
        "date_line",
        "reuse_notice",
        "footer",
        "empty_section",
    }
    assert taken(page(FIRST), "footer") == ["About us", "Contact"]
    assert taken(page(SECOND), "navigation") == ["Home", "Cancer Care"]
    assert taken(page(SECOND), "contents") == ["On this page", "Why it happens", "What helps"]
    assert taken(page(THIRD), "cookie_banner") == ["Cookies on this website", "Accept all cookies"]
    assert taken(page(THIRD), "share") == ["Share this page", "Print"]


def test_a_section_without_text_is_kept_and_listed():
    """A heading that nothing follows may be one whose links were lost in copying: a person has to see that."""
    draft = page(FIRST)
    assert taken(draft, "empty_section") == ["Further Help"]
    assert draft.front["evidence"]["sections"] == ["“Further Help” is a heading with no text under it"]


def test_the_title_that_the_notice_names_is_found_below_a_menu():
    draft = page(SECOND)
    assert draft.front["title"] == "A Dry Mouth After Radiation"
    assert draft.source.startswith("# A Dry Mouth After Radiation\n\n## Why it happens\n\nRadiation to the head")
    assert "1. Sip water often.\n2. Ask about gels and sprays." in draft.source


def test_review_dates_are_the_pages_own():
    front = page(SECOND).front
    assert (front["lastReviewed"], front["reviewDue"], front["updated"]) == ("2025-05-04", "2028-05-04", None)
    assert "Page last reviewed: 4 May 2025" in front["evidence"]["lastReviewed"][0]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Updated: June 14, 2025", "2025-06-14"),
        ("Last updated 14 June 2025", "2025-06-14"),
        ("• Updated: 2025-06-14", "2025-06-14"),
        ("Actualización: 14 de junio de 2025", "2025-06-14"),
        ("Updated: 14/06/2025", "2025-06-14"),
        ("Updated: 06/07/2025", None),  # June or July
        ("Updated: June 2025", None),  # no day
        ("Updated: June 31, 2025", None),  # no such day
        ("• Updated:", None),
        ("  •  Updated:  ", None),
    ],
)
def test_a_date_is_a_day_or_unknown(line: str, day: str | None):
    """A month, a day that could be two, and an empty label are unknown; unknown is null and never today."""
    draft = page(f"A Title\n\nSome words about it, a whole sentence.\n\n{line}\n")
    assert draft.front["updated"] == day
    assert taken(draft, "date_line") == [line.strip()]
    assert line.strip(" •") not in draft.source


def test_a_sentence_about_updating_is_no_date_line():
    draft = page("A Title\n\nUpdated: the plan changes when you do, and your team writes a new one.\n")
    assert "the plan changes" in draft.source
    assert draft.front["updated"] is None


def test_the_licence_is_what_the_notice_supports():
    assert page(FIRST).front["license"] is None
    assert page(SECOND).front["license"] == "all_rights_reserved"
    third = page(THIRD).front
    assert third["license"] == "public_domain"
    assert third["evidence"]["license"] == ["the reuse notice says “This page is in the public domain”"]
    assert third["publisher"] == "Fjord County Hospital"


@pytest.mark.parametrize(
    ("notice", "license"),
    [
        ("This page is not in the public domain. Please credit Ash Trust as the source if you copy it.", None),
        ("You may copy this page under the Open Government Licence v3.0. Please credit Ash Trust.", "OGL-UK-3.0"),
        ("© 2025 Ash Trust. Licensed under CC BY-NC-SA 4.0, please credit Ash Trust.", "CC-BY-NC-SA-4.0"),
        (
            "In the case of permitted digital reproduction, please credit the National Cancer Institute as the source.",
            "public_domain",
        ),
        (
            "Do not reproduce without written permission. Please credit the National Cancer Institute as the source.",
            "all_rights_reserved",
        ),
    ],
)
def test_each_kind_of_notice(notice: str, license: str | None):
    draft = page(f"A Title\n\nSome words about it, a whole sentence.\n\n{notice}\n")
    assert draft.front["license"] == license
    assert notice in taken(draft, "reuse_notice")
    assert draft.front["evidence"]["license"]


def test_talk_about_copies_of_records_is_no_reuse_notice():
    words = "Nobody may copy your medical records without your written permission, whatever the form says."
    draft = page(f"A Title\n\n{words}\n")
    assert words in draft.source
    assert draft.front["license"] is None


def test_wrapped_lines_are_one_paragraph():
    source = page(THIRD).source
    assert "Steroids can keep you awake at night. Take them in the morning if your team agrees, and tell them" in source
    assert "## What about naps?\n\nShort naps are fine. They should end before four in the afternoon." in source


def test_many_short_lines_in_a_row_are_a_list_and_not_headings():
    """A copied menu of links has no empty sections; it is a list."""
    links = ["Bones", "Blood tests", "Breathing", "Appetite", "Work and money", "Travel"]
    draft = page("A Title\n\nA whole sentence about the list of pages below.\n\n" + "\n\n".join(links) + "\n")
    assert "\n".join(f"- {link}" for link in links) in draft.source
    assert taken(draft, "empty_section") == []


def test_numbered_lines_that_count_up_are_a_list_and_a_single_one_is_a_heading():
    draft = page(
        "A Title\n\n1. What it is\n\nA whole sentence.\n\n1. Sip water\n\n2. Ask about gels\n\n3. See a dentist\n"
    )
    assert draft.source.endswith(
        "## 1. What it is\n\nA whole sentence.\n\n1. Sip water\n2. Ask about gels\n3. See a dentist\n"
    )


def test_plain_words_stay_plain():
    """Characters that mean something in Markdown are shown as the page showed them."""
    words = "A dose of 5*3*2 <b>mg</b> is [not] a link, `nor` code, & so on \\* &amp; _this_."
    draft = page(
        f"A Title\n\n{words}\n\n#1 is the first\n\n+ 20 points were added to it.\n\n> 60 years\n\n3. is where it stood.\n"
    )
    shown = body_of(draft).split("\n")
    for line in (words, "#1 is the first", "+ 20 points were added to it.", "> 60 years", "3. is where it stood."):
        assert line in shown


def test_the_address_of_fetched_text_names_its_publisher():
    draft = page("A Title\n\nSome words about it, a whole sentence.\n", "https://www.cdc.gov/cancer/a.txt")
    assert draft.front["url"] == "https://www.cdc.gov/cancer/a.txt"
    assert draft.front["source"] == "CDC"
    assert draft.front["license"] == "public_domain"
    assert draft.front["attribution"] == (
        "“A Title” was originally published by the Centers for Disease Control and Prevention."
    )


def test_the_raw_page_about_a_brain_tumor(seeds: Path):
    """The page for which these rules were made: its metadata is in its own words, and its empty date is unknown."""
    draft = read((seeds / "when-your-rare-brain-or-spine-tumor-recurs.txt").read_bytes(), "page.txt")
    front = draft.front
    assert front["title"] == "When Your Rare Brain or Spine Tumor Recurs"
    assert (front["publisher"], front["source"], front["license"]) == (
        "National Cancer Institute",
        "NCI",
        "public_domain",
    )
    assert (
        front["attribution"]
        == "“When Your Rare Brain or Spine Tumor Recurs” was originally published by the National Cancer Institute."
    )
    assert (front["updated"], front["posted"], front["lastReviewed"]) == (None, None, None)
    assert front["assets"] == [{"kind": "image", "credit": "iStock", "license": "unknown", "reusable": False}]
    assert taken(draft, "empty_section") == [
        "Tips for Rare Brain and Spine Tumor Patients",
        "Treatment Resources",
        "Coping and Support Resources",
    ]
    assert [line for line in draft.source.split("\n") if line.startswith("#")] == [
        "# When Your Rare Brain or Spine Tumor Recurs",
        "## Follow-up Care",
        "## Tips for Rare Brain and Spine Tumor Patients",
        "## Guiding Questions",
        "## Treatment Resources",
        "## Coping and Support Resources",
    ]
    assert kinds(draft) == {"skip_link", "banner", "credit", "date_line", "reuse_notice", "empty_section"}


@pytest.mark.corpus
def test_every_record_of_the_corpus_is_read_as_a_record(shared: Path):
    """A sample of every folder: the front matter is whole and the source is the text after it, character for character."""
    for folder in sorted((shared / "corpus" / "nci").iterdir()):
        for path in sorted(folder.glob("*.md"))[::40]:
            draft = read(path.read_bytes(), path.name)
            assert draft.form == "record"
            assert set(FOURTEEN) <= set(draft.front)
            assert path.read_text("utf-8").replace("\r\n", "\n").endswith(draft.source)


# ----------------------------------------------------------------------------------------------------------- HTML pages

LONG = "These are the page's own words, long enough to be told from a menu. " * 6


def test_the_main_part_is_read_and_the_furniture_is_named():
    draft = html(
        '<a class="skip-link" href="#m">Skip to content</a><div id="cookie-banner">We use cookies</div>'
        "<header><nav><a href='/'>Home</a></nav></header>"
        f"<main id='m'><h1>Sore hands</h1><p>{LONG}</p><p hidden>Not shown</p><p style='display: none'>Nor this</p>"
        "<span aria-hidden='true'>Nor that</span><div class='share-buttons'>Tell a friend</div>"
        "<form><label>Your name</label></form><script>var words = 1</script></main>"
        "<footer>All about the site</footer>"
    )
    assert draft.form == "html"
    assert draft.source == f"# Sore hands\n\n{LONG.strip()}\n"
    assert taken(draft, "hidden") == ["Not shown", "Nor this", "Nor that"]
    assert taken(draft, "share") == ["Tell a friend"]
    assert taken(draft, "form") == ["Your name"]
    assert "Home" in " ".join(taken(draft, "header"))
    assert taken(draft, "footer") == ["All about the site"]
    assert taken(draft, "cookie_banner") == ["We use cookies"]
    assert {"script", "navigation"} <= kinds(draft)


@pytest.mark.parametrize(
    "shape",
    [
        "<main>{}</main>",
        "<div role='main'>{}</div>",
        "<article>{}</article>",
        "<div id='content'>{}</div>",
        "<div class='entry-content'>{}</div>",
        "<table role='presentation'><tr><td>{}</td></tr></table>",
        "<div class='x1'>{}</div>",
    ],
)
def test_the_main_part_is_found_in_pages_of_any_shape(shape: str):
    paragraphs = "".join(f"<p>Paragraph {number}: {LONG}</p>" for number in range(4))
    menu = "<ul>" + "".join(f"<li><a href='/{n}'>Menu entry {n} of the site</a></li>" for n in range(30)) + "</ul>"
    draft = html(
        f"<div class='top'>{menu}</div>" + shape.format(f"<h1>Sore hands</h1>{paragraphs}") + f"<div>{menu}</div>"
    )
    assert "Paragraph 0" in draft.source and "Paragraph 3" in draft.source
    assert "Menu entry 7" not in draft.source
    assert any("Menu entry 7" in text for _, text in draft.removed)
    assert draft.front["evidence"]["text"][0].startswith("the part of the page that was read")


def test_nested_lists_keep_their_nesting():
    draft = html(
        f"<main><p>{LONG}</p><ul><li>Rest<ul><li>short naps</li><li>in a quiet room<ol start='3'><li>third</li>"
        "<li>fourth</li></ol></li></ul></li><li><p>Walk</p><p>Each day.</p></li></ul><ul><li>Another list</li></ul></main>"
    )
    body = body_of(draft)
    assert (
        "- Rest\n  - short naps\n  - in a quiet room\n    3. third\n    4. fourth\n- Walk\n  Each day.\n\n- Another list"
        in body
    )


def test_a_table_keeps_its_header_and_its_merged_cells():
    draft = html(
        f"<main><p>{LONG}</p><table><caption>Doses of rest</caption>"
        "<tr><th rowspan='2'>When</th><th colspan='2'>How long</th></tr><tr><th>Weekday</th><th>Weekend</th></tr>"
        "<tr><td rowspan='2'>Morning</td><td>10 minutes</td><td>a | b</td></tr><tr><td>20 minutes</td><td><p>one</p><p>two</p></td></tr>"
        "</table></main>"
    )
    assert (
        "Doses of rest\n\n| When | How long Weekday | How long Weekend |\n| --- | --- | --- |\n"
        "| Morning | 10 minutes | a \\| b |\n| Morning | 20 minutes | one<br>two |" in draft.source
    )
    assert "| Morning | 20 minutes | one two |" in body_of(draft)


def test_a_cell_over_three_rows_stands_in_each():
    rows = "<tr><td rowspan='3'>Morning</td><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr><tr><td>Noon</td><td>4</td></tr>"
    draft = html(f"<main><p>{LONG}</p><table><tr><th>When</th><th>What</th></tr>{rows}</table></main>")
    assert "| Morning | 1 |\n| Morning | 2 |\n| Morning | 3 |\n| Noon | 4 |" in draft.source


def test_a_table_that_only_places_things_is_no_table():
    draft = html(f"<table><tr><td><h1>Sore hands</h1><p>{LONG}</p></td><td><p>More of it.</p></td></tr></table>")
    assert "|" not in draft.source
    assert "More of it." in draft.source


def test_powers_indices_and_reference_marks():
    draft = html(
        f"<main><p>{LONG}</p><p>A count of 3.5 x 10<sup>9</sup>/L, 10<sup>−3</sup>, H<sub>2</sub>O, the 1<sup>st</sup> day, "
        "Drug<sup>®</sup>, as shown<sup><a href='#r4'>4</a></sup> and said<sup class='citation'>5</sup>.</p></main>"
    )
    assert "3.5 x 10⁹/L, 10⁻³, H₂O, the 1st day, Drug®, as shown and said." in draft.source
    assert taken(draft, "reference_mark") == ["4", "5"]


def test_definitions_and_abbreviations_are_kept():
    draft = html(
        f"<main><p>{LONG}</p><dl><dt>Nap</dt><dd>A short <abbr title='not long'>sleep</abbr>.</dd><dt>Rest</dt><dd>No task.</dd></dl></main>"
    )
    assert '<abbr title="not long">sleep</abbr>' in draft.source
    assert "- Nap\n  A short sleep.\n- Rest\n  No task." in body_of(draft)


def test_a_section_is_not_furniture_because_of_its_subject():
    """Ids are often the words of a heading: a section about consent, sharing or survey results is the page's own."""
    draft = html(
        f"<main><h1>Joining a trial</h1><p>{LONG}</p><section id='informed-consent' class='consent'><h2 id='sharing'>Sharing</h2>"
        "<p>You sign a form.</p></section><div id='related'><p>Ask who sees it.</p></div><div class='social-work'><p>Ask them.</p></div></main>"
    )
    for words in ("## Sharing", "You sign a form.", "Ask who sees it.", "Ask them."):
        assert words in draft.source


def test_links_are_written_in_full():
    """A relative link means nothing away from its page; a script is no link."""
    draft = html(
        f"<main><h1>Sore hands</h1><p>{LONG}</p><p><a href='../rest (now)'>rest</a> <a href='javascript:go()'>go</a> "
        "<a href='//other.example/x'>other</a> <a href='mailto:a@b.example'>write</a> <a href='#cit/1'>1</a></p></main>",
        origin="https://example.org/hands/sore",
    )
    assert "[rest](https://example.org/rest%20%28now%29) go [other](https://other.example/x)" in draft.source
    assert "[write](mailto:a@b.example) [1](#cit/1)" in draft.source


def test_the_pages_own_base_and_canonical_address_resolve_links():
    link = f"<main><p>{LONG}</p><a href='b'>b</a></main>"
    assert "(https://example.org/x/b)" in html(link, "<base href='https://example.org/x/'>").source
    assert "(https://example.org/y/b)" in html(link, "<link rel='canonical' href='https://example.org/y/a'>").source
    saved = html(link, "<!-- saved from url=(0023)https://example.org/z/a -->")
    assert "(https://example.org/z/b)" in saved.source
    assert saved.front["url"] == "https://example.org/z/a"


def test_images_keep_their_words_and_their_credits():
    """A credit to someone else is the image's own: the page's licence does not cover it."""
    draft = html(
        f"<main><p>{LONG}</p><figure><img src='/a.jpg' alt='Two hands'><figcaption>Warm water helps. Credit: iStock</figcaption></figure>"
        "<p><img data-src='/b.jpg' src='data:image/gif;base64,R0' alt='A glove'></p><p>Credit: Mo Khan</p>"
        "<img src='/dot.gif' width='1' height='1'></main>",
        origin="https://example.org/hands",
    )
    assert "![Two hands](https://example.org/a.jpg)\n\nWarm water helps." in draft.source
    assert "Credit" not in draft.source
    assert [(asset["url"], asset["credit"], asset["reusable"]) for asset in draft.front["assets"]] == [
        ("https://example.org/a.jpg", "iStock", False),
        ("https://example.org/b.jpg", "Mo Khan", False),
    ]
    assert taken(draft, "credit") == ["Credit: iStock", "Credit: Mo Khan"]


def test_emphasis_never_leaves_its_marks_in_the_text():
    """Markdown's rules for stars depend on their neighbours; where a mark would show, it is left out instead."""
    draft = html(
        f"<main><p>{LONG}</p><p>It is <b>very </b>sore, <b>Note:</b>call, <b>a</b><b>b</b> and <i>x<b>y</b></i>z.</p></main>"
    )
    assert "It is very sore, Note:call, ab and xyz." in body_of(draft)
    bold = html(f"<main><p>{LONG}</p><p>It is <b>very </b>sore.</p></main>")
    assert "It is **very** sore." in bold.source


def test_headings_lose_their_anchors_and_keep_their_folding_buttons():
    draft = html(
        f"<main><h1>Sore hands</h1><p>{LONG}</p><h2>On this page</h2><ul><li><a href='#a'>Creams</a></li><li><a href='#b'>Gloves</a></li></ul>"
        f"<h2 id='a'>Creams <a href='#a'>#</a></h2><p>{LONG}</p><h2 id='b'><button>Gloves</button></h2><p>{LONG}</p></main>"
    )
    assert [line for line in draft.source.split("\n") if line.startswith("#")] == [
        "# Sore hands",
        "## Creams",
        "## Gloves",
    ]
    assert taken(draft, "contents") == ["On this page", "Creams Gloves"]


HEAD = """<title>Sore hands | Westland Cancer Alliance</title>
<meta property="og:site_name" content="Westland Cancer Alliance"><meta name="description" content="What helps sore hands.">
<link rel="canonical" href="/hands?b=1#x"><meta name="dcterms.issued" content="2021-02-03">
<script type="application/ld+json">{"@type": "MedicalWebPage", "dateModified": "2025-03-04T10:00:00Z",
"lastReviewed": "2025-01-02", "publisher": {"@type": "Organization", "name": "Westland Cancer Alliance"}}</script>"""


def test_what_an_html_page_says_of_itself():
    front = html(
        f"<main><h1>Sore hands</h1><p>{LONG}</p></main>", HEAD, "https://westland.example/hands?b=1", 'lang="en-GB"'
    ).front
    assert front["title"] == "Sore hands"
    assert front["url"] == "https://westland.example/hands?b=1"
    assert front["language"] == "en"
    assert (front["updated"], front["posted"], front["lastReviewed"]) == ("2025-03-04", "2021-02-03", "2025-01-02")
    assert front["publisher"] == "Westland Cancer Alliance"
    assert front["description"] == "What helps sore hands."
    assert front["license"] is None
    assert front["citation"] == "Westland Cancer Alliance. Sore hands. https://westland.example/hands?b=1"
    assert front["attribution"] == "“Sore hands” was originally published by Westland Cancer Alliance."
    assert [key for key in FOURTEEN if front[key] is None] == [
        "audienceLevel", "cancerTypes", "license", "reviewFrequency", "sourceType", "status", "tags", "version",
    ]  # fmt: skip
    for key in ("title", "url", "language", "updated", "posted", "lastReviewed", "publisher"):
        assert front["evidence"][key], key


def test_visible_dates_come_before_those_of_the_head():
    front = html(
        f"<main><h1>Sore hands</h1><p>{LONG}</p><dl><dt>Last updated</dt><dd>5 May 2025</dd></dl></main>"
        "<footer><p>Reviewed: April 1, 2025</p></footer>",
        HEAD,
    ).front
    assert (front["updated"], front["lastReviewed"]) == ("2025-05-05", "2025-04-01")
    assert "Last updated: 5 May 2025" in front["evidence"]["updated"][0]


def test_a_fetched_page_cannot_take_another_publishers_name():
    """Whoever serves a page can write any canonical address into it; the licence follows the address that was read."""
    front = html(
        f"<main><h1>Sore hands</h1><p>{LONG}</p></main>",
        "<link rel='canonical' href='https://www.cancer.gov/hands'><meta property='og:site_name' content='National Cancer Institute'>",
        "https://copycat.example/hands",
    ).front
    assert front["url"] == "https://copycat.example/hands"
    assert front["publisher"] == front["source"] == "copycat.example"
    assert front["license"] is None
    assert "its address is not one of NCI's" in front["evidence"]["publisher"][0]


def test_a_fetched_notice_cannot_take_another_publishers_name():
    notice = "In the case of permitted reproduction, please credit the National Cancer Institute as the source."
    draft = page(f"A Title\n\nSome words about it, a whole sentence.\n\n{notice}\n", "https://copycat.example/a.txt")
    assert draft.front["publisher"] == "copycat.example"
    assert draft.front["license"] is None


def test_the_reuse_notice_is_heard_wherever_it_stands():
    notice = "<p>You may copy this page under the Open Government Licence v3.0. Please credit Ash Trust.</p>"
    for body in (
        f"<main><h1>Sore hands</h1><p>{LONG}</p>{notice}</main>",
        f"<main><h1>Sore hands</h1><p>{LONG}</p><footer>{notice}</footer></main>",
        f"<main><h1>Sore hands</h1><p>{LONG}</p></main><footer>{notice}</footer>",
    ):
        draft = html(body)
        assert (draft.front["license"], draft.front["publisher"]) == ("OGL-UK-3.0", "Ash Trust")
        assert "Government" not in draft.source
        assert any("Government" in words for _, words in draft.removed)


def test_a_known_publishers_page_has_its_licence_and_its_credit():
    front = html(
        f"<main><h1>Sore hands</h1><p>{LONG}</p></main>", "<title>Sore hands - NCI</title>", "https://www.cancer.gov/x"
    ).front
    assert (front["title"], front["source"], front["license"]) == ("Sore hands", "NCI", "public_domain")
    assert front["evidence"]["license"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Sore hands - NCI", "Sore hands"),
        ("Sore hands | Cancer Research UK", "Sore hands"),
        ("Hair loss - Non-Hodgkin lymphoma", "Hair loss - Non-Hodgkin lymphoma"),
        ("Facebook", "Facebook"),
    ],
)
def test_the_sites_name_is_no_part_of_the_title(title: str, expected: str):
    assert without_site(title) == expected


def test_a_title_that_is_the_sites_name_gives_way_to_the_heading():
    head = "<title>Facebook</title><meta property='og:title' content='Facebook'><meta property='og:site_name' content='Facebook'>"
    assert html(f"<main><h1>Sore hands</h1><p>{LONG}</p></main>", head).front["title"] == "Sore hands"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            "<div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript><script src='a.js'></script>",
            "JavaScript",
        ),
        ("<div id='app'>Loading</div><script>" + "x=1;" * 500 + "</script>", "JavaScript"),
        ("<h1>Page not found</h1><p>We could not find it. Try the search.</p>", "error page"),
        ("<main><h1>404</h1><p>That page is gone.</p></main>", "error page"),
        ("<h1>Access Denied</h1><p>Reference #18.</p>", "error page"),
        ("<p>Checking your browser before you go on.</p>", "check for people"),
        ("<img src='a.png'>", "without any text"),
        ("<nav><a href='/'>Home</a></nav>", "no text of its own"),
    ],
)
def test_error_pages_and_shells_are_refused_as_what_they_are(body: str, says: str):
    with pytest.raises(UnreadableSource, match=says) as refused:
        html(body)
    assert refused.value.sentence.endswith(".")


def test_a_long_page_that_mentions_an_error_is_read():
    assert (
        html(f"<main><h1>404 days after treatment</h1>{f'<p>{LONG}</p>' * 5}</main>").front["title"]
        == "404 days after treatment"
    )
    assert html(f"<main><h1>Sore hands</h1><p>{LONG}</p></main><noscript>Please enable JavaScript.</noscript>").source


# ------------------------------------------------------------------------------------------------------------------ PDF


def pdf(pages: list[list[str]]) -> bytes:
    """Return a small PDF with these lines of text on its pages."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, lines in enumerate(pages):
        text = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 12 Tf 72 720 Td {text}ET"
        resources = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {5 + 2 * number} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode())
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010d} 00000 n \n" for place in places).encode())
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def test_the_text_of_a_pdf_is_a_draft_to_check():
    """The order of a PDF's text is a guess of its own making, so it waits for a person."""
    draft = read(
        pdf(
            [
                ["Care Guide", "Sore hands are common after some treatments, and most get better in time.", "1"],
                ["Care Guide", "Gloves keep out the cold. They help many people in the first winter.", "2"],
                ["Care Guide", "Call your team when the skin breaks, or when you cannot use your hands.", "3"],
            ]
        ),
        "guide.pdf",
    )
    assert draft.form == "page_text"
    assert "Gloves keep out the cold." in draft.source
    assert draft.front["status"] == "draft"
    assert "PDF of 3 pages" in draft.front["evidence"]["text"][0]
    assert taken(draft, "page_furniture").count("Care Guide") == 3


def test_a_scanned_pdf_is_refused_with_its_reason():
    with pytest.raises(UnreadableSource, match="scanned pages"):
        read(pdf([[], []]), "scan.pdf")


def test_half_a_pdf_is_refused():
    whole = pdf([["Sore hands are common after some treatments, and most get better."]])
    with pytest.raises(UnreadableSource, match="PDF"):
        read(whole[:120], "half.pdf")


# ----------------------------------------------------------------------------------------------------------- publishers


def test_the_table_of_publishers():
    names = {publisher.id: publisher for publisher in publishers()}
    assert {"nci", "cdc", "nhs", "cruk", "acs", "waymark"} <= set(names)
    for publisher in publishers():
        assert "{title}" in publisher.credit
        assert publisher.license == "unknown" or publisher.reuse or publisher.id == "waymark"
    assert names["cruk"].license == names["acs"].license == "unknown"


@pytest.mark.parametrize(
    ("address", "publisher"),
    [
        ("https://www.cancer.gov/types", "nci"),
        ("https://cancer.gov", "nci"),
        ("https://notcancer.gov/types", None),
        ("https://cancer.gov.example/types", None),
        ("https://www.nhs.uk/conditions", "nhs"),
        ("https://somehospital.nhs.uk/leaflet", None),  # a hospital's terms are its own
        ("ftp://www.cancer.gov/types", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_a_host_names_its_publisher(address: str, publisher: str | None):
    found = publisher_at(address)
    assert (found.id if found else None) == publisher


def test_publishers_are_known_by_any_of_their_names():
    assert (
        publisher_named("nci") is publisher_named("The National Cancer Institute") is publisher_at("https://cancer.gov")
    )
    assert publisher_named("National Cancer") is None
    assert publisher_named("") is None


def test_the_credit_line_is_in_the_form_that_the_notice_asks_for():
    front = {
        "title": "Recurrent {Cancer} - NCI",
        "source": "NCI",
        "url": "https://www.cancer.gov/types/recurrent-cancer",
    }
    assert attribution_for(front) == "“Recurrent {Cancer}” was originally published by the National Cancer Institute."
    assert attribution_for(front, "When Cancer Comes Back").startswith("“When Cancer Comes Back” was")
    assert attribution_for({"title": "X", "source": "Ash Trust"}) == "“X” was originally published by Ash Trust."
    assert attribution_for({"title": "X", "attribution": "As agreed."}) == "As agreed."
    assert attribution_for({"title": "X"}) == ""
