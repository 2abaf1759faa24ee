"""Forms of the register: dwellings, people, leases, their parties and their rent.

What is typed is turned into values here; whether it may stand is said by the services.
"""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from boligsak import dates, sealed
from boligsak.accounts.models import Office
from boligsak.administration.fields import AmountField, NamedField
from boligsak.administration.steps import StepForm
from boligsak.fields import DayField, PlainSelect
from tenants.models import (
    Building,
    BuildingKind,
    ChargeKind,
    Dwelling,
    LeaseKind,
    LeaseParty,
    PartyRole,
    Person,
)
from tenants.rules import identity
from tenants.services.people import IDENTITY

_NUMBER = RegexValidator(r"^[\w./-]+$", _("Letters, digits and . / _ - only, no spaces."))
_POSTCODE = RegexValidator(r"^\d{4}$", _("A postcode has four digits."))
_KID = RegexValidator(r"^\d{1,24}[\d-]$", _("A KID has 2 to 25 digits; the last may be a hyphen."))
_NUMERIC = {"inputmode": "numeric"}


def _choose(form: StepForm, name: str, choices: Any) -> None:
    _offer(form, name, [("", gettext("Choose")), *choices])


def _offer(form: StepForm, name: str, choices: Any) -> None:
    form.fields[name].choices = [  # type: ignore[attr-defined]
        (value, capfirst(str(label))) for value, label in choices
    ]


def _offices(user: Any) -> list[tuple[str, str]]:
    rows = Office.objects.filter(closed_on__isnull=True).order_by("name")
    return [(str(row.pk), row.name) for row in rows if user.access.covers(row.pk)]


# --- Buildings and dwellings ------------------------------------------------------------------


class BuildingForm(StepForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), widget=PlainSelect)
    cooperative_orgnr = forms.CharField(
        label=_("The cooperative's organisation number"),
        required=False,
        max_length=9,
        help_text=_("Nine digits; only for a housing cooperative."),
        widget=forms.TextInput(attrs=_NUMERIC),
    )

    def prepare(self) -> None:
        _choose(self, "kind", BuildingKind.choices)


class DwellingForm(StepForm):
    office = forms.ChoiceField(label=_("Office"), widget=PlainSelect)
    street = forms.CharField(label=_("Street"), max_length=80)
    house_no = forms.CharField(label=_("House number"), max_length=10)
    unit = forms.CharField(
        label=_("Unit"),
        max_length=6,
        help_text=_("As H0201."),
        validators=[
            RegexValidator(
                r"^[HLKU]\d{4}$",
                _("The unit is a letter H, L, K or U and four digits, as H0201."),
            )
        ],
    )
    postcode = forms.CharField(
        label=_("Postcode"), max_length=4, validators=[_POSTCODE], widget=forms.TextInput(_NUMERIC)
    )
    place = forms.CharField(label=_("Place"), max_length=40)
    rooms = forms.IntegerField(
        label=_("Rooms"), min_value=1, max_value=20, widget=forms.TextInput(_NUMERIC)
    )
    area_m2 = forms.IntegerField(
        label=_("Area, m²"), min_value=5, max_value=1000, widget=forms.TextInput(_NUMERIC)
    )
    floor = forms.IntegerField(
        label=_("Floor"), min_value=-5, max_value=60, initial=1, widget=forms.TextInput()
    )
    is_accessible = forms.BooleanField(label=_("Step-free access"), required=False)
    rent_ore = AmountField(
        label=_("Monthly rent when vacant"), help_text=_("In kroner, as 9000 or 9 000,50.")
    )
    in_use_from = DayField(label=_("In use from"))
    in_use_to = DayField(label=_("In use to"), required=False)

    def prepare(self) -> None:
        _choose(self, "office", _offices(self.user))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("office"):
            cleaned["office_id"] = int(cleaned.pop("office"))
        return cleaned


class NewDwellingForm(DwellingForm):
    number = forms.CharField(label=_("Number"), max_length=20, validators=[_NUMBER])
    building = NamedField(
        label=_("Building"),
        missing=_("There is no building with this name. Enter the building first."),
        help_text=_("Its whole name, as in the register of buildings."),
    )

    field_order = ["number", "building"]

    def prepare(self) -> None:
        super().prepare()
        self.fields["building"].find = _building  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "building" in cleaned:
            cleaned["building_id"] = cleaned.pop("building")
        return cleaned


def _building(name: str) -> int | None:
    return Building.objects.filter(name__iexact=name).values_list("pk", flat=True).first()


# --- People -----------------------------------------------------------------------------------


class PersonForm(StepForm):
    """What a landlord needs to know of somebody. Nothing social stands here."""

    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_reserved = forms.BooleanField(
        label=_("Reserved against digital contact"),
        required=False,
        help_text=_("Then letters go by post."),
    )
    died_on = DayField(label=_("Died on"), required=False)


class NewPersonForm(StepForm):
    given_name = forms.CharField(label=_("Given name"), max_length=80)
    family_name = forms.CharField(label=_("Family name"), max_length=80)
    identity_number = forms.CharField(
        label=_("Identity number"),
        max_length=14,
        help_text=_("Eleven digits. It is sealed, and found only by its whole value."),
        widget=forms.TextInput(attrs={**_NUMERIC, "autocomplete": "off"}),
    )
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)


class IdentityForm(StepForm):
    number = forms.CharField(
        label=_("Identity number"),
        max_length=14,
        help_text=_("For instance when a D-number has become a fødselsnummer."),
        widget=forms.TextInput(attrs={**_NUMERIC, "autocomplete": "off"}),
    )


# --- Leases -----------------------------------------------------------------------------------


class LeaseForm(StepForm):
    kind = forms.ChoiceField(label=_("Kind"), widget=PlainSelect)
    starts_on = DayField(label=_("Starts on"))
    ends_on = DayField(
        label=_("Ends on"), required=False, help_text=_("The last day; empty when open-ended.")
    )
    kid = forms.CharField(
        label=_("KID"),
        required=False,
        max_length=25,
        validators=[_KID],
        widget=forms.TextInput(attrs=_NUMERIC),
    )
    signed_on = DayField(label=_("Signed on"), required=False)
    has_clause_a = forms.BooleanField(
        label=_("Eviction clause, unpaid rent"), required=False, help_text="tvfbl. § 13-2(3) a"
    )
    has_clause_b = forms.BooleanField(
        label=_("Eviction clause, expired lease"), required=False, help_text="tvfbl. § 13-2(3) b"
    )
    purpose_told_on = DayField(
        label=_("Told of the dwelling's purpose"), required=False, help_text="husll. § 11-1"
    )

    def prepare(self) -> None:
        _offer(self, "kind", LeaseKind.choices)


class ChangeLeaseForm(LeaseForm):
    move_requested_on = DayField(
        label=_("Written request to move sent"), required=False, help_text="husll. § 9-2(3)"
    )
    moved_out_on = DayField(
        label=_("Moved out on"),
        required=False,
        help_text=_(
            "The tenant's last day in the dwelling. What is owed is then a former tenant's."
        ),
    )


class NewLeaseForm(LeaseForm):
    number = forms.CharField(label=_("Lease number"), max_length=20, validators=[_NUMBER])
    dwelling = NamedField(
        label=_("Dwelling"),
        missing=_("There is no dwelling with this number."),
        help_text=_("Its number, as in the register of dwellings."),
    )
    tenant = NamedField(label=_("Tenant"), missing=_("Nobody here has this number."))
    second = NamedField(
        label=_("Joint tenant"), required=False, missing=_("Nobody here has this number.")
    )
    rent_ore = AmountField(
        label=_("Rent a month"), help_text=_("In kroner, as 9000 or 9 000,50."), lowest=1
    )
    utilities_ore = AmountField(
        label=_("Electricity, fuel, water and sewage a month"),
        required=False,
        help_text=_("§ 3-4; empty when it is in the rent."),
    )

    field_order = ["number", "dwelling", "tenant", "second", "kind", "starts_on", "ends_on"]

    def prepare(self) -> None:
        super().prepare()
        self.fields["dwelling"].find = self._dwelling  # type: ignore[attr-defined]
        for name in ("tenant", "second"):
            _by_number(self.fields[name])

    def _dwelling(self, number: str) -> int | None:
        rows = Dwelling.objects.visible_to(self.user).filter(number__iexact=number)
        return rows.values_list("pk", flat=True).first()


def _by_number(field: forms.Field) -> None:
    """People are named by their identity number, or by their number in Boligsak."""
    field.find = _person  # type: ignore[attr-defined]
    field.help_text = gettext("Identity number, or the person's number in Boligsak.")
    field.widget.attrs.update({**_NUMERIC, "autocomplete": "off"})


def _person(text: str) -> int | None:
    digits = identity.compact(text)
    if not digits.isdigit() or len(digits) > 11:
        return None
    rows = Person.objects.all()
    if len(digits) == 11:
        rows = rows.filter(identity__number_mac=sealed.mac(digits, IDENTITY))
    else:
        rows = rows.filter(pk=int(digits))
    return rows.values_list("pk", flat=True).first()


class PartyForm(StepForm):
    person = NamedField(label=_("Person"), missing=_("Nobody here has this number."))
    role = forms.ChoiceField(label=_("Role"), widget=PlainSelect)
    from_on = DayField(label=_("From"))

    def prepare(self) -> None:
        _by_number(self.fields["person"])
        _offer(self, "role", PartyRole.choices)
        self.fields["from_on"].initial = dates.today()


class EndPartyForm(StepForm):
    party = forms.ChoiceField(label=_("Party"), widget=PlainSelect)
    to_on = DayField(label=_("Last day"))

    def prepare(self) -> None:
        rows = LeaseParty.objects.filter(lease=self.row, to_on__isnull=True)
        _choose(
            self, "party", [(str(row.pk), str(row.person)) for row in rows.select_related("person")]
        )
        self.fields["to_on"].initial = dates.today()


class RentForm(StepForm):
    kind = forms.ChoiceField(label=_("Kind"), widget=PlainSelect)
    valid_from = DayField(label=_("From"), help_text=_("A new row from the same day replaces it."))
    amount_ore = AmountField(label=_("A month"), help_text=_("In kroner, as 9000 or 9 000,50."))

    def prepare(self) -> None:
        _offer(self, "kind", ChargeKind.choices)
