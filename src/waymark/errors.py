"""The one tree of errors. Each message is a sentence for the person who meets it and says what to do next.

::

    WaymarkError
    ├── UsageError                what was asked for cannot be asked that way
    ├── InputRefused              a file, page or value that is not taken in
    │   ├── UnreadableSource      bytes that no reader understands
    │   ├── InvalidDocument       a record that breaks the rules of a governed document
    │   └── FetchRefused          an address that may not be, or could not be, read
    ├── NotFound                  nothing with that id, version or address
    ├── LifecycleRefused          a step that the table of transitions does not hold
    │   └── ChangedMeanwhile      somebody else changed it since it was read
    ├── NotAllowed                a person whose role does not include it
    ├── LibraryBusy               another process is writing
    ├── StorageRefused            the disk is full, or may not be written to
    └── Damaged                   something kept is not as it was left
        ├── LibraryDamaged
        ├── LibraryTooNew         made by a newer Waymark
        ├── IndexMissing
        ├── IndexStale
        ├── IndexDamaged
        └── EncoderDamaged

The doors translate: ``waymark.app.cli.door`` maps each kind to an exit code, ``waymark.app.web.api`` to an HTTP status.
"""

from typing import Any


class WaymarkError(Exception):
    """Base of every error that a person may meet.

    ``sentence`` says what happened; ``next_step`` what to do about it (may be empty when the sentence says it all).
    """

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(f"{sentence} {next_step}".strip())
        self.sentence = sentence
        self.next_step = next_step

    def __reduce__(self) -> tuple[type["WaymarkError"], tuple[Any, ...]]:
        # Errors cross process borders while files are read in parallel.
        return type(self), (self.sentence, self.next_step)


class UsageError(WaymarkError):
    """What was asked for cannot be asked that way."""


class InputRefused(WaymarkError):
    """A file, page or value that is not taken in. ``reason`` is a fixed word for programs, where one is needed."""

    def __init__(self, sentence: str, next_step: str = "", reason: str = "") -> None:
        super().__init__(sentence, next_step)
        self.reason = reason

    def __reduce__(self) -> tuple[type["WaymarkError"], tuple[Any, ...]]:
        return type(self), (self.sentence, self.next_step, self.reason)


class UnreadableSource(InputRefused):
    """Bytes that no reader understands. Reasons: error_page, check (for people), shell (needs JavaScript), empty."""


class InvalidDocument(InputRefused):
    """A record that breaks the rules of a governed document."""


class FetchRefused(InputRefused):
    """An address that may not be, or could not be, read.

    Reasons: address, private, robots, gone, missing, forbidden, busy, unreachable, slow, large, damaged, loop, empty, error.
    ``again_in`` is the seconds after which a busy site asked to be tried again.
    """

    def __init__(
        self, sentence: str, next_step: str = "", reason: str = "error", again_in: float | None = None
    ) -> None:
        super().__init__(sentence, next_step, reason)
        self.again_in = again_in

    def __reduce__(self) -> tuple[type["WaymarkError"], tuple[Any, ...]]:
        return type(self), (self.sentence, self.next_step, self.reason, self.again_in)


class NotFound(WaymarkError):
    """Nothing with that id, version or address."""


class LifecycleRefused(WaymarkError):
    """A step that the table of transitions does not hold."""


class ChangedMeanwhile(LifecycleRefused):
    """Somebody else changed it since it was read; nothing was overwritten."""


class NotAllowed(WaymarkError):
    """A person whose role does not include what they asked for."""


class LibraryBusy(WaymarkError):
    """Another process is writing to the library."""


class StorageRefused(WaymarkError):
    """The disk is full, or a folder may not be written to or read."""


class Damaged(WaymarkError):
    """Something kept is not as it was left."""


class LibraryDamaged(Damaged):
    """The catalogue or a kept document cannot be trusted."""


class LibraryTooNew(Damaged):
    """The library was made by a newer Waymark."""


class IndexMissing(Damaged):
    """The library has documents but no index."""


class IndexStale(Damaged):
    """The index was made for another state of the library, or by other code."""


class IndexDamaged(Damaged):
    """The index cannot be read as it was written."""


class EncoderDamaged(Damaged):
    """The encoder's files are missing or altered."""
