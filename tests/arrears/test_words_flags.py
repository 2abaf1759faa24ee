"""The sentence that says why a flag is there, in Norwegian and in English."""

import datetime as dt

import pytest
from django.utils import translation

from arrears.rules import plan_policy, targets
from arrears.rules.flags import FlagKind
from arrears.rules.policy import ArrearsPolicy, default_values
from arrears.words.flags import KIND_NAMES, kind_name, level_name, why
from arrears.words.policy import FIELD_NAMES, refusal
from boligsak.rule import RuleBroken

DAY = dt.date(2026, 12, 3)
OWES = {"owed_ore": 1_260_000, "months_permille": 1400, "oldest_due_on": "2026-11-10"}
ENDED = {"ends_on": "2026-05-31", "last_safe_on": "2026-08-31"}

SENTENCES = [
    (
        "arrears",
        OWES | {"children": 2, "last_contact_on": None},
        DAY,
        "Skylder 1,4 måneders leie, 23 dager over forfall, to barn, ingen kontakt",
        "Owes 1.4 months' rent, 23 days past due, two children, no contact",
    ),
    (
        "arrears",
        OWES | {"months_permille": 1000, "children": 1, "last_contact_on": "2026-11-30"},
        dt.date(2026, 11, 11),
        "Skylder én måneds leie, 1 dag over forfall, ett barn, siste kontakt 30.11.2026",
        "Owes one month's rent, 1 day past due, one child, last contact 30.11.2026",
    ),
    (
        "arrears",
        OWES | {"months_permille": 2970, "children": 12},
        DAY,
        "Skylder 2,9 måneders leie, 23 dager over forfall, 12 barn",
        "Owes 2.9 months' rent, 23 days past due, 12 children",
    ),
    (
        "arrears",
        OWES | {"months_permille": None, "children": 0},
        DAY,
        "Skylder 12\u00a0600,00\u00a0kr, 23 dager over forfall",
        "Owes 12\u00a0600,00\u00a0kr, 23 days past due",
    ),
    (
        "arrears",
        OWES | {"owed_ore": 50_000, "months_permille": 55},
        DAY,
        "Skylder 500,00\u00a0kr, 23 dager over forfall",
        "Owes 500,00\u00a0kr, 23 days past due",
    ),
    (
        "first_arrears",
        OWES,
        DAY,
        "Første gang i restanse, skylder 1,4 måneders leie, 23 dager over forfall",
        "First time in arrears, owes 1.4 months' rent, 23 days past due",
    ),
    (
        "pattern",
        OWES
        | {
            "usual_days_late": 0,
            "usual_share_permille": 1000,
            "share_permille": 444,
            "is_later": True,
            "is_smaller": True,
        },
        DAY,
        (
            "Betaler vanligvis i tide, er nå 23 dager for sent ute, "
            "har betalt 44\u00a0% av husleien, vanligvis 100\u00a0%"
        ),
        "Usually pays on time, is now 23 days late, has paid 44% of the rent, usually 100%",
    ),
    (
        "pattern",
        OWES
        | {
            "usual_days_late": 5,
            "usual_share_permille": None,
            "share_permille": 0,
            "is_later": True,
            "is_smaller": False,
        },
        DAY,
        "Betaler vanligvis 5 dager etter forfall, er nå 23 dager for sent ute",
        "Usually pays 5 days after the due day, is now 23 days late",
    ),
    (
        "pattern",
        OWES
        | {
            "usual_days_late": None,
            "usual_share_permille": 900,
            "share_permille": 500,
            "is_later": False,
            "is_smaller": True,
        },
        DAY,
        "Har betalt 50\u00a0% av husleien, vanligvis 90\u00a0%",
        "Has paid 50% of the rent, usually 90%",
    ),
    (
        "former_tenant",
        OWES | {"moved_out_on": "2026-11-30"},
        DAY,
        "Flyttet ut 30.11.2026, skylder 1,4 måneders leie, 23 dager over forfall",
        "Moved out 30.11.2026, owes 1.4 months' rent, 23 days past due",
    ),
    (
        "expiring",
        {"ends_on": "2026-12-31"},
        DAY,
        "Kontrakten går ut om 28 dager (31.12.2026)",
        "The contract runs out in 28 days (31.12.2026)",
    ),
    (
        "expiring",
        {"ends_on": "2026-12-04"},
        DAY,
        "Kontrakten går ut om 1 dag (04.12.2026)",
        "The contract runs out in 1 day (04.12.2026)",
    ),
    (
        "expiring",
        {"ends_on": "2026-12-03", "is_service_agreement": True},
        DAY,
        "Bo- og tjenesteavtalen går ut i dag (03.12.2026)",
        "The service agreement runs out today (03.12.2026)",
    ),
    (
        "expired",
        ENDED,
        dt.date(2026, 8, 19),
        "Kontrakten gikk ut 31.05.2026; 12 dager igjen før den blir tidsubestemt (§ 9-2)",
        "The contract ran out 31.05.2026; 12 days left before it becomes open-ended (§ 9-2)",
    ),
    (
        "expired",
        ENDED,
        dt.date(2026, 8, 31),
        "Kontrakten gikk ut 31.05.2026; i dag er siste dag før den blir tidsubestemt (§ 9-2)",
        (
            "The contract ran out 31.05.2026; "
            "today is the last day before it becomes open-ended (§ 9-2)"
        ),
    ),
    (
        "expired",
        {"ends_on": "2026-05-31", "move_requested_on": "2026-06-12"},
        DAY,
        "Kontrakten gikk ut 31.05.2026; leietakeren ble bedt om å flytte 12.06.2026",
        "The contract ran out 31.05.2026; the tenant was asked to move 12.06.2026",
    ),
    (
        "expired",
        {"ends_on": "2026-05-31", "is_service_agreement": True},
        DAY,
        "Bo- og tjenesteavtalen gikk ut 31.05.2026; fristen i husleieloven gjelder ikke",
        "The service agreement ran out 31.05.2026; the tenancy act's time limit does not apply",
    ),
    (
        "open_ended",
        {"ends_on": "2026-05-31", "open_ended_on": "2026-09-01"},
        DAY,
        "Kontrakten gikk ut 31.05.2026 og ble tidsubestemt 01.09.2026 (§ 9-2)",
        "The contract ran out 31.05.2026 and became open-ended 01.09.2026 (§ 9-2)",
    ),
    (
        "no_charge",
        {"month": "2026-11-01", "last_due_on": "2026-10-20"},
        DAY,
        "Ingen husleie krevd for 11.2026; den siste forfalt 20.10.2026",
        "No rent charged for 11.2026; the last was due 20.10.2026",
    ),
    (
        "no_charge",
        {"month": "2026-11-01", "last_due_on": None},
        DAY,
        "Ingen husleie krevd for 11.2026, og ingen før det",
        "No rent charged for 11.2026, and none before",
    ),
    (
        "no_kid",
        {},
        DAY,
        "Kontrakten har ikke KID, så innbetalinger finner den ikke",
        "The contract has no KID, so payments cannot find it",
    ),
    (
        "lookalike",
        {"amount_ore": 900_000, "paid_on": dt.date(2026, 11, 18)},
        DAY,
        (
            "En uplassert innbetaling på 9\u00a0000,00\u00a0kr fra 18.11.2026 "
            "ligner på denne leietakerens"
        ),
        "An unplaced payment of 9\u00a0000,00\u00a0kr from 18.11.2026 looks like this tenant's",
    ),
    (
        "plan_broken",
        {"broken_on": "2026-11-24", "due_on": "2026-11-20", "short_ore": 100_000},
        DAY,
        (
            "Nedbetalingsavtalen er brutt: 1\u00a0000,00\u00a0kr manglet av det som forfalt "
            "20.11.2026"
        ),
        (
            "The repayment plan is broken: 1\u00a0000,00\u00a0kr was missing of what was due "
            "20.11.2026"
        ),
    ),
    (
        "complaints",
        {
            "count": 3,
            "first_on": "2026-07-01",
            "last_on": "2026-11-20",
            "is_pattern": True,
            "contact_by": None,
        },
        DAY,
        "3 klager siden 01.07.2026, den siste 20.11.2026",
        "3 complaints since 01.07.2026, the last 20.11.2026",
    ),
    (
        "complaints",
        {"count": 1, "is_pattern": False, "contact_by": "2026-11-20"},
        dt.date(2026, 11, 23),
        "Klage: ingen har snakket med husstanden, 3 dager over fristen",
        "Complaint: nobody has talked with the household, 3 days past the deadline",
    ),
]


@pytest.mark.parametrize(("kind", "facts", "day", "norwegian", "english"), SENTENCES)
def test_the_sentence_says_why(kind, facts, day, norwegian, english):
    with translation.override("nb"):
        assert why(kind, 1, facts, day) == norwegian
    with translation.override("en"):
        assert why(kind, 1, facts, day) == english


def test_every_kind_of_flag_has_a_sentence_here_and_a_name():
    assert {sentence[0] for sentence in SENTENCES} == set(FlagKind) == set(KIND_NAMES)


def test_levels_are_words():
    with translation.override("nb"):
        assert [level_name(level) for level in (1, 2, 3, 4)] == [
            "tidlig",
            "følg opp",
            "alvorlig",
            "kritisk",
        ]
        assert kind_name("former_tenant") == "restanse hos tidligere leietaker"


def test_every_value_of_the_policy_has_a_name():
    kinds = (default_values, plan_policy.default_values, targets.default_values)
    assert set(FIELD_NAMES) == {name for values in kinds for name in values()}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"min_ore": "200"}, "«Minste beløp som gir flagg» må være et helt tall."),
        (
            {"due_day": 26},
            "«Dag i måneden husleien forfaller» må være mellom 1 og 25; du skrev 26.",
        ),
        (
            {"min_ore": 0},
            (
                "«Minste beløp som gir flagg» må være mellom 0,01\u00a0kr og "
                "1\u00a0000\u00a0000,00\u00a0kr; du skrev 0,00\u00a0kr."
            ),
        ),
        ({"colour": "red"}, "«colour» er ikke en verdi disse reglene har."),
    ],
)
def test_a_refused_policy_says_which_value_is_wrong(change, sentence):
    with pytest.raises(RuleBroken) as broken:
        ArrearsPolicy.from_values(default_values() | change)
    with translation.override("nb"):
        assert refusal(broken.value) == sentence
