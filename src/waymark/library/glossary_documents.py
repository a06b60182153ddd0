"""The glossary as documents of the starter collection: one for each group of terms and language, made from its file."""

from collections.abc import Iterator

from waymark.library.glossary import Group, Term, glossary

_PUBLISHER = {"en": "National Cancer Institute", "es": "Instituto Nacional del Cáncer"}
_DICTIONARY = {"en": "Dictionary of Cancer Terms", "es": "Diccionario de cáncer"}
_COLLECTION = {"en": "Waymark starter collection", "es": "Colección inicial de Waymark"}


def documents() -> Iterator[tuple[str, str]]:
    """Yield each document's place under the starter collection's folder, and its text."""
    for group in glossary().groups:
        for language in group.titles:
            yield f"{language}/{group.slug}.md", document_text(group, language)


def section_title(term: Term, language: str) -> str:
    """Return the heading under which a term stands: its name with a capital."""
    name = term.meanings[language].name
    return name[:1].upper() + name[1:]


def document_id(group: Group, language: str) -> str:
    return f"waymark-{group.slug}" if language == "en" else f"waymark-{language}-{group.slug}"


def document_text(group: Group, language: str) -> str:
    """Return the Markdown record of a group in a language. Terms that are not in that language are left out."""
    title = group.titles[language]
    terms = [term for term in group.terms if language in term.meanings]
    place = group.slug if language == "en" else f"{language}/{group.slug}"
    year = group.posted[:4]
    lines = [
        "---",
        f"id: {document_id(group, language)}",
        f"title: {_quoted(title)}",
        f'url: "waymark:starter/{place}"',
        "source: Waymark",
        "sourceType: starter",
        "audienceLevel: patient",
        "cancerTypes:",
        "- general",
        "tags:",
        "- words",
        f"language: {language}",
        *([f"translationOf: {document_id(group, 'en')}"] if language != "en" else []),
        "license: Apache-2.0",
        f"citation: {_quoted(f'{_COLLECTION[language]}: {title} ({year})')}",
        f"attribution: {_quoted(f'“{title}”, Waymark starter collection, Apache-2.0')}",
        "lastReviewed: null",
        "reviewedBy: null",
        "reviewFrequency: yearly",
        f'updated: "{group.updated}"',
        f'posted: "{group.posted}"',
        "retrieved: null",
        "status: active",
        f"version: {group.version}",
        "sources:",
    ]
    addresses: set[str] = set()
    for term in terms:
        address = term.publisher_page(language)
        if address not in addresses:
            addresses.add(address)
            lines += [
                f"- title: {_quoted(f'{_DICTIONARY[language]}: {term.meanings[language].name}')}",
                f"  publisher: {_PUBLISHER[language]}",
                f"  url: {address}",
            ]
    lines += ["---", "", f"# {title}", "", group.openings[language]]
    for term in terms:
        lines += ["", f"## {section_title(term, language)}", "", term.meanings[language].text]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
