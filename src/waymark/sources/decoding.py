"""Bytes to text: byte order mark, what the server or the page declares, else UTF-8, else windows-1252."""

import codecs
import re
from dataclasses import dataclass

from waymark.errors import UnreadableSource

_BYTE_ORDER_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the shorter one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What the first bytes of a file say it is. Each is a kind that holds no text that a reader here could quote.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"RIFF", "a sound, film or WebP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ\x00", "compressed with xz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older office document"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound or film file"),
    (b"%!PS", "a PostScript document"),
)

_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})["']""")
_META_WITHIN = 4096  # the standard asks for 1024; pages that put comments first are common

# Labels that pages use, as far as they are safe to believe; utf-7 and the escape codecs are not text encodings of the
# web.
_SINGLE_BYTE = re.compile(r"^(?:cp125\d|cp874|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic)|cp866)$")
_MULTI_BYTE = frozenset(
    {"shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949", "big5", "gbk", "gb2312", "gb18030"}
)
_UNICODE = frozenset({"utf-8", "utf-16", "utf-16-le", "utf-16-be"})

_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SAMPLE = 65_536


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, how it was read, and what had to be left out (kind, what)."""

    text: str
    encoding: str
    removed: tuple[tuple[str, str], ...] = ()


def decode(data: bytes, name: str, declared: str | None = None, *, markup: bool | None = None) -> Decoded:
    """Return the text of ``data``, with ``\\n`` line ends and no control characters.

    ``declared`` is the charset that the server gave; ``markup`` says whether to look for a declaration inside the page
    (None: look if it begins like markup). Raises `UnreadableSource` for bytes that are no text.
    """
    refuse_signature(data, name)
    text, encoding, removed = _decode(data, name, declared, markup)
    controls = len(_CONTROL.findall(text))
    if controls:
        if controls * 10 > len(text):
            raise UnreadableSource(
                f"{name} holds bytes that are not text.", "Give a Markdown, HTML, plain text or PDF file."
            )
        text = _CONTROL.sub("", text)
        removed.append(("control", f"{controls} control characters"))
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), encoding, tuple(removed))


def refuse_signature(data: bytes, name: str) -> None:
    """Raise `UnreadableSource` when the first bytes say that the file is a kind without text."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and not _is_plain(data[:512]):
            raise UnreadableSource(f"{name} is {kind}, not text.", "Give a Markdown, HTML, plain text or PDF file.")


def _is_plain(start: bytes) -> bool:
    # "BZh", "ID3" and "RIFF" can also begin a sentence; rich text and PostScript are plain bytes but no plain text.
    return not start.startswith((b"{\\rtf", b"%!PS")) and all(byte >= 32 or byte in b"\t\n\r\f" for byte in start)


def _decode(
    data: bytes, name: str, declared: str | None, markup: bool | None
) -> tuple[str, str, list[tuple[str, str]]]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _with_replacements(data[len(mark) :], encoding)
    wide = _utf16_without_mark(data)
    if wide:
        return _with_replacements(data, wide)
    for label in (declared, _declared_inside(data, markup)):
        encoding = _known(label) or "utf-8"
        if encoding == "utf-8":
            continue
        # Many servers declare Latin-1 for everything; bytes beyond ASCII that are valid UTF-8 are UTF-8.
        if _SINGLE_BYTE.match(encoding) and _valid_utf8(data):
            return data.decode("utf-8"), "utf-8", []
        try:
            return data.decode(encoding), encoding, []
        except UnicodeDecodeError:
            if encoding == "cp1252":
                return _windows_1252(data), "cp1252", []
    if _valid_utf8(data):
        return data.decode("utf-8"), "utf-8", []
    if _mostly_utf8(data):
        return _with_replacements(data, "utf-8")
    return _windows_1252(data), "cp1252", []


def _with_replacements(data: bytes, encoding: str) -> tuple[str, str, list[tuple[str, str]]]:
    try:
        return data.decode(encoding), encoding, []
    except UnicodeDecodeError:
        pass
    text = data.decode(encoding, "replace")
    if text.endswith("\ufffd") and text.count("\ufffd") == 1:  # half a file: the last character was cut through
        return text[:-1], encoding, [("control", "a character cut through at the end of the file")]
    return text, encoding, []


def _valid_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """Return whether broken bytes are rare beside whole characters: a damaged UTF-8 file, not another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(re.findall("[\u0080-\ufffc\U00010000-\U0010ffff]", text))
    return whole > 0 and (whole >= 4 * broken or (broken == 1 and text.endswith("\ufffd")))


def _windows_1252(data: bytes) -> str:
    # Five bytes are undefined; the web reads them as the control characters of the same number.
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        table = [bytes([n]).decode("cp1252", "ignore") or chr(n) for n in range(256)]
        return data.decode("latin-1").translate(dict(enumerate(table)))


def _utf16_without_mark(data: bytes) -> str | None:
    """Recognise UTF-16 that lost its mark: in text that is mostly Latin, every second byte is zero and no other is."""
    sample = data[:_SAMPLE]
    sample = sample[: len(sample) // 2 * 2]
    half = len(sample) // 2
    if half < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * half and even * 50 < half:
        return "utf-16-le"
    if even > 0.7 * half and odd * 50 < half:
        return "utf-16-be"
    return None


def _declared_inside(data: bytes, markup: bool | None) -> str | None:
    head = data[:_META_WITHIN]
    if markup is False or (markup is None and not head.lstrip().startswith(b"<")):
        return None
    found = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    label = found.group(1).decode("ascii") if found else None
    # A page that could be searched byte by byte is not UTF-16, whatever it says.
    return None if label and label.lower().startswith("utf-16") else label


def _known(label: str | None) -> str | None:
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    if name in ("ascii", "iso8859-1"):
        return "cp1252"  # what browsers do: the encoding standard maps both labels to windows-1252
    return name if name in _UNICODE or name in _MULTI_BYTE or _SINGLE_BYTE.match(name) else None
