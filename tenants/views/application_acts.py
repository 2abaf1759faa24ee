"""Looking an application through and registering it; withdrawing it, or giving it to somebody."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.applications import (
    CarriedOutForm,
    OwnerForm,
    RegisterForm,
    WithdrawForm,
)
from tenants.models import Application, ApplicationState, SupportState
from tenants.queries.applications import (
    districts,
    found_on,
    handlers_at,
    measures_of,
    members_of,
    newest_economy,
    newest_support,
    size_of,
)
from tenants.queries.duplicates import open_of_applicant
from tenants.rules.applications import OPEN, Step, missing
from tenants.services.applications.assessing import consents_now
from tenants.services.applications.registering import give, register, withdraw
from tenants.services.extensions import close_extension, why_not
from tenants.views.application_steps import (
    application_page,
    find_application,
    progress,
    step_address,
    terms,
    trail,
)
from tenants.words.applications import (
    CONSENT_NAMES,
    STEP_NAMES,
    household_words,
    refusal,
    rooms_words,
)

_AT = {
    "application.received_ahead": "received_on",
    "application.received_long_ago": "received_on",
    "application.open_already": "is_apart",
    "application.no_reason": "reason",
    "application.owner_office": "owner",
    "application.owner_not_cleared": "owner",
}


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_register(request: PageRequest, pk: int) -> HttpResponseBase:
    """The whole application once more, and then it is registered as received."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    other = open_of_applicant(row.applicant_id, but=pk) if row.applicant_id else None
    form = RegisterForm(
        request.POST or None, has_other=other is not None, initial=fresh(row, received_on=day)
    )

    def do() -> str:
        asked = form.cleaned_data
        register(
            pk,
            received_on=asked["received_on"],
            is_apart=asked.get("is_apart", False),
            by=user,
            on=day,
            version=asked["version"],
        )
        return application_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The application is registered. Its deadlines run from now."))
        return redirect(where)
    gone = missing(found_on(row))
    typed = [step for step in Step if step.value in row.typed]
    context = {
        "title": STEP_NAMES[Step.REGISTER],
        "breadcrumb": trail(row),
        "facts": terms(request, row),
        "form": form,
        "steps": progress(row, Step.REGISTER),
        "parts": _look_through(request, row),
        "missing": [{"name": STEP_NAMES[step], "href": step_address(pk, step)} for step in gone],
        "typed": [
            {"name": STEP_NAMES[step], "href": step_address(pk, step)}
            for step in typed
            if step not in gone
        ],
        "other": other and {"number": other.number, "href": application_page(other.pk)},
        "refused": _not_draft(request, row),
        "back": step_address(pk, Step.CONSENTS),
        "application_href": application_page(pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tenants/application_register.html", context, status=status)


def _not_draft(request: PageRequest, row: Application) -> str:
    if request.method == "POST" or row.state == ApplicationState.DRAFT:
        return ""
    return refusal(RuleBroken("application.state", state=row.state))


def _look_through(request: PageRequest, row: Application) -> list[dict[str, Any]]:
    """Each page in short, with where it is changed."""
    pk, day = row.pk, dates.today()
    members = members_of(row)
    request.saw(one.person_id for one in members)
    size = size_of(members, day)
    economy, support = newest_economy(pk), newest_support(pk)
    names = dict(districts(day))
    consents = [str(CONSENT_NAMES[code]) for code, given in consents_now(row).items() if given]
    parts: dict[Step, list[tuple[str, Any]]] = {
        Step.HOUSEHOLD: [
            (_("Household"), household_words(size.adults, size.children, size.part_time)),
            (_("Who"), ", ".join(str(one.person) for one in members)),
        ],
        Step.NEED: [
            (
                _("Lives now"),
                capfirst(row.get_present_housing_display()) if row.present_housing else "",
            ),
            (_("Must leave by"), format_day(row.must_leave_on) if row.must_leave_on else ""),
            (_("Need"), row.need),
            (_("Health grounds"), row.health),
            (_("Social grounds"), row.social),
            (_("Rooms"), rooms_words(row.rooms_from, row.rooms_to)),
            (_("Access"), _("needs step-free access") if row.needs_accessible else ""),
            (_("Wished districts"), ", ".join(names.get(one, "") for one in row.wished_offices)),
            (_("Wishes"), row.wishes),
        ],
        Step.ECONOMY: [
            (_("Income a month"), kr(economy.income_ore)),
            (_("Left a month"), kr(economy.left_ore)),
            (_("Owes the municipality"), kr(economy.debt_ore)),
        ]
        if economy
        else [],
        Step.SUPPORT: [
            (
                _("Conclusion"),
                _("Help is needed") if support.needs_help else _("No help is needed"),
            ),
            (_("Reasons"), support.reasons),
            (_("The applicant's own view"), support.tenant_says),
            (_("Help prepared"), ", ".join(_prepared(pk))),
        ]
        if support
        else [],
        Step.CONSENTS: [(_("Agrees that"), "\n".join(consents) or _("nothing"))],
    }
    return [
        {
            "name": STEP_NAMES[step],
            "href": step_address(pk, step),
            "facts": [(term, value) for term, value in facts if value],
        }
        for step, facts in parts.items()
    ]


def _prepared(pk: int) -> list[str]:
    return [one.name for one in measures_of(pk) if one.state == SupportState.PREPARED]


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_carried_out(request: PageRequest, pk: int) -> HttpResponseBase:
    """Who may stay longer has a new term, and nobody waits for signatures."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    form = CarriedOutForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        close_extension(pk, by=user, on=day, version=form.cleaned_data["version"])
        return application_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The application is carried out."))
        return redirect(where)
    code = why_not(row)
    return step_page(
        request,
        form,
        title=_("Carried out"),
        breadcrumb=trail(row),
        facts=terms(request, row),
        facts_title=_("The application"),
        about=_(
            "The application is over by itself when the new contract is signed by everybody. "
            "Say it here when the signatures are not to be waited for."
        ),
        button=_("The application is carried out"),
        refused=refusal(RuleBroken(code)) if code and request.method != "POST" else "",
        back=application_page(pk),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_withdraw(request: PageRequest, pk: int) -> HttpResponseBase:
    """The applicant takes it back, or it should not have been entered."""
    user, row = request.user, find_application(request.user, pk)
    form = WithdrawForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        withdraw(pk, asked["reason"], by=user, on=dates.today(), version=asked["version"])
        return application_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The application is withdrawn."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Withdraw the application"),
        breadcrumb=trail(row),
        facts=terms(request, row),
        facts_title=_("The application"),
        warning=_(
            "It is not dealt with any more, and help that is prepared is dropped. It stays to be "
            "seen; an application that was withdrawn is not taken up again."
        ),
        button=_("Withdraw the application"),
        back=application_page(pk),
        refused=_refused(request, row),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_owner(request: PageRequest, pk: int) -> HttpResponseBase:
    """Whose application it is to work on."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    handlers = handlers_at(row.office_id, day, is_protected=row.is_protected)
    form = OwnerForm(
        request.POST or None,
        handlers=handlers,
        initial=fresh(row, owner=str(row.owner_id or "")),
    )

    def do() -> str:
        asked = form.cleaned_data
        owner = get_user_model().objects.filter(pk=asked["owner"] or 0).first()
        give(pk, owner, by=user, on=day, version=asked["version"])
        return application_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_AT):
        messages.success(request, _("The case handler is changed."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Give the application to somebody"),
        breadcrumb=trail(row),
        facts=terms(request, row),
        facts_title=_("The application"),
        button=_("Save"),
        back=application_page(pk),
        refused=_refused(request, row),
    )


def _refused(request: PageRequest, row: Application) -> str:
    if request.method == "POST" or row.state in OPEN:
        return ""
    return refusal(RuleBroken("application.ended", number=row.number, state=row.state))
