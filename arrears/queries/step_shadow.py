"""What a policy of next steps would change if it were in force: reckoned beside the one that is,
for every open case it concerns, with nothing written."""

import datetime
from dataclasses import dataclass

from arrears.models import Case, NextStep
from arrears.queries.next_steps import open_step, situations, standing
from arrears.rules.standing_steps import follow
from arrears.rules.step_conditions import Situation
from arrears.rules.step_policy import StepPolicy
from boligsak.rates.queries import policies_on

_KIND = "next-steps"
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Stood:
    """What stands on a case under one policy. `by_hand`: somebody has decided it."""

    action: str
    due_on: datetime.date | None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A case that would get another step, or the same step by another day."""

    case_id: int
    number: str
    now: Stood
    then: Stood

    @property
    def is_other_step(self) -> bool:
        return self.now.action != self.then.action


@dataclass(frozen=True, slots=True)
class Shadow:
    """`looked` open cases, and those of them that would get something else. `newer_from`: another
    version goes before this one today, so that nothing changes."""

    looked: int
    changes: tuple[Change, ...]
    newer_from: datetime.date | None = None

    @property
    def other_steps(self) -> int:
        return sum(change.is_other_step for change in self.changes)

    @property
    def other_days(self) -> int:
        return len(self.changes) - self.other_steps


def shadow(
    policy: StepPolicy,
    *,
    office_id: int | None,
    valid_from: datetime.date,
    day: datetime.date,
) -> Shadow:
    """What would stand on each open case on `day` with this policy in force for the office, or
    (None) for every office without one of its own. What somebody has decided stays, by the same
    rule as in the night. Raises `RuleBroken("policy.missing")` when none is in force."""
    policies = policies_on(_KIND, day)
    own = [pk for pk in policies if pk is not None]
    cases = Case.objects.open().order_by("number")
    cases = cases.filter(office=office_id) if office_id else cases.exclude(office__in=own)
    concerned = list(cases.values_list("pk", "number", "office_id"))
    before = policies.get(office_id)
    if before is not None and valid_from < before.valid_from:
        return Shadow(len(concerned), (), before.valid_from)
    changes: list[Change] = []
    for start in range(0, len(concerned), _CHUNK):
        lot = concerned[start : start + _CHUNK]
        ids = [pk for pk, _number, _office in lot]
        seen, stands = situations(ids, day), open_step(ids)
        for pk, number, at in lot:
            if pk not in seen:
                continue
            row, situation = stands.get(pk), seen[pk].situation
            now_policy = policies.get(at, policies[None]).values
            now = _stood(row, situation, now_policy, day)
            then = _stood(row, situation, policy, day)
            if now != then:
                changes.append(Change(pk, number, now, then))
    return Shadow(len(concerned), tuple(changes))


def _stood(
    row: NextStep | None, situation: Situation, policy: StepPolicy, day: datetime.date
) -> Stood:
    found = follow(None if row is None else standing(row), situation, policy, day)
    if found.proposal is not None:
        return Stood(found.proposal.action.value, found.proposal.due_on)
    if row is None:
        raise AssertionError("a case without a step always gets one")
    return Stood(row.action, row.due_on, by_hand=row.state != "proposed")
