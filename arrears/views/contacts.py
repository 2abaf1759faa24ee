"""Noting contact with the tenant: the twenty seconds after a call, any other contact, and taking
back or mending what was noted wrongly."""

import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.contacts import ContactForm, CorrectionForm, PhoneForm, ToldForm, WhyForm
from arrears.models import Case, Channel, ContactAttempt, ContactState, PromiseState
from arrears.queries.contacts import contact_facts, last_promise
from arrears.queries.visits import owing
from arrears.services.contacts import correct_contact, note_contact, withdraw_contact
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    step,
    trail,
)
from arrears.words.contacts import (
    channel_name,
    not_counted,
    promise_words,
    reach_lines,
    refusal,
    result_words,
)
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import ago, kr
from boligsak.show import day as format_day
from boligsak.web import page
from tenants.queries.reach import Reach, reach

PART = "contacts"

FIELDS = {
    "contact.not_yet": "on",
    "contact.before_lease": "on",
    "contact.not_a_tenant": "person",
    "contact.dead": "person",
    "contact.no_guardian": "channel",
    "contact.result_of_writing": "result",
    "contact.minutes": "minutes",
    "contact.no_reason": "reason",
    "promise.no_day": "promised_on",
    "promise.amount": "promised_ore",
    "promise.day_over": "promised_on",
    "promise.too_far": "promised_on",
    "promise.not_said": "result",
    "promise.not_running": "replaces",
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def phone_note(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What came of a call, with the balance and the last promise in view."""
    case = find_case(request.user, pk)
    day = dates.today()
    tenants = reach([case.lease_id], day)[case.lease_id]
    form = PhoneForm(request.POST or None, **told(case, tenants))

    def do() -> str:
        contact = form.told(Channel.PHONE, day)
        note_contact(pk, contact, by=request.user, on=day)
        return case_page(pk, PART)

    if where := done(request, form, do, case_id=pk, fields=at(form), refusal=refusal):
        messages.success(request, _("The call is noted."))
        return redirect(where)
    return contact_page(request, case, form, tenants, _("Phone call"), _("Save the note"))


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def contact_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Any contact that has taken place, reached or not."""
    case = find_case(request.user, pk)
    day = dates.today()
    tenants = reach([case.lease_id], day)[case.lease_id]
    channel = request.GET.get("channel", "")
    first = {"on": day, "channel": channel if channel in Channel.values else Channel.LETTER}
    form = ContactForm(request.POST or None, **told(case, tenants, first))

    def do() -> str:
        note_contact(pk, form.as_told(), by=request.user, on=day)
        return case_page(pk, PART)

    if where := done(request, form, do, case_id=pk, fields=at(form), refusal=refusal):
        messages.success(request, _("The contact is noted."))
        return redirect(where)
    return contact_page(request, case, form, tenants, _("Note a contact"), _("Save the contact"))


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def contact_correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The contact as it should have been noted. The mistaken note is withdrawn, and stays."""
    row = find_contact(request.user, pk)
    case, day = row.case, dates.today()
    tenants = reach([case.lease_id], row.on)[case.lease_id]
    noted = {
        "on": row.on,
        "channel": row.channel,
        "person": row.person_id or "",
        "result": row.result,
        "promised_ore": row.promised_ore,
        "promised_on": row.promised_on,
        "agreed": row.agreed,
        "interpreter": row.interpreter,
        "is_social": row.is_social,
        "minutes": row.minutes,
        "version": row.version,
    }
    form = CorrectionForm(request.POST or None, **told(case, tenants, noted, mends=row))

    def do() -> str:
        asked = form.cleaned_data
        correct_contact(
            pk,
            form.as_told(),
            reason=asked["reason"],
            version=asked["version"] or 0,
            by=request.user,
            on=day,
        )
        return case_page(case.pk, PART)

    if where := done(request, form, do, case_id=case.pk, fields=at(form), refusal=refusal):
        messages.success(request, _("The contact is corrected."))
        return redirect(where)
    title, button = _("Correct a contact"), _("Save the correction")
    refused = not_done(request, row)
    return contact_page(request, case, form, tenants, title, button, refused=refused)


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def contact_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Takes back what did not happen, or not here. It stays to be seen, with the reason."""
    row = find_contact(request.user, pk)
    case, day = row.case, dates.today()
    form = WhyForm(request.POST or None, initial={"submission_id": uuid4(), "version": row.version})

    def do() -> str:
        asked = form.cleaned_data
        withdraw_contact(
            pk, asked["reason"], version=asked["version"] or 0, by=request.user, on=day
        )
        return case_page(case.pk, PART)

    if where := done(request, form, do, case_id=case.pk, fields=at(form), refusal=refusal):
        messages.success(request, _("The contact is withdrawn."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Withdraw a contact"),
        about=_(
            "Withdraw what did not happen, or belongs to another case. It stays to be seen with "
            "your reason, but counts no more: neither as an attempt nor towards a referral."
        ),
        button=_("Withdraw"),
        refused=not_done(request, row),
        facts=contact_terms(row),
        part=PART,
    )


# --- What the pages of contacts share -------------------------------------------------------------


def find_contact(user: Any, pk: int) -> ContactAttempt:
    """A contact on a case whose name this user sees; 404 for every other."""
    row = get_object_or_404(ContactAttempt.objects.select_related("person"), pk=pk)
    row.case = find_case(user, row.case_id)
    return row


def people(tenants: list[Reach]) -> list[tuple[str, Any]]:
    """Whom one can have talked with: each tenant who lives, or all together; else the estate."""
    living = [(str(one.person_id), one.name) for one in tenants if one.died_on is None]
    if len(living) == 1:
        return living
    return [("", _("All together") if living else _("The estate")), *living]


def told(
    case: Case,
    tenants: list[Reach],
    first: dict[str, Any] | None = None,
    *,
    mends: ContactAttempt | None = None,
) -> dict[str, Any]:
    """What a form of `ToldForm` is made with: whom to choose from, a promise that runs, and what
    stands in its fields first."""
    choices = people(tenants)
    if mends is not None and mends.person_id is not None:
        named = (str(mends.person_id), str(mends.person))
        choices = choices if named in choices else [*choices, named]
    promise = last_promise(case.pk)
    runs = promise is not None and promise.promise_state == PromiseState.OPEN
    needed = next((one.needs_interpreter for one in tenants if one.needs_interpreter), "")
    initial = {"submission_id": uuid4(), "interpreter": needed, "replaces": True}
    return {
        "people": choices,
        "running": (promise.pk, promise_words(promise)) if promise and runs and not mends else None,
        "initial": initial | (first or {}),
    }


def at(form: Any) -> dict[str, str]:
    """Where a refusal is told, among the fields that this form has and shows."""
    shown = {field.name for field in form.visible_fields()}
    return {code: field for code, field in FIELDS.items() if field in shown}


def not_done(request: HttpRequest, row: ContactAttempt) -> str:
    if request.method != "POST" and row.state != ContactState.DONE:
        return refusal(RuleBroken("contact.not_done"))
    return refused_when_closed(request, row.case)


def contact_terms(row: ContactAttempt) -> list[tuple[str, str]]:
    """One contact as terms: how, when, with whom, and what came of it."""
    terms = [
        (_("How"), channel_name(row.channel)),
        (_("Day"), format_day(row.on)),
        (_("With whom"), str(row.person) if row.person else ""),
        (_("Result"), result_words(row)),
        (_("Counts"), not_counted(row.counts_not_because)),
        (_("What was said or agreed"), row.agreed),
    ]
    return [(term, value) for term, value in terms if value]


def beside(
    request: HttpRequest, case: Case, tenants: list[Reach], day: datetime.date
) -> dict[str, Any]:
    """What stands in view while somebody is on the phone: who, the money, the last contact."""
    owed = owing([case.lease_id], day)[case.lease_id]
    facts = contact_facts([case.pk], day)[case.pk]
    promise = last_promise(case.pk)
    due = kr(owed.due_ore)
    if owed.oldest_on is not None:
        due += " " + _("(since %(day)s)") % {"day": format_day(owed.oldest_on)}
    money = [(_("Balance"), kr(owed.balance_ore)), (_("Fallen due"), due)]
    if owed.last_payment_on is not None:
        paid_on = owed.last_payment_on
        money.append((_("Last payment"), f"{format_day(paid_on)} ({ago(paid_on, day)})"))
    last = ""
    if facts.last_on is not None:
        how = channel_name(facts.last_channel)
        last = f"{how}, {format_day(facts.last_on)} ({ago(facts.last_on, day)})"
    money.append((_("Last promise"), capfirst(promise_words(promise)) if promise else _("none")))
    money.append((_("Last contact"), last or _("none")))
    return {
        "case_facts": case_terms(request, case),
        "money": money,
        "reach": [reach_lines(one, day) for one in tenants],
    }


def contact_page(
    request: HttpRequest,
    case: Case,
    form: ToldForm,
    tenants: list[Reach],
    title: str,
    button: str,
    *,
    refused: str = "",
    **more: Any,
) -> HttpResponseBase:
    """A form about a contact, with what one needs in view beside it."""
    context = {
        "title": title,
        "breadcrumb": trail(case),
        "form": form,
        "button": button,
        "refused": refused or refused_when_closed(request, case),
        "back": case_page(case.pk, PART),
        "view_url": reverse("arrears:tenant_view", args=[case.pk]),
        **beside(request, case, tenants, dates.today()),
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/contact.html", context, status=status)
