"""The operator's rule for lapsed reviews, from the settings."""

from waymark.library.lapse import LapseRule
from waymark.settings import Settings


def lapse_rule(settings: Settings) -> LapseRule:
    """Return the rule that the settings make."""
    return LapseRule(settings.lapsed_say_from, settings.lapsed_leave_out_from)
