"""Drafts, proposals and withdrawn words stay with the people who work on the library, whatever address somebody tries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from librarian_site import NAMES, Site, Visitor, made

from waymark.app.librarian.permissions import Role
from waymark.app.mcp import Server
from waymark.library.decisions import Person

DRAFT, PUBLISHED = "example-thin", "waymark-surgery"
SECRET = "Words of a proposal that nobody has reviewed yet."
EDITOR = Person("Ed Editor", "editor")
REVIEWER = Person("Rosa Reviewer", "reviewer")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = made(tmp_path)
    yield site
    site.service.close()


def propose(site: Site) -> str:
    """Leave a proposal beside a published document; return its version."""
    member = site.member(Role.EDITOR)
    work = site.service
    card = work.catalogue.card(PUBLISHED)
    source = work.catalogue.document(PUBLISHED).source
    member.get(f"/librarian/documents/{PUBLISHED}/text")
    fields = {"version": card.version, "source": f"{source}\n\n{SECRET}\n", "why": "new facts"}
    assert member.send(f"/librarian/documents/{PUBLISHED}/text", fields).status_code == 303
    proposal = work.catalogue.proposal(PUBLISHED)
    assert proposal is not None
    return proposal.card.version


def addresses(name: str, version: str) -> list[str]:
    """Every address at which the public reads a document, in every spelling that leads there."""
    return [
        *(f"{way}/documents/{name}{rest}" for way in ("", "/es") for rest in ("", f"/versions/{version}")),
        f"/documents/{name}?version={version}",
        f"/documents/{name}/versions/{quote(version)}?start=0&end=9",
        f"/documents/{name.upper()}/versions/{version}",
        f"/api/v1/documents/{name}",
        f"/api/v1/documents/{name}?version={version}",
        f"/api/v1/documents/{name}?version={version.upper()}",
    ]


def anybody(site: Site) -> Visitor:
    return site.visitor()


def test_a_draft_is_not_there_in_the_words_of_what_never_was(site: Site) -> None:
    for address in addresses(DRAFT, "v1"):
        answer = anybody(site).get(address)
        assert answer.status_code == 404, address
        assert "Too short." not in answer.text and "A thin page" not in answer.text, address
        never = anybody(site).get(address.replace(DRAFT, "example-none").replace(DRAFT.upper(), "EXAMPLE-NONE"))
        told = answer.text.replace(DRAFT, "example-none").replace(DRAFT.upper(), "EXAMPLE-NONE")
        assert told == never.text, "the two can be told apart"


def test_nobody_learns_of_a_draft_from_a_near_name(site: Site) -> None:
    for near in ("example-thi", "example-thinn", "example-thin-2"):
        for address in (f"/documents/{near}", f"/api/v1/documents/{near}"):
            assert DRAFT not in anybody(site).get(address).text.replace(near, "")


def test_a_proposal_is_read_by_no_address_and_named_by_no_list(site: Site) -> None:
    version = propose(site)
    for address in addresses(PUBLISHED, version):
        answer = anybody(site).get(address)
        assert SECRET not in answer.text, address
        names_it = f"/versions/{version}" in address or (address.startswith("/api/") and "?version=" in address)
        assert answer.status_code == (404 if names_it else 200), address
    for address in (f"/documents/{PUBLISHED}", f"/api/v1/documents/{PUBLISHED}"):
        answer = anybody(site).get(address)
        assert answer.status_code == 200
        assert "new facts" not in answer.text and f"/versions/{version}" not in answer.text
    told = anybody(site).get(f"/api/v1/documents/{PUBLISHED}").json()
    assert version not in {each["version"] for each in (*told["versions"], *told["history"])}


def test_the_published_version_stays_readable_by_its_citation_when_a_newer_one_is_out(site: Site) -> None:
    before = site.service.catalogue.card(PUBLISHED).version
    version = propose(site)
    for step, who in (("submit", EDITOR), ("publish", REVIEWER)):
        site.service.take_step(step, PUBLISHED, who, version=version)
    assert SECRET in anybody(site).get(f"/documents/{PUBLISHED}").text
    older = anybody(site).get(f"/documents/{PUBLISHED}/versions/{before}")
    assert older.status_code == 200 and SECRET not in older.text and "older version" in older.text


def test_withdrawn_is_told_with_its_reason_and_without_a_word_of_any_version(site: Site) -> None:
    before = site.service.catalogue.document(PUBLISHED)
    version = propose(site)
    for step, who in (("submit", EDITOR), ("publish", REVIEWER)):
        site.service.take_step(step, PUBLISHED, who, version=version)
    site.service.take_step("withdraw", PUBLISHED, REVIEWER, why="a figure in it was wrong")
    paragraph = max(before.body.text.split("\n"), key=len)
    for each in (before.card.version, version):
        for address in (f"/documents/{PUBLISHED}", f"/documents/{PUBLISHED}/versions/{each}"):
            answer = anybody(site).get(address)
            assert answer.status_code == 410 and "a figure in it was wrong" in answer.text
            assert paragraph not in answer.text and SECRET not in answer.text
        answer = anybody(site).get(f"/api/v1/documents/{PUBLISHED}?version={each}")
        assert answer.status_code == 410 and answer.json()["why"] == "a figure in it was wrong"
        assert "body" not in answer.json() and "record" not in answer.json()


def test_a_draft_that_was_dropped_was_never_there(site: Site) -> None:
    site.service.take_step("withdraw", DRAFT, REVIEWER, why="a copy of another page")
    for address in addresses(DRAFT, "v1"):
        answer = anybody(site).get(address)
        assert answer.status_code == 404 and "a copy of another page" not in answer.text, address


def test_what_is_taken_back_into_review_is_not_shown_meanwhile(site: Site) -> None:
    version = site.service.catalogue.card(PUBLISHED).version
    site.service.take_step("reopen", PUBLISHED, REVIEWER, why="somebody asked")
    for address in addresses(PUBLISHED, version):
        assert anybody(site).get(address).status_code == 404, address


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_drafts_are_for_editors_and_up(site: Site, role: Role) -> None:
    version = propose(site)
    member, reads = site.member(role), role is not Role.READER
    pages = {
        f"/librarian/documents/{DRAFT}": "Too short.",
        f"/librarian/documents/{PUBLISHED}?version={version}": SECRET,
        f"/librarian/documents/{PUBLISHED}/compare?before=v1&after={version}": SECRET,
    }
    for address, words in pages.items():
        answer = member.get(address)
        assert (words in answer.text) is reads, address
        assert answer.status_code == (200 if reads else 403), address
    lists = {"/librarian/documents?q=thin": "A thin page", "/librarian/queue?document=example-thin": "Too short."}
    for address, words in lists.items():
        assert (words in member.get(address).text) is reads, address
    assert (f">{DRAFT}</a>" in member.get("/librarian/log").text) is reads
    member.get(f"/librarian/documents/{PUBLISHED}")
    assert (SECRET in member.page) is reads


def test_a_session_opens_no_draft_at_the_public_address(site: Site) -> None:
    """The public pages are the same for everybody: a person at work reads drafts on the librarian's pages."""
    member = site.member(Role.ADMINISTRATOR)
    assert member.get(f"/documents/{DRAFT}").status_code == 404
    assert NAMES[Role.ADMINISTRATOR] not in member.page


def test_the_protocol_gives_out_no_draft(site: Site) -> None:
    import json

    server = Server(lambda: site.service, "0")

    def call(method: str, params: dict[str, Any]) -> str:
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        return str(server.answer(line))

    call(
        "initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    )
    version = propose(site)
    assert "Too short." not in call("tools/call", {"name": "show", "arguments": {"id": DRAFT}})
    told = call("tools/call", {"name": "show", "arguments": {"id": PUBLISHED, "version": version}})
    assert SECRET not in told and "no published document" in told
    assert "Too short." not in call("resources/read", {"uri": f"waymark://documents/{DRAFT}"})
    shown = call("tools/call", {"name": "show", "arguments": {"id": PUBLISHED}})
    assert '"isError": true' not in shown and version not in {
        each["version"] for each in json.loads(shown)["result"]["structuredContent"]["versions"]
    }
