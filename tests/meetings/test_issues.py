"""Routines that fail between the parties, until they are mended."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from boligsak.rule import RuleBroken
from meetings.models import IssueState, SystemIssue
from meetings.rules.issues import check_step
from meetings.services.issues import raise_issue, work_issue
from tests.desk.work import body, signed_in
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("now", "then", "result", "code"),
    [
        ("open", "working", "", None),
        ("open", "solved", "Ny rutine", None),
        ("open", "solved", "  ", "issue.no_result"),
        ("working", "dropped", "", "issue.no_result"),
        ("solved", "open", "", "issue.state"),
        ("solved", "working", "", None),
        ("open", "open", "", None),
    ],
)
def test_an_issue_goes_from_raised_to_solved(now, then, result, code) -> None:
    if code is None:
        check_step(now, then, result=result)
        return
    with pytest.raises(RuleBroken, match=f"^{code}$"):
        check_step(now, then, result=result)


def raised(by, **more) -> SystemIssue:
    facts = {"title": "Nøkler", "text": "Kommer for sent", "office_id": None, "by": by}
    return raise_issue(**(facts | {"on": TODAY} | more))


def worked(issue, by, **more) -> SystemIssue:
    facts = {
        "text": "Snakket med utleier",
        "to_state": "working",
        "party": "landlord",
        "owner_id": None,
        "due_on": None,
        "version": issue.version,
        "by": by,
        "on": TODAY,
    }
    return work_issue(issue.pk, **(facts | more))


def test_a_solved_issue_keeps_what_came_of_it() -> None:
    landlord = UserFactory(role="landlord")
    issue = worked(raised(landlord), landlord, to_state="solved", text="Ny rutine fra mandag")
    assert (issue.state, issue.result, issue.ended_on) == (
        IssueState.SOLVED,
        "Ny rutine fra mandag",
        TODAY,
    )
    again = worked(issue, landlord, text="Det skjedde igjen")
    assert (again.state, again.result, again.ended_on) == (IssueState.WORKING, "", None)
    assert again.notes.count() == 2


def test_the_second_to_write_is_told() -> None:
    landlord = UserFactory(role="landlord")
    issue = raised(landlord)
    worked(issue, landlord)
    with pytest.raises(RuleBroken, match=r"^issue\.changed$"):
        worked(issue, landlord, version=1)


def test_an_issue_for_every_office_is_raised_by_who_works_for_all() -> None:
    bound = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    with pytest.raises(RuleBroken, match=r"^issue\.office$"):
        raised(bound)


def test_another_offices_issue_is_not_seen_and_one_for_all_is() -> None:
    landlord = UserFactory(role="landlord")
    theirs = raised(landlord, title="Deres", office_id=OfficeFactory().pk)
    raised(landlord, title="Alles")
    client = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    page = body(client, reverse("meetings:issues"))
    assert "Alles" in page
    assert "Deres" not in page
    assert client.get(reverse("meetings:issue", args=[theirs.pk])).status_code == 404


def test_a_routine_is_raised_and_worked_on_in_the_browser() -> None:
    client = signed_in(UserFactory(role="housing_unit"))
    form = {
        "submission_id": str(uuid.uuid4()),
        "title": "Tildeling uten nøkler",
        "text": "Nøklene kommer etter innflytting.",
        "office": "",
        "party": "landlord",
        "owner": "",
        "due_on": "",
    }
    assert client.post(reverse("meetings:issue_new"), form).status_code == 302
    issue = SystemIssue.objects.get()
    note = {
        "submission_id": str(uuid.uuid4()),
        "version": "1",
        "text": "",
        "to_state": "solved",
        "party": "landlord",
        "owner": "",
        "due_on": "",
    }
    url = reverse("meetings:issue", args=[issue.pk])
    assert client.post(url, note).status_code == 422
    note["text"] = "Nøkler leveres dagen før"
    assert client.post(url, note).status_code == 302
    assert "Nøkler leveres dagen før" in body(client, url)


def test_the_list_as_a_file_holds_what_is_shown() -> None:
    landlord = UserFactory(role="landlord")
    raised(landlord)
    answer = signed_in(landlord).get(reverse("meetings:issues"), {"export": "csv"})
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert "Nøkler" in text.decode("utf-8-sig")
