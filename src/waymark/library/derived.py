"""What a page says of itself: who it is for, which cancers and topics it is about, what kind of page it is, its own dates,
and whether its publisher has retired it. Each value comes with its evidence; without evidence there is no value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from waymark.library.cancer_types import with_ancestors
from waymark.library.deriving.audience import audience_of
from waymark.library.deriving.dates import dates_of
from waymark.library.deriving.found import DateFinding, Finding, TypeFinding
from waymark.library.deriving.kind import kind_of
from waymark.library.deriving.parts import bare_title, first_headings, headings_of, segments_of
from waymark.library.deriving.retired import retired_of
from waymark.library.deriving.subjects import cancer_types_of
from waymark.library.deriving.topics import topics_of


@dataclass(frozen=True, slots=True)
class Derived:
    """All that a page says of itself. ``cancer_types`` holds the narrowest types; it is empty for a general page."""

    audience: Finding
    cancer_types: tuple[TypeFinding, ...]
    kind: Finding
    dates: tuple[DateFinding, ...]
    retired: Finding | None
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def type_ids(self) -> tuple[str, ...]:
        return tuple(finding.type_id for finding in self.cancer_types)

    @property
    def all_type_ids(self) -> tuple[str, ...]:
        """The types with their wider types: what a filter matches against."""
        return with_ancestors(self.type_ids)

    def date(self, what: str) -> date | None:
        """Return the page's own date of one kind (updated, posted, reviewed), the latest where it gives several."""
        return max((finding.on for finding in self.dates if finding.what == what), default=None)


def derive(
    front: Mapping[str, Any],
    body: str,
    url: str,
    title: str,
    glossary_audience: Mapping[str, int] | None = None,
) -> Derived:
    """Return what a page says of itself.

    ``body`` is the Markdown source or the normalised body; ``glossary_audience`` counts the page's glossary links by
    the audience they ask for (``{"patient": 3, "professional": 120}``). ``front`` is used only for the audience, and
    only where the page itself is silent. Never raises; only the parts that can hold evidence are read closely.
    """
    segments = segments_of(url)
    headings = first_headings(body)
    names = tuple(dict.fromkeys((bare_title(title), *headings)))
    kind = kind_of(segments, names, body)
    return Derived(
        audience=audience_of(front, segments, names, glossary_audience or {}),
        cancer_types=cancer_types_of(segments, names, kind.value, body),
        kind=kind,
        dates=dates_of(body, kind.value),
        retired=retired_of(body, names),
        topics=topics_of(segments, names, headings_of(body)),
    )
