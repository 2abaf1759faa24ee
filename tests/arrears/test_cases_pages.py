"""The pages of the case's own steps: what they say, whom they let in, and what they keep."""

import html
from uuid import uuid4

import pytest

from arrears.models import Case, CaseTransfer, Disqualification, Task
from arrears.services.cases.closing import close_case
from arrears.services.cases.handing import ask_transfer, disqualify
from arrears.services.cases.notes import add_note
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import set_sharing
from arrears.services.tasks import make_task
from boligsak.dates import today
from tests.desk.work import body, owing, signed_in
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

STEPS = (
    "owner",
    "transfer",
    "disqualify",
    "triggers/new",
    "close",
    "reopen",
    "sharing",
    "meeting",
    "notes/new",
    "tasks/new",
)


@pytest.fixture
def here():
    return OfficeFactory(name="Heimdal")


@pytest.fixture
def kari(here):
    return UserFactory(
        role="caseworker", first_name="Kari", last_name="Haugen", role__offices=[here]
    )


@pytest.fixture
def boss(here):
    return UserFactory(role="coordinator", role__offices=[here])


@pytest.fixture
def case(here, kari):
    lease = LeaseFactory(dwelling=DwellingFactory(office=here))
    new = [NewTrigger("arrears"), NewTrigger("expiry")]
    return open_case(lease.pk, new, by=kari, on=today(), owner=kari).case


def send(user, case: Case, step: str, **form):
    form = {"submission_id": uuid4(), "version": Case.objects.get(pk=case.pk).version} | form
    return signed_in(user).post(f"/cases/{case.pk}/{step}/", form)


def page(response) -> str:
    return html.unescape(response.content.decode())


# --- Who comes in -----------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_for_the_welfare_side_of_the_case_s_office(step, case, kari) -> None:
    address = f"/cases/{case.pk}/{step}/"
    elsewhere = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    landlord = UserFactory(role="landlord", role__offices=[case.office])
    assert signed_in(kari).get(address).status_code == 200
    assert signed_in(elsewhere).get(address).status_code == 404
    assert signed_in(landlord).get(address).status_code == 403


@pytest.mark.parametrize("step", STEPS)
def test_a_step_on_a_masked_case_is_not_there(step) -> None:
    cleared = UserFactory(role="caseworker", role__cleared=True)
    lease = LeaseFactory(is_protected=True)
    case = open_case(lease.pk, [NewTrigger("arrears")], by=cleared, on=today()).case
    assert (
        signed_in(UserFactory(role="coordinator")).get(f"/cases/{case.pk}/{step}/").status_code
        == 404
    )


@pytest.mark.parametrize("step", [step for step in STEPS if step != "reopen"])
def test_a_step_on_a_closed_case_says_that_it_must_be_opened_first(step, case, kari) -> None:
    close_case(case.pk, "moved_out", by=kari, on=today())
    shown = body(signed_in(kari), f"/cases/{case.pk}/{step}/")
    assert "is closed. Open it again first" in shown
    assert '<form class="form"' not in shown


# --- Steps ------------------------------------------------------------------------------------


def test_an_empty_form_keeps_its_place_and_says_what_is_missing(case, kari) -> None:
    response = send(kari, case, "close", note="Nøklene er levert")
    assert response.status_code == 422
    assert "Choose how the case ended." in page(response)
    assert "Nøklene er levert" in page(response)


def test_only_outcomes_that_answer_what_the_case_is_about_are_offered(case, kari) -> None:
    shown = body(signed_in(kari), f"/cases/{case.pk}/close/")
    assert 'value="moved_out"' in shown
    assert 'value="paid"' not in shown


def test_a_case_is_closed_and_opened_again_from_its_page(case, kari) -> None:
    assert send(kari, case, "close", outcome="moved_home").status_code == 302
    shown = body(signed_in(kari), f"/cases/{case.pk}/")
    assert f"/cases/{case.pk}/reopen/" in shown
    assert f"/cases/{case.pk}/close/" not in shown
    again = {"reason": "Flyttet tilbake", "kinds": ["arrears"]}
    assert send(kari, case, "reopen", **again).status_code == 302
    case.refresh_from_db()
    assert case.status == "open"
    running = case.triggers.filter(closed_on__isnull=True)
    assert [row.kind for row in running] == ["arrears"]


def test_one_of_two_matters_is_ended_and_the_last_is_not(case, kari) -> None:
    client = signed_in(kari)
    assert send(kari, case, "triggers/expiry/end", reason="Fornyet").status_code == 302
    shown = body(client, f"/cases/{case.pk}/triggers/arrears/end/")
    assert "Close the case instead" in shown
    assert client.get(f"/cases/{case.pk}/triggers/weather/end/").status_code == 404


def test_the_coordinator_gives_the_case_to_another(case, boss, here) -> None:
    ola = UserFactory(role="caseworker", role__offices=[here])
    assert send(boss, case, "owner", owner=ola.pk).status_code == 302
    case.refresh_from_db()
    assert case.owner == ola


def test_a_caseworker_is_led_to_offer_a_case_that_is_another_s(case, here) -> None:
    ola = UserFactory(role="caseworker", role__offices=[here])
    shown = body(signed_in(ola), f"/cases/{case.pk}/owner/")
    assert f"/cases/{case.pk}/transfer/" in shown
    assert '<form class="form"' not in shown


def test_a_case_is_offered_seen_and_accepted_across_offices(case, kari) -> None:
    there = OfficeFactory()
    per = UserFactory(role="caseworker", role__offices=[there])
    assert send(kari, case, "transfer", to=per.pk, reason="Flytter dit").status_code == 302
    offer = CaseTransfer.objects.get()
    assert (offer.to_owner, offer.to_office) == (per, there)
    client = signed_in(per)
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    address = f"/cases/transfers/{offer.pk}/"
    assert "Flytter dit" in body(client, address)
    assert "Hansen" not in body(client, address)
    response = client.post(address, {"submission_id": uuid4(), "answer": "no", "reason": ""})
    assert (response.status_code, "Say why you cannot take the case." in page(response)) == (
        422,
        True,
    )
    response = client.post(address, {"submission_id": uuid4(), "answer": "yes"})
    assert response["Location"] == f"/cases/{case.pk}/"
    assert client.get(response["Location"]).status_code == 200


def test_who_made_an_offer_takes_it_back(case, kari) -> None:
    there = OfficeFactory()
    offer = ask_transfer(
        case.pk, to_office=there, to_owner=None, reason="Flytter", by=kari, on=today()
    )
    client = signed_in(kari)
    address = f"/cases/transfers/{offer.pk}/"
    assert "Take the offer back" in body(client, address)
    version = Case.objects.get().version
    client.post(address, {"submission_id": uuid4(), "version": version})
    offer.refresh_from_db()
    assert offer.state == "withdrawn"
    assert "has had its answer already: withdrawn" in body(client, address)


def test_an_offer_is_nobody_else_s_business(case, kari) -> None:
    offer = ask_transfer(
        case.pk, to_office=OfficeFactory(), to_owner=None, reason="Flytter", by=kari, on=today()
    )
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert signed_in(stranger).get(f"/cases/transfers/{offer.pk}/").status_code == 404


def test_fvl_6_whoever_says_they_are_disqualified_is_led_out_of_the_case(case, kari) -> None:
    response = send(kari, case, "disqualify", who=kari.pk, reason="Nabo")
    assert response["Location"] == "/cases/"
    assert signed_in(kari).get(f"/cases/{case.pk}/").status_code == 404


def test_fvl_6_only_the_coordinator_reads_why_and_lets_in_again(case, kari, boss, here) -> None:
    ola = UserFactory(role="caseworker", role__offices=[here])
    row = disqualify(case.pk, ola, reason="Samlivspartner", by=boss, on=today())
    assert "Samlivspartner" in body(signed_in(boss), f"/cases/{case.pk}/")
    assert "Samlivspartner" not in body(signed_in(kari), f"/cases/{case.pk}/")
    address = f"/cases/disqualified/{row.pk}/lift/"
    assert signed_in(kari).get(address).status_code == 403
    form = {"reason": "Feil", "submission_id": uuid4(), "version": 1}
    assert signed_in(boss).post(address, form).status_code == 302
    assert Disqualification.objects.get().lifted_by == boss


def test_the_basis_for_sharing_asks_for_its_source_where_it_is_missing(case, kari) -> None:
    response = send(kari, case, "sharing", basis="consent", source="", since="i dag")
    assert "Write who consented and how" in page(response)
    form = {"basis": "statute", "source": "sosialtjenesteloven § 44", "since": "1.11.2026"}
    assert send(kari, case, "sharing", **form).status_code == 302
    case.refresh_from_db()
    assert case.sharing_basis == "statute"


def test_the_case_is_put_up_for_the_meeting_and_taken_off(case, kari) -> None:
    assert send(kari, case, "meeting", note="Trenger råd").status_code == 302
    assert "Take it off the list" in body(signed_in(kari), f"/cases/{case.pk}/meeting/")
    assert send(kari, case, "meeting", reason="Løst").status_code == 302
    case.refresh_from_db()
    assert case.for_meeting_on is None


# --- Notes and the timeline -------------------------------------------------------------------


def test_a_social_note_is_read_by_the_welfare_side_alone(case, kari) -> None:
    note = {"note": "Snakket med helsesykepleier", "is_social": "on", "minutes": 15}
    assert send(kari, case, "notes/new", **note).status_code == 302
    add_note(case.pk, "Ringte om nøkler", by=kari, on=today())
    set_sharing(case.pk, "consent", source="Muntlig", since=today(), by=kari, on=today())
    address = f"/cases/{case.pk}/"
    ours = body(signed_in(kari), address)
    theirs = body(signed_in(UserFactory(role="landlord")), address)
    assert "Snakket med helsesykepleier 15 minutes spent. For the welfare side only." in ours
    assert "helsesykepleier" not in theirs
    assert "Ringte om nøkler" in theirs


def test_the_timeline_tells_what_was_done_to_the_case_and_by_whom(case, kari) -> None:
    shown = body(signed_in(kari), f"/cases/{case.pk}/")
    assert "The case was opened: arrears and contract expires" in shown
    assert "Kari Haugen" in shown


def test_the_open_flags_stand_on_the_case_with_why_they_are_there(here, kari) -> None:
    row = owing(dwelling=DwellingFactory(office=here))
    case = open_case(row.lease_id, [NewTrigger("arrears")], by=kari, on=today()).case
    assert "Owes 1.4 months' rent" in body(signed_in(kari), f"/cases/{case.pk}/").replace(",", ".")


# --- Tasks ------------------------------------------------------------------------------------


def test_a_task_is_made_given_and_done(case, kari, here) -> None:
    form = {"title": "Ring Nav", "due_on": "30.12.2026", "owner": ""}
    assert send(kari, case, "tasks/new", **form).status_code == 302
    task = Task.objects.get()
    assert (task.title, task.owner) == ("Ring Nav", kari)
    ola = UserFactory(role="caseworker", role__offices=[here])
    client, address = signed_in(kari), f"/cases/tasks/{task.pk}/"
    give = {"what": "give", "owner": ola.pk, "version": 1, "submission_id": uuid4()}
    assert client.post(address, give).status_code == 302
    late = {"what": "done", "result": "Ringt", "version": 1, "submission_id": uuid4()}
    response = client.post(address, late)
    assert "Somebody changed the task" in page(response)
    assert 'name="version" value="2"' in page(response)
    assert client.post(address, late | {"version": 2}).status_code == 302
    task.refresh_from_db()
    assert (task.owner, task.state, task.result) == (ola, "done", "Ringt")


def test_a_task_that_is_not_done_says_why(case, kari) -> None:
    task = make_task(kind="by_hand", case=case, title="x", due_on=today(), by=kari, on=today())
    form = {"what": "drop", "result": " ", "version": 1, "submission_id": uuid4()}
    response = signed_in(kari).post(f"/cases/tasks/{task.pk}/", form)
    assert "Say why it is not to be done." in page(response)


def test_the_landlord_does_its_own_task_on_a_case_it_sees_no_name_on(case, kari) -> None:
    ours = make_task(
        kind="by_hand", case=case, title="Hemmelig", due_on=today(), by=kari, on=today()
    )
    theirs = make_task(
        kind="by_hand",
        case=case,
        title="Skift lås",
        party="landlord",
        due_on=today(),
        by=kari,
        on=today(),
    )
    client = signed_in(UserFactory(role="landlord"))
    assert client.get(f"/cases/tasks/{ours.pk}/").status_code == 404
    shown = body(client, f"/cases/tasks/{theirs.pk}/")
    assert "Skift lås" in shown
    assert "Hansen" not in shown
    form = {"what": "done", "result": "", "version": 1, "submission_id": uuid4()}
    assert client.post(f"/cases/tasks/{theirs.pk}/", form).status_code == 302


def test_a_task_on_a_lease_without_a_case_says_whose_lease_it_is(here, kari) -> None:
    lease = LeaseFactory(dwelling=DwellingFactory(office=here))
    task = make_task(kind="rehouse", lease=lease, due_on=today(), by=kari, on=today())
    client = signed_in(kari)
    shown = body(client, f"/cases/tasks/{task.pk}/")
    assert "Find another home" in shown
    assert lease.number in shown
    assert f"Lease {lease.number}" in body(client, "/my-work/")
