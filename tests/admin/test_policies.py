"""Policies and rates: typed as people write them, dated, and never changed once used."""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from arrears.rules.policy import default_values
from boligsak.rates import forms
from boligsak.rates.models import Policy, Rate
from boligsak.rates.queries import policies_on
from boligsak.rates.services import cite_policies, cite_rates
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "admin:rates_policy_add"


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(UserFactory(role="administrator"))
    return client


@pytest.fixture
def general() -> Policy:
    return Policy.objects.get(kind="arrears", office=None)


def typed(row: Policy, step: str = "new", **more: Any) -> dict[str, str]:
    """The form as a browser sends it back, with what somebody has typed anew."""
    form = forms.NewPolicyForm(user=None, row=row, initial=forms.initial(row.values))
    values = {name: form[name].value() for name in form.fields}
    values |= {"valid_from": "1.1.2027", "source": "Vedtak 12/26", "office": ""} | more
    data = {f"{step}-{name}": "" if value is None else str(value) for name, value in values.items()}
    return data | {"step": step}


def test_a_form_sent_back_untouched_holds_the_same_values(
    administrator: Client, general: Policy
) -> None:
    sent = administrator.post(f"{reverse(ADD)}?from={general.pk}", typed(general))
    assert sent.status_code == 302
    new = Policy.objects.get(valid_from=datetime.date(2027, 1, 1))
    assert new.values == general.values == default_values()


def test_amounts_and_shares_are_typed_in_kroner_and_with_a_comma(
    administrator: Client, general: Policy
) -> None:
    change = {
        "min_ore": "1 250,50",
        "levels_2_months_permille": "1,75",
        "pattern_share_permille": "0,3",
        "expiry_days": "200, 100; 50",
        "levels_4_days": "",
        "levels_4_months_permille": "",
    }
    administrator.post(f"{reverse(ADD)}?from={general.pk}", typed(general, **change))
    values = Policy.objects.get(valid_from=datetime.date(2027, 1, 1)).values
    assert values["min_ore"] == 125_050
    assert values["levels"][1] == {"level": 2, "days": 14, "months_permille": 1750}
    assert [line["level"] for line in values["levels"]] == [1, 2, 3]
    assert values["pattern_share_permille"] == 300
    assert values["expiry_days"] == [200, 100, 50]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"min_ore": "mye"}, "min_ore"),
        ({"grace_days": "tre"}, "grace_days"),
        ({"pattern_share_permille": "en fjerdedel"}, "pattern_share_permille"),
        ({"expiry_days": "180, snart"}, "expiry_days"),
        ({"valid_from": "1.1.2020"}, "valid_from"),
        ({"due_day": "31"}, "__all__"),
        ({"levels_1_days": "20"}, "__all__"),
        ({"min_ore": "0"}, "__all__"),
    ],
)
def test_a_policy_is_refused_with_what_is_wrong(
    administrator: Client, general: Policy, change: dict[str, str], field: str
) -> None:
    page = administrator.post(f"{reverse(ADD)}?from={general.pk}", typed(general, **change))
    assert page.status_code == 422
    assert field in page.context["failed"].errors
    assert Policy.objects.filter(kind="arrears").count() == 1


def test_an_offices_own_policy_goes_before_the_general_one(
    administrator: Client, general: Policy
) -> None:
    office = OfficeFactory()
    administrator.post(
        f"{reverse(ADD)}?from={general.pk}", typed(general, office=str(office.pk), grace_days="9")
    )
    day = datetime.date(2027, 6, 1)
    found = policies_on("arrears", day)
    assert (found[office.pk].values.grace_days, found[None].values.grace_days) == (9, 3)


def test_a_policy_in_use_is_read_and_starts_a_new_version(
    administrator: Client, general: Policy
) -> None:
    cite_policies([general.pk])
    address = reverse("admin:rates_policy_change", args=[general.pk])
    page = administrator.get(address)
    assert page.context["forms"] == []
    assert f"?from={general.pk}" in page.content.decode()
    assert administrator.post(address, typed(general, "change")).status_code == 403
    start = administrator.get(f"{reverse(ADD)}?from={general.pk}").content.decode()
    assert 'value="180, 90, 60, 30"' in start


def test_a_policy_nobody_has_used_may_be_corrected(administrator: Client, general: Policy) -> None:
    administrator.post(f"{reverse(ADD)}?from={general.pk}", typed(general))
    new = Policy.objects.get(valid_from=datetime.date(2027, 1, 1))
    address = reverse("admin:rates_policy_change", args=[new.pk])
    sent = administrator.post(address, typed(new, "change", grace_days="7"))
    assert sent.status_code == 302
    changed = Policy.objects.get(pk=new.pk)
    assert changed.values["grace_days"] == 7
    assert changed.entered_at >= new.entered_at


def test_the_list_tells_what_is_common_from_what_is_an_offices_own(administrator: Client) -> None:
    shown = administrator.get(reverse("admin:rates_policy_changelist")).content.decode()
    filter_ = shown[shown.index('name="office"') :].split("</select>")[0]
    said = re.findall(r"<option[^>]*>([^<]+)</option>", filter_)
    assert len(said) == len(set(said)) > 1


def test_a_landlord_reads_policies_and_changes_none(client: Client, general: Policy) -> None:
    client.force_login(UserFactory(role="landlord"))
    address = reverse("admin:rates_policy_change", args=[general.pk])
    assert client.get(address).status_code == 200
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(address, typed(general, "change")).status_code == 403


def rate_values(step: str = "new", **more: str) -> dict[str, str]:
    values = {
        "kind": "late-interest",
        "valid_from": "1.7.2030",
        "valid_to": "",
        "value": "11,75",
        "source": "forskrift",
    } | more
    return {f"{step}-{name}": value for name, value in values.items()} | {"step": step}


def test_a_rate_is_entered_with_the_unit_of_its_kind(administrator: Client) -> None:
    assert administrator.post(reverse("admin:rates_rate_add"), rate_values()).status_code == 302
    rate = Rate.objects.get(valid_from=datetime.date(2030, 7, 1))
    assert (rate.value, rate.unit) == (Decimal("11.75"), "% a year")


def test_an_index_figure_is_entered_before_there_is_any(administrator: Client) -> None:
    figure = rate_values(kind="cpi", valid_from="1.1.2026", value="139,1", source="ssb.no")
    assert administrator.post(reverse("admin:rates_rate_add"), figure).status_code == 302
    rate = Rate.objects.get(kind="cpi")
    assert (rate.value, rate.unit) == (Decimal("139.1"), "index")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_to": "1.1.2030"}, "valid_to"),
        ({"valid_from": "1.7.2022"}, "valid_from"),
        ({"value": "elleve"}, "value"),
        ({"kind": "nonsense"}, "kind"),
    ],
)
def test_a_rate_is_refused_beside_the_field_at_fault(
    administrator: Client, change: dict[str, str], field: str
) -> None:
    page = administrator.post(reverse("admin:rates_rate_add"), rate_values(**change))
    assert field in page.context["failed"].errors


def test_a_rate_in_use_stays(administrator: Client) -> None:
    rate = Rate.objects.filter(kind="late-interest").latest("valid_from")
    address = reverse("admin:rates_rate_change", args=[rate.pk])
    assert administrator.post(address, rate_values("change")).status_code == 302
    cite_rates([rate.pk])
    assert administrator.post(address, rate_values("change", value="1")).status_code == 403
    rate.refresh_from_db()
    assert rate.value == Decimal("11.75")
