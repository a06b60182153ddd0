"""Lines of a page that are its site's and not its own: banners, skip links, buttons, credits. Told by their words."""

import re

LONGEST_LINE = 240  # a longer line is text, whatever it begins with

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "skip_link",
        re.compile(
            r"^(?:skip|jump|go) (?:directly )?to (?:the )?(?:main |page |site )?"
            r"(?:content|navigation|search|menu|footer)(?: area| section)?$",
            re.IGNORECASE,
        ),
    ),
    (
        "banner",
        re.compile(
            r"^(?:an official (?:web ?site|site|page) of .{2,120}|u\.?s\.? flag|here[’']s how you know|"
            r"(?:the )?official web ?sites? use \.\w+.{0,120}|(?:the )?\.(?:gov|mil) means it[’']s official.{0,120}|"
            r"secure \.\w+ web ?sites use https.{0,120}|a \.(?:gov|mil) web ?site belongs to an official .{0,120}|"
            r"a lock \(.{0,60}|the site is secure\.?|un sitio oficial del .{2,120})$",
            re.IGNORECASE,
        ),
    ),
    (
        "cookie_banner",
        re.compile(
            r"^(?:(?:we|this (?:web)?site|our (?:web)?site)(?: also)? uses? (?:\w+ ){0,3}cookies\b.{0,200}|"
            r"(?:accept|reject|allow|manage|decline)(?: all| additional| optional| analytics)? cookies?|"
            r"cookie (?:settings|preferences|policy)|cookies on .{2,80}|accept all|reject all)$",
            re.IGNORECASE,
        ),
    ),
    (
        "share",
        re.compile(
            r"^(?:share(?: (?:this|on|via|to)(?: (?:page|article|facebook|twitter|x|linkedin|pinterest|email))?)?|"
            r"share on x|(?:share on )?(?:facebook|twitter|linkedin|pinterest|whatsapp|instagram|youtube)|tweet|"
            r"print(?: this)?(?: page)?|e-?mail(?: this)?(?: page)?|"
            r"copy link|download pdf|listen(?: to this page)?|save|bookmark)$",
            re.IGNORECASE,
        ),
    ),
    (
        "junk",
        re.compile(
            r"^(?:enlarge(?: image)?|view larger(?: image)?|placeholder slot|menu|close|open menu|close menu|search|"
            r"(?:back|return) to (?:the )?top(?: of (?:the )?page)?|top of page|expand all|collapse all|"
            r"show more|show less|read more|loading\.{0,3}|advertisement|play video|subscribe|sign up|log ?in|sign in|"
            r"go to (?:the )?(?:patient|health professional) version)$",
            re.IGNORECASE,
        ),
    ),
)

_CREDIT = re.compile(
    r"^(?:(?:(?:photo(?:graph)?|image|picture|illustration|video)s?\s+)?credits?(?:ed to)?\s*:"
    r"|(?:photo(?:graph)?|image|picture|illustration|video)s?\s+(?:source|courtesy of|by)\s*:"
    r"|(?:photo(?:graph)?|image|picture|illustration)s?\s*(?:©|\(c\))\s*)\s*(?P<credit>\S.{0,160})$",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"^(?:on this page|in this (?:article|page|section|guide)|(?:table of )?contents|page contents|jump to"
    r"|en esta página)\s*:?$",
    re.IGNORECASE,
)


def chrome_kind(line: str) -> str | None:
    """Return what kind of furniture a line is; None when it belongs to the page."""
    if len(line) > LONGEST_LINE:
        return None
    return next((kind for kind, pattern in _KINDS if pattern.match(line)), None)


def credit_in(line: str) -> str | None:
    """Return who a credit line names ("Credit: iStock" gives "iStock"); None when it is no credit line."""
    if len(line) > LONGEST_LINE:
        return None
    match = _CREDIT.match(line)
    return match["credit"].strip() if match else None


def opens_contents(line: str) -> bool:
    """Return whether a line opens a list of the page's own headings."""
    return len(line) <= 60 and bool(_CONTENTS.match(line))
