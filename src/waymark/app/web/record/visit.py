"""One request at the record's pages: whose it is, what was typed, and the ways to answer it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from waymark.app.own_record import OwnRecord
from waymark.app.web.language import here, to
from waymark.app.web.record.sessions import Session, Told
from waymark.app.web.record.typed import Form
from waymark.app.web.record.words import said
from waymark.care.held import Held, Item
from waymark.errors import NotFound
from waymark.languages.texts import Texts, texts
from waymark.record.entries import SELF
from waymark.record.errors import RecordLocked
from waymark.record.payloads import Kind

if TYPE_CHECKING:
    from waymark.app.web.record.application import RecordPages
    from waymark.app.web.record.library import Explanation


class Refused(Exception):
    """What was typed cannot be kept like this: the form comes back with a sentence beside each field that is meant."""

    def __init__(self, faults: Mapping[str, str], sentence: str = "") -> None:
        super().__init__("refused")
        self.faults, self.sentence = dict(faults), sentence


@dataclass(slots=True, repr=False)
class Visit:
    """``form`` is None where nothing was sent or typed before; ``hint`` stands above the page, ``faults`` beside fields."""

    pages: "RecordPages"
    request: Request
    session: Session
    form: Form | None = None
    hint: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    status: int = 200

    # Where it stands

    @property
    def own(self) -> OwnRecord:
        """The open record. Raises `RecordLocked`."""
        if self.session.own is None:
            raise RecordLocked("This record is locked.", "Type your passphrase to open it.")
        return self.session.own

    @property
    def held(self) -> Held:
        return self.own.held()

    @property
    def language(self) -> str:
        return here().language

    @property
    def words(self) -> Texts:
        return texts(self.language)

    def say(self, message: str, **fields: object) -> str:
        """Return a message in the page's language, its fields filled in."""
        found = said(message, self.words)
        return found % fields if fields else found

    @property
    def today(self) -> date:
        return self.own.today() if self.session.own else self.pages.today()

    @property
    def typed(self) -> Form:
        """What was typed; empty where nothing was."""
        return self.form or Form()

    @property
    def writer(self) -> str:
        """Who is writing: "self", or the name of whoever helps, as was said last in this browser."""
        if self.session.writer is None:
            self.session.writer = _newest_writer(self.held) or SELF
        return self.session.writer

    def say_who(self, form: Form) -> None:
        """Take in who is writing, where the form asked for it."""
        if "writer" in form:
            self.session.writer = form.one("writer") or SELF

    def part(self, name: str) -> str:
        """Return a part of the address."""
        return str(self.request.path_params.get(name, ""))

    # Finding

    def find(self, handle: str, *kinds: Kind) -> Item[Any]:
        """Return the current entry that a handle stands for. Raises `NotFound`."""
        for item in self.held.all(*kinds):
            if self.own.handle(item.id) == handle:
                return item
        raise NotFound("This is not in the record any more.", "Look at the page before.")

    def handle(self, entry_id: str) -> str:
        return self.own.handle(entry_id)

    def explain(self, topic: str) -> "Explanation | None":
        """Return the quotation that explains a topic of ours, from the library; None where there is none."""
        return self.pages.library.explain(topic, self.language)

    # Answering

    def page(self, name: str, **values: Any) -> HTMLResponse:
        """Return a page from its template."""
        return self.pages.page(self, name, **values)

    def go(self, address: str, sentence: str = "", urgent: tuple[Any, ...] = ()) -> Response:
        """Lead on to another page of the record, which says the sentence; urgent notices stand above everything there."""
        if sentence or urgent:
            self.session.told = Told(address.partition("#")[0], sentence, urgent)
        return RedirectResponse(to(address), 303)


def _newest_writer(held: Held) -> str:
    newest = max(held.all(), key=lambda item: item.entry.sequence, default=None)
    return newest.entry.reported_by if newest else ""


Show = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the record: what shows it, what keeps what was typed there, and whether the record must be open.

    ``needs_token`` is False only where a form does no more than lock: that works from any page, however old. Forms of other
    sites never get here (see `outside`).
    """

    path: str
    show: Show
    save: Show | None = None
    needs_open: bool = True
    needs_token: bool = True


def folder_of(records: Path, handle: str) -> Path | None:
    """Return the folder of a record by what stands for it in forms: its folder's name, which says nothing of the person."""
    if not handle or "/" in handle or "\\" in handle or handle.startswith("."):
        return None
    folder = records / handle
    return folder if (folder / "keys.json").exists() or (folder / "record.db").exists() else None
