"""How the check of plain words does on the sentences of the starter collection: what it lets through, and what it notices.

Each sentence stands as it is (which the quotation supports by itself), and with one thing changed. Floors are below the figures
that were measured when they were set; `python tests/quality/test_plain_words_on_sentences.py` prints the table.
"""

import re
from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest

from waymark.answering.plain.claims import claims_of
from waymark.answering.plain.verifier import Ground, fault_of, units_of
from waymark.answering.plain.vocabulary import VOCABULARIES
from waymark.library.body import normalise

Change = Callable[[str, str], str | None]


def paragraphs(language: str) -> Iterator[str]:
    """Yield each section's text of the starter collection, as it would be quoted."""
    folder = files("waymark") / "starter" / language
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        text = path.read_text("utf-8").split("\n---\n", 1)[1]
        yield from (part.strip() for part in re.split(r"\n(?=#)", normalise(text, "").text) if len(part) > 80)


def said(language: str) -> Iterator[tuple[str, Ground]]:
    """Yield each sentence that could stand as plain words, with the section that it is from."""
    for part in paragraphs(language):
        for unit in units_of(part):
            if "\n" not in unit and unit.endswith(".") and 4 <= len(unit.split()) <= 30:
                yield unit, Ground(part, language)


def _without_not(text: str, language: str) -> str | None:
    pattern = r"\b(?:not|never|no|cannot|don't|without)\b" if language == "en" else r"\b(?:no|nunca|sin|ni)\b"
    return (
        re.sub(pattern, "can" if "cannot" in text else "", text, count=1, flags=re.I)
        if re.search(pattern, text, re.I)
        else None
    )


def _with_not(text: str, language: str) -> str | None:
    pattern, put = (
        (r"\b(is|are|can|may|does|do|will)\b", r"\1 not")
        if language == "en"
        else (r"\b(es|son|puede|pueden|está|están)\b", r"no \1")
    )
    return re.sub(pattern, put, text, count=1) if re.search(pattern, text) else None


def _other_number(text: str, language: str) -> str | None:
    return re.sub(r"\d+", lambda found: str(int(found.group()) + 3), text, count=1) if re.search(r"\d", text) else None


def _surely(text: str, language: str) -> str | None:
    pattern = r"\b(?:may|might|can|could)\b" if language == "en" else r"\b(?:puede|pueden|podría)\b"
    put = "will" if language == "en" else "siempre"
    return re.sub(pattern, put, text, count=1) if re.search(pattern, text) else None


def _always(text: str, language: str) -> str | None:
    pattern = (
        r"\b(?:some|sometimes|often|most|many|usually|few)\b"
        if language == "en"
        else r"\b(?:algunos|algunas|muchos|muchas|mayoría|pocos)\b"
    )
    put = "all" if language == "en" else "todos"
    return re.sub(pattern, put, text, count=1, flags=re.I) if re.search(pattern, text, re.I) else None


def _another_drug(text: str, language: str) -> str | None:
    words = [word for _, word, _ in claims_of(text, language).words if len(word) > 6 and word in text]
    return text.replace(words[0], "imatinib", 1) if words else None


def _ends_exchanged(text: str, language: str) -> str | None:
    """Exchange the first and the last content word."""
    own = VOCABULARIES[language]
    words = [w for w in re.findall(r"[^\W\d_]{5,}", text) if w.lower() == w and w not in own.function | own.neutral]
    if len(words) < 3 or words[0] == words[-1]:
        return None
    first, last = words[0], words[-1]
    return re.sub(rf"\b({first}|{last})\b", lambda found: last if found.group() == first else first, text)


CHANGES: dict[str, Change] = {
    "a dropped not": _without_not,
    "an added not": _with_not,
    "another number": _other_number,
    "certain for possible": _surely,
    "all for some": _always,
    "another drug": _another_drug,
    "two words exchanged": _ends_exchanged,
}
NOTICED = {"two words exchanged": 0.98}  # a singular and a plural of one word; of the others: all but one in a hundred


def measured(language: str) -> tuple[float, dict[str, tuple[int, int]]]:
    """Return the share of sentences that pass as they are, and for each change how many of how many are noticed."""
    pairs = list(said(language))
    passed = [pair for pair in pairs if fault_of(pair[0], [1], [pair[1]], language) is None]
    found = {}
    for name, change in CHANGES.items():
        # Only what would have passed: what is dropped anyway proves nothing.
        changed = [(new, ground) for text, ground in passed if (new := change(text, language)) and new != text]
        noticed = sum(fault_of(text, [1], [ground], language) is not None for text, ground in changed)
        found[name] = (noticed, len(changed))
    return len(passed) / len(pairs), found


@pytest.mark.parametrize(("language", "least"), [("en", 0.9), ("es", 0.9)])
def test_sentences_pass_as_they_are_and_changes_are_noticed(language: str, least: float) -> None:
    share, found = measured(language)
    assert share >= least, f"{share:.3f} pass"
    for name, (noticed, whole) in found.items():
        assert whole >= 10 or name == "another number", f"{name}: only {whole}"
        assert noticed >= NOTICED.get(name, 0.99) * whole, f"{name}: {noticed} of {whole}"


if __name__ == "__main__":
    for code in ("en", "es"):
        share, found = measured(code)
        print(f"{code}: {share:.3f} of the sentences pass as they are")
        for name, (noticed, whole) in found.items():
            print(f"    {name:<24} {noticed:>5} of {whole:>5} noticed  {noticed / max(whole, 1):.3f}")
