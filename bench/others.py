"""Waymark beside other engines: the same passages, the same questions, the same machine, one run."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.clock import megabytes, timed
from bench.contenders import (
    DEPTH,
    Bm25s,
    Bm25sPlain,
    Contender,
    Fts5,
    Pgvector,
    PostgresAnyWord,
    PostgresText,
    WaymarkMeaning,
    WaymarkMeaningEncoded,
    WaymarkWhole,
    WaymarkWords,
)
from bench.material import Material, Place, effectiveness, material
from bench.postgres import NoPostgres, postgres
from bench.setting import TOPICS_SET, Setting, say
from waymark.app.wiring import Waymark

AT_ONCE = 8
WARM_UP = 8
LONGEST_PASS = 90.0  # seconds for one pass over the questions; a slower engine is timed on as many as fit


def measure(setting: Setting) -> dict[str, Any]:
    """Build each engine from the same passages, ask it every question alone and eight at once, and judge what it finds."""
    topics = setting.set_named(TOPICS_SET).topics
    with setting.service() as service:
        say("  others: reading passages")
        given = material(service, topics)
        with TemporaryDirectory(dir=setting.temporary) as temporary, ExitStack() as stack:
            engines = []
            for name, contender in _contenders(service, Path(temporary), stack):
                if isinstance(contender, str):
                    engines.append({"name": name, "failed": contender})
                    continue
                say(f"  others: {contender.name}")
                engines.append(one(contender, given))
    return {
        "passages": len(given.rows),
        "documents": len(given.entries),
        "encoded": int(given.there.sum()),
        "questions": len(given.asked),
        "questions_with_sections": sum(1 for asked in given.asked if asked.sections),
        "depth": DEPTH,
        "engines": engines,
    }


def _contenders(service: Waymark, temporary: Path, stack: ExitStack) -> Iterator[tuple[str, Contender | str]]:
    words = WaymarkWords(temporary / "waymark", service.encoder_name())
    mine: list[Contender] = [
        words,
        WaymarkMeaning(words),
        WaymarkMeaningEncoded(words, service.encoder),
        WaymarkWhole(service.answerer),
        Bm25s(temporary / "bm25s"),
        Bm25sPlain(temporary / "bm25s-plain"),
        Fts5(temporary / "fts5.sqlite"),
    ]
    for contender in mine:
        yield contender.name, contender
    try:
        where = stack.enter_context(postgres())
    except NoPostgres as error:
        for name in (PostgresText.name, PostgresAnyWord.name, "pgvector, exact", "pgvector, HNSW"):
            yield name, f"PostgreSQL could not be had: {error}"
        return
    for contender in (PostgresText(where), PostgresAnyWord(where), Pgvector(where, False), Pgvector(where, True)):
        yield contender.name, contender


def one(contender: Contender, given: Material) -> dict[str, Any]:
    """Measure one engine; what goes wrong is its result, and the others go on."""
    found: dict[str, Any] = {"name": contender.name, "what": contender.what}
    try:
        begun = time.perf_counter()
        contender.build(given)
        found["build_s"] = round(time.perf_counter() - begun, 2)
        size = contender.size()
        found["size_mb"] = None if size is None else megabytes(size)
        runs: dict[int, Sequence[Place]] = {}

        def ask(number: int) -> None:
            runs[number] = contender.search(given.asked[number])

        for number in range(min(WARM_UP, len(given.asked))):
            ask(number)
        begun = time.perf_counter()
        found["one"] = timed(range(len(given.asked)), ask)
        share = min(1.0, LONGEST_PASS / max(time.perf_counter() - begun, 1e-9))
        fewer = range(0, len(given.asked), max(1, round(1 / share)))
        found["eight"] = timed(fewer, lambda number: contender.search(given.asked[number]), AT_ONCE)
        found["effectiveness"] = effectiveness(given.asked, [runs[number] for number in range(len(given.asked))])
        found["found_nothing"] = sum(1 for run in runs.values() if not run)
    except Exception as error:  # an engine that fails is reported beside the others, never left out
        found["failed"] = f"{type(error).__name__}: {str(error).strip()[:300]}"
    finally:
        if not isinstance(contender, WaymarkWords):  # the next two search the same index
            contender.close()
    return found
