"""The reports of one library: each a file of what was shown, its person's words in a file of their own, its course in the audit log.

::

    <library>/reports/<id>.json                  what was shown; never edited
    <library>/reports/<id>.<digest>.words.json   the question and what was said to it, where the person gave them; can be erased

A report is on the disk, whole, before anyone is told that it was kept. Its audit event carries the digest of its file; where
another process is writing to the library at that moment, the event is added by whoever writes or lists reports next.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from waymark.app.reports.sealed import Seal
from waymark.app.reports.shown import Shown
from waymark.errors import InputRefused, LibraryBusy, LifecycleRefused, NotFound, StorageRefused, UsageError
from waymark.languages.texts import Message, message
from waymark.library.audit import Audit
from waymark.library.catalogue import Catalogue, Writer
from waymark.library.folder import cannot_write
from waymark.library.uses import Use

FOLDER = "reports"
FORMAT = 1
MOST_OPEN = 5_000  # reports that nobody has settled; more are not taken
MOST_VOTES = 50_000  # of those that say only whether it helped
LONGEST_WORDS = 2_000
"""Characters of what a person says to a report."""
READER = "a reader"
_NAME = re.compile(r"([0-9a-f]{16})\.json\Z")
_WORDS = ".words.json"
_SOON = 1.0  # seconds that a reader waits for another process to end its writing


class Kind(StrEnum):
    """What a person says of an answer."""

    HELPED = "helped"
    NOT_HELPED = "did_not_help"
    WRONG = "wrong"
    HARMFUL = "harmful"
    SIGN = "urgent_sign"

    @property
    def is_report(self) -> bool:
        """Whether somebody has to look at it: the others only say how it went."""
        return self not in (Kind.HELPED, Kind.NOT_HELPED)


class State(StrEnum):
    NEW = "new"
    SEEN = "seen"
    SETTLED = "settled"


TRANSITIONS: Mapping[State, tuple[State, ...]] = {
    State.NEW: (State.SEEN, State.SETTLED),
    State.SEEN: (State.SETTLED,),
    State.SETTLED: (State.SEEN,),
}
"""From each state to which others a report may go: a settled one can be taken up again."""

REPORTED, ERASED = "reported", "report words erased"
ACTIONS: Mapping[State, str] = {State.SEEN: "report seen", State.SETTLED: "report settled"}
KIND_WORDS: Mapping[Kind, Message] = {
    Kind.HELPED: message("It helped"),
    Kind.NOT_HELPED: message("It did not help"),
    Kind.WRONG: message("Something in it is wrong"),
    Kind.HARMFUL: message("It could harm somebody"),
    Kind.SIGN: message("The urgent notice is wrong or missing"),
}
STATE_WORDS: Mapping[State, Message] = {
    State.NEW: message("new"),
    State.SEEN: message("seen"),
    State.SETTLED: message("settled"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What the person gave of their own: the question (with consent), what it was narrowed to, and what they say to it."""

    question: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""

    def __bool__(self) -> bool:
        return bool(self.question or self.comment)


@dataclass(frozen=True, slots=True)
class Report:
    """One report as it is kept. ``vouched``: this Waymark knows that it showed just that; else the caller says so.

    ``at`` is ISO 8601, UTC. ``words`` is None where the person gave none, or where they were erased.
    """

    id: str
    kind: Kind
    at: str
    door: str
    vouched: bool
    shown: Shown
    surroundings: Mapping[str, Any]
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A report with its course: its state, the reason and the person of the last step, and whether its words were erased."""

    report: Report
    state: State = State.NEW
    why: str = ""
    by: str = ""
    at: str = ""
    erased: bool = False


class Reports:
    """The reports of a library, as a store of quotations too (`waymark.library.uses.Quotes`). For several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._folder = catalogue.folder / FOLDER
        self._read: dict[str, tuple[Report, str]] = {}  # with the digest of its words' file, "" where it has none
        self._lock = threading.Lock()
        self.seal = Seal(self._folder)

    # Keeping ---------------------------------------------------------------------------------------------------------

    def keep(self, report: Report) -> Report:
        """Keep a report; of one that is kept already, the first is returned. On the disk when this returns.

        Raises `InputRefused` where too many wait, `StorageRefused` where the disk does not take it: then nothing is kept.
        """
        if report.words and len(report.words.comment) > LONGEST_WORDS:
            raise UsageError(
                message("What you say to it may have at most %(most)s characters.", most=LONGEST_WORDS),
                message("Say the one thing that matters most."),
            )
        if (self._folder / f"{report.id}.json").exists():
            return self.get(report.id).report
        if self._count_like(report.kind) >= (MOST_OPEN if report.kind.is_report else MOST_VOTES):
            raise InputRefused(
                message("So many reports wait to be read that no more are taken."),
                message("Tell whoever looks after this library."),
                reason="full",
            )
        personal = _personal(report.words)
        words = "" if personal is None else hashlib.sha256(personal).hexdigest()
        told = {
            "format": FORMAT,
            "id": report.id,
            "kind": report.kind.value,
            "at": report.at,
            "door": report.door,
            "vouched": report.vouched,
            "shown": report.shown.as_json(),
            "around": dict(report.surroundings),
            "words": words,
        }
        data = (json.dumps(told, ensure_ascii=True, sort_keys=True) + "\n").encode("ascii")
        try:
            self._folder.mkdir(exist_ok=True)
            if personal is not None:
                self._put(_words_name(report.id, words), personal)
            first = self._put(f"{report.id}.json", data)
        except OSError as error:
            raise cannot_write(error, self._folder) from error
        with contextlib.suppress(LibraryBusy, StorageRefused), self._catalogue.writing(_SOON) as writer:
            self.note_waiting(writer)
        return report if first else self.get(report.id).report

    def _put(self, name: str, data: bytes) -> bool:
        """Put a file in place whole and on the disk; return whether it is this one (another may have been there first)."""
        beside = self._folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}.part"
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(beside, self._folder / name)
            except FileExistsError:
                return False
            except OSError:
                if (self._folder / name).exists():
                    return False
                beside.replace(self._folder / name)  # a disk without links
            _sync(self._folder)
            return True
        finally:
            beside.unlink(missing_ok=True)

    def note_waiting(self, writer: Writer) -> int:
        """Add the audit event of each report that has none yet, and sweep up what a killed process left; return how many."""
        noted = {event.detail.get("report") for event in self._catalogue.events_named(REPORTED)}
        count = 0
        for name in self.ids():
            if name in noted:
                continue
            path = self._folder / f"{name}.json"
            report, _words = self._one(name) or (None, "")
            if report is None:
                continue
            documents = list(dict.fromkeys(place.document for place in report.shown.places))[:20]
            detail = {"outcome": REPORTED, "report": name, "kind": report.kind.value, "documents": documents}
            writer.note(Audit(READER, REPORTED, "", report.at), detail, _digest(path.read_bytes()))
            count += 1
        self._sweep()
        return count

    def _sweep(self) -> None:
        """Remove what a killed process left: files in the making, and words that belong to no report."""
        if not self._folder.is_dir():
            return
        for stray in self._folder.iterdir():
            left = stray.name.startswith(".") and stray.name.endswith(".part")
            if stray.name.endswith(_WORDS):
                _report, words = self._one(stray.name[:16]) or (None, "")
                left = not words or stray.name != _words_name(stray.name[:16], words)
            if left and _old(stray):
                stray.unlink(missing_ok=True)

    # Reading ---------------------------------------------------------------------------------------------------------

    def ids(self) -> list[str]:
        """Return the id of every report."""
        if not self._folder.is_dir():
            return []
        return sorted(match.group(1) for path in self._folder.iterdir() if (match := _NAME.match(path.name)))

    def _count_like(self, kind: Kind) -> int:
        """Return how many reports are open, or how many have said whether it helped: whichever this kind is one of."""
        kinds = self.kinds()
        if not kind.is_report:
            return sum(1 for each in kinds.values() if not each.is_report)
        course = self._course()
        return sum(
            1
            for name, each in kinds.items()
            if each.is_report and (name not in course or course[name][0] is not State.SETTLED)
        )

    def kinds(self) -> dict[str, Kind]:
        """Return the kind of every report, by its id; its words are not read for it."""
        found = ((name, self._one(name)) for name in self.ids())
        return {name: one[0].kind for name, one in found if one is not None}

    def _one(self, name: str) -> tuple[Report, str] | None:
        """Return a report without its words, and their digest; None for a file that cannot be read (verify says so)."""
        with self._lock:
            known = self._read.get(name)
        if known is not None:
            return known
        try:
            raw = json.loads((self._folder / f"{name}.json").read_text(encoding="ascii"))
            report = Report(
                name,
                Kind(raw["kind"]),
                str(raw["at"]),
                str(raw["door"]),
                bool(raw["vouched"]),
                Shown.read(raw["shown"]),
                dict(raw["around"]),
            )
            words = str(raw["words"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        with self._lock:
            self._read[name] = report, words  # never edited
        return report, words

    def _words(self, name: str, digest: str) -> Words | None:
        try:
            raw = json.loads((self._folder / _words_name(name, digest)).read_text(encoding="ascii"))
            return Words(str(raw["question"]), dict(raw["asked"]), str(raw["comment"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _course(self) -> dict[str, tuple[State, str, str, str]]:
        """Return the last step of each report that had one: state, reason, by whom, when."""
        found = {}
        states = {action: state for state, action in ACTIONS.items()}
        for event in self._catalogue.events_named(*states):
            why = str(event.detail.get("why") or "")
            found[str(event.detail.get("report"))] = (states[event.action], why, event.actor, event.at)
        return found

    def get(self, wanted: str) -> Kept:
        """Return one report by its id or the first six or more characters of it. Raises `NotFound`."""
        fitting = [name for name in self.ids() if name.startswith(wanted.lower())] if len(wanted) >= 6 else []
        if len(fitting) != 1:
            raise NotFound(
                message("There is no report “%(id)s”.", id=wanted[:40]), message("waymark reports lists them.")
            )
        return self._kept(fitting[0], self._course(), self._erased())

    def _erased(self) -> set[str]:
        return {str(event.detail.get("report")) for event in self._catalogue.events_named(ERASED)}

    def _kept(self, name: str, course: Mapping[str, tuple[State, str, str, str]], erased: set[str]) -> Kept:
        found = self._one(name)
        if found is None:
            raise NotFound(
                message("The report “%(id)s” cannot be read.", id=name), message("waymark verify says what is wrong.")
            )
        report, digest = found
        words = None if name in erased or not digest else self._words(name, digest)
        whole = replace(report, words=words)
        return Kept(whole, *course.get(name, (State.NEW, "", "", "")), erased=name in erased)

    def all(self, states: Sequence[State] = (), kinds: Sequence[Kind] = ()) -> list[Kept]:
        """Return the reports in these states and of these kinds (none: any), the latest first."""
        course, erased = self._course(), self._erased()
        found = []
        for name, kind in self.kinds().items():
            state = course[name][0] if name in course else State.NEW
            if (not states or state in states) and (not kinds or kind in kinds):
                with contextlib.suppress(NotFound):
                    found.append(self._kept(name, course, erased))
        return sorted(found, key=lambda kept: (kept.report.at, kept.report.id), reverse=True)

    # The course of a report --------------------------------------------------------------------------------------------

    def step(self, wanted: str, state: State, by: str, at: str, why: str = "") -> Kept:
        """Take a report to another state, with its audit event. To settle one needs a reason.

        Raises `NotFound`, `UsageError` without a reason, `LifecycleRefused` for a step that the table does not hold.
        """
        why = " ".join(why.split())
        if state is State.SETTLED and not why:
            raise UsageError(
                message("A report is settled with a reason."), message("Say what was done about it, or why nothing is.")
            )
        if len(why) > LONGEST_WORDS:
            raise UsageError(
                message("A reason may have at most %(most)s characters.", most=LONGEST_WORDS),
                message("Say it shorter."),
            )
        with self._catalogue.writing() as writer:
            self.note_waiting(writer)
            kept = self.get(wanted)
            if state not in TRANSITIONS[kept.state]:
                raise LifecycleRefused(
                    message(
                        "A report that is %(now)s cannot become %(then)s.",
                        now=STATE_WORDS[kept.state],
                        then=STATE_WORDS[state],
                    )
                )
            name = kept.report.id
            digest = _digest((self._folder / f"{name}.json").read_bytes())
            writer.note(Audit(by, ACTIONS[state], why, at), {"report": name, "state": state.value}, digest)
        return self.get(name)

    def erase_words(self, wanted: str, by: str, at: str, why: str) -> Kept:
        """Erase what the person gave of their own, for good; what was shown stays. The audit log says that it was done."""
        if not why.strip():
            raise UsageError(message("Words are erased with a reason."), message("Say why, without repeating them."))
        with self._catalogue.writing() as writer:
            self.note_waiting(writer)
            name = self.get(wanted).report.id
            writer.note(Audit(by, ERASED, why, at), {"report": name})
            try:
                for file in self._folder.glob(f"{name}.*{_WORDS}"):
                    file.unlink(missing_ok=True)
            except OSError as error:
                raise cannot_write(error, self._folder) from error
        return self.get(name)

    # For others --------------------------------------------------------------------------------------------------------

    def uses_of(self, document_id: str) -> Iterator[Use]:
        """Yield a use for each version of a document that a saved answer quotes, with the spans of it."""
        for name in self.ids():
            report, _words = self._one(name) or (None, "")
            if report is None:
                continue
            spans: dict[str, set[tuple[int, int]]] = {}
            for place in report.shown.places:
                if place.document == document_id:
                    spans.setdefault(place.version, set()).add((place.start, place.end))
            for version, held in spans.items():
                yield Use(
                    kind="saved answer",
                    name=name,
                    where=f"waymark replay {name}",
                    at=report.at,
                    by=READER,
                    document=document_id,
                    version=version,
                    spans=tuple(sorted(held)),
                )

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each report that is not as it was left, or is missing. One that waits for its event is none."""
        noted = {str(e.detail.get("report")): e.content_hash for e in self._catalogue.events_named(REPORTED)}
        erased = self._erased()
        there = set(self.ids())
        for path in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            if not path.name.startswith(".") and not _NAME.match(path.name) and not path.name.endswith(_WORDS):
                yield f"{FOLDER}/{path.name} is no report of this library."
        for name in sorted(there):
            data = (self._folder / f"{name}.json").read_bytes()
            self._read.pop(name, None)
            report, wanted = self._one(name) or (None, "")
            if report is None or (name in noted and _digest(data) != noted[name]):
                yield f"The report {FOLDER}/{name}.json is not as it was written."
                continue
            if wanted and name not in erased:
                words = self._folder / _words_name(name, wanted)
                if not words.exists():
                    yield f"The words of the report {name} are missing."
                elif hashlib.sha256(words.read_bytes()).hexdigest() != wanted:
                    yield f"The words of the report {name} are not as they were written."
        for name in sorted(set(noted) - there):
            yield f"The report {FOLDER}/{name}.json is missing."


def _personal(words: Words | None) -> bytes | None:
    """Return the file of a person's words. A random salt keeps its digest from telling what was written."""
    if not words:
        return None
    told = {
        "salt": secrets.token_hex(16),
        "question": words.question,
        "asked": dict(words.asked) if words.question else {},
        "comment": words.comment,
    }
    return (json.dumps(told, ensure_ascii=True, sort_keys=True) + "\n").encode("ascii")


def _words_name(name: str, digest: str) -> str:
    return f"{name}.{digest[:16]}{_WORDS}"


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _old(path: Path) -> bool:
    """Return whether a file has lain for an hour: what is younger may be in the making."""
    import time

    try:
        return time.time() - path.stat().st_mtime > 3600
    except OSError:
        return False


def _sync(folder: Path) -> None:
    """Wait until the folder's entries are on the disk, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
