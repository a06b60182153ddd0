"""Names of documents: readable, stable, safe in an address and as a file name."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_ALLOWED = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,118}[a-z0-9])?\Z")
_LONGEST = 100


def slug(text: str) -> str:
    """Return lower-case ASCII letters and digits with single hyphens; a text without any of them gives ``""``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def short_hash(text: str) -> str:
    """Return eight hex digits that tell texts apart."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def is_document_id(text: str) -> bool:
    """Return whether ``text`` may name a document."""
    return bool(_ALLOWED.match(text))


def document_id(front: Mapping[str, Any], origin: str) -> str:
    """Return the id of a record: its own, else made of the publisher and the address, else of the place it came from.

    The same address gives the same id whatever file it is read from, so that a page captured twice is one document.
    """
    own = str(front.get("id") or "").strip().lower()
    if own and is_document_id(own):
        return own
    source = slug(str(front.get("source") or ""))
    url = str(front.get("url") or "")
    parts = urlsplit(url) if url else None
    if parts and (parts.path.strip("/") or parts.query):
        place = slug(f"{parts.path} {parts.query}")
        name = f"{source or slug(parts.hostname or 'page')}-{place}"
    elif parts and parts.hostname:
        name = f"{source or 'page'}-{slug(parts.hostname)}"
    else:
        stem = re.sub(r"\.[a-z0-9]{1,5}$", "", origin, flags=re.IGNORECASE)
        title = slug(str(front.get("title") or ""))
        name = f"{source or 'local'}-{title or slug(stem)}" if title or slug(stem) else ""
    name = name.strip("-")
    if not name:
        return f"document-{short_hash(origin)}"
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST].rstrip('-')}-{short_hash(url or origin)}"
    return name
