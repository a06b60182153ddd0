"""The course of the disease, as the person was told."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from waymark.languages.texts import N_, message
from waymark.record.dates import UNKNOWN, When
from waymark.record.errors import EntryRefused
from waymark.record.payload import (
    Kind,
    Payload,
    check_entry_id,
    check_flag,
    check_in_order,
    check_line,
    check_lines,
    check_one_of,
    check_term,
    check_text,
    check_whole,
)


@dataclass(frozen=True, slots=True, repr=False)
class Diagnosis(Payload):
    """The first cancer, as the person was told. ``cancer_type`` is an id of the library's vocabulary of
    cancers, or None; ``histology`` and ``stage_at_diagnosis`` are written as they stand in the report. The
    stage never changes: what comes later is a `Restaging`.
    """

    kind: ClassVar[Kind] = Kind.DIAGNOSIS
    cancer_type: str | None = None
    histology: str = ""
    stage_at_diagnosis: str = ""
    site: str = ""
    said_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _cancer(self.cancer_type, self.histology, self.stage_at_diagnosis, self.site, self.said_by, self.note)


@dataclass(frozen=True, slots=True, repr=False)
class SecondCancer(Payload):
    """A new cancer of another kind: a new condition, never a recurrence of the first. Fields as in `Diagnosis`."""

    kind: ClassVar[Kind] = Kind.SECOND_CANCER
    cancer_type: str | None = None
    histology: str = ""
    stage_at_diagnosis: str = ""
    site: str = ""
    said_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        _cancer(self.cancer_type, self.histology, self.stage_at_diagnosis, self.site, self.said_by, self.note)


def _cancer(cancer_type: str | None, histology: str, stage: str, site: str, said_by: str, note: str) -> None:
    check_term(cancer_type, N_("The type of cancer"))
    check_line(histology, N_("The name in the report"))
    if cancer_type is None and not histology.strip():
        raise EntryRefused(
            message("This does not say which cancer it is."),
            message("Choose a type, or copy its name from the report."),
        )
    check_line(stage, N_("The stage at diagnosis"))
    check_line(site, N_("The place in the body"))
    check_line(said_by, N_("Who said so"))
    check_text(note, N_("The note"))


class Modality(StrEnum):
    """The kinds of treatment."""

    SURGERY = "surgery"
    RADIATION = "radiation"
    SYSTEMIC = "systemic"  # chemotherapy, hormone, targeted and immune therapy: what reaches the whole body
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class Treatment(Payload):
    """A treatment, planned, under way or done. ``ongoing`` says that it has no end yet; ``recurrence`` is the
    id of the recurrence that it was for, None for the first cancer, ``second_cancer`` the id of a second
    cancer.
    """

    kind: ClassVar[Kind] = Kind.TREATMENT
    refers_to: ClassVar[dict[str, Kind]] = {
        "recurrence": Kind.RECURRENCE,
        "second_cancer": Kind.SECOND_CANCER,
    }
    modality: Modality = Modality.OTHER
    name: str = ""
    start: When = UNKNOWN
    end: When = UNKNOWN
    ongoing: bool = False
    recurrence: str | None = None
    second_cancer: str | None = None
    place: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_one_of(self.modality, Modality, N_("The kind of treatment"))
        check_line(self.name, N_("The name of the treatment"), needed=True)
        check_in_order(self.start, self.end, N_("the treatment"))
        check_flag(self.ongoing, N_("Whether the treatment goes on"))
        if self.ongoing and self.end.known:
            raise EntryRefused(
                message("A treatment that goes on has no end yet."),
                message("Take out the end, or say that it is over."),
            )
        check_entry_id(self.recurrence, N_("The recurrence that it was for"))
        check_entry_id(self.second_cancer, N_("The second cancer that it was for"))
        if self.recurrence and self.second_cancer:
            raise EntryRefused(
                message("A treatment is for a recurrence or for a second cancer."),
                message("Make two entries if it was for both."),
            )
        check_line(self.place, N_("The place of the treatment"))
        check_text(self.note, N_("The note"))

    @property
    def happened(self) -> When:
        return self.start


class Spread(StrEnum):
    """Where a recurrence is, seen from the first cancer."""

    LOCAL = "local"
    REGIONAL = "regional"
    DISTANT = "distant"
    NOT_SAID = "not_said"  # the person was not told, or not yet


@dataclass(frozen=True, slots=True, repr=False)
class Recurrence(Payload):
    """The same cancer, back: the first, second … time (``ordinal``, from 1), in one or more ways at once,
    with the sites, what showed it and who said so. ``diagnosis`` is the id of the cancer that came back (a
    `Diagnosis`).
    """

    kind: ClassVar[Kind] = Kind.RECURRENCE
    refers_to: ClassVar[dict[str, Kind]] = {"diagnosis": Kind.DIAGNOSIS}
    ordinal: int = 1
    spread: tuple[Spread, ...] = (Spread.NOT_SAID,)
    sites: tuple[str, ...] = ()
    shown_by: str = ""
    said_by: str = ""
    cancer_type: str | None = None
    diagnosis: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        check_whole(self.ordinal, N_("Which recurrence it is"), 1, 50, empty=False)
        if not isinstance(self.spread, tuple) or not self.spread or len(set(self.spread)) != len(self.spread):
            raise EntryRefused(
                message("This does not say where the cancer came back."), message("Choose one or more, or “not said”.")
            )
        for each in self.spread:
            check_one_of(each, Spread, N_("Where the cancer came back"))
        if Spread.NOT_SAID in self.spread and len(self.spread) > 1:
            raise EntryRefused(message("“Not said” cannot stand beside a place."), message("Take one of them out."))
        check_lines(self.sites, N_("The places in the body"))
        check_line(self.shown_by, N_("What showed it"))
        check_line(self.said_by, N_("Who said so"))
        check_term(self.cancer_type, N_("The type of cancer"))
        check_entry_id(self.diagnosis, N_("The cancer that came back"))
        check_text(self.note, N_("The note"))


@dataclass(frozen=True, slots=True, repr=False)
class Restaging(Payload):
    """A later stage, beside the one at diagnosis. ``as_written`` is copied from the report ("rIIIB");
    ``understood`` is what the person took from it.
    """

    kind: ClassVar[Kind] = Kind.RESTAGING
    refers_to: ClassVar[dict[str, Kind]] = {"recurrence": Kind.RECURRENCE}
    as_written: str = ""
    understood: str = ""
    recurrence: str | None = None
    said_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_line(self.as_written, N_("The stage as written"))
        check_text(self.understood, N_("What you understood"))
        if not self.as_written.strip() and not self.understood.strip():
            raise EntryRefused(
                message("This does not say what the new stage is."),
                message("Copy it from the report, or use your own words."),
            )
        check_entry_id(self.recurrence, N_("The recurrence that it belongs to"))
        check_line(self.said_by, N_("Who said so"))
        check_text(self.note, N_("The note"))


class Status(StrEnum):
    """What a clinician said of the disease, as the person reports it. It is never a judgement of Waymark's."""

    NO_SIGN = "no_sign"
    COMPLETE_REMISSION = "complete_remission"
    PARTIAL_REMISSION = "partial_remission"
    STABLE = "stable"
    GROWING = "growing"
    CAME_BACK = "came_back"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True, repr=False)
class ReportedStatus(Payload):
    """What the team said of the disease, as the person heard it."""

    kind: ClassVar[Kind] = Kind.REPORTED_STATUS
    status: Status = Status.NOT_SURE
    in_words: str = ""
    said_by: str = ""
    shown_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_one_of(self.status, Status, N_("What was said"))
        check_text(self.in_words, N_("What was said, in words"))
        check_line(self.said_by, N_("Who said so"))
        check_line(self.shown_by, N_("What showed it"))
        check_text(self.note, N_("The note"))
