"""A record locks itself when it is left alone or asked to, and keeps backups that were tried."""

import os
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from waymark.app.own_record import OwnRecord
from waymark.record.backups import restore
from waymark.record.entries import Record, new_entry
from waymark.record.errors import ImportRefused, RecordDamaged, RecordLocked, WrongPassphrase
from waymark.record.idle import Watch
from waymark.record.keeping import MONTHS, NEWEST, keep_backup, kept_backups, no_longer_kept, renew_backups
from waymark.record.keys import KeyCost
from waymark.record.payloads import Note
from waymark.record.vault import Vault, ask_to_lock

CHEAP = KeyCost(memory_kib=8, passes=1)
PASSPHRASE = "seven grey herons wading"
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SOON = timedelta(milliseconds=10)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def made(folder: Path, clock: Clock | None = None) -> Vault:
    vault, _ = Vault.create(folder, PASSPHRASE, cost=CHEAP, clock=clock or Clock())
    Record(vault).append(new_entry(Note("walked to the lake"), at=NOW))
    return vault


# Locking by itself


def test_a_record_that_is_left_alone_locks_itself(tmp_path: Path) -> None:
    clock = Clock()
    vault = made(tmp_path / "record-1", clock)
    watch = Watch(vault, look_every=SOON)
    assert not watch.wait(0.2), "it locked although no time has passed"
    clock.now += vault.idle_after
    assert watch.wait(20)
    assert vault.locked
    Vault.open(tmp_path / "record-1", PASSPHRASE).lock()  # and lets others in


def test_using_it_keeps_it_open(tmp_path: Path) -> None:
    clock = Clock()
    record = OwnRecord(made(tmp_path / "record-1", clock), today=lambda: NOW.date())
    watch = Watch(record.vault, look_every=SOON)
    for _ in range(3):
        clock.now += record.vault.idle_after - timedelta(seconds=1)
        record.diary()
    assert not watch.wait(0.2)
    record.lock()
    assert watch.wait(20)


def test_another_window_can_ask_it_to_lock(tmp_path: Path) -> None:
    vault = made(tmp_path / "record-1")
    watch = Watch(vault, look_every=SOON)
    assert ask_to_lock(tmp_path / "record-1") is True
    assert watch.wait(20) and vault.locked
    assert ask_to_lock(tmp_path / "record-1") is False
    with Vault.open(tmp_path / "record-1", PASSPHRASE) as again:  # an old request does not lock it again
        assert not again.lock_if_asked()
        assert sorted(path.name for path in (tmp_path / "record-1").iterdir()) == [
            *("keys.json", "lock", "record.db", "record.db-wal")
        ]


def test_what_was_read_is_forgotten_when_it_locks_by_whatever_hand(tmp_path: Path) -> None:
    clock = Clock()
    record = OwnRecord(made(tmp_path / "record-1", clock), today=lambda: NOW.date())
    assert record.held().of(Note)
    clock.now += record.vault.idle_after
    record.vault.lock_if_idle(clock.now)
    assert "walked" not in repr(vars(record)) and record._held is None
    for use in (record.diary, record.charts, record.course, record.plan, record.questions, record.visit, record.team):
        with pytest.raises(RecordLocked):
            use()


def test_locking_in_the_middle_of_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    record = OwnRecord(made(tmp_path / "record-1"), today=lambda: NOW.date())
    read = record.record.entries
    record.record.entries = lambda: (read(), record.vault.lock())[0]  # type: ignore[method-assign, assignment, misc]
    with pytest.raises(RecordLocked):
        record.held()
    assert record._held is None


def test_many_threads_use_one_record(tmp_path: Path) -> None:
    record = OwnRecord(made(tmp_path / "record-1"), today=lambda: NOW.date())
    failed: list[BaseException] = []

    def use(number: int) -> None:
        try:
            for turn in range(10):
                record.add(Note(f"{number} {turn}"))
                record.diary()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(record.held().of(Note)) == 61
    assert record.vault.verify() == []


# Backups


def test_a_day_has_one_backup_that_was_tried_and_opens(tmp_path: Path) -> None:
    vault = made(tmp_path / "record-1")
    made_one = keep_backup(vault, date(2026, 3, 2))
    assert made_one is not None
    assert keep_backup(vault, date(2026, 3, 2)) is None
    tried = vault.try_backup(made_one)
    assert (tried.entries, tried.findings) == (1, ())
    assert not [path for path in (tmp_path / "record-1").iterdir() if path.name.startswith(".")]
    vault.lock()
    restore(made_one, tmp_path / "restored")
    with Vault.open(tmp_path / "restored", PASSPHRASE) as again:
        assert [entry.payload.text for entry in Record(again).entries() if isinstance(entry.payload, Note)] == [
            "walked to the lake"
        ]


def test_trying_finds_what_is_wrong_with_a_backup(tmp_path: Path) -> None:
    vault = made(tmp_path / "record-1")
    good = keep_backup(vault, date(2026, 3, 2))
    assert good is not None
    content = bytearray(good.read_bytes())
    at = content.index(b"record.db") + 4000
    for place in range(at, at + 64):
        content[place] ^= 0xFF
    broken = tmp_path / "broken"
    broken.write_bytes(content)
    try:
        assert vault.try_backup(broken).findings
    except ImportRefused:  # the zip's own checksum may notice first
        pass
    cut = tmp_path / "cut"
    cut.write_bytes(good.read_bytes()[:3000])
    with pytest.raises(ImportRefused):
        vault.try_backup(cut)
    other = made(tmp_path / "record-2")
    with pytest.raises(ImportRefused, match="another record"):
        other.try_backup(good)


def test_a_backup_that_cannot_be_read_again_does_not_push_out_the_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waymark.record import backups

    vault = made(tmp_path / "record-1")
    first = keep_backup(vault, date(2026, 3, 1))
    monkeypatch.setattr(backups.chain, "findings", lambda connection: ["Entry 1 is not as it was written."])
    with pytest.raises(RecordDamaged, match="cannot be read again"):
        keep_backup(vault, date(2026, 3, 2))
    assert kept_backups(vault.place) == (first,)


def test_the_newest_stay_and_one_of_each_month_before() -> None:
    days = [date(2025, 9, 1) + timedelta(days=number) for number in range(200)]
    there = [Path(f"{day}.waymark-backup") for day in days]
    gone = set(no_longer_kept(tuple(there)))
    kept = [path.name[:10] for path in there if path not in gone]
    assert kept[-NEWEST:] == [str(day) for day in days[-NEWEST:]]
    assert kept[:-NEWEST] == ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-14"]
    assert len(kept) == NEWEST + MONTHS
    assert no_longer_kept((Path("mine.waymark-backup"),)) == ()  # what a person put there is left alone


def test_days_go_by_and_the_folder_does_not_grow(tmp_path: Path) -> None:
    vault = made(tmp_path / "record-1")
    for number in range(40):
        keep_backup(vault, date(2026, 3, 2) + timedelta(days=number))
    assert len(kept_backups(vault.place)) <= NEWEST + MONTHS
    with vault.reading() as connection:
        [(remembered,)] = connection.execute("SELECT count(*) FROM made")
    assert remembered == len(kept_backups(vault.place))


def test_after_a_new_passphrase_no_kept_backup_opens_with_the_old_one(tmp_path: Path) -> None:
    record = OwnRecord(made(tmp_path / "record-1"), today=lambda: date(2026, 3, 4))
    for day in (1, 2):
        keep_backup(record.vault, date(2026, 3, day))
    record.change_passphrase("another seven herons", PASSPHRASE)
    record.lock()
    [left] = kept_backups(record.vault.place)
    restore(left, tmp_path / "restored")
    with pytest.raises(WrongPassphrase):
        Vault.open(tmp_path / "restored", PASSPHRASE, sleep=lambda _: None)
    Vault.open(tmp_path / "restored", "another seven herons", sleep=lambda _: None).lock()


@pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX has them")
def test_backups_are_for_their_owner_alone(tmp_path: Path) -> None:
    vault = made(tmp_path / "record-1")
    path = keep_backup(vault, date(2026, 3, 2))
    assert path is not None
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0


def test_erasing_removes_the_kept_backups_too(tmp_path: Path) -> None:
    vault = made(tmp_path / "record-1")
    keep_backup(vault, date(2026, 3, 1))
    renew_backups(vault, date(2026, 3, 2))
    vault.erase()
    assert list(tmp_path.iterdir()) == []
