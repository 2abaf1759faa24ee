"""What counts as having tried, who has been heard, and what a promise came to."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.models import Channel, ContactResult, PromiseState
from arrears.rules import contacts as rules
from arrears.rules.contacts import ContactFacts, Heard, Paid, Promise
from boligsak.rule import RuleBroken

DAY = dt.date(2026, 3, 2)  # a Monday


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


# --- What counts --------------------------------------------------------------------------------


def test_the_rules_speak_of_the_values_that_are_stored() -> None:
    assert {rules.HOME_VISIT, rules.GUARDIAN, *rules.IN_WRITING} <= set(Channel.values)
    assert {rules.NOT_REACHED, rules.MESSAGE_LEFT, rules.PROMISED} <= set(ContactResult.values)
    assert set(rules.promise_states([Promise(1, DAY, DAY, 1)], [], DAY).values()) <= set(
        PromiseState.values
    )


@pytest.mark.parametrize(
    ("channel", "result", "is_away", "because"),
    [
        ("home_visit", "talked", False, ""),
        ("home_visit", "not_reached", False, ""),  # nobody at home is an attempt all the same
        ("home_visit", "not_reached", True, "away"),
        ("home_visit", "message_left", True, "away"),
        ("phone", "not_reached", True, ""),  # a phone reaches people wherever they are
        ("letter", "message_left", True, ""),
        ("phone", "wrong_number", False, "wrong_number"),
        ("home_visit", "wrong_number", True, "wrong_number"),
    ],
)
def test_a_visit_to_an_empty_home_of_somebody_away_does_not_count(
    channel: str, result: str, is_away: bool, because: str
) -> None:
    assert rules.not_counted_because(channel, result, is_away=is_away) == because


@pytest.mark.parametrize("result", ContactResult.values)
def test_somebody_is_reached_when_they_are_talked_with(result: str) -> None:
    assert rules.was_reached(result) is (result in {"talked", "agreed", "promised", "refused"})


@pytest.mark.parametrize("channel", ["letter", "sms", "email"])
def test_what_is_sent_is_a_message_left_and_the_answer_a_contact_of_its_own(channel: str) -> None:
    rules.check_result(channel, "message_left")
    with pytest.raises(RuleBroken, match=r"contact\.result_of_writing"):
        rules.check_result(channel, "promised")


@pytest.mark.parametrize(
    ("died_on", "on", "is_refused"),
    [(None, DAY, False), (DAY, DAY, False), (DAY, day(1), True), (day(1), DAY, False)],
)
def test_the_dead_are_not_contacted_after_their_day(
    died_on: dt.date | None, on: dt.date, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(RuleBroken, match=r"contact\.dead"):
            rules.check_alive(died_on, on)
    else:
        rules.check_alive(died_on, on)


@pytest.mark.parametrize(
    ("channels", "visited", "reason", "lacking"),
    [
        ((), None, None, ("channels", "home_visit")),
        (("phone",), None, None, ("channels", "home_visit")),
        (("phone", "letter"), None, None, ("home_visit",)),
        (("phone", "letter"), None, "Dangerous dog", ()),
        (("home_visit",), DAY, None, ("channels",)),
        (("home_visit", "phone"), DAY, None, ()),
    ],
)
def test_contact_is_two_channels_and_a_home_visit_or_a_reason(
    channels: tuple[str, ...], visited: dt.date | None, reason: str | None, lacking: tuple[str, ...]
) -> None:
    facts = ContactFacts(
        channels=frozenset(channels), home_visit_on=visited, no_home_visit_reason=reason
    )
    assert rules.lacks_contact(facts) == lacking


# --- Who has been heard -------------------------------------------------------------------------


def test_a_case_has_a_view_when_every_joint_tenant_has_spoken() -> None:
    one, two = Heard(1, view_on=DAY), Heard(2, view_on=day(3))
    assert rules.together([one, two]).view_recorded_on == day(3)
    assert rules.together([one, Heard(2)]).view_recorded_on is None


def test_an_invitation_is_needed_for_each_of_those_who_have_not_spoken() -> None:
    spoke, asked, forgotten = Heard(1, view_on=DAY), Heard(2, invited_on=day(2)), Heard(3)
    assert rules.together([spoke, asked]).invited_on == day(2)
    assert rules.together([spoke, asked, forgotten]).invited_on is None


def test_a_view_is_missing_with_a_reason_when_each_silent_one_has_a_reason() -> None:
    one, two = Heard(1, missing_because="Did not answer"), Heard(2, missing_because="Abroad")
    assert rules.together([one, two]).view_missing_reason == "Did not answer; Abroad"
    assert rules.together([one, Heard(2)]).view_missing_reason == ""
    assert rules.together([Heard(1, view_on=DAY)]).view_missing_reason == ""


def test_every_guardian_is_to_be_informed() -> None:
    one = Heard(1, has_guardian=True, guardian_informed_on=DAY)
    two = Heard(2, has_guardian=True)
    assert rules.together([one, Heard(3)]).guardian_informed_on == DAY
    assert rules.together([one, two]).guardian_informed_on is None
    assert rules.together([Heard(3)]).has_guardian is False


def test_the_living_are_heard_and_the_estate_when_nobody_lives() -> None:
    alive, dead = Heard(1), Heard(2, is_dead=True)
    assert rules.to_hear([alive, dead]) == (alive,)
    assert rules.to_hear([dead]) == (dead,)


def test_who_is_unheard_and_who_unaccounted_for_can_be_named() -> None:
    facts = ContactFacts(
        tenants=(
            Heard(1, view_on=DAY),
            Heard(2, invited_on=DAY),
            Heard(3, missing_because="Refuses"),
            Heard(4),
        )
    )
    assert facts.unheard == (3, 4)
    assert facts.unaccounted == (2, 4)


# --- Promises -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by_on", "last_on", "judged_on"),
    [
        # Wednesday: in Thursday's file, judged on Friday morning.
        (dt.date(2026, 3, 4), dt.date(2026, 3, 4), dt.date(2026, 3, 6)),
        # Friday: in Monday's file.
        (dt.date(2026, 3, 6), dt.date(2026, 3, 6), dt.date(2026, 3, 10)),
        # Sunday has Monday's value date, in Tuesday's file.
        (dt.date(2026, 3, 8), dt.date(2026, 3, 9), dt.date(2026, 3, 11)),
        # The Wednesday before Easter: the banks open again on Tuesday 7 April.
        (dt.date(2026, 4, 1), dt.date(2026, 4, 1), dt.date(2026, 4, 8)),
    ],
)
def test_a_promise_is_judged_when_the_file_of_its_last_day_has_been_read(
    by_on: dt.date, last_on: dt.date, judged_on: dt.date
) -> None:
    assert Promise(1, DAY, by_on, 1).last_on == last_on
    assert rules.judged_on(by_on) == judged_on


PROMISE = Promise(1, DAY, day(4), 500_000)


@pytest.mark.parametrize(
    ("payments", "today", "state"),
    [
        ([], day(4), "open"),
        ([], day(7), "open"),  # Monday: Friday's file is read today
        ([], day(8), "broken"),
        ([Paid(day(1), 500_000)], day(1), "kept"),
        ([Paid(day(4), 500_000)], day(20), "kept"),
        ([Paid(day(1), 200_000), Paid(day(3), 300_000)], day(3), "kept"),
        ([Paid(day(1), 499_999)], day(8), "broken"),
        ([Paid(day(-1), 500_000)], day(8), "broken"),  # paid before it was promised
        ([Paid(day(5), 500_000)], day(8), "broken"),  # a day late
        ([Paid(day(1), 500_000), Paid(day(2), -500_000)], day(8), "broken"),  # taken back
    ],
)
def test_a_promise_is_kept_by_what_comes_between_the_two_days(
    payments: list[Paid], today: dt.date, state: str
) -> None:
    assert rules.promise_states([PROMISE], payments, today)[1] == state


def test_a_krone_keeps_one_promise_only_the_one_that_runs_out_first() -> None:
    later = Promise(2, DAY, day(14), 500_000)
    states = rules.promise_states([later, PROMISE], [Paid(day(2), 500_000)], day(30))
    assert states == {1: "kept", 2: "broken"}


def test_what_is_over_goes_to_the_next_promise() -> None:
    later = Promise(2, DAY, day(14), 500_000)
    states = rules.promise_states([PROMISE, later], [Paid(day(2), 1_000_000)], day(2))
    assert states == {1: "kept", 2: "kept"}


@pytest.mark.parametrize(
    ("ore", "by_on", "code"),
    [
        (0, day(3), "promise.amount"),
        (100, day(-1), "promise.day_over"),
        (100, day(93), "promise.too_far"),
    ],
)
def test_a_promise_is_about_a_sum_and_a_day_to_come(ore: int, by_on: dt.date, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        rules.check_promise(DAY, by_on, ore, 92)
    assert refused.value.code == code


days = st.integers(-10, 40).map(day)
promises = st.lists(st.tuples(days, st.integers(0, 20), st.integers(1, 1000)), max_size=5).map(
    lambda rows: [
        Promise(number, said_on, said_on + dt.timedelta(days=length), ore)
        for number, (said_on, length, ore) in enumerate(rows)
    ]
)
payments = st.lists(st.builds(Paid, days, st.integers(-1000, 1000)), max_size=8)


@given(promises, payments, st.randoms())
def test_it_does_not_matter_in_which_order_payments_and_promises_are_known(
    told: list[Promise], came: list[Paid], random: object
) -> None:
    before = rules.paid_towards(told, came)
    random.shuffle(told)  # type: ignore[attr-defined]
    random.shuffle(came)  # type: ignore[attr-defined]
    assert rules.paid_towards(told, came) == before


@given(promises, payments)
def test_no_promise_gets_more_than_was_promised_nor_all_together_more_than_came(
    told: list[Promise], came: list[Paid]
) -> None:
    given_ = rules.paid_towards(told, came)
    assert all(0 <= given_[one.id] <= one.ore for one in told)
    assert sum(given_.values()) <= sum(max(one.ore, 0) for one in came)


@given(promises, payments, days)
def test_a_kept_promise_stays_kept_as_the_days_go(
    told: list[Promise], came: list[Paid], today: dt.date
) -> None:
    now = rules.promise_states(told, came, today)
    later = rules.promise_states(told, came, today + dt.timedelta(days=30))
    assert all(later[one] == "kept" for one, state in now.items() if state == "kept")
    assert "open" not in rules.promise_states(told, came, day(100)).values()
