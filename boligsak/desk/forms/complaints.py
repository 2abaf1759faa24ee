"""The filter of the list of complaints."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PlainSelect, offer
from tenants.models import ComplainantKind, ComplaintAbout, ComplaintKind
from tenants.queries.complaints import COOPERATIVE, EVERY, MISSED, WEEK, ComplaintChoice
from tenants.rules.complaints import CLOSED, OPEN, WITHDRAWN


class ComplaintFilter(forms.Form):
    """Coded filters only: everything here may stand in an address."""

    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Open")),
            (CLOSED, _("Closed")),
            (WITHDRAWN, _("Withdrawn")),
            (EVERY, _("All of them")),
        ],
        widget=PlainSelect,
    )
    about = forms.ChoiceField(
        label=_("Is about"),
        required=False,
        choices=[
            ("", _("Everything")),
            *((code, capfirst(str(label))) for code, label in ComplaintAbout.choices),
        ],
        widget=PlainSelect,
    )
    kind = forms.ChoiceField(
        label=_("What kind"),
        required=False,
        choices=[
            ("", _("Every kind")),
            *((code, capfirst(str(label))) for code, label in ComplaintKind.choices),
        ],
        widget=PlainSelect,
    )
    source = forms.ChoiceField(
        label=_("From"),
        required=False,
        choices=[
            ("", _("Everybody")),
            *((code, capfirst(str(label))) for code, label in ComplainantKind.choices),
        ],
        widget=PlainSelect,
    )
    only = forms.ChoiceField(
        label=_("Show only"),
        required=False,
        choices=[
            ("", _("All of them")),
            (MISSED, _("Talk with the household overdue")),
            (WEEK, _("Talk with the household this week")),
            (COOPERATIVE, _("With the cooperative's own action")),
        ],
        widget=PlainSelect,
    )
    from_on = DayField(label=_("Received from"), required=False)
    to_on = DayField(label=_("Received to"), required=False)

    def __init__(self, data: Any, *, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False, **kwargs)
        offer(self, "office", [("", _("All offices")), *((str(pk), n) for pk, n in offices)])

    def choice(self) -> ComplaintChoice:
        """What is chosen. A value that does not exist chooses nothing; the form says so."""
        self.is_valid()
        asked = self.cleaned_data
        return ComplaintChoice(
            state=asked.get("state") or OPEN,
            about=asked.get("about") or "",
            kind=asked.get("kind") or "",
            source=asked.get("source") or "",
            only=asked.get("only") or "",
            office_id=int(asked["office"]) if asked.get("office") else None,
            from_on=asked.get("from_on"),
            to_on=asked.get("to_on"),
        )
