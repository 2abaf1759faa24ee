"""Forms of measures, of the checklist they answer, and of who else lives there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arrears.models.measures import MeasureKind, MeasureResult
from arrears.queries.measures import Helper, Line
from arrears.rules.measures import STARTED
from arrears.services.measures import LineAnswer, Task
from arrears.words.measures import kind_name, party_name
from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm

_LONG = 4000
_SHORT = 400

_FOR_ALL = _(
    "Everybody who sees the case reads this, the landlord too. Nothing about health or money "
    "troubles."
)
_FOR_WELFARE = _("Only the welfare side reads this.")


def text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def who_choices(helpers: Sequence[Helper], parties: Sequence[str]) -> list[tuple[str, Any]]:
    """Who can see to a measure: the parties as a whole, then the people of each."""
    choices: list[tuple[str, Any]] = []
    for party in parties:
        name = capfirst(party_name(party))
        people = [(f"{party}:{one.user_id}", one.name) for one in helpers if one.party == party]
        whole = gettext("%(party)s, nobody named") % {"party": name} if people else name
        choices.append((name, [(party, whole), *people]))
    return choices


class WhoForm(StepForm):
    """Who sees to the measure, and by when."""

    who = forms.ChoiceField(label=_("Who sees to it"), widget=PlainSelect)
    responsible = forms.CharField(
        label=_("Who, when it is nobody here"),
        required=False,
        max_length=120,
        help_text=_("For instance a service, a debt adviser or a landlord's caretaker."),
    )
    due_on = DayField(
        label=_("To be done by"), required=False, help_text=_("For instance 20.12.2026.")
    )
    note = forms.CharField(
        label=_("What is to be done, or has been agreed"),
        required=False,
        max_length=_LONG,
        widget=text(),
    )

    def __init__(
        self,
        *args: Any,
        helpers: Sequence[Helper],
        parties: Sequence[str],
        is_social: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "who", who_choices(helpers, parties))
        self.fields["note"].help_text = _FOR_WELFARE if is_social else _FOR_ALL

    def task(self) -> Task:
        asked = self.cleaned_data
        party, _colon, owner = asked["who"].partition(":")
        return Task(
            party=party,
            owner_id=int(owner) if owner else None,
            responsible=asked["responsible"],
            due_on=asked["due_on"],
        )


class ProposeForm(WhoForm):
    """A new measure: proposed, or begun already."""

    kind = forms.ChoiceField(
        label=_("Measure"),
        widget=PlainSelect,
        error_messages={"required": _("Choose a measure.")},
    )
    started_on = PastDayField(
        label=_("Began on"),
        required=False,
        help_text=_("Leave it empty when the measure is proposed and has not begun."),
    )
    trial_to = DayField(
        label=_("Trial period to"),
        required=False,
        help_text=_("Nothing can be referred before the trial is over."),
    )

    field_order = ("kind", "who", "responsible", "started_on", "due_on", "trial_to", "note")

    def __init__(self, *args: Any, kinds: Sequence[MeasureKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (gettext("Everybody knows what it is"), [one for one in kinds if not one.is_social]),
            (
                gettext("Only the welfare office knows what it is"),
                [one for one in kinds if one.is_social],
            ),
        ]
        offered = [
            (label, [(str(one.pk), kind_name(one)) for one in group])
            for label, group in groups
            if group
        ]
        offer(self, "kind", [("", gettext("Choose a measure")), *offered])
        self.fields["note"].help_text = _(
            "Read by all who may know what the measure is. Nothing about health or money troubles "
            "in one that the landlord sees."
        )

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("trial_to") and not asked.get("started_on") and "started_on" in asked:
            self.add_error("started_on", gettext("A trial period needs the day the measure began."))
        return asked


class StartForm(WhoForm):
    """A proposed measure begins."""

    started_on = PastDayField(label=_("Began on"))
    trial_to = DayField(
        label=_("Trial period to"),
        required=False,
        help_text=_("Nothing can be referred before the trial is over."),
    )

    field_order = ("started_on", "who", "responsible", "due_on", "trial_to", "note")


class TrialForm(StepForm):
    """A trial period, or another last day of one."""

    trial_to = DayField(
        label=_("Last day of the trial"),
        help_text=_("Today at the earliest."),
    )
    note = forms.CharField(
        label=_("What is tried, and how you will see whether it works"),
        required=False,
        max_length=_LONG,
        widget=text(),
    )


class ResultForm(StepForm):
    """How a measure went."""

    result = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[(str(value), capfirst(str(label))) for value, label in MeasureResult.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    ended_on = PastDayField(label=_("Ended on"))
    note = forms.CharField(
        label=_("In a few words"), required=False, max_length=_LONG, widget=text()
    )

    def __init__(self, *args: Any, is_social: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = _FOR_WELFARE if is_social else _FOR_ALL


class WhyForm(StepForm):
    """A reason."""

    reason = forms.CharField(label=_("Why"), max_length=_SHORT, widget=text())

    def __init__(self, *args: Any, is_social: bool, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _FOR_WELFARE if is_social else _FOR_ALL
        if label:
            self.fields["reason"].label = label


class ChildrenForm(StepForm):
    """The children's best interest, in writing."""

    text = forms.CharField(
        label=_("Assessment"),
        max_length=20_000,
        widget=text(14),
        help_text=_(
            "School and friends, health, safety, what the children themselves say, what moving "
            "would mean for them, and how that weighs against what the landlord wants."
        ),
    )
    assessed_on = PastDayField(label=_("Assessed on"))


class OccupantForm(StepForm):
    """An adult who lives there and is no party."""

    name = forms.CharField(
        label=_("Name"), required=False, max_length=160, help_text=_("Empty when nobody knows it.")
    )
    about = forms.CharField(
        label=_("What is known"),
        required=False,
        max_length=200,
        help_text=_("Tenant's brother, sublets a room, has the name on the letter box."),
    )
    seen_on = PastDayField(label=_("First known of on"))
    heard_on = PastDayField(
        label=_("Heard on"),
        required=False,
        help_text=_("The day they could say what they think (tvangsfullbyrdelsesloven § 13-6)."),
    )


class OccupantChangeForm(OccupantForm):
    left_on = PastDayField(label=_("Had left on"), required=False)


# --- The checklist --------------------------------------------------------------------------------

DONE, NOW, UNSUITABLE = "done", "started", "unsuitable"
_NEEDS = {DONE: ("result", "on", "text"), NOW: ("on", "text"), UNSUITABLE: ("text",)}


def _lacking(how: str, asked: dict[str, Any], pk: int) -> Iterator[tuple[str, str]]:
    """The fields an answer needs and has not got, with what to say."""
    if how == DONE and not asked.get(f"result_{pk}"):
        yield "result", gettext("Choose what came of it.")
    if how in (DONE, NOW) and not asked.get(f"on_{pk}"):
        yield "on", gettext("Write the day.")
    if how == UNSUITABLE and not asked.get(f"text_{pk}", "").strip():
        yield "text", gettext("Say why it does not fit.")


class ChecklistForm(StepForm):
    """Many lines in one form. The fields of a line end with the id of its kind."""

    def __init__(
        self, *args: Any, lines: Sequence[Line], today: datetime.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self._add(line, today)

    def _add(self, line: Line, today: datetime.date) -> None:
        name, pk = kind_name(line.row), line.row.pk
        is_running = any(one.state == STARTED for one in line.measures)

        def label(words: str) -> Any:
            return format_html('{}<span class="label-of">, {}</span>', words, name)

        how = [(DONE, gettext("It has been tried"))]
        if not is_running or self.is_bound:
            how += [(NOW, gettext("It is running now")), (UNSUITABLE, gettext("It does not fit"))]
        self.fields[f"how_{pk}"] = forms.ChoiceField(
            label=name,
            choices=[("", gettext("Not answered yet")), *how],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"result_{pk}"] = forms.ChoiceField(
            label=label(gettext("What came of it")),
            choices=[
                ("", gettext("Choose")),
                *((str(value), capfirst(str(text_))) for value, text_ in MeasureResult.choices),
            ],
            widget=PlainSelect,
            required=False,
        )
        self.fields[f"on_{pk}"] = PastDayField(
            label=label(gettext("When")), required=False, initial=today
        )
        self.fields[f"text_{pk}"] = forms.CharField(
            label=label(gettext("What was done, or why it does not fit")),
            required=False,
            max_length=_SHORT,
            widget=text(2),
            help_text=_FOR_WELFARE if line.kind.is_social else "",
        )
        self.fields[f"seen_{pk}"] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=line.seen
        )

    def clean(self) -> dict[str, Any]:
        """A line is held to what its answer needs: what stands in the other fields, which the page
        hides, is neither wrong nor lost."""
        asked: dict[str, Any] = super().clean() or {}
        chosen = {line.row.pk: asked.get(f"how_{line.row.pk}") or "" for line in self.lines}
        for pk, how in chosen.items():
            for name in {"result", "on", "text"} - set(_NEEDS.get(how, ())):
                self.errors.pop(f"{name}_{pk}", None)
        if not any(chosen.values()) and not self.errors:
            self.add_error(None, gettext("Answer at least one line."))
        for pk, how in chosen.items():
            for name, said in _lacking(how, asked, pk):
                if f"{name}_{pk}" not in self.errors:
                    self.add_error(f"{name}_{pk}", said)
        return asked

    def answers(self) -> list[LineAnswer]:
        """The lines that were answered. Who sees to a measure that runs is said on its own page:
        here it is the party the catalogue names, or the one that was proposed."""
        asked = self.cleaned_data
        found = []
        for line in self.lines:
            pk = line.row.pk
            if not asked[f"how_{pk}"]:
                continue
            standing = next((one for one in line.measures if one.ended_on is None), None)
            found.append(
                LineAnswer(
                    kind_id=pk,
                    how=asked[f"how_{pk}"],
                    seen=asked[f"seen_{pk}"],
                    task=Task(party=line.row.party)
                    if standing is None
                    else Task(
                        party=standing.party,
                        owner_id=standing.owner_id,
                        responsible=standing.responsible,
                    ),
                    on=asked.get(f"on_{pk}"),
                    result=asked.get(f"result_{pk}", ""),
                    text=asked[f"text_{pk}"],
                )
            )
        return found

    def see_anew(self) -> None:
        """The form can be sent again on the lines as they are now: somebody else's answer is
        shown above it."""
        data: Any = self.data.copy()
        for line in self.lines:
            data[f"seen_{line.row.pk}"] = line.seen
        self.data = data
