"""What forms about work that is somebody's share: whose it is, and which rows are ticked."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from arrears.queries.worklist import NOBODY
from boligsak.desk.queries.caseworkers import Caseworker
from boligsak.fields import offer

ME = "me"
_TICK = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


class OwnedFilter(forms.Form):
    """A filter with the fields `office` and `owner`, which the form itself declares in its order.

    Coded filters only: everything here may stand in an address.
    """

    def __init__(
        self,
        data: Any,
        *,
        offices: Sequence[tuple[int, str]],
        workers: Sequence[Caseworker],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])
        offer(
            self,
            "owner",
            [
                ("", _("All caseworkers")),
                (ME, _("Me")),
                (NOBODY, _("Nobody yet")),
                *((str(worker.id), worker.name) for worker in workers),
            ],
        )

    def chosen_office(self) -> int | None:
        """The office that is chosen; None for all of them, and for one that does not exist."""
        asked = self.cleaned_data.get("office")
        return int(asked) if asked else None

    def whose(self, user_id: int) -> int | str | None:
        """The user that is chosen, NOBODY, or None for all."""
        asked = self.cleaned_data.get("owner") or None
        if asked == ME:
            return user_id
        return int(asked) if asked and asked != NOBODY else asked


def ticked(form: forms.Form, name: str) -> dict[int, int]:
    """Row id → version, from values as "12.3". What is not a tick of ours is left out."""
    chosen = {}
    for value in cast(QueryDict, form.data).getlist(name):
        if found := _TICK.fullmatch(value):
            chosen[int(found[1])] = int(found[2])
    return chosen
