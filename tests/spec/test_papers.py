"""The papers (PDF): tagged, on A4 and Letter, in both languages, and never more than they should say."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_example import NOW, empty, example
from pypdf import PdfReader

from waymark.app.own_papers import PAPERS
from waymark.app.own_record import OwnRecord
from waymark.exchange import papers
from waymark.exchange.papers import visit_paper
from waymark.exchange.pdf import LETTER_COUNTRIES, Sheet, pages_of, plain, sheet_of, typeset
from waymark.languages.texts import texts
from waymark.record.dates import When
from waymark.record.payloads import AboutPerson, Contact, Diagnosis, FollowUpItem, Medicine, Treatment

KINDS = ("summary", "second-opinion", "card")
SIZES = {"a4": (595, 842), "letter": (612, 792)}


@pytest.fixture(scope="module", params=["en", "es"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OwnRecord, str]]:
    with example(tmp_path_factory.mktemp("papers"), request.param) as record:
        yield record, request.param


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", SIZES)
def test_each_paper_is_one_tagged_page_on_either_sheet(told: tuple[OwnRecord, str], kind: str, size: str) -> None:
    record, language = told
    made = read(PAPERS[f"{kind}-{size}.pdf"].make(record, language, None))
    assert len(made.pages) == 1
    box = made.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == SIZES[size]
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith(language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in made.trailer["/Root"]["/Metadata"].get_data().decode()
    assert made.metadata is not None and made.metadata.title


def test_the_summary_holds_what_the_page_holds(told: tuple[OwnRecord, str]) -> None:
    record, language = told
    said, page = words(PAPERS["summary.pdf"].make(record, language, None)), record.visit(language)
    flat = said.replace(" ", "")
    for sentence in (page.please, page.quiet, *(one.text for one in page.questions), page.medicines[0].line):
        assert sentence.replace(" ", "") in flat
    for one in page.changed:
        assert one.chart.name in said
        for sentence in one.sentences:
            assert sentence.removeprefix(f"{one.chart.name}:").replace(" ", "").lower() in flat.lower()
    assert page.coming[0].name in said
    assert all(time.name in said for time in page.results)


def test_the_card_holds_whom_to_call_and_the_packet_what_to_gather(told: tuple[OwnRecord, str]) -> None:
    record, language = told
    card = words(PAPERS["card.pdf"].make(record, language, None))
    for person in record.card(language).contacts:
        assert person.phone in card
    assert record.card(language).number in card
    packet = words(PAPERS["second-opinion.pdf"].make(record, language, None))
    for one in record.packet(language).gather:
        assert one.name in packet


def test_a_paper_of_the_invented_example_says_so_on_every_page(told: tuple[OwnRecord, str]) -> None:
    record, language = told
    invented = texts(language).gettext("This person is invented, and none of it is advice.")
    for name, paper in PAPERS.items():
        if name.endswith(".pdf"):
            for page in read(paper.make(record, language, None)).pages:
                assert invented in " ".join(page.extract_text().split()), name


def test_a_real_paper_does_not_and_says_that_it_is_no_diagnosis(tmp_path: Path) -> None:
    with empty(tmp_path) as record:
        for name, paper in PAPERS.items():
            if name.endswith(".pdf"):
                said = words(paper.make(record, "en", None))
                assert "It is no diagnosis" in said and "invented" not in said


def test_an_empty_record_makes_papers_that_say_what_is_not_noted(tmp_path: Path) -> None:
    with empty(tmp_path) as record:
        said = words(PAPERS["summary.pdf"].make(record, "en", None))
    assert "No diagnosis is noted." in said and "No question is noted." in said
    assert "cannot show that cancer has come back" in said


def test_the_sheet_follows_the_country() -> None:
    assert sheet_of("US") is sheet_of("us") is Sheet.LETTER
    assert sheet_of("DE") is sheet_of(None) is sheet_of("") is Sheet.A4
    assert all(len(country) == 2 and country.isupper() for country in LETTER_COUNTRIES)


def test_the_papers_of_another_country_are_on_its_sheet(tmp_path: Path) -> None:
    with example(tmp_path, country="DE") as record:
        box = read(PAPERS["card.pdf"].make(record, "en", None)).pages[0].mediabox
    assert round(float(box.height)) == 842


def test_letters_get_smaller_before_a_second_page_is_begun(tmp_path: Path) -> None:
    """A long course still fits; what does not fit even then goes on, with page numbers, and nothing is cut off."""
    with empty(tmp_path) as record:
        record.add(Diagnosis("breast", "carcinoma"), about=When.parse("2001"))
        for number in range(38):
            record.add(Treatment(name=f"treatment number {number}", start=When.parse(f"20{10 + number % 15}")))
        page = record.visit("en")
        paper = visit_paper(page, record.charts("en"), texts("en"))
        one = typeset(paper, Sheet.A4, NOW, one_page=True)
        assert pages_of(one) == 1 and "treatment number 37" in words(one)
        for number in range(38, 140):
            record.add(Treatment(name=f"treatment number {number}", start=When.parse("2025")))
        longer = typeset(visit_paper(record.visit("en"), (), texts("en")), Sheet.A4, NOW, one_page=True)
    assert pages_of(longer) > 1
    said = words(longer)
    assert all(f"treatment number {number}" in said for number in range(140)) and "1 / " in said


def test_a_card_with_too_much_for_a_wallet_says_that_there_is_more(tmp_path: Path) -> None:
    with empty(tmp_path) as record:
        for number in range(60):
            record.add(Medicine(f"medicine with a long name {number}", "two tablets in the morning and one at night"))
        said = words(PAPERS["card.pdf"].make(record, "en", None))
    assert "medicine with a long name 0" in said and "More stands in the record." in said


def test_what_a_person_wrote_is_shown_as_text_and_never_run(tmp_path: Path) -> None:
    """Markup of the typesetter, commands that read files, and packages from the network: all of it is only text."""
    nasty = '#panic("no") #read("/etc/passwd") #import "@preview/cetz:0.2.0" = *b* $x^2$ <l> @r \\ `c` // /* #{1+1}'
    with empty(tmp_path) as record:
        record.tell_about_person(AboutPerson(nasty, important=nasty))
        record.add(
            Contact(nasty, phone=nasty, on_card=True),
            Medicine(nasty),
            FollowUpItem(name=nasty, due=When.parse("2027-01-01")),
        )
        record.ask(nasty)
        wanted = plain(nasty).replace(" ", "").replace("\u200b", "")
        for kind in KINDS:
            said = words(PAPERS[f"{kind}.pdf"].make(record, "en", None))
            assert wanted in said.replace(" ", "").replace("\u200b", ""), kind


def test_names_in_other_scripts_and_very_long_words_can_be_set(tmp_path: Path) -> None:
    with empty(tmp_path) as record:
        record.tell_about_person(AboutPerson("Ольга Ψυχή Ægir Łódź"))
        record.ask("x" * 3000)
        made = PAPERS["summary.pdf"].make(record, "en", None)
    assert "Ольга Ψυχή Ægir Łódź" in words(made)
    assert words(made).replace(" ", "").replace("\u200b", "").count("x") >= 3000


def test_the_demo_is_made_of_views_so_paper_and_screen_say_the_same(told: tuple[OwnRecord, str]) -> None:
    record, language = told
    since = NOW.date().replace(month=10, day=1)
    said = words(PAPERS["summary.pdf"].make(record, language, since))
    assert texts(language).day(since) in said


def test_the_template_reads_no_file_and_no_package_and_runs_nothing_that_was_written() -> None:
    """The typesetter can fetch packages and read files where its markup says so, which no hook of Python would see: so the
    one template says so nowhere, and there is no other.
    """
    template = (Path(papers.__file__).with_name("papers.typ")).read_text("utf-8")
    code = "\n".join(line.partition("//")[0] for line in template.splitlines())
    words = r"\b(?:import|include)\b|\b(?:read|image|plugin|eval|csv|yaml|toml|xml|cbor)\(|@preview|http"
    assert re.findall(words, code) == []
    assert code.count("json(") == 1 and "json(bytes(sys.inputs.data))" in code
    assert [path.name for path in Path(papers.__file__).parent.glob("**/*.typ")] == ["papers.typ"]
