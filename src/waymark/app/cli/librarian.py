"""Commands for who may work on the library: librarian add, list, role, password, suspend, restore."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from waymark import errors
from waymark.app.cli.door import Door, actor, json_option, library_option, now, pass_door

if TYPE_CHECKING:
    from waymark.app.librarian.people import Member, People

_ROLES = ["reader", "editor", "reviewer", "administrator"]
_role_option = click.option("--role", required=True, type=click.Choice(_ROLES), help="What they may do.")
_name_argument = click.argument("name", metavar="NAME")
_password_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def librarian() -> None:
    """Say who may work on the library's pages for librarians (waymark serve --librarian)."""


@contextmanager
def _people(door: Door) -> Iterator["People"]:
    from waymark.app.librarian.people import People

    with door.service() as service:
        yield People(service.catalogue)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise errors.UsageError("There is no terminal to type a password on.", "Give it with --password-stdin.")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    return typed


def _show(door: Door, member: "Member", words: str) -> None:
    door.show(lambda: _json(member), lambda: words)


def _json(member: "Member") -> dict[str, object]:
    return {"name": member.name, "role": member.role.value, "since": member.since, "suspended": member.suspended}


@librarian.command()
@_name_argument
@_role_option
@_password_option
@library_option
@json_option
@pass_door
def add(door: Door, name: str, role: str, password_stdin: bool) -> None:
    """Add a person, with a role and a password of at least 12 characters."""
    from waymark.app.librarian.permissions import Role

    with _people(door) as people:
        member = people.add(name, Role(role), _password(password_stdin), actor(), now())
    _show(door, member, f"{member.name} may come in as {member.role.value}: waymark serve --librarian")


@librarian.command("list")
@library_option
@json_option
@pass_door
def list_(door: Door) -> None:
    """List the people who may work on the library."""
    with _people(door) as people:
        everybody = people.all()

    def for_people() -> str:
        lines = [
            f"{each.name}  {each.role.value}{'  suspended' if each.suspended else ''}  since {each.since[:10]}"
            for each in everybody
        ]
        return "\n".join(lines) or "Nobody works on this library yet."

    door.show(lambda: {"people": [_json(each) for each in everybody]}, for_people)


@librarian.command()
@_name_argument
@_role_option
@library_option
@json_option
@pass_door
def role(door: Door, name: str, role: str) -> None:
    """Give a person another role."""
    from waymark.app.librarian.permissions import Role

    with _people(door) as people:
        member = people.change_role(name, Role(role), actor(), now())
    _show(door, member, f"{member.name} is {member.role.value} now.")


@librarian.command()
@_name_argument
@_password_option
@library_option
@json_option
@pass_door
def password(door: Door, name: str, password_stdin: bool) -> None:
    """Give a person another password; their sessions end."""
    with _people(door) as people:
        member = people.change_password(name, _password(password_stdin), actor(), now())
    _show(door, member, f"{member.name} has another password, and every session of theirs has ended.")


@librarian.command()
@_name_argument
@library_option
@json_option
@pass_door
def suspend(door: Door, name: str) -> None:
    """Let a person in no more. Their name stays taken, and what they did stays theirs."""
    with _people(door) as people:
        member = people.suspend(name, actor(), now())
    _show(door, member, f"{member.name} may not come in any more.")


@librarian.command()
@_name_argument
@library_option
@json_option
@pass_door
def restore(door: Door, name: str) -> None:
    """Let a suspended person in again."""
    with _people(door) as people:
        member = people.restore(name, actor(), now())
    _show(door, member, f"{member.name} may come in again.")
