"""What sort of page it is: summary, drug, news, video and so on, by its address and its headings."""

from waymark.library.deriving.found import Finding
from waymark.library.deriving.subjects import USE


def kind_of(segments: tuple[str, ...], names: tuple[str, ...], body: str) -> Finding:
    last = segments[-1] if segments else ""
    said = next((name for name in names if "PDQ" in name), "")
    if "dictionaries" in segments:
        return Finding("dictionary", ("address: dictionaries",))
    if "video" in last or "facebook-live" in last or "youtube" in last:
        return Finding("video", (f"address: {last}",))
    if "fact-sheet" in last:
        return Finding("fact_sheet", (f"address: {last}",))
    if last.endswith("-pdq"):
        return Finding("summary", (f"address: {last}",))
    if said and any(part in ("hp", "patient", "genetics") or part.startswith("hp-") for part in segments):
        return Finding("summary", (f"heading: {said}",))
    if "drugs" in segments:
        return Finding("drug", ("address: drugs",))
    if USE.search(body[:20_000]):
        return Finding("drug", ("heading: use in cancer",))
    if "clinical-trials" in segments or "clinical-center" in segments:
        return Finding("trial_info", (f"address: {last}",))
    if "news-events" in segments or "news" in segments or "blog" in segments:
        return Finding("news", ("address: news",))
    if "research" in segments:
        if last == "research" or last.endswith("articles"):
            return Finding("research", (f"address: {last}",))
        return Finding("news", (f"address: research/{last}",))
    if "coping" in segments or "survivorship" in segments:
        return Finding("coping", ("address: coping",))
    if len(segments) > 1 and segments[0] == "types":
        return Finding("type_page", (f"address: types/{segments[1]}",))
    return Finding("other", ())
