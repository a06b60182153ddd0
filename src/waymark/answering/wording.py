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
        message("Take it to your care team. What the library says on the subject in general is below."),
    ),
    "search_unavailable": Words(
        message("The search is not working right now, so nothing can be said about what the library holds."),
        message(
            "Whoever runs this Waymark can see what mends it on the health page. For anything that cannot wait, call your care team."
        ),
    ),
}

# What is said instead of the general sentence, by what the question asks of the team.
_TEAM: Mapping[str, str] = {
    "diagnosis": message(
        "Whether this is cancer, or cancer that has come back, can only be told by an examination and tests."
    ),
    "dose": message("How much of a medicine is right for you is for your care team or pharmacist to say."),
    "reading": message("What a scan or a test result means for you is for the team that knows your case to explain."),
    "choice": message("Which treatment is right for you is a decision that you make with your care team."),
    "forecast": message(
        "Nobody can say for one person how long or how it will go; your care team can tell you what they know and what they do not."
    ),
}


def decline_words(reason: Reason, language: str, team: str | None = None, urgent: bool = False) -> Words:
    """Return the words of a decline in ``language`` (English where we do not speak it); ``team`` is what belongs to the team.

    With an urgent notice above it a decline does not say that the question is not about health.
    """
    own = texts(language)
    words = _DECLINES["not_in_library" if urgent and reason == "not_about_health" else reason]
    said = _TEAM.get(team, words.say) if team is not None and reason == "needs_your_team" else words.say
    return Words(own.say(said), own.say(words.next_step))
