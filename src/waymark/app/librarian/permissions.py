"""What each role may do, as one table: the pages ask it at each request, the tests walk it, the documentation prints it."""

from collections.abc import Mapping
from enum import StrEnum

from waymark.errors import NotAllowed
from waymark.languages.texts import Message, message


class Role(StrEnum):
    """The role in which a person works on the library."""

    READER = "reader"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What can be done on the librarian's pages."""

    SEE = "see"
    SEE_DRAFTS = "see drafts"
    DECIDE_FINDING = "decide finding"
    MEND = "mend"
    MEND_MANY = "mend many"
    EDIT_RECORD = "edit record"
    EDIT_TEXT = "edit text"
    SUBMIT = "submit"
    SEND_BACK = "send back"
    PUBLISH = "publish"
    REOPEN = "reopen"
    REVIEW = "review"
    WITHDRAW = "withdraw"
    UNDO = "undo"
    PEOPLE = "people"


_ALL = frozenset(Role)
_NOT_READERS = frozenset({Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR})
_DECIDING = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})

PERMISSIONS: Mapping[Act, frozenset[Role]] = {
    Act.SEE: _ALL,
    Act.SEE_DRAFTS: _NOT_READERS,
    Act.DECIDE_FINDING: _NOT_READERS,
    Act.MEND: _NOT_READERS,
    Act.MEND_MANY: _NOT_READERS,
    Act.EDIT_RECORD: _NOT_READERS,
    Act.EDIT_TEXT: _NOT_READERS,
    Act.UNDO: _NOT_READERS,
    Act.SUBMIT: _NOT_READERS,
    Act.SEND_BACK: _DECIDING,
    Act.PUBLISH: _DECIDING,
    Act.REOPEN: _DECIDING,
    Act.REVIEW: _DECIDING,
    Act.WITHDRAW: _DECIDING,
    Act.PEOPLE: frozenset({Role.ADMINISTRATOR}),
}
"""Which roles may do what. Every role may also change its own password."""

MEANINGS: Mapping[Act, Message] = {
    Act.SEE: message("See the findings, history and reviews of published documents, and the audit log"),
    Act.SEE_DRAFTS: message("See drafts, what is in review and what was withdrawn"),
    Act.DECIDE_FINDING: message("Leave a finding as it is, with a reason, and open it again"),
    Act.MEND: message("Accept the repair of one document"),
    Act.MEND_MANY: message("Accept the repairs of many documents at once, after a preview"),
    Act.EDIT_RECORD: message("Set a value of a record by hand"),
    Act.EDIT_TEXT: message("Write a new version of a text as a draft"),
    Act.UNDO: message("Take a repair or a decision of one's own back"),
    Act.SUBMIT: message("Submit a draft for review"),
    Act.SEND_BACK: message("Send a document in review back"),
    Act.PUBLISH: message("Publish a document that is in review"),
    Act.REOPEN: message("Take a published document back into review"),
    Act.REVIEW: message("Record a review"),
    Act.WITHDRAW: message("Withdraw a document"),
    Act.PEOPLE: message("Add people, change their role, suspend them"),
}
ROLES: Mapping[Role, Message] = {
    Role.READER: message("Reader"),
    Role.EDITOR: message("Editor"),
    Role.REVIEWER: message("Reviewer"),
    Role.ADMINISTRATOR: message("Administrator"),
}

STEPS: Mapping[str, Act] = {
    "submit": Act.SUBMIT,
    "send back": Act.SEND_BACK,
    "publish": Act.PUBLISH,
    "reopen": Act.REOPEN,
    "withdraw": Act.WITHDRAW,
}
"""What a person needs for each step of the lifecycle (`waymark.library.lifecycle.STEPS`)."""


def may(role: Role, act: Act) -> bool:
    return role in PERMISSIONS[act]


def require(role: Role, act: Act) -> None:
    """Raise `NotAllowed` unless the role may do it."""
    if not may(role, act):
        raise NotAllowed(
            message("Your role, %(role)s, does not include this.", role=role.value),
            message("Ask an administrator of this library, or a colleague whose role does."),
        )
