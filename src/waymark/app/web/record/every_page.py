"""All pages of the record, in one table: the routes, and the tests that go through every one of them."""

from waymark.app.web.record import opening, password
from waymark.app.web.record.visit import Page

EVERY_PAGE: tuple[Page, ...] = (
    *password.PAGES,
    *opening.PAGES,
)
