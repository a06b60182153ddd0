"""What somebody tries who should not: forged forms, fixed sessions, other roles, strange addresses, script in words, guesses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from librarian_site import NAMES, PASSWORD, Site, made

from waymark.app.librarian import people as people_module
from waymark.app.librarian.permissions import MEANINGS, PERMISSIONS, ROLES, STEPS, Act, Role
from waymark.app.librarian.sessions import COOKIE
from waymark.app.web.librarian.application import routes
from waymark.app.web.librarian.visit import masked, unmasked
from waymark.errors import InputRefused, UsageError
from waymark.library.lifecycle import STEPS as LIFECYCLE
from waymark.library.lifecycle import TakenBy

VALUE = "/librarian/documents/example-thin/value/cancerTypes"
CHANGE = {"version": "v1", "value": "lung", "why": "because"}
PLACES = {"{id}": "example-hostile", "{key}": "title", "{name}": "submit", "{check}": "META-TITLE"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = made(tmp_path_factory.mktemp("site"))
    yield site
    site.service.close()


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    site = made(tmp_path)
    yield site
    site.service.close()


def address_of(path: str) -> str:
    for name, value in PLACES.items():
        path = path.replace(name, value)
    return path


def events(site: Site) -> int:
    return len(site.service.catalogue.events(limit=100_000))


# ----------------------------------------------------------------------------------------------------------- who comes in


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.path)
def test_nobody_is_let_in_without_a_login(site: Site, route: Any) -> None:
    """Every address but the login shows the login, changes nothing, and says nothing of the library."""
    if route.outside:
        return
    visitor, before = site.visitor(), events(site)
    if route.show:
        visitor.get(address_of(route.path))
        assert 'action="/librarian/login"' in visitor.page and "A thin page" not in visitor.page
    if route.take:
        answer = visitor.client.post(address_of(route.path), data={"why": "x"}, follow_redirects=False)
        assert answer.status_code == 401 and 'action="/librarian/login"' in answer.text
    assert events(site) == before


def test_the_cookie_is_out_of_reach(site: Site) -> None:
    visitor = site.visitor()
    answer = visitor.get("/librarian/login")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    away = made_https(site)
    assert "Secure" in away.get("/librarian/login").headers["set-cookie"]


def made_https(site: Site) -> Any:
    from fastapi.testclient import TestClient
    from librarian_site import Visitor

    return Visitor(site, TestClient(site.app, "https://localhost", headers={"sec-fetch-site": "same-origin"}))


def test_a_session_that_was_planted_is_worth_nothing_after_the_login(own_site: Site) -> None:
    """Session fixation: whoever knew the cookie before the login does not know the one after it."""
    victim, attacker = own_site.visitor(), own_site.visitor()
    attacker.get("/librarian/login")
    planted = attacker.client.cookies[COOKIE]
    victim.client.cookies.set(COOKIE, planted, domain="localhost.local", path="/")
    victim.get("/librarian/login")
    assert victim.send("/librarian/login", {"name": NAMES[Role.EDITOR], "password": PASSWORD}).status_code == 303
    own = victim.last.cookies.get(COOKIE)
    assert own and own != planted
    assert 'action="/librarian/login"' in attacker.get("/librarian").text


def test_a_cookie_that_was_made_up_opens_nothing(site: Site) -> None:
    visitor = site.visitor()
    for cookie in ("x", "A" * 43, "ñ" * 20, "' OR 1=1 --"):
        answer = visitor.client.get(
            "/librarian", headers={"cookie": f"{COOKIE}={cookie}".encode()}, follow_redirects=False
        )
        assert 'action="/librarian/login"' in answer.text


def test_passwords_are_not_taken_in_the_open(site: Site) -> None:
    from fastapi.testclient import TestClient
    from librarian_site import Visitor

    from waymark.app.web.application import create_app

    app = create_app(site.service, hosts=("library.example",), librarian=True)
    visitor = Visitor(site, TestClient(app, "http://library.example"))
    visitor.get("/librarian/login")
    assert 'type="password"' not in visitor.page
    token = "x"
    answer = visitor.send("/librarian/login", {"name": NAMES[Role.EDITOR], "password": PASSWORD}, token)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/librarian",
        "/ask?q=x",
        "/librarian/../ask",
        "javascript:alert(1)",
        "/librarianX",
    ],
)
def test_a_login_leads_nowhere_else(own_site: Site, wanted: str) -> None:
    visitor = own_site.visitor()
    answer = visitor.log_in(NAMES[Role.READER], next=wanted)
    assert answer.headers["location"] == "/librarian"


# ------------------------------------------------------------------------------------------------------------- guesses


def test_an_unknown_name_takes_the_same_work_as_a_known_one(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the sentence nor the work tells whether a name is there. Counted, not timed."""
    checked: list[str] = []

    class Watched:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def verify(self, encoded: str, password: str) -> bool:
            checked.append(encoded.split("$")[3])
            return bool(self.inner.verify(encoded, password))

        def hash(self, password: str) -> str:
            return str(self.inner.hash(password))

    inner = people_module._hasher()
    monkeypatch.setattr(people_module, "_hasher", lambda: Watched(inner))
    visitor = own_site.visitor()
    pages = []
    for name in (NAMES[Role.EDITOR], "Nobody There"):
        visitor.log_in(name, "a wrong password")
        assert visitor.last.status_code == 403
        pages.append(re.sub(r'value="[^"]*"', "", visitor.page))
    assert pages[0] == pages[1]
    assert len(checked) == 2 and checked[0] == checked[1], "the same parameters of the same function"


def test_after_a_few_wrong_tries_the_next_has_to_wait(own_site: Site) -> None:
    """For a name that is there and for one that is not; the right password waits as well; then it opens again."""
    for name in (NAMES[Role.EDITOR], "Nobody There"):
        visitor = own_site.visitor()
        for _ in range(5):
            assert visitor.log_in(name, "a wrong password").status_code == 403
        assert visitor.log_in(name, "a wrong password").status_code == 429
    visitor = own_site.visitor()
    assert visitor.log_in(NAMES[Role.EDITOR]).status_code == 429
    own_site.clock.move(seconds=31)
    assert visitor.log_in(NAMES[Role.EDITOR]).status_code == 303
    assert own_site.visitor().log_in(NAMES[Role.READER]).status_code == 303, "others are not kept out"


def test_many_wrong_tries_from_one_place_wait_whatever_the_name(own_site: Site) -> None:
    visitor = own_site.visitor()
    codes = [visitor.log_in(f"Name {number}", "a wrong password").status_code for number in range(21)]
    assert codes == [403] * 20 + [429]


@pytest.mark.parametrize("password", ["short", "Ed Editor", "aaaaaaaaaaaaaaaa", "edEditor123456", "x" * 1_001])
def test_a_password_that_is_easily_guessed_is_refused(own_site: Site, password: str) -> None:
    with pytest.raises(InputRefused):
        own_site.people.change_password(NAMES[Role.EDITOR], password, "test", "2026-11-20T10:00:00+00:00")


@pytest.mark.parametrize("name", ["", "  ", "\x00", "a\x07b", "x" * 81, "--", " ana  RUIZ "])
def test_a_name_that_cannot_be_or_is_taken(own_site: Site, name: str) -> None:
    with pytest.raises(UsageError):
        own_site.people.add(name, Role.READER, PASSWORD, "test", "2026-11-20T10:00:00+00:00")


def test_sessions_end(own_site: Site) -> None:
    """After an hour without a request, after twelve in any case, at a logout, and with the person."""
    idle, busy, out, gone = (own_site.member(Role.EDITOR) for _ in range(4))
    own_site.clock.move(minutes=50)
    assert busy.get("/librarian").status_code == 200
    own_site.clock.move(minutes=20)
    assert "/librarian/login" in idle.get("/librarian").text and 'name="password"' in idle.page
    assert busy.get("/librarian/account").status_code == 200 and 'name="password_now"' in busy.page
    for _ in range(14):
        own_site.clock.move(minutes=55)
        busy.get("/librarian")
    assert 'action="/librarian/login"' in busy.page
    out = own_site.member(Role.EDITOR)
    out.get("/librarian")
    assert out.send("/librarian/logout").status_code == 303
    assert 'action="/librarian/login"' in out.get("/librarian").text
    gone = own_site.member(Role.EDITOR)
    own_site.people.suspend(NAMES[Role.EDITOR], "test", "2026-11-21T10:00:00+00:00")
    assert 'action="/librarian/login"' in gone.get("/librarian").text


def test_an_ended_session_loses_no_typed_text(own_site: Site) -> None:
    """What was typed waits through the login, is shown, and is sent by a click; from another site nothing is carried over."""
    visitor = own_site.member(Role.EDITOR)
    address = "/librarian/documents/waymark-fatigue/text"
    visitor.get(address)
    form = visitor.form(address)
    source = own_site.service.catalogue.document("waymark-fatigue").source + "\nA long afternoon's <work>.\n"
    own_site.clock.move(hours=2)
    answer = visitor.send(address, {**form, "source": source, "why": "it took an afternoon"})
    assert answer.status_code == 401 and own_site.service.catalogue.proposal("waymark-fatigue") is None
    kept = visitor.form("/librarian/login")
    answer = visitor.send("/librarian/login", {**kept, "name": NAMES[Role.EDITOR], "password": PASSWORD})
    assert answer.status_code == 200 and own_site.service.catalogue.proposal("waymark-fatigue") is None
    answer = visitor.send(address, visitor.form(address))
    assert answer.status_code == 303, answer.text
    proposal = own_site.service.catalogue.proposal("waymark-fatigue")
    assert proposal is not None
    assert own_site.service.catalogue.document("waymark-fatigue", proposal.card.version).source == source

    stranger = own_site.visitor(**{"sec-fetch-site": "cross-site"})
    answer = stranger.client.post(address, data={"source": "planted", "why": "x"}, follow_redirects=False)
    assert answer.status_code == 401 and "planted" not in answer.text


# --------------------------------------------------------------------------------------------------------- forged forms


@pytest.mark.parametrize("token", ["", "x", "A" * 116, masked("B" * 43), "ñ"])
def test_a_form_without_its_token_does_nothing(site: Site, token: str) -> None:
    visitor, before = site.member(Role.EDITOR), events(site)
    answer = visitor.send(VALUE, CHANGE, token)
    assert answer.status_code == 403 and events(site) == before
    assert 'value="because"' in answer.text, "our own form that is too old is shown again, with what was typed"


def test_the_token_of_another_session_does_nothing(site: Site) -> None:
    other, visitor = site.member(Role.ADMINISTRATOR), site.member(Role.EDITOR)
    other.get(VALUE)
    before = events(site)
    assert visitor.send(VALUE, CHANGE, other.token()).status_code == 403
    assert events(site) == before


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"}]
)
def test_a_form_from_another_site_does_nothing_even_with_the_token(site: Site, headers: dict[str, str]) -> None:
    visitor, before = site.member(Role.EDITOR), events(site)
    visitor.get(VALUE)
    answer = visitor.send(VALUE, CHANGE, **headers)
    assert answer.status_code == 403 and events(site) == before
    assert "because" not in answer.text, "what another site sent is not shown to be sent again"


def test_every_form_carries_a_token(site: Site) -> None:
    from test_librarian_pages import PAGES

    visitor = site.member(Role.ADMINISTRATOR)
    seen = 0
    for address in PAGES:
        visitor.get(address)
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", visitor.page, re.DOTALL):
            assert 'name="token"' in form, f"{address}: {form[:200]}"
            seen += 1
    assert seen > 30


def test_a_token_looks_different_each_time_and_is_the_same() -> None:
    shown = {masked("a" * 43) for _ in range(20)}
    assert len(shown) == 20
    assert {unmasked(each) for each in shown} == {"a" * 43}


# ----------------------------------------------------------------------------------------------------------------- roles


def test_the_table_of_permissions_is_whole() -> None:
    assert set(PERMISSIONS) == set(Act) == set(MEANINGS)
    assert set(ROLES) == set(Role)
    assert all(Role.ADMINISTRATOR in roles for roles in PERMISSIONS.values())
    assert {act for act, roles in PERMISSIONS.items() if Role.READER in roles} == {Act.SEE}
    assert Act.SEE_DRAFTS in PERMISSIONS
    assert set(STEPS) == {step.name for step in LIFECYCLE if step.taken_by is TakenBy.PERSON}


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
@pytest.mark.parametrize("route", routes(), ids=lambda route: route.path)
def test_each_role_may_do_what_the_table_says(site: Site, route: Any, role: Role) -> None:
    """Looking and sending at every address, in every role: refused with 403 exactly where the table refuses."""
    if route.outside or route.path.endswith(("/logout", "/step/{name}", "/account/password")):
        return
    visitor, address = _members(site, role), address_of(route.path)
    if route.show:
        refused = role not in PERMISSIONS[route.act]
        assert (visitor.get(address).status_code == 403) is refused
    if route.take:
        visitor.get("/librarian/account")
        needed = [PERMISSIONS[act] for act in (route.act, route.doing) if act is not None]
        refused = any(role not in roles for roles in needed)
        before = events(site)
        answer = visitor.send(address, {"what": "none", "at": "X:y", "version": "v0", "event": "0"})
        assert (answer.status_code == 403) is refused, answer.text
        if refused:
            assert events(site) == before


_KEPT: dict[tuple[int, Role], Any] = {}


def _members(site: Site, role: Role) -> Any:
    """Return a browser of that role; one login serves many tests."""
    key = (id(site), role)
    if key not in _KEPT:
        _KEPT[key] = site.member(role)
    return _KEPT[key]


@pytest.mark.parametrize("step", sorted(STEPS))
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_each_role_takes_the_steps_of_the_table(site: Site, role: Role, step: str) -> None:
    visitor = _members(site, role)
    address = f"/librarian/documents/waymark-surgery/step/{step.replace(' ', '-')}"
    refused = role not in PERMISSIONS[STEPS[step]]
    assert (visitor.get(address).status_code == 403) is refused
    visitor.get("/librarian/account")
    before = events(site)
    answer = visitor.send(address, {"version": "v0", "why": "x"})
    assert (answer.status_code == 403) is refused
    assert events(site) == before


def test_a_role_that_is_taken_away_is_gone_at_once(own_site: Site) -> None:
    visitor = own_site.member(Role.REVIEWER)
    address = "/librarian/documents/waymark-surgery/step/withdraw"
    assert visitor.get(address).status_code == 200
    own_site.people.change_role(NAMES[Role.REVIEWER], Role.READER, "test", "2026-11-21T10:00:00+00:00")
    assert visitor.send(address, {**visitor.form(address), "why": "x"}).status_code == 403
    assert visitor.get("/librarian").status_code == 200


def test_nobody_makes_themselves_more_than_they_are(own_site: Site) -> None:
    """Neither by the form of the people's page nor by fields added to a form of one's own."""
    visitor = own_site.member(Role.EDITOR)
    visitor.get("/librarian/account")
    me = NAMES[Role.EDITOR]
    own = {"person": me, "what": "role", "role": "administrator", "name": me}
    assert visitor.send("/librarian/people/change", own).status_code == 403
    visitor.get("/librarian/account")
    visitor.send("/librarian/account/shortcuts", {**own, "shortcuts": "on"})
    member = own_site.people.named(me)
    assert member is not None and member.role is Role.EDITOR


def test_what_another_did_is_not_taken_back(own_site: Site) -> None:
    first, second = own_site.member(Role.EDITOR), own_site.member(Role.REVIEWER)
    first.get(VALUE)
    assert first.send(VALUE, {**first.form(VALUE), "value": "lung", "why": "x"}).status_code == 303
    event = own_site.service.catalogue.events("example-thin")[0]
    second.get("/librarian/account")
    assert second.send("/librarian/undo", {"event": str(event.seq)}).status_code == 403
    assert own_site.service.catalogue.card("example-thin").cancer_types == ("lung",)
    third = own_site.member(Role.ADMINISTRATOR)
    third.get("/librarian/account")
    assert third.send("/librarian/undo", {"event": str(event.seq)}).status_code == 303


def test_a_role_that_was_edited_in_the_file_shows(own_site: Site) -> None:
    import sqlite3

    with sqlite3.connect(own_site.people.store.path) as other:
        other.execute("UPDATE people SET role = 'administrator' WHERE name = ?", (NAMES[Role.READER],))
    other.close()
    assert own_site.service.verify() == [f"What is kept of “{NAMES[Role.READER]}” is not what the audit events left."]


# ------------------------------------------------------------------------------------------------- addresses and script


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..%2f..%2fetc",
        "%00",
        "a'%20OR%201=1",
        "x" * 3_000,
        "<script>alert(1)</script>",
        "%F0%9F%92%A9",
    ],
)
@pytest.mark.parametrize("where", ["/librarian/documents/{}", "/librarian/documents/{}/text", "/librarian/many/{}"])
def test_strange_names_are_not_found(site: Site, where: str, name: str) -> None:
    answer = _members(site, Role.ADMINISTRATOR).get(where.format(name))
    assert answer.status_code == 404
    assert "<script>alert(1)" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/librarian/documents/example-hostile",
        "/librarian/documents?q=script",
        "/librarian/queue?document=example-hostile",
        "/librarian/queue?document=example-hostile&check=TEXT-SUPERSCRIPT",
        "/librarian/documents/example-hostile/text",
        "/librarian/documents/example-hostile/value/title",
        "/librarian/documents/example-hostile/step/withdraw",
        "/librarian/documents/example-hostile/review",
        "/librarian/reviews",
        "/librarian/log",
        '/librarian/queue?check=<script>alert(9)</script>&severity="><script>alert(9)</script>',
        "/librarian/log?who=<script>alert(9)</script>",
        "/librarian/documents?q=<script>alert(9)</script>",
    ],
)
def test_words_never_become_script(site: Site, address: str) -> None:
    """Titles, publishers, tags, findings, what was typed: shown as words, whatever they hold."""
    visitor = _members(site, Role.ADMINISTRATOR)
    page = visitor.get(address).text
    assert not re.search(r"<script>alert|<img src=x|onmouseover=x>|href=\"javascript:", page)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", page))


def test_the_policy_of_the_pages_is_strict(site: Site) -> None:
    answer = _members(site, Role.ADMINISTRATOR).get("/librarian/queue")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert not re.search(r"\sstyle=\"|\son[a-z]+=\"", answer.text), "no style and no script stands in the page itself"


@pytest.mark.parametrize("name", ["<b>Bold</b>", "Robert'); DROP TABLE people;--", "‮evil", 'Zoë "Z" O’Neill'])
def test_names_of_people_are_words(own_site: Site, name: str) -> None:
    try:
        own_site.people.add(name, Role.ADMINISTRATOR, PASSWORD, "test", "2026-11-20T10:00:00+00:00")
    except UsageError:
        return
    visitor = own_site.visitor()
    assert visitor.log_in(name).status_code == 303
    for address in ("/librarian", "/librarian/people", "/librarian/log"):
        assert "<b>Bold" not in visitor.get(address).text
    assert len(own_site.people.all()) == 5


def test_too_much_is_refused_and_half_a_form_is_read(site: Site) -> None:
    visitor = _members(site, Role.EDITOR)
    visitor.get(VALUE)
    answer = visitor.client.post(
        VALUE, content=b"x" * (8 * 1024 * 1024 + 1), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    for body, kind in (
        (b"token=%", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "text/plain"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ):
        answer = visitor.client.post(VALUE, content=body, headers={"content-type": kind}, follow_redirects=False)
        assert answer.status_code in (400, 403)
