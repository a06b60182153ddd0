"""What a page is about besides the cancer: recurrence, tests, treatment, side effects and so on.

A small vocabulary of our own. A topic is given by the page's address, its title or at least two of its headings; a word
somewhere in the text gives none.
"""

import re
from collections.abc import Iterable, Mapping

TOPICS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    name: (label, re.compile(pattern, re.IGNORECASE))
    for name, label, pattern in (
        (
            "recurrence",
            "Cancer that comes back",
            r"\brecur|com(?:es?|ing) back|\brelapse|\brecidiv|\brecurrencia|\breca[ií]da",
        ),
        ("metastasis", "Cancer that has spread", r"metasta|\bspread\b|advanced cancer|diseminaci"),
        (
            "diagnosis",
            "Finding and naming a cancer",
            r"\bdiagnos|\bsymptoms?\b|\bsigns of\b|\bs[ií]ntomas\b|pathology report",
        ),
        ("staging", "How far a cancer reaches", r"\bstag(?:e|es|ing)\b|\betapas?\b|\bestadi"),
        ("screening", "Looking for cancer before there are signs", r"\bscreening\b|mammogra|detecci[oó]n"),
        ("prevention", "Causes, risks and prevention", r"\bprevent|\brisk factors?\b|\bcauses?\b|\bprevenci[oó]n"),
        ("genetics", "Genes and families", r"\bgenetic|\bhereditary|\binherited|\bgen[eé]tic"),
        (
            "treatment",
            "Treatment",
            r"\btreat|\btherap|\bsurgery\b|\bchemotherapy\b|\bradiation\b|\btratamiento|\bdrugs?\b",
        ),
        (
            "side-effects",
            "Side effects",
            r"side[ -]effects?|\btoxicit|late effects|efectos secundarios|\bnausea\b|\bfatigue\b|lymphedema",
        ),
        ("follow-up", "Follow-up and life after treatment", r"follow[- ]up|\bsurvivor|after treatment|\bseguimiento\b"),
        (
            "palliative-care",
            "Palliative care and the end of life",
            r"palliative|hospice|end[- ]of[- ]life|last days|\bpaliativ",
        ),
        (
            "coping",
            "Feelings and coping",
            r"\bcoping\b|\bfeelings\b|\banxiety|\bdepression\b|\bdistress\b|\bgrief|adjust(?:ing|ment)|afrontar",
        ),
        (
            "caregivers",
            "Families and those who care",
            r"caregiv|\bfamil(?:y|ies)\b(?! history)|\bparents?\b|\bcuidador",
        ),
        ("nutrition", "Eating", r"nutrition|\beating\b|appetite|\bdiet|\bfoods?\b|\bnutrici[oó]n"),
        ("fertility", "Fertility and sexual health", r"fertility|sexual|\bpregnan|\bfertilidad"),
        ("pain", "Pain", r"\bpain\b|\bdolor\b"),
        ("clinical-trials", "Clinical trials", r"clinical trials?\b|\bensayos cl[ií]nicos"),
        (
            "complementary",
            "Complementary and alternative medicine",
            r"complementary|alternative medicine|\bherb|\bsupplements?\b|/cam/",
        ),
        ("research", "Research news", r"\bresearch\b|\bstudy finds\b|\bresults\b"),
        (
            "money-and-work",
            "Money, work and rights",
            r"\bfinancial|\bcosts?\b|\binsurance|\bwork\b|\bdinero\b|\bseguro m[eé]dico",
        ),
    )
}
"""Name, label and the words that give it."""
_ON_EVERY_PAGE = re.compile(
    r"about this pdq|permission to use|clinical trials? accepting|current clinical trials|research results|latest updates|changes to this|"
    r"reviewers|levels of evidence|references|contact us|disclaimer|more information|learn more|questions? to ask|purpose of this|key points",
    re.IGNORECASE,
)
_MOST = 6


def topics_of(segments: Iterable[str], names: Iterable[str], headings: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the topics of a page with why, those that the title or address names first; at most six.

    ``segments`` are the parts of its address, ``names`` its title and first headings, ``headings`` all its headings.
    """
    path = " ".join(segment.replace("-", " ") for segment in segments)
    said = tuple(names)
    under = [heading for heading in headings if heading not in said and not _ON_EVERY_PAGE.search(heading)]
    strong: dict[str, tuple[str, ...]] = {}
    weak: dict[str, tuple[str, ...]] = {}
    for name, (_, pattern) in TOPICS.items():
        why = [f"title: {_whole(words, match)}" for words in said if (match := pattern.search(words))][:1]
        if match := pattern.search(path):
            why.append(f"address: {_whole(path, match)}")
        if why:
            strong[name] = tuple(why)
            continue
        hits = [heading for heading in under if pattern.search(heading)]
        if len(hits) >= 2:
            weak[name] = tuple(f"heading: {heading[:80]}" for heading in hits[:2])
    ranked = {**strong, **weak}
    return dict(list(ranked.items())[:_MOST])


def _whole(text: str, match: re.Match[str]) -> str:
    """Return what a pattern met with the rest of its last word: "Recurrent" for "Recur"."""
    end = match.end()
    while end < len(text) and text[end].isalpha():
        end += 1
    return text[match.start() : end].strip(" /")
