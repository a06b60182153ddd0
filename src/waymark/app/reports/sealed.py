"""A sealed note of what a page showed, carried by the page's own form: nobody but this Waymark can have written it.

Nothing stays on the server while a person reads; what was shown comes back with the form, and is believed because of the
seal. The question itself is not in the note, only a digest of it under the key, by which the question that comes with a
consent is known to be the one that was asked.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from isal import isal_zlib

from waymark.app.reports.shown import Shown
from waymark.errors import UsageError
from waymark.languages.texts import message
from waymark.library.folder import cannot_write

LONGEST = 32 * 1024
"""Characters of a note; a longer one is not looked at."""
LARGEST = 256 * 1024  # bytes of a note when unpacked
HOLDS_FOR = timedelta(days=14)
_KEY = ".key"
_LEVEL = 3  # of ISA-L: half the time that zlib takes for so few bytes


@dataclass(frozen=True, slots=True)
class Note:
    """What was shown, when, for which question (a digest under the key), and in what surroundings; ``once`` names the page."""

    shown: Shown
    surroundings: Mapping[str, Any]
    at: datetime
    question: str
    once: str


class Seal:
    """The library's own seal: a key in the folder of its reports, made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key: bytes | None = None

    def key(self) -> bytes:
        """Return the key. Raises `StorageRefused` where the folder cannot be written to."""
        if self._key is None:
            try:
                self._folder.mkdir(exist_ok=True)
                self._key = self._read() or self._make()
            except OSError as error:
                raise cannot_write(error, self._folder) from error
        return self._key

    def _read(self) -> bytes | None:
        try:
            key = (self._folder / _KEY).read_bytes()
        except FileNotFoundError:
            return None
        return key if len(key) == 32 else None

    def _make(self) -> bytes:
        """Make the key beside its place and link it there, so that two processes get one key, and never half of one."""
        beside = self._folder / f".{secrets.token_hex(8)}.part"
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            # Only where it is there: another process may put its own there at any moment.
            if (self._folder / _KEY).exists() and self._read() is None:
                (self._folder / _KEY).unlink(missing_ok=True)  # half a key, of a disk that was full
            os.link(beside, self._folder / _KEY)
        except FileExistsError:
            pass
        finally:
            beside.unlink(missing_ok=True)
        return (self._folder / _KEY).read_bytes()

    def _mac(self, what: bytes) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self.key(), what, "sha256")[:24]).decode("ascii")

    def of_question(self, question: str) -> str:
        """Return the digest of a question under the key."""
        return self._mac(b"question\0" + question.strip().encode("utf-8", "surrogatepass"))

    def sealed(self, shown: Shown, surroundings: Mapping[str, Any], question: str, at: datetime) -> str:
        """Return the note for a page's form."""
        told = {
            "shown": shown.as_json(),
            "around": dict(surroundings),
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "question": self.of_question(question),
            "once": secrets.token_urlsafe(9),
        }
        packed = isal_zlib.compress(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode("ascii"), _LEVEL)
        words = base64.urlsafe_b64encode(packed).decode("ascii")
        return f"{words}.{self._mac(words.encode('ascii'))}"

    def opened(self, note: str, now: datetime) -> Note:
        """Return what a note says. Raises `UsageError` for one that is not ours, or older than it holds."""
        words, _dot, mac = note.partition(".")
        ours = len(note) <= LONGEST and note.isascii() and hmac.compare_digest(self._mac(words.encode("ascii")), mac)
        if not ours:
            raise not_ours()
        try:
            unpacked = zlib.decompressobj().decompress(base64.urlsafe_b64decode(words), LARGEST)
            raw = json.loads(unpacked)
            at = datetime.fromisoformat(raw["at"])
            read = Note(Shown.read(raw["shown"]), dict(raw["around"]), at, str(raw["question"]), str(raw["once"]))
        except (ValueError, KeyError, TypeError, zlib.error) as error:  # sealed by another version of Waymark
            raise not_ours() from error
        if now - at > HOLDS_FOR:
            raise not_ours()
        return read

    def same_question(self, note: Note, question: str) -> bool:
        return hmac.compare_digest(note.question, self.of_question(question))


def not_ours() -> UsageError:
    return UsageError(
        message("This form cannot be matched with an answer that was shown here."),
        message("Ask the question again, and send the form below its answer."),
    )


def key_of(once: str, kind: str) -> str:
    """Return the id of a report: the same page's form sent twice is the same report."""
    return hashlib.sha256(f"{once}\0{kind}".encode()).hexdigest()[:16]
