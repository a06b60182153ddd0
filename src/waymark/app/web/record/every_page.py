"""All pages of the record, in one table: the routes, and the tests that go through every one of them."""

from waymark.app.web.record import (
    before_visit,
    course,
    data,
    diary,
    entries,
    example,
    opening,
    password,
    people,
    plan,
    questions,
    symptoms,
    today,
)
from waymark.app.web.record.visit import Page

EVERY_PAGE: tuple[Page, ...] = (
    *password.PAGES,
    *opening.PAGES,
    *today.PAGES,
    *diary.PAGES,
    *symptoms.PAGES,
    *entries.PAGES,
    *course.PAGES,
    *plan.PAGES,
    *questions.PAGES,
    *before_visit.PAGES,
    *people.PAGES,
    *data.PAGES,
    *example.PAGES,
)
"""Their order counts: of two addresses that fit, the first is taken."""
