"""Buildings and the dwellings in them."""

from typing import Any

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.accounts.models import Office
from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import HOUSING
from boligsak.administration.steps import Step
from boligsak.rule import RuleBroken
from boligsak.show import day, kr
from tenants.admin.history import timeline
from tenants.forms import register as forms
from tenants.models import Building, BuildingKind, Dwelling
from tenants.services import dwellings as services
from tenants.words import register as words


def offices(user: Any) -> list[tuple[str, str]]:
    """The offices this reader may choose between."""
    return [
        (str(pk), name)
        for pk, name in Office.objects.order_by("name").values_list("pk", "name")
        if user.access.covers(pk)
    ]


def _new_building(_row: None, values: dict[str, Any], _user: Any) -> Building:
    return services.register_building(services.NewBuilding(**values))


def _change_building(row: Building, values: dict[str, Any], _user: Any) -> Building:
    return services.change_building(row.pk, services.NewBuilding(**values))


@admin.register(Building)
class BuildingRegister(Register):
    keeps_log = True
    to_view, to_change = "tenants.view_dwelling", "tenants.change_dwelling"
    group, title = HOUSING, gettext_lazy("Buildings")
    about = gettext_lazy("Municipal buildings, housing cooperatives and supported housing.")
    columns = (
        Column(gettext_lazy("Name"), str, "name", ("name",), header=True),
        Column(gettext_lazy("Kind"), lambda row: capfirst(row.get_kind_display())),
        Column(gettext_lazy("Organisation number"), lambda row: row.cooperative_orgnr),
    )
    filters = (
        Filter(
            "kind",
            gettext_lazy("Kind"),
            gettext_lazy("All kinds"),
            lambda _user: list(BuildingKind.choices),
            lambda rows, word: rows.filter(kind=word),
        ),
    )
    usual_order = ("name",)
    search_label = gettext_lazy("Find a building by name")
    add_label = gettext_lazy("New building")
    add_step = Step(
        "new",
        add_label,
        forms.BuildingForm,
        _new_building,
        gettext_lazy("Enter the building"),
        fields={"building.orgnr": "cooperative_orgnr", "building.name_taken": "name"},
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The building"),
            forms.BuildingForm,
            _change_building,
            gettext_lazy("Save"),
            initial=lambda row: {
                "name": row.name,
                "kind": row.kind,
                "cooperative_orgnr": row.cooperative_orgnr,
            },
            fields={"building.orgnr": "cooperative_orgnr", "building.name_taken": "name"},
        ),
    )

    def found(self, rows: Rows, words: str, user: Any) -> Rows:
        return rows.filter(name__icontains=words)

    def facts(self, row: Building, user: Any) -> Any:
        yield _("Dwellings"), row.dwellings.visible_to(user).count()
        if not self.may_change(user):
            yield _("Kind"), capfirst(row.get_kind_display())
            yield _("Organisation number"), row.cooperative_orgnr

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken)


# --- Dwellings --------------------------------------------------------------------------------

_SHOWN = (
    "street",
    "house_no",
    "unit",
    "postcode",
    "place",
    "rooms",
    "area_m2",
    "floor",
    "is_accessible",
    "rent_ore",
    "in_use_from",
    "in_use_to",
)


def _new_dwelling(_row: None, values: dict[str, Any], _user: Any) -> Dwelling:
    return services.register_dwellings([services.NewDwelling(**values)])[0]


def _change_dwelling(row: Dwelling, values: dict[str, Any], user: Any) -> Dwelling:
    version = values.pop("version", 0)
    return services.change_dwelling(row.pk, version=version, by=user, **values)


_FIELDS = {
    "dwelling.number_taken": "number",
    "dwelling.ends_before_start": "in_use_to",
    "dwelling.still_occupied": "in_use_to",
}


@admin.register(Dwelling)
class DwellingRegister(Register):
    to_view, to_change = "tenants.view_dwelling", "tenants.change_dwelling"
    group, title = HOUSING, gettext_lazy("Dwellings")
    about = gettext_lazy("Every dwelling the municipality lets, vacant or not.")
    columns = (
        Column(gettext_lazy("Number"), lambda row: row.number, "number", ("number",), header=True),
        Column(
            gettext_lazy("Address"),
            lambda row: {"text": f"{row.street} {row.house_no}", "sub": row.unit},
            "address",
            ("sort_address", "unit"),
        ),
        Column(gettext_lazy("Building"), lambda row: row.building.name),
        Column(gettext_lazy("Office"), lambda row: row.office.name),
        Column(gettext_lazy("Rooms"), lambda row: str(row.rooms), align="end"),
        Column(gettext_lazy("Area, m²"), lambda row: str(row.area_m2), align="end"),
        Column(gettext_lazy("Rent when vacant"), lambda row: kr(row.rent_ore), align="end"),
        Column(gettext_lazy("In use to"), lambda row: day(row.in_use_to) if row.in_use_to else ""),
    )
    filters = (
        Filter(
            "office",
            gettext_lazy("Office"),
            gettext_lazy("All offices"),
            offices,
            lambda rows, word: rows.filter(office=int(word)),
        ),
        Filter(
            "kind",
            gettext_lazy("Kind of building"),
            gettext_lazy("All kinds"),
            lambda _user: list(BuildingKind.choices),
            lambda rows, word: rows.filter(building__kind=word),
        ),
        Filter(
            "rooms",
            gettext_lazy("Rooms"),
            gettext_lazy("Any number"),
            lambda _user: [(str(n), str(n)) for n in (1, 2, 3, 4)] + [("5", _("5 or more"))],
            lambda rows, word: (
                rows.filter(rooms__gte=5) if word == "5" else rows.filter(rooms=int(word))
            ),
        ),
        Filter(
            "use",
            gettext_lazy("In use"),
            gettext_lazy("In use or not"),
            lambda _user: [("yes", _("in use")), ("no", _("taken out of use"))],
            lambda rows, word: rows.filter(in_use_to__isnull=word == "yes"),
        ),
    )
    usual_order = ("number",)
    search_label = gettext_lazy("Find a dwelling by number or address")
    search_help = gettext_lazy("For instance “Innherredsveien 5”.")
    add_label = gettext_lazy("New dwelling")
    add_step = Step(
        "new",
        add_label,
        forms.NewDwellingForm,
        _new_dwelling,
        gettext_lazy("Enter the dwelling"),
        fields=_FIELDS,
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The dwelling"),
            forms.DwellingForm,
            _change_dwelling,
            gettext_lazy("Save"),
            initial=lambda row: (
                {name: getattr(row, name) for name in _SHOWN} | {"office": str(row.office_id)}
            ),
            fields=_FIELDS,
        ),
    )

    def seen_by(self, user: Any) -> Rows:
        return Dwelling.objects.visible_to(user).select_related("building", "office")

    def found(self, rows: Rows, words: str, user: Any) -> Rows:
        by_number = rows.filter(number__istartswith=words) if " " not in words else rows.none()
        if by_number.exists():
            return by_number
        for word in words.lower().replace(",", " ").split():
            rows = rows.filter(search_address__contains=word)
        return rows

    def heading(self, row: Dwelling) -> str:
        return f"{row.street} {row.house_no}, {row.unit}"

    def lead(self, row: Dwelling) -> str:
        return row.number

    def facts(self, row: Dwelling, user: Any) -> Any:
        yield _("Building"), row.building.name
        if not self.may_change(user):
            yield _("Office"), row.office.name

    def timeline(self, row: Dwelling) -> list[dict[str, Any]]:
        return timeline(row)

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken)
