"""For every text, every date, every key, every order of steps."""

import json
import string
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from waymark.record.dates import Precision, When
from waymark.record.entries import Entry, Record, new_entry
from waymark.record.errors import EntryRefused, RecordDamaged, RecordTooNew, WrongRecoveryKey
from waymark.record.keys import Header, KeyCost, RecoveryKey, passphrase_bytes, seal, unseal
from waymark.record.payloads import (
    SHAPES,
    Appointment,
    Baseline,
    BaselineMark,
    FollowUpItem,
    Interval,
    Kind,
    Medicine,
    Note,
    Payload,
    Recurrence,
    Spread,
    SymptomEntry,
    Unit,
)
from waymark.record.plain import payload as payload_from
from waymark.record.plain import written
from waymark.record.transfer import export, import_
from waymark.record.vault import Vault

CHEAP = KeyCost(memory_kib=8, passes=1)
NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SLOW = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=200)
spoken = texts.filter(lambda text: bool(text.strip()))
lines = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60)
levels = st.none() | st.integers(0, 4)
days = st.dates(date(1900, 1, 1), date(2026, 3, 2))


@st.composite
def whens(draw: st.DrawFn) -> When:
    day, precision = draw(days), draw(st.sampled_from(Precision))
    if precision is Precision.UNKNOWN:
        return When()
    if precision is Precision.YEAR:
        return When(date(day.year, 1, 1), precision)
    return When(day.replace(day=1) if precision is Precision.MONTH else day, precision)


payloads: st.SearchStrategy[Payload] = st.one_of(
    st.builds(
        SymptomEntry,
        term=st.none() | st.sampled_from(["fatigue", "numbness"]),
        own_words=lines.filter(lambda text: bool(text.strip())),
        frequency=levels, severity=levels, interference=levels, recall_days=st.integers(0, 366), note=texts,
    ),
    st.builds(BaselineMark, baseline=st.sampled_from(Baseline), term=st.just("fatigue"), severity=st.integers(0, 4), note=texts),
    st.builds(
        Recurrence,
        ordinal=st.integers(1, 50),
        spread=st.lists(st.sampled_from(list(Spread)[:3]), min_size=1, unique=True).map(tuple),
        sites=st.lists(lines.filter(lambda text: bool(text.strip())), max_size=4).map(tuple),
        said_by=lines,
    ),
    st.builds(
        FollowUpItem,
        appointment=st.sampled_from(Appointment),
        name=lines.filter(lambda text: bool(text.strip())),
        interval=st.builds(
            Interval,
            every=st.integers(1, 60), unit=st.sampled_from(Unit), anchor=days.map(When.on), times=st.none() | st.integers(1, 9),
        ),
    ),
    st.builds(
        Medicine,
        name=lines.filter(lambda text: bool(text.strip())), as_written=lines, start=whens(), steroid=st.none() | st.booleans(),
    ),
    st.builds(Note, text=spoken, title=lines),
)  # fmt: skip


@given(payloads)
def test_every_payload_comes_back_from_its_one_written_form(payload: Payload) -> None:
    again = payload_from(payload.kind, json.loads(written(payload)))
    assert again == payload and type(again) is type(payload)
    assert written(again) == written(payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(Kind), st.data())
def test_whatever_a_file_says_is_a_payload_or_is_refused(kind: Kind, data: st.DataObject) -> None:
    names = st.sampled_from([*SHAPES[kind].__dataclass_fields__, "unheard", "kind", "__class__"])
    content = data.draw(st.dictionaries(names, json_values, max_size=4) | json_values)
    with suppress(EntryRefused):
        made = payload_from(kind, content)
        assert payload_from(kind, json.loads(written(made))) == made


@given(whens())
@example(When(date(2024, 2, 1), Precision.MONTH))
def test_a_date_comes_back_from_its_written_form_and_covers_its_days(when: When) -> None:
    assert When.parse(str(when)) == when
    if when.first and when.last:
        assert when.first <= when.last
        assert when.within(when.first, when.first) and when.within(when.last, when.last)
        assert not when.within(when.last + timedelta(days=1), date.max)
        assert not when.within(date.min, when.first - timedelta(days=1))


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_is_refused(text: str) -> None:
    with suppress(EntryRefused):
        assert When.parse(str(When.parse(text))) == When.parse(text)


# Keys

keys = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=28, max_size=28).map(RecoveryKey)


@given(keys, st.data())
def test_a_recovery_key_is_read_in_any_case_with_any_gaps_and_lookalikes(key: RecoveryKey, data: st.DataObject) -> None:
    typed = ""
    for symbol in key.printed.replace("-", ""):
        alike = {"0": "0oO", "1": "1iIlL"}.get(symbol, symbol + symbol.lower())
        typed += data.draw(st.sampled_from(alike)) + data.draw(st.sampled_from(["", "", " ", "-", "\n", " – "]))
    assert RecoveryKey.parse(typed) == key


@given(keys, st.integers(0, 34), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_every_single_wrong_symbol_is_found_in_its_group(key: RecoveryKey, at: int, symbol: str) -> None:
    symbols = key.printed.replace("-", "")
    assume(symbols[at] != symbol)
    with pytest.raises(WrongRecoveryKey, match=f"group {at // 5 + 1} is mistyped"):
        RecoveryKey.parse(symbols[:at] + symbol + symbols[at + 1 :])


@given(keys, st.integers(0, 33))
def test_every_exchange_of_neighbours_is_found(key: RecoveryKey, at: int) -> None:
    symbols = key.printed.replace("-", "")
    assume(symbols[at] != symbols[at + 1])
    with pytest.raises(WrongRecoveryKey, match="mistyped"):
        RecoveryKey.parse(symbols[:at] + symbols[at + 1] + symbols[at] + symbols[at + 2 :])


@given(keys, st.permutations(range(7)))
def test_groups_in_another_order_are_found(key: RecoveryKey, order: list[int]) -> None:
    groups = key.printed.split("-")
    typed = "-".join(groups[at] for at in order)
    assume(order != sorted(order) and typed != key.printed)
    with pytest.raises(WrongRecoveryKey, match="mistyped"):
        RecoveryKey.parse(typed)


@given(st.text(max_size=60))
@example("ſ" * 35)
@example("ﬁ" * 35)
@example("٣" * 35)
def test_any_text_is_a_recovery_key_or_is_refused(text: str) -> None:
    with suppress(WrongRecoveryKey):
        assert RecoveryKey.parse(RecoveryKey.parse(text).printed) == RecoveryKey.parse(text)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=40), st.text(max_size=40))
@example(bytes(32), "caf\u00e9", "cafe\u0301")
@example(bytes(32), "\ud800", "")
def test_a_wrapped_key_opens_with_its_own_secret_alone(key: bytes, secret: str, other: str) -> None:
    slot = seal(key, passphrase_bytes(secret), "one record", CHEAP)
    assert unseal(slot, passphrase_bytes(secret), "one record") == key
    assert unseal(slot, passphrase_bytes(secret), "another record") is None
    same = passphrase_bytes(secret) == passphrase_bytes(other)
    assert unseal(slot, passphrase_bytes(other), "one record") == (key if same else None)
    assert slot.sealed != key


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_altered_header_is_taken_for_a_whole_one(at: int, flip: int) -> None:
    slot = seal(bytes(32), b"secret", "x", CHEAP)
    header = Header("0d9f1f7e-5df7-4f9e-9d0a-2f4f5f6a7b8c", "Mine", slot, slot)
    whole = header.written()
    altered = bytearray(whole)
    altered[at % len(whole)] ^= flip
    try:
        read = Header.read(bytes(altered))
    except (RecordDamaged, RecordTooNew):
        return
    assert read == header  # only white space, or the case of a digit in an escape, changed


# The record

steps = st.lists(
    st.tuples(st.sampled_from(["append", "amend", "strike", "reopen"]), st.integers(0, 30), spoken, whens()),
    max_size=14,
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


def fresh(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder)) / "record-1"


@SLOW
@given(steps)
def test_whatever_is_done_nothing_is_lost_and_what_stands_is_the_last_that_was_said(
    folder: Path, steps: list[tuple[str, int, str, When]]
) -> None:
    """A record against a plain model: a list of lineages, each a list of what was said, None where it was struck."""
    place = fresh(folder)
    vault, _ = Vault.create(place, "seven grey herons", cost=CHEAP)
    record, lineages, ids = Record(vault), [], []
    for step, which, text, when in steps:
        if step == "append":
            [entry] = record.append(new_entry(Note(text), at=NOW, about_when=when))
            lineages.append([text])
            ids.append([entry.id])
        elif step == "reopen":
            vault.lock()
            vault = Vault.open(place, "seven grey herons")
            record = Record(vault)
        elif lineages:
            at = which % len(lineages)
            named = ids[at][which % len(ids[at])]
            try:
                later: Entry
                if step == "amend":
                    later = record.amend(named, Note(text), at=NOW, reason=text)
                else:
                    later = record.strike(named, text, at=NOW)
            except EntryRefused:
                assert lineages[at][-1] is None
                continue
            assert lineages[at][-1] is not None
            lineages[at].append(text if step == "amend" else None)
            ids[at].append(later.id)
    standing = {entry.origin: entry.payload for entry in record.entries()}
    assert standing == {own[0]: Note(said[-1]) for own, said in zip(ids, lineages, strict=True) if said[-1] is not None}
    for own, said in zip(ids, lineages, strict=True):
        history = record.history(own[-1])
        assert [entry.id for entry in history] == own
        assert [entry.payload and entry.payload.text for entry in history if True] == said
    assert vault.verify() == []
    export(record, place.parent / "export.zip", at=NOW)
    other, _ = Vault.create(place.parent / "record-2", "seven grey herons", cost=CHEAP)
    import_(Record(other), place.parent / "export.zip")
    assert Record(other).entries(include_superseded=True) == record.entries(include_superseded=True)
    other.lock()
    vault.lock()


@SLOW
@given(st.lists(whens(), max_size=20), days, days)
def test_between_finds_what_the_dates_themselves_say(folder: Path, whens: list[When], one: date, other: date) -> None:
    start, end = sorted((one, other))
    with Vault.create(fresh(folder), "seven grey herons", cost=CHEAP)[0] as vault:
        record = Record(vault)
        entries = record.append(*(new_entry(Note("x"), at=NOW, about_when=when) for when in whens))
        found = {entry.id for entry in record.entries(between=(start, end))}
        assert found == {entry.id for entry in entries if entry.about_when.within(start, end)}


@given(st.text(string.printable + "é ü 日本", max_size=30))
def test_spaces_of_any_kind_and_composed_letters_make_the_same_passphrase(text: str) -> None:
    import unicodedata

    other = unicodedata.normalize("NFD", text).replace(" ", "\u2003")
    assert passphrase_bytes(other) == passphrase_bytes(text)
