"""Filters of the waiting list, of vacancies and of offers; and the steps on an offer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PlainSelect, offer
from boligsak.letters.models import Channel
from boligsak.step import StepForm
from tenants.models import ApplicationKind, OfferState
from tenants.queries import offers as offer_query
from tenants.queries.offers import OfferChoice
from tenants.queries.vacancies import COMING, FREE, HELD, RESERVED
from tenants.queries.waiting import HAS_OFFER, RUN_OUT, WAITS
from tenants.words.offers import VACANCY_STATES

EVERY = "every"
_MOST_ROOMS = 6


class _Filter(forms.Form):
    """Coded filters only: everything here may stand in an address."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)

    def __init__(self, data: Any, *, offices: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def office_id(self) -> int | None:
        office = self.chosen.get("office")
        return int(office) if office else None


class WaitingFilter(_Filter):
    """Who on the waiting list to show."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Waiting, with and without an offer")),
            (WAITS, _("Has no offer")),
            (HAS_OFFER, _("Has an offer")),
            (RUN_OUT, _("The decision has run out")),
        ],
        widget=PlainSelect,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("All kinds")),
            *((value, capfirst(str(label))) for value, label in ApplicationKind.choices),
        ],
        widget=PlainSelect,
    )
    size = forms.ChoiceField(
        label=_("Household"),
        required=False,
        choices=[
            ("", _("Any size")),
            ("1", _("One person")),
            ("2", _("Two people")),
            ("3", _("Three people")),
            ("4", _("Four people")),
            ("5", _("Five people or more")),
        ],
        widget=PlainSelect,
    )
    access = forms.ChoiceField(
        label=_("Step-free access"),
        required=False,
        choices=[("", _("Needed or not")), ("yes", _("Needed")), ("no", _("Not needed"))],
        widget=PlainSelect,
    )


class VacancyFilter(_Filter):
    """Which dwellings to show."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All of them")),
            *((state, VACANCY_STATES[state]) for state in (FREE, COMING, RESERVED, HELD)),
        ],
        widget=PlainSelect,
    )
    rooms = forms.ChoiceField(
        label=_("Rooms"),
        required=False,
        choices=[
            ("", _("Any number")),
            *((str(number), str(number)) for number in range(1, _MOST_ROOMS)),
            (str(_MOST_ROOMS), _("6 or more")),
        ],
        widget=PlainSelect,
    )
    access = forms.ChoiceField(
        label=_("Step-free access"),
        required=False,
        choices=[("", _("With and without")), ("yes", _("With")), ("no", _("Without"))],
        widget=PlainSelect,
    )

    def has_rooms(self, rooms: int) -> bool:
        asked = self.chosen.get("rooms")
        if not asked:
            return True
        return rooms >= _MOST_ROOMS if int(asked) == _MOST_ROOMS else rooms == int(asked)


class OfferFilter(_Filter):
    """Which offers to show."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Not over")),
            *((value, capfirst(str(label))) for value, label in OfferState.choices),
            (offer_query.ENDED, _("Over")),
            (offer_query.EVERY, _("All of them")),
        ],
        widget=PlainSelect,
    )
    due = forms.ChoiceField(
        label=_("Answer due"),
        required=False,
        choices=[
            ("", _("Whenever")),
            (offer_query.OVER, _("Past its day")),
            (offer_query.TODAY, _("Today or before")),
            (offer_query.WEEK, _("Within a week")),
        ],
        widget=PlainSelect,
    )

    def choice(self) -> OfferChoice:
        asked = self.chosen
        return OfferChoice(self.office_id, asked.get("state", ""), asked.get("due", ""))


# --- Steps ----------------------------------------------------------------------------------------


class ReserveForm(StepForm):
    """Holding a dwelling for an application."""

    over_because = forms.CharField(
        label=_("Why this application gets the home"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Only when it is not the first that the home suits, or when the home does not suit in "
            "every way. It is kept with the offer. Nothing about health."
        ),
    )


class OfferForm(StepForm):
    """Offering the dwelling."""

    expires_on = DayField(label=_("Answer by"), help_text=_("The last day to answer."))
    channel = forms.ChoiceField(
        label=_("How the letter goes"),
        choices=[(one.value, capfirst(str(one.label))) for one in Channel if one != Channel.EMAIL],
        initial=Channel.PRINT,
        widget=forms.RadioSelect,
        help_text=_("Who is reserved against digital contact gets it on paper all the same."),
    )


class ExtendForm(StepForm):
    """More time to answer."""

    expires_on = DayField(label=_("New last day to answer"))


class AnswerForm(StepForm):
    """A yes, and its day."""

    answered_on = DayField(label=_("Answered on"))


class DeclineForm(StepForm):
    """A no, its day and why."""

    answered_on = DayField(label=_("Answered on"))
    because = forms.CharField(
        label=_("Why the applicant says no"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It helps to find a home that suits better. Nothing about health."),
    )


class WithdrawForm(StepForm):
    """Why an offer is taken back."""

    because = forms.CharField(
        label=_("Why"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept with the offer. Nothing about health."),
    )
