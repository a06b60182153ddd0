"""Backups that are made by themselves, each tried when it is made, and kept for a while.

A backup that nobody ever opened is a hope. So each is opened once with the record's key, every page and the chain of entries
are checked, and only then does it take its name. Kept are the newest five, and one of each of the four months before them;
the others are removed. They lie beside the record's folder: what deletes the one does not delete the other by accident, and
`Vault.erase` finds both.
"""

from datetime import date, timedelta
from pathlib import Path

from waymark.languages.texts import message
from waymark.record.errors import RecordDamaged
from waymark.record.files import make_private_folder, remove_for_good
from waymark.record.place import Place
from waymark.record.vault import Vault

NEWEST, MONTHS = 5, 4
_ENDING = ".waymark-backup"


def kept_backups(place: Place) -> tuple[Path, ...]:
    """Return the backups that were made by themselves, the oldest first."""
    return tuple(sorted(place.backups.glob(f"*{_ENDING}")))


def keep_backup(vault: Vault, on: date, every: timedelta = timedelta(days=1)) -> Path | None:
    """Make a backup where the newest is older than ``every``, try it, and remove those that are no longer kept.

    Returns the new one, None where none was due. Raises `NotSaved`, `RecordLocked`, and `RecordDamaged` where what was
    written cannot be read again; the earlier ones then all stay.
    """
    folder = vault.place.backups
    there = kept_backups(vault.place)
    newest = max((day_of(path) or date.min for path in there), default=date.min)
    if there and on - newest < every:
        return None
    make_private_folder(folder)
    to, number = folder / f"{on}{_ENDING}", 1
    while to.exists():
        number += 1
        to = folder / f"{on}-{number}{_ENDING}"
    vault.backup(to)
    tried = vault.try_backup(to)
    if tried.findings:
        remove_for_good(to)
        raise RecordDamaged(
            message("The backup that was just made cannot be read again."), message("Check the disk, and the record.")
        )
    for old in no_longer_kept(kept_backups(vault.place)):
        remove_for_good(old)
        vault.forget_made(old)
    return to


def day_of(backup: Path) -> date | None:
    """Return the day on which a backup was made by itself; None for any other file."""
    try:
        return date.fromisoformat(backup.name[:10])
    except ValueError:
        return None


def no_longer_kept(backups: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return those of the backups (the oldest first) that are neither among the newest nor the last of a kept month."""
    dated = [path for path in backups if day_of(path)]
    kept = set(dated[-NEWEST:])
    months: dict[str, Path] = {}
    for path in dated[:-NEWEST]:
        months[path.name[:7]] = path
    kept.update(months[month] for month in sorted(months)[-MONTHS:])
    return tuple(path for path in dated if path not in kept)


def renew_backups(vault: Vault, on: date) -> Path | None:
    """Make a backup under the keys of today, then remove the earlier ones that were made by themselves: they still open
    with the passphrase that was changed. Raises what `keep_backup` raises.
    """
    before = kept_backups(vault.place)
    made = keep_backup(vault, on, every=timedelta())
    for old in before:
        if old != made:
            remove_for_good(old)
            vault.forget_made(old)
    return made
