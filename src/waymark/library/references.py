"""Reference marks and the references that they stand for.

A mark names its reference by the section that its list ends ("#cit/section_2.7": the seventh of the second section), so it
is resolved by counting second-level headings: this has to be done before any heading moves.
"""

import re

MARK = re.compile(r"\]\(#cit/(?P<key>[^)\s]*)\)")
_HEADING = re.compile(r"^ {0,3}(?P<level>#{1,6})(?:[ \t]+(?P<words>.*?))?[ \t]*#*[ \t]*$", re.MULTILINE)
_LIST = re.compile(r"(?:selected )?references\Z", re.IGNORECASE)
_ENTRY = re.compile(
    r"^ {0,3}(?P<number>\d{1,4})[.)][ \t]+(?P<words>.*(?:\n(?! {0,3}\d{1,4}[.)][ \t]|\n|#).*)*)", re.MULTILINE
)


def references(source: str) -> dict[str, str]:
    """Return the references of a source by the key that marks name them with; empty where it has no lists of them."""
    if "eferences" not in source:
        return {}
    found: dict[str, str] = {}
    section = 0
    headings = list(_HEADING.finditer(source))
    for place, heading in enumerate(headings):
        section += heading["level"] == "##"
        if not _LIST.match((heading["words"] or "").strip()):
            continue
        end = headings[place + 1].start() if place + 1 < len(headings) else len(source)
        for entry in _ENTRY.finditer(source, heading.end(), end):
            found.setdefault(f"section_{section}.{int(entry['number'])}", " ".join(entry["words"].split()))
    return found


def resolved(source: str) -> dict[str, str | None]:
    """Return what each mark of a source stands for; None for a mark whose reference is not there."""
    known = references(source)
    return {match["key"]: known.get(match["key"]) for match in MARK.finditer(source)}
