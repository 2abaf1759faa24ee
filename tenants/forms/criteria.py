"""Forms of the register of criteria."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.administration.steps import StepForm
from boligsak.fields import DayField, PlainSelect
from tenants.models import DecisionKind
from tenants.services.criteria import CriterionValues


class CriterionForm(StepForm):
    """What a criterion says and while it is in force."""

    text = forms.CharField(
        label=_("Text"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("As the applicant reads it in the decision."),
    )
    section = forms.CharField(
        label=_("Legal source"),
        max_length=200,
        help_text=_("For instance boligsosialloven § 6."),
    )
    is_required = forms.BooleanField(
        label=_("Must be met"),
        required=False,
        help_text=_("An application is granted only when it is met."),
    )
    position = forms.IntegerField(
        label=_("Place in the list"),
        min_value=1,
        max_value=999,
        initial=10,
        help_text=_("Lower numbers stand first."),
    )
    valid_from = DayField(label=_("In force from"))
    valid_to = DayField(
        label=_("In force to"),
        required=False,
        help_text=_("The last day. Empty while it is in force."),
    )


class NewCriterionForm(CriterionForm):
    """A new criterion, or a later version of one with the same code."""

    decision = forms.ChoiceField(
        label=_("Which decision"),
        choices=[(value, capfirst(label)) for value, label in DecisionKind.choices],
        widget=PlainSelect,
    )
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("A short word. The same code from a later day is a new version of it."),
    )
    field_order = ("decision", "code")


def values_of(cleaned: dict[str, Any]) -> CriterionValues:
    """What the form says, as the service takes it."""
    return CriterionValues(**{name: cleaned[name] for name in CriterionValues.__slots__})
