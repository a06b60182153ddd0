"""Links: where each leads, dictionary links folded to one term, the ledger of what is lacking, versions that belong together."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from catalogue_examples import document as example
from hypothesis import given
from hypothesis import strategies as st

from waymark.app.linking import belongs, link_report
from waymark.library.body import normalise
from waymark.library.catalogue import Audit, Catalogue
from waymark.library.document import Document, Status
from waymark.library.ledger import empty_sections, is_page
from waymark.library.link_table import NAME, link_table
from waymark.library.links import TermForm, links, page_key, resolve, term_link
from waymark.library.pairs import other_version, pairs

BASE = "https://www.cancer.gov/types/recurrent-cancer"


# ------------------------------------------------------------------------------------------------------ dictionary links


@pytest.mark.parametrize(
    ("target", "form", "number", "dictionary", "audience", "language"),
    [
        (
            "/Common/PopUps/popDefinition.aspx?id=CDR0000045333&version=Patient&language=English",
            TermForm.POPUP_PADDED, 45333, "cancer-terms", "patient", "en",
        ),
        (
            "/Common/PopUps/popDefinition.aspx?id=45333&version=healthprofessional&language=English&dictionary=Cancer.gov",
            TermForm.POPUP, 45333, "cancer-terms", "professional", "en",
        ),
        (
            "../../Common/PopUps/popDefinition.aspx?id=CDR0000044708&version=Patient&language=English",
            TermForm.POPUP_PADDED, 44708, "cancer-terms", "patient", "en",
        ),
        (
            "/Common/PopUps/popDefinition.aspx?id=793860&amp;version=HealthProfessional&amp;language=English&amp;dictionary=genetic",
            TermForm.POPUP, 793860, "genetics", "professional", "en",
        ),
        (
            "/Common/PopUps/popDefinition.aspx?id=46701&version=Patient&language=Spanish&dictionary=NotSet",
            TermForm.POPUP, 46701, "cancer-terms", "patient", "es",
        ),
        ("/publications/dictionaries/cancer-terms/def/45333", TermForm.PAGE, 45333, "cancer-terms", "patient", "en"),
        (
            "https://www.cancer.gov/publications/dictionaries/cancer-drug/def/809169/",
            TermForm.PAGE, 809169, "cancer-drug", "patient", "en",
        ),
        (
            "https://www.cancer.gov/publications/dictionaries/genetics-dictionary/def/whole-exome-sequencing",
            TermForm.NAME, None, "genetics", "professional", "en",
        ),
        (
            "http://www.cancer.gov/publications/dictionaries/cancer-terms?CdrID=635460",
            TermForm.QUERY, 635460, "cancer-terms", "patient", "en",
        ),
        (
            "https://www.cancer.gov/espanol/publicaciones/diccionarios/diccionario-cancer/def/45333",
            TermForm.PAGE, 45333, "cancer-terms", "patient", "es",
        ),
    ],
)  # fmt: skip
def test_every_form_of_a_dictionary_link_is_read(
    target: str, form: TermForm, number: int | None, dictionary: str, audience: str, language: str
) -> None:
    link = term_link(target, BASE)
    assert link is not None
    assert (link.form, link.number, link.dictionary) == (form, number, dictionary)
    assert (link.audience, link.language) == (audience, language)
    assert link.address.startswith("https://www.cancer.gov/")


def test_the_three_old_forms_are_one_term_with_one_address() -> None:
    """CHECKS, LINK-GLOSSARY: 45333 in whatever form, and its page is where the publisher has it today."""
    forms = (
        "/Common/PopUps/popDefinition.aspx?id=CDR0000045333&version=Patient&language=en",
        "/Common/PopUps/popDefinition.aspx?id=45333&version=patient&language=English&dictionary=Cancer.gov",
        "/publications/dictionaries/cancer-terms/def/45333",
    )
    found = {term_link(form, BASE) for form in forms}
    assert {link.number for link in found if link} == {45333}
    assert {link.address for link in found if link} == {
        "https://www.cancer.gov/publications/dictionaries/cancer-terms/def/45333"
    }


@pytest.mark.parametrize(
    "target",
    [
        "/publications/dictionaries/cancer-terms/",
        "/publications/dictionaries/cancer-terms",
        "/Common/PopUps/popDefinition.aspx?id=nonsense",
        "/Common/PopUps/popDefinition.aspx",
        "https://evil.example/publications/dictionaries/cancer-terms/def/45333",
        "ftp://www.cancer.gov/publications/dictionaries/cancer-terms/def/45333",
        "/types/breast",
        "http://[broken/dictionaries/cancer-terms/def/1",
        "",
    ],
)
def test_what_names_no_term_is_no_dictionary_link(target: str) -> None:
    assert term_link(target, BASE) is None


def test_a_relative_dictionary_link_is_one_only_on_the_publishers_pages() -> None:
    target = "/publications/dictionaries/cancer-terms/def/45333"
    assert term_link(target, "https://clinic.example/page") is None
    assert term_link(target, "") is not None, "a record without an address may still come from the publisher"


# ------------------------------------------------------------------------------------------------------------- resolving


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/about-cancer/coping", "https://www.cancer.gov/about-cancer/coping"),
        ("metastatic-cancer", "https://www.cancer.gov/types/metastatic-cancer"),
        ("../about#part", "https://www.cancer.gov/about"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("https://other.example/a?b=c#d", "https://other.example/a?b=c"),
        (" /spaced \n", "https://www.cancer.gov/spaced"),
        ("#part", None),
        ("", None),
        ("mailto:a@b.example", None),
        ("javascript:alert(1)", None),
        ("http://[broken", None),
        ("https://x.example:99999/", None),
    ],
)
def test_links_are_resolved_against_the_documents_own_address(target: str, address: str | None) -> None:
    assert resolve(target, BASE) == address


def test_a_relative_link_without_a_base_leads_nowhere() -> None:
    assert resolve("/types/breast", "") is None
    assert resolve("/types/breast", "waymark:starter/x") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.cancer.gov/types/breast", "http://cancer.gov/types/breast/"),
        ("https://www.cancer.gov/types/Breast#x", "https://www.cancer.gov/types/breast"),
        ("https://a.example/p?utm_source=x&b=1", "https://a.example/p?b=1"),
        ("https://a.example/a%20b", "https://a.example/a b"),
        ("https://a.example:443/x", "https://a.example/x"),
    ],
)
def test_two_addresses_of_one_page_have_one_key(one: str, other: str) -> None:
    assert page_key(one) == page_key(other) != ""


@pytest.mark.parametrize(
    "other", ["https://a.example/q?b=2", "https://b.example/p?b=1", "https://a.example:8080/p?b=1"]
)
def test_other_pages_have_other_keys(other: str) -> None:
    assert page_key("https://a.example/p?b=1") != page_key(other)


@given(st.text(), st.text())
def test_no_text_breaks_a_link(target: str, base: str) -> None:
    address = resolve(target, base)
    assert address is None or address.startswith(("http://", "https://"))
    page_key(target)
    link = term_link(target, base)
    assert link is None or link.number is not None or link.name


def test_the_links_of_a_body_are_at_their_words() -> None:
    body = normalise(
        "See [the **staging** page](/staging) and [cancer](/publications/dictionaries/cancer-terms/def/45333)."
    )
    found = list(links(body, BASE))
    assert [body.text[link.start : link.end] for link in found] == ["the staging page", "cancer"]
    assert found[0].address == "https://www.cancer.gov/staging"
    assert [link.term and link.term.number for link in found] == [None, 45333]


# ----------------------------------------------------------------------------------------------------------------- pairs


def page(
    name: str, url: str, audience: str, source: str = "# A page\n\nSome words.\n", language: str = "en"
) -> Document:
    made = example(name, source, url=url, audience=audience, language=language)
    return replace(made, source=source)


def test_versions_of_one_summary_are_paired_by_their_own_links_or_addresses() -> None:
    site = "https://www.cancer.gov"
    documents = [
        page("a", f"{site}/types/lung/patient/lung-treatment-pdq", "patient"),
        page("b", f"{site}/types/lung/hp/lung-treatment-pdq", "professional"),
        page("c", f"{site}/feelings/depression-pdq", "patient"),
        page("d", f"{site}/feelings/depression-hp-pdq", "professional"),
        page(
            "e", f"{site}/types/vulvar", "patient",
            "# Vulvar\n\n[Go to Health Professional Version](/types/vulvar/all)\n\nWords.\n",
        ),
        page("f", f"{site}/types/vulvar/all", "professional"),
        page("g", f"{site}/alone-hp-pdq", "professional"),
        page("h", f"{site}/es/feelings/depression-pdq", "patient", language="es"),
    ]  # fmt: skip
    found = pairs((document.card, other_version(document)) for document in documents)
    assert [(pair.patient, pair.professional) for pair in found] == [("a", "b"), ("c", "d"), ("e", "f")]
    assert all(pair.evidence for pair in found)


def test_two_of_one_audience_are_no_pair() -> None:
    documents = [
        page("a", "https://x.example/hp/s", "professional"),
        page("b", "https://x.example/s", "professional"),
    ]
    assert pairs((document.card, None) for document in documents) == ()


# ---------------------------------------------------------------------------------------------------------------- ledger


def test_a_heading_with_nothing_under_it_is_an_empty_section() -> None:
    source = "# Title\n\nWords.\n\n## Full\n\n### Inner\n\nText.\n\n## Lost\n\n## The cause is not known.\n\n## Last\n"
    assert [section.heading for section in empty_sections(normalise(source))] == ["Lost", "Last"]


@pytest.mark.parametrize(("address", "is_one"), [("https://a/x", True), ("https://a/x.pdf", True), ("https://a/x.JPG?y", False), ("https://a/x.mp4", False), ("https://a/v1.2/x", True)])  # fmt: skip
def test_pictures_and_films_are_no_pages(address: str, is_one: bool) -> None:
    assert is_page(address) is is_one


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.create(tmp_path / "library", "a test") as made:
        yield made


AUDIT = Audit("a test", "add", "", "2026-11-25T08:00:00+00:00")


def put(catalogue: Catalogue, name: str, source: str, path: str, host: str = "https://www.cancer.gov") -> None:
    made = example(name, source, front={"url": f"{host}{path}"}, url=f"{host}{path}")
    with catalogue.writing() as writer:
        writer.put(made, None, AUDIT)


def test_the_ledger_lists_what_is_lacking_most_wanted_first(catalogue: Catalogue) -> None:
    put(catalogue, "one", "# One\n\n[Coping](/coping), [coping](/coping/), [Two](/two), [Find us](/contact).\n", "/one")
    put(catalogue, "two", "# Two\n\n[Help with coping](/coping) and [Money](/money).\n\n## Lost\n", "/two")
    put(catalogue, "three", "# Three\n\n[Out](https://elsewhere.example/x) ![a](/p.png) [p](/p.png)\n", "/three")
    report = link_report(catalogue)
    wanted = [(entry.address, entry.documents, entry.links, entry.by) for entry in report.missing]
    assert wanted == [
        ("https://www.cancer.gov/coping", 2, 3, ("one", "two")),
        ("https://www.cancer.gov/money", 1, 1, ("two",)),
    ]
    assert [(section.document, section.heading) for section in report.sections] == [("two", "Lost")]
    # What the library has taken in is wanted no longer; what was withdrawn wants nothing.
    put(catalogue, "coping", "# Coping\n\nWords about coping.\n", "/coping")
    with catalogue.writing() as writer:
        writer.set_status("two", Status.WITHDRAWN, replace(AUDIT, action="withdraw"))
    report = link_report(catalogue)
    # "/two" is withdrawn, so "one" points at something that the library does not have any more.
    assert [entry.address for entry in report.missing] == ["https://www.cancer.gov/two"]
    assert report.sections == []


def test_a_publisher_that_nobody_knows_is_told_by_its_host(catalogue: Catalogue) -> None:
    put(
        catalogue,
        "leaflet",
        "# Leaflet\n\n[More](/more) [front](/) [else](https://x.example/y)\n",
        "/leaflet",
        "https://clinic.example",
    )
    assert [entry.address for entry in link_report(catalogue).missing] == ["https://clinic.example/more"]
    assert not belongs(catalogue.cards())("https://www.cancer.gov/types/breast")


def test_the_table_takes_up_what_has_changed_and_nothing_else(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        put(catalogue, f"d{number}", f"# D{number}\n\n[More](/more-{number})\n", f"/d{number}")
    link_report(catalogue)
    read: list[str] = []
    whole = Catalogue.document
    monkeypatch.setattr(
        Catalogue, "document", lambda self, name, version=None: (read.append(name), whole(self, name, version))[1]
    )
    put(catalogue, "d3", "# D3\n\n[Other](/other)\n", "/d3")
    report = link_report(catalogue)
    assert read == ["d3"]
    assert "https://www.cancer.gov/other" in {entry.address for entry in report.missing}
    assert "https://www.cancer.gov/more-3" not in {entry.address for entry in report.missing}


def test_a_damaged_or_foreign_table_is_made_anew(catalogue: Catalogue) -> None:
    put(catalogue, "one", "# One\n\n[More](/more)\n", "/one")
    place = catalogue.folder / NAME
    for broken in (b"this is no database", b""):
        place.write_bytes(broken)
        assert len(link_report(catalogue).missing) == 1
    with link_table(catalogue) as table:
        table.execute("UPDATE state SET rules = 0")
    assert len(link_report(catalogue).missing) == 1


# ---------------------------------------------------------------------------------------------------- the real documents


@pytest.mark.corpus
def test_the_seeds_links_are_resolved_and_its_terms_numbered(seeds: Path) -> None:
    """Issue: 25 terms linked by number, the three forms folded; the raw seed's empty sections are on the ledger."""
    from waymark.app.ingest import document_of
    from waymark.sources.drafts import read

    path = seeds / "recurrent-cancer.md"
    document, _ = document_of(read(path.read_bytes(), path.name))
    found = list(links(document.body, document.card.url))
    numbers = {link.term.number for link in found if link.term}
    assert len(numbers) >= 25 and {45333, 45861, 45862, 46580} <= numbers
    assert {link.term.form for link in found if link.term} == {TermForm.PAGE, TermForm.POPUP_PADDED}
    assert all(link.term or (link.address or "").startswith("https://www.cancer.gov/") for link in found)
    raw = seeds / "when-your-rare-brain-or-spine-tumor-recurs.txt"
    document, _ = document_of(read(raw.read_bytes(), raw.name))
    assert [section.heading for section in empty_sections(document.body)] == [
        "Tips for Rare Brain and Spine Tumor Patients",
        "Treatment Resources",
        "Coping and Support Resources",
    ]
