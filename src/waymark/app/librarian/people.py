"""The people who may work on a library: added by an operator or an administrator, each with a name, a role and a password.

A name stays taken for good, so that the audit log never speaks of two people by one name; who leaves is suspended.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from waymark.app.librarian.permissions import Role
from waymark.app.librarian.store import Store
from waymark.errors import InputRefused, NotFound, UsageError
from waymark.languages.texts import message
from waymark.library.catalogue import Audit, Catalogue, Writer

LONGEST_NAME = 80
SHORTEST_PASSWORD = 12  # characters; NIST SP 800-63B asks for length before anything else
LONGEST_PASSWORD = 1_000
ADDED, CHANGED = "person added", "person changed"


@dataclass(frozen=True, slots=True)
class Member:
    """One person who may work on the library."""

    name: str
    role: Role
    since: str
    suspended: bool = False
    shortcuts: bool = True

    @property
    def key(self) -> str:
        return key_of(self.name)


def key_of(name: str) -> str:
    """Return the form of a name in which two that differ in case or spaces are one."""
    return " ".join(name.split()).casefold()


@cache
def _hasher() -> Any:
    import argon2

    # RFC 9106, section 4, second recommended option: 64 MiB, three passes.
    return argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    """A password that nobody has: checked for a name that is not there, so that both take the same work."""
    return str(_hasher().hash(secrets.token_urlsafe(24)))


class People:
    """The people of one library. Every change is an audit event of the library, with the name of whoever made it."""

    def __init__(self, catalogue: Catalogue, store: Store | None = None) -> None:
        self._catalogue = catalogue
        self.store = store or Store(catalogue.folder)

    # Who there is --------------------------------------------------------------------------------------------------

    def all(self) -> list[Member]:
        """Return everybody, by name."""
        if not self.store.exists:
            return []
        with self.store.reading() as connection:
            return [_member(row) for row in connection.execute(f"{_SELECT} ORDER BY key")]

    def named(self, name: str) -> Member | None:
        """Return a person by name, whatever its case; None where there is none."""
        if not self.store.exists:
            return None
        with self.store.reading() as connection:
            row = connection.execute(f"{_SELECT} WHERE key = ?", (key_of(name),)).fetchone()
        return None if row is None else _member(row)

    # Changes -------------------------------------------------------------------------------------------------------

    def add(self, name: str, role: Role, password: str, by: str, at: str, by_role: str = "") -> Member:
        """Add a person. Raises `UsageError` for a name that is taken or cannot be, `InputRefused` for a weak password."""
        name = _sound_name(name)
        encoded = _encoded(password, name)
        member = Member(name, role, at)
        with self._catalogue.writing() as writer:
            if self.named(name) is not None:
                raise UsageError(
                    message("There is a person named “%(name)s” already.", name=name),
                    message("Give this one another name: the audit log tells people apart by it."),
                )
            detail = {"person": name, "role": role.value, "password": _digest(encoded), "suspended": False}
            self._note(writer, ADDED, by, at, by_role, detail)
            with self.store.changing() as connection:
                connection.execute(
                    "INSERT INTO people (key, name, role, password, since) VALUES (?,?,?,?,?)",
                    (member.key, name, role.value, encoded, at),
                )
        return member

    def change_role(self, name: str, role: Role, by: str, at: str, by_role: str = "") -> Member:
        """Give a person another role. Raises `NotFound`; `UsageError` when no administrator would be left."""
        return self._change(name, {"role": role.value}, by, at, by_role)

    def suspend(self, name: str, by: str, at: str, by_role: str = "") -> Member:
        """Let a person in no more; what they did stays theirs. Raises `NotFound`; `UsageError` for the last administrator."""
        return self._change(name, {"suspended": 1}, by, at, by_role)

    def restore(self, name: str, by: str, at: str, by_role: str = "") -> Member:
        """Let a suspended person in again."""
        return self._change(name, {"suspended": 0}, by, at, by_role)

    def change_password(self, name: str, password: str, by: str, at: str, by_role: str = "") -> Member:
        """Give a person another password; every session of theirs ends. Raises `NotFound`, `InputRefused`."""
        member = self._required(name)
        return self._change(name, {"password": _encoded(password, member.name)}, by, at, by_role)

    def set_shortcuts(self, name: str, on: bool) -> None:
        """Turn the keyboard's shortcuts of the queue on or off for a person."""
        with self.store.changing() as connection:
            connection.execute("UPDATE people SET shortcuts = ? WHERE key = ?", (int(on), key_of(name)))

    def _required(self, name: str) -> Member:
        member = self.named(name)
        if member is None:
            raise NotFound(
                message("Nobody named “%(name)s” works on this library.", name=name[:LONGEST_NAME]),
                message("See who does: waymark librarian list"),
            )
        return member

    def _change(self, name: str, values: dict[str, Any], by: str, at: str, by_role: str) -> Member:
        with self._catalogue.writing() as writer:
            member = self._required(name)
            self._keep_an_administrator(member, values)
            told: dict[str, Any] = {"person": member.name}
            if "role" in values:
                told |= {"role": values["role"], "role_before": member.role.value}
            if "suspended" in values:
                told["suspended"] = bool(values["suspended"])
            if "password" in values:
                told["password"] = _digest(values["password"])
            self._note(writer, CHANGED, by, at, by_role, told)
            with self.store.changing() as connection:
                sets = ", ".join(f"{column} = ?" for column in values)
                connection.execute(f"UPDATE people SET {sets} WHERE key = ?", (*values.values(), member.key))
                if "password" in values or values.get("suspended"):
                    connection.execute("DELETE FROM sessions WHERE person = ?", (member.key,))
        return self._required(name)

    def _keep_an_administrator(self, member: Member, values: dict[str, Any]) -> None:
        stays = values.get("role", member.role.value) == Role.ADMINISTRATOR and not values.get(
            "suspended", member.suspended
        )
        if member.role is not Role.ADMINISTRATOR or member.suspended or stays:
            return
        others = [m for m in self.all() if m.role is Role.ADMINISTRATOR and not m.suspended and m.key != member.key]
        if not others:
            raise UsageError(
                message("%(name)s is the only administrator of this library.", name=member.name),
                message("Make somebody else one first."),
            )

    @staticmethod
    def _note(writer: Writer, action: str, by: str, at: str, by_role: str, detail: dict[str, Any]) -> None:
        # First the event, then the change: what is not written down is not done.
        by_whom = {"by_role": by_role} if by_role else {}
        writer.note(Audit(by, action, "", at), {"outcome": action, **detail, **by_whom})

    # Passwords -----------------------------------------------------------------------------------------------------

    def let_in(self, name: str, password: str) -> Member | None:
        """Return the person whose name and password these are; None where they are not, or the person is suspended.

        A name that is not there takes the same work as one that is.
        """
        import argon2

        encoded, member = _nobodys(), None
        if self.store.exists:
            with self.store.reading() as connection:
                row = connection.execute(f"{_SELECT_ALL} WHERE key = ?", (key_of(name),)).fetchone()
            if row is not None:
                encoded, member = row[-1], _member(row[:-1])
        try:
            _hasher().verify(encoded, password[: LONGEST_PASSWORD + 1])
        except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.VerificationError):
            return None
        except argon2.exceptions.InvalidHashError:
            return None
        return None if member is None or member.suspended else member

    # Integrity -----------------------------------------------------------------------------------------------------

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each person who is not as the audit events left them."""
        told: dict[str, dict[str, Any]] = {}
        for event in self._catalogue.events_named(ADDED, CHANGED, of_the_library=True):
            name = str(event.detail.get("person"))
            told.setdefault(key_of(name), {"name": name}).update(
                {key: event.detail[key] for key in ("role", "password", "suspended") if key in event.detail}
            )
        found: dict[str, dict[str, Any]] = {}
        if self.store.exists:
            try:
                with self.store.reading() as connection:
                    (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
                    if answer != "ok":
                        yield f"The file people.sqlite is damaged: {answer}."
                    for key, name, role, password, suspended in connection.execute(
                        "SELECT key, name, role, password, suspended FROM people"
                    ):
                        found[key] = {
                            "name": name, "role": role, "password": _digest(password), "suspended": bool(suspended)
                        }  # fmt: skip
            except Exception as error:
                yield f"The file people.sqlite cannot be read: {error}"
                return
        for key in sorted(told.keys() | found.keys()):
            if key not in found:
                yield f"“{told[key]['name']}” is in the audit events and no longer among the people of this library."
            elif key not in told:
                yield f"“{found[key]['name']}” is among the people of this library without an audit event."
            elif told[key] != found[key]:
                yield f"What is kept of “{told[key]['name']}” is not what the audit events left."


_SELECT = "SELECT name, role, since, suspended, shortcuts FROM people"
_SELECT_ALL = "SELECT name, role, since, suspended, shortcuts, password FROM people"


def _member(row: sqlite3.Row | tuple[Any, ...]) -> Member:
    name, role, since, suspended, shortcuts = row
    return Member(name, Role(role), since, bool(suspended), bool(shortcuts))


def _sound_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or not any(c.isalnum() for c in name):
        raise UsageError(
            message("A person needs a name of 1 to %(most)s characters.", most=LONGEST_NAME),
            message("Give the name under which the audit log shall know them: Ana Ruiz."),
        )
    return name


def _encoded(password: str, name: str) -> str:
    """Return the password as it is kept. Raises `InputRefused` for one that is too short, too long, or easily guessed."""
    if len(password) < SHORTEST_PASSWORD:
        raise InputRefused(
            message("The password has fewer than %(least)s characters.", least=SHORTEST_PASSWORD),
            message("Take a sentence: four or five words that do not belong together."),
        )
    if len(password) > LONGEST_PASSWORD:
        raise InputRefused(message("The password has more than %(most)s characters.", most=LONGEST_PASSWORD))
    bare = "".join(character for character in password.casefold() if character.isalnum())
    own = "".join(character for character in name.casefold() if character.isalnum())
    if len(set(password)) < 5 or bare in (own, own + own) or (own and bare.replace(own, "").isdigit()):
        raise InputRefused(
            message("That password is easily guessed."),
            message("Take a sentence: four or five words that do not belong together."),
        )
    return str(_hasher().hash(password))


def _digest(encoded: str) -> str:
    """Return the digest of a kept password, which tells whether it was altered and nothing else."""
    return hashlib.sha256(encoded.encode()).hexdigest()[:16]
