"""Guiding questions for a visit, by situation, in our own words: the person picks, orders and adds to them.

A list alone lengthened visits and raised worry in trials; where the doctor took the list up, worry and time fell and more
was remembered (Brown, Butow, Dunn and Tattersall, British Journal of Cancer 2001;85:1273-1279; the reference is from
general knowledge and is still to be read at its source). So a list that is handed over ends with `PLEASE`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from waymark.languages.texts import N_


class Situation(StrEnum):
    """What the visit is about."""

    CAME_BACK = "came-back"
    RESTAGING = "restaging"
    CHOOSING = "choosing"
    TRIAL = "trial"
    SECOND_OPINION = "second-opinion"
    FOLLOW_UP = "follow-up"
    PALLIATIVE = "palliative"
    CARER = "carer"


SITUATION_WORDS: Mapping[Situation, str] = {
    Situation.CAME_BACK: N_("It has come back"),
    Situation.RESTAGING: N_("New tests to see how far it is"),
    Situation.CHOOSING: N_("Choosing a treatment"),
    Situation.TRIAL: N_("A clinical trial"),
    Situation.SECOND_OPINION: N_("A second opinion"),
    Situation.FOLLOW_UP: N_("Follow-up"),
    Situation.PALLIATIVE: N_("Palliative care and comfort"),
    Situation.CARER: N_("For those who help"),
}

PLEASE = N_("Please go through this list with me.")
"""Stands at the end of every list of questions that is handed over."""


@dataclass(frozen=True, slots=True)
class Guide:
    """One guiding question. ``text`` is English; its id is kept in records and never changes."""

    id: str
    situation: Situation
    text: str


def _of(situation: Situation, *questions: tuple[str, str]) -> tuple[Guide, ...]:
    return tuple(Guide(f"{situation.value}.{name}", situation, text) for name, text in questions)


GUIDES: tuple[Guide, ...] = (
    *_of(
        Situation.CAME_BACK,
        ("where", N_("Where is the cancer now? Is it in one place or in several?")),
        ("same", N_("Is it the same cancer as before, or a new one? How do you know?")),
        ("sure", N_("How sure are you? Is another test needed, such as a biopsy, before we decide anything?")),
        ("means", N_("What does this mean for me, in plain words?")),
        ("cause", N_("Can my symptoms come from this, or from something else?")),
        ("goal", N_("What can treatment do now: cure, hold it back, or ease symptoms?")),
        ("hurry", N_("How much time do I have to think before we start?")),
        ("before", N_("Does what I had before limit what I can have now?")),
        ("who", N_("Who will be in charge of my care, and whom do I call with questions?")),
        ("now", N_("Is there something I should do, or stop doing, right away?")),
    ),
    *_of(
        Situation.RESTAGING,
        ("tests", N_("Which tests will I have, and what will each one show?")),
        ("result-when", N_("When and how will I hear the results? Can someone explain them to me in person?")),
        ("stage", N_("Has the cancer been given a new stage? What is written in my report?")),
        ("compare", N_("What has changed since the last scan?")),
        ("unclear", N_("What is still unclear, and how can we find out?")),
        ("markers", N_("Was the tumor tested for changes that matter for treatment? May I have a copy?")),
        ("copy", N_("Can I have the pictures and reports to take with me?")),
    ),
    *_of(
        Situation.CHOOSING,
        ("options", N_("Which treatments are possible, and which one do you suggest for me? Why?")),
        ("aim", N_("What is each treatment meant to do?")),
        ("chance", N_("How often does it work for people in a situation like mine?")),
        ("side-effects", N_("Which side effects are likely, and which are rare but serious?")),
        ("daily", N_("What will it mean for my days: work, driving, family, travel?")),
        ("without", N_("What happens if I wait, or have no treatment?")),
        ("working", N_("How and when will we know whether it works?")),
        ("stop", N_("When would we stop or change it?")),
        ("cost", N_("What will it cost me, and who can help with that?")),
        ("matters", N_("What matters most to me is … How does each choice fit with that?")),
    ),
    *_of(
        Situation.TRIAL,
        ("fit", N_("Is there a trial that fits my situation, here or elsewhere?")),
        ("purpose", N_("What is the trial trying to find out?")),
        ("different", N_("What would I get in the trial that I would not get otherwise?")),
        ("chance-group", N_("Could I get the standard treatment, or a placebo, by chance?")),
        ("known-risks", N_("What is known about the risks so far?")),
        ("visits", N_("How many more visits and tests would there be?")),
        ("leave", N_("Can I leave the trial at any time, and what would happen then?")),
        ("pays", N_("Who pays for the treatment, the tests and the travel?")),
        ("later", N_("Would it close the door to other treatments later?")),
    ),
    *_of(
        Situation.SECOND_OPINION,
        ("who-sees-many", N_("Who sees many people with my kind of tumor?")),
        ("send", N_("Can you send my records, pictures and tissue samples there?")),
        ("time", N_("Can I wait for a second opinion before we begin?")),
        ("agree", N_("Where do you agree with what was said to me, and where not?")),
        ("pathology", N_("Should another pathologist look at my tissue?")),
        ("missing", N_("Is there a test or treatment that has not been considered yet?")),
        ("together", N_("Can you and my own doctor talk with each other?")),
    ),
    *_of(
        Situation.FOLLOW_UP,
        ("schedule", N_("Which visits, scans and tests do I need, and how often?")),
        ("watch-for", N_("Which changes should I tell you about, and how fast?")),
        ("call-night", N_("Whom do I call at night or on a weekend?")),
        ("late", N_("Which late effects of my treatment should we look out for?")),
        ("summary", N_("Can I have a written summary of my treatment and a plan for follow-up?")),
        ("well", N_("What can I do myself to stay as well as I can?")),
        ("fear", N_("I am often afraid that it comes back. Who can help me with that?")),
        ("family-risk", N_("Does my cancer mean anything for my relatives?")),
    ),
    *_of(
        Situation.PALLIATIVE,
        ("what", N_("What can a palliative care team do for me, also while I am treated?")),
        ("pain", N_("What can be done about my pain or my other symptoms?")),
        ("home", N_("Which help can I get at home?")),
        ("ahead", N_("What may come, and how can we prepare for it?")),
        ("wishes", N_("How do I write down what I want, and who speaks for me if I cannot?")),
        ("good-day", N_("What would help me to have more good days?")),
        ("hospice", N_("When would hospice care be right, and what does it offer?")),
        ("family-support", N_("Which support is there for my family?")),
    ),
    *_of(
        Situation.CARER,
        ("watch", N_("What should I watch for at home, and when should I call?")),
        ("medicines", N_("How do I keep track of the medicines, and what must not be mixed?")),
        ("lift", N_("Can someone show me how to help with washing, moving or wound care?")),
        ("night", N_("Whom do I call at night?")),
        ("talk", N_("May you talk with me about the results? What do you need for that?")),
        ("children", N_("How do we tell the children?")),
        ("rest", N_("Who can take over so that I can rest?")),
        ("myself", N_("Where do I find support for myself?")),
    ),
)
"""Every guiding question, by situation and in the order in which they are offered."""

_BY_ID = {guide.id: guide for guide in GUIDES}


def guide(made: str | None) -> Guide | None:
    """Return the guiding question with that id, None where there is none."""
    return _BY_ID.get(made or "")
