"""Complaints in words: refusals, and what was done."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boligsak.rule import RuleBroken
from boligsak.show import day, kr
from tenants.models import ComplainantKind, ComplaintAbout, ComplaintKind, ComplaintState

_SENTENCES: dict[str, Promise] = {
    "complaint.not_visible": gettext_lazy(
        "You have no access to this complaint any more. Ask the coordinator if you should have it."
    ),
    "complaint.changed": gettext_lazy(
        "Somebody changed this complaint while you had the page open. Look at what is new and send "
        "again; what you have written is still here."
    ),
    "complaint.closed": gettext_lazy(
        "The complaint was closed %(closed_on)s. Register what has come later as a new one."
    ),
    "complaint.withdrawn": gettext_lazy("The complaint was withdrawn %(closed_on)s."),
    "complaint.no_text": gettext_lazy("Write what is complained of."),
    "complaint.kind": gettext_lazy("Choose what kind of complaint it is."),
    "complaint.source": gettext_lazy("Choose who complains."),
    "complaint.no_lease": gettext_lazy(
        "Nobody lived there on that day, so the complaint is about no tenancy. Check the day."
    ),
    "complaint.received_ahead": gettext_lazy("That day is yet to come."),
    "complaint.received_long_ago": gettext_lazy(
        "That is more than a year ago. Check the year; the earliest is %(earliest)s."
    ),
    "complaint.happened_long_ago": gettext_lazy(
        "That is more than ten years before the complaint. Check the year; the earliest is "
        "%(earliest)s."
    ),
    "complaint.happened_after": gettext_lazy(
        "The complaint was received %(received_on)s. It cannot be about a later day."
    ),
    "complaint.before_lease": gettext_lazy(
        "The tenancy began %(starts_on)s. A complaint from before that is about somebody else."
    ),
    "complaint.not_a_tenant": gettext_lazy("Choose one of the tenants."),
    "complaint.contact_before": gettext_lazy(
        "The complaint was received %(received_on)s. A talk before that was about something else."
    ),
    "complaint.contact_ahead": gettext_lazy("That day is yet to come."),
    "complaint.nothing_said": gettext_lazy(
        "Write what the household says about it, or that they did not want to say anything."
    ),
    "complaint.no_assessment": gettext_lazy("Write what the assessment rests on."),
    "complaint.not_assessed": gettext_lazy(
        "The complaint has not been assessed yet. Say first whether it was found to be so."
    ),
    "complaint.not_heard": gettext_lazy(
        "Nobody has talked with the household yet. Note what they say about it first."
    ),
    "complaint.no_outcome": gettext_lazy("Say how it ended."),
    "complaint.no_reason": gettext_lazy("Say why."),
    "reduction.amount": gettext_lazy(
        "The reduction a month must be more than nothing and no more than the rent, which was "
        "%(rent_ore)s."
    ),
    "reduction.days": gettext_lazy("The last day must be after the first."),
    "reduction.end_before": gettext_lazy(
        "The rent is reduced from %(from_on)s. The last day cannot be before that."
    ),
    "reduction.end_posted": gettext_lazy(
        "The rent is credited to %(posted_to)s already. Choose that day or a later one. Correct "
        "the days after the defect was mended in the ledger."
    ),
    "reduction.open_ended": gettext_lazy(
        "The rent is reduced by %(month_ore)s a month from %(from_on)s, without a last day. Say "
        "when it ends, or that it goes on."
    ),
    "reduction.ended": gettext_lazy(
        "There is no reduction without a last day on this complaint any more."
    ),
    "reduction.before_lease": gettext_lazy("The tenancy began %(starts_on)s."),
    "reduction.far": gettext_lazy(
        "A reduction can begin on %(last_on)s at the latest. Check the year."
    ),
    "reduction.too_long": gettext_lazy(
        "A reduction cannot run for more than %(months)s months. Check the days."
    ),
    "reduction.no_amount": gettext_lazy("Write the reduction a month and its first day."),
    "reduction.not_upheld": gettext_lazy(
        "The rent is reduced only when the complaint is found to be so (§ 2-11)."
    ),
    "reduction.not_dwelling": gettext_lazy(
        "Only a complaint about the dwelling from its tenant can reduce the rent."
    ),
    "reduction.posted": gettext_lazy(
        "The reduction is in the ledger already. Correct it there, and register a new complaint if "
        "the defect lasts."
    ),
    "policy.missing": gettext_lazy(
        "No terms for complaints are in force on that day. An administrator can enter them under "
        "Policies."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong, and how it is mended."""
    return str(_SENTENCES[broken.code]) % {k: _shown(k, v) for k, v in broken.facts.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, datetime.date):
        return day(value)
    return kr(value) if name.endswith("_ore") else value


def kind_name(kind: str) -> str:
    return capfirst(str(ComplaintKind(kind).label))


def source_name(source: str) -> str:
    return str(ComplainantKind(source).label)


def about_name(about: str) -> str:
    return str(ComplaintAbout(about).label)


def state_name(state: str) -> str:
    return str(ComplaintState(state).label)


def upheld_name(is_upheld: bool | None) -> str:
    """How it was found; empty while nobody has assessed it."""
    if is_upheld is None:
        return ""
    return _("found to be so") if is_upheld else _("not found to be so")


# --- What was done ------------------------------------------------------------------------------

_ACTS: dict[str, Promise] = {
    "registered": gettext_lazy("Complaint registered"),
    "contacted": gettext_lazy("Talked with the household"),
    "upheld": gettext_lazy("Found to be so"),
    "not_upheld": gettext_lazy("Not found to be so"),
    "closed": gettext_lazy("Complaint closed"),
    "withdrawn": gettext_lazy("Complaint withdrawn"),
    "reduction_ended": gettext_lazy("The reduction of the rent ends %(reduced_to)s"),
    "head_action": gettext_lazy("The cooperative's or head landlord's own action registered"),
    "case": gettext_lazy("Taken up in a case"),
}

TONES = {"registered": "warning", "withdrawn": "", "head_action": "danger", "closed": "success"}


def act_words(what: str, facts: Mapping[str, Any]) -> str:
    """One entry of the history."""
    if what == "reduced":
        months = int(facts["months"])
        return ngettext(
            "Rent reduced by %(sum)s in %(months)d month",
            "Rent reduced by %(sum)s in %(months)d months",
            months,
        ) % {"sum": kr(int(facts["ore"])), "months": months}
    if what == "case" and facts.get("number"):
        return _("Taken up in case %(number)s") % {"number": facts["number"]}
    if what == "closed" and facts.get("goes_on"):
        return _("Complaint closed; the reduction of the rent goes on")
    shown = {}
    if facts.get("reduced_to"):
        shown["reduced_to"] = day(datetime.date.fromisoformat(facts["reduced_to"]))
        if what == "closed":
            return _("Complaint closed; the reduction of the rent ends %(reduced_to)s") % shown
    return str(_ACTS[what]) % shown
