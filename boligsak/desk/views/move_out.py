"""A moving out on one page: its days, the inspection, the money, and the settlement."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.queries.move_outs import has_rent_of
from boligsak import dates
from boligsak.desk.forms.move_out import SettleForm
from boligsak.desk.services.move_outs import (
    Proposal,
    guarantee_of,
    other_leases,
    propose,
    settle_move_out,
    settlement_lines,
)
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import done, fresh, on_version, step_page
from boligsak.web import PageRequest, page
from tenants.models import Lease, LeaseAct, MoveOut
from tenants.queries.cards import lease_cards
from tenants.queries.move_outs import of_lease
from tenants.services.lease_letters import tenants_on
from tenants.words import move_outs as words

DAYS_TO_PAY = 14
_FIELDS = {
    "move.due": "due_on",
    "move.due_before_rent": "due_on",
    "move.due_far": "due_on",
    "move.no_lease": "to_lease",
    "move.not_own_lease": "to_lease",
}


@require_GET
@page("tenants.view_lease")
def move_out(request: PageRequest, pk: int) -> HttpResponseBase:
    """What is done, what is left to do, and how it was settled."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    card = lease_cards([row.lease_id], user, day)[row.lease_id]
    request.saw(card.person_ids)
    is_on = row.withdrawn_on is None and row.settled_on is None
    plan = propose(row, day) if is_on else None
    return render(
        request,
        "desk/move_out.html",
        {
            "title": _("Moving out"),
            "lead": " · ".join(part for part in (card.name, str(row.lease.dwelling)) if part),
            "breadcrumb": [
                {
                    "label": _("Lease %(number)s") % {"number": row.lease.number},
                    "url": reverse("desk:lease", args=[pk]),
                }
            ],
            "status": _status(row, day),
            "row": row,
            "last_on": row.lease.moved_out_on or row.moves_on,
            "today": day,
            "steps": _steps(row, user) if is_on else {},
            "primary": _primary(row, user, day) if is_on else None,
            "again": reverse("tenants:move_out", args=[pk])
            if row.withdrawn_on and user.has_perm("tenants.change_parties")
            else "",
            "checks": _checks(row),
            "lines": settlement_lines(plan) if plan is not None else _settled_lines(row),
            "net": words.net_words(plan.settlement.net_ore)
            if plan is not None
            else _settled_words(row),
            "document": _document(row, user),
            "timeline": _timeline(row),
        },
    )


@require_http_methods(["GET", "POST"])
@page("tenants.settle_move_out")
def move_out_settle(request: PageRequest, pk: int) -> HttpResponseBase:
    """The settlement, line by line, and what becomes of the sum."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    plan = propose(row, day)
    guarantee = guarantee_of(row.lease, day)
    form = SettleForm(
        request.POST or None,
        has_rent=bool(plan.rent_back),
        net_ore=plan.settlement.net_ore,
        leases=list(other_leases(row.lease, user).values_list("pk", "number")[:20]),
        guarantor=f"{guarantee.guarantor}, {kr(guarantee.amount_ore)}" if guarantee else "",
        initial=fresh(
            row,
            seen=plan.settlement.balance_ore,
            due_on=max(
                day + datetime.timedelta(days=DAYS_TO_PAY), plan.rent_due_on or datetime.date.min
            ),
        ),
    )

    def do() -> str:
        settle_move_out(row.pk, form.how(), by=user, on=day, version=form.cleaned_data["version"])
        return reverse("desk:move_out", args=[pk])

    at = {code: name for code, name in _FIELDS.items() if name in form.fields}
    if where := done(request, form, do, refusal=words.refusal, fields=at):
        if tenants_on(row.lease, day):
            messages.success(request, _("It is settled, and the letter is in the outbox."))
        else:
            messages.warning(
                request,
                _("It is settled. No tenant is left to get the letter: write to the estate."),
            )
        return redirect(where)
    if request.method == "POST" and form.is_bound:
        # What came into the ledger meanwhile stands in the lines below now.
        _see_again(form, plan.settlement.balance_ore)
    card = lease_cards([row.lease_id], user, day)[row.lease_id]
    request.saw(card.person_ids)
    return step_page(
        request,
        form,
        title=_("Settle the moving out"),
        breadcrumb=[
            {
                "label": _("Lease %(number)s") % {"number": row.lease.number},
                "url": reverse("desk:lease", args=[pk]),
            },
            {"label": _("Moving out"), "url": reverse("desk:move_out", args=[pk])},
        ],
        facts=[
            (_("Tenant"), card.name),
            (_("Last day"), format_day(row.lease.moved_out_on)),
            *settlement_lines(plan),
            (_("In all"), words.net_words(plan.settlement.net_ore)),
        ],
        facts_title=_("The settlement"),
        about=_(
            "The lines are posted in the ledger, and the tenants get a letter with the settlement. "
            "What is posted cannot be taken back, only corrected."
        ),
        refused=_refused(row, day) if request.method != "POST" else "",
        warning=_missing(row, plan),
        button=_("Settle"),
        back=reverse("desk:move_out", args=[pk]),
    )


def _missing(row: MoveOut, plan: Proposal) -> str:
    """The last month's rent is neither in the ledger nor ours to charge."""
    last_on = row.lease.moved_out_on
    if last_on is None or any(one.is_whole for one in plan.rent_due):
        return ""
    if has_rent_of(row.lease, last_on):
        return ""
    return _(
        "The ledger holds no rent for the month of the last day, and these lines do not either: "
        "another system may have asked for it. Look there before you settle."
    )


def _see_again(form: SettleForm, balance_ore: int) -> None:
    data: Any = form.data.copy()
    data["seen"] = str(balance_ore)
    version = data.get("version", "")
    form.data = data
    if version.isdigit():
        on_version(form, int(version))


def _refused(row: MoveOut, day: datetime.date) -> str:
    code, facts = "", {}
    if row.withdrawn_on is not None:
        code = "move.withdrawn"
    elif row.settled_on is not None:
        code, facts = "move.settled", {"settled_on": row.settled_on}
    elif row.keys_on is None or row.lease.moved_out_on is None:
        code = "move.no_keys"
    elif row.lease.moved_out_on > day:
        code, facts = "move.lives_there", {"last_on": row.lease.moved_out_on}
    return words.refusal(RuleBroken(code, **facts)) if code else ""


# --- What the page says ---------------------------------------------------------------------------


def _find(user: Any, lease_id: int) -> MoveOut:
    row = of_lease(lease_id)
    seen = Lease.objects.unmasked(user).filter(pk=lease_id).exists()
    if row is None or not seen:
        raise Http404
    return row


def _status(row: MoveOut, day: datetime.date) -> dict[str, str]:
    if row.withdrawn_on is not None:
        return {"text": _("Stays"), "color": "neutral"}
    if row.settled_on is not None:
        return {"text": _("Settled"), "color": "success"}
    if row.keys_on is not None:
        return {"text": _("To be settled"), "color": "warning"}
    return {"text": _("Moves out"), "color": "info"}


def _steps(row: MoveOut, user: Any) -> dict[str, str]:
    steps: dict[str, str] = {}
    if user.has_perm("tenants.settle_move_out"):
        steps["inspect"] = reverse("tenants:move_out_inspect", args=[row.pk])
    if user.has_perm("tenants.change_parties"):
        steps["keys"] = reverse("tenants:move_out_keys", args=[row.pk])
        if row.keys_on is None:
            steps["day"] = reverse("tenants:move_out_day", args=[row.pk])
            steps["stay"] = reverse("tenants:move_out_withdraw", args=[row.pk])
    if user.has_perm("tenants.settle_move_out"):
        steps["settle"] = reverse("desk:move_out_settle", args=[row.lease_id])
    return steps


def _primary(row: MoveOut, user: Any, day: datetime.date) -> dict[str, str] | None:
    """The one thing to do next."""
    steps = _steps(row, user)
    if row.inspected_on is None and "inspect" in steps:
        return {"href": steps["inspect"], "label": _("Register the inspection")}
    if row.keys_on is None:
        if "keys" in steps:
            return {"href": steps["keys"], "label": _("Register the keys")}
        return None
    if "settle" in steps:
        return {"href": steps["settle"], "label": _("Settle")}
    return None


def _checks(row: MoveOut) -> list[dict[str, Any]]:
    inspected, keys, settled = row.inspected_on, row.keys_on, row.settled_on
    return [
        {
            "is_met": inspected is not None,
            "text": _("Inspected %(day)s") % {"day": format_day(inspected)}
            if inspected
            else _("Not inspected yet"),
        },
        {
            "is_met": keys is not None,
            "text": _("Keys back %(day)s") % {"day": format_day(keys)}
            if keys
            else _("The keys are not back yet"),
        },
        {
            "is_met": settled is not None,
            "text": _("Settled %(day)s") % {"day": format_day(settled)}
            if settled
            else _("Not settled yet"),
        },
    ]


def _settled_lines(row: MoveOut) -> list[tuple[str, str]]:
    kept = row.settlement
    if not kept:
        return []
    lines = [
        (_("Owed by the ledger"), kept["balance_ore"]),
        (_("Rent until the last day, not charged before"), kept.get("rent_due_ore", 0)),
        (_("Rent after the last day, taken off"), -kept["rent_back_ore"]),
        (_("Damages"), kept["damages_ore"]),
    ]
    found = [(term, kr(ore)) for term, ore in lines if ore]
    told = (
        ("paid_back_ore", _("Paid back to the tenant")),
        ("moved_ore", _("Moved to lease %(number)s") % {"number": kept.get("to_lease", "")}),
        ("kept_ore", _("Left on the lease")),
        ("called_ore", _("Asked of %(guarantor)s") % {"guarantor": kept.get("guarantor", "")}),
    )
    return found + [(term, kr(kept[name])) for name, term in told if name in kept]


def _settled_words(row: MoveOut) -> str:
    return words.net_words(row.settlement["net_ore"]) if row.settlement else ""


def _document(row: MoveOut, user: Any) -> dict[str, str] | None:
    if row.document is None:
        return None
    may = user.has_perm("letters.view_document")
    return {
        "title": row.document.title,
        "href": reverse("desk:document", args=[row.document_id]) if may else "",
    }


def _timeline(row: MoveOut) -> list[dict[str, str]]:
    acts = LeaseAct.objects.filter(lease=row.lease_id, what__startswith="move_")
    return [
        {
            "when": format_day(act.on),
            "what": words.act_words(act.what, act.facts),
            "who": str(act.by) if act.by else "",
            "text": "",
            "tone": words.TONES.get(act.what, ""),
        }
        for act in acts.select_related("by").order_by("-on", "-pk")
        if words.is_act(act.what)
    ]
