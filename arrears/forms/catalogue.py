"""Forms of the catalogue of measures."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.models.cases import Party, TriggerKind
from arrears.services.catalogue import KindValues
from boligsak.administration.steps import StepForm
from boligsak.fields import DayField, PlainSelect


class KindForm(StepForm):
    """What a kind of measure is called, who sees to it, and which cases are asked for it."""

    name_nb = forms.CharField(label=_("Name in Norwegian"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
    help_nb = forms.CharField(
        label=_("Explanation in Norwegian"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    help_en = forms.CharField(
        label=_("Explanation in English"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    source = forms.CharField(
        label=_("Basis in law"),
        required=False,
        max_length=200,
        help_text=_("For instance sosialtjenesteloven § 17."),
    )
    triggers = forms.MultipleChoiceField(
        label=_("Fits cases about"),
        choices=[(str(kind), capfirst(str(label))) for kind, label in TriggerKind.choices],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    party = forms.ChoiceField(
        label=_("Who usually sees to it"),
        choices=[(str(party), capfirst(str(label))) for party, label in Party.choices],
        widget=PlainSelect,
    )
    is_required = forms.BooleanField(
        label=_("The checklist asks for it"),
        required=False,
        help_text=_("No case goes on to inkasso or the namsmann before it has an answer."),
    )
    needs_children = forms.BooleanField(label=_("Only when children live there"), required=False)
    is_social = forms.BooleanField(
        label=_("For the welfare side only"),
        required=False,
        help_text=_("The others are told that there is a measure and by when, and no more."),
    )
    is_lasting = forms.BooleanField(
        label=_("Support that goes on"),
        required=False,
        help_text=_(
            "It has no result to wait for. While it runs, a referral needs to say why it is not "
            "enough."
        ),
    )
    position = forms.IntegerField(
        label=_("Place in the list"),
        min_value=1,
        max_value=9999,
        initial=500,
        help_text=_("Lower numbers stand first."),
    )
    valid_from = DayField(label=_("In use from"))
    valid_to = DayField(
        label=_("In use to"),
        required=False,
        help_text=_("The last day it can be proposed. Empty while it is in use."),
    )


class NewKindForm(KindForm):
    """A new kind, with the code it keeps."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_(
            "A short word of small letters and hyphens. It never changes: figures count by it."
        ),
    )
    field_order = ("code", "name_nb", "name_en")


def values_of(cleaned: dict[str, Any]) -> KindValues:
    """What the form says, as the service takes it."""
    return KindValues(**{name: cleaned[name] for name in KindValues.__slots__})
