"""What is said of a capture (address, time, what the server said), as a file that shows whether it was altered."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_SEAL = "seal"


def note_bytes(said: Mapping[str, Any]) -> bytes:
    """Return the bytes of a note: what is said, and the digest of that."""
    told = {name: value for name, value in said.items() if name != _SEAL}
    return _written({**told, _SEAL: "sha256:" + hashlib.sha256(_written(told)).hexdigest()})


def _written(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, indent=1) + "\n").encode("utf-8")


def as_written(data: bytes) -> dict[str, Any] | None:
    """Return what a note says, None unless it is as it was written. A note of before there were seals has none."""
    try:
        said = json.loads(data)
    except ValueError:
        return None
    if not isinstance(said, dict) or data != (note_bytes(said) if _SEAL in said else _written(said)):
        return None
    return said
