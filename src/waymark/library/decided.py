"""What an editor decided about a record: it beats what is derived, is marked as theirs, and outlives every re-reading.

The record keeps it under ``decided``: key, then ``value``, ``by``, ``at`` and ``why``.
"""

import re
from collections.abc import Mapping
from typing import Any

from waymark.errors import InvalidDocument
from waymark.library import front_matter
from waymark.library.cancer_types import type_named, vocabulary

DECIDABLE = (
    *(
        "audienceLevel",
        "cancerTypes",
        "topics",
        "language",
        "lastReviewed",
        "reviewFrequency",
        "reviewDue",
        "updated",
        "posted",
    ),
    *("license", "citation", "attribution", "title", "tags", "status"),
)
"""The keys that an editor may decide; text and hash are not a matter of decision, and an address only where there is none."""
LONGEST_WHY = 2_000  # characters


def may_decide(front: Mapping[str, Any], key: str) -> bool:
    """Return whether an editor may decide a key of this record: the address of its page only where the record lacks one."""
    if key == "url":
        return not front.get("url") or "url" in decisions(front)
    return key in DECIDABLE


def decisions(front: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what was decided, by key."""
    kept = front.get("decided")
    if not isinstance(kept, Mapping):
        return {}
    return {str(key): dict(said) for key, said in kept.items() if isinstance(said, Mapping) and "value" in said}


def with_decisions(front: Mapping[str, Any], former: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the front matter as the editors decided it; ``former`` is that of the version before, whose decisions stay."""
    decided = {**decisions(former or {}), **decisions(front)}
    if not decided:
        return dict(front)
    values = {key: said["value"] for key, said in decided.items()}
    return {**front, **values, "decided": decided}


def decide(front: Mapping[str, Any], key: str, value: Any, by: str, at: str, why: str) -> dict[str, Any]:
    """Return the front matter with one more decision. Raises `InvalidDocument` for a key or value that cannot be decided."""
    if not may_decide(front, key):
        raise InvalidDocument(f"“{key}” is not decided by hand.", f"What may be: {', '.join(DECIDABLE)}.")
    if not by.strip() or not why.strip():
        raise InvalidDocument("A decision says who made it and why.", "Give a reason: --why “…”.")
    if len(why) > LONGEST_WHY:
        raise InvalidDocument(f"The reason has {len(why):,} characters.", f"At most {LONGEST_WHY:,} are kept.")
    value = _sound(key, value)
    undecided = {name: what for name, what in dict(front.get("undecided") or {}).items() if name != key}
    decided = {**decisions(front), key: {"value": value, "by": by.strip(), "at": at, "why": why.strip()}}
    made = {**front, key: value, "decided": decided}
    made.pop("undecided", None)
    return made | ({"undecided": undecided} if undecided else {})


def undecide(front: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the front matter without a decision: the value stays until it is derived again."""
    decided = {name: said for name, said in decisions(front).items() if name != key}
    made = {name: value for name, value in front.items() if name != "decided"}
    return made | ({"decided": decided} if decided else {})


def _sound(key: str, value: Any) -> Any:
    """Return the value as front matter holds it. Raises `InvalidDocument` when it cannot hold it."""
    if key in ("cancerTypes", "topics", "tags"):
        words = [value] if isinstance(value, str) else list(value or ())
        if key == "cancerTypes":
            return [_type(word) for word in words if word.strip().lower() != "general"] or ["general"]
        return [str(word).strip() for word in words if str(word).strip()]
    if value is None or (isinstance(value, str) and value.strip().lower() in ("", "null", "unknown")):
        return None
    if key == "url" and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", str(value).strip()):
        raise InvalidDocument(
            f"“{str(value)[:80]}” is no address of a page.", "Write it whole: https://clinic.example/rest."
        )
    # Read as a file would be: the same rules, the same sentences.
    read = front_matter.parse(front_matter.dump({key: str(value).strip()}))
    return read[key]


def _type(word: str) -> str:
    type_id = type_named(word)
    if type_id is None:
        near = [each for each in vocabulary().types if word.lower().split()[0] in each][:5] if word.strip() else []
        raise InvalidDocument(
            f"“{word}” is no cancer that the vocabulary knows.",
            f"Near it: {', '.join(near)}."
            if near
            else "Name it as a doctor would: breast, glioblastoma, colon cancer.",
        )
    return type_id
