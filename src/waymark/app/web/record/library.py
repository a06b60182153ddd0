"""What the record's pages show of the library: plain data, handed in by the wiring.

The pages ask by a topic of ours (`TOPICS`), never with a word of the person's, so nothing of the record goes over to the side
that answers. Where there is no library to ask, there is simply no explanation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Explanation:
    """A quotation beside a field: the words, exactly as they stand, and where they come from.

    ``address`` leads to the place in the library (without host, "" where it cannot be opened); ``reviewed`` is the publisher's
    own date, None where unknown; ``ours`` says that it is from the starter collection.
    """

    words: Markup
    title: str
    publisher: str
    language: str
    reviewed: date | None = None
    lapsed: bool = False
    address: str = ""
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of the library that the record leads to, with its first words as they stand."""

    title: str
    first: str
    language: str
    address: str


def _nothing(topic: str, language: str) -> Explanation | None:
    return None


def _no_readings(group: str, language: str) -> tuple[Reading, ...]:
    return ()


def _nowhere(host: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Library:
    """``explain`` gives the quotation of a topic, ``readings`` the pages of a group, ``address`` the public pages' address as
    seen from a host name ("" where they are not served).
    """

    explain: Callable[[str, str], Explanation | None] = _nothing
    readings: Callable[[str, str], tuple[Reading, ...]] = _no_readings
    address: Callable[[str], str] = _nowhere
