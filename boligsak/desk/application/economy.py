"""The economy on the application's page: its conclusion to everybody, its figures to the welfare
side."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.desk.application.base import Event, Reader
from boligsak.desk.queries.applications import rents
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.models import Application
from tenants.queries.applications import newest_economy
from tenants.rules.applications import Step
from tenants.rules.housing_cost import BeforeRent, Burden, highest_rent, rent_burden
from tenants.services.applications.assessing import before_rent_of
from tenants.views.application_steps import step_address
from tenants.words.economy import budget_sentence, share


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Whoever allocates reads which rents the household can carry, and no more."""
    newest = newest_economy(application.pk)
    shown: dict[str, Any] = {
        "change": step_address(application.pk, Step.ECONOMY) if reader.may_work else "",
        "is_assessed": newest is not None,
    }
    if newest is None:
        return shown
    before = before_rent_of(newest)
    shown |= {
        "no_rate": newest.result.get("rate_ore") is None,
        "burdens": burdens(application, before, day, None, with_left=reader.sees_social),
    }
    if reader.sees_social:
        shown |= {
            "sentence": budget_sentence(newest.left_ore, highest_rent(before), before.rent_ore),
            "facts": [
                (_("Income a month"), kr(newest.income_ore)),
                (_("Left a month"), kr(newest.left_ore)),
                (_("Owed the municipality"), kr(newest.debt_ore)),
                (_("Assessed"), f"{format_day(newest.on)}, {newest.by}"),
            ],
            "budget": reverse("desk:application_budget", args=[application.pk]),
        }
    return shown


def events(application: Application, reader: Reader) -> list[Event]:
    """Told with the application's other steps."""
    return []


def burdens(
    application: Application,
    before: BeforeRent,
    day: datetime.date,
    ceiling_ore: int | None,
    *,
    with_left: bool = True,
) -> dict[str, Any]:
    """What the rents of the homes asked for come to, as parts/_table.html takes it.

    `ceiling_ore`: the highest rent that the housing allowance reckons with; None: not told.
    """
    rows = []
    for size in rents(application, day):
        named = [(_("%(rooms)d rooms, the lowest rent"), size.lowest_ore)]
        if size.middle_ore > size.lowest_ore:
            named.append((_("%(rooms)d rooms, the usual rent"), size.middle_ore))
        if size.highest_ore > size.middle_ore:
            named.append((_("%(rooms)d rooms, the highest rent"), size.highest_ore))
        for words, rent_ore in named:
            what = words % {"rooms": size.rooms}
            sub = _("%(empty)d of %(homes)d stand empty") % size._asdict()
            burden = rent_burden(rent_ore, before)
            rows.append(burden_row(what, burden, ceiling_ore, sub=sub, with_left=with_left))
    columns = [
        {"label": _("Home"), "header": True},
        {"label": _("Rent a month"), "align": "end"},
        {"label": _("Share of the income"), "align": "end"},
    ]
    if with_left:
        columns.append({"label": _("Left a month"), "align": "end"})
    return {"columns": [*columns, {"label": _("Conclusion")}], "rows": rows}


def burden_row(
    what: str,
    burden: Burden,
    ceiling_ore: int | None,
    *,
    sub: str = "",
    with_left: bool = True,
) -> dict[str, Any]:
    """One rent as a row of the table."""
    conclusion: dict[str, Any] = (
        {"text": _("The household can pay it"), "tag": "success"}
        if burden.fits
        else {"text": _("Too dear"), "tag": "danger"}
    )
    if ceiling_ore is not None and burden.rent_ore > ceiling_ore:
        above = kr(burden.rent_ore - ceiling_ore)
        conclusion["sub"] = _("%(amount)s above the ceiling of housing allowance") % {
            "amount": above
        }
    cells: list[Any] = [
        {"text": what, "sub": sub},
        kr(burden.rent_ore),
        share(burden.share_permille),
    ]
    if with_left:
        cells.append(kr(burden.left_ore))
    return {"cells": [*cells, conclusion]}
