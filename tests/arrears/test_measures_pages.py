"""The pages of measures: what they show to whom, and that nothing typed is lost."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from arrears.models import Case, ChildrenAssessment, Measure, MeasureKind, Occupant
from arrears.services import measures as service
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import set_sharing
from arrears.services.measures import Task
from boligsak.dates import format_day, today
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)
SECRET = "gjeldsordning hos Nav"


@pytest.fixture
def worker() -> Any:
    return UserFactory(role="caseworker")


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def opened(by: Any, *triggers: str) -> Case:
    kinds = [NewTrigger(kind) for kind in triggers or ("arrears",)]
    case = open_case(LeaseFactory().pk, kinds, by=by, on=today()).case
    set_sharing(case.pk, "consent", by=by, on=today(), source="Muntlig", since=today())
    return case


def kind(code: str) -> MeasureKind:
    return MeasureKind.objects.get(code=code)


def proposed(case: Case, code: str, by: Any, **more: Any) -> Measure:
    task = more.pop("task", Task(party="welfare"))
    return service.propose(case.pk, kind(code).pk, task, by=by, on=today(), **more)


def address(name: str, pk: int) -> str:
    return reverse(f"arrears:{name}", args=[pk])


def form(**more: Any) -> dict[str, Any]:
    return {"submission_id": uuid4(), **more}


# --- A new measure --------------------------------------------------------------------------------


def test_a_measure_is_proposed_and_shown_with_what_can_be_done(worker: Any) -> None:
    case = opened(worker)
    client = signed_in(worker)
    sent = form(
        kind=kind("debt-advice").pk, who=f"welfare:{worker.pk}", due_on="i morgen", note="Time"
    )
    answers = [client.post(address("measure_new", case.pk), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    row = Measure.objects.get()
    assert (row.state, row.owner, row.due_on) == ("proposed", worker, today() + ONE)
    page = client.get(answers[0]["Location"]).content.decode()
    for act in ("start", "finish", "reject", "drop", "change"):
        assert address(f"measure_{act}", row.pk) in page
    assert address("measure_reopen", row.pk) not in page


def test_a_refused_proposal_keeps_what_was_typed(worker: Any) -> None:
    case = opened(worker)
    proposed(case, "debt-advice", worker)
    sent = form(kind=kind("benefits").pk, who="landlord", note="skrevet her")
    answer = signed_in(worker).post(address("measure_new", case.pk), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "only the welfare side may know" in page
    assert "skrevet her" in page


def test_what_is_open_already_is_not_offered_again(worker: Any) -> None:
    case = opened(worker)
    proposed(case, "debt-advice", worker)
    page = signed_in(worker).get(address("measure_new", case.pk)).content.decode()
    assert "Economic advice" not in page
    assert "Housing allowance" in page
    assert "best interest is assessed" not in page


# --- Steps ----------------------------------------------------------------------------------------


def test_each_step_leads_back_to_the_measure(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "practical-help", worker)
    client = signed_in(worker)
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("start", {"who": "welfare", "started_on": "i dag"}, "started"),
        ("change", {"who": "other", "responsible": "Hjemmetjenesten"}, "started"),
        ("try", {"trial_to": format_day(today() + 9 * ONE)}, "started"),
        ("finish", {"result": "worked", "ended_on": "i dag", "note": "Bra"}, "done"),
        ("reopen", {"reason": "Kom tilbake"}, "started"),
        ("not_enough", {"reason": "Slipper ingen inn"}, "started"),
        ("drop", {"reason": "Flyttet"}, "dropped"),
    ]
    for act, values, state in steps:
        row.refresh_from_db()
        where = address(f"measure_{act}", row.pk)
        assert client.get(where).status_code == 200, act
        answer = client.post(where, form(version=row.version, **values))
        assert answer.status_code == 302, (act, answer.content.decode()[-4000:])
        assert answer["Location"] == address("measure", row.pk)
        row.refresh_from_db()
        assert row.state == state, act
    assert client.get(address("measure", row.pk)).status_code == 200


def test_a_step_that_is_not_to_be_taken_now_says_so_before_the_form(worker: Any) -> None:
    row = proposed(opened(worker), "debt-advice", worker)
    page = signed_in(worker).get(address("measure_try", row.pk)).content.decode()
    assert "cannot be done" in page
    assert "<textarea" not in page


def test_the_second_of_two_is_told_who_did_what_and_loses_nothing(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "debt-advice", worker)
    other = UserFactory(role="caseworker", first_name="Berit")
    service.change(row.pk, Task(party="welfare", due_on=today()), by=other, on=today(), version=1)
    client = signed_in(worker)
    where = address("measure_reject", row.pk)
    answer = client.post(where, form(version=1, reason="Har ikke gjeld"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Berit" in page
    assert "Har ikke gjeld" in page
    assert 'name="version" value="2"' in page
    assert client.post(where, form(version=2, reason="Har ikke gjeld")).status_code == 302


# --- Who sees what --------------------------------------------------------------------------------


def test_the_landlord_is_told_that_there_is_a_measure_and_by_when_and_no_more(
    worker: Any,
) -> None:
    case = opened(worker)
    due = today() + 5 * ONE
    task = Task(party="welfare", due_on=due, responsible="Rusteamet")
    row = proposed(case, "debt-advice", worker, task=task, note=SECRET, started_on=today())
    landlord = signed_in(UserFactory(role="landlord"))
    page = landlord.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "A measure from the welfare office" in page
    assert format_day(due) in page
    for secret in (SECRET, "Rusteamet", "Economic advice"):
        assert secret not in page
    checklist = landlord.get(address("measures", case.pk)).content.decode()
    assert "Economic advice" not in checklist
    assert SECRET not in checklist
    for name in ("measure", "measure_finish", "measure_change"):
        assert landlord.get(address(name, row.pk)).status_code == 404
    sent = form(version=row.version, result="not", ended_on="i dag")
    assert landlord.post(address("measure_finish", row.pk), sent).status_code == 404


def test_how_a_social_measure_went_is_not_told_in_the_landlords_timeline(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "debt-advice", worker, note=SECRET, started_on=today())
    service.finish(
        row.pk, "not", ended_on=today(), by=worker, on=today(), version=1, note="ville ikke"
    )
    mine, theirs = (
        signed_in(user).get(reverse("desk:case", args=[case.pk])).content.decode()
        for user in (worker, UserFactory(role="landlord"))
    )
    assert "did not work" in mine
    assert "ville ikke" in mine
    for secret in ("did not work", "ville ikke", SECRET):
        assert secret not in theirs


def test_a_measure_at_another_office_is_not_found(worker: Any) -> None:
    row = proposed(opened(worker), "debt-advice", worker)
    elsewhere = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    assert elsewhere.get(address("measure", row.pk)).status_code == 404
    assert elsewhere.get(address("measures", row.case_id)).status_code == 404


# --- The checklist --------------------------------------------------------------------------------


def lines(case: Case, **more: Any) -> dict[str, Any]:
    """A form sent from the checklist: `how_benefits="done"` answers a line by its code."""
    sent = form(version=1)
    for name, value in more.items():
        field, _underscore, code = name.partition("_")
        sent[f"{field}_{kind(code.replace('_', '-')).pk}"] = value
    return sent


def test_many_lines_are_answered_in_one_form(worker: Any) -> None:
    case = opened(worker)
    client = signed_in(worker)
    sent = lines(
        case,
        how_benefits="done",
        result_benefits="partly",
        on_benefits="i går",
        how_information="unsuitable",
        text_information="Har verge",
        how_practical_help="started",
        on_practical_help="i dag",
    )
    where = address("measures", case.pk)
    assert client.post(where, sent)["Location"] == where
    states = dict(Measure.objects.values_list("kind__code", "state"))
    assert states == {
        "benefits": "done",
        "information": "unsuitable",
        "practical-help": "started",
    }
    page = client.get(where).content.decode()
    assert "3 of 12 answered" in page


def test_a_line_that_lacks_something_loses_none_of_the_others(worker: Any) -> None:
    case = opened(worker)
    sent = lines(
        case,
        how_benefits="done",
        text_benefits="Søkt i går",
        how_information="unsuitable",
        on_information="x",
    )
    answer = signed_in(worker).post(address("measures", case.pk), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose what came of it" in page
    assert "Say why it does not fit" in page
    assert "Søkt i går" in page
    assert not Measure.objects.exists()


def test_what_stands_in_a_field_that_the_answer_does_not_need_is_no_fault(worker: Any) -> None:
    case = opened(worker)
    sent = lines(
        case,
        how_information="unsuitable",
        text_information="Har verge",
        on_information="snart",
        on_benefits="tull",
    )
    assert signed_in(worker).post(address("measures", case.pk), sent).status_code == 302
    assert Measure.objects.get().state == "unsuitable"


def test_an_empty_checklist_says_that_nothing_was_answered(worker: Any) -> None:
    answer = signed_in(worker).post(address("measures", opened(worker).pk), form(version=1))
    assert answer.status_code == 422
    assert "at least one line" in answer.content.decode()


def test_an_answer_somebody_else_gave_meanwhile_is_not_written_over(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "benefits", worker)
    client = signed_in(worker)
    sent = lines(case, how_benefits="unsuitable", text_benefits="Nei", seen_benefits="")
    answer = client.post(address("measures", case.pk), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody answered this line" in page
    assert f'value="{row.pk}.1"' in page
    again = lines(case, how_benefits="unsuitable", text_benefits="Nei", seen_benefits=f"{row.pk}.1")
    assert client.post(address("measures", case.pk), again).status_code == 302


def test_the_landlord_answers_what_is_the_landlords(worker: Any) -> None:
    case = opened(worker, "complaint")
    client = signed_in(UserFactory(role="landlord"))
    page = client.get(address("measures", case.pk)).content.decode()
    assert f'name="how_{kind("noise-mapping").pk}"' in page
    assert f'name="how_{kind("information").pk}"' not in page
    sent = lines(case, how_noise_mapping="done", result_noise_mapping="worked")
    sent[f"on_{kind('noise-mapping').pk}"] = "i dag"
    assert client.post(address("measures", case.pk), sent).status_code == 302
    assert Measure.objects.get().party == "landlord"


def test_a_closed_case_shows_its_checklist_without_a_form(worker: Any) -> None:
    case = opened(worker)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_on=today(), outcome="mistake")
    page = signed_in(worker).get(address("measures", case.pk)).content.decode()
    assert "is closed" in page
    assert "<textarea" not in page


# --- Children, and others who live there ----------------------------------------------------------


def test_an_assessment_is_written_once_and_read_by_the_welfare_side_only(worker: Any) -> None:
    case = opened(worker)
    client = signed_in(worker)
    where = address("children", case.pk)
    sent = form(text="Barna går på skolen rett ved.", assessed_on="i dag")
    assert [client.post(where, sent).status_code for _ in range(2)] == [302, 302]
    assert ChildrenAssessment.objects.count() == 1
    assert "rett ved" in client.get(where).content.decode()
    landlord = signed_in(UserFactory(role="landlord"))
    assert landlord.get(where).status_code == 403
    page = landlord.get(reverse("desk:case", args=[case.pk])).content.decode()
    for secret in ("rett ved", "best interest", "Children live here"):
        assert secret not in page
    mine = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert f"Assessed in writing {format_day(today())}" in mine


def test_somebody_unknown_who_lives_there_is_recorded_and_later_heard(worker: Any) -> None:
    case = opened(worker)
    client = signed_in(worker)
    sent = form(about="Mann i 30-årene", seen_on="i går")
    assert client.post(address("occupant_new", case.pk), sent).status_code == 302
    row = Occupant.objects.get()
    page = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "not heard" in page
    change = form(version=1, name="Per", about=row.about, seen_on="i går", heard_on="i dag")
    assert client.post(address("occupant", row.pk), change).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.heard_on, row.version) == ("Per", today(), 2)
    page = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "not heard" not in page


def test_an_occupant_of_whom_nothing_is_known_is_refused(worker: Any) -> None:
    case = opened(worker)
    answer = signed_in(worker).post(address("occupant_new", case.pk), form(seen_on="i dag"))
    assert answer.status_code == 422
    assert "what tells them from others" in answer.content.decode()
    assert not Occupant.objects.exists()


# --- My work --------------------------------------------------------------------------------------


def test_a_late_measure_stands_on_its_owners_own_page(worker: Any) -> None:
    case = opened(worker)
    task = Task(party="welfare", owner_id=worker.pk, due_on=today())
    row = proposed(case, "debt-advice", worker, task=task)
    client = signed_in(worker)
    assert address("measure", row.pk) not in client.get(reverse("desk:my_work")).content.decode()
    Measure.objects.filter(pk=row.pk).update(due_on=today() - ONE)
    page = client.get(reverse("desk:my_work")).content.decode()
    assert address("measure", row.pk) in page
    assert "past their day" in page
