"""The lease page: who and where for those who may know, the money and the flags for all."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from arrears.models import Flag, LedgerLine, UnplacedPayment
from arrears.models.flags import FlagChange
from arrears.services.ledger import NewLine, correct, dispute, keep_rents, move_payment, post
from boligsak.accounts.models import LookUp
from boligsak.dates import add_months, today
from boligsak.money import format_kr
from tenants.models import LeaseParty
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def month(lease, months_ago: int, amount: int = 900_000) -> NewLine:
    due = add_months(today().replace(day=1), -months_ago)
    return NewLine(lease.pk, "rent", amount, due, f"rent:{due:%Y-%m}", due_on=due)


def paid(lease, on: dt.date, amount: int, reference: str, **more) -> NewLine:
    return NewLine(lease.pk, "payment", -amount, on, reference, **more)


def flag(lease, kind="arrears", level=2, **facts) -> Flag:
    on = today() - dt.timedelta(days=3)
    row = Flag.objects.create(
        lease=lease,
        kind=kind,
        level=level,
        anchor_on=on,
        facts=facts,
        raised_on=on,
        changed_on=on,
    )
    FlagChange.objects.create(flag=row, what="raised", on=on, to_level=level, facts=facts)
    return row


def arrears_flag(lease) -> Flag:
    due = add_months(today().replace(day=1), -2)
    return flag(lease, owed_ore=1_800_000, months_permille=2000, oldest_due_on=due.isoformat())


def shown(client: Client, lease, **query) -> str:
    response = client.get(reverse("desk:lease", args=[lease.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_who_where_how_much_and_why() -> None:
    lease = LeaseFactory(tenant__given_name="Nils", tenant__family_name="Aas")
    post([month(lease, 2), month(lease, 1)])
    keep_rents(today(), [lease.pk])
    arrears_flag(lease)
    page = shown(signed_in(UserFactory()), lease)
    for text in (lease.number, "Nils Aas", lease.dwelling.street, lease.office.name):
        assert text in page
    assert format_kr(1_800_000) in page
    assert "Owes 2 months&#x27; rent" in page


def test_a_masked_lease_is_its_number_its_money_and_its_flags() -> None:
    lease = LeaseFactory(
        tenant__given_name="Hemmelig",
        tenant__protection=7,
        is_protected=True,
        dwelling__street="Skjultveien",
        household=HouseholdFactory(),
        kid=None,
    )
    HouseholdMemberFactory(
        household=lease.household, person=PersonFactory(given_name="Barnet"), role="child"
    )
    post(
        [
            month(lease, 2),
            paid(lease, today(), 100, "p1", payer="Hemmelig Betaler", note="fra mor"),
        ]
    )
    keep_rents(today(), [lease.pk])
    row = arrears_flag(lease)
    owner = UserFactory(last_name="Kontorist")
    Flag.objects.filter(pk=row.pk).update(owner=owner)
    FlagChange.objects.create(flag=row, what="assigned", on=today(), owner=owner, by=owner)
    page = shown(signed_in(UserFactory()), lease)
    assert lease.number in page
    assert format_kr(899_900) in page
    assert "Owes 0.9 months&#x27; rent" in page
    for secret in (
        "Hemmelig",
        "Skjultveien",
        "Barnet",
        "fra mor",
        "Kontorist",
        lease.office.name,
        lease.dwelling.number,
        "one child",
    ):
        assert secret not in page


def test_the_cleared_see_a_protected_lease_whole() -> None:
    lease = LeaseFactory(tenant__given_name="Hemmelig", tenant__protection=7, is_protected=True)
    page = shown(signed_in(UserFactory(role="coordinator", role__cleared=True)), lease)
    assert "Hemmelig" in page
    assert lease.dwelling.street in page


def test_another_offices_lease_is_not_found() -> None:
    lease = LeaseFactory()
    client = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    assert client.get(reverse("desk:lease", args=[lease.pk])).status_code == 404
    assert client.get(reverse("desk:ledger_export", args=[lease.pk])).status_code == 404


def test_a_protected_lease_is_not_found_by_the_uncleared_of_one_office() -> None:
    lease = LeaseFactory(is_protected=True)
    client = signed_in(UserFactory(role="caseworker", role__offices=[lease.office]))
    assert client.get(reverse("desk:lease", args=[lease.pk])).status_code == 404


def test_the_manager_may_not_open_a_lease() -> None:
    client = signed_in(UserFactory(role="manager"))
    assert client.get(reverse("desk:lease", args=[LeaseFactory().pk])).status_code == 403


def test_the_landlord_sees_the_money_but_nothing_social() -> None:
    lease = LeaseFactory(
        tenant__safety_note="Hund i gangen",
        tenant__needs_interpreter="somali",
        household=HouseholdFactory(),
    )
    HouseholdMemberFactory(
        household=lease.household, person=PersonFactory(given_name="Lillegutt"), role="child"
    )
    page = shown(signed_in(UserFactory(role="landlord")), lease)
    for social in ("Hund i gangen", "somali", "Lillegutt"):
        assert social not in page
    seen = shown(signed_in(UserFactory(role="caseworker")), lease)
    for social in ("Hund i gangen", "somali", "Lillegutt"):
        assert social in seen


def test_whoever_looks_is_written_down() -> None:
    lease = LeaseFactory()
    user = UserFactory()
    shown(signed_in(user), lease)
    (look,) = LookUp.objects.filter(user=user)
    assert look.person_ids == [lease.parties.get().person_id]


def test_the_balance_of_a_past_day_is_reckoned_from_the_lines_of_that_day() -> None:
    lease = LeaseFactory()
    post([month(lease, 3), month(lease, 2), month(lease, 1)])
    post([paid(lease, today(), 2_700_000, "p1")])
    day = add_months(today().replace(day=1), -2) + dt.timedelta(days=5)
    client = signed_in(UserFactory())
    context = client.get(
        reverse("desk:lease", args=[lease.pk]), {"on": day.strftime("%d.%m.%y")}
    ).context
    assert context["as_of"] == f"{day:%d.%m.%Y}"
    assert context["sums"]["rows"][0][1] == [format_kr(1_800_000), format_kr(0)]


def test_a_day_that_cannot_be_read_is_refused_in_words_and_kept() -> None:
    page = shown(signed_in(UserFactory()), LeaseFactory(), on="neste tirsdag")
    assert "is not a date" in page
    assert 'value="neste tirsdag"' in page


def test_the_running_balance_ends_at_the_accounts_balance() -> None:
    lease = LeaseFactory()
    post([month(lease, n) for n in range(1, 40)])
    post([paid(lease, today(), 500_000, "p1")])
    client = signed_in(UserFactory())
    context = client.get(reverse("desk:lease", args=[lease.pk])).context
    assert context["ledger_rows"][0]["cells"][-1] == format_kr(39 * 900_000 - 500_000)
    assert len(context["ledger_rows"]) == 25
    last = client.get(reverse("desk:lease", args=[lease.pk]), {"page": "2"}).context
    assert last["ledger_rows"][-1]["cells"][-1] == format_kr(900_000)
    whole = client.get(reverse("desk:lease", args=[lease.pk]), {"lines": "all"}).context
    assert len(whole["ledger_rows"]) == 40


def test_a_moved_payment_names_the_other_lease_only_to_who_may_see_it() -> None:
    wrong, right = LeaseFactory(), LeaseFactory()
    (line,) = post([paid(wrong, today(), 900_000, "p1")])
    move_payment(line.pk, to_lease_id=right.pk, by=UserFactory(), note="feil KID")
    everywhere = shown(signed_in(UserFactory()), wrong)
    assert reverse("desk:lease", args=[right.pk]) in everywhere
    at_one = UserFactory(role="caseworker", role__offices=[wrong.office])
    assert right.number not in shown(signed_in(at_one), wrong)


def test_a_corrected_charge_says_so_on_both_lines() -> None:
    lease = LeaseFactory()
    (line,) = post([month(lease, 1)])
    correct(line.pk, amount_ore=-100_000, on=today(), note="avslag", by=UserFactory())
    page = shown(signed_in(UserFactory()), lease)
    assert "corrected" in page
    assert "mends rent of" in page


def test_a_deposited_dispute_and_a_lookalike_are_told() -> None:
    lease = LeaseFactory()
    (line,) = post([month(lease, 1)])
    dispute(line.pk, 400_000, on=today(), note="fukt på badet", by=UserFactory())
    UnplacedPayment.objects.create(
        amount_ore=123_400, effective_on=today(), payer="Kari", likely_lease=lease
    )
    page = shown(signed_in(UserFactory(role="landlord")), lease)
    assert "fukt på badet" in page
    assert format_kr(400_000) in page
    assert format_kr(123_400) in page


def test_the_clock_of_paragraph_9_2_is_on_the_page() -> None:
    ends_on = today() - dt.timedelta(days=20)
    lease = LeaseFactory(ends_on=ends_on)
    page = shown(signed_in(UserFactory()), lease)
    last_safe = add_months(ends_on, 3)
    assert f'datetime="{last_safe.isoformat()}"' in page
    assert "becomes open-ended" in page


def test_only_the_landlord_is_offered_to_mend_lines() -> None:
    lease = LeaseFactory()
    (line,) = post([month(lease, 1)])
    address = reverse("arrears:correct_line", args=[line.pk])
    assert address in shown(signed_in(UserFactory(role="landlord")), lease)
    assert address not in shown(signed_in(UserFactory()), lease)


def test_only_the_coordinator_is_offered_to_give_a_flag_away() -> None:
    lease = LeaseFactory()
    post([month(lease, 2)])
    arrears_flag(lease)
    assert reverse("desk:assign") in shown(signed_in(UserFactory()), lease)
    assert reverse("desk:assign") not in shown(signed_in(UserFactory(role="caseworker")), lease)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_whole_ledger_comes_as_a_file(file_format: str) -> None:
    lease = LeaseFactory()
    post([month(lease, n) for n in range(1, 31)])
    response = signed_in(UserFactory()).get(
        reverse("desk:ledger_export", args=[lease.pk]), {"export": file_format}
    )
    content = b"".join(response.streaming_content)
    assert response.headers["Content-Disposition"].endswith(f'.{file_format}"')
    if file_format == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert len(lines) == 31
        assert "9000,00" in lines[1]


def test_a_masked_ledgers_file_names_nobody() -> None:
    lease = LeaseFactory(is_protected=True)
    post([paid(lease, today(), 100, "p1", payer="Hemmelig Betaler", note="fra mor")])
    response = signed_in(UserFactory()).get(
        reverse("desk:ledger_export", args=[lease.pk]), {"export": "csv"}
    )
    text = b"".join(response.streaming_content).decode()
    assert "Hemmelig" not in text
    assert "fra mor" not in text


def test_the_way_back_stays_on_this_site() -> None:
    lease = LeaseFactory()
    client = signed_in(UserFactory())
    worklist = reverse("desk:worklist") + "?level=3#f1"
    assert client.get(reverse("desk:lease", args=[lease.pk]), {"back": worklist}).context[
        "breadcrumb"
    ] == [{"label": "Worklist", "url": worklist}]
    page = shown(client, lease, back="https://example.org/")
    assert 'href="https://example.org' not in page


def test_fifty_lines_and_flags_cost_the_queries_of_one(django_assert_max_num_queries) -> None:
    few, many = LeaseFactory(household=HouseholdFactory()), LeaseFactory()
    many.household = HouseholdFactory()
    many.save()
    for lease, count in ((few, 1), (many, 50)):
        HouseholdMemberFactory(household=lease.household)
        post([month(lease, n) for n in range(1, count + 1)])
        post([paid(lease, today(), 100, f"p{n}") for n in range(count)])
        row = arrears_flag(lease)
        for _number in range(count):
            FlagChange.objects.create(flag=row, what="assigned", on=today())
            LeaseParty.objects.create(lease=lease, person=PersonFactory(), from_on=lease.starts_on)
            HouseholdMemberFactory(household=lease.household)
    client = signed_in(UserFactory())
    counts = []
    for lease in (few, many):
        shown(client, lease)
        with django_assert_max_num_queries(6) as queries:
            shown(client, lease)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_correction_of_a_charge_is_a_new_line_with_a_reason() -> None:
    lease = LeaseFactory()
    (line,) = post([month(lease, 1)])
    client = signed_in(UserFactory(role="landlord"))
    address = reverse("arrears:correct_line", args=[line.pk])
    form = client.get(address).context["form"]
    sent = {
        "way": "off",
        "amount": "1 000,50",
        "on": "i dag",
        "reason": "feil indeks",
        "submission_id": form["submission_id"].value(),
    }
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302
    (mended,) = LedgerLine.objects.filter(corrects=line)
    assert (mended.amount_ore, mended.note) == (-100_050, "feil indeks")


def test_a_correction_that_takes_too_much_says_what_is_left_and_loses_nothing() -> None:
    lease = LeaseFactory()
    (line,) = post([month(lease, 1)])
    client = signed_in(UserFactory(role="landlord"))
    address = reverse("arrears:correct_line", args=[line.pk])
    form = client.get(address).context["form"]
    response = client.post(
        address,
        {
            "way": "off",
            "amount": "9000,01",
            "on": "i dag",
            "reason": "for mye",
            "submission_id": form["submission_id"].value(),
        },
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert format_kr(900_000) in page
    assert "for mye" in page
    assert not LedgerLine.objects.filter(corrects=line).exists()


def test_a_payment_is_moved_and_not_corrected() -> None:
    (line,) = post([paid(LeaseFactory(), today(), 100, "p1")])
    client = signed_in(UserFactory(role="landlord"))
    page = client.get(reverse("arrears:correct_line", args=[line.pk])).content.decode()
    assert "not corrected here" in page
    assert "<textarea" not in page


def test_the_page_is_in_norwegian_by_default() -> None:
    with translation.override("nb"):
        client = Client()
        client.force_login(UserFactory())
        assert 'lang="nb"' in shown(client, LeaseFactory())
