"""How a letter is sent: the channel, the waits, and what may follow what."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.letters.rules import outbox as rules
from boligsak.letters.rules.outbox import Address
from boligsak.rule import RuleBroken

ON = datetime.date(2026, 3, 2)
USED = datetime.date(2026, 2, 20)


@pytest.mark.parametrize(
    ("email", "used_on", "because"),
    [
        ("ola@example.org", USED, ""),
        ("ola@example.org", ON, ""),
        ("ola@example.org", ON - datetime.timedelta(days=180), ""),
        ("ola@example.org", ON - datetime.timedelta(days=181), "dispatch.email_not_recent"),
        ("ola@example.org", ON + datetime.timedelta(days=1), "dispatch.email_not_recent"),
        ("ola@example.org", None, "dispatch.email_not_recent"),
        ("", USED, "dispatch.no_email"),
        ("ola@example", USED, "dispatch.no_email"),
        ("ola@example.org, kari@example.org", USED, "dispatch.no_email"),
        ("ola@example.org\nBcc: x@example.org", USED, "dispatch.no_email"),
    ],
)
def test_tvangsfullbyrdelsesloven_4_18_an_email_goes_only_to_an_address_lately_used(
    email, used_on, because
):
    assert rules.why_no_email(email, used_on, ON, 180) == because


@pytest.mark.parametrize(
    ("wanted", "is_protected", "channel", "because"),
    [
        ("email", False, "email", ""),
        ("email", True, "print", "dispatch.protected"),
        ("digital", False, "digital", ""),
        ("digital", True, "print", "dispatch.protected"),
        ("print", True, "print", ""),
        ("hand", True, "hand", ""),
    ],
)
def test_a_protected_persons_letter_never_goes_by_wire(wanted, is_protected, channel, because):
    choice = rules.choose(
        wanted,
        is_protected=is_protected,
        may_email=True,
        to=Address("ola@example.org", USED),
        on=ON,
        recent_days=180,
    )
    assert (choice.channel, choice.because) == (channel, because)


@pytest.mark.parametrize(
    ("may_email", "is_reserved", "because"),
    [
        (True, False, ""),
        (False, False, "dispatch.not_by_email"),
        (True, True, "dispatch.reserved"),
        (False, True, "dispatch.not_by_email"),
    ],
)
def test_forvaltningsloven_13_what_is_confidential_goes_by_no_ordinary_email(
    may_email, is_reserved, because
):
    choice = rules.choose(
        "email",
        is_protected=False,
        is_reserved=is_reserved,
        may_email=may_email,
        to=Address("ola@example.org", USED),
        on=ON,
        recent_days=180,
    )
    assert choice == rules.Choice("print" if because else "email", because)


@pytest.mark.parametrize(
    ("told", "known_email", "known_used_on", "used_on"),
    [
        (USED, None, None, USED),
        (None, None, None, None),
        (None, "ola@example.org", USED, USED),
        (USED, "Ola@Example.org", ON, ON),
        (ON, "ola@example.org", USED, ON),
        (ON, "ola@example.org", None, ON),
        (ON, "ny@example.org", ON, None),
        (ON, "", None, None),
    ],
)
def test_tvangsfullbyrdelsesloven_4_18_an_address_that_is_no_longer_theirs_is_not_used(
    told, known_email, known_used_on, used_on
):
    found = rules.last_used(Address("ola@example.org", told), known_email, known_used_on)
    assert found == Address("ola@example.org", used_on)


def test_five_attempts_are_repeated_ever_later_and_the_sixth_is_the_last():
    waits = [rules.next_try(attempt) for attempt in range(1, 7)]
    minutes = [wait.total_seconds() / 60 if wait else None for wait in waits]
    assert minutes == [1, 5, 30, 120, 720, None]


def test_nothing_leads_out_of_sent_or_cancelled():
    assert rules.NEXT_STEPS["sent"] == rules.NEXT_STEPS["cancelled"] == frozenset()


@given(st.sampled_from(sorted(rules.NEXT_STEPS)), st.sampled_from(sorted(rules.NEXT_STEPS)))
def test_a_step_is_allowed_exactly_where_the_table_has_it(state, to):
    if to in rules.NEXT_STEPS[state]:
        rules.check_next(state, to)
    else:
        with pytest.raises(RuleBroken, match=r"dispatch\.not_now"):
            rules.check_next(state, to)


@pytest.mark.parametrize(
    ("sent_on", "code"),
    [
        (ON, None),
        (ON - datetime.timedelta(days=3), None),
        (ON - datetime.timedelta(days=4), "dispatch.before_ready"),
        (ON + datetime.timedelta(days=1), "dispatch.not_yet"),
    ],
)
def test_a_letter_was_sent_on_a_day_it_was_there(sent_on, code):
    ready_on = ON - datetime.timedelta(days=3)
    if code is None:
        rules.check_sent_on(sent_on, ready_on, ON)
    else:
        with pytest.raises(RuleBroken) as broken:
            rules.check_sent_on(sent_on, ready_on, ON)
        assert broken.value.code == code


@pytest.mark.parametrize(("pages", "sheets"), [(0, 0), (1, 1), (2, 1), (3, 2), (8, 4)])
def test_two_pages_are_one_sheet(pages, sheets):
    assert rules.sheets(pages) == sheets
