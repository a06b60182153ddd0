"""Publishers: one file each, facts that they state, and the rule to ask wherever that is not certain."""

import re
from urllib.parse import urlsplit

import pytest
from catalogue_examples import document as example

from waymark.errors import WaymarkError
from waymark.library.credit import Credit, credit_of
from waymark.sources.publishers import Publisher, publisher_at, publishers, read_publisher

ALL = publishers()


@pytest.fixture(params=ALL, ids=lambda publisher: publisher.id)
def publisher(request: pytest.FixtureRequest) -> Publisher:
    return request.param  # type: ignore[no-any-return]


def test_the_well_known_ones_are_there() -> None:
    """A page of one of these is told from any other's, and its rule kept."""
    expected = {"nci", "cdc", "nih", "medlineplus", "fda", "nhs", "nice", "cruk", "macmillan", "acs", "who", "waymark"}
    assert expected <= {each.id for each in ALL}


def test_reuse_without_asking_rests_on_a_rule_that_can_be_read(publisher: Publisher) -> None:
    """Whoever adds a publisher whose text may be passed on says where it says so; else the rule is to ask."""
    if publisher.rule == "credit" and publisher.id != "waymark":
        assert publisher.reuse and urlsplit(publisher.reuse).scheme == "https"
        assert publisher.reuse_note and publisher.license not in ("unknown", "all_rights_reserved")
    if publisher.rule == "ask":
        assert publisher.license in ("unknown", "all_rights_reserved")
    for part in publisher.parts:
        assert part.path.startswith("/") and part.why.endswith(".")


def test_a_credit_names_the_publisher_and_the_title(publisher: Publisher) -> None:
    credit = publisher.credit.replace("{title}", "A page")
    assert "A page" in credit
    assert publisher.name.split(",")[0].removeprefix("The ") in credit or publisher.short_name in credit


def test_hosts_are_hosts_and_belong_to_one_publisher(publisher: Publisher) -> None:
    for host in publisher.hosts:
        assert re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)+", host)
        found = publisher_at(f"https://{host.removeprefix('.')}/page")
        assert found is not None and found.id == publisher.id


def test_the_rule_of_a_page_is_its_sites_unless_its_part_has_another() -> None:
    topic, encyclopedia = "https://medlineplus.gov/cancer.html", "https://medlineplus.gov/ency/article/001289.htm"
    publisher = publisher_at(topic)
    assert publisher is not None
    assert publisher.reuse_of(topic).rule == "credit" and publisher.reuse_of(topic).license == "public_domain"
    assert publisher.reuse_of(encyclopedia).rule == "ask" and "A.D.A.M." in publisher.reuse_of(encyclopedia).why
    assert publisher.reuse_of("http://[broken").rule == "credit"  # never raises


@pytest.mark.parametrize(
    ("address", "serves"),
    [
        ("https://www.cancer.gov/", True),
        ("https://www.cancer.gov/contact/email-us", True),
        ("https://www.cancer.gov/contacts-of-cells", False),
        ("https://www.cancer.gov/research/participate/clinical-trials-search/advanced", True),
        ("https://www.cancer.gov/research/participate/clinical-trials", False),
        ("https://www.cancer.gov/types/breast", False),
    ],
)
def test_pages_that_serve_are_told_from_pages_that_inform(address: str, serves: bool) -> None:
    publisher = publisher_at(address)
    assert publisher is not None and publisher.is_service(address) is serves


@pytest.mark.parametrize(
    "text",
    [
        "this is no toml",
        'name = "A"\n',
        'name = "A"\nshort_name = "A"\nhosts = []\nlicense = "unknown"\ncredit = "no title"\n',
        'name = "A"\nshort_name = "A"\nhosts = []\nlicense = "unknown"\ncredit = "{title}"\nrule = "maybe"\n',
        'name = "A"\nshort_name = "A"\nhosts = []\nlicense = "unknown"\ncredit = "{title}"\nmood = "good"\n',
    ],
)
def test_a_file_that_breaks_the_rules_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(WaymarkError, match=r"^The publisher's file x\.toml "):
        read_publisher("x", text)


def test_a_publisher_is_added_by_one_file() -> None:
    made = read_publisher(
        "river",
        'name = "River Trust"\nshort_name = "River"\nhosts = ["river.example"]\nrule = "credit"\nlicense = "CC-BY-4.0"\n'
        'credit = "“{title}”, River Trust, CC BY 4.0"\nreuse = "https://river.example/reuse"\nreuse_note = "Its terms say so."\n',
    )
    assert made.has_host("river.example") and made.reuse_of(None).rule == "credit"


# ---------------------------------------------------------------------------------------------------------------- credit


@pytest.mark.parametrize(
    ("attribution", "publisher", "text"),
    [
        (
            "“Rest” was originally published by the National Cancer Institute.",
            "National Cancer Institute",
            "“Rest” was originally published by the National Cancer Institute. https://example.org/rest",
        ),
        ("", "National Cancer Institute", "“Rest after treatment” was originally published by the National Cancer Institute. https://example.org/rest"),
        ("", "CancerCare", "“Rest after treatment” was originally published by CancerCare. https://example.org/rest"),
        ("As agreed.", "River Trust", "“Rest after treatment”. As agreed. River Trust. https://example.org/rest"),
        ("Rest after treatment, by us", "River Trust", "Rest after treatment, by us. River Trust. https://example.org/rest"),
        ("“Rest”: see https://example.org/rest. River Trust", "River Trust", "“Rest”: see https://example.org/rest. River Trust"),
    ],
)  # fmt: skip
def test_a_credit_always_has_publisher_title_and_link(attribution: str, publisher: str, text: str) -> None:
    card = (
        example("rest", url="https://example.org/rest", title="Rest after treatment")
        .with_card(attribution=attribution, publisher=publisher)
        .card
    )
    assert credit_of(card).text == text


def test_a_document_without_a_page_has_no_link_in_its_credit() -> None:
    card = example("rest", url="waymark:starter/rest", title="Rest").with_card(attribution="", publisher="Waymark").card
    assert credit_of(card) == Credit("“", "Rest", "” was originally published by Waymark.", None)
    assert credit_of(card).text.endswith("Waymark.")


def test_the_original_title_is_the_pages_own_first_heading() -> None:
    """The reuse notice asks for the original product's title, which is not what a browser's tab says."""
    from waymark.app.ingest import document_of
    from waymark.sources.drafts import Draft

    front = {
        "title": "Recurring - NCI",
        "url": "https://www.cancer.gov/types/recurring",
        "source": "NCI",
        "status": "active",
    }
    source = "# Recurring - NCI\n\n# Recurring: when it is back\n\nSome words about it.\n"
    document, _ = document_of(Draft(front, source, "recurring.md", "record"))
    assert credit_of(document.card).text == (
        "“Recurring: when it is back” was originally published by the National Cancer Institute. "
        "https://www.cancer.gov/types/recurring"
    )
