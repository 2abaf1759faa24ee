"""Forms of what comes in from the cooperative or the head landlord."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.words.measures import HEAD_KINDS
from boligsak.desk.queries.head_actions import ALL, CLOSED, HeadActionChoice
from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm

_NOTE = _("It stands on the dwelling's page. Nothing about who lives there.")


def _text() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


class HeadActionForm(StepForm):
    """What came in."""

    kind = forms.ChoiceField(
        label=_("What has come in?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what has come in.")},
    )
    received_on = PastDayField(label=_("Received on"))
    deadline_on = DayField(
        label=_("Deadline"),
        required=False,
        help_text=_("The last day, as the letter says. An order to sell always has one."),
    )
    note = forms.CharField(
        label=_("What it says"), required=False, max_length=400, widget=_text(), help_text=_NOTE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(kind, capfirst(label)) for kind, label in HEAD_KINDS])


class HeadActionChangeForm(StepForm):
    """Another deadline, or more to say."""

    deadline_on = DayField(
        label=_("Deadline"), required=False, help_text=_("The last day, as agreed or written.")
    )
    note = forms.CharField(
        label=_("What it says"), required=False, max_length=400, widget=_text(), help_text=_NOTE
    )


class HeadActionCloseForm(StepForm):
    """How it ended."""

    closed_on = PastDayField(label=_("Ended on"))
    result = forms.CharField(
        label=_("How it ended"), max_length=400, widget=_text(), help_text=_NOTE
    )


class HeadActionFilter(forms.Form):
    """Coded filters only: everything here may stand in an address."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Open")), (CLOSED, _("Closed")), (ALL, _("Open and closed"))],
        widget=PlainSelect,
    )
    kind = forms.ChoiceField(label=_("What"), required=False, widget=PlainSelect)
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    from_on = DayField(label=_("Received from"), required=False)
    to_on = DayField(label=_("Received to"), required=False)

    def __init__(self, data: Any, *, offices: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        kinds = [(kind, capfirst(label)) for kind, label in HEAD_KINDS]
        offer(self, "kind", [("", _("Everything")), *kinds])
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])

    def choice(self) -> HeadActionChoice:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        return HeadActionChoice(
            state=asked.get("state") or HeadActionChoice().state,
            kind=asked.get("kind") or "",
            office_id=int(asked["office"]) if asked.get("office") else None,
            from_on=asked.get("from_on"),
            to_on=asked.get("to_on"),
        )
