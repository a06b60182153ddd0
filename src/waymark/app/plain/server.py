"""One request to a model server that speaks the OpenAI chat protocol: bounded in time and size, led nowhere else.

The key goes into one header and nowhere else: no error, no log line and no representation holds it.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from waymark.answering.plain.said import Why
from waymark.errors import FetchRefused
from waymark.settings import PlainSettings

LARGEST = 64 * 1024
"""Bytes of an answer, and nothing in it is packed."""


class Failed(Exception):
    """The server gave nothing that can be read; ``why`` says how."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


@dataclass(slots=True)
class ModelServer:
    """The server of the settings. Each request has a connection of its own, which ends with it. For several threads."""

    settings: PlainSettings
    largest: int = field(default=LARGEST)

    def ask(self, messages: list[dict[str, str]]) -> str:
        """Return the text that the server answered with. Raises `Failed`, never anything else."""
        import httpx2

        from waymark.app.plain.connection import transport

        body = {
            "model": self.settings.model,
            "messages": messages,
            "temperature": 0,
            "max_tokens": 700,
            "stream": False,
            "response_format": {"type": "json_object"},
        }
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}  # nothing that unpacks to more
        if self.settings.key:
            headers["Authorization"] = f"Bearer {self.settings.key}"
        deadline = time.monotonic() + self.settings.seconds
        try:
            with (
                httpx2.Client(
                    transport=transport(deadline),
                    timeout=self.settings.seconds,
                    follow_redirects=False,
                    trust_env=False,
                    headers=headers,
                ) as client,
                client.stream("POST", self.settings.chat_address, json=body) as response,
            ):
                data = self._body(response, deadline)
        except Failed:
            raise
        except httpx2.TimeoutException:
            raise Failed("slow") from None
        except FetchRefused:  # no machine has that name
            raise Failed("unreachable") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
            raise Failed("slow" if time.monotonic() >= deadline else "unreachable") from None
        return _content(data)

    def _body(self, response: Any, deadline: float) -> bytes:
        status = response.status_code
        if 300 <= status < 400:
            raise Failed("redirect")
        if status != 200:
            raise Failed("refused")
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json" or response.headers.get("content-encoding", "").strip().lower() not in (
            "",
            "identity",
        ):
            raise Failed("kind")
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.largest:
            raise Failed("too_long")
        data = bytearray()
        for piece in response.iter_raw(8_192):
            data += piece
            if len(data) > self.largest:
                raise Failed("too_long")
            if time.monotonic() >= deadline:
                raise Failed("slow")
        return bytes(data)


def _content(data: bytes) -> str:
    try:
        told = json.loads(data)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Failed("unreadable") from None
    if not isinstance(told, str) or not told.strip():
        raise Failed("unreadable")
    return told
