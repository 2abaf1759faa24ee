"""Forms that change an agenda."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class _Agenda(forms.Form):
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class AddForm(_Agenda):
    """A case by its number: numbers say nothing about anybody."""

    number = forms.CharField(
        label=_("Case number"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "2026-00123"}),
    )

    def clean_number(self) -> str:
        return "".join(self.cleaned_data["number"].split())


class DropForm(_Agenda):
    """Taken off, with a reason."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class MoveItemForm(forms.Form):
    """To another place on the agenda, 1 first."""

    place = forms.IntegerField(min_value=1, max_value=500)
