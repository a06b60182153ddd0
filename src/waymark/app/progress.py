"""Progress on a terminal: what is being done, how much of it, how fast, and how long it will take."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


def quiet(doing: str, done: int, total: int) -> None:
    """Report no progress."""


@contextmanager
def on_terminal(wanted: bool = True) -> Iterator[Progress]:
    """Lend a `Progress` that draws on standard error; silent when that is no terminal, or when it is not wanted."""
    if not wanted or not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        known: dict[str, tuple[TaskID, int]] = {}  # what is being done -> its bar, and what was done when the bar began

        def show(doing: str, done: int, total: int) -> None:
            if doing not in known:
                known[doing] = (bars.add_task(doing, total=total, rate=""), done)
            number, begun = known[doing]
            seconds = bars.tasks[number].elapsed or 0.0
            rate = f"{(done - begun) / seconds:,.0f} a second" if seconds > 0.5 and done > begun else ""
            bars.update(number, completed=done, total=total, rate=rate)

        yield show
