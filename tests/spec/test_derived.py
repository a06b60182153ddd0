"""What a page says of itself: audience, cancers, kind, dates, retirement, each with its evidence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waymark.library.derived import Derived, derive

SITE = "https://example.org"


def page(path: str = "/", title: str = "A page", body: str = "", front: dict[str, str] | None = None) -> Derived:
    return derive(front or {}, body, SITE + path, title)


class TestAudience:
    @pytest.mark.parametrize(
        ("path", "title", "body"),
        [
            ("/types/breast/hp/breast-treatment-pdq", "Breast Cancer Treatment", ""),
            ("/coping/pain-hp-pdq", "Pain", ""),
            ("/types/x/hp-child-treatment", "X", ""),
            ("/types/breast/hp", "X", ""),
            ("/", "Breast Cancer", "# Breast Cancer Treatment (PDQ®)–Health Professional Version\n\nText."),
        ],
    )
    def test_address_or_heading_says_professional(self, path: str, title: str, body: str) -> None:
        found = page(path, title, body, {"audienceLevel": "patient"}).audience
        assert found.value == "professional"
        assert found.evidence

    @pytest.mark.parametrize("path", ["/shp/x", "/hpv-vaccine", "/types/hpylori", "/graphp"])
    def test_hp_within_a_word_says_nothing(self, path: str) -> None:
        found = page(path).audience
        assert (found.value, found.evidence) == ("patient", ())

    def test_the_record_speaks_only_where_the_page_is_silent(self) -> None:
        assert page(front={"audienceLevel": "professional"}).audience.value == "professional"
        assert page("/patient/x", front={"audienceLevel": "professional"}).audience.value == "patient"

    def test_evidence_that_disagrees_is_told(self) -> None:
        found = page("/types/x/hp/y", body="# A Summary–Patient Version\n").audience
        assert found.value == "patient" and not found.agree

    def test_glossary_links_count(self) -> None:
        found = derive({}, "", SITE, "X", {"patient": 1, "professional": 40}).audience
        assert found.value == "professional" and "40 professional" in found.evidence[0]


class TestCancerTypes:
    def test_the_title_names_it(self) -> None:
        found = page("/types/brain/patient/x", "Childhood Ependymoma").cancer_types
        assert [each.type_id for each in found] == ["ependymoma"]
        assert found[0].evidence == ("title: Ependymoma", "address: types/brain")

    def test_an_address_that_names_a_treatment_names_no_cancer(self) -> None:
        assert page("/about-cancer/treatment/types/surgery", "Surgery to Treat Cancer").type_ids == ()

    @pytest.mark.parametrize("segment", ["aya", "recurrent-cancer", "metastatic-cancer", "common-cancers"])
    def test_a_page_about_no_one_cancer_has_no_type(self, segment: str) -> None:
        assert page(f"/types/{segment}", "Cancer that spread", "It can spread to the liver. " * 30).type_ids == ()

    def test_the_permission_notice_is_no_evidence(self) -> None:
        notice = "## Permission to Use\n\n" + "This summary about breast cancer prevention may be cited. " * 20
        assert page("/cam/x", "A herb", f"# A herb\n\nIt grows.\n\n{notice}").type_ids == ()

    def test_a_drug_is_about_what_it_is_used_for(self) -> None:
        body = (
            "# Somethingmab\n\n## Use in Cancer\n\nSomethingmab is approved to treat:\n\n"
            "- **[Breast cancer](/def?id=1)** that has spread to the bones.\n"
            "- Renal cell carcinoma (a type of kidney cancer).\n\n"
            "Somethingmab is also being studied in the treatment of melanoma.\n\n"
            "## More\n\nNews about lung cancer."
        )
        found = page("/treatment/drugs/somethingmab", "Somethingmab", body)
        assert found.type_ids == ("breast", "renal-cell")
        assert found.all_type_ids == ("breast", "renal-cell", "kidney")
        assert found.cancer_types[0].evidence == ("indication: Breast cancer",)

    def test_a_title_that_names_both_means_both(self) -> None:
        assert page("/types/liver", "Liver and Bile Duct Cancer").type_ids == ("liver", "bile-duct")

    def test_a_childhood_page_is_about_its_cancer(self) -> None:
        assert page("/types/childhood-cancers/x", "Childhood Bladder Cancer").type_ids == ("bladder",)
        assert page("/types/childhood-cancers/x", "Transplants for children").type_ids == ("childhood-cancers",)

    def test_passing_mentions_do_not_count_and_a_subject_does(self) -> None:
        filler = "Genes are passed on in families and can change. " * 5
        once = page("/genetics/abc1", "ABC1", f"# ABC1\n\n{filler} Breast cancer is one example.")
        often = page(
            "/genetics/abc1", "ABC1", f"# ABC1\n\n{filler} " + "The gene raises the risk of breast cancer. " * 8
        )
        assert once.type_ids == ()
        assert often.type_ids == ("breast",)
        assert often.cancer_types[0].evidence == ("8 mentions in the text",)


class TestKind:
    @pytest.mark.parametrize(
        ("path", "title", "kind"),
        [
            ("/types/breast/patient/breast-treatment-pdq", "X", "summary"),
            ("/types/breast", "Breast Cancer", "type_page"),
            ("/about-cancer/treatment/drugs/olaparib", "Olaparib", "drug"),
            ("/types/breast/research/tailorx", "TAILORx", "news"),
            ("/types/breast/research", "Research", "research"),
            ("/types/bladder/did-you-know-video", "X", "video"),
            ("/types/bone/bone-fact-sheet", "X", "fact_sheet"),
            ("/publications/dictionaries/cancer-terms/def/x", "X", "dictionary"),
            ("/about-cancer/coping/feelings", "Feelings", "coping"),
            ("/about-cancer/treatment/clinical-trials/what", "X", "trial_info"),
            ("/about", "X", "other"),
        ],
    )
    def test_the_address_tells(self, path: str, title: str, kind: str) -> None:
        assert page(path, title).kind.value == kind


class TestDates:
    @pytest.mark.parametrize(
        ("line", "what", "day"),
        [
            ("- Updated: March 4, 2024", "updated", date(2024, 3, 4)),
            ("**Posted:** Sept. 9, 2020", "posted", date(2020, 9, 9)),
            ("Reviewed: 2023-01-31", "reviewed", date(2023, 1, 31)),
            ("Actualizado: 4 de marzo de 2024", "updated", date(2024, 3, 4)),
            ("## Latest Updates to This Summary (05/02/2025)", "updated", date(2025, 5, 2)),
            ("### Changes to This Summary (12/31/2024)", "updated", date(2024, 12, 31)),
        ],
    )
    def test_the_publishers_own_dates(self, line: str, what: str, day: date) -> None:
        found = page(body=f"# A page\n\nİ text.\n\n{line}\n\nMore.")
        assert found.date(what) == day
        assert found.dates[0].evidence in line.replace("**", "") or found.dates[0].evidence in line

    @pytest.mark.parametrize(
        "line",
        [
            "Updated: <MM/DD/YYYY>",
            "Updated: February 31, 2024",
            "Posted: soon",
            "We updated: March 4, 2024",
            "Updated:",
        ],
    )
    def test_what_is_no_date_gives_none(self, line: str) -> None:
        assert page(body=line).dates == ()

    def test_a_list_of_news_has_no_date_of_its_own(self) -> None:
        assert page(body="Posted: March 4, 2024\n\ntext\n\nPosted: March 4, 2024\n\nUpdated: May 1, 2024").dates == ()
        assert page("/types/eye/research", body="Posted: March 4, 2024").dates == ()


class TestRetired:
    @pytest.mark.parametrize(
        ("title", "sentence"),
        [
            ("A herb", "Therefore, the information in this summary is no longer being updated."),
            ("Old Vaccine", "The old vaccine is no longer available in the United States."),
        ],
    )
    def test_the_page_says_that_it_or_its_product_is_retired(self, title: str, sentence: str) -> None:
        found = page(title=title, body=f"# {title}\n\nSome text. {sentence} More.").retired
        assert found is not None and found.evidence == (sentence,)

    @pytest.mark.parametrize(
        "sentence",
        [
            "These summaries are no longer being updated: A, B.",
            "However, this agent tetracycline can no longer be given.",
            "Rofecoxib is no longer marketed.",
            "The cancer is no longer working.",
            "Some archived samples were used.",
        ],
    )
    def test_another_things_end_is_not_the_pages(self, sentence: str) -> None:
        assert page(title="Pain in cancer", body=f"# Pain in cancer\n\nSome text. {sentence}").retired is None


@given(st.text(max_size=400), st.text(max_size=80), st.text(max_size=80))
def test_any_text_gives_values_from_the_lists(body: str, url: str, title: str) -> None:
    found = derive({}, body, url, title)
    assert found.audience.value in ("patient", "professional")
    assert set(found.type_ids) <= set(found.all_type_ids)


def test_topics_come_from_address_title_and_headings_with_their_words() -> None:
    from waymark.library.deriving.topics import topics_of

    found = topics_of(("types", "recurrent-cancer"), ("Recurrent Cancer",), ("Pain at night", "Pain and sleep", "Food"))
    assert found["recurrence"] == ("title: Recurrent", "address: recurrent")
    assert found["pain"] == ("heading: Pain at night", "heading: Pain and sleep"), "two headings give a topic"
    assert "nutrition" not in found, "one heading gives none"
