"""Renewing contracts: husleieloven §§ 9-2, 9-3 and 11-1 as tables of dates."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.rules.leases import LeaseFacts, is_short_term, last_safe_day
from tenants.rules.renewal import (
    RenewalFacts,
    Term,
    Wish,
    may_renew_from,
    opens_when_dropped,
    plan_conversion,
    plan_renewal,
    short_terms,
)
from tenants.rules.renewal_policy import RenewalPolicy, default_values

DAY = dt.date
POLICY = RenewalPolicy.from_values(default_values())
LEASE = LeaseFacts(starts_on=DAY(2023, 6, 1), ends_on=DAY(2026, 5, 31))
FACTS = RenewalFacts(LEASE, told_in_writing=True)
ON = DAY(2026, 5, 1)


def refused(facts: RenewalFacts, wish: Wish = Wish(), on: DAY = ON) -> str:  # noqa: B008
    with pytest.raises(RuleBroken) as broken:
        plan_renewal(facts, wish, POLICY, on)
    return broken.value.code


@pytest.mark.parametrize(
    ("on", "starts_on", "ends_on"),
    [
        (DAY(2025, 12, 2), DAY(2026, 6, 1), DAY(2029, 5, 31)),  # the first day it may be renewed
        (DAY(2026, 5, 31), DAY(2026, 6, 1), DAY(2029, 5, 31)),
        (DAY(2026, 6, 1), DAY(2026, 6, 1), DAY(2029, 5, 31)),
        # Agreed on after the old term: three years from then, to the end of the month (§ 9-3).
        (DAY(2026, 6, 2), DAY(2026, 6, 1), DAY(2029, 6, 30)),
        (DAY(2026, 8, 31), DAY(2026, 6, 1), DAY(2029, 8, 31)),  # § 9-2's last safe day
    ],
)
def test_three_years_are_proposed_from_the_day_after_the_old_term(on, starts_on, ends_on) -> None:
    plan = plan_renewal(FACTS, Wish(), POLICY, on)
    assert (plan.starts_on, plan.ends_on, plan.is_short) == (starts_on, ends_on, False)


@pytest.mark.parametrize(
    ("children", "term", "ends_on", "why"),
    [
        (2, Term.CHILDREN, DAY(2036, 5, 31), "children"),
        (0, Term.CHILDREN, DAY(2029, 5, 31), "law_term"),
        (2, Term.USUAL, DAY(2029, 5, 31), "law_term"),
        (0, Term.OPEN_ENDED, None, "open_ended"),
    ],
)
def test_the_term_that_is_asked_for_is_reckoned_by_the_policy(children, term, ends_on, why) -> None:
    plan = plan_renewal(FACTS._replace(children=children), Wish(term), POLICY, ON)
    assert (plan.ends_on, plan.why) == (ends_on, why)


@pytest.mark.parametrize(
    ("before", "ground", "told", "code"),
    [
        (0, "special", True, ""),
        (0, "weighty", True, ""),
        (1, "weighty", True, ""),
        (0, "", True, "term.no_special_grounds"),
        (1, "special", True, "term.no_weighty_grounds"),
        (1, "", True, "term.no_weighty_grounds"),
        (0, "special", False, "term.not_told_in_writing"),
        (2, "weighty", False, "term.not_told_in_writing"),
    ],
)
def test_a_second_short_term_needs_weighty_grounds_11_1(before, ground, told, code) -> None:
    facts = FACTS._replace(short_terms_before=before, told_in_writing=told)
    wish = Wish(Term.UNTIL, DAY(2027, 5, 31), ground)
    if code:
        assert refused(facts, wish) == code
    else:
        assert plan_renewal(facts, wish, POLICY, ON).is_short


@pytest.mark.parametrize(
    ("facts", "on", "code"),
    [
        (FACTS, DAY(2025, 12, 1), "renewal.too_early"),
        (FACTS, DAY(2026, 9, 1), "renewal.open_ended"),  # § 9-2
        (FACTS, DAY(2023, 5, 31), "renewal.not_begun"),
        (FACTS._replace(lease=LEASE._replace(ends_on=None)), ON, "renewal.no_term"),
        (FACTS._replace(lease=LEASE._replace(moved_out_on=DAY(2026, 4, 1))), ON, "renewal.over"),
        (FACTS._replace(lease=LEASE._replace(moved_out_on=DAY(2026, 5, 9))), ON, "renewal.moving"),
        (FACTS._replace(moves_on=DAY(2026, 6, 1)), ON, "renewal.moving"),
        (FACTS._replace(dead=1), ON, "renewal.tenant_dead"),
        (FACTS._replace(living=0), ON, "renewal.no_tenant"),
        (
            FACTS._replace(lease=LEASE._replace(move_requested_on=DAY(2026, 4, 2))),
            ON,
            "renewal.asked_to_move",
        ),
        (FACTS._replace(in_use_to=DAY(2028, 1, 1)), ON, "renewal.dwelling_leaves"),
        (FACTS._replace(changed=("joined",)), ON, "renewal.has_changed"),
    ],
)
def test_what_speaks_against_a_renewal_is_told(facts, on, code) -> None:
    assert refused(facts, on=on) == code


def test_a_request_to_move_can_be_taken_back_and_changes_looked_at() -> None:
    asked = LEASE._replace(move_requested_on=DAY(2026, 4, 2))
    facts = FACTS._replace(lease=asked, changed=("left",))
    wish = Wish(despite_request=True, has_looked=True)
    assert plan_renewal(facts, wish, POLICY, ON).ends_on == DAY(2029, 5, 31)


@pytest.mark.parametrize(
    ("until", "on", "code"),
    [
        (None, ON, "renewal.no_end"),
        (DAY(2026, 5, 31), ON, "term.ends_before_start"),
        (DAY(2026, 6, 30), DAY(2026, 7, 1), "renewal.over_already"),
        (DAY(2229, 5, 31), ON, "renewal.too_far"),
    ],
)
def test_a_chosen_last_day_must_lie_in_the_new_term(until, on, code) -> None:
    assert refused(FACTS, Wish(Term.UNTIL, until, "weighty"), on) == code


@pytest.mark.parametrize(
    ("on", "from_on", "why"),
    [
        (DAY(2026, 8, 31), DAY(2026, 6, 1), "open_ended"),
        (DAY(2026, 9, 1), DAY(2026, 9, 1), "law"),  # § 9-2 has done it
        (DAY(2027, 3, 3), DAY(2026, 9, 1), "law"),
        (DAY(2024, 3, 3), DAY(2026, 6, 1), "open_ended"),  # long before it runs out
    ],
)
def test_a_contract_is_made_open_ended_by_agreement_or_by_9_2(on, from_on, why) -> None:
    plan = plan_conversion(FACTS, Wish(), on)
    assert (plan.starts_on, plan.ends_on, plan.why) == (from_on, None, why)


@pytest.mark.parametrize(
    ("first", "later", "count"),
    [
        (None, 0, 0),
        ((DAY(2023, 1, 1), None), 0, 0),
        ((DAY(2023, 1, 1), DAY(2025, 12, 31)), 0, 0),
        ((DAY(2023, 1, 1), DAY(2025, 12, 30)), 0, 1),
        ((DAY(2023, 1, 1), DAY(2023, 12, 31)), 2, 3),
    ],
)
def test_short_terms_of_a_lease_are_counted_11_1(first, later, count) -> None:
    assert short_terms(first, later) == count


@pytest.mark.parametrize(
    ("old_ends_on", "on", "ends_on"),
    [
        (DAY(2028, 2, 28), DAY(2028, 2, 1), DAY(2031, 2, 28)),  # the new term begins on leap day
        (DAY(2028, 2, 29), DAY(2028, 2, 1), DAY(2031, 2, 28)),
        (DAY(2025, 2, 28), DAY(2025, 2, 1), DAY(2028, 2, 29)),
        (DAY(2028, 1, 31), DAY(2028, 2, 29), DAY(2031, 2, 28)),  # agreed on the leap day
    ],
)
def test_9_3_three_years_around_a_leap_day_are_three_years(old_ends_on, on, ends_on) -> None:
    lease = LEASE._replace(starts_on=DAY(2020, 3, 1), ends_on=old_ends_on)
    plan = plan_renewal(FACTS._replace(lease=lease), Wish(), POLICY, on)
    assert (plan.ends_on, plan.is_short) == (ends_on, False)


@pytest.mark.parametrize(
    ("on", "asked_on", "opens_on"),
    [
        (DAY(2026, 5, 31), None, None),
        (DAY(2026, 8, 31), None, None),  # the last safe day
        (DAY(2026, 9, 1), None, DAY(2026, 9, 1)),
        (DAY(2027, 9, 1), None, DAY(2026, 9, 1)),
        (DAY(2026, 9, 1), DAY(2026, 8, 31), None),  # asked to move in time
        (DAY(2026, 9, 2), DAY(2026, 9, 1), DAY(2026, 9, 1)),
    ],
)
def test_9_2_a_term_dropped_too_late_leaves_an_open_ended_contract(on, asked_on, opens_on) -> None:
    renewed = LEASE._replace(ends_on=DAY(2029, 5, 31))
    assert opens_when_dropped(renewed, DAY(2026, 5, 31), asked_on, on) == opens_on


DAYS = st.dates(min_value=DAY(2020, 1, 1), max_value=DAY(2035, 12, 31))


@given(
    starts_on=DAYS,
    months=st.integers(1, 130),
    left=st.integers(-92, 179),
    term=st.sampled_from([Term.USUAL, Term.CHILDREN]),
    children=st.integers(0, 2),
)
def test_a_new_term_never_overlaps_the_old_one_leaves_no_gap_and_is_three_years_from_today(
    starts_on, months, left, term, children
) -> None:
    ends_on = add_months(starts_on, months) - dt.timedelta(days=1)
    on = ends_on - dt.timedelta(days=left)
    if on < starts_on or on > last_safe_day(ends_on):
        return
    facts = RenewalFacts(LeaseFacts(starts_on, ends_on), children=children)
    plan = plan_renewal(facts, Wish(term), POLICY, on)
    assert plan.starts_on == ends_on + dt.timedelta(days=1)
    assert plan.ends_on is not None
    assert not is_short_term(max(plan.starts_on, on), plan.ends_on)
    assert may_renew_from(plan.ends_on, POLICY) > on, "what is renewed is not renewed once more"
