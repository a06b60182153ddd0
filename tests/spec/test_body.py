"""The body: what a reader sees, by a fixed normalisation, with everything that was taken out accounted for."""

from collections import Counter
from pathlib import Path

import pytest

from waymark.library.body import BlockKind, normalise, sections
from waymark.library.front_matter import read
from waymark.passages.passages import is_standing_notice, passages
from waymark.passages.sentences import sentences


def body_of(source: str, title: str = "") -> str:
    return normalise(source, title).text


def test_block_marks_stay_and_inline_marks_go() -> None:
    source = "## A *plain* heading\n\nSome **strong** words and a [link](https://e.org/x).\n\n- one\n  - two\n\n1. first\n2. second\n"
    assert body_of(source) == (
        "## A plain heading\n\nSome strong words and a link.\n\n- one\n  - two\n\n1. first\n2. second"
    )


def test_a_link_is_an_annotation_on_the_words_that_carried_it() -> None:
    body = normalise("See [the page](/types/x) now.")
    (link,) = [a for a in body.annotations if a.kind == "link"]
    assert (body.text[link.start : link.end], link.value) == ("the page", "/types/x")


def test_reference_marks_and_lists_are_out_and_accounted_for() -> None:
    source = "Found.[[1](#cit/section_1.1),[2](#cit/section_1.2)] More.[[3](#cit/section_1.3)]\n\n###### References\n\n1. Somebody: A paper.\n2. Another.\n\n## Next\n\nText."
    body = normalise(source)
    assert body.text == "Found. More.\n\n## Next\n\nText."
    assert Counter(r.kind for r in body.removed) == {"reference_mark": 2, "references": 3}
    (first, _) = [r for r in body.removed if r.kind == "reference_mark"]
    assert body.text[: first.at] == "Found."


def test_a_heading_whose_words_fell_into_the_next_paragraph_gets_them_back() -> None:
    assert body_of("##\n\nWhy it comes back\n\nBecause.") == "## Why it comes back\n\nBecause."
    assert body_of("##\n\nThis is a sentence.") == "This is a sentence."


def test_a_first_heading_that_repeats_the_site_is_removed() -> None:
    body = normalise("# Page - NCI\n\n# Page: The Whole Name\n\nText.", "Page - NCI")
    assert body.text.startswith("# Page: The Whole Name")
    assert [(r.kind, r.text) for r in body.removed] == [("repeated_title", "Page - NCI")]


def test_credits_and_junk_are_taken_out() -> None:
    body = normalise(
        "Credit: iStock\n\n[Enlarge](https://e.org/i.jpg)![words](i.jpg)\n\nPlaceholder slot\n\nText stays."
    )
    assert body.text == "Text stays."
    assert {r.kind for r in body.removed} == {"credit", "junk"}


def test_tables_keep_their_rows() -> None:
    body = normalise("| Stage | Means |\n| --- | --- |\n| I | small |\n")
    assert body.text == "| Stage | Means |\n| I | small |"
    assert [(b.kind, b.level) for b in body.blocks] == [(BlockKind.ROW, 0), (BlockKind.ROW, 1)]


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    body = normalise("Opening words.\n\nSigns include:\n\n- one\n- two\n\nClosing words.")
    assert any("Signs include:\n\n- one\n- two" in passage.text(body) for passage in passages(body))


def test_a_long_list_is_cut_at_items_and_keeps_its_introduction_as_lead() -> None:
    body = normalise("Signs include:\n\n" + "\n".join(f"- sign {n} " + "word " * 30 for n in range(40)))
    made = list(passages(body))
    assert len(made) > 2
    assert made[0].lead is None
    for passage in made[1:]:
        assert passage.lead is not None and body.text[passage.lead.start : passage.lead.end] == "Signs include:"
        assert passage.text(body).startswith("- sign")


def test_key_points_and_standing_notices_are_no_passages() -> None:
    body = normalise(
        "## Part\n\n### Key Points\n\n- A repeats.\n\n### A repeats.\n\nText.\n\n## About This PDQ Summary\n\n### Purpose\n\nNotice."
    )
    assert [passage.section for passage in passages(body)] == [("Part", "A repeats.")]
    assert is_standing_notice(("About This PDQ Summary", "Purpose"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith spoke. He left.", ["Dr. Smith spoke.", "He left."]),
        ("Tests (e.g. CT) help. They do.", ["Tests (e.g. CT) help.", "They do."]),
        ("U.S. patients (see p. 5. There) wait. Then?", ["U.S. patients (see p. 5. There) wait.", "Then?"]),
        ("“Is it back?” She asked. 5.5 mg.", ["“Is it back?”", "She asked.", "5.5 mg."]),
        ("one piece without an end", ["one piece without an end"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end] for s in sentences(text)] == expected


def test_the_first_seed(seeds: Path) -> None:
    front, source = read((seeds / "recurrent-cancer.md").read_text(encoding="utf-8"))
    body = normalise(source, str(front["title"]))
    assert [" > ".join(path) for path, _ in sections(body)] == [
        "", "You're in Control", "Why Cancer Comes Back", "Types of Recurrent Cancer", "Staging Recurrent Cancer", "Treatment for Recurrent Cancer",
    ]  # fmt: skip
    assert "](" not in body.text and "Credit" not in body.text and "- Local recurrence means" in body.text
    assert sum(a.kind == "link" for a in body.annotations) > 20


@pytest.mark.corpus
def test_every_visible_word_of_the_corpus_is_in_the_body_or_accounted_for(shared: Path) -> None:
    """Words of the source, marks aside, are the words of the body and of what was removed: none is lost."""
    import re

    files = sorted((shared / "corpus" / "nci").rglob("*.md"))[::40]
    for path in files:
        front, source = read(path.read_text(encoding="utf-8"))
        body = normalise(source, str(front["title"]))
        plain = re.sub(r"\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\s*\)", " ", source)
        wanted = Counter(re.findall(r"[A-Za-z]{4,}", plain))
        kept = Counter(
            re.findall(
                r"[A-Za-z]{4,}",
                body.text + " " + " ".join(r.text for r in body.removed) + " ".join(a.note for a in body.annotations),
            )
        )
        lost = wanted - kept
        assert sum(lost.values()) <= 0.002 * sum(wanted.values()) + 3, (path.name, lost.most_common(8))
