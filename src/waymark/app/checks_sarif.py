"""Findings as SARIF 2.1.0 (OASIS standard, https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for tools that show such files.

Each place is one of the readable files of the library's ``documents`` folder; columns count code points.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from waymark.app.checking import Checked
from waymark.library.catalogue import Catalogue
from waymark.library.checks.findings import Check, Finding, Severity, every_check
from waymark.library.document import Document
from waymark.library.folder import cannot_write, readable, write_whole

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.BLOCKING: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
}


def write_sarif(place: Path, catalogue: Catalogue, found: Checked) -> None:
    """Write the findings to a file in one step. Those that were accepted are in it too, as suppressed."""
    text = json.dumps(sarif(catalogue, found), ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        write_whole(place, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise cannot_write(error, place) from error


def sarif(catalogue: Catalogue, found: Checked) -> dict[str, Any]:
    """Return the log of one run."""
    from waymark.app.wiring import MADE_BY

    name, _, version = MADE_BY.partition(" ")
    checks = every_check()
    rules = {check.code: number for number, check in enumerate(checks)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": name.capitalize(),
                        "version": version,
                        "semanticVersion": version,
                        "rules": [_rule(check) for check in checks],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"LIBRARY": {"uri": catalogue.folder.resolve().as_uri().rstrip("/") + "/"}},
                "results": list(_results(catalogue, found, rules)),
            }
        ],
    }


def _rule(check: Check) -> dict[str, Any]:
    worst = min(check.severities, key=lambda severity: severity.rank)
    rule: dict[str, Any] = {
        "id": check.code,
        "name": "".join(word.capitalize() for word in check.code.split("-")),
        "shortDescription": {"text": check.rule},
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {"severities": [severity.value for severity in check.severities]},
    }
    if check.does:
        asked = " It is made only when the check is named." if check.asks else ""
        rule["help"] = {"text": f"waymark repair --only {check.code} would {check.does}.{asked}"}
    else:
        rule["help"] = {"text": "A person has to decide."}
    return rule


def _results(catalogue: Catalogue, found: Checked, rules: dict[str, int]) -> Iterator[dict[str, Any]]:
    lines: _Lines | None = None
    for finding in found.findings():
        if lines is None or lines.document.id != finding.document:
            lines = _Lines(catalogue.document(finding.document))
        yield _result(finding, lines, rules, found)


def _result(finding: Finding, lines: "_Lines", rules: dict[str, int], found: Checked) -> dict[str, Any]:
    artifact = {"uri": f"documents/{finding.document}.md", "uriBaseId": "LIBRARY"}
    place: dict[str, Any] = {"artifactLocation": artifact}
    region = lines.region(finding)
    if region is not None:
        place["region"] = region
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": rules[finding.check],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.why},
        "locations": [
            {
                "physicalLocation": place,
                "logicalLocations": [{"fullyQualifiedName": f"{finding.document}/{finding.where}"}],
            }
        ],
        "partialFingerprints": {"waymark/v1": finding.mark},
        "occurrenceCount": finding.times,
        "properties": {"severity": finding.severity.value, "where": finding.where, "repair": finding.repair},
    }
    accepted = found.accepted.get(finding.mark)
    if accepted is not None:
        words = f"{accepted.by}, {accepted.at[:10]}: {accepted.why}"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": words}]
    return result


class _Lines:
    """The readable file of one document, to say in which line a finding stands."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = readable(document)
        self.offset = len(self.text) - len(document.source)
        self.starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = self.text.find("\n", at + 1)

    def region(self, finding: Finding) -> dict[str, Any] | None:
        """Return where the finding stands in the file: lines and columns from 1, the end column past the last character."""
        part, _, span = finding.where.partition("[")
        if part == "source":
            start, end = (int(number) + self.offset for number in span.rstrip("]").split(":"))
        elif part == "body":
            start = self.text.find(finding.found, self.offset) if finding.found else -1
            end = start + len(finding.found)
        else:
            start = self.text.find(f"\n{part}:", 0, self.offset) + 1
            end = self.text.find("\n", start)
            start = start or -1
        if start < 0:
            return None
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, max(start, end - 1)) - 1
        return {
            "startLine": first + 1,
            "startColumn": start - self.starts[first] + 1,
            "endLine": last + 1,
            "endColumn": max(start, end) - self.starts[last] + 1,
            "snippet": {"text": self.text[start:end]},
        }
