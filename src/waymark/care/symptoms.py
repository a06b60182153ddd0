"""The list of symptoms that a diary can hold, what is asked about each, and the short list for a type of cancer.

**Words.** All questions and answers are our own. The form (a symptom, up to three attributes, each 0 to 4, over the last
seven days) is that of NCI's PRO-CTCAE, whose item texts may not be adapted or passed on; none is used here, nor any of
MDASI or EORTC.

**Short lists.** Which symptoms are offered first for a type of cancer follows what NCI's pages name as signs of that
cancer, since a recurrence is often felt as the first tumour was; each list carries the addresses it was made from. They
are offers: the person takes out and adds what they like, and nothing is asked that was not chosen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from waymark.care.severity import Attribute
from waymark.languages.texts import N_, Texts
from waymark.library.cancer_types import vocabulary

SCALE = 5  # answers to each question, 0 to 4


@dataclass(frozen=True, slots=True)
class Symptom:
    """One item of the list. ``name`` is English; `named` gives it in a language. ``asks`` are the attributes asked about,
    the first being the one by which weeks are compared where the person answers all.
    """

    id: str
    name: str
    asks: tuple[Attribute, ...]
    hint: str = ""


_F, _S, _I = Attribute.FREQUENCY, Attribute.SEVERITY, Attribute.INTERFERENCE

SYMPTOMS: Mapping[str, Symptom] = {
    one.id: one
    for one in (
        # The whole body
        Symptom("tiredness", N_("Tiredness"), (_S, _I), N_("tired even after rest")),
        Symptom("pain", N_("Pain"), (_S, _F, _I), N_("anywhere; say where in the note")),
        Symptom("sleep", N_("Trouble sleeping"), (_S, _I)),
        Symptom("appetite", N_("Little appetite"), (_S, _I)),
        Symptom("weight-loss", N_("Losing weight without wanting to"), (_S,)),
        Symptom("fever", N_("Fever or chills"), (_F, _S)),
        Symptom("night-sweats", N_("Sweating at night"), (_F, _S)),
        Symptom("weakness", N_("Weakness all over"), (_S, _I)),
        Symptom("infections", N_("Infections"), (_F,)),
        Symptom("bruising", N_("Bruising or bleeding easily"), (_F,)),
        Symptom("pale-dizzy", N_("Dizziness"), (_S, _F)),
        # Mood and mind
        Symptom("fear-of-return", N_("Fear that it comes back"), (_F, _I)),
        Symptom("worry", N_("Worry or restlessness"), (_S, _F, _I)),
        Symptom("low-mood", N_("Low mood"), (_S, _F, _I)),
        Symptom("memory", N_("Trouble remembering"), (_S, _I)),
        Symptom("concentration", N_("Trouble concentrating"), (_S, _I)),
        Symptom(
            "personality", N_("Not myself: changed mood or behavior"), (_S, _I), N_("often others notice it first")
        ),
        # Head and nerves
        Symptom("headache", N_("Headache"), (_S, _F, _I)),
        Symptom("seizures", N_("Seizures"), (_F,), N_("say in the note what happened")),
        Symptom("sight", N_("Trouble seeing"), (_S, _I), N_("blurred, double, or part of the view missing")),
        Symptom("hearing", N_("Trouble hearing or ringing in the ears"), (_S, _I)),
        Symptom("speech", N_("Trouble speaking or finding words"), (_S, _I)),
        Symptom("balance", N_("Unsteady when walking"), (_S, _I)),
        Symptom("arm-leg-weakness", N_("Weak arm or leg"), (_S, _I)),
        Symptom("numbness", N_("Numbness or tingling"), (_S, _I), N_("say where in the note")),
        Symptom("sleepiness", N_("Very sleepy in the daytime"), (_S, _I)),
        Symptom("confusion", N_("Confused at times"), (_F, _S)),
        Symptom("face-droop", N_("Face not moving as before"), (_S,)),
        # Chest and throat
        Symptom("cough", N_("Cough"), (_S, _I)),
        Symptom("coughing-blood", N_("Blood when coughing"), (_F,)),
        Symptom("breathless", N_("Short of breath"), (_S, _I)),
        Symptom("chest-pain", N_("Pain in the chest"), (_S, _F)),
        Symptom("wheezing", N_("Wheezing"), (_S,)),
        Symptom("hoarse", N_("Hoarse voice"), (_S, _I)),
        Symptom("swallowing", N_("Trouble swallowing"), (_S, _I)),
        Symptom("mouth", N_("Sore mouth or throat"), (_S, _I)),
        Symptom("dry-mouth", N_("Dry mouth"), (_S,)),
        Symptom("ear-pain", N_("Ear pain"), (_S, _F)),
        Symptom("nose", N_("Blocked nose or nosebleeds"), (_F, _S)),
        Symptom("face-swelling", N_("Swollen face or neck"), (_S,)),
        # Belly
        Symptom("nausea", N_("Feeling sick to the stomach"), (_S, _F)),
        Symptom("vomiting", N_("Vomiting"), (_F, _S)),
        Symptom("belly-pain", N_("Belly pain"), (_S, _F, _I)),
        Symptom("bloating", N_("Swollen or tight belly"), (_S, _F)),
        Symptom("full-soon", N_("Full after a few bites"), (_S, _F)),
        Symptom("heartburn", N_("Heartburn"), (_S, _F)),
        Symptom("constipation", N_("Constipation"), (_S,)),
        Symptom("diarrhea", N_("Diarrhea"), (_F, _S)),
        Symptom("bowel-change", N_("Bowel habits changed"), (_S,)),
        Symptom("blood-stool", N_("Blood in the stool"), (_F,)),
        Symptom("bowel-control", N_("Stool that cannot be held"), (_F, _I)),
        Symptom("jaundice", N_("Yellow skin or eyes"), (_S,), N_("dark urine or pale stool belongs here too")),
        Symptom("itching", N_("Itching"), (_S,)),
        # Bladder and pelvis
        Symptom("blood-urine", N_("Blood in the urine"), (_F,)),
        Symptom("urinating", N_("Trouble passing urine"), (_S, _F), N_("weak stream, pain, or hard to start")),
        Symptom("urine-often", N_("Passing urine often"), (_F, _I)),
        Symptom("bladder-control", N_("Urine that cannot be held"), (_F, _I)),
        Symptom("pelvic-pain", N_("Pain low in the belly or pelvis"), (_S, _F, _I)),
        Symptom(
            "vaginal-bleeding", N_("Bleeding from the vagina"), (_F, _S), N_("outside of a period, or after menopause")
        ),
        Symptom("vaginal-discharge", N_("Discharge from the vagina"), (_S,)),
        Symptom("pain-sex", N_("Pain during sex"), (_S, _F)),
        Symptom("erections", N_("Trouble with erections"), (_S, _I)),
        Symptom("testicle", N_("Lump or swelling in a testicle"), (_S,)),
        # Bones, skin, lumps
        Symptom("back-pain", N_("Back pain"), (_S, _F, _I)),
        Symptom("bone-pain", N_("Bone pain"), (_S, _F, _I)),
        Symptom("joint-pain", N_("Joint pain or stiffness"), (_S, _I)),
        Symptom("lump", N_("A lump or swelling"), (_S,), N_("say where in the note")),
        Symptom("nodes", N_("Swollen lymph nodes"), (_S,), N_("in the neck, armpit or groin")),
        Symptom("limb-swelling", N_("Swollen arm or leg"), (_S, _I)),
        Symptom("breast-change", N_("Change in a breast or nipple"), (_S,)),
        Symptom("skin-change", N_("Change in a mole or spot on the skin"), (_S,)),
        Symptom("rash", N_("Rash or sore skin"), (_S,)),
        Symptom("hot-flashes", N_("Hot flashes"), (_S, _F)),
    )
}
"""Every item by its id. Ids are kept in records and never change."""

GENERAL = ("tiredness", "pain", "appetite", "sleep", "weight-loss", "low-mood", "fear-of-return")
"""What is offered whatever the cancer."""


@dataclass(frozen=True, slots=True)
class ShortList:
    """The items offered first for a type of cancer and the kinds below it, with the pages that name them."""

    cancer: str
    items: tuple[str, ...]
    sources: tuple[str, ...]


_NCI = "https://www.cancer.gov/types"

SHORT_LISTS: tuple[ShortList, ...] = (
    ShortList(
        "brain",
        (
            "headache",
            "seizures",
            "sight",
            "speech",
            "balance",
            "arm-leg-weakness",
            "nausea",
            "personality",
            "sleepiness",
        ),
        (f"{_NCI}/brain/patient/adult-brain-treatment-pdq",),
    ),
    ShortList(
        "spinal-cord",
        ("back-pain", "arm-leg-weakness", "numbness", "balance", "urinating", "bowel-change"),
        (f"{_NCI}/brain/patient/adult-brain-treatment-pdq",),
    ),
    ShortList(
        "breast",
        ("breast-change", "lump", "nodes", "limb-swelling", "bone-pain", "breathless", "headache"),
        (f"{_NCI}/breast/symptoms", f"{_NCI}/metastatic-cancer"),
    ),
    ShortList(
        "lung",
        ("cough", "breathless", "coughing-blood", "chest-pain", "wheezing", "hoarse", "swallowing", "face-swelling"),
        (f"{_NCI}/lung/patient/non-small-cell-lung-treatment-pdq",),
    ),
    ShortList(
        "colorectal",
        ("bowel-change", "blood-stool", "belly-pain", "diarrhea", "constipation", "bloating", "vomiting"),
        (f"{_NCI}/colorectal/patient/colon-treatment-pdq",),
    ),
    ShortList(
        "prostate",
        ("urinating", "urine-often", "blood-urine", "back-pain", "pelvic-pain", "breathless"),
        (f"{_NCI}/prostate/patient/prostate-treatment-pdq",),
    ),
    ShortList(
        "ovarian",
        ("bloating", "pelvic-pain", "belly-pain", "full-soon", "constipation", "urine-often", "lump"),
        (f"{_NCI}/ovarian/patient/ovarian-epithelial-treatment-pdq",),
    ),
    ShortList(
        "uterine",
        ("vaginal-bleeding", "pelvic-pain", "urinating", "pain-sex"),
        (f"{_NCI}/uterine/patient/endometrial-treatment-pdq",),
    ),
    ShortList(
        "cervical",
        (
            "vaginal-bleeding",
            "vaginal-discharge",
            "pelvic-pain",
            "pain-sex",
            "blood-urine",
            "back-pain",
            "limb-swelling",
        ),
        (f"{_NCI}/cervical/symptoms",),
    ),
    ShortList(
        "bladder",
        ("blood-urine", "urine-often", "urinating", "back-pain", "bone-pain", "limb-swelling"),
        (f"{_NCI}/bladder/symptoms",),
    ),
    ShortList(
        "kidney",
        ("blood-urine", "lump", "back-pain", "belly-pain"),
        (f"{_NCI}/kidney/patient/kidney-treatment-pdq",),
    ),
    ShortList(
        "melanoma",
        ("skin-change", "nodes", "itching"),
        (f"{_NCI}/skin/patient/melanoma-treatment-pdq",),
    ),
    ShortList(
        "lymphoma",
        ("nodes", "fever", "night-sweats", "itching", "belly-pain", "breathless"),
        (f"{_NCI}/lymphoma/patient/adult-nhl-treatment-pdq", f"{_NCI}/lymphoma/patient/adult-hodgkin-treatment-pdq"),
    ),
    ShortList(
        "leukemia",
        ("fever", "bruising", "weakness", "breathless", "night-sweats", "infections", "bone-pain"),
        (f"{_NCI}/leukemia/patient/adult-aml-treatment-pdq", f"{_NCI}/leukemia/patient/adult-all-treatment-pdq"),
    ),
    ShortList(
        "myeloma",
        ("bone-pain", "back-pain", "weakness", "bruising", "infections", "fever", "breathless"),
        (f"{_NCI}/myeloma/patient/myeloma-treatment-pdq",),
    ),
    ShortList(
        "pancreatic",
        ("jaundice", "belly-pain", "back-pain", "appetite", "weight-loss"),
        (f"{_NCI}/pancreatic/patient/pancreatic-treatment-pdq",),
    ),
    ShortList(
        "liver",
        ("belly-pain", "bloating", "jaundice", "nausea", "full-soon"),
        (f"{_NCI}/liver/what-is-liver-cancer",),
    ),
    ShortList(
        "esophageal",
        ("swallowing", "chest-pain", "hoarse", "cough", "heartburn", "lump"),
        (f"{_NCI}/esophageal/patient/esophageal-treatment-pdq",),
    ),
    ShortList(
        "stomach",
        ("heartburn", "bloating", "nausea", "swallowing", "vomiting", "belly-pain", "blood-stool"),
        (f"{_NCI}/stomach/symptoms",),
    ),
    ShortList(
        "testicular",
        ("testicle", "pelvic-pain", "back-pain"),
        (f"{_NCI}/testicular/patient/testicular-treatment-pdq",),
    ),
    ShortList(
        "head-and-neck",
        ("lump", "mouth", "swallowing", "hoarse", "ear-pain", "nose", "nodes"),
        (
            f"{_NCI}/head-and-neck/patient/adult/laryngeal-treatment-pdq",
            f"{_NCI}/head-and-neck/patient/adult/oropharyngeal-treatment-pdq",
            f"{_NCI}/head-and-neck/patient/adult/paranasal-sinus-treatment-pdq",
        ),
    ),
    ShortList(
        "thyroid",
        ("lump", "breathless", "swallowing", "hoarse"),
        (f"{_NCI}/thyroid/patient/thyroid-treatment-pdq",),
    ),
    ShortList(
        "soft-tissue-sarcoma",
        ("lump", "pain", "breathless"),
        (f"{_NCI}/soft-tissue-sarcoma/patient/adult-soft-tissue-treatment-pdq",),
    ),
    ShortList(
        "bone",
        ("bone-pain", "lump", "joint-pain"),
        (f"{_NCI}/bone/patient/osteosarcoma-treatment-pdq",),
    ),
)


def offered(cancers: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the symptoms to offer first: those of the cancers' own lists, then what is common to all.

    ``cancers`` are ids of the library's vocabulary; a kind without a list of its own takes that of the kinds above it.
    """
    items: list[str] = []
    for cancer in cancers:
        for above in _upwards(cancer):
            items += next((one.items for one in SHORT_LISTS if one.cancer == above), ())
    return tuple(dict.fromkeys((*items, *GENERAL)))


def _upwards(cancer: str) -> tuple[str, ...]:
    """Return a type and the nearest types above it that have a list; nothing for an unknown one."""
    types, with_list = vocabulary().types, {one.cancer for one in SHORT_LISTS}
    level = [cancer] if cancer in types else []
    while level:
        found = tuple(each for each in level if each in with_list)
        if found:
            return found
        level = [parent for each in level for parent in types[each].parents]
    return ()


# Words

QUESTIONS: Mapping[Attribute, str] = {
    Attribute.FREQUENCY: N_("On how many days?"),
    Attribute.SEVERITY: N_("How strong was it?"),
    Attribute.INTERFERENCE: N_("How much did it hold you back?"),
}
"""What is asked about each attribute. `TODAY_QUESTIONS` are those of a single day."""

TODAY_QUESTIONS: Mapping[Attribute, str] = {
    Attribute.FREQUENCY: N_("How much of the day?"),
    Attribute.SEVERITY: N_("How strong was it today?"),
    Attribute.INTERFERENCE: N_("How much did it hold you back today?"),
}

ANSWERS: Mapping[Attribute, tuple[str, str, str, str, str]] = {
    Attribute.FREQUENCY: (
        N_("no day"),
        N_("one day"),
        N_("two or three days"),
        N_("four to six days"),
        N_("every day"),
    ),
    Attribute.SEVERITY: (
        N_("not there"),
        N_("faint"),
        N_("clear, but bearable"),
        N_("hard to bear"),
        N_("as bad as it can get"),
    ),
    Attribute.INTERFERENCE: (
        N_("it did not"),
        N_("it slowed me down"),
        N_("I left some things out"),
        N_("I left most things out"),
        N_("I could do nothing"),
    ),
}
"""The five answers, 0 to 4, by which weeks are told."""

TODAY_FREQUENCY: tuple[str, str, str, str, str] = (
    N_("none of it"),
    N_("once, for a short time"),
    N_("a few times"),
    N_("most of the day"),
    N_("all day"),
)
"""The answers to how much of a single day."""

OWN_ASKS: tuple[Attribute, ...] = (_S, _F, _I)
"""What is asked about an item in the person's own words."""


def named(term: str | None, own_words: str, texts: Texts) -> str:
    """Return what a symptom is called: the person's own words first, else the list's name; an id that this version does
    not know is shown as it is.
    """
    if own_words.strip():
        return " ".join(own_words.split())
    known = SYMPTOMS.get(term or "")
    return texts.gettext(known.name) if known else (term or "").replace("-", " ")


def asks(term: str | None) -> tuple[Attribute, ...]:
    """Return the attributes asked about an item; about the person's own words all three."""
    known = SYMPTOMS.get(term or "")
    return known.asks if known else OWN_ASKS


def answer_words(attribute: Attribute, recall_days: int, texts: Texts) -> tuple[str, ...]:
    """Return the five answers, 0 to 4, for entries that look back over that many days."""
    words = TODAY_FREQUENCY if attribute is Attribute.FREQUENCY and recall_days < 2 else ANSWERS[attribute]
    return tuple(texts.gettext(word) for word in words)


def question_words(attribute: Attribute, recall_days: int, texts: Texts) -> str:
    """Return the question for entries that look back over that many days."""
    return texts.gettext((TODAY_QUESTIONS if recall_days < 2 else QUESTIONS)[attribute])


@cache
def item_key(term: str | None, own_words: str) -> str:
    """Return what makes entries belong to one item: the id of the list, or the person's words without case and spaces.

    It holds words of the person: it goes into no address, log or file name (`waymark.app.own_record` gives handles).
    """
    return term if term else "own:" + " ".join(own_words.casefold().split())
