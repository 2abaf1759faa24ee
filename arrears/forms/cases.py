"""Forms of what is done to a case itself, and to a task."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from arrears.forms.ledger import ReasonForm
from arrears.models.cases import Outcome, SharingBasis, TriggerKind
from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.step import StepForm

NOBODY = "nobody"
TRIGGERS = [(str(kind), capfirst(str(label))) for kind, label in TriggerKind.choices]
_LONG = 4000


def text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OpenForm(StepForm):
    """A case opened by hand."""

    triggers = forms.MultipleChoiceField(
        label=_("What is the case about?"),
        choices=TRIGGERS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    owner = forms.ChoiceField(label=_("Caseworker"), required=False, widget=PlainSelect)
    note = forms.CharField(
        label=_("What has happened"),
        max_length=400,
        widget=text(),
        help_text=_("In a sentence or two. It stands on the timeline. Nothing about health."),
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner", [("", _("Nobody yet")), *owners])


class TriggerForm(StepForm):
    """One more thing the case is about."""

    kind = forms.ChoiceField(label=_("What else is it about?"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("What has happened"), max_length=400, widget=text())

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [(kind, label) for kind, label in TRIGGERS if kind in kinds])


class WhyForm(ReasonForm):
    """A step on a case that needs a reason, in a few sentences."""

    reason = forms.CharField(label=_("Why"), max_length=400, widget=text())


class OwnerForm(StepForm):
    """Whose the case is to be."""

    owner = forms.ChoiceField(
        label=_("Give the case to"),
        widget=PlainSelect,
        error_messages={"required": _("Choose who is to have the case.")},
    )

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = (NOBODY, _("Nobody: take the case back"))
        offer(self, "owner", [("", _("Choose a caseworker")), *owners, nobody])


class TransferForm(WhyForm):
    """Offering a case to somebody, or to an office."""

    to = forms.ChoiceField(
        label=_("Offer the case to"),
        widget=PlainSelect,
        error_messages={"required": _("Choose a caseworker or an office.")},
        help_text=_("The case stays with you until they say yes."),
    )
    field_order = ["to", "reason"]

    def __init__(
        self,
        *args: Any,
        offices: Sequence[tuple[str, str]],
        owners: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        grouped: list[Any] = [
            ("", _("Choose")),
            (_("An office, where somebody takes it"), list(offices)),
            (_("A caseworker"), list(owners)),
        ]
        offer(self, "to", grouped)


class AnswerForm(StepForm):
    """The answer to an offer."""

    YES, NO = "yes", "no"

    answer = forms.ChoiceField(
        label=_("Will you take the case?"),
        choices=[(YES, _("Yes, I take it")), (NO, _("No"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why not"),
        required=False,
        max_length=400,
        widget=text(),
        help_text=_("Only when you say no."),
    )


class DisqualifyForm(WhyForm):
    """Who must keep away from the case."""

    who = forms.ChoiceField(label=_("Who is disqualified?"), widget=PlainSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=text(),
        help_text=_(
            "For instance family, or an earlier conflict (forvaltningsloven § 6). Only the "
            "coordinator sees it; it does not stand on the timeline."
        ),
    )
    field_order = ["who", "reason"]

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "who", people)


class CloseForm(StepForm):
    """How the case ended."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the case ended.")},
    )
    note = forms.CharField(
        label=_("In a few words"), required=False, max_length=_LONG, widget=text()
    )

    def __init__(self, *args: Any, outcomes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Outcome.choices)
        offer(self, "outcome", [(code, capfirst(str(labels[code]))) for code in outcomes])


class ReopenForm(WhyForm):
    """Why a closed case goes on, and about what."""

    kinds = forms.MultipleChoiceField(
        label=_("What is the case about now?"),
        choices=TRIGGERS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    field_order = ["reason", "kinds"]


class SharingForm(StepForm):
    """On what basis the parties share the case."""

    basis = forms.ChoiceField(
        label=_("Basis"),
        choices=[
            (SharingBasis.CONSENT, _("The tenant consents")),
            (SharingBasis.STATUTE, _("A statute allows it")),
            (SharingBasis.NONE, _("None: the others see the case without a name")),
        ],
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=_("Who consented and how, or which statute"),
        required=False,
        max_length=200,
        help_text=_("For instance “Both tenants, in writing” or the statute and its section."),
    )
    since = PastDayField(label=_("From which day"), required=False)


class MarkForm(StepForm):
    """Up for the meeting."""

    note = forms.CharField(
        label=_("What the meeting should decide"),
        required=False,
        max_length=400,
        widget=text(),
    )


class NoteForm(StepForm):
    """A note on the timeline."""

    note = forms.CharField(label=_("The note"), max_length=_LONG, widget=text(5))
    minutes = forms.IntegerField(
        label=_("Minutes spent"),
        required=False,
        min_value=1,
        max_value=24 * 60,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    is_social = forms.BooleanField(
        label=_("For the welfare side only"),
        required=False,
        initial=True,
        help_text=_("Landlord and housing unit see neither the note nor that it is there."),
    )


class TaskForm(StepForm):
    """A task made by hand."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    due_on = DayField(label=_("To be done by"))
    owner = forms.ChoiceField(label=_("By whom"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner", [("", _("The case's caseworker")), *owners])


class TaskStepForm(StepForm):
    """What becomes of a task."""

    DONE, DROP, GIVE = "done", "drop", "give"

    what = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=[
            (DONE, _("It is done")),
            (GIVE, _("Somebody else is to do it")),
            (DROP, _("It is not to be done")),
        ],
        widget=forms.RadioSelect,
        initial=DONE,
    )
    result = forms.CharField(
        label=_("Result, or why not"),
        required=False,
        max_length=400,
        widget=text(),
    )
    owner = forms.ChoiceField(label=_("Give it to"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner", [("", _("Nobody yet")), *owners])

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        if asked.get("what") == self.DROP and not str(asked.get("result", "")).strip():
            self.add_error("result", _("Say why it is not to be done."))
        return asked
