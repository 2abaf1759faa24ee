"""The controls that give ticked flags to a caseworker, drawn once for a set of caseworkers.

A select of sixty names on every list takes as long as several of the list's rows. Nothing of the
reader is in it: their token, their submission and their address stand beside it in
templates/desk/_assign.html.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID, uuid4

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from boligsak.desk.forms.worklist import AssignForm
from boligsak.desk.queries.caseworkers import Caseworker


class Giving(NamedTuple):
    """What desk/_assign.html shows. `submission_id` is new each time; `next`: where to go back."""

    submission_id: UUID
    next: str
    controls: SafeString


def giving(workers: Sequence[Caseworker], *, back: str) -> Giving:
    """An empty form that gives flags to one of `workers` and returns to the address `back`."""
    return Giving(uuid4(), back, _controls(get_language() or "", tuple(workers)))


@lru_cache(maxsize=64)
def _controls(_language: str, workers: tuple[Caseworker, ...]) -> SafeString:
    return render_to_string("desk/_assign_to.html", {"form": AssignForm(workers=workers)})
