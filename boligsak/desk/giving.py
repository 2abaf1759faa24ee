"""What can be done with ticked flags: giving them to a caseworker, and opening cases.

The choice of caseworkers is drawn once for a set of them.

A select of sixty names on every list takes as long as several of the list's rows. Nothing of the
reader is in it: their token, their submission and their address stand beside it in
templates/desk/_assign.html.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from boligsak.addresses import address
from boligsak.desk.forms.worklist import AssignForm
from boligsak.desk.queries.caseworkers import Caseworker


class Giving(NamedTuple):
    """What desk/_assign.html shows. `submission_id` is new each time; `next`: where to go back.

    `controls` is empty for a reader who gives no flags away.
    """

    submission_id: UUID
    next: str
    controls: SafeString | str
    may_open: bool = False

    @property
    def action(self) -> str:
        """Where the form is sent by its first button."""
        return address("desk:assign" if self.controls else "desk:open_cases")


def giving(
    workers: Sequence[Caseworker], *, back: str, may_assign: bool = True, may_open: bool = False
) -> Giving:
    """An empty form that gives flags to one of `workers`, or opens cases from them, and returns
    to the address `back`."""
    controls = _controls(get_language() or "", tuple(workers)) if may_assign else ""
    return Giving(uuid4(), back, controls, may_open)


def for_reader(user: Any, workers: Sequence[Caseworker], *, back: str) -> Giving | None:
    """The same with what this reader may do; None when that is nothing."""
    may_assign, may_open = user.has_perm("arrears.assign_flag"), user.has_perm("arrears.work_case")
    if not may_assign and not may_open:
        return None
    return giving(workers, back=back, may_assign=may_assign, may_open=may_open)


@lru_cache(maxsize=64)
def _controls(_language: str, workers: tuple[Caseworker, ...]) -> SafeString:
    return render_to_string("desk/_assign_to.html", {"form": AssignForm(workers=workers)})
