"""Whose cases may be said by name: the querysets and the statement of the lists agree."""

import pytest

from arrears.models import Disqualification, Notice, NoticeServing
from arrears.queries.cases import named_to
from arrears.queries.worklist import standings
from boligsak.dates import today
from tests.factories import CaseFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db


def reserved(case) -> None:
    """The tenant has reserved against the warning to Nav (§ 9-11)."""
    notice = Notice.objects.create(
        case=case,
        lease=case.lease,
        kind="warning_a",
        state="sent",
        made_on=today(),
        sent_on=today(),
        by=UserFactory(),
        sent_by=UserFactory(),
        channel="letter",
        proof="RR 1",
        body="Varsel",
    )
    NoticeServing.objects.create(
        notice=notice,
        person=case.lease.parties.get().person,
        channel="letter",
        sent_on=today(),
        reserved_on=today(),
    )


@pytest.fixture
def cases() -> list:
    """One of each kind: by who opened it and why it may be shared, where it is, who is shut out."""
    made = []
    for party in ("welfare", "housing_unit", "landlord"):
        for basis in ("none", "statute"):
            for protected in (False, True):
                lease = LeaseFactory(is_protected=protected)
                shared = {} if basis == "statute" else {"sharing_source": "", "sharing_on": None}
                made.append(CaseFactory(lease=lease, party=party, sharing_basis=basis, **shared))
        made.append(CaseFactory(party=party))
        reserved(made[-1])
        made.append(CaseFactory(party=party, office=OfficeFactory()))
        made.append(CaseFactory(party=party, status="closed", closed_on=today(), outcome="solved"))
    return made


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("role", ["caseworker", "housing_unit", "landlord", "manager"])
def test_the_lists_name_the_open_cases_that_the_querysets_name(role, cleared, cases) -> None:
    offices = [cases[0].office, cases[-1].office, cases[4].lease.office]
    users = [
        UserFactory(role=role, role__cleared=cleared),
        UserFactory(role=role, role__cleared=cleared, role__offices=offices),
    ]
    leases = [case.lease_id for case in cases]
    for user in users:
        for case in cases[::5]:
            Disqualification.objects.create(
                case=case, user=user, from_on=today(), reason="kin", by=UserFactory()
            )
        said = {one.case_id for one in standings(leases, user, today()).values()} - {None}
        named = named_to(user).filter(status="open", lease__in=leases)
        may_see = user.has_perm("arrears.view_case")
        assert said == (set(named.values_list("pk", flat=True)) if may_see else set())
