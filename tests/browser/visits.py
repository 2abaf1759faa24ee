"""A visit to a page, and who comes."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import reverse

NOBODY, COORDINATOR, CASEWORKER = None, "koordinator", "saksbehandler"
HOUSING_UNIT, LANDLORD, MANAGER = "boligenhet", "utleier", "leder"
PRIVACY_OFFICER, ADMINISTRATOR = "personvern", "admin"


class Visit(NamedTuple):
    """`where` finds the rows in the address; `query` is what stands behind the question mark."""

    page: str
    user: str | None
    where: Callable[[], list[Any]] = list
    query: str = ""

    def __str__(self) -> str:
        return f"{self.page}-{self.user}{'-' if self.query else ''}{self.query}"

    def path(self) -> str:
        return reverse(self.page, args=self.where()) + (f"?{self.query}" if self.query else "")
