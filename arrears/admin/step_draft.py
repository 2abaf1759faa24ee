"""The draft of an order of next steps: kept in its editor's session until it is saved.

It can be left and found again, and belongs to nobody else.
"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.text import capfirst

from arrears.forms.step_policy import VersionForm
from arrears.policy_kinds import NEXT_STEPS
from arrears.rules.step_policy import StepPolicy
from arrears.words import step_policy as words
from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day

KEPT_AS = "step-policy"


def draft_of(request: HttpRequest) -> dict[str, Any]:
    """What is being edited: the draft, or else the general version that came last."""
    kept: dict[str, Any] | None = request.session.get(KEPT_AS)
    if kept is not None:
        return kept
    rows = Policy.objects.filter(kind=NEXT_STEPS, office=None)
    return begun(rows.order_by("-valid_from").first())


def begun(row: Policy | None, *, is_correction: bool = False) -> dict[str, Any]:
    if row is None:
        raise Http404
    typed = {name: str(row.values[name]) for name in words.VALUE_NAMES}
    typed |= {"office": str(row.office_id or ""), "source": "", "valid_from": ""}
    if is_correction:
        typed |= {"source": row.source, "valid_from": format_day(row.valid_from)}
    return {
        "from": row.pk,
        "corrects": row.pk if is_correction else None,
        "steps": list(row.values["steps"]),
        "typed": typed,
        "is_changed": False,
    }


def keep(request: HttpRequest, draft: dict[str, Any]) -> None:
    request.session[KEPT_AS] = draft | {"is_changed": True}


def place_in(draft: Mapping[str, Any], code: str) -> int:
    """Where a step stands in the draft; 404 for one that is not in it."""
    for place, step in enumerate(draft["steps"]):
        if step["code"] == code:
            return place
    raise Http404


def values_of(draft: Mapping[str, Any], days: Mapping[str, int]) -> dict[str, Any]:
    return {"steps": draft["steps"], **days}


def version_form(draft: Mapping[str, Any], *, sent: bool = False) -> VersionForm:
    corrects = draft["corrects"] is not None
    if sent:
        return VersionForm(draft["typed"], is_correction=corrects)
    return VersionForm(initial=draft["typed"], is_correction=corrects)


def fits(form: VersionForm, draft: Mapping[str, Any]) -> bool:
    """Whether the whole can be a version; the form says what is wrong."""
    try:
        StepPolicy.from_values(values_of(draft, form.days()))
    except RuleBroken as broken:
        field = broken.facts["field"]
        form.add_error(field if field in form.fields else None, capfirst(words.refusal(broken)))
        return False
    return True
