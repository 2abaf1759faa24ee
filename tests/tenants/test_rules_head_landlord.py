"""The cooperative's and the head landlord's own action: burettslagslova § 5-22 as a table."""

import datetime as dt

import pytest

from boligsak.rule import RuleBroken
from tenants.rules.head_landlord import (
    EVICTION,
    ORDER_TO_SELL,
    WARNING,
    Action,
    Clock,
    check,
    check_closing,
    clock,
    earliest_deadline,
    is_too_short,
    rehouse_by,
)

DAY = dt.date
TODAY = DAY(2026, 11, 20)


@pytest.mark.parametrize(
    ("received_on", "earliest"),
    [
        (DAY(2026, 1, 10), DAY(2026, 4, 10)),
        (DAY(2026, 11, 30), DAY(2027, 2, 28)),
        (DAY(2026, 5, 31), DAY(2026, 8, 31)),
    ],
)
def test_an_order_to_sell_gives_at_least_three_months_from_receipt_5_22(
    received_on: dt.date, earliest: dt.date
) -> None:
    assert earliest_deadline(ORDER_TO_SELL, received_on) == earliest
    day_before = earliest - dt.timedelta(days=1)
    assert is_too_short(Action(ORDER_TO_SELL, received_on, day_before))
    assert not is_too_short(Action(ORDER_TO_SELL, received_on, earliest))


@pytest.mark.parametrize("kind", [EVICTION, WARNING])
def test_the_act_sets_no_shortest_deadline_for_anything_else(kind: str) -> None:
    assert earliest_deadline(kind, TODAY) is None
    assert not is_too_short(Action(kind, TODAY, TODAY))


@pytest.mark.parametrize(
    ("action", "where"),
    [
        (Action(ORDER_TO_SELL, DAY(2026, 8, 20), TODAY), Clock.RUNNING),
        (Action(ORDER_TO_SELL, DAY(2026, 8, 19), DAY(2026, 11, 19)), Clock.OVER),
        (Action(WARNING, TODAY), Clock.NO_DEADLINE),
        (Action(EVICTION, TODAY, TODAY, TODAY), Clock.CLOSED),
        (Action(EVICTION, TODAY, TODAY, DAY(2026, 11, 21)), Clock.RUNNING),
    ],
)
def test_the_clock_runs_through_its_last_day(action: Action, where: Clock) -> None:
    assert clock(action, TODAY) is where


@pytest.mark.parametrize(
    ("action", "by"),
    [
        (Action(ORDER_TO_SELL, TODAY, DAY(2027, 2, 20)), DAY(2026, 11, 23)),
        (Action(EVICTION, TODAY), DAY(2026, 11, 23)),
        (Action(EVICTION, TODAY, DAY(2026, 11, 21)), DAY(2026, 11, 21)),
        (Action(WARNING, TODAY, DAY(2026, 12, 1)), None),
    ],
)
def test_rehousing_begins_at_once_when_the_home_may_be_lost(
    action: Action, by: dt.date | None
) -> None:
    assert rehouse_by(action) == by


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (Action("other", TODAY), "head.kind"),
        (Action(WARNING, DAY(2026, 11, 21)), "head.received_ahead"),
        (Action(ORDER_TO_SELL, TODAY), "head.no_deadline"),
        (Action(EVICTION, TODAY, DAY(2026, 11, 19)), "head.deadline_before"),
        (Action(EVICTION, TODAY, TODAY), ""),
        (Action(WARNING, TODAY), ""),
    ],
)
def test_what_came_in_has_days_that_can_be(action: Action, code: str) -> None:
    if not code:
        check(action, TODAY)
        return
    with pytest.raises(RuleBroken) as refused:
        check(action, TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("action", "closed_on", "result", "code"),
    [
        (Action(WARNING, TODAY), TODAY, "trukket", ""),
        (Action(WARNING, TODAY), DAY(2026, 11, 19), "trukket", "head.closed_before"),
        (Action(WARNING, TODAY), DAY(2026, 11, 21), "trukket", "head.closed_ahead"),
        (Action(WARNING, TODAY), TODAY, " ", "head.no_result"),
        (Action(WARNING, TODAY, None, TODAY), TODAY, "trukket", "head.closed"),
    ],
)
def test_it_is_closed_once_with_its_result(
    action: Action, closed_on: dt.date, result: str, code: str
) -> None:
    if not code:
        check_closing(action, closed_on, result, TODAY)
        return
    with pytest.raises(RuleBroken) as refused:
        check_closing(action, closed_on, result, TODAY)
    assert refused.value.code == code
