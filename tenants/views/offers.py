"""Offers: the list of them, one offer's page, and holding a dwelling for an application."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.export import FORMATS, as_file
from boligsak.letters.models import Document
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import deadline, kr
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.offers import OfferFilter, ReserveForm
from tenants.models import Application, DecisionKind, Dwelling, Offer, OfferState
from tenants.queries import offers as query
from tenants.queries.conditions import open_conditions
from tenants.queries.offers import Fit, first_for, open_offers
from tenants.queries.offices import offices
from tenants.queries.vacancies import vacancies
from tenants.queries.waiting import one_of, policies, waiting
from tenants.rules.matching import Answer, Test, match
from tenants.services.offers import SOURCE, reserve
from tenants.views.home_rows import (
    link,
    offer_columns,
    offer_file_columns,
    offer_file_row,
    offer_row,
    why,
)
from tenants.views.waiting import trail
from tenants.words.conditions import kind_name
from tenants.words.contracts import refusal
from tenants.words.offers import home_words, state_tag
from tenants.words.ranking import TESTS, answer_tag, answer_words, stored_reasons

_MOST_EXPORTED = 20_000


@require_GET
@page("tenants.answer_offer")
def offer_list(request: PageRequest) -> HttpResponseBase:
    """What is held, offered and accepted, the first deadline first."""
    user, day = request.user, dates.today()
    form = OfferFilter(request.GET, offices=offices(user))
    order = _order(request)
    paging = Paging.asked(request.GET)
    found = query.chosen(user, form.choice(), day)
    sorted_rows = query.ordered(found, order, user)
    rows = list(sorted_rows[paging.offset : paging.offset + paging.limit])
    shown = rows[: paging.size]
    request.saw(
        offer.application.applicant_id for offer in shown if not query.is_masked(offer, user)
    )
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else found.count()
    is_filtered = not form.choice().is_everything
    return render(
        request,
        "tenants/offers.html",
        {
            "title": _("Offers"),
            "breadcrumb": trail(user),
            "form": form,
            "is_filtered": is_filtered or not form.is_valid(),
            "columns": offer_columns(),
            "rows": [offer_row(offer, user, day) for offer in shown],
            "empty": _("No offers fit this filter.")
            if is_filtered
            else _("No home is held or offered now. Find one for somebody on the waiting list."),
            "empty_action": None
            if is_filtered
            else {"url": reverse("tenants:waiting"), "label": _("Open the waiting list")},
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "export": reverse("tenants:offers_export"),
        },
    )


@require_GET
@page("tenants.answer_offer")
def offers_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, as a file. Protected addresses are numbers only."""
    user, day = request.user, dates.today()
    form = OfferFilter(request.GET, offices=offices(user))
    found = query.ordered(query.chosen(user, form.choice(), day), _order(request), user)
    rows = list(found[:_MOST_EXPORTED])
    request.saw(one.application.applicant_id for one in rows if not one.application.is_protected)
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("offers") + f"-{day.isoformat()}",
        offer_file_columns(),
        (offer_file_row(one) for one in rows),
    )


def _order(request: HttpRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else "due"


# --- One offer ------------------------------------------------------------------------------------


@require_GET
@page("tenants.view_lease")
def offer(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is offered to whom and why, what is not in order yet, and what can be done now.

    The landlord sees it from the answer on: the home, the applicant and the conditions, and not
    why the applicant was chosen."""
    user, day = request.user, dates.today()
    row = find_offer(user, pk)
    request.saw([row.application.applicant_id])
    sees_application = user.has_perm("tenants.view_application")
    is_over = row.state not in (OfferState.RESERVED, OfferState.OFFERED, OfferState.ACCEPTED)
    return render(
        request,
        "tenants/offer.html",
        {
            "title": _("Offer to %(who)s") % {"who": row.application.applicant},
            "status": state_tag(row.state),
            "breadcrumb": offer_trail(user),
            "facts": offer_facts(row, day),
            "application_href": link("desk:application", row.application_id)
            if sees_application
            else "",
            "dwelling_href": link("desk:dwelling", row.dwelling_id),
            "lease_href": link("desk:lease", row.lease_id) if row.lease_id else "",
            "rank": _rank(row) if sees_application else [],
            "answers": _answers(row, user) if sees_application else [],
            "unmet": [] if is_over else unmet(row, user),
            "acts": _acts(row, user),
            "letters": _letters(row) if sees_application else [],
            "today": day,
        },
    )


def find_offer(user: Any, pk: int) -> Offer:
    """An offer this user may know the content of; else 404."""
    return get_object_or_404(open_offers(user), pk=pk)


def offer_trail(user: Any) -> list[dict[str, Any]]:
    if not user.has_perm("tenants.answer_offer"):
        return trail(user)
    return [*trail(user), {"label": _("Offers"), "url": reverse("tenants:offers")}]


def offer_facts(row: Offer, day: datetime.date) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("Dwelling"), home_words(row.dwelling)),
        (_("Application"), row.application.number),
        (_("Rent a month"), kr(row.dwelling.rent_ore)),
        (_("Held since"), format_day(row.reserved_on)),
    ]
    if row.offered_on:
        facts.append((_("Offered on"), format_day(row.offered_on)))
    if row.expires_on:
        runs = row.state == OfferState.OFFERED
        told = deadline(row.expires_on, day) if runs else format_day(row.expires_on)
        facts.append((_("Answer by"), told))
    if row.answered_on:
        facts.append((_("Answered on"), format_day(row.answered_on)))
    if row.because:
        facts.append((_("Why"), row.because))
    return facts


def _rank(row: Offer) -> list[tuple[str, str]]:
    kept = row.rank
    facts = [
        (_("Place when it was held"), str(kept.get("place") or "")),
        (_("Points"), str(kept.get("points", ""))),
        (_("Why that place"), stored_reasons(kept)),
    ]
    if row.over_because:
        facts.append((_("Why not the first on the list"), row.over_because))
    return facts


def _answers(row: Offer, user: Any) -> list[dict[str, Any]]:
    found, sees_social = [], user.has_perm("tenants.view_social")
    for test, suits, facts in row.rank.get("match", []):
        answer = Answer(Test(test), suits, facts)
        found.append(
            {
                "test": str(TESTS[test]),
                "tag": answer_tag(answer),
                "why": answer_words(answer, sees_social=sees_social),
            }
        )
    return found


def unmet(row: Offer, user: Any) -> list[dict[str, Any]]:
    """Each condition that is not met: what, who mends it, and the link that does.

    Whoever sees no application reads of a decision on help which kind of condition it set and not
    its words, which can tell of health; and is led to those alone that are for them to check.
    """
    sees_all = user.has_perm("tenants.view_application")
    may_settle = user.has_perm("tenants.settle_condition")
    return [
        {
            "what": one.what
            if sees_all or one.party == "landlord" or one.decision.kind != DecisionKind.HOUSING_HELP
            else kind_name(one.kind),
            "who": party_words(one.party),
            "responsible": str(one.responsible) if one.responsible else "",
            "due_on": one.due_on,
            "href": link("tenants:condition", one.pk)
            if may_settle and (sees_all or one.party == "landlord")
            else "",
        }
        for one in open_conditions(row.application_id)
    ]


def party_words(party: str) -> str:
    return {
        "welfare": _("the welfare office"),
        "housing_unit": _("the housing unit"),
        "landlord": _("the landlord"),
    }.get(party, _("others"))


def _acts(row: Offer, user: Any) -> list[dict[str, Any]]:
    """What can be done with it now, the usual one first."""
    allocate, answer = user.has_perm("tenants.allocate"), user.has_perm("tenants.answer_offer")
    lease = user.has_perm("tenants.make_lease")
    table: dict[str, list[tuple[bool, str, str]]] = {
        OfferState.RESERVED: [
            (allocate, "tenants:offer_send", _("Offer the home")),
            (allocate, "tenants:offer_withdraw", _("Let it go")),
        ],
        OfferState.OFFERED: [
            (answer, "tenants:offer_accept", _("The answer is yes")),
            (answer, "tenants:offer_decline", _("The answer is no")),
            (allocate, "tenants:offer_extend", _("More time to answer")),
            (allocate, "tenants:offer_withdraw", _("Withdraw the offer")),
        ],
        OfferState.ACCEPTED: [
            (lease, "tenants:make_lease", _("Make the lease")),
            (answer, "tenants:offer_decline", _("The applicant says no after all")),
            (allocate, "tenants:offer_withdraw", _("Withdraw the offer")),
        ],
        OfferState.EXPIRED: [
            (answer, "tenants:offer_accept", _("The answer was yes, in time")),
        ],
    }
    return [
        {"url": reverse(name, args=[row.pk]), "label": label}
        for may, name, label in table.get(row.state, [])
        if may
    ]


def _letters(row: Offer) -> list[dict[str, str]]:
    found = Document.objects.filter(source=SOURCE, source_id=row.pk).order_by("pk")
    return [
        {
            "href": link("desk:document", one.pk),
            "label": _("%(title)s, %(day)s")
            % {"title": one.title, "day": format_day(one.dated_on)},
        }
        for one in found
    ]


# --- Holding a dwelling ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("tenants.allocate")
def reserve_home(request: PageRequest, pk: int, dwelling: int) -> HttpResponseBase:
    """The dwelling is held for the application, so that nobody else is offered it."""
    user, day = request.user, dates.today()
    application = get_object_or_404(
        Application.objects.unmasked(user).select_related("applicant"), pk=pk
    )
    home = get_object_or_404(Dwelling.objects.visible_to(user), pk=dwelling)
    form = ReserveForm(request.POST or None, initial=fresh(application))
    request.saw([application.applicant_id])

    def do() -> str:
        asked = form.cleaned_data
        made = reserve(
            pk,
            dwelling,
            over_because=asked["over_because"],
            version=asked["version"],
            by=user,
            on=day,
        )
        return reverse("tenants:offer", args=[made.pk])

    fields = {"offer.not_first": "over_because", "offer.not_suited": "over_because"}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The dwelling is held. Now offer it."))
        return redirect(where)
    back = reverse("tenants:match", args=[pk])
    if request.method == "POST":
        warning, facts = "", [(_("Dwelling"), home_words(home))]
    else:
        warning, facts = _turn(application, home, user, day)
    return step_page(
        request,
        form,
        title=_("Hold a home for %(who)s") % {"who": application.applicant},
        breadcrumb=[
            *trail(user),
            {"label": _("Homes for %(number)s") % {"number": application.number}, "url": back},
        ],
        about=_(
            "Nobody else can be offered the dwelling while it is held. The place on the list and "
            "what suits are kept with the offer."
        ),
        warning=warning,
        facts=facts,
        button=_("Hold the dwelling"),
        back=back,
    )


def _turn(
    application: Application, home: Dwelling, user: Any, day: datetime.date
) -> tuple[str, list[tuple[str, str]]]:
    """Whether it is this application's turn, and how the home suits it."""
    terms = policies(day)
    places = waiting(user, day, terms=terms)
    place = one_of(places, application.pk)
    coming = terms.matching_of(home.office_id).coming_days
    found = vacancies(user, day, coming_days=coming, dwelling_ids=[home.pk])
    facts = [(_("Dwelling"), home_words(home)), (_("Rent a month"), kr(home.rent_ore))]
    if place is None or not found:
        raise Http404
    answers = match(place.household, found[0].home, terms.matching_of(application.office_id))
    fit = Fit(place, found[0], answers)
    facts.append((_("Rank"), f"{place.place}: {why(place)}"))
    sees_social = user.has_perm("tenants.view_social")
    for one in answers:
        said = answer_words(one, sees_social=sees_social)
        facts.append((str(TESTS[one.test]), f"{answer_tag(one)['text']}: {said}"))
    if not fit.suits:
        return _(
            "The home does not suit in every way. Say below why it is held all the same."
        ), facts
    first = first_for(found[0], places, terms)
    if first is not None and first.application_id != application.pk:
        number = _("an application with a protected address") if first.is_masked else first.number
        said = _(
            "The home also suits %(number)s, number %(place)d on the list. Say below why this "
            "application gets it."
        )
        return said % {"number": number, "place": first.place}, facts
    return "", facts
