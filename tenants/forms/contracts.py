"""The form that makes a lease of an offer, and those of signatures and guarantees."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.administration.fields import AmountField
from boligsak.fields import DayField, offer
from boligsak.step import StepForm
from tenants.models import LeaseKind
from tenants.rules.contracts import Ground, Term
from tenants.services.making_leases import LeaseTerms
from tenants.words.contracts import METHODS

LANDLORD = "landlord"
_HIGHEST_ORE = 100_000_000


class LeaseForm(StepForm):
    """The terms of a new lease. `adults`: who besides the applicant may answer for it."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(value, capfirst(str(label))) for value, label in LeaseKind.choices],
        initial=LeaseKind.LEASE,
        widget=forms.RadioSelect,
    )
    starts_on = DayField(label=_("First day"), help_text=_("The day of the keys."))
    term = forms.ChoiceField(
        label=_("How long"),
        choices=[
            (Term.THREE_YEARS.value, _("Three years")),
            (Term.TEN_YEARS.value, _("Ten years, for families with children")),
            (Term.OPEN.value, _("Open-ended")),
            (Term.OTHER.value, _("Another term")),
        ],
        initial=Term.THREE_YEARS.value,
        widget=forms.RadioSelect,
    )
    ends_on = DayField(
        label=_("Last day of another term"), required=False, help_text=_("Only for another term.")
    )
    ground = forms.ChoiceField(
        label=_("Ground for less than three years (§ 11-1)"),
        required=False,
        choices=[
            ("", _("None: the term is three years or more, or open-ended")),
            (Ground.SPECIAL.value, _("Special grounds: the first short term here")),
            (Ground.WEIGHTY.value, _("Weighty grounds: there has been one before")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why the term is so short"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the contract. Nothing about health."),
    )
    told_on = DayField(
        label=_("Told in writing of the home's purpose"),
        required=False,
        help_text=_(
            "The day the tenant got it in writing that the home is a municipal one, and which "
            "exceptions are agreed. The contract says it too. Without it no short term (§ 11-1)."
        ),
    )
    rent = AmountField(label=_("Rent a month, kr"), lowest=0, highest=_HIGHEST_ORE)
    utilities = AmountField(
        label=_("Electricity, fuel, water and sewage a month, kr (§ 3-4)"),
        required=False,
        lowest=0,
        highest=_HIGHEST_ORE,
    )
    clause_a = forms.BooleanField(
        label=_("Eviction clause for unpaid rent (§ 13-2 a)"), required=False, initial=True
    )
    clause_b = forms.BooleanField(
        label=_("Eviction clause for a term that is over (§ 13-2 b)"), required=False, initial=True
    )
    tenants = forms.MultipleChoiceField(
        label=_("Tenants besides the applicant"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    guarantor = forms.CharField(
        label=_("Who guarantees"),
        required=False,
        max_length=120,
        help_text=_("A guarantee instead of a deposit. Empty when there is none."),
    )
    guarantee = AmountField(
        label=_("Guaranteed, kr"),
        required=False,
        lowest=0,
        highest=_HIGHEST_ORE,
        help_text=_("At most six months' rent (§§ 3-5, 3-6)."),
    )
    guarantee_to = DayField(label=_("Guaranteed until"), required=False)
    old_ends_on = DayField(
        label=_("Last day in the old home"), help_text=_("The lease that is swapped ends then.")
    )
    services = forms.CharField(
        label=_("Services"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ends_when = forms.CharField(
        label=_("What ends the agreement"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    review_on = DayField(label=_("Looked at again on"), required=False)

    def __init__(
        self, *args: Any, adults: Sequence[tuple[str, str]], is_swap: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if adults:
            offer(self, "tenants", adults)
        else:
            del self.fields["tenants"]
        if not is_swap:
            del self.fields["old_ends_on"]

    def _some(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    def about(self) -> list[BoundField]:
        return self._some("kind", "tenants", "starts_on", "old_ends_on")

    def length(self) -> list[BoundField]:
        return self._some("term", "ends_on", "told_on", "ground", "reason")

    def money(self) -> list[BoundField]:
        return self._some("rent", "utilities")

    def security(self) -> list[BoundField]:
        return self._some("guarantor", "guarantee", "guarantee_to")

    def clauses(self) -> list[BoundField]:
        return self._some("clause_a", "clause_b")

    def service(self) -> list[BoundField]:
        return self._some("services", "ends_when", "review_on")

    def terms(self) -> LeaseTerms:
        asked = self.cleaned_data
        return LeaseTerms(
            kind=asked["kind"],
            starts_on=asked["starts_on"],
            term=Term(asked["term"]),
            ends_on=asked["ends_on"],
            ground=asked["ground"],
            reason=asked["reason"],
            told_on=asked["told_on"],
            rent_ore=asked["rent"],
            utilities_ore=asked["utilities"] or 0,
            has_clause_a=asked["clause_a"],
            has_clause_b=asked["clause_b"],
            tenants=[int(one) for one in asked.get("tenants", [])],
            guarantor=asked["guarantor"],
            guarantee_ore=asked["guarantee"] or 0,
            guarantee_to=asked["guarantee_to"],
            old_ends_on=asked.get("old_ends_on"),
            services=asked["services"],
            ends_when=asked["ends_when"],
            review_on=asked["review_on"],
        )


class SignForm(StepForm):
    """Somebody has signed."""

    who = forms.ChoiceField(label=_("Who has signed"), widget=forms.RadioSelect)
    signed_on = DayField(label=_("Signed on"))
    method = forms.ChoiceField(
        label=_("How"),
        choices=[(value, capfirst(str(label))) for value, label in METHODS.items()],
        initial="paper",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "who", people)

    @property
    def person_id(self) -> int | None:
        who = self.cleaned_data["who"]
        return None if who == LANDLORD else int(who)


class GuaranteeForm(StepForm):
    """A guarantee instead of a deposit."""

    guarantor = forms.CharField(label=_("Who guarantees"), max_length=120)
    amount = AmountField(
        label=_("Guaranteed, kr"),
        lowest=1,
        highest=_HIGHEST_ORE,
        help_text=_("Together with others at most six months' rent (§§ 3-5, 3-6)."),
    )
    from_on = DayField(label=_("From"))
    to_on = DayField(label=_("To"), required=False, help_text=_("Empty when there is no end yet."))
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class EndGuaranteeForm(StepForm):
    """The last day of a guarantee."""

    to_on = DayField(label=_("Last day"))


class DropForm(StepForm):
    """A contract that is dropped, written anew or found signed: nothing more is asked."""
