"""Repayment plans, household economy and other payers in words."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from arrears.models import PayerKind, PlanState, Rhythm
from arrears.words.notices import of_the_letter
from boligsak.rule import RuleBroken
from boligsak.show import day, kr

Facts = Mapping[str, Any]

STATE_COLORS: dict[str, str] = {
    PlanState.DRAFT: "neutral",
    PlanState.RUNNING: "info",
    PlanState.BROKEN: "danger",
    PlanState.KEPT: "success",
    PlanState.ENDED: "neutral",
}

_SENTENCES: dict[str, Promise] = {
    # The plan
    "plan.no_debt": gettext_lazy(
        "Nothing is chosen. Choose at least one charge for the plan to cover."
    ),
    "plan.no_instalment": gettext_lazy("Write how much is to be paid each time."),
    "plan.first_too_large": gettext_lazy(
        "The first sum is more than the whole debt, %(total)s. Write that or less."
    ),
    "plan.too_long": gettext_lazy(
        "With this instalment the plan would last longer than %(months)s. It must be at least "
        "%(needed)s each time, or the first sum larger."
    ),
    "plan.charge_gone": gettext_lazy(
        "A charge you chose has been paid, or is not due. Look at what is left and send again."
    ),
    "plan.debt_settlement": gettext_lazy(
        "A debt settlement covers what fell due until %(covers_to)s. Take those charges out of the "
        "plan."
    ),
    "plan.first_day_past": gettext_lazy(
        "The first instalment falls due before the plan is made. Choose %(on)s or later."
    ),
    "plan.first_day_far": gettext_lazy(
        "Dunning rests from the signing, so the first instalment cannot be that far away. Choose "
        "%(last)s or earlier."
    ),
    "plan.nobody_to_sign": gettext_lazy(
        "The tenant is registered as dead, so nobody can sign a plan. Contact the estate."
    ),
    "plan.above": gettext_lazy(
        "The household can afford %(affordable)s a month. Lower the instalment, or say why this "
        "one is agreed all the same."
    ),
    "plan.tolerance": gettext_lazy("An instalment can be between 0 and %(highest)s days late."),
    "plan.not_draft": gettext_lazy("The plan is not a draft any more: it is %(state)s."),
    "plan.signed_later": gettext_lazy("That day is yet to come."),
    "plan.signed_before": gettext_lazy(
        "The plan was drawn up %(made)s and cannot have been signed before that."
    ),
    "plan.changed": gettext_lazy(
        "Somebody changed the plan while you had this page open. Look at it as it is now and "
        "send again."
    ),
    "plan.debt_changed": gettext_lazy(
        "The plan says %(total)s, but on that day %(now)s of it was owed. Make the plan anew with "
        "what is owed now, and have that one signed."
    ),
    "plan.no_reason": gettext_lazy("Say why the plan ends."),
    "plan.ended": gettext_lazy("The plan is over already: it is %(state)s."),
    # The economy
    "economy.nobody_lives_there": gettext_lazy("At least one adult must live on it."),
    "economy.negative_amount": gettext_lazy("Write amounts without a minus."),
    # Other payers
    "payer.amount": gettext_lazy("Write how much is paid every month."),
    "payer.day": gettext_lazy("Write a day of the month, from 1 to 31."),
    "payer.ends_before_start": gettext_lazy("The last day must be after the first."),
    "payer.above_rent": gettext_lazy(
        "That is more than the rent, which is %(rent)s a month. Write the part they pay."
    ),
    "payer.above_rent_together": gettext_lazy(
        "Others pay %(beside)s already, so together it is more than the rent, which is %(rent)s a "
        "month. Write the part they pay, or end an agreement that is over first."
    ),
    "payer.changed": gettext_lazy(
        "Somebody changed this while you had the page open. Look at it as it is now."
    ),
    "policy.missing": gettext_lazy(
        "No terms for repayment plans hold on that day. An administrator enters them under "
        "policies."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how it is mended."""
    if broken.code not in _SENTENCES:
        return of_the_letter(broken)
    return str(_SENTENCES[broken.code]) % {
        name: value for fact in broken.facts.items() for name, value in _shown(*fact)
    }


def _shown(name: str, fact: Any) -> list[tuple[str, Any]]:
    if name == "state":
        return [("state", state_name(fact))]
    if name == "longest_months":
        return [("months", months(fact))]
    if name.endswith("_ore"):
        return [(name.removesuffix("_ore"), kr(fact))]
    if isinstance(fact, datetime.date):
        return [(name.removesuffix("_on"), day(fact)), ("on", day(fact))]
    return [(name, fact)]


def months(count: int) -> str:
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}


def state_name(state: str) -> str:
    return str(PlanState(state).label)


def state_tag(state: str) -> dict[str, str]:
    """The state as a status tag: {text, color}."""
    return {"text": capfirst(state_name(state)), "color": STATE_COLORS[PlanState(state)]}


def how_often(rhythm: str) -> str:
    return str(Rhythm(rhythm).label)


def payer_name(kind: str, name: str = "") -> str:
    """The payer as people call it: its own name, or what it is."""
    return name or capfirst(str(PayerKind(kind).label))


def living_words(living_ore: int, rate_ore: int | None) -> str:
    """What the household lives on, and whether a rate of the municipality's says so."""
    if rate_ore is None:
        return _("%(amount)s as told; the municipality has entered no rate") % {
            "amount": kr(living_ore)
        }
    if rate_ore >= living_ore:
        return _("%(amount)s by the municipality's rate") % {"amount": kr(living_ore)}
    return _("%(amount)s as told, more than the municipality's rate") % {"amount": kr(living_ore)}


# --- What was done, for the timeline ------------------------------------------------------------


def _broken(facts: Facts) -> str:
    told = {"amount": kr(facts.get("short_ore")), "day": _day(facts.get("due_on"))}
    return _("The repayment plan was broken: %(amount)s was missing of what was due %(day)s") % told


def _signed(facts: Facts) -> str:
    told = {"amount": kr(facts.get("total_ore")), "day": _day(facts.get("signed_on"))}
    if facts.get("replaced"):
        return _("A new repayment plan for %(amount)s was signed %(day)s, instead of the old") % (
            told
        )
    return _("A repayment plan for %(amount)s was signed %(day)s") % told


def _kept(facts: Facts) -> str:
    return _("The repayment plan was kept: everything was paid %(day)s") % {
        "day": _day(facts.get("on"))
    }


def _paid_late(facts: Facts) -> str:
    return _("The debt of the broken plan was paid in full %(day)s") % {
        "day": _day(facts.get("on"))
    }


def _payer_added(facts: Facts) -> str:
    return _("%(payer)s is to pay %(amount)s every month on day %(number)s") % {
        "payer": payer_name(facts["payer"]),
        "amount": kr(facts["amount_ore"]),
        "number": facts["day"],
    }


def _payer_ended(facts: Facts) -> str:
    return _("%(payer)s pays until %(day)s") % {
        "payer": payer_name(facts["payer"]),
        "day": _day(facts["last_on"]),
    }


_ACTS: dict[str, tuple[Callable[[Facts], str], str]] = {
    "plan_signed": (_signed, "success"),
    "plan_broken": (_broken, "danger"),
    "plan_kept": (_kept, "success"),
    "plan_restored": (
        lambda _facts: _("The repayment plan goes on: the payment had come in time"),
        "success",
    ),
    "plan_not_kept": (
        lambda _facts: _("The repayment plan goes on: a payment that was counted was taken away"),
        "warning",
    ),
    "plan_paid_late": (_paid_late, "success"),
    "plan_ended": (lambda _facts: _("The repayment plan was ended"), "warning"),
    "payer_added": (_payer_added, ""),
    "payer_ended": (_payer_ended, ""),
}

ACTS = tuple(_ACTS)
"""What this noun notes on a case."""


def act(what: str, facts: Facts) -> tuple[str, str]:
    """(one line without full stop, tone) for the timeline."""
    say, tone = _ACTS[what]
    return say(facts), tone


def _day(value: Any) -> str:
    return day(datetime.date.fromisoformat(value)) if value else "–"
