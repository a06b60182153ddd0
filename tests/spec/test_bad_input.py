"""Bad input: each file that cannot be taken in is refused in one clear sentence, and the others go on."""

import gzip
import os
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from waymark.errors import InputRefused, InvalidDocument, UnreadableSource
from waymark.library.body import normalise
from waymark.sources.drafts import LARGEST_FILE, Found, Refused, read, walk

PNG = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + b"IHDR"
    + bytes(13)
    + struct.pack(">I", zlib.crc32(b"IHDR" + bytes(13)))
)
PLAIN = "Sore hands\n\nGloves help in the cold, and so does warm water in the morning.\n"


def one_sentence(error: InputRefused) -> bool:
    """Return whether the message is a sentence with perhaps a next step, for a person and not for a programmer."""
    words = error.sentence
    return (
        words.endswith(".")
        and words[0].isprintable()
        and "Traceback" not in words
        and "\n" not in str(error)
        and len(str(error)) < 300
    )


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "empty.md", "empty.md is empty"),
        (b" \n\t \r\n", "white.md", "only white space"),
        ("\u00a0\n\u3000".encode(), "wide.txt", "only white space"),
        (b"\xef\xbb\xbf", "mark.txt", "only white space"),
        (b"\xff\xfe", "mark16.txt", "only white space"),
        (PNG, "photo.md", "a PNG picture"),
        (gzip.compress(PLAIN.encode(), mtime=0), "page.html.gz", "compressed with gzip"),
        (b"PK\x03\x04" + bytes(100), "letter.docx", "an office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "letter.doc", "office document"),
        (b"{\\rtf1\\ansi Hello.}", "letter.rtf", "rich text"),
        (b"SQLite format 3\x00" + bytes(100), "library.db", "a database"),
        (bytes(range(256)) * 40, "noise.bin", "not text"),
        (bytes(5_000), "zeros.txt", "not text"),
        (b"%PDF-1.7\nnothing more", "cut.pdf", "PDF"),
    ],
)
def test_what_is_no_text_is_refused_with_its_kind(data: bytes, name: str, says: str):
    with pytest.raises(UnreadableSource, match=says) as refused:
        read(data, name)
    assert one_sentence(refused.value)


def test_words_that_look_like_a_signature_are_words():
    assert "BZh is no word" in read(b"BZh is no word, but it stands here. RIFF neither.", "a.txt").source


# ------------------------------------------------------------------------------------------------------------ encodings


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffZoë’s 10⁹ cells\n\nA naïve sentence about Zoë and the 10⁹ cells, €5.\n".encode("utf-16"),
        "\ufeffZoë’s 10⁹ cells\n\nA naïve sentence about Zoë and the 10⁹ cells, €5.\n".encode("utf-16-be"),
        "Zoë’s 10⁹ cells\n\nA naïve sentence about Zoë and the 10⁹ cells, €5.\n".encode("utf-16-le"),
        "Zoë’s 10⁹ cells\n\nA naïve sentence about Zoë and the 10⁹ cells, €5.\n".encode("utf-16-be"),
        "\ufeffZoë’s 10⁹ cells\n\nA naïve sentence about Zoë and the 10⁹ cells, €5.\n".encode("utf-32"),
        "\ufeffZoë’s 10⁹ cells\n\nA naïve sentence about Zoë and the 10⁹ cells, €5.\n".encode(),
        "Zoë’s 10⁹ cells\r\n\r\nA naïve sentence about Zoë and the 10⁹ cells, €5.\r\n".encode(),
    ],
)
def test_unicode_is_read_with_and_without_its_mark(data: bytes):
    draft = read(data, "zoe.txt")
    assert draft.front["title"] == "Zoë’s 10⁹ cells"
    assert "A naïve sentence about Zoë and the 10⁹ cells, €5." in draft.source


def test_older_encodings_are_read():
    words = "Zoë’s hands\n\nA naïve sentence – about Zoë, £5.\n"
    assert "A naïve sentence – about Zoë, £5." in read(words.encode("cp1252"), "zoe.txt").source
    assert "А это предложение" in read("Руки\n\nА это предложение.\n".encode("koi8-r"), "a.txt", "koi8-r").source
    meta = (
        "<html><head><meta charset='iso-8859-2'></head><body><h1>Dłonie</h1><p>Żółte ręce i zdanie.</p></body></html>"
    )
    assert "Żółte ręce" in read(meta.encode("iso-8859-2"), "a.html").source


def test_the_servers_charset_comes_before_the_pages_and_what_is_utf_8_stays_utf_8():
    page = "<html><head><meta charset='iso-8859-2'></head><body><h1>Ruce</h1><p>Hřejte si ruce.</p></body></html>"
    assert "Hřejte" in read(page.encode("cp1250"), "a.html", "windows-1250").source
    assert "Hřejte" in read(page.encode(), "a.html", "iso-8859-1").source
    assert "Hřejte" in read(page.encode(), "a.html", "no-such-charset").source


def test_a_page_that_says_it_is_utf_16_in_single_bytes_is_not():
    page = "<html><head><meta charset='utf-16'></head><body><h1>Ruce</h1><p>Hřejte si ruce.</p></body></html>"
    assert "Hřejte" in read(page.encode(), "a.html").source


def test_an_escape_codec_is_no_charset():
    """A server that names utf-7 or a codec of the language could turn harmless bytes into markup."""
    data = b"+ADw-script+AD4- and \\x3cb\\x3e stay as they are in this sentence.\n"
    for charset in ("utf-7", "unicode_escape", "rot13", "idna", "hex"):
        assert "script+AD4-" in read(data, "a.txt", charset).source


def test_half_a_character_at_the_end_is_left_out_and_named():
    draft = read("Title\n\nWarm hands are good for Chloë and for Zoë".encode()[:-1], "cut.txt")
    assert draft.source.endswith("Zo\n")
    assert ("control", "a character cut through at the end of the file") in draft.removed


def test_damaged_utf_8_shows_where_it_is_damaged():
    """Broken bytes among whole characters are a damaged file, not another encoding: the checks must see the marks."""
    data = "Zoë, Chloë, Noël and Anaïs went home. ".encode() * 3 + b"\xc3\x28 and so on."
    assert "\ufffd" in read(data, "damaged.txt").source


def test_nul_bytes_in_text_are_left_out_and_counted():
    draft = read(b"Sore hands\n\nGloves\x00 help in the\x01 cold, and so does warm water.\n", "nul.txt")
    assert "Gloves help in the cold" in draft.source
    assert ("control", "2 control characters") in draft.removed


# --------------------------------------------------------------------------------------------------------- front matter


@pytest.mark.parametrize(
    "yaml",
    [
        "title: [unclosed",
        "title: a: b: c",
        "\ttitle: tab",
        "title: 'unclosed",
        "title: x\ntitle: y",
        "- a list",
        "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
        "a: !!python/object/apply:os.system ['true']",
        "<<: {title: x}",
        "lastReviewed: last winter",
        "[" * 5_000,
        "a: " + "{b: " * 5_000,
        "x: " + "y" * 100_000,
    ],
)
def test_broken_front_matter_is_refused_in_a_sentence(yaml: str):
    with pytest.raises(InvalidDocument) as refused:
        read(f"---\n{yaml}\n---\n\n# Title\n\nText.\n".encode(), "broken.md")
    assert one_sentence(refused.value)


def test_half_a_record_is_refused():
    for text in ("---\ntitle: half", "---\n", "---"):
        with pytest.raises(InputRefused) as refused:
            read(text.encode(), "half.md")
        assert one_sentence(refused.value)


def test_half_a_page_is_read_as_far_as_it_goes():
    half = b"<html><head><title>Sore hands</title></head><body><main><h1>Sore hands</h1><p>Gloves help in the co"
    assert read(half, "half.html").source == "# Sore hands\n\nGloves help in the co\n"
    assert read(b"<html><head><title>Sore hands</title></head><body><p>Gloves help<", "half.html").source


# ---------------------------------------------------------------------------------------------------- size and nesting


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path):
    """200 MB of nothing, on no disk space: refused before a byte of it is read."""
    path = tmp_path / "huge.md"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    (found,) = walk([path])
    assert isinstance(found, Refused)
    assert found.reason == "huge.md has 200 MB; at most 32 MB are read. Add it in parts."
    # The same for a file that grew after it was found.
    grown = Found(path, "huge.md", 10)
    with pytest.raises(UnreadableSource, match="200 MB"):
        grown.data()


def test_more_bytes_than_the_limit_are_refused():
    with pytest.raises(UnreadableSource, match="at most 32 MB"):
        read(b"x" * (LARGEST_FILE + 1), "large.txt")


def test_one_line_of_thirty_megabytes_is_one_paragraph():
    line = "gloves help in the cold. " * 1_200_000
    draft = read(line.encode(), "line.txt")
    assert draft.source == line.strip() + "\n"


DEEP = 10_000


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * DEEP + "<p>{}</p>" + "</div>" * DEEP,
        "<ul><li>item" * DEEP + "<p>{}</p>",
        "<blockquote><ol><li>" * DEEP + "<p>{}</p>",
        "<b><i>word " * DEEP + "<p>{}</p>",
        "<table><tr><td>cell" * DEEP + "<p>{}</p>",
        "<dl><dt>term<dd>" * DEEP + "<p>{}</p>",
        "<section><h2>part</h2>" * DEEP + "<p>{}</p>",
        "<span style='x'>" * DEEP + "{}",
    ],
)
def test_html_that_nests_without_end_is_read(page: str):
    words = "Gloves help in the cold, and so does warm water in the morning."
    draft = read(f"<html><body><p>{words}</p>{page.replace('{}', words)}</body></html>".encode(), "deep.html")
    assert draft.source.count(words) == 2
    assert len(draft.source) < 100 * DEEP  # an indent for each level would be a hundred megabytes


@pytest.mark.parametrize(
    "text",
    [
        "".join("  " * min(level, 200) + "- item\n" for level in range(DEEP)),
        ">" * DEEP + " gloves\n",
        "[" * DEEP + "gloves" + "](x)" * DEEP + "\n",
        "*" * DEEP + "gloves\n",
        "# title\n\n" + "- " * DEEP + "gloves\n",
    ],
)
def test_markdown_that_nests_without_end_is_read(text: str):
    draft = read(text.encode(), "deep.md")
    assert draft.source == text
    normalise(draft.source)  # never raises


@pytest.mark.parametrize(
    ("line", "name"),
    [("# Title\n", "a.md"), ("Heading here\n\n", "a.txt"), ("<h2>Title</h2>\n", "a.html"), ("• item\n", "b.txt")],
)
def test_many_headings_take_time_in_proportion(line: str, name: str, monkeypatch: pytest.MonkeyPatch):
    """Twice as many headings must not be four times the work: counted in regular expression calls, not in seconds."""
    import sys

    def work(count: int) -> int:
        data = (("<html><body>" if name.endswith("html") else "") + line * count).encode()
        calls = 0

        def count_call(frame: object, event: str, argument: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count_call)
        try:
            read(data, name)
        finally:
            sys.setprofile(None)
        return calls

    work(10)  # what is imported or built once
    small, large = work(1_000), work(2_000)
    assert large < 2.2 * small + 2_000


def test_a_million_headings_are_read():
    draft = read(b"# Title\n" * 1_000_000, "million.md")
    assert draft.front["title"] == "Title"
    assert len(draft.source) == 8_000_000


# --------------------------------------------------------------------------------------------------------------- folders


def names(items: Iterator[Found | Refused]) -> list[tuple[str, str]]:
    return [(type(item).__name__, item.origin) for item in items]


def test_a_folder_gives_its_files_in_order_and_its_reasons(tmp_path: Path):
    """Files by name, each with its place in the folder; what is passed over is named with its reason."""
    (tmp_path / "b.md").write_text(PLAIN)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "z.md").write_text(PLAIN)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("secret")
    (tmp_path / ".hidden.md").write_text("secret")
    found = list(walk([tmp_path]))
    assert names(iter(found)) == [
        ("Refused", ".git"),
        ("Refused", ".hidden.md"),
        ("Found", "a/z.md"),
        ("Found", "b.md"),
    ]
    assert all(
        item.reason.endswith("is hidden (its name begins with a dot).") for item in found if isinstance(item, Refused)
    )
    assert names(walk([tmp_path / "b.md", tmp_path / ".hidden.md"])) == [("Found", "b.md"), ("Found", ".hidden.md")]


def test_links_in_a_circle_end(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page.md").write_text(PLAIN)
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "again").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (tmp_path / "nowhere.md").symlink_to(tmp_path / "gone.md")
    found = list(walk([tmp_path]))
    assert [item.origin for item in found if isinstance(item, Found)] == ["a/page.md"]
    reasons = {item.origin: item.reason for item in found if isinstance(item, Refused)}
    assert reasons == {
        "a/back": "a/back leads to a folder that is read already.",
        "again": "again leads to a folder that is read already.",
        "self.md": "self.md is a link that leads back to itself.",
        "nowhere.md": "nowhere.md is a link to something that is not there.",
    }


def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket")[:100])
        found = {item.origin: item for item in walk([tmp_path, Path("/dev/null")])}
    assert {origin: item.reason for origin, item in found.items() if isinstance(item, Refused)} == {
        "pipe": "pipe is a pipe, not a file.",
        "socket": "socket is a socket, not a file.",
        "null": "null is a device, not a file.",
    }


def test_a_file_that_changes_while_it_is_read_is_one_sentence_and_the_rest_go_on(tmp_path: Path):
    for name in ("a.md", "b.md", "c.md", "d.md"):
        (tmp_path / name).write_text(PLAIN)
    reasons = {}
    for item in walk([tmp_path]):
        assert isinstance(item, Found)
        path = tmp_path / item.origin
        if item.origin != "d.md":
            path.unlink()
        if item.origin == "b.md":
            path.mkdir()
        if item.origin == "c.md":
            os.mkfifo(path)
        try:
            reasons[item.origin] = read(item.data(), item.origin).form
        except UnreadableSource as error:
            assert one_sentence(error)
            reasons[item.origin] = error.sentence
    assert reasons == {
        "a.md": "a.md is not there.",
        "b.md": "b.md is a folder, not a file.",
        "c.md": "c.md is a pipe, not a file.",
        "d.md": "record",
    }


def test_a_folder_that_vanishes_while_it_is_walked_is_a_reason(tmp_path: Path):
    (tmp_path / "a.md").write_text(PLAIN)
    (tmp_path / "later").mkdir()
    items = walk([tmp_path])
    assert isinstance(next(items), Found)
    (tmp_path / "later").rmdir()
    (gone,) = items
    assert isinstance(gone, Refused)
    assert gone.reason.startswith("later is not there.")


def test_a_path_that_is_not_there_is_a_reason(tmp_path: Path):
    (tmp_path / "b.md").write_text(PLAIN)
    found = list(walk([tmp_path / "no such.md", tmp_path / ("x" * 400), Path("nul\0name"), tmp_path / "b.md"]))
    assert [type(item).__name__ for item in found] == ["Refused", "Refused", "Refused", "Found"]
    reasons = [item.reason for item in found if isinstance(item, Refused)]
    assert "no such.md is not there." in reasons[0]
    assert "too long" in reasons[1]
    assert "not a name that a file can have" in reasons[2]


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="permissions do not hold for root: run as another user"
)
def test_a_file_without_permission_is_a_reason(tmp_path: Path):
    secret = tmp_path / "secret.md"
    secret.write_text(PLAIN)
    secret.chmod(0)
    (tmp_path / "shut").mkdir(mode=0)
    found = {item.origin: item for item in walk([tmp_path])}
    assert isinstance(found["secret.md"], Found)
    with pytest.raises(UnreadableSource, match=r"secret\.md may not be read\."):
        found["secret.md"].data()
    shut = found["shut"]
    assert isinstance(shut, Refused)
    assert shut.reason.startswith("shut may not be read.")


def test_a_refusal_by_the_system_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same as a file without permission, for those who run the tests as root."""
    path = tmp_path / "a.md"
    path.write_text(PLAIN)
    found = Found(path, "a.md", 10)
    for error, says in (
        (PermissionError(13, "Permission denied"), "a.md may not be read."),
        (OSError(5, "Input/output error"), "a.md could not be read (Input/output error)."),
    ):
        monkeypatch.setattr(os, "open", lambda *_, error=error, **__: (_ for _ in ()).throw(error))
        with pytest.raises(UnreadableSource) as refused:
            found.data()
        assert refused.value.sentence == says


def test_drafts_of_several_threads_do_not_mix(tmp_path: Path):
    """Readers keep nothing between files: the web page and the command line read at the same time."""
    pages = {
        n: f"<html><body><main><h1>Page {n}</h1><p>{f'Words of page {n}. ' * 40}</p></main></body></html>"
        for n in range(8)
    }
    read_back: dict[int, str] = {}

    def work(number: int) -> None:
        read_back[number] = read(pages[number].encode(), f"{number}.html").source

    threads = [threading.Thread(target=work, args=(number,)) for number in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"# Page {n}\n" in read_back[n] and f"of page {n}." in read_back[n] for n in pages)
