"""Checks that hold a document back: it is kept as a draft, with the reason, and not quoted until a person decides.

Codes and rules follow the table of checks of the library's documentation.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from waymark.library.body import Body

LEAST_VISIBLE = 300  # characters; below this a page is a stub, a video's frame or an error
_SHELL = re.compile(
    r"(?:please )?(?:enable|turn on|requires?|activate) javascript|javascript (?:is|must be) (?:disabled|enabled|required)|"
    r"you need to enable javascript|an error occurred\.? (?:try|while|unable)|this (?:video|content) is (?:not available|unavailable)|"
    r"video player is loading|the embedded (?:page|content) could not",
    re.IGNORECASE,
)
_SITE_NAMES = frozenset({"facebook", "twitter", "youtube", "instagram", "linkedin", "home", "untitled", "x"})
_WORDS = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Held:
    """Why a document is held: the check's code, a sentence, and the characters that it rests on."""

    check: str
    why: str
    found: str = ""


Check = Callable[[Mapping[str, Any], Body, str | None], Iterator[Held]]


def _required(front: Mapping[str, Any], body: Body, retired: str | None) -> Iterator[Held]:
    if not str(front.get("url") or "").strip():
        yield Held("META-REQUIRED", "The record has no address of its publisher's page; add “url:”.")


def _title(front: Mapping[str, Any], body: Body, retired: str | None) -> Iterator[Held]:
    title = str(front.get("title") or "").strip()
    if not _WORDS.search(title):
        yield Held("META-TITLE", "The record has no title; add “title:”.", title)
    elif title.lower() in _SITE_NAMES:
        yield Held("META-TITLE", f"The title is the name of a site, “{title}”, not the page's own.", title)


def _shell(front: Mapping[str, Any], body: Body, retired: str | None) -> Iterator[Held]:
    match = _SHELL.search(body.text) if len(body.text) < 4 * LEAST_VISIBLE else None
    if match:
        yield Held(
            "TEXT-SHELL", "The page needs JavaScript or shows an error; its text was not captured.", match.group()
        )


def _encoding(front: Mapping[str, Any], body: Body, retired: str | None) -> Iterator[Held]:
    count = body.text.count("\ufffd")
    if count:
        at = body.text.index("\ufffd")
        yield Held(
            "TEXT-ENCODING",
            f"{count} characters were lost when the page was read.",
            body.text[max(0, at - 20) : at + 20],
        )


def _thin(front: Mapping[str, Any], body: Body, retired: str | None) -> Iterator[Held]:
    visible = sum(len(body.block_text(block)) for block in body.blocks)
    if visible < LEAST_VISIBLE:
        yield Held(
            "TEXT-THIN", f"The page has only {visible} visible characters; at least {LEAST_VISIBLE} are expected."
        )


def _retired(front: Mapping[str, Any], body: Body, retired: str | None) -> Iterator[Held]:
    if retired:
        yield Held("STATUS-RETIRED", "The page itself says that it is no longer kept up.", retired)


CHECKS: tuple[Check, ...] = (_required, _title, _shell, _encoding, _thin, _retired)


def held(front: Mapping[str, Any], body: Body, retired: str | None) -> tuple[Held, ...]:
    """Return every reason to hold this document; ``retired`` is the page's own statement that it is no longer kept up."""
    return tuple(reason for check in CHECKS for reason in check(front, body, retired))
