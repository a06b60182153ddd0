"""The invented example's record and others, open in a folder of a test."""

from datetime import UTC, datetime
from pathlib import Path

from waymark.app.demo_record import fill
from waymark.app.own_record import OwnRecord
from waymark.record.keys import KeyCost
from waymark.record.vault import Vault

NOW = datetime(2026, 11, 25, 21, 30, 7, 123456, tzinfo=UTC)  # a clock has microseconds, which not every format can hold


def empty(folder: Path, name: str = "record-1", country: str | None = "US") -> OwnRecord:
    vault, _ = Vault.create(folder / name, "quiet garden gate", "Garden book", cost=KeyCost(8, 1), clock=lambda: NOW)
    return OwnRecord(vault, country, NOW.date)


def example(folder: Path, language: str = "en", country: str | None = "US") -> OwnRecord:
    record = empty(folder, "example", country)
    fill(record, language)
    return record
