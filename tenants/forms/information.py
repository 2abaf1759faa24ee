"""The form of an information letter to the tenants of some offices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.letters.forms.bulk import BulkForm
from tenants.queries.information import offices_with_tenants


class InformationForm(BulkForm):
    """Which offices, and what the letter says."""

    offices = forms.MultipleChoiceField(
        label=_("Tenants of which offices?"), widget=forms.CheckboxSelectMultiple
    )
    about = forms.CharField(
        label=_("What the letter is about"),
        max_length=100,
        help_text=_("Stands as the heading of the letter."),
    )
    text = forms.CharField(
        label=_("What the letter says"),
        max_length=6000,
        help_text=_(
            "Everybody gets the same text. An empty line starts a new paragraph. Greeting, lease "
            "number and whom to ask are added."
        ),
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(pk), name) for pk, name in offices_with_tenants(self.user)]
        self.fields["offices"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {
            "offices": sorted(int(pk) for pk in asked["offices"]),
            "about": asked["about"].strip(),
            "text": asked["text"].strip(),
        }
