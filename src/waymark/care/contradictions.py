"""What in the course of the disease does not go together.

Contradictions are pointed out, not corrected: each is a sentence for the person with the fields that it is about, and every
entry stays as it was written. A contradiction is only named where it is certain under every reading of a partial date.

The rules are those of NCI's pages on recurrent cancer and on staging: a recurrence is the same cancer, back; a new kind of
cancer is a second primary; the stage at diagnosis never changes, and a later one has the prefix r; cancer that has spread
to distant places keeps the name of the first one, and is stage IV in most cancers (AJCC's groups for testicular cancer, and
for thyroid cancer in younger people, are exceptions).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from waymark.care.course import (
    REACH_WORDS,
    Course,
    Dated,
    Reach,
    Recurrence,
    Restaging,
    called,
    cancer_name,
    nth,
    surely_before,
    when_in_words,
)
from waymark.care.stages import parse_stage
from waymark.care.words import ENGLISH, listed
from waymark.languages.texts import N_, Texts
from waymark.library import cancer_types


@dataclass(frozen=True, slots=True, order=True)
class Contradiction:
    """What does not go together. ``about`` are the fields, as (id of the entry, name of the field); the sentence is for the
    person and says whom to ask or what to look at.
    """

    rule: str
    about: tuple[tuple[str, str], ...]
    sentence: str


_ASK = N_("Ask your health care team which is right.")
_LOOK = N_("Look at the entries again.")

Found = Iterable[Contradiction]
Rule = Callable[[Course, date, Texts], Found]


def contradictions(course: Course, on: date, words: Texts = ENGLISH) -> tuple[Contradiction, ...]:
    """Return what does not go together on the day ``on``, in a fixed order; the order of the entries does not matter."""
    return tuple(sorted({found for rule in RULES for found in rule(course, on, words)}))


def distant_below_stage_four(course: Course, _on: date, words: Texts) -> Found:
    """A distant recurrence, restaged below IV or with M0."""
    _ = words.gettext
    for recurrence, restaging in _restaged(course):
        stage = parse_stage(restaging.stage)
        if Reach.DISTANT not in recurrence.reach or stage.says_distant:
            continue
        m = stage.one("M")
        if (stage.group and stage.group.number < 4) or (m and m.value.startswith("0")):
            sentence = _(
                "%(recurrence)s is noted as distant, and its stage as %(stage)s. In most cancers spread to distant places "
                "is stage IV."
            )
            said = {"recurrence": called(recurrence, words), "stage": restaging.stage.strip()}
            yield Contradiction(
                "distant_below_stage_four",
                ((recurrence.id, "reach"), (restaging.id, "stage")),
                f"{sentence % said} {_(_ASK)}",
            )


def metastatic_without_distant(course: Course, _on: date, words: Texts) -> Found:
    """A recurrence noted as local or regional alone, restaged with M1 or as metastatic."""
    _ = words.gettext
    for recurrence, restaging in _restaged(course):
        if recurrence.reach and Reach.DISTANT not in recurrence.reach and parse_stage(restaging.stage).says_distant:
            sentence = _(
                "%(recurrence)s is noted as %(reach)s, and its stage, %(stage)s, says that the cancer is in distant places."
            )
            reach = listed([_(REACH_WORDS[each]) for each in Reach if each in recurrence.reach], words)
            said = {"recurrence": called(recurrence, words), "reach": reach, "stage": restaging.stage.strip()}
            yield Contradiction(
                "metastatic_without_distant",
                ((recurrence.id, "reach"), (restaging.id, "stage")),
                f"{sentence % said} {_(_ASK)}",
            )


def stage_against_itself(course: Course, _on: date, words: Texts) -> Found:
    """One written stage with M1 and a group below IV."""
    _ = words.gettext
    written = [(one.id, one.stage) for one in course.diagnoses]
    written += [(one.id, one.stage) for one in course.second_cancers]
    written += [(one.id, one.stage) for one in course.restagings]
    for entry, text in written:
        stage = parse_stage(text)
        group, m = stage.group, stage.one("M")
        if group and m and m.value.startswith("1") and group.number < 4:
            sentence = _("The stage %(stage)s has M1, which is stage IV in most cancers, beside stage %(group)s.")
            said = {"stage": text.strip(), "group": group.value}
            yield Contradiction("stage_against_itself", ((entry, "stage"),), f"{sentence % said} {_(_ASK)}")


def recurrence_before_diagnosis(course: Course, _on: date, words: Texts) -> Found:
    """A recurrence that surely lies before the cancer that came back."""
    _ = words.gettext
    for recurrence in course.recurrences:
        diagnosis = course.diagnosis_of(recurrence)
        if diagnosis and surely_before(recurrence.when, diagnosis.when):
            sentence = _("%(recurrence)s lies before the diagnosis (%(when)s).")
            said = {"recurrence": called(recurrence, words), "when": when_in_words(diagnosis.when, words)}
            yield Contradiction(
                "recurrence_before_diagnosis",
                ((recurrence.id, "when"), (diagnosis.id, "when")),
                f"{sentence % said} {_(_LOOK)}",
            )


def recurrence_without_diagnosis(course: Course, _on: date, words: Texts) -> Found:
    """A recurrence of a cancer that is not noted."""
    _ = words.gettext
    for recurrence in course.recurrences:
        if not course.diagnoses or (recurrence.of is not None and course.diagnosis_of(recurrence) is None):
            sentence = _("%(recurrence)s is noted, and the first diagnosis is not. Add it, if you can.")
            yield Contradiction(
                "recurrence_without_diagnosis",
                ((recurrence.id, "of"),),
                sentence % {"recurrence": called(recurrence, words)},
            )


def recurrence_of_another_cancer(course: Course, _on: date, words: Texts) -> Found:
    """A recurrence under another name than the first cancer: it came back in the liver and stays colon cancer."""
    _ = words.gettext
    for recurrence in course.recurrences:
        diagnosis = course.diagnosis_of(recurrence)
        if not diagnosis or not recurrence.cancer or not diagnosis.cancer:
            continue
        if not _may_be_same(recurrence.cancer, diagnosis.cancer):
            sentence = _(
                "%(recurrence)s is noted as %(one)s, and the first cancer as %(other)s. Cancer that comes back or spreads "
                "keeps the name of the first one; another kind of cancer is a second cancer."
            )
            said = {
                "recurrence": called(recurrence, words),
                "one": cancer_name(recurrence.cancer, words),
                "other": cancer_name(diagnosis.cancer, words),
            }
            yield Contradiction(
                "recurrence_of_another_cancer",
                ((recurrence.id, "cancer"), (diagnosis.id, "cancer")),
                f"{sentence % said} {_(_ASK)}",
            )


def second_cancer_of_the_same_kind(course: Course, _on: date, words: Texts) -> Found:
    """A second cancer with the name of the first: it may be a recurrence."""
    _ = words.gettext
    for second in course.second_cancers:
        for diagnosis in course.diagnoses:
            if second.cancer and diagnosis.cancer and _same(second.cancer, diagnosis.cancer):
                sentence = _(
                    "The second cancer has the same name as the first, %(name)s. It can be a new cancer, or the first one "
                    "back."
                )
                said = {"name": cancer_name(diagnosis.cancer, words)}
                yield Contradiction(
                    "second_cancer_of_the_same_kind",
                    ((second.id, "cancer"), (diagnosis.id, "cancer")),
                    f"{sentence % said} {_(_ASK)}",
                )


def second_cancer_before_the_first(course: Course, _on: date, words: Texts) -> Found:
    """A second cancer that surely lies before every first one."""
    _ = words.gettext
    for second in course.second_cancers:
        if course.diagnoses and all(surely_before(second.when, one.when) for one in course.diagnoses):
            sentence = _("The second cancer (%(when)s) lies before the first diagnosis.")
            yield Contradiction(
                "second_cancer_before_the_first",
                ((second.id, "when"), *((one.id, "when") for one in sorted(course.diagnoses, key=lambda one: one.id))),
                f"{sentence % {'when': when_in_words(second.when, words)}} {_(_LOOK)}",
            )


_GRADED = frozenset(("brain", "spinal-cord"))
_STAGED_ALL_THE_SAME = frozenset(("medulloblastoma", "primary-cns-lymphoma", "atypical-teratoid-rhabdoid"))


def stage_of_a_brain_or_spine_tumor(course: Course, _on: date, words: Texts) -> Found:
    """A stage group or a T for a tumour of the brain or spine, for which there is no staging system (NCI's page on adult
    brain tumours); those of the same parts of the body that have one are left alone.
    """
    _ = words.gettext
    firsts = {one.id: one for one in course.diagnoses}
    written = [(one.id, one.stage, one.cancer) for one in course.diagnoses]
    written += [(one.id, one.stage, one.cancer) for one in course.second_cancers]
    for restaging in course.restagings:
        recurrence = next((one for one in course.recurrences if one.id == restaging.recurrence), None)
        diagnosis = course.diagnosis_of(recurrence) if recurrence else None
        if diagnosis is None and recurrence is None and len(firsts) == 1:
            diagnosis = next(iter(firsts.values()))
        written.append((restaging.id, restaging.stage, diagnosis.cancer if diagnosis else ""))
    for entry, text, cancer in written:
        stage, kind = parse_stage(text), cancer_types.type_named(cancer) if cancer else None
        if not kind or kind in _STAGED_ALL_THE_SAME or not (stage.groups or stage.one("T")):
            continue
        if _GRADED & {kind, *cancer_types.ancestors(kind)}:
            sentence = _(
                "A stage is noted, %(stage)s. Tumors of the brain and spine mostly have no TNM stage and no stage number; "
                "they have a grade."
            )
            yield Contradiction(
                "stage_of_a_brain_or_spine_tumor",
                ((entry, "stage"),),
                f"{sentence % {'stage': text.strip()}} {_(_ASK)}",
            )


def restaging_without_r(course: Course, _on: date, words: Texts) -> Found:
    """A later stage without r; y is left alone, which says that it was given during or after treatment."""
    _ = words.gettext
    for restaging in course.restagings:
        stage = parse_stage(restaging.stage)
        if (stage.groups or stage.one("T") or stage.one("N") or stage.one("M")) and not stage.prefixes & {"r", "y"}:
            sentence = _(
                "The later stage %(stage)s has no r in front. A stage given after a recurrence is written with an r, for "
                "example r%(group)s. If your report has none, leave it."
            )
            said = {"stage": restaging.stage.strip(), "group": stage.group.value if stage.group else "IIIB"}
            yield Contradiction("restaging_without_r", ((restaging.id, "stage"),), sentence % said)


def stage_at_diagnosis_with_r(course: Course, _on: date, words: Texts) -> Found:
    """A first stage that says it was given after a recurrence."""
    _ = words.gettext
    written = [(one.id, one.stage) for one in course.diagnoses] + [(one.id, one.stage) for one in course.second_cancers]
    for entry, stage in written:
        if parse_stage(stage).is_restaging:
            sentence = _(
                "The stage at diagnosis, %(stage)s, has an r in front. The r says that it was given after a recurrence. If "
                "so, note it there, and the first stage here."
            )
            yield Contradiction("stage_at_diagnosis_with_r", ((entry, "stage"),), sentence % {"stage": stage.strip()})


def stage_at_diagnosis_altered(course: Course, _on: date, words: Texts) -> Found:
    """A first stage that was something else before: it does not change."""
    _ = words.gettext
    for diagnosis in course.diagnoses:
        earlier = [text.strip() for text in diagnosis.earlier_stages if text.strip()]
        if earlier and not _same_stage(earlier[-1], diagnosis.stage):
            sentence = _(
                "The stage at diagnosis was %(before)s and is now %(now)s. The stage at diagnosis does not change. If this "
                "is a newer stage, note it as a later stage; if it was mistyped, leave it."
            )
            said = {"before": earlier[-1], "now": diagnosis.stage.strip() or _("empty")}
            yield Contradiction("stage_at_diagnosis_altered", ((diagnosis.id, "stage"),), sentence % said)


def restaging_before_what_it_follows(course: Course, _on: date, words: Texts) -> Found:
    """A later stage that surely lies before its recurrence, or before the diagnosis."""
    _ = words.gettext
    by_id = {recurrence.id: recurrence for recurrence in course.recurrences}
    for restaging in course.restagings:
        recurrence = by_id.get(restaging.recurrence or "")
        when = when_in_words(restaging.when, words)
        if recurrence and surely_before(restaging.when, recurrence.when):
            sentence = _("The later stage (%(when)s) lies before the recurrence that it belongs to (%(other)s).")
            yield Contradiction(
                "restaging_before_recurrence",
                ((restaging.id, "when"), (recurrence.id, "when")),
                f"{sentence % {'when': when, 'other': when_in_words(recurrence.when, words)}} {_(_LOOK)}",
            )
        for diagnosis in course.diagnoses if len(course.diagnoses) == 1 else ():
            if surely_before(restaging.when, diagnosis.when):
                sentence = _("The later stage (%(when)s) lies before the diagnosis (%(other)s).")
                yield Contradiction(
                    "restaging_before_diagnosis",
                    ((restaging.id, "when"), (diagnosis.id, "when")),
                    f"{sentence % {'when': when, 'other': when_in_words(diagnosis.when, words)}} {_(_LOOK)}",
                )


def recurrences_out_of_order(course: Course, _on: date, words: Texts) -> Found:
    """Recurrences of one cancer with one number, or against the order of their dates."""
    _ = words.gettext
    ordered = sorted(course.recurrences, key=lambda one: (one.ordinal, one.id))
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if course.diagnosis_of(one) != course.diagnosis_of(other):
                continue
            if one.ordinal == other.ordinal:
                sentence = _("Two recurrences are noted as the %(nth)s.")
                yield Contradiction(
                    "recurrences_with_one_number",
                    ((one.id, "ordinal"), (other.id, "ordinal")),
                    f"{sentence % {'nth': nth(one.ordinal, words)}} {_(_LOOK)}",
                )
            elif surely_before(other.when, one.when):
                sentence = _("%(recurrence)s lies before the %(nth)s (%(when)s).")
                said = {
                    "recurrence": called(other, words),
                    "nth": nth(one.ordinal, words),
                    "when": when_in_words(one.when, words),
                }
                yield Contradiction(
                    "recurrences_out_of_order",
                    ((one.id, "when"), (other.id, "when")),
                    f"{sentence % said} {_(_LOOK)}",
                )


def treatment_dates(course: Course, _on: date, words: Texts) -> Found:
    """A treatment that ends before it starts, or starts before what it was for."""
    _ = words.gettext
    starts: dict[str, tuple[str, Dated]] = {
        **{one.id: (_("recurrence"), one.when) for one in course.recurrences},
        **{one.id: (_("second cancer"), one.when) for one in course.second_cancers},
    }
    for treatment in course.treatments:
        start = when_in_words(treatment.start, words)
        if surely_before(treatment.end, treatment.start):
            sentence = _("The treatment %(name)s ends (%(end)s) before it starts (%(start)s).")
            said = {"name": treatment.name, "end": when_in_words(treatment.end, words), "start": start}
            yield Contradiction(
                "treatment_ends_before_it_starts",
                ((treatment.id, "end"), (treatment.id, "start")),
                f"{sentence % said} {_(_LOOK)}",
            )
        if treatment.under in starts:
            what, when = starts[treatment.under]
            if surely_before(treatment.start, when):
                sentence = _(
                    "The treatment %(name)s (%(start)s) starts before the %(what)s that it is noted for (%(when)s)."
                )
                said = {"name": treatment.name, "start": start, "what": what, "when": when_in_words(when, words)}
                yield Contradiction(
                    "treatment_before_what_it_is_for",
                    ((treatment.id, "start"), (treatment.under, "when")),
                    f"{sentence % said} {_(_LOOK)}",
                )


def in_the_future(course: Course, on: date, words: Texts) -> Found:
    """Something that was told, and surely lies after today."""
    _ = words.gettext
    said: list[tuple[str, str, Dated]] = [
        *((one.id, _("The diagnosis"), one.when) for one in course.diagnoses),
        *(
            (one.id, _("The %(nth)s recurrence") % {"nth": nth(one.ordinal, words)}, one.when)
            for one in course.recurrences
        ),
        *((one.id, _("The second cancer"), one.when) for one in course.second_cancers),
        *((one.id, _("The later stage"), one.when) for one in course.restagings),
    ]
    for entry, what, when in said:
        if when.first is not None and when.first > on:
            sentence = _("%(what)s lies in the future (%(when)s).")
            yield Contradiction(
                "in_the_future",
                ((entry, "when"),),
                f"{sentence % {'what': what, 'when': when_in_words(when, words)}} {_(_LOOK)}",
            )


RULES: tuple[Rule, ...] = (
    distant_below_stage_four,
    metastatic_without_distant,
    stage_against_itself,
    recurrence_before_diagnosis,
    recurrence_without_diagnosis,
    recurrence_of_another_cancer,
    second_cancer_of_the_same_kind,
    second_cancer_before_the_first,
    stage_of_a_brain_or_spine_tumor,
    restaging_without_r,
    stage_at_diagnosis_with_r,
    stage_at_diagnosis_altered,
    restaging_before_what_it_follows,
    recurrences_out_of_order,
    treatment_dates,
    in_the_future,
)


def _restaged(course: Course) -> Iterable[tuple[Recurrence, Restaging]]:
    """Each recurrence with each of its stages; a stage that names none belongs to the only recurrence there is."""
    for restaging in course.restagings:
        for recurrence in course.recurrences:
            only = restaging.recurrence is None and len(course.recurrences) == 1
            if restaging.recurrence == recurrence.id or only:
                yield recurrence, restaging


def _same(one: str, other: str) -> bool:
    first, second = cancer_types.type_named(one), cancer_types.type_named(other)
    return first == second if first and second else one.strip().casefold() == other.strip().casefold()


def _may_be_same(one: str, other: str) -> bool:
    """Return whether two names can mean one cancer: the same, one a kind of the other, or a name that is not known."""
    first, second = cancer_types.type_named(one), cancer_types.type_named(other)
    return not (first and second) or cancer_types.related(first, second)


def _same_stage(one: str, other: str) -> bool:
    """Return whether two writings say the same ("3B", "Stage IIIB"); where nothing is understood, the letters decide."""
    first, second = parse_stage(one), parse_stage(other)
    if first.understood or second.understood:
        return first.understood == second.understood
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
