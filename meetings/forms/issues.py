"""Forms about system issues."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from arrears.models import Party
from boligsak.fields import DayField, PlainSelect, offer
from meetings.models import IssueState
from meetings.queries.issues import IssueChoice
from meetings.rules.issues import NEXT_STATES

_PARTIES = [(str(value), capfirst(str(label))) for value, label in Party.choices]


class IssueFilter(forms.Form):
    """Which issues to show."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    party = forms.ChoiceField(
        label=_("Responsible"),
        required=False,
        choices=[("", _("All parties")), *_PARTIES],
        widget=PlainSelect,
    )
    which = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Not solved")), ("over", _("Ended")), ("all", _("All"))],
        widget=PlainSelect,
    )

    def __init__(self, data: Any, *, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        offer(
            self,
            "office",
            [("", _now("All offices")), *((str(pk), name) for pk, name in offices)],
        )

    def choice(self) -> IssueChoice:
        """What is chosen. A value that makes no sense chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        return IssueChoice(
            office_id=int(asked["office"]) if asked.get("office") else None,
            party=asked.get("party") or "",
            which={"": "open", "over": "over", "all": ""}[asked.get("which") or ""],
        )


class _Issue(forms.Form):
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    party = forms.ChoiceField(label=_("Responsible party"), choices=_PARTIES, widget=PlainSelect)
    owner = forms.ChoiceField(label=_("Who sees to it"), required=False, widget=PlainSelect)
    due_on = DayField(label=_("Deadline"), required=False)

    def __init__(self, *args: Any, workers: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
        named = [(str(user.pk), str(user)) for user, _party in workers]
        offer(self, "owner", [("", _now("Nobody yet")), *named])

    @property
    def owner_id(self) -> int | None:
        chosen = self.cleaned_data.get("owner")
        return int(chosen) if chosen else None


class RaiseForm(_Issue):
    """A routine that fails."""

    title = forms.CharField(label=_("What fails"), max_length=120)
    text = forms.CharField(
        label=_("Describe it"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "About routines between the parties, never about a person: all three parties read it."
        ),
    )
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)

    field_order = ["title", "text", "office", "party", "owner", "due_on"]

    def __init__(
        self, *args: Any, offices: Sequence[tuple[int, str]], may_all: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(pk), name) for pk, name in offices]
        offer(self, "office", [("", _now("All offices")), *named] if may_all else named)

    @property
    def office_id(self) -> int | None:
        chosen = self.cleaned_data.get("office")
        return int(chosen) if chosen else None


class WorkForm(_Issue):
    """What was done about it, and how it stands."""

    text = forms.CharField(
        label=_("What has been done, or what came of it"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    to_state = forms.ChoiceField(label=_("State from here on"), widget=forms.RadioSelect)

    field_order = ["text", "to_state", "party", "owner", "due_on"]

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = {state, *NEXT_STATES[state]}
        offer(
            self,
            "to_state",
            [
                (str(value), capfirst(str(label)))
                for value, label in IssueState.choices
                if value in may
            ],
        )
