"""A step on one case: what it is about, one form, one button, and back to the case."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from arrears.models import Case, CaseStatus
from arrears.queries.case_access import sight
from arrears.queries.case_changes import changes_since
from arrears.services.next_steps import refresh
from arrears.words import cases as words
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.rule import RuleBroken
from boligsak.show import moment
from boligsak.step import on_version, step_page
from tenants.queries.cards import lease_cards


def find_case(user: Any, pk: int) -> Case:
    """A case whose row and whose name this user sees; 404 for every other."""
    rows = Case.objects.visible_to(user).select_related("lease", "office", "owner")
    case = get_object_or_404(rows, pk=pk)
    if sight(case, user).is_masked:
        raise Http404
    return case


def case_page(case_id: int, part: str = "") -> str:
    """The address of the case's page, at one of its sections."""
    return reverse("desk:case", args=[case_id]) + (f"#{part}" if part else "")


def trail(case: Case) -> list[dict[str, Any]]:
    """The breadcrumb of a step: the case it is taken on."""
    label = _("Case %(number)s") % {"number": case.number}
    return [{"label": label, "url": case_page(case.pk)}]


def case_terms(request: HttpRequest, case: Case) -> list[tuple[str, str]]:
    """Which case, whose and where; writes down who was shown."""
    user = request.user
    cards = lease_cards([case.lease_id], user, dates.today(), also=[case.lease_id])
    card = cards.get(case.lease_id)
    terms = [(_("Case"), case.number)]
    if card is not None and not card.is_masked:
        request.saw(card.person_ids)  # type: ignore[attr-defined]
        where = f"{card.address}, {card.unit}" if card.unit else card.address
        terms += [(_("Tenant"), card.name), (_("Address"), where)]
    return [(term, value) for term, value in terms if value]


def refused_when_closed(request: HttpRequest, case: Case) -> str:
    """Why a form is not shown at all; one that was sent says itself what is wrong."""
    if request.method == "POST" or case.status == CaseStatus.OPEN:
        return ""
    return words.refusal(RuleBroken("case.closed", number=case.number))


def done(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], str],
    *,
    case_id: int,
    fields: Mapping[str, str] | None = None,
    refusal: Callable[[RuleBroken], str] = words.refusal,
) -> str:
    """Does what a sent form asks for, once, and returns where to go on.

    Empty when nothing was sent, or when it was refused: then the form says why, at the field that
    `fields` names for the refusal's code. `refusal`: the words of another noun, asked for the
    codes that are not the case's own. When somebody else was first, the form says who changed
    what, keeps everything typed, and can be sent again on the case as it is now. What is to be
    done next on the case follows in the same transaction.
    """
    if request.method != "POST" or not form.is_valid():
        return ""
    submission_id = form.cleaned_data["submission_id"]

    def do_and_look_ahead() -> str:
        where = do()
        if case_id:
            refresh(case_id, dates.today())
        return where

    try:
        return once(submission_id, by=request.user, path=request.path, do=do_and_look_ahead)
    except RuleBroken as broken:
        said = words.refusal(broken) if words.knows(broken.code) else refusal(broken)
        form.add_error((fields or {}).get(broken.code), said)
        if broken.code == "case.changed":
            for line in _by_whom(case_id, form.cleaned_data.get("version")):
                form.add_error(None, line)
        if "version" in broken.facts:
            on_version(form, broken.facts["version"])
        return ""


def _by_whom(case_id: int, version: int | None) -> list[str]:
    """Who changed the case since that version, when, and what they did."""
    if version is None:
        return []
    lines = []
    for change in changes_since(case_id, version):
        who = change.who or _("The night's check")
        what = words.act_title(change.what, change.facts) if words.is_act(change.what) else ""
        told = {"who": who, "when": moment(change.at), "what": what}
        lines.append(
            _("%(who)s, %(when)s: %(what)s.") % told
            if what
            else _("%(who)s, %(when)s: changed something on the case.") % told
        )
    return lines


def step(
    request: HttpRequest,
    case: Case,
    form: forms.Form,
    *,
    title: str,
    about: str,
    button: str,
    warning: str = "",
    refused: str = "",
    instead: Mapping[str, str] | None = None,
    facts: list[tuple[str, str]] | None = None,
    part: str = "",
) -> HttpResponseBase:
    """The page of a step on this case: `boligsak.step.step_page` says the rest."""
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=trail(case),
        facts=[*case_terms(request, case), *(facts or [])],
        facts_title=_("The case"),
        about=about,
        warning=warning,
        button=button,
        refused=refused,
        instead=instead,
        back=case_page(case.pk, part),
    )
