"""Forms that plan meetings."""

import datetime
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arrears.models import Party
from boligsak.fields import DayField, PlainSelect, offer
from meetings.models import Weekday
from meetings.queries.calendar import MeetingChoice
from meetings.services.series import Invited, SeriesFacts

_TIME = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?")
_GUEST = re.compile(r"^(?P<name>[^<,;]+?)\s*(?:<(?P<email>[^>]+)>)?\s*(?:[,;]\s*(?P<party>.+))?$")
_MOST_GUESTS = 30


class TimeField(forms.Field):
    """A time of day as people write it: "9", "9.30", "09:30"."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> datetime.time | None:
        if isinstance(value, datetime.time):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        found = _TIME.fullmatch(text)
        if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
            return datetime.time(int(found[1]), int(found[2] or 0))
        raise ValidationError(
            _("“%(text)s” is not a time of day. Write for instance 9.30."), params={"text": text}
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, datetime.time) else value


class CalendarFilter(forms.Form):
    """Which meetings to show."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    which = forms.ChoiceField(
        label=_("Which meetings"),
        required=False,
        choices=[("", _("Coming")), ("held", _("Held")), ("all", _("All"))],
        widget=PlainSelect,
    )

    def __init__(self, data: Any, *, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        named = [(str(pk), name) for pk, name in offices]
        offer(self, "office", [("", _now("All offices")), *named])

    def choice(self) -> MeetingChoice:
        """What is chosen. A value that makes no sense chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        which = {"": "coming", "held": "held", "all": ""}[asked.get("which") or ""]
        office = asked.get("office")
        return MeetingChoice(office_id=int(office) if office else None, which=which)


class _Planned(forms.Form):
    """When and where, and the fields every step has."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class _Invites(_Planned):
    """Who is invited: people with a role, and guests by name."""

    people = forms.MultipleChoiceField(
        label=_("Invited"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A decision to refer takes landlord and welfare office in the room."),
    )
    guests = forms.CharField(
        label=_("Guests"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One on each line: Name <e-mail>, party. The party is one of welfare office, housing "
            "unit, landlord or other, and may be left out."
        ),
    )

    def __init__(self, *args: Any, workers: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._party = {str(user.pk): party for user, party in workers}
        names = {str(value): str(label) for value, label in Party.choices}
        offer(
            self,
            "people",
            [(str(user.pk), f"{user} ({names[party]})") for user, party in workers],
        )

    def clean_guests(self) -> list[Invited]:
        lines = [line.strip() for line in self.cleaned_data["guests"].splitlines() if line.strip()]
        if len(lines) > _MOST_GUESTS:
            raise ValidationError(_("That is more than thirty guests."))
        return [_guest(line) for line in lines]

    def invited(self) -> list[Invited]:
        chosen = [Invited(self._party[pk], user_id=int(pk)) for pk in self.cleaned_data["people"]]
        return chosen + list(self.cleaned_data["guests"])


def _guest(line: str) -> Invited:
    found = _GUEST.match(line)
    if found is None or len(found["name"]) > 120:
        raise ValidationError(
            _("“%(line)s” is not read as a guest. Write for instance Ida Sund <ida@example.org>."),
            params={"line": line[:80]},
        )
    email = (found["email"] or "").strip()
    if email:
        validate_email(email)
    asked = (found["party"] or "").strip().casefold()
    words = {str(label).casefold(): str(value) for value, label in Party.choices}
    if asked and asked not in words:
        raise ValidationError(
            _("“%(party)s” is none of the parties: %(parties)s."),
            params={"party": asked[:40], "parties": ", ".join(words)},
        )
    return Invited(words.get(asked, str(Party.OTHER)), guest=found["name"].strip(), email=email)


def guest_lines(members: Sequence[Any]) -> str:
    """The guests among members, as they are typed."""
    words = {str(value): str(label) for value, label in Party.choices}
    return "\n".join(
        f"{one.guest}{f' <{one.email}>' if one.email else ''}, {words[one.party]}"
        for one in members
        if one.guest
    )


class SeriesForm(_Invites):
    """A fixed series of meetings."""

    office = forms.ChoiceField(label=_("Office"), widget=PlainSelect)
    name = forms.CharField(label=_("Name"), max_length=80)
    weekday = forms.TypedChoiceField(
        label=_("Weekday"),
        coerce=int,
        choices=[(day.value, capfirst(str(day.label))) for day in Weekday],
        widget=PlainSelect,
    )
    every_weeks = forms.IntegerField(
        label=_("Every how many weeks"), min_value=1, max_value=12, initial=2
    )
    starts_on = DayField(label=_("First meeting, or the day it counts from"))
    ends_on = DayField(
        label=_("Last day"), required=False, help_text=_("Empty: until somebody ends it.")
    )
    at_time = TimeField(label=_("Begins at"))
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=15, max_value=480, initial=90
    )
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=120)

    field_order = [
        "office",
        "name",
        "weekday",
        "every_weeks",
        "starts_on",
        "ends_on",
        "at_time",
        "minutes",
        "place",
        "people",
        "guests",
    ]

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "office", [(str(pk), name) for pk, name in offices])

    def facts(self) -> SeriesFacts:
        asked = self.cleaned_data
        return SeriesFacts(
            office_id=int(asked["office"]),
            **{
                name: asked[name]
                for name in SeriesFacts.__dataclass_fields__
                if name != "office_id"
            },
        )


class MeetingForm(_Invites):
    """A meeting outside every series."""

    office = forms.ChoiceField(label=_("Office"), widget=PlainSelect)
    held_on = DayField(label=_("Day"))
    at_time = TimeField(label=_("Begins at"))
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=15, max_value=480, initial=90
    )
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=120)

    field_order = ["office", "held_on", "at_time", "minutes", "place", "people", "guests"]

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "office", [(str(pk), name) for pk, name in offices])


class MoveForm(_Planned):
    """Another day, time or place."""

    held_on = DayField(label=_("New day"))
    at_time = TimeField(label=_("Begins at"))
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=120)
    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class CancelForm(_Planned):
    """Not held at all."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
