"""The pages of an application that need nothing from other floors: need, help and consents."""

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.show import day as format_day
from boligsak.web import PageRequest, page
from tenants.forms.applications import (
    ConsentForm,
    NeedForm,
    PageForm,
    SupportForm,
)
from tenants.models import ApplicationState, SupportState
from tenants.queries.applications import (
    districts,
    measures_of,
    members_of,
    newest_support,
    size_of,
)
from tenants.queries.waiting import policies
from tenants.rules.applications import Step
from tenants.rules.matching import rooms_for
from tenants.services.applications.assessing import assess_support, consent, consents_now
from tenants.services.applications.need import Need, describe
from tenants.views.application_steps import (
    application_page,
    find_application,
    page_of,
    step_address,
)
from tenants.words.applications import (
    PARTY_NAMES,
    household_words,
    rooms_words,
)

_AT = {
    "application.rooms": "rooms_to",
    "application.must_leave": "must_leave_on",
    "application.wished_office": "wished_offices",
    "support.no_reasons": "reasons",
    "support.no_view": "tenant_says",
    "support.measures_prepared": "needs_help",
    "consent.ahead": "on",
}


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_need(request: PageRequest, pk: int) -> HttpResponseBase:
    """Where the applicant lives, why a home is needed, and what is wished for."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    size = size_of(members_of(row), day)
    least, most = rooms_for(size.people, policies(day).matching_of(row.office_id))
    offered = dict(districts(day))
    # A district that was wished for and has closed since stays to be seen.
    for office_id in row.wished_offices:
        offered.setdefault(office_id, _("a district that has closed"))

    def make(data: Any, **more: Any) -> NeedForm:
        help_text = _("%(people)s: %(rooms)s are proposed.") % {
            "people": household_words(size.adults, size.children, size.part_time),
            "rooms": rooms_words(least, most),
        }
        return NeedForm(data, districts=list(offered.items()), rooms_help=help_text, **more)

    values = {name: getattr(row, name) for name in Need.__dataclass_fields__}
    values["wished_offices"] = [str(pk) for pk in row.wished_offices]
    if row.rooms_from is None and row.rooms_to is None:
        values |= {"rooms_from": least, "rooms_to": most}

    def save(form: NeedForm) -> None:
        version = form.cleaned_data["version"]
        describe(pk, form.as_need(), by=user, on=day, version=version)

    return page_of(
        request, row, Step.NEED, make, values, save, fields=_AT, said=_("Housing and need saved.")
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_support(request: PageRequest, pk: int) -> HttpResponseBase:
    """Whether help is needed to manage the tenancy. It is concluded on every application."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    newest = newest_support(pk)
    values = {}
    if newest is not None:
        values = {
            "needs_help": "yes" if newest.needs_help else "no",
            "reasons": newest.reasons,
            "tenant_says": newest.tenant_says,
        }
    wanted = {"needs": False}

    def save(form: PageForm) -> None:
        asked = form.cleaned_data
        wanted["needs"] = asked["needs_help"]
        assess_support(
            pk,
            needs_help=asked["needs_help"],
            reasons=asked["reasons"],
            tenant_says=asked["tenant_says"],
            by=user,
            on=day,
            version=asked["version"],
        )

    def onwards() -> str:
        """Help that is needed is prepared at once; then it is ready on the day of the keys."""
        prepared = row.measures.filter(state=SupportState.PREPARED).exists()
        if wanted["needs"] and not prepared:
            return reverse("desk:support_new", args=[pk])
        if row.state == ApplicationState.DRAFT:
            return step_address(pk, Step.CONSENTS)
        return application_page(pk, "support")

    def more(form: PageForm) -> dict[str, Any]:
        return {
            "measures": [
                {
                    "name": one.name,
                    "words": f"{PARTY_NAMES[one.party]}, {one.get_state_display()}",
                    "change": reverse("desk:support_change", args=[one.pk])
                    if one.state == SupportState.PREPARED
                    else "",
                }
                for one in measures_of(pk)
            ],
            "prepare": reverse("desk:support_new", args=[pk])
            if newest is not None and newest.needs_help
            else "",
            "assessed": _("Assessed %(day)s by %(who)s.")
            % {"day": format_day(newest.on), "who": newest.by}
            if newest is not None
            else "",
        }

    return page_of(
        request,
        row,
        Step.SUPPORT,
        SupportForm,
        values,
        save,
        fields=_AT,
        said=_("The need for help is assessed."),
        onwards=onwards,
        more=more,
        template="tenants/application_support.html",
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_consents(request: PageRequest, pk: int) -> HttpResponseBase:
    """What the applicant agrees to, and takes back."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    values = {"given": [code for code, given in consents_now(row).items() if given], "on": day}

    def save(form: ConsentForm) -> None:
        asked = form.cleaned_data
        consent(
            pk,
            form.answers(),
            given_on=asked["on"],
            by=user,
            on=day,
            version=asked["version"],
        )

    return page_of(
        request,
        row,
        Step.CONSENTS,
        ConsentForm,
        values,
        save,
        fields=_AT,
        said=_("The consents are saved."),
    )
