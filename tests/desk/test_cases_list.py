"""The list of cases, the step from flags to cases, and what is mine to do."""

import datetime as dt
import html
from uuid import uuid4

import pytest

from arrears.models import Case, Flag, NextStep
from arrears.services.cases.closing import close_case
from arrears.services.cases.handing import ask_transfer, assign_owner, disqualify
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import mark_for_meeting, set_sharing
from arrears.services.tasks import make_task
from boligsak.dates import today
from tenants.models import HeadLandlordAction
from tests.desk.work import body, flag, owing, running_out, signed_in
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
CASES, OPEN = "/cases/", "/cases/open/"


@pytest.fixture
def kari():
    return UserFactory(role="caseworker", first_name="Kari", last_name="Haugen")


@pytest.fixture
def boss():
    return UserFactory(role="coordinator")


def case_on(lease, by, *kinds: str, owner=None) -> Case:
    new = [NewTrigger(kind) for kind in kinds or ("arrears",)]
    return open_case(lease.pk, new, by=by, on=today(), owner=owner).case


def shown(client, **query) -> list[str]:
    """The numbers of the cases the list shows, in its order."""
    page = body(client, CASES, **query)
    numbers = Case.objects.values_list("number", flat=True)
    places = {number: page.find(f">{number}<") for number in numbers}
    return sorted((n for n in places if places[n] >= 0), key=lambda n: places[n])


# --- The list ---------------------------------------------------------------------------------


def test_a_case_stands_with_who_where_why_and_whose(kari) -> None:
    row = owing(level=3)
    case_on(row.lease, kari, owner=kari)
    page = body(signed_in(kari), CASES)
    for words in ("Hansen", "Innherredsveien", "Arrears", "Serious", "12 600,00", "Kari Haugen"):
        assert words.replace(" ", "\xa0") in page.replace(" ", "\xa0"), words


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "abc"),
        ({"trigger": "expiry"}, "b"),
        ({"owner": "me"}, "a"),
        ({"owner": "nobody"}, "bc"),
        ({"only": "meeting"}, "c"),
        ({"only": "contact"}, "abc"),
        ({"only": "referral"}, ""),
        ({"status": "closed"}, "d"),
        ({"status": "all"}, "abcd"),
        ({"status": "ended-moved_out"}, "d"),
        ({"status": "ended-paid"}, ""),
        ({"step": "over"}, "a"),
        ({"step": "week"}, "ab"),
        ({"owner": "rubbish"}, "abc"),
    ],
)
def test_a_filter_shows_what_it_says(query, expected, kari) -> None:
    a = case_on(owing().lease, kari, owner=kari)
    b = case_on(running_out(left=9).lease, kari, "expiry")
    c, d = (case_on(LeaseFactory(), kari) for _ in range(2))
    mark_for_meeting(c.pk, by=kari, on=today())
    close_case(d.pk, "moved_out", by=kari, on=today())
    standing = NextStep.objects.filter(ended_on=None)
    standing.update(due_on=today() + dt.timedelta(days=30))
    for case, days in ((a, -1), (b, 5)):
        standing.filter(case=case).update(due_on=today() + dt.timedelta(days=days))
    names = {case.number: name for name, case in zip("abcd", (a, b, c, d), strict=True)}
    found = shown(signed_in(kari), **query)
    assert sorted(names[number] for number in found) == sorted(expected)


def test_a_legal_deadline_within_a_week_is_found_and_shown(kari) -> None:
    from tests.desk.work import run_out

    soon = case_on(run_out(last_safe_in=5).lease, kari, "expiry")
    case_on(run_out(last_safe_in=40).lease, kari, "expiry")
    assert shown(signed_in(kari), only="deadline") == [soon.number]
    assert "in 5 days" in body(signed_in(kari), CASES, only="deadline")


def test_cases_sort_by_the_legal_deadline_that_ends_first(kari) -> None:
    from tests.desk.work import run_out

    late, soon = (case_on(run_out(last_safe_in=n).lease, kari, "expiry") for n in (40, 5))
    none = case_on(LeaseFactory(), kari)
    client = signed_in(kari)
    assert shown(client, sort="deadline") == [soon.number, late.number, none.number]
    assert shown(client, sort="-deadline") == [late.number, soon.number, none.number]


def test_the_gravest_stand_first_and_any_column_can_lead(kari) -> None:
    mild, grave = case_on(owing(level=2).lease, kari), case_on(owing(level=4).lease, kari)
    client = signed_in(kari)
    assert shown(client) == [grave.number, mild.number]
    assert shown(client, sort="number") == [mild.number, grave.number]
    assert shown(client, sort="-owed") in ([mild.number, grave.number], [grave.number, mild.number])


def test_the_cases_of_other_offices_are_not_there(kari) -> None:
    here = OfficeFactory()
    mine = case_on(LeaseFactory(dwelling=DwellingFactory(office=here)), kari)
    case_on(LeaseFactory(), kari)
    worker = UserFactory(role="caseworker", role__offices=[here])
    assert shown(signed_in(worker)) == [mine.number]


def test_a_case_that_was_handed_over_is_named_at_its_new_office(kari) -> None:
    from arrears.services.cases.handing import accept_transfer

    there = OfficeFactory()
    case = case_on(LeaseFactory(), kari)
    per = UserFactory(role="caseworker", role__offices=[there])
    offer = ask_transfer(
        case.pk, to_office=there, to_owner=None, reason="Flytter", by=kari, on=today()
    )
    accept_transfer(offer.pk, by=per, on=today())
    assert "Hansen" in body(signed_in(per), CASES)


def test_without_a_basis_the_landlord_sees_number_and_reason_but_nobody(kari) -> None:
    case = case_on(owing().lease, kari, owner=kari)
    client = signed_in(UserFactory(role="landlord"))
    page = body(client, CASES).split("<tbody>")[1]
    assert case.number in page
    for hidden in ("Hansen", "Innherredsveien", "Kari Haugen", "12\xa0600,00"):
        assert hidden not in page
    set_sharing(case.pk, "consent", source="Muntlig", since=today(), by=kari, on=today())
    assert "Hansen" in body(client, CASES)


def test_fvl_6_the_disqualified_finds_the_case_in_no_list(kari, boss) -> None:
    case = case_on(LeaseFactory(), boss)
    disqualify(case.pk, kari, reason="Nabo", by=boss, on=today())
    client = signed_in(kari)
    assert shown(client) == []
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert client.get(f"/cases/{case.pk}/close/").status_code == 404


def test_a_choice_of_office_leaves_out_who_lives_there_in_secret(boss) -> None:
    cleared = UserFactory(role="caseworker", role__cleared=True)
    case = case_on(LeaseFactory(is_protected=True), cleared)
    client = signed_in(boss)
    assert shown(client) == [case.number]
    assert shown(client, office=case.office_id) == []


def test_the_file_holds_what_the_list_shows(boss) -> None:
    case = case_on(owing().lease, boss)
    hidden = case_on(
        LeaseFactory(is_protected=True), UserFactory(role="caseworker", role__cleared=True)
    )
    response = signed_in(boss).get("/cases/export/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert case.number in text
    assert "Hansen" in text
    (line,) = [one for one in text.splitlines() if hidden.number in one]
    assert "Innherredsveien" not in line


def test_no_protected_address_is_in_a_file_even_for_who_is_cleared() -> None:
    chief = UserFactory(role="coordinator", role__cleared=True)
    lease = LeaseFactory(is_protected=True)
    hidden, name = case_on(lease, chief), str(lease.parties.get().person)
    client = signed_in(chief)
    assert name in client.get("/cases/").content.decode()
    for address in ("/cases/export/", "/leases/export/"):
        response = client.get(address, {"export": "csv"})
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        assert hidden.number in text or lease.number in text
        assert name not in text
        assert "Innherredsveien" not in text


def test_what_hits_the_dwelling_is_not_on_the_clock_of_a_case_without_a_name(boss) -> None:
    chief = UserFactory(role="coordinator", role__cleared=True)
    lease = LeaseFactory(is_protected=True)
    case = case_on(lease, chief)
    HeadLandlordAction.objects.create(
        dwelling=lease.dwelling,
        kind="order_to_sell",
        received_on=today(),
        deadline_on=today() + dt.timedelta(days=95),
        by=chief,
    )
    words = "from the cooperative or head landlord"
    assert words in body(signed_in(chief), f"/cases/{case.pk}/")
    assert words not in body(signed_in(boss), f"/cases/{case.pk}/")


def test_many_cases_take_as_many_queries_as_one(kari, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(kari)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            body(client, CASES)
        return len(queries)

    case_on(owing().lease, kari, owner=kari)
    asked()
    one = asked()
    for _ in range(12):
        case_on(owing().lease, kari, owner=kari)
    assert asked() == one


def search(client, text: str):
    return client.get(client.post("/search/", {"q": text})["Location"])


@pytest.mark.parametrize("typed", ["{year}-00001", "{year}-1", "{year}-0000"])
def test_a_case_is_found_by_its_number(typed, kari) -> None:
    case = case_on(owing().lease, kari)
    page = search(signed_in(kari), typed.format(year=today().year)).content.decode()
    assert f'href="/cases/{case.pk}/' in page or case.number in page
    assert "Hansen" in page


def test_fvl_6_the_disqualified_finds_no_case_by_its_number(kari, boss) -> None:
    case = case_on(LeaseFactory(), boss)
    disqualify(case.pk, kari, reason="Nabo", by=boss, on=today())
    assert "Nothing found" in search(signed_in(kari), case.number).content.decode()


def test_the_landlord_finds_an_anonymous_case_without_a_name(kari) -> None:
    case = case_on(owing().lease, kari)
    page = search(signed_in(UserFactory(role="landlord")), case.number).content.decode()
    assert case.number in page
    assert "Hansen" not in page


# --- From flags to cases ----------------------------------------------------------------------


def ticked(*flags: Flag) -> list[str]:
    return [f"{row.pk}.{row.version}" for row in flags]


def send(client, flags, **more):
    form = {"flag": flags, "next": "/worklist/?level=2", "submission_id": uuid4()}
    return client.post(OPEN, form | more)


def test_first_it_is_said_what_comes_of_each_flag_and_nothing_is_done(kari) -> None:
    new, added, data = owing(), owing(), flag(LeaseFactory())
    case = case_on(added.lease, kari, "expiry")
    response = send(signed_in(kari), ticked(new, added, data))
    page = html.unescape(response.content.decode())
    assert response.status_code == 200
    assert "1 new case, 1 open case gets more, 1 lease is left as it is." in page
    assert case.number in page
    assert "Only asks to check the data" in page
    assert Case.objects.count() == 1


def test_confirmed_the_cases_are_open_and_each_row_says_what_came_of_it(kari) -> None:
    flags = [owing(), owing(), flag(LeaseFactory())]
    response = send(signed_in(kari), ticked(*flags), confirm=1, owner=kari.pk, note="Januar")
    page = html.unescape(response.content.decode())
    assert "2 cases opened, 1 refused." in page
    assert list(Case.objects.values_list("owner", flat=True)) == [kari.pk] * 2


def test_one_flag_leads_straight_to_its_case(kari) -> None:
    row = owing()
    response = send(signed_in(kari), ticked(row), confirm=1, owner="")
    assert response["Location"] == f"/cases/{Case.objects.get().pk}/"


def test_the_form_sent_twice_opens_once(kari) -> None:
    client, same = signed_in(kari), uuid4()
    flags = ticked(owing(), owing())
    for _ in range(2):
        send(client, flags, confirm=1, owner="", submission_id=same)
    assert Case.objects.count() == 2


def test_an_owner_who_cannot_have_them_is_refused_and_the_form_keeps_what_is_typed(kari) -> None:
    row = owing()
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    response = send(signed_in(kari), ticked(row), confirm=1, owner=stranger.pk, note="Husk dette")
    page = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert "is not a caseworker or coordinator" in page
    assert "Husk dette" in page
    assert not Case.objects.exists()


def test_nothing_ticked_is_said(kari) -> None:
    client = signed_in(kari)
    assert send(client, []).status_code == 302
    assert "no case was opened" in body(client, "/worklist/")


def test_the_landlord_opens_no_cases() -> None:
    landlord = UserFactory(role="landlord")
    assert send(signed_in(landlord), ticked(owing())).status_code == 403


# --- From the lease ---------------------------------------------------------------------------


def test_a_case_is_opened_by_hand_on_a_lease(kari) -> None:
    lease = LeaseFactory()
    client = signed_in(kari)
    assert f"/cases/new/{lease.pk}/" in body(client, f"/leases/{lease.pk}/")
    form = {
        "triggers": ["complaint", "expiry"],
        "owner": kari.pk,
        "note": "Naboene klager",
        "submission_id": uuid4(),
    }
    response = client.post(f"/cases/new/{lease.pk}/", form)
    case = Case.objects.get()
    assert response["Location"] == f"/cases/{case.pk}/"
    assert sorted(case.triggers.values_list("kind", flat=True)) == ["complaint", "expiry"]
    page = body(client, f"/leases/{lease.pk}/")
    assert case.number in page


def test_the_worklist_names_the_open_case_of_a_lease(kari) -> None:
    row = owing()
    case = case_on(row.lease, kari)
    page = body(signed_in(kari), "/worklist/")
    assert f'href="/cases/{case.pk}/' in page


# --- Mine -------------------------------------------------------------------------------------


def test_my_work_shows_my_cases_my_tasks_and_what_is_offered_to_me(kari, boss) -> None:
    case = case_on(owing().lease, kari, owner=kari)
    late = today() - dt.timedelta(days=2)
    make_task(kind="by_hand", case=case, title="Ring Nav", due_on=late, by=kari, on=late)
    other = case_on(LeaseFactory(), boss)
    ask_transfer(
        other.pk,
        to_office=other.office,
        to_owner=kari,
        reason="Du kjenner familien",
        by=boss,
        on=today(),
    )
    page = body(signed_in(kari), "/my-work/")
    for words in (case.number, "Ring Nav", "2 days past the deadline", other.number):
        assert words in page, words


def test_the_coordinator_s_work_shows_what_nobody_has(kari, boss) -> None:
    case = case_on(LeaseFactory(), kari, owner=kari)
    disqualify(case.pk, kari, reason="Søster", by=kari, on=today())
    assert "Give the case to somebody: Kari Haugen is disqualified" in body(
        signed_in(boss), "/my-work/"
    )
    assert "Give the case to somebody" not in body(signed_in(kari), "/my-work/")


def test_my_case_goes_when_it_is_given_to_another(kari, boss) -> None:
    case = case_on(LeaseFactory(), kari, owner=kari)
    ola = UserFactory(role="caseworker")
    assign_owner(case.pk, ola, by=boss, on=today())
    assert case.number not in body(signed_in(kari), "/my-work/")
