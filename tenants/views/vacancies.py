"""Dwellings that stand empty: how long, why, and what comes next; and holding one back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.export import FORMATS, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.holds import ChangeHoldForm, EndHoldForm, HoldForm
from tenants.forms.offers import VacancyFilter
from tenants.models import Dwelling, DwellingHold, HoldKind
from tenants.queries.offices import offices
from tenants.queries.vacancies import Vacancy, empty_lengths, vacancies
from tenants.queries.waiting import policies
from tenants.rules.vacancies import Length
from tenants.services.holds import change_hold, end_hold, hold_dwelling
from tenants.views.home_rows import (
    vacancy_columns,
    vacancy_file_columns,
    vacancy_file_row,
    vacancy_row,
)
from tenants.words.contracts import refusal

_FIELDS = {"hold.days": "to_on", "hold.overlaps": "to_on"}


@require_GET
@page("tenants.view_vacancies")
def vacancy_list(request: PageRequest) -> HttpResponseBase:
    """The longest empty first; those that come free last."""
    user, day = request.user, dates.today()
    form = VacancyFilter(request.GET, offices=offices(user))
    found = _chosen(_all(user, day), form, day)
    order = request.GET.get("sort", "")
    if order == "-free":
        found.reverse()
    paging = Paging.asked(request.GET)
    shown = found[paging.offset : paging.offset + paging.limit]
    length = empty_lengths(found, day)
    return render(
        request,
        "tenants/vacancies.html",
        {
            "title": _("Empty dwellings"),
            "lead": length_words(length),
            "breadcrumb": [{"label": _("Homes"), "url": reverse("tenants:homes")}],
            "form": form,
            "is_filtered": bool(form.chosen) or not form.is_valid(),
            "columns": vacancy_columns(),
            "rows": [vacancy_row(one, user, day) for one in shown[: paging.size]],
            "empty": _("No empty dwelling fits this filter.")
            if form.chosen
            else _("No dwelling is empty, and none comes free soon."),
            "sort": order if order in ("free", "-free") else "free",
            "query": request.GET,
            "pager": paging.pager(len(shown), len(found)),
            "export": reverse("tenants:vacancies_export"),
        },
    )


@require_GET
@page("tenants.view_vacancies")
def vacancies_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, as a file."""
    user, day = request.user, dates.today()
    form = VacancyFilter(request.GET, offices=offices(user))
    found = _chosen(_all(user, day), form, day)
    if request.GET.get("sort") == "-free":
        found.reverse()
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("empty-dwellings") + f"-{day.isoformat()}",
        vacancy_file_columns(),
        (vacancy_file_row(one, day) for one in found),
    )


def length_words(length: Length) -> str:
    """ "4 empty dwellings: 31 days on average, 90 at the longest"."""
    if not length.dwellings:
        return _("No dwelling stands empty.")
    said = ngettext(
        "%(count)d dwelling stands empty: for %(longest)d days",
        "%(count)d dwellings stand empty: %(average)d days on average, %(longest)d at the longest",
        length.dwellings,
    )
    return said % {
        "count": length.dwellings,
        "average": length.average,
        "longest": length.longest,
    }


def _all(user: Any, day: Any) -> list[Vacancy]:
    return vacancies(user, day, coming_days=policies(day).matching_of(None).coming_days)


def _chosen(found: list[Vacancy], form: VacancyFilter, day: Any) -> list[Vacancy]:
    asked = form.chosen
    if form.office_id is not None:
        found = [one for one in found if one.office_id == form.office_id]
    if state := asked.get("state"):
        found = [one for one in found if one.state(day) == state]
    if access := asked.get("access"):
        found = [one for one in found if one.is_accessible is (access == "yes")]
    return [one for one in found if form.has_rooms(one.rooms)]


# --- Holding one back -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("tenants.change_dwelling")
def hold_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A dwelling that cannot be offered for a while."""
    user, day = request.user, dates.today()
    dwelling = get_object_or_404(Dwelling.objects.visible_to(user), pk=pk)
    form = HoldForm(request.POST or None, initial=fresh(None, from_on=day, kind=HoldKind.REPAIR))

    def do() -> str:
        asked = form.cleaned_data
        hold_dwelling(
            pk,
            kind=asked["kind"],
            note=asked["note"],
            from_on=asked["from_on"],
            to_on=asked["to_on"],
            by=user,
        )
        return back_to(user, pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The dwelling is held back."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Hold a dwelling back"),
        breadcrumb=_trail(),
        about=_("Nobody is offered it while the hold runs, and the list says why it is empty."),
        facts=[(_("Dwelling"), str(dwelling))],
        button=_("Hold it back"),
        back=back_to(user, pk),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_dwelling")
def hold(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another reason or last day."""
    user = request.user
    row = _find(user, pk)
    first = {"kind": row.kind, "note": row.note, "to_on": row.to_on}
    form = ChangeHoldForm(request.POST or None, initial=fresh(row, **first))

    def do() -> str:
        asked = form.cleaned_data
        change_hold(
            pk,
            kind=asked["kind"],
            note=asked["note"],
            to_on=asked["to_on"],
            version=asked["version"],
            by=user,
        )
        return back_to(user, row.dwelling_id)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The hold is changed."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Change a hold"),
        breadcrumb=_trail(),
        facts=_facts(row),
        button=_("Save"),
        back=back_to(user, row.dwelling_id),
        other={"url": reverse("tenants:hold_end", args=[pk]), "label": _("End the hold today")},
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_dwelling")
def hold_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The dwelling can be offered again."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    form = EndHoldForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        end_hold(pk, version=form.cleaned_data["version"], by=user, on=day)
        return back_to(user, row.dwelling_id)

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The dwelling can be offered again."))
        return redirect(where)
    about = _("The dwelling can be offered from today.")
    if row.from_on >= day:
        about = _(
            "The hold lasts its first day out: the dwelling can be offered from the day after."
        )
    return step_page(
        request,
        form,
        title=_("End a hold"),
        breadcrumb=_trail(),
        about=about,
        facts=_facts(row),
        button=_("End the hold"),
        back=back_to(user, row.dwelling_id),
    )


def _find(user: Any, pk: int) -> DwellingHold:
    rows = DwellingHold.objects.filter(dwelling__in=Dwelling.objects.visible_to(user))
    return get_object_or_404(rows.select_related("dwelling"), pk=pk)


def _facts(row: DwellingHold) -> list[tuple[str, str]]:
    return [
        (_("Dwelling"), str(row.dwelling)),
        (_("Why"), capfirst(str(row.get_kind_display()))),
        (_("From"), format_day(row.from_on)),
    ]


def back_to(user: Any, dwelling_id: int) -> str:
    """The list, at the dwelling."""
    return f"{reverse('tenants:vacancies')}#d{dwelling_id}"


def _trail() -> list[dict[str, Any]]:
    return [
        {"label": _("Homes"), "url": reverse("tenants:homes")},
        {"label": _("Empty dwellings"), "url": reverse("tenants:vacancies")},
    ]
