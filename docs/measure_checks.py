"""Writes docs/CHECKS.md: what the checks find in the documents of a folder, beside an independent count.

    .venv/bin/python docs/measure_checks.py ../shared/corpus/nci

The folder is taken into a library of its own, which is thrown away afterwards.
"""

import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from waymark.app.checking import Checked, checked
from waymark.app.ingest import add_files
from waymark.library.cancer_types import ancestors, type_named
from waymark.library.catalogue import Catalogue
from waymark.library.checks.findings import every_check
from waymark.library.checks.page import Page

PAGE = Path(__file__).parent / "CHECKS.md"
ON = date(2026, 11, 21)
# An independent count: documents, and occurrences where they were counted.
COUNTED: dict[str, tuple[int, int | None]] = {
    "META-REQUIRED": (0, None),
    "META-TITLE (held back)": (8, None),
    "META-TITLE (warning)": (1424, None),
    "DATE-BODY": (250, None),
    "DATE-LAPSED": (1432, None),
    "TYPE-URL": (33, None),
    "TYPE-NOT-A-TYPE": (14, None),
    "TYPE-BOILERPLATE": (210, None),
    "STATUS-RETIRED": (28, None),
    "VERSION-HASH": (1432, None),
    "CITE-FORM": (1432, None),
    "LICENCE-SUMMARY-IMAGES": (419, None),
    "… of these, with images": (213, 813),
    "LICENCE-REPRINT": (53, 303),
    "… by the three marks alone": (53, 303),
    "LICENCE-ADAPTED": (59, 206),
    "TEXT-SHELL": (9, None),
    "TEXT-ENCODING": (1, 226),
    "TEXT-THIN": (65, None),
    "TEXT-H1": (1424, None),
    "TEXT-NESTING": (320, 880),
    "TEXT-LINK-SPLIT": (62, 140),
    "TEXT-TABLE": (115, None),
    "… ragged rows alone": (115, None),
    "TEXT-SUPERSCRIPT": (19, 82),
    "… before “/L” alone": (19, 82),
    "TEXT-REFERENCES": (248, 47341),
    "TEXT-DUPLICATE": (0, 22),
    "LANGUAGE": (0, None),
}
REASONS = {
    "LICENCE-REPRINT": "matter “reprinted by permission” or “reprinted from … with permission” counts too",
    "TEXT-TABLE": "header rows without a word count too; by ragged rows alone the counts are the same",
    "TEXT-SUPERSCRIPT": "eight more lost powers after a times sign (“3 × 107/kg”) count too",
    "TEXT-DUPLICATE": "22 pairs; each is told of the later document",
}


def rows(found: Checked) -> Iterator[tuple[str, str, int, int]]:
    """Yield name, severity, documents and occurrences of each line of the table."""
    by_code = defaultdict(list)
    for count in found.counts():
        by_code[count.code].append(count)
    for check in every_check():
        counts = by_code.get(check.code, [])
        if not counts:
            yield check.code, " / ".join(severity.value for severity in check.severities), 0, 0
        for count in counts:
            word = "held back" if count.severity.value == "blocking" else count.severity.value
            name = f"{check.code} ({word})" if len(counts) > 1 else check.code
            yield name, count.severity.value, count.documents, count.occurrences
        parts = {
            "LICENCE-SUMMARY-IMAGES": (
                "… of these, with images",
                lambda f: " of them." in f.why and "none of them" not in f.why,
            ),
            "LICENCE-REPRINT": (
                "… by the three marks alone",
                lambda f: not re.match(r"reprinted (?:by|from)", f.found, re.I),
            ),
            "TEXT-TABLE": ("… ragged rows alone", lambda f: "columns, and" in f.why),
            "TEXT-SUPERSCRIPT": ("… before “/L” alone", lambda f: re.search(r"10[69]\d?\s?/\s?L", f.found) is not None),
        }
        if check.code in parts:
            name, wanted = parts[check.code]
            chosen = [finding for finding in found.of(check.code) if wanted(finding)]
            yield name, "", len({finding.document for finding in chosen}), sum(finding.times for finding in chosen)


def verdict(name: str, documents: int, occurrences: int) -> str:
    """Return whether the counts agree within three in a hundred."""
    counted = COUNTED.get(name)
    if counted is None:
        return ""
    if name == "TEXT-DUPLICATE":
        agrees = occurrences == counted[1]
    else:
        pairs = [(documents, counted[0]), *([(occurrences, counted[1])] if counted[1] is not None else [])]
        agrees = all(abs(ours - theirs) <= 0.03 * max(theirs, 1) for ours, theirs in pairs)
    reason = REASONS.get(name, "")
    if agrees:
        return f"agrees{'; ' + reason if name == 'TEXT-DUPLICATE' else ''}"
    return f"more: {reason}" if reason else "differs"


def audience_lines(catalogue: Catalogue) -> Iterator[str]:
    """Yield the documents whose address, heading and dictionary links do not all say the same audience."""
    for card in catalogue.cards(None):
        audience = Page(catalogue.document(card.id, card.version)).derived.audience
        if audience.against:
            against = "patient" if audience.value == "professional" else "professional"
            yield f"| {card.id} | {audience.value} ({_bare(audience.evidence)}) | {against} ({_bare(audience.against)}) |"


def _bare(words: tuple[str, ...]) -> str:
    """Return evidence without the corpus's own sentences: a heading is named, not quoted."""
    named = ("heading" if each.startswith("heading:") else each for each in words)
    return "; ".join(dict.fromkeys(named)).replace("|", "/")


LABELS = Path(__file__).parents[1] / "tests" / "quality" / "cancer_types" / "labels.jsonl"


def label_lines(catalogue: Catalogue) -> Iterator[str]:
    """Yield precision and recall of the derived types, and of the collector's tags, for each draw of labelled documents."""
    by_origin = {str(card.origin): card for card in catalogue.cards(None)}
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    for draw in dict.fromkeys(label["draw"] for label in labels):
        ours, tags = Counter(), Counter()
        for label in (each for each in labels if each["draw"] == draw):
            card = next(card for origin, card in by_origin.items() if origin.endswith(label["path"]))
            claimed = catalogue.document(card.id, card.version).front.get("cancerTypes") or ()
            named = {type_named(word) or word for word in claimed if word != "general"}
            for counter, got in ((ours, set(card.cancer_types)), (tags, named)):
                wanted, also = set(label["types"]), set(label["also"])
                met = {each for each in wanted if each in got or any(each in ancestors(other) for other in got & also)}
                counter.update(right=len(met), missed=len(wanted - met), wrong=len(got - wanted - also))
        shares = [
            f"{each['right'] / max(1, each['right'] + each[what]):.2f}"
            for each in (ours, tags)
            for what in ("wrong", "missed")
        ]
        yield f"| {draw} | {' | '.join(shares)} |"


def page(folder: Path, catalogue: Catalogue, documents: int) -> str:
    """Return the page."""
    lines = [
        "# What the checks find in real documents",
        "",
        f"{documents:,} records of one publisher, as their collector wrote them, on {ON.isoformat()}. Made by",
        "",
        f"    .venv/bin/python docs/measure_checks.py {folder.as_posix()}",
        "",
        f"on {date.today().isoformat()}. “Counted” is an independent count of the same documents (documents, and in brackets",
        "occurrences); a line agrees when both are within three in a hundred.",
        "",
        "| check | severity | documents (occurrences) | counted | |",
        "| --- | --- | --- | --- | --- |",
    ]
    with checked(catalogue, ON) as found:
        for name, severity, many, times in rows(found):
            counted = COUNTED.get(name)
            theirs = (
                "" if counted is None else f"{counted[0]:,}" + (f" ({counted[1]:,})" if counted[1] is not None else "")
            )
            if name == "TEXT-DUPLICATE":
                theirs = "22 pairs"
            own = f"{many:,}" + (f" ({times:,})" if times != many else "")
            lines.append(f"| {name} | {severity} | {own} | {theirs} | {verdict(name, many, times)} |")
    disagreeing = list(audience_lines(catalogue))
    lines += [
        "",
        "## Where address, heading and dictionary links disagree about the audience",
        "",
        "The heading counts first, since it stands on the page; then the address; then whom most dictionary links address.",
        f"{len(disagreeing)} documents have signs of both:",
        "",
        "| document | taken | against it |",
        "| --- | --- | --- |",
        *disagreeing,
        "",
        "## Cancer types against labels made by hand",
        "",
        "Sixty documents a draw; how they were drawn and when they were labelled stands in tests/quality/cancer_types.",
        "",
        "| draw | precision | recall | precision of the collector's tags | recall of the collector's tags |",
        "| --- | --- | --- | --- | --- |",
        *label_lines(catalogue),
        "",
        "## How the rules are told apart",
        "",
        "- A cancer type rests on the strongest ground that a page gives: its subject, a cancer that it names, an organ, the",
        "  title of a reference, a part of a word, a notice that every page of the kind has. The check is that of the ground.",
        "- TEXT-REFERENCES, LINK-RELATIVE, LINK-GLOSSARY, TEXT-ENCODING and TEXT-SPACING are told once a document, with how often.",
        "- DATE-DEFAULT holds while more than half of at least twenty records say the same day.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and write the page."""
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary) / "library"
        catalogue = (
            Catalogue.open(place) if (place / "library.json").exists() else Catalogue.create(place, "measure_checks")
        )
        with catalogue.writing() as writer:
            add_files(catalogue, writer, [folder], "measure_checks")
        PAGE.write_text(page(folder, catalogue, len(catalogue.cards(None))), encoding="utf-8")
        catalogue.close()


if __name__ == "__main__":
    main()
