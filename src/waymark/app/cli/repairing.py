"""Commands that mend the library and that settle what only a person can: repair, decide."""

from datetime import date
from typing import Any

import click

from waymark import errors
from waymark.app.cli.door import Door, actor, json_option, library_option, now, on_option, pass_door


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be changed, as a diff, and change nothing.")
@click.option("--only", "codes", multiple=True, metavar="CHECK", help="Only the repair of this check; may be repeated.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only this document; may be repeated.")
@click.option("--undo", type=int, metavar="EVENT", help="Take one repair back, by the number of its audit event.")
@click.option("--why", default="", metavar="REASON", help="Why it is taken back.")
@on_option
@library_option
@json_option
@pass_door
def repair(
    door: Door,
    dry_run: bool,
    codes: tuple[str, ...],
    documents: tuple[str, ...],
    undo: int | None,
    why: str,
    on: date,
) -> None:
    """Mend what the documents' own evidence can mend.

    Each repair is a new version with its reason in the history, and can be taken back. Where the text itself is mended
    (joined headings, cut links, lost powers), the former version stays and can be quoted by its citation. What has no repair
    needs a person: see waymark check. A repair that a person took back is made again only when its check is named.

    \b
    waymark repair --dry-run --only TEXT-SUPERSCRIPT
    waymark repair --undo 1742 --why "the page means the number 109"
    """
    from waymark.app.progress import on_terminal
    from waymark.app.repairing import make, repair_json, repairs_json, repairs_offered

    if undo is not None:
        if dry_run or codes or documents:
            raise errors.UsageError("--undo takes back one repair by itself.", "Leave out the other options.")
        _undo(door, undo, why)
        return
    mended: list[dict[str, Any]] = []
    with door.service() as service, on_terminal(not door.as_json) as progress:
        catalogue = service.catalogue
        if dry_run:
            mended += [repair_json(each) for each in repairs_offered(catalogue, on, codes, documents, progress)]
        else:
            with catalogue.writing(10.0, door.note) as writer:
                for each in repairs_offered(catalogue, on, codes, documents, progress):
                    make(writer, each, actor(), now())
                    mended.append(repair_json(each))
            if mended:
                service.index(progress=progress, say=door.note)
    report = repairs_json(mended, dry_run)

    def for_people() -> str:
        lines = [line for each in mended for line in each["diff"].splitlines()] if dry_run else []
        verb = "would be mended" if dry_run else "mended"
        counts = [
            f"{code}: {count:,} {'document' if count == 1 else 'documents'} {verb}."
            for code, count in report["counts"].items()
        ]
        return "\n".join([*lines, *(counts or ["There is nothing to mend."])])

    door.show(lambda: report, for_people)


def _undo(door: Door, number: int, why: str) -> None:
    from waymark.app.repairing import undo

    with door.service() as service:
        with service.catalogue.writing(10.0, door.note) as writer:
            done = undo(service.catalogue, writer, number, actor(), now(), why)
        service.index(say=door.note)
    door.show(
        done.as_json,
        lambda: (
            f"The repair of {done.check} in “{done.document}” is taken back: {done.version_before} is followed by {done.version}."
        ),
    )


@click.command()
@click.argument("document_id", metavar="ID")
@click.argument("key", metavar="KEY")
@click.argument("values", nargs=-1, metavar="[VALUE]...")
@click.option("--why", default="", metavar="REASON", help="Why; kept with your name and the day.")
@click.option("--clear", is_flag=True, help="Take the decision back: the value is derived again.")
@library_option
@json_option
@pass_door
def decide(door: Door, document_id: str, key: str, values: tuple[str, ...], why: str, clear: bool) -> None:
    """Set a value of a document's record by hand.

    An editor's word beats what is derived, is marked as theirs, and stays when the document is read again. No value, or
    null, says that it is not known.

    \b
    waymark decide nci-example cancerTypes breast ovarian --why "the page is about both"
    waymark decide nci-example lastReviewed null --why "the publisher does not say"
    """
    from waymark.app.deciding import decide_value

    if clear and values:
        raise errors.UsageError("--clear takes a decision back and sets no value.", "Leave out the value or --clear.")
    with door.service() as service:
        with service.catalogue.writing(10.0, door.note) as writer:
            card, value = decide_value(service.catalogue, writer, document_id, key, values, actor(), now(), why, clear)
        service.index(say=door.note)
    shown = ", ".join(value) if isinstance(value, list) else "not known" if value is None else str(value)
    door.show(
        lambda: {"id": card.id, "version": card.version, "key": key, "value": value, "decided": not clear},
        lambda: f"{key} of “{card.id}” is {shown} ({card.version}).",
    )
