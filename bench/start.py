"""The cold start: `waymark ask` as a new process, again and again, and what its imports take."""

import re
from typing import Any

from bench.clock import run_process, spread, waymark_command
from bench.setting import Setting, say

RUNS = 15
QUESTIONS = (
    "What does it mean that my cancer came back near the place where it began?",
    "How do doctors find out whether breast cancer has come back?",
    "who can help me with the fear of it coming back",
)
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)")


def measure(setting: Setting) -> dict[str, Any]:
    """Ask in a new process, files in the system's cache; then once more with the clock of every import on."""
    library = setting.ready()
    ran = []
    for number in range(RUNS + 1):
        if number % 5 == 0:
            say(f"  start: {number} of {RUNS + 1}")
        question = QUESTIONS[number % len(QUESTIONS)]
        once = run_process(waymark_command("ask", question, "--library", library, "--json"), look=False)
        if number:  # the first one fetches the files from the disk
            ran.append(once)
    found = {
        "runs": len(ran),
        "wall_s": spread(once.wall_s for once in ran),
        "cpu_s": spread(once.cpu_s for once in ran),
        "largest_process_mib": round(max(once.largest_mib for once in ran), 1),
    }
    version = run_process(waymark_command("--version"), look=False)
    bare = [run_process([_python(), "-c", "pass"], look=False).wall_s for _ in range(5)]
    return {
        **found,
        "python_alone_s": round(sorted(bare)[2], 3),
        "version_s": round(version.wall_s, 3),
        "imports_ms": imports(setting),
    }


def imports(setting: Setting) -> dict[str, float]:
    """Return the milliseconds that each top-level package's own modules take to import, the slowest ten, and all together."""
    script = "import sys; from waymark.app.cli.main import main; sys.argv[0] = 'waymark'; main()"
    command = [_python(), "-X", "importtime", "-c", script]
    ran = run_process([*command, "ask", QUESTIONS[0], "--library", str(setting.ready()), "--json"], look=False)
    own: dict[str, float] = {}
    for line in ran.err.splitlines():
        match = _IMPORT.match(line)
        if match:
            package = match[4].partition(".")[0]
            own[package] = own.get(package, 0.0) + int(match[1]) / 1000
    slowest = sorted(own.items(), key=lambda pair: -pair[1])[:10]
    return {"all": round(sum(own.values()), 1), **{name: round(took, 1) for name, took in slowest}}


def _python() -> str:
    import sys

    return sys.executable
