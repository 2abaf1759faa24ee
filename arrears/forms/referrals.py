"""Forms of answers to the gate, of referrals, and of what a case costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arrears.models import CaseCost, Payer, PetitionReason
from arrears.rules.referrals import REASONS
from arrears.rules.referrals import Ground as RuleGround
from arrears.services.costs import BY_HAND
from boligsak.fields import AmountField, DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class BecauseForm(StepForm):
    """A step that needs its reason."""

    because = forms.CharField(label=_("Why"), max_length=400, widget=_text())


class AnswerForm(StepForm):
    """What somebody has looked into and answers for: one question of the gate."""

    YES, NO = "yes", "no"

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    note = forms.CharField(
        label=_("What have you looked into, and what did you find?"),
        max_length=400,
        widget=_text(),
    )

    def __init__(self, *args: Any, yes: Any, no: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "answer", [(self.YES, yes), (self.NO, no)])


class ReferForm(StepForm):
    """To whom the case goes, on what ground and for what reason."""

    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, ground: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = REASONS[RuleGround(ground)]
        labels = [(str(one), capfirst(str(PetitionReason(one).label))) for one in may]
        offer(self, "reason", labels)
        self.fields["reason"].initial = str(may[0])


class FileForm(StepForm):
    """Sending it: what follows it, and the court's fee where no rate is entered."""

    attachments = forms.MultipleChoiceField(
        label=_("What follows it?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All of it must follow. Tick it off as you enclose it."),
        error_messages={"required": _("Tick off what you enclose.")},
    )
    fee = AmountField(
        label=_("The court's fee, kr"),
        required=False,
        help_text=_("Leave it empty when the fee of the day is entered among the rates."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=400, widget=_text())

    def __init__(
        self,
        *args: Any,
        attachments: Sequence[tuple[str, Any]],
        enclosures: Mapping[str, Sequence[tuple[int, str, bool]]],
        asks_fee: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "attachments", [(name, capfirst(str(label))) for name, label in attachments])
        if not attachments:
            del self.fields["attachments"]
        labels = dict(attachments)
        for name, documents in enclosures.items():
            if documents:
                self.fields[f"enclosure_{name}"] = forms.TypedMultipleChoiceField(
                    label=gettext("In the file: %(what)s") % {"what": labels[name]},
                    coerce=int,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    choices=[(pk, words) for pk, words, _is_usual in documents],
                    initial=[pk for pk, _words, is_usual in documents if is_usual],
                )
        if not asks_fee:
            del self.fields["fee"]


class EvictionDateForm(StepForm):
    """The day the bailiff has set."""

    eviction_on = DayField(label=_("Eviction date"))
    note = forms.CharField(label=_("Note"), required=False, max_length=400, widget=_text())


class HomeForm(StepForm):
    """Where the household can go."""

    home = forms.CharField(
        label=_("What is ready, and from when?"),
        max_length=200,
        help_text=_("The kind of home is enough. Leave out the address when it is protected."),
    )


class PostponeForm(StepForm):
    """With the landlord's consent, for a reason."""

    until = DayField(label=_("Postponed until"), required=False)
    note = forms.CharField(label=_("Why, and who consented"), max_length=400, widget=_text())


class NoteForm(StepForm):
    """A step that may have a note."""

    note = forms.CharField(label=_("Note"), required=False, max_length=400, widget=_text())


class ReasonedForm(StepForm):
    """A step that must say why, or what came of it."""

    note = forms.CharField(label=_("Why"), max_length=400, widget=_text())


class CarriedOutForm(NoteForm):
    """The eviction has taken place and the lock is changed."""

    fee = AmountField(
        label=_("The fee, kr"),
        required=False,
        help_text=_("Leave it empty when the fee of the day is entered among the rates."),
    )
    field_order = ["fee", "note"]


class CostForm(StepForm):
    """Something the case has cost somebody."""

    kind = forms.ChoiceField(label=_("What kind of cost?"), widget=PlainSelect)
    payer = forms.ChoiceField(label=_("Who pays?"), choices=Payer.choices, widget=forms.RadioSelect)
    amount = AmountField(
        label=_("Amount, kr"), help_text=_("With a minus for what was entered by mistake.")
    )
    spent_on = PastDayField(label=_("Day"))
    note = forms.CharField(label=_("What it was for"), max_length=200, widget=_text())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(CaseCost._meta.get_field("kind").choices or [])
        offer(self, "kind", [(str(kind), capfirst(str(labels[kind]))) for kind in BY_HAND])


class SettlementForm(StepForm):
    """A debt settlement that was opened for a tenant."""

    person = forms.ChoiceField(label=_("For whom?"), widget=forms.RadioSelect)
    opened_on = PastDayField(label=_("Opened on"))
    covers_to = DayField(
        label=_("Covers debt fallen due up to"),
        help_text=_("As the court's decision says; usually the day it was opened."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200, widget=_text())

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)


class SettlementEndForm(StepForm):
    """It is over."""

    ended_on = PastDayField(label=_("Ended on"))


class EmergencyForm(StepForm):
    """What a manager decides because somebody's life is in danger."""

    number = forms.CharField(
        label=_("Case number"), max_length=12, help_text=_("For instance 2026-00123.")
    )
    danger = forms.CharField(label=_("What is the danger?"), max_length=4000, widget=_text(4))
    what = forms.CharField(label=_("What have you decided?"), max_length=4000, widget=_text(4))
    reported_to = forms.CharField(
        label=_("Reported to"),
        max_length=200,
        help_text=_("The police, the municipal director, the county governor … by name."),
    )
    reported_on = PastDayField(label=_("Reported on"))


class GateWayForm(forms.Form):
    """Which gate to look at: to whom, and on what ground. Coded choices only, so it may be GET."""

    way = forms.ChoiceField(label=_("Where may the case go?"), required=False, widget=PlainSelect)

    def __init__(self, data: Any, *, ways: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        offer(self, "way", ways)
