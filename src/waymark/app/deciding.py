"""An editor's decision about a value of a record, written into the library."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from waymark.app.repairing import next_version, rebuilt
from waymark.errors import UsageError
from waymark.library.catalogue import Audit, Catalogue, Writer
from waymark.library.decided import decide, decisions, undecide
from waymark.library.document import Card

DECIDED, CLEARED = "decided", "decision taken back"
_LISTS = ("cancerTypes", "topics", "tags")


def decide_value(
    catalogue: Catalogue,
    writer: Writer,
    document_id: str,
    key: str,
    values: Sequence[str],
    by: str,
    at: str,
    why: str,
    clear: bool = False,
) -> tuple[Card, Any]:
    """Write a decision about one key, or take it back; return the new card and the value that holds now.

    Raises `NotFound`, `UsageError`, and `InvalidDocument` for a key or value that cannot be decided.
    """
    before = catalogue.document(document_id)
    if clear:
        if key not in decisions(before.front):
            raise UsageError(f"“{key}” of “{document_id}” was not decided by hand.", f"See: waymark show {document_id}")
        front = undecide(before.front, key)
    else:
        if len(values) > 1 and key not in _LISTS:
            raise UsageError(f"“{key}” holds one value.", "Put quotes around words that belong together.")
        value: Any = list(values) if key in _LISTS else (values[0] if values else None)
        front = decide(before.front, key, value, by, at, why)
        if key in ("lastReviewed", "reviewFrequency") and "reviewDue" not in decisions(front):
            front.pop("reviewDue", None)  # it is reckoned from the two
    version = next_version({card.version for card in catalogue.versions(document_id)}, before.card.version)
    after = rebuilt(before, front, before.source)
    if after.front.get("contentHash") and after.front["contentHash"] != after.card.content_hash:
        after = rebuilt(before, {**after.front, "contentHash": after.card.content_hash}, before.source)
    after = replace(after.with_card(version=version), front={**after.front, "version": version})
    action = CLEARED if clear else DECIDED
    detail = {"key": key, "before": before.front.get(key), "value": after.front.get(key)}
    writer.put(after, None, Audit(by, action, why.strip(), at), expected_version=before.card.version, detail=detail)
    return catalogue.card(document_id), after.front.get(key)
