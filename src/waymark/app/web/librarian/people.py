"""The people of the library: who may come in, in which role; for administrators."""

from starlette.responses import Response

from waymark.app.librarian.permissions import ROLES, Act, Role
from waymark.app.web.language import say
from waymark.app.web.librarian.application import ROOT, Route
from waymark.app.web.librarian.visit import Visit
from waymark.errors import InputRefused, UsageError, WaymarkError
from waymark.languages.texts import message


def show(visit: Visit) -> Response:
    return _page(visit)


def _page(visit: Visit, error: WaymarkError | None = None) -> Response:
    return visit.page(
        "people",
        200 if error is None else 422,
        everybody=[(each, say(ROLES[each.role])) for each in visit.desk.people.all()],
        roles=[(role.value, say(ROLES[role])) for role in Role],
        name=visit.one("name"),
        chosen=visit.one("role"),
        fault=f"{say(error.sentence)} {say(error.next_step)}".strip() if error else "",
    )


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.one("role"))
    except ValueError as error:
        raise UsageError(message("There is no such role."), message("Choose one of the list.")) from error


def add(visit: Visit) -> Response:
    desk, by = visit.desk, visit.member
    try:
        if visit.one("password") != visit.one("password_again"):
            raise InputRefused(message("The two passwords differ."), message("Type it twice."))
        member = desk.people.add(
            visit.one("name"), _role(visit), visit.one("password"), by.name, desk.now(), by.role.value
        )
    except (InputRefused, UsageError) as error:
        return _page(visit, error)
    return visit.go(
        f"{ROOT}/people", message("%(name)s may come in now. Tell them to change the password.", name=member.name)
    )


def change(visit: Visit) -> Response:
    """Give a person another role, suspend them, or let them in again."""
    desk, by, name = visit.desk, visit.member, visit.one("person")
    what = visit.one("what")
    try:
        if what == "role":
            desk.people.change_role(name, _role(visit), by.name, desk.now(), by.role.value)
        elif what == "suspend":
            desk.people.suspend(name, by.name, desk.now(), by.role.value)
        elif what == "restore":
            desk.people.restore(name, by.name, desk.now(), by.role.value)
        elif what == "password":
            desk.people.change_password(name, visit.one("password"), by.name, desk.now(), by.role.value)
        else:
            raise UsageError(message("There is nothing to do."))
    except (InputRefused, UsageError) as error:
        return _page(visit, error)
    return visit.go(f"{ROOT}/people", message("That is kept."))


ROUTES = (
    Route(f"{ROOT}/people", show, add, act=Act.PEOPLE),
    Route(f"{ROOT}/people/change", take=change, act=Act.PEOPLE),
)
