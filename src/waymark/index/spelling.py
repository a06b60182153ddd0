"""Known words that a misspelt word may have meant: nearest by edits, then by how often the library has them."""

from collections.abc import Mapping
from functools import lru_cache

REMEMBERED = 4096  # words whose neighbours are remembered: names that the library lacks are asked for again and again


class Speller:
    """Holds the library's words with the number of documents that have each."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._frequencies = frequencies
        self._by_length: dict[int, list[str]] = {}
        for word in frequencies:
            self._by_length.setdefault(len(word), []).append(word)
        self._near = lru_cache(maxsize=REMEMBERED)(self._look_for)

    def __contains__(self, word: str) -> bool:
        return word in self._frequencies

    def nearest(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Return up to ``limit`` words within one edit (two from seven letters on), likeliest first.

        Edits are those of Damerau: one letter more, less or other, or two neighbours exchanged. Words of fewer than four
        letters are not guessed at.
        """
        return self._near(word)[:limit] if 4 <= len(word) <= 40 else ()

    def _look_for(self, word: str) -> tuple[str, ...]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        bound = 1 if len(word) < 7 else 2
        found: list[tuple[float, str]] = []
        for length in range(len(word) - bound, len(word) + bound + 1):
            for candidate, distance, _ in process.extract(
                word, self._by_length.get(length, ()), scorer=OSA.distance, score_cutoff=bound, limit=20
            ):
                frequency = self._frequencies[candidate]
                # People rarely miss the first letter; among equally near words the commoner one is meant.
                cost = (
                    float(distance) + (0.7 if candidate[0] != word[0] else 0.0) - min(0.6, 0.1 * frequency.bit_length())
                )
                found.append((cost, candidate))
        found.sort()
        return tuple(candidate for _, candidate in found)
