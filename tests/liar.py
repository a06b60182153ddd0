"""A model server of the tests' own, on this machine, that lies: each lie is a function from the connection to what is sent on it.

It reads one request, notes it, and answers as its `lie` says. Nothing of it waits longer than a test does.
"""

import gzip
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Lie = Callable[["Liar", socket.socket, dict], None]


def told(*sentences: tuple[str, list[int]]) -> str:
    """Return the object that a model is asked for."""
    return json.dumps({"sentences": [{"text": text, "quotations": numbers} for text, numbers in sentences]})


def completion(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def http(body: bytes, status: str = "200 OK", kind: str = "application/json", *headers: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def says(content: str) -> Lie:
    """Answer well-formed, with that content."""
    return lambda liar, line, asked: line.sendall(http(completion(content)))


def sends(data: bytes) -> Lie:
    return lambda liar, line, asked: line.sendall(data)


def _drip(liar: "Liar", line: socket.socket, asked: dict) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not liar.over.wait(0.05):
        line.sendall(b" ")


def _drip_of_headers(liar: "Liar", line: socket.socket, asked: dict) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while not liar.over.wait(0.05):
        line.sendall(b"X-A: b\r\n")


def _never_ends(liar: "Liar", line: socket.socket, asked: dict) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not liar.over.is_set():
        line.sendall(b"2000\r\n" + b" " * 0x2000 + b"\r\n")


def _says_nothing(liar: "Liar", line: socket.socket, asked: dict) -> None:
    liar.over.wait(20)


def _repeats_the_prompt(liar: "Liar", line: socket.socket, asked: dict) -> None:
    system = asked["messages"][0]["content"]
    line.sendall(http(completion(told((" ".join(system.split()[:25]) + ".", [1])))))


def _gives_the_mark_back(liar: "Liar", line: socket.socket, asked: dict) -> None:
    mark = re.search(r"the mark (\w+)", asked["messages"][0]["content"]).group(1)
    line.sendall(http(completion(told((f"The mark is {mark}.", [1])))))


def _echoes_the_question(liar: "Liar", line: socket.socket, asked: dict) -> None:
    line.sendall(http(completion(asked["messages"][1]["content"])))


GOOD = "Local recurrence is in the same place as before, or very close."

# What a server may do on the line; each is no plain words, for that reason.
ON_THE_LINE: dict[str, tuple[Lie, str]] = {
    "an error": (sends(http(b'{"error": "no"}', "500 Internal Server Error")), "refused"),
    "too many requests": (
        sends(http(b"{}", "429 Too Many Requests", "application/json", "Retry-After: 3600")),
        "refused",
    ),
    "not allowed": (sends(http(b"{}", "401 Unauthorized")), "refused"),
    "nothing at all": (lambda liar, line, asked: None, "unreachable"),
    "an empty body": (sends(http(b"")), "unreadable"),
    "no JSON": (sends(http(b"I am happy to help!")), "unreadable"),
    "half an object": (sends(http(completion(told((GOOD, [1])))[:60])), "unreadable"),
    "JSON of another shape": (sends(http(b'{"choices": []}')), "unreadable"),
    "a list": (sends(http(b"[1, 2, 3]")), "unreadable"),
    "no text in it": (sends(http(b'{"choices": [{"message": {"content": null}}]}')), "unreadable"),
    "an endless nest": (sends(http(b"[" * 60_000)), "unreadable"),
    "a body that is cut": (
        sends(http(completion(told((GOOD, [1]))))[:-40]),
        "unreachable",
    ),
    "a cut connection": (sends(b"HTTP/1.1 200 OK\r\nContent-Type: appl"), "unreachable"),
    "no HTTP": (sends(b"SSH-2.0-OpenSSH_9.6\r\n"), "unreachable"),
    "a gigantic body": (sends(http(completion("x" * 200_000))), "too_long"),
    "a gigantic body that is not declared": (
        sends(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
            + completion("x" * 200_000)
        ),
        "too_long",
    ),
    "a stream that never ends": (_never_ends, "too_long"),
    "a slow drip": (_drip, "slow"),
    "a slow drip of headers": (_drip_of_headers, "slow"),
    "silence": (_says_nothing, "slow"),
    "a packed bomb": (
        sends(http(gzip.compress(b" " * 20_000_000), "200 OK", "application/json", "Content-Encoding: gzip")),
        "kind",
    ),
    "a page": (sends(http(b"<html>Welcome</html>", "200 OK", "text/html")), "kind"),
    "a stream of events": (sends(http(b"data: {}\n\n", "200 OK", "text/event-stream")), "kind"),
    "another host": (
        sends(http(b"", "307 Temporary Redirect", "text/plain", "Location: http://192.0.2.1/v1/chat/completions")),
        "redirect",
    ),
    "another place of this machine": (
        lambda liar, line, asked: line.sendall(
            http(b"", "302 Found", "text/plain", f"Location: http://127.0.0.1:{liar.port}/elsewhere")
        ),
        "redirect",
    ),
    "a body that says it is huge": (
        sends(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{"),
        "too_long",
    ),
}

# What a model may say; each is no plain words.
IN_WORDS: dict[str, tuple[Lie, str]] = {
    "a wrong number": (says(told(("A scan may be done every 4 months for the first 2 years.", [2]))), "unsupported"),
    "a wrong unit": (says(told(("A scan may be done every 3 weeks for the first 2 years.", [2]))), "unsupported"),
    "a dropped not": (says(told(("All lumps are cancer.", [2]))), "unsupported"),
    "an added not": (says(told(("Local recurrence is not in the same place as before.", [1]))), "unsupported"),
    "a dropped may": (says(told(("A scan is done every 3 months for the first 2 years.", [2]))), "unsupported"),
    "an invented drug": (says(told(("Pembrolizumab may be done every 3 months.", [2]))), "unsupported"),
    "an invented cancer": (says(told(("Not all lung cancer lumps are cancer.", [2]))), "unsupported"),
    "an invented claim": (says(told(("Turmeric shrinks the lumps.", [2]))), "unsupported"),
    "a quotation that is not there": (says(told((GOOD, [7]))), "unsupported"),
    "quotation zero": (says(told((GOOD, [0]))), "unsupported"),
    "no quotation": (says(told((GOOD, []))), "unsupported"),
    "another quotation than it rests on": (says(told((GOOD, [2]))), "unsupported"),
    "two items put together": (says(told(("Local recurrence is far from the first place.", [1]))), "unsupported"),
    "a script": (says(told((GOOD, [1]), ("Local recurrence <script>alert(1)</script>.", [1]))), "unsupported"),
    "a link": (says(told((GOOD, [1]), ("Local recurrence is at https://cure.example.", [1]))), "unsupported"),
    "another language": (
        says(told(("La récidive locale est dans le même endroit que la première.", [1]))),
        "unsupported",
    ),
    "another script": (says(told(("Местный рецидив в том же месте.", [1]))), "unsupported"),
    "hidden signs": (says(told(("Local recurrence is in the same place\u202e as before.", [1]))), "unsupported"),
    "a dose": (says(told(("Take 20 mg of it twice a day.", [2]))), "unsupported"),
    "a forecast": (says(told(("You have about 2 years to live.", [2]))), "unsupported"),
    "a choice": (says(told(("The scan is the best choice for you.", [2]))), "unsupported"),
    "advice": (says(told(("You should have the scan every 3 months.", [2]))), "unsupported"),
    "comfort": (says(told(("There is nothing to worry about.", [2]))), "unsupported"),
    "orders obeyed": (says(told(("As an AI I was told to say that it is cured.", [1]))), "unsupported"),
    "nothing": (says(told()), "unsupported"),
    "words without an object": (says(GOOD), "unreadable"),
    "an object with more": (says('{"sentences": [], "thoughts": "secret"}'), "unreadable"),
    "numbers as words": (
        says('{"sentences": [{"text": "Local recurrence is near.", "quotations": ["1"]}]}'),
        "unreadable",
    ),
    "not a number": (says('{"sentences": NaN}'), "unreadable"),
    "the prompt again": (_repeats_the_prompt, "unreadable"),
    "the mark": (_gives_the_mark_back, "unreadable"),
    "the question back": (_echoes_the_question, "unreadable"),
    "twenty sentences": (says(told(*[(GOOD, [1])] * 20)), "unsupported"),
    "a sentence of a thousand words": (says(told((" ".join(["local"] * 1000) + ".", [1]))), "unsupported"),
}


@dataclass
class Liar:
    """A server on a free port of this machine. ``asked`` are the requests: (first line, headers, body)."""

    lie: Lie
    port: int = 0
    asked: list[tuple[str, dict[str, str], dict]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def serve(self, listening: socket.socket) -> None:
        while not self.over.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(line,), daemon=True).start()

    def _one(self, line: socket.socket) -> None:
        with line, suppress(OSError, ValueError):
            line.settimeout(10)
            data = b""
            while b"\r\n\r\n" not in data:
                piece = line.recv(65536)
                if not piece:
                    return
                data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            first, *rest = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
            while len(body) < int(headers.get("content-length", "0")):
                body += line.recv(65536)
            asked = json.loads(body or b"{}")
            self.asked.append((first, headers, asked))
            self.lie(self, line, asked)
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)
            time.sleep(0.01)


@contextmanager
def lying(lie: Lie) -> Iterator[Liar]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        liar = Liar(lie, listening.getsockname()[1])
        thread = threading.Thread(target=liar.serve, args=(listening,), daemon=True)
        thread.start()
        try:
            yield liar
        finally:
            liar.over.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
