"""The worklist's filter, and the form that gives flags to a caseworker."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.queries.worklist import NOBODY, TRIGGERS, Choice
from arrears.words.flags import KIND_NAMES
from boligsak.desk.forms.owned import OwnedFilter, ticked
from boligsak.desk.queries.caseworkers import Caseworker
from boligsak.desk.rows import week_from
from boligsak.fields import DayField, PlainSelect, offer
from boligsak.show import LEVEL_WORDS

TRIGGER_NAMES = {
    "arrears": _("Arrears"),
    "expiry": _("Contract expiry"),
    "complaint": _("Complaints"),
    "data": _("Check data"),
}
_EVERY = {
    "arrears": _("All arrears"),
    "expiry": _("All contract expiry"),
    "complaint": _("All complaints"),
    "data": _("All check data"),
}
_ANY_OF = "any-"
# The order people know them in, not the alphabet's.
_KINDS = [
    (
        name,
        [
            (_ANY_OF + key, _EVERY[key]),
            *((str(k), capfirst(words)) for k, words in KIND_NAMES.items() if k in TRIGGERS[key]),
        ],
    )
    for key, name in TRIGGER_NAMES.items()
]


class WorklistFilter(OwnedFilter):
    """Which rows to show."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    kind = forms.ChoiceField(
        label=_("Trigger"),
        required=False,
        choices=[("", _("All triggers")), *_KINDS],
        widget=PlainSelect,
    )
    level = forms.ChoiceField(
        label=_("Level, at least"),
        required=False,
        choices=[("", _("All levels")), *((str(n), LEVEL_WORDS[n]) for n in (2, 3, 4))],
        widget=PlainSelect,
    )
    owner = forms.ChoiceField(label=_("Caseworker"), required=False, widget=PlainSelect)
    due = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[
            ("", _("With and without")),
            ("today", _("Runs today")),
            ("week", _("Runs this week")),
        ],
        widget=PlainSelect,
    )
    new = DayField(
        label=_("New since"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("for instance “i går”")}),
    )

    def choice(self, user_id: int, day: datetime.date) -> Choice:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        kind = asked.get("kind") or ""
        if kind.startswith(_ANY_OF):
            kinds = TRIGGERS[kind.removeprefix(_ANY_OF)]
        else:
            kinds = frozenset({kind} if kind else ())
        due = asked.get("due")
        return Choice(
            office_id=self.chosen_office(),
            kinds=kinds,
            least_level=int(asked.get("level") or 1),
            owner=self.whose(user_id),
            raised_from=asked.get("new"),
            due_by={"today": day, "week": week_from(day)}.get(due or ""),
        )


class AssignForm(forms.Form):
    """Which flags, as their ids and the versions the reader saw, and to whom."""

    owner = forms.ChoiceField(
        label=_("Give to"),
        widget=PlainSelect,
        error_messages={"required": _("Choose who is to have the flags.")},
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)

    def __init__(self, data: Any = None, *, workers: Sequence[Caseworker], **kwargs: Any) -> None:
        super().__init__(data, auto_id="assign-%s", use_required_attribute=False, **kwargs)
        names = [(str(w.id), f"{w.name} ({w.offices})" if w.offices else w.name) for w in workers]
        nobody = (NOBODY, _("Nobody: take the flag back"))
        offer(self, "owner", [("", _("Choose a caseworker")), *names, nobody])

    def flags(self) -> dict[int, int]:
        """Flag id → version."""
        return ticked(self, "flag")
