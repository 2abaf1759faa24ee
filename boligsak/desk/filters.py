"""The worklist's filter, read from an address and drawn.

The same few choices are asked for all day by everybody, and drawing a form takes as long as
asking the database for the list below it: so each is drawn once for a day, a language and a set of
offices and caseworkers, and kept in the process.
"""

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from arrears.queries.worklist import Choice
from boligsak.desk.forms.worklist import WorklistFilter
from boligsak.desk.queries.caseworkers import Caseworker
from boligsak.web import PageRequest

_FIELDS = tuple(WorklistFilter.base_fields)


class Asked(NamedTuple):
    """What an address chooses, and the form that says so."""

    choice: Choice
    html: SafeString


def asked(
    request: PageRequest,
    offices: Sequence[tuple[int, str]],
    workers: Sequence[Caseworker],
    day: datetime.date,
    *,
    template: str = "parts/_filter.html",
) -> Asked:
    """The choice in this request's address, and `template` drawn with it."""
    query = request.GET
    return _asked(
        template,
        get_language() or "",
        request.path,
        request.user.pk,
        day,
        tuple(offices),
        tuple(workers),
        tuple(query.get(name, "")[:40] for name in _FIELDS),
        query.get("sort", "")[:20],
    )


@lru_cache(maxsize=256)
def _asked(
    template: str,
    language: str,
    path: str,
    user_id: int,
    day: datetime.date,
    offices: tuple[tuple[int, str], ...],
    workers: tuple[Caseworker, ...],
    values: tuple[str, ...],
    sort: str,
) -> Asked:
    data = dict(zip(_FIELDS, values, strict=True))
    form = WorklistFilter(data, offices=offices, workers=workers)
    choice = form.choice(user_id, day)
    shown = {
        "form": form,
        "sort": sort,
        "reset": path,
        "active": not choice.is_everything or not form.is_valid(),
    }
    return Asked(choice, render_to_string(template, shown))
