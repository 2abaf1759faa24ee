"""The next meeting and the year so far, on the dashboard."""

import re

import pytest
from django.urls import reverse

from arrears.models import Referral
from arrears.queries.targets import TARGETS, YearSoFar
from arrears.rules.targets import Most, default_values
from boligsak.accounts.models import LookUp
from boligsak.dates import today
from boligsak.desk import year
from boligsak.rates.services import enter_policy
from tests.arrears.test_targets import referral
from tests.desk.work import DAY, body, signed_in
from tests.factories import CaseFactory, OfficeFactory, UserFactory
from tests.meetings.test_next_meeting import item, meeting

pytestmark = pytest.mark.django_db
DASHBOARD = "/dashboard/"


def section(page: str, name: str) -> str:
    return page.split(f'class="dash__{name}')[1].split("</section>")[0]


def chips(page: str) -> dict[str, int]:
    """Number by address."""
    found = re.findall(r'class="chip" href="([^"]*)">[^<]*<strong>(\d+)<', section(page, "year"))
    return {href.replace("&amp;", "&"): int(number) for href, number in found}


def aim(petitions: int, evictions: int) -> None:
    numbers = {"petitions_before": petitions, "evictions_before": evictions}
    values = default_values() | numbers
    enter_policy(TARGETS, office_id=None, valid_from=today(), values=values, source="Bystyret")


def test_petitions_and_evictions_lead_to_the_cases_they_count() -> None:
    office = OfficeFactory()
    here = {"lease__dwelling__office": office}
    for case in (CaseFactory(**here), CaseFactory(**here), CaseFactory()):
        referral(case, today(), evicted_on=today())
    referral(CaseFactory(**here), today())
    client = signed_in(UserFactory(role="coordinator"))
    for query, numbers in (({}, [4, 3]), ({"office": office.pk}, [3, 2])):
        found = chips(body(client, DASHBOARD, **query))
        assert list(found.values()) == numbers
        for href, count in found.items():
            assert len(set(re.findall(r'href="/cases/(\d+)/', body(client, href)))) == count


def test_the_year_is_held_against_the_target_and_says_when_it_is_over() -> None:
    client = signed_in(UserFactory(role="coordinator"))
    assert "No target is set" in body(client, DASHBOARD)
    aim(petitions=10, evictions=1)
    referral(CaseFactory(), today(), evicted_on=today())
    part = section(body(client, DASHBOARD), "year")
    assert '<span class="subtle">target: at most 5</span>' in part
    assert re.search(r'data-color="danger"[^>]*>over the target: at most 0<', part)
    assert "No target is set" not in part


def test_the_target_is_the_municipality_s_and_not_an_office_s() -> None:
    office = OfficeFactory()
    aim(petitions=10, evictions=10)
    client = signed_in(UserFactory(role="coordinator"))
    assert "No target is set" in section(body(client, DASHBOARD, office=office.pk), "year")


def test_who_may_set_the_target_is_led_there_and_others_are_told_who_may() -> None:
    administrator = UserFactory(role="administrator")
    href = reverse("admin:rates_policy_changelist") + "?kind=targets"
    assert f'href="{href}"' in year.line(administrator, YearSoFar(0, 0), Most(), None)
    assert "Targets for petitions and evictions" in body(signed_in(administrator), href)
    part = section(body(signed_in(UserFactory(role="coordinator")), DASHBOARD), "year")
    assert "An administrator sets it under Policies" in part


def test_the_next_meeting_stands_with_its_cases_and_why() -> None:
    case = CaseFactory(lease__tenant__family_name="Borte")
    of = meeting(case.office, today() + 2 * DAY)
    item(of, case, 1)
    part = section(body(signed_in(UserFactory(role="coordinator")), DASHBOARD), "meeting")
    assert reverse("meetings:meeting", args=[of.pk]) in part
    assert f'href="/cases/{case.pk}/">{case.number}</a>' in part
    assert "Waits for the meeting's decision" in part
    assert "1 case on the agenda" in part
    assert "Rådhuset" in part
    assert "Borte" not in part
    assert not LookUp.objects.exists()


def test_a_meeting_on_the_screen_is_a_link() -> None:
    meeting(OfficeFactory(), today())
    OfficeFactory()
    row = meeting(OfficeFactory(), today(), 7)
    row.place = "https://moter.example.no/1"
    row.save()
    part = section(body(signed_in(UserFactory(role="coordinator")), DASHBOARD), "meeting")
    assert 'href="https://moter.example.no/1"' in part


def test_without_a_meeting_it_says_what_to_do() -> None:
    part = section(body(signed_in(UserFactory(role="coordinator")), DASHBOARD), "meeting")
    assert reverse("meetings:meeting_new") in part
    assert "No meeting is planned" in part


def test_many_cases_and_petitions_are_asked_for_as_few_are(django_assert_num_queries) -> None:
    client = signed_in(UserFactory(role="coordinator"))
    case = CaseFactory()
    of = meeting(case.office, today())
    item(of, case, 1)
    referral(case, today())
    client.get(DASHBOARD)
    with django_assert_num_queries(4) as asked:
        client.get(DASHBOARD)
    for position in range(2, 8):
        more = CaseFactory()
        item(of, more, position)
        referral(more, today())
    assert Referral.objects.count() == 7
    with django_assert_num_queries(len(asked)):
        client.get(DASHBOARD)
