"""What can go wrong with a private record. No message holds a passphrase, a key, or anything that the person
wrote.

::

    WaymarkError
    ├── UsageError
    │   └── RecordExists          something is already where the new record should go
    ├── InputRefused
    │   ├── WeakPassphrase        too short to protect a record
    │   ├── WrongPassphrase       not the passphrase of this record
    │   ├── WrongRecoveryKey      mistyped, or the key of another record
    │   ├── EntryRefused          an entry that cannot be meant that way
    │   └── ImportRefused         a file that is no export of a record, or that was changed
    ├── RecordLocked              opened, and locked again since
    ├── RecordBusy                open in another window or program
    ├── StorageRefused
    │   └── NotSaved              the disk did not take it; nothing was changed
    └── Damaged
        ├── RecordDamaged         the files of the record are not as they were left
        └── RecordTooNew          made by a newer Waymark
"""

from waymark.errors import Damaged, InputRefused, StorageRefused, UsageError, WaymarkError


class RecordExists(UsageError):
    """Something is already where the new record should go."""


class WeakPassphrase(InputRefused):
    """Too short to protect a record."""


class WrongPassphrase(InputRefused):
    """Not the passphrase of this record."""


class WrongRecoveryKey(InputRefused):
    """Mistyped, or the recovery key of another record."""


class EntryRefused(InputRefused):
    """An entry that cannot be meant that way."""


class ImportRefused(InputRefused):
    """A file that is no export of a record, or that was changed since."""


class RecordLocked(WaymarkError):
    """The record was locked; the passphrase opens it again."""


class RecordBusy(WaymarkError):
    """The record is open in another window or program."""


class NotSaved(StorageRefused):
    """The disk did not take the change; the record is as it was."""


class RecordDamaged(Damaged):
    """The files of the record are not as they were left."""


class RecordTooNew(Damaged):
    """The record was made by a newer Waymark."""
