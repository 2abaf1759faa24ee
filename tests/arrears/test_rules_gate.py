"""The gate: one row of the table for each condition, met and not met, by kind and ground."""

import datetime as dt
from dataclasses import replace

import pytest

from arrears.models import Ground as StoredGround
from arrears.models import NoticeKind, PetitionReason, ReferralState
from arrears.models import ReferralKind as StoredKind
from arrears.rules.gate import (
    NEEDED,
    Answer,
    DecisionFacts,
    Gate,
    GateFacts,
    Group,
    NoticeState,
    Waiting,
    conditions,
)
from arrears.rules.notices import protest_by, sue_by
from arrears.rules.referrals import GROUNDS, REASONS, Ground, Reason, ReferralKind, State
from boligsak.rule import RuleBroken
from tenants.rules.leases import Expiry

DAY = dt.date(2026, 6, 16)
HELD = dt.date(2026, 6, 10)
LONG_AGO = dt.date(2026, 1, 5)

WAYS = [(kind, ground) for kind, grounds in GROUNDS.items() for ground in grounds]
COLLECTION = (ReferralKind.COLLECTION, Ground.NONE)
UNPAID = (ReferralKind.BAILIFF, Ground.UNPAID)
EXPIRED = (ReferralKind.BAILIFF, Ground.EXPIRED)
TERMINATED = (ReferralKind.BAILIFF, Ground.TERMINATED)
SUIT = (ReferralKind.COURT, Ground.TERMINATED)
NUISANCE = (ReferralKind.COURT, Ground.NUISANCE)

DECIDED = DecisionFacts(
    held_on=HELD,
    present=frozenset({"welfare", "landlord"}),
    invited=frozenset({"housing_unit"}),
)


def served(sent_on: dt.date = dt.date(2026, 6, 1), **changes: object) -> NoticeState:
    return replace(
        NoticeState(
            sent_on=sent_on,
            allowed_from=dt.date(2026, 6, 16),
            sue_by_on=dt.date(2026, 9, 15),
        ),
        **changes,  # type: ignore[arg-type]
    )


def finished(way: tuple[ReferralKind, Ground]) -> GateFacts:
    """Everything is done, served and answered for this way."""
    kind, ground = way
    notices = {name: served() for name in NEEDED[way]}
    if ground == Ground.TERMINATED and kind != ReferralKind.BAILIFF:
        notices["termination"] = served(protest_on=dt.date(2026, 6, 9))
    return GateFacts(
        decision=DECIDED,
        channels=frozenset({"letter", "phone"}),
        home_visit_on=LONG_AGO,
        views=1,
        application=Answer(DAY),
        objection=Answer(DAY),
        occupants=1,
        has_children=True,
        children_assessed_on=LONG_AGO,
        guardians=1,
        guardian_informed_on=LONG_AGO,
        notices=notices,
        signed_on=LONG_AGO,
        has_clause_a=True,
        has_clause_b=True,
        ends_on=dt.date(2026, 4, 30),
        last_safe_on=dt.date(2026, 7, 31),
        expiry=Expiry.CLOCK_STOPPED,
        overdue_ore=1_800_000,
        overdue_rent_ore=900_000,
        oldest_due_on=dt.date(2026, 3, 20),
    )


def unmet(facts: GateFacts, way: tuple[ReferralKind, Ground], day: dt.date = DAY) -> list[str]:
    return [found.code for found in Gate(conditions(facts, *way, day)).unmet]


def decided(**changes: object) -> dict[str, object]:
    return {"decision": replace(DECIDED, **changes)}  # type: ignore[arg-type]


def notice(name: str, **changes: object) -> dict[str, object]:
    return {"_notice": (name, changes)}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
def test_a_finished_case_opens_the_gate(way):
    assert unmet(finished(way), way) == []


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
def test_nothing_done_opens_nothing_and_every_group_of_the_gate_is_asked(way):
    found = conditions(GateFacts(tenants=1), *way, DAY)
    assert {row.group for row in found if not row.is_met} >= {
        Group.DECISION,
        Group.WORK,
        Group.LAW,
    }
    assert len({row.code for row in found}) == len(found)


# what holds | which way | what is changed | what is then not met
TABLE = [
    # (a) the meeting
    ("no decision", UNPAID, {"decision": None}, "decision.made"),
    ("decision withdrawn", UNPAID, decided(is_withdrawn=True), "decision.made"),
    ("decision used before", UNPAID, decided(is_used=True), "decision.made"),
    ("decided otherwise since", UNPAID, decided(overtaken_on=DAY), "decision.made"),
    ("closed and reopened since", UNPAID, decided(closed_on=DAY), "decision.made"),
    ("meeting not held yet", UNPAID, decided(held_on=dt.date(2026, 6, 17)), "decision.made"),
    (
        "landlord was absent",
        UNPAID,
        decided(present=frozenset({"welfare"})),
        "decision.parties",
    ),
    (
        "welfare office was absent",
        COLLECTION,
        decided(present=frozenset({"landlord"})),
        "decision.parties",
    ),
    ("housing unit was not asked", UNPAID, decided(invited=frozenset()), "decision.parties"),
    ("decision is 31 days old", UNPAID, decided(held_on=dt.date(2026, 5, 16)), "decision.fresh"),
    ("paid since", UNPAID, decided(paid_on=HELD), "decision.no_payment_since"),
    ("plan since", UNPAID, decided(planned_on=HELD), "decision.no_plan_since"),
    ("applied since", UNPAID, decided(applied_on=HELD), "decision.no_application_since"),
    (
        "household changed since",
        UNPAID,
        decided(household_on=HELD),
        "decision.no_household_change_since",
    ),
    # (b) the municipality's own work
    ("one channel only", UNPAID, {"channels": frozenset({"letter"})}, "contact.channels"),
    ("no home visit", UNPAID, {"home_visit_on": None}, "contact.home_visit"),
    ("one joint tenant was not heard", UNPAID, {"tenants": 2}, "view.recorded"),
    ("checklist unanswered", UNPAID, {"unanswered": 1}, "measures.answered"),
    ("measure in its trial period", UNPAID, {"undecided": 1}, "measures.decided"),
    (
        "support that goes on",
        UNPAID,
        {"support_without_reason": 1},
        "measures.support_insufficient",
    ),
    (
        "an application for a home waits",
        UNPAID,
        {"waiting": (Waiting(7, "S2026-00007", LONG_AGO),)},
        "application.none_waiting",
    ),
    (
        "one of somebody protected waits",
        COLLECTION,
        {"waiting": (Waiting(7, "S2026-00007", None),)},
        "application.none_waiting",
    ),
    (
        "applications elsewhere not asked about",
        UNPAID,
        {"application": None},
        "application.decided",
    ),
    (
        "an application waits",
        UNPAID,
        {"application": Answer(DAY, is_clear=False)},
        "application.decided",
    ),
    (
        "answer of long ago",
        UNPAID,
        {"application": Answer(dt.date(2026, 5, 16))},
        "application.decided",
    ),
    ("children not assessed", UNPAID, {"children_assessed_on": None}, "children.assessed"),
    ("guardian not informed", UNPAID, {"guardian_informed_on": None}, "guardian.informed"),
    # (c) notices
    (
        "inkassoloven § 9: waits",
        COLLECTION,
        notice("collection_notice", allowed_from=dt.date(2026, 6, 17)),
        "collection_notice.waited",
    ),
    (
        "inkassoloven § 10: waits",
        (ReferralKind.DISTRAINT, Ground.NONE),
        notice("payment_demand", allowed_from=dt.date(2026, 6, 17)),
        "payment_demand.waited",
    ),
    (
        "tvfbl. § 4-18: sent 2 June, so 17 June",
        UNPAID,
        notice("warning_a", allowed_from=dt.date(2026, 6, 17)),
        "warning_a.waited",
    ),
    (
        "tvfbl. § 4-18: every named charge is paid",
        UNPAID,
        notice("warning_a", is_carrying=False),
        "warning_a.carries",
    ),
    (
        "inkassoloven § 9: what it names is paid",
        COLLECTION,
        notice("collection_notice", is_carrying=False),
        "collection_notice.carries",
    ),
    (
        "inkassoloven § 10: what it names is deferred by a plan",
        (ReferralKind.DISTRAINT, Ground.NONE),
        notice("payment_demand", is_carrying=False),
        "payment_demand.carries",
    ),
    (
        "tvfbl. § 4-18: one joint tenant was not warned",
        UNPAID,
        notice("warning_a", is_served_to_all=False),
        "warning_a.served",
    ),
    (
        "tvfbl. § 4-18 (b)",
        EXPIRED,
        notice("warning_b", is_served_to_all=False),
        "warning_b.served",
    ),
    (
        "§ 9-2: the request went to one of two",
        EXPIRED,
        notice("move_request", is_served_to_all=False),
        "move_request.served",
    ),
    (
        "§ 9-7: the notice period runs",
        TERMINATED,
        notice("termination", allowed_from=dt.date(2026, 9, 1)),
        "termination.waited",
    ),
    (
        "§ 9-7: no documented receipt, so never",
        TERMINATED,
        notice("termination", allowed_from=None),
        "termination.waited",
    ),
    (
        "tvfbl. § 13-2 c: protested",
        TERMINATED,
        notice("termination", protest_on=HELD),
        "termination.not_protested",
    ),
    (
        "§ 9-8: nobody protested, so it is not for the court",
        SUIT,
        notice("termination", protest_on=None),
        "termination.protested",
    ),
    (
        "§ 9-8: the three months are over",
        SUIT,
        notice("termination", sue_by_on=dt.date(2026, 6, 15)),
        "termination.sued_in_time",
    ),
    (
        "§ 9-9: the warning was not served",
        NUISANCE,
        notice("nuisance_warning", is_served_to_all=False),
        "nuisance_warning.served",
    ),
    # (c) the lease
    ("tvfbl. § 13-2: not signed", UNPAID, {"signed_on": None}, "lease.signed"),
    ("tvfbl. § 13-2 a: no clause", UNPAID, {"has_clause_a": False}, "lease.clause"),
    ("tvfbl. § 13-2 b: no clause", EXPIRED, {"has_clause_b": False}, "lease.clause"),
    ("§ 9-2: not expired", EXPIRED, {"ends_on": DAY}, "lease.expired"),
    (
        "§ 9-2: open-ended",
        EXPIRED,
        {"expiry": Expiry.OPEN_ENDED},
        "lease.not_open_ended",
    ),
    (
        "§ 9-2: nobody asked the tenant to move",
        EXPIRED,
        {"expiry": Expiry.EXPIRED},
        "lease.not_open_ended",
    ),
    (
        "§ 9-11: Nav was warned less than two weeks ago",
        UNPAID,
        notice("nav_warning", allowed_from=dt.date(2026, 6, 17)),
        "nav.respected",
    ),
    # (c) stops
    ("§ 3-8: the rest is deposited", UNPAID, {"overdue_rent_ore": 0}, "debt.overdue"),
    ("nothing overdue", COLLECTION, {"overdue_ore": 0}, "debt.overdue"),
    ("a plan runs", COLLECTION, {"running_plan_on": LONG_AGO}, "plan.none_running"),
    ("gjeldsordning", COLLECTION, {"settlement_on": LONG_AGO}, "settlement.none"),
    (
        "foreldelsesloven § 2",
        COLLECTION,
        {"oldest_due_on": dt.date(2023, 6, 15)},
        "limitation.checked",
    ),
    ("§ 3-8: objections not asked about", COLLECTION, {"objection": None}, "objection.assessed"),
    (
        "§ 2-15: rent is withheld and nobody has assessed it",
        UNPAID,
        {"objection": Answer(DAY, is_clear=False)},
        "objection.assessed",
    ),
    ("tvfbl. § 13-6: somebody else was not heard", UNPAID, {"unheard": 1}, "occupants.heard"),
    ("§ 8-2: a tenant has died", COLLECTION, {"died_on": LONG_AGO}, "tenants.alive"),
]


@pytest.mark.parametrize(
    ("way", "change", "code"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_one_thing_missing_closes_the_gate_and_says_which(way, change, code):
    facts = finished(way)
    if "_notice" in change:
        name, changes = change["_notice"]
        before = facts.notices.get(name, served())
        change = {"notices": {**facts.notices, name: replace(before, **changes)}}
    assert code in {row.code for row in conditions(replace(facts, **change), *way, DAY)}
    expected = [code]
    if change.get("decision", DECIDED) is None:
        expected = [
            "decision.made",
            "decision.parties",
            "decision.fresh",
            "decision.no_payment_since",
            "decision.no_plan_since",
            "decision.no_application_since",
            "decision.no_household_change_since",
        ]
    assert unmet(replace(facts, **change), way) == expected


def test_every_condition_there_is_has_a_row_in_the_table():
    asked = {row.code for way in WAYS for row in conditions(finished(way), *way, DAY)}
    shown = {row[3] for row in TABLE}
    # A notice that was not sent is met below, for every kind at once; the address never goes.
    rest = {code for code in asked - shown if not code.endswith((".sent", ".served", ".waited"))}
    assert rest == {"address.kept_back"}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
def test_a_notice_that_was_not_sent_is_neither_served_nor_over(way):
    for name in NEEDED[way]:
        facts = finished(way)
        rest = {other: sent for other, sent in facts.notices.items() if other != name}
        found = unmet(replace(facts, notices=rest), way)
        assert f"{name}.sent" in found
        assert f"{name}.served" in found


def test_a_notice_sent_tomorrow_is_not_sent():
    facts = replace(finished(UNPAID), notices={"warning_a": served(dt.date(2026, 6, 17))})
    assert "warning_a.sent" in unmet(facts, UNPAID)


def test_a_reason_stands_in_for_the_home_visit():
    facts = replace(finished(UNPAID), home_visit_on=None, has_no_home_visit_reason=True)
    assert unmet(facts, UNPAID) == []


def test_a_reservation_against_the_warning_to_nav_counts_as_satisfied_9_11():
    warned = served(allowed_from=dt.date(2026, 6, 30), reservation_on=dt.date(2026, 6, 3))
    facts = finished(UNPAID)
    facts = replace(facts, notices={**facts.notices, "nav_warning": warned})
    assert unmet(facts, UNPAID) == []


def test_a_decision_lasts_its_thirtieth_day():
    facts = replace(finished(UNPAID), decision=replace(DECIDED, held_on=dt.date(2026, 5, 17)))
    assert unmet(facts, UNPAID) == []


def test_rent_that_is_three_years_old_needs_no_check_and_a_day_more_does_foreldelsesloven_2():
    facts = replace(finished(COLLECTION), oldest_due_on=dt.date(2023, 6, 16))
    assert unmet(facts, COLLECTION) == []
    older = replace(facts, oldest_due_on=dt.date(2023, 6, 15))
    assert unmet(older, COLLECTION) == ["limitation.checked"]
    assert unmet(replace(older, limitation=Answer(DAY)), COLLECTION) == []


def test_a_suit_is_in_time_to_the_day_received_10_january_protest_10_february_suit_10_may_9_8():
    received_on = dt.date(2026, 1, 10)
    assert protest_by(received_on) == dt.date(2026, 2, 10)
    ended = served(
        dt.date(2026, 1, 9), sue_by_on=sue_by(received_on), protest_on=dt.date(2026, 2, 1)
    )
    decision = replace(DECIDED, held_on=dt.date(2026, 5, 1))
    facts = replace(
        finished(SUIT),
        decision=decision,
        notices={"termination": ended},
        application=Answer(dt.date(2026, 5, 2)),
    )
    assert unmet(facts, SUIT, dt.date(2026, 5, 10)) == []
    assert unmet(facts, SUIT, dt.date(2026, 5, 11)) == ["termination.sued_in_time"]


def test_a_household_without_children_or_guardian_is_not_asked_about_them():
    facts = replace(
        finished(UNPAID),
        has_children=False,
        children_assessed_on=None,
        guardians=0,
        guardian_informed_on=None,
    )
    codes = {row.code for row in conditions(facts, *UNPAID, DAY)}
    assert not codes & {"children.assessed", "guardian.informed"}


@pytest.mark.parametrize("kind", ReferralKind)
def test_a_ground_that_the_kind_has_not_is_refused_with_those_it_has(kind):
    for ground in set(Ground) - set(GROUNDS[kind]):
        with pytest.raises(RuleBroken) as refused:
            conditions(GateFacts(), kind, ground, DAY)
        assert refused.value.code == "referral.ground"
        assert refused.value.facts["may"] == [*map(str, GROUNDS[kind])]


def test_nuisance_never_goes_to_the_bailiff_9_9():
    assert Ground.NUISANCE not in GROUNDS[ReferralKind.BAILIFF]


def test_what_the_rules_call_things_is_what_is_stored():
    assert [*ReferralKind] == StoredKind.values
    assert [*Ground] == StoredGround.values
    assert [*Reason] == PetitionReason.values
    assert [*State] == ReferralState.values
    assert {name for names in NEEDED.values() for name in names} <= set(NoticeKind.values)
    assert set(REASONS) == set(Ground)
