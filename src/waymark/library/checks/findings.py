"""What a check is, what it finds, and the repair that its evidence allows. A further check is one more file here."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from waymark.library import checks as _folder
from waymark.library.document import Document


class Severity(StrEnum):
    """How much a finding asks for."""

    BLOCKING = "blocking"  # the document is held back until a person decides
    ATTENTION = "attention"  # the document is quoted; a person should look at it
    NOTE = "note"  # nothing is wrong for a reader; the record could be cleaner


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw in one document, and what to do.

    ``where`` is a key of the front matter or ``body``; ``found`` the characters that the finding rests on; ``repair``
    what `waymark repair` would do, empty where a person has to decide.
    """

    check: str
    severity: Severity
    document: str
    where: str
    found: str
    why: str
    repair: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "check": self.check,
            "severity": self.severity.value,
            "document": self.document,
            "where": self.where,
            "found": self.found,
            "why": self.why,
            "repair": self.repair,
        }


@dataclass(frozen=True, slots=True)
class Repair:
    """New values for keys of one record's front matter, and the evidence for them. A repair never changes the text."""

    check: str
    changes: Mapping[str, Any]
    evidence: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, its rule in a sentence, how it finds what breaks it and, where evidence allows, its repair.

    ``find`` gets the day on which the check is made. ``repair`` returns None where it has nothing to
    mend.
    """

    code: str
    rule: str
    find: Callable[[Document, date], Iterator[Finding]]
    repair: Callable[[Document], Repair | None] | None = None


@cache
def every_check() -> tuple[Check, ...]:
    """Return the ``CHECK`` of each module of this folder that has one, by code."""
    names = (module.name for module in pkgutil.iter_modules(_folder.__path__))
    modules = (importlib.import_module(f"{_folder.__name__}.{name}") for name in names)
    found = [module.CHECK for module in modules if isinstance(getattr(module, "CHECK", None), Check)]
    return tuple(sorted(found, key=lambda check: check.code))


def findings(document: Document, on: date) -> tuple[Finding, ...]:
    """Return everything that the checks see in one document on a day."""
    return tuple(finding for check in every_check() for finding in check.find(document, on))


def repairs(document: Document) -> tuple[Repair, ...]:
    """Return every repair that the evidence in one document allows."""
    offered = (check.repair(document) for check in every_check() if check.repair is not None)
    return tuple(repair for repair in offered if repair is not None)
