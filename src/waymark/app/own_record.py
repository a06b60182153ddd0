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

from waymark.answering.urgent import EmergencyNumbers, UrgentNotice, notice_of, numbers_for, urgent_notices
from waymark.care import at_entry
from waymark.care import charts as care_charts
from waymark.care import diary as care_diary
from waymark.care.charts import Chart
from waymark.care.diary import Diary, DiaryWeek
from waymark.care.held import Held
from waymark.care.severity import Answers, Severe, severe_now
from waymark.care.symptoms import item_key, named
from waymark.errors import NotFound, UsageError
from waymark.languages.texts import texts
from waymark.record.dates import When
from waymark.record.entries import SELF, Entry, Record, new_entry
from waymark.record.keys import RecoveryKey
from waymark.record.payloads import DiaryChoice, Kind, Payload, Rhythm, SymptomEntry
from waymark.record.place import RecordName, new_place, records_in
from waymark.record.vault import IDLE, Clock, Erased, Vault, utc_now

Today = Callable[[], date]


def today_here() -> date:
    """Return the day on this machine's clock: what the person calls today."""
    return date.today()


def records_folder() -> Path:
    """Return the folder of this user's records (WAYMARK_RECORDS, else the platform's user data folder)."""
    import os

    from platformdirs import user_data_path

    given = os.environ.get("WAYMARK_RECORDS", "")
    return Path(given).expanduser() if given else user_data_path("waymark", appauthor=False) / "records"


def records(folder: Path) -> list[RecordName]:
    """Return the records kept in a folder, by the names that may be read without a passphrase."""
    return records_in(folder)


def chosen_record(folder: Path, name: str | None) -> RecordName:
    """Return the record of that name (or folder name); without one, the only record there is.

    Raises `NotFound` where there is none, `UsageError` where several fit.
    """
    there = records_in(folder)
    if not there:
        raise NotFound("There is no record on this machine yet.", "Begin one with: waymark record new")
    wanted = (name or "").strip().casefold()
    fitting = [one for one in there if wanted in ("", one.name.casefold(), one.folder.name.casefold())]
    if not fitting:
        raise NotFound("There is no record of that name.", f"There are: {', '.join(_unlike(there))}.")
    if len(fitting) > 1:
        raise UsageError("More than one record fits.", f"Say which: {', '.join(one.folder.name for one in fitting)}.")
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


class OwnRecord:
    """One open record. Safe to share between threads. ``country`` decides the emergency numbers."""

    def __init__(self, vault: Vault, country: str | None = None, today: Today = today_here) -> None:
        self.vault = vault
        self.record = Record(vault)
        self.country = country
        self._today = today
        self._guard = threading.RLock()
        self._held: Held | None = None

    # The vault

    @property
    def name(self) -> str:
        return self.vault.name

    @property
    def locked(self) -> bool:
        return self.vault.locked

    @property
    def numbers(self) -> EmergencyNumbers:
        return numbers_for(self.country)

    def today(self) -> date:
        return self._today()

    def now(self) -> datetime:
        return self.vault.now()

    def lock(self) -> None:
        """Close the record; locking twice does no harm."""
        with self._guard:
            self._held = None
            self.vault.lock()

    def erase(self) -> Erased:
        """Remove the record and its backups for good; exports stay and are named in what was left."""
        with self._guard:
            self._held = None
            return self.vault.erase()

    def __enter__(self) -> "OwnRecord":
        return self

    def __exit__(self, *_: object) -> None:
        self.lock()

    # Reading

    def held(self) -> Held:
        """Return the current entries, read once until something is written. Raises `RecordLocked`."""
        with self._guard:
            self.vault.touch()
            if self._held is None:
                self._held = Held(self.record.entries())
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
        raise NotFound("There is no such symptom in this record.", "Choose one from your list.")

    def diary(self, day: date | None = None, language: str = "en", recall_days: int | None = None) -> Diary:
        """Return the diary's page for a day (today where None)."""
        return care_diary.diary(self.held(), day or self.today(), texts(language), recall_days)

    def weeks(self, count: int = 26, language: str = "en") -> tuple[DiaryWeek, ...]:
        """Return the calendar of the last weeks, the oldest first."""
        return care_diary.weeks(self.held(), self.today(), count)

    def charts(self, language: str = "en") -> tuple[Chart, ...]:
        """Return the chart of every symptom, those with something to tell first."""
        return care_charts.charts(self.held(), self.today(), texts(language))

    def chart(self, key: str, language: str = "en") -> Chart:
        """Return the chart of one symptom. Raises `NotFound`."""
        for chart in self.charts(language):
            if chart.key == key:
                return chart
        raise NotFound("Nothing is written down about this symptom yet.", "Write it into your diary first.")

    def history(self, entry_id: str) -> tuple[Entry, ...]:
        """Return all versions of an entry from the first on. Raises `NotFound`."""
        return self.record.history(entry_id)

    # Writing

    def add(self, *payloads: Payload, about: When | None = None, reported_by: str = SELF) -> tuple[Entry, ...]:
        """Keep new entries, all or none. Without ``about`` each takes its own date. Raises `EntryRefused`, `NotSaved`."""
        with self._guard:
            self.vault.touch()
            fresh = [new_entry(each, at=self.now(), about_when=about, reported_by=reported_by) for each in payloads]
            self._held = None
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
            self._held = None
            return self.record.amend(
                entry_id, payload, at=self.now(), reason=reason, about_when=about, reported_by=reported_by
            )

    def strike(self, entry_id: str, reason: str = "", reported_by: str = SELF) -> Entry:
        """Take an entry back; it stays in its history. Raises `NotFound`, `EntryRefused`, `NotSaved`."""
        with self._guard:
            self.vault.touch()
            self._held = None
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
        doubled. Returns the urgent signs that the answers and words call up, and what is severe. Raises `EntryRefused`,
        `NotFound` for a key that is no item, `NotSaved`.
        """
        with self._guard:
            words, day = texts(language), day or self.today()
            page = self.diary(day, language, recall_days)
            items = {item.key: item for item in page.items}
            offered = {offer.key: offer for offer in page.offers}
            known = {name.key: name for name in care_diary.known(self.held())}
            kept: list[Entry] = []
            with self.vault.writing():
                for key, said in answers.items():
                    name = items.get(key) or known.get(key) or offered.get(key)
                    if name is None:
                        raise NotFound("There is no such symptom on your list.", "Add it to your list first.")
                    own_words = "" if isinstance(name, care_diary.Offer) else name.own_words
                    payload = SymptomEntry(
                        name.term,
                        own_words,
                        said.answers.frequency,
                        said.answers.severity,
                        said.answers.interference,
                        page.recall_days,
                        said.note.strip(),
                    )
                    before = items[key].entry if key in items else None
                    if before is None:
                        if said.answers != Answers() or payload.note:
                            kept += self.add(payload, about=When.on(day), reported_by=reported_by)
                    elif said.answers == Answers() and not payload.note:
                        kept.append(self.strike(before, reported_by=reported_by))
                    elif (items[key].written, items[key].note) != (said.answers, payload.note):
                        kept.append(self.amend(before, payload, reported_by=reported_by))
            self._held = None
            said_now = [entry for entry in kept if isinstance(entry.payload, SymptomEntry)]
            return Written(
                tuple(kept),
                self._signs(said_now, day, language),
                tuple(
                    severe
                    for entry in said_now
                    if isinstance(entry.payload, SymptomEntry)
                    and (
                        severe := severe_now(
                            named(entry.payload.term, entry.payload.own_words, words),
                            [(day, care_diary.answers_of(entry.payload))],
                            day,
                            words,
                        )
                    )
                ),
            )

    def _signs(self, entries: Iterable[Entry], day: date, language: str) -> tuple[SignNow, ...]:
        words, treated = texts(language), at_entry.on_treatment(self.held(), day)
        found: dict[str, SignNow] = {}
        for entry in entries:
            said = entry.payload
            assert isinstance(said, SymptomEntry)
            name = named(said.term, said.own_words, words)
            spoken = " ".join(filter(None, (said.own_words, said.note)))
            if said.own_words and not said.note and care_diary.answers_of(said) in (Answers(), Answers(0, 0, 0)):
                spoken = ""  # an item that was named once and is not there now
            for notice in urgent_notices(spoken, language, self.numbers):
                found[notice.sign] = SignNow(replace(notice, matched=()), "", name)
            for sign in at_entry.signs_of(said.term, care_diary.answers_of(said), treated):
                found.setdefault(
                    sign, SignNow(notice_of(sign, language, self.numbers), words.gettext(at_entry.IF_NEW), name)
                )
        pressing = {"emergency": 0, "crisis": 0, "same_day": 1}
        return tuple(sorted(found.values(), key=lambda one: pressing[one.notice.level]))


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
    "records_folder",
]
