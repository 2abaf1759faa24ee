"""The filter of the list of cases, and the form that opens cases from ticked flags."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.models import Outcome, TriggerKind
from arrears.queries.cases import (
    CLOSED,
    EVERY,
    OPEN,
    STEP_OVER,
    STEP_TODAY,
    STEP_WEEK,
    CaseChoice,
)
from boligsak.desk.forms.owned import OwnedFilter, ticked
from boligsak.desk.queries.caseworkers import Caseworker
from boligsak.fields import PlainSelect, offer

_YES = "yes"
_ENDED = "ended-"


class CaseFilter(OwnedFilter):
    """Which rows to show."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    trigger = forms.ChoiceField(
        label=_("Is about"),
        required=False,
        choices=[
            ("", _("Everything")),
            *((str(kind), capfirst(str(words))) for kind, words in TriggerKind.choices),
        ],
        widget=PlainSelect,
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Open")),
            (CLOSED, _("Closed")),
            (EVERY, _("Open and closed")),
            (
                _("Closed as"),
                [(f"{_ENDED}{code}", capfirst(str(words))) for code, words in Outcome.choices],
            ),
        ],
        widget=PlainSelect,
    )
    owner = forms.ChoiceField(label=_("Caseworker"), required=False, widget=PlainSelect)
    step = forms.ChoiceField(
        label=_("Next step"),
        required=False,
        choices=[
            ("", _("Whenever")),
            (STEP_OVER, _("Overdue")),
            (STEP_TODAY, _("Due today or before")),
            (STEP_WEEK, _("Due within a week")),
        ],
        widget=PlainSelect,
    )
    only = forms.ChoiceField(
        label=_("Show only"),
        required=False,
        choices=[
            ("", _("All of them")),
            ("deadline", _("Legal deadline within a week")),
            ("contact", _("Nobody has tried to make contact")),
            ("meeting", _("Up for the meeting")),
            ("referral", _("Referred")),
            ("petition", _("Petition to the bailiff this year")),
            ("eviction", _("Evicted this year")),
        ],
        widget=PlainSelect,
    )

    def choice(self, user_id: int) -> CaseChoice:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        status = asked.get("status") or OPEN
        outcome = ""
        if status.startswith(_ENDED):
            status, outcome = CLOSED, status.removeprefix(_ENDED)
        only = asked.get("only") or ""
        return CaseChoice(
            office_id=self.chosen_office(),
            trigger=asked.get("trigger") or "",
            status=status,
            outcome=outcome,
            owner=self.whose(user_id),
            step=asked.get("step") or "",
            **({only: _YES} if only else {}),
        )


class OpenCasesForm(forms.Form):
    """Which flags, as their ids and the versions the reader saw, whose the cases are to be, and a
    note that stands on each of them."""

    owner = forms.ChoiceField(label=_("Caseworker"), required=False, widget=PlainSelect)
    note = forms.CharField(
        label=_("Note, on all of them"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2000)

    def __init__(
        self,
        data: Any = None,
        *,
        workers: Sequence[Caseworker],
        user_id: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, auto_id="open-%s", use_required_attribute=False, **kwargs)
        names = [(str(w.id), w.name) for w in workers if w.id != user_id]
        own = [(str(user_id), _("Me"))] if any(w.id == user_id for w in workers) else []
        offer(self, "owner", [("", _("Nobody yet")), *own, *names])

    def flags(self) -> dict[int, int]:
        """Flag id → version."""
        return ticked(self, "flag")
