"""A system issue of the case's office."""

from typing import Any

from boligsak import dates
from meetings.services.issues import raise_issue
from tests.factories import UserFactory


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    issue = raise_issue(
        title="Nøkler",
        text="Leveres for sent.",
        office_id=case.office_id,
        by=UserFactory(role="landlord"),
        on=dates.today(),
    )
    return {"meetings:issue": {"pk": issue.pk}}
