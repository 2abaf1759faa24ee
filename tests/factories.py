"""Preconditions for tests. Behaviour is tested through the services, never made here."""

import datetime

import factory
from factory.django import DjangoModelFactory

from arrears.models import Case, CaseDecision, CaseTrigger
from boligsak import dates
from boligsak.accounts.models import Office, RoleAssignment, User
from meetings.models import AgendaItem, Attendance, Meeting
from tenants.models import (
    Application,
    Building,
    Condition,
    Decision,
    Dwelling,
    Household,
    HouseholdMember,
    Lease,
    LeaseParty,
    Person,
    RentTerm,
)

LONG_AGO = datetime.date(2015, 1, 1)


class OfficeFactory(DjangoModelFactory):
    class Meta:
        model = Office

    name = factory.Sequence(lambda n: f"Kontor {n}")
    code = factory.Sequence(lambda n: f"kontor-{n}")
    opened_on = LONG_AGO


class UserFactory(DjangoModelFactory):
    """A user with one role at every office; `role=None` gives none, `offices=[…]` binds it."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"bruker{n}")
    first_name = "Kari"
    last_name = factory.Sequence(lambda n: f"Nordmann {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")

    @factory.post_generation
    def role(self, create, extracted, **kwargs):  # type: ignore[no-untyped-def]
        role = "coordinator" if extracted is None and not kwargs else extracted
        offices = kwargs.get("offices") or [None]
        for office in offices if role else []:
            RoleAssignment.objects.create(
                user=self,
                role=role,
                office=office,
                is_cleared=kwargs.get("cleared", False),
                valid_from=LONG_AGO,
            )


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    given_name = "Ola"
    family_name = factory.Sequence(lambda n: f"Hansen {n}")
    born_on = datetime.date(1980, 1, 1)


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    number = factory.Sequence(lambda n: f"H{n:06d}")


class HouseholdMemberFactory(DjangoModelFactory):
    class Meta:
        model = HouseholdMember

    household = factory.SubFactory(HouseholdFactory)
    person = factory.SubFactory(PersonFactory)
    role = "adult"
    from_on = LONG_AGO


class BuildingFactory(DjangoModelFactory):
    class Meta:
        model = Building

    name = factory.Sequence(lambda n: f"Gården {n}")
    kind = "municipal"


class DwellingFactory(DjangoModelFactory):
    class Meta:
        model = Dwelling

    number = factory.Sequence(lambda n: f"B{n:06d}")
    building = factory.SubFactory(BuildingFactory)
    office = factory.SubFactory(OfficeFactory)
    street = "Innherredsveien"
    house_no = factory.Sequence(lambda n: str(n + 1))
    unit = "H0101"
    postcode = "7043"
    place = "Trondheim"
    rooms = 2
    area_m2 = 50
    rent_ore = 900_000
    in_use_from = LONG_AGO


class LeaseFactory(DjangoModelFactory):
    """A running open-ended lease at 9 000 kr a month with one tenant; `tenant=None` gives none."""

    class Meta:
        model = Lease
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"2020-{n:05d}")
    dwelling = factory.SubFactory(DwellingFactory)
    office = factory.SelfAttribute("dwelling.office")
    starts_on = datetime.date(2020, 1, 1)

    @factory.post_generation
    def tenant(self, create, extracted, **kwargs):  # type: ignore[no-untyped-def]
        person = extracted or PersonFactory(**kwargs)
        LeaseParty.objects.create(lease=self, person=person, from_on=self.starts_on)

    @factory.post_generation
    def rent_ore(self, create, extracted, **kwargs):  # type: ignore[no-untyped-def]
        amount = 900_000 if extracted is None else extracted
        if amount:
            RentTerm.objects.create(lease=self, valid_from=self.starts_on, amount_ore=amount)


class CaseFactory(DjangoModelFactory):
    """An open case about arrears that the parties share. Opening cases goes through services."""

    class Meta:
        model = Case
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"2020-{n:05d}")
    lease = factory.SubFactory(LeaseFactory)
    office = factory.SelfAttribute("lease.office")
    opened_on = factory.LazyFunction(dates.today)
    sharing_basis = "statute"
    sharing_source = "sosialtjenesteloven § 44"
    sharing_on = factory.SelfAttribute("opened_on")

    @factory.post_generation
    def triggers(self, create, extracted, **kwargs):  # type: ignore[no-untyped-def]
        by = self.owner or UserFactory(role="caseworker")
        for kind in ("arrears",) if extracted is None else extracted:
            CaseTrigger.objects.create(case=self, kind=kind, opened_on=self.opened_on, by=by)


def held_meeting(decision: CaseDecision) -> Meeting:
    """The closed meeting of the three parties in which `decision` was made."""
    by, at = decision.by, dates.now()
    meeting = Meeting.objects.create(
        number=f"T{decision.pk}",
        office=decision.case.office,
        held_on=decision.held_on,
        at_time=datetime.time(9),
        place="Rådhuset",
        opened_at=at,
    )
    for party, presence in (
        ("welfare", "present"),
        ("landlord", "present"),
        ("housing_unit", "invited"),
    ):
        Attendance.objects.create(
            meeting=meeting,
            guest=party,
            party=party,
            presence=presence,
            invited_on=decision.held_on - datetime.timedelta(days=7),
        )
    AgendaItem.objects.create(
        meeting=meeting,
        case=decision.case,
        position=1,
        state="discussed",
        decision=decision.kind,
        reason=decision.reason,
        recorded=decision,
    )
    meeting.state, meeting.closed_at, meeting.closed_by = "closed", at, by
    meeting.save()
    return meeting


class ApplicationFactory(DjangoModelFactory):
    """A received application for a new home, of somebody who lives alone."""

    class Meta:
        model = Application

    number = factory.Sequence(lambda n: f"S2020-{n:05d}")
    kind = "new"
    state = "received"
    office = factory.SubFactory(OfficeFactory)
    applicant = factory.SubFactory(PersonFactory)
    received_on = factory.LazyFunction(dates.today)
    need = "Bor hos en venn."
    present_housing = "family"
    made_on = factory.SelfAttribute("received_on")
    by = factory.SubFactory(UserFactory)


class DecisionFactory(DjangoModelFactory):
    """A made decision that grants a home, with `conditions=[{…}]` of its own: a decision that has
    been made gets no new one. Making decisions goes through services."""

    class Meta:
        model = Decision
        skip_postgeneration_save = True

    application = factory.SubFactory(ApplicationFactory)
    number = factory.Sequence(lambda n: f"S2020-{n:05d}-V1")
    kind = "allocation"
    outcome = "granted"
    state = "draft"
    content = "Kommunal bolig med to rom."
    reasons = "Vilkårene er oppfylt."
    participation = "Samtale med søkeren."
    appeal_body = "Kommunens klagenemnd"
    made_on = factory.LazyFunction(dates.today)
    by = factory.SelfAttribute("application.by")

    @factory.post_generation
    def conditions(self, create, extracted, **kwargs):  # type: ignore[no-untyped-def]
        for facts in extracted or []:
            given = {"kind": "other", "what": "Møter til samtale.", "party": "welfare"} | facts
            Condition.objects.create(decision=self, **given)
        if kwargs.get("is_draft"):
            return
        self.state = "final"
        self.save(update_fields=["state"])


class RentTermFactory(DjangoModelFactory):
    class Meta:
        model = RentTerm

    valid_from = datetime.date(2020, 1, 1)
    amount_ore = 900_000
