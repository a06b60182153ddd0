"""The record key, and the two things that unwrap it: the passphrase, and a recovery key to print.

The vault is encrypted with 32 random bytes, the record key, which never change and are never written down.
The header keeps them twice, wrapped by what Argon2id (RFC 9106) derives from the passphrase and from the
recovery key. Of the 64 bytes derived, 32 are a pad that is used once, since each wrapping has its own random
salt, and 32 are the key of an HMAC-SHA-256 over everything in the slot. So a wrong passphrase and an altered
slot are both noticed, and neither opens anything.
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
import uuid
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from argon2.low_level import Type, hash_secret_raw

from waymark.languages.texts import N_, message
from waymark.record.errors import RecordDamaged, RecordTooNew, WeakPassphrase, WrongRecoveryKey

FORGETTING = N_(
    "If you forget this passphrase, only the recovery key opens the record. "
    "If you lose both, nobody can open it again, and what you wrote is lost."
)
SHORTEST = 8  # characters of a passphrase
HEADER_FORMAT = 1


@dataclass(frozen=True, slots=True)
class KeyCost:
    """What one guess costs. The default is the second choice of RFC 9106: 64 MiB, three passes; here in one lane."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        # A header is read before anything proves it: it may not ask for all the memory of the machine.
        if not (8 <= self.memory_kib <= 1 << 20 and 1 <= self.passes <= 32 and 1 <= self.lanes <= 8):
            raise RecordDamaged(
                message("The file with the keys of this record asks for work that no Waymark would ask for.")
            )


_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
_VALUE = {symbol: value for value, symbol in enumerate(_SYMBOLS)}
_LOOKALIKES = str.maketrans("OIL", "011")
_GROUPS, _DATA = 7, 4  # groups of a recovery key, and symbols in each before its check symbol


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """140 random bits, printed as seven groups of five; the fifth symbol of each group checks the four before
    it.

    The check is a sum in the field of 32 elements that begins with the number of the group. It finds every
    single wrong symbol, every exchange of two neighbours, and groups in the wrong order, and says which group
    to look at again.
    """

    secret: str = field(repr=False)  # the 28 symbols without their checks

    def __post_init__(self) -> None:
        if len(self.secret) != _GROUPS * _DATA or not set(self.secret) <= _VALUE.keys():
            raise ValueError("A recovery key is made by `make` or read by `parse`.")

    @classmethod
    def make(cls) -> "RecoveryKey":
        """Return a new key from the system's source of randomness."""
        return cls("".join(secrets.choice(_SYMBOLS) for _ in range(_GROUPS * _DATA)))

    @classmethod
    def parse(cls, typed: str) -> "RecoveryKey":
        """Return the key that a person typed: in any case, with any spaces or dashes, O for 0, I or L for 1.

        Raises `WrongRecoveryKey` that names the groups which cannot be right.
        """
        folded = unicodedata.normalize("NFKC", typed).upper().translate(_LOOKALIKES)
        symbols = "".join(symbol for symbol in folded if symbol.isalnum())
        if not set(symbols) <= _VALUE.keys():
            raise WrongRecoveryKey(
                message("This has letters that a recovery key never has."),
                message("Look for a U: it may be a V on the page."),
            )
        if len(symbols) != _GROUPS * (_DATA + 1):
            raise WrongRecoveryKey(
                message(
                    "A recovery key has %(needed)s letters and digits; this has %(typed)s.",
                    needed=_GROUPS * (_DATA + 1),
                    typed=len(symbols),
                ),
                message("Compare it with the page you printed."),
            )
        groups = [symbols[at : at + _DATA + 1] for at in range(0, len(symbols), _DATA + 1)]
        wrong = [str(n) for n, group in enumerate(groups, 1) if _check(n, group[:_DATA]) != group[_DATA]]
        if wrong:
            groups_are = message("In this recovery key groups %(groups)s are mistyped.", groups=", ".join(wrong))
            group_is = message("In this recovery key group %(group)s is mistyped.", group=wrong[0])
            raise WrongRecoveryKey(
                group_is if len(wrong) == 1 else groups_are, message("Compare with the page you printed.")
            )
        return cls("".join(group[:_DATA] for group in groups))

    @property
    def printed(self) -> str:
        """The key as it is shown once and printed."""
        groups = (self.secret[at : at + _DATA] for at in range(0, len(self.secret), _DATA))
        return "-".join(group + _check(n, group) for n, group in enumerate(groups, 1))


def _check(number: int, group: str) -> str:
    total = number
    for symbol in group:
        total ^= _VALUE[symbol]
        total = (total << 1) ^ (0b100101 if total & 0b10000 else 0)  # times x, modulo x^5 + x^2 + 1
    return _SYMBOLS[total]


def passphrase_bytes(passphrase: str) -> bytes:
    """Return the bytes that every keyboard makes of a passphrase (as RFC 8265 does: NFC, one kind of space)."""
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in passphrase)
    return unicodedata.normalize("NFC", spaced).encode("utf-8", "surrogatepass")


def check_new_passphrase(passphrase: str) -> None:
    """Raise `WeakPassphrase` for fewer than eight characters; spaces at the ends do not count."""
    if len(passphrase_bytes(passphrase.strip()).decode("utf-8", "surrogatepass")) < SHORTEST:
        raise WeakPassphrase(
            message("A passphrase needs at least %(shortest)s characters.", shortest=SHORTEST),
            message(
                "Three or four words that only you put together are easy to keep in mind. %(forgetting)s",
                forgetting=message(FORGETTING),
            ),
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """The record key, wrapped once."""

    cost: KeyCost
    salt: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    proof: bytes = field(repr=False)


def seal(record_key: bytes, secret: bytes, record_id: str, cost: KeyCost) -> Slot:
    """Wrap the 32 bytes of a record key by a secret."""
    salt = secrets.token_bytes(16)
    pad, mac_key = _derive(secret, salt, cost)
    sealed = _xor(record_key, pad)
    return Slot(cost, salt, sealed, _proof(mac_key, record_id, cost, salt, sealed))


def unseal(slot: Slot, secret: bytes, record_id: str) -> bytes | None:
    """Return the record key, or None where the secret does not fit the slot."""
    pad, mac_key = _derive(secret, slot.salt, slot.cost)
    if not hmac.compare_digest(slot.proof, _proof(mac_key, record_id, slot.cost, slot.salt, slot.sealed)):
        return None
    return _xor(slot.sealed, pad)


def _derive(secret: bytes, salt: bytes, cost: KeyCost) -> tuple[bytes, bytes]:
    derived = hash_secret_raw(secret, salt, cost.passes, cost.memory_kib, cost.lanes, 64, Type.ID)
    return derived[:32], derived[32:]


def _proof(mac_key: bytes, record_id: str, cost: KeyCost, salt: bytes, sealed: bytes) -> bytes:
    said = f"waymark slot 1|{record_id}|{cost.memory_kib}|{cost.passes}|{cost.lanes}|".encode()
    return hmac.digest(mac_key, said + salt + sealed, "sha256")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


@dataclass(frozen=True, slots=True)
class Header:
    """What may be read without a passphrase: the name that the person chose, a random id, and the wrapped keys."""

    record_id: str
    name: str
    passphrase: Slot
    recovery: Slot

    def written(self) -> bytes:
        """Return the header as its file holds it: JSON, with a digest that tells damage from a wrong passphrase."""
        content = {
            "format": HEADER_FORMAT,
            "record": self.record_id,
            "name": self.name,
            "slots": {"passphrase": _plain(self.passphrase), "recovery": _plain(self.recovery)},
        }
        return json.dumps(content | {"digest": _digest(content)}, indent=1, ensure_ascii=True).encode() + b"\n"

    @classmethod
    def read(cls, written: bytes) -> "Header":
        """Return the header. Raises `RecordDamaged`, or `RecordTooNew` for a format that this version does
        not know.
        """
        try:
            content = json.loads(written)
            digest = content.pop("digest")
            if content["format"] > HEADER_FORMAT:
                raise RecordTooNew(
                    message("This record was made by a newer Waymark."),
                    message("Install the newer version to open it."),
                )
            if digest != _digest(content):
                raise ValueError
            slots = content["slots"]
            record_id = str(uuid.UUID(content["record"]))
            return cls(record_id, str(content["name"]), _slot(slots["passphrase"]), _slot(slots["recovery"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RecordDamaged(
                message("The file with the keys of this record is damaged, so no passphrase can open it."),
                message("Restore the record from a backup."),
            ) from None


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _plain(slot: Slot) -> dict[str, Any]:
    return {
        "kdf": "argon2id",
        "memory_kib": slot.cost.memory_kib,
        "passes": slot.cost.passes,
        "lanes": slot.cost.lanes,
        **{name: b64encode(getattr(slot, name)).decode() for name in _LENGTHS},
    }


_LENGTHS: Mapping[str, int] = MappingProxyType({"salt": 16, "sealed": 32, "proof": 32})


def _slot(content: Mapping[str, Any]) -> Slot:
    parts = {name: b64decode(content[name], validate=True) for name in _LENGTHS}
    if content["kdf"] != "argon2id" or any(len(parts[name]) != size for name, size in _LENGTHS.items()):
        raise ValueError
    return Slot(KeyCost(content["memory_kib"], content["passes"], content["lanes"]), **parts)
