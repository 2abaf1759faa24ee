"""Forms of the outbox: its filter, and the steps on a letter and on a print batch."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.letters.models import Channel
from boligsak.letters.queries.outbox import PRINT, TABS, OutboxChoice
from boligsak.letters.words.outbox import CHANNELS
from boligsak.step import StepForm


class OutboxFilter(forms.Form):
    """Which letters to show under a tab. Codes only: it stands in the address."""

    tab = forms.ChoiceField(
        required=False, choices=[(tab, tab) for tab in TABS], widget=forms.HiddenInput
    )
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    channel = forms.ChoiceField(
        label=_("Way"),
        required=False,
        choices=[("", _("All ways")), *((code, CHANNELS[code]) for code in Channel.values)],
        widget=PlainSelect,
    )
    kind = forms.ChoiceField(label=_("Kind of letter"), required=False, widget=PlainSelect)
    first = DayField(label=_("From day"), required=False)
    last = DayField(label=_("To day"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        offices: Sequence[tuple[int, str]],
        kinds: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])
        offer(self, "kind", [("", _("All kinds")), *kinds])

    def choice(self) -> OutboxChoice:
        """What is chosen. A value that makes no sense chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        return OutboxChoice(
            tab=asked.get("tab") or PRINT,
            office_id=int(asked["office"]) if asked.get("office") else None,
            channel=asked.get("channel") or "",
            kind=asked.get("kind") or "",
            first=asked.get("first"),
            last=asked.get("last"),
        )


class PlainForm(StepForm):
    """A step that asks for nothing but itself."""


class ReasonForm(StepForm):
    """A step that needs a reason."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class SentForm(StepForm):
    """That a letter went: the day, and how one knows."""

    sent_on = PastDayField(label=_("Day it was sent"))
    proof = forms.CharField(
        label=_("How do you know?"),
        max_length=200,
        help_text=_("For instance the number of a registered letter, or who it was handed to."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PostedForm(StepForm):
    """That a batch was posted."""

    posted_on = PastDayField(label=_("Day it was posted"))
