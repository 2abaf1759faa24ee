"""Where a made decision leaves the application, and which days can stand in one, as tables."""

import datetime

import pytest

from tenants.rules.decisions import Answer, DecisionFacts, NewCondition, missing, state_after

D = datetime.date
DAY = D(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "outcome", "state", "expected"),
    [
        ("allocation", "granted", "received", "waiting"),
        ("allocation", "granted", "decided", "waiting"),
        ("allocation", "granted", "waiting", "waiting"),
        ("allocation", "refused", "received", "decided"),
        ("allocation", "refused", "waiting", "decided"),  # after an appeal
        ("allocation", "dismissed", "received", "decided"),
        ("allocation", "withdrawn", "received", "decided"),
        ("housing_help", "granted", "received", "decided"),
        ("housing_help", "refused", "decided", "decided"),
        ("housing_help", "granted", "waiting", "waiting"),
        ("housing_help", "refused", "waiting", "waiting"),
        # The home has been taken over: no appeal, about it or about help, undoes the tenancy.
        ("allocation", "granted", "housed", "housed"),
        ("allocation", "refused", "housed", "housed"),
        ("allocation", "dismissed", "housed", "housed"),
        ("housing_help", "granted", "housed", "housed"),
        ("housing_help", "refused", "housed", "housed"),
    ],
)
def test_a_decision_moves_an_application_on_and_nobody_out_of_a_home(
    kind: str, outcome: str, state: str, expected: str
) -> None:
    assert state_after(kind, outcome, state) == expected


def facts(outcome: str = "granted", **more: object) -> DecisionFacts:
    """A whole decision about a home."""
    is_granted = outcome == "granted"
    values: dict[str, object] = {
        "kind": "allocation",
        "outcome": outcome,
        "content": "Kommunal bolig.",
        "reasons": "Uten bolig.",
        "participation": "Samtale.",
        "answers": [Answer("need", True, is_granted, "Har bolig.")],
        "has_support": True,
        "has_economy": True,
    }
    return DecisionFacts(**(values | more))  # type: ignore[arg-type]


def due(on: D) -> list[NewCondition]:
    return [NewCondition("other", "Møter til samtale.", "welfare", on)]


@pytest.mark.parametrize(
    ("outcome", "more", "code"),
    [
        ("granted", {}, ""),
        ("granted", {"lasts_to": D(2026, 11, 22)}, "decision.lasts_past"),
        ("granted", {"lasts_to": DAY}, ""),
        ("granted", {"lasts_to": D(2036, 11, 23)}, ""),
        ("granted", {"lasts_to": D(2036, 11, 24)}, "decision.lasts_far"),
        ("refused", {"lasts_to": D(2027, 1, 1)}, "decision.lasts_of_refusal"),
        ("refused", {}, ""),
        ("granted", {"conditions": due(D(2026, 11, 22))}, "decision.condition_past"),
        ("granted", {"conditions": due(DAY)}, ""),
        ("granted", {"conditions": due(D(2028, 11, 23))}, ""),
        ("granted", {"conditions": due(D(2028, 11, 24))}, "decision.condition_far"),
        (
            "granted",
            {"conditions": due(D(2027, 2, 1)), "lasts_to": D(2027, 1, 31)},
            "decision.condition_after",
        ),
        ("granted", {"conditions": due(D(2027, 1, 31)), "lasts_to": D(2027, 1, 31)}, ""),
    ],
)
def test_a_decision_has_days_that_can_be_meant(
    outcome: str, more: dict[str, object], code: str
) -> None:
    assert [one.code for one in missing(facts(outcome, **more), DAY)] == ([code] if code else [])
