"""Who sees which complaint and application: the condition in SQL and the query set agree."""

import datetime as dt

import pytest
from django.db import connection

from tenants.models import Application, Complaint
from tenants.queries.visibility import complaint_is_seen, row_is_seen
from tests.factories import (
    ApplicationFactory,
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def _ids(model, condition) -> set[int]:
    statement = f"SELECT it.id FROM {model._meta.db_table} AS it"
    if condition is not None:
        statement += f" WHERE {condition.sql}"
    with connection.cursor() as cursor:
        cursor.execute(statement, condition.parameters if condition is not None else {})
        return {pk for (pk,) in cursor.fetchall()}


@pytest.mark.parametrize("is_bound", [True, False])
@pytest.mark.parametrize("is_cleared", [True, False])
def test_both_ways_of_asking_who_is_seen_agree(is_bound: bool, is_cleared: bool) -> None:
    office, by = OfficeFactory(), UserFactory()
    for number in range(8):
        here = {"office": office} if number % 4 < 2 else {}
        ApplicationFactory(is_protected=number % 2 == 0, **here)
        lease = LeaseFactory(is_protected=number % 2 == 0)
        # A dwelling may have come to another office than its lease.
        dwelling = DwellingFactory(**here) if number < 6 else lease.dwelling
        Complaint.objects.create(
            number=f"2026-{number}",
            about="dwelling" if number % 3 == 0 else "tenancy",
            lease=None if number == 6 else lease,
            dwelling=dwelling,
            kind="other",
            source="tenant",
            received_on=dt.date(2026, 1, 2),
            text="-",
            by=by,
        )
    user = UserFactory(
        role="caseworker", role__cleared=is_cleared, role__offices=[office if is_bound else None]
    )
    for model, condition in (
        (Complaint, complaint_is_seen(user, "it")),
        (Application, row_is_seen(user, "it")),
    ):
        seen = set(model.objects.visible_to(user).values_list("pk", flat=True))
        assert _ids(model, condition) == seen
