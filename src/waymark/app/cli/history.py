"""Commands for what was: history, uses."""

from typing import Any

import click

from waymark.app.cli.door import Door, json_option, library_option, pass_door


@click.command()
@click.argument("document_id", required=False, metavar="[ID]")
@click.option(
    "--diff", nargs=2, metavar="V1 V2", help="What changed between two versions, word by word and value by value."
)
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=100,
    show_default=True,
    metavar="N",
    help="At most so many events.",
)
@library_option
@json_option
@pass_door
def history(door: Door, document_id: str | None, diff: tuple[str, str] | None, limit: int) -> None:
    """Say who did what to a document, or to the whole library, the latest first.

    \b
    waymark history fatigue
    waymark history fatigue --diff v1 v2
    """
    if diff is not None:
        if document_id is None:
            raise click.UsageError("Name the document whose versions are to be compared.")
        _compare(door, document_id, *diff)
        return
    from waymark.app.shapes import event_json

    with door.service() as service:
        versions = service.versions(document_id) if document_id is not None else []
        events = service.events(document_id, limit)

    def for_programs() -> dict[str, Any]:
        told: dict[str, Any] = {"events": [{**event_json(event), "document": event.document} for event in events]}
        if document_id is not None:
            told = {"id": document_id, "versions": [version_json(card) for card in versions], **told}
        return told

    def for_people() -> str:
        from waymark.app.cli import show

        return show.history(door.terminal, versions, events)

    door.show(for_programs, for_people)


def version_json(card: Any) -> dict[str, Any]:
    """Return what tells one version from another."""
    return {
        "version": card.version,
        "status": card.status.value,
        "content_hash": card.content_hash,
        "last_reviewed": card.last_reviewed.isoformat() if card.last_reviewed else None,
        "reviewed_by": card.reviewed_by,
    }


def _compare(door: Door, document_id: str, first: str, second: str) -> None:
    from waymark.library.history import compare

    with door.service() as service:
        comparison = compare(service.document(document_id, first), service.document(document_id, second))

    def for_programs() -> dict[str, Any]:
        from waymark.app.shapes import plain

        return {
            "id": document_id,
            "before": first,
            "after": second,
            "text": [{"change": piece.change.value, "text": piece.text} for piece in comparison.text],
            "record": [
                {"key": change.key, "before": plain(change.before), "after": plain(change.after)}
                for change in comparison.record
            ],
        }

    def for_people() -> str:
        from waymark.app.cli import show

        return show.comparison(door.terminal, comparison)

    door.show(for_programs, for_people)


@click.command()
@click.argument("document_id", metavar="ID")
@click.option("--of", "version", metavar="VERSION", help="Only of this version.")
@click.option("--span", nargs=2, type=int, metavar="START END", help="Only what holds words of this part of its body.")
@library_option
@json_option
@pass_door
def uses(door: Door, document_id: str, version: str | None, span: tuple[int, int] | None) -> None:
    """Say which exports and saved answers hold words of a document."""
    from waymark.app.cli.decisions import use_json

    with door.service() as service:
        service.catalogue.card(document_id, version)  # NotFound says which are near
        found = service.uses_of(document_id, version, span)

    def for_people() -> str:
        from waymark.app.cli import show

        return "\n".join(show.uses(door.terminal, found)) or "Nothing that this library knows of holds words of it."

    door.show(lambda: {"id": document_id, "uses": [use_json(use) for use in found]}, for_people)
