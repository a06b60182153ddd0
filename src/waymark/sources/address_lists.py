"""Lists of addresses: files of one address a line, and the lists that come with Waymark (addresses, no text)."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from waymark.errors import UnreadableSource, UsageError

LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AddressList:
    """A list that comes with Waymark: its name, what it is for, and its addresses."""

    name: str
    about: str
    addresses: tuple[str, ...]


def ready_lists() -> tuple[AddressList, ...]:
    """Return the lists that come with Waymark, by name."""
    folder = files("waymark.sources").joinpath("lists")
    found = []
    for entry in folder.iterdir():
        if entry.name.endswith(".txt"):
            text = entry.read_text("utf-8")
            about = text.splitlines()[0].removeprefix("#").strip()
            found.append(AddressList(entry.name.removesuffix(".txt"), about, read_list(text, entry.name)))
    return tuple(sorted(found, key=lambda each: each.name))


def read_list(text: str, name: str) -> tuple[str, ...]:
    """Return the addresses of a list: one a line, ``#`` begins a comment. Raises `UnreadableSource` for another kind of line."""
    addresses: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        words = line.split(" #", 1)[0].strip()
        if not words or words.startswith("#"):
            continue
        if not words.lower().startswith(("http://", "https://")) or len(words.split()) != 1:
            raise UnreadableSource(
                f"Line {number} of {name} is no web address: “{words[:80]}”.",
                "Write one address a line, from https:// on; # begins a comment.",
            )
        addresses.append(words)
    if not addresses:
        raise UnreadableSource(f"{name} lists no addresses.", "Write one address a line, from https:// on.")
    return tuple(dict.fromkeys(addresses))


def addresses_in(named: str) -> tuple[str, ...]:
    """Return the addresses of a ready list by its name, or of a file. Raises `UsageError`, `UnreadableSource`."""
    ready = {each.name: each for each in ready_lists()}
    if named in ready:
        return ready[named].addresses
    path = Path(named)
    if not path.is_file():
        raise UsageError(
            f"There is no list of addresses “{named}”.",
            f"Name a file, or one of those that come with Waymark: {', '.join(ready)}.",
        )
    try:
        data = path.read_bytes()[: LARGEST + 1]
    except OSError as error:
        raise UnreadableSource(f"{named} could not be read ({error.strerror or error}).") from error
    if len(data) > LARGEST:
        raise UnreadableSource(f"{named} is too large for a list of addresses.", "Cut it in parts.")
    return read_list(data.decode("utf-8", "replace"), path.name)
