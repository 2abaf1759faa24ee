"""The order of next steps in the administration: rows of steps, tried on every case, then saved."""

import datetime as dt
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrears.models import Case, NextStep
from arrears.models.cases import Party, TriggerKind
from arrears.models.contacts import Channel, ContactResult
from arrears.models.notices import NoticeKind
from arrears.models.tasks import StepState
from arrears.queries.step_shadow import shadow
from arrears.rules import step_policy as rules
from arrears.rules.default_steps import default_values
from arrears.rules.standing_steps import State
from arrears.rules.step_policy import CONDITIONS, StepPolicy
from arrears.services import next_steps as service
from arrears.words import step_policy as words
from boligsak.dates import format_day, today
from boligsak.rates.models import Policy
from boligsak.rates.services import cite_policies, enter_policy
from tests.desk.work import owing, signed_in
from tests.factories import CaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "admin:step_policy"
DAY = dt.timedelta(days=1)


@pytest.fixture
def client():
    return signed_in(UserFactory(role="administrator"))


@pytest.fixture
def general() -> Policy:
    return Policy.objects.get(kind="next-steps", office=None)


def act(client, do: str, **typed):
    fields = {"office": "", "valid_from": format_day(today()), "source": "Vedtak 12/26"}
    fields |= {name: str(default_values()[name]) for name in words.VALUE_NAMES}
    return client.post(reverse(PAGE), fields | typed | {"do": do})


def shown(client) -> str:
    return client.get(reverse(PAGE)).content.decode()


def order(client) -> list[str]:
    page = shown(client)
    codes = [step["code"] for step in default_values()["steps"]] + ["debt-advice-2", "letter"]
    return sorted(
        (code for code in codes if f'id="step-{code}"' in page),
        key=lambda code: page.index(f'id="step-{code}"'),
    )


def step(**fields):
    return {"action": "call", "party": "welfare", "within_days": "3", "since": "proposed"} | fields


def save(client):
    url = reverse("admin:step_policy_preview")
    return client.post(url, {"submission_id": str(uuid.uuid4())})


def newest() -> Policy:
    return Policy.objects.filter(kind="next-steps").latest("pk")


# --- The rows ---------------------------------------------------------------------------------


def test_every_step_stands_in_order_with_its_conditions_in_words(client) -> None:
    page = shown(client)
    assert order(client) == [row["code"] for row in default_values()["steps"]]
    assert "At least 18 days overdue" not in page  # the trigger stands before it
    assert "at least 18 days overdue" in page
    assert "7 days before the last safe day (§ 9-2)" in page


def test_a_new_installation_starts_with_the_default_order(general) -> None:
    assert general.values == default_values()


def test_looking_at_it_makes_no_draft(client) -> None:
    assert "Nothing of it counts before" not in shown(client)


def test_a_step_is_moved_up_and_down(client) -> None:
    first, second, *_rest = order(client)
    act(client, f"up:{second}")
    assert order(client)[:2] == [second, first]
    act(client, f"down:{second}")
    assert order(client)[:2] == [first, second]


@pytest.mark.parametrize(("verb", "place"), [("up", 0), ("down", -1)])
def test_the_first_and_the_last_step_stay_where_they_are(client, verb, place) -> None:
    before = order(client)
    act(client, f"{verb}:{before[place]}")
    assert order(client) == before


def test_a_step_is_taken_out_of_the_draft_and_the_version_in_force_keeps_it(
    client, general
) -> None:
    act(client, "remove:visit")
    assert "visit" not in order(client)
    assert "visit" in [row["code"] for row in newest().values["steps"]]
    assert newest() == general


def test_a_new_step_goes_in_after_the_one_it_was_asked_for_at(client) -> None:
    act(client, "add:write")
    url = reverse("admin:step_policy_add") + "?after=write"
    client.post(url, step(action="debt_advice", overdue_days="40", has_children="yes"))
    found = order(client)
    assert found[found.index("write") + 1] == "debt-advice-2"


def test_a_step_is_changed_with_fields_and_keeps_its_name(client) -> None:
    url = reverse("admin:step_policy_step", args=["remind"])
    client.post(
        url,
        step(
            action="reminder",
            party="landlord",
            triggers=["arrears"],
            overdue_days="9",
            months_permille="0,5",
            plan=["none", "broken"],
            again_days="",
        ),
    )
    act(client, "preview")
    save(client)
    row = next(row for row in newest().values["steps"] if row["code"] == "remind")
    assert row == {
        "code": "remind",
        "action": "reminder",
        "party": "landlord",
        "within_days": 3,
        "since": "proposed",
        "again_days": None,
        "note": "",
        "conditions": {
            "triggers": ["arrears"],
            "overdue_days": 9,
            "months_permille": 500,
            "plan": ["none", "broken"],
        },
    }


@pytest.mark.parametrize("row", default_values()["steps"], ids=lambda row: row["code"])
def test_a_form_sent_back_untouched_keeps_the_step_as_it_is(client, row) -> None:
    from arrears.forms.step_policy import PolicyStepForm, initial_of

    form = PolicyStepForm(initial=initial_of(row))
    data = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, ""):
            data[name] = [str(one) for one in value] if isinstance(value, list) else str(value)
    client.post(reverse("admin:step_policy_step", args=[row["code"]]), data)
    kept = client.session["step-policy"]["steps"]
    assert next(one for one in kept if one["code"] == row["code"]) == row


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"within_days": "snart"}, "within_days", "Write a whole number"),
        ({"within_days": "400"}, "within_days", "must be between 0 and 365"),
        ({"months_permille": "mye"}, "months_permille", "Write a number"),
        ({"since": "notice"}, "since", "Say which under"),
        ({"overdue_days": "-3"}, "overdue_days", "must be between"),
    ],
)
def test_what_is_wrong_with_a_step_stands_beside_its_field(client, change, field, said) -> None:
    answer = client.post(reverse("admin:step_policy_add"), step(**change))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert said in page


def test_what_is_typed_about_the_version_is_kept_while_rows_are_moved(client) -> None:
    act(client, "up:write", source="Formannskapet 3. mai", valid_from="snart")
    page = shown(client)
    assert "Formannskapet 3. mai" in page
    assert "snart" in page


def test_a_version_needs_a_day_before_it_can_be_tried(client) -> None:
    answer = act(client, "preview", valid_from="")
    assert answer.status_code == 422
    assert 'id="id_valid_from_error"' in answer.content.decode()


def test_a_version_needs_a_step(client) -> None:
    for code in order(client):
        act(client, f"remove:{code}")
    answer = act(client, "preview")
    assert answer.status_code == 422
    assert "There must be at least one step" in answer.content.decode()


def test_a_draft_is_thrown_away(client) -> None:
    act(client, "remove:visit")
    act(client, "discard")
    assert "visit" in order(client)


def test_an_unsaved_draft_is_not_lost_by_choosing_another_version(client, general) -> None:
    other = enter_policy(
        "next-steps",
        office_id=OfficeFactory().pk,
        valid_from=today(),
        values=default_values() | {"rest_days": 99},
    )
    act(client, "remove:visit")
    page = client.get(reverse(PAGE), {"from": other.pk}).content.decode()
    assert "You have a draft you have not saved" in page
    client.get(reverse(PAGE), {"from": other.pk, "anew": 1})
    assert "visit" in order(client)
    assert 'value="99"' in shown(client)


def test_every_condition_has_a_field_under_some_heading() -> None:
    assert sorted(name for _label, names in words.GROUPS for name in names) == sorted(CONDITIONS)


def test_the_choices_of_conditions_are_those_that_are_stored() -> None:
    assert list(rules.TRIGGERS) == TriggerKind.values
    assert list(rules.CHANNELS) == Channel.values
    assert list(rules.RESULTS) == ContactResult.values
    assert list(rules.NOTICES) == NoticeKind.values
    assert list(rules.PARTIES) == Party.values
    assert [state.value for state in State] == StepState.values


# --- What it would change ---------------------------------------------------------------------


def case() -> Case:
    found = CaseFactory(lease=owing().lease)
    service.refresh(found.pk, today())
    return found


def test_the_trial_says_how_many_cases_would_get_another_step_and_which(client) -> None:
    one, other = case(), case()
    # The second has been tried, so the first row it fits is another.
    act(client, "remove:first-contact")
    act(client, "remove:first-contact-children")
    act(client, "preview")
    page = client.get(reverse("admin:step_policy_preview")).content.decode()
    assert "2 of 2 open cases would get another next step" in page
    assert one.number in page
    assert other.number in page
    assert "Call the tenant" in page
    assert "Send a reminder" in page


def test_the_trial_writes_nothing(client) -> None:
    case()
    before = (list(NextStep.objects.values()), list(Policy.objects.values()))
    act(client, "remove:first-contact")
    act(client, "preview")
    client.get(reverse("admin:step_policy_preview"))
    assert (list(NextStep.objects.values()), list(Policy.objects.values())) == before


def test_the_trial_names_nobody(client) -> None:
    found = case()
    act(client, "remove:first-contact")
    act(client, "preview")
    page = client.get(reverse("admin:step_policy_preview")).content.decode()
    person = found.lease.parties.get().person
    assert found.number in page
    assert person.family_name not in page
    assert found.lease.dwelling.street not in page


def test_the_trial_is_of_the_offices_the_version_concerns(client) -> None:
    here = case()
    there = CaseFactory(lease=owing().lease)
    service.refresh(there.pk, today())
    act(client, "remove:first-contact", office=str(here.office_id))
    act(client, "preview", office=str(here.office_id))
    page = client.get(reverse("admin:step_policy_preview")).content.decode()
    assert here.number in page
    assert there.number not in page


def test_a_general_version_leaves_an_office_with_its_own_alone(client) -> None:
    found = case()
    enter_policy(
        "next-steps", office_id=found.office_id, valid_from=today(), values=default_values()
    )
    policy = StepPolicy.from_values(default_values())
    assert shadow(policy, office_id=None, valid_from=today(), day=today()).looked == 0


def test_what_a_caseworker_decided_is_no_change(client) -> None:
    found = case()
    row = NextStep.objects.get(case=found)
    service.confirm(row.pk, by=UserFactory(role="caseworker"), on=today())
    values = default_values()
    values["steps"] = [one for one in values["steps"] if one["code"] != "first-contact"]
    tried = shadow(StepPolicy.from_values(values), office_id=None, valid_from=today(), day=today())
    assert (tried.looked, tried.changes) == (1, ())


def test_the_same_steps_by_another_day_are_told_apart(client) -> None:
    case()
    values = default_values()
    for one in values["steps"]:
        one["within_days"] += 40
    tried = shadow(StepPolicy.from_values(values), office_id=None, valid_from=today(), day=today())
    assert (tried.other_steps, tried.other_days) == (0, 1)


def test_a_version_that_an_older_day_would_hide_changes_nothing(client) -> None:
    case()
    enter_policy("next-steps", office_id=None, valid_from=today() - DAY, values=default_values())
    act(client, "remove:first-contact", valid_from=format_day(today() - 9 * DAY))
    act(client, "preview", valid_from=format_day(today() - 9 * DAY))
    page = client.get(reverse("admin:step_policy_preview")).content.decode()
    assert "Nothing changes today" in page


def test_the_trial_and_the_night_after_agree(client) -> None:
    """What was promised before saving is what happens."""
    cases = [case() for _number in range(3)]
    act(client, "remove:first-contact")
    act(client, "remove:first-contact-children")
    act(client, "preview")
    values = client.session["step-policy"]["steps"]
    tried = shadow(
        StepPolicy.from_values(default_values() | {"steps": values}),
        office_id=None,
        valid_from=today(),
        day=today(),
    )
    save(client)
    service.propose(today())
    happened = {
        row.case_id: row.action
        for row in NextStep.objects.filter(ended_on__isnull=True, case__in=cases)
    }
    assert {change.case_id: change.then.action for change in tried.changes} == happened


def test_a_thousand_cases_cost_no_more_questions_than_one() -> None:
    policy = StepPolicy.from_values(default_values())

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            shadow(policy, office_id=None, valid_from=today(), day=today())
        return len(found)

    case()
    one = asked()
    for _number in range(5):
        case()
    assert asked() == one


# --- Saving -----------------------------------------------------------------------------------


def test_a_version_is_saved_once_with_who_and_why(client) -> None:
    act(client, "remove:visit")
    act(client, "preview")
    answer = save(client)
    row = newest()
    assert answer["Location"] == reverse("admin:rates_policy_change", args=[row.pk])
    assert (row.valid_from, row.source, row.office) == (today(), "Vedtak 12/26", None)
    assert LogEntry.objects.filter(object_id=str(row.pk), change_message="new").exists()
    assert "step-policy" not in client.session


def test_a_day_that_is_taken_is_refused_before_anything_is_lost(client) -> None:
    enter_policy("next-steps", office_id=None, valid_from=today(), values=default_values())
    act(client, "remove:visit")
    act(client, "preview")
    answer = save(client)
    assert answer.status_code == 422
    assert "There is a version from" in answer.content.decode()
    assert "visit" not in order(client)


def test_a_version_nothing_has_used_can_be_corrected(client) -> None:
    later = enter_policy(
        "next-steps", office_id=None, valid_from=today() + 60 * DAY, values=default_values()
    )
    client.get(reverse(PAGE), {"from": later.pk, "correct": 1})
    act(client, "remove:visit", valid_from=format_day(today() + 61 * DAY))
    act(client, "preview", valid_from=format_day(today() + 61 * DAY))
    save(client)
    later.refresh_from_db()
    assert later.valid_from == today() + 61 * DAY
    assert "visit" not in [row["code"] for row in later.values["steps"]]


def test_a_version_that_has_been_used_is_never_corrected(client, general) -> None:
    cite_policies([general.pk])
    client.get(reverse(PAGE), {"from": general.pk, "correct": 1})
    assert client.session["step-policy"]["corrects"] is None


def test_the_policys_own_page_shows_the_steps_in_words_and_leads_to_the_editor(
    client, general
) -> None:
    page = client.get(reverse("admin:rates_policy_change", args=[general.pk])).content.decode()
    assert "1. Carry out the meeting&#x27;s decision" in page
    assert f"{reverse(PAGE)}?from={general.pk}" in page


@pytest.mark.parametrize("role", ["caseworker", "coordinator", "landlord", "manager"])
def test_only_the_administrator_changes_the_order(role) -> None:
    for name in (PAGE, "admin:step_policy_add", "admin:step_policy_preview"):
        assert signed_in(UserFactory(role=role)).get(reverse(name)).status_code == 403
