"""The checks of a governed library: each finds what its rule names, shows the very characters, and leaves the rest alone."""

from dataclasses import replace
from datetime import date

import pytest
from catalogue_examples import document

from waymark.library.checks.findings import Severity, every_check
from waymark.library.checks.page import Page
from waymark.library.checks.running import look
from waymark.library.decided import decide
from waymark.library.document import Document

LONG = "This paragraph was written for a test of the checks and says nothing about anybody. " * 6
AT = "2026-11-25T10:00:00+00:00"


def page(source: str, **front: object) -> Document:
    return document(source=f"{source}\n\n{LONG}\n", front={"cancerTypes": ["general"], **front})


# code, what breaks the rule, what keeps to it
CASES: tuple[tuple[str, Document, Document], ...] = (
    ("META-REQUIRED", page("# A", url=""), page("# A")),
    ("META-TITLE", page("# A", title="Facebook"), page("# A", title="Facing it")),
    ("META-TITLE", page("# A", title="Scans - Example"), page("# A", title="Scans - a guide")),
    ("DATE-BODY", page("# A\n\n## Changes to This Summary (06/21/2023)\n\nSome."), page("# A\n\n## Changes\n\nSome.")),
    ("DATE-UNFILLED", page("# A\n\nUpdated <MM/DD/YYYY>."), page("# A\n\nUpdated 06/21/2023.")),
    ("AUDIENCE", page("# Scans–Health Professional Version"), page("# Scans–Patient Version")),
    ("TYPE-URL", page("# A", cancerTypes=["surgery"], url="https://example.org/treatment/types/surgery"), page("# A")),
    ("TYPE-NOT-A-TYPE", page("# A", cancerTypes=["aya"]), page("# A")),
    (
        "TYPE-BOILERPLATE",
        page(
            "# A\n\n## Permission to Use This Summary\n\nA summary about breast cancer prevention says so.",
            cancerTypes=["breast"],
        ),
        page("# Breast cancer\n\n## Permission to Use This Summary\n\nAs above.", cancerTypes=["breast"]),
    ),
    (
        "TYPE-SUBSTRING",
        page("# A\n\nThey deliver it.", cancerTypes=["liver"]),
        page("# Liver cancer", cancerTypes=["liver"]),
    ),
    ("TYPE-MENTION", page("# A\n\nIt may come back in your liver.", cancerTypes=["liver"]), page("# A")),
    ("TYPE-MISSING", page("# Ovarian cancer"), page("# Ovarian cancer", cancerTypes=["ovarian"])),
    ("TAGS", page("# A", tags=["dictionary"]), page("# A", tags=["scans"])),
    ("STATUS-RETIRED", page("# A\n\nThis page is no longer updated."), page("# A\n\nTelephones are no longer made.")),
    (
        "LICENCE-CREDIT",
        page("# A\n\n![x](/a.jpg)\n\nCredit: A Picture Agency"),
        page("# A\n\n![x](/a.jpg)\n\nCredit: Example"),
    ),
    (
        "LICENCE-SUMMARY-IMAGES",
        page("# A\n\nImages in this summary are used with permission of their owners."),
        page("# A\n\nImages of the lung are used."),
    ),
    ("LICENCE-REPRINT", page("# A\n\nReprinted with permission from a journal."), page("# A\n\nPrinted on paper.")),
    ("LICENCE-ADAPTED", page("# A\n\naAdapted from a journal."), page("# A\n\nAdapted from the Example bulletin.")),
    ("TEXT-ENCODING", page("# A\n\nLost \ufffd here."), page("# A\n\nFound.")),
    ("TEXT-H1", page("# Scans after treatment\n\n# Scans"), page("# Scans")),
    ("TEXT-EMPTY-HEADING", page("# A\n\n##\n\nWhat helps"), page("# A\n\n## What helps")),
    ("TEXT-JUNK", page("# A\n\n[Enlarge](/a.jpg)\n\nWords."), page("# A\n\nEnlarge the print if you like.")),
    ("TEXT-NESTING", page("# A\n\n- One of these:\n- a nap\n- a walk"), page("# A\n\n- One of these:\n  - a nap")),
    ("TEXT-LINK-SPLIT", page("# A\n\n[Title\n\nWords.](/b)"), page("# A\n\n[Title](/b)\n\nWords.")),
    ("TEXT-TABLE", page("# A\n\n| a | b |\n| --- | --- |\n| 1 |"), page("# A\n\n| a | b |\n| --- | --- |\n| 1 | 2 |")),
    ("TEXT-SUPERSCRIPT", page("# A\n\nLess than 100 × 109/L of them."), page("# A\n\nA dose of 109 mg, x 100.")),
    ("TEXT-REFERENCES", page("# A\n\nSo it is.[[1](#cit/section_1.1)]"), page("# A\n\nSo it is [1].")),
    ("TEXT-SPACING", page("# A\n\nTwo\u00a0words."), page("# A\n\nTwo words.")),
    ("LINK-RELATIVE", page("# A\n\n[b](/b)"), page("# A\n\n[b](https://example.org/b)")),
    (
        "LINK-GLOSSARY",
        page(
            "# A\n\n[cell](/Common/PopUps/popDefinition.aspx?id=CDR0000046476&version=Patient)",
            url="https://www.cancer.gov/a",
        ),
        page("# A\n\n[cell](/Common/PopUps/popDefinition.aspx?id=CDR0000046476&version=Patient)"),
    ),
    ("CITE-FORM", page("# A"), page("# A", citation="“Scans after treatment”. Example. https://example.org/scans")),
)


@pytest.mark.parametrize(
    ("code", "broken", "kept"), CASES, ids=[f"{number}-{case[0]}" for number, case in enumerate(CASES)]
)
def test_each_check_finds_what_breaks_its_rule_and_nothing_else(code: str, broken: Document, kept: Document) -> None:
    found = [each for each in look(Page(broken)) if each.check == code]
    assert found, "what breaks the rule is found"
    assert all(each.why.endswith(".") for each in found)
    if code == "CITE-FORM":
        kept = kept.with_card(attribution="")
    assert not [each for each in look(Page(kept)) if each.check == code], "what keeps to it is left alone"


@pytest.mark.parametrize("broken", [case[1] for case in CASES])
def test_evidence_is_the_very_characters_at_their_place(broken: Document) -> None:
    for each in look(Page(broken)):
        part, bracket, span = each.where.partition("[")
        if bracket:
            start, end = (int(number) for number in span.rstrip("]").split(":"))
            text = {"body": broken.body.text, "source": broken.source}[part]
            assert text[start:end] == each.found and each.found


def test_every_check_has_a_rule_and_every_repair_says_what_it_does() -> None:
    checks = every_check()
    assert len({check.code for check in checks}) == len(checks) >= 40
    for check in checks:
        assert check.rule.endswith(".") and check.severities and len(check.hash) == 16
        assert (check.mend is None) == (not check.does)
        assert check.find is not None or check.across is not None


def test_a_thin_page_and_a_shell_are_held_back() -> None:
    for source, code in (
        ("# A\n\nShort.", "TEXT-THIN"),
        ("# A\n\nYou need to enable JavaScript to run this app.", "TEXT-SHELL"),
    ):
        found = look(Page(document(source=source)))
        assert code in {each.check for each in found if each.severity is Severity.BLOCKING}


def test_a_language_is_told_by_the_text_and_never_by_a_few_words() -> None:
    spanish = (
        "Esta página se escribió para una prueba y no dice nada de nadie. Después del tratamiento conviene descansar. "
        * 4
    )
    assert "LANGUAGE" in {each.check for each in look(Page(document(source=f"# A\n\n{spanish}")))}
    assert "LANGUAGE" not in {each.check for each in look(Page(document(source="# A\n\nHola.")))}


def test_long_words_and_sentences_read_at_a_higher_grade() -> None:
    hard = (
        "Multidisciplinary rehabilitation considerably ameliorates postoperative deconditioning in immunocompromised individuals. "
        * 20
    )
    easy = "Take a short walk each day. Sit down when you need to. Ask a friend to help you cook. " * 20

    def codes(text: str) -> set[str]:
        return {each.check for each in look(Page(document(source=f"# A\n\n{text}")))}

    assert "READING" in codes(hard) and "READING" not in codes(easy)


def test_a_review_lapses_on_the_day_after_its_last() -> None:
    found = next(each for each in look(Page(document())) if each.check == "DATE-LAPSED")
    assert found.since == date(2027, 1, 31)


def test_what_an_editor_decided_is_not_found_fault_with() -> None:
    made = page("# Scans–Health Professional Version", cancerTypes=["aya"])
    front = decide(made.front, "audienceLevel", "patient", "A. Brook", AT, "rewritten for patients")
    front = decide(front, "cancerTypes", ["breast"], "A. Brook", AT, "the clinic's page")
    codes = {each.check for each in look(Page(replace(made, front=front)))}
    assert not codes & {"AUDIENCE", "TYPE-NOT-A-TYPE", "TYPE-MISSING", "TYPE-MENTION"}
