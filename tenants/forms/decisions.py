"""Forms of decisions, their conditions, and the preliminary answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PlainSelect, offer
from boligsak.letters.models import Channel
from boligsak.step import StepForm
from tenants.models import ConditionKind, DecisionAnswer, DecisionKind, Outcome
from tenants.queries.conditions import ConditionChoice
from tenants.rules.decisions import NewCondition
from tenants.services.decisions import Draft
from tenants.words.conditions import PARTIES

SPARE_CONDITIONS = 2
MOST_CONDITIONS = 12
_LONG = 20_000

YES, NO = "yes", "no"
_ANSWERS = ((YES, _("Met")), (NO, _("Not met")))


def text(label: Any, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=more.pop("required", False),
        max_length=more.pop("max_length", _LONG),
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


class ChannelForm(StepForm):
    """How a letter goes."""

    channel = forms.ChoiceField(
        label=_("How it goes"),
        choices=[
            (Channel.PRINT, _("By post, through the outbox")),
            (Channel.DIGITAL, _("Digital post; on paper to who is reserved")),
            (Channel.HAND, _("I print it and hand it over today")),
        ],
        initial=Channel.PRINT,
        widget=forms.RadioSelect,
    )


class NewDecisionForm(StepForm):
    """Which decision is begun."""

    kind = forms.ChoiceField(label=_("What is decided on?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = list(kinds)
        if len(kinds) == 1:
            field.initial = kinds[0][0]


class DraftForm(StepForm):
    """The decision as far as it has been written: criteria one by one, outcome, texts, conditions.

    Nothing has to be filled in: a draft is kept as it is. `answers` are the rows to be answered,
    `drafted` the conditions written before.
    """

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(value, capfirst(label)) for value, label in Outcome.choices],
        widget=forms.RadioSelect,
        error_messages={
            "required": _(
                "Choose an outcome. You can change it as long as the decision is a draft."
            )
        },
    )
    other_ground = text(
        _("Other ground"),
        2,
        help_text=_("Only when the application is refused although every criterion is met."),
    )
    content = text(_("What is decided"), 3, help_text=_("The main content of what is granted."))
    reasons = text(
        _("Reasons"),
        6,
        help_text=_("The facts, and what was weighed. The criteria stand in the letter as well."),
    )
    participation = text(
        _("How the applicant has taken part"), 3, help_text=_("Talks, wishes, own view.")
    )
    lasts_to = DayField(
        label=_("Good until"), required=False, help_text=_("Empty when no last day is set.")
    )

    def __init__(
        self,
        *args: Any,
        answers: Sequence[DecisionAnswer],
        drafted: Sequence[NewCondition],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers
        self.places = min(len(drafted) + SPARE_CONDITIONS, MOST_CONDITIONS)
        if self.is_bound:
            given = [n for n in range(1, MOST_CONDITIONS + 1) if f"condition_{n}_what" in self.data]
            self.places = max([*given, self.places])
        for one in answers:
            self.fields[f"met_{one.criterion_id}"] = forms.ChoiceField(
                label=one.criterion.text,
                help_text=one.criterion.section,
                choices=_ANSWERS,
                required=False,
                widget=forms.RadioSelect,
                initial={True: YES, False: NO}.get(one.is_met),  # type: ignore[arg-type]
            )
            why = text(_("Why"), 2, initial=one.reason)
            self.fields[f"why_{one.criterion_id}"] = why
        for number in range(1, self.places + 1):
            before = drafted[number - 1] if number <= len(drafted) else None
            self.fields.update(_condition_fields(number, before))

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """Each criterion with its two fields."""
        return [
            {
                "row": one.criterion,
                "met": self[f"met_{one.criterion_id}"],
                "why": self[f"why_{one.criterion_id}"],
            }
            for one in self.answers
        ]

    @property
    def conditions(self) -> list[dict[str, Any]]:
        return [
            {
                "number": number,
                "fields": [self[f"condition_{number}_{name}"] for name in _CONDITION],
            }
            for number in range(1, self.places + 1)
        ]

    @property
    def first(self) -> list[forms.BoundField]:
        return [self["outcome"], self["other_ground"]]

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self["content"], self["reasons"], self["participation"], self["lasts_to"]]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for number in range(1, self.places + 1):
            rest = [found.get(f"condition_{number}_{name}") for name in ("kind", "due_on")]
            if any(rest) and not found.get(f"condition_{number}_what"):
                self.add_error(f"condition_{number}_what", gettext("Say what the condition is."))
        return found

    def draft(self) -> Draft:
        """What has been written, as the service keeps it."""
        found = self.cleaned_data
        return Draft(
            outcome=found["outcome"],
            content=found["content"],
            reasons=found["reasons"],
            participation=found["participation"],
            other_ground=found["other_ground"],
            lasts_to=found["lasts_to"],
            answers={
                one.criterion_id: (
                    {YES: True, NO: False}.get(found[f"met_{one.criterion_id}"]),
                    found[f"why_{one.criterion_id}"],
                )
                for one in self.answers
            },
            conditions=[
                one for number in range(1, self.places + 1) if (one := _condition(found, number))
            ],
        )


_CONDITION = ("kind", "what", "party", "due_on")


def _condition_fields(number: int, before: NewCondition | None) -> dict[str, forms.Field]:
    """The fields of one condition; empty ones are none."""
    kinds = [(value, capfirst(label)) for value, label in ConditionKind.choices]
    return {
        f"condition_{number}_kind": forms.ChoiceField(
            label=_("Kind"),
            choices=[("", _("None")), *kinds],
            required=False,
            widget=PlainSelect,
            initial=before.kind if before else "",
        ),
        f"condition_{number}_what": forms.CharField(
            label=_("What"), required=False, max_length=400, initial=before.what if before else ""
        ),
        f"condition_{number}_party": forms.ChoiceField(
            label=_("Who checks"),
            choices=[(value, capfirst(label)) for value, label in PARTIES.items()],
            required=False,
            widget=PlainSelect,
            initial=before.party if before else "welfare",
        ),
        f"condition_{number}_due_on": DayField(
            label=_("To be met by"), required=False, initial=before.due_on if before else None
        ),
    }


def _condition(found: Mapping[str, Any], number: int) -> NewCondition | None:
    what = str(found.get(f"condition_{number}_what") or "").strip()
    if not what:
        return None
    return NewCondition(
        kind=found.get(f"condition_{number}_kind") or ConditionKind.OTHER,
        what=what,
        party=found.get(f"condition_{number}_party") or "welfare",
        due_on=found.get(f"condition_{number}_due_on"),
    )


class SendBackForm(StepForm):
    """What the second person wants changed."""

    because = text(_("What should be changed"), 4, required=True)


class PreliminaryForm(ChannelForm):
    """Why it takes time, and by when there will be a decision."""

    why = text(
        _("Why it takes time"),
        4,
        required=True,
        help_text=_("Stands in the letter. Write no more of health than has to be there."),
    )
    expected_on = DayField(label=_("A decision can be expected by"))
    field_order = ("why", "expected_on", "channel")


# --- Conditions -----------------------------------------------------------------------------------


class BecauseForm(StepForm):
    """Why a condition is settled or opened."""

    because = forms.CharField(
        label=_("Why"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class MeetForm(BecauseForm):
    """What was checked, and a document that shows it where there is one."""

    document = forms.TypedChoiceField(
        label=_("Document that shows it"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=PlainSelect,
    )

    def __init__(self, *args: Any, documents: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["because"].label = _("What was checked")
        if documents:
            field: Any = self.fields["document"]
            field.choices = [("", gettext("None")), *documents]
        else:
            del self.fields["document"]


class HandOverForm(StepForm):
    """Who is to check it."""

    party = forms.ChoiceField(
        label=_("Who checks"),
        choices=[(value, capfirst(label)) for value, label in PARTIES.items()],
        widget=forms.RadioSelect,
    )


def kind_choices(kinds: Sequence[str]) -> list[tuple[str, str]]:
    labels = {str(value): capfirst(label) for value, label in DecisionKind.choices}
    return [(kind, labels[kind]) for kind in kinds]


class ConditionFilter(forms.Form):
    """Coded filters of the list of conditions: everything here may stand in an address."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Not met")),
            ("overdue", _("Past the deadline")),
            ("met", _("Met")),
            ("waived", _("Waived")),
            ("every", _("Every condition")),
        ],
        widget=PlainSelect,
    )
    party = forms.ChoiceField(
        label=_("Who checks"),
        required=False,
        choices=[
            ("", _("Everybody")),
            *((value, capfirst(label)) for value, label in PARTIES.items()),
        ],
        widget=PlainSelect,
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("Every kind")),
            *((value, capfirst(label)) for value, label in ConditionKind.choices),
        ],
        widget=PlainSelect,
    )

    def __init__(self, data: Any, *, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])

    def choice(self) -> ConditionChoice:
        """A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        office = found.pop("office", None)
        return ConditionChoice(office_id=int(office) if office else None, **found)
