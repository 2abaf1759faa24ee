"""Forms for users, their roles and offices, and the look-up log's filter."""

import datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boligsak import dates
from boligsak.accounts.models import Office, Role, RoleAssignment
from boligsak.administration.steps import StepForm
from boligsak.fields import DayField, PlainSelect


class UserForm(StepForm):
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_active = forms.BooleanField(
        label=_("May log in"),
        required=False,
        help_text=_("Take the tick away when somebody has left: they are logged out at once."),
    )


class NewUserForm(StepForm):
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        validators=[
            RegexValidator(r"^[\w.@+-]+$", _("Letters, digits and . @ + - _ only, no spaces."))
        ],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    last_name = forms.CharField(label=_("Family name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False)
    password = forms.CharField(
        label=_("First password"),
        required=False,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "At least twelve characters. Leave it empty for somebody who logs in with the "
            "municipality's own account."
        ),
    )


class PasswordForm(StepForm):
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least twelve characters."),
    )


def _offices() -> list[tuple[str, str]]:
    rows = Office.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


class RoleForm(StepForm):
    role = forms.ChoiceField(label=_("Role"), widget=PlainSelect)
    office = forms.ChoiceField(label=_("Office"), required=False, widget=PlainSelect)
    valid_from = DayField(label=_("From"), help_text=_("The first day of the role."))
    valid_to = DayField(
        label=_("To"), required=False, help_text=_("The last day; empty when none is known.")
    )
    is_cleared = forms.BooleanField(
        label=_("Cleared for protected addresses"),
        required=False,
        help_text=_("May see where people with address protection (code 6 and 7) live."),
    )

    def prepare(self) -> None:
        self._choose(
            "role",
            [("", gettext("Choose")), *((role, capfirst(label)) for role, label in Role.choices)],
        )
        self._choose("office", [("", gettext("Every office")), *_offices()])
        self.fields["valid_from"].initial = dates.today()

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class EndRoleForm(StepForm):
    assignment = forms.ChoiceField(label=_("Role"), widget=PlainSelect)
    valid_to = DayField(label=_("Last day"))

    def prepare(self) -> None:
        day = dates.today()
        rows = RoleAssignment.objects.filter(user=self.row).select_related("office")
        self.fields["assignment"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Choose")),
            *(
                (str(row.pk), capfirst(str(row)))
                for row in rows
                if not row.valid_to or row.valid_to >= day
            ),
        ]
        self.fields["valid_to"].initial = day


class OfficeForm(StepForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    closed_on = DayField(
        label=_("Last day"), required=False, help_text=_("When the office is merged into another.")
    )
    successor = forms.ChoiceField(
        label=_("The office that goes on"), required=False, widget=PlainSelect
    )

    def prepare(self) -> None:
        others = [(pk, name) for pk, name in _offices() if int(pk) != self.row.pk]
        self.fields["successor"].choices = [("", gettext("None")), *others]  # type: ignore[attr-defined]


class NewOfficeForm(StepForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    code = forms.SlugField(
        label=_("Code"),
        max_length=20,
        help_text=_("A short name for files and addresses: small letters, digits and hyphens."),
    )
    opened_on = DayField(label=_("First day"))


# --- The look-up log --------------------------------------------------------------------------


class LookUpFilter(forms.Form):
    """Coded filters only: everything here may stand in an address."""

    user = forms.ChoiceField(label=_("Who looked"), required=False, widget=PlainSelect)
    first = DayField(label=_("From and including"), required=False)
    last = DayField(label=_("To and including"), required=False)

    def __init__(self, data: Any, *, users: list[tuple[int, str]]) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        self.fields["user"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Everybody")),
            *((str(pk), name) for pk, name in users),
        ]

    def choice(self) -> tuple[int | None, datetime.date | None, datetime.date | None]:
        """The user, the first and the last day asked for."""
        self.is_valid()
        user = self.cleaned_data.get("user")
        return (
            int(user) if user else None,
            self.cleaned_data.get("first"),
            self.cleaned_data.get("last"),
        )


class PersonSearch(forms.Form):
    """Whose log: sent by POST, because a name or an identity number never stands in an address."""

    words = forms.CharField(label=_("Name, identity number or number in Boligsak"), max_length=100)
