"""The order of the waiting list, and how a dwelling suits a household, in words."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boligsak.rates import words
from boligsak.rule import RuleBroken
from boligsak.show import kr
from tenants.rules.matching import Answer, Test
from tenants.rules.ranking import Criterion, Reason

FIELD_NAMES: dict[str, Promise] = {
    "points_no_home": gettext_lazy("Points: has no home"),
    "points_temporary": gettext_lazy("Points: has no lasting home"),
    "points_must_leave": gettext_lazy("Points: must leave the home soon"),
    "must_leave_days": gettext_lazy("Days that count as soon"),
    "points_children": gettext_lazy("Points: children are to live there"),
    "points_each_child": gettext_lazy("Points for each child"),
    "counted_children": gettext_lazy("Children that give points, at most"),
    "points_accessible": gettext_lazy("Points: needs step-free access"),
    "points_frees_accessible": gettext_lazy("Points: a swap that leaves a step-free home"),
    "points_month": gettext_lazy("Points for each month waited"),
    "counted_months": gettext_lazy("Months that give points, at most"),
    "rooms_least": gettext_lazy("Fewest rooms for 1, 2, 3 … people"),
    "rooms_most": gettext_lazy("Most rooms for 1, 2, 3 … people"),
    "burden_permille": gettext_lazy("Share of the income the rent should take (0: not set)"),
    "answer_days": gettext_lazy("Days to answer an offer"),
    "coming_days": gettext_lazy("Days ahead a home counts as coming free"),
}


def field_name(field: str) -> str:
    return words.policy_field(field, FIELD_NAMES)


def policy_refusal(broken: RuleBroken) -> str:
    """One sentence for a "policy.…" refusal."""
    return words.policy_refusal(broken, FIELD_NAMES, _REFUSED)


_REFUSED: dict[str, Promise] = {
    "policy.rooms_unreadable": gettext_lazy(
        "“%(field)s” must be at most %(most)d numbers of rooms that do not fall, as many for "
        "the fewest as for the most."
    ),
}


# --- Rank -----------------------------------------------------------------------------------------

_CRITERIA: dict[str, Promise] = {
    Criterion.NO_HOME: gettext_lazy("has no home"),
    Criterion.TEMPORARY: gettext_lazy("has no lasting home"),
    Criterion.MUST_LEAVE: gettext_lazy("must leave the home soon"),
    Criterion.ACCESSIBLE: gettext_lazy("needs step-free access"),
    Criterion.FREES_ACCESSIBLE: gettext_lazy("leaves a step-free home to others"),
}


def reason_words(criterion: str, points: int, count: int) -> str:
    """ "two children (30)"."""
    if criterion == Criterion.CHILDREN:
        said = ngettext("%(count)d child", "%(count)d children", count) % {"count": count}
    elif criterion == Criterion.WAITED:
        months = ngettext("has waited %(count)d month", "has waited %(count)d months", count)
        said = months % {"count": count}
    else:
        said = str(_CRITERIA[criterion])
    return f"{said} ({points})"


def reasons_words(reasons: Collection[Reason]) -> str:
    """Why an application stands where it stands, in one line."""
    if not reasons:
        return _("no criterion gives points yet")
    return ", ".join(reason_words(*one) for one in reasons)


def stored_reasons(rank: Mapping[str, Any]) -> str:
    """The same, of what was kept with an offer."""
    return reasons_words(
        [Reason(Criterion(c), points, count) for c, points, count in rank.get("reasons", [])]
    )


# --- Match ----------------------------------------------------------------------------------------

TESTS: dict[str, Promise] = {
    Test.ROOMS: gettext_lazy("Rooms"),
    Test.ACCESSIBLE: gettext_lazy("Step-free access"),
    Test.DISTRICT: gettext_lazy("District"),
    Test.BURDEN: gettext_lazy("Rent"),
}


def answer_tag(answer: Answer) -> dict[str, str]:
    """Whether a test is passed, as a tag."""
    if answer.suits is None:
        return {"text": _("not known"), "color": "neutral"}
    if answer.suits:
        return {"text": _("suits"), "color": "success"}
    return {"text": _("does not suit"), "color": "warning"}


def answer_words(answer: Answer, *, sees_social: bool) -> str:
    """Why a dwelling suits in one respect, or why not. What a household has left to live on is
    for the welfare office: others read what part of the income the rent takes."""
    if not sees_social:
        facts = {name: fact for name, fact in answer.facts.items() if name != "left"}
        answer = answer._replace(facts=facts)
    return _WHY[answer.test](answer)


def _rooms(answer: Answer) -> str:
    facts = answer.facts
    if facts["least"] == facts["most"]:
        said = _("%(rooms)d rooms; %(least)d suit the household")
    else:
        said = _("%(rooms)d rooms; %(least)d to %(most)d suit the household")
    return said % facts


def _accessible(answer: Answer) -> str:
    if not answer.facts["needs"]:
        return _("not needed")
    return _("needed, and it has it") if answer.facts["has"] else _("needed, and it has none")


def _district(answer: Answer) -> str:
    if not answer.facts["wished"]:
        return _("no district is wished for")
    return _("a district wished for") if answer.suits else _("not a district wished for")


def _burden(answer: Answer) -> str:
    facts = answer.facts
    if not facts["is_assessed"]:
        return _("the economy has not been assessed")
    if not facts["has_income"]:
        said = _("no income")
    else:
        said = _("%(share)s %% of the income") % {"share": percent(int(facts["share"]))}
    if "limit" in facts:
        said += ", " + _("at most %(limit)s %%") % {"limit": percent(int(facts["limit"]))}
    if "left" in facts:
        said += "; " + _("%(left)s left a month") % {"left": kr(int(facts["left"]))}
    return said


_WHY = {
    Test.ROOMS: _rooms,
    Test.ACCESSIBLE: _accessible,
    Test.DISTRICT: _district,
    Test.BURDEN: _burden,
}


def percent(permille: int) -> str:
    """345 → "34,5", 300 → "30"."""
    return f"{permille / 10:g}".replace(".", ",")
