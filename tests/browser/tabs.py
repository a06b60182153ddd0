"""Serving an application to a browser, and tabs that notice what goes wrong in them."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


def serve(app: Any) -> Iterator[str]:
    """Serve an application on a free port of this machine."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@dataclass
class Visit:
    """One tab, with everything that went wrong in it or left for elsewhere."""

    page: Any
    context: Any
    site: str
    said: list[str]
    elsewhere: list[str]

    def go(self, path: str) -> Any:
        self.page.goto(self.site + path)
        return self.page

    def ask(self, question: str) -> Any:
        from urllib.parse import urlencode

        return self.go("/ask?" + urlencode({"q": question}))


def visits_to(browser: Any, site: str) -> Iterator[Callable[..., Visit]]:
    visits: list[Visit] = []

    def opened(**options: Any) -> Visit:
        options = {"viewport": {"width": 360, "height": 780}, "locale": "en-US", **options}
        context = browser.new_context(**options)
        tab = Visit(context.new_page(), context, site, [], [])
        tab.page.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.page.on("console", lambda line: tab.said.append(line.text) if line.type in ("error", "warning") else None)
        tab.page.on(
            "request", lambda request: None if request.url.startswith(site) else tab.elsewhere.append(request.url)
        )
        visits.append(tab)
        return tab

    yield opened
    for tab in visits:
        tab.context.close()
    for tab in visits:
        assert tab.elsewhere == []
        assert [line for line in tab.said if "Failed to load resource" not in line] == []
