"""Forms for holding a dwelling back."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField
from boligsak.step import StepForm
from tenants.models import HoldKind

_KINDS = [(value, capfirst(str(label))) for value, label in HoldKind.choices]


class ChangeHoldForm(StepForm):
    """Why a dwelling is held back, and how long."""

    kind = forms.ChoiceField(label=_("Why"), choices=_KINDS, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        help_text=_("For instance which repair. Nothing about people."),
    )
    to_on = DayField(
        label=_("Last day"), required=False, help_text=_("Empty when there is no end yet.")
    )


class HoldForm(ChangeHoldForm):
    """A new one."""

    from_on = DayField(label=_("From"))

    field_order = ["kind", "note", "from_on", "to_on"]


class EndHoldForm(StepForm):
    """The dwelling can be offered again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
