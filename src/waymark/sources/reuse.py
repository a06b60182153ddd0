"""What a page says about its reuse: who to credit, under which title, and whether its words may be quoted freely."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from waymark.library.credit import in_a_sentence
from waymark.sources.front import add_evidence, shortened
from waymark.sources.publishers import Publisher, attribution_for, publisher_at, publisher_named

_NOTICE_LENGTH = 2_500
_IS_NOTICE = re.compile(
    r"\b(?:reproduc|re-?us|re-?print|redistribut|copy|copied|licen[cs]ed\b|public domain)", re.IGNORECASE
)
_ASKS = re.compile(
    r"\b(?:credit|permissions?|copyright|as the (?:original )?source|originally published by|public domain"
    r"|government licen[cs]e|creative commons|all rights reserved)\b|©",
    re.IGNORECASE,
)
_NAME = r"(?P<name>[^\W\d_][^.;:,“”\"()]{1,120}?)"
_CREDITED = (
    re.compile(
        rf"\bcredit(?:ed)?(?:\s+is\s+given)?\s+(?:to\s+)?(?:the\s+)?{_NAME}\s+as\s+(?:the|its|a)\b", re.IGNORECASE
    ),
    re.compile(rf"\boriginally\s+published\s+by\s+(?:the\s+)?{_NAME}\s*(?:[.,;”\"]|$)", re.IGNORECASE),
    re.compile(
        rf"\bcredit(?:ed)?(?:\s+is\s+given)?\s+(?:to\s+)?(?:the\s+)?(?-i:(?=[A-ZÀ-Þ])){_NAME}\s*(?:[.,;”\"]|and\b|$)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:©|\bcopyright\b)\s*(?:©\s*)?(?:\d{{4}}(?:\s*[-–]\s*\d{{4}})?,?\s+)?(?:by\s+)?(?:the\s+)?{_NAME}"
        r"\s*(?:[.,;]|\ball rights\b|$)",
        re.IGNORECASE,
    ),
)
_EXAMPLE_TITLE = re.compile(
    r"[“\"](?P<title>[^“”\"]{2,300}?)[”\"]?,?\s+was\s+originally\s+published\s+by\b", re.IGNORECASE
)
_RESERVED = re.compile(
    r"all rights reserved|may not be (?:re)?(?:produced|printed|copied|used|published|distributed)"
    r"|(?:prior |written )+permission|without (?:the )?(?:\w+ )?permission|no part of",
    re.IGNORECASE,
)
_PUBLIC_DOMAIN = re.compile(r"\b(?:is|are|in) (?:in )?the public domain\b", re.IGNORECASE)
_NOT_PUBLIC_DOMAIN = re.compile(r"\b(?:not|n[’']t)\b[^.]{0,30}\bpublic domain", re.IGNORECASE)
_OPEN_GOVERNMENT = re.compile(
    r"\bopen government licen[cs]e\b(?:[^.]{0,20}?\bv(?:ersion)?\s*\.?\s*(\d)(?:\.0)?)?", re.IGNORECASE
)
_CREATIVE_COMMONS = re.compile(
    r"\b(?:CC[ -](?P<code>BY(?:-(?:NC|SA|ND))*)|creative commons\s+(?P<words>attribution[a-z -]*?))"
    r"[ -]*(?:licen[cs]e,?\s*)?(?:(?:v|version)\s*)?(?P<version>\d\.\d)?(?=\W|$)",
    re.IGNORECASE,
)
_CREATIVE_COMMONS_ADDRESS = re.compile(r"creativecommons\.org/licenses/(by(?:-(?:nc|sa|nd))*)/(\d\.\d)", re.IGNORECASE)
_ALLOWED_WITH_CREDIT = re.compile(
    r"(?:permitted[^.]{0,60}reproduction|may be (?:freely )?(?:re)?(?:produced|printed|used|copied)"
    r"|(?:free|welcome) to (?:re)?(?:produce|print|use|copy))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReuseNotice:
    """What a reuse notice says. ``license`` is None where it does not say; ``why`` gives its words or the reason."""

    text: str
    publisher: Publisher | None
    publisher_name: str | None
    title: str | None
    license: str | None
    why: str


def is_reuse_notice(paragraph: str) -> bool:
    """Return whether a paragraph is about reproducing the page itself, rather than part of its subject."""
    return (
        20 <= len(paragraph) <= _NOTICE_LENGTH
        and bool(_IS_NOTICE.search(paragraph) or "©" in paragraph or "copyright" in paragraph.lower())
        and bool(_ASKS.search(paragraph))
        and (
            bool(_EXAMPLE_TITLE.search(paragraph))
            or any(pattern.search(paragraph) for pattern in _CREDITED)
            or bool(_PUBLIC_DOMAIN.search(paragraph) or _RESERVED.search(paragraph))
            or bool(_OPEN_GOVERNMENT.search(paragraph) or _CREATIVE_COMMONS.search(paragraph))
        )
        and not _ABOUT_OTHERS.search(paragraph)
    )


# A sentence about medical records or a form may speak of copies and permission as well.
_ABOUT_OTHERS = re.compile(
    r"\b(?:your (?:medical )?records?|your permission|informed consent|consent form|give permission)\b", re.I
)


def read_notice(paragraph: str) -> ReuseNotice:
    """Return what a reuse notice says. The licence is ``public_domain`` only where the notice supports it."""
    words = " ".join(paragraph.split())
    name = None
    for pattern in _CREDITED:
        if match := pattern.search(words):
            name = match["name"].strip()
            break
    publisher = publisher_named(name)
    title = _EXAMPLE_TITLE.search(words)
    license, why = _license(words, publisher)
    return ReuseNotice(
        text=words,
        publisher=publisher,
        publisher_name=publisher.name if publisher else name,
        title=title["title"].strip() if title else None,
        license=license,
        why=why,
    )


def license_in_address(address: str) -> str | None:
    """Return the licence that a link names, for the Creative Commons and the Open Government Licence."""
    if match := _CREATIVE_COMMONS_ADDRESS.search(address):
        return f"CC-{match[1].upper()}-{match[2]}"
    if match := re.search(r"nationalarchives\.gov\.uk/doc/open-government-licence/version/(\d)", address):
        return f"OGL-UK-{match[1]}.0"
    return None


def _license(words: str, publisher: Publisher | None) -> tuple[str | None, str]:
    if reserved := _RESERVED.search(words):
        return "all_rights_reserved", f"the reuse notice says “{_around(words, reserved)}”"
    if (match := _PUBLIC_DOMAIN.search(words)) and not _NOT_PUBLIC_DOMAIN.search(words):
        return "public_domain", f"the reuse notice says “{_around(words, match)}”"
    if match := _OPEN_GOVERNMENT.search(words):
        return f"OGL-UK-{match[1] or 3}.0", f"the reuse notice says “{_around(words, match)}”"
    if match := _CREATIVE_COMMONS.search(words):
        return _creative_commons(match), f"the reuse notice says “{_around(words, match)}”"
    if publisher and publisher.license != "unknown" and (match := _ALLOWED_WITH_CREDIT.search(words)):
        return publisher.license, (
            f"the reuse notice is that of {in_a_sentence(publisher.name)} and allows reuse with credit "
            f"(“{_around(words, match)}”). {publisher.reuse_note}".strip()
        )
    return None, "the reuse notice names no licence"


def _creative_commons(match: re.Match[str]) -> str:
    code = match["code"]
    if not code:
        words = match["words"].lower()
        parts = ["BY"]
        for word, short in (("noncommercial", "NC"), ("non-commercial", "NC"), ("sharealike", "SA"), ("noderiv", "ND")):
            if word in words and short not in parts:
                parts.append(short)
        code = "-".join(parts)
    return f"CC-{code.upper()}" + (f"-{match['version']}" if match["version"] else "")


def _around(words: str, match: re.Match[str]) -> str:
    start = words.rfind(". ", 0, match.start()) + 2 if ". " in words[: match.start()] else 0
    end = words.find(". ", match.end())
    return shortened(words[start : end if end >= 0 else len(words)].strip(" ."), 240)


def publisher_of(address: str | None, notice: ReuseNotice | None, named: str | None = None) -> Publisher | None:
    """Return the known publisher of a page: by its address; only a page without one is believed about itself."""
    if address:
        return publisher_at(address)
    return (notice.publisher if notice else None) or publisher_named(named)


def take_publisher(
    front: dict[str, Any],
    notice: ReuseNotice | None,
    named: str | None = None,
    original_title: str | None = None,
) -> None:
    """Write who published the page, its licence, its credit line and its citation, each with why.

    ``front`` holds the page's address, title and assets already; ``named`` is the publisher that the page's head names;
    ``original_title`` the page's own first heading, which is what a credit calls it.
    A known publisher is known by the address: whoever serves a page can write any name and any notice into it.
    """
    address = front.get("url")
    publisher = publisher_of(address, notice, named)
    claimed = next((each for each in (notice.publisher if notice else None, publisher_named(named)) if each), None)
    if address and claimed and publisher is not claimed:
        why = f"the page names {in_a_sentence(claimed.name)}, and its address is not one of {claimed.short_name}'s"
        add_evidence(front, "publisher", why)
        named = urlsplit(str(address)).hostname if publisher is None else None
        if notice and notice.license != "all_rights_reserved":
            notice = None
    name = publisher.name if publisher else (notice.publisher_name if notice else None) or named
    if name:
        name = shortened(name, 200)
        front["publisher"] = name
        front["source"] = publisher.short_name if publisher else name
        if publisher and address:
            add_evidence(front, "publisher", f"the address is one of {publisher.short_name}'s")
        elif notice and notice.publisher_name:
            add_evidence(front, "publisher", f"the reuse notice: “{shortened(notice.text)}”")
        elif named:
            add_evidence(front, "publisher", "the page or its address names it")
    if notice and (notice.license or front["license"] is None):
        front["license"] = notice.license
        add_evidence(front, "license", notice.why)
    reuse = publisher.reuse_of(address) if publisher and address else None
    if front["license"] is None and publisher and reuse and reuse.license != "unknown":
        front["license"] = reuse.license
        why = f"the licence of {publisher.short_name}'s pages where nothing else is said"
        add_evidence(front, "license", f"{why}: {reuse.why} {publisher.reuse or ''}".strip())
    if front["title"] and name:
        front["attribution"] = attribution_for(front, original_title)
        if address:
            front["citation"] = f"{name}. {front['title']}. {address}"
    for asset in front["assets"]:
        if publisher and asset.get("credit") and publisher_named(asset["credit"]) is publisher:
            asset["license"] = front["license"] or "unknown"
            asset["reusable"] = front["license"] == "public_domain"
