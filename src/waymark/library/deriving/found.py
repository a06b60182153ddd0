"""What derivation finds: a value, and the words of the page that speak for it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Finding:
    """A derived value, why, and whether all that was seen agrees with it."""

    value: str
    evidence: tuple[str, ...]
    agree: bool = True


@dataclass(frozen=True, slots=True)
class TypeFinding:
    """A type that the page is about, and why."""

    type_id: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateFinding:
    """A date that the page gives for itself: ``what`` is updated, posted or reviewed; ``evidence`` is the words."""

    what: str
    on: date
    evidence: str
