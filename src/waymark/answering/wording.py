"""What Waymark says in its own voice when it quotes nothing, in each language it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass

from waymark.answering.response import Reason


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence for the person, and what they can do next."""

    say: str
    next_step: str


_DECLINES: Mapping[str, Mapping[Reason, Words]] = {
    "en": {
        "not_in_library": Words(
            "The library does not hold the answer to this.",
            "Your care team can answer it for you. You can also ask in other words, or name the kind of cancer.",
        ),
        "not_about_health": Words(
            "This does not look like a question about cancer or health, so there is nothing here that answers it.",
            "If it is about your health, say a little more and ask again.",
        ),
        "needs_your_team": Words(
            "This is a question about you, and only people who know your case can answer it well.",
            "Take it to your care team. What the library says on the subject in general is below.",
        ),
        "search_unavailable": Words(
            "The search is not working right now, so nothing can be said about what the library holds.",
            "Whoever runs this Waymark can see what mends it on the health page. For anything that cannot wait, call your care team.",
        ),
    },
    "es": {
        "not_in_library": Words(
            "La biblioteca no contiene la respuesta a esta pregunta.",
            "Su equipo médico puede responderla. También puede preguntar con otras palabras o decir qué tipo de cáncer es.",
        ),
        "not_about_health": Words(
            "Esta no parece una pregunta sobre el cáncer o la salud, y aquí no hay nada que la responda.",
            "Si se trata de su salud, cuente un poco más y vuelva a preguntar.",
        ),
        "needs_your_team": Words(
            "Esta pregunta es sobre usted, y solo quienes conocen su caso pueden responderla bien.",
            "Llévela a su equipo médico. Abajo está lo que la biblioteca dice del tema en general.",
        ),
        "search_unavailable": Words(
            "La búsqueda no funciona en este momento; por eso no se puede decir qué contiene la biblioteca.",
            "Quien administra este Waymark puede ver cómo repararla. Si algo no puede esperar, llame a su equipo médico.",
        ),
    },
}

# What is said instead of the general sentence, by what the question asks of the team.
_TEAM: Mapping[str, Mapping[str, str]] = {
    "en": {
        "diagnosis": "Whether this is cancer, or cancer that has come back, can only be told by an examination and tests.",
        "dose": "How much of a medicine is right for you is for your care team or pharmacist to say.",
        "reading": "What a scan or a test result means for you is for the team that knows your case to explain.",
        "choice": "Which treatment is right for you is a decision that you make with your care team.",
        "forecast": "Nobody can say for one person how long or how it will go; your care team can tell you what they know and what they do not.",
    },
    "es": {
        "diagnosis": "Si esto es cáncer, o un cáncer que ha vuelto, solo puede saberse con un examen y pruebas.",
        "dose": "Qué cantidad de un medicamento es la adecuada lo dice su equipo médico o su farmacéutico.",
        "reading": "Lo que significa para usted una imagen o un resultado debe explicarlo el equipo que conoce su caso.",
        "choice": "Qué tratamiento es mejor para usted es una decisión que se toma con su equipo médico.",
        "forecast": "Nadie puede decir cuánto tiempo ni cómo irá para una persona; su equipo puede contarle lo que sabe y lo que no.",
    },
}


def decline_words(reason: Reason, language: str, team: str | None = None, urgent: bool = False) -> Words:
    """Return the words of a decline in ``language`` (English where we do not speak it); ``team`` is what belongs to the team.

    With an urgent notice above it a decline does not say that the question is not about health.
    """
    speak = language if language in _DECLINES else "en"
    words = _DECLINES[speak]["not_in_library" if urgent and reason == "not_about_health" else reason]
    if team is not None and team in _TEAM[speak] and reason == "needs_your_team":
        return Words(_TEAM[speak][team], words.next_step)
    return words
