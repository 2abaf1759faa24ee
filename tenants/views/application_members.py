"""Who is to live in the home that is applied for."""

import datetime
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.applications import (
    HouseholdForm,
    MemberForm,
    NewMemberForm,
    PageForm,
    SomebodyForm,
)
from tenants.models import Application, ApplicationMember, MemberRole
from tenants.queries.applications import housemates, members_of, size_of
from tenants.queries.duplicates import OtherApplication, other_applications, same_households
from tenants.rules.applications import Step
from tenants.services.applications.people import (
    add_member,
    age_on,
    change_member,
    choose_applicant,
    remove_member,
    take_in,
)
from tenants.views.application_steps import (
    application_page,
    find_application,
    page_of,
    step_address,
    terms,
    trail,
)
from tenants.views.applications import AT, somebody_page
from tenants.words.applications import household_words, kind_name, refusal, state_name


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_household(request: PageRequest, pk: int) -> HttpResponseBase:
    """Who applies, who is to live there, and what else is known of the same people."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    mates = housemates(row, user, day)

    def make(data: Any, **more: Any) -> HouseholdForm:
        named = [(str(one.pk), _of_age(str(one), one.born_on, day)) for one in mates]
        return HouseholdForm(data, mates=named, **more)

    def save(form: HouseholdForm) -> None:
        if chosen := form.chosen():
            version = form.cleaned_data["version"]
            take_in(pk, chosen, by=user, on=day, version=version)

    def more(form: PageForm) -> dict[str, Any]:
        members = members_of(row)
        people = [one.person_id for one in members]
        request.saw([*people, *(one.pk for one in mates)])
        size = size_of(members, day)
        others = other_applications(people, but=pk, applicant_id=row.applicant_id, user=user)
        return {
            "members": [_member(row, one, day) for one in members],
            "size": household_words(size.adults, size.children, size.part_time),
            "others": [_other(one) for one in others],
            "households": [
                _("%(count)d of them live together in household %(number)s.")
                % {"count": one.shared, "number": one.number}
                for one in same_households(people, day)
                if one.shared > 1
            ],
            "add": reverse("tenants:member_new", args=[pk]),
            "choose": reverse("tenants:application_applicant", args=[pk]),
            "may_keep": False,
        }

    return page_of(
        request,
        row,
        Step.HOUSEHOLD,
        make,
        {},
        save,
        template="tenants/application_household.html",
        more=more,
        button="" if mates or row.state == "draft" else _("Back to the application"),
    )


def _member(row: Application, one: ApplicationMember, day: datetime.date) -> dict[str, Any]:
    words = [str(MemberRole(one.role).label)]
    if one.is_part_time:
        words.append(_("part of the time"))
    if one.person.born_on:
        words.append(_("%(years)d years") % {"years": age_on(one.person.born_on, day)})
    is_applicant = one.person_id == row.applicant_id
    return {
        "name": str(one.person),
        "href": reverse("desk:person", args=[one.person_id]) + f"?back={quote(_household(row))}",
        "words": ", ".join(words),
        "tag": _("applicant") if is_applicant else "",
        "change": "" if is_applicant else reverse("tenants:member_change", args=[one.pk]),
        "remove": "" if is_applicant else reverse("tenants:member_remove", args=[one.pk]),
    }


def _household(row: Application) -> str:
    return step_address(row.pk, Step.HOUSEHOLD)


def _of_age(name: str, born_on: datetime.date | None, day: datetime.date) -> str:
    if born_on is None:
        return name
    years = _("%(years)d years") % {"years": age_on(born_on, day)}
    return f"{name}, {years}"


def _other(one: OtherApplication) -> dict[str, Any]:
    if one.is_masked:
        words = _("Somebody here is in another open application:")
    elif one.is_same_applicant:
        words = _("The applicant has another application (%(kind)s, %(state)s):")
    else:
        words = _("Somebody here is in another open application (%(kind)s, %(state)s):")
    told = {"kind": kind_name(one.kind), "state": state_name(one.state)}
    return {
        "words": words if one.is_masked else words % told,
        "number": one.number,
        "href": application_page(one.application_id),
        "is_same_applicant": one.is_same_applicant,
    }


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_applicant(request: PageRequest, pk: int) -> HttpResponseBase:
    """Somebody else applies."""
    user, row = request.user, find_application(request.user, pk)
    form = SomebodyForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        version = form.cleaned_data["version"]
        choose_applicant(pk, form.somebody(), by=user, on=dates.today(), version=version)
        return _household(row)

    if where := done(request, form, do, refusal=refusal, fields=AT):
        messages.success(
            request, _("The applicant is changed. The one before is still in the household.")
        )
        return redirect(where)
    return somebody_page(
        request,
        form,
        title=_("Another applicant"),
        breadcrumb=trail(row),
        facts=terms(request, row),
        who_title=_("Who applies"),
        button=_("Save"),
        back=_household(row),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def member_new(request: PageRequest, pk: int) -> HttpResponseBase:
    """Somebody else who is to live there."""
    user, row = request.user, find_application(request.user, pk)
    form = NewMemberForm(request.POST or None, initial=fresh(row, role=MemberRole.ADULT))

    def do() -> str:
        asked = form.cleaned_data
        add_member(
            pk,
            form.somebody(),
            role=asked["role"],
            is_part_time=asked["is_part_time"],
            by=user,
            on=dates.today(),
            version=asked["version"],
        )
        return _household(row)

    if where := done(request, form, do, refusal=refusal, fields=AT):
        return redirect(where)
    return somebody_page(
        request,
        form,
        title=_("Add somebody to the household"),
        breadcrumb=trail(row),
        facts=terms(request, row),
        about=form.as_member(),
        about_title=_("How they live there"),
        who_title=_("Who it is"),
        button=_("Add"),
        back=_household(row),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def member_change(request: PageRequest, pk: int) -> HttpResponseBase:
    """Child or adult, and whether all of the time."""
    user, member, row = _find_member(request, pk)
    first = fresh(row, role=member.role, is_part_time=member.is_part_time)
    form = MemberForm(request.POST or None, initial=first)

    def do() -> str:
        asked = form.cleaned_data
        change_member(
            pk,
            role=asked["role"],
            is_part_time=asked["is_part_time"],
            by=user,
            on=dates.today(),
            version=asked["version"],
        )
        return _household(row)

    if where := done(request, form, do, refusal=refusal, fields=AT):
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Somebody in the household"),
        breadcrumb=trail(row),
        facts=[*terms(request, row), (_("Who"), str(member.person))],
        button=_("Save"),
        back=_household(row),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def member_remove(request: PageRequest, pk: int) -> HttpResponseBase:
    """Somebody is not to live there after all."""
    user, member, row = _find_member(request, pk)
    form = PageForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        remove_member(pk, by=user, on=dates.today(), version=form.cleaned_data["version"])
        return _household(row)

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("Taken out of the household."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Take somebody out of the household"),
        breadcrumb=trail(row),
        facts=[*terms(request, row), (_("Who"), str(member.person))],
        about=_("The person stays registered, and can be added again."),
        button=_("Take out"),
        back=_household(row),
    )


def _find_member(request: PageRequest, pk: int) -> tuple[Any, ApplicationMember, Application]:
    member = get_object_or_404(ApplicationMember.objects.select_related("person"), pk=pk)
    row = find_application(request.user, member.application_id)
    request.saw([member.person_id])
    return request.user, member, row
