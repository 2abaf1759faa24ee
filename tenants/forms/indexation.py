"""A new run of indexation, and a change of one rent."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.fields import AmountField, DayField, PlainSelect, offer
from boligsak.step import StepForm
from tenants.models import RentChangeKind
from tenants.services.rent_changes import KINDS, NewRentChange
from tenants.words import indexation as words


class NewRunForm(StepForm):
    """From which month rents are to follow the index, and whose."""

    valid_from = DayField(
        label=_("New rent from"),
        help_text=_("The first of a month. The notices must be sent a month before (§ 4-2)."),
    )
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])

    def asked(self) -> tuple[datetime.date, int | None]:
        office = self.cleaned_data.get("office")
        return self.cleaned_data["valid_from"], int(office) if office else None


class RentForm(StepForm):
    """What a month is to cost from a day on, and what that rests on."""

    kind = forms.ChoiceField(label=_("Why the rent changes"), widget=forms.RadioSelect)
    to_ore = AmountField(label=_("New rent a month"))
    valid_from = DayField(label=_("From"), help_text=_("The first of a month."))
    demanded_on = DayField(
        label=_("The written demand was sent (only for current rent)"),
        required=False,
        help_text=_("The new rent begins six months later at the earliest (§ 4-3)."),
    )
    reason = forms.CharField(
        label=_("What it rests on"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For instance the assessment of the current rent, or who agreed and when."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(str(kind), capfirst(words.kind(kind))) for kind in KINDS])

    def new(self) -> NewRentChange:
        asked = self.cleaned_data
        is_current = asked["kind"] == RentChangeKind.CURRENT
        return NewRentChange(
            kind=asked["kind"],
            valid_from=asked["valid_from"],
            to_ore=asked["to_ore"],
            reason=asked["reason"],
            demanded_on=asked.get("demanded_on") if is_current else None,
        )
