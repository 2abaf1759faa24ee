"""Somebody who is away from home, or has died."""

import datetime
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak import dates
from boligsak.fields import DayField, offer
from tenants.models import AbsenceKind
from tenants.services.absences import AwayFromHome


class _StepForm(forms.Form):
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class AbsenceForm(_StepForm):
    """Where somebody is instead of at home, and how they are reached there."""

    kind = forms.ChoiceField(label=_("Where"), widget=forms.RadioSelect)
    from_on = DayField(label=_("From"), help_text=_("The first day, for instance 20.11.2026."))
    to_on = DayField(
        label=_("To"),
        required=False,
        help_text=_("The last day. Empty when it is not known yet."),
    )
    contact_name = forms.CharField(
        label=_("Reached through"),
        required=False,
        max_length=120,
        help_text=_("Somebody at the place who can bring a message, for instance a social worker."),
    )
    contact_phone = forms.CharField(
        label=_("Their phone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For instance who pays the rent meanwhile. Nothing about health."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(kind.value, capfirst(str(kind.label))) for kind in AbsenceKind])

    def away(self) -> AwayFromHome:
        asked = self.cleaned_data
        names = ("kind", "from_on", "to_on", "contact_name", "contact_phone", "note")
        return AwayFromHome(**{name: asked[name] for name in names})


class AbsenceWhyForm(_StepForm):
    """Why an absence is taken back."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeathForm(_StepForm):
    """The day somebody died, and who speaks for the estate."""

    died_on = DayField(label=_("Died on"), help_text=_("For instance 20.11.2026."))
    contact_name = forms.CharField(
        label=_("Who speaks for the estate"),
        required=False,
        max_length=160,
        help_text=_(
            "An heir, or whoever the probate court has appointed. Empty until it is known."
        ),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_died_on(self) -> datetime.date:
        died_on: datetime.date = self.cleaned_data["died_on"]
        if died_on > dates.today():
            raise forms.ValidationError(_("That day is yet to come."))
        return died_on

    def estate(self) -> dict[str, str]:
        return {
            name: self.cleaned_data[name] for name in ("contact_name", "phone", "email", "note")
        }
