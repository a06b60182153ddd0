"""Commands for the index and for what is kept: index, encode, status, verify, evaluate."""

import json
import os
from pathlib import Path
from typing import Any

import click

from waymark.app.cli.door import DAMAGED, Door, json_option, library_option, pass_door


@click.command()
@click.option("--fresh", is_flag=True, help="From nothing, whatever is there.")
@library_option
@json_option
@pass_door
def index(door: Door, fresh: bool) -> None:
    """Bring the search index up to date with the library."""
    from waymark.app.progress import on_terminal

    with door.service() as service:
        with on_terminal(not door.as_json) as progress:
            service.index(fresh=fresh, progress=progress, say=door.note)
        engine = service.engine
        passages, generation = engine.alive, engine.manifest.generation
    door.show(lambda: {"passages": passages, "generation": generation}, lambda: f"{passages} passages can be searched.")


@click.command()
@library_option
@json_option
@pass_door
def encode(door: Door) -> None:
    """Make the missing vectors now. It can be stopped, and goes on from there."""
    from waymark.app.progress import on_terminal

    with door.service() as service:
        with on_terminal(not door.as_json) as progress:
            made = service.encode(progress, threads=max(1, (os.cpu_count() or 2) // 2))
        manifest = service.engine.manifest
        encoded, total = manifest.encoded, service.engine.alive
    door.show(
        lambda: {"made": made, "encoded": encoded, "total": total},
        lambda: f"{made} vectors made; {encoded} of {total} passages are encoded.",
    )


@click.command()
@library_option
@json_option
@pass_door
def status(door: Door) -> None:
    """Say where the library is and whether each part works. Exit code 5 when one does not."""
    with door.service() as service:
        state = service.health()

    def for_programs() -> dict[str, Any]:
        parts = {
            name: {"ok": part.ok, "say": part.say, "mend": part.mend, "detail": dict(part.detail)}
            for name, part in state.parts.items()
        }
        return {"ok": state.ok, "folder": str(door.settings.library), **parts}

    def for_people() -> str:
        from waymark.app.cli import show

        return f"The library is in {door.settings.library}.\n{show.health(door.terminal, state)}"

    door.show(for_programs, for_people)
    if not state.ok:
        raise click.exceptions.Exit(DAMAGED)


@click.command()
@library_option
@json_option
@pass_door
def verify(door: Door) -> None:
    """Hash everything again and say what is not as it was left. Exit code 5 when something is not."""
    with door.service() as service:
        faults = service.verify()
    door.show(
        lambda: {"ok": not faults, "faults": faults}, lambda: "\n".join(faults) or "Everything is as it was left."
    )
    if faults:
        raise click.exceptions.Exit(DAMAGED)


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SET...")
@library_option
@json_option
@pass_door
def evaluate(door: Door, sets: tuple[Path, ...]) -> None:
    """Measure answers on evaluation sets.

    A set is a folder with topics.jsonl and, if the judgements are not in it, qrels.tsv and corpus.jsonl.
    """
    from waymark.app.evaluate import run_evaluation
    from waymark.app.progress import on_terminal

    with door.service() as service, on_terminal(not door.as_json) as progress:
        figures = run_evaluation(service, list(sets), progress)
    door.show(lambda: figures, lambda: json.dumps(figures, ensure_ascii=False, indent=2))
