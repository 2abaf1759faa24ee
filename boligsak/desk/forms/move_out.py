"""The form that settles a moving out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boligsak.desk.services.move_outs import KEEP, MOVE, PAY_BACK, Settling
from boligsak.fields import DayField, PlainSelect, offer
from boligsak.step import StepForm


class SettleForm(StepForm):
    """How it is settled. What does not apply to this settlement is not asked for."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    takes_off_rent = forms.BooleanField(
        label=_("Take off the rent for days after the last one"), required=False, initial=True
    )
    due_on = DayField(label=_("Last day to pay"))
    credit = forms.ChoiceField(
        label=_("What becomes of the credit?"),
        choices=[
            (PAY_BACK, _("It is paid back to the tenant")),
            (MOVE, _("It is moved to another lease of the tenant")),
            (KEEP, _("It stays on the lease")),
        ],
        widget=forms.RadioSelect,
        required=False,
        initial=PAY_BACK,
    )
    to_lease = forms.TypedChoiceField(
        label=_("To which lease"), required=False, coerce=int, empty_value=None, widget=PlainSelect
    )
    calls_guarantee = forms.BooleanField(
        label=_("Ask whoever guarantees to pay"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        has_rent: bool,
        net_ore: int,
        leases: Sequence[tuple[int, str]],
        guarantor: str,
        **kwargs: Any,
    ) -> None:
        """`net_ore`: what would be owed; negative: a credit. `leases` to move a credit to."""
        super().__init__(*args, **kwargs)
        if not has_rent:
            del self.fields["takes_off_rent"]
        if not guarantor or net_ore <= 0:
            del self.fields["calls_guarantee"]
        else:
            self.fields["calls_guarantee"].help_text = guarantor
        if net_ore >= 0:
            # Left on, the rent makes what is owed more: it cannot become a credit.
            del self.fields["credit"]
            del self.fields["to_lease"]
        elif not leases:
            del self.fields["to_lease"]
            offer(
                self,
                "credit",
                [
                    (PAY_BACK, _("It is paid back to the tenant")),
                    (KEEP, _("It stays on the lease")),
                ],
            )
        else:
            numbers = [(str(pk), number) for pk, number in leases]
            offer(self, "to_lease", [("", _("Choose")), *numbers])

    def how(self) -> Settling:
        asked = self.cleaned_data
        return Settling(
            seen_ore=asked["seen"],
            due_on=asked["due_on"],
            credit=asked.get("credit") or PAY_BACK,
            to_lease_id=asked.get("to_lease"),
            takes_off_rent=bool(asked.get("takes_off_rent")),
            calls_guarantee=bool(asked.get("calls_guarantee")),
        )
