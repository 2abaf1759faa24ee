"""Forms of notices: writing one, sending it, and what comes back."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arrears.models import Channel, LineKind
from arrears.rules.notices import KINDS, Kind, OpenCharge
from arrears.rules.sending import CHANNELS, EMAIL, PAPER, barred_from
from arrears.services.notices.making import Wanted
from arrears.services.notices.sending import Serving
from boligsak.fields import DayField, PastDayField, PlainSelect, offer
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import StepForm

_HANDED = {
    Channel.LETTER: _("letter"),
    Channel.EMAIL: _("e-mail"),
    Channel.HOME_VISIT: _("handed over at the door"),
    Channel.MEETING: _("handed over in a meeting"),
}


def charge_label(charge: OpenCharge, day: datetime.date, years: int) -> str:
    """A charge to tick: what it is, when it fell due, what is left, and what to know of it."""
    told = {
        "kind": capfirst(str(LineKind(charge.kind).label)),
        "due": format_day(charge.due_on),
        "left": kr(charge.open_ore),
    }
    label = gettext("%(kind)s, due %(due)s: %(left)s left") % told
    notes = []
    if charge.disputed_ore:
        notes.append(gettext("%(ore)s is deposited as disputed") % {"ore": kr(charge.disputed_ore)})
    if barred_from(charge.due_on, years) <= day:
        notes.append(gettext("older than the limitation"))
    return f"{label} ({', '.join(notes)})" if notes else label


class NoticeForm(StepForm):
    """What the letter says. The fields are those its kind needs."""

    line_ids = forms.TypedMultipleChoiceField(
        label=_("Charges"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one charge that the notice is about.")},
    )
    ground = forms.ChoiceField(
        label=_("Ground (§ 9-5)"),
        widget=forms.RadioSelect,
        choices=[
            ("breach", _("The tenant has broken the lease (c)")),
            ("own_use", _("The landlord will use the dwelling (a)")),
            ("rebuilding", _("Pulling down or rebuilding (b)")),
            ("other", _("Another just reason (d)")),
        ],
    )
    grounds = forms.CharField(
        label=_("Reasons"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    months = forms.TypedChoiceField(
        label=_("Notice period"),
        coerce=int,
        choices=[(3, _("Three months")), (1, _("One month (single room, § 9-6)"))],
        initial=3,
        widget=PlainSelect,
        help_text=_("It runs to the end of a calendar month."),
    )
    is_termination_agreed = forms.BooleanField(
        label=_("The contract says that it can be terminated before its last day"), required=False
    )
    with_fee = forms.BooleanField(label=_("Claim the fee"), required=False, initial=True)
    with_interest = forms.BooleanField(label=_("Claim late interest"), required=False)
    interrupted = forms.CharField(
        label=_("What interrupted the limitation"),
        max_length=200,
        required=False,
        help_text=_("Only for charges older than three years: a payment, an acknowledgement, …"),
    )
    own_words = forms.CharField(
        label=_("Own paragraph"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Comes after what the law requires. Nothing about health."),
    )
    dated_on = DayField(
        label=_("Date of the letter"),
        help_text=_("The day it is sent: its deadlines are counted from then."),
    )

    def __init__(
        self,
        *args: Any,
        kind: Kind,
        charges: Sequence[OpenCharge] = (),
        years: int = 3,
        day: datetime.date,
        is_running_term: bool = False,
        has_fee: bool = True,
        has_interest: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        rule = KINDS[kind]
        unused = self._unused(is_running_term, charges, years, day)
        if not has_fee:
            unused.add("with_fee")
        if not has_interest:
            unused.add("with_interest")
        for name in unused:
            del self.fields[name]
        if rule.names:
            offer(self, "line_ids", [(c.line_id, charge_label(c, day, years)) for c in charges])
        if kind is Kind.NUISANCE_WARNING:
            self.fields["grounds"].label = _("What has happened, and when")
            self.fields["grounds"].help_text = _(
                "Facts the tenant can recognise, not who complained. Nothing about health."
            )

    def _unused(
        self,
        is_running_term: bool,
        charges: Sequence[OpenCharge],
        years: int,
        day: datetime.date,
    ) -> set[str]:
        rule, ends = KINDS[self.kind], self.kind is Kind.TERMINATION
        is_barred = any(barred_from(charge.due_on, years) <= day for charge in charges)
        needs = {
            "line_ids": bool(rule.names),
            "ground": ends,
            "grounds": ends or self.kind is Kind.NUISANCE_WARNING,
            "months": ends,
            "is_termination_agreed": ends and is_running_term,
            "with_fee": bool(rule.fee),
            "with_interest": bool(rule.names),
            "interrupted": bool(rule.names) and is_barred,
        }
        return {name for name, is_needed in needs.items() if not is_needed}

    def wanted(self) -> Wanted:
        """What is asked for. The form must be valid."""
        asked = dict(self.cleaned_data)
        asked = {name: asked[name] for name in asked if name not in ("submission_id", "version")}
        if "line_ids" in asked:
            asked["line_ids"] = tuple(asked["line_ids"])
        return Wanted(
            kind=self.kind.value,
            with_fee=asked.pop("with_fee", False),
            **asked,
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a notice goes to. `key` names their fields."""

    person_id: int
    guardianship_id: int | None
    name: str
    note: str = ""
    email: str = ""
    is_reserved: bool = False
    email_used_on: datetime.date | None = None

    @property
    def key(self) -> str:
        return f"{self.person_id}_{self.guardianship_id or 0}"


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one recipient, as the page shows them."""

    title: str
    note: str
    fields: list[Any] = field(default_factory=list)


class SendForm(StepForm):
    """How the notice went to each recipient."""

    sent_on = PastDayField(label=_("Sent on"))

    def __init__(
        self, *args: Any, kind: Kind, recipients: Sequence[Recipient], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.recipients = recipients
        for one in recipients:
            allowed = [c for c in CHANNELS if c != EMAIL or (one.email and not one.is_reserved)]
            self.fields[f"channel_{one.key}"] = forms.ChoiceField(
                label=_("How"),
                choices=[(c, capfirst(str(_HANDED[Channel(c)]))) for c in allowed],
                initial=PAPER,
                widget=PlainSelect,
            )
            self.fields[f"proof_{one.key}"] = forms.CharField(
                label=_("Proof of sending"),
                max_length=200,
                help_text=_("Posting number, receipt, or who handed it over."),
            )
            if EMAIL in allowed and KINDS[kind].needs_recent_email and not one.guardianship_id:
                self.fields[f"used_{one.key}"] = PastDayField(
                    label=_("The tenant last used this e-mail address on"),
                    required=False,
                    initial=one.email_used_on,
                    help_text=_("Only for e-mail (tvangsfullbyrdelsesloven § 4-18)."),
                )
            self.fields[f"received_{one.key}"] = PastDayField(
                label=_("Received on, documented"),
                required=False,
                help_text=_("Can be filled in later."),
            )

    @property
    def groups(self) -> list[Group]:
        """Each recipient's fields together."""
        found = []
        for one in self.recipients:
            names = [name for name in self.fields if name.endswith(f"_{one.key}")]
            found.append(Group(one.name, one.note, [self[name] for name in names]))
        return found

    def servings(self) -> list[Serving]:
        """How it went to each. The form must be valid."""
        asked = self.cleaned_data
        return [
            Serving(
                person_id=one.person_id,
                guardianship_id=one.guardianship_id,
                channel=asked[f"channel_{one.key}"],
                proof=asked[f"proof_{one.key}"],
                email_used_on=asked.get(f"used_{one.key}"),
                received_on=asked.get(f"received_{one.key}"),
            )
            for one in self.recipients
        ]


class QueueForm(StepForm):
    """By which channel the outbox sends the letter to each recipient."""

    def __init__(
        self, *args: Any, kind: Kind, recipients: Sequence[Recipient], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.recipients = recipients
        for one in recipients:
            by_wire = bool(one.email) and not one.is_reserved
            choices = [(PAPER, _("On paper: printed here and posted"))]
            if by_wire:
                choices.append((EMAIL, _("By e-mail")))
            self.fields[f"channel_{one.key}"] = forms.ChoiceField(
                label=_("How"), choices=choices, initial=PAPER, widget=PlainSelect
            )
            if by_wire and KINDS[kind].needs_recent_email and not one.guardianship_id:
                self.fields[f"used_{one.key}"] = PastDayField(
                    label=_("The tenant last used this e-mail address on"),
                    required=False,
                    initial=one.email_used_on,
                    help_text=_("Only for e-mail (tvangsfullbyrdelsesloven § 4-18)."),
                )

    @property
    def groups(self) -> list[Group]:
        """Each recipient's fields together."""
        return [
            Group(
                one.name,
                one.note,
                [self[name] for name in self.fields if name.endswith(f"_{one.key}")],
            )
            for one in self.recipients
        ]

    def ways(self) -> list[Serving]:
        """By which channel to each; what proves it comes later. The form must be valid."""
        asked = self.cleaned_data
        return [
            Serving(
                person_id=one.person_id,
                guardianship_id=one.guardianship_id,
                channel=asked[f"channel_{one.key}"],
                proof="",
                email_used_on=asked.get(f"used_{one.key}"),
            )
            for one in self.recipients
        ]


class WithdrawForm(StepForm):
    """Why a notice is withdrawn."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(StepForm):
    """What came back on a notice from one recipient."""

    received_on = PastDayField(
        label=_("Received on, documented"),
        required=False,
        help_text=_("From this day the tenant's month to protest is counted (§ 9-8)."),
    )
    protest_on = PastDayField(
        label=_("Protested in writing on"),
        required=False,
        help_text=_("The day the protest reached us."),
    )
    reserved_on = PastDayField(
        label=_("Reserved in writing against warning Nav on"),
        required=False,
        help_text=_("Nav is not warned then, and a meeting sees the case without a name."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("How it is documented. Nothing about health."),
    )

    def __init__(self, *args: Any, may_protest: bool, may_reserve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_protest:
            del self.fields["protest_on"]
            self.fields["received_on"].help_text = ""
        if not may_reserve:
            del self.fields["reserved_on"]
