"""What a check found, in the page's language.

A finding is kept as an English sentence, beside the words of the page that it names. Here stand the sentences that the checks
make, with places for those words, so that the same finding is said in another language; a sentence that none of them fits is
shown as it was written.
"""

import re
from functools import cache

from waymark.app.web.language import here, words
from waymark.languages.texts import SOURCE, message

SENTENCES = (
    message("The page is for %(audience)s by its own words (%(words)s).", audience="", words=""),
    message(
        "The citation lacks the original title, “%(title)s” and the address; the reuse rule asks for credit, title and link.",
        title="",
    ),
    message(
        "The citation lacks the original title, “%(title)s”; the reuse rule asks for credit, title and link.", title=""
    ),
    message("The citation lacks the address; the reuse rule asks for credit, title and link."),
    message("The page says %(day)s (“%(words)s”), the record no date.", day="", words=""),
    message("The page says %(day)s (“%(words)s”), the record %(said)s.", day="", words="", said=""),
    message("Most of the library says this same day, and nothing in the text does: it is the day of collection."),
    message(
        "The review of %(day)s held until %(until)s; every quotation says that it has lapsed.", day="", until=""
    ),
    message("The review held until %(until)s; every quotation says that it has lapsed.", until=""),
    message("A template's place for a date was left unfilled."),
    message("The record says “%(stated)s”, and the text reads as “%(seen)s” (%(words)s).", stated="", seen="", words=""),
    message("It was adapted from someone else, whose rights in it remain."),
    message("It is credited to %(name)s, so %(publisher)s cannot pass it on.", name="", publisher=""),
    message("It is reprinted from someone else, whose permission does not cover a further use."),
    message("The summary's images may be used only within the whole summary. It shows %(count)s of them.", count=""),
    message("The summary's images may be used only within the whole summary. It shows none of them here."),
    message("It leads to %(address)s, a page of the publisher's that the library does not hold.", address=""),
    message(
        "%(times)s links to the publisher's dictionary name %(numbers)s terms by number; the first: “%(words)s” is term "
        "%(number)s of %(dictionary)s (%(rest)s).",
        times="", numbers="", words="", number="", dictionary="", rest="",
    ),
    message("Its %(audience)s version, %(address)s, is not in the library.", audience="", address=""),
    message(
        "It calls %(other)s its %(audience)s version, and that one is for a %(their)s.", other="", audience="", their=""
    ),
    message("Its %(audience)s version is %(other)s.", audience="", other=""),
    message(
        "%(count)s links lead somewhere only from the publisher's page; the first leads to %(address)s.",
        count="", address="",
    ),
    message("The record has no “%(key)s:”; add the key, with null where it is not known.", key=""),
    message("The record has no address of its publisher's page; add “url:”."),
    message("The record has no title; add “title:”."),
    message("The title is the name of a site, “%(title)s”, not the page's own.", title=""),
    message("“%(name)s” is the publisher's name, not a part of the title.", name=""),
    message(
        "The text reads at grade %(grade)s (%(formula)s: %(words)s words a sentence, %(syllables)s syllables a word); for a "
        "%(audience)s at most %(limit)s is asked. This is its longest sentence.",
        grade="", formula="", words="", syllables="", audience="", limit="",
    ),
    message("The page itself says that it is no longer kept up."),
    message("The tag says that the page is %(words)s; it is of the kind “%(kind)s”.", words="", kind=""),
    message("The tag says that the page is %(words)s; it is of the kind “%(kind)s” (%(why)s).", words="", kind="", why=""),
    message(
        "Its text is nearly that of %(other)s: they share %(share)s of their runs of %(run)s words.",
        other="", share="", run="",
    ),
    message("The heading's words, “%(words)s”, stand in the paragraph after its mark.", words=""),
    message("The mark of a heading has neither words nor anything under it."),
    message("The heading has nothing under it: what stood there was not captured."),
    message("%(count)s character was lost when the page was read.", count=""),
    message("%(count)s characters were lost when the page was read.", count=""),
    message("The page has %(count)s headings of the first level.", count=""),
    message("The line is furniture of the page, not its text."),
    message("“Enlarge” is a button of the page, not its text."),
    message("The target of a link, %(target)s, shows as text: an empty line cut the link in two.", target=""),
    message("The item introduces those that follow, which should stand under it."),
    message(
        "The text has %(count)s marks of references and %(lists)s lists of them; what is quoted leaves them out, and each "
        "mark keeps its place.",
        count="", lists="",
    ),
    message("The page needs JavaScript or shows an error; its text was not captured."),
    message(
        "The text has %(ends)s line ends of another system and %(spaces)s no-break spaces.", ends="", spaces=""
    ),
    message("The text has %(ends)s line ends of another system.", ends=""),
    message("The text has %(spaces)s no-break spaces.", spaces=""),
    message("“%(lost)s” has lost its power: %(right)s is meant.", lost="", right=""),
    message("The table's header is empty: its columns have no names."),
    message(
        "The table has %(columns)s columns, and %(rows)s of its rows have another number; the first is this.",
        columns="", rows="",
    ),
    message("The page has only %(visible)s visible characters; at least %(least)s are expected.", visible="", least=""),
    message("“%(type)s” stands only in the notice that the pages of this kind share.", type=""),
    message("“%(type)s” is named once, in passing: %(line)s. It was taken out of cancerTypes; a person decides whether the "
            "page is about it.", type="", line=""),
    message("“%(type)s” is named once, in passing: %(line)s.", type="", line=""),
    message(
        "“%(type)s” is named %(times)s times, and neither title, address nor most of the text is about it.",
        type="", times="",
    ),
    message("“%(type)s” is named as a place in the body, and no cancer of it: %(line)s.", type="", line=""),
    message("“%(type)s” stands only in the titles of references.", type=""),
    message("The text does not name “%(type)s”.", type=""),
    message("The page is about %(name)s (%(why)s), and the record says no cancer type.", name="", why=""),
    message("The page is about %(name)s (%(why)s), and the record says %(said)s.", name="", why="", said=""),
    message("The page is about %(name)s (%(why)s), which is narrower than “%(wider)s”.", name="", why="", wider=""),
    message("“%(type)s” is no type of cancer: it says nothing of where a cancer began.", type=""),
    message("“%(type)s” stands only inside another word, “%(inside)s”.", type="", inside=""),
    message("“%(type)s” is a part of the address %(address)s and no cancer.", type="", address=""),
    message(
        "The record states another hash than that of its text, %(right)s: the text was changed after it was hashed.",
        right="",
    ),
    message("The record has no hash of its text, so its version, “%(version)s”, says nothing of it.", version=""),
    message("The record has no hash of its text, so its version says nothing of it."),
)  # fmt: skip
"""The sentences of all checks; the longer of two that begin alike stands first."""
_FIELD = re.compile(r"%\((\w+)\)s")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    made = []
    for sentence in SENTENCES:
        pieces = _FIELD.split(sentence.source)
        parts = [
            f"(?P<{piece}>.*?)" if place % 2 else re.escape(piece.replace("%%", "%"))
            for place, piece in enumerate(pieces)
        ]
        made.append((re.compile("".join(parts), re.DOTALL), sentence.source))
    return tuple(made)


def found_words(why: str) -> str:
    """Return why something was found, in the page's language; as it is where no sentence of ours fits."""
    if here().language == SOURCE:
        return why
    for pattern, source in _patterns():
        match = pattern.fullmatch(why)
        if match is not None:
            return words().filled(words().gettext(source), match.groupdict())
    return why
