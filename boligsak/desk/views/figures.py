"""Figures for a manager: numbers only, by office, fit for a sheet of paper."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.queries.figures import MONTHS_AHEAD, counted_on, figures_for
from arrears.queries.plans import survival_by_office
from arrears.queries.targets import YearSoFar, year_so_far
from arrears.queries.worklist import TRIGGERS
from arrears.rules.plan_survival import NO_SURVIVAL, Survival
from arrears.rules.targets import Most
from arrears.words.flags import KIND_NAMES
from boligsak import dates
from boligsak.dates import add_months
from boligsak.desk.forms.worklist import TRIGGER_NAMES
from boligsak.desk.overview import LARGE, age_chart, age_words, expiry_chart, whole_kr
from boligsak.desk.queries import figures as name
from boligsak.desk.queries.caseworkers import offices
from boligsak.desk.queries.figures import AGES, ALL_KINDS, Figures, open_flags
from boligsak.desk.rows import months_ahead
from boligsak.show import number
from boligsak.web import PageRequest, page

Row = tuple[str, Callable[[Figures], str]]


@require_GET
@page("desk.view_figures")
def figures(request: PageRequest) -> HttpResponseBase:
    """One column for each office and one for all; no names and no rows behind the numbers."""
    user, day = request.user, dates.today()
    places = offices(user)
    everything = figures_for(user)
    columns = [figures_for(user, office_id) for office_id, _office in places]
    heads = [office for _id, office in places]
    if len(places) != 1:
        columns.append(everything)
        heads.append(_("In all"))
    counted = counted_on()
    hides = not user.access.is_cleared and user.access.office_ids is None
    return render(
        request,
        "desk/figures.html",
        {
            "title": _("Figures"),
            "lead": _("As of %(day)s") % {"day": dates.format_day(counted)}
            if counted
            else _("The figures have not been counted yet."),
            "tables": [
                _table(_("Arrears"), heads, columns, _money()),
                _year(places, heads, day, user),
                _table(_("Flags"), heads, columns, _flags()),
                _table(_("Leases and dwellings"), heads, columns, _portfolio()),
                _table(_("Contracts that run out"), heads, columns, _months(day)),
                _plans(places, heads, day, user),
            ],
            "charts": [
                age_chart(everything, None, LARGE),
                expiry_chart(everything, None, day, LARGE),
            ],
            "hides": hides,
        },
    )


def _table(
    caption: str, heads: Sequence[str], columns: Sequence[Figures], rows: Sequence[Row]
) -> dict[str, Any]:
    return {
        "caption": caption,
        "columns": [
            {"label": _("Figure"), "header": True},
            *({"label": head, "align": "end"} for head in heads),
        ],
        "rows": [
            {"cells": [label, *(read(figures) for figures in columns)]} for label, read in rows
        ],
    }


def _count(key: str) -> Callable[[Figures], str]:
    return lambda figures: number(figures.get(key, 0))


def _kroner(key: str) -> Callable[[Figures], str]:
    return lambda figures: whole_kr(figures.get(key, 0))


def _money() -> list[Row]:
    return [
        (_("Leases that owe something past due"), _count(name.OVERDUE_LEASES)),
        (_("Past due"), _kroner(name.OVERDUE_ORE)),
        *(
            (
                _("Open, %(age)s") % {"age": age_words(youngest, oldest)},
                _kroner(name.ore_of_age(age)),
            )
            for age, youngest, oldest in AGES
        ),
    ]


def _flags() -> list[Row]:
    rows: list[Row] = [(_("Open flags"), lambda figures: number(open_flags(figures)))]
    for trigger in TRIGGER_NAMES:
        rows += [
            (_sentence(words), _open([str(kind)]))
            for kind, words in KIND_NAMES.items()
            if kind in TRIGGERS[trigger]
        ]
    return [
        *rows,
        (_("Urgent or critical"), _open(ALL_KINDS, 3)),
        (_("Without a caseworker"), _count(name.UNASSIGNED)),
        (_("Solved in the last night"), _count(name.RESOLVED)),
    ]


def _open(kinds: Any, least_level: int = 1) -> Callable[[Figures], str]:
    return lambda figures: number(open_flags(figures, kinds, least_level))


def _portfolio() -> list[Row]:
    return [
        (_("Running leases"), _count(name.RUNNING_LEASES)),
        (_("Of these with a fixed term"), _count(name.FIXED_TERM_LEASES)),
        (_("Of these shorter than three years (§ 9-3)"), _count(name.SHORT_LEASES)),
        (_("Share of short contracts"), _short_share),
        (_("Vacant dwellings"), _count(name.VACANT_DWELLINGS)),
    ]


def _short_share(figures: Figures) -> str:
    terms = figures.get(name.FIXED_TERM_LEASES, 0)
    if not terms:
        return "–"
    return f"{figures.get(name.SHORT_LEASES, 0) * 100 / terms:.0f} %"


def _months(day: datetime.date) -> list[Row]:
    return [
        (_sentence(date_format(month, "F Y")), _count(name.running_out(month)))
        for month in months_ahead(day, MONTHS_AHEAD)
    ]


def _year(
    places: Sequence[tuple[int, str]], heads: Sequence[str], day: datetime.date, user: Any
) -> dict[str, Any]:
    """Petitions and evictions so far this year, and the most there may be."""
    ids: list[int | None] = [office_id for office_id, _office in places]
    if len(places) != 1:
        ids.append(None)
    columns = [year_so_far(user, day, office_id) for office_id in ids]
    rows: list[tuple[str, Callable[[YearSoFar, Most], str]]] = [
        (_("Cases with a petition to the bailiff"), lambda one, _most: number(one.petitions)),
        (_("Target for petitions in the whole year"), lambda _one, most: _aim(most.petitions)),
        (_("Cases that ended in an eviction"), lambda one, _most: number(one.evictions)),
        (_("Target for evictions in the whole year"), lambda _one, most: _aim(most.evictions)),
    ]
    return {
        "caption": _("Petitions and evictions so far this year"),
        "columns": [
            {"label": _("Figure"), "header": True},
            *({"label": head, "align": "end"} for head in heads),
        ],
        "rows": [{"cells": [label, *(read(*one) for one in columns)]} for label, read in rows],
    }


def _aim(most: int | None) -> str:
    return _("not set") if most is None else _("at most %(most)s") % {"most": number(most)}


_PLAN_MONTHS = 12


def _plans(
    places: Sequence[tuple[int, str]], heads: Sequence[str], day: datetime.date, user: Any
) -> dict[str, Any]:
    """How the repayment plans of the last year have gone."""
    found = survival_by_office(add_months(day, -_PLAN_MONTHS), day, user)
    ids: list[int | None] = [office_id for office_id, _office in places]
    if len(places) != 1:
        ids.append(None)
    columns = [found.get(office_id, NO_SURVIVAL) for office_id in ids]
    rows: list[tuple[str, Callable[[Survival], str]]] = [
        (_("Signed in the last twelve months"), lambda one: number(one.signed)),
        (_("Still running"), lambda one: number(one.running)),
        (_("Paid as agreed"), lambda one: number(one.kept)),
        (_("Not kept"), lambda one: number(one.broken)),
        (_("Kept, of those that are over"), lambda one: _share(one.kept_permille)),
        (_("Whole after 30 days"), lambda one: _share(one.alive_permille.get(30))),
        (_("Whole after 90 days"), lambda one: _share(one.alive_permille.get(90))),
        (_("Whole after 180 days"), lambda one: _share(one.alive_permille.get(180))),
    ]
    return {
        "caption": _("Repayment plans"),
        "columns": [
            {"label": _("Figure"), "header": True},
            *({"label": head, "align": "end"} for head in heads),
        ],
        "rows": [{"cells": [label, *(read(one) for one in columns)]} for label, read in rows],
    }


def _share(permille: int | None) -> str:
    return "–" if permille is None else f"{(permille + 5) // 10} %"


def _sentence(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]
