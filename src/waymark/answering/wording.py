"""What Waymark says in its own voice when it quotes nothing; the catalogues say it in each language."""

from collections.abc import Mapping
from dataclasses import dataclass

from waymark.answering.response import Reason
from waymark.languages.texts import message, texts


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence for the person, and what they can do next."""

    say: str
    next_step: str


_DECLINES: Mapping[Reason, Words] = {
    "not_in_library": Words(
        message("The library does not hold the answer to this."),
        message("Your care team can answer it for you. You can also ask in other words, or name the kind of cancer."),
    ),
    "not_about_health": Words(
        message("This does not look like a question about cancer or health, so there is nothing here that answers it."),
        message("If it is about your health, say a little more and ask again."),
    ),
    "needs_your_team": Words(
        message("This is a question about you, and only people who know your case can answer it well."),
        message("Take it to your care team."),
    ),
    "search_unavailable": Words(
        message("The search is not working right now, so nothing can be said about what the library holds."),
        message(
            "Whoever runs this Waymark can see what mends it on the health page. For anything that cannot wait, call your care team."
        ),
    ),
}

_NEAR = message("The library may not hold the answer to this. What comes nearest is below.")
"""Said instead where something near was found: whether it answers is not sure."""

# Whom to ask, by the kind of answer that was asked for; the general sentence stands for the other kinds.
_WHOM: Mapping[str, str] = {
    **dict.fromkeys(
        ("side_effects", "drug_info"),
        message("Your care team or a pharmacist can answer it: they can look up what you take."),
    ),
    **dict.fromkeys(
        ("coping", "support"),
        message("Your nurse can tell you who helps with this: a social worker, a counselor, or a support group."),
    ),
    "trials": message("Ask your team, or a research nurse, which trials there are and whether one could fit."),
    **dict.fromkeys(
        ("genetics", "risk"), message("Ask your doctor; a genetic counselor can go through your own risk with you.")
    ),
    "palliative": message("Ask your team for the people who do palliative care: they see people at any stage."),
    "second_opinion": message(
        "Ask your doctor for the name of a colleague, or a cancer center near you for its second-opinion service."
    ),
}

# What belongs to the team: what is said, and what to do about it. That care goes on without treatment: NCI, "Recurrent Cancer:
# When Cancer Comes Back"; that nobody can know for one person: NCI, "When Your Rare Brain or Spine Tumor Recurs".
_TEAM: Mapping[str, Words] = {
    "diagnosis": Words(
        message("Whether this is cancer, or cancer that has come back, can only be told by an examination and tests."),
        message(
            "Call your team and tell them what you notice and since when. Something new, or worse than before, need not wait for the next visit."
        ),
    ),
    "dose": Words(
        message("How much of a medicine is right for you is for your care team or pharmacist to say."),
        message("Ask them before you take more of it, less of it, or none."),
    ),
    "reading": Words(
        message("What a scan or a test result means for you is for the team that knows your case to explain."),
        message("Ask whoever ordered the test to go through it with you, line by line, and to give you a copy."),
    ),
    "choice": Words(
        message("Which treatment is right for you is a decision that you make with your care team."),
        message(
            "Ask what each choice can do for you, what it asks of you, and how long you may take to decide. "
            "A second opinion is a fair thing to ask for."
        ),
    ),
    "refusal": Words(
        message(
            "Whether to have a treatment, or no more of it, is your own decision. Care for pain and other symptoms goes on either way."
        ),
        message(
            "Ask your team what each way would mean for you, and for the people who do palliative care. You may change your mind later."
        ),
    ),
    "forecast": Words(
        message(
            "Nobody can say for one person how long or how it will go; your care team can tell you what they know and what they do not."
        ),
        message(
            "Say how much you want to know: all of it, the outline, or nothing for now. Each is all right, and someone may ask for you."
        ),
    ),
}

_BELOW = message("What the library says on the subject in general is below.")

# What stands under an urgent notice where the library does not plainly answer: nothing that keeps from what to do now.
_CALL_FIRST = Words(
    message("Please do what it says above first."),
    message("Reading can wait until you have talked to someone. If you meant something else, ask in other words."),
)
_CRISIS_FIRST = Words(
    message("Please talk to someone first. Nothing here is as important."),
    message("The library can wait. If you meant something else, ask in other words."),
)

NUMBERS_ARE_OF_GROUPS = message(
    "Numbers like these come from many people taken together. They cannot say what will happen to one person."
)
"""Stands beside an answer with survival statistics (NCI, "Understanding Cancer Prognosis")."""

LISTS: Mapping[str, str] = {
    "diagnosis": "questions-when-it-comes-back",
    "reading": "questions-when-it-comes-back",
    "forecast": "questions-when-it-comes-back",
    "dose": "questions-about-treatment-choices",
    "choice": "questions-about-treatment-choices",
    "treatment": "questions-about-treatment-choices",
    "second_opinion": "questions-about-treatment-choices",
    "trials": "questions-about-a-trial",
    "follow_up": "questions-about-follow-up",
    "tests": "questions-about-follow-up",
    "recurrence": "questions-when-it-comes-back",
}
"""The list of questions to take along, by what belongs to the team and by the kind of answer that was asked for."""


def decline_words(
    reason: Reason,
    language: str,
    team: str | None = None,
    urgent: bool = False,
    asked_for: str | None = None,
    near: bool = False,
) -> Words:
    """Return the words of a decline in ``language`` (English where we do not speak it).

    ``team`` is what belongs to the team ("refusal" for a choice of no treatment), ``asked_for`` the kind of answer that was
    asked for, ``near`` whether something of the library stands below. With an urgent notice above it a decline does not say
    that the question is not about health.
    """
    own = texts(language)
    reason = "not_in_library" if urgent and reason == "not_about_health" else reason
    words = _DECLINES[reason]
    if reason == "needs_your_team":
        words = _TEAM.get(team or "", words)
    elif reason == "not_in_library":
        words = Words(_NEAR if near else words.say, _WHOM.get(asked_for or "", words.next_step))
    steps = own.say(words.next_step)
    if reason == "needs_your_team" and near:
        steps = f"{steps} {own.say(_BELOW)}"
    return Words(own.say(words.say), steps)


def call_first_words(crisis: bool, language: str) -> Words:
    """Return the words under an urgent notice where nothing is quoted, in ``language`` (English where we do not speak it)."""
    words = _CRISIS_FIRST if crisis else _CALL_FIRST
    return Words(texts(language).say(words.say), texts(language).say(words.next_step))


def list_to_take(team: str | None, asked_for: tuple[str, ...]) -> str:
    """Return the name (the id of the starter collection without its beginning) of the list of questions that fits."""
    wanted = (*((team,) if team else ()), *asked_for)
    return next((LISTS[each] for each in wanted if each in LISTS), "questions-when-it-comes-back")
