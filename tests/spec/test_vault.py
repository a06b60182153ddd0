"""The vault: one encrypted file for one person's record, opened by a passphrase or by the printed recovery key."""

import json
import os
import random
import stat
import subprocess
import sys
import textwrap
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from waymark.errors import NotFound, UsageError, WaymarkError
from waymark.record import errors as record_errors
from waymark.record.backups import restore
from waymark.record.entries import Record, new_entry
from waymark.record.errors import (
    ImportRefused,
    NotSaved,
    RecordBusy,
    RecordDamaged,
    RecordExists,
    RecordLocked,
    RecordTooNew,
    WeakPassphrase,
    WrongPassphrase,
    WrongRecoveryKey,
)
from waymark.record.keys import FORGETTING, Header, KeyCost, RecoveryKey
from waymark.record.payloads import Note
from waymark.record.place import Place, new_place, records_in
from waymark.record.vault import Vault, erase_record

CHEAP = KeyCost(memory_kib=8, passes=1)
PASSPHRASE = "seven grey herons wading"
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
POSIX = pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX has them")


class Slept:
    """Stands for time.sleep: remembers how long, and does not wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def made(folder: Path, name: str = "Mine") -> tuple[Vault, RecoveryKey]:
    return Vault.create(folder, PASSPHRASE, name, cost=CHEAP)


def written(vault: Vault, text: str) -> str:
    [entry] = Record(vault).append(new_entry(Note(text), at=NOW))
    return entry.id


def notes(vault: Vault) -> list[str]:
    return [entry.payload.text for entry in Record(vault).entries() if isinstance(entry.payload, Note)]


def test_what_was_written_is_there_when_the_record_is_opened_again(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    written(vault, "slept badly")
    vault.lock()
    with Vault.open(tmp_path / "record-1", PASSPHRASE) as again:
        assert notes(again) == ["slept badly"]
        assert again.verify() == []


def test_a_record_is_made_with_argon2id_of_64_mebibytes_and_three_passes(tmp_path: Path) -> None:
    vault, _ = Vault.create(tmp_path / "record-1", PASSPHRASE)
    vault.lock()
    slots = json.loads(Place(tmp_path / "record-1").keys.read_text())["slots"]
    for slot in (slots["passphrase"], slots["recovery"]):
        assert slot["kdf"] == "argon2id"
        assert slot["memory_kib"] >= 64 * 1024 and slot["passes"] >= 3 and slot["lanes"] == 1
    assert slots["passphrase"]["salt"] != slots["recovery"]["salt"]


def test_two_records_with_one_passphrase_share_no_bytes_of_their_keys(tmp_path: Path) -> None:
    headers = []
    for place in ("record-1", "record-2"):
        made(tmp_path / place)[0].lock()
        headers.append(Header.read(Place(tmp_path / place).keys.read_bytes()))
    one, other = (header.passphrase for header in headers)
    assert {one.salt, one.sealed, one.proof}.isdisjoint({other.salt, other.sealed, other.proof})


# The passphrase


@pytest.mark.parametrize("passphrase", ["", "short", "1234567", "   abc   "])
def test_a_passphrase_has_eight_characters_and_the_person_is_told_what_forgetting_means(
    tmp_path: Path, passphrase: str
) -> None:
    with pytest.raises(WeakPassphrase, match="8 characters") as refused:
        Vault.create(tmp_path / "record-1", passphrase, cost=CHEAP)
    assert FORGETTING in refused.value.next_step
    assert not (tmp_path / "record-1").exists()


def test_the_same_passphrase_from_another_keyboard_opens_the_record(tmp_path: Path) -> None:
    vault, _ = Vault.create(tmp_path / "record-1", "caf\u00e9 au lait", cost=CHEAP)
    vault.lock()
    Vault.open(tmp_path / "record-1", "cafe\u0301\u00a0au lait").lock()


def test_a_wrong_passphrase_says_so_and_each_try_waits_longer_also_after_a_restart(tmp_path: Path) -> None:
    """The count lies in a small plain file, so a new process waits as long as this one would."""
    made(tmp_path / "record-1")[0].lock()
    slept = Slept()
    for _ in range(8):
        with pytest.raises(WrongPassphrase, match="not the passphrase"):
            Vault.open(tmp_path / "record-1", "not the passphrase at all", sleep=slept)
    assert slept.seconds == [1, 2, 4, 8, 16, 30, 30]
    kept = Place(tmp_path / "record-1").tries.read_text()
    assert json.loads(kept) == {"failed": 8}

    script = """
        import sys
        from pathlib import Path
        from waymark.record.vault import Vault
        Vault.open(Path(sys.argv[1]), sys.argv[2], sleep=lambda seconds: print(seconds)).lock()
    """
    again = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "record-1"), PASSPHRASE],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert again.stdout.split() == ["30"]
    Vault.open(tmp_path / "record-1", PASSPHRASE, sleep=slept).lock()
    assert slept.seconds[7:] == []  # the right one put the count back


def test_a_try_counts_before_it_is_made_so_that_stopping_the_program_does_not_help(tmp_path: Path) -> None:
    made(tmp_path / "record-1")[0].lock()

    def stopped(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(WrongPassphrase):
        Vault.open(tmp_path / "record-1", "not the passphrase", sleep=stopped)
    with pytest.raises(KeyboardInterrupt):
        Vault.open(tmp_path / "record-1", "not the passphrase", sleep=stopped)
    slept = Slept()
    Vault.open(tmp_path / "record-1", PASSPHRASE, sleep=slept).lock()
    assert slept.seconds == [1]


def test_changing_the_passphrase_asks_for_the_current_one_and_puts_the_new_in_its_place(tmp_path: Path) -> None:
    vault, recovery = made(tmp_path / "record-1")
    written(vault, "first")
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase("eight brown owls asleep", "a guess at it")
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase("eight brown owls asleep")
    with pytest.raises(WeakPassphrase):
        vault.change_passphrase("owl", PASSPHRASE)
    vault.change_passphrase("eight brown owls asleep", PASSPHRASE)
    vault.lock()
    with pytest.raises(WrongPassphrase):
        Vault.open(tmp_path / "record-1", PASSPHRASE)
    with Vault.open(tmp_path / "record-1", "eight brown owls asleep", sleep=Slept()) as opened:
        assert notes(opened) == ["first"]
    Vault.open_with_recovery_key(tmp_path / "record-1", recovery).lock()


# The recovery key


def test_the_recovery_key_opens_the_record_however_it_is_typed_and_gives_a_new_passphrase(tmp_path: Path) -> None:
    vault, recovery = made(tmp_path / "record-1")
    written(vault, "first")
    vault.lock()
    typed = recovery.printed.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    with Vault.open_with_recovery_key(tmp_path / "record-1", f" {typed}\n") as opened:
        assert opened.opened_with_recovery_key and notes(opened) == ["first"]
        opened.change_passphrase("eight brown owls asleep")
    Vault.open(tmp_path / "record-1", "eight brown owls asleep").lock()


def test_a_mistyped_recovery_key_names_the_group_and_costs_no_try(tmp_path: Path) -> None:
    vault, recovery = made(tmp_path / "record-1")
    vault.lock()
    groups = recovery.printed.split("-")
    groups[2] = ("7" if groups[2][0] != "7" else "8") + groups[2][1:]
    with pytest.raises(WrongRecoveryKey, match="group 3 is mistyped"):
        Vault.open_with_recovery_key(tmp_path / "record-1", "-".join(groups))
    with pytest.raises(WrongRecoveryKey, match="35 letters and digits; this has 30"):
        Vault.open_with_recovery_key(tmp_path / "record-1", "-".join(groups[1:]))
    assert not Place(tmp_path / "record-1").tries.exists()


def test_the_recovery_key_of_another_record_opens_nothing_and_counts_as_a_try(tmp_path: Path) -> None:
    made(tmp_path / "record-1")[0].lock()
    with pytest.raises(WrongRecoveryKey, match="another record"):
        Vault.open_with_recovery_key(tmp_path / "record-1", RecoveryKey.make())
    assert json.loads(Place(tmp_path / "record-1").tries.read_text()) == {"failed": 1}


def test_a_new_recovery_key_takes_the_place_of_the_lost_one(tmp_path: Path) -> None:
    vault, lost = made(tmp_path / "record-1")
    fresh = vault.new_recovery_key()
    vault.lock()
    with pytest.raises(WrongRecoveryKey):
        Vault.open_with_recovery_key(tmp_path / "record-1", lost)
    Vault.open_with_recovery_key(tmp_path / "record-1", fresh, sleep=Slept()).lock()


# Locking


def test_a_locked_vault_gives_nothing_and_says_how_to_open_it(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    entry = written(vault, "first")
    record = Record(vault)
    vault.lock()
    vault.lock()
    for attempt in (
        record.entries,
        lambda: record.append(new_entry(Note("more"), at=NOW)),
        lambda: record.history(entry),
        vault.verify,
        vault.erase,
        vault.touch,
        lambda: vault.backup(tmp_path / "backup"),
        lambda: vault.change_passphrase("eight brown owls asleep", PASSPHRASE),
        vault.new_recovery_key,
    ):
        with pytest.raises(RecordLocked, match="Type your passphrase"):
            attempt()
    assert not (tmp_path / "backup").exists()


def test_a_vault_left_alone_locks_and_a_touch_keeps_it_open(tmp_path: Path) -> None:
    times = [NOW]
    vault, _ = Vault.create(
        tmp_path / "record-1", PASSPHRASE, cost=CHEAP, clock=lambda: times[-1], idle_after=timedelta(minutes=10)
    )
    assert not vault.lock_if_idle(NOW + timedelta(minutes=9, seconds=59))
    times.append(NOW + timedelta(minutes=9))
    vault.touch()
    assert not vault.lock_if_idle(NOW + timedelta(minutes=18))
    assert vault.lock_if_idle(NOW + timedelta(minutes=19))
    assert vault.locked


def test_a_clock_that_was_set_back_does_not_keep_the_vault_open(tmp_path: Path) -> None:
    vault, _ = Vault.create(tmp_path / "record-1", PASSPHRASE, cost=CHEAP, clock=lambda: NOW)
    assert not vault.lock_if_idle(NOW - timedelta(days=1))
    assert vault.lock_if_idle(NOW - timedelta(days=1) + timedelta(minutes=10))


def test_the_idle_lock_waits_for_a_write_that_is_under_way(tmp_path: Path) -> None:
    """Locking in the middle of a transaction would lose it."""
    vault, _ = made(tmp_path / "record-1")
    inside, done = threading.Event(), []

    def locks() -> None:
        inside.wait(10)
        done.append(vault.lock_if_idle(datetime.now(UTC) + timedelta(hours=1)))

    other = threading.Thread(target=locks)
    other.start()
    with vault.writing() as connection:
        inside.set()
        other.join(0.2)
        assert not vault.locked
        connection.execute("SELECT 1")
    other.join(10)
    assert done == [True] and vault.locked


def test_two_processes_on_one_record_the_second_is_told(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    script = """
        import sys
        from pathlib import Path
        from waymark.record.errors import RecordBusy
        from waymark.record.vault import Vault, erase_record
        for attempt in (lambda: Vault.open(Path(sys.argv[1]), sys.argv[2]), lambda: erase_record(Path(sys.argv[1]))):
            try:
                attempt()
            except RecordBusy as busy:
                print(busy)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "record-1"), PASSPHRASE]
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert second.stdout.count("open in another window or program") == 2
    with pytest.raises(RecordBusy):
        Vault.open(tmp_path / "record-1", PASSPHRASE)
    written(vault, "still mine")
    vault.lock()
    Vault.open(tmp_path / "record-1", PASSPHRASE).lock()


# On the disk


@POSIX
def test_only_the_owner_may_read_anything(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        vault, _ = made(tmp_path / "records" / "record-1")
        written(vault, "first")
        with pytest.raises(WrongPassphrase):
            vault.change_passphrase("eight brown owls asleep", "wrong")
        vault.backup(tmp_path / "backup")
        places = [tmp_path / "records", tmp_path / "backup", *(tmp_path / "records").rglob("*")]
        assert {path.name for path in places} >= {"record.db", "record.db-wal", "keys.json", "lock"}
        for path in places:
            wanted = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == wanted, path
        assert vault.verify() == []
        Place(tmp_path / "records" / "record-1").keys.chmod(0o644)
        assert vault.verify() == ["Other users of this computer may read the file keys.json of this record."]
    finally:
        os.umask(before)


def test_nothing_can_be_read_in_the_files_and_the_log_beside_the_database_is_encrypted_too(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    for number in range(200):
        written(vault, f"ependymoma ependymoma {number}")
    place = Place(tmp_path / "record-1")
    log = place.database.with_name("record.db-wal")
    assert log.stat().st_size > 100_000
    for path in place.folder.iterdir():
        content = path.read_bytes()
        for plain in (b"ependymoma", b"CREATE TABLE", b"SQLite format 3", b"entries"):
            assert plain not in content, path
    assert not place.database.with_name("record.db-shm").exists()
    with (
        vault.reading() as connection
    ):  # what is sorted or set aside never reaches the disk, what is deleted is overwritten
        held = {
            name: connection.pragma(name)
            for name in ("cipher", "temp_store", "secure_delete", "journal_mode", "synchronous")
        }
    assert held == {"cipher": "chacha20", "temp_store": 2, "secure_delete": 1, "journal_mode": "wal", "synchronous": 2}


def test_several_records_show_only_the_names_that_were_chosen(tmp_path: Path) -> None:
    for name in ("Papers of B.", "", "  garden   book "):
        made(new_place(tmp_path), name)[0].lock()
    (tmp_path / "record-4").mkdir()
    (tmp_path / "record-4" / "keys.json").write_text("{")
    (tmp_path / "something else").mkdir()
    assert [record.name for record in records_in(tmp_path)] == [
        "garden book", "Papers of B.", "Record", "Record (record-4)",
    ]  # fmt: skip
    assert records_in(tmp_path / "nowhere") == []
    with pytest.raises(UsageError, match="60 plain characters"):
        made(new_place(tmp_path), "x" * 61)
    with pytest.raises(RecordExists):
        made(tmp_path / "record-1")


def test_renaming_changes_the_name_alone(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    vault.rename("Garden book")
    vault.lock()
    assert records_in(tmp_path)[0].name == "Garden book"
    Vault.open(tmp_path / "record-1", PASSPHRASE).lock()


# Broken is not empty


def test_no_record_is_not_an_empty_record(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Vault.open(tmp_path / "record-1", PASSPHRASE)
    assert not (tmp_path / "record-1").exists()
    with pytest.raises(NotFound):
        erase_record(tmp_path)


@pytest.mark.parametrize("how", ["gone", "empty", "plain", "cut", "another record's"])
def test_a_database_that_is_not_the_records_own_is_damage_and_never_an_empty_record(tmp_path: Path, how: str) -> None:
    vault, _ = made(tmp_path / "record-1")
    for _ in range(50):
        written(vault, "x" * 500)
    vault.lock()
    database = Place(tmp_path / "record-1").database
    if how == "gone":
        database.unlink()
    elif how == "empty":
        database.write_bytes(b"")
    elif how == "plain":
        database.write_bytes(b"SQLite format 3\0" + bytes(4080))
    elif how == "cut":
        database.write_bytes(database.read_bytes()[:-8192])
    else:
        made(tmp_path / "record-2")[0].lock()
        database.write_bytes(Place(tmp_path / "record-2").database.read_bytes())
    with pytest.raises(RecordDamaged, match="backup"):
        opened = Vault.open(tmp_path / "record-1", PASSPHRASE)
        try:
            Record(opened).entries()
        finally:
            opened.lock()
    assert database.exists() == (how != "gone")


def test_every_byte_of_the_database_that_matters_is_checked(tmp_path: Path) -> None:
    """Bits are flipped all over the file; each is noticed by `verify`, by opening or by reading, or changed no entry."""
    vault, _ = made(tmp_path / "record-1")
    texts = [f"line {number} " + "y" * 300 for number in range(40)]
    Record(vault).append(*(new_entry(Note(text), at=NOW) for text in texts))
    vault.lock()
    database = Place(tmp_path / "record-1").database
    whole, rng, noticed = database.read_bytes(), random.Random(5), 0
    for _ in range(40):
        at = rng.randrange(len(whole))
        database.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :])
        try:
            with Vault.open(tmp_path / "record-1", PASSPHRASE) as opened:
                if opened.verify():
                    noticed += 1
                else:
                    assert notes(opened) == texts
        except RecordDamaged:
            noticed += 1
        database.write_bytes(whole)
    assert noticed >= 38


def test_damage_under_an_open_vault_is_found_by_verify(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    Record(vault).append(*(new_entry(Note("z" * 400), at=NOW) for _ in range(100)))
    assert vault.verify() == []
    place = Place(tmp_path / "record-1")
    with place.database.open("r+b") as file:
        file.seek(place.database.stat().st_size // 2)
        file.write(b"\0" * 64)
    assert any("damaged" in finding for finding in vault.verify())
    vault.lock()


def test_damaged_keys_are_told_from_a_wrong_passphrase(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    keys = Place(tmp_path / "record-1").keys
    whole = keys.read_bytes()
    digit = whole.index(b'"proof": "') + 12
    keys.write_bytes(whole[:digit] + (b"A" if whole[digit : digit + 1] != b"A" else b"B") + whole[digit + 1 :])
    assert vault.verify() == [
        "The file with the keys of this record is damaged. Make a backup while the record is open."
    ]
    vault.backup(tmp_path / "backup")
    vault.lock()
    with pytest.raises(RecordDamaged, match="keys"):
        Vault.open(tmp_path / "record-1", PASSPHRASE)
    assert not Place(tmp_path / "record-1").tries.exists()
    keys.unlink()
    with pytest.raises(RecordDamaged, match="gone"):
        Vault.open(tmp_path / "record-1", PASSPHRASE)
    restore(tmp_path / "backup", tmp_path / "record-2")  # made with the keys that were in memory
    Vault.open(tmp_path / "record-2", PASSPHRASE).lock()


def test_a_header_may_not_ask_for_all_the_memory_of_the_machine(tmp_path: Path) -> None:
    made(tmp_path / "record-1")[0].lock()
    keys = Place(tmp_path / "record-1").keys
    header = Header.read(keys.read_bytes())
    greedy = header.written().replace(b'"memory_kib": 8', b'"memory_kib": 1000000000')
    with pytest.raises(RecordDamaged):
        Header.read(greedy)


def test_a_record_of_a_newer_waymark_says_so(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    keys = Place(tmp_path / "record-1").keys
    older = keys.read_bytes()
    keys.write_bytes(older.replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(RecordTooNew, match="newer"):
        Header.read(keys.read_bytes())
    keys.write_bytes(older)
    with vault.writing() as connection:
        connection.execute("PRAGMA user_version = 2")
    vault.lock()
    with pytest.raises(RecordTooNew, match="newer"):
        Vault.open(tmp_path / "record-1", PASSPHRASE)


# Backups


def test_a_backup_holds_the_record_as_it_was_and_opens_with_the_passphrase(tmp_path: Path) -> None:
    vault, recovery = made(tmp_path / "record-1")
    written(vault, "before")
    vault.backup(tmp_path / "backup")
    written(vault, "after")
    with zipfile.ZipFile(tmp_path / "backup") as archive:
        assert sorted(archive.namelist()) == ["keys.json", "record.db"]
    assert b"before" not in (tmp_path / "backup").read_bytes()
    restored = restore(tmp_path / "backup", tmp_path / "record-2")
    assert restored.name == "Mine"
    with Vault.open(tmp_path / "record-2", PASSPHRASE) as opened:
        assert notes(opened) == ["before"] and opened.verify() == []
    Vault.open_with_recovery_key(tmp_path / "record-2", recovery).lock()
    assert notes(vault) == ["before", "after"]
    assert {path.name for path in (tmp_path / "record-1").iterdir()} <= {
        "keys.json",
        "record.db",
        "record.db-wal",
        "lock",
    }


def test_a_backup_never_writes_over_a_file_and_a_missing_folder_is_said(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    (tmp_path / "thesis.odt").write_text("years of work")
    with pytest.raises(UsageError, match="another name"):
        vault.backup(tmp_path / "thesis.odt")
    with pytest.raises(NotSaved) as refused:
        vault.backup(tmp_path / "unplugged" / "backup")
    assert "unplugged" not in str(refused.value)
    assert (tmp_path / "thesis.odt").read_text() == "years of work"
    assert not list(tmp_path.rglob("*.part"))


def test_only_a_whole_backup_is_restored_and_only_into_a_free_place(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "record-1")
    vault.backup(tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    (tmp_path / "flipped").write_bytes(flipped)
    for broken in ("cut", "flipped"):
        with pytest.raises(ImportRefused):
            restore(tmp_path / broken, tmp_path / "record-2")
    with pytest.raises(NotFound):
        restore(tmp_path / "nothing", tmp_path / "record-2")
    assert not (tmp_path / "record-2").exists()
    with pytest.raises(RecordExists):
        restore(tmp_path / "backup", tmp_path / "record-1")


# Erasing


def test_erasing_removes_the_record_and_its_backups_and_leaves_what_is_not_its_own(tmp_path: Path) -> None:
    vault, _ = made(tmp_path / "records" / "record-1")
    written(vault, "first")
    for name in ("kept", "moved", "replaced"):
        vault.backup(tmp_path / name)
    (tmp_path / "moved").rename(tmp_path / "elsewhere")
    (tmp_path / "replaced").write_text("something of the person's that has this name now")
    other, _ = made(tmp_path / "records" / "record-2")
    other.lock()
    erased = vault.erase()
    assert vault.locked
    assert tmp_path / "kept" in erased.removed and not (tmp_path / "kept").exists()
    assert erased.left == (tmp_path / "replaced",) and (tmp_path / "replaced").exists()
    assert not (tmp_path / "records" / "record-1").exists()
    assert [record.folder.name for record in records_in(tmp_path / "records")] == ["record-2"]


def test_what_is_erased_is_overwritten_before_its_name_goes(tmp_path: Path) -> None:
    """A second name for the same file shows what is left in it."""
    vault, _ = made(tmp_path / "record-1")
    place = Place(tmp_path / "record-1")
    for path in (place.keys, place.database):
        os.link(path, tmp_path / f"also {path.name}")
    vault.lock()
    before = {path: path.read_bytes() for path in (place.keys, place.database)}
    Vault.open(tmp_path / "record-1", PASSPHRASE).erase()
    for path, held in before.items():
        left = (tmp_path / f"also {path.name}").read_bytes()
        assert len(left) == len(held) and not path.exists()
        same = sum(one == other for one, other in zip(left, held, strict=True))
        assert same < len(held) / 20  # noise agrees in one byte of 256


def test_a_record_whose_passphrase_is_lost_can_still_be_erased(tmp_path: Path) -> None:
    made(tmp_path / "record-1")[0].lock()
    (tmp_path / "record-1" / "letter.txt").write_text("not the record's")
    erased = erase_record(tmp_path / "record-1")
    assert [path.name for path in erased.left] == ["letter.txt"]
    assert [path.name for path in (tmp_path / "record-1").iterdir()] == ["letter.txt"]
    assert records_in(tmp_path) == []


def test_what_an_interrupted_step_left_is_cleared_away(tmp_path: Path) -> None:
    made(tmp_path / "record-1")[0].lock()
    (tmp_path / "record-1" / ".abc.part").write_bytes(b"half a header")
    Vault.open(tmp_path / "record-1", PASSPHRASE).lock()
    assert not (tmp_path / "record-1" / ".abc.part").exists()
    made(tmp_path / ".def.part")[0].lock()  # the making of a record that was cut short, two hours ago
    made(tmp_path / ".new.part")[0].lock()  # and one that may be under way
    old = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(tmp_path / ".def.part", (old, old))
    made(tmp_path / "record-2")[0].lock()
    assert not (tmp_path / ".def.part").exists() and (tmp_path / ".new.part").exists()
    assert [record.folder.name for record in records_in(tmp_path)] == ["record-1", "record-2"]


# Nothing tells


def test_no_repr_and_no_error_holds_a_secret_a_name_or_a_path(tmp_path: Path) -> None:
    vault, recovery = made(tmp_path / "Grandmother", "Her name")
    header = vault._header
    said = [repr(vault), repr(recovery), repr(header.passphrase)]
    vault.lock()
    said.append(repr(vault))
    for attempt in (
        lambda: Vault.open(tmp_path / "Grandmother", "a wrong secret word"),
        lambda: Vault.open_with_recovery_key(tmp_path / "Grandmother", "A" * 35),
        lambda: Vault.create(tmp_path / "Grandmother", "another secret word"),
        lambda: Vault.create(tmp_path / "new", "secret"),
    ):
        with pytest.raises(WaymarkError) as raised:
            attempt()
        said += [str(raised.value), repr(raised.value)]
        assert raised.value.__suppress_context__ or raised.value.__context__ is None
    for text in said:
        for secret in (
            "secret",
            recovery.secret,
            recovery.printed[:5],
            "Grandmother",
            "Her name",
            "herons",
            str(tmp_path),
        ):
            assert secret not in text


def test_every_error_of_the_record_belongs_to_the_one_tree_and_says_what_to_do() -> None:
    kinds = [
        kind
        for kind in vars(record_errors).values()
        if isinstance(kind, type) and kind.__module__ == record_errors.__name__
    ]
    assert len(kinds) == 11
    assert all(issubclass(kind, WaymarkError) and kind.__doc__ for kind in kinds)
    assert all(f"{kind.__name__} " in (record_errors.__doc__ or "") for kind in kinds)
