"""What the economy says of a home, to whom: the rent's part of the income to those who allocate,
what is left to live on to the welfare office alone."""

import datetime as dt

import pytest
from django.urls import reverse

from boligsak.dates import today
from tenants.models import EconomyAssessment
from tenants.services.offers import reserve
from tests.desk.work import signed_in
from tests.factories import UserFactory
from tests.tenants import allocating
from tests.tenants.allocating import home, housing_unit
from tests.tenants.test_homes_pages import get

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "reads_left"), [("housing_unit", False), ("coordinator", True)])
def test_what_is_left_to_live_on_is_for_the_welfare_office(role: str, *, reads_left: bool) -> None:
    reader = signed_in(UserFactory(role=role))
    application = allocating.waiting(received_on=today() - dt.timedelta(days=70))
    EconomyAssessment.objects.create(
        application=application,
        lines=[["benefit", 2_500_000, "month"]],
        adults=1,
        children=0,
        income_ore=2_500_000,
        left_ore=1_400_000,
        affordable_ore=0,
        on=today(),
        by=application.by,
    )
    dwelling = home(rent_ore=900_000)
    for name, args in (
        ("tenants:match", [application.pk]),
        ("tenants:match_dwelling", [dwelling.pk]),
        ("tenants:reserve", [application.pk, dwelling.pk]),
    ):
        shown = get(reader, name, *args)
        assert "36 % of the income" in shown
        assert ("left a month" in shown) is reads_left, reverse(name, args=args)
    offer = reserve(
        application.pk, dwelling.pk, over_because="Avtalt.", by=housing_unit(), on=today()
    )
    shown = get(reader, "tenants:offer", offer.pk)
    assert "36 % of the income" in shown
    assert ("left a month" in shown) is reads_left
