"""Writing: a value of a record, set by hand; a text, as a draft beside what is published."""

from starlette.responses import Response

from waymark.app.deciding import DECIDED
from waymark.app.librarian.permissions import Act
from waymark.app.librarian.work import DRAFTED
from waymark.app.web.language import say
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.changes import changes
from waymark.app.web.librarian.queue import latest, values_of
from waymark.app.web.librarian.visit import Visit
from waymark.app.web.librarian.words import KEYS, key_words, value_words
from waymark.errors import ChangedMeanwhile, InvalidDocument, NotFound, UsageError, WaymarkError
from waymark.languages.texts import message
from waymark.library.decided import decisions, may_decide


def show_value(visit: Visit) -> Response:
    return _value_page(visit)


def _value_page(visit: Visit, error: WaymarkError | None = None) -> Response:
    name, key = visit.part("id"), visit.part("key")
    document = visit.desk.service.catalogue.document(name)
    if not may_decide(document.front, key):
        raise NotFound(message("That value is not set by hand."), message("See the document's record."))
    value = document.front.get(key)
    return visit.page(
        "value",
        200 if error is None else 422,
        card=document.card,
        key=key,
        key_words=key_words(key),
        is_list=key in ("cancerTypes", "topics", "tags"),
        value=visit.one("value") if error else ("" if value is None else value_words(value)),
        why=visit.one("why"),
        decided=key in decisions(document.front),
        fault=f"{say(error.sentence)} {say(error.next_step)}".strip() if error else "",
    )


def take_value(visit: Visit) -> Response:
    name, key = visit.part("id"), visit.part("key")
    clear = visit.one("clear") == "yes"
    try:
        card = visit.desk.work.set_value(
            name, visit.one("version"), key, values_of(key, visit.one("value")), visit.person, visit.one("why"), clear
        )
    except (InvalidDocument, UsageError, ChangedMeanwhile) as error:
        return _value_page(visit, error)
    told = message("%(key)s of “%(title)s” is kept.", key=KEYS.get(key, key), title=card.title)
    return visit.go(f"{ROOT}/documents/{name}", told, None if clear else latest(visit, DECIDED))


def show_text(visit: Visit) -> Response:
    name = visit.part("id")
    catalogue = visit.desk.service.catalogue
    proposal = catalogue.proposal(name)
    version = proposal.card.version if proposal else catalogue.card(name).version
    document = catalogue.document(name, version)
    return visit.page(
        "text", card=document.card, version=version, source=document.source, why="", fault="", changed=None
    )


def take_text(visit: Visit) -> Response:
    """Keep a draft. Where somebody else was quicker, show what they changed, with what was typed still in the form."""
    name, source = visit.part("id"), visit.one("source")
    try:
        card = visit.desk.work.draft_text(name, visit.one("version"), source, visit.person, visit.one("why"))
    except ChangedMeanwhile as error:
        return _second(visit, error)
    except (InvalidDocument, UsageError) as error:
        catalogue = visit.desk.service.catalogue
        return visit.page(
            "text", 422, card=catalogue.card(name), version=visit.one("version"), source=source, why=visit.one("why"),
            fault=f"{say(error.sentence)} {say(error.next_step)}".strip(), changed=None,
        )  # fmt: skip
    told = message(
        "Your draft is kept as %(version)s. It is not quoted until it is reviewed and published.", version=card.version
    )
    return visit.go(f"{ROOT}/documents/{name}", told, latest(visit, DRAFTED))


def _second(visit: Visit, error: ChangedMeanwhile) -> Response:
    name = visit.part("id")
    catalogue = visit.desk.service.catalogue
    proposal = catalogue.proposal(name)
    present = proposal.card if proposal else catalogue.card(name)
    known = {card.version for card in catalogue.versions(name)}
    seen = visit.one("version")
    changed = (
        changes(catalogue.document(name, seen), catalogue.document(name, present.version), 200)
        if seen in known
        else None
    )
    return visit.page(
        "text",
        409,
        card=present,
        version=present.version,
        source=visit.one("source"),
        why=visit.one("why"),
        fault=f"{say(error.sentence)}",
        changed=changed,
    )


ROUTES = (
    Route(f"{ROOT}/documents/{{id}}/value/{{key}}", show_value, take_value, act=Act.EDIT_RECORD),
    Route(f"{ROOT}/documents/{{id}}/text", show_text, take_text, act=Act.EDIT_TEXT),
)
