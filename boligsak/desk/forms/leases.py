"""The filter of the list of leases behind the figures."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from arrears.queries.figures import MONTHS_AHEAD
from boligsak.desk.overview import age_words
from boligsak.desk.queries.figures import AGES
from boligsak.desk.queries.leases import ANY_AGE, FIXED, SHORT, LeaseChoice
from boligsak.desk.rows import months_ahead
from boligsak.fields import PlainSelect, offer


class LeaseFilter(forms.Form):
    """Coded filters only: everything here may stand in an address."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    age = forms.ChoiceField(label=_("Past due"), required=False, widget=PlainSelect)
    ends = forms.ChoiceField(label=_("Term ends in"), required=False, widget=PlainSelect)
    term = forms.ChoiceField(
        label=_("Term"),
        required=False,
        choices=[
            ("", _("Fixed and open-ended")),
            (FIXED, _("Fixed term")),
            (SHORT, _("Shorter than three years")),
        ],
        widget=PlainSelect,
    )

    def __init__(
        self, data: Any, *, offices: Sequence[tuple[int, str]], day: datetime.date
    ) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])
        offer(
            self,
            "age",
            [
                ("", _("With and without")),
                (ANY_AGE, _("Owes something past due")),
                *((key, age_words(youngest, oldest)) for key, youngest, oldest in AGES),
            ],
        )
        offer(
            self,
            "ends",
            [
                ("", _("Any month, or none")),
                *(
                    (f"{month:%Y-%m}", date_format(month, "F Y"))
                    for month in months_ahead(day, MONTHS_AHEAD)
                ),
            ],
        )

    def choice(self) -> LeaseChoice:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        month = asked.get("ends")
        return LeaseChoice(
            office_id=int(asked["office"]) if asked.get("office") else None,
            age=asked.get("age") or "",
            ends_in=datetime.date.fromisoformat(f"{month}-01") if month else None,
            term=asked.get("term") or "",
        )
