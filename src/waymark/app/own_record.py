"""The person's own record, as the doors use it: the one place where the private core, the urgent signs and the clock meet.

A door does three things here. It finds records (`records`, `create`, `open_record`), it shows them (`OwnRecord.diary`,
`charts`, `course`, `plan` …: each a ready view, computed from the entries as they stand), and it writes
(`OwnRecord.write_diary`, `add`, `amend`, `strike`). Nothing of a record is kept outside of the open vault: when it locks,
every method raises `RecordLocked`.

**Names in addresses.** An item of the diary is known inside by its key, which holds words of the person. A door puts
`OwnRecord.handle` of it into addresses and forms, and `OwnRecord.key_of` finds the item again.

**Languages.** Every view takes ``language`` (BCP 47) and returns its sentences in it.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from waymark.answering.urgent import INTERNATIONAL, EmergencyNumbers, UrgentNotice, numbers_for, urgent_notices
from waymark.care import charts as care_charts
from waymark.care import diary as care_diary
from waymark.care import packet as care_packet
from waymark.care import plan as care_plan
from waymark.care import questions as care_questions
from waymark.care import team as care_team
from waymark.care.calendar import CalendarEvent, events
from waymark.care.charts import Chart
from waymark.care.contradictions import Contradiction, contradictions
from waymark.care.course import Course
from waymark.care.diary import Diary, DiaryWeek, Name
from waymark.care.guides import guide
from waymark.care.held import Held
from waymark.care.noted import course_of
from waymark.care.packet import Card, Packet
from waymark.care.plan import Plan
from waymark.care.questions import Questions
from waymark.care.severity import Answers, Severe
from waymark.care.symptoms import SYMPTOMS, item_key
from waymark.care.team import AtHandList, KnownAllergy, Taken, Team
from waymark.care.timeline import Row, timeline
from waymark.care.visit import VisitSummary, summary
from waymark.errors import NotFound, UsageError
from waymark.languages.texts import message, texts
from waymark.record.dates import UNKNOWN, When
from waymark.record.entries import SELF, Entry, Record, new_entry
from waymark.record.files import check_free, write_whole
from waymark.record.idle import Watch
from waymark.record.keeping import keep_backup, renew_backups
from waymark.record.keys import RecoveryKey
from waymark.record.payloads import (
    AboutPerson,
    Baseline,
    BaselineMark,
    Diagnosis,
    DiaryChoice,
    FollowUpItem,
    Kind,
    Note,
    Payload,
    Progress,
    Question,
    Rhythm,
)
from waymark.record.place import RecordName, new_place, records_in
from waymark.record.transfer import ExtraFiles, Imported, export, import_, packed
from waymark.record.vault import IDLE, Clock, Erased, Vault, utc_now

Today = Callable[[], date]

DEMO_MARK = "waymark:invented-example"
"""Title of the note that marks a record as an invented example."""


def today_here() -> date:
    """Return the day on this machine's clock: what the person calls today."""
    return date.today()


def records(folder: Path) -> list[RecordName]:
    """Return the records kept in a folder (`Settings.records`), by the names that may be read without a passphrase."""
    return records_in(folder)


def chosen_record(folder: Path, name: str | None) -> RecordName:
    """Return the record of that name (or folder name); without one, the only record there is.

    Raises `NotFound` where there is none, `UsageError` where several fit.
    """
    there = records_in(folder)
    if not there:
        raise NotFound(
            message("There is no record on this machine yet."), message("Begin one with: waymark record new")
        )
    wanted = (name or "").strip().casefold()
    fitting = [one for one in there if wanted in ("", one.name.casefold(), one.folder.name.casefold())]
    if not fitting:
        raise NotFound(
            message("There is no record of that name."),
            message("There are: %(names)s.", names=", ".join(_unlike(there))),
        )
    if len(fitting) > 1:
        raise UsageError(
            message("More than one record fits."),
            message(
                "Say which: %(names)s.",
                names=", ".join(one.folder.name for one in fitting),
            ),
        )
    return fitting[0]


def _unlike(there: Iterable[RecordName]) -> list[str]:
    return [f"{one.name} ({one.folder.name})" for one in there]


def create(
    folder: Path, passphrase: str, name: str = "", *, country: str | None = None, clock: Clock = utc_now
) -> tuple["OwnRecord", RecoveryKey]:
    """Begin a new record among those in a folder and return it open, with the recovery key to show once and print.

    Raises `WeakPassphrase`, `NotSaved`, `UsageError` for the name.
    """
    vault, recovery = Vault.create(new_place(folder), passphrase, name, clock=clock)
    return OwnRecord(vault, country), recovery


def open_record(
    place: Path,
    passphrase: str,
    *,
    country: str | None = None,
    clock: Clock = utc_now,
    idle_after: timedelta = IDLE,
) -> "OwnRecord":
    """Open the record in a place (`RecordName.folder`). A wrong passphrase makes the next try wait.

    Raises `WrongPassphrase`, `RecordBusy`, `RecordDamaged`, `RecordTooNew`, `NotFound`.
    """
    return OwnRecord(Vault.open(place, passphrase, clock=clock, idle_after=idle_after), country)


def open_with_recovery_key(place: Path, key: str, *, country: str | None = None, clock: Clock = utc_now) -> "OwnRecord":
    """Open a record with what was printed; a new passphrase can then be set without the old one.

    Raises `WrongRecoveryKey` and what `open_record` raises.
    """
    return OwnRecord(Vault.open_with_recovery_key(place, key, clock=clock), country)


@dataclass(frozen=True, slots=True, repr=False)
class DiaryAnswer:
    """What the person said of one symptom: each answer 0 to 4 or None where it was skipped, and a note."""

    answers: Answers
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignNow:
    """An urgent sign that an entry called up. ``before`` stands before the advice where only an answer, and not the
    person's words, called it up ("If this is new …"), else it is empty.
    """

    notice: UrgentNotice
    before: str
    item: str


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """What writing a page of the diary did: the entries, and the two outputs that do not wait for a comparison."""

    entries: tuple[Entry, ...]
    urgent: tuple[SignNow, ...]
    severe: tuple[Severe, ...]


def _other_formats(record: "OwnRecord", language: str) -> Mapping[str, bytes]:
    from waymark.app.own_papers import export_files

    return export_files(record, language)


EXPORTED: list[Callable[["OwnRecord", str], Mapping[str, bytes]]] = [_other_formats]
"""Makers of further files for an export (FHIR, PDF …): each takes the record and a language and returns name to bytes."""


class OwnRecord:
    """One open record. Safe to share between threads. ``country`` decides the emergency numbers."""

    def __init__(self, vault: Vault, country: str | None = None, today: Today = today_here) -> None:
        self.vault = vault
        self.record = Record(vault)
        self.country = country
        self._today = today
        self._guard = threading.RLock()
        self._held: Held | None = None
        self._read_at = 0
        vault.when_locked(self._forget)

    # The vault

    @property
    def name(self) -> str:
        return self.vault.name

    @property
    def locked(self) -> bool:
        return self.vault.locked

    @property
    def is_demo(self) -> bool:
        """Whether this is the invented example: every page of it says so."""
        return any(item.said.title == DEMO_MARK for item in self.held().of(Note))

    @property
    def numbers(self) -> EmergencyNumbers:
        return numbers_for(self.country)

    def today(self) -> date:
        return self._today()

    def now(self) -> datetime:
        return self.vault.now()

    def _forget(self) -> None:
        self._held = None

    def lock(self) -> None:
        """Close the record; locking twice does no harm."""
        self.vault.lock()

    def lock_by_itself(self) -> Watch:
        """Lock when nobody used the record for its idle time, or when another window asks (`ask_to_lock`): for doors that
        keep it open. Every view and every change counts as use.
        """
        return Watch(self.vault)

    def erase(self) -> Erased:
        """Remove the record and its backups for good; exports stay and are named in what was left."""
        return self.vault.erase()

    def change_passphrase(self, new: str, current: str | None = None) -> None:
        """Let another passphrase open the record; ``current`` is needed unless it was opened with the recovery key. The
        backups that were made by themselves are made anew, since the old ones open with the old passphrase.

        Raises `WeakPassphrase`, `WrongPassphrase`, `NotSaved`, `RecordLocked`.
        """
        self.vault.change_passphrase(new, current)
        renew_backups(self.vault, self.today())

    def new_recovery_key(self) -> RecoveryKey:
        """Return a new recovery key to show once and print; the one before opens the record no more, nor its backups."""
        recovery = self.vault.new_recovery_key()
        renew_backups(self.vault, self.today())
        return recovery

    def export(self, to: Path, language: str = "en") -> None:
        """Write the whole record to a new zip of open formats that anyone can read; see `waymark.record.transfer`.

        Raises `UsageError` where a file is already, `NotSaved`, `RecordLocked`.
        """
        self.vault.touch()
        export(self.record, to, at=self.now(), extra_files=self._further_files(language))

    def packed(self, language: str = "en") -> bytes:
        """Return the export that `export` would write, for a door that hands it over. Raises `RecordLocked`."""
        self.vault.touch()
        return packed(self.record, at=self.now(), extra_files=self._further_files(language))

    def save(self, content: bytes, to: Path, *, replace: bool = False) -> None:
        """Write something that was made from the record to a file for its owner alone. Erasing the record names the file.

        Raises `UsageError` where a file is already and ``replace`` is not given, `NotSaved`, `RecordLocked`.
        """
        self.vault.touch()
        if not replace or not to.exists():
            check_free(to)
        self.vault.remember_made(to, "export")
        write_whole(to, content)

    def _further_files(self, language: str) -> ExtraFiles:
        """Return what layers above the record add to an export: `EXPORTED` in turn."""
        return lambda record: {name: made for add in EXPORTED for name, made in add(self, language).items()}

    def import_(self, file: Path) -> Imported:
        """Add the entries of an export, all or none. Raises `ImportRefused`, `NotFound`, `NotSaved`, `RecordLocked`."""
        self.vault.touch()
        return import_(self.record, file)

    def keep_backup(self) -> Path | None:
        """Make today's backup and try it, where there is none of today yet: call it once after opening."""
        return keep_backup(self.vault, self.today())

    def __enter__(self) -> "OwnRecord":
        return self

    def __exit__(self, *_: object) -> None:
        self.lock()

    # Reading

    def held(self) -> Held:
        """Return the current entries, read once until something is written. Raises `RecordLocked`."""
        with self._guard:
            self.vault.touch()
            if self._held is None or self._read_at != self.vault.written:
                self._read_at = self.vault.written
                held = Held(self.record.entries())
                with self.vault.reading():  # locked meanwhile: nothing of the record stays behind
                    self._held = held
                return held
            return self._held

    def handle(self, key: str) -> str:
        """Return what stands for an item in addresses and forms; it says nothing to anyone without the record's key."""
        return self.vault.handle(key)

    def key_of(self, handle: str) -> str:
        """Return the key of the item that a handle stands for. Raises `NotFound`."""
        held = self.held()
        keys = [name.key for name in (*care_diary.chosen(held), *care_diary.known(held))]
        keys += [offer.key for offer in self.diary().offers]
        for key in dict.fromkeys(keys):
            if self.handle(key) == handle:
                return key
        raise NotFound(message("There is no such symptom in this record."), message("Choose one from your list."))

    def diary(self, day: date | None = None, language: str = "en", recall_days: int | None = None) -> Diary:
        """Return the diary's page for a day (today where None)."""
        return care_diary.diary(self.held(), day or self.today(), texts(language), recall_days)

    def weeks(self, count: int = 26, language: str = "en") -> tuple[DiaryWeek, ...]:
        """Return the calendar of the last weeks, the oldest first."""
        return care_diary.weeks(self.held(), self.today(), count)

    def charts(self, language: str = "en") -> tuple[Chart, ...]:
        """Return the chart of every symptom, those with something to tell first."""
        return care_charts.charts(self.held(), self.today(), texts(language))

    def usual_hint(self, language: str = "en") -> str | None:
        """Return a sentence where the usual weeks lie before a treatment that is over; None where there is nothing to say."""
        return care_charts.usual_before_treatment(self.held(), self.today(), texts(language))

    def chart(self, key: str, language: str = "en") -> Chart:
        """Return the chart of one symptom. Raises `NotFound`."""
        for chart in self.charts(language):
            if chart.key == key:
                return chart
        raise NotFound(
            message("Nothing is written down about this symptom yet."), message("Write it into your diary first.")
        )

    def history(self, entry_id: str) -> tuple[Entry, ...]:
        """Return all versions of an entry from the first on. Raises `NotFound`."""
        return self.record.history(entry_id)

    # Writing

    def add(self, *payloads: Payload, about: When | None = None, reported_by: str = SELF) -> tuple[Entry, ...]:
        """Keep new entries, all or none. Without ``about`` each takes its own date. Raises `EntryRefused`, `NotSaved`."""
        with self._guard:
            self.vault.touch()
            fresh = [new_entry(each, at=self.now(), about_when=about, reported_by=reported_by) for each in payloads]
            return self.record.append(*fresh)

    def amend(
        self,
        entry_id: str,
        payload: Payload,
        *,
        reason: str = "",
        about: When | None = None,
        reported_by: str = SELF,
    ) -> Entry:
        """Correct an entry; what it said before stays in its history. Raises `NotFound`, `EntryRefused`, `NotSaved`."""
        with self._guard:
            self.vault.touch()
            return self.record.amend(
                entry_id, payload, at=self.now(), reason=reason, about_when=about, reported_by=reported_by
            )

    def strike(self, entry_id: str, reason: str = "", reported_by: str = SELF) -> Entry:
        """Take an entry back; it stays in its history. Raises `NotFound`, `EntryRefused`, `NotSaved`."""
        with self._guard:
            self.vault.touch()
            return self.record.strike(entry_id, reason, at=self.now(), reported_by=reported_by)

    def choose(self, terms: Iterable[str], own: Iterable[str] = (), rhythm: Rhythm | None = None) -> Entry:
        """Keep which symptoms the person writes down, in this order. Raises `EntryRefused`."""
        with self._guard:
            before = self.held().newest(DiaryChoice)
            kept = rhythm or (before.said.rhythm if before else Rhythm.WEEKLY)
            cleaned = tuple(" ".join(each.split()) for each in own if each.strip())
            choice = DiaryChoice(tuple(terms), cleaned, kept)
            if before:
                return before.entry if before.said == choice else self.amend(before.id, choice)
            return self.add(choice, about=When.on(self.today()))[0]

    def write_diary(
        self,
        answers: Mapping[str, DiaryAnswer],
        day: date | None = None,
        *,
        recall_days: int | None = None,
        reported_by: str = SELF,
        language: str = "en",
    ) -> Written:
        """Keep one page of the diary, all of it or none: by the key of each item what was said of it.

        An item without an answer and a note makes no entry. What was written for the same day before is corrected, not
        doubled; where answers and note were taken out, it is taken back. Returns the urgent signs that the answers and
        words call up, and what is severe. Raises `EntryRefused`, `NotFound` for a key that is no item, `NotSaved`.
        """
        from waymark.app.own_diary import write

        with self._guard:
            return write(self, answers, day or self.today(), recall_days, reported_by, language)

    def signs_now(self, text: str, language: str = "en") -> tuple[UrgentNotice, ...]:
        """Return the urgent signs that words call up: for notes, questions and whatever else a person writes."""
        return urgent_notices(text, language, self.numbers)

    def mark_usual(
        self,
        key: str,
        answers: Answers,
        *,
        at_diagnosis: bool = False,
        about: When | None = None,
        note: str = "",
        reported_by: str = SELF,
    ) -> Entry:
        """Keep how one symptom is usually (from today on), or how it was at diagnosis. A second word on how it was at
        diagnosis corrects the first; a new usual stands beside the earlier one. Raises `EntryRefused`, `NotFound`.
        """
        with self._guard:
            held, which = self.held(), Baseline.AT_DIAGNOSIS if at_diagnosis else Baseline.USUAL
            name = self._name(key)
            payload = BaselineMark(
                which,
                name.term,
                name.own_words,
                answers.frequency,
                answers.severity,
                answers.interference,
                note.strip(),
            )
            when = about or (UNKNOWN if at_diagnosis else When.on(self.today()))
            for item in reversed(held.of(BaselineMark)):
                same = item.said.baseline is which and item_key(item.said.term, item.said.own_words) == key
                if same and (at_diagnosis or item.when == when):
                    return self.amend(item.id, payload, about=when if when.known else None, reported_by=reported_by)
            return self.add(payload, about=when, reported_by=reported_by)[0]

    def _name(self, key: str) -> Name:
        for name in (*care_diary.chosen(self.held()), *care_diary.known(self.held())):
            if name.key == key:
                return name
        if key in SYMPTOMS:
            return Name(key, "")
        raise NotFound(message("There is no such symptom on your list."), message("Add it to your list first."))

    # The course of the disease

    def course(self, language: str = "en") -> Course:
        """Return the course of the disease as it is noted."""
        held, earlier = self.held(), {}
        for item in held.of(Diagnosis):
            if item.entry.amends:
                versions = (version.payload for version in self.record.history(item.id)[:-1])
                earlier[item.id] = tuple(one.stage_at_diagnosis for one in versions if isinstance(one, Diagnosis))
        return course_of(held, earlier, texts(language))

    def timeline(self, language: str = "en") -> tuple[Row, ...]:
        """Return the course in order, each line with both forms of its date."""
        return timeline(self.course(language), texts(language))

    def contradictions(self, language: str = "en") -> tuple[Contradiction, ...]:
        """Return what in the course does not go together, as sentences with the fields they are about."""
        return contradictions(self.course(language), self.today(), texts(language))

    # The plan

    def plan(self, language: str = "en") -> Plan:
        """Return the follow-up plan: overdue, coming, without a date, over, repeating."""
        held, since = self.held(), {}
        for item in held.of(FollowUpItem):
            if item.said.interval and item.entry.amends:
                since[item.id] = _standing_since(self.record.history(item.id))
        return care_plan.plan(held, self.today(), texts(language), since)

    def plan_became(
        self,
        slot: str,
        progress: Progress,
        *,
        done_on: When = UNKNOWN,
        moved_to: When = UNKNOWN,
        at: str = "",
        result: str = "",
        said: str = "",
        said_by: str = "",
        note: str = "",
        reported_by: str = SELF,
    ) -> Entry:
        """Keep what became of one time of the plan (`care.plan.Time.slot`): done, moved, missed, cancelled, planned again.

        What is left empty stays as it was noted. Raises `NotFound` for a slot that the plan does not hold, `EntryRefused`.
        """
        with self._guard:
            time = self.plan().time(slot)
            if time is None:
                raise NotFound(message("The plan holds no such visit or test."), message("Choose one from the plan."))
            if progress is Progress.DONE and not done_on.known:
                done_on = time.when if time.when.last and time.when.last <= self.today() else When.on(self.today())
            payload = care_plan.with_progress(
                self.held(),
                time,
                progress,
                done_on=done_on,
                moved_to=moved_to,
                at=at,
                result=result,
                said=said,
                said_by=said_by,
                note=note,
            )
            if time.entry:
                return self.amend(time.entry, payload, about=payload.happened, reported_by=reported_by)
            return self.add(payload, reported_by=reported_by)[0]

    def calendar(self, language: str = "en", *, bland: bool = True) -> tuple[CalendarEvent, ...]:
        """Return the plan as events for a calendar file; titles are bland unless asked otherwise."""
        self.vault.touch()
        versions = self.record.entries(Kind.FOLLOW_UP, include_superseded=True)
        return events(versions, self.today(), texts(language), bland=bland)

    # Questions and the visit

    def questions(self, language: str = "en", visit: str | None = None) -> Questions:
        """Return the questions: open ones in their order, answered ones, and the guiding ones to pick from."""
        return care_questions.questions(self.held(), texts(language), visit)

    def pick_questions(
        self, guides: Iterable[str], language: str = "en", visit: str | None = None
    ) -> tuple[Entry, ...]:
        """Put guiding questions onto the list, behind those that are there; one that is there already stays. Raises
        `NotFound`.
        """
        with self._guard:
            there = {item.said.guide for item in self.held().of(Question)}
            place = len(self.questions().open)
            fresh = []
            for made in dict.fromkeys(guides):
                found = guide(made)
                if found is None:
                    raise NotFound(message("There is no such guiding question."), message("Choose one from the list."))
                if made not in there:
                    place += 1
                    fresh.append(care_questions.picked(found, texts(language), place, visit))
            return self.add(*fresh) if fresh else ()

    def ask(self, text: str, visit: str | None = None, reported_by: str = SELF) -> Entry:
        """Put the person's own question at the end of the list. Raises `EntryRefused`."""
        place = len(self.questions().open) + 1
        return self.add(Question(text.strip(), visit, place), reported_by=reported_by)[0]

    def order_questions(self, entries: Iterable[str]) -> None:
        """Put the open questions in the order of these ids, all or none; those not named come after."""
        with self._guard, self.vault.writing():
            for made, question in care_questions.in_order(self.held(), entries):
                self.amend(made, question)

    def answer(self, entry: str, answer: str, answered_by: str = "") -> Entry:
        """Keep what the person was told; an empty answer opens the question again. Raises `NotFound`, `EntryRefused`."""
        with self._guard:
            item = self.held().by_id(Question, entry)
            if item is None:
                raise NotFound(message("There is no such question."), message("Choose one from your list."))
            return self.amend(item.id, replace(item.said, answer=answer.strip(), answered_by=answered_by.strip()))

    def visit(self, language: str = "en", since: date | None = None) -> VisitSummary:
        """Return the visit summary as of today."""
        return summary(
            self.held(),
            self.today(),
            self.course(language),
            self.plan(language),
            self.questions(language),
            texts(language),
            since,
        )

    def packet(self, language: str = "en") -> Packet:
        """Return the second-opinion packet: what to gather, with what is here filled in."""
        return care_packet.packet(
            self.held(),
            self.today(),
            self.course(language),
            self.plan(language),
            self.questions(language),
            texts(language),
        )

    # People and things

    def team(self) -> Team:
        """Return who to call: at night, of the team, and family."""
        return care_team.team(self.held())

    def medicines(self, language: str = "en") -> tuple[Taken, ...]:
        """Return the medicines, those taken now first."""
        return care_team.medicines(self.held(), self.today(), texts(language))

    def allergies(self) -> tuple[KnownAllergy, ...]:
        return care_team.allergies(self.held())

    def about_person(self) -> AboutPerson:
        """Return what the record says of the person; every field may be empty."""
        return care_team.about(self.held())

    def tell_about_person(self, said: AboutPerson) -> Entry:
        """Keep who the record is about, in place of what was said before. Raises `EntryRefused`."""
        with self._guard:
            before = self.held().newest(AboutPerson)
            return self.amend(before.id, said) if before else self.add(said)[0]

    def card(self, language: str = "en") -> Card:
        """Return the emergency card."""
        number = self.numbers.said_in(language).emergency
        if self.numbers is INTERNATIONAL:
            number = texts(language).gettext("your local emergency number")
        return care_packet.card(self.held(), self.today(), self.course(language), number, texts(language))

    def at_hand(self, language: str = "en") -> tuple[AtHandList, ...]:
        """Return what the person wants at hand, by what it is for."""
        return care_team.at_hand(self.held(), texts(language))


def _standing_since(versions: tuple[Entry, ...]) -> date:
    """Return the day since which the interval of a repeating plan is as it is now."""
    newest = versions[-1]
    since = newest.recorded_at.date()
    for version in reversed(versions[:-1]):
        now, before = newest.payload, version.payload
        if not (isinstance(now, FollowUpItem) and isinstance(before, FollowUpItem) and now.interval == before.interval):
            break
        since = version.recorded_at.date()
    return since


__all__ = [
    "DiaryAnswer",
    "Kind",
    "OwnRecord",
    "SignNow",
    "Written",
    "chosen_record",
    "create",
    "item_key",
    "open_record",
    "open_with_recovery_key",
    "records",
]
