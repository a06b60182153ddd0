"""Who may come to the record's pages, what a browser keeps of them, and what happens when the record is locked."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from own_pages import NAME, PASSPHRASE, Clock, Person, begun, door, words

from waymark.app.own_papers import PAPERS
from waymark.app.web.record.every_page import EVERY_PAGE
from waymark.app.web.record.outside import HEADERS, LONGEST_FORM, Behind
from waymark.app.web.record.sessions import COOKIE
from waymark.errors import UsageError

ADDRESSES = sorted({re.sub(r"\{[^}]*\}", "0123456789abcdef", page.path) for page in EVERY_PAGE})
SAVES = sorted({re.sub(r"\{[^}]*\}", "0123456789abcdef", page.path) for page in EVERY_PAGE if page.save})
NEED_OPEN = sorted({re.sub(r"\{[^}]*\}", "0123456789abcdef", page.path) for page in EVERY_PAGE if page.needs_open})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def person(tmp_path: Path, clock: Clock) -> Person:
    begun(tmp_path, clock)
    return Person(door(tmp_path, clock))


Refuse = Callable[[Person], object]

# Who may come in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/record", "/record/open", "/record/data/export", "/static/x/record.css"])
@pytest.mark.parametrize("host", ["example.org", "localhost.example.org", "192.168.1.4", "", "127.0.0.1.example.org"])
def test_another_name_is_refused(person: Person, address: str, host: str) -> None:
    answer = person.client.get(address, headers={"host": host})
    assert answer.status_code == 400
    assert "waymark" not in answer.text.lower() or "Open it by the address" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["localhost:8766", "127.0.0.1", "[::1]:8766", "127.0.0.7:80"])
def test_every_name_of_this_machine_is_answered(person: Person, host: str) -> None:
    assert person.client.get("/record/about", headers={"host": host}).status_code == 200


def test_two_names_at_once_are_refused(person: Person) -> None:
    answer = person.client.get("/record/about", headers=[("host", "localhost"), ("host", "example.org")])
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "header",
    ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via", "X-Real-IP", "x-original-host"],
)
def test_what_came_through_another_server_is_refused(person: Person, header: str) -> None:
    answer = person.client.get("/record/about", headers={header: "127.0.0.1"})
    assert answer.status_code == 403
    assert "another server" in answer.json()["error"]["say"]


@pytest.mark.parametrize("peer", ["192.168.1.9", "10.0.0.1", "2001:db8::1", "testclient"])
def test_another_machine_is_refused(person: Person, peer: str) -> None:
    from fastapi.testclient import TestClient

    from waymark.app.web.record.application import create_record_app

    elsewhere = TestClient(create_record_app(person.pages), base_url="http://localhost", client=(peer, 1))
    assert elsewhere.get("/record/about").status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_kinds_of_request_are_refused(person: Person, method: str) -> None:
    assert person.client.request(method, "/record").status_code == 405


@pytest.mark.parametrize("address", SAVES)
@pytest.mark.parametrize(
    "header",
    [
        {"origin": "http://example.org"},
        {"origin": "http://localhost:8765"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_page_does_nothing(person: Person, address: str, header: dict[str, str]) -> None:
    person.open()
    answer = person.post(address, {"token": person.token}, headers=header)
    assert answer.status_code == 403
    assert person.own.held().all() == ()


def test_a_form_that_is_too_long_or_says_no_length_is_refused(person: Person) -> None:
    person.open()
    assert person.post("/record/notes/add", {"text": "x" * LONGEST_FORM}).status_code == 413
    answer = person.client.post("/record/notes/add", content=iter([b"text=", b"x"]))
    assert answer.status_code == 411


# What a browser keeps --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*ADDRESSES, "/", "/record/nothing", "/es/record", "/es/record/about"])
@pytest.mark.parametrize("opened", [False, True])
def test_nothing_is_kept_by_a_browser_or_a_cache(person: Person, address: str, opened: bool) -> None:
    if opened:
        person.open()
    for method in ("GET", "HEAD", "POST"):
        answer = person.client.request(method, address)
        assert answer.headers["cache-control"] == "no-store", (method, address)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        assert "etag" not in answer.headers and "last-modified" not in answer.headers


def test_files_of_the_pages_may_be_kept(person: Person) -> None:
    person.go("/record/about")
    for link in person.html.css("link[rel=stylesheet], script[src]"):
        address = link.attributes.get("href") or link.attributes.get("src")
        answer = person.client.get(str(address))
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]


def test_the_cookie_is_for_the_record_alone_and_no_script_reads_it(person: Person) -> None:
    cookies = [value for name, value in person.client.get("/record/open").headers.multi_items() if name == "set-cookie"]
    assert sorted(re.search(r"Path=([^;]+)", cookie)[1] for cookie in cookies) == ["/es/record", "/record"]  # type: ignore[index]
    for cookie in cookies:
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie
        assert "expires" not in cookie.lower() and "max-age" not in cookie.lower(), "it goes when the browser closes"


def test_pages_ask_the_browser_to_keep_and_send_nothing(person: Person) -> None:
    person.open()
    for address in ("/record/diary", "/record/notes/add", "/record/course/add/diagnosis", "/record/questions/add"):
        person.go(address)
        for field in person.html.css("main input:not([type=hidden]), main textarea, main select"):
            assert field.attributes.get("autocomplete") == "off", (address, field.html)
        for field in person.html.css("main textarea, main input[type=text]"):
            assert field.attributes.get("spellcheck") == "false", (address, field.html)
        root = person.html.css_first("html")
        assert root is not None and root.attributes.get("translate") == "no"
        assert person.html.css("[style], script:not([src]), iframe, object") == []


def test_addresses_hold_no_words_and_no_values(tmp_path: Path, clock: Clock) -> None:
    """Every link of every page that can be reached: a part of the record, or what only this record can read."""
    begun(tmp_path, clock, filled=True)
    person = Person(door(tmp_path, clock)).open()
    parts = {part for page in EVERY_PAGE for part in page.path.split("/") if part and "{" not in part}
    parts |= {"half", "year", "all", *(situation for situation in _situations())}
    seen = crawl(person)
    assert len(seen) > 100
    for address in seen:
        assert "?" not in address
        for part in address.strip("/").split("/"):
            assert part in parts or part in PAPERS or re.fullmatch(r"[0-9a-f]{16}", part), address
    titles = {words(person.go(address).html.css_first("title")) for address in sorted(seen)[:60]}
    for title in titles:
        assert not re.search(r"pain|numb|ependymoma|okafor|lindqvist|mri|wrapped", title.lower()), title


def _situations() -> list[str]:
    from waymark.care.guides import Situation

    return [each.value for each in Situation]


def crawl(person: Person, start: str = "/record") -> set[str]:
    """Open every page that can be reached by links, and return the addresses."""
    seen, ahead = set(), [start]
    while ahead:
        address = ahead.pop()
        if address in seen or address.startswith("/es/"):
            continue
        seen.add(address)
        person.go(address)
        assert person.status == 200, (address, person.status, person.words)
        ahead += person.links()
    return seen


# Locked ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", NEED_OPEN)
def test_a_locked_record_shows_nothing(person: Person, address: str) -> None:
    person.go(address)
    assert person.address == "/record/open"
    assert person.html.css_first("#passphrase") is not None
    assert person.html.css(".own-nav") == []


@pytest.mark.parametrize("address", [address for address in NEED_OPEN if address in SAVES])
def test_nothing_is_done_without_the_token(person: Person, address: str) -> None:
    person.open()
    before = person.own.record.entries(include_superseded=True)
    for token in ("", "x" * 32, None):
        fields = {"text": "zaunkoenig", "name": NAME, "keep": "yes", "sure": "yes"}
        answer = person.post(address, fields if token is None else {**fields, "token": token})
        assert answer.status_code in (403, 404), address
    assert person.own.record.entries(include_superseded=True) == before


@pytest.mark.parametrize("address", NEED_OPEN)
def test_every_open_page_has_a_lock_button(person: Person, address: str) -> None:
    person.open()
    person.go(address)
    assert [words(button) for button in person.html.css("header button")] == ["Lock"]


def test_locking_closes_the_record_at_once(person: Person) -> None:
    person.open()
    own, cookie = person.own, cookie_of(person)
    person._arrived(person.post("/record/lock", {"token": person.token}))
    assert own.locked and person.address == "/record/open"
    assert cookie_of(person) != cookie
    assert person.go("/record/course").address == "/record/open"


def test_opening_changes_the_cookie_and_the_token(person: Person) -> None:
    person.go("/record/open")
    cookie, token = cookie_of(person), person.token
    person.open()
    assert person.address == "/record" and cookie_of(person) != cookie and person.token != token
    thief = Person(person.pages)
    for known in (cookie, "x" * 43, ""):
        answer = thief.client.get("/record", headers={"cookie": f"{COOKIE}={known}"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/record/open")
    answer = thief.client.get("/record", headers={"cookie": f"{COOKIE}={cookie_of(person)}"})
    assert answer.status_code == 200, "the cookie is all that a browser needs, so it must not leave it"


def cookie_of(person: Person) -> str:
    return str(person.client.cookies.get(COOKIE, path="/record"))


def test_a_wrong_passphrase_says_so_and_slows_down(tmp_path: Path, clock: Clock) -> None:
    begun(tmp_path, clock)
    waited: list[float] = []
    person = Person(door(tmp_path, clock, sleep=waited.append))
    for _ in range(4):
        person.open("not this one")
    assert waited == [1, 2, 4]
    assert "will wait 8 seconds" in person.words
    Person(person.pages).open("nor this one")
    assert waited[-1] == 8, "another browser does not get around it"
    waited.clear()
    assert person.open().address == "/record" and waited == [16]
    person.own.lock()
    person.open("not this one")
    assert person.status == 422 and person.address == "/record/open"
    assert "That is not the passphrase of this record." in person.words and "will wait 1 second" in person.words
    field = person.html.css_first("#passphrase")
    assert field is not None and field.attributes.get("value") is None, "a secret never comes back in a page"
    assert field.attributes["aria-invalid"] == "true"


def test_an_idle_record_locks_itself_and_loses_nothing_typed(tmp_path: Path, clock: Clock) -> None:
    begun(tmp_path, clock)
    person = Person(door(tmp_path, clock, idle=timedelta(minutes=10))).open()
    own = person.own
    person.go("/record/notes/add")
    form = person.form("Keep")
    clock.on(minutes=9)
    assert not own.vault.lock_if_idle(clock.now)
    clock.on(minutes=2)
    assert own.vault.lock_if_idle(clock.now)
    person.html = person.html  # the page is still shown
    typed = "What the nurse said,\nin <three> lines & “more”"
    assert form is not None
    person.send(text=typed, title="Nurse", button="Keep")
    assert person.address == "/record/open"
    assert "What you typed is kept" in person.words and "nurse" not in person.words
    person.send(passphrase=PASSPHRASE, button="Open")
    assert person.address == "/record/notes/add"
    assert "not kept yet" in person.hint
    box = person.html.css_first("textarea#text")
    assert box is not None and box.text().removeprefix("\n") == typed
    assert person.own.held().all() == ()
    person.send(button="Keep")
    assert typed.split("\n")[0] in person.words
    assert [item.said.text for item in person.own.held().all()] == [typed]


def test_what_was_typed_outlives_a_server_that_was_started_again(tmp_path: Path, clock: Clock) -> None:
    begun(tmp_path, clock)
    first = Person(door(tmp_path, clock)).open().go("/record/questions/add")
    second = Person(door(tmp_path, clock))
    first.pages.sessions.close_all()
    second.html, second.client.cookies = first.html, first.client.cookies
    second.send(text="May I swim?", button="Put it on the list")
    assert second.address == "/record/open"
    second.send(passphrase=PASSPHRASE, button="Open")
    assert second.address == "/record/questions/add" and "May I swim?" in second.words


def test_what_was_typed_for_one_record_never_shows_in_another(tmp_path: Path, clock: Clock) -> None:
    begun(tmp_path, clock)
    begun(tmp_path, clock, name="Other book")
    person = Person(door(tmp_path, clock))
    person.go("/record/open").send(record="record-1", passphrase=PASSPHRASE, button="Open")
    person.go("/record/notes/add")
    person.own.lock()
    person.send(text="zaunkoenig", button="Keep")
    person.send(record="record-2", passphrase=PASSPHRASE, button="Open")
    assert person.address == "/record"
    person.go("/record/notes/add")
    assert "zaunkoenig" not in person.words


def test_a_page_left_half_filled_is_handed_over_and_the_record_locks(person: Person) -> None:
    """What the script does when the person has gone; see record.js."""
    person.open().go("/record/notes/add")
    own = person.own
    answer = person.post("/record/keep", {"token": person.token, "text": "half a tho", "kept-for": "/record/notes/add"})
    assert answer.status_code == 204 and own.locked
    person.open()
    assert person.address == "/record/notes/add" and "half a tho" in person.words


@pytest.mark.parametrize(
    "address", ["https://example.org/", "//example.org", "/about", "record", "/record/../x\r\ny: z"]
)
def test_what_is_handed_over_leads_nowhere_else(person: Person, address: str) -> None:
    person.open()
    person.post("/record/keep", {"token": person.token, "text": "x", "kept-for": address})
    person.open()
    assert person.address.startswith("/record")


def test_a_second_browser_takes_the_record_over(tmp_path: Path, clock: Clock) -> None:
    begun(tmp_path, clock)
    pages = door(tmp_path, clock)
    first, second = Person(pages).open(), Person(pages)
    assert first.address == "/record"
    second.open()
    assert second.address == "/record"
    assert first.go("/record").address == "/record/open"


def test_a_wrong_passphrase_in_a_second_browser_leaves_the_first_one_alone(tmp_path: Path, clock: Clock) -> None:
    begun(tmp_path, clock)
    waited: list[float] = []
    pages = door(tmp_path, clock, sleep=waited.append)
    first, second = Person(pages).open(), Person(pages)
    for _ in range(3):
        second.open("not this one")
        assert second.status == 422 and "That is not the passphrase" in second.words
    assert waited == [1, 2], "and it slows down all the same"
    assert first.go("/record").address == "/record"


def test_a_file_that_is_uploaded_stays_in_memory(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such forms are usually put into a temporary file once they are larger than a megabyte."""

    def on_the_disk(*arguments: object, **named: object) -> None:
        raise AssertionError("an upload was put on the disk")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", on_the_disk)
    monkeypatch.setattr("tempfile.TemporaryFile", on_the_disk)
    person.open().go("/record/import").send(file=("x.zip", b"x" * 3_000_000), button="Show what is in it")
    assert person.status == 422 and "not an export" in person.words


def test_the_recovery_key_opens_and_a_new_passphrase_is_set(tmp_path: Path, clock: Clock) -> None:
    person = Person(door(tmp_path, clock))
    person.go("/record")
    assert person.address == "/record/start"
    person.click("Begin my record").send(
        name="", passphrase="a passphrase", again="a passphrase", understood="yes", button="Begin"
    )
    assert person.address == "/record/recovery-key"
    key = "-".join(words(group) for group in person.html.css(".key li"))
    assert re.fullmatch(r"(?:[0-9A-Z]{5}-){6}[0-9A-Z]{5}", key)
    assert person.send(button="I have it").address == "/record/first-steps"
    assert person.go("/record/recovery-key").address == "/record", "it is shown once"
    person._arrived(person.post("/record/lock", {"token": person.token}))
    person.click("I do not know the passphrase").send(key=key[:-1] + ("0" if key[-1] != "0" else "1"), button="Open")
    assert person.status == 422 and "group 7" in person.words
    person.send(key=key.lower().replace("-", " "), button="Open")
    assert person.address == "/record/data/passphrase"
    assert person.html.css("#current") == []
    person.send(new="another passphrase", again="another passphrase", button="Change it")
    assert "new passphrase holds" in person.told
    person._arrived(person.post("/record/lock", {"token": person.token}))
    assert person.open("another passphrase").address == "/record"


@pytest.mark.parametrize(
    ("typed", "where", "says"),
    [
        ({"passphrase": "short", "again": "short", "understood": "yes"}, "passphrase", "at least 8"),
        ({"passphrase": "long enough", "again": "long enougn", "understood": "yes"}, "again", "not the same"),
        ({"passphrase": "long enough", "again": "long enough"}, "understood", "have read this"),
        (
            {"name": "x" * 61, "passphrase": "long enough", "again": "long enough", "understood": "yes"},
            "",
            "at most 60",
        ),
    ],
)
def test_a_record_begins_only_when_it_is_safe(
    tmp_path: Path, clock: Clock, typed: dict[str, str], where: str, says: str
) -> None:
    person = Person(door(tmp_path, clock)).go("/record/new")
    person.send(typed, button="Begin")
    assert person.status == 422 and person.address == "/record/new"
    assert says in (words(person.html.css_first(f"#fault-{where}")) if where else person.hint)
    assert "long enough" not in person.client.get("/record/new").text
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_record_chosen_by_its_form_stays_in_its_folder(person: Person) -> None:
    for name in ("../record-1", "/etc", "record-1/../record-1", ".hidden", "nothing", "record-1\0"):
        person.go("/record/open").send(record=name, passphrase=PASSPHRASE, button="Open")
        assert person.status == 422, name


# Behind another server -------------------------------------------------------------------------------------------------


def test_behind_another_server_its_own_password_comes_first(tmp_path: Path, clock: Clock) -> None:
    begun(tmp_path, clock)
    behind = Behind.at("https://record.example.org", "a long password")
    person = Person(door(tmp_path, clock, behind=behind), host="record.example.org")
    assert person.client.get("/record/about").status_code == 400, "not encrypted"
    person.client.headers["x-forwarded-proto"] = "https"
    person.client.base_url = "https://record.example.org"
    assert person.client.get("/record/about", headers={"host": "localhost"}).status_code == 400
    person.go("/record")
    assert person.address == "/record/password" and NAME not in person.html.html
    cookies = [value for name, value in person.client.get("/record").headers.multi_items() if name == "set-cookie"]
    assert all("Secure" in cookie for cookie in cookies)
    person.send(password="wrong", button="Go on")
    assert "That is not the password" in person.words
    person.send(password="a long password", button="Go on")
    assert person.address == "/record/open"


@pytest.mark.parametrize(
    ("address", "password"),
    [
        ("http://record.example.org", "a long password"),
        ("https://record.example.org/x", "a long password"),
        ("https://record.example.org", "short"),
    ],
)
def test_what_would_not_protect_is_refused(address: str, password: str) -> None:
    with pytest.raises(UsageError):
        Behind.at(address, password)
