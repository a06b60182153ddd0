"""What a person typed into a form: its fields as text, read in memory alone.

A file that is uploaded never touches the disk: the usual reader of such forms puts what is larger than a megabyte into
a temporary file, where it could be read without the passphrase.
"""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from waymark.app.web.record.outside import LONGEST_FORM, LONGEST_UPLOAD

MOST_FIELDS = 2000


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """The fields of a form in their order; a name may come more than once. Line ends are plain ones."""

    fields: tuple[tuple[str, str], ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a field, without spaces around it."""
        found = [value for held, value in self.fields if held == name]
        return found[-1].strip() if found else default

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value.strip() for held, value in self.fields if held == name)

    def __contains__(self, name: str) -> bool:
        return any(held == name for held, _ in self.fields)

    def flag(self, name: str) -> bool:
        return self.one(name) == "yes"

    def without(self, *names: str) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in self.fields if pair[0] not in names)


def form_of(pairs: Iterable[tuple[str, str]]) -> Form:
    """Return a form with these fields; what a browser made of line ends is undone."""
    return Form(tuple((name, value.replace("\r\n", "\n").replace("\r", "\n")) for name, value in pairs))


class _InMemory(MultiPartParser):
    spool_max_size = LONGEST_UPLOAD + 1  # never rolled over to a file

    def __init__(self, request: Request) -> None:
        super().__init__(
            request.headers, _stream(request), max_files=2, max_fields=MOST_FIELDS, max_part_size=LONGEST_FORM
        )


async def _stream(request: Request) -> AsyncGenerator[bytes, None]:
    async for part in request.stream():
        yield part


async def read_form(request: Request) -> Form | None:
    """Return what was sent; None where it is no form, or has more fields than any page of ours."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            sent = (await _InMemory(request).parse()).multi_items()
        elif kind in ("application/x-www-form-urlencoded", ""):
            parser = FormParser(request.headers, request.stream())
            sent = (await parser.parse()).multi_items()
        else:
            return None
    except (MultiPartException, ValueError, KeyError):
        return None
    if len(sent) > MOST_FIELDS:
        return None
    texts = [(name, value) for name, value in sent if isinstance(value, str)]
    files = {name: await value.read() for name, value in sent if isinstance(value, UploadFile)}
    return Form(form_of(texts).fields, {name: content for name, content in files.items() if content})
