"""What derivation finds: a value, and the words of the page that speak for it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Finding:
    """A derived value and why. ``against`` is what else was seen and says another; ``stated`` that only the record says so."""

    value: str
    evidence: tuple[str, ...]
    against: tuple[str, ...] = ()
    stated: bool = False

    @property
    def agree(self) -> bool:
        """Whether all that was seen says the same."""
        return not self.against


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
