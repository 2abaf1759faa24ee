"""Which decisions and cases to follow up."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PlainSelect, offer
from meetings.queries.follow_up import FollowChoice


class FollowFilter(forms.Form):
    """An office, and the days between which a meeting talked about the cases."""

    KINDS = [
        ("", _("None")),
        ("all", _("Cases discussed")),
        ("solved", _("Solved without a referral")),
        ("running", _("Still being worked on")),
        ("referred", _("Referred")),
        ("otherwise", _("Ended otherwise")),
    ]

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    from_on = DayField(label=_("Discussed from"), required=False)
    to_on = DayField(label=_("Discussed to"), required=False)
    kind = forms.ChoiceField(label=_("List"), required=False, choices=KINDS, widget=PlainSelect)

    def __init__(
        self,
        data: Any,
        *,
        offices: Sequence[tuple[int, str]],
        first_on: datetime.date,
        today: datetime.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        self._first_on, self._today = first_on, today
        named = [(str(pk), name) for pk, name in offices]
        offer(self, "office", [("", _now("All offices")), *named])

    def choice(self) -> FollowChoice:
        """What is chosen; the last half year when nothing is said."""
        self.is_valid()
        asked = self.cleaned_data
        return FollowChoice(
            office_id=int(asked["office"]) if asked.get("office") else None,
            from_on=asked.get("from_on") or self._first_on,
            to_on=asked.get("to_on") or self._today,
        )
