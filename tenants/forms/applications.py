"""The pages of an application."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from boligsak.fields import DayField, PlainSelect, offer
from boligsak.step import StepForm
from tenants.models import ApplicationKind, MemberRole, PresentHousing
from tenants.rules import identity
from tenants.rules.applications import CONSENTS
from tenants.services.applications.need import Need
from tenants.services.applications.people import Somebody
from tenants.words.applications import CONSENT_NAMES

_NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}
_PERSON_DIGITS = 9
_HIDDEN = frozenset({"csrfmiddlewaretoken", "submission_id", "version", "go", "later", "reckon"})


class Group(NamedTuple):
    """Fields that stand together under a heading."""

    title: Promise | str
    fields: list[BoundField]
    help: Promise | str = ""
    columns: bool = False


class PageForm(StepForm):
    """One page of an application, which can be kept half-way."""

    def groups(self) -> list[Group]:
        return [Group("", list(self.visible_fields()))]


def typed_in(data: QueryDict) -> dict[str, list[str]]:
    """What a sent page holds, as it was typed."""
    return {name: data.getlist(name) for name in data if name not in _HIDDEN}


def typed_before(
    fields: Mapping[str, forms.Field], kept: Mapping[str, list[str]]
) -> dict[str, Any]:
    """What was kept of a page, as initial values: empty what was left empty, whatever stands in the
    register."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name in _HIDDEN:
            continue
        values = kept.get(name, [])
        if isinstance(field, forms.MultipleChoiceField):
            found[name] = values
        elif isinstance(field, forms.BooleanField):
            found[name] = bool(values)
        else:
            found[name] = values[-1] if values else ""
    return found


# --- Who ------------------------------------------------------------------------------------------


class SomebodyForm(StepForm):
    """A person: by a number that is known, or registered here."""

    number = forms.CharField(
        label=_("Identity number, or number in Boligsak"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=_NUMERIC),
        help_text=_("With a number that is known here, nothing more is needed."),
    )
    given_name = forms.CharField(label=_("Given name"), required=False, max_length=80)
    family_name = forms.CharField(label=_("Family name"), required=False, max_length=80)
    born_on = DayField(
        label=_("Born on"),
        required=False,
        help_text=_("Only when there is no identity number."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    post_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=200,
        help_text=_("Where letters go. Write street, postcode and place, with commas between."),
    )
    is_other = forms.BooleanField(label=_("It is somebody else than these"), required=False)

    def clean_number(self) -> str:
        digits = identity.compact(self.cleaned_data["number"])
        if digits and not digits.isdigit():
            raise forms.ValidationError(_("Write the number with digits only."))
        if _PERSON_DIGITS < len(digits) != 11:
            raise forms.ValidationError(
                _("An identity number has eleven digits; this one has %(found)d."),
                params={"found": len(digits)},
            )
        return digits

    def somebody(self) -> Somebody:
        asked = self.cleaned_data
        number = asked["number"]
        is_identity = len(number) == 11
        return Somebody(
            identity_number=number if is_identity else "",
            person_id=int(number) if number and not is_identity else None,
            given_name=asked["given_name"],
            family_name=asked["family_name"],
            born_on=asked["born_on"],
            phone=asked["phone"],
            email=asked["email"],
            post_address=asked["post_address"],
            is_other=asked["is_other"],
        )

    def known(self) -> list[BoundField]:
        return [self["number"]]

    def new(self) -> list[BoundField]:
        names = ("given_name", "family_name", "born_on", "phone", "email", "post_address")
        return [self[name] for name in names]


class NewApplicationForm(SomebodyForm):
    """What is applied for, where, and who applies."""

    kind = forms.ChoiceField(
        label=_("What is applied for"),
        choices=[(value, capfirst(str(label))) for value, label in ApplicationKind.choices],
        initial=ApplicationKind.NEW.value,
        widget=forms.RadioSelect,
    )
    lease = forms.CharField(
        label=_("Number of the present lease"),
        required=False,
        max_length=20,
        help_text=_("For a swap or an extension."),
    )
    office = forms.TypedChoiceField(label=_("Office"), coerce=int, widget=PlainSelect)

    def __init__(self, *args: Any, offices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Built for each request, so that the words are in the reader's language.
        offer(self, "kind", [(v, capfirst(str(label))) for v, label in ApplicationKind.choices])
        offer(self, "office", [(str(pk), name) for pk, name in offices])

    def about(self) -> list[BoundField]:
        return [self["kind"], self["lease"], self["office"]]


class MemberForm(StepForm):
    """Child or adult, and whether a child lives there all of the time."""

    role = forms.ChoiceField(label=_("Lives there as"), widget=forms.RadioSelect)
    is_part_time = forms.BooleanField(
        label=_("Part of the time"),
        required=False,
        help_text=_("A child who stays there at times, for instance every second weekend."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "role", [(v, capfirst(str(label))) for v, label in MemberRole.choices])


class NewMemberForm(SomebodyForm, MemberForm):
    """Somebody else who is to live there."""

    def as_member(self) -> list[BoundField]:
        return [self["role"], self["is_part_time"]]


class HouseholdForm(PageForm):
    """Who else is registered in the applicant's household and is to live there too."""

    mates = forms.MultipleChoiceField(
        label=_("Registered in the same household"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick those who are to live in the home too."),
    )

    def __init__(self, *args: Any, mates: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "mates", mates)
        if not mates:
            del self.fields["mates"]

    def chosen(self) -> list[int]:
        return [int(value) for value in self.cleaned_data.get("mates", [])]


# --- Need -----------------------------------------------------------------------------------------


def _text(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=more.pop("required", False),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


def _rooms(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        **more,
    )


class NeedForm(PageForm):
    """Where the applicant lives, why a home is needed, and what is wished for."""

    present_housing = forms.ChoiceField(label=_("Lives now"), widget=PlainSelect)
    present_note = _text(_("About the present housing"), rows=2)
    must_leave_on = DayField(
        label=_("Must leave by"),
        required=False,
        help_text=_("Empty when there is no such day."),
    )
    need = _text(
        _("Why a home is needed"),
        required=True,
        help_text=_("In the applicant's own words as far as you can."),
    )
    health = _text(_("Health grounds"), rows=2, help_text=_("Only the welfare side reads this."))
    social = _text(_("Social grounds"), rows=2, help_text=_("Only the welfare side reads this."))
    rooms_from = _rooms(_("Rooms, at least"))
    rooms_to = _rooms(_("Rooms, at most"))
    needs_accessible = forms.BooleanField(label=_("Needs step-free access"), required=False)
    wished_offices = forms.TypedMultipleChoiceField(
        label=_("Wished districts"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked means that every district will do."),
    )
    wishes = _text(
        _("Wishes"),
        rows=2,
        help_text=_("The housing unit reads this. Nothing about health."),
    )

    def __init__(
        self, *args: Any, districts: Sequence[tuple[int, str]], rooms_help: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self,
            "present_housing",
            [("", _("Choose")), *_capped(PresentHousing.choices)],
        )
        offer(self, "wished_offices", [(str(pk), name) for pk, name in districts])
        self.fields["rooms_from"].help_text = rooms_help

    def groups(self) -> list[Group]:
        def of(*names: str) -> list[BoundField]:
            return [self[name] for name in names]

        return [
            Group(_("Lives now"), of("present_housing", "must_leave_on", "present_note")),
            Group(_("Need"), of("need", "health", "social")),
            Group(
                _("What is wished for"),
                of("rooms_from", "rooms_to", "needs_accessible", "wished_offices", "wishes"),
            ),
        ]

    def as_need(self) -> Need:
        asked = {name: self.cleaned_data[name] for name in Need.__dataclass_fields__}
        return Need(**asked)


def _capped(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, str]]:
    return [(str(value), capfirst(str(label))) for value, label in choices]


# --- Help, consents, registering ------------------------------------------------------------------


class SupportForm(PageForm):
    """Whether help is needed to manage the tenancy."""

    needs_help = forms.TypedChoiceField(
        label=_("Is help needed to manage the tenancy?"),
        choices=[("yes", _("Yes, help is needed")), ("no", _("No, help is not needed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reasons = _text(_("Reasons"), required=True, rows=4)
    tenant_says = _text(
        _("The applicant's own view"),
        required=True,
        help_text=_("What help the applicant wants, in the applicant's own words."),
    )


class ConsentForm(PageForm):
    """What the applicant agrees to."""

    given = forms.MultipleChoiceField(
        label=_("The applicant agrees that"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "A consent can be taken back at any time: take away the tick. Without one the "
            "applicant brings the papers; the application is heard all the same."
        ),
    )
    on = DayField(label=_("Said on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "given", [(code, str(CONSENT_NAMES[code])) for code in CONSENTS])

    def answers(self) -> dict[str, bool]:
        given = set(self.cleaned_data["given"])
        return {code: code in given for code in CONSENTS}


class RegisterForm(StepForm):
    """The day it was received; and that another application is dealt with apart."""

    received_on = DayField(
        label=_("Received on"),
        help_text=_("The day it came in. The deadlines run from then."),
    )
    is_apart = forms.BooleanField(
        label=_("The two applications are to be dealt with apart"), required=False
    )

    def __init__(self, *args: Any, has_other: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_other:
            del self.fields["is_apart"]


class WithdrawForm(StepForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nothing about health."),
    )


class CarriedOutForm(StepForm):
    """An application to stay longer that is over: nothing more is asked."""


class OwnerForm(StepForm):
    owner = forms.ChoiceField(label=_("Case handler"), required=False, widget=PlainSelect)

    def __init__(self, *args: Any, handlers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(pk), name) for pk, name in handlers]
        offer(self, "owner", [("", _("Nobody yet")), *names])
