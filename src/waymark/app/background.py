"""The background encoder: a process of low priority that makes missing vectors while the pages are served.

It is a process of its own so that a question never waits for it, and so that whatever goes wrong in it leaves the pages
up. Each batch is kept as it is made: a process that is ended goes on where it stopped.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waymark.app.wiring import Waymark

_LOOK_EVERY = 5.0  # seconds between two looks at the library
_REFUSED = 3  # exit status of the process after an error with a sentence


def encode_until_told(library: Path) -> int:
    """Make the missing vectors of a library; the process's own work. Ends early when standard input closes."""
    import signal

    from waymark.app.wiring import Waymark
    from waymark.errors import WaymarkError
    from waymark.settings import read_settings

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes standard input
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    stop = threading.Event()

    def listen() -> None:
        # Not through sys.stdin: a thread that holds its lock makes the interpreter abort when it ends.
        while os.read(0, 1024):
            pass
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        service = Waymark.open(read_settings(library), create=False)
        try:
            service.encode(stop=stop, threads=max(1, (os.cpu_count() or 2) - 1))
        finally:
            service.close()
    except WaymarkError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return _REFUSED
    return 0


class BackgroundEncoder:
    """Watches a service, and runs the encoding process whenever passages are without vectors.

    ``ended`` is told of each end of a process: the name of the failure, or None, and the exit status. After a failure
    the encoder tries again when the library or its index has changed.
    """

    def __init__(
        self, service: "Waymark", ended: Callable[[str | None, int], None], look_every: float = _LOOK_EVERY
    ) -> None:
        self._service = service
        self._ended = ended
        self._look_every = look_every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="background encoder", daemon=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._tried: tuple[int, int] | None = None  # the state of the index when a process was last started

    def start(self) -> None:
        self._thread.start()

    def stop(self, wait: float = 10.0) -> None:
        """End the watching and the process; what was encoded is kept."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(wait)
        process = self._process
        if process is not None and process.poll() is None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _close(process)

    def _watch(self) -> None:
        from waymark.errors import WaymarkError

        while not self._stop.is_set():
            try:
                self.look()
            except WaymarkError:
                pass  # a library or index that is damaged is health's to tell; nothing can be encoded meanwhile
            except Exception as error:  # whatever it is, the pages stay up and the next look may be better
                self._ended(type(error).__name__, 0)
            self._stop.wait(self._look_every)

    def look(self) -> None:
        """See what the process did, if there is one; start one when there is something new to encode."""
        process = self._process
        if process is not None:
            code = process.poll()
            if code is None:
                return
            self._process = None
            name = _name_of_failure(process, code)
            _close(process)
            self._ended(name, code)
        manifest = self._service.engine.manifest
        state = (manifest.generation, manifest.encoded)
        if state != self._tried and self._service.engine.pending():
            self._tried = state
            self._process = _start(self._service.settings.library)


def _start(library: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "waymark.app.background", str(library)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _close(process: "subprocess.Popen[bytes]") -> None:
    for stream in (process.stdin, process.stderr):
        if stream is not None:
            stream.close()


def _name_of_failure(process: "subprocess.Popen[bytes]", code: int) -> str | None:
    """Return the name of the error that ended the process: its last line begins with it. None for a good end."""
    if code == 0:
        return None
    if code < 0:
        return f"Signal{-code}"
    lines = process.stderr.read().decode("utf-8", "replace").strip().splitlines() if process.stderr else []
    name = lines[-1].partition(":")[0].rpartition(".")[2] if lines else ""
    return name if name.isidentifier() else "Unknown"


if __name__ == "__main__":
    sys.exit(encode_until_told(Path(sys.argv[1])))
