"""What an answer depends on beside its question: the program, the library, the index, the table of urgent signs, the settings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waymark.answering.urgent import table_version

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

SETTINGS = ("country", "decline_below", "lapsed_say_from", "lapsed_leave_out_from")
"""The settings that change what is quoted or said."""


def surroundings(service: "Waymark") -> dict[str, Any]:
    """Return them as JSON can hold them. The index is null where it cannot be opened."""
    from waymark.app.wiring import MADE_BY
    from waymark.errors import Damaged

    try:
        manifest = service.engine.manifest
        names = (
            "format",
            "normalisation",
            "passages",
            "analyser",
            "encoder",
            "generation",
            "documents",
            "rows",
            "encoded",
        )
        index: dict[str, Any] | None = {name: getattr(manifest, name) for name in names}
    except Damaged:
        index = None
    return {
        "made_by": MADE_BY,
        "library": {"identity": service.catalogue.identity, "generation": service.catalogue.generation},
        "index": index,
        "urgent_table": table_version()[0],
        "settings": {name: getattr(service.settings, name) for name in SETTINGS},
    }


def changed(then: Mapping[str, Any], now: Mapping[str, Any], before: str = "") -> list[tuple[str, Any, Any]]:
    """Return what differs: the name ("index.encoder"), the value then and the value now, in the order of the names."""
    found: list[tuple[str, Any, Any]] = []
    for name in dict.fromkeys((*then, *now)):
        old, new = then.get(name), now.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += changed(old, new, f"{before}{name}.")
        elif old != new:
            found.append((f"{before}{name}", old, new))
    return found
