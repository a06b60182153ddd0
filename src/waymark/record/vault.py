"""The vault: one record's encrypted file, opened by the person's passphrase, locked when it is left alone.

A record is a folder with a neutral name. In it lie ``record.db`` (encrypted whole), ``keys.json`` (the
header: the chosen name and the wrapped keys), ``tries.json`` (a count of failed tries, while there are any)
and ``lock``. Nothing here writes to a log, and no error or repr holds a passphrase, a key or a path.
"""

import hmac
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
from filelock import FileLock

from waymark.errors import NotFound, WaymarkError
from waymark.languages.texts import message
from waymark.record import backups, chain, database
from waymark.record.errors import (
    NotSaved,
    RecordBusy,
    RecordDamaged,
    RecordExists,
    RecordLocked,
    WrongPassphrase,
    WrongRecoveryKey,
)
from waymark.record.files import (
    PART,
    check_free,
    make_private_file,
    make_private_folder,
    part_of,
    remove_for_good,
    sync_folder,
    write_whole,
)
from waymark.record.keys import (
    Header,
    KeyCost,
    RecoveryKey,
    check_new_passphrase,
    passphrase_bytes,
    seal,
    unseal,
)
from waymark.record.place import Place, chosen_name
from waymark.record.tries import Tries

IDLE = timedelta(minutes=10)
_MAKING_TAKES = 3600  # seconds, at the very most
Clock = Callable[[], datetime]
Sleep = Callable[[float], None]


def utc_now() -> datetime:
    """Return the time: the clock of a vault that is given no other."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed, and what it left: exports and anything else that is not the record's own."""

    removed: tuple[Path, ...]
    left: tuple[Path, ...]


class Vault:
    """One record, open. Made by `create`, `open` or `open_with_recovery_key`; safe to share between threads.

    ``clock`` gives the time as an aware datetime. After ``idle_after`` without a `touch`, `lock_if_idle`
    locks.
    """

    def __init__(
        self,
        place: Place,
        header: Header,
        key: bytes,
        lock: FileLock,
        clock: Clock,
        idle_after: timedelta,
        recovered: bool,
    ) -> None:
        """Used by the class methods alone."""
        self._place, self._header, self._lock = place, header, lock
        self._clock, self._idle_after, self._recovered = clock, idle_after, recovered
        self._guard = threading.RLock()
        self._key = bytearray(key)
        self._connection: apsw.Connection | None = database.open_checked(place.database, key, header.record_id)
        self._touched = clock()
        self._written = 0
        self._when_locked: list[Callable[[], None]] = []
        for left in (place.please_lock, *place.unfinished()):
            left.unlink(missing_ok=True)

    # Opening

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        name: str = "",
        *,
        cost: KeyCost | None = None,
        clock: Clock = utc_now,
        idle_after: timedelta = IDLE,
    ) -> tuple["Vault", RecoveryKey]:
        """Make a new record in the folder ``path``, which must not be there yet, and return it open with its
        recovery key.

        The recovery key is returned here and never again: show it, let the person print it. The name can be
        read without the passphrase; an empty one becomes a neutral one. A crash leaves the whole record or
        none. Raises `WeakPassphrase`, `RecordExists`, `NotSaved`, `UsageError` for the name.
        """
        check_new_passphrase(passphrase)
        name = chosen_name(name)
        if path.exists():
            raise RecordExists(
                message("There is something in that place already."),
                message("Choose another place for the new record."),
            )
        cost = cost or KeyCost()
        record_id, key, recovery = str(uuid.uuid4()), secrets.token_bytes(32), RecoveryKey.make()
        header = Header(
            record_id,
            name,
            passphrase=seal(key, passphrase_bytes(passphrase), record_id, cost),
            recovery=seal(key, recovery.secret.encode(), record_id, cost),
        )
        part = Place(part_of(path))
        try:
            make_private_folder(path.parent)
            _clear_unfinished(path.parent)
            part.folder.mkdir(mode=0o700)
            database.create(part.database, key, record_id, clock().isoformat())
            make_private_file(part.keys, header.written())
            sync_folder(part.folder)
            part.folder.replace(path)
            sync_folder(path.parent)
        except (OSError, apsw.FullError, apsw.IOError):
            raise NotSaved(
                message("The new record could not be saved."), message("Free some space or choose another folder.")
            ) from None
        place = Place(path)
        return cls._opened(place, place.take(), header, key, clock, idle_after, recovered=False), recovery

    @classmethod
    def open(
        cls,
        path: Path,
        passphrase: str,
        *,
        sleep: Sleep = time.sleep,
        clock: Clock = utc_now,
        idle_after: timedelta = IDLE,
    ) -> "Vault":
        """Open the record in the folder ``path``. After failed tries this first waits, with ``sleep``, up to
        30 seconds.

        Raises `WrongPassphrase`, `RecordBusy`, `RecordDamaged`, `RecordTooNew`, `NotFound`.
        """
        return cls._try(path, passphrase_bytes(passphrase), sleep, clock, idle_after, recovered=False)

    @classmethod
    def open_with_recovery_key(
        cls,
        path: Path,
        recovery_key: RecoveryKey | str,
        *,
        sleep: Sleep = time.sleep,
        clock: Clock = utc_now,
        idle_after: timedelta = IDLE,
    ) -> "Vault":
        """Open the record with what was printed; `change_passphrase` then needs no current one.

        Raises `WrongRecoveryKey` (a mistyped key names its wrong groups and costs no try) and what `open`
        raises.
        """
        key = RecoveryKey.parse(recovery_key) if isinstance(recovery_key, str) else recovery_key
        return cls._try(path, key.secret.encode(), sleep, clock, idle_after, recovered=True)

    @classmethod
    def _try(
        cls, path: Path, secret: bytes, sleep: Sleep, clock: Clock, idle_after: timedelta, *, recovered: bool
    ) -> "Vault":
        place = Place(path)
        place.header()  # before the lock, which would make a file in a place that holds no record
        lock = place.take()
        try:
            header = place.header()
            tries = Tries(place.tries)
            tries.wait(sleep)
            key = unseal(header.recovery if recovered else header.passphrase, secret, header.record_id)
            if key is None:
                raise _wrong_key() if recovered else _wrong_passphrase(tries)
            tries.succeeded()
        except BaseException:
            lock.release()
            raise
        return cls._opened(place, lock, header, key, clock, idle_after, recovered=recovered)

    @classmethod
    def _opened(
        cls,
        place: Place,
        lock: FileLock,
        header: Header,
        key: bytes,
        clock: Clock,
        idle_after: timedelta,
        *,
        recovered: bool,
    ) -> "Vault":
        try:
            return cls(place, header, key, lock, clock, idle_after, recovered)
        except BaseException:
            lock.release()
            raise

    # Using

    @property
    def name(self) -> str:
        """The name that the person chose, or the neutral one."""
        return self._header.name

    @property
    def locked(self) -> bool:
        return self._connection is None

    @property
    def opened_with_recovery_key(self) -> bool:
        return self._recovered

    def handle(self, key: str) -> str:
        """Return a short name (16 hexadecimal digits) for something of the record, that says nothing to anyone else.

        It stays the same for this record and cannot be made or guessed without its key (HMAC-SHA-256), so it may stand
        in the address of a page. Raises `RecordLocked`.
        """
        with self._guard:
            self._open_connection()
            return hmac.digest(bytes(self._key), b"waymark handle 1|" + key.encode(), "sha256")[:8].hex()

    @property
    def written(self) -> int:
        """How often something was kept since the record was opened: what was read before is then no longer all."""
        return self._written

    def now(self) -> datetime:
        """Return the time of the vault's clock."""
        return self._clock()

    @contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Give the connection for reading; one thread at a time. Raises `RecordLocked`, `RecordDamaged`."""
        with self._guard:
            connection = self._open_connection()
            try:
                yield connection
            except (apsw.CorruptError, apsw.NotADBError, apsw.IOError):
                raise _damaged() from None

    @contextmanager
    def writing(self) -> Iterator[apsw.Connection]:
        """Give the connection inside one transaction, which is kept whole when the block ends and dropped
        when it raises. A block inside another one belongs to the outer transaction.

        When the outer block has ended, what was written outlives a crash or a power cut. Raises `RecordLocked`,
        `NotSaved`, `RecordDamaged`.
        """
        with self._guard:
            connection = self._open_connection()
            if connection.in_transaction:
                with connection:  # a savepoint: what fails inside leaves nothing of itself
                    yield connection
                return
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                    self._written += 1
                finally:
                    if connection.in_transaction:
                        with suppress(apsw.Error):
                            connection.execute("ROLLBACK")
            except (apsw.FullError, apsw.ReadOnlyError, apsw.IOError):
                raise NotSaved(
                    message("This could not be saved. Nothing was changed."), message("Free some space and try again.")
                ) from None
            except (apsw.CorruptError, apsw.NotADBError):
                raise _damaged() from None

    def _open_connection(self) -> apsw.Connection:
        if self._connection is None:
            raise RecordLocked(message("This record is locked."), message("Type your passphrase to open it."))
        return self._connection

    # Locking

    def touch(self) -> None:
        """Say that the person is here; the time until the idle lock begins anew."""
        with self._guard:
            self._open_connection()
            self._touched = self._clock()

    def lock_if_idle(self, now: datetime) -> bool:
        """Lock where nobody touched the record for long enough; return whether the record is locked now.

        A clock that was set back counts from its new time.
        """
        with self._guard:
            self._touched = min(self._touched, now)
            if not self.locked and now - self._touched >= self._idle_after:
                self.lock()
            return self.locked

    def when_locked(self, then: Callable[[], None]) -> None:
        """Call ``then`` when the record locks, by whatever hand: what was read from it is to be forgotten then."""
        with self._guard:
            self._when_locked.append(then)

    @property
    def idle_after(self) -> timedelta:
        return self._idle_after

    @property
    def place(self) -> Place:
        return self._place

    def lock_if_asked(self) -> bool:
        """Lock where another window or command asked for it (`ask_to_lock`); return whether the record is locked now."""
        with self._guard:
            if not self.locked and self._place.please_lock.exists():
                self.lock()
            return self.locked

    def lock(self) -> None:
        """Close the record and forget the key. Locking twice does no harm."""
        with self._guard:
            connection, self._connection = self._connection, None
            for at in range(len(self._key)):
                self._key[at] = 0
            self._key.clear()
            try:
                if connection is not None:
                    connection.close()
            finally:
                self._place.please_lock.unlink(missing_ok=True)
                if connection is not None:
                    self._lock.release()
                for then in self._when_locked:
                    then()
                self._when_locked.clear()

    def __enter__(self) -> "Vault":
        return self

    def __exit__(self, *_: object) -> None:
        self.lock()

    def __repr__(self) -> str:
        return "<Vault, locked>" if self.locked else "<Vault, open>"

    # Keys

    def change_passphrase(self, new: str, current: str | None = None) -> None:
        """Let another passphrase open the record. A crash leaves the old passphrase or the new one in force,
        never neither.

        ``current`` is needed unless the record was opened with its recovery key. Backups made before keep the
        old one. Raises `WeakPassphrase`, `WrongPassphrase`, `NotSaved`, `RecordLocked`.
        """
        with self._guard:
            self._open_connection()
            check_new_passphrase(new)
            header = self._header
            if (
                not self._recovered
                and unseal(header.passphrase, passphrase_bytes(current or ""), header.record_id) is None
            ):
                raise WrongPassphrase(
                    message("The current passphrase is not right, so it was not changed."), message("Type it again.")
                )
            slot = seal(bytes(self._key), passphrase_bytes(new), header.record_id, header.passphrase.cost)
            self._keep(replace(header, passphrase=slot))

    def opens_with(self, secret: "str | RecoveryKey", *, sleep: Sleep = time.sleep) -> None:
        """Say whether a passphrase, or the recovery key, would open this record, which stays as it is: for a door that holds it
        open for somebody else. Tries are counted and wait as in `open`.

        Raises `WrongPassphrase`, `WrongRecoveryKey`.
        """
        recovered = isinstance(secret, RecoveryKey)
        typed = secret.secret.encode() if isinstance(secret, RecoveryKey) else passphrase_bytes(secret)
        header, tries = self._header, Tries(self._place.tries)
        tries.wait(sleep)
        if unseal(header.recovery if recovered else header.passphrase, typed, header.record_id) is None:
            raise _wrong_key() if recovered else _wrong_passphrase(tries)
        tries.succeeded()

    def new_recovery_key(self) -> RecoveryKey:
        """Return a new recovery key to print; the one before opens the record no more. Raises `NotSaved`,
        `RecordLocked`.
        """
        with self._guard:
            self._open_connection()
            recovery = RecoveryKey.make()
            header = self._header
            slot = seal(bytes(self._key), recovery.secret.encode(), header.record_id, header.recovery.cost)
            self._keep(replace(header, recovery=slot))
            return recovery

    def rename(self, name: str) -> None:
        """Change the name that may be read without the passphrase. Raises `UsageError`, `NotSaved`, `RecordLocked`."""
        with self._guard:
            self._open_connection()
            self._keep(replace(self._header, name=chosen_name(name)))

    def _keep(self, header: Header) -> None:
        write_whole(self._place.keys, header.written())
        self._header = header

    # Keeping, checking, erasing

    def backup(self, to: Path) -> None:
        """Write an encrypted backup to a new file; `waymark.record.backups.restore` puts it in place again.

        Raises `UsageError` where a file is already, `NotSaved`, `RecordLocked`.
        """
        with self._guard:
            check_free(to)
            self.remember_made(to, "backup")
            backups.write_backup(self._open_connection(), bytes(self._key), self._header, self._place, to)

    def try_backup(self, backup: Path) -> "backups.Tried":
        """Open a backup of this record and look at every page and entry of it. Raises `ImportRefused`, `NotFound`."""
        with self._guard:
            self._open_connection()
            return backups.try_backup(backup, bytes(self._key), self._header, self._place.folder)

    def forget_made(self, path: Path) -> None:
        """Take a file that is gone out of what `erase` looks for."""
        with self.writing() as connection:
            connection.execute("DELETE FROM made WHERE path = ?", (str(path.absolute()),))

    def remember_made(self, path: Path, what: str) -> None:
        """Keep, inside the vault, that a file was made from the record ("backup" or "export"), for `erase`."""
        with self.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO made VALUES (?, ?, ?)",
                (str(path.absolute()), what, self._clock().isoformat()),
            )

    def verify(self) -> list[str]:
        """Return, in sentences, everything that is not as it should be: keys, pages, entries, rights. Empty
        means whole.
        """
        found = []
        with self._guard:
            connection = self._open_connection()
            try:
                if self._place.header() != self._header:
                    found.append("The file with the keys of this record was changed from outside.")
            except (RecordDamaged, OSError):
                found.append(
                    "The file with the keys of this record is damaged. Make a backup while the record is open."
                )
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                # A page kept in memory would hide that it is damaged on the disk.
                connection.execute("PRAGMA shrink_memory")
                for (said,) in connection.execute("PRAGMA integrity_check(5)"):
                    if said != "ok":
                        found.append("A part of the file that holds the entries is damaged.")
                found.extend(chain.findings(connection))
            except (apsw.Error, RecordDamaged):
                found.append("The file that holds the entries is damaged and cannot be read to its end.")
            found.extend(self._place.too_open())
        return list(dict.fromkeys(found))

    def erase(self) -> Erased:
        """Remove the record for good: its backups where they still lie, then its keys, then everything else.

        Exports are the person's own copies: they stay, and are named in what was left. Raises `RecordLocked`.
        """
        with self._guard:
            with self.reading() as connection:
                made = connection.execute("SELECT path, what FROM made ORDER BY made_at").fetchall()
            removed, left = [], []
            for path, what in ((Path(str(path)), what) for path, what in made):
                if what == "backup" and _is_backup_of(path, self._header.record_id):
                    remove_for_good(path)
                    removed.append(path)
                elif path.exists():
                    left.append(path)
            self.lock()
            rest = erase_record(self._place.folder)
            return Erased((*removed, *rest.removed), (*left, *rest.left))


def ask_to_lock(folder: Path) -> bool:
    """Ask whoever has the record open to lock it; return False where nobody has. `Vault.lock_if_asked` answers."""
    place = Place(folder)
    place.header()
    try:
        place.take().release()
    except RecordBusy:
        write_whole(place.please_lock, b"")
        return True
    return False


def erase_record(folder: Path) -> Erased:
    """Remove a record's own folder without opening it, and the backups that were made by themselves. Where further backups
    lie is known only inside, so they stay.

    Files in the folder that are not the record's stay too, and are named. Raises `RecordBusy`, `NotFound`.
    """
    place = Place(folder)
    if not (place.keys.exists() or place.database.exists()):
        raise NotFound(message("There is no record here."), message("Choose another one."))
    lock = place.take()
    try:
        removed = tuple(path for path in place.files() if path != place.lock and remove_for_good(path))
        removed += tuple(path for path in sorted(place.backups.glob("*")) if remove_for_good(path))
        if place.backups.exists():
            place.backups.rmdir()
    finally:
        lock.release()
    place.lock.unlink(missing_ok=True)
    left = tuple(sorted(folder.iterdir()))
    if not left:
        folder.rmdir()
        sync_folder(folder.parent)
    return Erased(removed, left)


def _is_backup_of(path: Path, record_id: str) -> bool:
    try:
        return backups.header_of(path).record_id == record_id
    except (OSError, WaymarkError):  # whatever lies there now, it is not ours to remove
        return False


def _clear_unfinished(folder: Path) -> None:
    """Remove the folders of records whose making was cut short; one that may be in the making now stays."""
    for unfinished in folder.glob(f".*{PART}/"):
        with suppress(OSError, WaymarkError):
            if time.time() - unfinished.stat().st_mtime > _MAKING_TAKES:
                erase_record(unfinished)


def _wrong_passphrase(tries: Tries) -> WrongPassphrase:
    seconds = tries.seconds_to_wait
    one = message("The next try will wait 1 second. If you no longer know it, use the recovery key that you printed.")
    many = message(
        "The next try will wait %(seconds)s seconds. If you no longer know it, use the recovery key that you printed.",
        seconds=seconds,
    )
    return WrongPassphrase(message("That is not the passphrase of this record."), one if seconds == 1 else many)


def _wrong_key() -> WrongRecoveryKey:
    return WrongRecoveryKey(
        message("This recovery key belongs to another record, or was replaced by a newer one."),
        message("Look for the page that was printed for this record."),
    )


def _damaged() -> RecordDamaged:
    return RecordDamaged(
        message("The file that holds this record is damaged."), message("Restore the record from a backup.")
    )
