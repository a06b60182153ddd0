"""Makes the vectors that ship: those of the starter collection, and those of the example questions.

    python training/shipped_vectors.py

To be run when the collection, the examples or the encoder change; a test is red until then.
"""

import sys
import tempfile
from pathlib import Path

from waymark.answering.meaning import keep_vectors
from waymark.app.shipped_vectors import write_shipped
from waymark.app.wiring import Waymark, starter_folder
from waymark.settings import Settings


def main() -> None:
    """Encode with the shipped encoder and write the vectors beside what they belong to."""
    with tempfile.TemporaryDirectory() as temporary:
        service = Waymark.open(Settings(library=Path(temporary) / "library"))
        service.encode(threads=2)
        wanted = set(service.engine.keys())
        cache = service.writer().cache()
        keys, vectors = cache.all()
        cache.close()
        kept = [number for number, key in enumerate(keys) if key in wanted]
        write_shipped(starter_folder(), service.encoder_name(), [keys[number] for number in kept], vectors[kept])
        keep_vectors(service.encoder)
        service.close()
    sys.stderr.write(f"{len(kept)} vectors of the starter collection are written.\n")


if __name__ == "__main__":
    main()
