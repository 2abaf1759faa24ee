"""Forms of contacts, phone notes, home visits and the tenant's own view."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.models import Channel, ContactResult
from arrears.rules.contacts import HOME_VISIT, IN_WRITING, PROMISED
from arrears.services.contacts import MOST_MINUTES, NewContact
from arrears.services.tenant_views import NewView
from boligsak import dates
from boligsak.administration.fields import AmountField
from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm

Choices = Sequence[tuple[str, Any]]

_TALK = (
    ContactResult.NOT_REACHED,
    ContactResult.MESSAGE_LEFT,
    ContactResult.PROMISED,
    ContactResult.AGREED,
    ContactResult.TALKED,
    ContactResult.REFUSED,
    ContactResult.WRONG_NUMBER,
)


def _labels(values: Sequence[Any]) -> list[tuple[str, str]]:
    return [(value.value, capfirst(str(value.label))) for value in values]


def _offer_people(form: forms.Form, people: Choices) -> None:
    """Whom it is about; a choice of one is none, and is made."""
    offer(form, "person", people)
    if len(people) == 1:
        field: Any = form.fields["person"]
        only = people[0][0]
        field.widget, field.required, field.initial = forms.HiddenInput(), False, only
        field.empty_value = int(only) if only else None


class ToldForm(StepForm):
    """What came of an attempt to reach the tenant."""

    MORE: tuple[str, ...] = ("is_social", "interpreter", "minutes")
    BESIDE: tuple[str, ...] = ("promised_on", "replaces", "person", "on")

    person = forms.TypedChoiceField(
        label=_("With whom"), required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    result = forms.ChoiceField(label=_("What came of it?"), widget=forms.RadioSelect)
    promised_ore = AmountField(
        label=_("Promised amount, kr"),
        required=False,
        lowest=1,
        help_text=_("Only when the tenant promised to pay."),
    )
    promised_on = DayField(
        label=_("Promised by"),
        required=False,
        help_text=_("The last day. It is checked by itself."),
    )
    replaces = forms.BooleanField(label=_("Instead of the promise that runs"), required=False)
    agreed = forms.CharField(
        label=_("What was said or agreed"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_social = forms.BooleanField(
        label=_("For the welfare side only"),
        required=False,
        initial=True,
        help_text=_("The others see that there was contact, how and when, but not what was said."),
    )
    interpreter = forms.CharField(
        label=_("Interpreter used"),
        required=False,
        max_length=40,
        help_text=_("The language, empty when none was used."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes spent"), required=False, min_value=1, max_value=MOST_MINUTES
    )

    def __init__(
        self,
        *args: Any,
        people: Choices,
        running: tuple[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """`people` to choose from, one of them the whole of them (""). `running`: the contact with
        a promise that runs, and the promise in words."""
        super().__init__(*args, **kwargs)
        self.running = running
        _offer_people(self, people)
        offer(self, "result", _labels(_TALK))
        if running is None:
            del self.fields["replaces"]
        else:
            self.fields["replaces"].help_text = running[1]

    def rows(self) -> list[list[forms.BoundField]]:
        """What is asked for first; what belongs together stands beside each other."""
        found: list[list[forms.BoundField]] = []
        for field in self.visible_fields():
            if field.name in self.MORE:
                continue
            if field.name in self.BESIDE and found:
                found[-1].append(field)
            else:
                found.append([field])
        return found

    def more(self) -> list[forms.BoundField]:
        """What has a good answer already, or is seldom asked for."""
        return [field for field in self.visible_fields() if field.name in self.MORE]

    def is_more_open(self) -> bool:
        return any(field.errors for field in self.more())

    def told(self, channel: str, on: datetime.date) -> NewContact:
        """What a valid form says."""
        asked = self.cleaned_data
        replaces = self.running[0] if self.running and asked.get("replaces") else None
        return NewContact(
            channel=channel,
            on=on,
            result=asked["result"],
            person_id=asked["person"],
            agreed=asked["agreed"],
            interpreter=asked["interpreter"],
            is_social=asked["is_social"],
            minutes=asked["minutes"],
            promised_ore=asked["promised_ore"],
            promised_on=asked["promised_on"],
            replaces=replaces if asked["result"] == PROMISED else None,
        )


class PhoneForm(ToldForm):
    """Twenty seconds after a call: what came of it, and perhaps a promise. It was today."""

    field_order = ("result", "promised_ore", "promised_on", "replaces", "agreed", "person")


class ContactForm(ToldForm):
    """Any contact that has taken place."""

    field_order = ("channel", "on", "person", "result", "promised_ore", "promised_on", "replaces")

    channel = forms.ChoiceField(label=_("How"), widget=PlainSelect)
    on = PastDayField(label=_("Day"), help_text=_("“i dag”, “i går” or a date."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "channel", _labels(list(Channel)))

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        # A letter can only be sent: who chose it need not say so twice.
        if asked.get("channel") in IN_WRITING and "result" not in asked:
            self.errors.pop("result", None)
            asked["result"] = ContactResult.MESSAGE_LEFT.value
        return asked

    def as_told(self) -> NewContact:
        return self.told(self.cleaned_data["channel"], self.cleaned_data["on"])


class CorrectionForm(ContactForm):
    """The same contact as it should have been noted, and why it is noted anew."""

    reason = forms.CharField(label=_("What was wrong"), max_length=200)


class WhyForm(StepForm):
    """Why something is taken back."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class VisitForm(StepForm):
    """A home visit to come."""

    on = DayField(label=_("Day"), help_text=_("For instance 20.11.2026 or “i morgen”."))
    at_time = forms.CharField(
        label=_("Time of day"),
        required=False,
        max_length=40,
        help_text=_("For instance 13.30, or “in the morning”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    who_goes = forms.CharField(
        label=_("Who goes"), max_length=120, help_text=_("Go two together where you can.")
    )
    person = forms.TypedChoiceField(
        label=_("To whom"), required=False, coerce=int, empty_value=None, widget=PlainSelect
    )

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, people)

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on < dates.today():
            raise forms.ValidationError(
                _("A visit is planned for today or later. Note a made one as a contact.")
            )
        return on


class ReportForm(ToldForm):
    """What came of a home visit, told from the doorstep."""

    MORE = (*ToldForm.MORE, "on")
    field_order = ("result", "agreed", "promised_ore", "promised_on", "replaces", "person", "on")

    on = PastDayField(label=_("Day of the visit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "result",
            [
                (ContactResult.NOT_REACHED.value, _("Nobody opened")),
                (ContactResult.MESSAGE_LEFT.value, _("Nobody opened, card left")),
                *_labels(_TALK[2:-1]),
                (ContactResult.WRONG_NUMBER.value, _("Wrong address")),
            ],
        )

    def as_told(self) -> NewContact:
        return self.told(HOME_VISIT, self.cleaned_data["on"])


class VisitsFilter(forms.Form):
    """Which day's visits, and whose."""

    on = DayField(label=_("Day"), required=False)
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)

    def __init__(self, data: Any, *, offices: Choices) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        offer(self, "office", [("", _("All offices")), *offices])
        if len(offices) < 2:
            del self.fields["office"]

    def day(self, today: datetime.date) -> datetime.date:
        self.is_valid()
        return self.cleaned_data.get("on") or today

    def office_id(self) -> int | None:
        self.is_valid()
        chosen = self.cleaned_data.get("office")
        return int(chosen) if chosen else None


class ViewForm(StepForm):
    """The tenant's own view, or why it is missing, and whether they were invited."""

    person = forms.TypedChoiceField(label=_("Whose view"), coerce=int, widget=PlainSelect)
    words = forms.CharField(
        label=_("In the tenant's own words"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What the tenant says of the matter and wants to happen. Not your judgement."),
    )
    missing_because = forms.CharField(
        label=_("Why it is missing"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only when the tenant has not said anything."),
    )
    invited_on = PastDayField(label=_("Invited to take part on"), required=False)
    invited_by = forms.ChoiceField(label=_("How invited"), required=False, widget=PlainSelect)
    interpreter = forms.CharField(
        label=_("Interpreter used"),
        required=False,
        max_length=40,
        help_text=_("The language, empty when none was used."),
    )
    is_social = forms.BooleanField(
        label=_("For the welfare side only"),
        required=False,
        initial=True,
        help_text=_("The others see that the tenant has been heard, and when, but not the words."),
    )
    on = PastDayField(label=_("Day"))

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "invited_by", [("", _("Not invited")), *_labels(list(Channel))])
        _offer_people(self, people)

    def view(self) -> NewView:
        asked = self.cleaned_data
        return NewView(
            person_id=asked["person"],
            on=asked["on"],
            words=asked["words"],
            missing_because=asked["missing_because"],
            invited_on=asked["invited_on"],
            invited_by=asked["invited_by"],
            interpreter=asked["interpreter"],
            is_social=asked["is_social"],
        )
