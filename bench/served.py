"""The served page and the API under eight clients at once, on this machine's loopback address."""

import http.client
import json
import os
import random
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.clock import environment, memory_of, spread, waymark_command
from bench.setting import TOPICS_SET, NotGiven, Setting, say
from bench.start import QUESTIONS
from bench.wordings import TEMPLATES, asked
from waymark.answering.spoken import sure_language
from waymark.languages.texts import SOURCE

CLIENTS = 8
LONGEST = 22.0  # seconds for each of the two doors: with the rest it stays within a minute
MOST = 880  # requests for each of the two doors: with the rest it stays within two thousand
ALONE_LONGEST, ALONE_MOST = 5.0, 100
FRESH, FRESH_SEED = 400, 5
_WAIT_FOR_START = 60.0
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class ServerFailed(Exception):
    """The server did not start, or ended by itself; the message holds the end of what it wrote."""


@contextmanager
def server(library: Path) -> Iterator[tuple[int, int]]:
    """Serve a library on a free port with the background encoder off; gives (port, process id) and stops it at the end."""
    with tempfile.TemporaryFile() as wrote:
        process = subprocess.Popen(
            waymark_command("serve", "--port", "0", "--library", library),
            stdin=subprocess.DEVNULL,
            stdout=wrote,
            stderr=subprocess.STDOUT,
            env=environment(WAYMARK_ENCODE="0", WAYMARK_ONLINE="0", PYTHONUNBUFFERED="1"),
        )
        try:
            yield _port(process, wrote), process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port(process: "subprocess.Popen[bytes]", wrote: Any) -> int:
    until = time.monotonic() + _WAIT_FOR_START
    while True:
        said = os.pread(wrote.fileno(), 100_000, 0).decode("utf-8", "replace")
        match = _ADDRESS.search(said)
        if match:
            break
        if process.poll() is not None or time.monotonic() > until:
            raise ServerFailed(f"The server did not start: {said.strip()[-400:]}")
        time.sleep(0.05)
    port = int(match[1])
    while True:  # the address is said before the first request is taken
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/v1/health")
            connection.getresponse().read()
            connection.close()
            return port
        except OSError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise ServerFailed("The server does not answer.") from error
            time.sleep(0.05)


def load(port: int, door: str, questions: list[str], clients: int, longest: float, most: int) -> dict[str, Any]:
    """Let clients ask one after the other, each on a connection of its own, until the time or the number is reached."""
    times: list[float] = []
    bytes_read: list[int] = []
    failures: dict[str, int] = {}
    lock = threading.Lock()
    begun = time.perf_counter()
    next_number = iter(range(most))

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.perf_counter() - begun < longest:
            with lock:
                number = next(next_number, None)
            if number is None:
                break
            question = questions[number % len(questions)]
            started = time.perf_counter()
            try:
                if door == "page":
                    connection.request("GET", f"/ask?q={quote(question)}", headers={"Accept-Encoding": "gzip"})
                else:
                    body = json.dumps({"question": question})
                    connection.request("POST", "/api/v1/ask", body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                size, status = len(response.read()), str(response.status)
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                size, status = 0, type(error).__name__
            took = (time.perf_counter() - started) * 1000
            with lock:
                if status == "200":
                    times.append(took)
                    bytes_read.append(size)
                else:
                    failures[status] = failures.get(status, 0) + 1
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    return {
        "clients": clients,
        "ms": spread(times),
        "per_second": round(len(times) / took, 1),
        "failures": failures,
        "bytes_median": spread(bytes_read).get("median", 0),
    }


def fresh_questions(setting: Setting, asked_before: Sequence[str]) -> list[str]:
    """Return natural wordings and patients' questions in English, each once and none of them asked before, in no order."""
    folder = next((each for each in setting.set_folders() if each.name == TOPICS_SET), None)
    known = set(asked_before)
    wordings = [] if folder is None else [each.topic.question for each in asked(folder) if each.set != TEMPLATES]
    # One in another language leads to that language's page first.
    fresh = [each for each in dict.fromkeys(wordings) if each not in known and sure_language(each) == SOURCE]
    random.Random(FRESH_SEED).shuffle(fresh)
    return fresh[:FRESH]


def measure(setting: Setting) -> dict[str, Any]:
    """Return milliseconds at the page and at the API, one client and eight, and the memory of the server.

    The set's questions come several times each, as those of an open day do; ``fresh`` are asked once each.
    """
    fresh: list[str] = []
    try:
        questions = [topic.question for topic in setting.set_named(TOPICS_SET).topics]
        fresh = fresh_questions(setting, questions)
    except NotGiven:
        questions = list(QUESTIONS)
    found: dict[str, Any] = {"questions": len(set(questions)), "clients": CLIENTS}
    with server(setting.ready()) as (port, pid):
        say("  served: warming up")
        load(port, "page", questions, 2, 5.0, 40)
        after_start = memory_of(pid)
        for door in ("page", "api"):
            say(f"  served: {door}, one client, then {CLIENTS}")
            found[door] = {
                "one": load(port, door, questions, 1, ALONE_LONGEST, ALONE_MOST),
                "eight": load(port, door, questions, CLIENTS, LONGEST, MOST),
            }
        if fresh:
            say(f"  served: page, {len(fresh)} questions that nobody asked before, {CLIENTS} clients")
            found["fresh"] = {"eight": load(port, "page", fresh, CLIENTS, LONGEST, len(fresh))}
        held = memory_of(pid)
    found["server_mib"] = None if held is None else round(held, 1)
    found["server_after_warm_up_mib"] = None if after_start is None else round(after_start, 1)
    return found
