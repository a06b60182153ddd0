"""Measuring: times and their spread, processes with their memory, and how quiet the machine was meanwhile."""

import contextlib
import math
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Item = TypeVar("Item")
MEGABYTE = 1_000_000  # sizes on disk; memory is counted in MiB, as the aims are
MEBIBYTE = 1024 * 1024
_LOOK_EVERY = 0.2  # seconds between two looks at a process's memory
_LOOP = 3_000_000  # steps of the loop that tells how much of a core is left for us


def spread(values: Iterable[float]) -> dict[str, float]:
    """Return number, least, median, 95th and 99th percentile (nearest rank), greatest and mean."""
    ordered = sorted(values)
    if not ordered:
        return {"n": 0}

    def rank(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    found = {
        "min": ordered[0],
        "median": median,
        "p95": rank(0.95),
        "p99": rank(0.99),
        "max": ordered[-1],
        "mean": sum(ordered) / len(ordered),
    }
    return {"n": len(ordered), **{name: round(value, 4) for name, value in found.items()}}


def timed(items: Sequence[Item], do: Callable[[Item], Any], at_once: int = 1) -> dict[str, float]:
    """Return the spread of milliseconds that ``do`` takes for each item, ``at_once`` of them in hand at any time.

    ``per_second`` counts items over the whole run. The clock of an item starts when a worker takes it up, so waiting for
    a free worker does not count and waiting for the others' use of the machine does.
    """

    def one(item: Item) -> float:
        begun = time.perf_counter()
        do(item)
        return (time.perf_counter() - begun) * 1000

    begun = time.perf_counter()
    if at_once == 1:
        times = [one(item) for item in items]
    else:
        with ThreadPoolExecutor(at_once) as pool:
            times = list(pool.map(one, items))
    took = time.perf_counter() - begun
    return {**spread(times), "per_second": round(len(items) / took, 2) if took else 0.0}


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process took. ``largest_mib`` is the peak of its largest process, ``together_mib`` that of all of them."""

    code: int
    wall_s: float
    cpu_s: float
    largest_mib: float
    together_mib: float | None
    out: str
    err: str

    def figures(self) -> dict[str, float | None]:
        return {
            "wall_s": round(self.wall_s, 3),
            "cpu_s": round(self.cpu_s, 3),
            "largest_process_mib": round(self.largest_mib, 1),
            "all_processes_mib": None if self.together_mib is None else round(self.together_mib, 1),
        }


class ProcessFailed(Exception):
    """A measured process ended with an error; the message holds the end of what it wrote."""


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a measured process: ours without the settings of Waymark, plus ``changes``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8", **changes}


def waymark_command(*arguments: str | Path) -> list[str]:
    """Return the command line of the installed `waymark`, or of its module where no script was installed."""
    script = Path(sys.executable).with_name("waymark")
    start = [str(script)] if script.is_file() else [sys.executable, "-m", "waymark.app.cli.main"]
    return [*start, *map(str, arguments)]


def run_process(command: Sequence[str], changes: Mapping[str, str] | None = None, look: bool = True) -> Ran:
    """Run a command to its end; wall clock, CPU and memory of it and of the processes that it waited for.

    ``look`` follows the memory of all its processes together, which takes a little of the machine: leave it out where
    milliseconds count. Raises `ProcessFailed` when the command does not end with 0.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment(**(changes or {}))
        )
        watcher = _Watcher(process.pid) if look else None
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            together = watcher.stop() if watcher is not None else None
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here, not by the object
        out.seek(0)
        err.seek(0)
        said, complained = (stream.read().decode("utf-8", "replace") for stream in (out, err))
    if process.returncode:
        raise ProcessFailed(f"The process ended with {process.returncode}: {complained.strip()[-600:]}")
    # The system counts in KiB, that of macOS in bytes.
    largest = usage.ru_maxrss / (1 if sys.platform == "darwin" else 1 / 1024) / MEBIBYTE
    return Ran(0, wall, usage.ru_utime + usage.ru_stime, largest, together, said, complained)


class _Watcher:
    """Follows the memory of a process and its children: proportional (shared pages counted once) where the system tells."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = threading.Event()
        self._peak: float | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY):
            now = memory_of(self._pid)
            if now is None:
                return
            self._peak = max(self._peak or 0.0, now)

    def stop(self) -> float | None:
        self._ended.set()
        self._thread.join()
        return self._peak


def memory_of(pid: int) -> float | None:
    """Return the MiB that a process and its children hold now; None where psutil is missing or the process has ended."""
    try:
        import psutil
    except ImportError:
        return None
    total, seen = 0, False
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        for each in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                memory = each.memory_full_info()
                total += getattr(memory, "pss", memory.rss)
                seen = True
    return total / MEBIBYTE if seen else None


def size_of(place: Path) -> int:
    """Return the bytes of a file, or of all files under a folder; links to one file count once."""
    if place.is_file():
        return place.stat().st_size
    sizes = {}
    for path in place.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and not path.is_symlink():
                status = path.stat()
                sizes[status.st_dev, status.st_ino] = status.st_size
    return sum(sizes.values())


def megabytes(size: float) -> float:
    return round(size / MEGABYTE, 1)


def machine() -> dict[str, Any]:
    """Return the machine in words: nothing that tells which one it is."""
    memory: int | None = None
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": cores,
        "memory_gib": None if memory is None else round(memory / MEBIBYTE / 1024, 1),
        "system": f"{platform.system()} on {platform.machine()}",
        "python": platform.python_version(),
    }


def quietness() -> dict[str, Any]:
    """Return the load averages (1, 5, 15 minutes), and how much longer a fixed loop takes than its CPU time: 1.0 is alone."""
    load = [round(value, 2) for value in os.getloadavg()] if hasattr(os, "getloadavg") else None
    begun, used = time.perf_counter(), time.process_time()
    total = 0
    for step in range(_LOOP):
        total += step & 7
    wall, cpu = time.perf_counter() - begun, time.process_time() - used
    return {"load": load, "wall_over_cpu": round(wall / max(cpu, 1e-9), 2)}
