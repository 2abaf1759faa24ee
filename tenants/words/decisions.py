"""Decisions in words: refusals, kinds, outcomes, states, and what was done."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.rates import words as rate_words
from boligsak.rule import RuleBroken
from boligsak.show import day
from tenants.models import DecisionKind, DecisionState, Outcome
from tenants.words import applications

_SENTENCES: dict[str, Promise] = {
    # Begun and written
    "decision.not_received": gettext_lazy(
        "Application %(number)s is not registered as received. Register it first."
    ),
    "decision.not_yours": gettext_lazy(
        "Housing help rests on social and health grounds, so the welfare office decides on it."
    ),
    "decision.draft_exists": gettext_lazy(
        "A draft of this kind has been begun already: %(number)s. Go on with that one."
    ),
    "decision.stands": gettext_lazy(
        "Decision %(number)s has been made and holds. It is changed by an appeal; otherwise the "
        "applicant sends a new application."
    ),
    "decision.changed": gettext_lazy(
        "Somebody changed decision %(number)s while you had it open. Look at what is new and send "
        "again; what you have written is still here."
    ),
    "decision.not_draft": gettext_lazy(
        "The decision is no draft any more (%(state)s), so its text cannot be changed."
    ),
    # What has to be in it
    "decision.no_outcome": gettext_lazy("Choose an outcome."),
    "decision.no_reasons": gettext_lazy(
        "Write the reasons: the facts, and what was weighed (fvl. §§ 24 and 25)."
    ),
    "decision.no_content": gettext_lazy("Write what is decided: the main content of the help."),
    "decision.no_participation": gettext_lazy("Write how the applicant has taken part."),
    "decision.no_criteria": gettext_lazy(
        "No criteria are in force for this kind of decision. An administrator enters them under "
        "Criteria."
    ),
    "decision.criteria_changed": gettext_lazy(
        "The criteria have changed since the draft was saved. Open the draft, answer the new ones "
        "and save."
    ),
    "decision.unanswered": gettext_lazy("Answer every criterion: met or not met."),
    "decision.unexplained": gettext_lazy("Say why each criterion that is not met is not met."),
    "decision.granted_unmet": gettext_lazy(
        "A required criterion is not met, so the application cannot be granted. Change the answer "
        "or the outcome."
    ),
    "decision.refused_met": gettext_lazy(
        "Every required criterion is met. Say on which other ground the application is refused, or "
        "change an answer."
    ),
    "decision.no_support": gettext_lazy(
        "It has not been concluded whether help is needed to manage the tenancy. That is assessed "
        "together with the application."
    ),
    "decision.no_economy": gettext_lazy(
        "The economy has not been assessed. That is assessed together with the application."
    ),
    "decision.conditions_of_refusal": gettext_lazy(
        "Only a granted application can have conditions. Take them away, or change the outcome."
    ),
    "decision.condition_empty": gettext_lazy("Say what condition %(number)s is."),
    "decision.condition_past": gettext_lazy(
        "Condition %(number)s is due %(due_on)s, which has passed. Choose a later day."
    ),
    "decision.condition_far": gettext_lazy(
        "Condition %(number)s is due too far ahead. The last day can be %(last_on)s; check the "
        "year."
    ),
    "decision.condition_after": gettext_lazy(
        "Condition %(number)s is due after the decision is good, which is until %(lasts_to)s."
    ),
    "decision.lasts_of_refusal": gettext_lazy(
        "Only what is granted is good until a day. Take the day away, or change the outcome."
    ),
    "decision.lasts_past": gettext_lazy(
        "The decision would be good until %(lasts_to)s, which has passed. Choose a later day."
    ),
    "decision.lasts_far": gettext_lazy(
        "The decision can be good until %(last_on)s at the latest. Check the year."
    ),
    # Made, approved, notified
    "decision.step": gettext_lazy("The decision is already %(state)s."),
    "decision.not_waiting": gettext_lazy("The decision does not wait for a second person."),
    "decision.same_person": gettext_lazy(
        "You made this decision yourself. Somebody else has to look at it."
    ),
    "decision.no_because": gettext_lazy("Write what should be changed."),
    "decision.not_made": gettext_lazy("The decision has not been made yet, or holds no more."),
    "decision.notified": gettext_lazy("The applicant was notified %(notified_on)s."),
    "decision.letter_waits": gettext_lazy(
        "A letter about this decision is already on its way. Find it in the outbox."
    ),
    "decision.replaced": gettext_lazy("Another decision has taken its place."),
    "decision.no_applicant": gettext_lazy("The application has no applicant to write to."),
    # The preliminary answer
    "preliminary.not_received": gettext_lazy(
        "The application is not registered as received. Register it first."
    ),
    "preliminary.decided": gettext_lazy(
        "The application has been decided on, so no preliminary answer is due."
    ),
    "preliminary.no_reason": gettext_lazy("Write why it takes time."),
    "preliminary.past": gettext_lazy("Choose a day after today, %(today)s."),
    "preliminary.far": gettext_lazy(
        "A decision can be promised for %(last_on)s at the latest. Check the year."
    ),
    # Letters
    "template.missing": gettext_lazy(
        "No template of this letter is in use. An administrator approves one under Templates."
    ),
    "template.field_missing": gettext_lazy(
        "The letter lacks something the law asks for. Look at the template, or at what has been "
        "left empty."
    ),
    "dispatch.nobody": gettext_lazy("The letter has nobody to go to."),
    # Criteria
    "criterion.code_taken": gettext_lazy(
        "A criterion with this code is in force from that day already."
    ),
    "criterion.days": gettext_lazy("The last day must be the first day or later."),
    "criterion.in_use": gettext_lazy(
        "Decisions rest on this criterion, so its text stays. Give it a last day and enter a new "
        "version."
    ),
    "criterion.ended_before_use": gettext_lazy(
        "A decision of %(used_on)s rests on it. Choose that day or a later one."
    ),
    "version.changed": gettext_lazy(
        "Somebody changed this while you had it open. Look at what is new and save again."
    ),
}


def knows(code: str) -> bool:
    return code in _SENTENCES


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how to mend it."""
    if broken.code in _SENTENCES:
        shown = {name: _shown(name, fact) for name, fact in broken.facts.items()}
        return str(_SENTENCES[broken.code]) % shown
    if broken.code.startswith(("rate.", "policy.")):
        return rate_words.refusal(broken)
    return applications.refusal(broken)


def _shown(name: str, fact: Any) -> Any:
    if isinstance(fact, datetime.date):
        return day(fact)
    if name == "state":
        return DecisionState(fact).label
    return fact


_TITLES: dict[str, Promise] = {
    DecisionKind.HOUSING_HELP: gettext_lazy("Decision on housing help"),
    DecisionKind.ALLOCATION: gettext_lazy("Decision on a municipal home"),
}


def kind_name(kind: str) -> str:
    """As a title."""
    return str(_TITLES[DecisionKind(kind)])


def outcome_tag(outcome: str) -> dict[str, str]:
    colors = {Outcome.GRANTED: "success", Outcome.REFUSED: "danger"}
    label = str(Outcome(outcome).label)
    return {"text": label[:1].upper() + label[1:], "color": colors.get(Outcome(outcome), "neutral")}


def state_tag(state: str) -> dict[str, str]:
    colors = {
        DecisionState.DRAFT: "neutral",
        DecisionState.FOR_APPROVAL: "warning",
        DecisionState.FINAL: "info",
        DecisionState.REPLACED: "neutral",
    }
    label = str(DecisionState(state).label)
    return {"text": label[:1].upper() + label[1:], "color": colors[DecisionState(state)]}


_HELP_ACTS: dict[str, tuple[Promise, str]] = {
    "decision_begun": (gettext_lazy("Decision on housing help begun"), ""),
    "decision_for_approval": (
        gettext_lazy("Decision on housing help sent to a second person"),
        "",
    ),
    "decision_sent_back": (gettext_lazy("Decision on housing help sent back"), "warning"),
    "decision_made": (gettext_lazy("Decision on housing help made"), "accent"),
    "decision_notified": (gettext_lazy("Decision on housing help sent"), "accent"),
}
_HOME_ACTS: dict[str, tuple[Promise, str]] = {
    "decision_begun": (gettext_lazy("Decision on a municipal home begun"), ""),
    "decision_for_approval": (
        gettext_lazy("Decision on a municipal home sent to a second person"),
        "",
    ),
    "decision_sent_back": (gettext_lazy("Decision on a municipal home sent back"), "warning"),
    "decision_made": (gettext_lazy("Decision on a municipal home made"), "accent"),
    "decision_notified": (gettext_lazy("Decision on a municipal home sent"), "accent"),
}
_OTHER_ACTS: dict[str, tuple[Promise, str]] = {
    "preliminary_written": (gettext_lazy("Preliminary answer written"), ""),
    "preliminary_sent": (gettext_lazy("Preliminary answer sent"), "accent"),
    "measures_started": (gettext_lazy("The prepared help has begun"), "success"),
}
ACTS = frozenset({*_HELP_ACTS, *_OTHER_ACTS})
"""What is done with decisions, as the timeline knows it."""


def act(what: str, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Title, text and tone of what was done."""
    acts = _HELP_ACTS if facts.get("kind") == DecisionKind.HOUSING_HELP else _HOME_ACTS
    title, tone = _OTHER_ACTS.get(what) or acts[what]
    return str(title), _text(what, facts), tone


def _text(what: str, facts: Mapping[str, Any]) -> str:
    if what == "decision_made" and facts.get("outcome"):
        return outcome_tag(str(facts["outcome"]))["text"]
    if what == "decision_notified" and facts.get("appeal_last_on"):
        return _("Last day to appeal: %(day)s") % {"day": _day(facts["appeal_last_on"])}
    if what in _OTHER_ACTS and facts.get("expected_on"):
        return _("Decision promised by %(day)s") % {"day": _day(facts["expected_on"])}
    return ""


def _day(text: Any) -> str:
    return str(day(datetime.date.fromisoformat(str(text))))
