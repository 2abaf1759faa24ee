"""The catalogue of measures in the administration: changed by rows, ended and never deleted."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.forms.catalogue import KindForm
from arrears.models import MeasureKind
from arrears.queries.measures import measure_facts
from arrears.services import measures
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.catalogue import KindValues
from arrears.services.measures import Task
from boligsak.dates import format_day, today
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "admin:arrears_measurekind_changelist"
ADD = "admin:arrears_measurekind_add"
ONE = dt.timedelta(days=1)


@pytest.fixture
def administrator() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role="administrator"))
    return client


def row_address(row: MeasureKind) -> str:
    return reverse("admin:arrears_measurekind_change", args=[row.pk])


def typed(row: MeasureKind, step: str = "change", **more: Any) -> dict[str, Any]:
    """The form as a browser sends it back, with what somebody has typed anew."""
    values = {name: getattr(row, name) for name in KindValues.__slots__}
    form = KindForm(user=None, row=row, initial=values)
    sent = {name: form[name].value() for name in form.fields} | more
    return {
        f"{step}-{name}": value for name, value in sent.items() if value not in (None, False, "")
    } | {"step": step, "version": row.version}


def new(code: str = "shared-meal", **more: Any) -> dict[str, Any]:
    sent = {
        "code": code,
        "name_nb": "Felles middag",
        "name_en": "Shared meal",
        "triggers": ["complaint"],
        "party": "housing_unit",
        "is_required": "on",
        "position": "7",
        "valid_from": "1.1.2026",
    } | more
    return {f"new-{name}": value for name, value in sent.items()} | {"step": "new"}


def used(row: MeasureKind) -> None:
    worker = UserFactory(role="caseworker")
    case = open_case(LeaseFactory().pk, [NewTrigger("arrears")], by=worker, on=today()).case
    measures.propose(case.pk, row.pk, Task(party="welfare"), by=worker, on=today())


def test_a_new_kind_is_asked_of_every_case_it_fits_from_then_on(administrator: Client) -> None:
    by = UserFactory(role="caseworker")
    case = open_case(LeaseFactory().pk, [NewTrigger("complaint")], by=by, on=today()).case
    before = measure_facts([case.pk], today())[case.pk].required
    assert administrator.post(reverse(ADD), new()).status_code == 302
    row = MeasureKind.objects.get(code="shared-meal")
    facts = measure_facts([case.pk], today())[case.pk]
    assert facts.required == before + 1
    assert facts.unanswered[0] == row.pk  # its place in the list


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"code": "debt-advice"}, "this code already"),
        ({"triggers": []}, "Choose at least one"),
        ({"valid_to": "1.1.2025"}, "must be the first day"),
        ({"is_social": "on"}, "only the welfare side may know"),
        ({"code": "to ord"}, "code"),
    ],
)
def test_a_kind_that_makes_no_sense_is_refused(
    administrator: Client, more: dict[str, Any], said: str
) -> None:
    count = MeasureKind.objects.count()
    answer = administrator.post(reverse(ADD), new(**more))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert MeasureKind.objects.count() == count


def test_a_form_sent_back_untouched_changes_nothing(administrator: Client) -> None:
    row = MeasureKind.objects.get(code="practical-help")
    before = {name: getattr(row, name) for name in KindValues.__slots__}
    assert administrator.post(row_address(row), typed(row)).status_code == 302
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in KindValues.__slots__} == before


def test_an_ended_kind_is_asked_of_no_case_and_its_measures_stay(administrator: Client) -> None:
    row = MeasureKind.objects.get(code="debt-advice")
    used(row)
    sent = typed(row, valid_to=format_day(today()))
    assert administrator.post(row_address(row), sent).status_code == 302
    by = UserFactory(role="caseworker")
    case = open_case(LeaseFactory().pk, [NewTrigger("arrears")], by=by, on=today()).case
    assert row.pk in measure_facts([case.pk], today())[case.pk].unanswered
    assert row.pk not in measure_facts([case.pk], today() + ONE)[case.pk].unanswered
    assert row.measures.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"is_social": ""}, "would change readers"),
        ({"valid_to": format_day(today() - ONE)}, "can end that day at the earliest"),
        ({"valid_from": format_day(today() + ONE)}, "cannot begin later"),
    ],
)
def test_a_kind_in_use_keeps_what_its_measures_rest_on(
    administrator: Client, more: dict[str, Any], said: str
) -> None:
    row = MeasureKind.objects.get(code="debt-advice")
    used(row)
    answer = administrator.post(row_address(row), typed(row, **more))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_second_of_two_administrators_is_told(administrator: Client) -> None:
    row = MeasureKind.objects.get(code="debt-advice")
    first = typed(row, name_en="Advice on debt")
    second = typed(row, name_en="Something else")
    assert administrator.post(row_address(row), first).status_code == 302
    answer = administrator.post(row_address(row), second)
    assert answer.status_code == 422
    assert "Something else" in answer.content.decode()
    row.refresh_from_db()
    assert row.name_en == "Advice on debt"


def test_others_read_the_catalogue_and_change_nothing() -> None:
    row = MeasureKind.objects.get(code="debt-advice")
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role="landlord"))
    page = client.get(row_address(row)).content.decode()
    assert "<textarea" not in page
    assert client.post(row_address(row), typed(row)).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403
    assert client.get(reverse(LIST)).status_code == 200


def test_the_list_is_filtered_by_what_cases_are_about(administrator: Client) -> None:
    page = administrator.get(reverse(LIST), {"trigger": "expiry"}).content.decode()
    assert "renewed or made open-ended" in page
    assert "Economic advice" not in page
