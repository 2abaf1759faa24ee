"""Complaints: the clock to the talk, what may follow what, and what a defect takes off the rent."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.dates import add_months, is_working_day
from boligsak.rule import RuleBroken
from tenants.models import ComplainantKind, ComplaintKind
from tenants.rules.complaints import (
    CLOSED,
    KINDS,
    OPEN,
    SOURCES,
    WITHDRAWN,
    ComplaintPolicy,
    Reduction,
    check_closing,
    check_contact,
    check_end,
    check_new,
    check_reduction,
    check_step,
    contact_by,
    counts,
    default_values,
    is_contact_missed,
    reduced_in,
)

D = dt.date
RENT = 900_000


@pytest.mark.parametrize(
    ("received_on", "days", "expected"),
    [
        (D(2026, 11, 20), 5, D(2026, 11, 27)),  # a Friday
        (D(2026, 11, 21), 5, D(2026, 11, 27)),  # a Saturday
        (D(2026, 11, 23), 1, D(2026, 11, 24)),
        (D(2026, 12, 23), 2, D(2026, 12, 28)),  # Christmas Eve works, the next two do not
        (D(2026, 4, 1), 1, D(2026, 4, 7)),  # Easter
        (D(2026, 4, 30), 1, D(2026, 5, 4)),  # 1 May is a Friday
    ],
)
def test_the_household_is_called_within_so_many_working_days(received_on, days, expected) -> None:
    assert contact_by(received_on, days) == expected


@given(st.dates(D(2020, 1, 1), D(2030, 1, 1)), st.integers(1, 60))
def test_the_last_day_to_call_is_a_working_day_with_that_many_before_it(received_on, days) -> None:
    last = contact_by(received_on, days)
    between = [received_on + dt.timedelta(days=n) for n in range(1, (last - received_on).days + 1)]
    assert is_working_day(last)
    assert sum(map(is_working_day, between)) == days


@pytest.mark.parametrize(
    ("by", "contacted_on", "day", "expected"),
    [
        (None, None, D(2026, 11, 23), False),
        (D(2026, 11, 23), None, D(2026, 11, 23), False),
        (D(2026, 11, 22), None, D(2026, 11, 23), True),
        (D(2026, 11, 22), D(2026, 11, 23), D(2026, 11, 23), False),
    ],
)
def test_the_talk_is_missed_when_its_day_is_over(by, contacted_on, day, expected) -> None:
    assert is_contact_missed(by, contacted_on, day) is expected


_NEW = {
    "about": "tenancy",
    "kind": "noise",
    "source": "neighbour",
    "has_lease": True,
    "happened_on": D(2026, 11, 19),
    "received_on": D(2026, 11, 20),
    "starts_on": D(2020, 1, 1),
    "today": D(2026, 11, 23),
}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"kind": "cold"}, "complaint.kind"),
        ({"source": "tenant"}, "complaint.source"),
        ({"has_lease": False}, "complaint.no_lease"),
        ({"received_on": D(2026, 11, 24)}, "complaint.received_ahead"),
        ({"received_on": D(2025, 11, 21)}, "complaint.received_long_ago"),
        ({"happened_on": D(2026, 11, 21)}, "complaint.happened_after"),
        (
            {"happened_on": D(2016, 11, 19), "starts_on": D(2010, 1, 1)},
            "complaint.happened_long_ago",
        ),
        ({"happened_on": D(2016, 11, 20), "starts_on": D(2010, 1, 1)}, ""),
        ({"starts_on": D(2026, 11, 20)}, "complaint.before_lease"),
        ({"about": "dwelling"}, "complaint.source"),
        ({"about": "dwelling", "kind": "cold", "source": "tenant", "has_lease": False}, ""),
        ({"happened_on": None}, ""),
        ({}, ""),
    ],
)
def test_what_can_be_registered(changed, code) -> None:
    facts = {**_NEW, **changed}
    if not code:
        check_new(**facts)
        return
    with pytest.raises(RuleBroken) as broken:
        check_new(**facts)
    assert broken.value.code == code


@pytest.mark.parametrize("now", [CLOSED, WITHDRAWN])
@pytest.mark.parametrize("then", [OPEN, CLOSED, WITHDRAWN])
def test_what_is_done_with_stays_so(now, then) -> None:
    with pytest.raises(RuleBroken):
        check_step(now, then, D(2026, 11, 23))


@pytest.mark.parametrize("then", [CLOSED, WITHDRAWN])
def test_an_open_complaint_can_be_closed_and_withdrawn(then) -> None:
    check_step(OPEN, then, None)


@pytest.mark.parametrize(
    ("on", "says", "code"),
    [
        (D(2026, 11, 19), "Det var bursdag", "complaint.contact_before"),
        (D(2026, 11, 24), "Det var bursdag", "complaint.contact_ahead"),
        (D(2026, 11, 23), "  ", "complaint.nothing_said"),
    ],
)
def test_a_talk_has_a_day_and_the_household_s_own_words(on, says, code) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_contact(D(2026, 11, 20), on, says, D(2026, 11, 23))
    assert broken.value.code == code


@pytest.mark.parametrize(
    ("about", "is_upheld", "contacted_on", "outcome", "code"),
    [
        ("tenancy", None, D(2026, 11, 23), "Snakket ut", "complaint.not_assessed"),
        ("tenancy", True, None, "Snakket ut", "complaint.not_heard"),
        ("tenancy", True, D(2026, 11, 23), " ", "complaint.no_outcome"),
        ("tenancy", False, None, "Ikke fra denne boligen", ""),
        ("dwelling", True, None, "Vinduet er tettet", ""),
    ],
)
def test_nothing_found_against_a_household_is_closed_before_they_are_heard(
    about, is_upheld, contacted_on, outcome, code
) -> None:
    facts = {"about": about, "is_upheld": is_upheld, "contacted_on": contacted_on}
    if not code:
        check_closing(**facts, outcome=outcome)
        return
    with pytest.raises(RuleBroken) as broken:
        check_closing(**facts, outcome=outcome)
    assert broken.value.code == code


@pytest.mark.parametrize(
    ("state", "is_upheld", "expected"),
    [
        ("open", None, True),
        ("open", True, True),
        ("open", False, False),
        ("closed", True, True),
        ("closed", False, False),
        ("withdrawn", None, False),
        ("withdrawn", True, False),
    ],
)
def test_a_withdrawn_or_unfounded_complaint_counts_in_no_pattern(
    state, is_upheld, expected
) -> None:
    assert counts(state, is_upheld) is expected


# --- § 2-11: the reduction ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reduction", "code"),
    [
        (Reduction(0, D(2026, 1, 1)), "reduction.amount"),
        (Reduction(-1, D(2026, 1, 1)), "reduction.amount"),
        (Reduction(RENT + 1, D(2026, 1, 1)), "reduction.amount"),
        (Reduction(RENT, D(2019, 12, 31)), "reduction.before_lease"),
        (Reduction(RENT, D(2026, 2, 1), D(2026, 1, 31)), "reduction.days"),
        (Reduction(RENT, D(2027, 11, 24)), "reduction.far"),
        (Reduction(RENT, D(2027, 11, 23)), ""),
        (Reduction(RENT, D(2022, 1, 1), D(2025, 1, 1)), "reduction.too_long"),
        (Reduction(RENT, D(2022, 1, 1), D(2024, 12, 31)), ""),
        (Reduction(100_000, D(2026, 1, 1)), ""),
    ],
)
def test_2_11_a_reduction_is_a_part_of_the_rent_in_days_of_the_tenancy(reduction, code) -> None:
    facts = {"rent_ore": RENT, "starts_on": D(2020, 1, 1), "today": D(2026, 11, 23)}
    if not code:
        check_reduction(reduction, **facts)
        return
    with pytest.raises(RuleBroken) as broken:
        check_reduction(reduction, **facts)
    assert broken.value.code == code


@pytest.mark.parametrize(
    ("from_on", "to_on", "code"),
    [
        (D(2026, 9, 1), D(2026, 8, 31), "reduction.end_before"),
        (D(2026, 9, 1), D(2026, 9, 1), ""),
        (D(2026, 9, 1), D(2029, 8, 31), ""),
        (D(2026, 9, 1), D(2029, 9, 1), "reduction.too_long"),
        (D(2020, 1, 1), D(2026, 11, 23), ""),  # it ran for too long; that it ends is right
    ],
)
def test_2_11_a_reduction_without_a_last_day_ends_on_one_that_can_be_meant(
    from_on, to_on, code
) -> None:
    if not code:
        check_end(from_on, to_on, D(2026, 11, 23))
        return
    with pytest.raises(RuleBroken) as broken:
        check_end(from_on, to_on, D(2026, 11, 23))
    assert broken.value.code == code


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (D(2026, 2, 1), 0),
        (D(2026, 3, 9), 100_000 * 12 // 31 + 1),  # 20 to 31 March, rounded half up
        (D(2026, 4, 1), 100_000),
        (D(2026, 5, 1), 100_000 * 10 // 31),
        (D(2026, 6, 1), 0),
    ],
)
def test_2_11_a_month_in_part_is_reduced_by_its_days(month, expected) -> None:
    assert reduced_in(Reduction(100_000, D(2026, 3, 20), D(2026, 5, 10)), month) == expected


@given(
    st.integers(1, 2_000_000),
    st.dates(D(2024, 1, 1), D(2026, 1, 1)),
    st.integers(0, 900),
    st.integers(-3, 40),
)
def test_2_11_no_month_is_reduced_by_more_than_was_decided(ore, from_on, days, month) -> None:
    reduction = Reduction(ore, from_on, from_on + dt.timedelta(days=days))
    assert 0 <= reduced_in(reduction, add_months(from_on, month)) <= ore


# --- The terms ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"contact_days": 0}, "policy.out_of_range"),
        ({"contact_days": "5"}, "policy.not_a_whole_number"),
        ({"contact_days": True}, "policy.not_a_whole_number"),
        ({"serious_count": 2}, "policy.out_of_range"),
        ({"odd": 1}, "policy.unknown_value"),
    ],
)
def test_terms_that_make_no_sense_are_refused(changed, code) -> None:
    with pytest.raises(RuleBroken) as broken:
        ComplaintPolicy.from_values({**default_values(), **changed})
    assert broken.value.code == code


def test_a_missing_term_is_refused() -> None:
    values = default_values()
    del values["pattern_months"]
    with pytest.raises(RuleBroken) as broken:
        ComplaintPolicy.from_values(values)
    assert broken.value.code == "policy.missing_value"


def test_terms_are_read_as_they_were_stored() -> None:
    assert ComplaintPolicy.from_values(default_values()).to_values() == default_values()


def test_every_kind_and_every_source_has_its_name() -> None:
    assert {kind for kinds in KINDS.values() for kind in kinds} == set(ComplaintKind.values)
    assert {one for sources in SOURCES.values() for one in sources} == set(ComplainantKind.values)
