"""Does work in processes of their own, in order, however many there are.

``multiprocessing`` starts a process by importing the caller's main script again, which does harm when that script has no
main guard. A developer who embeds Waymark need not know of this: the processes here run this module and nothing else.
"""

import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 16  # results that a process may be ahead of the one who takes them


class _Ended:
    """Stands for every further result of a process that has ended early."""


def in_processes(function: Callable[[Item], Result], items: Sequence[Item], processes: int) -> Iterator[Result]:
    """Yield ``function(item)`` for each item, in order. ``function`` is a module's own and must not raise.

    A process that ends early (killed for its memory, perhaps) costs nothing but time: its share is done here.
    """
    started = [_start(function, items[number::processes]) for number in range(processes)]
    ended: set[int] = set()
    try:
        for place, item in enumerate(items):
            number = place % processes
            result = _Ended() if number in ended else started[number][1].get()
            if isinstance(result, _Ended):
                ended.add(number)
                yield function(item)
            else:
                yield result
    finally:
        for process, _ in started:
            process.kill()
            process.wait()


def _start(
    function: Callable[[Any], Any], share: Sequence[Any]
) -> tuple["subprocess.Popen[bytes]", "queue.Queue[Any]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "waymark.app.readers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    results: queue.Queue[Any] = queue.Queue(_AHEAD)
    threading.Thread(target=_send, args=(process.stdin, (function, list(share))), daemon=True).start()
    threading.Thread(target=_receive, args=(process.stdout, len(share), results), daemon=True).start()
    return process, results


def _send(stream: BinaryIO, work: Any) -> None:
    try:
        with stream:
            pickle.dump(work, stream)
    except OSError:
        pass  # the process has ended: what it leaves is done by the caller


def _receive(stream: BinaryIO, count: int, results: "queue.Queue[Any]") -> None:
    with stream:
        try:
            for _ in range(count):
                results.put(pickle.load(stream))
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            results.put(_Ended())


def main() -> None:
    """Do one share of the work: a function and its items come in, results go out one by one."""
    function, items = pickle.load(sys.stdin.buffer)
    out = sys.stdout.buffer
    for item in items:
        pickle.dump(function(item), out, protocol=pickle.HIGHEST_PROTOCOL)
        out.flush()


if __name__ == "__main__":
    main()
