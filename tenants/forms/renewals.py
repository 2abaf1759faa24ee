"""The filter of contracts that run out, and the forms that renew, convert and drop."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PlainSelect, offer
from boligsak.step import StepForm
from tenants.queries.expiring import STATES, UNSIGNED, USUAL_WITHIN, WITHIN, ExpiringChoice
from tenants.queries.renewals import RenewalRow
from tenants.rules.renewal import SPECIAL, WEIGHTY, Term, Wish
from tenants.rules.renewal_policy import RenewalPolicy
from tenants.services.renewals import MOST_MINUTES, NewTerm
from tenants.words import renewals as words

_SHORT = "short"


class ExpiringFilter(forms.Form):
    """Coded filters only: everything here may stand in an address."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    within = forms.ChoiceField(label=_("Runs out within"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(label=_("State"), required=False, widget=PlainSelect)
    term = forms.ChoiceField(
        label=_("Term"),
        required=False,
        choices=[("", _("Every length")), (_SHORT, _("Shorter than three years"))],
        widget=PlainSelect,
    )

    def __init__(self, data: Any, *, offices: Sequence[tuple[int, str]]) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])
        days = {number: gettext("%(days)d days") % {"days": number} for number in WITHIN}
        usual = ("", days[USUAL_WITHIN])
        offer(
            self,
            "within",
            [usual, *((str(n), days[n]) for n in WITHIN if n != USUAL_WITHIN)],
        )
        offer(
            self,
            "state",
            [
                ("", _("All that are to be renewed")),
                *((str(state), words.state(state)) for state in STATES),
                (UNSIGNED, _("Renewed, not signed yet")),
            ],
        )

    def choice(self) -> ExpiringChoice:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        return ExpiringChoice(
            office_id=int(asked["office"]) if asked.get("office") else None,
            within=int(asked.get("within") or USUAL_WITHIN),
            state=asked.get("state") or "",
            only_short=asked.get("term") == _SHORT,
        )


class _MinutesForm(StepForm):
    minutes = forms.IntegerField(
        label=_("Minutes it took"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Everything around this renewal. The time saved is counted in the figures."),
    )


class _AgreementForm(_MinutesForm):
    """The two ticks that a renewal may need, shown only where there is something to tick."""

    has_looked = forms.BooleanField(
        label=_("I have looked at what has changed"),
        error_messages={"required": _("Tick that you have looked at what has changed.")},
    )
    despite_request = forms.BooleanField(
        label=_("The request to move is taken back"),
        error_messages={
            "required": _(
                "Tick that the request is taken back, or open a case about the moving out."
            )
        },
    )

    def __init__(self, *args: Any, row: RenewalRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not row.facts.changed:
            del self.fields["has_looked"]
        asked_on = row.facts.lease.move_requested_on
        if asked_on is None:
            del self.fields["despite_request"]

    def ticks(self) -> dict[str, bool]:
        asked = self.cleaned_data
        return {name: bool(asked.get(name)) for name in ("has_looked", "despite_request")}


class ConvertForm(_AgreementForm):
    """A contract made open-ended."""

    field_order = ["has_looked", "despite_request", "minutes"]

    def new(self) -> NewTerm:
        return NewTerm(wish=Wish(**self.ticks()), minutes=self.cleaned_data.get("minutes"))


class RenewForm(_AgreementForm):
    """A new term: the one that is proposed is chosen already."""

    term = forms.ChoiceField(label=_("The new term"), widget=forms.RadioSelect)
    until = DayField(
        label=_("Last day (only for another day)"),
        required=False,
        help_text=_("A term below three years needs its grounds and a reason (§ 11-1)."),
    )
    ground = forms.ChoiceField(
        label=_("Grounds for a term below three years"),
        required=False,
        choices=[
            ("", _("None: three years or more")),
            (SPECIAL, _("Special grounds")),
            (WEIGHTY, _("Weighty grounds, for a second short term in the dwelling")),
        ],
        widget=PlainSelect,
    )
    reason = forms.CharField(
        label=_("Why the term is so short (only below three years)"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The tenant reads this in the letter. Nothing about health."),
    )

    field_order = ["has_looked", "despite_request", "term", "minutes", "until", "ground", "reason"]
    rarely = ("until", "ground", "reason")
    """What only another day than the proposed ones needs: folded away until it is."""

    def __init__(
        self,
        *args: Any,
        row: RenewalRow,
        policy: RenewalPolicy,
        ends: dict[Term, datetime.date | None],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, row=row, **kwargs)
        choices: list[tuple[str, Any]] = []
        for term, months in ((Term.USUAL, policy.months), (Term.CHILDREN, policy.months_children)):
            if ends.get(term) is not None:
                told = {"length": words.length(months), "day": words.day(ends[term])}
                choices.append((str(term), gettext("%(length)s, until %(day)s") % told))
        if Term.OPEN_ENDED in ends:
            choices.append((str(Term.OPEN_ENDED), _("Open-ended")))
        choices.append((str(Term.UNTIL), _("Until another day")))
        offer(self, "term", choices)
        if Term.USUAL not in ends:  # then what is proposed is as long as there is a dwelling
            self.initial.setdefault("until", row.facts.in_use_to)
            self.initial["term"] = str(Term.UNTIL)

    def often_fields(self) -> list[Any]:
        return [field for field in self.visible_fields() if field.name not in self.rarely]

    def rare_fields(self) -> list[Any]:
        return [self[name] for name in self.rarely]

    def is_rare(self) -> bool:
        """Whether what is folded away is to be seen: it is chosen, or something is wrong in it."""
        return self["term"].value() == str(Term.UNTIL) or bool(set(self.errors) & {*self.rarely})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("until") and cleaned.get("term") != Term.UNTIL and "until" in self.data:
            raise ValidationError(
                {
                    "term": _(
                        "A last day is written, but another term is chosen. Choose one of them."
                    )
                }
            )
        return cleaned

    def new(self) -> NewTerm:
        asked = self.cleaned_data
        wish = Wish(
            term=Term(asked["term"]),
            until=asked.get("until"),
            ground=asked.get("ground") or "",
            **self.ticks(),
        )
        return NewTerm(wish=wish, reason=asked.get("reason") or "", minutes=asked.get("minutes"))


class DropForm(StepForm):
    """Why a new term that nobody has signed is dropped."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    accepts_open = forms.BooleanField(
        label=_("The contract is to be open-ended"),
        error_messages={"required": _("Tick that the contract is to be open-ended, or go back.")},
    )

    def __init__(self, *args: Any, opens: bool, **kwargs: Any) -> None:
        """`opens`: dropping the term now makes the contract open-ended (§ 9-2)."""
        super().__init__(*args, **kwargs)
        if not opens:
            del self.fields["accepts_open"]


class BulkTermForm(forms.Form):
    """What many contracts are to be renewed for: chosen before they are looked through."""

    term = forms.ChoiceField(label=_("The new term"), required=False, widget=PlainSelect)

    def __init__(self, data: Any, *, policy: RenewalPolicy) -> None:
        super().__init__(data, auto_id="bulk-%s", use_required_attribute=False)
        usual = gettext("The usual one: %(length)s") % {"length": words.length(policy.months)}
        longer = gettext("%(length)s where children live, else the usual one") % {
            "length": words.length(policy.months_children)
        }
        offer(
            self,
            "term",
            [("", usual), (str(Term.CHILDREN), longer), (str(Term.OPEN_ENDED), _("Open-ended"))],
        )

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {"term": self.cleaned_data.get("term") or str(Term.USUAL)}


class StartForm(StepForm):
    """Starts a step on many leases: as it was looked at (`seen`)."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def wanted(self) -> dict[str, Any]:
        return {}


class StartRenewalsForm(StartForm):
    term = forms.CharField(widget=forms.HiddenInput, max_length=20)
    minutes = forms.IntegerField(
        label=_("Minutes it took, for all of them together"),
        required=False,
        min_value=1,
        max_value=100 * 60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def clean_term(self) -> str:
        term: str = self.cleaned_data["term"]
        if term not in (Term.USUAL, Term.CHILDREN, Term.OPEN_ENDED):
            raise ValidationError(gettext("Choose one of the terms."))
        return term

    def wanted(self) -> dict[str, Any]:
        asked = self.cleaned_data
        return {"term": asked["term"], "minutes": asked.get("minutes")}
