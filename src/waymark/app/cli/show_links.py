"""How a terminal shows the links of a library."""

from waymark.app.cli.show import Terminal
from waymark.app.linking import LinkReport

_FORMS = {
    "popup": "written with the term's number",
    "popup_padded": "written with CDR and zeros before the number",
    "page": "to the term's page by its number",
    "name": "to the term's page by its name",
    "query": "to the dictionary with the number asked for",
}


def counts(terminal: Terminal, report: LinkReport) -> str:
    """Return the counts, in lines."""
    found = report.counts
    lines = [
        f"{found.links:,} links in {found.documents:,} documents; {found.relative:,} are relative to their page.",
        f"{found.page_links:,} lead to pages: {found.pages:,} different ones, of which the library holds {found.held:,}.",
        f"{found.term_links:,} lead to a term of a dictionary: {found.terms:,} terms by number.",
    ]
    lines += [f"  {count:>7,}  {_FORMS.get(form, form)}" for form, count in found.by_form.items()]
    for title, table in (
        ("dictionary", found.by_dictionary),
        ("for", found.by_audience),
        ("language", found.by_language),
    ):
        lines.append(f"  {title}: " + ", ".join(f"{name} {count:,}" for name, count in table.items()))
    lines += [
        f"  {found.ambiguous:,} written words are linked to more than one term; the number says which.",
        f"{len(report.missing):,} pages are wanted and not held (waymark links --missing).",
        f"{len(report.sections):,} sections have lost their text.",
        f"{len(report.pairs):,} pairs of a patient and a professional version (waymark links --pairs).",
    ]
    return "\n".join(line for text in lines for line in terminal.paragraph(text, "", "    "))


def missing(terminal: Terminal, report: LinkReport, most: int) -> str:
    """Return the ledger: pages most wanted first, then the sections without text."""
    lines = []
    for entry in report.missing[:most]:
        lines.append(terminal.bold(f"{entry.address}"))
        said = f"“{entry.words}”, linked from {entry.documents:,} {_word('document', entry.documents)}"
        lines += terminal.paragraph(f"{said} ({', '.join(entry.by[:3])})", "    ")
    if len(report.missing) > most:
        lines.append(f"… and {len(report.missing) - most:,} more; -n shows more, --json lists them all.")
    if not report.missing:
        lines.append("The library holds every page of its publishers that its documents link to.")
    if report.sections:
        lines += ["", terminal.bold("Sections without text")]
        for section in report.sections[:most]:
            lines += terminal.paragraph(f"“{section.heading}” in {section.document}", "    ", "      ")
        if len(report.sections) > most:
            lines.append(f"    … and {len(report.sections) - most:,} more; --json lists them all.")
    return "\n".join(lines)


def terms(terminal: Terminal, report: LinkReport, most: int) -> str:
    """Return the terms with most links first."""
    lines = [
        f"{term.links:>7,}  {term.number:<7} {term.words} ({', '.join(term.dictionaries)})"
        for term in report.terms[:most]
    ]
    if len(report.terms) > most:
        lines.append(f"… and {len(report.terms) - most:,} more; -n shows more, --json lists them all.")
    return "\n".join(lines or ["No document links to a term of a dictionary."])


def pairs(terminal: Terminal, report: LinkReport, most: int) -> str:
    """Return the pairs, each with what shows that they belong together."""
    lines = []
    for pair in report.pairs[:most]:
        lines.append(terminal.bold(f"{pair.patient} and {pair.professional}"))
        lines += terminal.paragraph("; ".join(pair.evidence), "    ")
    if len(report.pairs) > most:
        lines.append(f"… and {len(report.pairs) - most:,} more; -n shows more, --json lists them all.")
    return "\n".join(lines or ["No two documents are versions of one summary."])


def _word(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
