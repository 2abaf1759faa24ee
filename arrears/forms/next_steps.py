"""Forms of what somebody decides about the next step."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PlainSelect, offer
from boligsak.step import StepForm

_LONG = 400


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class PostponeForm(StepForm):
    """Putting a step off."""

    until = DayField(
        label=_("Put off until"),
        help_text=_("The day the step is to come back, for instance the day after pay day."),
    )
    reason = _text(_("Why"), _("Only the welfare side reads this."))


class OverrideForm(StepForm):
    """Another step instead of the one that stands."""

    action = forms.ChoiceField(label=_("What is to be done instead?"), widget=PlainSelect)
    due_on = DayField(label=_("By when"))
    reason = _text(_("Why"), _("Only the welfare side reads this."))

    def __init__(self, *args: Any, actions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "action", [("", _("Choose")), *actions])


class FinishForm(StepForm):
    """A step that has been done, and what came of it."""

    result = _text(_("What came of it"), _("Only the welfare side reads this."))
