"""Where a made decision leaves the application, as a table."""

import pytest

from tenants.rules.decisions import state_after


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
