"""Where things are and what the operator chose. Read once at the door and passed in; nothing below reads the environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from waymark.errors import UsageError


@dataclass(frozen=True, slots=True)
class PlainSettings:
    """The model server for plain words, which an operator has turned on. It speaks the OpenAI chat protocol.

    ``address``: where its ``/chat/completions`` stands ("http://127.0.0.1:8080/v1"). ``seconds``: how long it may take, 1 to 60.
    ``key``: for its Authorization header; "" where it wants none.
    """

    address: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = 12.0

    @property
    def chat_address(self) -> str:
        return f"{self.address.rstrip('/')}/chat/completions"

    @property
    def host(self) -> str:
        """The name of the server's machine, as people are told it."""
        return urlsplit(self.address).hostname or ""

    @property
    def here(self) -> bool:
        """Whether the server is on this machine, so that nothing leaves it."""
        return _is_here(self.host)


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of the operator, each with the environment variable that sets it.

    ``library``: folder of the library (WAYMARK_LIBRARY, else the platform's user data folder).
    ``records``: folder of this user's private records (WAYMARK_RECORDS, else the platform's user data folder).
    ``country``: ISO 3166 code for emergency and crisis numbers (WAYMARK_COUNTRY), None for the international wording.
    ``decline_below``: evidence under this (0 to 1) declines (WAYMARK_DECLINE_BELOW); None for the calibrated default.
    ``encode``: make vectors in the background while serving (WAYMARK_ENCODE, 0 turns it off).
    ``online``: fetch pages by address (WAYMARK_ONLINE, 0 turns it off).
    ``contact``: an address that a site's keeper can turn to, told to every site that is read (WAYMARK_CONTACT).
    ``private_hosts``: hosts of the own network whose pages may be added (WAYMARK_PRIVATE_HOSTS, with commas between).
    ``count_missing``: count what is asked and not answered, without its text (WAYMARK_COUNT_MISSING, 0 turns it off).
    ``keep_missing``: keep the text of such questions too; the pages then say so (WAYMARK_KEEP_MISSING, 1 turns it on).
    ``processes``: processes that serve the pages (WAYMARK_PROCESSES, at most 16).
    ``threads``: threads for one query's encoder (WAYMARK_THREADS).
    ``lapsed_say_from``: days after a review's last day from which quotations say that it has lapsed (WAYMARK_LAPSED_SAY_FROM).
    ``lapsed_leave_out_from``: days after it from which a document is not quoted (WAYMARK_LAPSED_LEAVE_OUT_FROM); None: it is.
    ``two_persons``: whoever submitted a document may not publish it (WAYMARK_TWO_PERSONS, 1 turns it on).
    ``librarian``: serve the librarian's pages (WAYMARK_LIBRARIAN, 1 turns them on).
    ``record``: serve the private record to this machine, beside the pages (WAYMARK_RECORD, 0 turns it off).
    ``record_idle``: minutes without the person after which an open record locks (WAYMARK_RECORD_IDLE, 1 to 120).
    ``record_at``: the https address of a server in front of the record, for an operator who insists (WAYMARK_RECORD_AT).
    ``plain``: the model server for plain words (WAYMARK_PLAIN, 1 turns it on; WAYMARK_PLAIN_ADDRESS, WAYMARK_PLAIN_MODEL,
    WAYMARK_PLAIN_KEY_FILE, WAYMARK_PLAIN_SECONDS); None: nothing is sent to any.
    ``record_password``: asked for before anything of it, from the file that WAYMARK_RECORD_PASSWORD_FILE names.
    """

    library: Path
    country: str | None = None
    decline_below: float | None = None
    encode: bool = True
    online: bool = True
    contact: str = ""
    private_hosts: tuple[str, ...] = ()
    processes: int = 1
    threads: int = 1
    count_missing: bool = True
    keep_missing: bool = False
    lapsed_say_from: int = 1
    lapsed_leave_out_from: int | None = None
    two_persons: bool = False
    librarian: bool = False
    records: Path = field(default_factory=lambda: _user_records())
    record: bool = True
    record_idle: int = 10
    record_at: str | None = None
    record_password: str = field(default="", repr=False)
    plain: PlainSettings | None = None


def _user_records() -> Path:
    from platformdirs import user_data_path

    return user_data_path("waymark", appauthor=False) / "records"


def _user_library() -> Path:
    from platformdirs import user_data_path

    return user_data_path("waymark", appauthor=False) / "library"


def _flag(environment: Mapping[str, str], name: str, default: bool) -> bool:
    value = environment.get(name, "").strip().lower()
    if not value:
        return default
    if value in ("1", "yes", "on", "true"):
        return True
    if value in ("0", "no", "off", "false"):
        return False
    raise UsageError(f"{name} is “{value}”, which is neither on nor off.", "Use 1 or 0.")


def _number(environment: Mapping[str, str], name: str, low: float, high: float) -> float | None:
    value = environment.get(name, "").strip()
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise UsageError(f"{name} is “{value}”.", f"Use a number from {low:g} to {high:g}.")
    return number


def _days(environment: Mapping[str, str], name: str) -> int | None:
    """Return a whole number of days, at least one: a review holds through its last day."""
    days = _number(environment, name, 1, 36_525)
    if days is None:
        return None
    if days != int(days):
        raise UsageError(f"{name} is “{environment[name]}”.", "Use a whole number of days.")
    return int(days)


def _password(environment: Mapping[str, str]) -> str:
    """Return the first line of the file with the password in front of the record, "" where none is named."""
    named = environment.get("WAYMARK_RECORD_PASSWORD_FILE")
    if not named:
        return ""
    try:
        return Path(named).expanduser().read_text("utf-8").split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "The file with the password in front of the record cannot be read.",
            "Look at WAYMARK_RECORD_PASSWORD_FILE, and at who may read that file.",
        ) from error


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(environment: Mapping[str, str]) -> PlainSettings | None:
    """Return the model server where the operator has turned it on. Raises `UsageError` for what cannot be meant or is unsafe."""
    if not _flag(environment, "WAYMARK_PLAIN", False):
        return None
    address, model = (
        environment.get("WAYMARK_PLAIN_ADDRESS", "").strip(),
        environment.get("WAYMARK_PLAIN_MODEL", "").strip(),
    )
    if not address or not model:
        raise UsageError(
            "WAYMARK_PLAIN is on, and the server is not named.", "Set WAYMARK_PLAIN_ADDRESS and WAYMARK_PLAIN_MODEL."
        )
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        whole = False
    if not whole or not address.isascii() or parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(
            "WAYMARK_PLAIN_ADDRESS is no address of a server.",
            "Write it as https://models.example/v1, without a name, a password or a question mark.",
        )
    own = [host.strip().split(":")[0] for host in environment.get("WAYMARK_PRIVATE_HOSTS", "").split(",")]
    if parts.scheme == "http" and not (_is_here(parts.hostname or "") or parts.hostname in own):
        raise UsageError(
            "WAYMARK_PLAIN_ADDRESS begins with http: others on the way could read the questions.",
            "Use https, a server on this machine, or name a host of your own network in WAYMARK_PRIVATE_HOSTS.",
        )
    named = environment.get("WAYMARK_PLAIN_KEY_FILE")
    key = ""
    if named:
        try:
            key = Path(named).expanduser().read_text("utf-8").split("\n", 1)[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                "The file with the key of the model server cannot be read.",
                "Look at WAYMARK_PLAIN_KEY_FILE, and at who may read that file.",
            ) from error
        if not key.isascii() or not key.isprintable():
            raise UsageError(
                "The key of the model server holds signs that no key has.", "Look at WAYMARK_PLAIN_KEY_FILE."
            )
    return PlainSettings(address, model, key, _number(environment, "WAYMARK_PLAIN_SECONDS", 1, 60) or 12.0)


def read_settings(library: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings: what the command line says, then the environment, then the defaults.

    Raises `UsageError` for a value that cannot be meant.
    """
    env = os.environ if environment is None else environment
    say_from = _days(env, "WAYMARK_LAPSED_SAY_FROM")
    place = library or (Path(env["WAYMARK_LIBRARY"]) if env.get("WAYMARK_LIBRARY") else _user_library())
    return Settings(
        library=place.expanduser(),
        country=env.get("WAYMARK_COUNTRY") or None,
        decline_below=_number(env, "WAYMARK_DECLINE_BELOW", 0, 1),
        encode=_flag(env, "WAYMARK_ENCODE", True),
        online=_flag(env, "WAYMARK_ONLINE", True),
        contact=env.get("WAYMARK_CONTACT", "").strip(),
        private_hosts=tuple(host.strip() for host in env.get("WAYMARK_PRIVATE_HOSTS", "").split(",") if host.strip()),
        count_missing=_flag(env, "WAYMARK_COUNT_MISSING", True),
        keep_missing=_flag(env, "WAYMARK_KEEP_MISSING", False),
        processes=int(_number(env, "WAYMARK_PROCESSES", 1, 16) or min(os.cpu_count() or 1, 4)),
        threads=int(_number(env, "WAYMARK_THREADS", 1, 64) or 1),
        lapsed_say_from=1 if say_from is None else say_from,
        lapsed_leave_out_from=_days(env, "WAYMARK_LAPSED_LEAVE_OUT_FROM"),
        two_persons=_flag(env, "WAYMARK_TWO_PERSONS", False),
        librarian=_flag(env, "WAYMARK_LIBRARIAN", False),
        records=(Path(env["WAYMARK_RECORDS"]) if env.get("WAYMARK_RECORDS") else _user_records()).expanduser(),
        record=_flag(env, "WAYMARK_RECORD", True),
        record_idle=int(_number(env, "WAYMARK_RECORD_IDLE", 1, 120) or 10),
        record_at=env.get("WAYMARK_RECORD_AT") or None,
        record_password=_password(env),
        plain=_plain(env),
    )
