"""Forms of a meeting in session, of closing it, and of corrections afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arrears.models import DecisionKind, Party
from boligsak.fields import DayField, PlainSelect, offer
from meetings.models import AgendaItem, Attendance, Presence
from meetings.rules.session import AGAIN, REFERRALS
from meetings.services.series import Invited
from meetings.services.session import Words

_MOST = 20_000
_DAYS = ("due_on", "again_on")


class _Sent(forms.Form):
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class ButtonForm(_Sent):
    """A step that asks for nothing but the press of its button."""


class PresenceForm(_Sent):
    """Who came. One row of choices for each who was invited."""

    def __init__(self, *args: Any, people: Sequence[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = {str(value): str(label) for value, label in Party.choices}
        for row in people:
            self.fields[f"p{row.pk}"] = forms.ChoiceField(
                label=f"{row.guest or row.user} ({parties[row.party]})",
                choices=[(Presence.PRESENT, _("Present")), (Presence.ABSENT, _("Absent"))],
                initial="" if row.presence == Presence.INVITED else row.presence,
                required=False,
                widget=forms.RadioSelect,
            )

    def presences(self) -> dict[int, str]:
        """By attendance id, of those that are said to be present or absent."""
        return {
            int(name[1:]): value
            for name, value in self.cleaned_data.items()
            if name.startswith("p") and value
        }


class GuestForm(_Sent):
    """Somebody who came without being on the list."""

    user = forms.ChoiceField(
        label=_("Somebody with access to Boligsak"), required=False, widget=PlainSelect
    )
    name = forms.CharField(
        label=_("Or a guest's name"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    party = forms.ChoiceField(
        label=_("The guest comes for"),
        required=False,
        choices=[(value, capfirst(label)) for value, label in Party.choices],
        initial=Party.OTHER,
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, workers: Sequence[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._party = {str(user.pk): party for user, party in workers}
        offer(self, "user", [("", gettext("Nobody")), *_people(workers)])

    def guest(self) -> Invited:
        asked = self.cleaned_data
        if pk := asked["user"]:
            return Invited(self._party[pk], user_id=int(pk))
        return Invited(asked["party"] or Party.OTHER, guest=asked["name"])


class ItemForm(_Sent):
    """What is said and decided about one item; saved as it is typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=_MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "All three parties read this. No names and nothing about health: the minutes also come "
            "in a version without names."
        ),
    )
    decision = forms.ChoiceField(label=_("Decision"), required=False, widget=PlainSelect)
    reason = forms.CharField(
        label=_("Reasons"),
        required=False,
        max_length=_MOST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    who = forms.ChoiceField(label=_("Responsible"), required=False, widget=PlainSelect)
    due_on = DayField(
        label=_("Deadline"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    again_on = DayField(
        label=_("Take up again on"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        item: AgendaItem,
        workers: Sequence[tuple[Any, str]],
        may_decide: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._item = item
        self._party = {str(user.pk): party for user, party in workers}
        self._responsible(workers)
        if item.case_id is None or not may_decide:
            del self.fields["decision"], self.fields["reason"], self.fields["again_on"]
            if item.case_id is not None:
                del self.fields["who"], self.fields["due_on"]
            return
        kinds = [(value, capfirst(str(label))) for value, label in DecisionKind.choices]
        here = [kind for kind in kinds if kind[0] not in REFERRALS]
        outside = [kind for kind in kinds if kind[0] in REFERRALS]
        choices: list[Any] = [("", gettext("Nothing decided yet")), *here]
        offer(self, "decision", [*choices, (gettext("Refer the case"), outside)])
        self.fields["again_on"].widget.attrs["data-only-for"] = f"decision={AGAIN}"

    def _responsible(self, workers: Sequence[tuple[Any, str]]) -> None:
        parties: list[Any] = [
            (f"party:{value}", capfirst(str(label)))
            for value, label in Party.choices
            if value != Party.OTHER
        ]
        item = self._item
        known = {str(user.pk) for user, _party in workers}
        if item.owner_id and str(item.owner_id) not in known:
            # Who has left stays where they were put, until somebody chooses another.
            self._party[str(item.owner_id)] = item.party
            workers = [*workers, (item.owner, item.party or Party.OTHER)]
        people: Any = (gettext("One person"), _people(workers))
        offer(self, "who", [("", gettext("Nobody yet")), *parties, people])

    @staticmethod
    def of(item: AgendaItem) -> dict[str, Any]:
        """The item as the form shows it."""
        who = f"party:{item.party}" if item.party else ""
        return {
            "version": item.version,
            "note": item.note,
            "decision": item.decision,
            "reason": item.reason,
            "who": str(item.owner_id) if item.owner_id else who,
            "due_on": item.due_on,
            "again_on": item.again_on,
        }

    def words(self) -> Words:
        """What can be kept. What could not be read, and what the form does not ask for, stays as
        it was; `errors` says so."""
        item, asked = self._item, self.cleaned_data
        kept = Words(
            note=item.note,
            decision=item.decision,
            reason=item.reason,
            party=item.party,
            owner_id=item.owner_id,
            due_on=item.due_on,
            again_on=item.again_on,
        )
        new = {
            name: _plain(asked[name])
            for name in ("note", "decision", "reason", *_DAYS)
            if name in asked
        }
        return replace(kept, **new, **self._who(asked))

    def _who(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if "who" not in asked:
            return {}
        who = asked["who"]
        if who.startswith("party:"):
            return {"party": who.removeprefix("party:"), "owner_id": None}
        return {"party": self._party.get(who, ""), "owner_id": int(who) if who else None}


class SocialNoteForm(_Sent):
    """What is for the welfare side only."""

    was = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    text = forms.CharField(
        label=_("For the welfare side only"),
        required=False,
        max_length=_MOST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Landlord and housing unit never see this, and it is in no minutes. When the meeting "
            "is closed it stands as a note on the case."
        ),
    )


class AdditionForm(_Sent):
    """A correction of locked minutes."""

    item = forms.ChoiceField(label=_("About"), required=False, widget=PlainSelect)
    text = forms.CharField(
        label=_("Addition"), max_length=_MOST, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.CharField(
        label=_("Why it is added"), max_length=200, help_text=_("Everybody who reads it sees this.")
    )

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "item", [("", gettext("The whole meeting")), *items])


def _people(workers: Sequence[tuple[Any, str]]) -> list[tuple[str, str]]:
    parties = {str(value): str(label) for value, label in Party.choices}
    return [(str(user.pk), f"{user} ({parties[party]})") for user, party in workers]


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
