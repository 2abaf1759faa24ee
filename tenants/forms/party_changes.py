"""Forms of changes of parties, and of new members of a household."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm
from tenants.rules.party_changes import COMES, MOVES_OUT, NO, YES
from tenants.services.people import NewPerson

People = Sequence[tuple[int, str]]


class PartyChangeForm(StepForm):
    """Who leaves, who comes in, and from which day."""

    out = forms.TypedChoiceField(
        label=_("Who leaves the lease"),
        coerce=int,
        empty_value=None,
        widget=PlainSelect,
        error_messages={"required": _("Choose who leaves the lease.")},
    )
    into = forms.TypedChoiceField(
        label=_("Who comes in"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=PlainSelect,
        help_text=_("Somebody of the household. Register a new member first when they are not."),
    )
    from_on = DayField(
        label=_("From"),
        help_text=_("The first day on which the new parties answer for the rent."),
        error_messages={"required": _("Write the first day.")},
    )
    reason = forms.CharField(
        label=_("What it rests on"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("An agreement, a separation order, a certificate of probate. No health."),
    )

    def __init__(
        self, *args: Any, kind: str, tenants: People, members: People, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "out", [("", _("Choose")), *((str(pk), name) for pk, name in tenants)])
        if kind == MOVES_OUT:
            del self.fields["into"]
            return
        must = COMES[kind] or len(tenants) < 2
        nobody = ("", _("Choose") if must else _("Nobody: the others keep it"))
        offer(self, "into", [nobody, *((str(pk), name) for pk, name in members)])


class MemberForm(StepForm):
    """Whom the tenant has asked to take into the household."""

    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    identity_number = forms.CharField(
        label=_("Identity number"),
        required=False,
        max_length=14,
        help_text=_("Eleven digits. Who is known already is found by it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    born_on = PastDayField(
        label=_("Born"), required=False, help_text=_("When the identity number is not known.")
    )
    asked_on = PastDayField(label=_("Asked on"))
    reason = forms.CharField(
        label=_("What the tenant says"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def person(self) -> NewPerson:
        asked = self.cleaned_data
        return NewPerson(
            given_name=asked["given_name"].strip(),
            family_name=asked["family_name"].strip(),
            identity_number=asked["identity_number"].strip(),
            born_on=asked["born_on"],
        )


class AnswerForm(StepForm):
    """Yes and from when, or no and why."""

    answer = forms.ChoiceField(
        label=_("The answer"),
        choices=[(YES, _("Yes, they may move in")), (NO, _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    from_on = DayField(label=_("Moves in on"), required=False, help_text=_("With a yes."))
    reason = forms.CharField(
        label=_("Why not"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("With a no: the person's own circumstances, or that it gets overcrowded."),
    )
