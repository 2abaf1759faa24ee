"""Complaints where they meet flags, cases and the ledger."""

import datetime as dt
import random

import pytest

from arrears.models import CaseAct, CaseComplaint, Flag, FlagChange, LeaseAccount, LedgerLine
from arrears.queries.complaints import reduced_months
from arrears.services.cases.closing import close_case
from arrears.services.cases.opening import NewTrigger, open_case, open_cases
from arrears.services.charges import charge_due
from arrears.services.complaints import reduce_newly_charged, reduce_rent, take_up
from arrears.services.flags import rebuild
from arrears.services.ledger import NewLine, correct, post
from boligsak.jobs.services import run
from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from tenants.rules.complaints import Reduction
from tenants.services.complaints import (
    assess,
    close,
    end_reduction,
    note_contact,
    withdraw,
)
from tests.arrears.nights import _one_transaction, look  # noqa: F401
from tests.factories import LeaseFactory, UserFactory
from tests.tenants.test_complaints import about_the_dwelling, complain, refused
from tests.together import at_once

pytestmark = pytest.mark.django_db
D = dt.date
ONE = dt.timedelta(days=1)
DAY = D(2026, 11, 23)
LAST = D(2026, 11, 30)


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


@pytest.fixture
def lease():
    return LeaseFactory(kid="12345674")


def three(lease, by) -> list:
    """Three complaints in six months, all talked about in time."""
    rows = [complain(lease, by, on) for on in (D(2026, 7, 1), D(2026, 9, 1), D(2026, 11, 20))]
    for row in rows:
        note_contact(row.pk, contacted_on=row.received_on, says="Beklager", by=by, on=DAY)
    return rows


def flags(lease) -> list[tuple[str, int, dt.date]]:
    found = Flag.objects.open().filter(lease=lease, kind="complaints")
    return list(found.values_list("kind", "level", "anchor_on"))


# --- The flag -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_one_transaction")
def test_three_complaints_in_six_months_raise_a_flag_in_the_night(kari, lease) -> None:
    three(lease, kari)
    look(DAY)
    assert flags(lease) == [("complaints", 2, D(2026, 7, 1))]
    flag = Flag.objects.get(lease=lease, kind="complaints")
    assert flag.facts["count"] == 3
    assert Policy.objects.get(pk=flag.policy_id).kind == "complaints"


@pytest.mark.usefixtures("_one_transaction")
def test_the_flag_goes_by_itself_when_the_oldest_counts_no_more(kari, lease) -> None:
    three(lease, kari)
    look(DAY)
    assert LeaseAccount.objects.get(pk=lease.pk).next_look_on <= D(2027, 1, 1)
    look(D(2026, 12, 31))
    assert flags(lease)
    look(D(2027, 1, 1))
    assert not flags(lease)


@pytest.mark.usefixtures("_one_transaction")
@pytest.mark.parametrize("what", ["withdrawn", "unfounded"])
def test_a_withdrawn_or_unfounded_one_takes_the_flag_with_it(what, kari, lease) -> None:
    rows = three(lease, kari)
    look(DAY)
    if what == "withdrawn":
        withdraw(rows[0].pk, reason="Angrer", by=kari, on=DAY)
    else:
        assess(rows[0].pk, is_upheld=False, assessed="Var ikke hjemme", by=kari, on=DAY)
    look(DAY + ONE)
    assert not flags(lease)


@pytest.mark.usefixtures("_one_transaction")
def test_a_household_nobody_called_in_time_is_flagged_the_day_after(kari, lease) -> None:
    row = complain(lease, kari, D(2026, 11, 16))
    look(D(2026, 11, 23))
    assert not flags(lease)
    look(D(2026, 11, 24))
    assert flags(lease) == [("complaints", 1, D(2026, 11, 23))]
    note_contact(row.pk, contacted_on=D(2026, 11, 24), says="Ja", by=kari, on=D(2026, 11, 24))
    look(D(2026, 11, 25))
    assert not flags(lease)


@pytest.mark.usefixtures("_one_transaction")
def test_a_fourth_complaint_is_told_though_the_level_is_the_same(kari, lease) -> None:
    three(lease, kari)
    look(DAY)
    fourth = complain(lease, kari)
    note_contact(fourth.pk, contacted_on=DAY, says="Ja", by=kari, on=DAY)
    look(DAY + ONE)
    assert Flag.objects.get(lease=lease, kind="complaints").facts["count"] == 4


@pytest.mark.usefixtures("_one_transaction")
def test_a_second_night_of_the_day_writes_nothing(kari, lease) -> None:
    three(lease, kari)
    look(DAY)
    before = FlagChange.objects.count()
    look(DAY)
    look(DAY + ONE)
    assert FlagChange.objects.count() == before


@pytest.mark.usefixtures("_one_transaction")
def test_other_terms_for_the_office_are_felt_the_same_night(kari, lease) -> None:
    three(lease, kari)
    look(DAY)
    Policy.objects.create(
        kind="complaints",
        office=lease.office,
        valid_from=DAY + ONE,
        values={"contact_days": 5, "pattern_count": 4, "pattern_months": 6, "serious_count": 6},
        source="Vedtak",
    )
    look(DAY + ONE)
    assert not flags(lease)


@pytest.mark.usefixtures("_one_transaction")
@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_in_the_nights_keep_what_a_rebuild_makes(seed, kari) -> None:
    chance = random.Random(seed)
    leases = [LeaseFactory(kid=kid) for kid in ("12345674", "12345682", "12345690")]
    rows: list = []
    for number in range(90):
        day = D(2026, 5, 4) + number * 3 * ONE
        if chance.random() < 0.5:
            rows.append(complain(chance.choice(leases), kari, day))
        if rows and chance.random() < 0.4:
            row = rows.pop(chance.randrange(len(rows)))
            what = chance.choice(["talk", "withdraw", "unfounded", "move_out"])
            if what == "talk":
                note_contact(row.pk, contacted_on=day, says="Ja", by=kari, on=day)
            elif what == "withdraw":
                withdraw(row.pk, reason="Angrer", by=kari, on=day)
            elif what == "unfounded":
                assess(row.pk, is_upheld=False, assessed="Nei", by=kari, on=day)
            elif number > 70:
                row.lease.refresh_from_db()
                row.lease.moved_out_on = day
                row.lease.save()
        if chance.random() < 0.8:
            look(day)
            kept = [flags(lease) for lease in leases]
            changes = FlagChange.objects.count()
            rebuild(day)
            assert [flags(lease) for lease in leases] == kept, f"seed {seed}, {day}"
            assert FlagChange.objects.count() == changes
    assert Flag.objects.filter(kind="complaints").exists()


# --- The case -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_one_transaction")
def test_a_case_from_the_flag_is_about_all_complaints_of_the_pattern(kari, lease) -> None:
    rows = three(lease, kari)
    look(DAY)
    flag = Flag.objects.get(lease=lease, kind="complaints")
    (done,) = open_cases([flag.pk], by=kari, on=DAY)
    assert (done.code, done.kinds) == ("new", ("complaint",))
    linked = CaseComplaint.objects.filter(case=done.case_id).values_list("complaint", flat=True)
    assert set(linked) == {row.pk for row in rows}


def test_a_complaint_opens_a_case_and_brings_the_others(kari, lease) -> None:
    rows = three(lease, kari)
    opened = take_up(rows[2].pk, by=kari, on=DAY)
    assert opened.is_new
    assert opened.case.complaints.count() == 3
    assert {row.acts.filter(what="case").count() for row in rows} == {1}


def test_a_complaint_is_added_to_the_case_that_is_open(kari, lease) -> None:
    case = open_case(lease.pk, [NewTrigger("arrears")], by=kari, on=DAY).case
    row = complain(lease, kari)
    opened = take_up(row.pk, by=kari, on=DAY)
    assert (opened.case, opened.is_new) == (case, False)
    kinds = set(case.triggers.values_list("kind", flat=True))
    assert kinds == {"arrears", "complaint"}


def test_a_later_complaint_joins_a_case_about_complaints(kari, lease) -> None:
    case = take_up(complain(lease, kari).pk, by=kari, on=DAY).case
    later = complain(lease, kari)
    assert take_up(later.pk, by=kari, on=DAY).case == case
    assert case.complaints.count() == 2
    assert CaseAct.objects.filter(case=case, what="complaints_linked").count() == 1


def test_a_complaint_is_in_one_case_only(kari, lease) -> None:
    row = complain(lease, kari)
    case = take_up(row.pk, by=kari, on=DAY).case
    assert refused(take_up, row.pk, by=kari, on=DAY) == "complaint.on_case"
    close_case(case.pk, "calm", by=kari, on=DAY)
    later = complain(lease, kari)
    new = take_up(later.pk, by=kari, on=DAY).case
    assert list(new.complaints.values_list("complaint", flat=True)) == [later.pk]


def test_what_makes_no_case(kari, lease) -> None:
    dwelling = about_the_dwelling(lease, kari)
    gone, unfounded = complain(lease, kari), complain(lease, kari)
    withdraw(gone.pk, reason="Feil", by=kari, on=DAY)
    assess(unfounded.pk, is_upheld=False, assessed="Nei", by=kari, on=DAY)
    codes = [refused(take_up, row.pk, by=kari, on=DAY) for row in (dwelling, gone, unfounded)]
    assert codes == ["complaint.about_dwelling", "complaint.withdrawn", "complaint.unfounded"]


@pytest.mark.django_db(transaction=True)
def test_two_who_take_up_the_same_complaint_end_in_one_case() -> None:
    kari, ola = UserFactory(role="caseworker"), UserFactory(role="caseworker")
    row = complain(LeaseFactory(), kari)
    assert at_once(
        lambda: take_up(row.pk, by=kari, on=DAY), lambda: take_up(row.pk, by=ola, on=DAY)
    ) == ["complaint.on_case", "done"]
    assert CaseComplaint.objects.count() == 1


# --- §§ 2-11, 2-15: the rent --------------------------------------------------------------------


def charged(lease, *months: dt.date) -> None:
    post(
        [
            NewLine(lease.pk, "rent", 900_000, on, f"rent:{on:%Y-%m}", due_on=on)
            for on in (month.replace(day=20) for month in months)
        ]
    )


def found(lease, kari, to_on=LAST):
    row = about_the_dwelling(lease, kari)
    reduction = Reduction(100_000, D(2026, 9, 1), to_on)
    return assess(row.pk, is_upheld=True, assessed="Mugg", reduction=reduction, by=kari, on=DAY)


def credited(lease) -> list[tuple[dt.date, int, str]]:
    lines = LedgerLine.objects.filter(lease=lease, kind="credit").select_related("names")
    return [(x.effective_on, x.amount_ore, x.names.reference) for x in lines.order_by("pk")]


def test_2_11_each_month_is_credited_on_its_own_charge_from_its_own_day(kari, lease) -> None:
    charged(lease, D(2026, 8, 1), D(2026, 9, 1), D(2026, 10, 1), D(2026, 11, 1))
    landlord = UserFactory(role="landlord")
    months = reduce_rent(found(lease, kari).pk, by=landlord, on=DAY)
    assert len(months) == 3
    assert credited(lease) == [
        (D(2026, 9, 20), -100_000, "rent:2026-09"),
        (D(2026, 10, 20), -100_000, "rent:2026-10"),
        (D(2026, 11, 20), -100_000, "rent:2026-11"),
    ]
    assert LeaseAccount.objects.get(pk=lease.pk).balance_ore == 4 * 900_000 - 300_000


def test_2_11_the_landlord_who_sends_it_twice_reduces_once(kari, lease) -> None:
    charged(lease, D(2026, 9, 1))
    row, landlord = found(lease, kari), UserFactory(role="landlord")
    reduce_rent(row.pk, by=landlord, on=DAY)
    assert refused(reduce_rent, row.pk, by=landlord, on=DAY) == "reduction.nothing_left"
    assert len(credited(lease)) == 1


def test_2_11_no_more_is_taken_off_than_is_left_of_the_charge(kari, lease) -> None:
    charged(lease, D(2026, 9, 1))
    landlord = UserFactory(role="landlord")
    line = LedgerLine.objects.get(lease=lease)
    correct(line.pk, amount_ore=-850_000, on=DAY, note="Feil leie", by=landlord)
    reduce_rent(found(lease, kari).pk, by=landlord, on=DAY)
    assert [ore for _on, ore, _reference in credited(lease)] == [-50_000]


def test_2_11_what_was_written_off_by_mistake_is_left_of_the_charge(kari, lease) -> None:
    charged(lease, D(2026, 9, 1))
    landlord, line = UserFactory(role="landlord"), LedgerLine.objects.get(lease=lease)
    lost = NewLine(lease.pk, "writeoff", -900_000, DAY, "lost", names_id=line.pk)
    (wrong,) = post([lost])
    correct(wrong.pk, amount_ore=900_000, on=DAY, note="Feil leieforhold", by=landlord)
    reduce_rent(found(lease, kari).pk, by=landlord, on=DAY)
    assert [ore for _on, ore, _reference in credited(lease)] == [-100_000]


def test_2_11_months_charged_later_follow_in_the_night_once(kari, lease) -> None:
    charged(lease, D(2026, 10, 1))
    row = found(lease, kari, to_on=None)
    reduce_rent(row.pk, by=UserFactory(role="landlord"), on=DAY)
    charged(lease, D(2026, 12, 1))
    assert reduce_newly_charged(D(2026, 12, 20))["credited"] == 1
    assert reduce_newly_charged(D(2026, 12, 20))["credited"] == 0
    assert [reference for _on, _ore, reference in credited(lease)] == [
        "rent:2026-10",
        "rent:2026-12",
    ]


def test_2_11_nothing_is_credited_before_the_landlord_has_begun(kari, lease) -> None:
    charged(lease, D(2026, 9, 1))
    found(lease, kari)
    assert reduce_newly_charged(DAY) == {"looked": 0, "credited": 0, "ore": 0}


def test_2_11_a_charge_not_yet_due_is_not_touched(kari, lease) -> None:
    charged(lease, D(2026, 11, 1), D(2026, 12, 1))
    months = reduced_months(found(lease, kari, to_on=None), DAY)
    assert [month.month for month in months] == [D(2026, 11, 1)]


def test_2_11_without_a_reduction_there_is_nothing_to_credit(kari, lease) -> None:
    row = about_the_dwelling(lease, kari)
    assert refused(reduce_rent, row.pk, by=kari, on=DAY) == "reduction.none"


def test_2_11_a_complaint_that_was_taken_back_reduces_no_rent(kari, lease) -> None:
    charged(lease, D(2026, 9, 1))
    row = found(lease, kari)
    withdraw(row.pk, reason="Feil bolig", by=kari, on=DAY)
    assert refused(reduce_rent, row.pk, by=kari, on=DAY) == "reduction.none"
    assert credited(lease) == []


@pytest.mark.django_db(transaction=True)
def test_2_11_a_complaint_is_reduced_or_taken_back_never_both() -> None:
    kari, landlord = UserFactory(role="caseworker"), UserFactory(role="landlord")
    lease = LeaseFactory()
    charged(lease, D(2026, 9, 1))
    row = found(lease, kari)
    came_to = at_once(
        lambda: reduce_rent(row.pk, by=landlord, on=DAY),
        lambda: withdraw(row.pk, reason="Feil", by=kari, on=DAY),
    )
    row.refresh_from_db()
    is_back = row.state == "withdrawn"
    assert came_to == ["done", "reduction.none" if is_back else "reduction.posted"]
    assert bool(credited(lease)) is not is_back


def test_2_11_a_reduction_until_further_notice_ends_when_the_defect_is_mended(kari, lease) -> None:
    charged(lease, D(2026, 11, 1))
    row = found(lease, kari, to_on=None)
    reduce_rent(row.pk, by=UserFactory(role="landlord"), on=DAY)
    facts = {"is_upheld": True, "assessed": "Utbedret", "by": kari, "on": D(2026, 12, 16)}
    ended = [Reduction(100_000, D(2026, 9, 1), on) for on in (D(2026, 11, 29), D(2026, 12, 15))]
    # November has its credit.
    assert refused(assess, row.pk, reduction=ended[0], **facts) == "reduction.posted"
    assess(row.pk, reduction=ended[1], **facts)
    charged(lease, D(2026, 12, 1), D(2027, 1, 1))
    reduce_newly_charged(D(2027, 1, 20))
    # Fifteen of December's thirty-one days, and none of January's.
    assert [ore for _on, ore, _reference in credited(lease)] == [-100_000, -48_387]


def test_2_11_what_is_in_the_ledger_is_not_decided_anew(kari, lease) -> None:
    charged(lease, D(2026, 9, 1))
    row = found(lease, kari)
    reduce_rent(row.pk, by=UserFactory(role="landlord"), on=DAY)
    other = Reduction(200_000, D(2026, 9, 1), None)
    facts = {"is_upheld": True, "assessed": "Verre", "reduction": other, "by": kari, "on": DAY}
    assert refused(assess, row.pk, **facts) == "reduction.posted"
    assert refused(withdraw, row.pk, reason="Nei", by=kari, on=DAY) == "reduction.posted"
    assert close(row.pk, outcome="Badet er tørket", by=kari, on=DAY).state == "closed"


def test_2_11_a_reduction_does_not_go_on_unsaid_when_the_complaint_is_closed(kari, lease) -> None:
    row = found(lease, kari, None)
    told = {"outcome": "Badet er tørket", "by": kari, "on": DAY}
    assert refused(close, row.pk, **told) == "reduction.open_ended"
    early = D(2026, 8, 1)
    assert refused(close, row.pk, reduced_to=early, **told) == "reduction.end_before"
    done = close(row.pk, reduced_to=DAY, **told)
    assert (done.state, done.reduction_to) == ("closed", DAY)
    assert done.acts.latest("pk").facts == {"reduced_to": DAY.isoformat()}


def test_2_11_a_reduction_that_goes_on_is_ended_when_the_defect_is_mended(kari, lease) -> None:
    charged(lease, D(2026, 9, 1))
    row = found(lease, kari, None)
    reduce_rent(row.pk, by=UserFactory(role="landlord"), on=DAY)
    close(row.pk, outcome="Håndverker bestilt", goes_on=True, by=kari, on=DAY)
    charged(lease, D(2026, 12, 1))
    assert reduce_newly_charged(D(2026, 12, 20))["credited"] == 1
    end = {"by": kari, "on": D(2026, 12, 22)}
    code = refused(end_reduction, row.pk, to_on=D(2026, 12, 10), **end)
    assert code == "reduction.end_posted"
    end_reduction(row.pk, to_on=D(2026, 12, 31), **end)
    assert refused(end_reduction, row.pk, to_on=D(2027, 1, 31), **end) == "reduction.ended"
    charged(lease, D(2027, 1, 1))
    assert reduce_newly_charged(D(2027, 1, 20))["credited"] == 0


@pytest.mark.parametrize(
    ("to_on", "code"), [(D(2026, 10, 30), "reduction.end_posted"), (D(2026, 10, 31), "")]
)
def test_2_11_a_reduction_ends_before_the_months_that_have_no_credit_yet(
    kari, lease, to_on, code
) -> None:
    charged(lease, D(2026, 9, 1), D(2026, 10, 1))
    row = found(lease, kari, None)
    early = D(2026, 11, 3)
    reduce_rent(row.pk, by=UserFactory(role="landlord"), on=early)
    if code:
        assert refused(end_reduction, row.pk, to_on=to_on, by=kari, on=early) == code
        return
    end_reduction(row.pk, to_on=to_on, by=kari, on=early)
    charged(lease, D(2026, 11, 1))
    assert reduce_newly_charged(DAY)["credited"] == 0


def test_2_11_a_month_that_was_charged_and_credited_ahead_is_posted(kari, lease) -> None:
    post([NewLine(lease.pk, "rent", 900_000, DAY, "load:F-9", due_on=D(2026, 12, 20))])
    row = found(lease, kari, None)
    reduce_rent(row.pk, by=UserFactory(role="landlord"), on=DAY)
    end = {"to_on": D(2026, 12, 5), "by": kari, "on": DAY}
    assert refused(end_reduction, row.pk, **end) == "reduction.end_posted"


@pytest.mark.django_db(transaction=True)
def test_2_11_two_at_once_reduce_once() -> None:
    kari, landlord = UserFactory(role="caseworker"), UserFactory(role="landlord")
    lease = LeaseFactory()
    charged(lease, D(2026, 9, 1), D(2026, 10, 1))
    row = found(lease, kari)
    assert at_once(
        lambda: reduce_rent(row.pk, by=landlord, on=DAY),
        lambda: reduce_rent(row.pk, by=landlord, on=DAY),
    ) == ["done", "reduction.nothing_left"]
    assert len(credited(lease)) == 2


def test_a_lease_without_complaints_is_charged_as_before(lease) -> None:
    run("charges", lambda progress: charge_due(DAY), day=DAY)
    assert reduce_newly_charged(DAY)["looked"] == 0


def test_the_reduction_of_another_office_is_not_there(kari, lease) -> None:
    from tests.factories import OfficeFactory

    charged(lease, D(2026, 9, 1))
    row = found(lease, kari)
    landlord = UserFactory(role="landlord", role__offices=[OfficeFactory()])
    with pytest.raises(RuleBroken) as broken:
        reduce_rent(row.pk, by=landlord, on=DAY)
    assert broken.value.code == "complaint.not_visible"
