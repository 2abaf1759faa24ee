"""The municipality's own order of next steps: a dated row of values, read into a checked shape.

The steps stand in order. The first whose conditions all hold for a case is what the product
proposes; a step without conditions always holds.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, NamedTuple

from boligsak.rule import RuleBroken

MOST_STEPS = 60
_MOST_DAYS = 3660
_MOST_PERMILLE = 100_000
_LONGEST_CODE = 40
_LONGEST_NOTE = 300


class Action(StrEnum):
    """What can be the next step. Values are stored."""

    CALL = "call"
    LETTER = "letter"
    HOME_VISIT = "home_visit"
    REMINDER = "reminder"
    COLLECTION_NOTICE = "collection_notice"
    PAYMENT_DEMAND = "payment_demand"
    OFFER_PLAN = "offer_plan"
    DEBT_ADVICE = "debt_advice"
    HOUSING_ALLOWANCE = "check_housing_allowance"
    RECORD_VIEW = "record_view"
    ANSWER_MEASURES = "answer_measures"
    ASSESS_CHILDREN = "assess_children"
    RENEW_LEASE = "renew_lease"
    ASK_TO_MOVE = "ask_to_move"
    WARN_EVICTION = "warn_eviction"
    TO_MEETING = "to_meeting"
    REFER = "refer"
    NOTHING = "nothing"
    # These three follow from what has happened to the tenant, and from no row of the policy.
    CONTACT_ESTATE = "contact_estate"
    ASK_PAYER = "ask_payer"
    COVER_RENT = "cover_rent"


GUARDS = (Action.CONTACT_ESTATE, Action.COVER_RENT, Action.ASK_PAYER)
"""What is proposed before any row of the policy is looked at."""

POLICY_ACTIONS = tuple(action for action in Action if action not in GUARDS)
"""What a row of the policy can propose."""

DUNNING = frozenset(
    {
        Action.REMINDER,
        Action.COLLECTION_NOTICE,
        Action.PAYMENT_DEMAND,
        Action.WARN_EVICTION,
        Action.REFER,
    }
)
"""What rests while a repayment plan is kept."""

PARTIES = ("welfare", "housing_unit", "landlord", "other")


class Since(StrEnum):
    """What the days of a step are counted from. Values are stored."""

    PROPOSED = "proposed"
    OPENED = "opened"
    OVERDUE = "overdue"
    """The oldest unpaid due day."""
    CONTACT = "contact"
    """The last attempt to reach the tenant."""
    NOTICE = "notice"
    """The end of the deadline that the notice in the step's conditions set."""
    BEFORE_END = "before_end"
    """Backwards from the last day of the agreed term."""
    BEFORE_LAST_SAFE = "before_last_safe"
    """Backwards from the last safe day of husleieloven § 9-2."""


class Shape(NamedTuple):
    """How a condition is written: "days", "permille", "one" or "many" of `options`, or "yes_no"."""

    kind: str
    options: tuple[str, ...] = ()


TRIGGERS = ("arrears", "expiry", "complaint")
CONTACTS = ("none", "not_reached", "tried", "reached")
CHANNELS = ("letter", "phone", "sms", "email", "home_visit", "meeting", "guardian")
RESULTS = (
    "not_reached",
    "message_left",
    "talked",
    "agreed",
    "promised",
    "refused",
    "wrong_number",
)
PROMISES = ("open", "broken", "none")
PLANS = ("none", "draft", "running", "broken", "kept")
NOTICES = (
    "reminder",
    "collection_notice",
    "payment_demand",
    "warning_a",
    "warning_b",
    "warning_c",
    "move_request",
    "termination",
    "nuisance_warning",
    "nav_warning",
)

CONDITIONS: Mapping[str, Shape] = {
    "triggers": Shape("many", TRIGGERS),
    "overdue_days": Shape("days"),
    "months_permille": Shape("permille"),
    "has_children": Shape("yes_no"),
    "contact": Shape("one", CONTACTS),
    "no_contact_days": Shape("days"),
    "not_reached_days": Shape("days"),
    "reached_within_days": Shape("days"),
    "channel_untried": Shape("one", CHANNELS),
    "last_result": Shape("one", RESULTS),
    "promise": Shape("one", PROMISES),
    "view_missing": Shape("yes_no"),
    "measures_unanswered": Shape("yes_no"),
    "measures_undecided": Shape("yes_no"),
    "children_unassessed": Shape("yes_no"),
    "plan": Shape("many", PLANS),
    "notice_sent": Shape("one", NOTICES),
    "notice_not_sent": Shape("one", NOTICES),
    "notice_over": Shape("one", NOTICES),
    "days_to_end": Shape("days"),
    "has_expired": Shape("yes_no"),
    "expired_days": Shape("days"),
    "days_to_last_safe": Shape("days"),
    "move_requested": Shape("yes_no"),
    "for_meeting": Shape("yes_no"),
    "decision_waiting": Shape("yes_no"),
    "referral_running": Shape("yes_no"),
}
"""Every condition a step can have, in the order they are asked and shown."""


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One row of the policy.

    Due `within_days` whole days from `since`. `conditions` hold the keys of `CONDITIONS` that are
    set. When somebody has done the step it is not proposed for the same case again before
    `again_days` have passed (None: never again). `note` is the municipality's own explanation.
    """

    code: str
    action: Action
    party: str
    within_days: int
    since: Since = Since.PROPOSED
    conditions: Mapping[str, Any] = field(default_factory=dict)
    again_days: int | None = 30
    note: str = ""

    @property
    def is_about_rent(self) -> bool:
        """Whether it can be meant for arrears: its conditions do not name other triggers only."""
        triggers = self.conditions.get("triggers")
        return not triggers or "arrears" in triggers


@dataclass(frozen=True, slots=True)
class StepPolicy:
    """One version of the order of steps, and the days for what goes before it."""

    steps: tuple[PolicyStep, ...]
    estate_days: int
    """After a death: days to get in touch with the estate."""
    payer_days: int
    """Days to ask an agency for a payment that has not come."""
    cover_days: int
    """Days to find out who pays the rent of somebody who is away."""
    ask_again_days: int
    """Days before the agency, or who covers the rent, is asked for again."""
    rest_days: int
    """When no step fits: days until somebody looks at the case again."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "StepPolicy":
        """The policy in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with `field` in its facts, and for a fault in a step its `number` (from 1)
        and, for a fault in a condition, `condition`: "steps.unknown_value", "steps.missing_value",
        "steps.no_steps", "steps.too_many", "steps.step_unreadable", "steps.code_unreadable",
        "steps.code_twice", "steps.not_a_choice", "steps.not_a_whole_number", "steps.out_of_range"
        (lowest, highest), "steps.note_too_long" or "steps.no_notice" (days are counted from a
        notice, and no condition names one).
        """
        names = [one.name for one in fields(cls)]
        for name in values:
            if name not in names:
                raise RuleBroken("steps.unknown_value", field=name)
        for name in names:
            if name not in values:
                raise RuleBroken("steps.missing_value", field=name)
        rows = values["steps"]
        if not isinstance(rows, list | tuple) or not rows:
            raise RuleBroken("steps.no_steps", field="steps")
        if len(rows) > MOST_STEPS:
            raise RuleBroken("steps.too_many", field="steps", most=MOST_STEPS)
        steps = tuple(read_step(row, number) for number, row in enumerate(rows, start=1))
        seen: set[str] = set()
        for number, step in enumerate(steps, start=1):
            if step.code in seen:
                raise RuleBroken("steps.code_twice", field="code", number=number, step=step.code)
            seen.add(step.code)
        days = {name: _whole(values[name], 0, 365, field=name) for name in names if name != "steps"}
        return cls(steps=steps, **days)

    def to_values(self) -> dict[str, Any]:
        """The same policy as JSON values; `from_values` reads them back."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        values["steps"] = [step_values(step) for step in self.steps]
        return values


def step_values(step: PolicyStep) -> dict[str, Any]:
    """One step as JSON values; `read_step` reads them back."""
    values = asdict(step)
    values["action"], values["since"] = step.action.value, step.since.value
    values["conditions"] = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in step.conditions.items()
    }
    return values


_STEP_FIELDS = frozenset(one.name for one in fields(PolicyStep))


def read_step(row: Any, number: int) -> PolicyStep:
    """One step of a stored row, checked. Raises what `StepPolicy.from_values` says."""
    if not isinstance(row, Mapping) or not {"code", "action"} <= set(row) <= _STEP_FIELDS:
        raise RuleBroken("steps.step_unreadable", field="steps", number=number)
    code = row["code"]
    if not isinstance(code, str) or not 0 < len(code) <= _LONGEST_CODE:
        raise RuleBroken("steps.code_unreadable", field="code", number=number)
    note = row.get("note", "")
    if not isinstance(note, str) or len(note) > _LONGEST_NOTE:
        raise RuleBroken("steps.note_too_long", field="note", number=number, most=_LONGEST_NOTE)
    again = row.get("again_days", 30)
    conditions = row.get("conditions", {})
    if not isinstance(conditions, Mapping):
        raise RuleBroken("steps.step_unreadable", field="steps", number=number)
    step = PolicyStep(
        code=code,
        action=Action(_one_of(row["action"], POLICY_ACTIONS, field="action", number=number)),
        party=_one_of(row.get("party", "welfare"), PARTIES, field="party", number=number),
        within_days=_whole(row.get("within_days", 0), 0, 365, field="within_days", number=number),
        since=Since(
            _one_of(row.get("since", Since.PROPOSED), tuple(Since), field="since", number=number)
        ),
        conditions=_conditions(conditions, number),
        again_days=None
        if again is None
        else _whole(again, 0, _MOST_DAYS, field="again_days", number=number),
        note=note,
    )
    if step.since is Since.NOTICE and notice_of(step) is None:
        raise RuleBroken("steps.no_notice", field="since", number=number)
    return step


def notice_of(step: PolicyStep) -> str | None:
    """The kind of notice whose deadline the step can count from."""
    return step.conditions.get("notice_over") or step.conditions.get("notice_sent")


def _conditions(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    for name in row:
        if name not in CONDITIONS:
            raise RuleBroken("steps.unknown_value", field=name, number=number)
    return {
        name: _condition(name, row[name], shape, number)
        for name, shape in CONDITIONS.items()
        if name in row
    }


def _condition(name: str, value: Any, shape: Shape, number: int) -> Any:
    where = {"field": name, "condition": name, "number": number}
    if shape.kind == "yes_no":
        if not isinstance(value, bool):
            raise RuleBroken("steps.not_a_choice", found=value, **where)
        return value
    if shape.kind == "one":
        return _one_of(value, shape.options, **where)
    if shape.kind == "many":
        if not isinstance(value, list | tuple) or not value:
            raise RuleBroken("steps.not_a_choice", found=value, **where)
        chosen = {_one_of(one, shape.options, **where) for one in value}
        return tuple(option for option in shape.options if option in chosen)
    if shape.kind == "permille":
        return _whole(value, 1, _MOST_PERMILLE, **where)
    return _whole(value, 0, _MOST_DAYS, **where)


def _one_of(value: Any, options: tuple[Any, ...], **where: Any) -> str:
    if not isinstance(value, str) or value not in options:
        raise RuleBroken("steps.not_a_choice", found=value, **where)
    return value


def _whole(value: Any, lowest: int, highest: int, **where: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise RuleBroken("steps.not_a_whole_number", **where)
    if not lowest <= value <= highest:
        raise RuleBroken("steps.out_of_range", found=value, lowest=lowest, highest=highest, **where)
    return value
