"""The form that takes a complaint up in a case."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import PlainSelect, offer
from boligsak.step import StepForm


class TakeUpForm(StepForm):
    """Whose the case is to be, where it is new, and a note."""

    owner = forms.ChoiceField(label=_("Caseworker"), required=False, widget=PlainSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """`owners` to choose from; none when the case has its own already."""
        super().__init__(*args, **kwargs)
        if owners:
            offer(self, "owner", [("", _("Nobody yet")), *owners])
        else:
            del self.fields["owner"]
