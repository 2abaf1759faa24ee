"""Changes of who is party to a lease, and new members of the household."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.party_changes import AnswerForm, MemberForm, PartyChangeForm
from tenants.models import Lease, PartyChange, PartyChangeKind, Person
from tenants.queries.move_outs import changes_of, members_of, tenants_of
from tenants.rules.party_changes import (
    AT_ONCE,
    DEAD,
    DEATH,
    LAW,
    NEW_MEMBER,
    OVER,
    SILENCE,
    WAITING,
)
from tenants.services import party_changes as service
from tenants.services.party_changes import NewPartyChange
from tenants.views.lease_steps import find_lease, lease_page, lease_terms, lease_trail
from tenants.words import party_changes as words
from tenants.words.party_changes import refusal

_FIELDS = {
    "party.nobody_out": "out",
    "party.not_tenant": "out",
    "party.not_dead": "out",
    "party.nobody_left": "into",
    "party.nobody_in": "into",
    "party.is_tenant": "into",
    "party.in_dead": "into",
    "lease.party_twice": "into",
    "party.before_lease": "from_on",
    "party.lease_over": "from_on",
    "party.before_death": "from_on",
    "member.asked_ahead": "asked_on",
    "member.nobody": "given_name",
    "person.born_on_differs": "born_on",
    "person.not_born": "born_on",
    "identity.length": "identity_number",
    "identity.digits": "identity_number",
    "identity.no_such_day": "identity_number",
    "identity.check_digits": "identity_number",
    "identity.not_born": "identity_number",
    "member.no_reason": "reason",
    "member.no_day": "from_on",
    "member.day": "from_on",
}


@require_GET
@page("tenants.change_parties")
def party_change(request: PageRequest, pk: int) -> HttpResponseBase:
    """Who is party to the lease, what has changed, and what can."""
    user, day = request.user, dates.today()
    lease = find_lease(user, pk)
    rows = changes_of(lease.pk)
    request.saw(
        person for row in rows for person in (row.person_in_id, row.person_out_id) if person
    )
    is_over = lease.moved_out_on is not None and lease.moved_out_on < day
    return render(
        request,
        "tenants/parties.html",
        {
            "title": _("Who is on the lease"),
            "breadcrumb": lease_trail(lease),
            "facts": lease_terms(request, lease),
            "today": day,
            "kinds": [] if is_over else [_kind(lease, kind) for kind in (*AT_ONCE, NEW_MEMBER)],
            "changes": [change_line(row, day) for row in rows],
            "back": lease_page(lease.pk, "parties"),
        },
    )


def _kind(lease: Lease, kind: str) -> dict[str, str]:
    address = reverse("tenants:party_change_new", args=[lease.pk, kind])
    if kind == NEW_MEMBER:
        address = reverse("tenants:party_member", args=[lease.pk])
    return {
        "url": address,
        "label": capfirst(words.kind_name(kind)),
        "law": LAW[kind],
        "about": words.about(kind),
    }


def change_line(row: PartyChange, day: datetime.date) -> dict[str, Any]:
    """One change for tenants/_party_change.html."""
    is_asked = row.kind == PartyChangeKind.NEW_MEMBER
    now = ""
    if is_asked and row.answer_by is not None:
        now = service.answer_now(row, row.lease, day)
    said = words.change_words(
        row.kind,
        str(row.person_out) if row.person_out else "",
        str(row.person_in) if row.person_in else "",
        row.from_on,
        "" if now == WAITING else now,
    )
    return {
        "kind": capfirst(words.kind_name(row.kind)),
        "law": LAW[row.kind],
        "what": said,
        "from": format_day(row.from_on) if row.from_on else "",
        "reason": row.reason,
        "who": str(row.by),
        "on": format_day(row.on),
        "answer_by": row.answer_by if now == WAITING else None,
        "answer": reverse("tenants:party_answer", args=[row.pk]) if now == WAITING else "",
    }


@require_http_methods(["GET", "POST"])
@page("tenants.change_parties")
def party_change_new(request: PageRequest, pk: int, kind: str) -> HttpResponseBase:
    """Who leaves, who comes in, and from when."""
    if kind not in AT_ONCE:
        raise Http404
    user, day = request.user, dates.today()
    lease = find_lease(user, pk)
    tenants = tenants_of(lease, day)
    dead = _dead(tenants) if kind == DEATH else None
    usual: dict[str, Any] = {"from_on": day}
    if dead is not None:
        usual = {"out": dead.pk}
        if dead.died_on is not None:
            usual["from_on"] = dead.died_on + datetime.timedelta(days=1)
    elif len(tenants) == 1:
        usual["out"] = tenants[0][0]
    members = members_of(lease, day)
    if len(tenants) == 1 and len(members) == 1:
        usual["into"] = members[0][0]
    # Somebody else may have been first: then it is the service that says so, not a choice that
    # is no longer there.
    offered = sorted({*tenants, *members}) if request.method == "POST" else []
    form = PartyChangeForm(
        request.POST or None,
        kind=kind,
        tenants=offered or tenants,
        members=offered or members,
        initial=fresh(lease, **usual),
    )

    def do() -> str:
        asked = form.cleaned_data
        service.change_parties(
            lease.pk,
            NewPartyChange(
                kind=kind,
                from_on=asked["from_on"],
                out_id=asked["out"],
                in_id=asked.get("into"),
                reason=asked["reason"],
            ),
            by=user,
            on=day,
            version=asked["version"],
        )
        return reverse("tenants:party_change", args=[lease.pk])

    at = {code: name for code, name in _FIELDS.items() if name in form.fields}
    if where := done(request, form, do, refusal=refusal, fields=at):
        messages.success(request, _("The parties are changed, with their days."))
        return redirect(where)
    more: dict[str, Any] = {}
    if kind == DEATH and dead is None and request.method != "POST":
        more["refused"] = refusal(RuleBroken("party.not_dead"))
        if tenants and user.has_perm("tenants.change_person"):
            more["instead"] = {
                "url": reverse("desk:person_death", args=[tenants[0][0]]),
                "label": _("Note the death"),
            }
    elif len(tenants) == 1 and not members:
        more["other"] = {
            "url": reverse("tenants:move_out", args=[lease.pk]),
            "label": _("Moving out instead"),
        }
    return step_page(
        request,
        form,
        title=capfirst(words.kind_name(kind)),
        breadcrumb=_trail(lease),
        facts=[*lease_terms(request, lease), *([(_("The law"), LAW[kind])] if LAW[kind] else [])],
        facts_title=_("The lease"),
        about=words.about(kind),
        button=_("Change the parties"),
        back=reverse("tenants:party_change", args=[lease.pk]),
        **more,
    )


def _dead(tenants: list[tuple[int, str]]) -> Person | None:
    """The tenant who has died, the latest first."""
    rows = Person.objects.filter(pk__in=[pk for pk, _name in tenants], died_on__isnull=False)
    return rows.order_by("-died_on", "pk").first()


@require_http_methods(["GET", "POST"])
@page("tenants.change_parties")
def party_member(request: PageRequest, pk: int) -> HttpResponseBase:
    """The tenant has asked to take somebody into the household."""
    user, day = request.user, dates.today()
    lease = find_lease(user, pk)
    form = MemberForm(request.POST or None, initial=fresh(lease, asked_on=day))

    def do() -> str:
        asked = form.cleaned_data
        service.ask_for_member(
            lease.pk,
            new=form.person(),
            asked_on=asked["asked_on"],
            reason=asked["reason"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return reverse("tenants:party_change", args=[lease.pk])

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The request is registered. There is one month to answer."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=capfirst(words.kind_name(NEW_MEMBER)),
        breadcrumb=_trail(lease),
        facts=lease_terms(request, lease),
        facts_title=_("The lease"),
        about=words.about(NEW_MEMBER),
        button=_("Register the request"),
        back=reverse("tenants:party_change", args=[lease.pk]),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_parties")
def party_answer(request: PageRequest, pk: int) -> HttpResponseBase:
    """Yes and from when, or no and why."""
    user, day = request.user, dates.today()
    rows = PartyChange.objects.filter(
        kind=PartyChangeKind.NEW_MEMBER, lease__in=Lease.objects.unmasked(user)
    )
    row = get_object_or_404(rows.select_related("lease", "person_in"), pk=pk)
    lease = row.lease
    form = AnswerForm(request.POST or None, initial=fresh(row, from_on=day))
    back = reverse("tenants:party_change", args=[lease.pk])

    def do() -> str:
        asked = form.cleaned_data
        service.answer_member(
            pk,
            asked["answer"],
            from_on=asked["from_on"],
            reason=asked["reason"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return back

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The answer is registered."))
        return redirect(where)
    refused = ""
    if row.answer_by is not None and row.asked_on is not None and request.method != "POST":
        now = service.answer_now(row, lease, day)
        if now == SILENCE:
            refused = refusal(RuleBroken("member.silence", answer_by=row.answer_by))
        elif now in (OVER, DEAD):
            refused = refusal(RuleBroken(f"member.gone_{now}"))
        elif now != WAITING:
            refused = refusal(RuleBroken("member.answered"))
    request.saw([row.person_in_id] if row.person_in_id else [])
    return step_page(
        request,
        form,
        title=_("Answer about a new member"),
        breadcrumb=_trail(lease),
        facts=[
            *lease_terms(request, lease),
            (_("Who"), str(row.person_in) if row.person_in else ""),
            (_("Asked"), format_day(row.asked_on)),
            (_("Answer by"), format_day(row.answer_by)),
            *([(_("The tenant says"), row.reason)] if row.reason else []),
        ],
        about=words.about(NEW_MEMBER),
        refused=refused,
        button=_("Register the answer"),
        back=back,
    )


def _trail(lease: Lease) -> list[dict[str, Any]]:
    return [
        *lease_trail(lease),
        {
            "label": _("Who is on the lease"),
            "url": reverse("tenants:party_change", args=[lease.pk]),
        },
    ]
