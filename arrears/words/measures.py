"""Measures in words: kinds in the reader's language, states, acts, answers and refusals."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from arrears.models import MeasureKind
from arrears.models.cases import Party
from arrears.models.measures import MeasureResult, MeasureState
from arrears.rules.measures import Act, Answer, Shows
from boligsak.rule import RuleBroken
from boligsak.show import day

Facts = Mapping[str, Any]

# --- Names ----------------------------------------------------------------------------------------


def _is_norwegian() -> bool:
    return (get_language() or "nb")[:2] in ("nb", "nn", "no")


def kind_name(kind: MeasureKind) -> str:
    """What the kind is called, in the reader's language."""
    return kind.name_nb if _is_norwegian() else kind.name_en


def kind_help(kind: MeasureKind) -> str:
    """The catalogue's explanation, in the reader's language; may be empty."""
    return kind.help_nb if _is_norwegian() else kind.help_en


def hidden_name(party: str) -> str:
    """What those are told who may know of the measure and not what it is."""
    if party == Party.WELFARE:
        return _("A measure from the welfare office")
    return _("A measure the welfare office has arranged with others")


def party_name(party: str) -> str:
    return str(Party(party).label) if party in Party.values else party


def state_name(state: str) -> str:
    return str(MeasureState(state).label)


def result_name(result: str) -> str:
    return str(MeasureResult(result).label) if result else ""


ANSWERS: Mapping[Answer, Promise] = {
    Answer.TRIED: gettext_lazy("Tried"),
    Answer.RUNNING: gettext_lazy("Running"),
    Answer.UNSUITABLE: gettext_lazy("Not suitable"),
    Answer.ELSEWHERE: gettext_lazy("Done"),
    Answer.NONE: gettext_lazy("Not answered"),
}

SHOWN: Mapping[Shows, Promise] = {
    Shows.CONTACT: gettext_lazy("Attempts to reach the tenant are entered on the case."),
    Shows.VIEW: gettext_lazy("The tenant's view is written down on the case."),
    Shows.PLAN: gettext_lazy("A repayment plan has been signed on the case."),
    Shows.CHILDREN: gettext_lazy("An assessment is written on the case."),
    Shows.NUISANCE_WARNING: gettext_lazy("A written warning has been sent."),
    Shows.NAV_WARNING: gettext_lazy("Nav has been warned."),
}

ACT_LABELS: Mapping[Act, Promise] = {
    Act.START: gettext_lazy("Start"),
    Act.CHANGE: gettext_lazy("Change who or when"),
    Act.TRY: gettext_lazy("Trial period"),
    Act.FINISH: gettext_lazy("Enter the result"),
    Act.DROP: gettext_lazy("Break off"),
    Act.REJECT: gettext_lazy("Not suitable"),
    Act.NOT_ENOUGH: gettext_lazy("Why it is not enough"),
    Act.REOPEN: gettext_lazy("Take up again"),
}

# --- Refusals -------------------------------------------------------------------------------------

_SENTENCES: dict[str, Promise] = {
    "measure.not_now": gettext_lazy(
        "The measure is “%(state)s” now, so this cannot be done to it. Open it again to see what "
        "can."
    ),
    "measure.not_yours": gettext_lazy(
        "The %(party)s is responsible for this measure. Ask them, or the caseworker."
    ),
    "measure.for_welfare": gettext_lazy("Only the welfare office does this. Ask the caseworker."),
    "measure.not_lasting": gettext_lazy(
        "This measure ends with a result. Enter the result instead."
    ),
    "measure.social_party": gettext_lazy(
        "What this measure is, only the welfare side may know. Choose the welfare office, or "
        "“other” and write who."
    ),
    "measure.hand_on": gettext_lazy(
        "Only the welfare office gives another party something to do. Choose your own."
    ),
    "measure.party": gettext_lazy("Choose who is responsible."),
    "measure.owner": gettext_lazy(
        "They cannot be given this measure: no role with the responsible party at the case's "
        "office, not cleared for the address, or disqualified. Choose somebody else."
    ),
    "measure.started_ahead": gettext_lazy(
        "That day is yet to come. Propose the measure with that day as its due day instead."
    ),
    "measure.ended_ahead": gettext_lazy("That day is yet to come."),
    "measure.long_ago": gettext_lazy(
        "What was tried before %(first)s says nothing about the case today. Check the year."
    ),
    "measure.ended_before_start": gettext_lazy(
        "The measure began %(started)s. It cannot have ended before that."
    ),
    "measure.due_before_start": gettext_lazy("The due day must be %(from)s or later."),
    "measure.trial_before_start": gettext_lazy(
        "The last day of the trial must be %(from)s or later."
    ),
    "measure.trial_past": gettext_lazy("The last day of the trial must be today or later."),
    "measure.trial_runs": gettext_lazy(
        "The trial period lasts to %(trial)s. Until then you can only say that the measure "
        "worked. Set another last day first, or break the measure off with the reason."
    ),
    "measure.result": gettext_lazy("Choose what came of it."),
    "measure.no_reason": gettext_lazy("Give the reason."),
    "measure.kind_ended": gettext_lazy(
        "This kind of measure is not in use on that day. Choose another from the catalogue."
    ),
    "measure.only_shown": gettext_lazy(
        "This is answered where it is written down: under contact, the tenant's view or the "
        "children's best interest."
    ),
    "measure.open_already": gettext_lazy(
        "A measure of this kind is proposed or running on the case already. Go on with that one."
    ),
    "measure.changed": gettext_lazy(
        "Somebody changed the measure while you had this page open. Look at it as it is now and "
        "send again; what you have written is still here."
    ),
    "measure.line_changed": gettext_lazy(
        "Somebody answered this line while you had the page open. Look at their answer and send "
        "again; what you have written is still here."
    ),
    # Children
    "children.empty": gettext_lazy("Write the assessment."),
    "children.ahead": gettext_lazy("That day is yet to come."),
    # Others who live there
    "occupant.nothing_known": gettext_lazy(
        "Write a name, or what tells them from others when nobody knows it."
    ),
    "occupant.ahead": gettext_lazy("None of the days can be later than today."),
    "occupant.heard_before": gettext_lazy(
        "They were first seen %(seen)s. They cannot have been heard before that."
    ),
    "occupant.left_before": gettext_lazy(
        "They were first seen %(seen)s. They cannot have left before that."
    ),
    "occupant.changed": gettext_lazy(
        "Somebody changed this while you had the page open. Look at it as it is now and send "
        "again; what you have written is still here."
    ),
    # The catalogue
    "kind.no_trigger": gettext_lazy("Choose at least one trigger."),
    "kind.days": gettext_lazy("The last day must be the first day, %(valid_from)s, or later."),
    "kind.social_party": gettext_lazy(
        "What only the welfare side may know, the landlord and the housing unit cannot be "
        "responsible for. Choose the welfare office or “other”."
    ),
    "kind.childrens_interest": gettext_lazy(
        "The children's best interest is asked for where children live, and only there."
    ),
    "kind.code_taken": gettext_lazy("There is a kind with this code already."),
    "kind.ended_before_use": gettext_lazy(
        "A case used this kind on %(used)s. It can end that day at the earliest."
    ),
    "kind.begins_after_use": gettext_lazy(
        "A case used this kind on %(used)s. It cannot begin later than that."
    ),
    "kind.in_use": gettext_lazy(
        "Cases have used this kind, so whether it is for the welfare side only cannot change: what "
        "they wrote would change readers. End it, and make a new kind."
    ),
}

_SHOWN: dict[str, Callable[[Any], tuple[str, str]]] = {
    "state": lambda state: ("state", state_name(state)),
    "party": lambda party: ("party", party_name(party)),
    "first": lambda on: ("first", day(on)),
    "started_on": lambda on: ("started", day(on)),
    "from_on": lambda on: ("from", day(on)),
    "trial_to": lambda on: ("trial", day(on)),
    "seen_on": lambda on: ("seen", day(on)),
    "valid_from": lambda on: ("valid_from", day(on)),
    "used_on": lambda on: ("used", day(on)),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how it is mended. KeyError for another's code."""
    facts = dict(broken.facts)
    facts |= dict(show(facts[name]) for name, show in _SHOWN.items() if name in facts)
    return str(_SENTENCES[broken.code]) % facts


# --- What was done --------------------------------------------------------------------------------

_ACTS: dict[str, Promise] = {
    "measure_proposed": pgettext_lazy("measure", "%(name)s: proposed"),
    "measure_started": pgettext_lazy("measure", "%(name)s: started"),
    "measure_changed": pgettext_lazy("measure", "%(name)s: changed"),
    "measure_on_trial": pgettext_lazy("measure", "%(name)s: on trial to %(trial)s"),
    "measure_done": pgettext_lazy("measure", "%(name)s: %(result)s"),
    "measure_dropped": pgettext_lazy("measure", "%(name)s: not carried out"),
    "measure_rejected": pgettext_lazy("measure", "%(name)s: not suitable"),
    "measure_not_enough": pgettext_lazy("measure", "%(name)s: running, and not enough"),
    "measure_reopened": pgettext_lazy("measure", "%(name)s: taken up again"),
}

_HIDDEN: dict[str, Promise] = {
    "measure_done": pgettext_lazy("measure", "%(name)s: done"),
    "measure_rejected": pgettext_lazy("measure", "%(name)s: not carried out"),
    "measure_not_enough": pgettext_lazy("measure", "%(name)s: changed"),
    "measure_on_trial": pgettext_lazy("measure", "%(name)s: changed"),
}

_OTHER_ACTS: dict[str, Promise] = {
    "children_assessed": gettext_lazy("The children's best interest was assessed in writing"),
    "occupant_added": gettext_lazy("Somebody else who lives there was recorded"),
    "occupant_changed": gettext_lazy("What is known of somebody else who lives there was changed"),
    "head_action": gettext_lazy("Came in from the cooperative or head landlord: %(kind)s"),
    "head_action_closed": gettext_lazy("Closed, from the cooperative or head landlord: %(kind)s"),
}

_TONES = {
    "measure_started": "info",
    "measure_done": "success",
    "children_assessed": "success",
    "head_action": "danger",
}

MEASURE_ACTS = frozenset(_ACTS)
OTHER_ACTS = frozenset(_OTHER_ACTS)


def is_act(what: str) -> bool:
    """Whether an act in a case's history is told here."""
    return what in _ACTS or what in _OTHER_ACTS


def measure_act(what: str, facts: Facts, name: str, *, is_hidden: bool) -> str:
    """What was done to a measure of this name, in one line; hidden, without how it went."""
    sentence = _HIDDEN.get(what, _ACTS[what]) if is_hidden else _ACTS[what]
    words = {
        "name": name,
        "result": result_name(str(facts.get("result", ""))),
        "trial": _day(facts.get("trial_to")),
    }
    return str(sentence) % words


def other_act(what: str, facts: Facts) -> str:
    """What else was done, in one line."""
    return str(_OTHER_ACTS[what]) % {"kind": head_kind_name(str(facts.get("kind", "")))}


def act_tone(what: str) -> str:
    return _TONES.get(what, "")


def head_kind_name(kind: str) -> str:
    """What the cooperative or the head landlord does, as in "order to sell"."""
    labels = dict(HEAD_KINDS)
    return str(labels.get(kind, kind))


HEAD_KINDS: tuple[tuple[str, Promise], ...] = (
    ("order_to_sell", gettext_lazy("order to sell")),
    ("eviction", gettext_lazy("eviction")),
    ("warning", gettext_lazy("written warning")),
)


def _day(value: Any) -> str:
    return day(date.fromisoformat(str(value))) if value else "–"
